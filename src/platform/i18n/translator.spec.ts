import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { LANGUAGES, type Language } from '../../shared/language.js';
import { I18nModule } from './i18n.module.js';
import { Translator } from './translator.js';

const BELGRADE = 'Europe/Belgrade';
const MOSCOW = 'Europe/Moscow';
const DEADLINE = new Date('2027-03-15T22:59:00Z');

/** Spaces of any width are one: CLDR chooses among them from version to version. */
const plain = (text: string): string => text.replace(/[\u00a0\u202f\u2009]/gu, ' ');

const folders: string[] = [];
function rootWith(files: Readonly<Record<string, object>>): string {
  const root = mkdtempSync(join(tmpdir(), 'translations-'));
  folders.push(root);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), JSON.stringify(content));
  }
  return root;
}
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

describe('with the real translations', () => {
  const translator = new Translator({ strict: true });

  it('derives Serbian Latin from Cyrillic', () => {
    expect(translator.t('sr-Cyrl', 'common.languages.en')).toBe('English');
    expect(translator.t('sr-Cyrl', 'common.save_and_continue')).toBe('Сачувајте и наставите');
    expect(translator.t('sr-Latn', 'common.save_and_continue')).toBe('Sačuvajte i nastavite');
    expect(translator.t('sr-Cyrl', 'common.languages.sr-Cyrl')).toBe('Српски (ћирилица)');
    expect(translator.t('sr-Latn', 'common.languages.sr-Cyrl')).toBe('Српски (ћирилица)');
  });

  it.each<[Language, number, string]>([
    ['sr-Cyrl', 1, 'још 1 дан'],
    ['sr-Cyrl', 3, 'још 3 дана'],
    ['sr-Cyrl', 12, 'још 12 дана'],
    ['sr-Latn', 21, 'još 21 dan'],
    ['ru', 1, 'остался 1 день'],
    ['ru', 3, 'осталось 3 дня'],
    ['ru', 12, 'осталось 12 дней'],
    ['ru', 21, 'остался 21 день'],
    ['en', 1, '1 day left'],
    ['en', 1200, '1,200 days left'],
  ])('counts in %s: %d', (language, count, text) => {
    expect(translator.t(language, 'common.deadline.days_left', { count })).toBe(text);
  });

  it('never converts, escapes or interprets what it fills in', () => {
    for (const value of ['Љубљана', '<b>&</b>', '$t(common.save)', '{{count}}', '[[x]]', '$&']) {
      expect(translator.t('sr-Latn', 'common.change_what', { what: value })).toBe(`Izmenite: ${value}`);
    }
  });

  it('fills in a value that is called like an option of the library', () => {
    const root = rootWith({ 'm/locales/en.json': { m: { a: '{{context}} {{lng}} {{defaultValue}}' } } });
    const values = { context: 'x', lng: 'ru', defaultValue: 'd' };
    expect(new Translator({ strict: true, root }).t('en', 'm.a', values)).toBe('x ru d');
  });

  it('writes one full stop where a value brings its own', () => {
    const root = rootWith({ 'm/locales/en.json': { m: { a: 'Until {{date}}.' } } });
    expect(new Translator({ strict: true, root }).t('en', 'm.a', { date: '15 Mar.' })).toBe('Until 15 Mar.');
  });

  it('writes dates alone and in sentences', () => {
    const texts = LANGUAGES.map((language) =>
      [
        translator.date(language, DEADLINE, BELGRADE),
        translator.dateInSentence(language, DEADLINE, BELGRADE),
        translator.dateTime(language, DEADLINE, MOSCOW),
      ].map(plain),
    );
    expect(texts).toEqual([
      ['15. март 2027.', '15. марта 2027.', '16. март 2027. у 01:59 по московском времену'],
      ['15. mart 2027.', '15. marta 2027.', '16. mart 2027. u 01:59 po moskovskom vremenu'],
      ['15 марта 2027 г.', '15 марта 2027 г.', '16 марта 2027 г. в 01:59 по московскому времени'],
      ['15 March 2027', '15 March 2027', '16 March 2027 at 01:59 Moscow time'],
    ]);
    expect(translator.dateTimeInSentence('sr-Cyrl', DEADLINE, BELGRADE)).toBe(
      '15. марта 2027. у 23:59 по београдском времену',
    );
  });

  it('names a zone without a wording of ours by CLDR', () => {
    expect(translator.dateTime('en', DEADLINE, 'Europe/Berlin')).toBe(
      '15 March 2027 at 23:59 (Central European Time)',
    );
  });

  it('writes midnight as 00:00', () => {
    expect(translator.dateTime('en', new Date('2027-07-01T22:00:00Z'), BELGRADE)).toContain(
      '2 July 2027 at 00:00',
    );
  });

  it('tells a deadline in both zones', () => {
    const now = new Date('2027-03-03T12:00:00Z');
    expect(translator.deadline('sr-Cyrl', DEADLINE, [BELGRADE, MOSCOW], now)).toEqual({
      relative: 'још 12 дана',
      absolute: '15. март 2027. у 23:59 по београдском времену · 16. март у 01:59 по московском времену',
    });
    expect(
      translator.deadline('en', new Date('2027-03-15T12:00:00Z'), [BELGRADE, MOSCOW, BELGRADE], now),
    ).toEqual({
      relative: '12 days left',
      absolute: '15 March 2027, 13:00 Belgrade time · 15:00 Moscow time',
    });
  });

  it.each<[number, string]>([
    [48 * 60, '2 days left'],
    [48 * 60 - 1, '1 day left'],
    [24 * 60 - 1, '23 hours left'],
    [59, '59 minutes left'],
    [0.1, '1 minute left'],
    [0, 'the deadline has passed'],
    [-5, 'the deadline has passed'],
  ])('says how long is left at %d minutes', (minutes, text) => {
    const now = new Date(DEADLINE.getTime() - minutes * 60_000);
    expect(translator.deadline('en', DEADLINE, [BELGRADE], now).relative).toBe(text);
  });

  it('writes money exactly, with its currency', () => {
    expect(plain(translator.money('sr-Cyrl', { minor: 9007199254740991, currency: 'RSD' }))).toBe(
      '90.071.992.547.409,91 RSD',
    );
    expect(plain(translator.money('ru', { minor: 1234550, currency: 'RUB' }))).toBe('12 345,50 ₽');
    expect(plain(translator.money('en', { minor: -5, currency: 'EUR' }))).toBe('-€0.05');
    expect(plain(translator.money('en', { minor: 120000, currency: 'EUR' }))).toBe('€1,200');
    expect(plain(translator.money('en', { minor: 1200, currency: 'JPY' }))).toBe('JP¥1,200');
  });

  it('names countries and languages, lists and orders', () => {
    expect(LANGUAGES.map((language) => translator.countryName(language, 'RS'))).toEqual([
      'Србија',
      'Srbija',
      'Сербия',
      'Serbia',
    ]);
    expect(translator.countryName('sr-Latn', 'US')).toBe('Sjedinjene Američke Države');
    expect(translator.languageName('sr-Latn', 'sr-Cyrl')).toBe('srpski (ćirilica)');
    expect(translator.list('ru', ['А', 'Б', 'В'])).toBe('А, Б и В');
    expect(['њ', 'н', 'љ', 'л', 'ђ', 'д'].sort(translator.compare('sr-Cyrl'))).toEqual([
      'д',
      'ђ',
      'л',
      'љ',
      'н',
      'њ',
    ]);
    expect(['nj', 'nz', 'lj', 'lz', 'č', 'cz'].sort(translator.compare('sr-Latn'))).toEqual([
      'cz',
      'č',
      'lz',
      'lj',
      'nz',
      'nj',
    ]);
    expect(['10', '9'].sort(translator.compare('en'))).toEqual(['9', '10']);
  });

  it('chooses the localized text', () => {
    const text = { sr: 'Позив [[МГУ]]', ru: 'Конкурс', en: 'Call' };
    expect(LANGUAGES.map((language) => translator.localized(language, text))).toEqual([
      'Позив МГУ',
      'Poziv МГУ',
      'Конкурс',
      'Call',
    ]);
  });
});

