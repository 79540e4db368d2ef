import { Policy, sitsFor } from '../../shared/policy.js';
import type { PolicyRow, Unless } from '../../shared/policy.js';
import type { ApplicationState } from '../../applications/public.js';
import { isOrActsFor } from '../../shared/actor.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import { AWAITED, assignmentStates } from './assignment.states.js';
import type { AssignmentState } from './assignment.states.js';
import { PANEL_PHASES, REVIEWS_COME } from './panel.states.js';
import type { PanelPhase } from './panel.states.js';
import { isMember, sitsForPanel } from './panels.policy.js';

/** What the policy must know of a review, and of what it assesses: never a word of either. */
export interface ReviewFacts {
  readonly state: AssignmentState;
  readonly reviewerId: Id;
  readonly panelId: Id;
  readonly callId: Id;
  readonly phase: PanelPhase;
  /** For which the panel assesses. */
  readonly countries: readonly CountryCode[];
  /** All that the call joins. */
  readonly callCountries: readonly CountryCode[];
  readonly members: readonly Id[];
  readonly leadId: Id | null;
  /** Of the members, who has handed in a review of the same application, and of whom one is still awaited. */
  readonly gave: readonly Id[];
  readonly owe: readonly Id[];
  readonly applicationId: Id;
  readonly applicantId: Id;
  /** Who wrote it together with its applicant. */
  readonly coAuthors: readonly Id[];
  readonly homeInstitutionId: Id | null;
  readonly hostInstitutionId: Id | null;
  readonly independentAssessment: boolean;
  readonly applicationState: ApplicationState;
}

/** By what somebody may be bound to a file. */
export type BindingFacts = Pick<
  ReviewFacts,
  | 'applicationId'
  | 'applicantId'
  | 'coAuthors'
  | 'homeInstitutionId'
  | 'hostInstitutionId'
  | 'independentAssessment'
>;

/**
 * Their own file, a declared tie, an institution that the call keeps apart, or a binding conflict that was found and not
 * dismissed. The database answers behind its wall, because whoever is bound does not see the application either.
 */
export const bound: Unless<BindingFacts> = {
  reason: 'bound_to_file',
  when: (
    actor,
    { applicationId, applicantId, coAuthors, homeInstitutionId, hostInstitutionId, independentAssessment },
  ) =>
    [applicantId, ...coAuthors].some((id) => isOrActsFor(actor, id) || actor.ties.persons.includes(id)) ||
    actor.ties.applications.includes(applicationId) ||
    (independentAssessment &&
      [homeInstitutionId, hostInstitutionId].some(
        (id) => id !== null && actor.ties.institutions.includes(id),
      )),
  sql: (alias) => `actor_is_tied_to(${alias}.application_id)`,
};

const inPhases = (phases: readonly PanelPhase[], reason: string): Unless<ReviewFacts> => ({
  reason,
  when: (_actor, { phase }) => !phases.includes(phase),
  sql: (alias) => `not exists (select from review_panels of_panel where of_panel.id = ${alias}.panel_id
    and of_panel.phase in (${phases.map((phase) => `'${phase}'`).join(', ')}))`,
});
const panelClosed = inPhases(
  PANEL_PHASES.filter((phase) => phase !== 'closed'),
  'panel_closed',
);
const notReviewing = inPhases(REVIEWS_COME, 'panel_not_reviewing');
const otherSideOpen = inPhases(['closed'], 'other_side_not_closed');

/** A panel that an appeal reopened for one application changes nothing of the others. */
const assessedToTheEnd: Unless<ReviewFacts> = {
  reason: 'application_assessed',
  when: (_actor, { applicationState }) => applicationState === 'scored',
  sql: (alias) => `application_is_scored(${alias}.application_id)`,
};

/** Nobody is swayed by others: theirs comes first, and whoever assesses nothing of it waits for the discussion. */
const ownReviewMissing: Unless<ReviewFacts> = {
  reason: 'own_review_missing',
  when: ({ personId }, { gave, owe, phase }) =>
    personId === null ||
    !(gave.includes(personId) || (!owe.includes(personId) && (phase === 'discussion' || phase === 'closed'))),
  sql: (alias) => `not (actor_gave_review(${alias}.panel_id, ${alias}.application_id)
    or (not actor_owes_review(${alias}.panel_id, ${alias}.application_id)
      and exists (select from review_panels of_panel where of_panel.id = ${alias}.panel_id
        and of_panel.phase in ('discussion', 'closed'))))`,
};

