export { CoApplicantsModule } from './co-applicants.module.js';
export { CoApplicantsRepository } from './data/co-applicants.repository.js';
export type { CoApplicantRow } from './data/co-applicant.entity.js';
export { nameOf as nameOfCoApplicant } from './operations/co-applicant-register.js';
export { AnswerInvitation } from './operations/answer-invitation.js';
export { InviteCoApplicants } from './operations/invite-co-applicants.js';
export { ReadShared } from './operations/read-shared.js';
export { StandInApplication } from './operations/stand-in-application.js';
export { coApplicantsInvariants } from './data/co-applicants.invariants.js';