describe('when something is missing', () => {
  const root = rootWith({
    'm/locales/sr.json': { m: { a: 'Њива', group: { b: 'б' } } },
    'm/part/locales/ru.json': { m: { filled: 'Дано: {{x}}' } },
    'n/locales/en.json': { n: { only: 'Only' } },
  });

  it('throws where people build it', () => {
    const translator = new Translator({ strict: true, root });
    expect(() => translator.t('en', 'm.a')).toThrow('m.a');
    expect(() => translator.t('sr-Cyrl', 'm.group')).toThrow('m.group');
    expect(() => translator.t('ru', 'm.filled')).toThrow('x');
    expect(translator.has('en', 'm.a')).toBe(false);
    expect(translator.has('sr-Latn', 'm.a')).toBe(true);
  });

  it('falls back to Serbian, then English, where people use it', () => {
    const translator = new Translator({ strict: false, root });
    expect(translator.t('en', 'm.a')).toBe('Њива');
    expect(translator.t('ru', 'n.only')).toBe('Only');
    expect(translator.t('ru', 'm.nowhere')).toBe('m.nowhere');
    expect(translator.t('ru', 'm.filled')).toBe('Дано: ');
    expect(translator.has('en', 'm.a')).toBe(false);
  });

  it('is strict unless it is production', () => {
    const before = process.env['NODE_ENV'];
    try {
      process.env['NODE_ENV'] = 'production';
      expect(new Translator({ root }).t('en', 'm.a')).toBe('Њива');
      process.env['NODE_ENV'] = 'development';
      expect(() => new Translator({ root }).t('en', 'm.a')).toThrow('m.a');
    } finally {
      process.env['NODE_ENV'] = before;
    }
  });

  it('refuses two files that claim one key, and files in no language', () => {
    const twice = rootWith({
      'a/locales/en.json': { k: { x: '1' } },
      'b/locales/en.json': { k: { x: '2' } },
    });
    expect(() => new Translator({ root: twice })).toThrow('already translated');
    const foreign = rootWith({ 'a/locales/de.json': { k: '1' } });
    expect(() => new Translator({ root: foreign })).toThrow('not a language');
  });
});

it('is provided to the whole application', async () => {
  const quiet = jest.spyOn(console, 'info').mockImplementation(() => undefined);
  const module = await Test.createTestingModule({ imports: [I18nModule] }).compile();
  expect(module.get(Translator).t('en', 'common.yes')).toBe('Yes');
  expect(quiet).not.toHaveBeenCalled();
  await module.close();
});
