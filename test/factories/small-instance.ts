import fc from 'fast-check';
import type { Instance, Programme } from '../../src/allocation/domain/instance.js';

export const PEOPLE = ['a', 'b', 'c', 'd', 'e', 'f'] as const;
export const PLACES = ['p', 'q', 'r'] as const;
export const TYPES = ['x', 'y', 'z'] as const;

export interface SmallInstances {
  /** `strict`: nobody is tied. */
  readonly ties: 'strict' | 'seed' | 'hold' | 'admit';
  readonly groups: boolean;
  /** People may be of several types; else of one at most. */
  readonly several?: boolean;
  readonly ceilings?: boolean;
}

/** Instances so small that everything can be tried, and so crowded that somebody has to be sent away. */
export function smallInstance({
  ties,
  groups,
  several = false,
  ceilings = true,
}: SmallInstances): fc.Arbitrary<Instance> {
  return fc
    .record({
      people: fc.integer({ min: 1, max: ties === 'strict' ? 6 : 5 }),
      places: fc.integer({ min: 1, max: 3 }),
    })
    .chain((size) => {
      const people = PEOPLE.slice(0, size.people);
      const places = PLACES.slice(0, size.places);
      return fc
        .record({
          choices: fc.array(fc.shuffledSubarray(places, { minLength: 0 }), {
            minLength: people.length,
            maxLength: people.length,
          }),
          types: fc.array(several ? fc.subarray([...TYPES]) : fc.subarray([...TYPES], { maxLength: 1 }), {
            minLength: people.length,
            maxLength: people.length,
          }),
          programmes: fc.array(smallProgramme(people, ties === 'strict', ceilings), {
            minLength: places.length,
            maxLength: places.length,
          }),
          groups: groups ? smallGroups(places) : fc.constant(undefined),
          seed: fc.string(),
        })
        .map(({ choices, types, programmes, groups: some, seed }) => ({
          applicants: Object.fromEntries(people.map((id, index) => [id, choices[index] ?? []])),
          types: Object.fromEntries(
            people.map((id, index) => {
              const [only, ...more] = types[index] ?? [];
              return [id, only === undefined || more.length > 0 ? [...(types[index] ?? [])] : only];
            }),
          ),
          programmes: Object.fromEntries(places.map((id, index) => [id, programmes[index] as Programme])),
          ...(some ? { groups: some } : {}),
          rule: ties === 'strict' ? 'seed' : ties,
          seed,
        }));
    });
}

function smallProgramme(
  people: readonly string[],
  strict: boolean,
  ceilinged: boolean,
): fc.Arbitrary<Programme> {
  return fc
    .record({
      capacity: fc.integer({ min: 0, max: 4 }),
      order: fc.shuffledSubarray([...people], { minLength: Math.max(0, people.length - 1) }),
      cuts: fc.array(fc.boolean(), { minLength: people.length, maxLength: people.length }),
      slots: fc.option(
        fc.array(
          fc.record({
            n: fc.integer({ min: 0, max: 2 }),
            eligible_first: fc.option(fc.constantFrom(...TYPES)),
            only: fc.boolean(),
          }),
          { maxLength: 3 },
        ),
      ),
      ceilings: fc.option(
        fc.dictionary(fc.constantFrom(...TYPES), fc.integer({ min: 0, max: 2 }), { maxKeys: 2 }),
      ),
    })
    .map(({ capacity, order, cuts, slots, ceilings: some }) => {
      const ceilings = ceilinged ? some : null;
      const ranking: (string | string[])[] = [];
      order.forEach((id, index) => {
        const last = ranking.at(-1);
        if (strict || cuts[index] || last === undefined) ranking.push(id);
        else ranking[ranking.length - 1] = [...(typeof last === 'string' ? [last] : last), id];
      });
      let free = capacity;
      const fitting = (slots ?? []).map((slot) => {
        const n = Math.min(slot.n, free);
        free -= n;
        return { ...slot, n, only: slot.only && slot.eligible_first !== null };
      });
      return {
        capacity,
        ranking,
        ...(slots ? { slots: fitting } : {}),
        ...(ceilings ? { ceilings: { ...ceilings } } : {}),
      };
    });
}

/** Nested or apart. */
function smallGroups(places: readonly string[]): fc.Arbitrary<Instance['groups']> {
  const cap = fc.integer({ min: 0, max: 3 });
  const order = fc.shuffledSubarray([...places], { minLength: places.length });
  return fc.oneof(
    fc.record({ places: fc.shuffledSubarray([...places], { minLength: 1 }), cap }).map((group) => [group]),
    fc
      .record({
        places: fc.shuffledSubarray([...places], { minLength: 1 }),
        types: fc.shuffledSubarray([...TYPES], { minLength: 1 }),
        cap,
      })
      .map((group) => [group]),
    fc
      .record({ outer: order, inner: fc.shuffledSubarray([...places], { minLength: 1 }), a: cap, b: cap })
      .map(({ outer, inner, a, b }) => [
        { places: outer, cap: a },
        { places: inner, cap: b },
      ]),
    fc.record({ one: order, other: order, a: cap, b: cap }).map(({ one, other, a, b }) => [
      { places: one, types: ['x'], cap: a },
      { places: other, types: ['y', 'z'], cap: b },
    ]),
  );
}

/** Forty people for few seats, each place with reserves and ceilings of the same two types: too many to try everything. */
export const crowdedInstance: fc.Arbitrary<Instance> = fc
  .record({
    chance: fc.infiniteStream(fc.nat(1_000_000)),
    places: fc.array(
      fc.record({
        slots: fc.array(
          fc.record({
            n: fc.integer({ min: 1, max: 4 }),
            eligible_first: fc.constantFrom('x', 'y', null),
            only: fc.boolean(),
          }),
          { maxLength: 3 },
        ),
        open: fc.nat(4),
        ceilings: fc.dictionary(fc.constantFrom('x', 'y'), fc.integer({ min: 1, max: 5 }), { maxKeys: 2 }),
      }),
      { minLength: 2, maxLength: 4 },
    ),
  })
  .map(({ chance, places }) => {
    const people = Array.from({ length: 40 }, (_, index) => `a${index}`);
    const roll = (sides: number) => (chance.next().value as number) % sides;
    const shuffled = (ids: readonly string[]) =>
      ids
        .map((id) => ({ id, lot: roll(1_000_000) }))
        .sort((a, b) => a.lot - b.lot)
        .map(({ id }) => id);
    const ids = places.map((_, index) => `p${index}`);
    return {
      applicants: Object.fromEntries(people.map((id) => [id, shuffled(ids)])),
      types: Object.fromEntries(people.flatMap((id) => [[id, ['x', 'y', 'z'][roll(3)] ?? 'z']])),
      programmes: Object.fromEntries(
        places.map(({ slots, open, ceilings }, index) => [
          `p${index}`,
          {
            capacity: slots.reduce((sum, { n }) => sum + n, open),
            ranking: shuffled(people),
            slots: slots.map((slot) => ({ ...slot, only: slot.only && slot.eligible_first !== null })),
            ceilings: { ...ceilings },
          },
        ]),
      ),
    };
  });
