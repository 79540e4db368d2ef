import type { BalanceRow } from '../domain/balance.js';
import { PERSON } from '../domain/entry.js';
import type { LedgerReader } from './present-ledger.js';
import type { Table } from './views/ledger-views.js';

/** Fewer than these are told as "fewer than five": who they are could be found out. */
export const FEWEST_TOLD = 5;

/**
 * How many came in each year and direction, for everybody. Of years that are over: of one that goes on, whoever looks daily
 * would see each single person come.
 * @param today YYYY-MM-DD
 */
export function presentYears(
  { translator, language }: LedgerReader,
  rows: readonly BalanceRow[],
  today: string,
): Table {
  return {
    title: { key: 'ledger.years.title' },
    columns: ['year', 'direction', 'persons_happened'].map((key) => ({
      label: { key: `ledger.columns.${key}` },
      numeric: key === 'persons_happened',
    })),
    rows: rows
      .filter(
        ({ unit, basis, academicYear }) =>
          unit === PERSON && basis === 'happened' && academicYear !== null && lastDayOf(academicYear) < today,
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
  };
}

/** The last day on which an academic year of either country ends: that of the later one. */
function lastDayOf(academicYear: string): string {
  return `${Number(academicYear.slice(0, 4)) + 1}-09-30`;
}
