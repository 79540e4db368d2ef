import { describe, expect, it } from '@jest/globals';
import { remindsNow } from './review-reminder.js';

const at = (day: number) => new Date(Date.UTC(2027, 2, 1) + day * 86_400_000);

describe('a reviewer is reminded', () => {
  it.each([
    // Given on day 0, due on day 14.
    ['not early', 10, {}, null],
    ['three days before', 11, {}, 'before'],
    ['once', 12, { remindedBeforeAt: at(11) }, null],
    ['on the day', 14, { remindedBeforeAt: at(11) }, 'due'],
    ['on the day, where nobody reminded before', 15, {}, 'due'],
    ['no more after that', 20, { remindedDueAt: at(14) }, null],
    ['not of what was given yesterday', 13, { assignedAt: at(12) }, null],
  ] as const)('%s', (_title, day, changes, expected) => {
    const review = {
      assignedAt: at(0),
      dueAt: at(14),
      remindedBeforeAt: null,
      remindedDueAt: null,
      ...changes,
    };
    expect(remindsNow(review, at(day))).toBe(expected);
  });
});
