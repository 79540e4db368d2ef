import { Inject, Injectable } from '@nestjs/common';
import { Database, systemContext } from '../../platform/database/database.js';
import type { Clock } from '../../shared/clock.js';
import { verifyChain } from '../data/verify-chain.js';
import type { AuditVerdict } from '../data/verify-chain.js';

/** Computes the whole chain again from the entries and compares it with the seals. */
@Injectable()
export class VerifyAudit {
  constructor(@Inject(Database) private readonly database: Database) {}

  run(clock: Clock): Promise<AuditVerdict> {
    return this.database.read(systemContext(clock), (ctx) =>
      verifyChain((sql, values) => ctx.tx.query(sql, values && [...values])),
    );
  }
}
