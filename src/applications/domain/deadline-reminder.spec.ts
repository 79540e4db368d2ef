import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { REMIND_DAYS_BEFORE, reminderDue, remindsUntil } from './deadline-reminder.js';

const DEADLINE = new Date('2027-03-28T21:59:00Z');
const LONG_AGO = new Date('2027-01-01T00:00:00Z');
const HOUR_MS = 3_600_000;
const before = (hours: number) => new Date(DEADLINE.getTime() - hours * HOUR_MS);

describe('the reminder of a deadline', () => {
  it.each([
    ['eight days before', { now: before(8 * 24) }, null],
    ['a minute before its time', { now: before(7 * 24 + 1 / 60) }, null],
    ['at its time', { now: before(7 * 24) }, 7],
    ['in the days between', { now: before(3 * 24) }, 7],
    ['in the days between, told', { now: before(3 * 24), reminded: [7] }, null],
    ['on the last day', { now: before(24), reminded: [7] }, 1],
    ['on the last day, told', { now: before(2), reminded: [7, 1] }, null],
    ['on the last day after an outage', { now: before(20) }, 1],
    ['after that', { now: before(19), reminded: [1] }, null],
    ['at the deadline', { now: DEADLINE, reminded: [7] }, null],
    ['begun just then', { now: before(7 * 24 - 1), knownSince: before(7 * 24) }, null],
    ['begun three days before', { now: before(2.5 * 24), knownSince: before(3 * 24) }, null],
    ['begun three days before, on the last day', { now: before(24), knownSince: before(3 * 24) }, 1],
    ['begun an hour before', { now: before(0.5), knownSince: before(1) }, null],
  ])('%s', (_when, { now, knownSince = LONG_AGO, reminded = [] }: Scene, expected) => {
    expect(reminderDue({ deadline: DEADLINE, knownSince, reminded }, now)).toBe(expected);
  });

  it('is told at most once for each of its days, whenever the clock looks', () => {
    const minutes = fc.integer({ min: 0, max: 12 * 24 * 60 });
    fc.assert(
      fc.property(minutes, fc.array(minutes, { maxLength: 40 }), (begun, looks) => {
        const reminded: number[] = [];
        const knownSince = before(begun / 60);
        for (const look of [...looks].sort((a, b) => b - a)) {
          const now = before(look / 60);
          if (now < knownSince) continue;
          const days = reminderDue({ deadline: DEADLINE, knownSince, reminded }, now);
          if (days === null) continue;
          expect(DEADLINE <= remindsUntil(now)).toBe(true);
          expect(reminded).not.toContain(days);
          reminded.push(days);
        }
        expect(reminded).toEqual(REMIND_DAYS_BEFORE.filter((days) => reminded.includes(days)));
      }),
    );
  });
});

interface Scene {
  readonly now: Date;
  readonly knownSince?: Date;
  readonly reminded?: readonly number[];
}
