import { TransitionTable } from '../../shared/transition-table.js';

export const NOMINATION_STATES = [
  'proposed',
  'home_endorsed',
  'home_confirmed',
  'sent',
  'host_accepted',
  'waitlisted',
  'returned',
  'rejected',
  'no_answer',
  'cancelled',
] as const;
export type NominationState = (typeof NOMINATION_STATES)[number];

export type NominationAct =
  | 'endorse'
  | 'confirm'
  | 'send'
  | 'accept'
  | 'waitlist'
  | 'return'
  | 'reject'
  | 'escalate'
  | 'decline_by_silence'
  | 'cancel';

/** Silence leads to `no_answer`, from which the host may still answer: it decides nothing by itself unless the call says so. */
const WAITS_FOR_HOST = ['sent', 'waitlisted', 'no_answer'] as const;

export const nominationStates = new TransitionTable<NominationState, NominationAct>(
  'nomination',
  'proposed',
  NOMINATION_STATES,
  [
    { act: 'endorse', from: ['proposed'], to: 'home_endorsed', by: 'home coordinator' },
    {
      act: 'confirm',
      from: ['home_endorsed'],
      to: 'home_confirmed',
      by: 'home ministry, where the call asks for it',
    },
    { act: 'send', from: ['home_endorsed', 'home_confirmed'], to: 'sent', by: 'home coordinator' },
    { act: 'accept', from: WAITS_FOR_HOST, to: 'host_accepted', by: 'host coordinator' },
    { act: 'waitlist', from: ['sent', 'no_answer'], to: 'waitlisted', by: 'host coordinator' },
    { act: 'return', from: WAITS_FOR_HOST, to: 'returned', by: 'host coordinator' },
    { act: 'reject', from: WAITS_FOR_HOST, to: 'rejected', by: 'host coordinator' },
    { act: 'escalate', from: ['sent'], to: 'no_answer', by: 'clock, at the host’s decision limit' },
    {
      act: 'decline_by_silence',
      from: ['no_answer'],
      to: 'rejected',
      by: 'clock, where the call says that silence is a no',
    },
    {
      act: 'cancel',
      from: [
        'proposed',
        'home_endorsed',
        'home_confirmed',
        'sent',
        'waitlisted',
        'no_answer',
        'host_accepted',
      ],
      to: 'cancelled',
      by: 'applicant or either institution',
    },
  ],
);

/** Nominations that leave room for another one of the same applicant. */
export const ENDED_NOMINATIONS: readonly NominationState[] = ['rejected', 'returned', 'cancelled'];

/** States in which the host institution has the file and owes an answer. */
export const AWAITING_HOST: readonly NominationState[] = WAITS_FOR_HOST;
