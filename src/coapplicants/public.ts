export { CoApplicantsModule } from './co-applicants.module.js';
export { CoApplicantsRepository } from './data/co-applicants.repository.js';
export type { CoApplicantRow } from './data/co-applicant.entity.js';
export { nameOf as nameOfCoApplicant } from './operations/co-applicant-register.js';
export { ReadShared } from './operations/read-shared.js';
export { coApplicantsInvariants } from './data/co-applicants.invariants.js';
