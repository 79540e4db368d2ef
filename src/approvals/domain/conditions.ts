import type { ConditionState } from './condition.states.js';

/** What all conditions of a decision, of both sides, come to. */
export type Standing = 'none' | 'open' | 'satisfied' | 'failed';

/** One that is not met fails the whole at once; otherwise it is open until none is. */
export function standingOf(states: readonly ConditionState[]): Standing {
  if (states.length === 0) return 'none';
  if (states.includes('not_met')) return 'failed';
  return states.includes('open') ? 'open' : 'satisfied';
}

const REMINDS_MS = 7 * 86_400_000;

/** What the clock has to tell of an open condition now: once before its day, once after it. It settles nothing. */
export function conditionTells(
  condition: {
    readonly state: ConditionState;
    readonly setAt: Date;
    readonly dueAt: Date;
    readonly remindedAt: Date | null;
    readonly overdueAt: Date | null;
  },
  now: Date,
): 'due_soon' | 'overdue' | null {
  if (condition.state !== 'open') return null;
  if (condition.dueAt < now) return condition.overdueAt ? null : 'overdue';
  return !condition.remindedAt && remindsFrom(condition) <= now ? 'due_soon' : null;
}

/** A week before its day, or in the last third of the time that was given where that is less. */
function remindsFrom({ setAt, dueAt }: { readonly setAt: Date; readonly dueAt: Date }): Date {
  const third = (dueAt.getTime() - setAt.getTime()) / 3;
  return new Date(dueAt.getTime() - Math.min(REMINDS_MS, third));
}
