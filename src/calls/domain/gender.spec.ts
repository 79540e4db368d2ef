import { expect, it } from '@jest/globals';
import { ANSWERED_BY } from './eligibility.js';
import { newItemId } from './form-ids.js';
import { questionsBeforeSection } from './form-editing.js';
import { CHOSEN_EYES } from './form.js';
import { GENDER, GENDER_QUESTION, asksGender, genderOf } from './gender.js';
import { knownItems } from './known-items.js';
import { STANDARD_FORM } from './standard-form.js';

const standard = STANDARD_FORM('student');
const [person, ...others] = standard.sections;
const asking = {
  sections: person ? [{ ...person, questions: [...person.questions, GENDER_QUESTION] }, ...others] : [],
};

it.each([
  ['2', '2'],
  ['1', '1'],
  ['9', '9'],
  ['0', null],
  ['', null],
  ['3', null],
  [null, null],
] as const)('reads %j as %j', (answer, gender) => {
  expect(genderOf(answer)).toBe(gender);
});

it('is asked by no form of itself, and offered once', () => {
  expect(asksGender(standard)).toBe(false);
  expect(knownItems(standard, 'student').questions.at(-1)).toBe(GENDER_QUESTION);
  expect(asksGender(asking)).toBe(true);
  expect(knownItems(asking, 'student').questions.map(({ id }) => id)).not.toContain(GENDER);
});

it('is not counted where a form asks it for other eyes', () => {
  const section = asking.sections[0];
  const questions = (section?.questions ?? []).map((each) => ({ ...each, sensitivity: 'open' as const }));
  expect(asksGender({ sections: section ? [{ ...section, questions }] : [] })).toBe(false);
});

it('answers no condition of a call and of no reserve, and nothing can be made to hang on it', () => {
  expect(Object.values(ANSWERED_BY).flat()).not.toContain(GENDER);
  expect(questionsBeforeSection(asking, 'choices').map(({ id }) => id)).toContain('citizenship');
  expect(questionsBeforeSection(asking, 'choices').map(({ id }) => id)).not.toContain(GENDER);
});

it('is nobody’s to take for another question', () => {
  expect(newItemId(standard, { sr: 'Пол', ru: 'Пол', en: 'Gender' })).toBe('gender_2');
  expect(CHOSEN_EYES).not.toContain('statistics');
});
