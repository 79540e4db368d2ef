import type { Gender } from '../../calls/public.js';

/** What is counted of one application on a list: no number, no name. */
export interface Counted {
  readonly homeCountry: string;
  readonly homeInstitution: string;
  /** As they said themselves; null: they did not say. */
  readonly gender: Gender | null;
  /** Which of their own choices they got, from 1; null: none. */
  readonly got: number | null;
}

/** Of a field of study, how many places there are and how many were given. */
export interface CountedField {
  readonly field: string;
  readonly seats: number;
  readonly given: number;
}

/** How a group fared. `name` null: all groups that are too small to be told apart. */
export interface GroupCount {
  readonly name: string | null;
  readonly applied: number;
  readonly selected: number;
  readonly first: number;
}

/** By what people said of themselves, which nobody may find out of one of them: not even from what the others are. */
export interface GenderCounts {
  readonly groups: readonly GroupCount[];
  /** How many did not say. Null: the number would tell of somebody. */
  readonly unsaid: number | null;
  /** Of which columns all the numbers are told. */
  readonly told: Readonly<Record<'applied' | 'selected' | 'first', boolean>>;
}

export interface Fairness {
  readonly applied: number;
  readonly selected: number;
  /** How many got their first choice, their second, and so on; the last index is the last that anybody got. */
  readonly byChoice: readonly number[];
  readonly byCountry: readonly GroupCount[];
  readonly byInstitution: readonly GroupCount[];
  /** Null: this call does not ask. */
  readonly byGender: GenderCounts | null;
  readonly byField: readonly CountedField[];
}

/** The group of those who did not say: not known, in ISO/IEC 5218. */
const NOT_SAID = '0';

/** Of fewer, a number would tell of somebody. */
export const FEWEST = 5;

/** How a list treats those who applied, without telling of anybody by themselves. */
export function fairnessOf(
  people: readonly Counted[],
  fields: readonly CountedField[],
  asksGender: boolean,
): Fairness {
  const last = Math.max(0, ...people.map(({ got }) => got ?? 0));
  return {
    applied: people.length,
    selected: people.filter(({ got }) => got !== null).length,
    byChoice: Array.from(
      { length: last },
      (_, index) => people.filter(({ got }) => got === index + 1).length,
    ),
    byCountry: grouped(people, ({ homeCountry }) => homeCountry),
    byInstitution: grouped(people, ({ homeInstitution }) => homeInstitution),
    byGender: asksGender ? gendersOf(people) : null,
    byField: [...summed(fields)].sort((a, b) => compare(a.field, b.field)),
  };
}

/**
 * Groups of at least five, the largest first. Smaller ones are one group; where that is too small itself, the smallest of
 * the others joins it, because what is missing could be reckoned from the total.
 */
function grouped(people: readonly Counted[], nameOf: (person: Counted) => string): readonly GroupCount[] {
  const groups = new Map<string, Counted[]>();
  for (const person of people) groups.set(nameOf(person), [...(groups.get(nameOf(person)) ?? []), person]);
  const ordered = [...groups].sort((a, b) => b[1].length - a[1].length || compare(a[0], b[0]));
  const told = ordered.filter(([, members]) => members.length >= FEWEST);
  const rest = ordered.filter(([, members]) => members.length < FEWEST).flatMap(([, members]) => members);
  while (rest.length > 0 && rest.length < FEWEST && told.length > 0) rest.push(...(told.pop()?.[1] ?? []));
  return [
    ...told.map(([name, members]) => countOf(name, members)),
    ...(rest.length > 0 ? [countOf(null, rest)] : []),
  ];
}

function gendersOf(people: readonly Counted[]): GenderCounts {
  const groups = grouped(people, ({ gender }) => gender ?? NOT_SAID);
  const silent = groups.find(({ name }) => name === NOT_SAID);
  const everybodySaid = people.every(({ gender }) => gender !== null);
  // Of who is counted with others nothing is said: the number of the others would follow from it.
  const unsaid = silent ? silent.applied : everybodySaid && isTold(0, people.length) ? 0 : null;
  // With the totals beside it, one number that is not told follows from the others: a column is told whole or not at all.
  const isWhole = (count: (group: GroupCount) => number) =>
    groups.every((group) => isTold(count(group), group.applied));
  return {
    groups,
    unsaid,
    told: {
      applied: isWhole(({ applied }) => applied),
      selected: isWhole(({ selected }) => selected),
      first: isWhole(({ first }) => first),
    },
  };
}

function countOf(name: string | null, members: readonly Counted[]): GroupCount {
  return {
    name,
    applied: members.length,
    selected: members.filter(({ got }) => got !== null).length,
    first: members.filter(({ got }) => got === 1).length,
  };
}

function summed(fields: readonly CountedField[]): Iterable<CountedField> {
  const sums = new Map<string, CountedField>();
  for (const { field, seats, given } of fields) {
    const before = sums.get(field);
    sums.set(field, { field, seats: seats + (before?.seats ?? 0), given: given + (before?.given ?? 0) });
  }
  return sums.values();
}

/** Whether a number may be shown: none, or enough that nobody is meant. */
export function isTold(count: number, of: number): boolean {
  return of >= FEWEST && (count === 0 || count >= FEWEST);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
