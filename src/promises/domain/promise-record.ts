/** What an office promises a number of days for. */
export const PROMISE_STEPS = [
  'screening',
  'endorsement',
  'host',
  'approval',
  'gate',
  'appeal_admission',
  'appeal_decision',
] as const;
export type PromiseStep = (typeof PROMISE_STEPS)[number];

/** So many promises of the same length that took as long and were kept, or were not. */
export interface PromiseCount {
  readonly promisedDays: number;
  readonly takenDays: number;
  readonly kept: boolean;
  readonly count: number;
}

/** What came of promises, told of any number of them. */
export interface PromiseRecord {
  readonly kept: number;
  readonly broken: number;
  /** In whole days begun; null where nothing has been answered yet. */
  readonly medianDays: number | null;
  readonly longestDays: number | null;
  /** The longest that was promised among them. */
  readonly promisedDays: number | null;
}

/** So few are not told by themselves in public: whoever knows one case would learn the others. */
export const FEWEST_IN_PUBLIC = 5;

const DAY_MS = 86_400_000;

/** Whole days begun from one instant to another; never less than none. */
export function daysBegun(from: Date, until: Date): number {
  return Math.max(0, Math.ceil((until.getTime() - from.getTime()) / DAY_MS));
}

/** The record of all of these together. Of an even number the median is the lower of the two in the middle: a day that occurred. */
export function recordOf(counts: readonly PromiseCount[]): PromiseRecord {
  const total = (of: readonly PromiseCount[]) => of.reduce((sum, { count }) => sum + count, 0);
  const byDays = [...counts].sort((one, other) => one.takenDays - other.takenDays);
  const middle = Math.ceil(total(counts) / 2);
  let seen = 0;
  const median = byDays.find(({ count }) => {
    seen += count;
    return seen >= middle;
  });
  const longest = byDays.at(-1);
  return {
    kept: total(counts.filter(({ kept }) => kept)),
    broken: total(counts.filter(({ kept }) => !kept)),
    medianDays: median?.takenDays ?? null,
    longestDays: longest?.takenDays ?? null,
    promisedDays: counts.length === 0 ? null : Math.max(...counts.map(({ promisedDays }) => promisedDays)),
  };
}

/**
 * Whether a record may be told in public. The two parts of a whole must not tell on one another either: a single broken one
 * among many says nothing of whom it was, so it is the whole that must be large enough.
 */
export function isTellable({ kept, broken }: PromiseRecord): boolean {
  return kept + broken >= FEWEST_IN_PUBLIC;
}
