import type { Basis, LedgerKey, LedgerLine, LedgerPayer, Unit } from './entry.js';

/**
 * Of which day, and as known when. Both days count whole: what happened on `on` is in, and so is what was recorded on
 * `knownOn` (by UTC), which is today where it is absent.
 */
export interface AsOf {
  readonly on: string;
  readonly knownOn?: string;
}

/** What a balance is told apart by. */
export const DIMENSIONS = ['agreement', 'year', 'category', 'home_institution', 'host_institution'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

export interface BalanceFilter {
  readonly agreementId?: string;
  readonly academicYear?: string;
  readonly category?: string;
  readonly homeCountry?: string;
  readonly hostCountry?: string;
}

/** Persons and person-days that came, or money that was spent, in one direction. */
export interface BalanceRow {
  readonly homeCountry: string;
  readonly hostCountry: string;
  readonly agreementId: string | null;
  readonly academicYear: string | null;
  readonly category: string | null;
  readonly homeInstitutionId: string | null;
  readonly hostInstitutionId: string | null;
  readonly basis: Basis;
  readonly unit: Unit;
  readonly amount: number;
}

/** What one of those who pay has paid. */
export interface PayerRow {
  readonly homeCountry: string;
  readonly hostCountry: string;
  readonly payer: LedgerPayer;
  readonly basis: Basis;
  readonly currency: string;
  readonly minor: number;
}

/** A posting with all that is known of it: what the naive recount goes over. */
export interface KnownPosting extends LedgerLine {
  readonly key: LedgerKey;
  readonly basis: Basis;
  readonly occurredOn: string;
  readonly recordedOn: string;
}

/** The same balance counted one by one: what the sums of the database must come to. */
export function recount(
  postings: readonly KnownPosting[],
  { on, knownOn }: AsOf,
  which: (posting: KnownPosting) => boolean,
): number {
  return postings
    .filter(
      ({ occurredOn, recordedOn }) => occurredOn <= on && (knownOn === undefined || recordedOn <= knownOn),
    )
    .filter(which)
    .reduce((sum, { amount }) => sum + amount, 0);
}
