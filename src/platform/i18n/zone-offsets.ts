const DAY_MS = 86_400_000;

interface Offset {
  readonly milliseconds: number;
  /** "+01:00" */
  readonly text: string;
}

const TWO_DIGITS = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'));
const two = (value: number): string => TWO_DIGITS[value] ?? '';

/**
 * Writes instants of one time zone by ISO 8601 with its offset, many of them. How far the zone is from Greenwich is asked of
 * the library once for each day on which that does not change, and otherwise for each instant.
 */
export class ZoneOffsets {
  private readonly format: Intl.DateTimeFormat;
  /** By the number of the day in Greenwich; null where clocks are changed in the course of it. */
  private readonly days = new Map<number, Offset | null>();
  private readonly dates = new Map<number, string>();

  constructor(timeZone: string) {
    this.format = new Intl.DateTimeFormat('en-GB', { timeZone, timeZoneName: 'longOffset' });
  }

  /** "2027-03-15T23:59:00+01:00" */
  iso(instant: Date): string {
    const time = instant.getTime();
    const { milliseconds, text } = this.offset(time);
    const local = time + milliseconds;
    const day = Math.floor(local / DAY_MS);
    const seconds = Math.floor((local - day * DAY_MS) / 1000);
    const minutes = Math.floor(seconds / 60);
    return `${this.date(day)}T${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:${two(seconds % 60)}${text}`;
  }

  private date(day: number): string {
    let known = this.dates.get(day);
    if (known === undefined) {
      known = new Date(day * DAY_MS).toISOString().slice(0, 10);
      this.dates.set(day, known);
    }
    return known;
  }

  private offset(time: number): Offset {
    const day = Math.floor(time / DAY_MS);
    let known = this.days.get(day);
    if (known === undefined) {
      const first = this.ask(day * DAY_MS);
      known = first.text === this.ask((day + 1) * DAY_MS).text ? first : null;
      this.days.set(day, known);
    }
    return known ?? this.ask(time);
  }

  private ask(time: number): Offset {
    const name = this.format.formatToParts(time).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const text = name.replace('GMT', '') || '+00:00';
    const [hours = 0, minutes = 0, seconds = 0] = text.slice(1).split(':').map(Number);
    const size = ((hours * 60 + minutes) * 60 + seconds) * 1000;
    return { milliseconds: text.startsWith('-') ? -size : size, text };
  }
}
