import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FEWEST_IN_PUBLIC, daysBegun, isTellable, recordOf } from './promise-record.js';
import type { PromiseCount } from './promise-record.js';

/** Single promises, as somebody with patience would count them. */
const single = fc.record({
  promisedDays: fc.integer({ min: 1, max: 60 }),
  takenDays: fc.integer({ min: 0, max: 90 }),
  kept: fc.boolean(),
});

const summed = (promises: readonly Omit<PromiseCount, 'count'>[]): PromiseCount[] => {
  const counts = new Map<string, PromiseCount>();
  for (const promise of promises) {
    const key = JSON.stringify(promise);
    counts.set(key, { ...promise, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()];
};

describe('the record of promises', () => {
  it('is that of each counted by itself', () => {
    fc.assert(
      fc.property(fc.array(single, { minLength: 1, maxLength: 40 }), (promises) => {
        const days = promises.map(({ takenDays }) => takenDays).sort((a, b) => a - b);
        const record = recordOf(summed(promises));
        expect(record.kept).toBe(promises.filter(({ kept }) => kept).length);
        expect(record.kept + record.broken).toBe(promises.length);
        expect(record.medianDays).toBe(days[Math.ceil(days.length / 2) - 1]);
        expect(record.longestDays).toBe(days.at(-1));
        expect(record.promisedDays).toBe(Math.max(...promises.map(({ promisedDays }) => promisedDays)));
      }),
    );
  });

  it('does not depend on how the counts are split or ordered', () => {
    fc.assert(
      fc.property(fc.array(single, { maxLength: 30 }), fc.nat(30), (promises, at) => {
        const whole = recordOf(summed(promises));
        const parts = [...summed(promises.slice(at)), ...summed(promises.slice(0, at))];
        expect(recordOf(parts)).toEqual(whole);
      }),
    );
  });

  it('of nothing says nothing', () => {
    expect(recordOf([])).toEqual({
      kept: 0,
      broken: 0,
      medianDays: null,
      longestDays: null,
      promisedDays: null,
    });
  });

  it('is told in public from five on', () => {
    const of = (count: number) => recordOf([{ promisedDays: 5, takenDays: 3, kept: true, count }]);
    expect(isTellable(of(FEWEST_IN_PUBLIC - 1))).toBe(false);
    expect(isTellable(of(FEWEST_IN_PUBLIC))).toBe(true);
  });
});

describe('days', () => {
  it.each([
    ['2027-03-01T09:00:00Z', '2027-03-01T09:00:00Z', 0],
    ['2027-03-01T09:00:00Z', '2027-03-01T09:00:01Z', 1],
    ['2027-03-01T09:00:00Z', '2027-03-02T09:00:00Z', 1],
    ['2027-03-01T09:00:00Z', '2027-03-02T09:00:01Z', 2],
    ['2027-03-02T09:00:00Z', '2027-03-01T09:00:00Z', 0],
  ])('from %s to %s are %i begun', (from, until, days) => {
    expect(daysBegun(new Date(from), new Date(until))).toBe(days);
  });
});
