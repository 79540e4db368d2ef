import type { CoApplicantRule, FormDefinition } from './form.js';

/** Who else may stand in an application; null where it is one person's. */
export function coApplicantsOf(form: FormDefinition): CoApplicantRule | null {
  return form.sections.find(({ kind }) => kind === 'co_applicants')?.coApplicants ?? null;
}
