import { Inject, Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessModule, PolicyRegistry } from '../access/public.js';
import { DecisionSideRow } from './data/decision-side.entity.js';
import { DecisionRow } from './data/decision.entity.js';
import { DecisionsRepository } from './data/decisions.repository.js';
import { decisionsPolicy } from './domain/decisions.policy.js';
import { DecideSide } from './operations/decide-side.js';
import { DecisionSubjects } from './operations/decision-subjects.js';
import { Decisions } from './operations/decisions.js';

@Module({
  imports: [AccessModule, TypeOrmModule.forFeature([DecisionRow, DecisionSideRow])],
  providers: [DecisionsRepository, Decisions, DecideSide, DecisionSubjects],
  exports: [Decisions, DecideSide, DecisionSubjects],
})
export class ApprovalsModule implements OnModuleInit {
  constructor(@Inject(PolicyRegistry) private readonly policies: PolicyRegistry) {}

  onModuleInit(): void {
    this.policies.register(decisionsPolicy);
  }
}
