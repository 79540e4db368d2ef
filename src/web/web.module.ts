import { Inject, Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { AccessModule, AccessPorts, PolicyRegistry } from '../access/public.js';
import { AgreementsModule } from '../agreements/public.js';
import { ApplicationsModule } from '../applications/public.js';
import { ApprovalsModule } from '../approvals/public.js';
import { GatesModule } from '../gates/public.js';
import { CommissionModule } from '../commission/public.js';
import { CallsModule } from '../calls/public.js';
import { DocumentsModule } from '../documents/public.js';
import { HttpPorts } from '../platform/http/http-ports.js';
import { PrivacyModule } from '../privacy/public.js';
import { CoApplicantsModule } from '../coapplicants/public.js';
import { AppealsModule } from '../appeals/public.js';
import { MobilitiesModule } from '../mobilities/public.js';
import { ReviewsModule } from '../reviews/public.js';
import { UniversitiesModule } from '../universities/public.js';
import { auditPolicy } from './domain/audit.policy.js';
import { AdministrationPages } from './administration.js';
import { AdministrationController } from './http/administration.controller.js';
import { AuditController } from './http/audit.controller.js';
import { HomeController } from './http/home.controller.js';
import { StaticPagesController } from './http/static-pages.controller.js';
import { VerifyController } from './http/verify.controller.js';
import { ShellOfPages } from './shell-of-pages.js';
import { WaitingFor } from './waiting-for.js';

/** The shell of the pages, everybody's home, and the pages that belong to no other room. */
@Module({
  imports: [
    AccessModule,
    AgreementsModule,
    ApplicationsModule,
    ApprovalsModule,
    GatesModule,
    CommissionModule,
    CallsModule,
    DocumentsModule,
    PrivacyModule,
    CoApplicantsModule,
    AppealsModule,
    MobilitiesModule,
    ReviewsModule,
    UniversitiesModule,
  ],
  controllers: [
    AdministrationController,
    AuditController,
    HomeController,
    StaticPagesController,
    VerifyController,
  ],
  providers: [AdministrationPages, ShellOfPages, WaitingFor],
})
export class WebModule implements OnModuleInit {
  constructor(
    @Inject(HttpPorts) private readonly http: HttpPorts,
    @Inject(ShellOfPages) private readonly shell: ShellOfPages,
    @Inject(AccessPorts) private readonly access: AccessPorts,
    @Inject(PolicyRegistry) private readonly policies: PolicyRegistry,
  ) {}

  onModuleInit(): void {
    this.policies.register(auditPolicy);
    this.http.pageShell = (web, page) => this.shell.of(web, page);
  }
}
