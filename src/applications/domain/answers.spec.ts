import { describe, expect, it } from '@jest/globals';
import type { FormQuestion, FormSection } from '../../calls/public.js';
import { readAnswers } from './answers.js';

const label = { sr: 'т', ru: 'т', en: 't' };
const question = (over: Partial<FormQuestion> & Pick<FormQuestion, 'id' | 'type'>): FormQuestion => ({
  label,
  required: true,
  ...over,
});
const section = (...questions: FormQuestion[]): FormSection => ({
  id: 'person',
  kind: 'questions',
  title: label,
  questions,
  documents: [],
  consents: [],
});
const TODAY = '2027-03-15';

describe('answers as people type them', () => {
  it('leaves out what is empty: a page may be saved half done', () => {
    const read = readAnswers(section(question({ id: 'name', type: 'text' })), { name: '  ' }, TODAY);
    expect(read).toEqual({ answers: {}, problems: [] });
  });

  it('takes nothing that the section does not ask', () => {
    const read = readAnswers(section(question({ id: 'name', type: 'text' })), { role: 'admin' }, TODAY);
    expect(read.answers).toEqual({});
  });

  it.each([
    ['in three controls', { 'born-day': '27', 'born-month': '3', 'born-year': '2003' }, '2003-03-27'],
    ['in one', { born: '27. март 2003.' }, '2003-03-27'],
  ])('reads a date %s', (_how, typed, expected) => {
    const read = readAnswers(section(question({ id: 'born', type: 'date' })), typed, TODAY);
    expect(read).toEqual({ answers: { born: expected }, problems: [] });
  });

  it.each([
    ['31 2 2003', 'not_date'],
    ['tomorrow', 'not_date'],
    ['27 3 2099', 'date_in_future'],
    ['27 3 1803', 'date_too_early'],
  ])('says what is wrong with the date %s', (typed, problem) => {
    const read = readAnswers(section(question({ id: 'born', type: 'date' })), { born: typed }, TODAY);
    expect(read.problems).toEqual([{ field: 'born', problem }]);
  });

  it.each([
    ['Jović', 'not_passport_spelling'],
    ['ЈОВИЋ', 'not_passport_spelling'],
  ])('does not take %s for the spelling of a passport', (typed, problem) => {
    const spelt = section(question({ id: 'family', type: 'text', script: 'passport' }));
    expect(readAnswers(spelt, { family: typed }, TODAY).problems).toEqual([{ field: 'family', problem }]);
    expect(readAnswers(spelt, { family: "O'NEIL-JOVIC" }, TODAY).problems).toEqual([]);
  });

  it.each([
    ['number', 'ten', 'not_number'],
    ['email', 'ana@', 'not_email'],
    ['phone', 'call me', 'not_phone'],
    ['country', 'Serbia', 'not_in_list'],
  ] as const)('says what is wrong with a %s', (type, typed, problem) => {
    const read = readAnswers(section(question({ id: 'x', type })), { x: typed }, TODAY);
    expect(read.problems).toEqual([{ field: 'x', problem }]);
  });

  it('counts words as a reader does and says by how many there are too many', () => {
    const long = section(question({ id: 'why', type: 'long_text', maxWords: 3 }));
    expect(readAnswers(long, { why: 'један два\n\nтри' }, TODAY).problems).toEqual([]);
    expect(readAnswers(long, { why: 'један два три четири' }, TODAY).problems).toEqual([
      { field: 'why', problem: 'too_many_words', values: { max: 3, count: 4 } },
    ]);
  });
});
