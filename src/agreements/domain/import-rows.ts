import type { FieldProblem } from '../../shared/domain-error.js';
import type { LocalizedText } from '../../shared/language.js';
import { parseDate } from '../../shared/parse-entry.js';
import { AGREEMENT_KINDS } from './agreement.js';
import type { AgreementArticle, AgreementKind, ExchangeTerms, QuotaDraft } from './agreement.js';
import { CEFR } from './draft.js';

/** Columns of the file, in their order. Those that are not required may be absent altogether. */
export const IMPORT_COLUMNS = [
  'external_reference',
  'reference',
  'kind',
  'parties',
  'title_sr',
  'title_ru',
  'title_en',
  'signed_on',
  'valid_from',
  'valid_until',
  'notice_days',
  'under',
  'themes',
  'fields',
  'levels',
  'languages',
  'blended',
  'quotas',
  'scan',
] as const;
export type ImportColumn = (typeof IMPORT_COLUMNS)[number];
export const REQUIRED_COLUMNS = [
  'external_reference',
  'reference',
  'kind',
  'parties',
  'title_sr',
  'title_ru',
  'signed_on',
] as const satisfies readonly ImportColumn[];
/** How cells are written whose words are codes. */
export const IMPORT_EXAMPLES = {
  kind: 'memorandum, inter_institutional',
  parties: 'university-of-belgrade; lomonosov-moscow-state-university',
  countries: 'RS; RU',
  organisation: 'RU=…',
  themes: 'information_technology; digital_economy',
  languages: 'en:B2; ru:B1',
  blended: 'yes, no',
  quotas: 'RS>RU student 2027/28 10 50; RU>RS student 2027/28 10 50',
} as const;
export const MOST_IMPORTED = 500;
const LONGEST_EXTERNAL = 120;

/** A party as a file names it: an institution of the register by its slug, or a country, or an organisation of one. */
export type NamedParty =
  { readonly slug: string } | { readonly country: string; readonly name: LocalizedText | null };

/** An agreement as a file says it, before its parties are found. */
export interface ImportedAgreement {
  readonly externalReference: string;
  readonly reference: string;
  readonly kind: AgreementKind;
  readonly parties: readonly NamedParty[];
  readonly title: LocalizedText;
  readonly signedOn: string;
  readonly validFrom?: string;
  readonly validUntil?: string;
  readonly noticeDays?: number;
  readonly under?: string;
  readonly themes: readonly string[];
  readonly exchange?: ExchangeTerms;
  readonly articles: readonly AgreementArticle[];
  readonly quotas: readonly QuotaDraft[];
  /** The name of the file with the scan; absent where there is none. */
  readonly scan?: string;
}

/** One of them, with where it stands in its file and what is wrong with it; `agreement` is null where it cannot be read. */
export interface ReadRow {
  /** Line of a table, place in a list; from 1. */
  readonly line: number;
  readonly agreement: ImportedAgreement | null;
  readonly problems: readonly FieldProblem[];
}

type Cells = Readonly<Partial<Record<string, string>>>;

