import { TransitionTable } from '../../shared/transition-table.js';

export const AGREEMENT_STATES = ['draft', 'proposed', 'in_force', 'expired', 'terminated'] as const;
export type AgreementState = (typeof AGREEMENT_STATES)[number];
export type AgreementAct = 'propose' | 'withdraw_proposal' | 'bring_into_force' | 'expire' | 'terminate';

/** A change of what is in force is a new agreement: nothing leads from `in_force` back to `draft`. */
export const agreementStates = new TransitionTable<AgreementState, AgreementAct>(
  'agreement',
  'draft',
  AGREEMENT_STATES,
  [
    { act: 'propose', from: ['draft'], to: 'proposed', by: 'programme administrator' },
    { act: 'withdraw_proposal', from: ['proposed'], to: 'draft', by: 'programme administrator' },
    {
      act: 'bring_into_force',
      from: ['proposed'],
      to: 'in_force',
      by: 'both countries, having approved the same text',
    },
    { act: 'expire', from: ['in_force'], to: 'expired', by: 'the clock' },
    { act: 'terminate', from: ['in_force'], to: 'terminated', by: 'either country' },
  ],
);
