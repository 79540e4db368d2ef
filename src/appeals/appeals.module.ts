import { Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessModule, AccessPorts, PolicyRegistry } from '../access/public.js';
import { AllocationModule, SelectionPorts } from '../allocation/public.js';
import { APPLICATION_WITHDRAWN, ApplicationPorts, ApplicationsModule } from '../applications/public.js';
import { CallsModule } from '../calls/public.js';
import { DocumentsModule } from '../documents/public.js';
import { Outbox } from '../platform/outbox/outbox.js';
import { Worker } from '../platform/outbox/worker.js';
import { PrivacyModule, PrivacyPorts } from '../privacy/public.js';
import { ReviewsModule } from '../reviews/public.js';
import { systemClock } from '../shared/clock.js';
import { AppealMemberRow } from './data/appeal-member.entity.js';
import { AppealVoteRow } from './data/appeal-vote.entity.js';
import { AppealWordsRow } from './data/appeal-words.entity.js';
import { AppealRow } from './data/appeal.entity.js';
import { AppealsRepository } from './data/appeals.repository.js';
import { appealsPolicy } from './domain/appeals.policy.js';
import { AppealPagesController } from './http/appeal-pages.controller.js';
import { AppealsApiController } from './http/appeals-api.controller.js';
import { OwnAppealController } from './http/own-appeal.controller.js';
import { AdmitAppeal } from './operations/admit-appeal.js';
import { AppealRecord } from './operations/appeal-record.js';
import { AppealableResults } from './operations/appealable-result.js';
import { appealsOfAccount } from './operations/appeals-of-account.js';
import { AppealsOfPerson } from './operations/appeals-of-person.js';
import { EraseAppeals } from './operations/erase-appeals.js';
import { JudgeAppeal } from './operations/judge-appeal.js';
import { KeepAppeals } from './operations/keep-appeals.js';
import { LodgeAppeal } from './operations/lodge-appeal.js';
import { ReadAppeals } from './operations/read-appeals.js';
import { ReopenStage } from './operations/reopen-stage.js';
import { SeatPanel } from './operations/seat-panel.js';

@Module({
  imports: [
    AccessModule,
    AllocationModule,
    ApplicationsModule,
    CallsModule,
    DocumentsModule,
    PrivacyModule,
    ReviewsModule,
    TypeOrmModule.forFeature([AppealRow, AppealWordsRow, AppealMemberRow, AppealVoteRow]),
  ],
  controllers: [OwnAppealController, AppealPagesController, AppealsApiController],
  providers: [
    AdmitAppeal,
    AppealRecord,
    AppealableResults,
    AppealsOfPerson,
    AppealsRepository,
    EraseAppeals,
    JudgeAppeal,
    KeepAppeals,
    LodgeAppeal,
    ReadAppeals,
    ReopenStage,
    SeatPanel,
  ],
  exports: [AdmitAppeal, JudgeAppeal, KeepAppeals, LodgeAppeal, ReadAppeals, SeatPanel],
})
export class AppealsModule implements OnModuleInit {
  constructor(
    private readonly policies: PolicyRegistry,
    private readonly applications: ApplicationPorts,
    private readonly reading: ReadAppeals,
    private readonly selection: SelectionPorts,
    private readonly privacy: PrivacyPorts,
    private readonly ofPerson: AppealsOfPerson,
    private readonly erasing: EraseAppeals,
    private readonly access: AccessPorts,
    private readonly outbox: Outbox,
    private readonly worker: Worker,
    private readonly keep: KeepAppeals,
  ) {}

  onModuleInit(): void {
    this.policies.register(appealsPolicy);
    this.applications.appeals = this.reading;
    this.selection.appeals = this.keep;
    this.privacy.personData.push(this.ofPerson);
    this.privacy.erasure.push(this.erasing);
    this.privacy.ofApplications.push((ctx, ids) => this.erasing.ofApplications(ctx, ids));
    this.access.belongings.push(appealsOfAccount);
    this.outbox.reactWithin(APPLICATION_WITHDRAWN, (ctx, event) => this.keep.callOff(ctx, event));
    this.outbox.reactWithin('conflict.declared', (ctx, event) => this.keep.recuse(ctx, event));
    this.worker.schedule('*/10 * * * *', 'keep_appeals', async () => {
      await this.keep.run(systemClock);
    });
  }
}
