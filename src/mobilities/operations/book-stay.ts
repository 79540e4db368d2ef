import type { CostLine } from '../../calls/public.js';
import { PERSON, PERSON_DAY, exchanged, paid } from '../../ledger/public.js';
import type { LedgerEntry, LedgerKey, LedgerPayer } from '../../ledger/public.js';
import type { Id } from '../../shared/ids.js';
import { daysOf } from '../domain/stay.js';
import type { Days } from '../domain/stay.js';

/** What is known of a stay where it is booked. */
export interface BookedStay {
  readonly id: Id;
  readonly key: LedgerKey;
  readonly planned: Days;
  readonly months: number;
  readonly funding: readonly CostLine[];
}

/** What a place costs by its rule; a line that is paid in full, whatever it comes to, has no amount to be planned. */
export function plannedCost({ amount, per }: CostLine, months: number): number {
  if (!amount) return 0;
  if (per === 'once') return amount.minor;
  return Math.round((amount.minor * Math.round(months * 10)) / 10);
}

/** The plan of a stay: who comes, for how many days, and what it is to cost, in each currency by itself. */
export function planEntries({ id, key, planned, months, funding }: BookedStay): readonly LedgerEntry[] {
  const plan = { act: 'plan', basis: 'planned', key, stayId: id } as const;
  const currencies = [...new Set(funding.flatMap(({ amount }) => amount?.currency ?? []))].sort();
  return [
    { ...plan, occurredOn: planned.from, lines: exchanged(PERSON, 1) },
    { ...plan, occurredOn: planned.until, lines: exchanged(PERSON_DAY, daysOf(planned)) },
    ...currencies.flatMap((currency): LedgerEntry[] => {
      const lines = funding
        .filter(({ amount }) => amount?.currency === currency)
        .flatMap((line) => paid(line.payer, { minor: plannedCost(line, months), currency }));
      return lines.length > 0 ? [{ ...plan, occurredOn: planned.from, lines }] : [];
    }),
  ];
}

export function arrivalEntry({ id, key }: BookedStay, day: string): LedgerEntry {
  return { act: 'arrival', basis: 'happened', key, stayId: id, occurredOn: day, lines: exchanged(PERSON, 1) };
}

/** Days are booked when they are over: on the day of the departure. */
export function departureEntry({ id, key }: BookedStay, days: Days): LedgerEntry {
  return {
    act: 'departure',
    basis: 'happened',
    key,
    stayId: id,
    occurredOn: days.until,
    lines: exchanged(PERSON_DAY, daysOf(days)),
  };
}

export function paymentEntry(
  { id, key }: BookedStay,
  payment: {
    readonly payer: LedgerPayer;
    readonly minor: number;
    readonly currency: string;
    readonly paidOn: string;
  },
): LedgerEntry {
  return {
    act: 'payment',
    basis: 'happened',
    key,
    stayId: id,
    occurredOn: payment.paidOn,
    lines: paid(payment.payer, payment),
  };
}
