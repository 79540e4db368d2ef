import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import type { AuditEntry } from '../../audit/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import type { DomainEvent } from '../../platform/outbox/outbox.js';
import type { Id } from '../../shared/ids.js';
import type { InterviewRow } from '../data/interview.entity.js';
import { InterviewsRepository } from '../data/interviews.repository.js';
import { interviewStates } from '../domain/interview.states.js';
import type { InterviewAct } from '../domain/interview.states.js';
import { INTERVIEW_CALLED_OFF, INTERVIEW_SCHEDULED } from '../domain/reviews.events.js';

/** What every act on an interview does with its record. */
@Injectable()
export class InterviewRecordKeeper {
  constructor(
    private readonly interviews: InterviewsRepository,
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Leads it by the table; with another time, its entry in calendars is another version of the same, and with none any more
   * it is taken out of them.
   */
  async move(
    ctx: Ctx,
    interview: InterviewRow,
    act: InterviewAct,
    slotId: Id | null,
    reason: string | null = null,
  ): Promise<void> {
    const from = interview.state;
    const state = interviewStates.move(from, act);
    const before = interview.slotId;
    // What a calendar has had already, and be it taken out again, only a later version changes.
    const again = before !== null || interview.sequence > 0;
    const sequence = interview.sequence + (again && slotId !== before ? 1 : 0);
    const change = { state, stateSince: ctx.clock.now(), slotId, sequence, reason };
    await this.interviews.place(ctx, interview.id, change);
    Object.assign(interview, change);
    await this.note(ctx, interview, act, { from, to: state, ...(slotId ? { slot: slotId } : {}) });
    if (slotId !== null && slotId !== before) {
      await this.tell(ctx, interview, INTERVIEW_SCHEDULED, { slot: slotId });
      // Who was to be at the time before and is not at this one takes it out of their calendar.
      if (before !== null) {
        await this.tell(ctx, interview, INTERVIEW_CALLED_OFF, { slot: before, how: 'moved', to: slotId });
      }
    }
    if (act === 'cancel' || (slotId === null && before !== null)) {
      const how = act === 'cancel' ? 'cancelled' : 'released';
      await this.tell(ctx, interview, INTERVIEW_CALLED_OFF, { slot: before, how });
    }
  }

  note(
    ctx: Ctx,
    { id, panelId, applicationId }: Pick<InterviewRow, 'id' | 'panelId' | 'applicationId'>,
    act: string,
    data: AuditEntry['data'] = {},
  ): Promise<void> {
    return this.audit.record(ctx, {
      action: `interview.${act}`,
      subject: { kind: 'interview', id },
      data: { panel: panelId, application: applicationId, ...data },
    });
  }

  tell(
    ctx: Ctx,
    { id, panelId, applicationId, sequence }: InterviewRow,
    type: string,
    payload: DomainEvent['payload'] = {},
  ): Promise<void> {
    return this.outbox.emit(ctx, {
      type,
      subject: { kind: 'interview', id },
      payload: { panel: panelId, application: applicationId, sequence, ...payload },
    });
  }
}
