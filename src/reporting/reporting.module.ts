import { Inject, Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { AccessModule, PolicyRegistry } from '../access/public.js';
import { ApprovalsModule } from '../approvals/public.js';
import { CommissionModule } from '../commission/public.js';
import { GatesModule } from '../gates/public.js';
import { LedgerModule } from '../ledger/public.js';
import { MobilitiesModule } from '../mobilities/public.js';
import { PromisesModule } from '../promises/public.js';
import { UniversitiesModule } from '../universities/public.js';
import { OfficeNames } from './data/office-names.js';
import { reportsPolicy } from './domain/reports.policy.js';
import { OverviewController } from './http/overview.controller.js';
import { PromisesController } from './http/promises.controller.js';
import { ReadBalance } from './http/read-balance.js';
import { ReadMeetings } from './http/read-meetings.js';
import { ReadOverview } from './http/read-overview.js';
import { ReadPromises } from './http/read-promises.js';

@Module({
  imports: [
    AccessModule,
    ApprovalsModule,
    CommissionModule,
    GatesModule,
    LedgerModule,
    MobilitiesModule,
    PromisesModule,
    UniversitiesModule,
  ],
  controllers: [OverviewController, PromisesController],
  providers: [OfficeNames, ReadBalance, ReadMeetings, ReadOverview, ReadPromises],
})
export class ReportingModule implements OnModuleInit {
  constructor(@Inject(PolicyRegistry) private readonly policies: PolicyRegistry) {}

  onModuleInit(): void {
    this.policies.register(reportsPolicy);
  }
}
