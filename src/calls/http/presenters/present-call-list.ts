import { themes } from '../../../agreements/public.js';
import type { Message } from '../../../platform/http/page.js';
import type { Page } from '../../../shared/cursor.js';
import type { CallFilter } from '../../data/calls.js';
import { fieldsOfStudy } from '../../data/fields-of-study.js';
import { CALL_CATEGORIES } from '../../domain/call.js';
import type { CallCategory, CallPhase, CallView } from '../../domain/call.js';
import { COST_ITEMS, LEVELS } from '../../domain/place.js';
import type { CostItem } from '../../domain/place.js';
import type { CallListView, Choice, EmptyModel, OpenCallsModel } from '../views/call-views.js';
import { presentCallCard } from './present-call-card.js';
import type { PlaceTotals, Reader } from './present-call-card.js';

/** The three times of a call that its readers know. */
export const WHENS = ['open', 'upcoming', 'past'] as const;
export type When = (typeof WHENS)[number];

export const PHASES_OF: Readonly<Record<When, readonly CallPhase[]>> = {
  open: ['open', 'grace'],
  upcoming: ['upcoming'],
  past: ['closed', 'in_selection', 'provisional_published', 'final_published', 'cancelled', 'archived'],
};

const WHEN_KEYS: Readonly<Record<When, string>> = {
  open: 'calls.list.open_now',
  upcoming: 'calls.list.upcoming',
  past: 'calls.list.past',
};

/** What the reader asked for, as far as it makes sense; the rest of the query is ignored. */
export interface CallListQuery {
  readonly text: string;
  readonly category: CallCategory | null;
  readonly country: string | null;
  /** By its code. */
  readonly theme: string | null;
  /** ISCED-F, a broad field. */
  readonly field: string | null;
  readonly level: number | null;
  readonly language: string | null;
  readonly paid: CostItem | null;
  readonly free: boolean;
  readonly freemovers: boolean;
  readonly when: When;
}

/** Reads the filters out of a query that anybody may have written. */
export function readCallListQuery(
  query: Readonly<Record<string, string>>,
  countries: readonly string[],
): CallListQuery {
  return {
    text: (query['q'] ?? '').trim().slice(0, 200),
    category: CALL_CATEGORIES.find((category) => category === query['category']) ?? null,
    country: countries.find((code) => code === query['country']) ?? null,
    theme: themes().find(({ code }) => code === query['theme'])?.code ?? null,
    field: fieldsOfStudy(2).find(({ code }) => code === query['field'])?.code ?? null,
    level: LEVELS.find((level) => String(level) === query['level']) ?? null,
    language: /^[a-z]{2,3}$/.exec(query['language'] ?? '')?.[0] ?? null,
    paid: COST_ITEMS.find((item) => item === query['paid']) ?? null,
    free: query['free'] === '1',
    freemovers: query['freemovers'] === '1',
    when: WHENS.find((when) => when === query['when']) ?? 'open',
  };
}

/** The same as a search, without the phases. */
export function callFilterOf({
  text,
  category,
  country,
  theme,
  field,
  level,
  language,
  paid,
  free,
  freemovers,
}: CallListQuery): CallFilter {
  return {
    ...(category ? { category } : {}),
    ...(country ? { country } : {}),
    ...(text ? { text } : {}),
    ...(freemovers ? { freemovers } : {}),
    ...(theme ? { theme } : {}),
    place: {
      ...(field ? { field } : {}),
      ...(level ? { level } : {}),
      ...(language ? { language } : {}),
      ...(paid ? { paid } : {}),
      ...(free ? { free } : {}),
    },
  };
}

/** How many calls fit, in each of the three times. */
export type CallCounts = Readonly<Record<When, number>>;

