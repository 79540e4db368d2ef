import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  consistentAssignments,
  keepsItsOrder,
  takes,
  typesIn,
  wants,
} from '../../../test/factories/brute-allocation.js';
import { smallInstance } from '../../../test/factories/small-instance.js';
import { allocate } from './allocate.js';
import { resultHash, resultPieces } from './canonical-form.js';
import { parseInstance } from './instance.js';
import type { Instance, Programme } from './instance.js';
import { Lots, lotOf } from './lots.js';

const RUNS = 2_000;

function assignmentOf(instance: Instance): Record<string, string | null> {
  return { ...allocate(parseInstance(instance)).assignment };
}

function dearness(instance: Instance, id: string, place: string | null | undefined): number {
  const choices = instance.applicants[id] ?? [];
  return typeof place === 'string' ? choices.indexOf(place) : choices.length;
}

describe('an allocation without groups', () => {
  it.each(['strict', 'hold', 'admit'] as const)(
    'is the best for every applicant of all that are stable (%s)',
    (ties) => {
      fc.assert(
        fc.property(smallInstance({ ties, groups: false }), (instance) => {
          const given = assignmentOf(instance);
          const stable = consistentAssignments(instance);
          expect(stable).toContainEqual(given);
          for (const other of stable) {
            for (const id of Object.keys(instance.applicants)) {
              expect(dearness(instance, id, given[id])).toBeLessThanOrEqual(
                dearness(instance, id, other[id]),
              );
            }
          }
        }),
        { numRuns: RUNS },
      );
    },
    600_000,
  );

  it.each(['strict', 'hold', 'admit'] as const)(
    'is stable and the best for every applicant also with people of several types, where nothing has a ceiling (%s)',
    (ties) => {
      fc.assert(
        fc.property(smallInstance({ ties, groups: false, several: true, ceilings: false }), (instance) => {
          const given = assignmentOf(instance);
          const stable = consistentAssignments(instance);
          expect(stable).toContainEqual(given);
          for (const other of stable) {
            for (const id of Object.keys(instance.applicants)) {
              expect(dearness(instance, id, given[id])).toBeLessThanOrEqual(
                dearness(instance, id, other[id]),
              );
            }
          }
        }),
        { numRuns: RUNS },
      );
    },
    600_000,
  );

  it('leaves no pair that would rather have each other', () => {
    fc.assert(
      fc.property(smallInstance({ ties: 'strict', groups: false }), (instance) => {
        const given = assignmentOf(instance);
        for (const [id, choices] of Object.entries(instance.applicants)) {
          for (const place of choices) {
            if (!wants(instance, given, id, place) || given[id] === place) continue;
            const there = Object.keys(given).filter((other) => given[other] === place);
            expect(takes(instance, place, new Set([...there, id])).has(id)).toBe(false);
          }
        }
      }),
      { numRuns: RUNS },
    );
  }, 600_000);
});

describe.each([
  ['groups', { groups: true }],
  ['people of several types', { groups: false, several: true }],
  ['groups and people of several types', { groups: true, several: true }],
])('an allocation with %s', (_, kinds) => {
  const instances = fc
    .constantFrom('strict' as const, 'hold' as const, 'admit' as const)
    .chain((ties) => smallInstance({ ties, ...kinds }));

  it('keeps capacities, reserves, ceilings and caps', () => {
    fc.assert(
      fc.property(instances, (instance) => {
        const given = assignmentOf(instance);
        const at = (place: string) => Object.keys(given).filter((id) => given[id] === place);
        for (const [place, programme] of Object.entries(instance.programmes)) {
          const there = at(place);
          expect(there.every((id) => instance.applicants[id]?.includes(place))).toBe(true);
          expect(there.every((id) => programme.ranking.flat().includes(id))).toBe(true);
          // A place on its own lets all of them in: no seat, reserve or ceiling is broken.
          const alone = { ...instance, programmes: { [place]: programme } };
          if (instance.rule !== 'hold') expect(takes(alone, place, new Set(there))).toEqual(new Set(there));
          else expect(there.length).toBeLessThanOrEqual(programme.capacity);
        }
        for (const { places, types, cap } of instance.groups ?? []) {
          const counted = places
            .flatMap(at)
            .filter((id) => !types || types.some((type) => typesIn(instance, id).includes(type)));
          expect(counted.length).toBeLessThanOrEqual(cap);
        }
      }),
      { numRuns: RUNS },
    );
  }, 600_000);

  it('lets nobody into a place behind one of the same type who would rather be there', () => {
    fc.assert(
      fc.property(instances, (instance) => {
        const given = assignmentOf(instance);
        for (const [place, { ranking, slots, ceilings }] of Object.entries(instance.programmes)) {
          const rank = (id: string) => ranking.findIndex((entry) => [entry].flat().includes(id));
          // Without anything that distinguishes types, nobody at all.
          const alike = !slots && !ceilings && !instance.groups?.some(({ types }) => types);
          for (const envious of Object.keys(instance.applicants)) {
            if (given[envious] === place || rank(envious) < 0) continue;
            if (!wants(instance, given, envious, place)) continue;
            for (const there of Object.keys(given).filter((id) => given[id] === place)) {
              if (!alike && String(typesIn(instance, there)) !== String(typesIn(instance, envious))) continue;
              expect(rank(there)).toBeLessThanOrEqual(rank(envious));
            }
          }
        }
      }),
      { numRuns: RUNS },
    );
  }, 600_000);
});

