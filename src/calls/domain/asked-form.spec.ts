import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { askedForm, questionsOnPage } from './asked-form.js';
import type { FormDefinition, FormQuestion, FormSection, VisibleIf } from './form.js';
import { STANDARD_FORM } from './standard-form.js';

const label = { sr: 'т', ru: 'т', en: 't' };
const when = (question: string, ...is: string[]): { visibleIf: VisibleIf } => ({
  visibleIf: { question, is },
});
const choice = (id: string, over: Partial<FormQuestion> = {}): FormQuestion => ({
  id,
  type: 'choice',
  label,
  required: true,
  options: ['yes', 'no'].map((value) => ({ value, label })),
  ...over,
});
const page = (
  id: string,
  questions: readonly FormQuestion[],
  over: Partial<FormSection> = {},
): FormSection => ({
  id,
  kind: 'questions',
  title: label,
  questions,
  documents: [],
  consents: [],
  ...over,
});

const FORM: FormDefinition = {
  sections: [
    page('first', [
      choice('travels'),
      choice('visa', when('travels', 'yes')),
      choice('visa_kind', when('visa', 'no')),
    ]),
    page('choices', [], { kind: 'choices' }),
    page('second', [choice('laboratory', { places: ['p1', 'p2'] })]),
    page('third', [choice('family')], when('travels', 'yes')),
    page('fourth', [choice('children', when('family', 'yes')), choice('end')]),
    page('documents', [], {
      kind: 'documents',
      documents: [
        { id: 'permit', label, required: true, ...when('visa', 'yes') },
        { id: 'photo', label, required: true },
      ],
    }),
  ],
};

/** Pages with what they ask, for people to read. */
const outline = (form: FormDefinition) =>
  form.sections.map(({ id, questions, documents }) =>
    [id, ...questions.map((each) => each.id), ...documents.map((each) => each.id)].join(' '),
  );

const given = (
  first: Record<string, string>,
  third: Record<string, string> = {},
  choices: string[] = [],
) => ({
  answers: { first, third },
  choices,
});

describe('the form as one applicant is asked it', () => {
  it.each([
    ['nothing is answered', given({}), ['first travels', 'choices', 'fourth end', 'documents photo']],
    [
      'one answer opens a question, a page and with the next one a document',
      given({ travels: 'yes', visa: 'yes' }, { family: 'yes' }),
      ['first travels visa', 'choices', 'third family', 'fourth children end', 'documents permit photo'],
    ],
    [
      'what hangs on a question that fell away falls with it, whatever was answered before',
      given({ travels: 'no', visa: 'no', visa_kind: 'yes' }, { family: 'yes' }),
      ['first travels', 'choices', 'fourth end', 'documents photo'],
    ],
    [
      'a chosen place asks in addition',
      given({}, {}, ['p9', 'p2']),
      ['first travels', 'choices', 'second laboratory', 'fourth end', 'documents photo'],
    ],
    [
      'a place that asks nothing does not',
      given({}, {}, ['p9']),
      ['first travels', 'choices', 'fourth end', 'documents photo'],
    ],
  ])('%s', (_case, so, expected) => {
    expect(outline(askedForm(FORM, so))).toEqual(expected);
  });

  it('is the very form where nothing hangs on anything', () => {
    const form = STANDARD_FORM('student');
    expect(askedForm(form, given({}))).toBe(form);
  });

  it('does not depend on answers to what is not asked', () => {
    const answer = fc.constantFrom('yes', 'no', '');
    fc.assert(
      fc.property(answer, answer, answer, answer, answer, (travels, visa, visaKind, family, other) => {
        const so = given({ travels, visa, visa_kind: visaKind }, { family });
        const asked = askedForm(FORM, so);
        const ids = new Set(asked.sections.flatMap(({ questions }) => questions.map(({ id }) => id)));
        const changed = given(
          {
            travels,
            visa: ids.has('visa') ? visa : other,
            visa_kind: ids.has('visa_kind') ? visaKind : other,
          },
          { family: ids.has('family') ? family : other },
        );
        expect(outline(askedForm(FORM, changed))).toEqual(outline(asked));
      }),
    );
  });
});

it('shows on a page what another answer on it would ask for, and not what hangs on another page', () => {
  const shown = (place: number, so: ReturnType<typeof given>) =>
    questionsOnPage(FORM, FORM.sections[place] ?? page('none', []), so).map(
      ({ question, asked }) => `${question.id}${asked ? '' : '?'}`,
    );
  expect(shown(0, given({}))).toEqual(['travels', 'visa?', 'visa_kind?']);
  expect(shown(0, given({ travels: 'yes' }))).toEqual(['travels', 'visa', 'visa_kind?']);
  expect(shown(4, given({}))).toEqual(['end']);
  expect(shown(4, given({ travels: 'yes' }, { family: 'yes' }))).toEqual(['children', 'end']);
  expect(shown(2, given({}))).toEqual([]);
});
