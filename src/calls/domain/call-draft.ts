import type { FieldProblem } from '../../shared/domain-error.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import type { LocalizedText } from '../../shared/language.js';
import { isTimeZone } from '../../shared/zoned-time.js';
import { CALL_CATEGORIES } from './call.js';
import type {
  CallCategory,
  CallDirection,
  CallRound,
  CallRoute,
  CallView,
  PlaceView,
  Promises,
} from './call.js';
import { ruleProblems } from './eligibility.js';
import type { FormDefinition } from './form.js';
import { asksForRoute, freemoverProblems } from './freemover.js';
import type { FreemoverRule } from './freemover.js';
import { formProblems } from './form-problems.js';
import { CO_APPLICANTS_SECTION, MOST_CO_APPLICANTS, REFERENCES_SECTION } from './form.js';
import { placeProblems } from './place.js';
import type { PlaceTerms } from './place.js';
import { selectionProblems } from './selection.js';
import type { SelectionRules } from './selection.js';
import { STANDARD_FORM } from './standard-form.js';

/** Places of one kind at one host, as they are planned. */
export interface PlaceDraft extends PlaceTerms {
  /** Of a place that the draft has already; absent: a new one. */
  readonly id?: Id;
  /** In a second round the place of the round before whose seats it has. */
  readonly fromPlaceId?: Id | null;
  readonly institutionId: Id;
  readonly fieldCode: string;
  readonly level: number | null;
  readonly language: string;
  readonly languageLevel: string;
  readonly months: number;
  readonly services: LocalizedText | null;
  readonly capacity: number;
}

/** Everything that a new call says. */
export interface CallDraft {
  readonly slug: string;
  readonly category: CallCategory;
  readonly route: CallRoute;
  readonly title: LocalizedText;
  readonly summary: LocalizedText;
  readonly whoMayApply: LocalizedText;
  readonly funding: LocalizedText;
  readonly themes: readonly string[];
  readonly agreementId: Id;
  readonly academicYear: string;
  readonly timeZone: string;
  readonly opensAt: Date;
  readonly closesAt: Date;
  readonly graceMinutes: number;
  readonly stayFrom: string;
  readonly stayUntil: string;
  readonly maxChoices: number;
  readonly homeEndorsement: boolean;
  readonly independentAssessment: boolean;
  /** Absent or null: nobody applies whom no institution nominates. */
  readonly freemovers?: FreemoverRule | null;
  readonly promises: Promises;
  /** How it selects where it ranks; absent or null where nobody has said so yet. */
  readonly selection?: SelectionRules | null;
  /** What makes it the next round of another call; absent or null: it is one of its own. */
  readonly round?: CallRound | null;
  readonly directions: readonly CallDirection[];
  readonly places: readonly PlaceDraft[];
  /** The standard form of the category where absent. */
  readonly form?: FormDefinition;
}

/** What of a call everybody reads, each in three languages. */
export const CALL_TEXTS = ['title', 'summary', 'whoMayApply', 'funding'] as const;
export type CallText = (typeof CALL_TEXTS)[number];

/** The languages in which a text is written; Serbian in Latin script is derived from the first. */
export const WRITTEN_LANGUAGES = ['sr', 'ru', 'en'] as const;
export type WrittenLanguage = (typeof WRITTEN_LANGUAGES)[number];

export const PROMISED_STEPS = [
  'screeningDays',
  'returnDays',
  'hostDecisionDays',
  'approvalDays',
  'offerDays',
] as const satisfies readonly (keyof Promises)[];

/** What silence after a promise means; absent where only somebody is told. */
export const SILENCES = [
  'declinedAfterDays',
  'tabledAfterDays',
] as const satisfies readonly (keyof Promises)[];

export const TITLE_MAX = 200;
export const TEXT_MAX = 6000;
const SLUG_MAX = 80;
const MOST_GRACE = 1440;
export const MOST_CHOICES = 6;
const MOST_PROMISED_DAYS = 365;
const MOST_PLACES = 500;

