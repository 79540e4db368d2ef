import { Injectable } from '@nestjs/common';
import { Calls } from '../../calls/public.js';
import type { Criterion } from '../../calls/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { RequestContext } from '../../shared/request-context.js';
import { ReviewsRepository } from '../data/reviews.repository.js';
import type { ReviewRecordRow } from '../data/reviews.repository.js';
import { missingIn, pointsOf, readReview } from '../domain/review-content.js';
import type { ReviewContent, TypedReview } from '../domain/review-content.js';
import { REVIEW_DECLINED } from '../domain/reviews.events.js';
import { reviewsPolicy } from '../domain/reviews.policy.js';
import { wordsOf } from './assign-reviewers.js';
import { rulesOf } from './keep-panels.js';
import { ReviewRecord } from './review-record.js';

/** The reviewer's side: to answer, to write, to hand in, and to say anew what was handed in. */
@Injectable()
export class WriteReview {
  constructor(
    private readonly database: Database,
    private readonly reviews: ReviewsRepository,
    private readonly calls: Calls,
    private readonly record: ReviewRecord,
  ) {}

  async accept(request: RequestContext, reviewId: string): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const { assignment } = await this.begin(ctx, reviewId, 'review.answer');
      await this.record.move(ctx, assignment, 'accept');
    });
  }

  async decline(request: RequestContext, reviewId: string, reason: string): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const { assignment } = await this.begin(ctx, reviewId, 'review.answer');
      await this.record.move(ctx, assignment, 'decline', { reason: wordsOf(reason) });
      await this.record.tell(ctx, assignment, REVIEW_DECLINED);
    });
  }

  /**
   * Keeps what is written so far; whoever begins to write has accepted.
   * @param revision of the page; another one that was saved since is not overwritten (`stale`)
   */
  save(
    request: RequestContext,
    reviewId: string,
    typed: TypedReview,
    revision: number,
  ): Promise<{ readonly revision: number }> {
    return this.database.transaction(request, async (ctx) => {
      const record = await this.begin(ctx, reviewId, 'review.write');
      const { content, problems } = readReview(await this.criteria(ctx, record), typed);
      if (problems.length > 0) throw new DomainError('invalid', { fields: problems });
      const saved = await this.keep(ctx, record, content, revision);
      if (record.assignment.state === 'assigned') await this.record.move(ctx, record.assignment, 'accept');
      return saved;
    });
  }

  /** Hands in what was saved last. */
  async submit(request: RequestContext, reviewId: string, revision: number): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const record = await this.begin(ctx, reviewId, 'review.write');
      const draft = await this.requireDraft(ctx, record, revision);
      await this.enter(ctx, record, draft, 1, null);
      await this.record.move(ctx, record.assignment, 'submit', {}, { version: 1 });
    });
  }

  /** Says anew what was handed in: another version beside the former ones, with its reason. */
  amend(
    request: RequestContext,
    reviewId: string,
    typed: TypedReview & { readonly reason: string },
    version: number,
  ): Promise<{ readonly version: number }> {
    return this.database.transaction(request, async (ctx) => {
      const record = await this.begin(ctx, reviewId, 'review.amend');
      const criteria = await this.criteria(ctx, record);
      const [last] = await this.reviews.versions(ctx, record.assignment.id);
      if (!last || last.version !== version) throw new DomainError('stale');
      const { content, problems } = readReview(criteria, typed);
      const fields = [...problems, ...missingIn(criteria, content)];
      if (!typed.reason.trim()) fields.push({ field: 'reason', problem: 'required' });
      if (fields.length > 0) throw new DomainError('invalid', { fields: onePerField(fields) });
      await this.enter(ctx, record, content, last.version + 1, wordsOf(typed.reason));
      await this.record.note(ctx, record.assignment, 'amend', { version: last.version + 1 });
      return { version: last.version + 1 };
    });
  }

  private async enter(
    ctx: Ctx,
    record: ReviewRecordRow,
    content: ReviewContent,
    version: number,
    reason: string | null,
  ): Promise<void> {
    const criteria = await this.criteria(ctx, record);
    const missing = missingIn(criteria, content);
    const points = pointsOf(criteria, content);
    if (missing.length > 0 || points === null || !content.recommendation) {
      throw new DomainError('invalid', { fields: missing });
    }
    await this.reviews.handIn(ctx, {
      assignmentId: record.assignment.id,
      version,
      content,
      points,
      recommendation: content.recommendation,
      language: ctx.language,
      submittedAt: ctx.clock.now(),
      reason,
    });
  }

  private async keep(
    ctx: Ctx,
    { assignment }: ReviewRecordRow,
    content: ReviewContent,
    revision: number,
  ): Promise<{ readonly revision: number }> {
    const before = await this.reviews.draft(ctx, assignment.id);
    if ((before?.revision ?? 0) !== revision) throw new DomainError('stale');
    const next = revision + 1;
    await this.reviews.saveDraft(ctx, {
      assignmentId: assignment.id,
      content,
      revision: next,
      savedAt: ctx.clock.now(),
    });
    return { revision: next };
  }

  private async requireDraft(
    ctx: Ctx,
    { assignment }: ReviewRecordRow,
    revision: number,
  ): Promise<ReviewContent> {
    const draft = await this.reviews.draft(ctx, assignment.id);
    if (!draft) throw new DomainError('conflict', { reason: 'review_not_begun' });
    // What is handed in is what somebody read on the page before.
    if (draft.revision !== revision) throw new DomainError('stale');
    return draft.content;
  }

  private async criteria(ctx: Ctx, { facts }: ReviewRecordRow): Promise<readonly Criterion[]> {
    const call = await this.calls.byId(ctx, facts.callId);
    if (!call) throw new DomainError('not_found');
    return rulesOf(call).criteria;
  }

  private async begin(ctx: Ctx, reviewId: string, action: string): Promise<ReviewRecordRow> {
    const record = await this.reviews.lock(ctx, reviewId);
    authorise(ctx, reviewsPolicy, action, record.facts, 'review.read');
    return record;
  }
}

/** A field says one thing at a time. */
function onePerField<P extends { readonly field: string }>(problems: readonly P[]): readonly P[] {
  return problems.filter(
    (problem, index) => problems.findIndex(({ field }) => field === problem.field) === index,
  );
}
