import { Injectable } from '@nestjs/common';
import { isEmail } from 'class-validator';
import type { Ctx } from '../../platform/database/context.js';
import type { Message } from '../../platform/http/page.js';
import { eachOnce } from '../../platform/http/form-fields.js';
import type { FormFields } from '../../platform/http/session-data.js';
import { Translator } from '../../platform/i18n/translator.js';
import type { ExchangeSide, GrantedRole, Role } from '../../shared/actor.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import { LANGUAGES } from '../../shared/language.js';
import { AccessPorts } from '../access-ports.js';
import type { GrantScope } from '../domain/delegation.js';
import { rolesGrantableBy, scopeFieldsOf } from '../domain/delegation.js';
import { ReadRoles } from './read-roles.js';
import type { Choice, FormField, ProblemLine } from './views/people-views.js';

/** What was typed into the form of a role, as it was typed. */
export type TypedRole = Readonly<Record<string, string>>;

/** What the form says, once it can be read. */
export interface ReadRole {
  readonly email: string;
  readonly scope: Partial<GrantScope>;
  readonly reason: string;
  readonly validFrom: Date | null;
  readonly validUntil: Date | null;
}

/** A refusal that belongs to the whole form, or problems that belong to fields. */
export interface FormProblems {
  readonly fields: readonly FieldProblem[];
  readonly refusal: Message | null;
}

export const NO_PROBLEMS: FormProblems = { fields: [], refusal: null };

/** Fields of the operations under the names that they have in the form. */
const FIELD_NAMES: Readonly<Record<string, string>> = {
  institutionId: 'institution',
  unitId: 'unit',
  callId: 'call',
  panelId: 'call',
  validFrom: 'from',
  validUntil: 'until',
  personId: 'email',
};
/** From the top of the form to its end. */
const FIELD_ORDER = [
  'grant',
  'email',
  'language',
  'institution',
  'unit',
  'side',
  'country',
  'call',
  'from',
  'until',
  'reason',
];
const SIDES: readonly ExchangeSide[] = ['home', 'host'];

/** The form by which a role is given, somebody invited to one, or a deputy appointed: its fields and what they say. */
@Injectable()
export class RoleForm {
  constructor(
    private readonly ports: AccessPorts,
    private readonly roles: ReadRoles,
    private readonly translator: Translator,
  ) {}

  /** The words of a form as they came, each field once. */
  typed(body: FormFields): TypedRole {
    return eachOnce(body);
  }

  /** Reads what was typed. What is wrong with it is told field by field. */
  async read(
    ctx: Ctx,
    role: GrantedRole,
    typed: TypedRole,
  ): Promise<{ value: ReadRole; problems: FieldProblem[] }> {
    const { problems, validFrom, validUntil } = await this.terms(ctx, typed);
    const [callId = null, panelId = null] = (typed['call'] ?? '')
      .split('/')
      .map((id) => (isId(id) ? id : null));
    const { needs, takes } = scopeFieldsOf(role);
    const every: GrantScope = {
      institutionId: idIn(typed, 'institution'),
      unitId: idIn(typed, 'unit'),
      side: this.side(typed),
      country: typed['country']?.trim() || null,
      callId,
      panelId,
    };
    for (const name of needs) {
      if (every[name] === null) problems.push({ field: name, problem: 'required_choice' });
    }
    const scope = Object.fromEntries([...needs, ...takes].map((name) => [name, every[name]]));
    const whom = this.whom(typed);
    const { email, reason } = whom;
    return {
      value: { email, scope, reason, validFrom, validUntil },
      problems: [...problems, ...whom.problems],
    };
  }

  /** To whom, and why. */
  whom(typed: TypedRole): { email: string; reason: string; problems: FieldProblem[] } {
    const problems: FieldProblem[] = [];
    const email = typed['email']?.trim() ?? '';
    if (email === '') problems.push({ field: 'email', problem: 'required' });
    else if (!isEmail(email)) problems.push({ field: 'email', problem: 'not_email' });
    const reason = typed['reason']?.trim() ?? '';
    if (reason === '') problems.push({ field: 'reason', problem: 'required' });
    return { email, reason, problems };
  }

  /** From when and until when. On its last day a role still holds: it ends as the next day begins. */
  async terms(
    ctx: Ctx,
    typed: TypedRole,
  ): Promise<{ problems: FieldProblem[]; validFrom: Date | null; validUntil: Date | null }> {
    const zone = await this.roles.zone(ctx);
    const problems: FieldProblem[] = [];
    const instant = async (name: string, days: number): Promise<Date | null> => {
      const day = dayOf(typed, name);
      if (day === 'none') return null;
      if (day === 'wrong') {
        problems.push({ field: name, problem: 'not_date' });
        return null;
      }
      return this.roles.beginningOf(ctx, day, zone, days);
    };
    const validFrom = await instant('from', 0);
    return { problems, validFrom, validUntil: await instant('until', 1) };
  }

