import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import type { AuditEntry } from '../../audit/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import type { DomainEvent } from '../../platform/outbox/outbox.js';
import type { ReviewAssignmentRow } from '../data/review-assignment.entity.js';
import { ReviewsRepository } from '../data/reviews.repository.js';
import { assignmentStates } from '../domain/assignment.states.js';
import type { AssignmentAct } from '../domain/assignment.states.js';
import { REVIEW_WITHDRAWN } from '../domain/reviews.events.js';

/**
 * What every act on a review does with its record. Entries stand with the review and not with the application, whose
 * applicant reads what was done to it: who assesses is not theirs to know.
 */
@Injectable()
export class ReviewRecord {
  constructor(
    private readonly reviews: ReviewsRepository,
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
  ) {}

  async move(
    ctx: Ctx,
    assignment: ReviewAssignmentRow,
    act: AssignmentAct,
    change: Partial<ReviewAssignmentRow> = {},
    data: AuditEntry['data'] = {},
  ): Promise<void> {
    const from = assignment.state;
    const to = assignmentStates.move(from, act);
    const moved = { ...change, state: to, stateSince: ctx.clock.now() };
    await this.reviews.save(ctx, assignment.id, moved);
    Object.assign(assignment, moved);
    await this.note(ctx, assignment, act, { ...data, from, to });
  }

  /** Part of an act that its caller has authorised. Whoever had not handed in yet is told. */
  async takeBack(ctx: Ctx, assignment: ReviewAssignmentRow, reason: string | null): Promise<void> {
    const awaited = assignment.state !== 'submitted';
    await this.move(ctx, assignment, 'withdraw', { reason });
    if (awaited) await this.tell(ctx, assignment, REVIEW_WITHDRAWN);
  }

  note(
    ctx: Ctx,
    { id, panelId, applicationId }: Pick<ReviewAssignmentRow, 'id' | 'panelId' | 'applicationId'>,
    act: string,
    data: AuditEntry['data'] = {},
  ): Promise<void> {
    return this.audit.record(ctx, {
      action: `review.${act}`,
      subject: { kind: 'review', id },
      data: { panel: panelId, application: applicationId, ...data },
    });
  }

  tell(
    ctx: Ctx,
    { id, panelId, applicationId }: Pick<ReviewAssignmentRow, 'id' | 'panelId' | 'applicationId'>,
    type: string,
    payload: DomainEvent['payload'] = {},
  ): Promise<void> {
    return this.outbox.emit(ctx, {
      type,
      subject: { kind: 'review', id },
      payload: { panel: panelId, application: applicationId, ...payload },
    });
  }
}
