import type { DocumentRequirement, FormQuestion, Sensitivity } from './form.js';

/** What the standard form has asked from the beginning, for forms that were kept before they said so themselves. */
const KNOWN: Readonly<Record<string, Sensitivity | 'open'>> = {
  native_family: 'identity',
  native_given: 'identity',
  passport_family: 'passport',
  passport_given: 'passport',
  birth_date: 'passport',
  citizenship: 'passport',
  passport_copy: 'passport',
  email: 'contact',
  phone: 'contact',
  home_institution: 'open',
  faculty: 'open',
  programme: 'open',
  level: 'open',
  year: 'open',
  grade_average: 'open',
  language_level: 'open',
  department: 'open',
  position: 'open',
  degree: 'open',
  experience_years: 'open',
  courses: 'open',
  research_topic: 'open',
  expertise: 'open',
  duties: 'open',
  motivation: 'open',
  plan: 'open',
  transcript: 'open',
  cv: 'open',
};

/** An older form asks what nobody here knows: only those who prepare and decide see it. */
const UNKNOWN: Sensitivity = 'passport';

/** For whose eyes an answer or a document is. */
export function sensitivityOf(
  asked: Pick<FormQuestion | DocumentRequirement, 'id' | 'sensitivity'>,
): Sensitivity | 'open' {
  return asked.sensitivity ?? KNOWN[asked.id] ?? UNKNOWN;
}
