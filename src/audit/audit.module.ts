import { Global, Module } from '@nestjs/common';
import { AuditTrail } from './operations/audit-trail.js';
import { SealAudit } from './operations/seal-audit.js';
import { VerifyAudit } from './operations/verify-audit.js';

@Global()
@Module({ providers: [AuditTrail, SealAudit, VerifyAudit], exports: [AuditTrail, SealAudit, VerifyAudit] })
export class AuditModule {}
