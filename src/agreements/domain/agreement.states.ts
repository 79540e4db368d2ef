import { TransitionTable } from '../../shared/transition-table.js';

export const AGREEMENT_STATES = ['draft', 'proposed', 'in_force', 'expired', 'terminated'] as const;
export type AgreementState = (typeof AGREEMENT_STATES)[number];
export type AgreementAct = 'propose' | 'send_back' | 'bring_into_force' | 'renew' | 'expire' | 'terminate';

/** A change of what is in force is a new version beside it: nothing leads from `in_force` back to `draft`. */
export const agreementStates = new TransitionTable<AgreementState, AgreementAct>(
  'agreement',
  'draft',
  AGREEMENT_STATES,
  [
    { act: 'propose', from: ['draft'], to: 'proposed', by: 'a party or the programme' },
    {
      act: 'send_back',
      from: ['proposed'],
      to: 'draft',
      by: 'whoever returned, declined or withdrew its version',
    },
    {
      act: 'bring_into_force',
      from: ['proposed'],
      to: 'in_force',
      by: 'all who had to, having approved the same text',
    },
    { act: 'renew', from: ['expired'], to: 'in_force', by: 'all who had to, having approved a new version' },
    { act: 'expire', from: ['in_force'], to: 'expired', by: 'the clock' },
    { act: 'terminate', from: ['in_force'], to: 'terminated', by: 'the clock, after notice by either side' },
  ],
);

export const VERSION_STATES = [
  'draft',
  'proposed',
  'returned',
  'declined',
  'withdrawn',
  'in_force',
  'superseded',
  'expired',
  'terminated',
] as const;
export type VersionState = (typeof VERSION_STATES)[number];
/** Of a version that is or was in force: everybody reads it. */
export const BOUND_STATES: readonly VersionState[] = ['in_force', 'superseded', 'expired', 'terminated'];
export type VersionAct =
  'propose' | 'return' | 'decline' | 'withdraw' | 'bring_into_force' | 'supersede' | 'expire' | 'terminate';

/** What was returned, declined or withdrawn stays as it was, with the reason: it is proposed anew as the next version. */
export const versionStates = new TransitionTable<VersionState, VersionAct>(
  'version of an agreement',
  'draft',
  VERSION_STATES,
  [
    { act: 'propose', from: ['draft'], to: 'proposed', by: 'a party or the programme' },
    { act: 'return', from: ['proposed'], to: 'returned', by: 'an institution or a country, with words' },
    {
      act: 'decline',
      from: ['proposed'],
      to: 'declined',
      by: 'an institution or both countries, with words',
    },
    { act: 'withdraw', from: ['proposed'], to: 'withdrawn', by: 'a party or the programme, with words' },
    {
      act: 'bring_into_force',
      from: ['proposed'],
      to: 'in_force',
      by: 'all who had to, having approved this text',
    },
    { act: 'supersede', from: ['in_force'], to: 'superseded', by: 'the next version, in the same act' },
    { act: 'expire', from: ['in_force'], to: 'expired', by: 'the clock' },
    { act: 'terminate', from: ['in_force'], to: 'terminated', by: 'the clock, after notice by either side' },
  ],
);
