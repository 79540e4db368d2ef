import { Inject, Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { AccessModule, AccessPorts } from '../access/public.js';
import { AuditModule } from '../audit/public.js';
import { ConsentsController } from './http/consents.controller.js';
import { OwnDataController } from './http/own-data.controller.js';
import { OwnTransfersController } from './http/own-transfers.controller.js';
import { ComposePaper } from './operations/compose-paper.js';
import { ComposeReceipt } from './operations/compose-receipt.js';
import { consentsOfAccount } from './operations/consents-of-account.js';
import { Consents } from './operations/consents.js';
import { EraseAccount } from './operations/erase-account.js';
import { ErasePerson } from './operations/erase-person.js';
import { ExportPerson } from './operations/export-person.js';
import { PersonOfAccount } from './operations/person-of-account.js';
import { ReadTransfers } from './operations/read-transfers.js';
import { RetentionRules } from './operations/retention-rules.js';
import { retentionOfMails } from './operations/retention-of-mails.js';
import { RunRetention } from './operations/run-retention.js';
import { RevokeConsent } from './operations/revoke-consent.js';
import { Transfers } from './operations/transfers.js';
import { Worker } from '../platform/outbox/worker.js';
import { systemClock } from '../shared/clock.js';
import { PrivacyPorts } from './privacy-ports.js';

@Module({
  imports: [AccessModule, AuditModule],
  controllers: [ConsentsController, OwnDataController, OwnTransfersController],
  providers: [
    ComposePaper,
    ComposeReceipt,
    Consents,
    EraseAccount,
    ErasePerson,
    ExportPerson,
    RetentionRules,
    RevokeConsent,
    RunRetention,
    PersonOfAccount,
    PrivacyPorts,
    ReadTransfers,
    Transfers,
  ],
  exports: [
    Consents,
    ErasePerson,
    ExportPerson,
    PrivacyPorts,
    RetentionRules,
    RevokeConsent,
    RunRetention,
    Transfers,
  ],
})
export class PrivacyModule implements OnModuleInit {
  constructor(
    @Inject(AccessPorts) private readonly access: AccessPorts,
    @Inject(PrivacyPorts) private readonly ports: PrivacyPorts,
    @Inject(Worker) private readonly worker: Worker,
    @Inject(RunRetention) private readonly retention: RunRetention,
  ) {}

  onModuleInit(): void {
    this.ports.retention.push(retentionOfMails);
    // At night on both sides.
    this.worker.schedule('40 1 * * *', 'run_retention', async () => {
      await this.retention.run(systemClock, { dry: false });
    });
    this.access.belongings.push(consentsOfAccount);
    this.access.accountSections.push({
      href: '/account/consents',
      title: 'web.consents.title',
      text: 'web.consents.lead',
    });
    this.access.accountSections.push({
      href: '/account/transfers',
      title: 'privacy.register.title',
      text: 'privacy.register.lead',
    });
    this.access.accountSections.push({
      href: '/account/data',
      title: 'privacy.data.title',
      text: 'privacy.data.lead',
    });
  }
}
