import { expect, it } from '@jest/globals';
import { DomainError } from './domain-error.js';
import { decodeCursor, encodeCursor, instantIn, pageOf } from './cursor.js';

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

it('reads an instant, and refuses what is none', () => {
  expect(instantIn('2027-03-27T10:00:00.000Z').getTime()).toBe(Date.UTC(2027, 2, 27, 10));
  for (const part of ['soon', 7, undefined]) expect(() => instantIn(part)).toThrow(DomainError);
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
