import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { readPrepared } from '../../platform/database/prepared.js';
import type { Actor } from '../../shared/actor.js';
import { hasRole } from '../../shared/policy.js';
import type { ApplicationState } from '../domain/application.states.js';
import { applicationsPolicy } from '../domain/applications.policy.js';

/** A number, and whether there are more than were counted. */
export interface Counted {
  readonly count: number;
  readonly more: boolean;
}

/** What was read one by one is counted no further than this: whoever has more needs the list, not the number. */
export const COUNTED_ONE_BY_ONE = 100;

const KEY = `state, home_country, home_institution_id, home_unit_id, host_country, host_institution_id, host_unit_id, transferred`;
const COUNTRIES_OF_KEY = `state, home_country, null::uuid, null::uuid, host_country, null::uuid, null::uuid, transferred`;

/**
 * The sums, and what has changed of them since they were gathered, with the names that the policy knows of an application: only
 * what has a number is counted.
 */
const sums = (grain: 'institutions' | 'countries') => {
  const asApplications = `state, home_country, home_institution_id, home_unit_id, host_country, host_institution_id, host_unit_id,
    case when transferred then 'epoch'::timestamptz end as transferred_at, '' as number, count`;
  return `(select ${asApplications} from application_counts where grain = '${grain}'
    union all select ${asApplications} from application_count_changes)`;
};

/** How many applications there are, from sums that the database keeps; a test compares them with what is there. */
@Injectable()
export class ApplicationCounts {
  /**
   * How many of each state the actor may list. By the same policy and the same wall as the list itself, of sums. Whoever
   * assesses, or is barred from single files, sees what no sum tells: for them it is counted one by one.
   */
  async byState(
    ctx: Ctx,
    states: readonly ApplicationState[],
  ): Promise<ReadonlyMap<ApplicationState, Counted>> {
    if (listsOneByOne(ctx.actor)) return this.oneByOne(ctx, states);
    const rows = await readPrepared<{ state: ApplicationState; count: number }>(
      ctx,
      `select a.state, sum(a.count)::integer as count from ${sums(grainFor(ctx.actor))} a
       where ${applicationsPolicy.filter(ctx.actor, 'application.list', 'a')} group by a.state`,
    );
    const counts = new Map(rows.map(({ state, count }) => [state, count]));
    return new Map(states.map((state) => [state, { count: counts.get(state) ?? 0, more: false }]));
  }

  private async oneByOne(
    ctx: Ctx,
    states: readonly ApplicationState[],
  ): Promise<ReadonlyMap<ApplicationState, Counted>> {
    const rows = await readPrepared<{ state: ApplicationState; count: number }>(
      ctx,
      `select s.state, (select count(*)::integer from (select from applications a
         where ${applicationsPolicy.filter(ctx.actor, 'application.list', 'a')} and a.state = s.state limit $2) found) as count
       from unnest($1::text[]) as s (state)`,
      [states, COUNTED_ONE_BY_ONE + 1],
    );
    return new Map(rows.map(({ state, count }) => [state, countedUpTo(count, COUNTED_ONE_BY_ONE)]));
  }

  /**
   * Takes what has changed into the sums. Each change is taken once, however many do it at once: whoever comes second finds
   * it gone.
   */
  async gather(ctx: Ctx): Promise<void> {
    await ctx.tx.query(
      `with changed as (delete from application_count_changes returning *),
         both_grains as (
           select 'institutions' as grain, ${KEY}, count from changed
           union all select 'countries', ${COUNTRIES_OF_KEY}, count from changed)
       insert into application_counts as sums (grain, ${KEY}, count)
       select grain, ${KEY}, sum(count) from both_grains group by grain, ${KEY} having sum(count) <> 0 order by grain, ${KEY}
       on conflict (grain, ${KEY}) do update set count = sums.count + excluded.count`,
    );
  }
}

/** Of a number that was counted no further than one beyond the limit. */
export function countedUpTo(count: number, limit: number): Counted {
  return { count: Math.min(count, limit), more: count > limit };
}

/** Whether something of a single file decides if it is listed: its call, its panel, what was found between it and the actor. */
function listsOneByOne(actor: Actor): boolean {
  return hasRole(actor, 'reviewer') || actor.ties.applications.length > 0;
}

/** Whoever works for no institution lists by countries alone. */
function grainFor({ grants }: Actor): 'institutions' | 'countries' {
  return grants.some(({ institutionId }) => institutionId !== null) ? 'institutions' : 'countries';
}
