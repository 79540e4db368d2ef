import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import type { TableFormat } from '../../platform/tables/table-file.js';
import { newId } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { Balances } from '../data/balances.js';
import { Entries } from '../data/entries.js';
import type { EntryView } from '../data/entries.js';
import type { AsOf, BalanceFilter, BalanceRow, Dimension } from '../domain/balance.js';

const BATCH = 500;
/** Every entry as it was made, or what they come to on a day. */
export const EXPORTED = ['entries', 'balances'] as const;
export type Exported = (typeof EXPORTED)[number];
/** By what a balance in a file is told apart: as far as the ledger is told apart without an institution. */
const FINEST: readonly Dimension[] = ['agreement', 'year', 'category'];

/** Takes the entries out of the application, as far as the reader may see them; that it began is on record. */
@Injectable()
export class ExportLedger {
  constructor(
    private readonly database: Database,
    private readonly entries: Entries,
    private readonly balances: Balances,
    private readonly audit: AuditTrail,
  ) {}

  async begin(
    request: RequestContext,
    filter: BalanceFilter,
    format: TableFormat,
  ): Promise<AsyncGenerator<readonly EntryView[]>> {
    await this.database.transaction(request, (ctx) => this.note(ctx, { format, what: 'entries', ...filter }));
    return this.batches(request, filter);
  }

  /** What the entries come to on a day, and as it was known on one: the sums of agreement, year and category. */
  balance(
    request: RequestContext,
    asOf: AsOf,
    filter: BalanceFilter,
    format: TableFormat,
  ): Promise<readonly BalanceRow[]> {
    return this.database.transaction(request, async (ctx) => {
      await this.note(ctx, { format, what: 'balances', ...asOf, ...filter });
      return this.balances.of(ctx, asOf, FINEST, filter);
    });
  }

  private note(ctx: Ctx, data: Readonly<Record<string, string>>): Promise<void> {
    return this.audit.record(ctx, {
      action: 'ledger.exported',
      subject: { kind: 'ledger_export', id: newId(ctx.clock.now()) },
      data,
    });
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
