import { Injectable } from '@nestjs/common';
import { Database, systemContext } from '../../platform/database/database.js';
import type { Clock } from '../../shared/clock.js';
import type { Id } from '../../shared/ids.js';
import { InterviewsRepository } from '../data/interviews.repository.js';
import { INTERVIEW_DUE_SOON } from '../domain/reviews.events.js';
import { InterviewRecordKeeper } from './interview-record.js';

const DAY_MS = 86_400_000;

/** What the clock does with interviews: a day before, all who come are reminded, once. */
@Injectable()
export class KeepInterviews {
  constructor(
    private readonly database: Database,
    private readonly interviews: InterviewsRepository,
    private readonly record: InterviewRecordKeeper,
  ) {}

  /** Each in an act of its own. Returns how many reminders went out. */
  async run(clock: Clock): Promise<number> {
    const request = systemContext(clock);
    const until = new Date(clock.now().getTime() + DAY_MS);
    const soon = await this.database.read(request, (ctx) => this.interviews.soon(ctx, until));
    for (const id of soon) await this.remind(clock, id, until);
    return soon.length;
  }

  private async remind(clock: Clock, id: Id, until: Date): Promise<void> {
    await this.database.transaction(systemContext(clock), async (ctx) => {
      const { interview } = await this.interviews.lock(ctx, id);
      // What was moved or called off since the list was made is reminded of in its own time.
      if (!(await this.interviews.soon(ctx, until)).includes(id)) return;
      await this.interviews.save(ctx, id, { remindedAt: ctx.clock.now() });
      await this.record.note(ctx, interview, 'reminded');
      await this.record.tell(ctx, interview, INTERVIEW_DUE_SOON, { slot: interview.slotId });
    });
  }
}
