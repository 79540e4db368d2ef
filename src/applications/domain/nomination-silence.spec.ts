import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { declinesAt, isDeclinedBySilence } from './nomination-silence.js';
import { NOMINATION_STATES, nominationStates } from './nomination.states.js';

const DAY_MS = 86_400_000;
const day = (at: number) => new Date(Date.UTC(2027, 2, 1) + at * DAY_MS);

describe('the silence of a host', () => {
  const silent = { state: 'no_answer' as const, dueAt: day(35) };
  it.each([
    ['without a rule, for ever', silent, {}, day(3500), false],
    ['before the further days are over', silent, { declinedAfterDays: 7 }, day(41.999), false],
    ['on their last instant', silent, { declinedAfterDays: 7 }, day(42), false],
    ['after them', silent, { declinedAfterDays: 7 }, day(42.001), true],
    ['not told to its ministry yet', { ...silent, state: 'sent' }, { declinedAfterDays: 7 }, day(99), false],
    [
      'answered by a waiting list',
      { ...silent, state: 'waitlisted' },
      { declinedAfterDays: 7 },
      day(99),
      false,
    ],
    ['without a limit', { ...silent, dueAt: null }, { declinedAfterDays: 7 }, day(99), false],
  ] as const)('%s', (_title, nomination, promises, now, expected) => {
    expect(isDeclinedBySilence(nomination, promises, now)).toBe(expected);
  });

  it('is never a yes, and never a no where the call does not say so', () => {
    expect(nominationStates.from('decline_by_silence')).toEqual(['no_answer']);
    expect(nominationStates.move('no_answer', 'decline_by_silence')).toBe('rejected');
    fc.assert(
      fc.property(fc.constantFrom(...NOMINATION_STATES), fc.integer({ min: 0, max: 4000 }), (state, now) => {
        expect(isDeclinedBySilence({ state, dueAt: day(35) }, {}, day(now))).toBe(false);
      }),
    );
  });

  it('is over so many whole days after the promise', () => {
    expect(declinesAt(day(35), {})).toBeNull();
    expect(declinesAt(day(35), { declinedAfterDays: 14 })).toEqual(day(49));
  });
});
