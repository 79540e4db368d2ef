import { describe, expect, it } from '@jest/globals';
import type { FormDefinition, FormQuestion } from '../../calls/public.js';
import { likenessesOf } from './likeness.js';
import type { SubmittedContent } from './submitted-content.js';

const LABEL = { sr: 'x', ru: 'x', en: 'x' };
const question = (id: string, identifier?: FormQuestion['identifier']): FormQuestion => ({
  id,
  type: identifier ? 'identifier' : 'text',
  label: LABEL,
  required: false,
  ...(identifier ? { identifier } : {}),
});
const form: FormDefinition = {
  sections: [
    {
      id: 'person',
      kind: 'questions',
      title: LABEL,
      documents: [],
      consents: [],
      questions: [
        ...['native_family', 'native_given', 'passport_family', 'passport_given', 'birth_date'].map((id) =>
          question(id),
        ),
        question('passport_number'),
        question('passport_line', 'passport_mrz'),
        question('citizen_number', 'jmbg'),
        question('scholar', 'orcid'),
        question('account', 'iban'),
      ],
    },
  ],
};

function submitted(answers: Readonly<Record<string, string>>): SubmittedContent {
  return {
    language: 'en',
    formVersion: 1,
    call: 'x',
    sections: [
      {
        section: 'person',
        title: 'x',
        answers: Object.entries(answers).map(([id, value]) => ({
          question: id,
          label: 'x',
          value,
          shown: value,
        })),
      },
    ],
    choices: [],
    documents: [],
    consents: [],
  };
}

type Given = Readonly<Record<string, string>>;
/** By which kinds two applications are like one another. */
function alike(one: Given, other: Given, mails: readonly [string[], string[]] = [[], []]): string[] {
  const values = likenessesOf(form, submitted(other), mails[1]).map(({ kind, value }) => `${kind} ${value}`);
  const both = likenessesOf(form, submitted(one), mails[0]).filter(({ kind, value }) =>
    values.includes(`${kind} ${value}`),
  );
  return [...new Set(both.map(({ kind }) => kind))];
}

const JOVANA = { native_family: 'Петровић', native_given: 'Јована', birth_date: '2003-03-27' };

describe('two applications are alike', () => {
  it.each([
    ['the same name in Latin', JOVANA, { ...JOVANA, native_family: 'Petrović', native_given: 'Jovana' }],
    [
      'the name of the passport',
      JOVANA,
      {
        native_family: 'Петрович',
        native_given: 'Йована Сергеевна',
        passport_family: 'PETROVIC',
        passport_given: 'JOVANA',
        birth_date: '2003-03-27',
      },
    ],
    [
      'family and given name changed about',
      JOVANA,
      { ...JOVANA, native_family: 'Јована', native_given: 'Петровић' },
    ],
  ] as const)('by %s and the day of birth', (_words, one, other) => {
    expect(alike(one, other)).toEqual(['name_and_birth']);
  });

  it('not by the name alone, nor by the day alone', () => {
    expect(alike(JOVANA, { ...JOVANA, birth_date: '2003-03-28' })).toEqual([]);
    expect(alike(JOVANA, { ...JOVANA, native_given: 'Јелена' })).toEqual([]);
    expect(alike({ ...JOVANA, birth_date: '' }, { ...JOVANA, birth_date: '' })).toEqual([]);
    expect(alike({ birth_date: '2003-03-27' }, { birth_date: '2003-03-27' })).toEqual([]);
  });

  it('by the number of the passport, as a line of it or as it was typed, of people born on one day', () => {
    const line = { passport_line: 'L898902C36UTO7408122F1204159ZE184226B<<<<<10' };
    const typed = { passport_number: 'l 898902-c3', birth_date: '1974-08-12' };
    expect(alike(line, typed)).toEqual(['passport']);
    expect(alike(line, { ...typed, birth_date: '1975-08-12' })).toEqual([]);
    expect(alike(line, { passport_number: 'L898902C3' })).toEqual([]);
  });

  it('by what identifies a person, and not by a bank account', () => {
    const numbers = {
      citizen_number: '0101990710008',
      scholar: '0000-0002-1825-0097',
      account: 'RS35260005601001611379',
    };
    expect(alike(numbers, numbers)).toEqual(['national_id', 'orcid']);
    expect(alike({ citizen_number: '1' }, { scholar: '1' })).toEqual([]);
  });

  it('by an address that was vouched for, in whatever capitals', () => {
    expect(alike({}, {}, [['Ana@Example.org'], ['x@example.org', ' ana@example.org']])).toEqual(['mail']);
    expect(alike({}, {}, [[''], ['']])).toEqual([]);
  });
});
