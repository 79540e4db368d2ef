import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Translator } from '../../platform/i18n/translator.js';
import { LANGUAGES } from '../../shared/language.js';
import type { BalanceRow } from '../domain/balance.js';
import { BASES, PERSON, PERSON_DAY, isMoney } from '../domain/entry.js';
import { readLedgerAddress } from './ledger-address.js';
import { presentLedger } from './present-ledger.js';

const translator = new Translator({ strict: true });
const CURRENCIES = ['EUR', 'RSD', 'RUB'] as const;
const YEARS = ['2026/27', '2027/28'];

/** Each sum once, as the database gives them. */
const balance = fc
  .uniqueArray(
    fc.record({
      outward: fc.boolean(),
      academicYear: fc.constantFrom(...YEARS),
      basis: fc.constantFrom(...BASES),
      unit: fc.constantFrom<string>(PERSON, PERSON_DAY, ...CURRENCIES),
    }),
    { selector: (row) => JSON.stringify(row), maxLength: 40 },
  )
  .chain((rows) =>
    fc.tuple(
      fc.constant(rows),
      fc.array(fc.integer({ min: 1, max: 9_000_000 }), { minLength: rows.length, maxLength: rows.length }),
    ),
  )
  .map(([rows, amounts]) =>
    rows.map(({ outward, academicYear, basis, unit }, index): BalanceRow => ({
      homeCountry: outward ? 'RS' : 'RU',
      hostCountry: outward ? 'RU' : 'RS',
      agreementId: null,
      academicYear,
      category: null,
      homeInstitutionId: null,
      hostInstitutionId: null,
      basis,
      unit,
      amount: amounts[index] ?? 1,
    })),
  );

describe('the balance on its page', () => {
  it('has a line and a chart for each currency by itself, of each year and direction, and adds none to another', () => {
    fc.assert(
      fc.property(balance, fc.constantFrom(...LANGUAGES), (rows, language) => {
        const view = presentLedger(
          { translator, language },
          {
            address: readLedgerAddress({}, '2027-11-30'),
            rows,
            payers: [],
            known: { years: YEARS, categories: [] },
            agreements: new Map(),
          },
        );
        const money = view.tables.find(({ columns }) =>
          columns.some(({ label }) => typeof label !== 'string' && label.key === 'ledger.columns.currency'),
        );
        const amounts = new Map<string, { planned: number; happened: number }>();
        for (const { academicYear, homeCountry, unit, basis, amount } of rows.filter((row) =>
          isMoney(row.unit),
        )) {
          const key = `${academicYear ?? ''} ${homeCountry} ${unit}`;
          const sum = amounts.get(key) ?? { planned: 0, happened: 0 };
          sum[basis] += amount;
          amounts.set(key, sum);
        }
        const said = (minor: number, currency: string) => translator.money(language, { minor, currency });
        const expected = [...amounts].map(([key, { planned, happened }]) => {
          const [year = '', , currency = ''] = key.split(' ');
          return [
            year,
            currency,
            said(planned, currency),
            said(happened, currency),
            said(happened - planned, currency),
          ];
        });
        const shown = (money?.rows ?? []).map(([year, , ...rest]) => [year, ...rest]);
        expect(shown.map((row) => row.join(' | ')).sort()).toEqual(
          expected.map((row) => row.join(' | ')).sort(),
        );
        const charted = view.charts.flatMap(({ title }) =>
          typeof title !== 'string' && title.key === 'ledger.chart.money' ? [title.values?.currency] : [],
        );
        expect(charted).toEqual([...new Set(rows.map(({ unit }) => unit).filter(isMoney))].sort());
        for (const { left, right } of view.charts.flatMap(({ pairs }) => pairs)) {
          for (const { personsLength, committedLength } of [left, right]) {
            expect(Math.min(personsLength, committedLength)).toBeGreaterThanOrEqual(0);
            expect(Math.max(personsLength, committedLength)).toBeLessThanOrEqual(100);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});
