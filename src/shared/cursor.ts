import { DomainError } from './domain-error.js';

/** One page of a list. `next` is given back as `after` to get what follows; null at the end. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** The reason of a refused cursor: whoever gave it begins at the first page again. */
export const BROKEN_CURSOR = 'broken_cursor';

/** Where a list was left: the sort key of its last row. Opaque outside, so that the order can change without a new API. */
export type CursorKey = readonly (string | number)[];

/** Nothing on a page is to be corrected, as a cursor stands in its address: the reason says where to go on. */
const BROKEN = { reason: BROKEN_CURSOR, fields: [{ field: 'after', problem: 'cursor' }] } as const;

export function encodeCursor(key: CursorKey): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** @throws DomainError `invalid` for a cursor that this list never gave out. */
export function decodeCursor(cursor: string, length: number): CursorKey {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(key) && key.length === length && key.every(isKeyPart)) return key;
  } catch {
    // Not JSON: the refusal below says all there is to say.
  }
  throw new DomainError('invalid', BROKEN);
}

/**
 * The instant in a part of a cursor.
 * @throws DomainError `invalid` where there is none.
 */
export function instantIn(part: string | number | undefined): Date {
  const instant = new Date(typeof part === 'string' ? part : Number.NaN);
  if (Number.isNaN(instant.getTime())) throw new DomainError('invalid', BROKEN);
  return instant;
}

function isKeyPart(part: unknown): part is string | number {
  return typeof part === 'string' || typeof part === 'number';
}

/** Cuts a page out of rows that were read with one more than its limit. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  keyOf: (row: Row) => CursorKey,
  itemOf: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items: shown.map(itemOf), next: more ? encodeCursor(keyOf(last)) : null };
}
