import type { AccountBelongings } from '../../access/public.js';

/** Of two accounts that become one: a gate about the one is about the other, and keeps from it whoever was kept before. */
export const gatesOfAccount: AccountBelongings = {
  async move(ctx, { keptId, joinedId }) {
    await ctx.tx.query(
      `update gates set about_persons = array_replace(about_persons, $2::uuid, $1::uuid),
         preparers = array_replace(preparers, $2::uuid, $1::uuid)
       where about_persons @> array[$2::uuid] or preparers @> array[$2::uuid]`,
      [keptId, joinedId],
    );
  },
};
