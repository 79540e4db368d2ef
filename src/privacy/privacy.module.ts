import { Inject, Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { AccessModule, AccessPorts } from '../access/public.js';
import { AuditModule } from '../audit/public.js';
import { OwnDataController } from './http/own-data.controller.js';
import { ComposePaper } from './operations/compose-paper.js';
import { consentsOfAccount } from './operations/consents-of-account.js';
import { Consents } from './operations/consents.js';
import { EraseAccount } from './operations/erase-account.js';
import { ErasePerson } from './operations/erase-person.js';
import { ExportPerson } from './operations/export-person.js';
import { PersonOfAccount } from './operations/person-of-account.js';
import { RetentionRules } from './operations/retention-rules.js';
import { Transfers } from './operations/transfers.js';
import { PrivacyPorts } from './privacy-ports.js';

@Module({
  imports: [AccessModule, AuditModule],
  controllers: [OwnDataController],
  providers: [
    ComposePaper,
    Consents,
    EraseAccount,
    ErasePerson,
    ExportPerson,
    RetentionRules,
    PersonOfAccount,
    PrivacyPorts,
    Transfers,
  ],
  exports: [Consents, ErasePerson, ExportPerson, RetentionRules, PrivacyPorts, Transfers],
})
export class PrivacyModule implements OnModuleInit {
  constructor(@Inject(AccessPorts) private readonly access: AccessPorts) {}

  onModuleInit(): void {
    this.access.belongings.push(consentsOfAccount);
    this.access.accountSections.push({
      href: '/account/data',
      title: 'privacy.data.title',
      text: 'privacy.data.lead',
    });
  }
}