/** Reads a row of a table. */
export function readCells(line: number, cells: Cells): ReadRow {
  const problems: FieldProblem[] = [];
  const text = (column: ImportColumn) => (cells[column] ?? '').normalize('NFC').trim();
  const list = (column: ImportColumn) =>
    text(column)
      .split(';')
      .map((part) => part.trim())
      .filter(Boolean);
  const problem = (column: string, what: string, values?: FieldProblem['values']) =>
    problems.push({ field: column, problem: what, ...(values ? { values } : {}) });
  for (const column of REQUIRED_COLUMNS) if (text(column) === '') problem(column, 'required');
  const day = (column: ImportColumn) => {
    if (text(column) === '') return undefined;
    const entry = parseDate(text(column));
    if (!entry.ok) problem(column, entry.problem);
    return entry.ok ? entry.value : undefined;
  };
  const whole = (column: string, said: string) => {
    if (/^\d{1,6}$/.test(said)) return Number(said);
    problem(column, 'not_number');
    return 0;
  };
  const kind = AGREEMENT_KINDS.find((each) => each === text('kind'));
  if (text('kind') !== '' && !kind) problem('kind', 'not_in_list');
  const blended = text('blended').toLowerCase();
  if (!['', 'yes', 'no'].includes(blended)) problem('blended', 'not_in_list');
  const quotas = list('quotas').flatMap((said): QuotaDraft[] => {
    const found =
      /^([A-Z]{2})\s*(?:>|→)\s*([A-Z]{2})\s+(\w+)\s+(\d{4}\/\d{2})\s+(\d{1,6})(?:\s+(\d{1,6}))?(?:\s+(\d{1,6}))?$/.exec(
        said,
      );
    if (!found) {
      problem('quotas', 'not_quota', { said, example: IMPORT_EXAMPLES.quotas });
      return [];
    }
    const [, home = '', host = '', category = '', year = '', persons = '', months = '0', days = '0'] = found;
    return [
      {
        homeCountry: home,
        hostCountry: host,
        category,
        academicYear: year,
        persons: Number(persons),
        months: Number(months),
        ...(Number(days) > 0 ? { days: Number(days) } : {}),
      },
    ];
  });
  const languages = list('languages').flatMap((said) => {
    const [language = '', level = ''] = said.split(':').map((part) => part.trim());
    if (!/^[a-z]{2,3}$/.test(language) || !CEFR.some((each) => each === level)) {
      problem('languages', 'not_taught_in', { said, example: IMPORT_EXAMPLES.languages });
      return [];
    }
    return [{ language, level }];
  });
  const fields = list('fields');
  if (fields.some((code) => !/^\d{2,4}$/.test(code))) problem('fields', 'not_in_list');
  const levels = list('levels').map((said) => whole('levels', said));
  const says = fields.length + levels.length + languages.length > 0 || blended === 'yes';
  const parties = list('parties').map((said): NamedParty => {
    const named = /^([A-Z]{2})\s*(?:=\s*(.+))?$/.exec(said);
    if (!named) return { slug: said };
    const [, country = '', name] = named;
    return { country, name: name ? { sr: name, ru: name, en: name } : null };
  });
  const dates = { validFrom: day('valid_from'), validUntil: day('valid_until') };
  const signedOn = day('signed_on');
  return row(
    line,
    {
      externalReference: text('external_reference'),
      reference: text('reference'),
      kind: kind ?? 'inter_institutional',
      parties,
      title: { sr: text('title_sr'), ru: text('title_ru'), en: text('title_en') },
      signedOn: signedOn ?? '',
      ...present(dates),
      ...(text('notice_days') ? { noticeDays: whole('notice_days', text('notice_days')) } : {}),
      ...(text('under') ? { under: text('under') } : {}),
      themes: list('themes'),
      ...(says ? { exchange: { fields, levels, languages, blended: blended === 'yes' } } : {}),
      articles: [],
      quotas,
      ...(text('scan') ? { scan: text('scan') } : {}),
    },
    problems,
  );
}

/**
 * Reads an agreement as the API says a version of one, with `externalReference`, `reference`, `kind` and `signedOn` beside it;
 * a party is an institution by `institution` (its slug), or a `country` with, or without, a `name`.
 */
