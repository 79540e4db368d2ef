import { TransitionTable } from '../../shared/transition-table.js';

export const MOBILITY_STATES = ['planned', 'ongoing', 'departed', 'cancelled', 'no_show'] as const;
export type MobilityState = (typeof MOBILITY_STATES)[number];
export type MobilityAct = 'certify_arrival' | 'certify_departure' | 'cancel' | 'no_show';

/** The stay itself, from the accepted place to the departure. What comes before and after it has rooms of its own. */
export const mobilityStates = new TransitionTable<MobilityState, MobilityAct>(
  'mobility',
  'planned',
  MOBILITY_STATES,
  [
    // Also of somebody who came after all: that they had not is kept among the certificates.
    { act: 'certify_arrival', from: ['planned', 'no_show'], to: 'ongoing', by: 'host coordinator' },
    { act: 'certify_departure', from: ['ongoing'], to: 'departed', by: 'host coordinator' },
    {
      act: 'cancel',
      from: ['planned'],
      to: 'cancelled',
      by: 'either coordinator with a reason, the applicant who withdraws, or an office that refuses a gate',
    },
    { act: 'no_show', from: ['planned'], to: 'no_show', by: 'either coordinator, with a reason' },
  ],
);

const STANDS: Readonly<Partial<Record<MobilityState, string>>> = {
  ongoing: 'stay_has_begun',
  departed: 'stay_is_over',
  no_show: 'stay_was_not_begun',
};

/** Why an application can no more be withdrawn once its stay is so: a reason code; null while it can. */
export function standsAgainst(state: MobilityState): string | null {
  return STANDS[state] ?? null;
}

/** What its application must know of it. */
export function standingOf(state: MobilityState): 'open' | 'ongoing' | 'over' {
  if (state === 'ongoing') return 'ongoing';
  return standsAgainst(state) === null ? 'open' : 'over';
}
