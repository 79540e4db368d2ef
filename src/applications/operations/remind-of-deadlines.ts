import { Inject, Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { Database, systemContext } from '../../platform/database/database.js';
import type { Clock } from '../../shared/clock.js';
import type { Id } from '../../shared/ids.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { DeadlineReminders } from '../data/deadline-reminders.js';
import type { Unsubmitted } from '../data/deadline-reminders.js';
import { DRAFT_DUE_SOON, RETURN_DUE_SOON } from '../domain/applications.events.js';
import { reminderDue, remindsUntil } from '../domain/deadline-reminder.js';
import { ApplicationFiles } from './application-file.js';
import { ApplicationRecord } from './application-record.js';

const BATCH = 500;

/** What the clock tells whoever began an application, or has it back, and has not submitted it: that its deadline is near. */
@Injectable()
export class RemindOfDeadlines {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(DeadlineReminders) private readonly reminders: DeadlineReminders,
    @Inject(ApplicationFiles) private readonly files: ApplicationFiles,
    @Inject(ApplicationRecord) private readonly record: ApplicationRecord,
  ) {}

  /** Returns how many were reminded, each in an act of its own. */
  async run(clock: Clock): Promise<number> {
    const request = systemContext(clock);
    const until = remindsUntil(clock.now());
    let told = 0;
    const failures: unknown[] = [];
    let after: Unsubmitted | null = null;
    for (;;) {
      const from: Unsubmitted | null = after;
      const page: readonly Unsubmitted[] = await this.database.read(request, (ctx) =>
        this.reminders.near(ctx, { until, after: from, limit: BATCH }),
      );
      for (const near of page.filter((each) => reminderDue(each, clock.now()) !== null)) {
        try {
          if (await this.database.transaction(request, (ctx) => this.remind(ctx, near.applicationId)))
            told += 1;
        } catch (error) {
          failures.push(error);
        }
      }
      if (page.length < BATCH) break;
      after = page.at(-1) ?? null;
    }
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} reminders were not told`);
    return told;
  }

  /** Asks everything anew under the lock: it may have been submitted, moved or told by another worker since. */
  private async remind(ctx: Ctx, id: Id): Promise<boolean> {
    const application = await this.applications.lock(ctx, id);
    const near = await this.reminders.of(ctx, id);
    const days = near && reminderDue(near, ctx.clock.now());
    if (!near || days === null) return false;
    if (!(await this.reminders.add(ctx, near, days))) return false;
    const { blockers } = await this.files.of(ctx, application);
    await this.record.tell(
      ctx,
      application,
      application.state === 'draft' ? DRAFT_DUE_SOON : RETURN_DUE_SOON,
      {
        until: near.deadline.toISOString(),
        dueAt: near.dueAt.toISOString(),
        missing: blockers.length,
      },
    );
    return true;
  }
}
