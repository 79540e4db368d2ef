import type { AccountBelongings } from '../../access/public.js';

/** Of two accounts that become one: the calls that either follows are followed once. */
export const watchesOfAccount: AccountBelongings = {
  async move(ctx, { keptId, joinedId }) {
    await ctx.tx.query(
      `delete from call_watches w where w.person_id = $2
         and exists (select from call_watches o where o.person_id = $1 and o.call_id = w.call_id)`,
      [keptId, joinedId],
    );
    await ctx.tx.query('update call_watches set person_id = $1 where person_id = $2', [keptId, joinedId]);
  },
};
