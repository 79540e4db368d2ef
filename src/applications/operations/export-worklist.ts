import { Inject, Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import type { AuditEntry } from '../../audit/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, rightsOf } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { TableFormat } from '../../platform/tables/table-file.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { ApplicationLists } from '../data/application-lists.js';
import type { ApplicationFilter } from '../data/application-lists.js';
import type { ListedRow } from '../data/listed-rows.js';
import { WorklistFilters } from './worklist-filter.js';
import type { WorklistWish } from './worklist-filter.js';

/** So many rows at most: more is for the programme's statistics, and nobody reads it. */
export const EXPORT_MOST = 100_000;
/** A right that ends while a file is written ends it, so many milliseconds later at most. */
const LOOK_MS = 5000;

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

/** What is known of an export that was asked for before it begins. */
export interface AskedBefore {
  readonly id: Id;
  /** Of whoever asked, when they asked (see `rightsOf`). */
  readonly rights: string;
}

/** Makes the lines of a batch of rows. */
export type LinesOf<Line> = (ctx: Ctx, rows: readonly ListedRow[]) => Promise<readonly Line[]>;

type WorklistCondition = Omit<ApplicationFilter, 'limit' | 'after'>;

interface OpenedList {
  /** Null where no application can match. */
  readonly filter: WorklistCondition | null;
  /** Counted no further than one more than may be taken. */
  readonly count: number;
  /** Of whoever opened it (see `rightsOf`). */
  readonly rights: string;
}

const rightsChanged = () => new DomainError('forbidden', { reason: 'rights_changed' });

/**
 * Takes a filtered worklist out of the application. The rows are those of the list, by the same condition, and go out as
 * they are read; that it began is on record before the first of them, and how many went out after the last.
 */
@Injectable()
export class ExportWorklist {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ApplicationLists) private readonly lists: ApplicationLists,
    @Inject(WorklistFilters) private readonly filters: WorklistFilters,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
  ) {}

  /** How many there are, counted no further than one more than may be taken. */
  async count(ctx: Ctx, wish: WorklistWish): Promise<number> {
    return (await this.opened(ctx, wish)).count;
  }

  /**
   * What would be taken out, counted in full, and the order as the record may keep it.
   * @throws DomainError `blocked` where there are too many.
   */
  async look(
    ctx: Ctx,
    order: ExportOrder,
  ): Promise<{ readonly count: number; readonly described: NonNullable<AuditEntry['data']> }> {
    const { filter, count } = await this.permitted(ctx, order.wish);
    return { count, described: described(order, filter) };
  }

  /**
   * Begins. `linesOf` makes the lines of a batch, with the sight of whoever asks.
   * @throws DomainError `blocked` where there are too many, `forbidden` where it was asked for with other rights.
   */
  begin<Line>(
    request: RequestContext,
    order: ExportOrder,
    linesOf: LinesOf<Line>,
    asked?: AskedBefore,
  ): Promise<Export<Line>> {
    return this.database.transaction(request, async (ctx) => {
      const opened = await this.permitted(ctx, order.wish);
      if (asked && opened.rights !== asked.rights) throw rightsChanged();
      const { filter, count } = opened;
      const id = asked?.id ?? newId(ctx.clock.now());
      await this.note(ctx, id, 'begun', { ...described(order, filter), rows: count });
      return { id, count, rows: this.onRecord(request, id, order.columns, opened, linesOf) };
    });
  }

  /**
   * What the list holds at one moment, in one transaction. Whose rights change while it is read gets no more of it: the
   * database keeps to those of the beginning, so they are looked at beside it.
   * @param told hears how many rows have gone by
   * @throws DomainError `forbidden` with the reason `rights_changed`
   */
  private async *rows<Line>(
    request: RequestContext,
    columns: readonly string[],
    { filter, rights: before }: OpenedList,
    linesOf: LinesOf<Line>,
    told: (rows: number) => void,
  ): AsyncGenerator<readonly Line[]> {
    if (!filter) return;
    const { actor, language, clock, requestId } = request;
    // At the primary, whatever the request may read elsewhere.
    const rights = (): Promise<string> => this.database.read({ actor, language, clock, requestId }, rightsOf);
    let looked = performance.now();
    let taken = 0;
    const wanted = {
      names: columns.includes('name'),
      places: columns.includes('field') || columns.includes('level'),
      custody: columns.includes('holder') || columns.includes('due'),
    };
    const { lists } = this;
    const batches = this.database.readAlong(request, async function* (ctx) {
      if ((await rightsOf(ctx)) !== before) throw rightsChanged();
      for await (const rows of lists.walk(ctx, { ...filter, limit: EXPORT_MOST }, wanted)) {
        yield { rows: rows.length, lines: await linesOf(ctx, rows) };
      }
    });
    for await (const { rows, lines } of batches) {
      if (performance.now() - looked > LOOK_MS) {
        if ((await rights()) !== before) throw rightsChanged();
        looked = performance.now();
      }
      taken += rows;
      told(taken);
      if (lines.length > 0) yield lines;
    }
  }

  /** @throws DomainError `blocked` where there are too many. */
  private async permitted(ctx: Ctx, wish: WorklistWish): Promise<OpenedList> {
    const opened = await this.opened(ctx, wish);
    if (opened.count > EXPORT_MOST) {
      throw new DomainError('blocked', { reason: 'export_too_large', values: { max: EXPORT_MOST } });
    }
    return opened;
  }

  private async opened(ctx: Ctx, wish: WorklistWish): Promise<OpenedList> {
    const filter = await this.filters.resolve(ctx, wish);
    const count = filter ? await this.lists.count(ctx, { ...filter, limit: EXPORT_MOST + 1 }) : 0;
    return { filter, count, rights: await rightsOf(ctx) };
  }

  /** However it ends, how many went out is on record. */
  private async *onRecord<Line>(
    request: RequestContext,
    id: Id,
    columns: readonly string[],
    opened: OpenedList,
    linesOf: LinesOf<Line>,
  ): AsyncGenerator<readonly Line[]> {
    let taken = 0;
    let complete = false;
    try {
      yield* this.rows(request, columns, opened, linesOf, (rows) => (taken = rows));
      complete = true;
    } finally {
      await this.database.transaction(request, (ctx) =>
        this.note(ctx, id, 'ended', { rows: taken, complete }),
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
  filter: WorklistCondition | null,
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
