import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FEWEST, fairnessOf, isTold } from './fairness.js';
import type { Counted } from './fairness.js';

const person = (homeCountry: string, homeInstitution: string, got: number | null): Counted => ({
  homeCountry,
  homeInstitution,
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
  });

  it('puts what is too small together, with the next where that is too small itself', () => {
    const { byInstitution } = fairnessOf(
      [...many(9, 'RS', 'bg', 1), ...many(6, 'RS', 'ns', null), ...many(2, 'RS', 'ni', 1)],
      [],
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
        got: fc.option(fc.integer({ min: 1, max: 4 })),
      }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(people, (all) => {
        const { byInstitution } = fairnessOf(all, []);
        expect(byInstitution.every(({ name, applied }) => name === null || applied >= FEWEST)).toBe(true);
        expect(byInstitution.reduce((sum, { applied }) => sum + applied, 0)).toBe(all.length);
        // Nobody finds a small group by taking the others from the total.
        const other = byInstitution.find(({ name }) => name === null);
        if (other && byInstitution.length > 1) expect(other.applied).toBeGreaterThanOrEqual(FEWEST);
      }),
    );
  });

  it('shows a number only where nobody is meant by it', () => {
    expect([isTold(0, 9), isTold(5, 9), isTold(4, 9), isTold(0, 4)]).toEqual([true, true, false, false]);
  });
});
