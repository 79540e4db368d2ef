import { describe, expect, it } from '@jest/globals';
import { institutionCity, institutionName } from './institution.js';

const names = {
  native: 'Универзитет у Нишу',
  nativeLanguage: 'sr-Cyrl',
  srCyrl: 'Универзитет у Нишу',
  srLatn: 'Univerzitet u Nišu',
  ru: 'Нишский университет',
  en: 'University of Niš',
};

describe('the name by which a reader meets an institution', () => {
  it('is in the reader’s own language and script', () => {
    expect(institutionName('sr-Cyrl', { names })).toEqual({ text: names.srCyrl, lang: 'sr-Cyrl' });
    expect(institutionName('sr-Latn', { names })).toEqual({ text: names.srLatn, lang: 'sr-Latn' });
    expect(institutionName('ru', { names })).toEqual({ text: names.ru, lang: 'ru' });
    expect(institutionName('en', { names })).toEqual({ text: names.en, lang: 'en' });
  });

  it('is derived in Serbian Latin where only the Cyrillic is known', () => {
    expect(institutionName('sr-Latn', { names: { ...names, srLatn: null } })).toEqual({
      text: 'Univerzitet u Nišu',
      lang: 'sr-Latn',
    });
  });

  it('is the own name where its language is the reader’s, though no translation stands beside it', () => {
    const own = { ...names, native: 'ОИЯИ', nativeLanguage: 'ru', ru: null };
    expect(institutionName('ru', { names: own })).toEqual({ text: 'ОИЯИ', lang: 'ru' });
  });

  it('is the English one, marked as such, where nothing else is there', () => {
    const bare = { ...names, nativeLanguage: 'ru', srCyrl: null, srLatn: null, ru: null };
    expect(institutionName('sr-Cyrl', { names: bare })).toEqual({ text: names.en, lang: 'en' });
  });
});

it('names the city in the reader’s script, or not at all', () => {
  const city = { native: 'Ниш', srCyrl: 'Ниш', ru: null, en: 'Niš' };
  expect(institutionCity('sr-Latn', { names, city })).toEqual({ text: 'Niš', lang: 'sr-Latn' });
  expect(institutionCity('ru', { names, city })).toEqual({ text: 'Niš', lang: 'en' });
  expect(
    institutionCity('ru', { names, city: { native: null, srCyrl: null, ru: null, en: null } }),
  ).toBeNull();
});
