import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { askWithSystemRights } from '../../platform/database/database.js';
import { readPrepared } from '../../platform/database/prepared.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import { PROMISE_STEPS } from '../domain/promise-record.js';
import type { PromiseCount, PromiseRecord, PromiseStep } from '../domain/promise-record.js';

/** Whose promises: of an institution, of the ministry of a country, or of the joint commission. */
export interface PromisingOffice {
  readonly office: 'institution' | 'ministry' | 'commission';
  readonly country: CountryCode;
  readonly institutionId: Id | null;
}

/** Promises of an office for one step that were settled. */
export interface SettledPromises extends PromisingOffice, PromiseCount {
  readonly step: PromiseStep;
  readonly year: number;
  readonly callId: Id | null;
}

/** What came of the promises of a step, whoever gave them. */
export interface StepRecord extends Omit<PromiseRecord, 'promisedDays'> {
  readonly step: PromiseStep;
}

/** What an office has before it for one step now. */
export interface OpenPromises extends PromisingOffice {
  readonly step: PromiseStep;
  readonly open: number;
  readonly late: number;
  /** Since when the one has waited that waits longest, and by when the next is due. */
  readonly oldestAt: Date;
  readonly nextDueAt: Date;
}

export interface PromiseFilter {
  readonly year?: number;
  readonly callId?: Id;
}

const OFFICE = `office, country, institution_id as "institutionId", step`;

/** How the sums see an ended clock; the invariant reckons it once more by itself. */
const SETTLED = `office, country, institution_id, step, call_id, extract(year from ended_at at time zone 'UTC')::integer as year,
  greatest(1, round(extract(epoch from due_at - began_at) / 86400))::integer as promised_days,
  greatest(0, ceil(extract(epoch from ended_at - began_at) / 86400))::integer as taken_days, ended_at <= due_at as kept`;
const KEY = 'office, country, institution_id, step, call_id, year, promised_days, taken_days, kept';
const SUM_KEY = 'country, step, taken_days, kept';
const BATCH = 5000;
/** As the indexes of queues have it: nothing is looked up by what is null. */
const institutionOf = (queue: string) => `case when ${queue}.institution_id is null
    then '00000000-0000-0000-0000-000000000000'::uuid else ${queue}.institution_id end`;

/** Takes what has ended into the sums; `ended` answers it as `SETTLED`. */
const intoSums = (ended: string) => `with ended as (${ended}),
  summed as (
    insert into promise_counts as sums (${KEY}, count)
    select ${KEY}, count(*) from ended group by ${KEY} order by ${KEY}
    on conflict (country, office, institution_id, step, call_id, year, promised_days, taken_days, kept)
      do update set count = sums.count + excluded.count),
  gathered as (
    insert into promise_sums as sums (${SUM_KEY}, count)
    select ${SUM_KEY}, count(*) from ended group by ${SUM_KEY} order by ${SUM_KEY}
    on conflict (${SUM_KEY}) do update set count = sums.count + excluded.count)
  select count(*)::integer as counted from ended`;
const COUNT_SOME = intoSums(`update promise_clocks set counted = true where id in (
    select id from promise_clocks where ended_at is not null and not counted order by id limit ${BATCH}
    for update skip locked)
  returning ${SETTLED}`);
/** Takes into the sums what this very transaction has loaded as counted. */
export const COUNT_LOADED_PROMISES = intoSums(
  `select ${SETTLED} from promise_clocks where xmin = pg_current_xact_id()::xid and counted`,
);

const QUEUE_KEY = 'office, country, institution_id, step, home_country, host_country, due_day';
const GATHER_QUEUES = `with changed as (delete from promise_queue_changes returning *)
  insert into promise_queues as sums (${QUEUE_KEY}, count)
  select ${QUEUE_KEY}, sum(count) from changed group by ${QUEUE_KEY} having sum(count) <> 0 order by ${QUEUE_KEY}
  on conflict (${QUEUE_KEY}) do update set count = sums.count + excluded.count`;
const OF_COUNTRIES = '($3::text[] is null or home_country = any ($3) or host_country = any ($3))';
/** The first of a queue by an index that has an entry for each office, of an institution or of none. */
const firstOf = (instant: 'began_at' | 'due_at') => `
  select c.${instant} as at from promise_clocks c
  where c.ended_at is null and c.country = q.country and c.office = q.office and c.step = q.step
    and ${institutionOf('c')} = ${institutionOf('q')}
    and ${OF_COUNTRIES}
  order by c.${instant} limit 1`;
