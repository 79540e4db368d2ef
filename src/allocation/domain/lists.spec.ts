import { describe, expect, it } from '@jest/globals';
import type { SelectionRules } from '../../calls/public.js';
import { buildInstance } from './build-instance.js';
import type { Candidate } from './build-instance.js';
import { differencesBetween } from './differences.js';
import { limitsAt } from './limits.js';
import { entriesOf, ranksAt, seatsOf } from './list-content.js';
import type { ListEntry } from './list-content.js';

const person = (
  number: string,
  points: number | null,
  choices: string[],
  kept: string[] = [],
): Candidate => ({
  number,
  points,
  homeCountry: 'RS',
  homeInstitutionId: 'bg',
  choices,
  reserves: new Map(kept.map((place) => [place, ['kept']])),
});
const instance = (
  people: readonly Candidate[],
  { unclaimed = 'opened', filling = 'reserved_first' }: Partial<SelectionRules['seats']> = {},
) =>
  buildInstance({
    rules: {
      combination: { method: 'mean', minimum: null },
      ranking: { per: 'place', tie: 'seed' },
      seats: { filling, unclaimed, perHomeInstitution: null, groups: [] },
    },
    candidates: people,
    places: [
      { id: 'p', hostCountry: 'RU', hostInstitutionId: 'msu', free: 2, reserved: [{ id: 'kept', free: 1 }] },
      { id: 'q', hostCountry: 'RU', hostInstitutionId: 'nsu', free: 1, reserved: [] },
    ],
    quotas: [],
    seed: 's',
  });

describe('what a list says', () => {
  const people = [
    person('A', 90, ['p', 'q']),
    person('B', 80, ['p', 'q']),
    person('C', 70, ['q', 'p'], ['p']),
    person('D', 60, ['q', 'p']),
    person('E', null, ['p']),
  ];
  const entries = entriesOf(instance(people), { A: 'p', B: 'q', C: 'p', D: null, E: null });

  it('is a place, with the seat that it is', () => {
    expect(entries.slice(0, 3)).toEqual([
      { number: 'A', result: 'selected', placeId: 'p', seat: null, waits: [] },
      { number: 'B', result: 'selected', placeId: 'q', seat: null, waits: [] },
      { number: 'C', result: 'selected', placeId: 'p', seat: 'kept', waits: [] },
    ]);
  });

  it('is for whom somebody waits, by the order of their own wishes, or nothing', () => {
    expect(entries[3]).toEqual({
      number: 'D',
      result: 'reserve',
      placeId: 'q',
      seat: null,
      waits: [
        { placeId: 'q', number: 1 },
        { placeId: 'p', number: 1 },
      ],
    });
    expect(entries[4]).toMatchObject({ result: 'not_selected', placeId: null, waits: [] });
  });

  it('numbers those who wait without a gap, equals by the lot', () => {
    const waiting = entriesOf(
      instance([person('A', 9, ['q']), person('B', 5, ['q']), person('C', 5, ['q']), person('D', 1, ['q'])]),
      { A: 'q', B: null, C: null, D: null },
    ).flatMap(({ number, waits }) => waits.map((wait) => [wait.number, number]));
    expect(waiting.map(([number]) => number).sort()).toEqual([1, 2, 3]);
    expect(waiting.at(-1)).toEqual([3, 'D']);
  });
});

describe('seats', () => {
  const admitted = ['A', 'B'];
  const people = (kept: string[]) => [person('A', 9, ['p'], kept), person('B', 8, ['p'])];

  it('that are kept go to those for whom they are, before or after the others', () => {
    expect([...seatsOf(instance(people(['p'])), 'p', admitted)]).toEqual([
      ['A', 'kept'],
      ['B', null],
    ]);
    expect(seatsOf(instance(people(['p']), { filling: 'open_first' }), 'p', admitted).get('A')).toBeNull();
  });

  it('that nobody claims are somebody’s only where they are opened', () => {
    expect(seatsOf(instance(people([])), 'p', admitted).get('A')).toBe('kept');
    expect(seatsOf(instance(people([]), { unclaimed: 'kept' }), 'p', ['A']).get('A')).toBeNull();
  });
});

it('ranks equals by the lot, or alike where the rule leaves them together', () => {
  const people = [person('A', 9, ['q']), person('B', 5, ['q']), person('C', 5, ['q']), person('D', 1, ['q'])];
  const drawn = ranksAt(instance(people), 'q');
  expect([drawn.get('A'), drawn.get('D')]).toEqual([1, 4]);
  expect([drawn.get('B'), drawn.get('C')].sort()).toEqual([2, 3]);
  const held = ranksAt({ ...instance(people), rule: 'hold' }, 'q');
  expect(Object.fromEntries(held)).toEqual({ A: 1, B: 2, C: 2, D: 4 });
});

describe('differences', () => {
  const entry = (number: string, more: Partial<ListEntry> = {}): ListEntry => ({
    number,
    result: 'not_selected',
    placeId: null,
    seat: null,
    waits: [],
    ...more,
  });

  it('are whoever moves, comes or goes, and nobody else', () => {
    const before = [entry('A', { result: 'selected', placeId: 'p' }), entry('B'), entry('C')];
    const after = [
      entry('A', { result: 'selected', placeId: 'p', seat: 'kept' }),
      entry('B', { result: 'reserve', placeId: 'p', waits: [{ placeId: 'p', number: 1 }] }),
      entry('D'),
    ];
    expect(differencesBetween(before, after).map(({ number }) => number)).toEqual(['B', 'C', 'D']);
    expect(differencesBetween(before, before)).toEqual([]);
  });
});

describe('limits of one more person', () => {
  const one = {
    placeId: 'p',
    hostInstitutionId: 'msu',
    hostCountry: 'RU',
    homeCountry: 'RS',
    homeInstitutionId: 'bg',
  };
  const group = (more: object) => ({
    hostInstitutionId: null,
    hostCountry: null,
    homeCountry: null,
    cap: 3,
    ...more,
  });

  it('are those that they would count towards, and no others', () => {
    const limits = limitsAt(
      {
        perHomeInstitution: 2,
        groups: [
          group({ hostInstitutionId: 'msu' }),
          group({ hostInstitutionId: 'nsu' }),
          group({ homeCountry: 'RU' }),
        ],
      },
      [
        { homeCountry: 'RS', hostCountry: 'RU', persons: 7 },
        { homeCountry: 'RU', hostCountry: 'RS', persons: 1 },
      ],
      one,
    );
    expect(limits.map(({ cap }) => cap)).toEqual([2, 3, 7]);
    expect(limits[0]).toMatchObject({ placeId: 'p', homeInstitutionId: 'bg' });
  });
});
