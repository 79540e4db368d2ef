import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CALL_CATEGORIES } from '../../domain/call.js';
import { STANDARD_FORM } from '../../domain/standard-form.js';
import type { FormFields } from '../../../platform/http/session-data.js';
import type { DocumentRequirement, FormQuestion, QuestionType } from '../../domain/form.js';
import { sensitivityOf } from '../../domain/form-sensitivity.js';
import { ComposerEntries } from './composer-entries.js';
import { checkVisibleIf, readConsent, readDocument, readQuestion, readSection } from './read-item-entry.js';
import {
  consentFields,
  documentFields,
  newQuestionFields,
  questionFields,
  rowsAfter,
  sectionFields,
} from './write-item-entry.js';

const UNLOCKED = { optional: false, sensitivity: false, options: false };
const words = (text: string) => ({ sr: text, ru: text, en: text });
const table: FormQuestion = {
  id: 'exams',
  type: 'table',
  label: words('Exams'),
  required: true,
  sensitivity: 'open',
  columns: [
    { id: 'subject', label: words('Subject'), type: 'text' },
    {
      id: 'passed',
      label: words('Passed'),
      type: 'choice',
      options: [{ value: 'yes', label: words('Yes') }],
    },
    { id: 'grade', label: words('Grade'), type: 'number', optional: true },
  ],
  minRows: 2,
  maxRows: 10,
};
const others: readonly FormQuestion[] = [
  table,
  {
    id: 'orcid',
    type: 'identifier',
    identifier: 'orcid',
    label: words('ORCID'),
    required: false,
    sensitivity: 'open',
  },
  {
    id: 'until',
    type: 'date',
    dateRange: 'future',
    label: words('Until'),
    required: true,
    sensitivity: 'contact',
    frozenDaysBeforeClose: 7,
    visibleIf: { question: 'level', is: ['7', '8'] },
  },
  {
    id: 'share',
    type: 'number',
    min: -2.5,
    max: 10,
    label: words('Share'),
    required: true,
    sensitivity: 'open',
  },
];
const questions = [
  ...others,
  ...CALL_CATEGORIES.flatMap((category) =>
    STANDARD_FORM(category).sections.flatMap((section) => section.questions),
  ),
];

describe('a page that is opened and saved as it is', () => {
  it.each(questions.map((question) => [question.id, question] as const))(
    'changes no question: %s',
    (_id, question) => {
      const entries = new ComposerEntries(questionFields(question));
      const { id, ...rest } = question;
      expect({ id, ...readQuestion(entries, question.type, question, UNLOCKED) }).toEqual({ id, ...rest });
      expect(entries.problems).toEqual([]);
    },
  );

  it('changes no document, consent or section', () => {
    const documents: readonly DocumentRequirement[] = [
      ...STANDARD_FORM('staff').sections.flatMap((section) => section.documents),
      {
        id: 'diploma',
        label: words('Diploma'),
        required: true,
        sensitivity: 'identity',
        dueDaysAfterClose: 0,
        translation: 'certified',
        legalisation: true,
        waivable: true,
      },
    ];
    for (const { id, ...document } of documents) {
      expect(
        readDocument(new ComposerEntries(documentFields({ id, ...document })), { id, ...document }),
      ).toEqual({
        ...document,
        sensitivity: sensitivityOf({ id, ...document }),
      });
    }
    const references = { min: 1, max: 3, daysAfterClose: null, confidential: true };
    const form = STANDARD_FORM('professor', { references });
    for (const section of form.sections) {
      const { title, intro, visibleIf } = section;
      expect(readSection(new ComposerEntries(sectionFields(section)), section.kind)).toEqual({
        title,
        ...(intro ? { intro } : {}),
        ...(visibleIf ? { visibleIf } : {}),
        ...(section.references ? { references } : {}),
      });
      for (const { text, required } of section.consents) {
        expect(readConsent(new ComposerEntries(consentFields({ text, required })), false)).toEqual({
          text,
          required,
        });
      }
    }
  });
});

