import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import { Database } from '../../platform/database/database.js';
import { newId } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { Entries } from '../data/entries.js';
import type { EntryView } from '../data/entries.js';
import type { BalanceFilter } from '../domain/balance.js';

const BATCH = 500;
export const EXPORT_FORMATS = ['csv', 'xlsx'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Takes the entries out of the application, as far as the reader may see them; that it began is on record. */
@Injectable()
export class ExportLedger {
  constructor(
    private readonly database: Database,
    private readonly entries: Entries,
    private readonly audit: AuditTrail,
  ) {}

  async begin(
    request: RequestContext,
    filter: BalanceFilter,
    format: ExportFormat,
  ): Promise<AsyncGenerator<readonly EntryView[]>> {
    await this.database.transaction(request, (ctx) =>
      this.audit.record(ctx, {
        action: 'ledger.exported',
        subject: { kind: 'ledger_export', id: newId(ctx.clock.now()) },
        data: { format, ...filter },
      }),
    );
    return this.batches(request, filter);
  }

  /** Each batch is a transaction of its own: whoever reads slowly holds nothing. */
  private async *batches(
    request: RequestContext,
    filter: BalanceFilter,
  ): AsyncGenerator<readonly EntryView[]> {
    let before: string | null = null;
    for (;;) {
      const from: string | null = before;
      const page: readonly EntryView[] = await this.database.read(request, (ctx) =>
        this.entries.page(ctx, filter, from, BATCH),
      );
      if (page.length > 0) yield page;
      before = page.at(-1)?.id ?? null;
      if (page.length < BATCH) return;
    }
  }
}
