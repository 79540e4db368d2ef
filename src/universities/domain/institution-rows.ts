import { INSTITUTION_KINDS } from './institution.js';
import type { InstitutionKind } from './institution.js';

/** The columns of an import file, in any order. All must be there; `source` and `checked_on` say how far a row is to be trusted. */
export const COLUMNS = [
  'country',
  'kind',
  'slug',
  'domain',
  'abbreviation',
  'name_native',
  'native_lang',
  'name_sr_cyrl',
  'name_sr_latn',
  'name_ru',
  'name_en',
  'city_native',
  'city_sr_cyrl',
  'city_ru',
  'city_en',
  'federal_district',
  'website',
  'ror',
  'source',
  'checked_on',
] as const;
export type Column = (typeof COLUMNS)[number];

/** What stands in one line of the file, by column, trimmed; an empty cell is an empty text. */
export interface FileRow {
  readonly line: number;
  readonly cells: Readonly<Record<Column, string>>;
}

/** One thing that is wrong, and where: the reader opens the file at that line. */
export interface RowFault {
  /** Counted from 1, the header included, as an editor counts. */
  readonly line: number;
  readonly column: string;
  readonly fault:
    'missing' | 'unknown_country' | 'unknown_kind' | 'malformed' | 'duplicate' | 'taken' | 'unreadable';
  /** The cell as it stands, or what the parser says. */
  readonly value: string;
}

export interface ImportReport {
  readonly created: number;
  readonly changed: number;
  readonly unchanged: number;
  /** Where this is not empty nothing was imported. */
  readonly faults: readonly RowFault[];
}

/** A checked row: everything that the register holds of an institution but its id. */
export interface InstitutionRow {
  readonly country: string;
  readonly kind: InstitutionKind;
  readonly slug: string;
  readonly domain: string | null;
  readonly abbreviation: string | null;
  readonly nameNative: string;
  readonly nativeLanguage: string;
  readonly nameSrCyrl: string | null;
  readonly nameSrLatn: string | null;
  readonly nameRu: string | null;
  readonly nameEn: string;
  readonly cityNative: string | null;
  readonly citySrCyrl: string | null;
  readonly cityRu: string | null;
  readonly cityEn: string | null;
  readonly federalDistrict: string | null;
  readonly website: string | null;
  readonly ror: string | null;
  readonly source: string;
  readonly checkedOn: string;
}

const REQUIRED: readonly Column[] = [
  'country',
  'kind',
  'slug',
  'name_native',
  'native_lang',
  'name_en',
  'source',
  'checked_on',
];

const SHAPES: Partial<Readonly<Record<Column, RegExp>>> = {
  slug: /^[a-z0-9]+(-[a-z0-9]+)*$/,
  domain: /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,}$/,
  native_lang: /^[a-z]{2,3}(-[A-Z][a-z]{3})?$/,
  website: /^https?:\/\/[^\s]+$/,
  ror: /^https:\/\/ror\.org\/0[a-z0-9]{6}[0-9]{2}$/,
  checked_on: /^\d{4}-\d{2}-\d{2}$/,
};

/** Each of these belongs to one institution only. */
const UNIQUE: readonly Column[] = ['slug', 'domain', 'ror'];

/** Checks a whole file at once, so that its owner mends it in one sitting. */
export function checkRows(
  rows: readonly FileRow[],
  countries: readonly string[],
): { readonly rows: readonly InstitutionRow[]; readonly faults: readonly RowFault[] } {
  const faults = rows.flatMap((row) => faultsOf(row, countries));
  for (const column of UNIQUE) {
    const seen = new Set<string>();
    for (const { line, cells } of rows) {
      const value = cells[column];
      if (value && seen.has(value)) faults.push({ line, column, fault: 'duplicate', value });
      seen.add(value);
    }
  }
  faults.sort((a, b) => a.line - b.line);
  return { rows: faults.length > 0 ? [] : rows.map(({ cells }) => institutionRow(cells)), faults };
}

function faultsOf({ line, cells }: FileRow, countries: readonly string[]): RowFault[] {
  const faults: RowFault[] = [];
  const add = (column: Column, fault: RowFault['fault']) =>
    faults.push({ line, column, fault, value: cells[column] });
  for (const column of COLUMNS) {
    const value = cells[column];
    if (!value) {
      if (REQUIRED.includes(column)) add(column, 'missing');
    } else if (column === 'country' && !countries.includes(value)) {
      add(column, 'unknown_country');
    } else if (column === 'kind' && !isKind(value)) {
      add(column, 'unknown_kind');
    } else if (SHAPES[column]?.test(value) === false || (column === 'checked_on' && !isDay(value))) {
      add(column, 'malformed');
    }
  }
  return faults;
}

function isKind(text: string): text is InstitutionKind {
  return (INSTITUTION_KINDS as readonly string[]).includes(text);
}

/** Whether the calendar has such a day: 2026-02-30 has the shape of one. */
function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

function institutionRow(cells: FileRow['cells']): InstitutionRow {
  const kind = cells.kind;
  if (!isKind(kind)) throw new Error(`row was not checked: ${cells.slug}`);
  return {
    country: cells.country,
    kind,
    slug: cells.slug,
    domain: cells.domain || null,
    abbreviation: cells.abbreviation || null,
    nameNative: cells.name_native,
    nativeLanguage: cells.native_lang,
    nameSrCyrl: cells.name_sr_cyrl || null,
    nameSrLatn: cells.name_sr_latn || null,
    nameRu: cells.name_ru || null,
    nameEn: cells.name_en,
    cityNative: cells.city_native || null,
    citySrCyrl: cells.city_sr_cyrl || null,
    cityRu: cells.city_ru || null,
    cityEn: cells.city_en || null,
    federalDistrict: cells.federal_district || null,
    website: cells.website || null,
    ror: cells.ror || null,
    source: cells.source,
    checkedOn: cells.checked_on,
  };
}
