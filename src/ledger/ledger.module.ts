import { Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { AccessModule, PolicyRegistry } from '../access/public.js';
import { AgreementPorts, AgreementsModule } from '../agreements/public.js';
import { Balances } from './data/balances.js';
import { Entries } from './data/entries.js';
import { Ledger } from './data/ledger.js';
import { LedgerApiController } from './http/ledger-api.controller.js';
import { LedgerPagesController } from './http/ledger-pages.controller.js';
import { WriteLedger } from './http/write-ledger.js';
import { LedgerPorts } from './ledger-ports.js';
import { ExportLedger } from './operations/export-ledger.js';
import { hasRole } from '../shared/policy.js';
import { ledgerPolicy } from './domain/ledger.policy.js';

@Module({
  imports: [AccessModule, AgreementsModule],
  controllers: [LedgerPagesController, LedgerApiController],
  providers: [Balances, Entries, ExportLedger, Ledger, LedgerPorts, WriteLedger],
  exports: [Balances, Ledger, LedgerPorts],
})
export class LedgerModule implements OnModuleInit {
  constructor(
    private readonly policies: PolicyRegistry,
    private readonly agreements: AgreementPorts,
  ) {}

  onModuleInit(): void {
    this.policies.register(ledgerPolicy);
    this.agreements.balanceHref = ({ actor }, agreementId) =>
      ledgerPolicy.rolesFor('ledger.read').some((role) => hasRole(actor, role))
        ? `/ledger?${new URLSearchParams({ agreement: agreementId }).toString()}`
        : null;
  }
}
