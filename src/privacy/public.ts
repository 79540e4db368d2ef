export { PrivacyModule } from './privacy.module.js';
export { Consents } from './operations/consents.js';
export type { ConsentGiven, ConsentSubject } from './operations/consents.js';
export { Transfers } from './operations/transfers.js';
export type { Transfer } from './operations/transfers.js';
export { ErasePerson } from './operations/erase-person.js';
export { ERASED, changeRows, forgetValues } from './operations/forget-values.js';
export { RetentionRules } from './operations/retention-rules.js';
export { ExportPerson } from './operations/export-person.js';
export { PrivacyPorts } from './privacy-ports.js';
export type {
  ErasedPart,
  ErasureHold,
  ErasureSource,
  KeptRecord,
  PersonDataSource,
  PersonFile,
  PersonPart,
} from './privacy-ports.js';
export type { PersonPaper } from './domain/person-paper.js';
export type { PersonRecord } from './domain/person-record.js';