/** What cannot be kept at all, not even as a draft: it contradicts itself, or is no such thing. */
export function storageProblems(draft: CallDraft): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const add = (field: string, problem: string, values?: FieldProblem['values']) =>
    problems.push({ field, problem, ...(values ? { values } : {}) });
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(draft.slug) || draft.slug === 'new') add('slug', 'call_slug');
  else if (draft.slug.length > SLUG_MAX) add('slug', 'too_long', { max: SLUG_MAX });
  if (!CALL_CATEGORIES.includes(draft.category)) add('category', 'required_choice');
  for (const field of CALL_TEXTS) {
    const max = field === 'title' ? TITLE_MAX : TEXT_MAX;
    for (const language of WRITTEN_LANGUAGES) {
      if (draft[field][language].length > max) add(`${field}.${language}`, 'too_long', { max });
    }
  }
  if (!isAcademicYear(draft.academicYear)) add('academicYear', 'academic_year');
  if (!isTimeZone(draft.timeZone)) add('timeZone', 'not_in_list');
  if (draft.closesAt <= draft.opensAt) add('closesAt', 'end_before_start');
  if (draft.stayUntil <= draft.stayFrom) add('stayUntil', 'end_before_start');
  const whole = (field: string, value: number, min: number, max: number) => {
    if (!Number.isInteger(value)) add(field, 'not_number');
    else if (value < min || value > max) add(field, 'out_of_range', { min, max });
  };
  whole('graceMinutes', draft.graceMinutes, 0, MOST_GRACE);
  whole('maxChoices', draft.maxChoices, 1, MOST_CHOICES);
  for (const step of PROMISED_STEPS) {
    whole(`promises.${step}`, draft.promises[step], 1, MOST_PROMISED_DAYS);
  }
  for (const silence of SILENCES) {
    const days = draft.promises[silence];
    if (days !== undefined) whole(`promises.${silence}`, days, 1, MOST_PROMISED_DAYS);
  }
  if (draft.directions.some(({ homeCountry, hostCountry }) => homeCountry === hostCountry)) {
    add('directions', 'not_in_list');
  }
  const ways = draft.directions.map(({ homeCountry, hostCountry }) => `${homeCountry} ${hostCountry}`);
  if (new Set(ways).size < ways.length) add('directions', 'duplicate_choice');
  const asked = askedBy(draft);
  draft.places.forEach((place, index) => {
    // Words may still be missing, and the form be behind.
    problems.push(
      ...placeProblems(place, `places.${index}`, asked).filter(({ problem }) => !NOT_YET.includes(problem)),
    );
  });
  problems.push(...freemoverProblems(draft.freemovers ?? null, draft.route));
  if (draft.places.length > MOST_PLACES) add('places', 'too_many', { max: MOST_PLACES });
  problems.push(...selectionIn(draft).filter(({ problem }) => !NOT_YET.includes(problem)));
  return problems;
}

/**
 * Everything that is missing or wrong before both countries can be asked, before any register is. A text that is missing
 * in one language is a problem of its own (`title.ru`), so that each leads to its field.
 *
 * @param hosts the country of each institution that has places
 */
export function draftProblems(
  draft: CallDraft,
  now: Date,
  hosts?: ReadonlyMap<Id, CountryCode>,
): readonly FieldProblem[] {
  const problems: FieldProblem[] = [...storageProblems(draft)];
  const add = (field: string, problem: string) => problems.push({ field, problem });
  for (const field of CALL_TEXTS) {
    for (const language of WRITTEN_LANGUAGES) {
      if (!draft[field][language].trim()) add(`${field}.${language}`, 'required');
    }
  }
  if (draft.closesAt <= now) add('closesAt', 'date_in_past');
  if (draft.directions.length === 0) add('directions', 'required_choice');
  if (draft.form?.eligibility) {
    const questions = draft.form.sections.flatMap((section) => section.questions);
    problems.push(...ruleProblems(draft.form.eligibility, new Set(questions.map(({ id }) => id))));
  }
  if (draft.places.length === 0) add('places', 'call_places');
  if (draft.form) problems.push(...formProblems(draft.form));
  // One without the other would promise what nobody is asked, or ask what nobody promised.
  if (draft.form && asksForRoute(draft.form) !== Boolean(draft.freemovers)) add('form', 'form_freemovers');
  const asked = askedBy(draft);
  draft.places.forEach((place, index) => {
    const unsound = placeProblems(place, `places.${index}`, asked);
    problems.push(...unsound.filter(({ problem }) => NOT_YET.includes(problem)));
  });
  if (draft.route === 'ranked' && !draft.selection) add('selection', 'selection_rules');
  // Of a call that does not rank they are kept, and applied to nobody.
  if (draft.route === 'ranked') {
    problems.push(...selectionIn(draft, hosts).filter(({ problem }) => NOT_YET.includes(problem)));
  }
  if (draft.form && !asksForReferencesSoundly(draft.form)) add('form', 'invalid');
  if (draft.form && !admitsCoApplicantsSoundly(draft.form)) add('form', 'invalid');
  return problems;
}

