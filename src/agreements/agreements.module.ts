import { Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessModule, PolicyRegistry } from '../access/public.js';
import { ApprovalsModule, DecisionSubjects } from '../approvals/public.js';
import { UniversitiesModule } from '../universities/public.js';
import { AgreementQuotaEntity } from './data/agreement-quota.entity.js';
import { AgreementEntity } from './data/agreement.entity.js';
import { Agreements } from './data/agreements.js';
import { QuotaLedger } from './data/quota-ledger.js';
import { agreementsPolicy } from './domain/agreements.policy.js';
import { AgreementsPagesController } from './http/agreements-pages.controller.js';
import { AgreementsAsDecisionSubjects } from './operations/agreements-as-decision-subjects.js';
import { BringIntoForce } from './operations/bring-into-force.js';
import { PrepareAgreement } from './operations/prepare-agreement.js';
import { ProposeAgreement } from './operations/propose-agreement.js';

const OPERATIONS = [PrepareAgreement, ProposeAgreement, BringIntoForce];

@Module({
  imports: [
    TypeOrmModule.forFeature([AgreementEntity, AgreementQuotaEntity]),
    AccessModule,
    ApprovalsModule,
    UniversitiesModule,
  ],
  controllers: [AgreementsPagesController],
  providers: [Agreements, QuotaLedger, AgreementsAsDecisionSubjects, ...OPERATIONS],
  exports: [Agreements, QuotaLedger, ...OPERATIONS],
})
export class AgreementsModule implements OnModuleInit {
  constructor(
    private readonly policies: PolicyRegistry,
    private readonly subjects: DecisionSubjects,
    private readonly asSubjects: AgreementsAsDecisionSubjects,
  ) {}

  onModuleInit(): void {
    this.policies.register(agreementsPolicy);
    this.subjects.register(this.asSubjects);
  }
}
