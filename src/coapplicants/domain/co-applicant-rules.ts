import type { CoApplicantRule } from '../../calls/public.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import { NAME_MAX, NAME_PARTS } from './co-applicant.js';
import type { NameForms, NamePart } from './co-applicant.js';
import type { CoApplicantState } from './co-applicant.states.js';

const DAY_MS = 86_400_000;
/** An applicant sends an invitation again not more often than this. */
export const REMIND_AFTER_DAYS = 3;
/** So long a link can be used; an invitation that is sent again after that has a new one. */
export const LINK_DAYS = 14;

/** Who holds a place of those that the call admits. */
const HOLDS_ROOM: readonly CoApplicantState[] = ['invited', 'accepted', 'confirmed'];

interface Asked {
  readonly createdAt: Date;
  readonly remindedAt: Date | null;
}

/** From when on the invitation may be sent again, or anew to the same address. */
export function remindableFrom({ createdAt, remindedAt }: Asked): Date {
  return new Date(Math.max(createdAt.getTime(), remindedAt?.getTime() ?? 0) + REMIND_AFTER_DAYS * DAY_MS);
}

/** How many more may be invited. */
export function roomFor({ max }: Pick<CoApplicantRule, 'max'>, states: readonly CoApplicantState[]): number {
  return Math.max(0, max - states.filter((state) => HOLDS_ROOM.includes(state)).length);
}

/** Why somebody who was asked in these states, and when, may not be asked again; null where they may. */
export function askedBefore(
  before: readonly (Asked & { readonly state: CoApplicantState })[],
  now: Date,
): FieldProblem | null {
  if (before.some(({ state }) => HOLDS_ROOM.includes(state))) {
    return { field: 'email', problem: 'co_applicant_asked' };
  }
  return before.some((asked) => now < remindableFrom(asked))
    ? { field: 'email', problem: 'co_applicant_asked_lately', values: { count: REMIND_AFTER_DAYS } }
    : null;
}

/** The names as they are kept: composed, without spaces around. */
export function tidyNames(typed: Partial<NameForms>): NameForms {
  const tidy = (part: NamePart) => (typed[part] ?? '').normalize('NFC').trim().replace(/\s+/g, ' ');
  return {
    nativeFamily: tidy('nativeFamily'),
    nativeGiven: tidy('nativeGiven'),
    latinFamily: tidy('latinFamily'),
    latinGiven: tidy('latinGiven'),
    passportFamily: tidy('passportFamily').toUpperCase(),
    passportGiven: tidy('passportGiven').toUpperCase(),
  };
}

const WRITTEN: Readonly<
  Record<'native' | 'latin' | 'passport', { readonly by: RegExp; readonly problem: string }>
> = {
  native: { by: /^[\p{L}\p{M}' ’.-]+$/u, problem: 'not_name' },
  latin: { by: /^[\p{Script=Latin}\p{M}' ’.-]+$/u, problem: 'wrong_script' },
  passport: { by: /^[A-Z' -]+$/, problem: 'not_passport_spelling' },
};

/** What is wrong with the names. The spelling of a passport may be left out, and is whole where it is not. */
export function nameProblems(names: NameForms): FieldProblem[] {
  const spelled = names.passportFamily !== '' || names.passportGiven !== '';
  return NAME_PARTS.flatMap((field): FieldProblem[] => {
    const [form] = /^[a-z]+/.exec(field) ?? [];
    const { by, problem } = WRITTEN[form as keyof typeof WRITTEN];
    const name = names[field];
    if (name === '') return form === 'passport' && !spelled ? [] : [{ field, problem: 'required' }];
    if (name.length > NAME_MAX) return [{ field, problem: 'too_long', values: { max: NAME_MAX } }];
    return by.test(name) ? [] : [{ field, problem }];
  });
}
