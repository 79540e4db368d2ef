import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { takes, wants } from '../../../test/factories/brute-allocation.js';
import { smallInstance } from '../../../test/factories/small-instance.js';
import { allocate } from './allocate.js';
import { Explainer, explain } from './explain.js';
import type { ChoiceExplanation } from './explain.js';
import { parseInstance } from './instance.js';
import type { Instance, Programme } from './instance.js';

function explained(instance: Instance, id: string): readonly ChoiceExplanation[] {
  const sound = parseInstance(instance);
  return explain(sound, allocate(sound), id);
}

/** Two seats at p for which a, b, c ask in this order; d is ranked and does not ask. */
function oneplace(programme: Partial<Programme>, more: Partial<Instance> = {}): Instance {
  return {
    applicants: { a: ['p'], b: ['p'], c: ['p', 'q'], d: [] },
    types: { c: 'x' },
    programmes: {
      p: { capacity: 2, ranking: ['a', 'd', 'b', 'c'], ...programme },
      q: { capacity: 1, ranking: [] },
    },
    ...more,
  };
}

describe('why a place did not become somebody’s', () => {
  it.each<[string, Partial<Programme>, Partial<Instance>, string, Partial<ChoiceExplanation>]>([
    ['it did', {}, {}, 'a', { outcome: 'given', reason: null, rank: 1, lastRank: 3, neededRank: null }],
    ['their rank', {}, {}, 'c', { outcome: 'refused', reason: 'rank', rank: 4, lastRank: 3, neededRank: 3 }],
    ['it has no seat', { capacity: 0 }, {}, 'c', { reason: 'no_seats', capacity: 0, lastRank: null }],
    ['it did not rank them', { ranking: ['a', 'b'] }, {}, 'c', { reason: 'not_ranked', rank: null }],
    [
      'a reserve for others',
      { slots: [{ n: 1, eligible_first: 'x' }] },
      {},
      'b',
      {
        reason: 'reserved',
        rank: 3,
        lastRank: 4,
        neededRank: 1,
        reserves: [{ type: 'x', seats: 1, only: false, mine: false }],
      },
    ],
    [
      'a reserve that stays empty',
      { slots: [{ n: 1, eligible_first: 'y', only: true }] },
      {},
      'b',
      {
        reason: 'reserved',
        lastRank: 1,
        neededRank: 1,
        reserves: [{ type: 'y', seats: 1, only: true, mine: false }],
      },
    ],
    [
      'a ceiling',
      { capacity: 3, ceilings: { x: 0 } },
      {},
      'c',
      { reason: 'ceiling', ceiling: 0, neededRank: null },
    ],
    [
      'a tie that is held',
      { ranking: ['a', ['b', 'c']] },
      { rule: 'hold' },
      'c',
      { reason: 'tie_held', rank: 2, tied: 2, lastRank: 1, neededRank: 2 },
    ],
    [
      'a cap of places together',
      {},
      { groups: [{ places: ['p', 'q'], cap: 1 }] },
      'b',
      { reason: 'group', lastRank: 1, neededRank: 1, group: { cap: 1, places: 2, ofMyType: false } },
    ],
    [
      'a cap on their type',
      { capacity: 3 },
      { groups: [{ places: ['p'], types: ['x'], cap: 0 }] },
      'c',
      { reason: 'group', group: { cap: 0, places: 1, ofMyType: true }, neededRank: null },
    ],
  ])('%s', (_, programme, more, id, expected) => {
    const [first] = explained(oneplace(programme, more), id);
    expect(first).toMatchObject({ place: 'p', choice: 1, ...expected });
  });

  it('is not asked for what one wished for less than what one has', () => {
    const instance = oneplace({ capacity: 3 });
    expect(explained(instance, 'c').map(({ outcome }) => outcome)).toEqual(['given', 'not_needed']);
    expect(explained(instance, 'd')).toEqual([]);
    expect(explained(instance, 'nobody')).toEqual([]);
  });

  it.each(['strict', 'hold', 'admit'] as const)(
    'is the same whether one is explained alone or after all others (%s)',
    (ties) => {
      fc.assert(
        fc.property(
          smallInstance({ ties, groups: false }),
          smallInstance({ ties, groups: true }),
          (...both) => {
            for (const instance of both) {
              const result = allocate(parseInstance(instance));
              const shared = new Explainer(instance, result);
              for (const id of Object.keys(instance.applicants)) {
                expect(shared.explain(id)).toEqual(explain(instance, result, id));
              }
            }
          },
        ),
        { numRuns: 1000 },
      );
    },
    120_000,
  );

  it('names nobody else', () => {
    fc.assert(
      fc.property(smallInstance({ ties: 'hold', groups: true }), (some) => {
        const named = JSON.parse(JSON.stringify(some).replace(/"([a-f])"/g, '"applicant-$1"')) as Instance;
        const result = allocate(parseInstance(named));
        const explainer = new Explainer(named, result);
        for (const id of Object.keys(named.applicants)) {
          expect(JSON.stringify(explainer.explain(id))).not.toContain('applicant-');
        }
      }),
    );
  });

  it.each(['strict', 'hold', 'admit'] as const)(
    'is a rank that would have sufficed, and none behind it would (%s)',
    (ties) => {
      fc.assert(
        fc.property(smallInstance({ ties, groups: false }), (instance) => {
          const result = allocate(parseInstance(instance));
          const explainer = new Explainer(instance, result);
          for (const id of Object.keys(instance.applicants)) {
            for (const { place, outcome, reason, rank, neededRank } of explainer.explain(id)) {
              if (outcome !== 'refused' || rank === null || reason === 'no_seats') continue;
              const programme = instance.programmes[place] as Programme;
              const asking = new Set(
                Object.keys(instance.applicants).filter((other) =>
                  wants(instance, result.assignment, other, place),
                ),
              );
              const groups = programme.ranking.map((entry) => [entry].flat());
              const rankOf = (index: number) => groups.slice(0, index).flat().length + 1;
              const sufficing = groups.flatMap((group, index) => {
                if (rankOf(index) > rank || group.every((other) => other === id)) return [];
                const without = groups.map((each) => each.filter((other) => other !== id));
                const ranking = [...without.slice(0, index), [id], ...without.slice(index)];
                const moved = {
                  ...instance,
                  programmes: {
                    [place]: { ...programme, ranking: ranking.filter(({ length }) => length > 0) },
                  },
                };
                return takes(moved, place, asking).has(id) ? [rankOf(index)] : [];
              });
              if (neededRank === null) expect(sufficing).toEqual([]);
              else expect(sufficing).toContain(neededRank);
              // Only people who ask stand between: before any of them one would have been behind all who matter.
              const better = sufficing.filter((other) => neededRank !== null && other > neededRank);
              for (const other of better) {
                const between = groups.filter(
                  (_, index) => rankOf(index) >= (neededRank ?? 0) && rankOf(index) < other,
                );
                expect(between.flat().filter((each) => each !== id && asking.has(each)).length).toBe(0);
              }
            }
          }
        }),
        { numRuns: 500 },
      );
    },
    120_000,
  );
});
