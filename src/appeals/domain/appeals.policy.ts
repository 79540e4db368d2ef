import { Policy, isOfficerOf, reviews, sitsFor } from '../../shared/policy.js';
import type { PolicyRow, Unless } from '../../shared/policy.js';
import { isOrActsFor } from '../../shared/actor.js';
import type { Actor } from '../../shared/actor.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import { LODGED_APPEALS } from './appeal.states.js';
import type { AppealState } from './appeal.states.js';

/** What the policy must know of an appeal: never a word of it. */
export interface AppealFacts {
  readonly state: AppealState;
  readonly applicationId: Id;
  readonly applicantId: Id;
  /** Who wrote the application together with its applicant. */
  readonly coAuthors: readonly Id[];
  readonly callId: Id;
  readonly homeCountry: CountryCode;
  /** All that the call joins. */
  readonly countries: readonly CountryCode[];
  /** Who sits in its panel, who of them declared to be free of conflicts, and who has voted. */
  readonly members: readonly Id[];
  readonly declared: readonly Id[];
  readonly voted: readonly Id[];
  readonly headId: Id | null;
  readonly homeInstitutionId: Id | null;
  readonly hostInstitutionId: Id | null;
  readonly independentAssessment: boolean;
}

/** Their own file, a declared tie, a binding conflict that was found, or an institution that the call keeps apart. */
const bound: Unless<AppealFacts> = {
  reason: 'bound_to_file',
  when: (actor, { applicationId, applicantId, coAuthors, independentAssessment, ...places }) =>
    [applicantId, ...coAuthors].some((id) => isOrActsFor(actor, id) || actor.ties.persons.includes(id)) ||
    actor.ties.applications.includes(applicationId) ||
    (independentAssessment &&
      [places.homeInstitutionId, places.hostInstitutionId].some(
        (id) => id !== null && actor.ties.institutions.includes(id),
      )),
  sql: (alias) => `actor_is_tied_to(${alias}.application_id)`,
};
const among = (reason: string, whose: 'declared' | 'voted', wanted: boolean): Unless<AppealFacts> => ({
  reason,
  when: ({ personId }, facts) => (personId !== null && facts[whose].includes(personId)) !== wanted,
  sql: (alias) => `${wanted ? 'not ' : ''}actor_has_${whose}_on_appeal(${alias}.id)`,
});
const notDeclared = among('not_declared_free', 'declared', true);
const alreadyDeclared = among('already_declared', 'declared', false);
const alreadyVoted = among('already_voted', 'voted', false);
const votesMissing: Unless<AppealFacts> = {
  reason: 'votes_missing',
  when: (_actor, { members, voted }) => members.some((member) => !voted.includes(member)),
  sql: (alias) => `appeal_awaits_votes(${alias}.id)`,
};

/** Whether somebody sits in the panel, and still holds a role that lets them. */
function sits(actor: Actor, { members, callId, countries }: AppealFacts): boolean {
  return (
    actor.personId !== null &&
    members.includes(actor.personId) &&
    (reviews(actor, callId, null) || countries.some((country) => sitsFor(actor, country)))
  );
}

type Relations = 'own' | 'programme' | 'commission' | 'home_country' | 'member' | 'head';
type Rows = readonly PolicyRow<AppealFacts, Relations, AppealState>[];

const HEARD: readonly AppealState[] = ['panel', 'upheld', 'rejected'];
const MEMBERS = (
  relation: 'member' | 'head',
  states: readonly AppealState[],
  ...unless: Unless<AppealFacts>[]
): Rows =>
  (['commission_member', 'reviewer'] as const).map((role) => ({
    role,
    relation,
    states,
    unless: [bound, ...unless],
  }));
const SECRETARY = (states: readonly AppealState[]): Rows => [
  { role: 'commission_secretary', relation: 'commission', states, unless: [bound] },
];

export const appealsPolicy = new Policy<AppealFacts, Relations, AppealState>(
  'appeal',
  {
    own: {
      holds: (actor, { applicantId }) => actor.personId === applicantId,
      sql: (alias) => `${alias}.applicant_id = (select actor_person())`,
    },
    programme: { holds: () => true, sql: () => 'true' },
    commission: {
      holds: (actor, { countries }) => countries.some((country) => sitsFor(actor, country)),
      sql: (alias) => `exists (select from call_directions d where d.call_id = ${alias}.call_id
        and (d.home_country = any ((select actor_commission_of())::text[])
          or d.host_country = any ((select actor_commission_of())::text[])))`,
    },
    home_country: {
      holds: (actor, { homeCountry }) => isOfficerOf(actor, homeCountry),
      sql: (alias) => `${alias}.home_country = any ((select actor_officer_of())::text[])`,
    },
    member: { holds: sits, sql: (alias) => `appeal_is_of_member(${alias}.id)` },
    head: {
      holds: (actor, facts) => sits(actor, facts) && actor.personId === facts.headId,
      sql: (alias) => `appeal_is_led_by_actor(${alias}.id)`,
    },
  },
  {
    'appeal.lodge': [{ role: 'applicant', relation: 'own', states: ['draft'] }],
    'appeal.withdraw': [{ role: 'applicant', relation: 'own', states: ['draft', 'lodged', 'panel'] }],
    // That there is one, who has it and until when, and how it ended.
    'appeal.read': [
      { role: 'applicant', relation: 'own' },
      { role: 'programme_administrator', relation: 'programme', states: LODGED_APPEALS },
      ...SECRETARY(LODGED_APPEALS),
      { role: 'ministry_officer', relation: 'home_country', states: LODGED_APPEALS },
      ...MEMBERS('member', [...HEARD, 'withdrawn']),
    ],
    // What it says, and what was said of it.
    'appeal.read_content': [
      { role: 'applicant', relation: 'own' },
      ...SECRETARY(LODGED_APPEALS),
      ...MEMBERS('member', HEARD, notDeclared),
    ],
    // The file, and what was found of it.
    'appeal.read_file': MEMBERS('member', ['panel'], notDeclared),
    'appeal.admit': SECRETARY(['lodged']),
    'appeal.seat': SECRETARY(['panel']),
    'appeal.declare': MEMBERS('member', ['panel'], alreadyDeclared),
    // Whoever finds that something binds them gives the seat back, also later.
    'appeal.recuse': (['commission_member', 'reviewer'] as const).map((role) => ({
      role,
      relation: 'member' as const,
      states: ['panel'] as const,
      unless: [alreadyVoted],
    })),
    'appeal.vote': MEMBERS('member', ['panel'], notDeclared, alreadyVoted),
    'appeal.decide': MEMBERS('head', ['panel'], notDeclared, votesMissing),
  },
);
