import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import type { Id } from '../../shared/ids.js';
import { CallPlaceEntity } from './call-place.entity.js';

/**
 * Places taken of places there are, and of each reserve of them. One guarded UPDATE each: the last place goes to one of two
 * who ask at the same time, and a place that is kept for some goes to none of the others.
 */
@Injectable()
export class PlaceCounters {
  /**
   * False, and nothing taken, where not so many are free.
   * @param reserve from which they are taken; null: from those that are kept for nobody
   */
  async take(ctx: Ctx, placeId: Id, reserve: string | null = null, seats = 1): Promise<boolean> {
    const free =
      reserve === null
        ? 'taken - reserved_taken(reserve_taken) + :seats <= capacity - reserved_places(reserved)'
        : 'coalesce((reserve_taken->>:reserve)::integer, 0) + :seats <= reserved_places(reserved, :reserve)';
    return this.move(ctx, placeId, reserve, { seats, by: seats }, free);
  }

  /** Gives taken places back to where they were taken from. False where not so many were taken. */
  async release(ctx: Ctx, placeId: Id, reserve: string | null = null, seats = 1): Promise<boolean> {
    const taken =
      reserve === null
        ? 'taken - reserved_taken(reserve_taken) >= :seats'
        : 'coalesce((reserve_taken->>:reserve)::integer, 0) >= :seats';
    return this.move(ctx, placeId, reserve, { seats, by: -seats }, taken);
  }

  private async move(
    ctx: Ctx,
    placeId: Id,
    reserve: string | null,
    amount: { readonly seats: number; readonly by: number },
    guard: string,
  ): Promise<boolean> {
    const result = await ctx.tx
      .createQueryBuilder()
      .update(CallPlaceEntity)
      .set({
        taken: () => 'taken + :by',
        ...(reserve === null
          ? {}
          : {
              reserveTaken: () =>
                `jsonb_set(reserve_taken, array[:reserve]::text[],
                   to_jsonb(coalesce((reserve_taken->>:reserve)::integer, 0) + :by))`,
            }),
      })
      .where(`id = :placeId and ${guard}`, { placeId })
      .setParameters({ ...amount, reserve })
      .execute();
    return result.affected === 1;
  }
}
