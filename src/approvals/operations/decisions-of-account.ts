import type { AccountBelongings } from '../../access/public.js';

/** Of two accounts that become one: a decision on the one is about the other, and keeps from it whoever was kept before. */
export const decisionsOfAccount: AccountBelongings = {
  async move(ctx, { keptId, joinedId }) {
    await ctx.tx.query(
      `update decisions set about_persons = array_replace(about_persons, $2::uuid, $1::uuid),
         preparers = array_replace(preparers, $2::uuid, $1::uuid)
       where about_persons @> array[$2::uuid] or preparers @> array[$2::uuid]`,
      [keptId, joinedId],
    );
  },
};
