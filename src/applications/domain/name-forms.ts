import type { Language } from '../../shared/language.js';
import { SERBIAN_LATIN, transliterate } from '../../shared/transliteration.js';
import type { Answers } from './answers.js';

/** A person's name in one of its forms, with the language that it is written in. */
export interface NameInForm {
  readonly name: string;
  readonly language: Language;
}

const CYRILLIC = /\p{Script=Cyrillic}/u;

/**
 * The forms of an applicant's name, each once: as they write it, in the other script of their language where that is
 * determined (Serbian Latin follows from Cyrillic, never the other way), and as their passport spells it.
 *
 * @param answers of the form's section `person`
 * @param official the language of the applicant's country
 */
export function nameForms(answers: Answers, official: Language): [NameInForm, ...NameInForm[]] {
  const whole = (form: string) =>
    [answers[`${form}_given`], answers[`${form}_family`]]
      .map((part) => part?.trim())
      .filter(Boolean)
      .join(' ');
  const native = whole('native');
  const serbian = official === 'sr-Cyrl' || official === 'sr-Latn';
  const cyrillic = CYRILLIC.test(native);
  const latin: Language = serbian ? 'sr-Latn' : 'en';
  const forms: NameInForm[] = [];
  if (serbian && cyrillic) {
    forms.push({ name: transliterate(native, SERBIAN_LATIN), language: 'sr-Latn' });
  }
  const passport = whole('passport');
  if (passport) forms.push({ name: passport, language: latin });
  return [
    { name: native, language: cyrillic ? (serbian ? 'sr-Cyrl' : official) : latin },
    ...forms.filter((form, place) => {
      const before = [native, ...forms.slice(0, place).map((each) => each.name)];
      return !before.includes(form.name);
    }),
  ];
}
