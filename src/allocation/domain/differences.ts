import type { ListEntry } from './list-content.js';

/** What one application has by a run: the place that it gets, or for which it waits first and as the which. */
export interface Stand {
  readonly result: ListEntry['result'];
  readonly placeId: string | null;
  readonly wait: number | null;
}

/** Somebody whom the later of two runs puts elsewhere; null: the run does not hold them. */
export interface Difference {
  readonly number: string;
  readonly before: Stand | null;
  readonly after: Stand | null;
}

/** Who moves between two runs, in the order of their numbers. */
export function differencesBetween(
  before: readonly ListEntry[],
  after: readonly ListEntry[],
): readonly Difference[] {
  const earlier = new Map(before.map((entry) => [entry.number, standOf(entry)]));
  const later = new Map(after.map((entry) => [entry.number, standOf(entry)]));
  return [...new Set([...earlier.keys(), ...later.keys()])]
    .sort((a, b) => (a < b ? -1 : 1))
    .map((number) => ({
      number,
      before: earlier.get(number) ?? null,
      after: later.get(number) ?? null,
    }))
    .filter((difference) => !same(difference.before, difference.after));
}

function standOf({ result, placeId, waits }: ListEntry): Stand {
  return { result, placeId, wait: waits[0]?.number ?? null };
}

function same(a: Stand | null, b: Stand | null): boolean {
  return a?.result === b?.result && a?.placeId === b?.placeId && a?.wait === b?.wait;
}
