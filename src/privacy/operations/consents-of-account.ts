import type { AccountBelongings } from '../../access/public.js';

/** Of two accounts that become one: what was consented to and what crossed the border stays as it was, and is the other's. */
export const consentsOfAccount: AccountBelongings = {
  async move(ctx, { keptId, joinedId }) {
    await ctx.tx.query('update consents set person_id = $1 where person_id = $2', [keptId, joinedId]);
    await ctx.tx.query('update transfers set person_id = $1 where person_id = $2', [keptId, joinedId]);
  },
};
