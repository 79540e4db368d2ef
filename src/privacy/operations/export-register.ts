import { Inject, Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import { Database } from '../../platform/database/database.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { privacyRegisterPolicy } from '../domain/privacy-register.policy.js';
import { ReadTransfers } from './read-transfers.js';
import type { RegisterFilter, RegisterLine } from './read-transfers.js';

const BATCH = 500;

/** Takes the register of transfers out of the application, by ids and codes; that it began is on record. */
@Injectable()
export class ExportRegister {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(ReadTransfers) private readonly register: ReadTransfers,
  ) {}

  async begin(
    request: RequestContext,
    filter: RegisterFilter,
  ): Promise<AsyncGenerator<readonly RegisterLine[]>> {
    await this.database.transaction(request, async (ctx) => {
      authorise(
        ctx,
        privacyRegisterPolicy,
        'privacy_register.export',
        { state: 'kept' },
        'privacy_register.read',
      );
      await this.audit.record(ctx, {
        action: 'transfer.exported',
        subject: { kind: 'transfer_export', id: newId(ctx.clock.now()) },
        data: { ...filter },
      });
    });
    return this.batches(request, filter);
  }

  /** Each batch is a transaction of its own: whoever reads slowly holds nothing. */
  private async *batches(
    request: RequestContext,
    filter: RegisterFilter,
  ): AsyncGenerator<readonly RegisterLine[]> {
    for (let before: Id | null = null; ;) {
      const from: Id | null = before;
      const lines: readonly RegisterLine[] = await this.database.read(request, (ctx) =>
        this.register.ofProgramme(ctx, filter, from, BATCH),
      );
      if (lines.length > 0) yield lines;
      before = lines.at(-1)?.id ?? null;
      if (lines.length < BATCH) return;
    }
  }
}