export function readItem(line: number, item: unknown): ReadRow {
  const problems: FieldProblem[] = [];
  const problem = (field: string, what: string) => problems.push({ field, problem: what });
  if (!isRecord(item)) return { line, agreement: null, problems: [{ field: '', problem: 'not_object' }] };
  const text = (field: string, from: Readonly<Record<string, unknown>> = item, at = field): string => {
    const value = from[field];
    if (value === undefined || value === null) return '';
    if (typeof value === 'string') return value.normalize('NFC').trim();
    problem(at, 'not_text');
    return '';
  };
  const list = (field: string, from: Readonly<Record<string, unknown>> = item): readonly unknown[] => {
    const value = from[field];
    if (value === undefined || value === null) return [];
    if (Array.isArray(value)) return value as readonly unknown[];
    problem(field, 'not_list');
    return [];
  };
  const words = (value: unknown, at: string): LocalizedText => {
    if (value !== undefined && value !== null && !isRecord(value)) problem(at, 'not_object');
    const from = isRecord(value) ? value : {};
    const said = (language: string) => text(language, from, `${at}.${language}`);
    return { sr: said('sr'), ru: said('ru'), en: said('en') };
  };
  const number = (field: string, from: Readonly<Record<string, unknown>>, at: string): number => {
    const value = from[field] ?? 0;
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
    problem(at, 'not_number');
    return 0;
  };
  const day = (field: string): string | undefined => {
    const said = text(field);
    if (said === '') return undefined;
    const entry = parseDate(said);
    if (!entry.ok) problem(field, entry.problem);
    return entry.ok ? entry.value : undefined;
  };
  const texts = (field: string, from?: Readonly<Record<string, unknown>>) =>
    list(field, from).flatMap((value): string[] => {
      if (typeof value === 'string') return [value.trim()];
      problem(field, 'not_text');
      return [];
    });
  for (const field of ['externalReference', 'reference', 'kind', 'signedOn']) {
    if (text(field) === '') problem(field, 'required');
  }
  const kind = AGREEMENT_KINDS.find((each) => each === text('kind'));
  if (text('kind') !== '' && !kind) problem('kind', 'not_in_list');
  const parties = list('parties').flatMap((party, place): NamedParty[] => {
    const at = `parties.${place}`;
    if (!isRecord(party)) {
      problem(at, 'not_object');
      return [];
    }
    const slug = text('institution', party, `${at}.institution`);
    if (slug) return [{ slug }];
    const country = text('country', party, `${at}.country`);
    return [{ country, name: isAbsent(party['name']) ? null : words(party['name'], `${at}.name`) }];
  });
  const quotas = list('quotas').flatMap((quota, place): QuotaDraft[] => {
    const at = `quotas.${place}`;
    if (!isRecord(quota)) {
      problem(at, 'not_object');
      return [];
    }
    const days = number('days', quota, `${at}.days`);
    return [
      {
        homeCountry: text('homeCountry', quota, `${at}.homeCountry`),
        hostCountry: text('hostCountry', quota, `${at}.hostCountry`),
        category: text('category', quota, `${at}.category`),
        academicYear: text('academicYear', quota, `${at}.academicYear`),
        persons: number('persons', quota, `${at}.persons`),
        months: number('months', quota, `${at}.months`),
        ...(days > 0 ? { days } : {}),
      },
    ];
  });
  const exchange = readExchange(item['exchange'], { problem, texts, list });
  const dates = { validFrom: day('validFrom'), validUntil: day('validUntil') };
  const scan = text('scan');
  return row(
    line,
    {
      externalReference: text('externalReference'),
      reference: text('reference'),
      kind: kind ?? 'inter_institutional',
      parties,
      title: words(item['title'], 'title'),
      signedOn: day('signedOn') ?? '',
      ...present(dates),
      ...(isAbsent(item['noticeDays']) ? {} : { noticeDays: number('noticeDays', item, 'noticeDays') }),
      ...(text('under') ? { under: text('under') } : {}),
      themes: texts('themes'),
      ...(exchange ? { exchange } : {}),
      articles: list('articles').map((article, place) => {
        const from = isRecord(article) ? article : {};
        return {
          title: words(from['title'], `articles.${place}.title`),
          body: words(from['body'], `articles.${place}.body`),
        };
      }),
      quotas,
      ...(scan ? { scan } : {}),
    },
    problems,
  );
}

function readExchange(
  value: unknown,
  read: {
    readonly problem: (field: string, what: string) => void;
    readonly texts: (field: string, from: Readonly<Record<string, unknown>>) => readonly string[];
    readonly list: (field: string, from: Readonly<Record<string, unknown>>) => readonly unknown[];
  },
): ExchangeTerms | null {
  if (value === undefined || value === null) return null;
  if (!isRecord(value)) {
    read.problem('exchange', 'not_object');
    return null;
  }
  const fields = read.texts('fields', value);
  if (fields.some((code) => !/^\d{2,4}$/.test(code))) read.problem('fields', 'not_in_list');
  const levels = read.list('levels', value).flatMap((level): number[] => {
    if (typeof level === 'number' && Number.isInteger(level)) return [level];
    read.problem('levels', 'not_number');
    return [];
  });
  const languages = read.list('languages', value).flatMap((taught) => {
    const { language, level } = isRecord(taught) ? taught : {};
    if (typeof language !== 'string' || !CEFR.some((each) => each === level)) {
      read.problem('languages', 'not_in_list');
      return [];
    }
    return [{ language, level: String(level) }];
  });
  return { fields, levels, languages, blended: value['blended'] === true };
}

function row(line: number, agreement: ImportedAgreement, problems: readonly FieldProblem[]): ReadRow {
  const more: FieldProblem[] = [];
  if (agreement.externalReference.length > LONGEST_EXTERNAL) {
    more.push({
      field: 'external_reference',
      problem: 'too_long',
      values: { max: LONGEST_EXTERNAL },
    });
  }
  return { line, agreement, problems: [...problems, ...more] };
}

function present(dates: {
  readonly validFrom?: string | undefined;
  readonly validUntil?: string | undefined;
}) {
  return {
    ...(dates.validFrom ? { validFrom: dates.validFrom } : {}),
    ...(dates.validUntil ? { validUntil: dates.validUntil } : {}),
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isAbsent(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}
