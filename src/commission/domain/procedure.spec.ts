import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  CHOICES,
  EMPTY_TALLY,
  MAJORITIES,
  TIES,
  added,
  chairOf,
  countriesShort,
  outcomesOf,
  pairOf,
  resultOf,
  total,
} from './procedure.js';
import type { Choice, Tally } from './procedure.js';

const tally = (yes: number, no: number, abstain = 0): Tally => ({ yes, no, abstain });

describe('what votes come to', () => {
  it.each([
    ['each_side', [tally(1, 0), tally(1, 0)], 'yes'],
    ['each_side', [tally(0, 1), tally(0, 2)], 'no'],
    ['each_side', [tally(1, 0), tally(0, 1)], 'none'],
    ['each_side', [tally(5, 0), tally(0, 0, 1)], 'none'],
    ['each_side', [tally(3, 2), tally(1, 0)], 'yes'],
    ['two_thirds', [tally(3, 2), tally(1, 0)], 'yes'],
    ['two_thirds', [tally(3, 2), tally(2, 1)], 'none'],
    ['unanimous', [tally(3, 0, 1), tally(1, 0)], 'yes'],
    ['unanimous', [tally(3, 1), tally(2, 0)], 'none'],
    ['unanimous', [tally(0, 0, 3), tally(0, 0, 3)], 'none'],
  ] as const)('by %s of both sides %j is %s', (majority, tallies, result) => {
    expect(resultOf({ majority }, tallies, { AA: 6, BB: 6 })).toBe(result);
  });

  it.each([
    [tally(3, 1), { AA: 2, BB: 2 }, 'yes'],
    // As many as the larger side has: it could have been that side alone.
    [tally(3, 0), { AA: 3, BB: 1 }, 'none'],
    [tally(1, 3), { AA: 2, BB: 2 }, 'no'],
    [tally(2, 2), { AA: 2, BB: 2 }, 'none'],
  ] as const)('in one box %j is not carried by one side alone', (all, entitled, result) => {
    expect(resultOf({ majority: 'each_side' }, [all], entitled)).toBe(result);
  });

  const votes = fc.array(fc.record({ side: fc.constantFrom(0, 1), choice: fc.constantFrom(...CHOICES) }), {
    maxLength: 12,
  });
  const count = (given: readonly { side: number; choice: Choice }[]) =>
    [0, 1].map((side) =>
      given.filter((vote) => vote.side === side).reduce((sum, { choice }) => added(sum, choice), EMPTY_TALLY),
    );

  it('does not depend on the order of votes, nor on which side is which; yes and no are alike', () => {
    fc.assert(
      fc.property(votes, fc.constantFrom(...MAJORITIES), (given, majority) => {
        const entitled = { AA: 12, BB: 12 };
        const result = resultOf({ majority }, count(given), entitled);
        expect(resultOf({ majority }, count([...given].reverse()), entitled)).toBe(result);
        expect(resultOf({ majority }, [...count(given)].reverse(), entitled)).toBe(result);
        const turned = { yes: 'no', no: 'yes', abstain: 'abstain' } as const;
        const other = given.map(({ side, choice }) => ({ side, choice: turned[choice] }));
        expect(resultOf({ majority }, count(other), entitled)).toBe(
          { yes: 'no', no: 'yes', none: 'none' }[result],
        );
      }),
    );
  });

  it('is never carried against a whole side, and no vote is lost in the count', () => {
    fc.assert(
      fc.property(votes, fc.constantFrom(...MAJORITIES), fc.boolean(), (given, majority, secret) => {
        const sides = count(given);
        const all = total(sides);
        expect(all.yes + all.no + all.abstain).toBe(given.length);
        const entitled = {
          AA: given.filter(({ side }) => side === 0).length,
          BB: given.filter(({ side }) => side === 1).length,
        };
        const result = resultOf({ majority }, secret ? [all] : sides, entitled);
        if (result === 'none') return;
        expect(sides.every((side) => side[result] > 0)).toBe(true);
      }),
    );
  });
});

describe('the rules of procedure', () => {
  it('ask a quorum of each country', () => {
    const present = ['AA', 'AA', 'BB'].map((country) => ({ country }));
    expect(countriesShort(1, ['AA', 'BB'], present)).toEqual([]);
    expect(countriesShort(2, ['AA', 'BB'], present)).toEqual(['BB']);
    expect(countriesShort(1, ['AA', 'BB'], [])).toEqual(['AA', 'BB']);
  });

  it('let nothing be entered but what was voted', () => {
    for (const tie of TIES) {
      expect(outcomesOf('yes', { tie })).toEqual(['agreed_yes']);
      expect(outcomesOf('no', { tie })).toEqual(['agreed_no']);
      expect(outcomesOf('none', { tie })).toEqual([tie]);
      expect(outcomesOf(null, { tie })).toEqual(['postponed']);
    }
  });

  it('let the countries preside in turn, or the one that convenes', () => {
    const pair = pairOf('BB', 'AA');
    expect(pair).toEqual(['AA', 'BB']);
    expect([0, 1, 2].map((held) => chairOf({ chair: 'alternating' }, pair, 'BB', held))).toEqual([
      'AA',
      'BB',
      'AA',
    ]);
    expect(chairOf({ chair: 'host' }, pair, 'BB', 0)).toBe('BB');
  });
});
