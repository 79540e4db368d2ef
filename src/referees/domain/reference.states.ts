import { TransitionTable } from '../../shared/transition-table.js';

export const REFERENCE_STATES = [
  'invited',
  'opened',
  'received',
  'declined',
  'expired',
  'withdrawn',
  'replaced',
] as const;
export type ReferenceState = (typeof REFERENCE_STATES)[number];
export type ReferenceAct = 'begin' | 'submit' | 'decline' | 'expire' | 'withdraw' | 'replace';

/** A letter may still come. */
export const OUTSTANDING: readonly ReferenceState[] = ['invited', 'opened'];

/** A letter of reference, from the invitation to what became of it. */
export const referenceStates = new TransitionTable<ReferenceState, ReferenceAct>(
  'reference',
  'invited',
  REFERENCE_STATES,
  [
    // Not by opening the link: mail programs open links on their own.
    { act: 'begin', from: ['invited'], to: 'opened', by: 'referee, who begins to write' },
    { act: 'submit', from: OUTSTANDING, to: 'received', by: 'referee' },
    { act: 'decline', from: OUTSTANDING, to: 'declined', by: 'referee' },
    { act: 'expire', from: OUTSTANDING, to: 'expired', by: 'clock, at the deadline for letters' },
    { act: 'withdraw', from: OUTSTANDING, to: 'withdrawn', by: 'applicant, or the end of the application' },
    {
      act: 'replace',
      from: [...OUTSTANDING, 'declined', 'expired'],
      to: 'replaced',
      by: 'applicant, who asks somebody else',
    },
  ],
);
