import { describe, expect, it } from '@jest/globals';
import type { SubmittedContent } from '../../applications/public.js';
import { anonymousContent, withoutNames } from './anonymous-file.js';

const WORDS = ['Јована', 'Петровић', 'Jovana', 'Petrović', 'Petrovic', 'JOVANA', 'PETROVIC'];

describe('words without names', () => {
  it.each([
    ['Зовем се Јована Петровић.', 'Зовем се ▇▇▇ ▇▇▇.'],
    // However it is declined, and in whatever capitals.
    ['Препоручујем Јовану, о ПЕТРОВИЋКИ и Јованом.', 'Препоручујем ▇▇▇, о ▇▇▇ и ▇▇▇.'],
    ['My name is Jovana PETROVIĆ (jovana.p@uni.rs)', 'My name is ▇▇▇ ▇▇▇ (▇▇▇)'],
    ['Тел. +381 64 123 4567, https://uni.rs/jovana', 'Тел. ▇▇▇, ▇▇▇'],
    ['ORCID 0000-0002-1825-009X', 'ORCID ▇▇▇'],
    // A word that only begins alike is somebody else's.
    ['Јовањанска болница, 2027. године', 'Јовањанска болница, 2027. године'],
  ])('%s', (text, expected) => {
    expect(withoutNames(text, WORDS)).toBe(expected);
  });
});

const content: SubmittedContent = {
  language: 'sr-Cyrl',
  formVersion: 1,
  call: 'Позив',
  sections: [
    {
      section: 'person',
      title: 'Особа',
      answers: [{ question: 'native_family', label: 'Презиме', value: 'Петровић', shown: 'Петровић' }],
    },
    {
      section: 'study',
      title: 'Студије',
      answers: [
        { question: 'home_institution', label: 'Установа', value: 'id', shown: 'Универзитет у Београду' },
        { question: 'faculty', label: 'Факултет', value: 'ЕТФ', shown: 'ЕТФ' },
        { question: 'year', label: 'Година', value: '3', shown: '3' },
        {
          question: 'papers',
          label: 'Радови',
          value: '[]',
          shown: '',
          table: { columns: ['Аутори'], rows: [['Ј. Петровић и др.']] },
        },
      ],
    },
  ],
  choices: [{ rank: 1, placeId: 'p', institutionId: 'i', institution: 'МГУ', detail: 'рачунарство' }],
  documents: [
    {
      requirement: 'transcript',
      label: 'Уверење',
      uploadId: 'u',
      fileName: 'Jovana Petrovic.PDF',
      version: 1,
      sizeBytes: 1,
      pages: 1,
      sha256: 'x',
    },
    {
      requirement: 'passport_copy',
      label: 'Пасош',
      uploadId: 'v',
      fileName: 'p.pdf',
      version: 1,
      sizeBytes: 1,
      pages: 1,
      sha256: 'x',
    },
  ],
  consents: [],
};
const OPEN = [
  'study.home_institution',
  'study.faculty',
  'study.year',
  'study.papers',
  'documents.transcript',
];
const read = (...parts: ('names' | 'institutions' | 'documents')[]) =>
  anonymousContent(
    content,
    (key) => OPEN.includes(key),
    (key) => key === 'study.home_institution',
    { parts, words: WORDS },
    7,
  );

describe('a file without names', () => {
  it('shows what is open, without the name in it, and documents under another name', () => {
    const shown = read('names');
    expect(shown.sections).toHaveLength(1);
    expect(shown.sections[0]?.answers.map(({ shown: each }) => each)).toEqual([
      'Универзитет у Београду',
      'ЕТФ',
      '3',
      '',
    ]);
    expect(shown.sections[0]?.answers.at(-1)?.table?.rows).toEqual([['Ј. ▇▇▇ и др.']]);
    expect(shown.choices).toEqual([{ rank: 1, place: 'МГУ, рачунарство' }]);
    expect(shown.documents).toEqual([
      { requirement: 'transcript', label: 'Уверење', uploadId: 'u', fileName: '7-transcript.pdf' },
    ]);
    // Nothing of what is stored, by which somebody is found.
    expect(JSON.stringify(shown)).not.toMatch(/Петровић|Jovana|"id"/);
  });

  it('shows no institution and no document where these are kept back too', () => {
    const shown = read('names', 'institutions', 'documents');
    expect(shown.sections[0]?.answers.map(({ question }) => question)).toEqual(['year', 'papers']);
    expect(shown.choices).toEqual([{ rank: 1, place: 'рачунарство' }]);
    expect(shown.documents).toEqual([]);
    expect(JSON.stringify(shown)).not.toMatch(/Београд|ЕТФ|МГУ/);
  });
});
