import { Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessModule, AccessPorts, PolicyRegistry } from '../access/public.js';
import {
  APPLICATION_WITHDRAWN,
  ApplicationPorts,
  ApplicationsModule,
  NOT_CLEARED,
  OFFER_ACCEPTED,
} from '../applications/public.js';
import { ApprovalsModule } from '../approvals/public.js';
import { CallsModule } from '../calls/public.js';
import { LedgerModule, LedgerPorts } from '../ledger/public.js';
import { Outbox } from '../platform/outbox/outbox.js';
import { Worker } from '../platform/outbox/worker.js';
import { PrivacyModule, PrivacyPorts } from '../privacy/public.js';
import { systemClock } from '../shared/clock.js';
import { UniversitiesModule } from '../universities/public.js';
import { CertificateRules } from './data/certificate-rules.js';
import { MobilitiesRepository } from './data/mobilities.repository.js';
import { MobilityCertificateRow } from './data/mobility-certificate.entity.js';
import { MobilityPaymentRow } from './data/mobility-payment.entity.js';
import { MobilityRow } from './data/mobility.entity.js';
import { mobilitiesPolicy } from './domain/mobilities.policy.js';
import { standingOf } from './domain/mobility.states.js';
import { MobilitiesApiController } from './http/mobilities-api.controller.js';
import { MobilityPagesController } from './http/mobility-pages.controller.js';
import { WriteStays } from './http/write-stays.js';
import { CertifyStay } from './operations/certify-stay.js';
import { EndStay } from './operations/end-stay.js';
import { EraseStays } from './operations/erase-stays.js';
import { ExportStays } from './operations/export-stays.js';
import { mobilitiesOfAccount } from './operations/mobilities-of-account.js';
import { MobilitiesOfPerson } from './operations/mobilities-of-person.js';
import { KeepCertificates } from './operations/keep-certificates.js';
import { PlanStay } from './operations/plan-stay.js';
import { ReadStays } from './operations/read-stays.js';
import { RecordPayment } from './operations/record-payment.js';
import { StayRecord } from './operations/stay-record.js';

@Module({
  imports: [
    AccessModule,
    ApplicationsModule,
    ApprovalsModule,
    CallsModule,
    LedgerModule,
    PrivacyModule,
    UniversitiesModule,
    TypeOrmModule.forFeature([MobilityRow, MobilityCertificateRow, MobilityPaymentRow]),
  ],
  controllers: [MobilityPagesController, MobilitiesApiController],
  providers: [
    CertificateRules,
    CertifyStay,
    EndStay,
    EraseStays,
    ExportStays,
    KeepCertificates,
    MobilitiesOfPerson,
    MobilitiesRepository,
    PlanStay,
    ReadStays,
    RecordPayment,
    StayRecord,
    WriteStays,
  ],
  exports: [CertifyStay, EndStay, KeepCertificates, ReadStays, RecordPayment],
})
export class MobilitiesModule implements OnModuleInit {
  constructor(
    private readonly policies: PolicyRegistry,
    private readonly privacy: PrivacyPorts,
    private readonly ofPerson: MobilitiesOfPerson,
    private readonly erase: EraseStays,
    private readonly access: AccessPorts,
    private readonly outbox: Outbox,
    private readonly applications: ApplicationPorts,
    private readonly ledger: LedgerPorts,
    private readonly stays: MobilitiesRepository,
    private readonly planning: PlanStay,
    private readonly ending: EndStay,
    private readonly worker: Worker,
    private readonly certificates: KeepCertificates,
  ) {}

  onModuleInit(): void {
    this.policies.register(mobilitiesPolicy);
    this.applications.stay = async (ctx, id) => {
      const [latest] = await this.stays.ofApplication(ctx, id);
      return latest ? { href: `/mobilities/${latest.id}`, standing: standingOf(latest.state) } : null;
    };
    this.worker.schedule('47 * * * *', 'keep_certificates', async () => {
      await this.certificates.run(systemClock);
    });
    this.ledger.staysInSight = (ctx, ids) => this.stays.inSight(ctx, ids);
    this.privacy.personData.push(this.ofPerson);
    this.privacy.erasure.push(this.erase);
    this.access.belongings.push(mobilitiesOfAccount);
    this.outbox.reactWithin(OFFER_ACCEPTED, (ctx, event) => this.planning.accepted(ctx, event));
    this.outbox.reactWithin('application.confirmed', (ctx, event) => this.planning.confirmed(ctx, event));
    this.outbox.reactWithin(NOT_CLEARED, (ctx, event) => this.ending.notCleared(ctx, event));
    this.outbox.reactWithin(APPLICATION_WITHDRAWN, (ctx, event) => this.ending.withdrawn(ctx, event));
  }
}
