import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lastSecondOf, sameHourAfter } from './zoned-time.js';

const ZONES = ['Europe/Belgrade', 'Europe/Moscow', 'Asia/Vladivostok', 'America/New_York', 'UTC'];

const shown = (instant: Date, timeZone: string) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(instant);

describe('the last second of a day', () => {
  it.each([
    ['2027-03-27', 'Europe/Belgrade', '2027-03-27T22:59:59.000Z'],
    ['2027-03-28', 'Europe/Belgrade', '2027-03-28T21:59:59.000Z'],
    ['2027-10-31', 'Europe/Belgrade', '2027-10-31T22:59:59.000Z'],
    ['2027-03-28', 'Asia/Vladivostok', '2027-03-28T13:59:59.000Z'],
  ])('%s in %s', (day, zone, instant) => {
    expect(lastSecondOf(day, zone).toISOString()).toBe(instant);
  });

  it('is 23:59:59 by the clock on the wall, in every zone and on every day', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3000 }), fc.constantFrom(...ZONES), (days, zone) => {
        const day = new Date(Date.UTC(2026, 0, 1 + days)).toISOString().slice(0, 10);
        expect(shown(lastSecondOf(day, zone), zone)).toBe(`${day} 23:59:59`);
      }),
    );
  });
});

describe('the same hour some days later', () => {
  it('is the same by the clock on the wall, over both changes of summer time', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 800 }),
        fc.integer({ min: 0, max: 120 }),
        fc.constantFrom(...ZONES),
        (start, days, zone) => {
          const from = new Date(Date.UTC(2026, 0, 1 + start, 11, 59, 0));
          const time = (instant: Date) => shown(instant, zone).slice(11);
          expect(time(sameHourAfter(from, days, zone))).toBe(time(from));
        },
      ),
    );
  });
});
