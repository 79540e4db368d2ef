import { Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessModule, AccessPorts, PolicyRegistry } from '../access/public.js';
import { APPLICATION_WITHDRAWN, ApplicationsModule } from '../applications/public.js';
import { CallsModule } from '../calls/public.js';
import { DocumentsModule } from '../documents/public.js';
import { Outbox } from '../platform/outbox/outbox.js';
import { Worker } from '../platform/outbox/worker.js';
import { systemClock } from '../shared/clock.js';
import { PrivacyModule, PrivacyPorts } from '../privacy/public.js';
import { UniversitiesModule } from '../universities/public.js';
import { BidsRepository } from './data/bids.repository.js';
import { ConflictsRepository } from './data/conflicts.repository.js';
import { DiscussionEntryRow } from './data/discussion-entry.entity.js';
import { DiscussionsRepository } from './data/discussions.repository.js';
import { FeedbackRow } from './data/feedback.entity.js';
import { InterviewNoteRow } from './data/interview-note.entity.js';
import { InterviewSlotRow } from './data/interview-slot.entity.js';
import { InterviewRow } from './data/interview.entity.js';
import { InterviewsRepository } from './data/interviews.repository.js';
import { PanelsRepository } from './data/panels.repository.js';
import { PersonTieRow } from './data/person-tie.entity.js';
import { PersonWorkRow } from './data/person-work.entity.js';
import { ReviewAssignmentRow } from './data/review-assignment.entity.js';
import { ReviewBidRow } from './data/review-bid.entity.js';
import { ReviewConflictRow } from './data/review-conflict.entity.js';
import { ReviewDraftRow } from './data/review-draft.entity.js';
import { ReviewMemberRow } from './data/review-member.entity.js';
import { ReviewPanelRow } from './data/review-panel.entity.js';
import { ReviewerProfileRow } from './data/reviewer-profile.entity.js';
import { ReviewRow } from './data/review.entity.js';
import { ReviewsRepository } from './data/reviews.repository.js';
import { SummaryAnswerRow } from './data/summary-answer.entity.js';
import { SummaryDraftRow } from './data/summary-draft.entity.js';
import { SummaryRow } from './data/summary.entity.js';
import { TiesRepository } from './data/ties.repository.js';
import { discussionsPolicy } from './domain/discussions.policy.js';
import { interviewsPolicy } from './domain/interviews.policy.js';
import { panelsPolicy } from './domain/panels.policy.js';
import { PANEL_MOVED } from './domain/reviews.events.js';
import { reviewsPolicy } from './domain/reviews.policy.js';
import { InterviewPagesController } from './http/interview-pages.controller.js';
import { OwnInterviewController } from './http/own-interview.controller.js';
import { BidPagesController } from './http/bid-pages.controller.js';
import { InviteReviewerController } from './http/invite-reviewer.controller.js';
import { PanelConflictsController } from './http/panel-conflicts.controller.js';
import { PanelPagesController } from './http/panel-pages.controller.js';
import { PanelsApiController } from './http/panels-api.controller.js';
import { ProfileController } from './http/profile.controller.js';
import { ReviewPagesController } from './http/review-pages.controller.js';
import { ReviewsApiController } from './http/reviews-api.controller.js';
import { AnswerInterview } from './operations/answer-interview.js';
import { ArrangeInterviews } from './operations/arrange-interviews.js';
import { AssessedFiles } from './operations/assessed-files.js';
import { Assessments } from './operations/assessments.js';
import { AssignReviewers } from './operations/assign-reviewers.js';
import { DismissConflict } from './operations/dismiss-conflict.js';
import { EraseAssessments } from './operations/erase-assessments.js';
import { FindConflicts } from './operations/find-conflicts.js';
import { InviteReviewer } from './operations/invite-reviewer.js';
import { DiscussionPagesController } from './http/discussion-pages.controller.js';
import { DiscussApplication } from './operations/discuss-application.js';
import { KeepDiscussions } from './operations/keep-discussions.js';
import { InterviewRecordKeeper } from './operations/interview-record.js';
import { interviewsOfAccount } from './operations/interviews-of-account.js';
import { InterviewsOfPerson } from './operations/interviews-of-person.js';
import { KeepInterviews } from './operations/keep-interviews.js';
import { KeepPanels } from './operations/keep-panels.js';
import { KeepProfile } from './operations/keep-profile.js';
import { KeepReviews } from './operations/keep-reviews.js';
import { ReadFeedback } from './operations/read-feedback.js';
import { ReadInterviews } from './operations/read-interviews.js';
import { ReadOwnProfile } from './operations/read-own-profile.js';
import { ReadPanels } from './operations/read-panels.js';
import { ReadReviews } from './operations/read-reviews.js';
import { profileOfAccount } from './operations/profile-of-account.js';
import { ProposeReviewers } from './operations/propose-reviewers.js';
import { ReviewRecord } from './operations/review-record.js';
import { SayBids } from './operations/say-bids.js';
import { ReopenReview } from './operations/reopen-review.js';
import { SumUpApplication } from './operations/sum-up-application.js';
import { WriteReview } from './operations/write-review.js';
import { ReviewsPorts } from './reviews-ports.js';

