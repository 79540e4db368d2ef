import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import type { Id } from '../../shared/ids.js';
import type { AwaitedSubmission } from '../domain/deadline-reminder.js';

/** An application that can still be submitted, and until when. */
export interface Unsubmitted extends AwaitedSubmission {
  readonly applicationId: Id;
  readonly dueAt: Date;
}

/** The longest grace that a call can give. */
const LONGEST_GRACE = "interval '1 day'";

/**
 * A draft is due when its call closes, a returned one on its own day. A deadline that was moved is known since it was
 * moved: everybody was told of it then.
 */
const UNSUBMITTED = `select a.id as "applicationId", a.due_at as "dueAt",
    case when a.state = 'draft' and a.due_at is distinct from a.access_until
      then a.due_at - c.grace_minutes * interval '1 minute' else a.due_at end as deadline,
    case when a.state = 'draft' then greatest(a.state_since,
      (select max(m.made_at) from call_amendments m where m.call_id = c.id and m.kind = 'deadline'))
      else a.state_since end as "knownSince",
    coalesce((select array_agg(r.days_before) from application_reminders r
      where r.application_id = a.id and r.due_at = a.due_at), '{}') as reminded
  from applications a join calls c on c.id = a.call_id
  where a.state in ('draft', 'returned') and (c.state = 'published' or (a.state = 'returned' and c.state <> 'cancelled'))`;

/** Who is reminded of a deadline, and who was. */
@Injectable()
export class DeadlineReminders {
  /** Those whose deadline is near, a page of them in its order. */
  near(
    ctx: Ctx,
    query: { readonly until: Date; readonly after: Unsubmitted | null; readonly limit: number },
  ): Promise<Unsubmitted[]> {
    const { until, after, limit } = query;
    return ctx.tx.query<Unsubmitted[]>(
      `${UNSUBMITTED} and a.due_at > $1 and a.due_at <= $2::timestamptz + ${LONGEST_GRACE}
         and ($3::timestamptz is null or (a.due_at, a.id) > ($3, $4::uuid))
       order by a.due_at, a.id limit $5`,
      [ctx.clock.now(), until, after?.dueAt ?? null, after?.applicationId ?? null, limit],
    );
  }

  /** The same of one application; null where there is nothing to remind of any more. */
  async of(ctx: Ctx, applicationId: Id): Promise<Unsubmitted | null> {
    const [row] = await ctx.tx.query<Unsubmitted[]>(`${UNSUBMITTED} and a.id = $1 and a.due_at is not null`, [
      applicationId,
    ]);
    return row ?? null;
  }

  /** Answers whether it was not on record yet. */
  async add(ctx: Ctx, { applicationId, dueAt }: Unsubmitted, daysBefore: number): Promise<boolean> {
    const added = await ctx.tx.query<unknown[]>(
      `insert into application_reminders (application_id, due_at, days_before, reminded_at) values ($1, $2, $3, $4)
       on conflict do nothing returning application_id`,
      [applicationId, dueAt, daysBefore, ctx.clock.now()],
    );
    return added.length > 0;
  }
}
