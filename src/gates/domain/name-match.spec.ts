import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  RUSSIAN_PASSPORT,
  SERBIAN_LATIN,
  machineReadableName,
  transliterate,
} from '../../shared/transliteration.js';
import { birthYears, matchKey, nameScore, wordScore } from './name-match.js';

const THRESHOLD = 0.88;

describe('the score of two words', () => {
  // From Winkler's own tables; and short words, of which a letter counts only where it stands.
  it.each([
    ['martha', 'marhta', 0.961],
    ['dwayne', 'duane', 0.84],
    ['dixon', 'dicksonx', 0.813],
    ['massey', 'massie', 0.933],
    ['michelle', 'michael', 0.921],
    ['julies', 'julius', 0.933],
    ['tanya', 'tonya', 0.88],
    ['ana', 'naa', 0.556],
    ['ab', 'ba', 0],
    ['abc', 'xyz', 0],
    ['a', 'a', 1],
  ])('%s and %s', (one, other, score) => {
    expect(wordScore(one, other)).toBeCloseTo(score, 3);
    expect(wordScore(other, one)).toBeCloseTo(score, 3);
  });
});

describe('names', () => {
  it.each([
    ['Ђорђе Ђоковић', 'Djordje Djokovic'],
    ['Ђорђе Ђоковић', 'ĐOKOVIĆ ĐORĐE'],
    ['Жељко Љубичић', 'Zeljko Ljubicic'],
    ['Жуков Юрий', 'ZHUKOV IURII'],
    ['Юрий Щербаков', 'Yuri Shcherbakov'],
    ['Хрущёв Никита Сергеевич', 'Nikita Khrushchev'],
    ['Подъячев Семён', 'PODIEIACHEV SEMEN'],
    ['Петровић, Ана', 'Ana Petrovic'],
    ['Шћепан Џаџић', 'Scepan Dzadzic'],
    ['Анна Петрова', 'Ana Petrova'],
  ])('%s is %s', (one, other) => {
    expect(nameScore(one, other)).toBeGreaterThanOrEqual(THRESHOLD);
  });

  it.each([
    ['Ана Петровић', 'Марко Јовановић'],
    ['Иван Иванов', 'Пётр Сидоров'],
    ['Петровић', 'Ана Марија Петровић Лазаревић'],
    ['Милан Лазић', 'Милена Лукић'],
  ])('%s is not %s', (one, other) => {
    expect(nameScore(one, other)).toBeLessThan(THRESHOLD);
  });

  const letters = (alphabet: string, from: number) =>
    fc
      .array(fc.constantFrom(...alphabet), { minLength: from, maxLength: 12 })
      .map((chosen) => chosen.join(''));
  const russian = fc.tuple(
    letters('абвгдежзиклмнопрстуфхцчшщыэюя', 3),
    letters('абвгдежзиклмнопрстуфхцчшщыэюя', 3),
  );
  const serbian = fc.tuple(
    letters('абвгдђежзијклљмнњопрстћуфхцчџш', 3),
    letters('абвгдђежзијклљмнњопрстћуфхцчџш', 3),
  );

  it('match their own transliteration, whatever it is written in', () => {
    fc.assert(
      fc.property(russian, (parts) => {
        const name = parts.join(' ');
        const passport = transliterate(name, RUSSIAN_PASSPORT);
        expect(nameScore(name, passport)).toBeGreaterThanOrEqual(THRESHOLD);
        expect(nameScore(name, machineReadableName(passport))).toBeGreaterThanOrEqual(THRESHOLD);
      }),
    );
    fc.assert(
      fc.property(serbian, (parts) => {
        const name = parts.join(' ');
        const latin = transliterate(name, SERBIAN_LATIN);
        expect(nameScore(name, latin)).toBeGreaterThanOrEqual(THRESHOLD);
        expect(nameScore(name, machineReadableName(latin))).toBeGreaterThanOrEqual(THRESHOLD);
      }),
    );
  });

  it('are the same in whatever order their words stand, and as alike from either side', () => {
    fc.assert(
      fc.property(fc.oneof(russian, serbian), fc.oneof(russian, serbian), (one, other) => {
        expect(matchKey(one.join(' '))).toBe(matchKey([...one].reverse().join(' ')));
        expect(nameScore(one.join(' '), [...one].reverse().join(' '))).toBe(1);
        expect(nameScore(one.join(' '), other.join(' '))).toBeCloseTo(
          nameScore([...other].reverse().join(' '), one.join(' ')),
          10,
        );
      }),
    );
  });

  it.each([
    [null, [1970], 'unknown'],
    [1970, [], 'unknown'],
    [1970, [1969, 1970], 'same'],
    [1971, [1969, 1970], 'other'],
  ] as const)('years of birth: %s and %s are %s', (own, listed, said) => {
    expect(birthYears(own, listed)).toBe(said);
  });
});
