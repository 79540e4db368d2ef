import type { AccountBelongings } from '../../access/public.js';

/**
 * Of two accounts that become one: where the other stands or stood as a co-applicant, the one that goes on does. Nobody
 * applies together with themselves: whoever stands twice in one application leaves it with one account first.
 */
export const sharedOfAccount: AccountBelongings = {
  async obstacle(ctx, { keptId, joinedId }) {
    const [row] = await ctx.tx.query<{ twice: boolean }[]>(
      `select exists (select from co_applicants c join applications a on a.id = c.application_id
         where c.state in ('accepted', 'confirmed') and c.person_id = any ($1)
           and (a.applicant_id = any ($1) or exists (select from co_applicants o where o.application_id = c.application_id
             and o.id <> c.id and o.state in ('accepted', 'confirmed') and o.person_id = any ($1)))) as twice`,
      [[keptId, joinedId]],
    );
    return row?.twice ? 'join_stands_twice' : null;
  },

  async move(ctx, { keptId, joinedId }) {
    // Who left their own application, as it then was another's, keeps that on the account with which they did.
    await ctx.tx.query(
      `update co_applicants c set person_id = $1 from applications a
       where a.id = c.application_id and c.person_id = $2 and a.applicant_id not in ($1, $2)`,
      [keptId, joinedId],
    );
  },
};
