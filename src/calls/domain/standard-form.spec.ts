import { describe, expect, it } from '@jest/globals';
import type { LocalizedText } from '../../shared/language.js';
import { CALL_CATEGORIES } from './call.js';
import type { FormDefinition } from './form.js';
import { STANDARD_FORM } from './standard-form.js';

function textsOf(form: FormDefinition): readonly LocalizedText[] {
  return form.sections.flatMap((section) => [
    section.title,
    ...(section.intro ? [section.intro] : []),
    ...section.questions.flatMap((question) => [
      question.label,
      ...(question.hint ? [question.hint] : []),
      ...(question.options ?? []).map(({ label }) => label),
    ]),
    ...section.documents.flatMap(({ label, hint }) => [label, ...(hint ? [hint] : [])]),
    ...section.consents.map(({ text }) => text),
  ]);
}

describe.each(CALL_CATEGORIES)('the standard form for %s', (category) => {
  const form = STANDARD_FORM(category);
  const questions = form.sections.flatMap((section) => section.questions);

  it('asks everything under a name of its own', () => {
    const ids = [
      ...questions.map(({ id }) => id),
      ...form.sections.flatMap(({ documents, consents }) => [
        ...documents.map(({ id }) => id),
        ...consents.map(({ purpose }) => purpose),
      ]),
    ];
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(form.sections.map(({ id }) => id)).size).toBe(form.sections.length);
  });

  it('is written in the scripts of its languages', () => {
    for (const { sr, ru, en } of textsOf(form)) {
      expect(sr).toMatch(/[а-шђјљњћџ]/iu);
      expect(sr).not.toMatch(/[ыэъщёйьюя]/iu);
      expect(ru).toMatch(/[а-я]/iu);
      expect(ru).not.toMatch(/[ђјљњћџ]/iu);
      expect(en).not.toMatch(/\p{Script=Cyrillic}/u);
    }
  });

  it('asks for the home institution, the choices and both consents', () => {
    expect(questions.find(({ id }) => id === 'home_institution')).toMatchObject({
      type: 'institution',
      institutionCountry: 'home',
      required: true,
    });
    expect(form.sections.map(({ kind }) => kind)).toContain('choices');
    expect(form.sections.flatMap(({ consents }) => consents)).toEqual([
      expect.objectContaining({ purpose: 'processing', required: true }),
      expect.objectContaining({ purpose: 'cross_border_transfer', required: true }),
    ]);
  });

  it('gives every question of choice its options, and every other none', () => {
    for (const { type, options } of questions) expect((options?.length ?? 0) > 1).toBe(type === 'choice');
  });
});

it('asks students about studies and everybody else about work', () => {
  const idsOf = (category: 'student' | 'professor') => STANDARD_FORM(category).sections.map(({ id }) => id);
  expect(idsOf('student')).toEqual(['person', 'study', 'choices', 'motivation', 'documents', 'consents']);
  expect(idsOf('professor')).toEqual(['person', 'work', 'choices', 'motivation', 'documents', 'consents']);
});
