import type { Page } from '../../../shared/cursor.js';
import { CALL_CATEGORIES } from '../../domain/call.js';
import type { CallCategory, CallPhase, CallView } from '../../domain/call.js';
import type { CallListView, EmptyModel, OpenCallsModel } from '../views/call-views.js';
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
    when: WHENS.find((when) => when === query['when']) ?? 'open',
  };
}

export function presentCallList(
  reader: Reader,
  query: CallListQuery,
  page: Page<CallView>,
  totals: PlaceTotals,
): CallListView {
  const filtered = query.text !== '' || query.category !== null || query.country !== null;
  const countryName = (code: string) => reader.translator.countryName(reader.language, code);
  return {
    heading: { key: `calls.list.found_title.${query.when}` },
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
    when: WHENS.map((when) => ({
      value: when,
      text: { key: WHEN_KEYS[when] },
      chosen: query.when === when,
    })),
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
    nextHref: page.next && `/calls?${queryString(query, page.next)}`,
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

function queryString({ text, category, country, when }: CallListQuery, after: string): string {
  const query = new URLSearchParams();
  if (text) query.set('q', text);
  if (category) query.set('category', category);
  if (country) query.set('country', country);
  if (when !== 'open') query.set('when', when);
  query.set('after', after);
  return query.toString();
}
