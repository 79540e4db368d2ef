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
