import { describe, expect, it } from '@jest/globals';
import { applicationStates } from './application.states.js';
import { SIGHT_ENDS } from './sight-ends.js';

describe('the sight of the other side', () => {
  it('ends after every state in which an application that crossed has come to its end', () => {
    // What was never submitted was with nobody.
    const ends = applicationStates.terminal().filter((state) => state !== 'never_submitted');
    const standing = ends.filter((state) => !(state in SIGHT_ENDS));
    expect(standing).toEqual([]);
  });
});
