import { Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessModule, AccessPorts, PolicyRegistry } from '../access/public.js';
import { ApprovalsModule } from '../approvals/public.js';
import { DocumentsModule, ForgetFiles } from '../documents/public.js';
import { Worker } from '../platform/outbox/worker.js';
import { PrivacyModule, PrivacyPorts } from '../privacy/public.js';
import { systemClock } from '../shared/clock.js';
import { GateEvidenceRow } from './data/gate-evidence.entity.js';
import { GateRuleRow } from './data/gate-rule.entity.js';
import { GateRow } from './data/gate.entity.js';
import { GatesRepository } from './data/gates.repository.js';
import { RestrictedLists } from './data/restricted-lists.repository.js';
import { ScreeningHitRow } from './data/screening-hit.entity.js';
import { GatePorts } from './gate-ports.js';
import { gateRulesPolicy } from './domain/gate-rules.policy.js';
import { gatesPolicy } from './domain/gates.policy.js';
import { GatePagesController } from './http/gate-pages.controller.js';
import { GateRulesPagesController } from './http/gate-rules-pages.controller.js';
import { RestrictedListsController } from './http/restricted-lists.controller.js';
import { GatesApiController } from './http/gates-api.controller.js';
import { DecideHit } from './operations/decide-hit.js';
import { EraseGates } from './operations/erase-gates.js';
import { ImportRestrictedList } from './operations/import-restricted-list.js';
import { SCREEN_AGAIN, ScreenAgain } from './operations/screen-again.js';
import { ScreenParties } from './operations/screen-parties.js';
import { EditGateRules } from './operations/edit-gate-rules.js';
import { GateClocks } from './operations/gate-clocks.js';
import { GateRecord } from './operations/gate-record.js';
import { GateSubjects } from './operations/gate-subjects.js';
import { Gates } from './operations/gates.js';
import { gatesOfAccount } from './operations/gates-of-account.js';
import { GatesOfPerson } from './operations/gates-of-person.js';
import { KeepGates } from './operations/keep-gates.js';
import { ReadGates } from './operations/read-gates.js';
import { SettleGate } from './operations/settle-gate.js';

@Module({
  imports: [
    AccessModule,
    ApprovalsModule,
    DocumentsModule,
    PrivacyModule,
    TypeOrmModule.forFeature([GateRow, GateEvidenceRow, GateRuleRow, ScreeningHitRow]),
  ],
  controllers: [GatePagesController, GateRulesPagesController, RestrictedListsController, GatesApiController],
  providers: [
    DecideHit,
    EraseGates,
    ImportRestrictedList,
    RestrictedLists,
    ScreenAgain,
    ScreenParties,
    EditGateRules,
    GateClocks,
    GatePorts,
    GateRecord,
    GateSubjects,
    Gates,
    GatesOfPerson,
    GatesRepository,
    KeepGates,
    ReadGates,
    SettleGate,
  ],
  exports: [
    EditGateRules,
    GatePorts,
    GateSubjects,
    Gates,
    ImportRestrictedList,
    KeepGates,
    ReadGates,
    ScreenAgain,
    SettleGate,
  ],
})
export class GatesModule implements OnModuleInit {
  constructor(
    private readonly policies: PolicyRegistry,
    private readonly access: AccessPorts,
    private readonly privacy: PrivacyPorts,
    private readonly ofPerson: GatesOfPerson,
    private readonly worker: Worker,
    private readonly keep: KeepGates,
    private readonly again: ScreenAgain,
    private readonly erase: EraseGates,
    private readonly files: ForgetFiles,
  ) {}

  onModuleInit(): void {
    this.policies.register(gatesPolicy);
    this.policies.register(gateRulesPolicy);
    this.access.belongings.push(gatesOfAccount);
    this.privacy.personData.push(this.ofPerson);
    this.privacy.erasure.push(this.erase);
    // What an officer found out for a gate is about somebody else, and goes with them.
    this.files.officialKinds.push('gate');
    this.worker.define(SCREEN_AGAIN, ({ versionId, after }) =>
      this.again.run(systemClock, String(versionId), String(after)),
    );
    this.worker.schedule('17 * * * *', 'keep_gates', async () => {
      await this.keep.run(systemClock);
    });
  }
}
