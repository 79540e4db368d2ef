import { describe, expect, it } from '@jest/globals';
import { changesBetween } from './submission-changes.js';
import type { SubmittedContent } from './submitted-content.js';

const content: SubmittedContent = {
  language: 'sr-Cyrl',
  formVersion: 1,
  call: 'Семестар у Москви',
  sections: [
    {
      section: 'study',
      title: 'Студије',
      answers: [
        { question: 'year', label: 'Година', value: '2', shown: '2' },
        { question: 'field', label: 'Област', value: '0613', shown: 'Рачунарство' },
        { question: 'note', label: 'Напомена', value: '', shown: '' },
      ],
    },
  ],
  choices: [
    { rank: 1, placeId: 'a', institutionId: 'x', institution: 'МГУ', detail: 'руски' },
    { rank: 2, placeId: 'b', institutionId: 'y', institution: 'НГУ', detail: 'енглески' },
  ],
  documents: [
    {
      requirement: 'transcript',
      label: 'Препис оцена',
      uploadId: '1',
      fileName: 'индекс.pdf',
      version: 1,
      sizeBytes: 10,
      pages: 1,
      sha256: 'aa',
    },
  ],
  consents: [],
};

const [study] = content.sections;
const withAnswers = (answers: Readonly<Record<string, string>>): SubmittedContent => ({
  ...content,
  sections: [
    {
      section: 'study',
      title: 'Студије',
      answers: (study?.answers ?? []).map((answer) => ({
        ...answer,
        value: answers[answer.question] ?? answer.value,
        shown: answers[answer.question] ?? answer.shown,
      })),
    },
  ],
});

describe('what changed between two submissions', () => {
  it('is nothing where only the language of the page and the name of a file are others', () => {
    const again: SubmittedContent = {
      ...content,
      language: 'ru',
      sections: content.sections.map((section) => ({
        ...section,
        answers: section.answers.map((answer) => ({ ...answer, label: 'Другое', shown: 'Другое' })),
      })),
      documents: content.documents.map((document) => ({ ...document, fileName: 'другое.pdf', version: 2 })),
    };
    expect(changesBetween(content, again)).toEqual([]);
  });

  it('tells each answer with what it was, one that is new, and one that is gone', () => {
    expect(changesBetween(content, withAnswers({ year: '3', note: 'Ново', field: '' }))).toEqual([
      { key: 'study.year', label: 'Година', before: '2', gone: false },
      { key: 'study.field', label: 'Област', before: 'Рачунарство', gone: true },
      { key: 'study.note', label: 'Напомена', before: null, gone: false },
    ]);
  });

  it('tells another order of the choices', () => {
    const swapped = { ...content, choices: content.choices.toReversed() };
    expect(changesBetween(content, swapped)).toEqual([
      { key: 'choices', label: null, before: '1. МГУ (руски); 2. НГУ (енглески)', gone: false },
    ]);
  });

  it('tells a document of other bytes, and one that was taken away', () => {
    const replaced = { ...content, documents: content.documents.map((each) => ({ ...each, sha256: 'bb' })) };
    expect(changesBetween(content, replaced)).toEqual([
      { key: 'documents.transcript', label: 'Препис оцена', before: 'индекс.pdf', gone: false },
    ]);
    expect(changesBetween(content, { ...content, documents: [] })).toEqual([
      { key: 'documents.transcript', label: 'Препис оцена', before: 'индекс.pdf', gone: true },
    ]);
  });
});