type Relations = 'own' | 'colleague' | 'lead' | 'programme' | 'commission' | 'commission_of_call';
type Rows = readonly PolicyRow<ReviewFacts, Relations, AssignmentState>[];

const OWN = (states?: readonly AssignmentState[], ...more: Unless<ReviewFacts>[]): Rows => [
  { role: 'reviewer', relation: 'own', ...(states ? { states } : {}), unless: [bound, ...more] },
];
const KEEPERS = (states: readonly AssignmentState[]): Rows => [
  { role: 'programme_administrator', relation: 'programme', states, unless: [panelClosed, assessedToTheEnd] },
  { role: 'commission_secretary', relation: 'commission', states, unless: [panelClosed, assessedToTheEnd] },
];
const OF_OTHERS: Rows = [
  { role: 'reviewer', relation: 'colleague', states: ['submitted'], unless: [bound, ownReviewMissing] },
  { role: 'commission_secretary', relation: 'commission', states: ['submitted'], unless: [bound] },
  { role: 'commission_member', relation: 'commission', states: ['submitted'], unless: [bound] },
  // Each side assesses by itself; what the other found is read when it has ended.
  {
    role: 'commission_secretary',
    relation: 'commission_of_call',
    states: ['submitted'],
    unless: [bound, otherSideOpen],
  },
  {
    role: 'commission_member',
    relation: 'commission_of_call',
    states: ['submitted'],
    unless: [bound, otherSideOpen],
  },
];

export const reviewsPolicy = new Policy<ReviewFacts, Relations, AssignmentState>(
  'review',
  {
    own: {
      holds: (actor, review) => actor.personId === review.reviewerId && isMember(actor, review),
      sql: (alias) =>
        `(${alias}.reviewer_id = (select actor_person()) and panel_is_of_member(${alias}.panel_id))`,
    },
    colleague: { holds: isMember, sql: (alias) => `panel_is_of_member(${alias}.panel_id)` },
    lead: {
      holds: (actor, review) => isMember(actor, review) && actor.personId === review.leadId,
      sql: (alias) => `panel_is_led_by_actor(${alias}.panel_id)`,
    },
    programme: { holds: () => true, sql: () => 'true' },
    commission: {
      holds: (actor, { countries }) => countries.some((country) => sitsFor(actor, country)),
      sql: (alias) => sitsForPanel(`${alias}.panel_id`),
    },
    commission_of_call: {
      holds: (actor, { callCountries }) => callCountries.some((country) => sitsFor(actor, country)),
      sql: (alias) => `exists (select from review_panels of_panel
        join call_directions d on d.call_id = of_panel.call_id where of_panel.id = ${alias}.panel_id
          and (d.home_country = any ((select actor_commission_of())::text[])
            or d.host_country = any ((select actor_commission_of())::text[])))`,
    },
  },
  {
    // That there is one, whose, and how far it is.
    'review.read': [
      ...OWN(),
      { role: 'reviewer', relation: 'lead', unless: [bound] },
      { role: 'programme_administrator', relation: 'programme' },
      { role: 'commission_secretary', relation: 'commission' },
      { role: 'commission_member', relation: 'commission' },
      ...OF_OTHERS,
    ],
    // What it says.
    'review.read_content': [...OWN(), ...OF_OTHERS],
    // The file that is assessed, as the call lets its reviewers read it.
    'review.read_file': OWN(
      ['assigned', 'accepted', 'submitted'],
      inPhases(['reviewing', 'discussion', 'closed'], 'panel_not_reviewing'),
    ),
    'review.answer': OWN(AWAITED, panelClosed),
    'review.write': OWN(AWAITED, notReviewing),
    'review.amend': OWN(['submitted'], notReviewing, assessedToTheEnd),
    'review.withdraw': KEEPERS(assignmentStates.from('withdraw')),
    'review.replace': KEEPERS(assignmentStates.from('replace')),
  },
);
