import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { legalisationOf } from '../domain/treaty.js';
import type { Treaty } from '../domain/treaty.js';
import { TREATIES } from './treaties.js';

const countries = (
  JSON.parse(readFileSync(new URL('./countries.json', import.meta.url), 'utf8')) as readonly {
    code: string;
  }[]
).map(({ code }) => code);

describe('the treaties', () => {
  it('stand once each, between at least two countries that take part, with words in every language and a source', () => {
    expect(new Set(TREATIES.map(({ id }) => id)).size).toBe(TREATIES.length);
    for (const { parties, title, signedOn, source } of TREATIES) {
      expect(new Set(parties).size).toBeGreaterThan(1);
      expect(parties.filter((code) => !countries.includes(code))).toEqual([]);
      expect([title.sr, title.ru, title.en].every((words) => words.trim() !== '')).toBe(true);
      expect(title.sr).toMatch(/\p{Script=Cyrillic}/u);
      expect(Number.isNaN(Date.parse(signedOn))).toBe(false);
      expect(source).toMatch(/https:\/\//);
    }
  });

  it('say whether the ministries confirmed them, and if so both when and by whom', () => {
    for (const { verifiedOn, verifiedBy } of TREATIES) expect(verifiedOn === null).toBe(verifiedBy === null);
  });
});

const treaty = (parties: readonly string[], waivesLegalisation = true): Treaty => ({
  id: parties.join(),
  parties,
  title: { sr: 'x', ru: 'x', en: 'x' },
  signedOn: '2000-01-01',
  waivesLegalisation,
  source: 'x',
  verifiedOn: null,
  verifiedBy: null,
});

describe('a legalisation', () => {
  const AB = treaty(['AA', 'BB']);
  const ABC = treaty(['AA', 'BB', 'CC']);
  it.each([
    ['is waived between the parties, in either direction', [AB], 'BB', ['AA'], [AB], []],
    ['is needed where one of the two is no party', [AB], 'AA', ['CC'], [], ['CC']],
    ['is needed where only the other country is a party', [AB], 'CC', ['AA'], [], ['AA']],
    ['is told apart by the countries of use', [AB], 'AA', ['BB', 'CC', 'BB'], [AB], ['CC']],
    ['is waived once by a treaty of several', [ABC], 'AA', ['BB', 'CC'], [ABC], []],
    ['is needed where the treaty waives none', [treaty(['AA', 'BB'], false)], 'AA', ['BB'], [], ['BB']],
    ['is no matter at home', [], 'AA', ['AA'], [], []],
    ['is not known to be needed where nobody knows the country of use', [AB], 'AA', [], [], []],
  ] as const)('%s', (_words, treaties, issuedIn, usedIn, waivedBy, neededIn) => {
    expect(legalisationOf(treaties, issuedIn, usedIn)).toEqual({ waivedBy, neededIn });
  });
});
