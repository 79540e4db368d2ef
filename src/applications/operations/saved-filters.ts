import { Inject, Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { rowsOf } from '../../platform/database/prepared.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId, newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { SavedFilterRow } from '../data/saved-filter.entity.js';

export const MOST_FILTERS = 30;
/** Of an address with all its filters, in characters. */
const QUERY_MAX = 8000;
export const NAME_MAX = 80;

/** Worklists that officers keep under a name, each for themselves. What one may see in them is asked anew each time. */
@Injectable()
export class SavedFilters {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
  ) {}

  /** The actor's own, in their order. */
  async list(ctx: Ctx): Promise<readonly SavedFilterRow[]> {
    const { personId } = ctx.actor;
    if (personId === null) return [];
    return rowsOf(ctx, SavedFilterRow, { personId }, { order: { position: 'asc' } });
  }

  /** Keeps a filter as the last one. A name is used once. */
  save(request: RequestContext, input: { readonly name: string; readonly query: string }): Promise<Id> {
    return this.change(request, async (ctx, personId, filters) => {
      const name = checkedName(input.name);
      if (filters.some((filter) => filter.name === name)) {
        throw new DomainError('invalid', { fields: [{ field: 'name', problem: 'filter_name_taken' }] });
      }
      if (input.query.length > QUERY_MAX) {
        throw new DomainError('invalid', {
          fields: [{ field: 'name', problem: 'filter_too_long', values: { max: QUERY_MAX } }],
        });
      }
      if (filters.length >= MOST_FILTERS) {
        throw new DomainError('blocked', { reason: 'too_many_filters', values: { max: MOST_FILTERS } });
      }
      const now = ctx.clock.now();
      const id = newId(now);
      await ctx.tx.insert(SavedFilterRow, {
        id,
        personId,
        name,
        query: input.query,
        position: (filters.at(-1)?.position ?? 0) + 1,
        isDefault: false,
        createdAt: now,
      });
      await this.note(ctx, id, 'saved');
      return id;
    });
  }

  remove(request: RequestContext, id: string): Promise<void> {
    return this.change(request, async (ctx, _personId, filters) => {
      await ctx.tx.delete(SavedFilterRow, { id: known(filters, id).id });
      await this.note(ctx, id, 'removed');
    });
  }

  /** Puts it before the one that stands before it; the first stays where it is. */
  moveUp(request: RequestContext, id: string): Promise<void> {
    return this.change(request, async (ctx, _personId, filters) => {
      const filter = known(filters, id);
      const before = filters[filters.indexOf(filter) - 1];
      if (!before) return;
      await ctx.tx.query('set constraints saved_filters_person_id_position_key deferred');
      await ctx.tx.update(SavedFilterRow, { id: filter.id }, { position: before.position });
      await ctx.tx.update(SavedFilterRow, { id: before.id }, { position: filter.position });
      await this.note(ctx, id, 'moved');
    });
  }

  /** What the worklist shows when its address says nothing; null for the usual list. */
  setDefault(request: RequestContext, id: string | null): Promise<void> {
    return this.change(request, async (ctx, personId, filters) => {
      const chosen = id === null ? null : known(filters, id);
      const before = filters.find(({ isDefault }) => isDefault) ?? null;
      if (before?.id === chosen?.id) return;
      await ctx.tx.update(SavedFilterRow, { personId, isDefault: true }, { isDefault: false });
      if (chosen) await ctx.tx.update(SavedFilterRow, { id: chosen.id }, { isDefault: true });
      const subject = chosen ?? before;
      if (subject) await this.note(ctx, subject.id, chosen ? 'default_set' : 'default_cleared');
    });
  }

  /** One change after another of each person, so that neither the number nor the order is miscounted. */
  private change<T>(
    request: RequestContext,
    work: (ctx: Ctx, personId: Id, filters: readonly SavedFilterRow[]) => Promise<T>,
  ): Promise<T> {
    return this.database.transaction(request, async (ctx) => {
      const { personId } = ctx.actor;
      if (personId === null) throw new DomainError('forbidden');
      await ctx.tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`filters of ${personId}`]);
      return work(ctx, personId, await this.list(ctx));
    });
  }

  /** That it was done, and to which: the words of a filter are for nobody's record. */
  private note(ctx: Ctx, id: Id, act: string): Promise<void> {
    return this.audit.record(ctx, { action: `saved_filter.${act}`, subject: { kind: 'saved_filter', id } });
  }
}

function known(filters: readonly SavedFilterRow[], id: string): SavedFilterRow {
  const filter = isId(id) ? filters.find((each) => each.id === id) : undefined;
  if (!filter) throw new DomainError('not_found');
  return filter;
}

function checkedName(typed: string): string {
  const name = typed.replaceAll(/\p{Cc}+/gu, ' ').trim();
  if (!name) throw new DomainError('invalid', { fields: [{ field: 'name', problem: 'required' }] });
  if (name.length > NAME_MAX) {
    throw new DomainError('invalid', {
      fields: [{ field: 'name', problem: 'too_long', values: { max: NAME_MAX } }],
    });
  }
  return name;
}
