import { describe, expect, it } from '@jest/globals';
import { certificateTells } from './certificate-clock.js';
import type { OwedCertificates } from './certificate-clock.js';

const RULE = { remindsAfter: 3, escalatesAfter: 10 };
const ONCE = new Date(0);
const STAY: OwedCertificates = {
  state: 'planned',
  plannedFrom: '2027-09-28',
  plannedUntil: '2028-02-27',
  arrivalRemindedAt: null,
  arrivalEscalatedAt: null,
  departureRemindedAt: null,
  departureEscalatedAt: null,
};

describe('the clock of certificates', () => {
  it.each([
    ['the day itself', {}, '2027-09-28', null],
    ['a day before its time', {}, '2027-09-30', null],
    ['its time, over the end of a month', {}, '2027-10-01', 'reminder'],
    ['a day later, once asked', { arrivalRemindedAt: ONCE }, '2027-10-02', null],
    ['the time of those above', { arrivalRemindedAt: ONCE }, '2027-10-08', 'escalation'],
    ['the same where the clock stood still', {}, '2027-10-30', 'escalation'],
    ['afterwards', { arrivalRemindedAt: ONCE, arrivalEscalatedAt: ONCE }, '2027-10-30', null],
    ['whoever is there', { state: 'ongoing' }, '2028-02-27', null],
    ['whoever should have left, in a leap year', { state: 'ongoing' }, '2028-03-01', 'reminder'],
    [
      'what was told of the arrival',
      { state: 'ongoing', arrivalEscalatedAt: ONCE },
      '2028-03-08',
      'escalation',
    ],
    ['whoever left', { state: 'departed' }, '2029-01-01', null],
    ['whoever did not come', { state: 'no_show' }, '2029-01-01', null],
    ['what was cancelled', { state: 'cancelled' }, '2029-01-01', null],
  ] as const)('tells of %s', (_, change, today, told) => {
    expect(certificateTells({ ...STAY, ...change }, RULE, today)).toBe(told);
  });
});
