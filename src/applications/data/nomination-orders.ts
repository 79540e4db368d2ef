import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { rowsOf } from '../../platform/database/prepared.js';
import type { Id } from '../../shared/ids.js';
import type { NominationOrder } from '../domain/nomination-order.js';
import { NominationCandidateRow } from './nomination-candidate.entity.js';
import { NominationOrderRow } from './nomination-order.entity.js';

/** An order that nobody has changed yet. */
export const FIRST_VERSION = 1;

/** Whose order, and for which call. */
export interface OrderKey {
  readonly callId: Id;
  readonly institutionId: Id;
}

@Injectable()
export class NominationOrders {
  /** Where an application stands; null where it is in no order, or that is not for the actor. */
  async of(ctx: Ctx, applicationId: Id): Promise<NominationCandidateRow | null> {
    const [row] = await rowsOf(ctx, NominationCandidateRow, { applicationId });
    return row ?? null;
  }

  /** Who last changed the order; null while nobody has. */
  find(ctx: Ctx, { callId, institutionId }: OrderKey): Promise<NominationOrderRow | null> {
    return ctx.tx.findOne(NominationOrderRow, { where: { callId, institutionId } });
  }

  /** The order, locked until the transaction ends, so that of two who change it one follows the other. */
  async lock(ctx: Ctx, key: OrderKey): Promise<NominationOrderRow> {
    const { callId, institutionId } = key;
    await ctx.tx.query(
      `insert into nomination_orders (call_id, institution_id, version, changed_by, changed_at)
       values ($1, $2, $3, $4, $5) on conflict do nothing`,
      [callId, institutionId, FIRST_VERSION, ctx.actor.personId, ctx.clock.now()],
    );
    return ctx.tx.findOneOrFail(NominationOrderRow, {
      where: { callId, institutionId },
      lock: { mode: 'pessimistic_write' },
    });
  }

  /** Who stands on its lists, the first first: those whom the actor sees. */
  candidates(ctx: Ctx, { callId, institutionId }: OrderKey): Promise<NominationCandidateRow[]> {
    return ctx.tx.find(NominationCandidateRow, {
      where: { callId, institutionId },
      order: { list: 'ASC', position: 'ASC' },
    });
  }

  /** Writes the whole order under the lock that the caller holds. What was written of somebody who stays on it is kept. */
  async save(ctx: Ctx, row: NominationOrderRow, order: NominationOrder): Promise<void> {
    const { callId, institutionId } = row;
    const lines = (['nominees', 'reserve'] as const).flatMap((list) =>
      order[list].map((applicationId, index) => ({ applicationId, list, position: index + 1 })),
    );
    const ids = lines.map(({ applicationId }) => applicationId);
    await ctx.tx.query(
      `delete from nomination_candidates
       where call_id = $1 and institution_id = $2 and application_id <> all ($3::uuid[])`,
      [callId, institutionId, ids],
    );
    // One statement: places are exchanged only where all of them move at once.
    await ctx.tx.query(
      `insert into nomination_candidates (application_id, call_id, institution_id, list, position)
       select line.id, $1, $2, line.list, line.position
       from unnest($3::uuid[], $4::text[], $5::integer[]) as line (id, list, position)
       on conflict (application_id) do update set list = excluded.list, position = excluded.position`,
      [callId, institutionId, ids, lines.map(({ list }) => list), lines.map(({ position }) => position)],
    );
    await this.touch(ctx, row);
  }

  async endorse(ctx: Ctx, row: NominationOrderRow, applicationId: Id, endorsement: string): Promise<void> {
    await ctx.tx.update(NominationCandidateRow, { applicationId }, { endorsement });
    await this.touch(ctx, row);
  }

  private async touch(ctx: Ctx, row: NominationOrderRow): Promise<void> {
    row.version += 1;
    row.changedBy = ctx.actor.personId ?? row.changedBy;
    row.changedAt = ctx.clock.now();
    await ctx.tx.save(NominationOrderRow, row);
  }
}
