import { Injectable } from '@nestjs/common';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { InterviewsRepository } from '../data/interviews.repository.js';
import type { InterviewRecord } from '../data/interviews.repository.js';
import { TiesRepository } from '../data/ties.repository.js';
import { ENTRY_MAX, REMARK_MAX, neededWords } from '../domain/discussion.js';
import { interviewsPolicy } from '../domain/interviews.policy.js';
import { INTERVIEW_CHANGE_ASKED } from '../domain/reviews.events.js';
import { languageIn, personOf } from './discuss-application.js';
import { InterviewRecordKeeper } from './interview-record.js';

/** The applicant's side, and what members of the panel note of a talk. */
@Injectable()
export class AnswerInterview {
  constructor(
    private readonly database: Database,
    private readonly interviews: InterviewsRepository,
    private readonly ties: TiesRepository,
    private readonly record: InterviewRecordKeeper,
  ) {}

  /** One of the free times. Of two who choose the same at once one has it. */
  async choose(request: RequestContext, interviewId: string, slotId: string): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const { interview } = await this.begin(ctx, interviewId, 'interview.answer');
      const slot = await this.interviews.lockSlot(ctx, interview.panelId, slotId);
      if (slot.cancelledAt !== null || slot.startsAt <= ctx.clock.now()) {
        throw new DomainError('conflict', { reason: 'slot_over' });
      }
      for (const person of await this.interviews.presentAt(ctx, slot.id)) {
        // Whoever is bound to the applicant does not talk to them; why, is not the applicant's to know.
        const bound = await this.ties.isBound(ctx, person, interview.applicationId);
        if (bound) throw new DomainError('conflict', { reason: 'slot_taken' });
      }
      await this.record.move(ctx, interview, 'book', slot.id);
    });
  }

  async confirm(request: RequestContext, interviewId: string): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const { interview } = await this.begin(ctx, interviewId, 'interview.answer');
      await this.record.move(ctx, interview, 'confirm', interview.slotId);
    });
  }

  /** The time that they have stays theirs until the panel has answered. */
  async askOther(request: RequestContext, interviewId: string, reason: string): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const { interview } = await this.begin(ctx, interviewId, 'interview.answer');
      const words = neededWords(reason, 'reason', REMARK_MAX);
      await this.record.move(ctx, interview, 'ask_other', interview.slotId, words);
      await this.record.tell(ctx, interview, INTERVIEW_CHANGE_ASKED);
    });
  }

  async note(
    request: RequestContext,
    interviewId: string,
    typed: { readonly text: string; readonly language: string },
  ): Promise<{ readonly id: Id }> {
    return this.database.transaction(request, async (ctx) => {
      const { interview } = await this.begin(ctx, interviewId, 'interview.note');
      const now = ctx.clock.now();
      const id = newId(now);
      await this.interviews.note(ctx, {
        id,
        interviewId: interview.id,
        authorId: personOf(ctx),
        text: neededWords(typed.text, 'text', ENTRY_MAX),
        language: languageIn(typed.language),
        writtenAt: now,
      });
      await this.record.note(ctx, interview, 'note', { note: id });
      return { id };
    });
  }

  private async begin(ctx: Ctx, interviewId: string, action: string): Promise<InterviewRecord> {
    const record = await this.interviews.lock(ctx, interviewId);
    authorise(ctx, interviewsPolicy, action, record.facts, 'interview.read');
    return record;
  }
}
