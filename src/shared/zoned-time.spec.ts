import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  dayYearsLater,
  daysLater,
  instantOf,
  isTimeZone,
  lastSecondOf,
  sameHourAfter,
  wallTime,
  yearsLater,
} from './zoned-time.js';

const ZONES = ['Europe/Belgrade', 'Europe/Moscow', 'Asia/Vladivostok', 'America/New_York', 'UTC'];

describe('times by the clocks of a zone', () => {
  it.each([
    ['2027-03-15', '23:59', 'Europe/Belgrade', '2027-03-15T22:59:00.000Z'],
    ['2027-03-15', '23:59', 'Europe/Moscow', '2027-03-15T20:59:00.000Z'],
    ['2027-07-01', '00:00', 'Europe/Belgrade', '2027-06-30T22:00:00.000Z'],
    ['2027-03-15', '23:59', 'Asia/Vladivostok', '2027-03-15T13:59:00.000Z'],
    // Twice on that day: the first.
    ['2027-10-31', '02:30', 'Europe/Belgrade', '2027-10-31T00:30:00.000Z'],
  ])('%s %s in %s', (day, time, zone, instant) => {
    expect(instantOf({ day, time }, zone)?.toISOString()).toBe(instant);
  });

  it('know no instant in the hour that summer time leaps over', () => {
    expect(instantOf({ day: '2027-03-28', time: '02:30' }, 'Europe/Belgrade')).toBeNull();
    expect(instantOf({ day: '2027-02-31', time: 'x' }, 'Europe/Belgrade')).toBeNull();
  });

  it('come back as they were, in every zone and at every instant', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true }),
        fc.constantFrom(...ZONES),
        (instant, zone) => {
          const shown = wallTime(instant, zone);
          const found = instantOf(shown, zone);
          expect(found && wallTime(found, zone)).toEqual(shown);
        },
      ),
    );
  });

  it('move by years to the same time of the clocks', () => {
    const closes = new Date('2027-03-27T22:59:00Z');
    expect(wallTime(yearsLater(closes, 1, 'Europe/Belgrade'), 'Europe/Belgrade')).toEqual({
      day: '2028-03-27',
      time: '23:59',
    });
    expect(dayYearsLater('2028-02-29', 1)).toBe('2029-02-28');
    expect(daysLater('2027-12-31', 1)).toBe('2028-01-01');
    expect(isTimeZone('Europe/Belgrade') && !isTimeZone('Mars/Olympus')).toBe(true);
  });
});

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