describe('groups of places', () => {
  it('leaves a seat empty that somebody would like only where a group of the place is full, if groups are of all', () => {
    fc.assert(
      fc.property(smallInstance({ ties: 'strict', groups: true }), (some) => {
        fc.pre(!some.groups?.some(({ types }) => types));
        const instance = {
          ...some,
          programmes: Object.fromEntries(
            Object.entries(some.programmes).map(([id, { capacity, ranking }]) => [id, { capacity, ranking }]),
          ),
        };
        const given = assignmentOf(instance);
        const count = (places: readonly string[]) =>
          Object.values(given).filter((place) => place !== null && places.includes(place)).length;
        for (const [place, { capacity, ranking }] of Object.entries(instance.programmes)) {
          const full = (instance.groups ?? []).some(
            ({ places, cap }) => places.includes(place) && count(places) >= cap,
          );
          const wanting = ranking
            .flat()
            .filter((id) => given[id] !== place && wants(instance, given, id, place));
          expect(full || count([place]) === capacity || wanting.length === 0).toBe(true);
        }
      }),
      { numRuns: RUNS },
    );
  }, 600_000);

  it('lets places take turns in the order in which the group names them', () => {
    const ranking = ['a', 'b', 'c', 'd'];
    const instance = (places: readonly string[]): Instance => ({
      applicants: { a: ['p'], b: ['p'], c: ['q'], d: ['q'] },
      programmes: { p: { capacity: 2, ranking }, q: { capacity: 2, ranking } },
      groups: [{ places, cap: 3 }],
    });
    expect(assignmentOf(instance(['p', 'q']))).toEqual({ a: 'p', b: 'p', c: 'q', d: null });
    expect(assignmentOf(instance(['q', 'p']))).toEqual({ a: 'p', b: null, c: 'q', d: 'q' });
  });
});

describe('an allocation does not hang on', () => {
  const anyInstance = fc
    .record({
      ties: fc.constantFrom('strict' as const, 'seed', 'hold', 'admit'),
      groups: fc.boolean(),
      several: fc.boolean(),
    })
    .chain(smallInstance);

  it('the order in which anything is written', () => {
    fc.assert(
      fc.property(anyInstance, (instance) => {
        const turned = <T>(members: Readonly<Record<string, T>> | undefined) =>
          Object.fromEntries(Object.entries(members ?? {}).reverse());
        const other: Instance = {
          ...turned(instance as unknown as Record<string, unknown>),
          programmes: turned(instance.programmes),
          types: turned(instance.types),
          applicants: turned(instance.applicants),
        };
        const result = allocate(parseInstance(instance));
        const again = allocate(parseInstance(other));
        expect(again).toEqual(result);
        expect([...resultPieces(again)].join('')).toBe([...resultPieces(result)].join(''));
        expect(JSON.parse([...resultPieces(result)].join(''))).toEqual({
          ...result,
          assignment: { ...result.assignment },
        });
      }),
      { numRuns: RUNS },
    );
  }, 600_000);

  it('the names of people and places, where no lot is drawn from them', () => {
    fc.assert(
      fc.property(anyInstance, (instance) => {
        fc.pre(instance.rule !== 'seed' || Object.values(instance.programmes).every(isStrict));
        const renamed = rename(instance, (name) => `${'zyxwvu'[name.charCodeAt(0) % 6]}-${name}`);
        const given = assignmentOf(instance);
        expect(assignmentOf(renamed.instance)).toEqual(
          Object.fromEntries(
            Object.entries(given).map(([id, place]) => [
              renamed.of(id),
              place === null ? null : renamed.of(place),
            ]),
          ),
        );
      }),
      { numRuns: RUNS },
    );
  }, 600_000);

  it('somebody whom no place ranks, or who wishes for nothing', () => {
    fc.assert(
      fc.property(anyInstance, (instance) => {
        const [place] = Object.keys(instance.programmes);
        const wished = place === undefined ? [] : [place];
        expect(assignmentOf({ ...instance, applicants: { ...instance.applicants, Ю: wished } })).toEqual({
          ...assignmentOf(instance),
          Ю: null,
        });
        const programmes = Object.fromEntries(
          Object.entries(instance.programmes).map(([id, programme]) => [
            id,
            { ...programme, ranking: ['Ю', ...programme.ranking] },
          ]),
        );
        expect(
          assignmentOf({ ...instance, programmes, applicants: { ...instance.applicants, Ю: [] } }),
        ).toEqual({
          ...assignmentOf(instance),
          Ю: null,
        });
      }),
      { numRuns: RUNS },
    );
  }, 600_000);

  it('what somebody would like less than what they are given', () => {
    fc.assert(
      fc.property(anyInstance, fc.nat(), (instance, number) => {
        const ids = Object.keys(instance.applicants);
        const id = ids[number % ids.length] as string;
        const given = assignmentOf(instance);
        const choices = instance.applicants[id] ?? [];
        const place = given[id];
        const kept = typeof place === 'string' ? choices.slice(0, choices.indexOf(place) + 1) : choices;
        expect(assignmentOf({ ...instance, applicants: { ...instance.applicants, [id]: kept } })).toEqual(
          given,
        );
      }),
      { numRuns: RUNS },
    );
  }, 600_000);

  function isStrict({ ranking }: Programme): boolean {
    return ranking.every((entry) => typeof entry === 'string' || entry.length === 1);
  }

  function rename(instance: Instance, of: (name: string) => string) {
    const keys = <T>(members: Readonly<Record<string, T>>, change: (value: T) => T) =>
      Object.fromEntries(Object.entries(members).map(([id, value]) => [of(id), change(value)]));
    return {
      of,
      instance: {
        ...instance,
        applicants: keys(instance.applicants, (choices) => choices.map(of)),
        types: keys(instance.types ?? {}, (type) => type),
        programmes: keys(instance.programmes, (programme) => ({
          ...programme,
          ranking: programme.ranking.map((entry) => (typeof entry === 'string' ? of(entry) : entry.map(of))),
        })),
        ...(instance.groups
          ? { groups: instance.groups.map((group) => ({ ...group, places: group.places.map(of) })) }
          : {}),
      },
    };
  }
});

