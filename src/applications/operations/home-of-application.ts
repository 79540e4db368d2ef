import { APPLYING_AS, FREEMOVER, askedForm } from '../../calls/public.js';
import type { FormDefinition, GivenSoFar } from '../../calls/public.js';
import type { Id } from '../../shared/ids.js';

/** Where an application comes from. */
export interface HomeOfApplication {
  readonly freemover: boolean;
  readonly homeInstitutionId: Id | null;
}

/**
 * Where an application comes from, by what its applicant has said; null where the form asks for no home. What was submitted
 * is with an office, and stays with it until another one is named.
 */
export function homeBy(
  form: FormDefinition,
  given: GivenSoFar,
  now: HomeOfApplication & { readonly number: string | null },
): HomeOfApplication | null {
  const asked = askedForm(form, given).sections.flatMap(({ id: section, questions }) =>
    questions.map((question) => ({ question, answer: given.answers[section]?.[question.id] ?? null })),
  );
  const whole = form.sections.flatMap(({ questions }) => questions);
  if (!whole.some(({ id, institutionCountry }) => id === APPLYING_AS || institutionCountry === 'home')) {
    return null;
  }
  const freemover = asked.some(({ question, answer }) => question.id === APPLYING_AS && answer === FREEMOVER);
  const homeInstitutionId =
    asked.find(({ question }) => question.institutionCountry === 'home')?.answer ?? null;
  if (now.number !== null && !freemover && homeInstitutionId === null) return null;
  return { freemover, homeInstitutionId: freemover ? null : homeInstitutionId };
}

/** What becomes of an application that comes from somewhere else now: no unit there has it yet. */
export function movedHome(
  before: HomeOfApplication,
  home: HomeOfApplication | null,
): Partial<HomeOfApplication & { readonly homeUnitId: null }> {
  if (!home) return {};
  const same = home.freemover === before.freemover && home.homeInstitutionId === before.homeInstitutionId;
  return same ? {} : { ...home, homeUnitId: null };
}
