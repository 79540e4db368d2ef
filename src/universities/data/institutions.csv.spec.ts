import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { toSerbianLatin } from '../../platform/i18n/serbian-script.js';

const COLUMNS =
  'country,kind,slug,domain,abbreviation,name_native,native_lang,name_sr_cyrl,name_sr_latn,name_ru,name_en,city_native,city_sr_cyrl,city_ru,city_en,federal_district,website,ror,source,checked_on'.split(
    ',',
  );
const KINDS = ['university', 'academy', 'institute', 'science_technology_centre', 'company'];
/** The districts of the Russian Federation since 3 November 2018, when two regions moved to the Far Eastern one. */
const DISTRICTS = [
  'Central',
  'Northwestern',
  'Southern',
  'North Caucasian',
  'Volga',
  'Ural',
  'Siberian',
  'Far Eastern',
];
const PUBLIC_SERBIAN_UNIVERSITIES = [
  'bg.ac.rs',
  'uns.ac.rs',
  'ni.ac.rs',
  'kg.ac.rs',
  'pr.ac.rs',
  'dunp.np.ac.rs',
  'arts.bg.ac.rs',
  'uo.mod.gov.rs',
  'kpu.edu.rs',
];

const file = readFileSync(new URL('./institutions.csv', import.meta.url), 'utf8');
const [header = [], ...lines] = parse(file);
const rows = lines.map((line) => new Map(header.map((column, place) => [column, line[place] ?? ''])));
type Row = (typeof rows)[number];

function cell(row: Row, column: string): string {
  const value = row.get(column);
  if (value === undefined) throw new Error(`The register has no column ${column}`);
  return value;
}

/** The slugs of the rows that break a rule: what a failing test prints is the list of what to correct. */
function offenders(broken: (row: Row) => boolean): string[] {
  return rows.filter(broken).map((row) => cell(row, 'slug'));
}

function repeated(column: string): string[] {
  const values = rows.map((row) => cell(row, column)).filter((value) => value !== '');
  return values.filter((value, place) => values.indexOf(value) !== place);
}

function count(country: string, kind: string): number {
  return rows.filter((row) => cell(row, 'country') === country && cell(row, 'kind') === kind).length;
}

/**
 * ROR: `0`, six characters of Crockford's base 32, and the ISO/IEC 7064 MOD 97-10 check digits of their value. A
 * mistyped identifier would otherwise point at another institution of the world.
 */
function isRor(address: string): boolean {
  const match = /^https:\/\/ror\.org\/0([0-9a-hjkmnp-tv-z]{6})(\d{2})$/.exec(address);
  if (match?.[1] === undefined || match[2] === undefined) return false;
  const value = Array.from(match[1]).reduce(
    (sum, character) => sum * 32 + '0123456789abcdefghjkmnpqrstvwxyz'.indexOf(character),
    0,
  );
  return 98 - ((value * 100) % 97) === Number(match[2]);
}

function isWebsite(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return ['http:', 'https:'].includes(protocol) && hostname.includes('.');
}

