import type { AccountBelongings } from '../../access/public.js';

/** Of two accounts that become one: the stays of the other are those of the one. */
export const mobilitiesOfAccount: AccountBelongings = {
  async move(ctx, { keptId, joinedId }) {
    await ctx.tx.query('update mobilities set participant_id = $1 where participant_id = $2', [
      keptId,
      joinedId,
    ]);
  },
};
