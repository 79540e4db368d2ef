import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { buildInstance, reserveOfType } from './build-instance.js';
import type { Candidate, SeatedPlace, Selection } from './build-instance.js';

const RULES: Selection['rules'] = {
  combination: { method: 'mean', minimum: null },
  ranking: { per: 'place', tie: 'seed' },
  seats: { filling: 'reserved_first', unclaimed: 'opened', perHomeInstitution: null, groups: [] },
};
const candidate = (
  number: string,
  points: number | null,
  choices: string[],
  more: Partial<Candidate> = {},
): Candidate => ({
  number,
  points,
  homeCountry: 'RS',
  homeInstitutionId: 'bg',
  choices,
  reserves: new Map(),
  ...more,
});
const place = (id: string, free: number, more: Partial<SeatedPlace> = {}): SeatedPlace => ({
  id,
  hostCountry: 'RU',
  hostInstitutionId: `host-${id}`,
  free,
  reserved: [],
  ...more,
});
const build = (of: Partial<Selection> & Pick<Selection, 'candidates' | 'places'>) =>
  buildInstance({ rules: RULES, quotas: [], seed: 's', ...of });

describe('the ranking of a place', () => {
  it('holds those who chose it, the best first, equals in one group by their numbers', () => {
    const { programmes } = build({
      candidates: [
        candidate('RS-3', 70_000, ['p']),
        candidate('RS-2', 90_000, ['p', 'q']),
        candidate('RS-1', 70_000, ['q', 'p']),
        candidate('RS-4', 80_000, ['q']),
      ],
      places: [place('p', 1), place('q', 1)],
    });
    expect(programmes['p']?.ranking).toEqual(['RS-2', ['RS-1', 'RS-3']]);
    expect(programmes['q']?.ranking).toEqual(['RS-2', 'RS-4', 'RS-1']);
  });

  it('is one of all of them where the call has one list', () => {
    const { programmes } = build({
      rules: { ...RULES, ranking: { per: 'call', tie: 'hold' } },
      candidates: [candidate('RS-1', 60_000, ['p']), candidate('RS-2', 70_000, ['q'])],
      places: [place('p', 1), place('q', 1)],
    });
    expect(programmes['p']?.ranking).toEqual(['RS-2', 'RS-1']);
    expect(programmes['q']?.ranking).toEqual(['RS-2', 'RS-1']);
  });

  it('holds nobody below the minimum, and nobody whose assessment is not complete', () => {
    const { programmes, applicants } = build({
      rules: { ...RULES, combination: { method: 'mean', minimum: 60 } },
      candidates: [
        candidate('RS-1', 60_000, ['p']),
        candidate('RS-2', 59_999, ['p']),
        candidate('RS-3', null, ['p']),
      ],
      places: [place('p', 3)],
    });
    expect(programmes['p']?.ranking).toEqual(['RS-1']);
    // They are in the instance all the same: whoever runs it again sees that they were not forgotten.
    expect(Object.keys(applicants)).toEqual(['RS-1', 'RS-2', 'RS-3']);
  });

  it('holds nobody for their own country or institution', () => {
    const { applicants } = build({
      candidates: [candidate('RS-1', 1, ['home', 'own', 'away'])],
      places: [
        place('home', 1, { hostCountry: 'RS' }),
        place('own', 1, { hostInstitutionId: 'bg' }),
        place('away', 1),
      ],
    });
    expect(applicants['RS-1']).toEqual(['away']);
  });
});

describe('places that are kept for some', () => {
  const reserved = place('p', 5, {
    reserved: [
      { id: 'first', free: 2 },
      { id: 'used_up', free: 0 },
    ],
  });
  const meets = candidate('RS-1', 1, ['p'], { reserves: new Map([['p', ['first', 'used_up']]]) });

  it.each([
    [
      'reserved_first',
      'opened',
      [
        { n: 2, eligible_first: 'reserve:p:first', only: false },
        { n: 3, eligible_first: null, only: false },
      ],
    ],
    [
      'open_first',
      'kept',
      [
        { n: 3, eligible_first: null, only: false },
        { n: 2, eligible_first: 'reserve:p:first', only: true },
      ],
    ],
  ] as const)('are filled %s and %s', (filling, unclaimed, slots) => {
    const built = build({
      rules: { ...RULES, seats: { ...RULES.seats, filling, unclaimed } },
      candidates: [meets],
      places: [reserved],
    });
    expect(built.programmes['p']?.slots).toEqual(slots);
    expect(built.types['RS-1']).toBe('reserve:p:first');
  });

  it('have no open part where all of them are kept', () => {
    const built = build({
      candidates: [meets],
      places: [place('p', 2, { reserved: [{ id: 'first', free: 2 }] })],
    });
    expect(built.programmes['p']?.slots).toHaveLength(1);
  });

  it('are told again from their types', () => {
    expect(reserveOfType('reserve:p:first')).toBe('first');
    expect(reserveOfType('country:RS')).toBeNull();
    expect(reserveOfType(null)).toBeNull();
  });
});

describe('limits', () => {
  it('of one home institution are a ceiling at each place for those who chose it', () => {
    const built = build({
      rules: { ...RULES, seats: { ...RULES.seats, perHomeInstitution: 1 } },
      candidates: [
        candidate('RS-1', 1, ['p']),
        candidate('RS-2', 2, ['p'], { homeInstitutionId: 'ns' }),
        candidate('RS-3', 2, ['q'], { homeInstitutionId: 'ni' }),
      ],
      places: [place('p', 2), place('q', 2)],
    });
    expect(built.programmes['p']?.ceilings).toEqual({ 'institution:bg': 1, 'institution:ns': 1 });
    expect(built.types['RS-2']).toBe('institution:ns');
  });

  it('over several places are groups; the tighter of two wins, and what cannot be reached is left out', () => {
    const group = (cap: number, more = {}) => ({
      hostInstitutionId: null,
      hostCountry: null,
      homeCountry: null,
      cap,
      ...more,
    });
    const built = build({
      rules: {
        ...RULES,
        seats: { ...RULES.seats, groups: [group(3, { hostCountry: 'RU', homeCountry: 'RS' }), group(9)] },
      },
      candidates: [candidate('RS-1', 1, ['p'])],
      places: [place('p', 2), place('q', 2)],
      quotas: [{ homeCountry: 'RS', hostCountry: 'RU', persons: 2 }],
    });
    expect(built.groups).toEqual([{ places: ['p', 'q'], types: ['country:RS'], cap: 2 }]);
  });
});

it('is the same instance in whatever order it was read', () => {
  const candidates = fc.uniqueArray(
    fc.record({
      number: fc.integer({ min: 1, max: 40 }).map((n) => `RS-${n}`),
      points: fc.option(fc.integer({ min: 0, max: 5 }).map((n) => n * 1000)),
      choices: fc.shuffledSubarray(['p', 'q', 'r']),
    }),
    { selector: ({ number }) => number },
  );
  fc.assert(
    fc.property(
      candidates,
      fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
      (people, chance) => {
        const places = [place('p', 1), place('q', 2), place('r', 3)];
        const all = people.map(({ number, points, choices }) => candidate(number, points, choices));
        const shuffled = all
          .map((each) => [chance.next().value, each] as const)
          .sort(([a], [b]) => Number(a) - Number(b))
          .map(([, each]) => each);
        expect(JSON.stringify(build({ candidates: shuffled, places: [...places].reverse() }))).toBe(
          JSON.stringify(build({ candidates: all, places })),
        );
      },
    ),
  );
});
