import { describe, expect, it } from '@jest/globals';
import type { FormDefinition, FormQuestion } from '../../calls/public.js';
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
const NO_OTHERS = { invited: 0, unconfirmed: 0, confirmed: 0 };
const NO_REFERENCES = { asked: 0, received: 0, binding: true };
const empty: ApplicationContents = {
  answers: {},
  choices: [],
  documents: [],
  consents: {},
  references: NO_REFERENCES,
  coApplicants: NO_OTHERS,
};
const complete: ApplicationContents = {
  answers: { person: { name: 'Ана' } },
  choices: ['place'],
  documents: ['transcript'],
  consents: { processing: '2' },
  references: NO_REFERENCES,
  coApplicants: NO_OTHERS,
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

  describe('of co-applicants', () => {
    const admits = (min: number, max: number): FormDefinition => ({
      sections: [
        {
          id: 'co_applicants',
          kind: 'co_applicants',
          title: text,
          questions: [],
          documents: [],
          consents: [],
          coApplicants: { min, max },
        },
      ],
    });

    it.each([
      ['nobody is asked, and one is needed', 1, [0, 0, 0], ['co_applicant_missing 1']],
      ['nobody is asked, and none is needed', 0, [0, 0, 0], []],
      ['one has not answered, whom nobody needs', 0, [1, 0, 0], ['co_applicant_unanswered 1']],
      ['one accepted', 1, [0, 1, 0], ['co_applicant_unconfirmed 1']],
      ['one is still lacking beside one who confirmed', 2, [0, 0, 1], ['co_applicant_missing 1']],
      [
        'all at once',
        4,
        [1, 1, 1],
        ['co_applicant_missing 1', 'co_applicant_unanswered 1', 'co_applicant_unconfirmed 1'],
      ],
      ['all confirmed', 2, [0, 0, 2], []],
    ] as const)('%s', (_what, min, [invited, unconfirmed, confirmed], blockers) => {
      const given = { ...complete, coApplicants: { invited, unconfirmed, confirmed } };
      expect(blockersOf(admits(min, 4), given).map(({ code, values }) => `${code} ${values?.count}`)).toEqual(
        blockers,
      );
    });

    it('say of a page where nobody is needed that it is not begun, and not that it is done', () => {
      expect(sectionState(admits(0, 2), 'co_applicants', complete)).toBe('not_started');
      const asked = { ...complete, coApplicants: { invited: 1, unconfirmed: 0, confirmed: 0 } };
      expect(sectionState(admits(0, 2), 'co_applicants', asked)).toBe('in_progress');
    });
  });

  describe('of letters of reference', () => {
    const asks = (min: number, daysAfterClose: number | null): FormDefinition => ({
      sections: [
        {
          id: 'references',
          kind: 'references',
          title: text,
          questions: [],
          documents: [],
          consents: [],
          references: { min, max: 3, daysAfterClose, confidential: true },
        },
      ],
    });
    const codes = (form: FormDefinition, asked: number, received: number, binding = true) =>
      blockersOf(form, { ...complete, references: { asked, received, binding } }).map(
        ({ code, values }) => `${code} ${values?.count}`,
      );

    it.each([
      ['nobody was asked', asks(2, 14), 0, 0, ['referee_missing 2']],
      ['too few were asked', asks(2, 14), 1, 1, ['referee_missing 1']],
      ['enough were asked, and letters may come later', asks(2, 14), 2, 0, []],
      ['on the day of the closing', asks(1, 0), 1, 0, []],
      ['enough were asked, and letters have to be there', asks(2, null), 2, 1, ['letter_missing 1']],
      ['all are there', asks(2, null), 2, 2, []],
      ['none is needed', asks(0, null), 0, 0, []],
    ] as const)('%s', (_what, form, asked, received, blockers) => {
      expect(codes(form, asked, received)).toEqual(blockers);
    });

    it('never hold up what was submitted once', () => {
      expect(codes(asks(2, null), 0, 0, false)).toEqual([]);
    });
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

describe('answers of several parts', () => {
  const label = { sr: 'т', ru: 'т', en: 't' };
  const asking = (over: Partial<FormQuestion>): FormDefinition => ({
    sections: [
      {
        id: 'work',
        kind: 'questions',
        title: label,
        questions: [{ id: 'x', type: 'text', label, required: true, ...over }],
        documents: [],
        consents: [],
      },
    ],
  });
  const columns = [
    { id: 'title', label, type: 'text' as const },
    { id: 'note', label, type: 'text' as const, optional: true },
  ];

  it.each<[string, Partial<FormQuestion>, string, string[]]>([
    ['a table without an answer', { type: 'table', columns }, '', ['answer_missing']],
    ['a table with a row', { type: 'table', columns }, '[{"title":"a"}]', []],
    ['a row with a hole', { type: 'table', columns }, '[{"note":"a"}]', ['answer_incomplete']],
    ['too few rows', { type: 'table', columns, minRows: 2 }, '[{"title":"a"}]', ['rows_missing']],
    [
      'an optional table that was begun',
      { type: 'table', columns, minRows: 2, required: false },
      '[{"title":"a"}]',
      ['rows_missing'],
    ],
    ['an optional table', { type: 'table', columns, minRows: 2, required: false }, '', []],
    ['half a person', { type: 'person', required: false }, '{"name":"Ана"}', ['answer_incomplete']],
    ['a person', { type: 'person' }, '{"name":"Ана","role":"а","institution":"б","email":"a@b.rs"}', []],
  ])('%s', (_what, over, answer, codes) => {
    const work: Readonly<Record<string, string>> = answer ? { x: answer } : {};
    const given = { ...empty, answers: { work } };
    expect(blockersOf(asking(over), given).map(({ code }) => code)).toEqual(codes);
  });
});
