import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import type { Id } from '../../shared/ids.js';
import { CallPlaceEntity } from './call-place.entity.js';

/** Places taken of places there are. One guarded UPDATE each: the last place goes to one of two who ask at the same time. */
@Injectable()
export class PlaceCounters {
  /** False, and nothing taken, where none is free. */
  async take(ctx: Ctx, placeId: Id): Promise<boolean> {
    const result = await ctx.tx
      .createQueryBuilder()
      .update(CallPlaceEntity)
      .set({ taken: () => 'taken + 1' })
      .where('id = :placeId and taken < capacity', { placeId })
      .execute();
    return result.affected === 1;
  }

  /** Gives a taken place back. False where none was taken. */
  async release(ctx: Ctx, placeId: Id): Promise<boolean> {
    const result = await ctx.tx
      .createQueryBuilder()
      .update(CallPlaceEntity)
      .set({ taken: () => 'taken - 1' })
      .where('id = :placeId and taken > 0', { placeId })
      .execute();
    return result.affected === 1;
  }
}
