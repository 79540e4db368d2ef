import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import type { PromiseCount, PromiseStep } from '../domain/promise-record.js';

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
  /** Of exchanges in which these countries have a part already. */
  readonly countries?: readonly CountryCode[];
}

const OFFICE = `office, country, institution_id as "institutionId", step`;

/** How the sums see an ended clock; the invariant reckons it once more by itself. */
const SETTLED = `office, country, institution_id, step, call_id, extract(year from ended_at at time zone 'UTC')::integer as year,
  greatest(1, round(extract(epoch from due_at - began_at) / 86400))::integer as promised_days,
  greatest(0, ceil(extract(epoch from ended_at - began_at) / 86400))::integer as taken_days, ended_at <= due_at as kept`;
const KEY = 'office, country, institution_id, step, call_id, year, promised_days, taken_days, kept';
const BATCH = 5000;

/**
 * What was promised and what came of it: sums, never a file. They are the same whoever asks, so they are read behind the
 * wall; who is told of which is for whoever shows them.
 */
@Injectable()
export class Promises {
  /** From the sums, and from what has ended since they were made. */
  settled(ctx: Ctx, filter: PromiseFilter = {}): Promise<readonly SettledPromises[]> {
    return withSystemRights(ctx, async () => {
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

  /** Who has something before them now, by office and step, what waits longest first. */
  open(ctx: Ctx, filter: PromiseFilter = {}): Promise<readonly OpenPromises[]> {
    return withSystemRights(ctx, () =>
      ctx.tx.query<OpenPromises[]>(
        `select ${OFFICE}, count(*)::integer as open, count(*) filter (where due_at < $1)::integer as late,
           min(began_at) as "oldestAt", min(due_at) as "nextDueAt"
         from promise_clocks
         where ended_at is null and ($2::uuid is null or call_id = $2)
           and ($3::text[] is null or home_country = any ($3) or host_country = any ($3))
         group by office, country, institution_id, step order by min(began_at), country, office`,
        [ctx.clock.now(), filter.callId ?? null, filter.countries ?? null],
      ),
    );
  }

  /** Takes ended clocks into the sums, in batches; each is counted once, however many do it at once. Answers how many. */
  async count(ctx: Ctx): Promise<number> {
    let counted = 0;
    for (;;) {
      const [row] = await ctx.tx.query<{ counted: number }[]>(
        `with ended as (
           update promise_clocks set counted = true where id in (
             select id from promise_clocks where ended_at is not null and not counted order by id limit ${BATCH}
             for update skip locked)
           returning ${SETTLED}),
         summed as (
           insert into promise_counts as sums (${KEY}, count)
           select ${KEY}, count(*) from ended group by ${KEY} order by ${KEY}
           on conflict (country, office, institution_id, step, call_id, year, promised_days, taken_days, kept)
             do update set count = sums.count + excluded.count)
         select count(*)::integer as counted from ended`,
      );
      const more = row?.counted ?? 0;
      counted += more;
      if (more < BATCH) return counted;
    }
  }
}
