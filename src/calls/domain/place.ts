import type { FieldProblem } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { LocalizedText } from '../../shared/language.js';
import { judge, ruleProblems } from './eligibility.js';
import type { EligibilityFacts, Rule } from './eligibility.js';

// Types and not interfaces, because only of a type TypeScript knows that it is plain data that can be hashed.

/** What a host gives with a place, of a small set of kinds, so that it can be looked for; the words say what exactly. */
export const FACILITY_KINDS = [
  'laboratory',
  'equipment',
  'cloud_credits',
  'data',
  'mentor',
  'language_course',
  'housing',
  'other',
] as const;
export type FacilityKind = (typeof FACILITY_KINDS)[number];
export type Facility = { readonly kind: FacilityKind; readonly words: LocalizedText };

export const COST_ITEMS = ['travel', 'stipend', 'housing', 'insurance', 'fees'] as const;
export type CostItem = (typeof COST_ITEMS)[number];
export const PAYERS = [
  'home_country',
  'host_country',
  'home_institution',
  'host_institution',
  'programme',
] as const;
export type Payer = (typeof PAYERS)[number];

/** Who pays for what. */
export type CostLine = {
  readonly item: CostItem;
  readonly payer: Payer;
  /** In minor units of the currency; null where it is paid in full, whatever it comes to. */
  readonly amount: { readonly minor: number; readonly currency: string } | null;
  readonly per: 'month' | 'once';
};

/** So many of the places are kept for those who meet a condition. */
export type PlaceReserve = {
  /** Never changed once a place of it was taken. */
  readonly id: string;
  readonly label: LocalizedText;
  readonly count: number;
  readonly condition: Rule;
};

/** Places of one kind, wherever they are. */
export interface PlaceBasics {
  /** ISCED-F 2013, two to four digits. */
  readonly fieldCode: string;
  readonly level: number | null;
  /** BCP 47. */
  readonly language: string;
  /** CEFR, or NS for a native speaker's command. */
  readonly languageLevel: string;
  readonly months: number;
  readonly services: LocalizedText | null;
  readonly capacity: number;
}

export const LANGUAGE_LEVELS = ['A1', 'A2', 'B1', 'B2', 'C1', 'C2', 'NS'] as const;
export const LEVELS = [6, 7, 8] as const;

/** What places say beside what they have said from the beginning; absent where there is nothing to say. */
export interface PlaceTerms {
  readonly unitId?: Id | null;
  readonly facilities?: readonly Facility[] | null;
  readonly cost?: readonly CostLine[] | null;
  readonly reserved?: readonly PlaceReserve[] | null;
}

/** The reserves whose condition somebody meets for certain, in the order in which they are taken from. */
export function reservesFor(
  reserved: readonly PlaceReserve[],
  facts: EligibilityFacts,
): readonly PlaceReserve[] {
  return reserved.filter(({ condition }) => judge(condition, facts).outcome === 'met');
}

const MOST_RESERVES = 6;
const MOST_MONTHS = 60;
const MOST_PLACES = 1000;
const MOST_FACILITIES = 12;
const MOST_COST_LINES = 12;
const MOST_WORDS = 300;
/** A hundred million of anything is a slip of the pen. */
const MOST_MINOR = 10_000_000_000;
const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

/** What is wrong with a place by itself, its terms included; the fields begin with `at` where there are several places. */
export function placeProblems(
  place: PlaceBasics & PlaceTerms,
  at = '',
  asked: ReadonlySet<string> = new Set(),
): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const add = (field: string, problem: string, values?: FieldProblem['values']) =>
    problems.push({ field: at ? `${at}.${field}` : field, problem, ...(values ? { values } : {}) });
  if (!/^[0-9]{2,4}$/.test(place.fieldCode)) add('fieldCode', 'required_choice');
  if (place.level !== null && !(Number.isInteger(place.level) && place.level >= 1 && place.level <= 8)) {
    add('level', 'not_in_list');
  }
  if (!/^[a-z]{2,3}(-[A-Za-z]{2,8})*$/.test(place.language)) add('language', 'required_choice');
  if (!LANGUAGE_LEVELS.some((level) => level === place.languageLevel))
    add('languageLevel', 'required_choice');
  // Tenths, as they are kept.
  if (!(Math.abs(place.months * 10 - Math.round(place.months * 10)) < 1e-9)) add('months', 'not_number');
  else if (place.months <= 0 || place.months > MOST_MONTHS) {
    add('months', 'out_of_range', { min: 0.1, max: MOST_MONTHS });
  }
  if (!Number.isInteger(place.capacity)) add('capacity', 'not_number');
  else if (place.capacity < 1 || place.capacity > MOST_PLACES) {
    add('capacity', 'out_of_range', { min: 1, max: MOST_PLACES });
  }
  const said = place.services && wordsProblem(place.services);
  if (said) add('services', said);
  return [...problems, ...placeTermsProblems(place, at, asked)];
}

