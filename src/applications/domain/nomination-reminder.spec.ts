import { describe, expect, it } from '@jest/globals';
import { isToRemind, remindFrom } from './nomination-reminder.js';

const day = (at: number) => new Date(Date.UTC(2027, 2, 1) + at * 86_400_000);

describe('the reminder before the limit of a host', () => {
  it.each([
    [35, 28],
    [21, 14],
    [9, 6],
    [3, 2],
  ])('of %d days goes after %d', (limit, after) => {
    expect(remindFrom(day(0), day(limit))).toEqual(day(after));
  });

  const waiting = { state: 'sent' as const, stateSince: day(0), dueAt: day(35), remindedAt: null };
  it.each([
    ['too early', waiting, day(27.999), false],
    ['in time', waiting, day(28), true],
    ['at the limit', waiting, day(35), true],
    ['after the limit', waiting, day(35.001), false],
    ['once only', { ...waiting, remindedAt: day(28) }, day(29), false],
    ['never of what was answered', { ...waiting, state: 'waitlisted' as const }, day(29), false],
    ['never without a limit', { ...waiting, dueAt: null }, day(29), false],
  ])('%s', (_title, nomination, now, expected) => {
    expect(isToRemind(nomination, now)).toBe(expected);
  });
});
