import { expect, it } from '@jest/globals';
import { DomainError } from './domain-error.js';
import { decodeCursor, encodeCursor, pageOf } from './cursor.js';

it('comes back as it was given', () => {
  expect(decodeCursor(encodeCursor(['Ћуприја', 7]), 2)).toEqual(['Ћуприја', 7]);
});

it.each([
  ['nothing', ''],
  ['no JSON', 'zzzz'],
  ['of another list', encodeCursor(['a'])],
  ['of another shape', Buffer.from('{"a":1}').toString('base64url')],
  ['with a list inside', Buffer.from('[["a"],"b"]').toString('base64url')],
])('refuses a cursor that is %s', (_what, cursor) => {
  expect(() => decodeCursor(cursor, 2)).toThrow(DomainError);
});

it('gives a next page exactly when more was read than is shown', () => {
  const page = (rows: readonly string[]) =>
    pageOf(
      rows,
      2,
      (row) => [row],
      (row) => row.toUpperCase(),
    );
  expect(page(['a', 'b'])).toEqual({ items: ['A', 'B'], next: null });
  expect(page(['a', 'b', 'c'])).toEqual({ items: ['A', 'B'], next: encodeCursor(['b']) });
  expect(page([])).toEqual({ items: [], next: null });
});
