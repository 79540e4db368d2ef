import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { COMBINATIONS } from '../../calls/domain/selection.js';
import { combine, outliers } from './combine.js';
import type { GivenPoints } from './combine.js';

const of = (applicationId: string, ...points: readonly number[]): GivenPoints[] =>
  points.map((each, index) => ({ applicationId, reviewerId: `r${index}`, points: each }));

describe('points of an application', () => {
  it.each([
    ['mean', [60_000, 70_000, 80_001], 70_000],
    // Half of a thousandth is rounded up.
    ['mean', [60_000, 60_001], 60_001],
    ['median', [10_000, 90_000, 20_000], 20_000],
    ['median', [10_000, 90_000, 20_000, 41_001], 30_501],
    ['trimmed_mean', [0, 50_000, 60_000, 100_000], 55_000],
    // One of several equal ones is left out, not all of them.
    ['trimmed_mean', [50_000, 50_000, 50_000, 80_000], 50_000],
    ['trimmed_mean', [40_000, 60_000], 50_000],
    ['median', [77_777], 77_777],
  ] as const)('%s of %j', (method, points, expected) => {
    expect(combine(method, of('a', ...points)).get('a')?.points).toBe(expected);
  });

  it('are the same for strict and lenient reviewers where both are normalised', () => {
    // One gives 20, 40, 60, the other 60, 70, 80 to three applications each: both mean the same.
    const strict = ['a', 'b', 'c'].map((applicationId, index) => ({
      applicationId,
      reviewerId: 'strict',
      points: 20_000 + 20_000 * index,
    }));
    const lenient = ['d', 'e', 'f'].map((applicationId, index) => ({
      applicationId,
      reviewerId: 'lenient',
      points: 60_000 + 10_000 * index,
    }));
    const found = combine('normalised_mean', [...strict, ...lenient]);
    const points = (id: string) => found.get(id)?.points;
    expect(points('a')).toBe(points('d'));
    expect(points('b')).toBe(55_000);
    expect(points('e')).toBe(55_000);
    expect(points('c')).toBe(points('f'));
    expect(points('c')).toBe(79_238);
    // What stands beside it is what was given.
    expect(combine('normalised_mean', [...strict, ...of('a', 30_000)]).get('a')?.spread).toBe(10_000);
  });

  it('stay as given by whoever has no measure of their own', () => {
    const twice = [...of('a', 30_000), ...of('b', 90_000)];
    expect(combine('normalised_mean', twice).get('a')?.points).toBe(30_000);
    const flat = ['a', 'b', 'c'].flatMap((id) => of(id, 44_000));
    expect(combine('normalised_mean', flat).get('c')?.points).toBe(44_000);
  });
});

const review = fc.record({
  applicationId: fc.constantFrom('a', 'b', 'c', 'd'),
  reviewerId: fc.constantFrom('p', 'q', 'r', 's'),
  points: fc.nat(100_000),
});
const given = fc.uniqueArray(review, {
  minLength: 1,
  maxLength: 16,
  selector: ({ applicationId, reviewerId }) => `${applicationId} ${reviewerId}`,
});

describe('any reviews', () => {
  it.each(COMBINATIONS)('%s is whole, within bounds, and asks for no order', (method) => {
    fc.assert(
      fc.property(given, fc.infiniteStream(fc.nat()), (reviews, order) => {
        const shuffled = reviews
          .map((each) => ({ each, at: order.next().value as number }))
          .sort((one, other) => one.at - other.at)
          .map(({ each }) => each);
        const found = combine(method, reviews);
        const again = combine(method, shuffled);
        for (const { applicationId } of reviews) {
          const result = found.get(applicationId);
          expect(again.get(applicationId)).toEqual(result);
          expect(Number.isInteger(result?.points)).toBe(true);
          const own = reviews.filter((each) => each.applicationId === applicationId);
          expect(result?.reviews).toBe(own.length);
          const points = own.map((each) => each.points);
          if (method !== 'normalised_mean') {
            expect(result?.points).toBeGreaterThanOrEqual(Math.min(...points));
            expect(result?.points).toBeLessThanOrEqual(Math.max(...points));
          }
          expect(result?.points).toBeGreaterThanOrEqual(0);
          expect(result?.points).toBeLessThanOrEqual(100_000);
        }
      }),
    );
  });

  it.each(COMBINATIONS)('%s says what a plain reckoning in fractions says', (method) => {
    fc.assert(
      fc.property(given, (reviews) => {
        for (const [id, { points }] of combine(method, reviews)) {
          expect(Math.abs(points - plainly(method, reviews, id))).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});

/** The docstring of `combine` once more, in doubles and by whatever way is shortest to read. */
function plainly(method: string, reviews: readonly GivenPoints[], id: string): number {
  const average = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0) / numbers.length;
  const deviation = (numbers: readonly number[]) =>
    Math.sqrt(average(numbers.map((each) => (each - average(numbers)) ** 2)));
  const every = reviews.map(({ points }) => points);
  const alike = ({ reviewerId, points }: GivenPoints) => {
    const own = reviews.filter((each) => each.reviewerId === reviewerId).map((each) => each.points);
    if (own.length < 3 || new Set(own).size === 1) return points;
    const z = (points - average(own)) / deviation(own);
    return Math.min(100_000, Math.max(0, average(every) + deviation(every) * z));
  };
  const theirs = reviews.filter(({ applicationId }) => applicationId === id);
  const points = theirs.map((each) => (method === 'normalised_mean' ? alike(each) : each.points));
  const ordered = points.sort((a, b) => a - b);
  if (method === 'trimmed_mean' && ordered.length > 2) return average(ordered.slice(1, -1));
  if (method !== 'median') return average(ordered);
  const half = ordered.length / 2;
  return average(ordered.slice(Math.ceil(half) - 1, Math.floor(half) + 1));
}

describe('what stands out', () => {
  it.each([
    [[50_000, 52_000, 90_000], [90_000]],
    [[50_000, 52_000, 66_999], []],
    [[10_000, 90_000], []],
  ] as const)('of %j is %j', (points, expected) => {
    expect(outliers(of('a', ...points)).map((each) => each.points)).toEqual(expected);
  });
});
