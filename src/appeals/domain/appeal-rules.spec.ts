import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { wallTime } from '../../shared/zoned-time.js';
import { clocksOf, dayEndAfter, groundsOf, remindsNow, takenUntil } from './appeal-rules.js';
import type { AppealRules } from './appeal-rules.js';

const DAY_MS = 86_400_000;
const rules = (admissibilityDays: number, decisionDays: number): AppealRules => ({
  admissibilityDays,
  decisionDays,
  panelSize: 3,
  newEvidence: false,
});
const anyInstant = fc.date({ min: new Date('2026-01-01'), max: new Date('2031-01-01'), noInvalidDate: true });
const anyDays = fc.integer({ min: 1, max: 90 });
const anyZone = fc.constantFrom('Europe/Belgrade', 'Europe/Moscow', 'Asia/Novosibirsk', 'UTC');

describe('the clocks of an appeal', () => {
  it('end with a day of the call, also where its clocks are changed in between', () => {
    // Summer time ends in Belgrade on 25 October 2026 and begins on 28 March 2027.
    expect(dayEndAfter(new Date('2026-10-24T21:30:00Z'), 3, 'Europe/Belgrade').toISOString()).toBe(
      '2026-10-27T22:59:59.000Z',
    );
    expect(dayEndAfter(new Date('2027-03-26T22:30:00Z'), 3, 'Europe/Belgrade').toISOString()).toBe(
      '2027-03-29T21:59:59.000Z',
    );
    // Lodged when it is tomorrow already by the clocks of the call.
    expect(dayEndAfter(new Date('2026-10-23T22:30:00Z'), 1, 'Europe/Belgrade').toISOString()).toBe(
      '2026-10-25T22:59:59.000Z',
    );
  });

  it('leave as many whole days as they promise, to the last second of one', () => {
    fc.assert(
      fc.property(anyInstant, fc.integer({ min: 1, max: 90 }), anyZone, (lodged, days, zone) => {
        const end = dayEndAfter(lodged, days, zone);
        expect(wallTime(end, zone).time).toBe('23:59');
        expect(wallTime(new Date(end.getTime() + 1000), zone).time).toBe('00:00');
        const passed = end.getTime() - lodged.getTime();
        // An hour is won or lost where clocks are changed.
        expect(passed).toBeGreaterThan(days * DAY_MS - 3_600_001);
        expect(passed).toBeLessThan((days + 1) * DAY_MS + 3_600_001);
      }),
    );
  });

  it('never ask for an admission after the decision', () => {
    fc.assert(
      fc.property(anyInstant, anyDays, anyDays, anyZone, (lodged, one, other, zone) => {
        const terms = rules(Math.min(one, other), Math.max(one, other));
        const { admitUntil, decideUntil } = clocksOf(terms, lodged, zone);
        expect(admitUntil.getTime()).toBeLessThanOrEqual(decideUntil.getTime());
        expect(admitUntil > lodged).toBe(true);
      }),
    );
  });

  it('take an appeal for the minutes that the call forgives', () => {
    const until = new Date('2026-11-01T12:00:00Z');
    expect(takenUntil(until, 30).toISOString()).toBe('2026-11-01T12:30:00.000Z');
    expect(takenUntil(until, 0)).toEqual(until);
  });
});

describe('what the clock tells', () => {
  const dueAt = new Date('2026-11-10T22:59:59Z');
  const running = { dueAt, stateSince: new Date('2026-11-01T12:00:00Z'), remindedAt: null, overdueAt: null };
  const before = (days: number) => new Date(dueAt.getTime() - days * DAY_MS);

  it.each([
    ['long before', running, before(5), null],
    ['two days before', running, before(2), 'due_soon'],
    ['once', { ...running, remindedAt: before(2) }, before(1), null],
    ['on the last second', { ...running, remindedAt: before(2) }, dueAt, null],
    ['after it', { ...running, remindedAt: before(2) }, new Date(dueAt.getTime() + 1), 'overdue'],
    ['after it, also where nobody was reminded', running, before(-3), 'overdue'],
    ['after it, once', { ...running, overdueAt: before(-1) }, before(-3), null],
    ['nothing soon to whoever got it just now', { ...running, stateSince: before(1.5) }, before(1), null],
  ] as const)('%s', (_when, appeal, now, told) => {
    expect(remindsNow(appeal, now)).toBe(told);
  });
});

it('admits new evidence only where the call does', () => {
  expect(groundsOf(rules(3, 10))).toEqual(['procedure', 'error_of_fact', 'conflict_of_interest']);
  expect(groundsOf({ ...rules(3, 10), newEvidence: true })).toContain('new_evidence');
});