/** What is wrong with the terms of a place, or of the selection, as long as something else is not written yet. */
const NOT_YET: readonly string[] = [
  'required',
  'condition_not_asked',
  'no_criterion',
  'groups_cross',
  'group_without_place',
];

function selectionIn(
  { selection, directions }: CallDraft,
  hosts?: ReadonlyMap<Id, CountryCode>,
): readonly FieldProblem[] {
  return selection ? selectionProblems(selection, directions, hosts) : [];
}

/** The country of each institution that has places. */
export function hostsOf(places: readonly PlaceView[]): ReadonlyMap<Id, CountryCode> {
  return new Map(places.map(({ institution }) => [institution.id, institution.country]));
}

/** The questions of the form. */
function askedBy({ form, category }: CallDraft): ReadonlySet<string> {
  const { sections } = form ?? STANDARD_FORM(category);
  return new Set(sections.flatMap(({ questions }) => questions.map(({ id }) => id)));
}

/** A call that is there, as the draft that would make it. */
export function draftOf(call: CallView, form: FormDefinition, places: readonly PlaceView[]): CallDraft {
  return {
    slug: call.slug,
    category: call.category,
    route: call.route,
    title: call.title,
    summary: call.summary,
    whoMayApply: call.whoMayApply,
    funding: call.funding,
    themes: call.themes,
    agreementId: call.agreementId,
    academicYear: call.academicYear,
    timeZone: call.timeZone,
    opensAt: call.opensAt,
    closesAt: call.closesAt,
    graceMinutes: call.graceMinutes,
    stayFrom: call.stayFrom,
    stayUntil: call.stayUntil,
    maxChoices: call.maxChoices,
    homeEndorsement: call.homeEndorsement,
    independentAssessment: call.independentAssessment,
    freemovers: call.freemovers,
    promises: call.promises,
    selection: call.selection,
    round: call.round,
    directions: call.directions,
    places: places.map(
      ({ institution, callId: _call, unitName: _unit, taken: _taken, free: _free, ...place }) => ({
        ...place,
        institutionId: institution.id,
        reserved: place.reserved.map(({ taken: _took, free: _left, ...reserve }) => reserve),
      }),
    ),
    form,
  };
}

/** "2027/28": two years that follow one another. */
export function isAcademicYear(text: string): boolean {
  const [, first, second] = /^(\d{4})\/(\d{2})$/.exec(text) ?? [];
  return first !== undefined && (Number(first) + 1) % 100 === Number(second);
}

/** "2027/28" for 2027. */
export function academicYearFrom(firstYear: number): string {
  return `${firstYear}/${String((firstYear + 1) % 100).padStart(2, '0')}`;
}

/** Letters asked for by one section at most, under its own name, so many as somebody can ask for. */
function asksForReferencesSoundly({ sections }: FormDefinition): boolean {
  const asking = sections.filter(({ kind, references }) => kind === 'references' || references);
  return (
    asking.length <= 1 &&
    asking.every(({ id, kind, references }) => {
      if (kind !== 'references' || id !== REFERENCES_SECTION || !references) return false;
      const { min, max, daysAfterClose } = references;
      const whole = [min, max, daysAfterClose ?? 0].every(
        (number) => Number.isInteger(number) && number >= 0,
      );
      return whole && min <= max && max >= 1 && max <= MOST_REFERENCES && (daysAfterClose ?? 0) <= MOST_DAYS;
    })
  );
}

/** Admitted by one section at most, under its own name, within bounds. */
function admitsCoApplicantsSoundly({ sections }: FormDefinition): boolean {
  const admitting = sections.filter(({ kind, coApplicants }) => kind === 'co_applicants' || coApplicants);
  return (
    admitting.length <= 1 &&
    admitting.every(({ id, kind, coApplicants }) => {
      if (kind !== 'co_applicants' || id !== CO_APPLICANTS_SECTION || !coApplicants) return false;
      const { min, max } = coApplicants;
      const whole = Number.isInteger(min) && Number.isInteger(max);
      return whole && min >= 0 && min <= max && max >= 1 && max <= MOST_CO_APPLICANTS;
    })
  );
}

const MOST_REFERENCES = 6;
const MOST_DAYS = 120;
