export { PrivacyModule } from './privacy.module.js';
export type { ConsentAsked, ConsentKeeper, ConsentOutlook, ConsentReceipt } from './consent-keepers.js';
export * from './domain/privacy.events.js';
export { privacyInvariants } from './data/privacy.invariants.js';
export { RevokeConsent } from './operations/revoke-consent.js';
export { Consents } from './operations/consents.js';
export type { ConsentGiven, ConsentSubject } from './operations/consents.js';
export { Corrections } from './operations/corrections.js';
export { Residencies } from './operations/residencies.js';
export { Transfers } from './operations/transfers.js';
export type { SightRule, Transfer, TransferEnd } from './operations/transfers.js';
export { ErasureRequests } from './operations/erasure-requests.js';
export { KeepRequests } from './operations/keep-requests.js';
export { ErasePerson } from './operations/erase-person.js';
export { ERASED, changeRows, forgetValues } from './operations/forget-values.js';
export type { RetentionReport } from './domain/retention.js';
export { RunRetention } from './operations/run-retention.js';
export { RetentionRules } from './operations/retention-rules.js';
export { ExportPerson } from './operations/export-person.js';
export { PrivacyPorts } from './privacy-ports.js';
export type {
  DueRecord,
  ErasedPart,
  ErasureHold,
  ErasureSource,
  KeptRecord,
  PersonDataSource,
  PersonFile,
  PersonPart,
  RetentionSource,
} from './privacy-ports.js';
export type { PersonPaper } from './domain/person-paper.js';
export type { PersonRecord } from './domain/person-record.js';
