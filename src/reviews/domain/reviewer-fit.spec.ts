import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { WORST_FIT } from './assignment.js';
import { BIDS, FIELD_FITS, costOf, fieldFit } from './reviewer-fit.js';
import type { FitReasons } from './reviewer-fit.js';

const reasons: fc.Arbitrary<FitReasons> = fc.record({
  bid: fc.constantFrom(...BIDS, null),
  field: fc.constantFrom(...FIELD_FITS),
  language: fc.boolean(),
});
const rank = ({ bid, field, language }: FitReasons) => [
  ['eager', 'can', null, 'rather_not'].indexOf(bid),
  FIELD_FITS.indexOf(field),
  language ? 0 : 1,
];

describe('what a pair costs', () => {
  it('is compared by the bid, then by the field, then by the language, and never leaves its bounds', () => {
    fc.assert(
      fc.property(reasons, reasons, (one, other) => {
        const [here, there] = [rank(one), rank(other)];
        const at = here.findIndex((part, index) => part !== there[index]);
        const expected = at < 0 ? 0 : Math.sign((here[at] ?? 0) - (there[at] ?? 0));
        expect(Math.sign(costOf(one) - costOf(other))).toBe(expected);
        expect(costOf(one)).toBeGreaterThanOrEqual(0);
        expect(costOf(one)).toBeLessThanOrEqual(WORST_FIT);
      }),
    );
  });
});

describe('the nearest field', () => {
  it.each([
    [['0613'], ['0613'], 'detailed'],
    [['0611'], ['0613'], 'narrow'],
    [['061'], ['0613'], 'narrow'],
    [['0613'], ['061'], 'narrow'],
    [['0688'], ['0613'], 'broad'],
    [['06'], ['0613'], 'broad'],
    [['0713'], ['0613'], 'none'],
    [['0732', '0611'], ['0821', '0613'], 'narrow'],
    [[], ['0613'], 'none'],
    [['0613'], [], 'none'],
    // Codes that only begin with the same digit have nothing in common.
    [['0613'], ['0713'], 'none'],
  ] as const)('of %j and %j is %s', (reviewer, file, expected) => {
    expect(fieldFit(reviewer, file)).toBe(expected);
    expect(fieldFit(file, reviewer)).toBe(expected);
  });
});
