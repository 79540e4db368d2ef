import { isOrActsFor } from '../../shared/actor.js';
import { Policy, isOfficerOf, sitsFor } from '../../shared/policy.js';
import type { Unless } from '../../shared/policy.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import { BEFORE_A_VERDICT, SIDE_STATES } from './decision-side.states.js';
import type { SideState } from './decision-side.states.js';

/** What the policy must know of one side of a decision. */
export interface SideFacts {
  readonly state: SideState;
  readonly country: CountryCode;
  readonly otherCountry: CountryCode;
  readonly preparers: readonly Id[];
  readonly otherDecidedBy: Id | null;
  /** Whom it is about. */
  readonly aboutPersons: readonly Id[];
  /** Whose people do not decide on it. */
  readonly barredInstitutions: readonly Id[];
  /** Who of the side declared themselves bound to it. */
  readonly recused: readonly Id[];
  /** Who was named to decide it; nobody else of the side does. */
  readonly delegateId: Id | null;
}

/** Sides with what stands on their decision: what a condition on a list of sides is asked of. */
export const SIDES = `(select s.decision_id, s.country, s.side, s.state, s.recused, s.delegate_id, d.preparers, d.about_persons, d.barred_institutions, d.withdrawn_at
  from decision_sides s join decisions d on d.id = s.decision_id)`;

/** Who prepared or nominated never approves, and nobody speaks for both countries. */
const separated: Unless<SideFacts> = {
  reason: 'separation_of_duties',
  when: (actor, side) =>
    side.preparers.some((preparer) => isOrActsFor(actor, preparer)) ||
    isOrActsFor(actor, side.otherDecidedBy),
  sql: (alias) =>
    `(${alias}.preparers && ((select actor_acts_for())::uuid[] || (select actor_person()))
      or exists (select from decision_sides other where other.decision_id = ${alias}.decision_id
        and other.country <> ${alias}.country
        and other.decided_by = any ((select actor_acts_for())::uuid[] || (select actor_person()))))`,
};

const declaredConflict: Unless<SideFacts> = {
  reason: 'declared_conflict',
  when: ({ ties }, { aboutPersons }) => aboutPersons.some((id) => ties.persons.includes(id)),
  sql: (alias) => `${alias}.about_persons && (select actor_tied_persons())::uuid[]`,
};

const sameInstitution: Unless<SideFacts> = {
  reason: 'same_institution',
  when: ({ ties }, { barredInstitutions }) => barredInstitutions.some((id) => ties.institutions.includes(id)),
  sql: (alias) => `${alias}.barred_institutions && (select actor_tied_institutions())::uuid[]`,
};

const recused: Unless<SideFacts> = {
  reason: 'recused',
  when: (actor, side) => side.recused.some((id) => isOrActsFor(actor, id)),
  sql: (alias) => `${alias}.recused && ((select actor_acts_for())::uuid[] || (select actor_person()))`,
};

const delegated: Unless<SideFacts> = {
  reason: 'delegated_to_another',
  when: (actor, { delegateId }) => delegateId !== null && !isOrActsFor(actor, delegateId),
  sql: (alias) =>
    `coalesce(not ${alias}.delegate_id = any ((select actor_acts_for())::uuid[] || (select actor_person())), false)`,
};

/** What keeps an officer from having any hand in a decision. */
const bound = [separated, recused, declaredConflict, sameInstitution];

export const decisionsPolicy = new Policy<SideFacts, 'own_side' | 'either_side' | 'commission', SideState>(
  'decision',
  {
    own_side: {
      holds: (actor, side) => isOfficerOf(actor, side.country),
      sql: (alias) => `${alias}.country = any ((select actor_officer_of())::text[])`,
    },
    either_side: {
      holds: (actor, side) => isOfficerOf(actor, side.country) || isOfficerOf(actor, side.otherCountry),
      sql: (alias) =>
        `exists (select from decision_sides either where either.decision_id = ${alias}.decision_id
           and either.country = any ((select actor_officer_of())::text[]))`,
    },
    commission: {
      holds: (actor, side) => sitsFor(actor, side.country) || sitsFor(actor, side.otherCountry),
      sql: (alias) =>
        `exists (select from decision_sides either where either.decision_id = ${alias}.decision_id
           and either.country = any ((select actor_commission_of())::text[]))`,
    },
  },
  {
    'decision.read': [
      { role: 'ministry_officer', relation: 'either_side' },
      { role: 'commission_member', relation: 'commission' },
      { role: 'commission_secretary', relation: 'commission' },
    ],
    // Every state: who comes second to a side that is decided is told so, and not that they have no right to it.
    'decision.decide': [
      {
        role: 'ministry_officer',
        relation: 'own_side',
        states: SIDE_STATES,
        unless: [...bound, delegated],
      },
    ],
    'decision.begin_review': [
      {
        role: 'ministry_officer',
        relation: 'own_side',
        states: BEFORE_A_VERDICT,
        unless: [...bound, delegated],
      },
    ],
    // Whoever is bound says so themselves, once.
    'decision.recuse': [
      { role: 'ministry_officer', relation: 'own_side', states: BEFORE_A_VERDICT, unless: [recused] },
    ],
    // Not by whoever is bound: they do not choose who decides in their place.
    'decision.name_delegate': [
      { role: 'ministry_officer', relation: 'own_side', states: BEFORE_A_VERDICT, unless: bound },
    ],
    // Only the side that set it says what becomes of it, and by nobody who could not have decided.
    'decision.settle_condition': [
      {
        role: 'ministry_officer',
        relation: 'own_side',
        states: ['approved_with_conditions'],
        unless: bound,
      },
    ],
    'decision.list': [
      { role: 'ministry_officer', relation: 'own_side' },
      { role: 'commission_member', relation: 'commission' },
      { role: 'commission_secretary', relation: 'commission' },
    ],
  },
);