describe('the lot', () => {
  it('is SHA-256 of the seed and the id, and breaks ties as it falls', () => {
    expect(lotOf('2027', 'ana')).toBe('63b0bcce8b6edd96162d6ad7cc6f305d6cd56f52f6383e141b82ddf55c7dedc6');
    const ids = ['ana', 'boris', 'vera', 'Ђорђе', '😀'];
    const instance: Instance = {
      applicants: Object.fromEntries(ids.map((id) => [id, ['p']])),
      programmes: { p: { capacity: 2, ranking: [ids] } },
      seed: '2027',
    };
    const lucky = [...ids].sort((a, b) => (lotOf('2027', a) < lotOf('2027', b) ? -1 : 1)).slice(0, 2);
    const given = assignmentOf(instance);
    expect(ids.filter((id) => given[id] === 'p').sort()).toEqual(lucky.sort());
  });

  it('makes of an instance with ties one without', () => {
    fc.assert(
      fc.property(smallInstance({ ties: 'seed', groups: false }), (instance) => {
        const lots = new Lots(instance.seed ?? '');
        const programmes = Object.fromEntries(
          Object.entries(instance.programmes).map(([id, programme]) => [
            id,
            {
              ...programme,
              ranking: programme.ranking.flatMap((entry) =>
                typeof entry === 'string' ? [entry] : lots.sort(entry),
              ),
            },
          ]),
        );
        expect(assignmentOf({ ...instance, programmes })).toEqual(assignmentOf(instance));
      }),
    );
  });
});

describe('the bytes', () => {
  const instance = parseInstance({
    applicants: { '10': ['p'], '9': ['p'], '\u{1F600}': [], '\uFF21': [], '"': ['p'] },
    programmes: { p: { capacity: 1, ranking: ['9', '10'] } },
  });

  it('of a result stand in the order of code points', () => {
    expect([...resultPieces(allocate(instance))].join('')).toBe(
      '{\n  "assignment": {\n    "\\"": null,\n    "10": null,\n    "9": "p",\n    "\uFF21": null,\n    "\u{1F600}": null\n  },\n' +
        `  "inputHash": "${allocate(instance).inputHash}",\n  "rule": "deferred-acceptance-1/seed",\n  "seed": null\n}\n`,
    );
    expect(resultHash(allocate(instance))).toBe(
      createHash('sha256')
        .update([...resultPieces(allocate(instance))].join(''))
        .digest('hex'),
    );
  });

  it('of an instance are hashed in the order of code points, and every one counts', () => {
    const written =
      '{"applicants":{"\\"":["p"],"10":["p"],"9":["p"],"\uFF21":[],"\u{1F600}":[]},"programmes":{"p":{"capacity":1,"ranking":["9","10"]}}}';
    expect(allocate(instance).inputHash).toBe(createHash('sha256').update(written).digest('hex'));
    const other = { ...instance, programmes: { p: { capacity: 2, ranking: ['9', '10'] } } };
    expect(allocate(other).inputHash).not.toBe(allocate(instance).inputHash);
  });
});

it('meets every kind of place in its trials', () => {
  const seen = new Set<string>();
  for (const instance of fc.sample(smallInstance({ ties: 'strict', groups: false }), 2_000)) {
    for (const programme of Object.values(instance.programmes)) {
      const slots = (programme.slots ?? []).some(({ eligible_first: first }) => typeof first === 'string');
      const ceilings = Object.keys(programme.ceilings ?? {}).length > 0;
      seen.add(`${slots} ${ceilings} ${keepsItsOrder(programme)}`);
    }
  }
  expect([...seen].sort()).toEqual([
    'false false true',
    'false true true',
    'true false true',
    'true true false',
    'true true true',
  ]);
});
