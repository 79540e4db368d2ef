import { describe, expect, it } from '@jest/globals';
import { SIDE_STATES } from './decision-side.states.js';
import { outcomeOf } from './outcome.js';

describe('the outcome of two sides', () => {
  it.each([
    ['approved', 'approved', 'agreed_yes'],
    ['approved_with_conditions', 'approved', 'agreed_yes'],
    ['approved_with_conditions', 'approved_with_conditions', 'agreed_yes'],
    ['rejected', 'rejected', 'agreed_no'],
    ['approved', 'rejected', 'divergent'],
    ['approved_with_conditions', 'rejected', 'divergent'],
    ['approved', 'pending', 'open'],
    ['approved', 'in_review', 'open'],
    ['approved', 'returned', 'open'],
    ['rejected', 'pending', 'open'],
    ['rejected', 'returned', 'open'],
  ] as const)('%s and %s are %s, whichever side is which', (one, other, outcome) => {
    expect(outcomeOf(one, other)).toBe(outcome);
    expect(outcomeOf(other, one)).toBe(outcome);
  });

  it('is never a yes while one side has not said yes', () => {
    for (const home of SIDE_STATES) {
      for (const host of SIDE_STATES) {
        const bothYes = [home, host].every((state) => state.startsWith('approved'));
        expect(outcomeOf(home, host) === 'agreed_yes').toBe(bothYes);
      }
    }
  });
});
