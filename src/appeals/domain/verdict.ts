import type { Stage } from './appeal-rules.js';

export const VOTES = ['uphold', 'reject'] as const;
export type Vote = (typeof VOTES)[number];

export interface GivenVote {
  readonly vote: Vote;
  /** Which stage is to be reopened, of a vote to uphold. */
  readonly stage: Stage | null;
}

export interface Verdict {
  readonly outcome: 'upheld' | 'rejected';
  readonly stage: Stage | null;
  readonly uphold: number;
  readonly reject: number;
}

/**
 * What the votes come to. Upheld is what more than half uphold: where as many say yes as no, the result stands, because
 * nothing is taken back without a majority. Of the stages the one that most of those who uphold name; among equals the one
 * that reopens more, which stands first in `stages`.
 */
export function verdictOf(votes: readonly GivenVote[], stages: readonly Stage[]): Verdict {
  const uphold = votes.filter(({ vote }) => vote === 'uphold');
  const reject = votes.length - uphold.length;
  if (uphold.length <= reject) return { outcome: 'rejected', stage: null, uphold: uphold.length, reject };
  const named = (stage: Stage) => uphold.filter((each) => each.stage === stage).length;
  const [stage = null] = [...stages].sort((one, other) => named(other) - named(one));
  return { outcome: 'upheld', stage, uphold: uphold.length, reject };
}
