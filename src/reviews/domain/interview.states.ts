import { TransitionTable } from '../../shared/transition-table.js';

export const INTERVIEW_STATES = [
  'invited',
  'proposed',
  'booked',
  'change_asked',
  'held',
  'missed',
  'cancelled',
] as const;
export type InterviewState = (typeof INTERVIEW_STATES)[number];
export type InterviewAct =
  'propose' | 'let_choose' | 'book' | 'confirm' | 'ask_other' | 'hold' | 'miss' | 'cancel';

/** It is still to come. */
export const TO_COME: readonly InterviewState[] = ['invited', 'proposed', 'booked', 'change_asked'];

const KEEPERS = 'programme administrator or commission secretary';

/** A talk with one applicant, from the invitation to whether it took place. */
export const interviewStates = new TransitionTable<InterviewState, InterviewAct>(
  'interview',
  'invited',
  INTERVIEW_STATES,
  [
    {
      act: 'propose',
      from: ['invited', 'proposed', 'booked', 'change_asked'],
      to: 'proposed',
      by: `${KEEPERS}, with a time`,
    },
    { act: 'let_choose', from: ['proposed', 'booked', 'change_asked'], to: 'invited', by: KEEPERS },
    { act: 'book', from: ['invited'], to: 'booked', by: 'applicant, among the free times' },
    { act: 'confirm', from: ['proposed'], to: 'booked', by: 'applicant' },
    {
      act: 'ask_other',
      from: ['invited', 'proposed', 'booked'],
      to: 'change_asked',
      by: 'applicant, with a reason',
    },
    { act: 'hold', from: ['proposed', 'booked'], to: 'held', by: `${KEEPERS}, once it has begun` },
    { act: 'miss', from: ['proposed', 'booked'], to: 'missed', by: `${KEEPERS}, once it has begun` },
    { act: 'cancel', from: TO_COME, to: 'cancelled', by: `${KEEPERS}, or the end of the application` },
  ],
);
