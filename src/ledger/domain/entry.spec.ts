import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { atRate, converted, entryFault, exchanged, paid, reversed } from './entry.js';
import type { LedgerEntry, LedgerLine } from './entry.js';

const KEY = {
  homeCountry: 'RS',
  hostCountry: 'RU',
  agreementId: '00000000-0000-7000-8000-000000000001',
  academicYear: '2027/28',
  category: 'student',
  homeInstitutionId: null,
  hostInstitutionId: null,
};
const entry = (lines: readonly LedgerLine[], changes: Partial<LedgerEntry> = {}): LedgerEntry => ({
  act: 'payment',
  basis: 'happened',
  key: KEY,
  occurredOn: '2027-10-01',
  stayId: null,
  lines,
  ...changes,
});

describe('an entry of the ledger', () => {
  it('balances in every unit, however it was made, and so does what takes it back', () => {
    const amounts = fc.integer({ min: 1, max: 10_000_000_000 });
    fc.assert(
      fc.property(
        amounts,
        fc.integer({ min: 1, max: 1000 }),
        fc.constantFrom('RSD', 'RUB', 'EUR'),
        (minor, days, currency) => {
          const made = [
            exchanged('person', 1),
            exchanged('person_day', days),
            paid('host_institution', { minor, currency }),
          ];
          for (const lines of made) {
            expect(entryFault(entry(lines))).toBeNull();
            expect(entryFault(entry(reversed(lines)))).toBeNull();
          }
        },
      ),
    );
  });

  it.each<[string, readonly LedgerLine[], Partial<LedgerEntry>]>([
    ['fewer than two lines', [], {}],
    [
      'person does not balance: 1',
      [...exchanged('person', 1), ...exchanged('person', 2)]
        .slice(0, 3)
        .filter((_, i) => i !== 2)
        .concat([{ book: 'received', payer: null, unit: 'person', amount: 1 }]),
      {},
    ],
    [
      'person in the book cost',
      [
        { book: 'cost', payer: null, unit: 'person', amount: 1 },
        { book: 'sent', payer: null, unit: 'person', amount: -1 },
      ],
      {},
    ],
    [
      'RSD in the book sent',
      [
        { book: 'sent', payer: null, unit: 'RSD', amount: 1 },
        { book: 'cost', payer: null, unit: 'RSD', amount: -1 },
      ],
      {},
    ],
    [
      'a payer in the book paid',
      [
        { book: 'cost', payer: null, unit: 'RSD', amount: 1 },
        { book: 'paid', payer: null, unit: 'RSD', amount: -1 },
      ],
      {},
    ],
    [
      'several currencies',
      [
        ...paid('programme', { minor: 1, currency: 'RSD' }),
        ...paid('programme', { minor: 1, currency: 'EUR' }),
      ],
      {},
    ],
    ['not a unit: dinar', [...paid('programme', { minor: 1, currency: 'dinar' })], {}],
    ['not an amount: 0.5', [...paid('programme', { minor: 0.5, currency: 'RSD' })], {}],
    ['no day', exchanged('person', 1), { occurredOn: '1. 10. 2027.' }],
    [
      'a conversion names its rate, and nothing else does',
      converted({ minor: 100, currency: 'RUB' }, { minor: 1, currency: 'EUR' }),
      { act: 'conversion' },
    ],
    [
      'a conversion names its rate, and nothing else does',
      exchanged('person', 1),
      { rate: { value: '1', source: 'ECB', day: '2027-10-01' } },
    ],
    [
      'a conversion is of two currencies',
      paid('programme', { minor: 1, currency: 'RSD' }),
      { act: 'conversion', rate: { value: '1', source: 'ECB', day: '2027-10-01' } },
    ],
  ])('is refused: %s', (fault, lines, changes) => {
    expect(entryFault(entry(lines, changes))).toBe(fault);
  });

  it('may change a currency where it names its rate', () => {
    const lines = converted({ minor: 117_00, currency: 'RSD' }, { minor: 1_00, currency: 'EUR' });
    const rate = { value: '0.00854701', source: 'National Bank of Serbia', day: '2027-10-01' };
    expect(entryFault(entry(lines, { act: 'conversion', rate }))).toBeNull();
  });

  it.each([
    [100_00, '117.25', 11_725_00],
    [1, '0.5', 1],
    [1, '0.4999', 0],
    [-1, '0.5', -1],
    [9_007_199_254_740_991, '1', 9_007_199_254_740_991],
    [123_45, '1.005', 12407],
  ])('comes to a whole number: %d at %s is %d', (minor, rate, expected) => {
    expect(atRate(minor, rate)).toBe(expected);
  });
});
