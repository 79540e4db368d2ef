import { Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { AccessModule, AccessPorts, PolicyRegistry } from '../access/public.js';
import { ApprovalsModule } from '../approvals/public.js';
import { DocumentsModule, ForgetFiles } from '../documents/public.js';
import { PrivacyModule, PrivacyPorts } from '../privacy/public.js';
import { CommissionRepository } from './data/commission.repository.js';
import { SealedUrn } from './data/sealed-urn.js';
import {
  commissionItemsPolicy,
  commissionProtocolsPolicy,
  commissionSessionsPolicy,
} from './domain/commission.policy.js';
import { CommissionApiController } from './http/commission-api.controller.js';
import { CommissionReaders } from './http/commission-controller.js';
import { CommissionPagesController } from './http/commission-pages.controller.js';
import { LiveSessionController } from './http/live-session.controller.js';
import { ProtocolPagesController } from './http/protocol-pages.controller.js';
import { ProtocolsApiController } from './http/protocols-api.controller.js';
import { PublicProtocolsController } from './http/public-protocols.controller.js';
import { SessionPagesController } from './http/session-pages.controller.js';
import { SessionsApiController } from './http/sessions-api.controller.js';
import { AttachToItem, COMMISSION_ITEM } from './operations/attach-to-item.js';
import { commissionOfAccount } from './operations/commission-of-account.js';
import { CommissionOfPerson } from './operations/commission-of-person.js';
import { CommissionRecord } from './operations/commission-record.js';
import { ComposeProtocol } from './operations/compose-protocol.js';
import { ConductSession } from './operations/conduct-session.js';
import { EraseFromCommission } from './operations/erase-from-commission.js';
import { KeepProtocol } from './operations/keep-protocol.js';
import { PlanSession } from './operations/plan-session.js';
import { ReadCommission } from './operations/read-commission.js';
import { TableItem } from './operations/table-item.js';
import { VoteOnItem } from './operations/vote-on-item.js';
import { WatchSessions } from './operations/watch-sessions.js';

@Module({
  imports: [AccessModule, ApprovalsModule, DocumentsModule, PrivacyModule],
  controllers: [
    CommissionPagesController,
    SessionPagesController,
    LiveSessionController,
    ProtocolPagesController,
    PublicProtocolsController,
    CommissionApiController,
    SessionsApiController,
    ProtocolsApiController,
  ],
  providers: [
    AttachToItem,
    CommissionOfPerson,
    CommissionReaders,
    CommissionRecord,
    CommissionRepository,
    ComposeProtocol,
    ConductSession,
    EraseFromCommission,
    KeepProtocol,
    PlanSession,
    ReadCommission,
    SealedUrn,
    TableItem,
    VoteOnItem,
    WatchSessions,
  ],
  exports: [ConductSession, KeepProtocol, PlanSession, ReadCommission, TableItem, VoteOnItem],
})
export class CommissionModule implements OnModuleInit {
  constructor(
    private readonly policies: PolicyRegistry,
    private readonly access: AccessPorts,
    private readonly privacy: PrivacyPorts,
    private readonly ofPerson: CommissionOfPerson,
    private readonly erasing: EraseFromCommission,
    private readonly files: ForgetFiles,
  ) {}

  onModuleInit(): void {
    this.policies.register(commissionItemsPolicy);
    this.policies.register(commissionSessionsPolicy);
    this.policies.register(commissionProtocolsPolicy);
    this.access.belongings.push(commissionOfAccount);
    this.privacy.personData.push(this.ofPerson);
    this.privacy.erasure.push(this.erasing);
    this.files.officialKinds.push(COMMISSION_ITEM);
  }
}