/** At the instant $1, on the day $2 in UTC, of the countries $3: late is what was due on a day before, and today until now. */
const OPEN_QUEUES = `
  with queues as (
      select office, country, institution_id, step, sum(count) as open, sum(count) filter (where due_day < $2::date) as late
      from (select ${QUEUE_KEY}, count from promise_queues
        union all select ${QUEUE_KEY}, count from promise_queue_changes) sums
      where ${OF_COUNTRIES}
      group by office, country, institution_id, step having sum(count) > 0),
    late_today as (
      select office, country, institution_id, step, count(*) as count from promise_clocks
      where ended_at is null and due_at >= $2::date::timestamp at time zone 'UTC' and due_at < $1 and ${OF_COUNTRIES}
      group by office, country, institution_id, step)
  select q.office, q.country, q.institution_id as "institutionId", q.step, q.open::integer as open,
    (coalesce(q.late, 0) + coalesce(t.count, 0))::integer as late, longest.at as "oldestAt", next.at as "nextDueAt"
  from queues q
  left join late_today t on t.office = q.office and t.country = q.country and t.step = q.step
    and t.institution_id is not distinct from q.institution_id
  cross join lateral (${firstOf('began_at')}) longest
  cross join lateral (${firstOf('due_at')}) next
  order by longest.at, q.country, q.office`;

/**
 * What was promised and what came of it: sums, never a file. They are the same whoever asks, so they are read behind the
 * wall; who is told of which is for whoever shows them.
 */
@Injectable()
export class Promises {
  /** From the sums, and from what has ended since they were made. */
  settled(ctx: Ctx, filter: PromiseFilter = {}): Promise<readonly SettledPromises[]> {
    return askWithSystemRights(ctx, async () => {
      const rows = await ctx.tx.query<(SettledPromises & { readonly count: string })[]>(
        `select ${OFFICE}, call_id as "callId", year, promised_days as "promisedDays", taken_days as "takenDays", kept,
           sum(count)::text as count
         from (select ${KEY}, count from promise_counts
           union all select ${SETTLED}, 1 from promise_clocks where ended_at is not null and not counted) settled
         where ($1::integer is null or year = $1) and ($2::uuid is null or call_id = $2)
         group by ${KEY} order by country, office, institution_id, step`,
        [filter.year ?? null, filter.callId ?? null],
      );
      return rows.map((row) => ({ ...row, count: Number(row.count) }));
    });
  }

  /**
   * What came of the promises of these countries, step by step, or of all: reckoned from sums that do not grow with offices and
   * calls, as `recordOf` does it of single ones (a test compares them). In the order of the steps.
   */
  records(ctx: Ctx, countries: readonly CountryCode[] | null): Promise<readonly StepRecord[]> {
    return askWithSystemRights(ctx, () =>
      readPrepared<StepRecord>(
        ctx,
        `with settled as (
           select ${SUM_KEY}, count from promise_sums
           union all select ${SUM_KEY}, 1 from (
             select ${SETTLED} from promise_clocks where ended_at is not null and not counted) late),
         days as (
           select step, taken_days, sum(count) as count, coalesce(sum(count) filter (where kept), 0) as kept
           from settled where $1::text[] is null or country = any ($1) group by step, taken_days),
         ranked as (
           select step, taken_days, count, kept, sum(count) over (partition by step order by taken_days) as seen,
             sum(count) over (partition by step) as total
           from days)
         select step, sum(kept)::integer as kept, sum(count - kept)::integer as broken,
           min(taken_days) filter (where seen >= ceil(total / 2)) as "medianDays", max(taken_days) as "longestDays"
         from ranked group by step order by array_position($2::text[], step)`,
        [countries, PROMISE_STEPS],
      ),
    );
  }

  /** Who has something before them now, by office and step, what waits longest first; of some countries or of all. */
  open(ctx: Ctx, countries: readonly CountryCode[] | null = null): Promise<readonly OpenPromises[]> {
    const now = ctx.clock.now();
    return askWithSystemRights(ctx, () =>
      readPrepared<OpenPromises>(ctx, OPEN_QUEUES, [now, now.toISOString().slice(0, 10), countries]),
    );
  }

  /** Takes what has changed of the queues into their sums. Whoever does it at the same moment finds each change gone. */
  async gather(ctx: Ctx): Promise<void> {
    await ctx.tx.query(GATHER_QUEUES);
    await ctx.tx.query('delete from promise_queues where count = 0');
  }

  /** Takes ended clocks into the sums, in batches; each is counted once, however many do it at once. Answers how many. */
  async count(ctx: Ctx): Promise<number> {
    let counted = 0;
    for (;;) {
      const [row] = await ctx.tx.query<{ counted: number }[]>(COUNT_SOME);
      const more = row?.counted ?? 0;
      counted += more;
      if (more < BATCH) return counted;
    }
  }
}
