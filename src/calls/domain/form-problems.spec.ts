import { describe, expect, it } from '@jest/globals';
import { CALL_CATEGORIES } from './call.js';
import { formProblems } from './form-problems.js';
import { GENDER_QUESTION } from './gender.js';
import type { FormDefinition, FormQuestion, FormSection } from './form.js';
import { STANDARD_FORM } from './standard-form.js';

const text = { sr: 'т', ru: 'т', en: 't' };
const option = (value: string) => ({ value, label: text });

const question = (over: Partial<FormQuestion> = {}): FormQuestion => ({
  id: 'kind',
  type: 'choice',
  label: text,
  required: true,
  ...(over.type === undefined || over.type === 'choice' ? { options: [option('lab'), option('field')] } : {}),
  ...over,
});

const section = (questions: readonly FormQuestion[], over: Partial<FormSection> = {}): FormSection => ({
  id: 'work',
  kind: 'questions',
  title: text,
  questions,
  documents: [],
  consents: [],
  ...over,
});

const form = (...sections: FormSection[]): FormDefinition => ({ sections });
const plain = (over: Partial<FormQuestion>) => question({ type: 'text', id: 'detail', ...over });
const onKind = { question: 'kind', is: ['lab'] };
const table = (over: Partial<FormQuestion> = {}) =>
  plain({ type: 'table', columns: [{ id: 'year', label: text, type: 'number' }], ...over });
const choices: FormSection = section([], { id: 'choices', kind: 'choices' });
const documents = (over: object = {}): FormSection =>
  section([], {
    id: 'documents',
    kind: 'documents',
    documents: [{ id: 'plan', label: text, required: true, ...over }],
  });

it.each(CALL_CATEGORIES.map((category) => [category] as const))(
  'finds nothing in the form of a %s',
  (category) => {
    expect(formProblems(STANDARD_FORM(category))).toEqual([]);
  },
);

it.each<[string, FormDefinition]>([
  ['a question that hangs on an earlier one', form(section([question(), plain({ visibleIf: onKind })]))],
  [
    'a page and a document that hang on a question of an earlier page',
    form(
      section([question()]),
      section([plain({})], { id: 'lab', visibleIf: onKind }),
      documents({ visibleIf: onKind }),
    ),
  ],
  [
    'a question that hangs on a country',
    form(
      section([
        question({ id: 'land', type: 'country' }),
        plain({ visibleIf: { question: 'land', is: ['RS', 'RU'] } }),
      ]),
    ),
  ],
  ['a table', form(section([table({ minRows: 2, maxRows: 20 })]))],
  [
    'an identifier',
    form(section([plain({ type: 'identifier', identifier: 'jmbg', sensitivity: 'passport' })])),
  ],
  ['an open ORCID', form(section([plain({ type: 'identifier', identifier: 'orcid', sensitivity: 'open' })]))],
  [
    'a person, a freeze, a date ahead',
    form(
      section([
        plain({ type: 'person' }),
        plain({ id: 'start', type: 'date', dateRange: 'future', frozenDaysBeforeClose: 14 }),
      ]),
    ),
  ],
  ['the question of gender', form(section([GENDER_QUESTION]))],
  [
    'the question of gender asked of some only',
    form(section([question(), { ...GENDER_QUESTION, visibleIf: onKind }])),
  ],
  ['a question of a chosen place', form(choices, section([plain({ places: ['p1'] })]))],
])('takes %s', (_what, sound) => {
  expect(formProblems(sound)).toEqual([]);
});

