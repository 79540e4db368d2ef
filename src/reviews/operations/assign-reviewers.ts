import { Injectable } from '@nestjs/common';
import { ApplicationsRepository } from '../../applications/public.js';
import type { ApplicationRow } from '../../applications/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, withSystemRights } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { PanelsRepository } from '../data/panels.repository.js';
import type { PanelRecord } from '../data/panels.repository.js';
import type { ReviewAssignmentRow } from '../data/review-assignment.entity.js';
import { ReviewsRepository } from '../data/reviews.repository.js';
import { TiesRepository } from '../data/ties.repository.js';
import { STANDING } from '../domain/assignment.states.js';
import { panelsPolicy } from '../domain/panels.policy.js';
import { REASON_MAX } from '../domain/review-content.js';
import { REVIEW_ASSIGNED, REVIEW_WITHDRAWN } from '../domain/reviews.events.js';
import { reviewsPolicy } from '../domain/reviews.policy.js';
import { FindConflicts } from './find-conflicts.js';
import { ReviewRecord } from './review-record.js';
import { requireUnboundKeeper } from './unbound-keeper.js';

const DAY_MS = 86_400_000;
/** Where the panel names no day. */
const USUAL_DAYS = 14;
/** Of an application that is before the panel, or about to be. */
const ASSESSABLE: readonly ApplicationRow['state'][] = ['eligible', 'in_review'];

/** Why somebody cannot be given an application; the words are `reasons.<code>`. */
export type Unfit =
  | 'not_member'
  | 'reviewer_bound'
  | 'assessed_before'
  | 'already_assigned'
  | 'load_reached'
  | 'application_not_of_panel';

/** Gives applications to reviewers, takes them back, and finds somebody else: by hand, and for the solver. */
@Injectable()
export class AssignReviewers {
  constructor(
    private readonly database: Database,
    private readonly panels: PanelsRepository,
    private readonly reviews: ReviewsRepository,
    private readonly applications: ApplicationsRepository,
    private readonly ties: TiesRepository,
    private readonly record: ReviewRecord,
    private readonly finding: FindConflicts,
  ) {}

  assign(
    request: RequestContext,
    panelId: string,
    wanted: { readonly applicationId: string; readonly reviewerId: string },
  ): Promise<{ readonly id: Id }> {
    return this.database.transaction(request, async (ctx) => {
      const record = await this.panels.lock(ctx, panelId);
      authorise(ctx, panelsPolicy, 'panel.assign', record.facts, 'panel.read');
      return this.enter(ctx, record, wanted, ctx.actor.personId);
    });
  }

  /**
   * One assignment inside an act that was authorised for its panel, which the caller holds locked.
   * @param by null where the solver did it
   * @throws DomainError `conflict` with the reason why the two do not fit
   */
  async enter(
    ctx: Ctx,
    { panel, facts }: PanelRecord,
    { applicationId, reviewerId }: { readonly applicationId: string; readonly reviewerId: string },
    by: Id | null,
  ): Promise<{ readonly id: Id }> {
    // Whoever keeps panels sees no files: what is asked of the file here stays here.
    const application = await withSystemRights(ctx, () => this.applications.find(ctx, applicationId));
    if (by !== null) await requireUnboundKeeper(ctx, this.ties, application.id);
    // The solver's caller has looked at all of them at once.
    if (by !== null && facts.members.includes(reviewerId)) {
      await this.finding.between(ctx, panel.callId, [reviewerId], [application.id]);
    }
    const unfit = await this.unfit(ctx, { panel, facts }, application, reviewerId);
    if (unfit) throw new DomainError('conflict', { reason: unfit });
    const now = ctx.clock.now();
    const usual = new Date(now.getTime() + USUAL_DAYS * DAY_MS);
    const assignment: ReviewAssignmentRow = {
      id: newId(now),
      panelId: panel.id,
      applicationId: application.id,
      reviewerId,
      state: 'assigned',
      stateSince: now,
      assignedBy: by,
      assignedAt: now,
      dueAt: panel.dueAt && panel.dueAt > now ? panel.dueAt : usual,
      reason: null,
      remindedBeforeAt: null,
      remindedDueAt: null,
      replacedBy: null,
    };
    await withSystemRights(ctx, async () => {
      await this.reviews.insert(ctx, assignment);
      await this.reviews.giveNumbers(ctx, panel.callId, [application.id]);
    });
    await this.record.note(ctx, assignment, 'assign', { reviewer: reviewerId, byHand: by !== null });
    await this.record.tell(ctx, assignment, REVIEW_ASSIGNED);
    return { id: assignment.id };
  }

