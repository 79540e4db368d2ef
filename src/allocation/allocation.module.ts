import { Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessModule, PolicyRegistry } from '../access/public.js';
import { AgreementsModule } from '../agreements/public.js';
import { ApplicationPorts, ApplicationsModule } from '../applications/public.js';
import { ApprovalsModule, DecisionSubjects } from '../approvals/public.js';
import { CALL_CANCELLED, CALL_MOVED, CALL_PUBLISHED, CallsModule } from '../calls/public.js';
import { Outbox } from '../platform/outbox/outbox.js';
import { Worker } from '../platform/outbox/worker.js';
import { systemClock } from '../shared/clock.js';
import { ReviewsModule } from '../reviews/public.js';
import { UniversitiesModule } from '../universities/public.js';
import { AllocationListRow } from './data/allocation-list.entity.js';
import { AllocationRunRow } from './data/allocation-run.entity.js';
import { ListsRepository } from './data/lists.repository.js';
import { SelectionInputs } from './data/selection-inputs.js';
import { selectionsPolicy } from './domain/selections.policy.js';
import { JobsController } from './http/jobs.controller.js';
import { ListPagesController } from './http/list-pages.controller.js';
import { ListsApiController } from './http/lists-api.controller.js';
import { ReadRounds } from './http/read-rounds.js';
import { ReadSelection } from './http/read-selection.js';
import { RoundPagesController } from './http/round-pages.controller.js';
import { SelectionPagesController } from './http/selection-pages.controller.js';
import { AnnouncedResults } from './operations/announced-results.js';
import { AwaitAppeals } from './operations/await-appeals.js';
import { AllocationJobs, RECKON_ALLOCATION } from './operations/allocation-jobs.js';
import { ReckonBeside } from './operations/reckon-beside.js';
import { WorkOffAllocations } from './operations/work-off-allocations.js';
import { CommitSeed } from './operations/commit-seed.js';
import { DrawUpList } from './operations/draw-up-list.js';
import { FollowRounds } from './operations/follow-rounds.js';
import { KeepList } from './operations/keep-list.js';
import { ListsAsDecisionSubjects } from './operations/lists-as-decision-subjects.js';
import { PromoteWaiting } from './operations/promote-waiting.js';
import { ProposeFinal } from './operations/propose-final.js';
import { PublishFinal } from './operations/publish-final.js';
import { PublishProvisional } from './operations/publish-provisional.js';
import { ReopenSelection } from './operations/reopen-selection.js';
import { RunAllocation } from './operations/run-allocation.js';
import { SelectionPorts } from './selection-ports.js';

const OPERATIONS = [
  AnnouncedResults,
  RunAllocation,
  PublishProvisional,
  ReopenSelection,
  ProposeFinal,
  PublishFinal,
];

@Module({
  imports: [
    AccessModule,
    AgreementsModule,
    ApplicationsModule,
    ApprovalsModule,
    CallsModule,
    ReviewsModule,
    UniversitiesModule,
    TypeOrmModule.forFeature([AllocationRunRow, AllocationListRow]),
  ],
  controllers: [
    SelectionPagesController,
    JobsController,
    RoundPagesController,
    ListPagesController,
    ListsApiController,
  ],
  providers: [
    ...OPERATIONS,
    AwaitAppeals,
    AllocationJobs,
    CommitSeed,
    DrawUpList,
    FollowRounds,
    KeepList,
    ListsAsDecisionSubjects,
    ListsRepository,
    PromoteWaiting,
    ReadRounds,
    ReckonBeside,
    WorkOffAllocations,
    ReadSelection,
    SelectionInputs,
    SelectionPorts,
  ],
  exports: [...OPERATIONS, SelectionPorts],
})
export class AllocationModule implements OnModuleInit {
  constructor(
    private readonly policies: PolicyRegistry,
    private readonly subjects: DecisionSubjects,
    private readonly asSubjects: ListsAsDecisionSubjects,
    private readonly ports: ApplicationPorts,
    private readonly waiting: PromoteWaiting,
    private readonly outbox: Outbox,
    private readonly seed: CommitSeed,
    private readonly rounds: FollowRounds,
    private readonly worker: Worker,
    private readonly jobs: WorkOffAllocations,
  ) {}

  onModuleInit(): void {
    this.policies.register(selectionsPolicy);
    this.worker.define(RECKON_ALLOCATION, ({ job }) => this.jobs.perform(systemClock, String(job)));
    this.worker.schedule('* * * * *', 'take_up_allocations', () => this.jobs.takeUpSilent(systemClock));
    this.subjects.register(this.asSubjects);
    this.ports.waiting = this.waiting;
    for (const type of [CALL_PUBLISHED, CALL_MOVED]) {
      this.outbox.reactWithin(type, (ctx, event) => this.seed.react(ctx, event));
    }
    this.outbox.reactWithin(CALL_PUBLISHED, (ctx, event) => this.rounds.opened(ctx, event));
    this.outbox.reactWithin(CALL_CANCELLED, (ctx, event) => this.rounds.cancelled(ctx, event));
  }
}
