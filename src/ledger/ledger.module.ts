import { Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { AccessModule, PolicyRegistry } from '../access/public.js';
import { Balances } from './data/balances.js';
import { Ledger } from './data/ledger.js';
import { ledgerPolicy } from './domain/ledger.policy.js';

@Module({
  imports: [AccessModule],
  providers: [Balances, Ledger],
  exports: [Balances, Ledger],
})
export class LedgerModule implements OnModuleInit {
  constructor(private readonly policies: PolicyRegistry) {}

  onModuleInit(): void {
    this.policies.register(ledgerPolicy);
  }
}
