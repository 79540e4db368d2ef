import type { ConditionState } from './condition.states.js';

/** What all conditions of a decision, of both sides, come to. */
export type Standing = 'none' | 'open' | 'satisfied' | 'failed';

/** One that is not met fails the whole at once; otherwise it is open until none is. */
export function standingOf(states: readonly ConditionState[]): Standing {
  if (states.length === 0) return 'none';
  if (states.includes('not_met')) return 'failed';
  return states.includes('open') ? 'open' : 'satisfied';
}
