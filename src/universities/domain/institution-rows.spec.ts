import { describe, expect, it } from '@jest/globals';
import { COLUMNS, checkRows } from './institution-rows.js';
import type { Column, FileRow } from './institution-rows.js';

const GOOD: Readonly<Partial<Record<Column, string>>> = {
  country: 'RS',
  kind: 'university',
  slug: 'university-of-belgrade',
  domain: 'bg.ac.rs',
  name_native: 'Универзитет у Београду',
  native_lang: 'sr-Cyrl',
  name_en: 'University of Belgrade',
  website: 'https://www.bg.ac.rs',
  ror: 'https://ror.org/02qsmb048',
  source: 'ROR',
  checked_on: '2026-11-23',
};

function row(line: number, changes: Partial<Record<Column, string>> = {}): FileRow {
  const cells = { ...Object.fromEntries(COLUMNS.map((column) => [column, ''])), ...GOOD, ...changes };
  return { line, cells: cells as FileRow['cells'] };
}

const faultsOf = (...rows: FileRow[]) =>
  checkRows(rows, ['RS', 'RU']).faults.map(({ line, column, fault }) => [line, column, fault]);

describe('a file of institutions', () => {
  it('is taken as it stands, empty cells as nothing known', () => {
    const { rows, faults } = checkRows([row(2)], ['RS']);
    expect(faults).toEqual([]);
    expect(rows).toEqual([
      expect.objectContaining({ slug: 'university-of-belgrade', nameRu: null, abbreviation: null }),
    ]);
  });

  it.each<[Column, string, string]>([
    ['country', 'XX', 'unknown_country'],
    ['country', '', 'missing'],
    ['kind', 'school', 'unknown_kind'],
    ['slug', 'Универзитет', 'malformed'],
    ['slug', 'a--b', 'malformed'],
    ['domain', 'https://bg.ac.rs', 'malformed'],
    ['name_en', '', 'missing'],
    ['native_lang', 'serbian', 'malformed'],
    ['website', 'www.bg.ac.rs', 'malformed'],
    ['ror', '02qsmb048', 'malformed'],
    ['checked_on', '23.11.2026', 'malformed'],
    ['checked_on', '2026-02-30', 'malformed'],
  ])('is refused for %s "%s": %s', (column, value, fault) => {
    expect(faultsOf(row(7, { [column]: value }))).toEqual([[7, column, fault]]);
  });

  it('names every fault of every row, in the order of the lines, and gives no row', () => {
    const checked = checkRows([row(2, { kind: '' }), row(3, { slug: 'other', domain: 'x' })], ['RS']);
    expect(checked.faults.map(({ line }) => line)).toEqual([2, 3, 3]);
    expect(checked.rows).toEqual([]);
  });

  it('holds each institution, domain and registry number once; nothing is no number', () => {
    expect(faultsOf(row(2), row(3))).toEqual([
      [3, 'slug', 'duplicate'],
      [3, 'domain', 'duplicate'],
      [3, 'ror', 'duplicate'],
    ]);
    const bare = { domain: '', ror: '' };
    expect(faultsOf(row(2, bare), row(3, { ...bare, slug: 'other' }))).toEqual([]);
  });
});
