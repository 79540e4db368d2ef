import { TransitionTable } from '../../shared/transition-table.js';

export const SIDE_STATES = [
  'pending',
  'in_review',
  'approved',
  'approved_with_conditions',
  'returned',
  'rejected',
] as const;
export type SideState = (typeof SIDE_STATES)[number];

export const VERDICTS = ['approve', 'approve_with_conditions', 'return', 'reject'] as const;
export type Verdict = (typeof VERDICTS)[number];
export type SideAct = Verdict | 'begin_review' | 'give_back' | 'put_again';

export const BEFORE_A_VERDICT = ['pending', 'in_review'] as const;

/** One country's side of a decision. The pair of both has no table: its outcome is derived (see outcome.ts). */
export const sideStates = new TransitionTable<SideState, SideAct>('decision side', 'pending', SIDE_STATES, [
  {
    act: 'begin_review',
    from: ['pending', 'in_review'],
    to: 'in_review',
    by: 'officer of that country, or another who takes it over',
  },
  {
    act: 'give_back',
    from: ['in_review'],
    to: 'pending',
    by: 'officer who had it and is bound, or another who names a delegate',
  },
  { act: 'approve', from: BEFORE_A_VERDICT, to: 'approved', by: 'officer of that country' },
  {
    act: 'approve_with_conditions',
    from: BEFORE_A_VERDICT,
    to: 'approved_with_conditions',
    by: 'officer of that country',
  },
  { act: 'return', from: BEFORE_A_VERDICT, to: 'returned', by: 'officer of that country' },
  { act: 'reject', from: BEFORE_A_VERDICT, to: 'rejected', by: 'officer of that country' },
  { act: 'put_again', from: ['returned'], to: 'pending', by: 'home coordinator' },
]);

export function isVerdictGiven(state: SideState): boolean {
  return !(BEFORE_A_VERDICT as readonly SideState[]).includes(state);
}
