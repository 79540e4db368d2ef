import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { Database, systemContext, withSystemRights } from '../../platform/database/database.js';
import type { DomainEvent } from '../../platform/outbox/outbox.js';
import type { Clock } from '../../shared/clock.js';
import type { Id } from '../../shared/ids.js';
import { ReviewsRepository } from '../data/reviews.repository.js';
import { AWAITED, STANDING } from '../domain/assignment.states.js';
import type { AssignmentState } from '../domain/assignment.states.js';
import { remindsNow } from '../domain/review-reminder.js';
import { REVIEWS_COME } from '../domain/panel.states.js';
import { REVIEW_DUE, REVIEW_DUE_SOON } from '../domain/reviews.events.js';
import { ReviewRecord } from './review-record.js';

const BATCH = 500;

/** What the clock does with reviews, and what follows from the end of an application or from a declared conflict. */
@Injectable()
export class KeepReviews {
  constructor(
    private readonly database: Database,
    private readonly reviews: ReviewsRepository,
    private readonly record: ReviewRecord,
  ) {}

  /** Reminds before the day and on it, each in an act of its own. Returns how many reminders went out. */
  async run(clock: Clock): Promise<number> {
    const request = systemContext(clock);
    let reminded = 0;
    let after: Id | null = null;
    for (;;) {
      const from: Id | null = after;
      const page: readonly Id[] = await this.database.read(request, (ctx) => this.awaited(ctx, from));
      for (const id of page) {
        if (await this.database.transaction(request, (ctx) => this.remind(ctx, id))) reminded += 1;
      }
      if (page.length < BATCH) return reminded;
      after = page.at(-1) ?? null;
    }
  }

  /** Nobody assesses what has come to its end: part of the act that ends it. */
  async callOff(ctx: Ctx, { subject }: DomainEvent): Promise<void> {
    await this.takeBackAll(
      ctx,
      `select id from review_assignments where application_id = $1 and state = any ($2)`,
      subject.id,
      AWAITED,
    );
  }

  /** Whoever declares that they are bound is out of every file of the other, also where they have spoken already. */
  async recuse(ctx: Ctx, { subject, payload }: DomainEvent): Promise<void> {
    await this.takeBackAll(
      ctx,
      `select r.id from review_assignments r join review_panels p on p.id = r.panel_id
         join applications a on a.id = r.application_id
       where r.reviewer_id = $1 and r.state = any ($2) and p.phase <> 'closed'
         and a.applicant_id = (select applicant_id from applications where id = $3)`,
      subject.id,
      STANDING,
      String(payload.application),
    );
  }

  private async takeBackAll(
    ctx: Ctx,
    sql: string,
    of: Id,
    states: readonly AssignmentState[],
    ...more: readonly string[]
  ): Promise<void> {
    await withSystemRights(ctx, async () => {
      for (const { id } of await ctx.tx.query<{ id: Id }[]>(`${sql} order by id`, [of, states, ...more])) {
        const { assignment } = await this.reviews.lock(ctx, id);
        if (states.includes(assignment.state)) await this.record.takeBack(ctx, assignment, null);
      }
    });
  }

  private async awaited(ctx: Ctx, after: Id | null): Promise<readonly Id[]> {
    const rows = await ctx.tx.query<{ id: Id }[]>(
      `select r.id from review_assignments r join review_panels p on p.id = r.panel_id
       where r.state in ('assigned', 'accepted') and p.phase = any ($2) and ($1::uuid is null or r.id > $1)
         and (r.reminded_due_at is null) order by r.id limit $3`,
      [after, REVIEWS_COME, BATCH],
    );
    return rows.map(({ id }) => id);
  }

  private async remind(ctx: Ctx, id: Id): Promise<boolean> {
    const { assignment } = await this.reviews.lock(ctx, id);
    const now = ctx.clock.now();
    const reminder = AWAITED.includes(assignment.state) ? remindsNow(assignment, now) : null;
    if (!reminder) return false;
    await this.reviews.save(ctx, id, reminder === 'due' ? { remindedDueAt: now } : { remindedBeforeAt: now });
    await this.record.note(ctx, assignment, reminder === 'due' ? 'reminded_due' : 'reminded_before');
    await this.record.tell(ctx, assignment, reminder === 'due' ? REVIEW_DUE : REVIEW_DUE_SOON);
    return true;
  }
}
