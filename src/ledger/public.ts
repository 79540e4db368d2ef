export { LedgerModule } from './ledger.module.js';
export { LedgerPorts } from './ledger-ports.js';
export { Balances } from './data/balances.js';
export { Ledger } from './data/ledger.js';
export type { EntryId } from './data/ledger.js';
export { ledgerInvariants } from './data/ledger.invariants.js';
export type { AsOf, BalanceFilter, BalanceRow, Dimension, PayerRow } from './domain/balance.js';
export { PERSON, PERSON_DAY, exchanged, paid } from './domain/entry.js';
export type { CorrectionReason, LedgerEntry, LedgerKey, LedgerPayer, Unit } from './domain/entry.js';
