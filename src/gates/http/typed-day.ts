import { textOf } from '../../platform/http/form-fields.js';
import type { FormFields } from '../../platform/http/session-data.js';

export interface DayParts {
  readonly day: string;
  readonly month: string;
  readonly year: string;
}

export function dayParts(fields: FormFields, name: string): DayParts {
  return {
    day: textOf(fields, `${name}-day`),
    month: textOf(fields, `${name}-month`),
    year: textOf(fields, `${name}-year`),
  };
}

/** YYYY-MM-DD; empty where nothing was typed, and what no calendar has as it stands, for the rules to refuse. */
export function typedDay(fields: FormFields, name: string): string {
  const { day, month, year } = dayParts(fields, name);
  if (!day && !month && !year) return '';
  const written = `${year.padStart(4, '0')}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const instant = new Date(`${written}T00:00:00Z`);
  const real = !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(written);
  return real ? written : `${day} ${month} ${year}`;
}

export function partsOf(day: string | null): DayParts {
  const [year = '', month = '', date = ''] = day?.split('-') ?? [];
  return { day: date, month, year };
}
