import type { AccountBelongings } from '../../access/public.js';

/** Of two accounts that become one: what was consented to and what crossed the border stays as it was, and is the other's. */
export const consentsOfAccount: AccountBelongings = {
  async move(ctx, { keptId, joinedId }) {
    await ctx.tx.query('update consents set person_id = $1 where person_id = $2', [keptId, joinedId]);
    await ctx.tx.query('update transfers set person_id = $1 where person_id = $2', [keptId, joinedId]);
    await ctx.tx.query('update transfer_ends set person_id = $1 where person_id = $2', [keptId, joinedId]);
    await ctx.tx.query('update corrections set person_id = $1 where person_id = $2', [keptId, joinedId]);
    // Of two requests to be erased the one of the account that goes on stands.
    await ctx.tx.query(
      `update erasures e set state = 'withdrawn', ended_at = $3 where e.person_id = $2
         and e.state in ('asked', 'proposed', 'granted') and ($1 in (e.proposed_by, e.proposed_for, e.decided_by) or exists (
           select from erasures k where k.person_id = $1 and k.state in ('asked', 'proposed', 'granted')))`,
      [keptId, joinedId, ctx.clock.now()],
    );
    await ctx.tx.query(
      `update erasures set person_id = $1, asked_by = case when asked_by is null then null else $1::uuid end
       where person_id = $2 and state in ('asked', 'proposed', 'granted')`,
      [keptId, joinedId],
    );
    // Where a record resides is said of the account that goes on.
    await ctx.tx.query('delete from residencies where person_id = $1', [joinedId]);
  },
};
