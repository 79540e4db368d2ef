import { parseDate } from '../../../shared/parse-entry.js';
import type { FieldProblem } from '../../../shared/domain-error.js';
import type { FormFields } from '../../../platform/http/session-data.js';
import { instantOf, wallTime } from '../../../shared/zoned-time.js';

/** A form as it was typed, each control a text; of checkboxes each value on a line. */
export type Typed = Readonly<Record<string, string>>;

export function typedFromForm(body: FormFields): Typed {
  return Object.fromEntries(
    Object.entries(body).flatMap(([name, value]) =>
      name === '_csrf' || value === undefined
        ? []
        : [[name, typeof value === 'string' ? value : value.join('\n')]],
    ),
  );
}

/** Reads the entries of a form, and keeps what is wrong with them. */
export class Entries {
  readonly problems: FieldProblem[] = [];

  constructor(private readonly typed: Typed) {}

  text(name: string): string {
    return (this.typed[name] ?? '').replaceAll('\r\n', '\n').trim();
  }

  lines(name: string): string[] {
    return this.text(name)
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean);
  }

  isChecked(name: string): boolean {
    return this.text(name) === 'yes';
  }

  /** NaN where it is no whole number: a draft says so itself. */
  number(name: string): number {
    return /^\d{1,6}$/.test(this.text(name)) ? Number(this.text(name)) : Number.NaN;
  }

  /** YYYY-MM-DD; null, and a problem, where it is no day. */
  day(name: string): string | null {
    const parts = ['day', 'month', 'year'].map((part) => this.text(`${name}-${part}`));
    const entry = parseDate(parts.join(' '));
    if (entry.ok) return entry.value;
    this.problems.push({ field: name, problem: entry.problem });
    return null;
  }

  /** A day and a time by the clocks of a zone. */
  instant(name: string, zone: string): Date | null {
    const day = this.day(name);
    const [, hours = '', minutes = ''] =
      /^(\d{1,2})\s*[:.,hч]?\s*(\d{2})$/u.exec(this.text(`${name}Time`)) ?? [];
    if (hours === '' || Number(hours) > 23 || Number(minutes) > 59) {
      this.problems.push({ field: `${name}Time`, problem: 'not_time' });
      return null;
    }
    if (day === null) return null;
    const instant = instantOf({ day, time: `${hours.padStart(2, '0')}:${minutes}` }, zone);
    if (!instant) this.problems.push({ field: `${name}Time`, problem: 'no_such_time' });
    return instant;
  }
}

export function typedDay(name: string, day: string): Typed {
  const [year = '', month = '', date = ''] = day.split('-');
  return {
    [`${name}-day`]: String(Number(date)),
    [`${name}-month`]: String(Number(month)),
    [`${name}-year`]: year,
  };
}

export function typedInstant(name: string, instant: Date, zone: string): Typed {
  const { day, time } = wallTime(instant, zone);
  return { ...typedDay(name, day), [`${name}Time`]: time };
}
