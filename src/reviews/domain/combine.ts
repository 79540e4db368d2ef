import type { Combination } from '../../calls/public.js';
import type { Id } from '../../shared/ids.js';

/** Of 100, in thousandths: a whole number, so that two machines never differ in the last digit. */
export const MOST_POINTS = 100_000;

/** What one reviewer gave one application. */
export interface GivenPoints {
  readonly applicationId: Id;
  readonly reviewerId: Id;
  readonly points: number;
}

export interface Combined {
  readonly points: number;
  readonly reviews: number;
  /** Between the highest and the lowest; null where there is one review alone. */
  readonly spread: number | null;
}

/** So far from the middle one a review stands out: 15 points of 100. */
const STANDS_OUT = 15_000;
/** Fewer reviews of one reviewer are no measure of them. */
const MEASURED_BY = 3;

/**
 * The points of each application, by the rule of its call. `given` holds every review that was handed in for the call:
 * of its reviewers, each once for an application.
 *
 * - `mean`: the sum of the points by their number.
 * - `median`: the middle one in their order; of an even number the mean of the two in the middle.
 * - `trimmed_mean`: the mean without one highest and one lowest; of fewer than three reviews the mean.
 * - `normalised_mean`: the mean of what each review would be if all reviewers judged alike. With m and s the mean and the
 *   standard deviation (of the population) of all reviews of the call, and mᵣ and sᵣ those of one reviewer, a review p
 *   becomes m + s · (p − mᵣ) / sᵣ, within 0 and 100 points, rounded. Whoever gave fewer than three reviews, or the same
 *   to all, has no measure of their own: what they gave stays as it is.
 *
 * Every result is rounded to a whole thousandth, half up. The order of `given` changes nothing.
 */
export function combine(method: Combination, given: readonly GivenPoints[]): ReadonlyMap<Id, Combined> {
  const measured = method === 'normalised_mean' ? normalised(given) : given;
  const shown = byApplication(given);
  return new Map(
    [...byApplication(measured)].map(([id, points]) => {
      const raw = shown.get(id) ?? [];
      const spread = raw.length > 1 ? Math.max(...raw) - Math.min(...raw) : null;
      return [id, { points: one(method, points), reviews: points.length, spread }];
    }),
  );
}

/** Which reviews of one application stand out from the middle one: somebody should look at why. */
export function outliers<R extends { readonly points: number }>(reviews: readonly R[]): readonly R[] {
  if (reviews.length < 3) return [];
  const middle = median(reviews.map(({ points }) => points).sort(ascending));
  return reviews.filter(({ points }) => Math.abs(points - middle) >= STANDS_OUT);
}

function one(method: Combination, points: readonly number[]): number {
  const ordered = [...points].sort(ascending);
  if (method === 'median') return median(ordered);
  if (method === 'trimmed_mean' && ordered.length >= 3) return mean(ordered.slice(1, -1));
  return mean(ordered);
}

function normalised(given: readonly GivenPoints[]): readonly GivenPoints[] {
  const all = deviation(given.map(({ points }) => points));
  const reviewers = grouped(given, ({ reviewerId }) => reviewerId);
  const own = new Map(
    [...reviewers].map(([id, theirs]) => [id, deviation(theirs.map(({ points }) => points))] as const),
  );
  return given.map((review) => {
    const measure = own.get(review.reviewerId);
    if (!measure || measure.count < MEASURED_BY || measure.spread === 0) return review;
    const alike = all.mean + (all.spread * (review.points - measure.mean)) / measure.spread;
    return { ...review, points: Math.min(MOST_POINTS, Math.max(0, Math.round(alike))) };
  });
}

/** Of the population. Sums are of whole numbers and so the same in whatever order they are made. */
function deviation(points: readonly number[]): { count: number; mean: number; spread: number } {
  const count = points.length;
  if (count === 0) return { count, mean: 0, spread: 0 };
  const sum = points.reduce((total, each) => total + each, 0);
  // n · Σp² − (Σp)², in whole numbers beyond what a double holds exactly.
  const squares = points.reduce((total, each) => total + BigInt(each) * BigInt(each), 0n);
  const spread = BigInt(count) * squares - BigInt(sum) * BigInt(sum);
  return { count, mean: sum / count, spread: Math.sqrt(Number(spread)) / count };
}

/** By a key, each in the order in which they came. */
export function grouped<Key, Value>(
  values: readonly Value[],
  keyOf: (value: Value) => Key,
): ReadonlyMap<Key, readonly Value[]> {
  const groups = new Map<Key, Value[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group) group.push(value);
    else groups.set(key, [value]);
  }
  return groups;
}

function byApplication(given: readonly GivenPoints[]): ReadonlyMap<Id, readonly number[]> {
  return new Map(
    [...grouped(given, ({ applicationId }) => applicationId)].map(([id, reviews]) => [
      id,
      reviews.map(({ points }) => points),
    ]),
  );
}

function median(ordered: readonly number[]): number {
  const middle = ordered.length >> 1;
  const upper = ordered[middle] ?? 0;
  return ordered.length % 2 === 1 ? upper : mean([ordered[middle - 1] ?? 0, upper]);
}

function mean(points: readonly number[]): number {
  const sum = points.reduce((total, each) => total + each, 0);
  // Half up, without a fraction on the way.
  return Math.floor((2 * sum + points.length) / (2 * points.length));
}

const ascending = (one: number, other: number) => one - other;
