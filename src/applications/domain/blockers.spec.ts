import { describe, expect, it } from '@jest/globals';
import type { FormDefinition } from '../../calls/public.js';
import { blockersOf, sectionState } from './blockers.js';
import type { ApplicationContents } from './blockers.js';

const text = { sr: 'т', ru: 'т', en: 't' };
const none = { questions: [], documents: [], consents: [] };
const form: FormDefinition = {
  sections: [
    {
      ...none,
      id: 'person',
      kind: 'questions',
      title: text,
      questions: [
        { id: 'name', type: 'text', label: text, required: true },
        { id: 'nickname', type: 'text', label: text, required: false },
      ],
    },
    { ...none, id: 'choices', kind: 'choices', title: text },
    {
      ...none,
      id: 'documents',
      kind: 'documents',
      title: text,
      documents: [
        { id: 'transcript', label: text, required: true },
        { id: 'passport', label: text, required: false },
      ],
    },
    {
      ...none,
      id: 'consents',
      kind: 'consents',
      title: text,
      consents: [{ purpose: 'processing', version: '2', text, required: true }],
    },
  ],
};
const NO_REFERENCES = { asked: 0, received: 0, binding: true };
const empty: ApplicationContents = {
  answers: {},
  choices: [],
  documents: [],
  consents: {},
  references: NO_REFERENCES,
};
const complete: ApplicationContents = {
  answers: { person: { name: 'Ана' } },
  choices: ['place'],
  documents: ['transcript'],
  consents: { processing: '2' },
  references: NO_REFERENCES,
};

describe('what keeps an application from being submitted', () => {
  it('is a list in the order of the pages, each leading to its control', () => {
    expect(blockersOf(form, empty)).toEqual([
      { code: 'answer_missing', section: 'person', field: 'name' },
      { code: 'choice_missing', section: 'choices', field: 'choice_1' },
      { code: 'document_missing', section: 'documents', field: 'transcript' },
      { code: 'consent_missing', section: 'consents', field: 'processing' },
    ]);
  });

  it('is nothing when all that is required is there', () => {
    expect(blockersOf(form, complete)).toEqual([]);
  });

  it('asks again when the text of a consent has changed since it was given', () => {
    const old = { ...complete, consents: { processing: '1' } };
    expect(blockersOf(form, old).map(({ code }) => code)).toEqual(['consent_missing']);
  });

  it('tells for each page whether it is begun and whether it is complete', () => {
    const begun = { ...empty, answers: { person: { nickname: 'Аца' } } };
    expect(sectionState(form, 'person', empty)).toBe('not_started');
    expect(sectionState(form, 'person', begun)).toBe('in_progress');
    expect(sectionState(form, 'person', complete)).toBe('complete');
    expect(sectionState(form, 'choices', empty)).toBe('not_started');
    expect(sectionState(form, 'documents', complete)).toBe('complete');
  });
});
