import type { AccountBelongings } from '../../access/public.js';

/** Of two accounts that become one: what was consented to and what crossed the border stays as it was, and is the other's. */
export const consentsOfAccount: AccountBelongings = {
  async move(ctx, { keptId, joinedId }) {
    await ctx.tx.query('update consents set person_id = $1 where person_id = $2', [keptId, joinedId]);
    await ctx.tx.query('update transfers set person_id = $1 where person_id = $2', [keptId, joinedId]);
    await ctx.tx.query('update transfer_ends set person_id = $1 where person_id = $2', [keptId, joinedId]);
    await ctx.tx.query('update corrections set person_id = $1 where person_id = $2', [keptId, joinedId]);
    // Where a record resides is said of the account that goes on.
    await ctx.tx.query('delete from residencies where person_id = $1', [joinedId]);
  },
};