export function presentCallList(
  reader: Reader,
  query: CallListQuery,
  page: Page<CallView>,
  totals: PlaceTotals,
  counts: CallCounts,
  languages: readonly string[],
): CallListView {
  const filters = addressOf({ ...query, when: 'open' });
  const filtered = filters.size > 0;
  const countryName = (code: string) => reader.translator.countryName(reader.language, code);
  return {
    heading: { key: `calls.list.found_title.${query.when}` },
    found: { key: 'calls.list.found', values: { count: counts[query.when] } },
    query: query.text,
    categories: [
      { value: '', text: { key: 'calls.list.any_category' }, chosen: query.category === null },
      ...CALL_CATEGORIES.map((category) => ({
        value: category,
        text: { key: `calls.categories.${category}` },
        chosen: query.category === category,
      })),
    ],
    countries: [
      { value: '', text: { key: 'calls.list.any_country' }, chosen: query.country === null },
      ...reader.countries.map(({ code }) => ({
        value: code,
        text: countryName(code),
        chosen: query.country === code,
      })),
    ],
    more: [
      {
        name: 'theme',
        label: { key: 'calls.list.theme' },
        options: options(
          query.theme,
          'calls.list.any_theme',
          themes().map((theme) => ({
            value: theme.code,
            text: reader.translator.localized(reader.language, theme),
          })),
        ),
      },
      {
        name: 'field',
        label: { key: 'calls.list.field' },
        options: options(
          query.field,
          'calls.list.any_field',
          fieldsOfStudy(2).map((field) => ({
            value: field.code,
            text: reader.translator.localized(reader.language, field),
          })),
        ),
      },
      {
        name: 'level',
        label: { key: 'calls.list.level' },
        options: options(
          query.level === null ? null : String(query.level),
          'calls.list.any_level',
          LEVELS.map((level) => ({ value: String(level), text: { key: `calls.levels.${level}` } })),
        ),
      },
      {
        name: 'language',
        label: { key: 'calls.list.language' },
        options: options(
          query.language,
          'calls.list.any_language',
          [...new Set([...languages, ...(query.language ? [query.language] : [])])].map((language) => ({
            value: language,
            text: reader.translator.languageName(reader.language, language),
          })),
        ),
      },
      {
        name: 'paid',
        label: { key: 'calls.list.paid' },
        options: options(
          query.paid,
          'calls.list.any_paid',
          COST_ITEMS.map((item) => ({ value: item, text: { key: `calls.places.item.${item}` } })),
        ),
      },
    ],
    moreOpen:
      [query.theme, query.field, query.level, query.language, query.paid].some((each) => each !== null) ||
      query.free ||
      query.freemovers,
    free: query.free,
    freemovers: query.freemovers,
    when: WHENS.map((when) => ({
      value: when,
      text: {
        key: 'calls.list.when_count',
        values: { when: reader.translator.t(reader.language, WHEN_KEYS[when]), count: counts[when] },
      },
      chosen: query.when === when,
    })),
    icsHref: withQuery('/calls.ics', filters),
    jsonHref: withQuery('/calls.json', filters),
    filtered,
    calls: page.items.map((call) => presentCallCard(reader, call, totals, 3)),
    empty: filtered
      ? {
          title: { key: 'calls.empty.filtered.title' },
          why: { key: 'calls.empty.filtered.why' },
          action: { href: '/calls', text: { key: 'calls.empty.filtered.action' } },
          level: 3,
        }
      : emptyOf(query.when),
    nextHref: page.next && withQuery('/calls', addressOf(query, page.next)),
  };
}

/** The open calls of the first page; its words say what to do where there are none. */
export function presentOpenCalls(
  reader: Reader,
  calls: readonly CallView[],
  totals: PlaceTotals,
): OpenCallsModel {
  return {
    calls: calls.map((call) => presentCallCard(reader, call, totals, 3)),
    allHref: '/calls',
    empty: emptyOf('open'),
  };
}

function emptyOf(when: When): EmptyModel {
  return {
    title: { key: `calls.empty.${when}.title` },
    why: { key: `calls.empty.${when}.why` },
    ...(when === 'open'
      ? { action: { href: '/calls?when=upcoming', text: { key: 'calls.empty.see_upcoming' } } }
      : {}),
    level: 3,
  };
}

function options(
  chosen: string | null,
  unchosen: string,
  all: readonly { readonly value: string; readonly text: string | Message }[],
): readonly Choice[] {
  return [
    { value: '', text: { key: unchosen }, chosen: chosen === null },
    ...all.map((option) => ({ ...option, chosen: option.value === chosen })),
  ];
}

function withQuery(path: string, query: URLSearchParams): string {
  return query.size > 0 ? `${path}?${query.toString()}` : path;
}

/** What was asked for, as it stands in an address. */
function addressOf(
  { text, category, country, theme, field, level, language, paid, free, freemovers, when }: CallListQuery,
  after?: string,
): URLSearchParams {
  const query = new URLSearchParams();
  if (text) query.set('q', text);
  if (category) query.set('category', category);
  if (country) query.set('country', country);
  if (when !== 'open') query.set('when', when);
  if (theme) query.set('theme', theme);
  if (field) query.set('field', field);
  if (level) query.set('level', String(level));
  if (language) query.set('language', language);
  if (paid) query.set('paid', paid);
  if (free) query.set('free', '1');
  if (freemovers) query.set('freemovers', '1');
  if (after) query.set('after', after);
  return query;
}
