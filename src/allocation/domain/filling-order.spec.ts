import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bestSet, keepsItsOrder, seatBySeat, seatsOf } from '../../../test/factories/brute-allocation.js';
import { OPEN, blocksOf, orderHolds } from './filling-order.js';
import type { Instance, Programme } from './instance.js';

const PEOPLE = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
const TYPES = ['x', 'y', 'z', null];

/** One place whose slots are single seats in any order, with everybody ranked from `a` down. */
const place = fc
  .record({
    types: fc.array(fc.constantFrom(...TYPES), { minLength: PEOPLE.length, maxLength: PEOPLE.length }),
    seats: fc.array(
      fc.record({
        eligible_first: fc.constantFrom('x', 'y', 'z', null),
        only: fc.boolean(),
        n: fc.constant(1),
      }),
      { minLength: 1, maxLength: 5 },
    ),
    ceilings: fc.dictionary(fc.constantFrom('x', 'y', 'z'), fc.integer({ min: 0, max: 3 }), {
      minKeys: 1,
      maxKeys: 3,
    }),
  })
  .map(({ types, seats, ceilings }) => {
    const programme: Programme = {
      capacity: seats.length,
      ranking: PEOPLE,
      slots: seats.map((seat) => ({ ...seat, only: seat.only && seat.eligible_first !== null })),
      ceilings: { ...ceilings },
    };
    const instance: Instance = {
      applicants: Object.fromEntries(PEOPLE.map((id) => [id, ['place']])),
      types: Object.fromEntries(PEOPLE.flatMap((id, index) => (types[index] ? [[id, types[index]]] : []))),
      programmes: { place: programme },
    };
    return { instance, programme };
  });

type Choice = (instance: Instance, programme: Programme, order: readonly string[]) => ReadonlySet<string>;

/** Somebody who gets in because one more applied, or a seat that empties because one more did: null where there is none. */
function contradiction(choice: Choice, instance: Instance, programme: Programme): string | null {
  for (let some = 0; some < 1 << PEOPLE.length; some++) {
    const asking = PEOPLE.filter((_, index) => (some >> index) & 1);
    const taken = choice(instance, programme, asking);
    for (const [index, more] of PEOPLE.entries()) {
      if ((some >> index) & 1) continue;
      const withMore = PEOPLE.filter((_, other) => other === index || (some >> other) & 1);
      const takenThen = choice(instance, programme, withMore);
      const lucky = asking.find((id) => !taken.has(id) && takenThen.has(id));
      if (lucky !== undefined) return `${lucky} of ${asking.join('')} with ${more}`;
      if (takenThen.size < taken.size) return `a seat of ${asking.join('')} with ${more}`;
    }
  }
  return null;
}

describe('the order in which seats are filled', () => {
  it('holds only where the place chooses consistently', () => {
    fc.assert(
      fc.property(place, ({ instance, programme }) => {
        fc.pre(keepsItsOrder(programme));
        expect(contradiction(seatBySeat, instance, programme)).toBeNull();
      }),
      { numRuns: 600 },
    );
  }, 600_000);

  it('is set aside for a choice that is consistent', () => {
    fc.assert(
      fc.property(place, ({ instance, programme }) => {
        fc.pre(!keepsItsOrder(programme));
        expect(contradiction(bestSet, { ...instance }, programme)).toBeNull();
      }),
      { numRuns: 25 },
    );
  }, 600_000);

  it('is not set aside without need: somebody can come for whom it contradicts itself', () => {
    const slots = [
      { n: 1, eligible_first: null },
      { n: 1, eligible_first: 'x' },
      { n: 1, eligible_first: null },
    ];
    const programme: Programme = { capacity: 3, ranking: PEOPLE, slots, ceilings: { y: 1 } };
    const instance: Instance = {
      applicants: {},
      types: { a: 'y', b: 'x', c: 'y', e: 'x' },
      programmes: { place: programme },
    };
    expect(keepsItsOrder(programme)).toBe(false);
    expect([...seatBySeat(instance, programme, ['b', 'c', 'd', 'e'])].sort()).toEqual(['b', 'c', 'e']);
    expect([...seatBySeat(instance, programme, ['a', 'b', 'c', 'd', 'e'])].sort()).toEqual(['a', 'b', 'd']);
  });

  it.each([
    ['reserves of one type before the open seats', 'x x . .', { y: 1 }, true],
    ['reserves behind the open seats', '. . x x', { y: 1 }, true],
    ['a ceiling on those for whom seats are reserved', '. x . x .', { x: 2 }, true],
    ['a ceiling that cannot be felt before the last seat', '. x .', { y: 3 }, true],
    ['nobody of a type at all', '. x .', { y: 0 }, true],
    ['a reserve between open seats', '. x .', { y: 1 }, false],
    ['reserves of two types before the open seats', 'x z .', { y: 1 }, false],
    ['a hard reserve behind an open seat for a type under a ceiling', '. Y', { y: 1 }, false],
    ['a hard reserve before the open seats', 'Y .', { y: 1 }, true],
    ['a hard reserve of another between open seats', '. X .', { y: 1 }, false],
    ['a hard reserve of another that may be empty', '. X x', { y: 1 }, false],
  ] as const)('%s', (_, seats, ceilings, holds) => {
    const slots = seats.split(' ').map((seat) => ({
      n: 1,
      eligible_first: seat === '.' ? null : seat.toLowerCase(),
      only: seat !== seat.toLowerCase(),
    }));
    expect(keepsItsOrder({ capacity: slots.length, ranking: [], slots, ceilings })).toBe(holds);
  });

  it('takes equal neighbours for one, and what no slot covers for open seats at the end', () => {
    const of = (type: number, seats: number, only = false) => ({ type, seats, only });
    expect(blocksOf([of(1, 1), of(2, 0), of(1, 2), of(1, 1, true), of(OPEN, 1)], 7)).toEqual([
      of(1, 3),
      of(1, 1, true),
      of(OPEN, 3),
    ]);
    fc.assert(
      fc.property(place, ({ programme }) => {
        const numbers = new Map([null, 'x', 'y', 'z'].map((type, number) => [type, number]));
        const single = seatsOf(programme).map(({ first, only }) => of(numbers.get(first) ?? 0, 1, only));
        const ceilings = Object.entries(programme.ceilings ?? {}).map(([type, most]) => ({
          type: numbers.get(type) ?? 0,
          most,
        }));
        expect(orderHolds(blocksOf(single, programme.capacity), ceilings)).toBe(orderHolds(single, ceilings));
      }),
      { numRuns: 5_000 },
    );
  });
});
