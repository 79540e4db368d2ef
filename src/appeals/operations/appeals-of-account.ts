import type { AccountBelongings } from '../../access/public.js';

/** Of two accounts that become one: what the other appealed against goes on as an appeal of the one. */
export const appealsOfAccount: AccountBelongings = {
  async move(ctx, { keptId, joinedId }) {
    await ctx.tx.query('update appeals set applicant_id = $1 where applicant_id = $2', [keptId, joinedId]);
  },
};
