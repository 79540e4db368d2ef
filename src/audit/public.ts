export { AuditModule } from './audit.module.js';
export { AuditTrail } from './operations/audit-trail.js';
export type { AuditEntry, AuditSubject, RecordedEntry } from './operations/audit-trail.js';
export { SealAudit } from './operations/seal-audit.js';
export { VerifyAudit } from './operations/verify-audit.js';
export { auditInvariants } from './data/audit.invariants.js';
export { verifyChain } from './data/verify-chain.js';
export type { AuditVerdict } from './data/verify-chain.js';
