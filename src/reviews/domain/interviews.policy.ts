import { Policy, sitsFor } from '../../shared/policy.js';
import type { Unless } from '../../shared/policy.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import { TO_COME, interviewStates } from './interview.states.js';
import type { InterviewState } from './interview.states.js';
import type { PanelPhase } from './panel.states.js';
import { isMember, sitsForPanel } from './panels.policy.js';
import { bound } from './reviews.policy.js';
import type { BindingFacts } from './reviews.policy.js';

/** What the policy must know of an interview: never a word of it. */
export interface InterviewFacts extends BindingFacts {
  readonly state: InterviewState;
  readonly panelId: Id;
  readonly callId: Id;
  readonly applicationId: Id;
  readonly phase: PanelPhase;
  /** For which the panel assesses. */
  readonly countries: readonly CountryCode[];
  readonly members: readonly Id[];
  /** Of whom a review of the application is still awaited, and who has handed one in. */
  readonly owe: readonly Id[];
  readonly gave: readonly Id[];
}

const panelOver: Unless<InterviewFacts> = {
  reason: 'panel_closed',
  when: (_actor, { phase }) => phase === 'closed',
  sql: (alias) =>
    `exists (select from review_panels of_panel where of_panel.id = ${alias}.panel_id and of_panel.phase = 'closed')`,
};
/** Nobody is swayed by others: see the reviews. What was noted is read by the same rule. */
const ownReviewMissing: Unless<InterviewFacts> = {
  reason: 'own_review_missing',
  when: ({ personId }, { gave, owe, phase }) =>
    personId === null ||
    !(gave.includes(personId) || (!owe.includes(personId) && (phase === 'discussion' || phase === 'closed'))),
  sql: (alias) => `not interview_notes_are_open(${alias}.panel_id, ${alias}.application_id)`,
};

const KEEPERS = (states: readonly InterviewState[]) =>
  [
    { role: 'programme_administrator', relation: 'programme', states, unless: [panelOver] },
    { role: 'commission_secretary', relation: 'commission', states, unless: [panelOver] },
  ] as const;

export const interviewsPolicy = new Policy<
  InterviewFacts,
  'own' | 'member' | 'programme' | 'commission',
  InterviewState
>(
  'interview',
  {
    own: {
      holds: (actor, { applicantId }) => actor.personId === applicantId,
      sql: (alias) => `${alias}.applicant_id = (select actor_person())`,
    },
    member: { holds: isMember, sql: (alias) => `panel_is_of_member(${alias}.panel_id)` },
    programme: { holds: () => true, sql: () => 'true' },
    commission: {
      holds: (actor, { countries }) => countries.some((country) => sitsFor(actor, country)),
      sql: (alias) => sitsForPanel(`${alias}.panel_id`),
    },
  },
  {
    'interview.read': [
      { role: 'applicant', relation: 'own' },
      { role: 'reviewer', relation: 'member', unless: [bound] },
      { role: 'programme_administrator', relation: 'programme' },
      { role: 'commission_secretary', relation: 'commission' },
      { role: 'commission_member', relation: 'commission' },
    ],
    'interview.arrange': KEEPERS(TO_COME),
    'interview.attend': KEEPERS(interviewStates.from('hold')),
    'interview.answer': [
      {
        role: 'applicant',
        relation: 'own',
        states: ['invited', 'proposed', 'booked'],
        unless: [panelOver],
      },
    ],
    'interview.note': [
      {
        role: 'reviewer',
        relation: 'member',
        states: ['proposed', 'booked', 'held'],
        unless: [bound, panelOver],
      },
    ],
    'interview.read_notes': [{ role: 'reviewer', relation: 'member', unless: [bound, ownReviewMissing] }],
  },
);
