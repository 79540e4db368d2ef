import { expect, it } from '@jest/globals';
import { contentHash } from '../../shared/content-hash.js';
import type { CallView } from './call.js';
import { callContent } from './call-content.js';
import type { FormDefinition, FormQuestion } from './form.js';

const text = { sr: 'т', ru: 'т', en: 't' };
const CALL = {
  slug: 'bridge',
  category: 'student',
  route: 'nomination',
  title: text,
  summary: text,
  whoMayApply: text,
  funding: text,
  themes: ['energy'],
  agreementId: 'a',
  academicYear: '2027/2028',
  timeZone: 'Europe/Belgrade',
  opensAt: new Date('2027-01-01T00:00:00Z'),
  closesAt: new Date('2027-02-01T00:00:00Z'),
  graceMinutes: 5,
  stayFrom: '2027-09-01',
  stayUntil: '2028-02-01',
  maxChoices: 3,
  homeEndorsement: true,
  independentAssessment: false,
  promises: { screeningDays: 5, hostDecisionDays: 20, offerDays: 10 },
  directions: [{ homeCountry: 'AA', hostCountry: 'BB' }],
} as unknown as CallView;

const hashOf = (form: FormDefinition) => contentHash(callContent(CALL, form, []));

/** A form with all that forms said before they had conditions, tables and identifiers. */
const OLD_FORM: FormDefinition = {
  eligibility: { kind: 'year', min: 2 },
  sections: [
    {
      id: 'person',
      kind: 'questions',
      title: text,
      intro: text,
      questions: [
        {
          id: 'name',
          type: 'text',
          label: text,
          hint: text,
          required: true,
          maxLength: 80,
          script: 'native',
        },
        { id: 'year', type: 'number', label: text, required: true, min: 1, max: 6, sensitivity: 'open' },
        { id: 'why', type: 'long_text', label: text, required: true, maxWords: 500 },
        { id: 'kind', type: 'choice', label: text, required: false, options: [{ value: 'a', label: text }] },
        { id: 'home', type: 'institution', label: text, required: true, institutionCountry: 'home' },
      ],
      documents: [],
      consents: [],
    },
    {
      id: 'documents',
      kind: 'documents',
      title: text,
      questions: [],
      documents: [{ id: 'cv', label: text, hint: text, required: true, sensitivity: 'passport' }],
      consents: [],
    },
    {
      id: 'references',
      kind: 'references',
      title: text,
      questions: [],
      documents: [],
      consents: [],
      references: { min: 1, max: 2, daysAfterClose: 7, confidential: true },
    },
    {
      id: 'consents',
      kind: 'consents',
      title: text,
      questions: [],
      documents: [],
      consents: [{ purpose: 'processing', version: '1', text, required: true }],
    },
  ],
};

/** What both countries approved once is compared with what is published for years: this hash never changes. */
it('hashes a form of before as it was approved', () => {
  expect(hashOf(OLD_FORM)).toBe('6a9bcf9778d726b424f9e799e8a98fb7bfedc6450c89ceb6702a56984ec4ab39');
});

it('hashes the rule for freemovers where there is one, and leaves every other call as it was', () => {
  const withRule = (freemovers: CallView['freemovers']) =>
    contentHash(callContent({ ...CALL, freemovers }, OLD_FORM, []));
  expect(withRule(null)).toBe(hashOf(OLD_FORM));
  expect(new Set([null, { maximum: null }, { maximum: 2 }].map(withRule)).size).toBe(3);
});

it('hashes what silence means where a call says so, and leaves every other call as it was', () => {
  const saying = (silence: Partial<CallView['promises']>) =>
    contentHash(callContent({ ...CALL, promises: { ...CALL.promises, ...silence } }, OLD_FORM, []));
  expect(saying({})).toBe(hashOf(OLD_FORM));
  const rules = [{}, { declinedAfterDays: 7 }, { declinedAfterDays: 8 }, { tabledAfterDays: 7 }];
  expect(new Set(rules.map(saying)).size).toBe(rules.length);
});

const questions: readonly [string, Partial<FormQuestion>][] = [
  ['a condition', { visibleIf: { question: 'a', is: ['b'] } }],
  ['another answer in a condition', { visibleIf: { question: 'a', is: ['c'] } }],
  ['a column', { columns: [{ id: 'a', label: text, type: 'text' }] }],
  ['another word in a column', { columns: [{ id: 'a', label: { ...text, ru: 'я' }, type: 'text' }] }],
  ['a freeze', { frozenDaysBeforeClose: 3 }],
  ['a place', { places: ['p'] }],
  ['an identifier', { identifier: 'orcid' }],
  ['a range', { dateRange: 'any' }],
];

it('differ with everything that a form can say of a question, a page and a document', () => {
  const form = (question: Partial<FormQuestion>, page = {}, document = {}): FormDefinition => ({
    sections: [
      {
        id: 's',
        kind: 'questions',
        title: text,
        questions: [{ id: 'q', type: 'text', label: text, required: true, ...question }],
        documents: [{ id: 'd', label: text, required: true, ...document }],
        consents: [],
        ...page,
      },
    ],
  });
  const condition = { visibleIf: { question: 'a', is: ['b'] } };
  const hashes = [
    ...[{}, ...questions.map(([, question]) => question)].map((question) => hashOf(form(question))),
    hashOf(form({}, condition)),
    hashOf(form({}, {}, condition)),
  ];
  expect(new Set(hashes).size).toBe(hashes.length);
});
