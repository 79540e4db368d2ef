import type { CallRoute } from '../../calls/public.js';

/** How a call stands: of a past year, closed with its selection under way, or open now. */
export type CallAge = 'past' | 'running' | 'open';

/** What happens to an application, in this order. What each step writes, `SeededApplication` knows. */
export type Step =
  | 'submit'
  | 'close_unsubmitted'
  | 'screen'
  | 'return'
  | 'resubmit'
  | 'lapse'
  | 'find_eligible'
  | 'find_ineligible'
  | 'nominate'
  | 'host_accepts'
  | 'host_waitlists'
  | 'host_rejects'
  | 'home_approves'
  | 'host_approves'
  | 'host_sets_condition'
  | 'home_rejects'
  | 'host_rejects_decision'
  | 'conclude'
  | 'hold'
  | 'refuse_gate'
  | 'reserve'
  | 'accept'
  | 'decline'
  | 'expire_offer'
  | 'withdraw_offer'
  | 'set_conditions'
  | 'confirm'
  | 'fail_conditions'
  | 'defer'
  | 'begin_review'
  | 'score'
  | 'announce'
  | 'finalise'
  | 'withdraw';

export interface Scenario {
  readonly age: CallAge;
  readonly route: CallRoute;
  /** Share among the scenarios of the same age and route. */
  readonly weight: number;
  readonly steps: readonly Step[];
  /** Whether the form is filled in though it is not submitted; of others chance says it. */
  readonly complete?: true;
}

const ELIGIBLE: readonly Step[] = ['submit', 'screen', 'find_eligible'];
const NOMINATED: readonly Step[] = [...ELIGIBLE, 'nominate'];
const BEFORE_BOTH: readonly Step[] = [...NOMINATED, 'host_accepts'];
const AGREED: readonly Step[] = [...BEFORE_BOTH, 'home_approves', 'host_approves'];
const OFFERED: readonly Step[] = [...AGREED, 'conclude'];
const ACCEPTED: readonly Step[] = [...OFFERED, 'accept'];
const CONDITIONAL: readonly Step[] = [
  ...BEFORE_BOTH,
  'home_approves',
  'host_sets_condition',
  'conclude',
  'accept',
  'set_conditions',
];

const direct = (age: CallAge, weight: number, steps: readonly Step[]): Scenario => ({
  age,
  route: 'direct',
  weight,
  steps,
});
const ranked = (age: CallAge, weight: number, steps: readonly Step[]): Scenario => ({
  age,
  route: 'ranked',
  weight,
  steps,
});

/** Complete, and not submitted. */
export const READY: Scenario = { ...direct('open', 0, []), complete: true };

/** Every state that an application can be in is the end of one of these at least. */
export const SCENARIOS: readonly Scenario[] = [
  direct('past', 12, ['close_unsubmitted']),
  direct('past', 10, ['submit', 'screen', 'find_ineligible']),
  direct('past', 5, ['submit', 'screen', 'return', 'lapse']),
  direct('past', 6, ['submit', 'withdraw']),
  direct('past', 2, [...ACCEPTED, 'withdraw']),
  direct('past', 8, [...NOMINATED, 'host_rejects']),
  direct('past', 18, [...BEFORE_BOTH, 'home_rejects', 'host_rejects_decision', 'conclude']),
  direct('past', 8, [...AGREED, 'reserve']),
  direct('past', 8, [...OFFERED, 'decline']),
  direct('past', 3, [...OFFERED, 'expire_offer']),
  direct('past', 1, [...OFFERED, 'withdraw_offer']),
  direct('past', 2, [...CONDITIONAL, 'fail_conditions']),
  direct('past', 14, [...CONDITIONAL, 'confirm']),
  direct('past', 2, [...CONDITIONAL, 'confirm', 'defer']),
  direct('past', 3, ['submit', 'screen', 'return', 'resubmit', 'screen', 'find_ineligible']),
  direct('past', 1, [...BEFORE_BOTH, 'home_approves', 'host_rejects_decision']),
  direct('past', 2, [...AGREED, 'hold', 'refuse_gate']),
  direct('past', 1, [...AGREED, 'hold']),
  direct('running', 12, ['submit', 'screen']),
  direct('running', 12, NOMINATED),
  direct('running', 4, [...NOMINATED, 'host_waitlists']),
  direct('running', 14, BEFORE_BOTH),
  direct('running', 12, [...BEFORE_BOTH, 'home_approves']),
  direct('running', 10, [...BEFORE_BOTH, 'host_approves']),
  direct('running', 12, OFFERED),
  direct('running', 10, ACCEPTED),
  direct('running', 8, [...AGREED, 'hold']),
  direct('running', 4, CONDITIONAL),
  direct('running', 6, [...AGREED, 'reserve']),
  ranked('running', 4, ELIGIBLE),
  ranked('running', 10, [...ELIGIBLE, 'begin_review']),
  ranked('running', 6, [...ELIGIBLE, 'begin_review', 'score']),
  ranked('running', 4, [...ELIGIBLE, 'begin_review', 'score', 'announce']),
  ranked('running', 2, [...ELIGIBLE, 'begin_review', 'score', 'announce', 'finalise']),
  direct('open', 30, []),
  direct('open', 30, ['submit']),
  direct('open', 15, ['submit', 'screen']),
  direct('open', 10, ['submit', 'screen', 'return']),
  direct('open', 10, ELIGIBLE),
  direct('open', 12, NOMINATED),
  direct('open', 5, ['submit', 'withdraw']),
];
