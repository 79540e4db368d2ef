import { Injectable } from '@nestjs/common';
import { AssessApplications } from '../../applications/public.js';
import { AuditTrail } from '../../audit/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import { PanelsRepository } from '../data/panels.repository.js';
import { ReviewPanelRow } from '../data/review-panel.entity.js';
import { ReviewsRepository } from '../data/reviews.repository.js';
import { panelStates } from '../domain/panel.states.js';
import { PANEL_MOVED } from '../domain/reviews.events.js';
import { ReviewRecord } from './review-record.js';

/** A review as it counted before an appeal set it aside. */
export interface ReviewSetAside {
  readonly assignment: Id;
  readonly version: number;
  readonly points: number;
}

/**
 * Has one application assessed anew after an upheld appeal: its reviews count no more and stay on record, its panels review
 * again for it alone, and whoever assessed it does so no more. Part of the act that the caller has authorised, with the
 * rights of the system.
 */
@Injectable()
export class ReopenReview {
  constructor(
    private readonly panels: PanelsRepository,
    private readonly reviews: ReviewsRepository,
    private readonly applications: AssessApplications,
    private readonly record: ReviewRecord,
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
  ) {}

  /** What counts now, for whoever keeps what stood before. */
  counted(ctx: Ctx, applicationId: Id): Promise<ReviewSetAside[]> {
    return ctx.tx.query<ReviewSetAside[]>(
      `select r.id as assignment, given.version, given.points from review_assignments r
       cross join lateral (select v.version, v.points from reviews v where v.assignment_id = r.id
         order by v.version desc limit 1) given
       where r.application_id = $1 and r.state = 'submitted' order by r.id`,
      [applicationId],
    );
  }

  async forAppeal(ctx: Ctx, applicationId: Id, appealId: Id): Promise<void> {
    if (!(await this.applications.reopenReview(ctx, applicationId, appealId))) {
      throw new DomainError('wrong_state');
    }
    const rows = await ctx.tx.query<{ id: Id; panel: Id }[]>(
      `select id, panel_id as panel from review_assignments
       where application_id = $1 and state = 'submitted' order by id`,
      [applicationId],
    );
    for (const { id } of rows) {
      const { assignment } = await this.reviews.lock(ctx, id);
      await this.record.move(ctx, assignment, 'set_aside', {}, { appeal: appealId });
    }
    for (const panelId of new Set(rows.map(({ panel }) => panel))) {
      await this.reopenPanel(ctx, panelId, appealId);
    }
  }

  /** One that another appeal reopened already takes this application as well. */
  private async reopenPanel(ctx: Ctx, panelId: Id, appealId: Id): Promise<void> {
    const { panel } = await this.panels.lock(ctx, panelId);
    const from = panel.phase;
    if (!panelStates.allows(from, 'reopen_for_appeal')) return;
    const to = panelStates.move(from, 'reopen_for_appeal');
    await ctx.tx.update(
      ReviewPanelRow,
      { id: panel.id },
      { phase: to, phaseSince: ctx.clock.now(), dueAt: null },
    );
    await this.audit.record(ctx, {
      action: 'panel.reopen_for_appeal',
      subject: { kind: 'panel', id: panel.id },
      data: { from, to, appeal: appealId },
    });
    await this.outbox.emit(ctx, {
      type: PANEL_MOVED,
      subject: { kind: 'panel', id: panel.id },
      payload: { act: 'reopen_for_appeal', phase: to, callId: panel.callId },
    });
  }
}
