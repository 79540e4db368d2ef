import { TransitionTable } from '../../shared/transition-table.js';

export const CONDITION_STATES = ['open', 'met', 'not_met', 'waived'] as const;
export type ConditionState = (typeof CONDITION_STATES)[number];

export const CONDITION_ACTS = ['meet', 'fail', 'waive'] as const;
export type ConditionAct = (typeof CONDITION_ACTS)[number];

const BY = 'officer of the side that set it';

/** A condition under which one side approved. The clock reminds and tells; it settles none. */
export const conditionStates = new TransitionTable<ConditionState, ConditionAct>(
  'decision condition',
  'open',
  CONDITION_STATES,
  [
    { act: 'meet', from: ['open'], to: 'met', by: BY },
    { act: 'fail', from: ['open'], to: 'not_met', by: BY },
    { act: 'waive', from: ['open'], to: 'waived', by: BY },
  ],
);
