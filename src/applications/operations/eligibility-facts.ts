import { ANSWERED_BY, APPLYING_AS, FREEMOVER, NO_INSTITUTION } from '../../calls/public.js';
import type {
  CallView,
  Condition,
  EligibilityFacts,
  FormDefinition,
  PlaceView,
  Verdict,
} from '../../calls/public.js';
import type { Blocker } from '../../shared/domain-error.js';
import type { ApplicationContents } from '../domain/blockers.js';

/** What of an application the rule of its call is asked of. */
export function eligibilityFacts(of: {
  readonly application: { readonly homeCountry: string; readonly homeInstitutionId: string | null };
  readonly call: Pick<CallView, 'stayFrom'>;
  readonly form: FormDefinition;
  readonly answers: ApplicationContents['answers'];
  readonly places: readonly Pick<PlaceView, 'languageLevel'>[];
  readonly otherAwards: number;
}): EligibilityFacts {
  const answer = (kind: keyof typeof ANSWERED_BY): string | null => {
    const asked = questionOf(of.form, kind);
    return (asked && of.answers[asked.section]?.[asked.field]) || null;
  };
  const number = (kind: keyof typeof ANSWERED_BY): number | null => {
    const given = answer(kind);
    const value = given === null ? Number.NaN : Number(given);
    return Number.isFinite(value) ? value : null;
  };
  return {
    homeCountry: of.application.homeCountry,
    citizenship: answer('citizenship'),
    birthDate: answer('age'),
    stayFrom: of.call.stayFrom,
    level: number('level'),
    year: number('year'),
    gradeAverage: number('grade_average'),
    languageLevel: answer('language'),
    placeLanguageLevels: of.places.map(({ languageLevel }) => languageLevel),
    homeInstitutionId: isFreemover(of)
      ? NO_INSTITUTION
      : (answer('home_institution') ?? of.application.homeInstitutionId),
    experienceYears: number('experience'),
    otherAwards: of.otherAwards,
  };
}

/** By what is written now, which may not be saved yet. */
function isFreemover({
  form,
  answers,
}: {
  readonly form: FormDefinition;
  readonly answers: ApplicationContents['answers'];
}): boolean {
  return form.sections.some(
    ({ id, questions }) =>
      questions.some((question) => question.id === APPLYING_AS) && answers[id]?.[APPLYING_AS] === FREEMOVER,
  );
}

/** The question by whose answer a condition is judged. */
export function questionOf(
  form: FormDefinition,
  kind: Condition['kind'],
): { readonly section: string; readonly field: string } | null {
  for (const id of ANSWERED_BY[kind]) {
    const section = form.sections.find(({ questions }) => questions.some((question) => question.id === id));
    if (section) return { section: section.id, field: id };
  }
  return null;
}

/** Where a condition is mended: at its question, or at the choice of places where no question answers it. */
export function answeredAt(
  form: FormDefinition,
  kind: Condition['kind'],
): { readonly section: string; readonly field: string } | null {
  const asked = questionOf(form, kind);
  if (asked) return asked;
  // Who is of no institution has said so elsewhere.
  const route = form.sections.find(({ questions }) => questions.some(({ id }) => id === APPLYING_AS));
  if (kind === 'home_institution' && route) return { section: route.id, field: APPLYING_AS };
  const choices = form.sections.find((section) => section.kind === 'choices');
  return choices ? { section: choices.id, field: 'choice_1' } : null;
}

/**
 * What of the call's conditions keeps an application from being submitted, beside what is missing anyway: an answer that the
 * form does not require is asked for where a condition needs it.
 */
export function conditionBlockers(
  form: FormDefinition,
  verdict: Verdict | null,
  missing: readonly Blocker[],
): Blocker[] {
  const blocked = new Set(missing.map(({ section, field }) => `${section}.${field}`));
  return (verdict?.because ?? []).flatMap(({ condition, outcome }) => {
    const at = answeredAt(form, condition.kind);
    if (!at || blocked.has(`${at.section}.${at.field}`)) return [];
    const code = outcome === 'not_met' ? 'condition_not_met' : 'condition_unknown';
    // The language is judged by the choice too: without one it is the choice that is missing.
    if (
      outcome === 'unknown' &&
      condition.kind === 'language' &&
      missing.some(({ code: each }) => each === 'choice_missing')
    ) {
      return [];
    }
    return [{ code, ...at, values: { condition: condition.kind } }];
  });
}