describe('the register of institutions', () => {
  it('has its columns, in their order', () => {
    expect(header).toEqual(COLUMNS);
  });

  it('names each institution once', () => {
    expect(repeated('slug')).toEqual([]);
    expect(repeated('domain')).toEqual([]);
    expect(repeated('ror')).toEqual([]);
    expect(repeated('name_native')).toEqual([]);
    expect(repeated('name_en')).toEqual([]);
  });

  it('knows only its own kinds, countries, districts and sources', () => {
    expect(offenders((row) => !KINDS.includes(cell(row, 'kind')))).toEqual([]);
    expect(offenders((row) => !['RS', 'RU'].includes(cell(row, 'country')))).toEqual([]);
    expect(offenders((row) => !['ROR', 'Hipo', 'hand'].includes(cell(row, 'source')))).toEqual([]);
    expect(
      offenders((row) => {
        const district = cell(row, 'federal_district');
        return cell(row, 'country') === 'RU' ? !DISTRICTS.includes(district) : district !== '';
      }),
    ).toEqual([]);
  });

  it('gives every row a slug, a name and a city in its own script and in English, and the day of its check', () => {
    const required = ['name_native', 'name_en', 'city_native', 'city_sr_cyrl', 'city_ru', 'city_en'];
    expect(offenders((row) => required.some((column) => cell(row, column) === ''))).toEqual([]);
    expect(offenders((row) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(cell(row, 'slug')))).toEqual([]);
    expect(offenders((row) => !/^\d{4}-\d{2}-\d{2}$/.test(cell(row, 'checked_on')))).toEqual([]);
  });

  it('has no blanks at the ends and no second blank between words', () => {
    expect(offenders((row) => Array.from(row.values()).some((value) => /^\s|\s$|\s\s/u.test(value)))).toEqual(
      [],
    );
  });

  it('writes the own name in the own script, and repeats it in the column of that language', () => {
    const own: Readonly<Record<string, { language: string; column: string; city: string }>> = {
      RS: { language: 'sr-Cyrl', column: 'name_sr_cyrl', city: 'city_sr_cyrl' },
      RU: { language: 'ru', column: 'name_ru', city: 'city_ru' },
    };
    expect(
      offenders((row) => {
        const expected = own[cell(row, 'country')];
        return (
          expected === undefined ||
          cell(row, 'native_lang') !== expected.language ||
          cell(row, expected.column) !== cell(row, 'name_native') ||
          cell(row, expected.city) !== cell(row, 'city_native')
        );
      }),
    ).toEqual([]);
  });

  it('mixes no Latin letter into a Cyrillic name, and no Cyrillic one into English', () => {
    // A Roman numeral standing alone is the one Latin word that these names have.
    const latin = /\p{Script=Latin}/u;
    const withoutNumerals = (text: string): string => text.replace(/(?<!\p{L})[IVX]+(?!\p{L})/gu, '');
    const cyrillic = ['name_sr_cyrl', 'name_ru', 'city_sr_cyrl', 'city_ru', 'abbreviation'];
    expect(
      offenders((row) => cyrillic.some((column) => latin.test(withoutNumerals(cell(row, column))))),
    ).toEqual([]);
    expect(
      offenders((row) =>
        ['name_en', 'city_en', 'domain'].some((column) => /\p{Script=Cyrillic}/u.test(cell(row, column))),
      ),
    ).toEqual([]);
  });

  it('writes Serbian with Serbian letters and Russian with Russian ones', () => {
    expect(
      offenders((row) => /[ёйщъыьэюя]/iu.test(cell(row, 'name_sr_cyrl') + cell(row, 'city_sr_cyrl'))),
    ).toEqual([]);
    expect(offenders((row) => /[ђјљњћџ]/iu.test(cell(row, 'name_ru') + cell(row, 'city_ru')))).toEqual([]);
  });

  it('derives the Serbian Latin name from the Cyrillic one', () => {
    expect(
      offenders((row) => toSerbianLatin(cell(row, 'name_sr_cyrl')) !== cell(row, 'name_sr_latn')),
    ).toEqual([]);
  });

  it('gives addresses that can be opened, and a domain that belongs to no mail provider of the public', () => {
    expect(offenders((row) => cell(row, 'website') !== '' && !isWebsite(cell(row, 'website')))).toEqual([]);
    expect(
      offenders(
        (row) =>
          !/^$|^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(cell(row, 'domain')) ||
          cell(row, 'domain').startsWith('www.'),
      ),
    ).toEqual([]);
    expect(
      offenders((row) =>
        ['mail.ru', 'gmail.com', 'yandex.com', 'yandex.ru', 'mts.rs'].includes(cell(row, 'domain')),
      ),
    ).toEqual([]);
  });

  it('gives ROR identifiers whose check digits are right, and one for every row that comes from ROR', () => {
    expect(isRor('https://ror.org/02qsmb048')).toBe(true);
    expect(isRor('https://ror.org/02qsmb084')).toBe(false);
    expect(offenders((row) => cell(row, 'ror') !== '' && !isRor(cell(row, 'ror')))).toEqual([]);
    expect(offenders((row) => (cell(row, 'source') === 'ROR') !== (cell(row, 'ror') !== ''))).toEqual([]);
  });

  it('holds every public Serbian university', () => {
    const universities = rows
      .filter((row) => cell(row, 'kind') === 'university')
      .map((row) => cell(row, 'domain'));
    expect(PUBLIC_SERBIAN_UNIVERSITIES.filter((domain) => !universities.includes(domain))).toEqual([]);
  });

  it('holds enough of every kind on both sides', () => {
    expect(count('RS', 'university')).toBeGreaterThanOrEqual(15);
    expect(count('RU', 'university')).toBeGreaterThanOrEqual(60);
    for (const country of ['RS', 'RU'])
      for (const kind of KINDS)
        expect({ country, kind, some: count(country, kind) > 0 }).toEqual({ country, kind, some: true });
  });

  it('has the four institutions of the demonstration under their domains', () => {
    const slugOf = new Map(rows.map((row) => [cell(row, 'domain'), cell(row, 'slug')]));
    expect(['bg.ac.rs', 'uns.ac.rs', 'msu.ru', 'nsu.ru'].map((domain) => slugOf.get(domain))).toEqual([
      'university-of-belgrade',
      'university-of-novi-sad',
      'lomonosov-moscow-state-university',
      'novosibirsk-state-university',
    ]);
  });
});
