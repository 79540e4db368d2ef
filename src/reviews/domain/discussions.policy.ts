import { Policy } from '../../shared/policy.js';
import type { Unless } from '../../shared/policy.js';
import type { Id } from '../../shared/ids.js';
import type { PanelPhase } from './panel.states.js';
import { isMember } from './panels.policy.js';
import { bound } from './reviews.policy.js';
import type { BindingFacts } from './reviews.policy.js';

/** What the policy must know of what a panel says about one application: never a word of it. */
export interface DiscussionFacts extends BindingFacts {
  /** The phase of the panel. */
  readonly state: PanelPhase;
  readonly panelId: Id;
  readonly callId: Id;
  readonly applicationId: Id;
  readonly members: readonly Id[];
  /** Who sums up: whoever was named for the application, otherwise whoever leads the panel. */
  readonly summariserId: Id | null;
  /** Of whom a review of the application is still awaited. */
  readonly owe: readonly Id[];
  /** Of the entry that is asked about; null where it is about the whole. */
  readonly authorId: Id | null;
}

const OPEN: readonly PanelPhase[] = ['discussion', 'closed'];
const GOES_ON: readonly PanelPhase[] = ['discussion'];

/** Nobody is swayed by others: one's own review comes first. */
const owes: Unless<DiscussionFacts> = {
  reason: 'own_review_missing',
  when: ({ personId }, { owe }) => personId !== null && owe.includes(personId),
  sql: (alias) => `actor_owes_review(${alias}.panel_id, ${alias}.application_id)`,
};
const ownSummary: Unless<DiscussionFacts> = {
  reason: 'own_summary',
  when: ({ personId }, { summariserId }) => personId !== null && personId === summariserId,
  sql: (alias) =>
    `discussion_is_summed_up_by(${alias}.panel_id, ${alias}.application_id) is not distinct from (select actor_person())`,
};

/** A discussion is its members': neither whoever keeps the panel nor the applicant reads what they say to one another. */
export const discussionsPolicy = new Policy<DiscussionFacts, 'member' | 'author' | 'summariser', PanelPhase>(
  'discussion',
  {
    member: { holds: isMember, sql: (alias) => `panel_is_of_member(${alias}.panel_id)` },
    author: {
      holds: (actor, discussion) => isMember(actor, discussion) && actor.personId === discussion.authorId,
      sql: (alias) =>
        `(${alias}.author_id = (select actor_person()) and panel_is_of_member(${alias}.panel_id))`,
    },
    summariser: {
      holds: (actor, discussion) => isMember(actor, discussion) && actor.personId === discussion.summariserId,
      sql: (alias) => `(panel_is_of_member(${alias}.panel_id)
        and discussion_is_summed_up_by(${alias}.panel_id, ${alias}.application_id) = (select actor_person()))`,
    },
  },
  {
    'discussion.read': [{ role: 'reviewer', relation: 'member', states: OPEN, unless: [bound, owes] }],
    'discussion.write': [{ role: 'reviewer', relation: 'member', states: GOES_ON, unless: [bound, owes] }],
    'discussion.strike': [{ role: 'reviewer', relation: 'author', states: GOES_ON, unless: [bound, owes] }],
    'discussion.sum_up': [
      { role: 'reviewer', relation: 'summariser', states: GOES_ON, unless: [bound, owes] },
    ],
    'discussion.answer_summary': [
      { role: 'reviewer', relation: 'member', states: GOES_ON, unless: [bound, owes, ownSummary] },
    ],
  },
);
