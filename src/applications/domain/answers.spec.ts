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

describe('a table', () => {
  const publications = question({
    id: 'works',
    type: 'table',
    maxRows: 2,
    columns: [
      { id: 'title', label, type: 'text' },
      { id: 'year', label, type: 'number' },
      { id: 'day', label, type: 'date', optional: true },
      { id: 'kind', label, type: 'choice', options: [{ value: 'book', label }], optional: true },
    ],
  });
  const read = (typed: Record<string, unknown>) => readAnswers(section(publications), typed, TODAY);

  it('is kept as the same text however it was typed', () => {
    const kept = '[{"day":"2027-05-03","kind":"book","title":"Мост","year":"2019"}]';
    expect(
      read({
        'works-1-title': ' ',
        'works-3-kind': 'book',
        'works-3-year': '2019',
        'works-3-title': ' Мост ',
        'works-3-day': '3. мај 2027',
      }),
    ).toEqual({ answers: { works: kept }, problems: [] });
    expect(read({ works: kept }).answers).toEqual({ works: kept });
    expect(read({ works: [{ title: 'Мост', year: '2019', kind: 'book', day: '3 5 2027' }] }).answers).toEqual(
      {
        works: kept,
      },
    );
  });

  it.each<[string, Record<string, unknown>, string, string]>([
    ['a year that is no number', { 'works-2-year': 'lane' }, 'works-2-year', 'not_number'],
    ['an option that is not offered', { 'works-1-kind': 'film' }, 'works-1-kind', 'not_in_list'],
    ['a title without end', { 'works-1-title': 'a'.repeat(201) }, 'works-1-title', 'too_long'],
    [
      'more rows than it takes',
      { works: '[{"title":"a"},{"title":"b"},{"title":"c"}]' },
      'works',
      'too_many_rows',
    ],
    ['what is no table', { works: '{"title":"a"}' }, 'works', 'not_table'],
    ['what is no JSON', { works: 'title' }, 'works', 'not_table'],
    ['rows that are none', { works: '[1]' }, 'works', 'not_table'],
  ])('says where %s is', (_what, typed, field, problem) => {
    const { answers, problems } = read(typed);
    expect(problems).toEqual([expect.objectContaining({ field, problem })]);
    expect(answers).toEqual({});
  });

  it('is no answer where every row is empty', () => {
    expect(read({ 'works-1-title': '', 'works-2-year': '  ' })).toEqual({ answers: {}, problems: [] });
  });
});

describe('a person', () => {
  const mentor = section(question({ id: 'mentor', type: 'person' }));

  it('is kept in their parts', () => {
    const typed = {
      'mentor-name': ' Јелена Марић ',
      'mentor-email': 'jelena@example.org',
      'mentor-role': '',
    };
    expect(readAnswers(mentor, typed, TODAY).answers).toEqual({
      mentor: '{"email":"jelena@example.org","name":"Јелена Марић"}',
    });
  });

  it.each([
    [{ 'mentor-email': 'jelena' }, 'mentor-email', 'not_email'],
    [{ 'mentor-name': '12' }, 'mentor-name', 'not_name'],
    [{ mentor: 'Јелена' }, 'mentor', 'not_person'],
  ])('%j is refused', (typed, field, problem) => {
    expect(readAnswers(mentor, typed, TODAY).problems).toEqual([{ field, problem }]);
  });
});

it.each([
  ['past', '2026-11-28', undefined],
  ['past', '2026-11-29', 'date_in_future'],
  ['future', '2026-11-28', 'date_in_past'],
  ['future', '2026-11-29', undefined],
  ['any', '1950-01-01', undefined],
  ['any', '2100-12-31', undefined],
  ['any', '2101-01-01', 'date_too_late'],
] as const)('a date asked for in the %s: %s', (dateRange, typed, problem) => {
  const asked = section(question({ id: 'day', type: 'date', dateRange }));
  expect(readAnswers(asked, { day: typed }, '2026-11-28').problems.map((each) => each.problem)).toEqual(
    problem ? [problem] : [],
  );
});

it('an identifier is kept as its standard writes it, or refused with what is wrong', () => {
  const asked = section(question({ id: 'orcid', type: 'identifier', identifier: 'orcid' }));
  expect(readAnswers(asked, { orcid: '0000 0002 1825 0097' }, TODAY).answers).toEqual({
    orcid: '0000-0002-1825-0097',
  });
  expect(readAnswers(asked, { orcid: '0000-0002-1825-0098' }, TODAY).problems).toEqual([
    { field: 'orcid', problem: 'orcid_check' },
  ]);
});
