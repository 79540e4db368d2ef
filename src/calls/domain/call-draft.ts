import type { FieldProblem } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { LocalizedText } from '../../shared/language.js';
import type { CallCategory, CallDirection, CallRoute, Promises } from './call.js';
import { ruleProblems } from './eligibility.js';
import type { FormDefinition } from './form.js';
import { formProblems } from './form-problems.js';
import { REFERENCES_SECTION } from './form.js';
import { placeProblems } from './place.js';
import type { PlaceTerms } from './place.js';
import { STANDARD_FORM } from './standard-form.js';

/** Places of one kind at one host, as they are planned. */
export interface PlaceDraft extends PlaceTerms {
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
  readonly promises: Promises;
  readonly directions: readonly CallDirection[];
  readonly places: readonly PlaceDraft[];
  /** The standard form of the category where absent. */
  readonly form?: FormDefinition;
}

/** What is wrong with a draft by itself, before any register is asked. */
export function draftProblems(draft: CallDraft): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const add = (field: string, problem: string) => problems.push({ field, problem });
  for (const field of ['title', 'summary', 'whoMayApply', 'funding'] as const) {
    const { sr, ru, en } = draft[field];
    if (![sr, ru, en].every((wording) => wording.trim())) add(field, 'required');
  }
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(draft.slug)) add('slug', 'not_in_list');
  if (draft.closesAt <= draft.opensAt) add('closesAt', 'end_before_start');
  if (draft.stayUntil <= draft.stayFrom) add('stayUntil', 'end_before_start');
  if (draft.directions.length === 0) add('directions', 'required');
  if (draft.directions.some(({ homeCountry, hostCountry }) => homeCountry === hostCountry)) {
    add('directions', 'not_in_list');
  }
  if (draft.form?.eligibility) {
    const questions = draft.form.sections.flatMap((section) => section.questions);
    problems.push(...ruleProblems(draft.form.eligibility, new Set(questions.map(({ id }) => id))));
  }
  if (draft.form) problems.push(...formProblems(draft.form));
  if (draft.places.length === 0) add('places', 'required');
  const { sections } = draft.form ?? STANDARD_FORM(draft.category);
  const asked = new Set(sections.flatMap(({ questions }) => questions.map(({ id }) => id)));
  draft.places.forEach((place, index) => problems.push(...placeProblems(place, `places.${index}`, asked)));
  if (Object.values(draft.promises).some((days: number) => !Number.isInteger(days) || days < 1)) {
    add('promises', 'not_number');
  }
  if (draft.form && !asksForReferencesSoundly(draft.form)) add('form', 'invalid');
  return problems;
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

const MOST_REFERENCES = 6;
const MOST_DAYS = 120;
