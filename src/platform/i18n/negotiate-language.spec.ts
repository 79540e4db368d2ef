import { describe, expect, it } from '@jest/globals';
import type { Language } from '../../shared/language.js';
import { negotiateLanguage, type LanguageWishes } from './negotiate-language.js';

describe('negotiateLanguage', () => {
  it.each<[string, LanguageWishes, Language]>([
    ['nothing', {}, 'sr-Cyrl'],
    ['the address above all', { query: 'ru', cookie: 'en', person: 'sr-Latn', acceptLanguage: 'en' }, 'ru'],
    ['then the cookie', { cookie: 'en', person: 'sr-Latn', acceptLanguage: 'ru' }, 'en'],
    ['then the person', { person: 'sr-Latn', acceptLanguage: 'ru' }, 'sr-Latn'],
    ['then the browser', { acceptLanguage: 'ru-RU,ru;q=0.9' }, 'ru'],
    ['an unknown word in the address', { query: 'de', cookie: 'en' }, 'en'],
    ['a list in the address', { query: ['ru', 'en'], acceptLanguage: 'en' }, 'en'],
  ])('heeds %s', (_what, wishes, language) => {
    expect(negotiateLanguage(wishes)).toBe(language);
  });

  it.each<[string, Language]>([
    ['sr', 'sr-Cyrl'],
    ['sr-RS', 'sr-Cyrl'],
    ['sr-Cyrl-RS', 'sr-Cyrl'],
    ['sr-Latn-RS,sr;q=0.9', 'sr-Latn'],
    ['SR-LATN', 'sr-Latn'],
    ['hr-HR', 'sr-Latn'],
    ['bs', 'sr-Latn'],
    ['be', 'ru'],
    ['uk-UA,uk;q=0.9', 'ru'],
    ['kk', 'ru'],
    ['en-US,en;q=0.5', 'en'],
    ['de-DE,de;q=0.9,en;q=0.8,ru;q=0.85', 'ru'],
    ['en;q=0, ru;q=0.1', 'ru'],
    ['de', 'sr-Cyrl'],
    ['*', 'sr-Cyrl'],
    ['', 'sr-Cyrl'],
    [';;;,,q=,en;q=x', 'sr-Cyrl'],
  ])('reads Accept-Language %s as %s', (acceptLanguage, language) => {
    expect(negotiateLanguage({ acceptLanguage })).toBe(language);
  });
});
