import { calendarDay } from '../../platform/i18n/formats.js';
import { instantOf } from '../../shared/zoned-time.js';

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
    const day = this.day(days, zone);
    const instant = instantOf({ day, time }, zone);
    if (!instant) throw new Error(`clocks in ${zone} leap over ${time} on ${day}`);
    return instant;
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
