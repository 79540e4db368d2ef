import type { SideState } from './decision-side.states.js';

export const OUTCOMES = ['open', 'agreed_yes', 'agreed_no', 'divergent'] as const;
export type Outcome = (typeof OUTCOMES)[number];
/** As what the joint commission can settle a decision that the two sides did not agree on. */
export type SettledOutcome = 'agreed_yes' | 'agreed_no';

/**
 * What two sides together say. One side alone is never an approval, and a disagreement is an outcome of its own that the
 * joint commission settles. The view `decision_outcomes` says the same in SQL; a test compares both over all pairs.
 */
export function outcomeOf(home: SideState, host: SideState): Outcome {
  const yes = [home, host].filter(
    (state) => state === 'approved' || state === 'approved_with_conditions',
  ).length;
  const no = [home, host].filter((state) => state === 'rejected').length;
  if (yes === 2) return 'agreed_yes';
  if (no === 2) return 'agreed_no';
  if (yes === 1 && no === 1) return 'divergent';
  return 'open';
}
