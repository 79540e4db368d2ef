import { ValidationPipe } from '@nestjs/common';
import type { ClassConstructor } from 'class-transformer';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validateSync } from 'class-validator';
import type { ValidationError, ValidatorOptions } from 'class-validator';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import type { FormFields } from './session-data.js';

const OPTIONS: ValidatorOptions = {
  whitelist: true,
  forbidNonWhitelisted: true,
  forbidUnknownValues: true,
  stopAtFirstError: true,
  validationError: { target: false, value: false },
};

/** What class-validator's rules are called among our problems. One that is not here, or has no text, is `invalid`. */
const PROBLEMS: Readonly<Record<string, string>> = {
  isNotEmpty: 'required',
  isDefined: 'required',
  arrayNotEmpty: 'required',
  isEmail: 'not_email',
  isISO8601: 'not_date',
  isDateString: 'not_date',
  isDate: 'not_date',
  isInt: 'not_number',
  isNumber: 'not_number',
  isNumberString: 'not_number',
  isIn: 'not_in_list',
  isEnum: 'not_in_list',
  isBoolean: 'not_in_list',
  isUUID: 'not_in_list',
  isUrl: 'not_url',
  isPhoneNumber: 'not_phone',
  equals: 'must_accept',
  arrayUnique: 'duplicate_choice',
  whitelistValidation: 'unknown_field',
};

/**
 * The rules of a class are all known when it is written down. The library looks for those that it inherits among the rules
 * of every class that there is, for each value anew: here it looks once.
 */
function rememberRules(): void {
  const storage = getMetadataStorage();
  const look = storage.getTargetValidationMetadatas.bind(storage);
  type Asked = Parameters<typeof look>;
  const known = new WeakMap<Asked[0], ReturnType<typeof look>>();
  storage.getTargetValidationMetadatas = (...asked) => {
    const [target, schema, always, strictGroups, groups] = asked;
    // Nobody here validates by schemas or groups.
    if (schema || always || strictGroups || groups) return look(...asked);
    const present = known.get(target);
    if (present) return present;
    const rules = look(...asked);
    known.set(target, rules);
    return rules;
  };
}
rememberRules();

/** Checks the bodies and queries of the API. Throws `invalid` with every field that is wrong; unknown ones are wrong too. */
export function apiValidation(): ValidationPipe {
  return new ValidationPipe({
    ...OPTIONS,
    transform: true,
    exceptionFactory: (errors) => new DomainError('invalid', { fields: problemsOf(errors) }),
  });
}

/** A form as its DTO, or all of its problems. Fields that the DTO does not know (the token, a button) are left out. */
export function parseForm<T extends object>(
  dto: ClassConstructor<T>,
  body: FormFields,
): { readonly value: T; readonly problems: readonly FieldProblem[] } {
  const value = plainToInstance(dto, trimmed(body), { exposeDefaultValues: true });
  const problems = problemsOf(validateSync(value, { ...OPTIONS, forbidNonWhitelisted: false }));
  return { value, problems };
}

function problemsOf(errors: readonly ValidationError[], prefix = ''): readonly FieldProblem[] {
  return errors.flatMap((error) => {
    const field = `${prefix}${error.property}`;
    const own = Object.keys(error.constraints ?? {})
      .slice(0, 1)
      .map((rule) => problemOf(field, rule, error));
    return [...own, ...problemsOf(error.children ?? [], `${field}.`)];
  });
}

/** A rule may name its problem and its values itself: `@MaxLength(200, { context: { problem: 'too_long', max: 200 } })`. */
function problemOf(field: string, rule: string, error: ValidationError): FieldProblem {
  const context: unknown = error.contexts?.[rule];
  if (typeof context === 'object' && context !== null && 'problem' in context) {
    const { problem, ...values } = context as { problem: string } & Record<string, string | number>;
    return { field, problem, values };
  }
  const numbers = (error.constraints?.[rule]?.match(/\d+(\.\d+)?/g) ?? []).map(Number);
  if (rule === 'maxLength' || rule === 'isLength')
    return { field, problem: 'too_long', values: { max: numbers.at(-1) ?? 0 } };
  if (rule === 'minLength') return { field, problem: 'too_short', values: { min: numbers[0] ?? 0 } };
  if (rule === 'arrayMaxSize') return { field, problem: 'too_many', values: { max: numbers[0] ?? 0 } };
  return { field, problem: PROBLEMS[rule] ?? 'invalid' };
}

function trimmed(body: FormFields): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, typeof value === 'string' ? value.trim() : value]),
  );
}