describe('what was typed', () => {
  const WORDED = { 'label-en': 'Label' };
  const WRONG: readonly (readonly [string, QuestionType, FormFields, string])[] = [
    ['no wording at all', 'text', { 'label-en': ' ' }, 'label-sr required'],
    ['a limit that is no number', 'text', { maxLength: 'ten' }, 'maxLength not_number'],
    ['a limit out of all bounds', 'long_text', { maxWords: '0' }, 'maxWords out_of_range'],
    ['bounds turned round', 'number', { min: '5', max: '3' }, 'max out_of_range'],
    ['a choice of nothing', 'choice', { 'option-rows': '2' }, 'options required'],
    ['a table of nothing', 'table', { 'column-rows': '3' }, 'columns required'],
    ['an unknown number', 'identifier', { identifier: 'passport' }, 'identifier not_in_list'],
    ['eyes that there are not', 'text', { sensitivity: 'secret' }, 'sensitivity not_in_list'],
    ['only of some, but of none', 'text', { visibleIf: 'level' }, 'visibleIf required_choice'],
  ];
  it.each(WRONG)('has its problem at its field: %s', (_what, type, fields, problem) => {
    const entries = new ComposerEntries({ ...WORDED, ...fields });
    readQuestion(entries, type, null, UNLOCKED);
    expect(entries.problems.map((each) => `${each.field} ${each.problem}`)).toContain(problem);
  });

  it('hangs on answers that exist', () => {
    const candidates = STANDARD_FORM('student').sections.flatMap((section) => section.questions);
    const problemsOf = (question: string, ...is: string[]) => {
      const entries = new ComposerEntries({});
      checkVisibleIf(entries, { question, is }, candidates);
      return entries.problems.length;
    };
    expect(problemsOf('level', '7')).toBe(0);
    expect(problemsOf('citizenship', 'ME')).toBe(0);
    expect(problemsOf('level', '9')).toBe(1);
    expect(problemsOf('citizenship', 'Montenegro')).toBe(1);
    expect(problemsOf('toString', 'x')).toBe(1);
  });

  it('keeps the values of options, and gives a new one no value that was there', () => {
    const question: FormQuestion = {
      id: 'housing',
      type: 'choice',
      label: words('Housing'),
      required: true,
      options: [
        { value: 'yes', label: words('Yes') },
        { value: 'no', label: words('No') },
      ],
    };
    const fields = {
      ...questionFields(question),
      'option-rows': '3',
      'option-0-en': 'Please',
      'option-2-en': 'Yes',
    };
    const removed = rowsAfter(fields, 'option-remove-1') ?? {};
    const { options } = readQuestion(new ComposerEntries(removed), 'choice', question, UNLOCKED);
    expect(options?.map(({ value }) => value)).toEqual(['yes', 'yes_2']);
  });
});

describe('the rows of a page', () => {
  it('move, go and come, with all that stands in them', () => {
    const fields = questionFields(table);
    const columns = (from: typeof fields | null) =>
      readQuestion(new ComposerEntries(from ?? {}), 'table', table, UNLOCKED).columns?.map(({ id }) => id);
    expect(columns(rowsAfter(fields, 'column-up-2'))).toEqual(['subject', 'grade', 'passed']);
    expect(columns(rowsAfter(fields, 'column-down-0'))).toEqual(['passed', 'subject', 'grade']);
    expect(columns(rowsAfter(fields, 'column-remove-1'))).toEqual(['subject', 'grade']);
    expect(columns(rowsAfter(fields, 'column-more'))).toEqual(['subject', 'passed', 'grade']);
    expect(columns(rowsAfter(fields, 'column-up-0'))).toEqual(['subject', 'passed', 'grade']);
    expect(rowsAfter(fields, 'save')).toBeNull();
  });

  it('never grow without end, whatever is sent', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.string(), (acts, rows) => {
        let fields = { ...newQuestionFields('choice'), 'option-rows': rows };
        for (const act of ['option-more', ...acts, 'option-up-99', 'option-remove-99']) {
          fields = { ...fields, ...rowsAfter(fields, act) };
        }
        const entries = new ComposerEntries(fields);
        expect(readQuestion(entries, 'choice', null, UNLOCKED).options?.length).toBeLessThanOrEqual(60);
      }),
    );
  });
});
