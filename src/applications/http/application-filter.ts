import { decodeCursor, instantIn } from '../../shared/cursor.js';
import { searchKey } from '../../shared/transliteration.js';
import type { ApplicationFilter } from '../data/application-lists.js';
import type { WorklistWish } from '../operations/worklist-filter.js';
import type { ApplicationQuery, WorklistQuery } from './dto/application-requests.js';

/** What a program asks of a list, with one more than the page holds: so it is known whether there is a next. */
export function filterOf({ state, q, limit, after }: ApplicationQuery): ApplicationFilter {
  return {
    limit: limit + 1,
    ...(state ? { states: [state] } : {}),
    ...(q?.trim() ? { searchKey: searchKey(q) } : {}),
    ...(after ? { after: positionOf(after) } : {}),
  };
}

/** The place in a list by waiting time that a cursor tells. */
export function positionOf(cursor: string): NonNullable<ApplicationFilter['after']> {
  const [since, id = ''] = decodeCursor(cursor, 2);
  return { stateSince: instantIn(since), id: String(id) };
}

/** The worklist that a program asks for, in the words of the page. */
export function wishIn(query: Omit<WorklistQuery, 'scope' | 'limit'>): WorklistWish {
  return {
    waits: query.waits ? [query.waits] : null,
    state: query.state ?? null,
    callId: query.call ?? null,
    text: query.q ?? '',
    home: query.home ?? '',
    host: query.host ?? '',
    category: query.category ?? null,
    field: query.field ?? null,
    level: query.level ?? null,
    overdue: query.overdue === 'yes',
    duplicates: query.duplicates === 'yes',
    from: query.from ?? null,
    until: query.until ?? null,
    meets: query.meets ?? null,
  };
}
