import type { AccountBelongings } from '../../access/public.js';

/** Of two accounts that become one: works, named ties and what somebody can assess, each once. */
export const profileOfAccount: AccountBelongings = {
  async move(ctx, { keptId, joinedId }) {
    const both = [keptId, joinedId];
    await ctx.tx.query(
      `insert into person_works (person_id, doi, source, added_at)
       select $1, doi, source, added_at from person_works where person_id = $2 on conflict do nothing`,
      both,
    );
    await ctx.tx.query('delete from person_works where person_id = $1', [joinedId]);
    await ctx.tx.query(
      `update person_ties t set person_id = $1 where person_id = $2 and (ended_at is not null
         or not exists (select from person_ties o where o.person_id = $1 and o.kind = t.kind
           and o.email_key = t.email_key and o.ended_at is null))`,
      both,
    );
    await ctx.tx.query(
      `update reviewer_profiles set person_id = $1 where person_id = $2
         and not exists (select from reviewer_profiles where person_id = $1)`,
      both,
    );
  },
};
