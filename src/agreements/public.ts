export { AgreementsModule } from './agreements.module.js';
export { Agreements } from './data/agreements.js';
export { QuotaLedger } from './data/quota-ledger.js';
export { contentHash as textHash } from '../shared/content-hash.js';
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
