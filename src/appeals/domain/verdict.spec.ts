import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { STAGES_OF } from './appeal-rules.js';
import { verdictOf } from './verdict.js';
import type { GivenVote } from './verdict.js';

const yes = (stage: 'review' | 'ranking'): GivenVote => ({ vote: 'uphold', stage });
const no: GivenVote = { vote: 'reject', stage: null };
const anyVotes = fc.array(fc.constantFrom(no, yes('review'), yes('ranking')), { maxLength: 9 });

describe('what votes come to', () => {
  it.each([
    [[yes('ranking'), yes('ranking'), no], 'upheld', 'ranking'],
    [[yes('ranking'), no, no], 'rejected', null],
    // Where they are even the result stands.
    [[yes('ranking'), yes('review'), no, no], 'rejected', null],
    [[], 'rejected', null],
    // Among equals the stage that reopens more.
    [[yes('ranking'), yes('review'), no], 'upheld', 'review'],
    [[yes('ranking'), yes('ranking'), yes('review')], 'upheld', 'ranking'],
  ] as const)('%j', (votes, outcome, stage) => {
    expect(verdictOf(votes, STAGES_OF.list)).toMatchObject({ outcome, stage });
  });

  it('needs more than half, counts every vote once, and does not hang on their order', () => {
    fc.assert(
      fc.property(anyVotes, (votes) => {
        const verdict = verdictOf(votes, STAGES_OF.list);
        expect(verdict.uphold + verdict.reject).toBe(votes.length);
        expect(verdict.outcome === 'upheld').toBe(verdict.uphold * 2 > votes.length);
        expect(verdict.stage !== null).toBe(verdict.outcome === 'upheld');
        expect(verdictOf([...votes].reverse(), STAGES_OF.list)).toEqual(verdict);
        // One more voice for it never makes it fail.
        if (verdict.outcome === 'upheld') {
          expect(verdictOf([...votes, yes('review')], STAGES_OF.list).outcome).toBe('upheld');
        }
      }),
    );
  });
});
