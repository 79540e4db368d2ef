import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/database/context.js';
import type { Id } from '../shared/ids.js';

/** What the ledger asks of those to the right of it. */
@Injectable()
export class LedgerPorts {
  /** Which of these stays the reader may see: only those are linked. */
  staysInSight: (ctx: Ctx, ids: readonly Id[]) => Promise<ReadonlySet<Id>> = () => Promise.resolve(new Set());
}
