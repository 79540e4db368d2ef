import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isOverOn, nextPublished, publishedAsOf } from './published.js';

const days = fc
  .integer({ min: 0, max: 20_000 })
  .map((offset) => new Date(Date.UTC(2000, 0, 1 + offset)).toISOString().slice(0, 10));

describe('what everybody may know', () => {
  it.each([
    ['2027-09-30', '2027-06-30', '2028-01-01', false],
    ['2027-12-31', '2027-06-30', '2028-01-01', false],
    ['2028-01-01', '2027-12-31', '2028-07-01', true],
    ['2028-06-30', '2027-12-31', '2028-07-01', true],
    ['2028-07-01', '2028-06-30', '2029-01-01', true],
  ])('on %s is what was known on %s, until %s', (today, knownOn, next, over) => {
    expect(publishedAsOf(today)).toEqual({ on: knownOn, knownOn });
    expect(nextPublished(today)).toBe(next);
    expect(isOverOn('2026/27', publishedAsOf(today).knownOn)).toBe(over);
  });

  it('changes twice a year, and never by what was recorded today', () => {
    fc.assert(
      fc.property(days, (today) => {
        const { knownOn } = publishedAsOf(today);
        expect(knownOn < today).toBe(true);
        expect(publishedAsOf(nextPublished(today)).knownOn > knownOn).toBe(true);
        const tomorrow = new Date(Date.parse(today) + 86_400_000).toISOString().slice(0, 10);
        if (tomorrow !== nextPublished(today)) expect(publishedAsOf(tomorrow).knownOn).toBe(knownOn);
      }),
    );
  });
});
