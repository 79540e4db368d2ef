import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { panelFaults, whyNotSit } from './who-may-sit.js';
import type { Candidate, Seated } from './who-may-sit.js';

const candidate = (change: Partial<Candidate> = {}): Candidate => ({
  personId: 'ana',
  country: 'AA',
  bound: false,
  tookPart: false,
  ...change,
});
const seat = (personId: string, country: string, head = false): Seated => ({ personId, country, head });

describe('who may sit', () => {
  it.each([
    [{}, null],
    [{ bound: true }, 'bound_to_appeal'],
    [{ tookPart: true }, 'took_part'],
    [{ bound: true, tookPart: true }, 'bound_to_appeal'],
  ] as const)('%j', (change, reason) => {
    expect(whyNotSit(candidate(change))).toBe(reason);
  });
});

describe('what keeps a panel from voting', () => {
  const three = [seat('ana', 'AA', true), seat('boris', 'BB'), seat('vera', 'AA')];
  const fit = [candidate(), candidate({ personId: 'boris', country: 'BB' })];

  it.each([
    ['nothing', three, fit, []],
    ['too few', three.slice(0, 2), fit, ['panel_too_small']],
    ['nobody leads', three.map((each) => ({ ...each, head: false })), fit, ['panel_without_head']],
    [
      'a country that could sit does not',
      three.map((each) => ({ ...each, country: 'AA' })),
      fit,
      ['panel_of_one_country'],
    ],
    ['nobody of it is fit', three.map((each) => ({ ...each, country: 'AA' })), [candidate()], []],
    ['everything', [], fit, ['panel_too_small', 'panel_of_one_country', 'panel_without_head']],
  ] as const)('%s', (_what, seated, able, faults) => {
    expect(panelFaults(3, ['AA', 'BB'], seated, able)).toEqual(faults);
  });

  it('is never cured by taking somebody away', () => {
    const anySeats = fc.array(
      fc.record({ personId: fc.uuid(), country: fc.constantFrom('AA', 'BB'), head: fc.boolean() }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(anySeats, (seated) => {
        const faults = panelFaults(3, ['AA', 'BB'], seated, fit);
        for (const left of seated.map((_each, index) => seated.filter((_other, at) => at !== index))) {
          expect(panelFaults(3, ['AA', 'BB'], left, fit)).toEqual(expect.arrayContaining([...faults]));
        }
      }),
    );
  });
});
