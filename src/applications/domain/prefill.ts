import type { FormDefinition } from '../../calls/public.js';
import type { Id } from '../../shared/ids.js';
import type { Answers } from './answers.js';

/** What is known of a person before they write anything. */
export interface KnownPerson {
  readonly nativeFamily: string;
  readonly nativeGiven: string;
  readonly passportFamily: string | null;
  readonly passportGiven: string | null;
  readonly email: string;
  readonly country: string;
  readonly homeInstitutionId: Id | null;
}

/**
 * The first answers of a new application, by section: what the person's sign-in told. The passport's spelling is filled
 * in only where it is known from the passport; it is never derived silently.
 */
export function personalPrefill(form: FormDefinition, person: KnownPerson): ReadonlyMap<string, Answers> {
  const known: Readonly<Record<string, string | null>> = {
    native_family: person.nativeFamily,
    native_given: person.nativeGiven,
    passport_family: person.passportFamily,
    passport_given: person.passportGiven,
    email: person.email,
    citizenship: person.country,
    home_institution: person.homeInstitutionId,
  };
  const filled = new Map<string, Answers>();
  for (const section of form.sections) {
    const answers: Record<string, string> = {};
    for (const question of section.questions) {
      const value = known[question.id];
      if (value) answers[question.id] = value;
    }
    if (Object.keys(answers).length > 0) filled.set(section.id, answers);
  }
  return filled;
}
