export { MobilitiesModule } from './mobilities.module.js';
export { mobilitiesInvariants } from './data/mobilities.invariants.js';
export { CertifyStay } from './operations/certify-stay.js';
export { EndStay } from './operations/end-stay.js';
export { KeepCertificates } from './operations/keep-certificates.js';
export { ReadStays } from './operations/read-stays.js';
export type { PresentCount } from './operations/read-stays.js';
export { RecordPayment } from './operations/record-payment.js';
