import { TransitionTable } from '../../shared/transition-table.js';

export const APPLICATION_STATES = [
  'draft',
  'never_submitted',
  'submitted',
  'screening',
  'eligible',
  'ineligible',
  'returned',
  'lapsed',
  'in_review',
  'scored',
  'provisional',
  'final',
  'awaiting_clearance',
  'not_cleared',
  'offered',
  'accepted',
  'declined',
  'offer_expired',
  'offer_withdrawn',
  'conditions_pending',
  'confirmed',
  'conditions_not_met',
  'deferred',
  'withdrawn',
] as const;
export type ApplicationState = (typeof APPLICATION_STATES)[number];

export type ApplicationAct =
  | 'submit'
  | 'carry_over'
  | 'close_unsubmitted'
  | 'begin_screening'
  | 'find_eligible'
  | 'find_ineligible'
  | 'return'
  | 'resubmit'
  | 'lapse'
  | 'begin_review'
  | 'score'
  | 'announce'
  | 'finalise'
  | 'recall'
  | 'reopen_review'
  | 'reopen_screening'
  | 'conclude'
  | 'hold'
  | 'offer'
  | 'refuse_clearance'
  | 'accept'
  | 'decline'
  | 'expire_offer'
  | 'withdraw_offer'
  | 'set_conditions'
  | 'confirm'
  | 'fail_conditions'
  | 'defer'
  | 'resume'
  | 'withdraw'
  | 'reopen'
  | 'revive';

/** From these an applicant can still take the application back. */
const NOT_TERMINAL: readonly ApplicationState[] = [
  'draft',
  'submitted',
  'screening',
  'eligible',
  'returned',
  'in_review',
  'scored',
  'provisional',
  'final',
  'awaiting_clearance',
  'offered',
  'accepted',
  'conditions_pending',
  'confirmed',
  'deferred',
];

/** The life of an application on both routes. *Direct*: `conclude` and `offer` follow from the pair's decision. */
export const applicationStates = new TransitionTable<ApplicationState, ApplicationAct>(
  'application',
  'draft',
  APPLICATION_STATES,
  [
    { act: 'submit', from: ['draft'], to: 'submitted', by: 'applicant' },
    {
      act: 'carry_over',
      from: ['draft'],
      to: 'scored',
      by: 'applicant of the round before, with the points that it had',
    },
    { act: 'close_unsubmitted', from: ['draft'], to: 'never_submitted', by: 'clock, when the call closes' },
    { act: 'begin_screening', from: ['submitted'], to: 'screening', by: 'home coordinator' },
    { act: 'find_eligible', from: ['screening'], to: 'eligible', by: 'home coordinator' },
    { act: 'find_ineligible', from: ['screening'], to: 'ineligible', by: 'home coordinator' },
    { act: 'return', from: ['screening'], to: 'returned', by: 'home coordinator' },
    { act: 'resubmit', from: ['returned'], to: 'submitted', by: 'applicant' },
    { act: 'lapse', from: ['returned'], to: 'lapsed', by: 'clock, at the deadline of the return' },
    { act: 'begin_review', from: ['eligible'], to: 'in_review', by: 'panel' },
    { act: 'score', from: ['in_review'], to: 'scored', by: 'panel' },
    { act: 'announce', from: ['scored'], to: 'provisional', by: 'commission' },
    { act: 'recall', from: ['provisional'], to: 'scored', by: 'an upheld appeal, for the whole list' },
    { act: 'reopen_review', from: ['scored'], to: 'in_review', by: 'an upheld appeal' },
    { act: 'reopen_screening', from: ['ineligible'], to: 'screening', by: 'an upheld appeal' },
    { act: 'finalise', from: ['provisional'], to: 'final', by: 'commission' },
    {
      act: 'conclude',
      from: ['eligible'],
      to: 'final',
      by: 'both countries (direct route), or home coordinator',
    },
    {
      act: 'hold',
      from: ['final'],
      to: 'awaiting_clearance',
      by: 'the programme, when a place is free and a gate still waits',
    },
    {
      act: 'offer',
      from: ['final', 'awaiting_clearance'],
      to: 'offered',
      by: 'the programme, when a place is free and each gate is passed',
    },
    {
      act: 'refuse_clearance',
      from: [
        'eligible',
        'final',
        'awaiting_clearance',
        'offered',
        'accepted',
        'conditions_pending',
        'confirmed',
        'deferred',
      ],
      to: 'not_cleared',
      by: 'the officer of a country who refuses a gate',
    },
    { act: 'accept', from: ['offered'], to: 'accepted', by: 'applicant' },
    { act: 'decline', from: ['offered'], to: 'declined', by: 'applicant' },
    {
      act: 'expire_offer',
      from: ['offered'],
      to: 'offer_expired',
      by: 'clock, at the deadline of the offer',
    },
    {
      act: 'withdraw_offer',
      from: ['offered'],
      to: 'offer_withdrawn',
      by: 'programme administrator, or a condition that is not met',
    },
    {
      act: 'set_conditions',
      from: ['accepted'],
      to: 'conditions_pending',
      by: 'the conditions of either country that are open',
    },
    {
      act: 'confirm',
      from: ['conditions_pending'],
      to: 'confirmed',
      by: 'either country, with the last condition that is met or waived',
    },
    {
      act: 'fail_conditions',
      from: ['conditions_pending'],
      to: 'conditions_not_met',
      by: 'either country, with a condition that is not met',
    },
    { act: 'defer', from: ['confirmed'], to: 'deferred', by: 'both coordinators' },
    { act: 'resume', from: ['deferred'], to: 'confirmed', by: 'both coordinators' },
    { act: 'withdraw', from: NOT_TERMINAL, to: 'withdrawn', by: 'applicant' },
    {
      act: 'reopen',
      from: ['withdrawn'],
      to: 'draft',
      by: 'applicant, until the deadline, where it was never submitted',
    },
    {
      act: 'reopen',
      from: ['never_submitted'],
      to: 'draft',
      by: 'applicant, by a code of access',
    },
    {
      act: 'revive',
      from: ['withdrawn'],
      to: 'submitted',
      by: 'applicant, until the deadline, where it was submitted',
    },
  ],
);

/** In these the applicant may change the form: all of it, or what was returned. */
export const EDITABLE_STATES: readonly ApplicationState[] = ['draft', 'returned'];

/** In these a place is the applicant's, to answer or to take. */
export const PLACE_GIVEN: readonly ApplicationState[] = [
  'offered',
  'accepted',
  'conditions_pending',
  'confirmed',
  'deferred',
];

/** In these a place is held for the applicant. */
export const HOLDS_PLACE: readonly ApplicationState[] = ['awaiting_clearance', ...PLACE_GIVEN];

/** In these somebody still has to meet what a country asked of them. */
export const AWAITS_CONDITIONS: readonly ApplicationState[] = ['offered', 'conditions_pending'];
