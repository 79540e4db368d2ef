import { isOrActsFor } from '../../shared/actor.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import { Policy, isOfficerOf } from '../../shared/policy.js';
import type { Unless } from '../../shared/policy.js';
import type { CorrectionState } from './correction.js';

/** What the policy must know of a request of correction. */
export interface CorrectionFacts {
  readonly state: CorrectionState;
  readonly personId: Id;
  /** The side that owns the record of the person, when it was asked. */
  readonly ownerCountry: CountryCode;
  /** Countries that hold what was corrected, and are told of it. */
  readonly told: readonly CountryCode[];
}

type Relations = 'own_country' | 'told_country';

const ofOneself: Unless<CorrectionFacts> = {
  reason: 'correction_of_oneself',
  when: (actor, { personId }) => isOrActsFor(actor, personId),
  sql: (alias) =>
    `${alias}.person_id = any (coalesce((select actor_acts_for())::uuid[], '{}') || (select actor_person()))`,
};

const declaredConflict: Unless<CorrectionFacts> = {
  reason: 'declared_conflict',
  when: ({ ties }, { personId }) => ties.persons.includes(personId),
  sql: (alias) => `${alias}.person_id = any (coalesce((select actor_tied_persons())::uuid[], '{}'))`,
};

/** The person reads and takes back their own on their account; the owner side answers, and who holds a copy reads what was granted. */
export const correctionsPolicy = new Policy<CorrectionFacts, Relations, CorrectionState>(
  'correction',
  {
    own_country: {
      holds: (actor, { ownerCountry }) => isOfficerOf(actor, ownerCountry),
      sql: (alias) => `${alias}.owner_country = any ((select actor_officer_of())::text[])`,
    },
    told_country: {
      holds: (actor, { told }) => told.some((country) => isOfficerOf(actor, country)),
      sql: (alias) => `${alias}.told && (select actor_officer_of())::text[]`,
    },
  },
  {
    'correction.read': [
      { role: 'ministry_officer', relation: 'own_country' },
      { role: 'ministry_officer', relation: 'told_country', states: ['done'] },
    ],
    'correction.list': [
      { role: 'ministry_officer', relation: 'own_country' },
      { role: 'ministry_officer', relation: 'told_country', states: ['done'] },
    ],
    'correction.answer': [
      {
        role: 'ministry_officer',
        relation: 'own_country',
        states: ['asked'],
        unless: [ofOneself, declaredConflict],
      },
    ],
  },
);
