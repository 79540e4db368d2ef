import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { MovedDeadline } from '../domain/deadline-move.js';
import { CallAmendmentEntity } from './call-amendment.entity.js';

/** What changed of published calls, in its order. */
@Injectable()
export class Amendments {
  /** How the deadline was moved since both countries approved the text, the first move first. */
  async movesSinceApproval(ctx: Ctx, callId: Id): Promise<readonly MovedDeadline[]> {
    const rows = await ctx.tx.find(CallAmendmentEntity, {
      where: { callId, kind: 'deadline' },
      order: { number: 'ASC' },
    });
    return rows.flatMap(movedDeadline);
  }

  /** Every move of the deadline, the latest first. */
  async moves(ctx: Ctx, callId: Id): Promise<readonly MovedDeadline[]> {
    const rows = await ctx.tx.find(CallAmendmentEntity, {
      where: { callId, kind: 'deadline' },
      order: { number: 'DESC' },
    });
    return rows.flatMap(movedDeadline);
  }

  /** Adds a move under the call's lock. */
  async addMove(ctx: Ctx, callId: Id, move: Omit<MovedDeadline, 'at'>): Promise<Id> {
    const id = newId(ctx.clock.now());
    const now = ctx.clock.now();
    await ctx.tx.insert(CallAmendmentEntity, {
      id,
      callId,
      number: (await ctx.tx.countBy(CallAmendmentEntity, { callId })) + 1,
      kind: 'deadline',
      changes: { from: move.from.toISOString(), to: move.to.toISOString() },
      reason: move.reason,
      madeAt: now,
    });
    return id;
  }

  /** A move by its id; null where there is none. */
  async move(ctx: Ctx, id: Id): Promise<MovedDeadline | null> {
    const row = await ctx.tx.findOneBy(CallAmendmentEntity, { id });
    return row ? (movedDeadline(row)[0] ?? null) : null;
  }
}

function movedDeadline({ changes, reason, madeAt }: CallAmendmentEntity): MovedDeadline[] {
  const { from, to } = changes;
  if (typeof from !== 'string' || typeof to !== 'string') return [];
  return [{ at: madeAt, from: new Date(from), to: new Date(to), reason }];
}
