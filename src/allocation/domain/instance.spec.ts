import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { smallInstance } from '../../../test/factories/small-instance.js';
import { allocate } from './allocate.js';
import { MalformedInstance, parseInstance } from './instance.js';

/** A sound instance with something put into it at a path; `undefined` takes out. */
function withFault(path: readonly (string | number)[], value: unknown): unknown {
  const sound: unknown = {
    applicants: { ana: ['p', 'q'], boris: ['p'] },
    types: { ana: 'x' },
    programmes: {
      p: {
        capacity: 2,
        ranking: ['ana', ['boris']],
        slots: [{ n: 1, eligible_first: 'x', only: true }],
        ceilings: { x: 1 },
      },
      q: { capacity: 1, ranking: [] },
    },
    groups: [{ places: ['p', 'q'], cap: 2 }],
    rule: 'hold',
    seed: '',
  };
  let at = sound as Record<string | number, unknown>;
  for (const step of path.slice(0, -1)) at = at[step] as Record<string | number, unknown>;
  const last = path.at(-1);
  if (last === undefined) return value;
  if (value === undefined) delete at[last];
  else at[last] = value;
  return sound;
}

describe('an instance', () => {
  it.each([
    [[], null, '$', 'not_an_object'],
    [[], [], '$', 'not_an_object'],
    [['applicants'], undefined, '$.applicants', 'missing'],
    [['programmes'], undefined, '$.programmes', 'missing'],
    [['programme'], {}, '$.programme', 'unknown_member'],
    [['applicants'], [], '$.applicants', 'not_an_object'],
    [['applicants', ''], [], '$.applicants[""]', 'empty'],
    [['applicants', '\ud800'], [], '$.applicants["\\ud800"]', 'malformed_text'],
    [['applicants', 'ana'], 'p', '$.applicants.ana', 'not_a_list'],
    [['applicants', 'ana', 1], 'r', '$.applicants.ana[1]', 'unknown_place'],
    [['applicants', 'ana', 1], '__proto__', '$.applicants.ana[1]', 'unknown_place'],
    [['applicants', 'ana', 1], 'p', '$.applicants.ana[1]', 'repeated'],
    [['applicants', 'ana', 0], 7, '$.applicants.ana[0]', 'not_a_text'],
    [['programmes', 'p'], null, '$.programmes.p', 'not_an_object'],
    [['programmes', 'p', 'capacity'], undefined, '$.programmes.p.capacity', 'missing'],
    [['programmes', 'p', 'capacity'], -1, '$.programmes.p.capacity', 'not_a_whole_number'],
    [['programmes', 'p', 'capacity'], 1.5, '$.programmes.p.capacity', 'not_a_whole_number'],
    [['programmes', 'p', 'capacity'], '2', '$.programmes.p.capacity', 'not_a_whole_number'],
    [['programmes', 'p', 'capacity'], Number.NaN, '$.programmes.p.capacity', 'not_a_whole_number'],
    [['programmes', 'p', 'capacity'], Infinity, '$.programmes.p.capacity', 'not_a_whole_number'],
    [['programmes', 'p', 'capacity'], 1e12, '$.programmes.p.capacity', 'too_many'],
    [['programmes', 'p', 'ranking'], {}, '$.programmes.p.ranking', 'not_a_list'],
    [['programmes', 'p', 'ranking', 1], 'ana', '$.programmes.p.ranking[1]', 'repeated'],
    [['programmes', 'p', 'ranking', 1], ['ana'], '$.programmes.p.ranking[1][0]', 'repeated'],
    [['programmes', 'p', 'ranking', 1], ['boris', 'boris'], '$.programmes.p.ranking[1][1]', 'repeated'],
    [['programmes', 'p', 'ranking', 1], [['boris']], '$.programmes.p.ranking[1][0]', 'not_a_text'],
    [['programmes', 'p', 'ranking', 1], [], '$.programmes.p.ranking[1]', 'empty'],
    [['programmes', 'p', 'ranking', 1], 'vera', '$.programmes.p.ranking[1]', 'unknown_applicant'],
    [['programmes', 'p', 'ranking', 1], 'constructor', '$.programmes.p.ranking[1]', 'unknown_applicant'],
    [['programmes', 'p', 'slots', 0, 'n'], undefined, '$.programmes.p.slots[0].n', 'missing'],
    [['programmes', 'p', 'slots', 0, 'n'], -1, '$.programmes.p.slots[0].n', 'not_a_whole_number'],
    [['programmes', 'p', 'slots', 0, 'n'], 3, '$.programmes.p.slots[0].n', 'slots_beyond_capacity'],
    [['programmes', 'p', 'slots', 0, 'seats'], 3, '$.programmes.p.slots[0].seats', 'unknown_member'],
    [
      ['programmes', 'p', 'slots', 0, 'eligible_first'],
      null,
      '$.programmes.p.slots[0].only',
      'only_without_eligible_first',
    ],
    [
      ['programmes', 'p', 'slots', 0, 'eligible_first'],
      5,
      '$.programmes.p.slots[0].eligible_first',
      'not_a_text',
    ],
    [['programmes', 'p', 'slots', 0, 'only'], 'yes', '$.programmes.p.slots[0].only', 'not_true_or_false'],
    [['programmes', 'p', 'ceilings', 'x'], -1, '$.programmes.p.ceilings.x', 'not_a_whole_number'],
    [
      ['programmes', 'p', 'ceilings', 'two words'],
      0.5,
      '$.programmes.p.ceilings["two words"]',
      'not_a_whole_number',
    ],
    [['types', 'vera'], 'x', '$.types.vera', 'unknown_applicant'],
    [['types', 'ana'], '', '$.types.ana', 'empty'],
    [['types', 'ana'], null, '$.types.ana', 'not_a_text'],
    [['groups', 0, 'places'], [], '$.groups[0].places', 'empty'],
    [['groups', 0, 'places', 1], 'r', '$.groups[0].places[1]', 'unknown_place'],
    [['groups', 0, 'places', 1], 'p', '$.groups[0].places[1]', 'repeated'],
    [['groups', 0, 'cap'], undefined, '$.groups[0].cap', 'missing'],
    [['groups', 0, 'cap'], -2, '$.groups[0].cap', 'not_a_whole_number'],
    [['groups', 0, 'types'], [], '$.groups[0].types', 'empty'],
    [['groups', 0, 'types'], ['x', 'x'], '$.groups[0].types[1]', 'repeated'],
    [['rule'], 'time', '$.rule', 'unknown_rule'],
    [['rule'], 'deferred-acceptance-2/seed', '$.rule', 'unknown_rule'],
    [['rule'], 1, '$.rule', 'not_a_text'],
    [['seed'], 1, '$.seed', 'not_a_text'],
    [['seed'], '\udc00', '$.seed', 'malformed_text'],
  ] as const)('with %j as %j is refused at %s: %s', (path, value, at, fault) => {
    expect(() => parseInstance(withFault(path, value))).toThrow(MalformedInstance);
    try {
      parseInstance(withFault(path, value));
    } catch (error) {
      expect(error).toMatchObject({ path: at, fault });
    }
  });

  it.each([
    ['a reserve for a type that nobody has', ['programmes', 'p', 'slots', 0, 'eligible_first'], 'unheard of'],
    ['a ceiling for a type that nobody has', ['programmes', 'p', 'ceilings', 'unheard of'], 0],
    ['seven choices or more', ['programmes', 'r'], { capacity: 0, ranking: [] }],
    ['no slots', ['programmes', 'p', 'slots'], undefined],
    ['an applicant who wishes for nothing', ['applicants', 'vera'], []],
    ['a short name of a rule', ['rule'], 'admit'],
    ['a full name of a rule', ['rule'], 'deferred-acceptance-1/admit'],
  ] as const)('with %s is sound', (_, path, value) => {
    expect(() => parseInstance(withFault(path, value))).not.toThrow();
  });

  it.each([
    ['nested', [['p', 'q'], ['p']], [undefined, undefined], true],
    [
      'nested by type',
      [
        ['p', 'q'],
        ['p', 'q'],
      ],
      [undefined, ['x']],
      true,
    ],
    [
      'equal',
      [
        ['p', 'q'],
        ['q', 'p'],
      ],
      [['x'], ['x']],
      true,
    ],
    ['apart by place', [['p'], ['q', 'r']], [undefined, undefined], true],
    [
      'apart by type',
      [
        ['p', 'q'],
        ['q', 'r'],
      ],
      [['x'], ['y']],
      true,
    ],
    [
      'crossing',
      [
        ['p', 'q'],
        ['q', 'r'],
      ],
      [undefined, undefined],
      false,
    ],
    ['crossing by place and type', [['p', 'q'], ['p']], [['x'], undefined], false],
    [
      'crossing by type',
      [
        ['p', 'q'],
        ['p', 'q'],
      ],
      [
        ['x', 'y'],
        ['y', 'z'],
      ],
      false,
    ],
    [
      'nested by type and crossing by place',
      [
        ['p', 'q'],
        ['q', 'r'],
      ],
      [['x', 'y'], ['x']],
      false,
    ],
  ] as const)('with groups that are %s', (_, [a, b], [typesOfA, typesOfB], sound) => {
    const seats = { capacity: 1, ranking: [] };
    const instance = {
      applicants: {},
      programmes: { p: seats, q: seats, r: seats },
      groups: [
        { places: a, cap: 1, ...(typesOfA ? { types: typesOfA } : {}) },
        { places: b, cap: 1, ...(typesOfB ? { types: typesOfB } : {}) },
      ],
    };
    if (sound) expect(parseInstance(instance)).toBe(instance);
    else expect(() => parseInstance(instance)).toThrow('$.groups[1]: groups_cross ($.groups[0])');
  });

  it('may name its people and places as objects name their own parts', () => {
    const instance = parseInstance(
      JSON.parse(
        '{"applicants":{"__proto__":["constructor"],"toString":["constructor"]},"types":{"__proto__":"valueOf"},' +
          '"programmes":{"constructor":{"capacity":1,"ranking":["toString","__proto__"],' +
          '"slots":[{"n":1,"eligible_first":"valueOf","only":false}],"ceilings":{"hasOwnProperty":0}}}}',
      ),
    );
    const { assignment } = allocate(instance);
    expect(Object.entries(assignment)).toEqual([
      ['__proto__', 'constructor'],
      ['toString', null],
    ]);
  });

  it('is either taken or refused with a path, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        smallInstance({ ties: 'hold', groups: true }),
        fc.nat(),
        (value, sound, at) => {
          const places: (readonly (string | number)[])[] = [];
          const walk = (part: unknown, path: readonly (string | number)[]) => {
            places.push(path);
            if (typeof part !== 'object' || part === null) return;
            for (const [key, inner] of Object.entries(part)) walk(inner, [...path, key]);
          };
          walk(sound, []);
          const path = places[at % places.length] ?? [];
          const changed = structuredClone(sound) as unknown;
          let target = changed as Record<string | number, unknown>;
          for (const key of path.slice(0, -1)) target = target[key] as Record<string | number, unknown>;
          const last = path.at(-1);
          if (last !== undefined) target[last] = value;
          try {
            allocate(parseInstance(last === undefined ? value : changed));
          } catch (error) {
            expect(error).toBeInstanceOf(MalformedInstance);
            expect((error as MalformedInstance).path).toMatch(/^\$/);
          }
        },
      ),
      { numRuns: 3_000 },
    );
  });
});