  /** Takes an application back from a reviewer. What was handed in then counts no more, and stays on record. */
  async withdraw(request: RequestContext, reviewId: string, reason: string): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const { assignment, facts } = await this.reviews.lock(ctx, reviewId);
      authorise(ctx, reviewsPolicy, 'review.withdraw', facts, 'review.read');
      await requireUnboundKeeper(ctx, this.ties, assignment.applicationId);
      await this.record.takeBack(ctx, assignment, wordsOf(reason));
    });
  }

  /** Somebody else in the place of one who declined, or does not answer. */
  replace(
    request: RequestContext,
    reviewId: string,
    wanted: { readonly reviewerId: string },
  ): Promise<{ readonly id: Id }> {
    return this.database.transaction(request, async (ctx) => {
      const { panelId } = (await this.reviews.find(ctx, reviewId)).assignment;
      const record = await this.panels.lock(ctx, panelId);
      const { assignment, facts } = await this.reviews.lock(ctx, reviewId);
      authorise(ctx, reviewsPolicy, 'review.replace', facts, 'review.read');
      const awaited = assignment.state !== 'declined';
      const { applicationId } = assignment;
      const next = await this.enter(ctx, record, { applicationId, ...wanted }, ctx.actor.personId);
      await this.record.move(ctx, assignment, 'replace', { replacedBy: next.id });
      if (awaited) await this.record.tell(ctx, assignment, REVIEW_WITHDRAWN);
      return next;
    });
  }

  /** Why the two do not fit, or null. */
  async unfit(
    ctx: Ctx,
    { panel, facts }: PanelRecord,
    application: ApplicationRow,
    reviewerId: string,
  ): Promise<Unfit | null> {
    const ofPanel =
      application.callId === panel.callId &&
      (panel.country !== null || application.panelId === null || application.panelId === panel.id);
    if (!ofPanel || !ASSESSABLE.includes(application.state)) return 'application_not_of_panel';
    if (!facts.members.includes(reviewerId)) return 'not_member';
    if (await this.ties.isBound(ctx, reviewerId, application.id)) return 'reviewer_bound';
    const theirs = await withSystemRights(ctx, () =>
      ctx.tx.query<{ applicationId: Id; state: ReviewAssignmentRow['state'] }[]>(
        `select application_id as "applicationId", state from review_assignments
         where panel_id = $1 and reviewer_id = $2 and state = any ($3)`,
        [panel.id, reviewerId, STANDING],
      ),
    );
    if (theirs.some(({ applicationId }) => applicationId === application.id)) return 'already_assigned';
    if (await this.assessedBefore(ctx, reviewerId, application)) return 'assessed_before';
    const [seat] = (await withSystemRights(ctx, () => this.panels.members(ctx, panel.id))).filter(
      ({ personId }) => personId === reviewerId,
    );
    const limit = seat?.loadLimit ?? null;
    return limit !== null && theirs.length >= limit ? 'load_reached' : null;
  }

  /** After an upheld appeal others assess it than those whose reviews it set aside. */
  private async assessedBefore(ctx: Ctx, reviewerId: Id, { id }: ApplicationRow): Promise<boolean> {
    const found = await withSystemRights(ctx, () =>
      ctx.tx.query<unknown[]>(
        `select from review_assignments where application_id = $1 and reviewer_id = $2 and state = 'set_aside'`,
        [id, reviewerId],
      ),
    );
    return found.length > 0;
  }
}

/** @throws DomainError `invalid` where there are none, or too many. */
export function wordsOf(reason: string, field = 'reason'): string {
  const text = reason.normalize('NFC').trim();
  if (text === '') throw new DomainError('invalid', { fields: [{ field, problem: 'required' }] });
  if (text.length > REASON_MAX) {
    throw new DomainError('invalid', {
      fields: [{ field, problem: 'too_long', values: { max: REASON_MAX } }],
    });
  }
  return text;
}
