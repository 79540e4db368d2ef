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
    { act: 'certify_arrival', from: ['planned'], to: 'ongoing', by: 'host coordinator' },
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
