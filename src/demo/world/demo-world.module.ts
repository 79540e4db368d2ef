import { Module } from '@nestjs/common';
import { AgreementsModule } from '../../agreements/public.js';
import { ApplicationsModule } from '../../applications/public.js';
import { ApprovalsModule } from '../../approvals/public.js';
import { CallsModule } from '../../calls/public.js';
import { DocumentsModule } from '../../documents/public.js';
import { UniversitiesModule } from '../../universities/public.js';
import { Administration } from './administration.js';
import { ApplicationActs } from './application-acts.js';
import { DemoWorld } from './demo-world.js';
import { DemoPeople } from './people.js';
import { Scenes } from './scenes.js';
import { Timeline } from './timeline.js';

/** Only the demonstration brings this into the application. */
@Module({
  imports: [
    AgreementsModule,
    ApplicationsModule,
    ApprovalsModule,
    CallsModule,
    DocumentsModule,
    UniversitiesModule,
  ],
  providers: [Administration, ApplicationActs, DemoPeople, DemoWorld, Scenes, Timeline],
  exports: [DemoWorld],
})
export class DemoWorldModule {}