  /** Null: both sides. */
  side(typed: TypedRole): ExchangeSide | null {
    return SIDES.find((side) => side === typed['side']) ?? null;
  }

  /** The fields that say where a role holds, of those institutions, countries and calls that the reader may give it in. */
  async scopeFields(
    ctx: Ctx,
    role: GrantedRole,
    typed: TypedRole,
    problems: FormProblems,
  ): Promise<FormField[]> {
    const { needs, takes } = scopeFieldsOf(role);
    const fields: FormField[] = [];
    const select = (name: string, options: readonly Choice[], more: Partial<FormField> = {}): FormField => ({
      kind: 'select',
      name,
      label: { key: `access.grant.fields.${name}` },
      value: typed[name] ?? (options.length === 1 ? (options[0]?.value ?? '') : ''),
      options,
      ...errorOf(problems, name),
      ...more,
    });
    if (needs.includes('institutionId')) {
      const institutions = await this.institutions(ctx, role);
      fields.push(select('institution', institutions));
      const chosen = typed['institution'] ?? (institutions.length === 1 ? institutions[0]?.value : undefined);
      if (takes.includes('unitId') && chosen && isId(chosen)) {
        const units = (await this.ports.places.unitsOf(ctx, chosen)).map(({ id, name }) => ({
          value: id,
          label: this.translator.localized(ctx.language, name),
        }));
        if (units.length > 0) {
          const hint: Message = { key: 'access.grant.hints.unit' };
          fields.push({ ...select('unit', units, { optional: true, hint }), value: typed['unit'] ?? '' });
        }
      }
      if (takes.includes('side')) {
        fields.push(this.sideField(typed, problems));
      }
    }
    if (needs.includes('country')) {
      const codes = await this.ports.places.countries(ctx);
      fields.push(
        select(
          'country',
          codes.map((code) => ({ value: code, label: this.translator.countryName(ctx.language, code) })),
        ),
      );
    }
    if (needs.includes('callId')) fields.push(select('call', await this.calls(ctx)));
    return fields;
  }

  private sideField(typed: TypedRole, problems: FormProblems): FormField {
    return {
      kind: 'radios',
      name: 'side',
      label: { key: 'access.grant.fields.side' },
      value: typed['side'] ?? 'both',
      options: ['both', ...SIDES].map((side) => ({
        value: side,
        label: { key: `access.grant.sides.${side}` },
      })),
      ...errorOf(problems, 'side'),
    };
  }

  /** What is asked before a proposed role is given; several of these forms stand on one page. */
  proposalFields(role: Role, typed: TypedRole, problems: FormProblems): FormField[] {
    const [, until] = this.termFields(typed, problems, false);
    return [
      ...(role === 'coordinator' ? [this.sideField(typed, problems)] : []),
      ...(until ? [until] : []),
      this.reason(typed, problems, 'access.grant.hints.reason'),
    ];
  }

  termFields(typed: TypedRole, problems: FormProblems, untilIsNeeded: boolean): FormField[] {
    const date = (name: string, optional: boolean): FormField => ({
      kind: 'date',
      name,
      label: { key: `access.grant.fields.${name}` },
      hint: { key: `access.grant.hints.${name}${name === 'until' && untilIsNeeded ? '_needed' : ''}` },
      value: {
        day: typed[`${name}-day`] ?? '',
        month: typed[`${name}-month`] ?? '',
        year: typed[`${name}-year`] ?? '',
      },
      optional,
      ...errorOf(problems, name),
    });
    return [date('from', true), date('until', !untilIsNeeded)];
  }

  email(typed: TypedRole, problems: FormProblems, hint: string): FormField {
    return {
      kind: 'email',
      name: 'email',
      label: { key: 'access.grant.fields.email' },
      hint: { key: hint },
      value: typed['email'] ?? '',
      autocomplete: 'off',
      ...errorOf(problems, 'email'),
    };
  }

  reason(typed: TypedRole, problems: FormProblems, hint: string): FormField {
    return {
      kind: 'textarea',
      name: 'reason',
      label: { key: 'access.grant.fields.reason' },
      hint: { key: hint },
      value: typed['reason'] ?? '',
      rows: 3,
      ...errorOf(problems, 'reason'),
    };
  }

