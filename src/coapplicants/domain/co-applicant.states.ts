import { TransitionTable } from '../../shared/transition-table.js';

export const CO_APPLICANT_STATES = [
  'invited',
  'accepted',
  'confirmed',
  'declined',
  'withdrawn',
  'removed',
  'left',
] as const;
export type CoApplicantState = (typeof CO_APPLICANT_STATES)[number];
export type CoApplicantAct = 'accept' | 'decline' | 'confirm' | 'void' | 'withdraw' | 'remove' | 'leave';

/** Who said yes and is not out of it. */
export const STANDING: readonly CoApplicantState[] = ['accepted', 'confirmed'];

/** A co-applicant, from the invitation to what became of it. */
export const coApplicantStates = new TransitionTable<CoApplicantState, CoApplicantAct>(
  'co_applicant',
  'invited',
  CO_APPLICANT_STATES,
  [
    // Not by opening the link: mail programs open links on their own.
    { act: 'accept', from: ['invited'], to: 'accepted', by: 'whoever is invited, signed in' },
    { act: 'decline', from: ['invited'], to: 'declined', by: 'whoever is invited' },
    { act: 'confirm', from: ['accepted'], to: 'confirmed', by: 'co-applicant, the text by its hash' },
    { act: 'void', from: ['confirmed'], to: 'accepted', by: 'applicant, who changes the text' },
    { act: 'withdraw', from: ['invited'], to: 'withdrawn', by: 'applicant, or the end of the application' },
    { act: 'remove', from: STANDING, to: 'removed', by: 'applicant, while the form is open' },
    { act: 'leave', from: STANDING, to: 'left', by: 'co-applicant' },
  ],
);
