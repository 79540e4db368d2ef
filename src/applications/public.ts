export { ApplicationsModule } from './applications.module.js';
export { ApplicationPorts } from './application-ports.js';
export type {
  AppealsRegister,
  CoApplicantRegister,
  CoApplicantView,
  ReferenceRegister,
  ReferenceView,
  WaitingRegister,
} from './application-ports.js';
export { ApplicationCounts } from './data/application-counts.js';
export { ApplicationRow } from './data/application.entity.js';
export { ApplicationsRepository } from './data/applications.repository.js';
export { ApplicationLists } from './data/application-lists.js';
export type { ApplicationFilter, OfficeWork } from './data/application-lists.js';
export { applicationsPolicy } from './domain/applications.policy.js';
export { APPLICATION_STATES, HOLDS_PLACE, applicationStates } from './domain/application.states.js';
export type { ApplicationAct, ApplicationState } from './domain/application.states.js';
export * from './domain/applications.events.js';
export { readAnswers } from './domain/answers.js';
export { custodyOf } from './domain/custody.js';
export { declinesAt } from './domain/nomination-silence.js';
export type { Custody, CustodyFacts, Office } from './domain/custody.js';
export type { NominationState } from './domain/nomination.states.js';
export { OpenApplications, isEditable } from './http/own-application.js';
export type { OpenApplication } from './http/own-application.js';
export { presentHead } from './http/presenters/present-head.js';
export { presentCoApplicantState } from './http/presenters/present-co-applicants.js';
export { presentReferenceState } from './http/presenters/present-references.js';
export { atInstant, presentDeadline } from './http/presenters/reader.js';
export type { ApplicationHead, DeadlineView, SummaryRow, Tag, Words } from './http/views/applicant-views.js';
export { AnswerNomination } from './operations/answer-nomination.js';
export { AnswerOffer } from './operations/answer-offer.js';
export { ApplicationFiles } from './operations/application-file.js';
export type { ApplicationFile } from './operations/application-file.js';
export { AssessApplications } from './operations/assess-applications.js';
export { AssignUnit } from './operations/assign-unit.js';
export { AttachDocument } from './operations/attach-document.js';
export { ComposeAwardLetter } from './operations/compose-award-letter.js';
export type { AwardedFile } from './operations/compose-award-letter.js';
export { CarryOver } from './operations/carry-over.js';
export type { SubmittedContent } from './domain/submitted-content.js';
export { ComposeDossier } from './operations/compose-dossier.js';
export { DocumentFindings } from './operations/document-findings.js';
export { SupplementDocument } from './operations/supplement-document.js';
export { FindDuplicates } from './operations/find-duplicates.js';
export { HostSight } from './operations/host-sight.js';
export { GiveConsents } from './operations/give-consents.js';
export { KeepDocuments } from './operations/keep-documents.js';
export { KeepDeadlines } from './operations/keep-deadlines.js';
export { MeetCondition } from './operations/meet-condition.js';
export { NominateCandidate } from './operations/nominate-candidate.js';
export { RankedRoute } from './operations/ranked-route.js';
export type { ListedResult, OfferObstacle } from './operations/ranked-route.js';
export { ReservesMet } from './operations/reserves-met.js';
export { RemindOfDeadlines } from './operations/remind-of-deadlines.js';
export { ReviveApplication } from './operations/revive-application.js';
export { EditApplication } from './operations/edit-application.js';
export { FreezeContent } from './operations/freeze-content.js';
export { sharedText } from './operations/shared-text.js';
export type { SharedText } from './operations/shared-text.js';
export { SaveSection } from './operations/save-section.js';
export { ScreenApplication } from './operations/screen-application.js';
export { StartApplication } from './operations/start-application.js';
export { SubmitApplication } from './operations/submit-application.js';
export { WithdrawApplication } from './operations/withdraw-application.js';
export { applicationsInvariants } from './data/applications.invariants.js';
