import { calendarDay } from '../../platform/i18n/formats.js';

const DAY_MS = 86_400_000;

/** Instants and days told from the day on which the demonstration was first started, so that it is never out of date. */
export class DemoCalendar {
  /** The academic year that the open calls are for: it begins four months from now at the earliest. */
  readonly nextYear: number;

  constructor(readonly begun: Date) {
    const [year = 0, month = 0] = this.day(0).split('-').map(Number);
    this.nextYear = month <= 4 ? year : year + 1;
  }

  /** The calendar day (YYYY-MM-DD) so many days from the first start, as a wall calendar in that zone shows it. */
  day(days: number, zone = 'UTC'): string {
    const noon = Date.parse(`${calendarDay(this.begun, zone)}T12:00:00Z`);
    return new Date(noon + days * DAY_MS).toISOString().slice(0, 10);
  }

  /** The instant at which clocks in the zone show the time (HH:MM) on that day. */
  at(days: number, time: string, zone: string): Date {
    const wanted = Date.parse(`${this.day(days, zone)}T${time}:00Z`);
    const first = wanted - offset(zone, wanted);
    // Once more with the offset that holds there: a guess on the other side of a change of clocks is an hour off.
    return new Date(wanted - offset(zone, first));
  }

  /** "2027/28". */
  academicYear(firstYear: number): string {
    return `${firstYear}/${String((firstYear + 1) % 100).padStart(2, '0')}`;
  }

  /** First day of the month that begins so many months after this one, and its academic year (October to September). */
  monthStart(months: number): { readonly day: string; readonly academicYear: string } {
    const [year = 0, month = 0] = this.day(0).split('-').map(Number);
    const start = new Date(Date.UTC(year, month - 1 + months, 1));
    const firstYear = start.getUTCFullYear() - (start.getUTCMonth() < 8 ? 1 : 0);
    return { day: start.toISOString().slice(0, 10), academicYear: this.academicYear(firstYear) };
  }
}

/** What a wall clock in each zone shows. A formatter costs a hundred times more to make than to use. */
const walls = new Map<string, Intl.DateTimeFormat>();

/** How far the clocks of a zone are ahead of UTC at an instant, in milliseconds. */
function offset(zone: string, instant: number): number {
  const wall =
    walls.get(zone) ??
    new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  walls.set(zone, wall);
  return Date.parse(`${wall.format(instant).replace(' ', 'T')}Z`) - instant;
}
