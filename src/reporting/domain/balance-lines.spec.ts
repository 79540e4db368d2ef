import { describe, expect, it } from '@jest/globals';
import type { BalanceRow } from '../../ledger/public.js';
import { balanceLines, imbalance } from './balance-lines.js';

const row = (
  academicYear: string,
  [homeCountry, hostCountry]: readonly [string, string],
  basis: BalanceRow['basis'],
  unit: BalanceRow['unit'],
  amount: number,
): BalanceRow => ({
  homeCountry,
  hostCountry,
  academicYear,
  agreementId: null,
  category: null,
  homeInstitutionId: null,
  hostInstitutionId: null,
  basis,
  unit,
  amount,
});

describe('the balance of a year', () => {
  const there = ['AA', 'BB'] as const;
  const back = ['BB', 'AA'] as const;
  const rows = [
    row('2026/27', there, 'happened', 'person', 2),
    row('2027/28', there, 'happened', 'person', 5),
    row('2027/28', there, 'planned', 'person', 6),
    row('2027/28', there, 'happened', 'person_day', 500),
    row('2027/28', there, 'happened', 'EUR', 100_00),
    row('2027/28', back, 'happened', 'person', 3),
    row('2027/28', ['BB', 'CC'], 'happened', 'person', 1),
  ];

  it('has a line for each direction, the latest year first, with every unit', () => {
    const lines = balanceLines(rows, ['AA']);
    expect(lines.map(({ year, homeCountry, hostCountry }) => [year, homeCountry, hostCountry])).toEqual([
      ['2027/28', 'AA', 'BB'],
      ['2027/28', 'BB', 'AA'],
      ['2026/27', 'AA', 'BB'],
    ]);
    expect([...(lines[0]?.units ?? [])]).toEqual([
      ['person', { planned: 6, happened: 5 }],
      ['person_day', { planned: 0, happened: 500 }],
      ['EUR', { planned: 0, happened: 100_00 }],
    ]);
    expect(balanceLines(rows, null)).toHaveLength(4);
  });

  it('tells by how many more went than came, alike from both sides', () => {
    const lines = balanceLines(rows, null);
    const [out, into] = lines;
    if (!out || !into) throw new Error('two directions');
    expect(imbalance(lines, out, 'person')).toBe(2);
    expect(imbalance(lines, into, 'person')).toBe(-2);
    expect(imbalance(lines, out, 'person_day')).toBe(500);
    expect(imbalance(lines, out, 'RUB')).toBe(0);
  });
});
