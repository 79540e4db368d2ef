import { Inject, Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { AccessModule } from '../access/public.js';
import { AgreementsModule } from '../agreements/public.js';
import { AppealsModule } from '../appeals/public.js';
import { ApplicationsModule } from '../applications/public.js';
import { ApprovalsModule } from '../approvals/public.js';
import { GatesModule } from '../gates/public.js';
import { CallsModule } from '../calls/public.js';
import { CommissionModule } from '../commission/public.js';
import { CoApplicantsModule } from '../coapplicants/public.js';
import { Worker } from '../platform/outbox/worker.js';
import { RefereesModule } from '../referees/public.js';
import { ReviewsModule } from '../reviews/public.js';
import { UniversitiesModule } from '../universities/public.js';
import { AgreementMails } from './operations/agreement-mails.js';
import { AppealMails } from './operations/appeal-mails.js';
import { Audiences } from './operations/audiences.js';
import { CallMails } from './operations/call-mails.js';
import { CommissionMails } from './operations/commission-mails.js';
import { CoApplicantMails } from './operations/co-applicant-mails.js';
import { DiscussionMails } from './operations/discussion-mails.js';
import { FollowerMails } from './operations/follower-mails.js';
import { Matters } from './operations/matters.js';
import { OfferMails } from './operations/offer-mails.js';
import { QueueMails, TELL_APPLICANTS, TELL_FOLLOWERS } from './operations/queue-mails.js';
import { ReferenceMails } from './operations/reference-mails.js';
import { ReviewMails } from './operations/review-mails.js';
import { RoleMails } from './operations/role-mails.js';
import { SEND_MAIL, SendMail } from './operations/send-mail.js';
import { WriteMail } from './operations/write-mail.js';
import { InterviewMails } from './operations/interview-mails.js';
import { MailRenderer } from './rendering/mail-renderer.js';

/** Tells the right people, and only them, what happened. Hears every event; nobody calls it. */
@Module({
  imports: [
    AccessModule,
    AgreementsModule,
    AppealsModule,
    ApplicationsModule,
    ApprovalsModule,
    GatesModule,
    CallsModule,
    CommissionModule,
    CoApplicantsModule,
    RefereesModule,
    ReviewsModule,
    UniversitiesModule,
  ],
  providers: [
    AgreementMails,
    AppealMails,
    Audiences,
    CallMails,
    CommissionMails,
    CoApplicantMails,
    FollowerMails,
    Matters,
    MailRenderer,
    OfferMails,
    QueueMails,
    ReferenceMails,
    ReviewMails,
    DiscussionMails,
    InterviewMails,
    RoleMails,
    SendMail,
    WriteMail,
  ],
})
export class NotificationsModule implements OnModuleInit {
  constructor(
    @Inject(Worker) private readonly worker: Worker,
    @Inject(QueueMails) private readonly queueMails: QueueMails,
    @Inject(SendMail) private readonly sendMail: SendMail,
  ) {}

  onModuleInit(): void {
    this.worker.subscribe((event) => this.queueMails.run(event));
    this.worker.define(TELL_APPLICANTS, ({ eventId, after }) =>
      this.queueMails.goOn(String(eventId), String(after)),
    );
    this.worker.define(TELL_FOLLOWERS, ({ eventId, after }) =>
      this.queueMails.goOnWithFollowers(String(eventId), String(after)),
    );
    this.worker.define(SEND_MAIL, ({ mailId }) => this.sendMail.run(String(mailId)));
  }
}
