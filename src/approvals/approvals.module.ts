import { decisionsOfAccount } from './operations/decisions-of-account.js';
import { Inject, Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessModule, AccessPorts, PolicyRegistry } from '../access/public.js';
import { Worker } from '../platform/outbox/worker.js';
import { systemClock } from '../shared/clock.js';
import { DecisionConditionRow } from './data/decision-condition.entity.js';
import { DecisionRecusalRow } from './data/decision-recusal.entity.js';
import { DecisionSideRow } from './data/decision-side.entity.js';
import { DecisionRow } from './data/decision.entity.js';
import { DecisionsRepository } from './data/decisions.repository.js';
import { decisionsPolicy } from './domain/decisions.policy.js';
import { DocumentsModule } from '../documents/public.js';
import { ApprovalsApiController } from './http/approvals-api.controller.js';
import { BulkDecisionsApiController, BulkDecisionsController } from './http/bulk-decisions.controller.js';
import { ApprovalsPagesController } from './http/approvals-pages.controller.js';
import { DecisionRecordApiController, DecisionRecordController } from './http/decision-record.controller.js';
import { SidePagesController, SidesApiController } from './http/sides.controller.js';
import { ReadApprovals } from './http/read-approvals.js';
import { BeginReview } from './operations/begin-review.js';
import { Conditions } from './operations/conditions.js';
import { DecideSide } from './operations/decide-side.js';
import { DecisionRecords } from './operations/decision-records.js';
import { DecideMany } from './operations/decide-many.js';
import { DecisionSubjects } from './operations/decision-subjects.js';
import { Decisions } from './operations/decisions.js';
import { SettleDivergence } from './operations/settle-divergence.js';
import { ForgetWords } from './operations/forget-words.js';
import { KeepDecisions } from './operations/keep-decisions.js';
import { NameDelegate } from './operations/name-delegate.js';
import { RecuseOfficer } from './operations/recuse-officer.js';
import { SettleCondition } from './operations/settle-condition.js';
import { SideActs } from './operations/side-acts.js';

@Module({
  imports: [
    AccessModule,
    DocumentsModule,
    TypeOrmModule.forFeature([DecisionRow, DecisionSideRow, DecisionConditionRow, DecisionRecusalRow]),
  ],
  controllers: [
    // Before those that would take `bulk` for a decision.
    BulkDecisionsApiController,
    BulkDecisionsController,
    ApprovalsApiController,
    ApprovalsPagesController,
    DecisionRecordApiController,
    DecisionRecordController,
    SidesApiController,
    SidePagesController,
  ],
  providers: [
    DecisionsRepository,
    Decisions,
    DecideSide,
    DecisionRecords,
    Conditions,
    SettleCondition,
    SideActs,
    BeginReview,
    RecuseOfficer,
    NameDelegate,
    KeepDecisions,
    DecideMany,
    DecisionSubjects,
    ForgetWords,
    ReadApprovals,
    SettleDivergence,
  ],
  exports: [
    Decisions,
    DecideSide,
    Conditions,
    SettleCondition,
    DecisionSubjects,
    ForgetWords,
    SettleDivergence,
    BeginReview,
    RecuseOfficer,
    NameDelegate,
    KeepDecisions,
  ],
})
export class ApprovalsModule implements OnModuleInit {
  constructor(
    @Inject(PolicyRegistry) private readonly policies: PolicyRegistry,
    @Inject(AccessPorts) private readonly access: AccessPorts,
    @Inject(Worker) private readonly worker: Worker,
    @Inject(KeepDecisions) private readonly promises: KeepDecisions,
  ) {}

  onModuleInit(): void {
    this.access.belongings.push(decisionsOfAccount);
    this.policies.register(decisionsPolicy);
    this.worker.schedule('*/10 * * * *', 'keep_decisions', async () => {
      await this.promises.run(systemClock);
    });
  }
}
