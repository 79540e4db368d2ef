import { orderHolds } from '../../src/allocation/domain/filling-order.js';
import type { Instance, Programme } from '../../src/allocation/domain/instance.js';

/** Written so that it can be seen to be right, and for nothing else: it tries everything. */
export type Assignment = Readonly<Record<string, string | null>>;
type Seat = { readonly first: string | null; readonly only: boolean };

export function typesIn(instance: Instance, id: string): readonly string[] {
  return [instance.types?.[id] ?? []].flat();
}

/** Every order that a ranking leaves open. */
export function orders(ranking: Programme['ranking']): readonly (readonly string[])[] {
  let all: readonly (readonly string[])[] = [[]];
  for (const entry of ranking) {
    const ways = typeof entry === 'string' ? [[entry]] : permutations(entry);
    all = all.flatMap((begun) => ways.map((way) => [...begun, ...way]));
  }
  return all;
}

function permutations(ids: readonly string[]): readonly (readonly string[])[] {
  if (ids.length <= 1) return [ids];
  return ids.flatMap((id) => permutations(ids.filter((other) => other !== id)).map((rest) => [id, ...rest]));
}

export function seatsOf({ capacity, slots = [] }: Programme): readonly Seat[] {
  const seats = slots.flatMap(({ n, eligible_first: first = null, only = false }) =>
    Array.from({ length: n }, () => ({ first, only })),
  );
  return [...seats, ...Array.from({ length: capacity - seats.length }, () => ({ first: null, only: false }))];
}

/** Seat after seat takes the best who may have it. */
export function seatBySeat(
  instance: Instance,
  programme: Programme,
  order: readonly string[],
): ReadonlySet<string> {
  const taken: string[] = [];
  for (const { first, only } of seatsOf(programme)) {
    const may = order.filter((id) => {
      const types = typesIn(instance, id);
      const full = types.some((type) => {
        const there = taken.filter((other) => typesIn(instance, other).includes(type)).length;
        return there >= (programme.ceilings?.[type] ?? Infinity);
      });
      return !taken.includes(id) && !full && (!only || (first !== null && types.includes(first)));
    });
    const best =
      (first === null ? undefined : may.find((id) => typesIn(instance, id).includes(first))) ?? may[0];
    if (best !== undefined) taken.push(best);
  }
  return new Set(taken);
}

/** Of all sets of people that can be seated the one that keeps most of what is reserved, and then the best by rank. */
export function bestSet(
  instance: Instance,
  programme: Programme,
  order: readonly string[],
): ReadonlySet<string> {
  const seats = seatsOf(programme);
  const reserved = (type: string) => seats.filter(({ first }) => first === type).length;
  const types = [...new Set(seats.flatMap(({ first }) => first ?? []))];
  const value = (set: readonly string[]): readonly number[] => {
    const of = (type: string) => set.filter((id) => typesIn(instance, id).includes(type)).length;
    return [
      types.reduce((sum, type) => sum + Math.min(of(type), reserved(type)), 0),
      ...order.map((id) => Number(set.includes(id))),
    ];
  };
  let best: readonly string[] = [];
  for (const set of subsets(order)) {
    const within = Object.entries(programme.ceilings ?? {}).every(
      ([type, most]) => set.filter((id) => typesIn(instance, id).includes(type)).length <= most,
    );
    if (within && canSit(instance, set, seats) && larger(value(set), value(best))) best = set;
  }
  return new Set(best);
}

function canSit(instance: Instance, [id, ...others]: readonly string[], seats: readonly Seat[]): boolean {
  if (id === undefined) return true;
  return seats.some(
    ({ first, only }, index) =>
      (!only || (first !== null && typesIn(instance, id).includes(first))) &&
      canSit(instance, others, seats.toSpliced(index, 1)),
  );
}

function subsets(ids: readonly string[]): readonly (readonly string[])[] {
  return ids.reduce<readonly (readonly string[])[]>(
    (all, id) => [...all, ...all.map((set) => [...set, id])],
    [[]],
  );
}

function larger(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at >= 0 && (a[at] ?? 0) > (b[at] ?? 0);
}

export function keepsItsOrder(programme: Programme): boolean {
  const numbers = new Map<string, number>();
  const number = (type: string) => numbers.get(type) ?? numbers.set(type, numbers.size + 1).size;
  const blocks = seatsOf(programme).map(({ first, only }) => ({
    seats: 1,
    type: first === null ? 0 : number(first),
    only,
  }));
  const ceilings = Object.entries(programme.ceilings ?? {}).map(([type, most]) => ({
    type: number(type),
    most,
  }));
  return orderHolds(blocks, ceilings);
}

/** Whom a place takes of all who ask, by the words of the rule for ties. */
export function takes(instance: Instance, place: string, asking: ReadonlySet<string>): ReadonlySet<string> {
  const programme = instance.programmes[place] as Programme;
  const one = keepsItsOrder(programme) ? seatBySeat : bestSet;
  const ranking = programme.ranking
    .map((entry) => (typeof entry === 'string' ? [entry] : entry).filter((id) => asking.has(id)))
    .filter((group) => group.length > 0);
  const outcomes = orders(ranking).map((order) => one(instance, programme, order));
  if (instance.rule?.endsWith('hold')) {
    return new Set([...asking].filter((id) => outcomes.every((taken) => taken.has(id))));
  }
  const taken = [...asking].filter((id) => outcomes.some((some) => some.has(id)));
  return new Set(
    taken.filter((id) => {
      const own = ranking.findIndex((group) => group.includes(id));
      const upToHere = ranking.slice(0, own + 1).flat();
      return typesIn(instance, id).every((type) => {
        const many = upToHere.filter((other) => typesIn(instance, other).includes(type)).length;
        return many <= (programme.ceilings?.[type] ?? Infinity);
      });
    }),
  );
}

/** Every assignment in which each place has exactly those whom it takes of all who would not rather be elsewhere. */
export function consistentAssignments(instance: Instance): readonly Assignment[] {
  const people = Object.keys(instance.applicants);
  const all = people.reduce<readonly Assignment[]>(
    (begun, id) =>
      begun.flatMap((assignment) =>
        [...(instance.applicants[id] ?? []), null].map((place) => ({ ...assignment, [id]: place })),
      ),
    [{}],
  );
  return all.filter((assignment) =>
    Object.keys(instance.programmes).every((place) => {
      const wanting = people.filter((id) => wants(instance, assignment, id, place));
      const taken = takes(instance, place, new Set(wanting));
      const there = people.filter((id) => assignment[id] === place);
      return there.length === taken.size && there.every((id) => taken.has(id));
    }),
  );
}

/** Whether a place is at least as dear to somebody as what they have. */
export function wants(instance: Instance, assignment: Assignment, id: string, place: string): boolean {
  const choices = instance.applicants[id] ?? [];
  const at = choices.indexOf(place);
  const given = assignment[id] ?? null;
  return at >= 0 && (given === null || at <= choices.indexOf(given));
}
