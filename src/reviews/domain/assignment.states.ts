import { TransitionTable } from '../../shared/transition-table.js';

export const ASSIGNMENT_STATES = [
  'assigned',
  'accepted',
  'submitted',
  'declined',
  'withdrawn',
  'replaced',
  'set_aside',
] as const;
export type AssignmentState = (typeof ASSIGNMENT_STATES)[number];
export type AssignmentAct = 'accept' | 'decline' | 'submit' | 'withdraw' | 'replace' | 'set_aside';

/** A review is still awaited. */
export const AWAITED: readonly AssignmentState[] = ['assigned', 'accepted'];
/** The assignment stands: whoever has it assesses, or has assessed. */
export const STANDING: readonly AssignmentState[] = [...AWAITED, 'submitted'];

/** What one reviewer has to assess, from the assignment to the review. */
export const assignmentStates = new TransitionTable<AssignmentState, AssignmentAct>(
  'review',
  'assigned',
  ASSIGNMENT_STATES,
  [
    { act: 'accept', from: ['assigned'], to: 'accepted', by: 'reviewer' },
    { act: 'decline', from: AWAITED, to: 'declined', by: 'reviewer, with a reason' },
    { act: 'submit', from: AWAITED, to: 'submitted', by: 'reviewer' },
    {
      act: 'withdraw',
      from: STANDING,
      to: 'withdrawn',
      by: 'programme administrator or commission secretary, a declared conflict, or the end of the application',
    },
    {
      act: 'replace',
      from: [...AWAITED, 'declined'],
      to: 'replaced',
      by: 'programme administrator or commission secretary, who asks somebody else',
    },
    {
      act: 'set_aside',
      from: ['submitted'],
      to: 'set_aside',
      by: 'an upheld appeal: it counts no more, and somebody else assesses',
    },
  ],
);
