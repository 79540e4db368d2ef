export { AgreementsModule } from './agreements.module.js';
export { Agreements } from './data/agreements.js';
export { themeName, themes } from './data/themes.js';
export { QuotaLedger } from './data/quota-ledger.js';
export { isInForce } from './domain/agreement.js';
export { PrepareAgreement } from './operations/prepare-agreement.js';
export type { AgreementDraft } from './operations/prepare-agreement.js';
export { ProposeAgreement } from './operations/propose-agreement.js';
export { BringIntoForce } from './operations/bring-into-force.js';
export type { AgreementTerm } from './operations/bring-into-force.js';
export type {
  AgreementArticle,
  AgreementKind,
  AgreementParty,
  AgreementText,
  AgreementView,
  QuotaKey,
  QuotaView,
} from './domain/agreement.js';
export type { AgreementState } from './domain/agreement.states.js';
export { agreementsInvariants } from './data/agreements.invariants.js';
