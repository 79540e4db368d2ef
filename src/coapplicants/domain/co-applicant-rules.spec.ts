import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { askedBefore, nameProblems, remindableFrom, roomFor, tidyNames } from './co-applicant-rules.js';
import { CO_APPLICANT_STATES, STANDING, coApplicantStates } from './co-applicant.states.js';

const DAY_MS = 86_400_000;
const NOW = new Date('2027-03-01T12:00:00Z');
const daysAgo = (days: number) => new Date(NOW.getTime() - days * DAY_MS);
const NAMES = {
  nativeFamily: 'Смирнова',
  nativeGiven: 'Анна',
  latinFamily: 'Smirnova',
  latinGiven: 'Anna',
  passportFamily: '',
  passportGiven: '',
};

describe('the room that a call leaves', () => {
  it('is held by whoever is asked or stands in it, and by nobody else', () => {
    fc.assert(
      fc.property(fc.nat(10), fc.array(fc.constantFrom(...CO_APPLICANT_STATES)), (max, states) => {
        const held = states.filter((state) => state === 'invited' || STANDING.includes(state)).length;
        expect(roomFor({ max }, states)).toBe(Math.max(0, max - held));
      }),
    );
  });
});

describe('an invitation', () => {
  it.each([
    ['was sent today', { createdAt: NOW, remindedAt: null }, 3],
    ['was sent again a day ago', { createdAt: daysAgo(9), remindedAt: daysAgo(1) }, 2],
    ['was sent long ago', { createdAt: daysAgo(9), remindedAt: null }, -6],
  ])('that %s can be sent again some days after the last mail', (_what, asked, days) => {
    expect(remindableFrom(asked).getTime() - NOW.getTime()).toBe(days * DAY_MS);
  });

  it('holds its address while it is open, and for some days after it is not', () => {
    const asked = (state: (typeof CO_APPLICANT_STATES)[number], days: number) =>
      askedBefore([{ state, createdAt: daysAgo(days), remindedAt: null }], NOW)?.problem;
    expect(asked('invited', 30)).toBe('co_applicant_asked');
    expect(asked('confirmed', 30)).toBe('co_applicant_asked');
    expect(asked('withdrawn', 1)).toBe('co_applicant_asked_lately');
    expect(asked('declined', 3)).toBeUndefined();
    expect(asked('left', 30)).toBeUndefined();
  });
});

describe('names', () => {
  it.each([
    ['all that is needed', {}, []],
    ['a family name that is missing', { nativeFamily: ' ' }, ['nativeFamily required']],
    ['Cyrillic where Latin letters belong', { latinGiven: 'Анна' }, ['latinGiven wrong_script']],
    ['diacritics in Latin letters', { latinFamily: 'Đorđević-Šćepanović' }, []],
    ['half a passport', { passportFamily: 'SMIRNOVA' }, ['passportGiven required']],
    [
      'diacritics in a passport',
      { passportFamily: 'ŠĆEPANOVIĆ', passportGiven: 'ANA' },
      ['passportFamily not_passport_spelling'],
    ],
    ['small letters of a passport', { passportFamily: 'smirnova', passportGiven: 'anna' }, []],
    ['an address', { nativeGiven: 'https://example.org' }, ['nativeGiven not_name']],
  ])('with %s', (_what, change, problems) => {
    const found = nameProblems(tidyNames({ ...NAMES, ...change }));
    expect(found.map(({ field, problem }) => `${field} ${problem}`)).toEqual(problems);
  });
});

describe('the lifecycle', () => {
  it('lets nobody confirm who has not accepted, and nobody come back who is out', () => {
    expect(coApplicantStates.from('confirm')).toEqual(['accepted']);
    for (const state of ['declined', 'withdrawn', 'removed', 'left'] as const) {
      for (const act of ['accept', 'decline', 'confirm', 'void', 'withdraw', 'remove', 'leave'] as const) {
        expect(coApplicantStates.allows(state, act)).toBe(false);
      }
    }
  });
});
