import { isOrActsFor } from '../../shared/actor.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import { Policy, isOfficerOf } from '../../shared/policy.js';
import type { Unless } from '../../shared/policy.js';
import type { ErasureState } from './erasure.states.js';

/** What the policy must know of a request to be erased. */
export interface ErasureFacts {
  readonly state: ErasureState;
  readonly personId: Id;
  /** The side that owns the record of the person, when it was asked. */
  readonly ownerCountry: CountryCode;
  /** Who spoke first, and for whom; null before anybody did. */
  readonly proposedBy: Id | null;
  readonly proposedFor: Id | null;
}

const ME_AND_MINE = `((select actor_acts_for())::uuid[] || (select actor_person()))`;

const ofOneself: Unless<ErasureFacts> = {
  reason: 'erasure_of_oneself',
  when: (actor, { personId }) => isOrActsFor(actor, personId),
  sql: (alias) => `${alias}.person_id = any ${ME_AND_MINE}`,
};

const declaredConflict: Unless<ErasureFacts> = {
  reason: 'declared_conflict',
  when: ({ ties }, { personId }) => ties.persons.includes(personId),
  sql: (alias) => `${alias}.person_id = any (coalesce((select actor_tied_persons())::uuid[], '{}'))`,
};

/** Two people answer: whoever spoke first, or for whom they spoke, is not the second. */
const spokeFirst: Unless<ErasureFacts> = {
  reason: 'erasure_second_person',
  when: (actor, { proposedBy, proposedFor }) =>
    isOrActsFor(actor, proposedBy) || isOrActsFor(actor, proposedFor),
  sql: (alias) => `coalesce(${alias}.proposed_by = any ${ME_AND_MINE}, false)
    or coalesce(${alias}.proposed_for = any ${ME_AND_MINE}, false)`,
};

const ofOthers = [ofOneself, declaredConflict] as const;

/** The person asks and takes back on their account; two officers of the owner side answer, neither of their own. */
export const erasuresPolicy = new Policy<ErasureFacts, 'own_country', ErasureState>(
  'erasure',
  {
    own_country: {
      holds: (actor, { ownerCountry }) => isOfficerOf(actor, ownerCountry),
      sql: (alias) => `${alias}.owner_country = any ((select actor_officer_of())::text[])`,
    },
  },
  {
    'erasure.read': [{ role: 'ministry_officer', relation: 'own_country' }],
    'erasure.list': [{ role: 'ministry_officer', relation: 'own_country' }],
    'erasure.propose': [
      { role: 'ministry_officer', relation: 'own_country', states: ['asked'], unless: ofOthers },
    ],
    'erasure.decide': [
      {
        role: 'ministry_officer',
        relation: 'own_country',
        states: ['proposed'],
        unless: [...ofOthers, spokeFirst],
      },
    ],
    'erasure.extend': [
      {
        role: 'ministry_officer',
        relation: 'own_country',
        states: ['asked', 'proposed'],
        unless: ofOthers,
      },
    ],
  },
);
