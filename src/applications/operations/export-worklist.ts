import { Inject, Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import type { AuditEntry } from '../../audit/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { TableFormat } from '../../platform/tables/table-file.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import type { ApplicationFilter } from '../data/applications.repository.js';
import type { ApplicationRow } from '../data/application.entity.js';
import { WorklistFilters } from './worklist-filter.js';
import type { WorklistWish } from './worklist-filter.js';

/** So many rows at most: more is for the programme's statistics, and nobody reads it. */
export const EXPORT_MOST = 100_000;
const BATCH = 500;

export interface ExportOrder {
  readonly wish: WorklistWish;
  readonly columns: readonly string[];
  readonly format: TableFormat;
}

/** An export that was let through and put on record; `rows` is read once. */
export interface Export<Line> {
  readonly id: Id;
  readonly count: number;
  readonly rows: AsyncGenerator<readonly Line[]>;
}

/**
 * Takes a filtered worklist out of the application. The rows are those of the list, by the same condition, and go out as
 * they are read; that it began is on record before the first of them, and how many went out after the last.
 */
@Injectable()
export class ExportWorklist {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(WorklistFilters) private readonly filters: WorklistFilters,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
  ) {}

  /** How many there are, counted no further than one more than may be taken. */
  async count(ctx: Ctx, wish: WorklistWish): Promise<number> {
    const filter = await this.filters.resolve(ctx, wish);
    return filter ? this.applications.count(ctx, { ...filter, limit: EXPORT_MOST + 1 }) : 0;
  }

  /**
   * Begins. `lineOf` makes the lines of a batch, with the sight of whoever asks.
   * @throws DomainError `blocked` where there are too many.
   */
  begin<Line>(
    request: RequestContext,
    order: ExportOrder,
    lineOf: (ctx: Ctx, rows: readonly ApplicationRow[]) => Promise<readonly Line[]>,
  ): Promise<Export<Line>> {
    return this.database.transaction(request, async (ctx) => {
      const filter = await this.filters.resolve(ctx, order.wish);
      const count = filter ? await this.applications.count(ctx, { ...filter, limit: EXPORT_MOST + 1 }) : 0;
      if (count > EXPORT_MOST) {
        throw new DomainError('blocked', { reason: 'export_too_large', values: { max: EXPORT_MOST } });
      }
      const id = newId(ctx.clock.now());
      await this.note(ctx, id, 'begun', { ...described(order, filter), rows: count });
      return { id, count, rows: this.rows(request, id, filter, lineOf) };
    });
  }

  /**
   * Each batch is a transaction of its own: whoever reads slowly holds nothing, and a right that ends meanwhile ends it.
   * What moves in the list while it is read is taken once, where it is met first.
   */
  private async *rows<Line>(
    request: RequestContext,
    id: Id,
    filter: Omit<ApplicationFilter, 'limit' | 'after'> | null,
    lineOf: (ctx: Ctx, rows: readonly ApplicationRow[]) => Promise<readonly Line[]>,
  ): AsyncGenerator<readonly Line[]> {
    const taken = new Set<Id>();
    let after: ApplicationFilter['after'];
    let complete = false;
    try {
      while (filter && taken.size < EXPORT_MOST) {
        const position = after ? { after } : {};
        const { found, fresh, lines } = await this.database.read(request, async (ctx) => {
          const listed = await this.applications.list(ctx, { ...filter, ...position, limit: BATCH });
          const fresh = listed.filter((row) => !taken.has(row.id)).slice(0, EXPORT_MOST - taken.size);
          return { found: listed, fresh, lines: await lineOf(ctx, fresh) };
        });
        // Only now: a read may be done again.
        for (const row of fresh) taken.add(row.id);
        if (lines.length > 0) yield lines;
        const last = found.at(-1);
        // A list that does not go on has an end too.
        if (!last || found.length < BATCH || last.id === after?.id) break;
        after = { stateSince: last.stateSince, id: last.id };
      }
      complete = true;
    } finally {
      await this.database.transaction(request, (ctx) =>
        this.note(ctx, id, 'ended', { rows: taken.size, complete }),
      );
    }
  }

  private note(ctx: Ctx, id: Id, act: string, data: AuditEntry['data']): Promise<void> {
    return this.audit.record(ctx, {
      action: `application_export.${act}`,
      subject: { kind: 'application_export', id },
      ...(data ? { data } : {}),
    });
  }
}

/** The order as the record may keep it: codes and ids. That a name was searched for is said, but not which. */
function described(
  { wish, columns, format }: ExportOrder,
  filter: Omit<ApplicationFilter, 'limit' | 'after'> | null,
): NonNullable<AuditEntry['data']> {
  const { waits, state, callId, category, field, level, overdue, duplicates, meets, from, until } = wish;
  return {
    format,
    columns,
    ...(waits ? { waits } : {}),
    ...(state ? { state } : {}),
    ...(callId ? { call: callId } : {}),
    ...(filter?.homeInstitutions ? { home: filter.homeInstitutions } : {}),
    ...(filter?.hostInstitutions ? { host: filter.hostInstitutions } : {}),
    ...(category ? { category } : {}),
    ...(field ? { field } : {}),
    ...(level ? { level } : {}),
    ...(overdue ? { overdue } : {}),
    ...(duplicates ? { duplicates } : {}),
    ...(meets ? { meets } : {}),
    ...(from ? { from } : {}),
    ...(until ? { until } : {}),
    ...(wish.text.trim() ? { searched: true } : {}),
  };
}
