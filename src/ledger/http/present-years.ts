import type { BalanceRow } from '../domain/balance.js';
import { PERSON } from '../domain/entry.js';
import { isOverOn, nextPublished, publishedAsOf } from '../domain/published.js';
import type { LedgerReader } from './present-ledger.js';
import type { YearsView } from './views/ledger-views.js';

/** Fewer than these are told as "fewer than five": who they are could be found out. */
export const FEWEST_TOLD = 5;

/**
 * How many came in each year and direction, for everybody.
 * @param rows as they are published: see `publishedAsOf`
 * @param today YYYY-MM-DD
 */
export function presentYears(
  { translator, language }: LedgerReader,
  rows: readonly BalanceRow[],
  today: string,
): YearsView {
  const { knownOn } = publishedAsOf(today);
  const inSentence = (day: string) =>
    translator.dateInSentence(language, new Date(`${day}T12:00:00Z`), 'UTC');
  return {
    asOf: {
      key: 'ledger.years.as_of',
      values: { known: inSentence(knownOn), next: inSentence(nextPublished(today)) },
    },
    table: {
      title: { key: 'ledger.years.title' },
      columns: ['year', 'direction', 'persons_happened'].map((key) => ({
        label: { key: `ledger.columns.${key}` },
        numeric: key === 'persons_happened',
      })),
      rows: rows
        .filter(
          ({ unit, basis, academicYear }) =>
            unit === PERSON &&
            basis === 'happened' &&
            academicYear !== null &&
            isOverOn(academicYear, knownOn),
        )
        .map(({ academicYear, homeCountry, hostCountry, amount }) => [
          academicYear ?? '',
          translator.t(language, 'agreements.quotas.from', {
            home: translator.countryName(language, homeCountry),
            host: translator.countryName(language, hostCountry),
          }),
          amount < FEWEST_TOLD
            ? translator.t(language, 'ledger.years.few')
            : translator.number(language, amount),
        ]),
    },
  };
}
