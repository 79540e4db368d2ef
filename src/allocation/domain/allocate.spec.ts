import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  consistentAssignments,
  keepsItsOrder,
  takes,
  wants,
} from '../../../test/factories/brute-allocation.js';
import { smallInstance } from '../../../test/factories/small-instance.js';
import { allocate } from './allocate.js';
import { parseInstance } from './instance.js';
import type { Instance } from './instance.js';

const RUNS = 2_000;

/** The instance with the lots drawn: what `seed` makes of it, told by the engine's own ranking of one seat after the other. */
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