/** What of a place cannot be kept even in a draft. Words that are missing, and conditions that nobody is asked about, can. */
export function unstorable(place: PlaceBasics & PlaceTerms, at = ''): readonly FieldProblem[] {
  return placeProblems(place, at).filter(
    ({ field, problem }) => !/(^|\.)(services|words|label|condition)$/.test(field) || problem === 'too_long',
  );
}

/**
 * What is wrong with the terms of a place by themselves; the fields begin with `at`.
 * @param asked the questions of the form that is to answer the conditions
 */
function placeTermsProblems(
  place: PlaceTerms & { readonly capacity: number },
  at: string,
  asked: ReadonlySet<string>,
): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const add = (field: string, problem: string) =>
    problems.push({ field: at ? `${at}.${field}` : field, problem });
  const facilities = place.facilities ?? [];
  const cost = place.cost ?? [];
  const reserved = place.reserved ?? [];

  if (facilities.length > MOST_FACILITIES) add('facilities', 'too_many_lines');
  facilities.forEach(({ kind, words }, index) => {
    if (!FACILITY_KINDS.includes(kind)) add(`facilities.${index}.kind`, 'not_in_list');
    const problem = wordsProblem(words);
    if (problem) add(`facilities.${index}.words`, problem);
  });

  if (cost.length > MOST_COST_LINES) add('cost', 'too_many_lines');
  cost.forEach((line, index) => {
    if (!COST_ITEMS.includes(line.item)) add(`cost.${index}.item`, 'not_in_list');
    if (!PAYERS.includes(line.payer)) add(`cost.${index}.payer`, 'not_in_list');
    const { amount } = line;
    if (!amount) return;
    if (!Number.isInteger(amount.minor) || amount.minor < 1 || amount.minor > MOST_MINOR) {
      add(`cost.${index}.amount`, 'not_number');
    }
    if (!CURRENCIES.has(amount.currency)) add(`cost.${index}.currency`, 'not_in_list');
  });

  if (reserved.length > MOST_RESERVES) add('reserved', 'too_many_lines');
  if (new Set(reserved.map(({ id }) => id)).size < reserved.length) add('reserved', 'repeated');
  if (reserved.reduce((sum, { count }) => sum + count, 0) > place.capacity) {
    add('reserved', 'more_than_places');
  }
  reserved.forEach(({ id, label, count, condition }, index) => {
    if (!/^[a-z0-9_]{1,40}$/.test(id)) add(`reserved.${index}.id`, 'not_in_list');
    const problem = wordsProblem(label);
    if (problem) add(`reserved.${index}.label`, problem);
    if (!Number.isInteger(count) || count < 1) add(`reserved.${index}.count`, 'not_number');
    const unsound = ruleProblems(condition, asked)[0];
    if (unsound) add(`reserved.${index}.condition`, unsound.problem);
  });
  return problems;
}

function wordsProblem(words: LocalizedText): 'required' | 'too_long' | null {
  const each = [words.sr, words.ru, words.en];
  if (!each.every((wording) => wording.trim())) return 'required';
  return each.some((wording) => wording.length > MOST_WORDS) ? 'too_long' : null;
}

/** The terms as both countries approve them: only those that there are, so that what was approved before stays as it was. */
export function placeTermsContent({ unitId, facilities, cost, reserved }: PlaceTerms) {
  return {
    ...(unitId ? { unitId } : {}),
    ...(facilities?.length
      ? { facilities: facilities.map(({ kind, words }) => ({ kind, words: { ...words } })) }
      : {}),
    ...(cost?.length
      ? {
          cost: cost.map(({ item, payer, amount, per }) => ({
            item,
            payer,
            amount: amount && { minor: amount.minor, currency: amount.currency },
            per,
          })),
        }
      : {}),
    ...(reserved?.length
      ? {
          reserved: reserved.map(({ id, label, count, condition }) => ({
            id,
            label: { ...label },
            count,
            condition,
          })),
        }
      : {}),
  };
}