@Module({
  imports: [
    AccessModule,
    ApplicationsModule,
    CallsModule,
    DocumentsModule,
    PrivacyModule,
    UniversitiesModule,
    TypeOrmModule.forFeature([
      ReviewPanelRow,
      ReviewMemberRow,
      ReviewAssignmentRow,
      PersonTieRow,
      PersonWorkRow,
      ReviewBidRow,
      ReviewConflictRow,
      ReviewDraftRow,
      ReviewRow,
      ReviewerProfileRow,
      DiscussionEntryRow,
      SummaryDraftRow,
      SummaryRow,
      FeedbackRow,
      SummaryAnswerRow,
      InterviewSlotRow,
      InterviewRow,
      InterviewNoteRow,
    ]),
  ],
  // Before the one that would take `panels` for the name of a review.
  controllers: [
    InterviewPagesController,
    OwnInterviewController,
    PanelPagesController,
    PanelConflictsController,
    BidPagesController,
    InviteReviewerController,
    DiscussionPagesController,
    ProfileController,
    ReviewPagesController,
    PanelsApiController,
    ReviewsApiController,
  ],
  providers: [
    AnswerInterview,
    ArrangeInterviews,
    InterviewRecordKeeper,
    InterviewsOfPerson,
    InterviewsRepository,
    KeepInterviews,
    ReadInterviews,
    AssessedFiles,
    Assessments,
    AssignReviewers,
    BidsRepository,
    ConflictsRepository,
    DismissConflict,
    EraseAssessments,
    FindConflicts,
    InviteReviewer,
    KeepProfile,
    ReviewsPorts,
    SayBids,
    DiscussApplication,
    DiscussionsRepository,
    KeepDiscussions,
    KeepPanels,
    KeepReviews,
    PanelsRepository,
    ReadFeedback,
    ReadOwnProfile,
    ReadPanels,
    ReadReviews,
    ProposeReviewers,
    ReopenReview,
    ReviewRecord,
    ReviewsRepository,
    SumUpApplication,
    TiesRepository,
    WriteReview,
  ],
  exports: [
    AnswerInterview,
    ArrangeInterviews,
    KeepInterviews,
    ReadInterviews,
    AssessedFiles,
    Assessments,
    AssignReviewers,
    DiscussApplication,
    KeepDiscussions,
    SumUpApplication,
    KeepPanels,
    KeepReviews,
    PanelsRepository,
    ProposeReviewers,
    ReadFeedback,
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
    private readonly finding: FindConflicts,
    private readonly inviting: InviteReviewer,
    private readonly access: AccessPorts,
    private readonly discussions: KeepDiscussions,
    private readonly feedback: ReadFeedback,
    private readonly interviews: ArrangeInterviews,
    private readonly reminding: KeepInterviews,
    private readonly ownProfile: ReadOwnProfile,
    private readonly interviewsOfPerson: InterviewsOfPerson,
    private readonly privacy: PrivacyPorts,
    private readonly erasing: EraseAssessments,
  ) {}

  onModuleInit(): void {
    this.privacy.personData.push(this.feedback, this.ownProfile, this.interviewsOfPerson);
    this.privacy.erasure.push(this.erasing);
    this.privacy.ofApplications.push((ctx, ids) => this.erasing.ofApplications(ctx, ids));
    this.access.belongings.push(profileOfAccount, interviewsOfAccount);
    this.policies.register(panelsPolicy);
    this.policies.register(reviewsPolicy);
    this.policies.register(discussionsPolicy);
    this.policies.register(interviewsPolicy);
    this.outbox.reactWithin(APPLICATION_WITHDRAWN, (ctx, event) => this.keep.callOff(ctx, event));
    this.outbox.reactWithin(APPLICATION_WITHDRAWN, (ctx, { subject }) =>
      this.interviews.callOff(ctx, { applicationId: subject.id }),
    );
    this.outbox.reactWithin(PANEL_MOVED, async (ctx, { subject, payload }) => {
      if (payload.act === 'close') await this.interviews.callOff(ctx, { panelId: subject.id });
    });
    this.outbox.reactWithin('conflict.declared', (ctx, event) => this.keep.recuse(ctx, event));
    for (const type of ['conflict.declared', 'conflict.lifted']) {
      this.outbox.reactWithin(type, (ctx, { subject }) => this.finding.ofPerson(ctx, subject.id));
    }
    this.outbox.reactWithin('role.granted', (ctx, event) => this.finding.ofGrant(ctx, event));
    this.outbox.reactWithin('role.invitation_accepted', (ctx, event) => this.inviting.seat(ctx, event));
    this.access.accountSections.push({
      href: '/account/assessing',
      title: 'reviews.profile.title',
      text: 'reviews.profile.lead',
    });
    this.worker.schedule('*/10 * * * *', 'keep_reviews', async () => {
      await this.keep.run(systemClock);
    });
    this.worker.schedule('*/10 * * * *', 'keep_interviews', async () => {
      await this.reminding.run(systemClock);
    });
    this.worker.schedule('5,15,25,35,45,55 * * * *', 'find_conflicts', async () => {
      await this.finding.run(systemClock);
    });
    // In the morning of both sides, once a day: a discussion is read together and not followed by the minute.
    this.worker.schedule('15 5 * * *', 'keep_discussions', async () => {
      await this.discussions.run(systemClock);
    });
  }
}
