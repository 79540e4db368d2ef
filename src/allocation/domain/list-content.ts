import type { Id } from '../../shared/ids.js';
import { isOfType, reserveOfType } from './build-instance.js';
import type { BuiltInstance } from './build-instance.js';
import { Lots } from './lots.js';

/** Places that somebody waits for, and as the which of those who wait. */
export type Waiting = { readonly placeId: Id; readonly number: number };

/** What a list says of one application. */
export type ListEntry = {
  readonly number: string;
  readonly result: 'selected' | 'reserve' | 'not_selected';
  readonly placeId: Id | null;
  /** Of which reserve of the place the seat is; null: of those that are kept for nobody, or none. */
  readonly seat: string | null;
  /** In the order of their own wishes; empty for whoever has a place. */
  readonly waits: readonly Waiting[];
};

/** A list as it is published, and as its hash says. */
export type ListContent = {
  readonly callId: Id;
  readonly kind: 'provisional' | 'final';
  readonly inputHash: string;
  readonly outputHash: string;
  readonly rule: string;
  readonly seed: string;
  readonly entries: readonly ListEntry[];
};

export type Assignment = Readonly<Record<string, string | null>>;

/** What follows from an assignment for everybody in the instance, by number. */
export function entriesOf(instance: BuiltInstance, assignment: Assignment): readonly ListEntry[] {
  const seats = new Map<string, string | null>();
  const waiting = new Map<string, ReadonlyMap<string, number>>();
  for (const placeId of Object.keys(instance.programmes)) {
    const order = orderAt(instance, placeId);
    const admitted = order.filter((number) => assignment[number] === placeId);
    for (const [number, seat] of seatsOf(instance, placeId, admitted)) seats.set(number, seat);
    const left = order.filter(
      (number) => !assignment[number] && instance.applicants[number]?.includes(placeId),
    );
    waiting.set(placeId, new Map(left.map((number, index) => [number, index + 1])));
  }
  return Object.keys(instance.applicants)
    .sort((a, b) => (a < b ? -1 : 1))
    .map((number): ListEntry => {
      const placeId = assignment[number] ?? null;
      if (placeId !== null) {
        return { number, result: 'selected', placeId, seat: seats.get(number) ?? null, waits: [] };
      }
      const waits = (instance.applicants[number] ?? []).flatMap((wished) => {
        const place = waiting.get(wished)?.get(number);
        return place === undefined ? [] : [{ placeId: wished, number: place }];
      });
      return {
        number,
        result: waits.length > 0 ? 'reserve' : 'not_selected',
        placeId: waits[0]?.placeId ?? null,
        seat: null,
        waits,
      };
    });
}

/**
 * The rank of everybody at a place, from 1: after the lot where the rule draws one, otherwise equals share one and whoever
 * follows them counts them all.
 */
export function ranksAt(instance: BuiltInstance, placeId: Id): ReadonlyMap<string, number> {
  const lots = new Lots(instance.seed);
  const ranks = new Map<string, number>();
  let before = 0;
  for (const group of instance.programmes[placeId]?.ranking ?? []) {
    const equals = typeof group === 'string' ? [group] : lots.sort(group);
    equals.forEach((number, index) => ranks.set(number, before + 1 + (instance.rule === 'seed' ? index : 0)));
    before += equals.length;
  }
  return ranks;
}

/** Everybody at a place one after the other: equals in the order of the lot that follows from the seed. */
function orderAt({ programmes, seed }: BuiltInstance, placeId: Id): readonly string[] {
  const lots = new Lots(seed);
  return (programmes[placeId]?.ranking ?? []).flatMap((group) =>
    typeof group === 'string' ? [group] : lots.sort(group),
  );
}

/**
 * On which seats the admitted sit: seats are filled in their order, each by the best of those for whom it is kept, and
 * by the best of all where nobody of those is left and it may be given to others.
 */
export function seatsOf(
  instance: BuiltInstance,
  placeId: Id,
  admitted: readonly string[],
): ReadonlyMap<string, string | null> {
  const seats = new Map<string, string | null>();
  const left = [...admitted];
  const seat = (index: number, slot: string | null) => {
    const [number] = left.splice(index, 1);
    if (number !== undefined) seats.set(number, reserveOfType(slot));
  };
  for (const { n, eligible_first: kept, only } of instance.programmes[placeId]?.slots ?? []) {
    for (let filled = 0; filled < n && left.length > 0; filled += 1) {
      const index = kept === null ? 0 : left.findIndex((number) => isOfType(instance, number, kept));
      if (index >= 0) seat(index, kept);
      else if (!only) seat(0, kept);
      else break;
    }
  }
  for (const number of left) seats.set(number, null);
  return seats;
}
