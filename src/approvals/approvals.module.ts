import { decisionsOfAccount } from './operations/decisions-of-account.js';
import { Inject, Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessModule, AccessPorts, PolicyRegistry } from '../access/public.js';
import { DecisionConditionRow } from './data/decision-condition.entity.js';
import { DecisionSideRow } from './data/decision-side.entity.js';
import { DecisionRow } from './data/decision.entity.js';
import { DecisionsRepository } from './data/decisions.repository.js';
import { decisionsPolicy } from './domain/decisions.policy.js';
import { DocumentsModule } from '../documents/public.js';
import { ApprovalsApiController } from './http/approvals-api.controller.js';
import { ApprovalsPagesController } from './http/approvals-pages.controller.js';
import { DecisionRecordApiController, DecisionRecordController } from './http/decision-record.controller.js';
import { ReadApprovals } from './http/read-approvals.js';
import { Conditions } from './operations/conditions.js';
import { DecideSide } from './operations/decide-side.js';
import { DecisionRecords } from './operations/decision-records.js';
import { DecisionSubjects } from './operations/decision-subjects.js';
import { Decisions } from './operations/decisions.js';
import { ForgetWords } from './operations/forget-words.js';
import { SettleCondition } from './operations/settle-condition.js';

@Module({
  imports: [
    AccessModule,
    DocumentsModule,
    TypeOrmModule.forFeature([DecisionRow, DecisionSideRow, DecisionConditionRow]),
  ],
  controllers: [
    ApprovalsApiController,
    ApprovalsPagesController,
    DecisionRecordApiController,
    DecisionRecordController,
  ],
  providers: [
    DecisionsRepository,
    Decisions,
    DecideSide,
    DecisionRecords,
    Conditions,
    SettleCondition,
    DecisionSubjects,
    ForgetWords,
    ReadApprovals,
  ],
  exports: [Decisions, DecideSide, Conditions, SettleCondition, DecisionSubjects, ForgetWords],
})
export class ApprovalsModule implements OnModuleInit {
  constructor(
    @Inject(PolicyRegistry) private readonly policies: PolicyRegistry,
    @Inject(AccessPorts) private readonly access: AccessPorts,
  ) {}

  onModuleInit(): void {
    this.access.belongings.push(decisionsOfAccount);
    this.policies.register(decisionsPolicy);
  }
}
