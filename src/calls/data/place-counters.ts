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
   * False, and nothing taken, where none is free.
   * @param reserve from which it is taken; null: from those that are kept for nobody
   */
  async take(ctx: Ctx, placeId: Id, reserve: string | null = null): Promise<boolean> {
    const free =
      reserve === null
        ? 'taken - reserved_taken(reserve_taken) < capacity - reserved_places(reserved)'
        : 'coalesce((reserve_taken->>:reserve)::integer, 0) < reserved_places(reserved, :reserve)';
    return this.move(ctx, placeId, reserve, 1, free);
  }

  /** Gives a taken place back to where it was taken from. False where none was taken. */
  async release(ctx: Ctx, placeId: Id, reserve: string | null = null): Promise<boolean> {
    const taken =
      reserve === null
        ? 'taken - reserved_taken(reserve_taken) > 0'
        : 'coalesce((reserve_taken->>:reserve)::integer, 0) > 0';
    return this.move(ctx, placeId, reserve, -1, taken);
  }

  private async move(
    ctx: Ctx,
    placeId: Id,
    reserve: string | null,
    by: 1 | -1,
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
      .setParameters({ by, reserve })
      .execute();
    return result.affected === 1;
  }
}
