import type { CountryCode } from '../../shared/country.js';
import { DOCUMENT_KINDS } from './document-kinds.js';
import type { DocumentKind } from './document-kinds.js';

/** What the number of a document says: what it is, which country's, which year, which one. */
export interface DocumentNumber {
  readonly kind: DocumentKind;
  readonly country: CountryCode;
  readonly year: number;
  /** Counts from 1 within kind, country and year. */
  readonly running: number;
}

/** Before the running number. Letters of award came first and have none. */
const MARKS: Readonly<Record<DocumentKind, string>> = {
  award_letter: '',
  decision_record: 'D',
  protocol: 'P',
  agreement: 'A',
};
const FORM = /^MOST-(\d{4})-([A-Z]{2})-([A-Z]?)(\d{6,9})$/;

/**
 * `MOST-2026-RS-000123`, `MOST-2026-RS-D000123`; beyond 999 999 the last part grows. Throws RangeError for what is no number
 * of a document.
 */
export function showDocumentNumber({ kind, country, year, running }: DocumentNumber): string {
  const shown = `MOST-${year}-${country}-${MARKS[kind]}${String(running).padStart(6, '0')}`;
  if (running < 1 || !FORM.test(shown)) throw new RangeError(`Not the number of a document: ${shown}`);
  return shown;
}

/** What a person typed or an address holds, as a number; undefined when it cannot be one. */
export function readDocumentNumber(typed: string): DocumentNumber | undefined {
  const [, year, country, mark, running] =
    FORM.exec(
      typed
        .trim()
        .toUpperCase()
        .replace(/[\s\p{Pd}]+/gu, '-'),
    ) ?? [];
  const kind = DOCUMENT_KINDS.find((candidate) => MARKS[candidate] === mark);
  if (year === undefined || country === undefined || kind === undefined || Number(running) < 1) {
    return undefined;
  }
  return { kind, country, year: Number(year), running: Number(running) };
}
