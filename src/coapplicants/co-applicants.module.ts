import { Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessModule, AccessPorts, PolicyRegistry } from '../access/public.js';
import {
  APPLICATION_INELIGIBLE,
  APPLICATION_WITHDRAWN,
  ApplicationPorts,
  ApplicationsModule,
  CALL_CLOSED_ON_DRAFT,
  RETURN_LAPSED,
} from '../applications/public.js';
import { CALL_CANCELLED, CallsModule } from '../calls/public.js';
import { DocumentsModule } from '../documents/public.js';
import { Outbox } from '../platform/outbox/outbox.js';
import { Worker } from '../platform/outbox/worker.js';
import { PrivacyModule, PrivacyPorts } from '../privacy/public.js';
import { systemClock } from '../shared/clock.js';
import { UniversitiesModule } from '../universities/public.js';
import { CoApplicantRow } from './data/co-applicant.entity.js';
import { CoApplicantsRepository } from './data/co-applicants.repository.js';
import { coApplicantsPolicy } from './domain/co-applicants.policy.js';
import { CoApplicantPagesController } from './http/co-applicant-pages.controller.js';
import { CoApplicantsApiController } from './http/co-applicants-api.controller.js';
import { InvitationPagesController } from './http/invitation-pages.controller.js';
import { SharedPagesController } from './http/shared-pages.controller.js';
import { AnswerInvitation } from './operations/answer-invitation.js';
import { CoApplicantRecord } from './operations/co-applicant-record.js';
import { KeptCoApplicants } from './operations/co-applicant-register.js';
import { CoApplicantsOfPerson } from './operations/co-applicants-of-person.js';
import { EraseCoApplicants } from './operations/erase-co-applicants.js';
import { InviteCoApplicants } from './operations/invite-co-applicants.js';
import { KeepCoApplicants } from './operations/keep-co-applicants.js';
import { ReadShared } from './operations/read-shared.js';
import { sharedOfAccount } from './operations/shared-of-account.js';
import { StandInApplication } from './operations/stand-in-application.js';

/** Acts that end an application, after which nobody is awaited. */
const ENDS = [APPLICATION_WITHDRAWN, APPLICATION_INELIGIBLE, RETURN_LAPSED, CALL_CLOSED_ON_DRAFT];

@Module({
  imports: [
    AccessModule,
    ApplicationsModule,
    CallsModule,
    DocumentsModule,
    PrivacyModule,
    UniversitiesModule,
    TypeOrmModule.forFeature([CoApplicantRow]),
  ],
  controllers: [
    CoApplicantPagesController,
    CoApplicantsApiController,
    InvitationPagesController,
    SharedPagesController,
  ],
  providers: [
    AnswerInvitation,
    CoApplicantRecord,
    CoApplicantsOfPerson,
    CoApplicantsRepository,
    EraseCoApplicants,
    InviteCoApplicants,
    KeepCoApplicants,
    KeptCoApplicants,
    ReadShared,
    StandInApplication,
  ],
  exports: [CoApplicantsRepository, ReadShared],
})
export class CoApplicantsModule implements OnModuleInit {
  constructor(
    private readonly policies: PolicyRegistry,
    private readonly ports: ApplicationPorts,
    private readonly kept: KeptCoApplicants,
    private readonly outbox: Outbox,
    private readonly worker: Worker,
    private readonly keep: KeepCoApplicants,
    private readonly privacy: PrivacyPorts,
    private readonly ofPerson: CoApplicantsOfPerson,
    private readonly erasing: EraseCoApplicants,
    private readonly access: AccessPorts,
  ) {}

  onModuleInit(): void {
    this.policies.register(coApplicantsPolicy);
    this.ports.coApplicants = this.kept;
    this.privacy.personData.push(this.ofPerson);
    this.privacy.erasure.push(this.erasing);
    this.access.belongings.push(sharedOfAccount);
    for (const end of ENDS) this.outbox.reactWithin(end, (ctx, event) => this.keep.callOff(ctx, event));
    // Thousands may be invited: after the act that cancels the call, and not within it.
    this.worker.subscribe(async ({ type, subject }) => {
      if (type === CALL_CANCELLED) await this.keep.callOffAll(systemClock, subject.id);
    });
  }
}
