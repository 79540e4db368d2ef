import { Inject, Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { AccessModule, AccessPorts, PolicyRegistry } from '../access/public.js';
import { AuditModule } from '../audit/public.js';
import { correctionsPolicy } from './domain/corrections.policy.js';
import { erasuresPolicy } from './domain/erasures.policy.js';
import { privacyRegisterPolicy } from './domain/privacy-register.policy.js';
import { ConsentsController } from './http/consents.controller.js';
import { CorrectionsController } from './http/corrections.controller.js';
import { ErasureReceiptsController } from './http/erasure-receipts.controller.js';
import { ErasuresApiController } from './http/erasures-api.controller.js';
import { ErasuresController } from './http/erasures.controller.js';
import { OwnCorrectionsController } from './http/own-corrections.controller.js';
import { OwnDataController } from './http/own-data.controller.js';
import { OwnErasureController } from './http/own-erasure.controller.js';
import { OwnTransfersController } from './http/own-transfers.controller.js';
import { RegisterController } from './http/register.controller.js';
import { ResidencyController } from './http/residency.controller.js';
import { AnswerTerms } from './operations/answer-terms.js';
import { ComposeErasureReceipt } from './operations/compose-erasure-receipt.js';
import { ComposePaper } from './operations/compose-paper.js';
import { ComposeReceipt } from './operations/compose-receipt.js';
import { consentsOfAccount } from './operations/consents-of-account.js';
import { Consents } from './operations/consents.js';
import { Corrections } from './operations/corrections.js';
import { EraseAccount, correctionsOfApplications } from './operations/erase-account.js';
import { ErasePerson } from './operations/erase-person.js';
import { ErasureRequests } from './operations/erasure-requests.js';
import { ExportRegister } from './operations/export-register.js';
import { RETENTION_AT, ReadRetention } from './operations/read-retention.js';
import { ExportPerson } from './operations/export-person.js';
import { KeepRequests } from './operations/keep-requests.js';
import { PersonOfAccount } from './operations/person-of-account.js';
import { ReadTransfers } from './operations/read-transfers.js';
import { RetentionRules } from './operations/retention-rules.js';
import { retentionOfMails } from './operations/retention-of-mails.js';
import { RunRetention } from './operations/run-retention.js';
import { RevokeConsent } from './operations/revoke-consent.js';
import { Residencies } from './operations/residencies.js';
import { Transfers } from './operations/transfers.js';
import { Worker } from '../platform/outbox/worker.js';
import { systemClock } from '../shared/clock.js';
import { PrivacyPorts } from './privacy-ports.js';

@Module({
  imports: [AccessModule, AuditModule],
  controllers: [
    ConsentsController,
    CorrectionsController,
    ErasureReceiptsController,
    ErasuresApiController,
    ErasuresController,
    OwnCorrectionsController,
    OwnDataController,
    OwnErasureController,
    OwnTransfersController,
    RegisterController,
    ResidencyController,
  ],
  providers: [
    AnswerTerms,
    ComposeErasureReceipt,
    ComposePaper,
    ComposeReceipt,
    Consents,
    Corrections,
    EraseAccount,
    ErasePerson,
    ErasureRequests,
    ExportPerson,
    ExportRegister,
    KeepRequests,
    ReadRetention,
    RetentionRules,
    RevokeConsent,
    RunRetention,
    PersonOfAccount,
    PrivacyPorts,
    ReadTransfers,
    Residencies,
    Transfers,
  ],
  exports: [
    Consents,
    Corrections,
    ErasePerson,
    ErasureRequests,
    ExportPerson,
    KeepRequests,
    PrivacyPorts,
    Residencies,
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
    @Inject(PolicyRegistry) private readonly policies: PolicyRegistry,
    @Inject(Worker) private readonly worker: Worker,
    @Inject(RunRetention) private readonly retention: RunRetention,
    @Inject(KeepRequests) private readonly requests: KeepRequests,
  ) {}

  onModuleInit(): void {
    this.policies.register(correctionsPolicy);
    this.policies.register(erasuresPolicy);
    this.policies.register(privacyRegisterPolicy);
    this.ports.retention.push(retentionOfMails);
    this.ports.ofApplications.push(correctionsOfApplications);
    this.worker.schedule('23 * * * *', 'keep_requests', async () => {
      await this.requests.run(systemClock);
    });
    this.worker.schedule(`${RETENTION_AT.minute} ${RETENTION_AT.hour} * * *`, 'run_retention', async () => {
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
      href: '/account/residency',
      title: 'privacy.residency.title',
      text: 'privacy.residency.lead',
    });
    this.access.accountSections.push({
      href: '/account/corrections',
      title: 'privacy.corrections.title',
      text: 'privacy.corrections.lead',
    });
    this.access.accountSections.push({
      href: '/account/data',
      title: 'privacy.data.title',
      text: 'privacy.data.lead',
    });
    this.access.accountSections.push({
      href: '/account/erasure',
      title: 'privacy.erasure.title',
      text: 'privacy.erasure.lead',
    });
  }
}
