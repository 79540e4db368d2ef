import type { CountryCode } from '../../shared/country.js';

/** What the number of a letter says: which country's holder, which year, which one. */
export interface LetterNumber {
  readonly homeCountry: CountryCode;
  readonly year: number;
  /** Counts from 1 within country and year. */
  readonly running: number;
}

const FORM = /^MOST-(\d{4})-([A-Z]{2})-(\d{6,9})$/;

/** `MOST-2026-RS-000123`; beyond 999 999 the last part grows. Throws RangeError for what is no number of a letter. */
export function showLetterNumber({ homeCountry, year, running }: LetterNumber): string {
  const shown = `MOST-${year}-${homeCountry}-${String(running).padStart(6, '0')}`;
  if (running < 1 || !FORM.test(shown)) throw new RangeError(`Not the number of a letter: ${shown}`);
  return shown;
}

/** What a person typed or an address holds, as a number; undefined when it cannot be one. */
export function readLetterNumber(typed: string): LetterNumber | undefined {
  const [, year, homeCountry, running] =
    FORM.exec(
      typed
        .trim()
        .toUpperCase()
        .replace(/[\s\p{Pd}]+/gu, '-'),
    ) ?? [];
  if (year === undefined || homeCountry === undefined || Number(running) < 1) return undefined;
  return { homeCountry, year: Number(year), running: Number(running) };
}
