import { Module } from '@nestjs/common';
import { AccessModule } from '../../access/public.js';
import { AgreementsModule } from '../../agreements/public.js';
import { AppealsModule } from '../../appeals/public.js';
import { AllocationModule } from '../../allocation/public.js';
import { ApplicationsModule } from '../../applications/public.js';
import { ApprovalsModule } from '../../approvals/public.js';
import { GatesModule } from '../../gates/public.js';
import { CallsModule } from '../../calls/public.js';
import { CommissionModule } from '../../commission/public.js';
import { DocumentsModule } from '../../documents/public.js';
import { RefereesModule } from '../../referees/public.js';
import { AuditModule } from '../../audit/public.js';
import { LedgerModule } from '../../ledger/public.js';
import { MobilitiesModule } from '../../mobilities/public.js';
import { ReviewsModule } from '../../reviews/public.js';
import { UniversitiesModule } from '../../universities/public.js';
import { Administration } from './administration.js';
import { ApplicationActs } from './application-acts.js';
import { CommissionSessions } from './commission-sessions.js';
import { DemoWorld } from './demo-world.js';
import { Delegation } from './delegation.js';
import { DemoPeople } from './people.js';
import { InstitutionAgreements } from './institution-agreements.js';
import { LedgerHistory } from './ledger-history.js';
import { Panels } from './panels.js';
import { Scenes } from './scenes.js';
import { Selections } from './selections.js';
import { Timeline } from './timeline.js';

/** Only the demonstration brings this into the application. */
@Module({
  imports: [
    AccessModule,
    AgreementsModule,
    AllocationModule,
    ApplicationsModule,
    ApprovalsModule,
    GatesModule,
    CallsModule,
    CommissionModule,
    DocumentsModule,
    RefereesModule,
    ReviewsModule,
    AppealsModule,
    AuditModule,
    LedgerModule,
    MobilitiesModule,
    UniversitiesModule,
  ],
  providers: [
    Administration,
    ApplicationActs,
    CommissionSessions,
    Delegation,
    DemoPeople,
    DemoWorld,
    InstitutionAgreements,
    LedgerHistory,
    Panels,
    Scenes,
    Selections,
    Timeline,
  ],
  exports: [DemoWorld],
})
export class DemoWorldModule {}
