export { PrivacyModule } from './privacy.module.js';
export { Consents } from './operations/consents.js';
export type { ConsentGiven, ConsentSubject } from './operations/consents.js';
export { Transfers } from './operations/transfers.js';
export type { Transfer } from './operations/transfers.js';
