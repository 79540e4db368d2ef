import { describe, expect, it } from '@jest/globals';
import { dayOf, stateOn } from './gate-expiry.js';
import type { GateState } from './gate.states.js';

const word = (state: GateState, expiresOn: string | null, neededUntil = '2027-08-31') => ({
  state,
  expiresOn,
  neededUntil,
});

describe('a word on a gate', () => {
  it.each([
    // 23:59:59 in Belgrade in winter is 22:59:59 UTC; in Moscow it is the next day already.
    ['Europe/Belgrade', '2027-01-31T22:59:59.999Z', 'cleared'],
    ['Europe/Belgrade', '2027-01-31T23:00:00.000Z', 'expired'],
    ['Europe/Moscow', '2027-01-31T20:59:59.999Z', 'cleared'],
    ['Europe/Moscow', '2027-01-31T21:00:00.000Z', 'expired'],
  ])('counts through its last day by the clock of %s: %s', (zone, instant, state) => {
    expect(stateOn(word('cleared', '2027-01-31'), dayOf(new Date(instant), zone))).toBe(state);
  });

  it.each<[GateState, string | null, string, GateState]>([
    ['conditional', '2027-01-31', '2027-08-31', 'expired'],
    // As long as the stay needs it.
    ['cleared', '2027-08-31', '2027-08-31', 'cleared'],
    ['cleared', null, '2027-08-31', 'cleared'],
    ['refused', '2027-01-31', '2027-08-31', 'refused'],
    ['pending', '2027-01-31', '2027-08-31', 'pending'],
    ['not_required', null, '2027-08-31', 'not_required'],
  ])('that is %s until %s of a stay until %s is %s afterwards', (state, until, needed, expected) => {
    expect(stateOn(word(state, until, needed), '2027-12-01')).toBe(expected);
  });
});