describe('finds', () => {
  it.each<[string, FormDefinition, string, string]>([
    ['no page', form(), 'form', 'form_empty'],
    ['two pages of one name', form(section([]), section([])), 'form.work', 'form_id_twice'],
    [
      'two questions of one name on different pages',
      form(section([question()]), section([question()], { id: 'more' })),
      'form.work.kind',
      'form_id_twice',
    ],
    ['a page at the place of another page', form(section([], { id: 'check' })), 'form.check', 'form_id'],
    [
      'a question named like a control',
      form(section([plain({ id: 'revision' })])),
      'form.work.revision',
      'form_id',
    ],
    ['a name with a hyphen', form(section([plain({ id: 'a-b' })])), 'form.work.a-b', 'form_id'],
    [
      'a wording that is missing',
      form(section([plain({ label: { ...text, ru: ' ' } })])),
      'form.work.detail.label',
      'form_wording',
    ],
    [
      'a choice without options',
      form(section([question({ options: [] })])),
      'form.work.kind.options',
      'form_options',
    ],
    [
      'an option twice',
      form(section([question({ options: [option('a'), option('a')] })])),
      'form.work.kind.options',
      'form_options',
    ],
    [
      'options of a text',
      form(section([plain({ options: [option('a')] })])),
      'form.work.detail.options',
      'form_options',
    ],
    [
      'bounds the wrong way round',
      form(section([plain({ type: 'number', min: 5, max: 2 })])),
      'form.work.detail.min',
      'form_bounds',
    ],
    [
      'a condition on a later question',
      form(section([plain({ visibleIf: onKind }), question()])),
      'form.work.detail.visibleIf',
      'form_visible_if_unknown',
    ],
    [
      'a condition on itself',
      form(section([question({ visibleIf: onKind })])),
      'form.work.kind.visibleIf',
      'form_visible_if_unknown',
    ],
    [
      'a condition on a text',
      form(section([plain({ id: 'kind' }), plain({ visibleIf: onKind })])),
      'form.work.detail.visibleIf',
      'form_visible_if_unknown',
    ],
    [
      'a condition on an answer that there is not',
      form(section([question(), plain({ visibleIf: { question: 'kind', is: ['sea'] } })])),
      'form.work.detail.visibleIf',
      'form_visible_if_values',
    ],
    [
      'a condition on no answer',
      form(section([question(), plain({ visibleIf: { question: 'kind', is: [] } })])),
      'form.work.detail.visibleIf',
      'form_visible_if_values',
    ],
    [
      'a page that hangs on its own question',
      form(section([question()], { visibleIf: onKind })),
      'form.work.visibleIf',
      'form_visible_if_unknown',
    ],
    [
      'a document that hangs on nothing',
      form(documents({ visibleIf: onKind })),
      'form.documents.plan.visibleIf',
      'form_visible_if_unknown',
    ],
    [
      'a table without columns',
      form(section([table({ columns: [] })])),
      'form.work.detail.columns',
      'form_columns',
    ],
    [
      'columns of a text',
      form(section([plain({ columns: [] })])),
      'form.work.detail.columns',
      'form_columns',
    ],
    [
      'a table of nothing but optional columns',
      form(section([table({ columns: [{ id: 'a', label: text, type: 'text', optional: true }] })])),
      'form.work.detail.columns',
      'form_columns',
    ],
    [
      'more rows at least than at most',
      form(section([table({ minRows: 3, maxRows: 2 })])),
      'form.work.detail.minRows',
      'form_rows',
    ],
    ['more rows than fit', form(section([table({ maxRows: 21 })])), 'form.work.detail.minRows', 'form_rows'],
    [
      'an identifier of no kind',
      form(section([plain({ type: 'identifier' })])),
      'form.work.detail.identifier',
      'form_identifier',
    ],
    [
      'a personal number for everybody',
      form(section([plain({ type: 'identifier', identifier: 'snils', sensitivity: 'open' })])),
      'form.work.detail.sensitivity',
      'form_identifier_open',
    ],
    [
      'half a day of freezing',
      form(section([plain({ frozenDaysBeforeClose: 0.5 })])),
      'form.work.detail.frozenDaysBeforeClose',
      'form_frozen',
    ],
    [
      'a question of a place before one is chosen',
      form(section([plain({ places: ['p1'] })]), choices),
      'form.work.detail.places',
      'form_places_before_choices',
    ],
    [
      'another question for statistics alone',
      form(section([plain({ sensitivity: 'statistics' })])),
      'form.work.detail.sensitivity',
      'form_statistics',
    ],
    [
      'an answer to a condition of the call for statistics alone',
      {
        eligibility: { kind: 'year', min: 2 },
        sections: [section([plain({ id: 'year', type: 'number', sensitivity: 'statistics' })])],
      },
      'form.work.year.sensitivity',
      'form_statistics',
    ],
    [
      'a document for statistics alone',
      form(documents({ sensitivity: 'statistics' })),
      'form.documents.plan.sensitivity',
      'form_statistics',
    ],
    [
      'gender for other eyes',
      form(section([{ ...GENDER_QUESTION, sensitivity: 'open' }])),
      'form.work.gender.sensitivity',
      'form_statistics',
    ],
    [
      'gender that must be told',
      form(section([{ ...GENDER_QUESTION, required: true }])),
      'form.work.gender.required',
      'form_statistics_required',
    ],
    [
      'gender in other answers',
      form(section([{ ...GENDER_QUESTION, options: [option('1'), option('3')] }])),
      'form.work.gender.options',
      'form_statistics_options',
    ],
    [
      'gender without why it is asked',
      form(section([question({ ...GENDER_QUESTION, hint: undefined as never })])),
      'form.work.gender.hint',
      'form_statistics_hint',
    ],
    [
      'a question that hangs on gender',
      form(section([GENDER_QUESTION, plain({ visibleIf: { question: 'gender', is: ['2'] } })])),
      'form.work.detail.visibleIf',
      'form_visible_if_statistics',
    ],
    [
      'a page that hangs on gender',
      form(
        section([GENDER_QUESTION]),
        section([plain({})], { id: 'lab', visibleIf: { question: 'gender', is: ['1'] } }),
      ),
      'form.lab.visibleIf',
      'form_visible_if_statistics',
    ],
    [
      'a document that hangs on gender',
      form(section([GENDER_QUESTION]), documents({ visibleIf: { question: 'gender', is: ['1'] } })),
      'form.documents.plan.visibleIf',
      'form_visible_if_statistics',
    ],
    ['two pages of choices', form(choices, { ...choices, id: 'more' }), 'form', 'form_choices_twice'],
    [
      'questions on a page of documents',
      form({ ...documents(), questions: [plain({})] }),
      'form.documents',
      'form_section_kind',
    ],
    [
      'a condition of the call that not everybody is asked about',
      {
        eligibility: { kind: 'year', min: 2 },
        sections: [section([question(), plain({ id: 'year', type: 'number', visibleIf: onKind })])],
      },
      'form',
      'form_condition_hidden',
    ],
  ])('%s', (_what, wrong, field, problem) => {
    expect(formProblems(wrong)).toContainEqual(expect.objectContaining({ field, problem }));
  });
});