  language(ctx: Ctx, typed: TypedRole): FormField {
    return {
      kind: 'select',
      name: 'language',
      label: { key: 'access.grant.fields.language' },
      value: typed['language'] ?? ctx.language,
      options: LANGUAGES.map((code) => ({ value: code, label: { key: `common.languages.${code}` } })),
    };
  }

  /** The list above the form, in its order. Each problem says of which field it is, and leads there. */
  problemLines({ language }: Pick<Ctx, 'language'>, { fields, refusal }: FormProblems): ProblemLine[] {
    const place = ({ field }: FieldProblem) => FIELD_ORDER.indexOf(nameInForm(field));
    return [
      ...(refusal ? [{ message: refusal }] : []),
      ...fields
        .toSorted((one, another) => place(one) - place(another))
        .map((problem) => {
          const name = nameInForm(problem.field);
          const { key, values } = messageOf(problem);
          const fault = this.translator.t(language, key, values);
          const label = name === 'grant' ? 'access.deputies.which' : `access.grant.fields.${name}`;
          return {
            message: this.translator.has(language, label)
              ? `${this.translator.t(language, label)}: ${fault}`
              : fault,
            href: `#field-${name}`,
          };
        }),
    ];
  }

  private async institutions(ctx: Ctx, role: GrantedRole): Promise<readonly Choice[]> {
    const within = new Set(
      rolesGrantableBy(ctx.actor).flatMap((each) => (each.role === role ? each.within : [])),
    );
    const own = ctx.actor.grants.filter(({ actingFor }) => !actingFor);
    const found = new Map<Id, string>();
    if (within.has('institutions_of_own_country')) {
      for (const grant of own) {
        if (grant.role !== 'ministry_officer' || grant.country === null) continue;
        for (const { id, name } of await this.ports.places.institutionsOf(ctx, grant.country))
          found.set(id, name);
      }
    }
    if (within.has('own_institution_roles')) {
      const ids = own.flatMap((grant) =>
        grant.role === 'institution_administrator' ? (grant.institutionId ?? []) : [],
      );
      for (const [id, name] of await this.ports.places.institutionNames(ctx, ids)) found.set(id, name);
    }
    return [...found].map(([value, label]) => ({ value, label }));
  }

  /** A call and each of its panels in one list: a panel says its call. */
  private async calls(ctx: Ctx): Promise<readonly Choice[]> {
    const text = (name: Parameters<Translator['localized']>[1]) =>
      this.translator.localized(ctx.language, name);
    return (await this.ports.calls.withPanels(ctx)).flatMap(({ id, title, panels }) => [
      { value: id, label: text(title) },
      ...panels.map((panel) => ({
        value: `${id}/${panel.id}`,
        label: `${text(title)}: ${text(panel.name)}`,
      })),
    ]);
  }
}

/** What an operation refused, as problems of the form; what is no refusal of it goes on. */
export function problemsFrom(error: unknown): FormProblems {
  if (!(error instanceof DomainError) || ELSEWHERE.includes(error.code)) throw error;
  if (error.fields.length > 0) return { fields: error.fields, refusal: null };
  return { fields: [], refusal: { key: `reasons.${error.reason}`, values: error.values } };
}

const ELSEWHERE: readonly string[] = ['not_signed_in', 'not_found', 'unavailable', 'too_many_requests'];

export function errorOf({ fields }: FormProblems, name: string): { readonly error?: Message } {
  const problem = fields.find(({ field }) => nameInForm(field) === name);
  return problem ? { error: messageOf(problem) } : {};
}

function messageOf({ problem, values }: FieldProblem): Message {
  return values ? { key: `problems.${problem}`, values } : { key: `problems.${problem}` };
}

function nameInForm(field: string): string {
  const last = field.split('.').at(-1) ?? field;
  return FIELD_NAMES[last] ?? last;
}

function idIn(typed: TypedRole, name: string): Id | null {
  const value = typed[name] ?? '';
  return isId(value) ? value : null;
}

/** The day of three fields as ISO 8601 writes it. */
function dayOf(typed: TypedRole, name: string): string {
  const [day, month, year] = ['day', 'month', 'year'].map((part) => (typed[`${name}-${part}`] ?? '').trim());
  if (!day && !month && !year) return 'none';
  if (!/^\d{1,2}$/.test(day ?? '') || !/^\d{1,2}$/.test(month ?? '') || !/^\d{4}$/.test(year ?? ''))
    return 'wrong';
  const written = `${year}-${month?.padStart(2, '0')}-${day?.padStart(2, '0')}`;
  const instant = new Date(`${written}T00:00:00Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(written) ? written : 'wrong';
}
