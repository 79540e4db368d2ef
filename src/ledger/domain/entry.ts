import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import type { Money } from '../../shared/money.js';

/** Where an entry belongs: both directions of an exchange are kept apart, and so are agreements, years and categories. */
export interface LedgerKey {
  readonly homeCountry: CountryCode;
  readonly hostCountry: CountryCode;
  readonly agreementId: Id;
  /** "2027/28". */
  readonly academicYear: string;
  readonly category: string;
  /** Null: no institution sends them, or the entry is about no single one. */
  readonly homeInstitutionId: Id | null;
  readonly hostInstitutionId: Id | null;
}

export const BASES = ['planned', 'happened'] as const;
export type Basis = (typeof BASES)[number];

export type LedgerAct = 'opening' | 'plan' | 'arrival' | 'departure' | 'payment' | 'conversion';

export const CORRECTION_REASONS = [
  'mistyped',
  'dates_changed',
  'amount_changed',
  'not_paid',
  'cancelled',
  'withdrawn',
] as const;
export type CorrectionReason = (typeof CORRECTION_REASONS)[number];

export const LEDGER_PAYERS = [
  'home_country',
  'host_country',
  'home_institution',
  'host_institution',
  'programme',
] as const;
export type LedgerPayer = (typeof LEDGER_PAYERS)[number];

/** `person`, `person_day`, or the ISO 4217 code of a currency, whose amounts are in minor units. */
export type Unit = string;
export const PERSON: Unit = 'person';
export const PERSON_DAY: Unit = 'person_day';

export function isMoney(unit: Unit): boolean {
  return unit !== PERSON && unit !== PERSON_DAY;
}

/** The other half of each pair of books is what balances it. */
export type Book = 'received' | 'sent' | 'cost' | 'paid' | 'conversion';

export interface LedgerLine {
  readonly book: Book;
  /** Of the book `paid` alone. */
  readonly payer: LedgerPayer | null;
  readonly unit: Unit;
  readonly amount: number;
}

/** By which rate one currency was counted as another, who says so, and of which day it is (YYYY-MM-DD). */
export interface Rate {
  /** A decimal number in digits: never a floating point number. */
  readonly value: string;
  readonly source: string;
  readonly day: string;
}

export interface LedgerEntry {
  readonly act: LedgerAct;
  readonly basis: Basis;
  readonly key: LedgerKey;
  /** Of which day it tells, YYYY-MM-DD. */
  readonly occurredOn: string;
  readonly stayId: Id | null;
  readonly lines: readonly LedgerLine[];
  readonly rate?: Rate;
}

/** So many persons, or days of persons, that the host received and the home sent. */
export function exchanged(unit: Unit, count: number): readonly LedgerLine[] {
  if (count === 0) return [];
  return [
    { book: 'received', payer: null, unit, amount: count },
    { book: 'sent', payer: null, unit, amount: -count },
  ];
}

export function paid(payer: LedgerPayer, { minor, currency }: Money): readonly LedgerLine[] {
  if (minor === 0) return [];
  return [
    { book: 'cost', payer: null, unit: currency, amount: minor },
    { book: 'paid', payer, unit: currency, amount: -minor },
  ];
}

/** What was a cost in one currency is one in another from then on. */
export function converted(from: Money, to: Money): readonly LedgerLine[] {
  return [
    { book: 'cost', payer: null, unit: from.currency, amount: -from.minor },
    { book: 'conversion', payer: null, unit: from.currency, amount: from.minor },
    { book: 'cost', payer: null, unit: to.currency, amount: to.minor },
    { book: 'conversion', payer: null, unit: to.currency, amount: -to.minor },
  ];
}

/** What takes an entry back: every line of it the other way round. */
export function reversed(lines: readonly LedgerLine[]): readonly LedgerLine[] {
  return lines.map((line) => ({ ...line, amount: -line.amount }));
}

const DAY = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;

/** Why an entry cannot be posted, in the words of whoever reads the log; null where it can. */
export function entryFault({ act, basis, occurredOn, lines, rate }: LedgerEntry): string | null {
  if (!DAY.test(occurredOn)) return 'no day';
  if (lines.length < 2) return 'fewer than two lines';
  const sums = new Map<Unit, number>();
  for (const { book, payer, unit, amount } of lines) {
    if (!Number.isSafeInteger(amount) || amount === 0) return `not an amount: ${amount}`;
    if (isMoney(unit) && !/^[A-Z]{3}$/.test(unit)) return `not a unit: ${unit}`;
    if (isMoney(unit) === (book === 'received' || book === 'sent')) return `${unit} in the book ${book}`;
    if ((book === 'paid') !== (payer !== null)) return `a payer in the book ${book}`;
    sums.set(unit, (sums.get(unit) ?? 0) + amount);
  }
  for (const [unit, sum] of sums) if (sum !== 0) return `${unit} does not balance: ${sum}`;
  const currencies = [...sums.keys()].filter(isMoney).length;
  if ((act === 'conversion') !== (rate !== undefined))
    return 'a conversion names its rate, and nothing else does';
  if (act === 'conversion' && (currencies !== 2 || basis !== 'happened'))
    return 'a conversion is of two currencies';
  if (act !== 'conversion' && currencies > 1) return 'several currencies';
  return null;
}

/** What `from` comes to by the rate, rounded half away from zero: whole numbers only. */
export function atRate(minor: number, rate: string): number {
  const [whole = '0', fraction = ''] = rate.split('.');
  const scale = 10n ** BigInt(fraction.length);
  const product = BigInt(minor) * BigInt(whole + fraction);
  const half = scale / 2n;
  return Number((product + (product < 0n ? -half : half)) / scale);
}
