import { describe, expect, it } from '@jest/globals';
import { acceptsDrafts, acceptsSubmissions, acceptsUntil, callPhase, submitsUntil } from './call-phase.js';
import type { CallTimes } from './call-phase.js';
import { CALL_STATES } from './call.states.js';

const OPENS = new Date('2027-03-01T08:00:00Z');
const CLOSES = new Date('2027-03-15T22:59:00Z');
const GRACE_MINUTES = 30;
const ENDS = new Date('2027-03-15T23:29:00Z');

const call: CallTimes = {
  state: 'published',
  opensAt: OPENS,
  closesAt: CLOSES,
  graceMinutes: GRACE_MINUTES,
};
const at = (instant: Date, seconds: number) => new Date(instant.getTime() + seconds * 1000);

describe('the phase of a published call', () => {
  it.each([
    ['a second before it opens', at(OPENS, -1), 'upcoming'],
    ['at its opening', OPENS, 'open'],
    ['a second after', at(OPENS, 1), 'open'],
    ['a second before it closes', at(CLOSES, -1), 'open'],
    ['at its closing', CLOSES, 'grace'],
    ['a second after', at(CLOSES, 1), 'grace'],
    ['a second before the grace ends', at(ENDS, -1), 'grace'],
    ['at the end of the grace', ENDS, 'closed'],
    ['a second after', at(ENDS, 1), 'closed'],
  ])('%s', (_when, now, phase) => {
    expect(callPhase(call, now)).toBe(phase);
  });

  it('has no grace where none is given', () => {
    expect(callPhase({ ...call, graceMinutes: 0 }, CLOSES)).toBe('closed');
    expect(acceptsUntil({ closesAt: CLOSES, graceMinutes: 0 })).toEqual(CLOSES);
  });
});

it.each(CALL_STATES.filter((state) => state !== 'published'))(
  'leaves %s to the person who decided it, whatever the clock says',
  (state) => {
    for (const now of [at(OPENS, -1), at(OPENS, 1), at(ENDS, 1)]) {
      expect(callPhase({ ...call, state }, now)).toBe(state);
    }
  },
);

it('lets nobody begin in the grace, but lets those who began submit', () => {
  expect([acceptsDrafts(call, at(CLOSES, -1)), acceptsSubmissions(call, at(CLOSES, -1))]).toEqual([
    true,
    true,
  ]);
  expect([acceptsDrafts(call, CLOSES), acceptsSubmissions(call, CLOSES)]).toEqual([false, true]);
  expect([acceptsDrafts(call, ENDS), acceptsSubmissions(call, ENDS)]).toEqual([false, false]);
  const upcoming = at(OPENS, -1);
  expect([acceptsDrafts(call, upcoming), acceptsSubmissions(call, upcoming)]).toEqual([false, false]);
});

it('a code lets one in while it is valid, after the deadline and where a call stands by, and never before or in the selection', () => {
  const until = at(ENDS, 60_000);
  const lets = (of: CallTimes, now: Date) => [
    acceptsDrafts(of, now, until),
    acceptsSubmissions(of, now, until),
  ];
  expect(lets(call, at(OPENS, -1))).toEqual([false, false]);
  expect(lets(call, CLOSES)).toEqual([true, true]);
  expect(lets(call, at(until, -1))).toEqual([true, true]);
  expect(lets(call, until)).toEqual([false, false]);
  expect(lets({ ...call, state: 'standby' }, at(until, -1))).toEqual([true, true]);
  for (const state of ['draft', 'in_selection', 'final_published', 'cancelled', 'archived'] as const) {
    expect(lets({ ...call, state }, at(until, -1))).toEqual([false, false]);
  }
  expect(submitsUntil(call, until)).toEqual(until);
  expect(submitsUntil(call, at(OPENS, 1))).toEqual(ENDS);
  expect(submitsUntil(call, null)).toEqual(ENDS);
});
