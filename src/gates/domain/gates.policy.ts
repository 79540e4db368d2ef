import { isOrActsFor } from '../../shared/actor.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import { Policy, isOfficerOf } from '../../shared/policy.js';
import type { Unless } from '../../shared/policy.js';
import { GATE_STATES } from './gate.states.js';
import type { GateState } from './gate.states.js';

/** What the policy must know of a gate. */
export interface GateFacts {
  readonly state: GateState;
  readonly country: CountryCode;
  readonly preparers: readonly Id[];
  /** Whom it is about. */
  readonly aboutPersons: readonly Id[];
  /** Whose people do not decide on it. */
  readonly barredInstitutions: readonly Id[];
}

const separated: Unless<GateFacts> = {
  reason: 'separation_of_duties',
  when: (actor, { preparers }) => preparers.some((preparer) => isOrActsFor(actor, preparer)),
  sql: (alias) => `${alias}.preparers && ((select actor_acts_for())::uuid[] || (select actor_person()))`,
};

const declaredConflict: Unless<GateFacts> = {
  reason: 'declared_conflict',
  when: ({ ties }, { aboutPersons }) => aboutPersons.some((id) => ties.persons.includes(id)),
  sql: (alias) => `${alias}.about_persons && (select actor_tied_persons())::uuid[]`,
};

const sameInstitution: Unless<GateFacts> = {
  reason: 'same_institution',
  when: ({ ties }, { barredInstitutions }) => barredInstitutions.some((id) => ties.institutions.includes(id)),
  sql: (alias) => `${alias}.barred_institutions && (select actor_tied_institutions())::uuid[]`,
};

/** Each country's gates are its own: the other country reads what the page of the application tells, which is state and dates. */
export const gatesPolicy = new Policy<GateFacts, 'own_country', GateState>(
  'gate',
  {
    own_country: {
      holds: (actor, { country }) => isOfficerOf(actor, country),
      sql: (alias) => `${alias}.country = any ((select actor_officer_of())::text[])`,
    },
  },
  {
    'gate.read': [{ role: 'ministry_officer', relation: 'own_country' }],
    'gate.list': [{ role: 'ministry_officer', relation: 'own_country' }],
    'gate.add_evidence': [{ role: 'ministry_officer', relation: 'own_country', states: ['pending'] }],
    // Every state: who comes second to a gate that is settled is told so, and not that they have no right to it.
    'gate.settle': [
      {
        role: 'ministry_officer',
        relation: 'own_country',
        states: GATE_STATES,
        unless: [separated, declaredConflict, sameInstitution],
      },
    ],
    // What was found is decided while the gate waits, and again afterwards, where somebody knows better.
    'gate.screen': [
      {
        role: 'ministry_officer',
        relation: 'own_country',
        states: ['pending', 'cleared', 'conditional'],
        unless: [separated, declaredConflict, sameInstitution],
      },
    ],
    'gate.reopen': [
      {
        role: 'ministry_officer',
        relation: 'own_country',
        states: ['cleared', 'conditional', 'not_required', 'expired'],
        unless: [separated, declaredConflict, sameInstitution],
      },
    ],
  },
);
