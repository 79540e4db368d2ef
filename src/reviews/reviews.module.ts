import { Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessModule, PolicyRegistry } from '../access/public.js';
import { APPLICATION_WITHDRAWN, ApplicationsModule } from '../applications/public.js';
import { CallsModule } from '../calls/public.js';
import { DocumentsModule } from '../documents/public.js';
import { Outbox } from '../platform/outbox/outbox.js';
import { Worker } from '../platform/outbox/worker.js';
import { systemClock } from '../shared/clock.js';
import { UniversitiesModule } from '../universities/public.js';
import { PanelsRepository } from './data/panels.repository.js';
import { ReviewAssignmentRow } from './data/review-assignment.entity.js';
import { ReviewDraftRow } from './data/review-draft.entity.js';
import { ReviewMemberRow } from './data/review-member.entity.js';
import { ReviewPanelRow } from './data/review-panel.entity.js';
import { ReviewRow } from './data/review.entity.js';
import { ReviewsRepository } from './data/reviews.repository.js';
import { TiesRepository } from './data/ties.repository.js';
import { panelsPolicy } from './domain/panels.policy.js';
import { reviewsPolicy } from './domain/reviews.policy.js';
import { PanelPagesController } from './http/panel-pages.controller.js';
import { ReviewPagesController } from './http/review-pages.controller.js';
import { AssessedFiles } from './operations/assessed-files.js';
import { Assessments } from './operations/assessments.js';
import { AssignReviewers } from './operations/assign-reviewers.js';
import { KeepPanels } from './operations/keep-panels.js';
import { KeepReviews } from './operations/keep-reviews.js';
import { ReadPanels } from './operations/read-panels.js';
import { ReadReviews } from './operations/read-reviews.js';
import { ProposeReviewers } from './operations/propose-reviewers.js';
import { ReviewRecord } from './operations/review-record.js';
import { ReopenReview } from './operations/reopen-review.js';
import { WriteReview } from './operations/write-review.js';

@Module({
  imports: [
    AccessModule,
    ApplicationsModule,
    CallsModule,
    DocumentsModule,
    UniversitiesModule,
    TypeOrmModule.forFeature([
      ReviewPanelRow,
      ReviewMemberRow,
      ReviewAssignmentRow,
      ReviewDraftRow,
      ReviewRow,
    ]),
  ],
  // Before the one that would take `panels` for the name of a review.
  controllers: [PanelPagesController, ReviewPagesController],
  providers: [
    AssessedFiles,
    Assessments,
    AssignReviewers,
    KeepPanels,
    KeepReviews,
    PanelsRepository,
    ReadPanels,
    ReadReviews,
    ProposeReviewers,
    ReopenReview,
    ReviewRecord,
    ReviewsRepository,
    TiesRepository,
    WriteReview,
  ],
  exports: [
    AssessedFiles,
    Assessments,
    AssignReviewers,
    KeepPanels,
    KeepReviews,
    PanelsRepository,
    ProposeReviewers,
    ReadReviews,
    ReopenReview,
    ReviewsRepository,
    WriteReview,
  ],
})
export class ReviewsModule implements OnModuleInit {
  constructor(
    private readonly policies: PolicyRegistry,
    private readonly outbox: Outbox,
    private readonly worker: Worker,
    private readonly keep: KeepReviews,
  ) {}

  onModuleInit(): void {
    this.policies.register(panelsPolicy);
    this.policies.register(reviewsPolicy);
    this.outbox.reactWithin(APPLICATION_WITHDRAWN, (ctx, event) => this.keep.callOff(ctx, event));
    this.outbox.reactWithin('conflict.declared', (ctx, event) => this.keep.recuse(ctx, event));
    this.worker.schedule('*/10 * * * *', 'keep_reviews', async () => {
      await this.keep.run(systemClock);
    });
  }
}
