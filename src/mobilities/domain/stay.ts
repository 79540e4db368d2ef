import { LEDGER_PAYERS, PERSON, PERSON_DAY, exchanged, paid } from '../../ledger/public.js';
import type { LedgerEntry, LedgerKey, LedgerPayer } from '../../ledger/public.js';
import type { CostLine } from '../../calls/public.js';
import type { Id } from '../../shared/ids.js';
import { daysLater } from '../../shared/zoned-time.js';

/** First and last day, YYYY-MM-DD. */
export interface Days {
  readonly from: string;
  readonly until: string;
}

/** How many days somebody is there: the first counts, and so does the last. */
export function daysOf({ from, until }: Days): number {
  return Math.round((Date.parse(`${until}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000) + 1;
}

/**
 * When the stay is to be: from the first day of the call, for as long as the place is given, and no longer than the call
 * lasts. A tenth of a month is three days.
 */
export function plannedDays(call: Days, months: number): Days {
  const tenths = Math.round(months * 10);
  const whole = Math.trunc(tenths / 10);
  const afterMonths = monthsLater(call.from, whole);
  const end = daysLater(afterMonths, (tenths % 10) * 3 - 1);
  const until = end < call.until ? end : call.until;
  return { from: call.from, until: until < call.from ? call.from : until };
}

/** The same day so many months later; the last of the month where there is no such day. */
function monthsLater(day: string, months: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const first = new Date(Date.UTC(year, month - 1 + months, 1));
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  first.setUTCDate(Math.min(date, last));
  return first.toISOString().slice(0, 10);
}

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

/** What each side may say that it paid: its own country and institution, and what both pay together. */
export function payersOf(sides: { readonly home: boolean; readonly host: boolean }): readonly LedgerPayer[] {
  return LEDGER_PAYERS.filter(
    (payer) =>
      (payer.startsWith('home') && sides.home) ||
      (payer.startsWith('host') && sides.host) ||
      (payer === 'programme' && (sides.home || sides.host)),
  );
}

export type DayKind = 'arrival' | 'departure';

/** What is wrong with a day that somebody certifies; null where nothing is. */
export function dayProblem(
  kind: DayKind,
  day: string,
  {
    arrivedOn,
    departedOn,
    today,
  }: {
    readonly arrivedOn: string | null;
    readonly departedOn: string | null;
    readonly today: string;
  },
): string | null {
  if (day > today) return 'date_in_future';
  if (day < daysLater(today, -LONGEST_DAYS)) return 'not_date';
  if (kind === 'departure' && arrivedOn !== null && day < arrivedOn) return 'before_arrival';
  if (kind === 'arrival' && departedOn !== null && day > departedOn) return 'after_departure';
  return null;
}

/** No stay began longer ago: a year was mistyped. */
const LONGEST_DAYS = 3660;
