import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ORDER_MOVES, moved, substituted } from './nomination-order.js';
import type { NominationOrder } from './nomination-order.js';

const order: NominationOrder = { nominees: ['a', 'b', 'c'], reserve: ['d', 'e'] };

describe('a move in the order', () => {
  it.each([
    ['b', 'up', ['b', 'a', 'c'], ['d', 'e']],
    ['b', 'down', ['a', 'c', 'b'], ['d', 'e']],
    ['a', 'up', ['a', 'b', 'c'], ['d', 'e']],
    ['c', 'down', ['a', 'b', 'c'], ['d', 'e']],
    ['e', 'up', ['a', 'b', 'c'], ['e', 'd']],
    ['b', 'reserve', ['a', 'c'], ['d', 'e', 'b']],
    ['d', 'nominees', ['a', 'b', 'c', 'd'], ['e']],
    ['b', 'nominees', ['a', 'b', 'c'], ['d', 'e']],
    ['a', 'off', ['b', 'c'], ['d', 'e']],
    ['new', 'reserve', ['a', 'b', 'c'], ['d', 'e', 'new']],
    ['new', 'up', ['a', 'b', 'c'], ['d', 'e']],
  ] as const)('%s %s', (id, move, nominees, reserve) => {
    expect(moved(order, id, move)).toEqual({ nominees, reserve });
  });

  it('keeps everybody once, whatever is moved', () => {
    const ids = fc.uniqueArray(fc.constantFrom(...'abcdefgh'), { maxLength: 8 });
    fc.assert(
      fc.property(
        ids,
        fc.nat(8),
        fc.array(fc.tuple(fc.constantFrom(...'abcdefgh'), fc.constantFrom(...ORDER_MOVES))),
        (all, split, moves) => {
          let now: NominationOrder = { nominees: all.slice(0, split), reserve: all.slice(split) };
          for (const [id, move] of moves) {
            const before = new Set([...now.nominees, ...now.reserve]);
            now = moved(now, id, move);
            if (move === 'off') before.delete(id);
            if (move === 'nominees' || move === 'reserve') before.add(id);
            const after = [...now.nominees, ...now.reserve];
            expect(after.toSorted()).toEqual([...before].toSorted());
          }
        },
      ),
    );
  });
});

describe('a substitution', () => {
  it('takes the place of whoever fell out', () => {
    expect(substituted(order, 'b', 'd')).toEqual({ nominees: ['a', 'd', 'c'], reserve: ['e'] });
  });

  it('goes to the end where the former was in no order', () => {
    expect(substituted(order, 'x', 'e')).toEqual({ nominees: ['a', 'b', 'c', 'e'], reserve: ['d'] });
  });
});
