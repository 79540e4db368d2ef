import type { AccountBelongings } from '../../access/public.js';

/** Of two accounts that become one: whoever sits in the commission keeps to one account, so that nobody has two voices. */
export const commissionOfAccount: AccountBelongings = {
  async obstacle(ctx, { keptId, joinedId }) {
    const [row] = await ctx.tx.query<{ sits: boolean }[]>(
      'select exists (select from commission_seats where person_id = any ($1)) as sits',
      [[keptId, joinedId]],
    );
    return row?.sits ? 'sits_in_commission' : null;
  },
  move: () => Promise.resolve(),
};
