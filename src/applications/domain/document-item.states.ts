import { TransitionTable } from '../../shared/transition-table.js';

export const DOCUMENT_STATES = ['missing', 'uploaded', 'accepted', 'to_be_corrected', 'waived'] as const;
export type DocumentState = (typeof DOCUMENT_STATES)[number];
export type DocumentAct = 'upload' | 'remove' | 'accept' | 'ask_correction' | 'waive';

/** One document that the form asks for, on one application: from an empty place to what its checker found of it. */
export const documentStates = new TransitionTable<DocumentState, DocumentAct>(
  'document',
  'missing',
  DOCUMENT_STATES,
  [
    // Another version opens the question again, whatever was found of the one before.
    { act: 'upload', from: DOCUMENT_STATES, to: 'uploaded', by: 'applicant' },
    {
      act: 'remove',
      from: ['uploaded', 'accepted', 'to_be_corrected'],
      to: 'missing',
      by: 'applicant, while the form is open',
    },
    { act: 'accept', from: ['uploaded', 'to_be_corrected'], to: 'accepted', by: 'home coordinator' },
    { act: 'ask_correction', from: DOCUMENT_STATES, to: 'to_be_corrected', by: 'home coordinator' },
    {
      act: 'waive',
      from: ['missing', 'uploaded', 'to_be_corrected'],
      to: 'waived',
      by: 'home coordinator, where the call allows it',
    },
  ],
);
