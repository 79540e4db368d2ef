import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FEWEST, fairnessOf, isTold } from './fairness.js';
import type { Counted } from './fairness.js';

const person = (
  homeCountry: string,
  homeInstitution: string,
  got: number | null,
  gender: Counted['gender'] = null,
): Counted => ({
  homeCountry,
  homeInstitution,
  gender,
  got,
});
const many = (count: number, ...of: Parameters<typeof person>) =>
  Array.from({ length: count }, () => person(...of));

describe('fairness', () => {
  it('counts who got which of their choices, and what of each field was given', () => {
    const found = fairnessOf(
      [...many(6, 'RS', 'bg', 1), ...many(5, 'RS', 'bg', 3), ...many(7, 'RU', 'msu', null)],
      [
        { field: '0613', seats: 2, given: 1 },
        { field: '0311', seats: 4, given: 4 },
        { field: '0613', seats: 3, given: 3 },
      ],
      false,
    );
    expect(found).toMatchObject({ applied: 18, selected: 11, byChoice: [6, 0, 5] });
    expect(found.byCountry).toEqual([
      { name: 'RS', applied: 11, selected: 11, first: 6 },
      { name: 'RU', applied: 7, selected: 0, first: 0 },
    ]);
    expect(found.byField).toEqual([
      { field: '0311', seats: 4, given: 4 },
      { field: '0613', seats: 5, given: 4 },
    ]);
    expect(found.byGender).toBeNull();
  });

  it('puts what is too small together, with the next where that is too small itself', () => {
    const { byInstitution } = fairnessOf(
      [...many(9, 'RS', 'bg', 1), ...many(6, 'RS', 'ns', null), ...many(2, 'RS', 'ni', 1)],
      [],
      false,
    );
    expect(byInstitution).toEqual([
      { name: 'bg', applied: 9, selected: 9, first: 9 },
      { name: null, applied: 8, selected: 2, first: 2 },
    ]);
  });

  it('never tells of a named group of fewer than five, and counts everybody once', () => {
    const people = fc.array(
      fc.record({
        homeCountry: fc.constantFrom('RS', 'RU'),
        homeInstitution: fc.constantFrom('a', 'b', 'c', 'd'),
        gender: fc.constantFrom('1' as const, '2' as const, '9' as const, null),
        got: fc.option(fc.integer({ min: 1, max: 4 })),
      }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(people, (all) => {
        const { byInstitution } = fairnessOf(all, [], false);
        expect(byInstitution.every(({ name, applied }) => name === null || applied >= FEWEST)).toBe(true);
        expect(byInstitution.reduce((sum, { applied }) => sum + applied, 0)).toBe(all.length);
        // Nobody finds a small group by taking the others from the total.
        const other = byInstitution.find(({ name }) => name === null);
        if (other && byInstitution.length > 1) expect(other.applied).toBeGreaterThanOrEqual(FEWEST);
      }),
    );
  });

  it.each<{
    what: string;
    people: readonly Counted[];
    groups: readonly (readonly [string | null, number, number])[];
    unsaid: number | null;
    told: readonly string[];
  }>([
    {
      what: 'tells of groups that are large enough, and how many did not say',
      people: [
        ...many(12, 'RS', 'bg', 1, '2'),
        ...many(11, 'RS', 'bg', 1, '1'),
        ...many(6, 'RS', 'bg', null),
      ],
      groups: [
        ['2', 12, 12],
        ['1', 11, 11],
        ['0', 6, 0],
      ],
      unsaid: 6,
      told: ['applied', 'selected', 'first'],
    },
    {
      what: 'tells that everybody said, and of whoever is one of few with the next group',
      people: [
        ...many(12, 'RS', 'bg', 1, '2'),
        ...many(9, 'RS', 'bg', 1, '1'),
        ...many(1, 'RS', 'bg', 1, '9'),
      ],
      groups: [
        ['2', 12, 12],
        [null, 10, 10],
      ],
      unsaid: 0,
      told: ['applied', 'selected', 'first'],
    },
    {
      what: 'does not tell how many did not say where they are few',
      people: [...many(12, 'RS', 'bg', 1, '2'), ...many(7, 'RS', 'bg', 1, '1'), ...many(3, 'RS', 'bg', 1)],
      groups: [
        ['2', 12, 12],
        [null, 10, 10],
      ],
      unsaid: null,
      told: ['applied', 'selected', 'first'],
    },
    {
      what: 'nor where they are counted with a group whose number would follow from it',
      people: [...many(12, 'RS', 'bg', 1, '2'), ...many(6, 'RS', 'bg', 1), ...many(3, 'RS', 'bg', 1, '1')],
      groups: [
        ['2', 12, 12],
        [null, 9, 9],
      ],
      unsaid: null,
      told: ['applied', 'selected', 'first'],
    },
    {
      what: 'leaves out a column in which one number is small, as it follows from the others',
      people: [
        ...many(9, 'RS', 'bg', 1, '2'),
        ...many(2, 'RS', 'bg', 2, '1'),
        ...many(8, 'RS', 'bg', null, '1'),
      ],
      groups: [
        ['1', 10, 2],
        ['2', 9, 9],
      ],
      unsaid: 0,
      told: ['applied', 'first'],
    },
    {
      what: 'tells nothing of four',
      people: many(4, 'RS', 'bg', 1, '2'),
      groups: [[null, 4, 4]],
      unsaid: null,
      told: [],
    },
  ])('by gender $what', ({ people, groups, unsaid, told }) => {
    const { byGender } = fairnessOf(people, [], true);
    expect(byGender?.groups.map(({ name, applied, selected }) => [name, applied, selected])).toEqual(groups);
    expect(byGender?.unsaid).toBe(unsaid);
    expect(Object.entries(byGender?.told ?? {}).flatMap(([column, all]) => (all ? [column] : []))).toEqual(
      told,
    );
  });

  it('never tells by gender a number between none and five, even by subtraction', () => {
    const people = fc.array(
      fc.record({
        homeCountry: fc.constant('RS'),
        homeInstitution: fc.constant('bg'),
        gender: fc.constantFrom('1' as const, '2' as const, '9' as const, null),
        got: fc.option(fc.integer({ min: 1, max: 3 })),
      }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(people, (all) => {
        const { byGender } = fairnessOf(all, [], true);
        const groups = byGender?.groups ?? [];
        for (const column of ['applied', 'selected', 'first'] as const) {
          if (byGender?.told[column]) {
            expect(groups.every((group) => group[column] === 0 || group[column] >= FEWEST)).toBe(true);
          }
        }
        const unsaid = byGender?.unsaid ?? 0;
        expect(unsaid === 0 || groups.some(({ name, applied }) => name === '0' && applied === unsaid)).toBe(
          true,
        );
      }),
    );
  });

  it('shows a number only where nobody is meant by it', () => {
    expect([isTold(0, 9), isTold(5, 9), isTold(4, 9), isTold(0, 4)]).toEqual([true, true, false, false]);
  });
});
