import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { rowsOf } from '../../platform/database/prepared.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import { ReferenceLetterRow } from './reference-letter.entity.js';
import { ReferenceRequestRow } from './reference-request.entity.js';

/** Letters of reference, as the actor of the context may see them. */
@Injectable()
export class ReferencesRepository {
  /** Of an application, in the order in which they were asked for. */
  of(ctx: Ctx, applicationId: Id): Promise<ReferenceRequestRow[]> {
    return rowsOf(ctx, ReferenceRequestRow, { applicationId }, { order: { createdAt: 'asc', id: 'asc' } });
  }

  async find(ctx: Ctx, id: string): Promise<ReferenceRequestRow> {
    const row = isId(id) ? await ctx.tx.findOne(ReferenceRequestRow, { where: { id } }) : null;
    if (!row) throw new DomainError('not_found');
    return row;
  }

  /** Locked until the transaction ends. Whoever may only look gets it as it stands, for the policy to refuse. */
  async lock(ctx: Ctx, id: string): Promise<ReferenceRequestRow> {
    const row = isId(id)
      ? await ctx.tx.findOne(ReferenceRequestRow, { where: { id }, lock: { mode: 'pessimistic_write' } })
      : null;
    return row ?? this.find(ctx, id);
  }

  async save(ctx: Ctx, row: ReferenceRequestRow): Promise<void> {
    await ctx.tx.save(ReferenceRequestRow, row);
  }

  letter(ctx: Ctx, referenceId: Id): Promise<ReferenceLetterRow | null> {
    return ctx.tx.findOne(ReferenceLetterRow, { where: { referenceId } });
  }

  async saveLetter(ctx: Ctx, row: ReferenceLetterRow): Promise<void> {
    await ctx.tx.save(ReferenceLetterRow, row);
  }

  /** Hashes of the letters that the actor may see, by what they were asked for. */
  async hashes(ctx: Ctx, ids: readonly Id[]): Promise<ReadonlyMap<Id, string>> {
    if (ids.length === 0) return new Map();
    const rows = await ctx.tx.query<{ id: Id; hash: string }[]>(
      `select reference_id as id, content_hash as hash from reference_letters
       where reference_id = any ($1) and content_hash is not null`,
      [ids],
    );
    return new Map(rows.map(({ id, hash }) => [id, hash]));
  }

  /** A page of those that are still to be written for a call, in whatever state their applications are. */
  async outstandingOf(
    ctx: Ctx,
    callId: Id,
    { after, limit }: { readonly after: Id | null; readonly limit: number },
  ): Promise<readonly Id[]> {
    const rows = await ctx.tx.query<{ id: Id }[]>(
      `select r.id from reference_requests r join applications a on a.id = r.application_id
       where a.call_id = $1 and r.state in ('invited', 'opened') and ($2::uuid is null or r.id > $2)
       order by r.id limit $3`,
      [callId, after, limit],
    );
    return rows.map(({ id }) => id);
  }

  /** A page of those about which the clock may have something to do: what is over, and what is due until then. */
  async awaited(
    ctx: Ctx,
    { until, after, limit }: { readonly until: Date; readonly after: Id | null; readonly limit: number },
  ): Promise<readonly Id[]> {
    const rows = await ctx.tx.query<{ id: Id }[]>(
      `select id from reference_requests where state in ('invited', 'opened') and due_at < $1
         and (due_at < $2 or clock_reminded_at is null) and ($3::uuid is null or id > $3)
       order by id limit $4`,
      [until, ctx.clock.now(), after, limit],
    );
    return rows.map(({ id }) => id);
  }
}
