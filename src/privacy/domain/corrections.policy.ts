import { isOrActsFor } from '../../shared/actor.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import { Policy, coordinates, isOfficerOf } from '../../shared/policy.js';
import type { Unless } from '../../shared/policy.js';
import type { CorrectionState } from './correction.js';

/** What the policy must know of a request of correction. */
export interface CorrectionFacts {
  readonly state: CorrectionState;
  readonly personId: Id;
  /** The side that owns the record of the person, when it was asked. */
  readonly ownerCountry: CountryCode;
  /** The institution of that side that keeps what is wrong; null: its ministry does. */
  readonly ownerInstitutionId: Id | null;
  /** Since when the institution is late, and the ministry answers in its place. */
  readonly overdueAt: Date | null;
  /** Countries that hold what was corrected, and are told of it. */
  readonly told: readonly CountryCode[];
  readonly toldInstitutions: readonly Id[];
}

type Relations =
  'own_country' | 'kept_by_ministry' | 'kept_by_institution' | 'told_country' | 'told_institution';

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

/**
 * The person reads and takes back their own on their account; whoever keeps the record on the owner side answers, its ministry
 * also where an institution is late, and who holds a copy reads what was granted.
 */
export const correctionsPolicy = new Policy<CorrectionFacts, Relations, CorrectionState>(
  'correction',
  {
    own_country: {
      holds: (actor, { ownerCountry }) => isOfficerOf(actor, ownerCountry),
      sql: (alias) => `${alias}.owner_country = any ((select actor_officer_of())::text[])`,
    },
    kept_by_ministry: {
      holds: (actor, { ownerCountry, ownerInstitutionId, overdueAt }) =>
        isOfficerOf(actor, ownerCountry) && (ownerInstitutionId === null || overdueAt !== null),
      sql: (alias) => `(${alias}.owner_country = any ((select actor_officer_of())::text[])
        and (${alias}.owner_institution_id is null or ${alias}.overdue_at is not null))`,
    },
    kept_by_institution: {
      holds: (actor, { ownerInstitutionId }) => coordinates(actor, ownerInstitutionId, 'home'),
      sql: (alias) =>
        `coalesce(${alias}.owner_institution_id = any ((select actor_home_institutions())::uuid[]), false)`,
    },
    told_institution: {
      holds: (actor, { toldInstitutions }) => toldInstitutions.some((id) => coordinates(actor, id, 'host')),
      sql: (alias) => `${alias}.told_institutions && (select actor_host_institutions())::uuid[]`,
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
      { role: 'coordinator', relation: 'kept_by_institution' },
      { role: 'coordinator', relation: 'told_institution', states: ['done'] },
    ],
    'correction.list': [
      { role: 'ministry_officer', relation: 'own_country' },
      { role: 'ministry_officer', relation: 'told_country', states: ['done'] },
      { role: 'coordinator', relation: 'kept_by_institution' },
      { role: 'coordinator', relation: 'told_institution', states: ['done'] },
    ],
    'correction.answer': [
      {
        role: 'ministry_officer',
        relation: 'kept_by_ministry',
        states: ['asked'],
        unless: [ofOneself, declaredConflict],
      },
      {
        role: 'coordinator',
        relation: 'kept_by_institution',
        states: ['asked'],
        unless: [ofOneself, declaredConflict],
      },
    ],
  },
);
