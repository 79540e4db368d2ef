export { AgreementsModule } from './agreements.module.js';
export { AgreementVersions } from './data/agreement-versions.js';
export { AGREEMENT_WAITS, Agreements } from './data/agreements.js';
export { themeName, themes } from './data/themes.js';
export { QuotaLedger } from './data/quota-ledger.js';
export type { QuotaAmount } from './data/quota-ledger.js';
export { AgreementPorts } from './agreement-ports.js';
export type { DrawingCall } from './agreement-ports.js';
export { coversStay, isInForce } from './domain/agreement.js';
export { allowedDays, daysOf, quotaLeft } from './domain/quota.js';
export { PrepareAgreement } from './operations/prepare-agreement.js';
export type { AgreementDraft } from './operations/prepare-agreement.js';
export { ProposeAgreement } from './operations/propose-agreement.js';
export { BringIntoForce } from './operations/bring-into-force.js';
export type { AgreementTerm } from './operations/agreed-versions.js';
export { AgreementDocuments } from './operations/agreement-documents.js';
export { AnswerAgreement } from './operations/answer-agreement.js';
export { EditAgreement } from './operations/edit-agreement.js';
export { ImportAgreements } from './operations/import-agreements.js';
export type { ImportOptions, ImportReport } from './operations/import-agreements.js';
export { KeepAnnexes } from './operations/keep-annexes.js';
export { KeepAgreements } from './operations/keep-agreements.js';
export { ReviseAgreement } from './operations/revise-agreement.js';
export { TerminateAgreement } from './operations/terminate-agreement.js';
export type {
  AgreementArticle,
  AgreementKind,
  AgreementParty,
  AgreementText,
  AgreementView,
  QuotaKey,
  QuotaView,
  VersionView,
} from './domain/agreement.js';
export type { AgreementState } from './domain/agreement.states.js';
export { agreementsInvariants } from './data/agreements.invariants.js';
