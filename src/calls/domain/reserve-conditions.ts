import type { Condition, ConditionKind } from './eligibility.js';

/** Conditions that say for whom places are kept; each is one page of the editor. */
export const RESERVE_KINDS = [
  'level',
  'year',
  'age',
  'citizenship',
  'home_institution',
  'experience',
] as const satisfies readonly ConditionKind[];
export type ReserveKind = (typeof RESERVE_KINDS)[number];

/** What was typed of a condition, as one; whether it is sound is said by the rules. */
export function reserveCondition(
  kind: ReserveKind,
  typed: {
    /** Levels, countries or institutions. */
    readonly chosen: readonly string[];
    readonly min: number | null;
    readonly max: number | null;
  },
): Condition {
  switch (kind) {
    case 'level':
      return { kind, levels: typed.chosen.map(Number) };
    case 'year':
      return { kind, min: typed.min ?? Number.NaN };
    case 'age':
      return { kind, min: typed.min, max: typed.max };
    case 'citizenship':
      return { kind, countries: typed.chosen };
    case 'home_institution':
      return { kind, institutions: typed.chosen };
    case 'experience':
      return { kind, min: typed.min ?? Number.NaN };
  }
}

/** A name for a new reserve that none of the place has: it is never changed afterwards. */
export function reserveId(kind: ReserveKind, taken: readonly string[]): string {
  let number = 1;
  while (taken.includes(`${kind}_${number}`)) number += 1;
  return `${kind}_${number}`;
}
