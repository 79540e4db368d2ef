import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { STANDARD_FORM } from './standard-form.js';
import { referencesDueAt, referencesOf } from './reference-deadline.js';

const asked = (daysAfterClose: number | null) => ({ min: 1, max: 2, confidential: true, daysAfterClose });
const call = (closesAt: string, timeZone: string, graceMinutes = 15) => ({
  closesAt: new Date(closesAt),
  acceptsUntil: new Date(Date.parse(closesAt) + graceMinutes * 60_000),
  timeZone,
});

describe('until when letters are taken', () => {
  it('is the last moment of submitting where they have to be there before', () => {
    expect(referencesDueAt(call('2027-03-01T22:59:00Z', 'Europe/Belgrade'), asked(null))).toEqual(
      new Date('2027-03-01T23:14:00Z'),
    );
  });

  it.each([
    ['over the beginning of summer time', '2027-03-20T22:59:00Z', 14, '2027-04-03T21:59:00Z'],
    ['over its end', '2027-10-20T21:59:00Z', 14, '2027-11-03T22:59:00Z'],
    ['inside it', '2027-06-01T21:59:00Z', 7, '2027-06-08T21:59:00Z'],
  ])('keeps the hour by the clocks of the call: %s', (_when, closes, days, due) => {
    expect(referencesDueAt(call(closes, 'Europe/Belgrade'), asked(days))).toEqual(new Date(due));
  });

  it('keeps it where no clock is moved', () => {
    expect(referencesDueAt(call('2027-03-20T13:59:00Z', 'Asia/Vladivostok'), asked(14))).toEqual(
      new Date('2027-04-03T13:59:00Z'),
    );
  });

  it('is never before the last moment of submitting, and later with each day', () => {
    const zones = fc.constantFrom('Europe/Belgrade', 'Europe/Moscow', 'Asia/Vladivostok');
    const closings = fc.date({
      min: new Date('2026-01-01'),
      max: new Date('2030-01-01'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(closings, zones, fc.nat(100), fc.nat(120), (closes, zone, days, grace) => {
        const closing = call(closes.toISOString(), zone, grace);
        const due = referencesDueAt(closing, asked(days));
        expect(due.getTime()).toBeGreaterThanOrEqual(closing.acceptsUntil.getTime());
        expect(referencesDueAt(closing, asked(days + 1)).getTime()).toBeGreaterThan(due.getTime() - 1);
      }),
    );
  });
});

it('a form asks for letters only where it is told to', () => {
  expect(referencesOf(STANDARD_FORM('student'))).toBeNull();
  expect(referencesOf(STANDARD_FORM('student', { references: asked(7) }))).toEqual(asked(7));
});
