import type { CallState } from '../../calls/public.js';
import type { CountryCode } from '../../shared/country.js';
import { Policy, isOfficerOf, sitsFor } from '../../shared/policy.js';

/** What the policy must know of the selection of a ranked call. */
export interface SelectionFacts {
  /** Of the call. */
  readonly state: CallState;
  /** Every country that sends or receives by it. */
  readonly countries: readonly CountryCode[];
}

/** From the selection on there is something to reckon, and to read. */
export const WITH_LISTS: readonly CallState[] = [
  'in_selection',
  'provisional_published',
  'final_published',
  'archived',
];

const ofCountries = (alias: string, countries: string) =>
  `exists (select from call_directions d where d.call_id = ${alias}.id
     and (d.home_country = any (${countries}) or d.host_country = any (${countries})))`;

/**
 * Who sees how a ranked call is reckoned, and who publishes its lists. A list that is published everybody reads; what it
 * says of an application with its reasons is for its applicant, as the policy of applications says.
 */
export const selectionsPolicy = new Policy<
  SelectionFacts,
  'programme' | 'own_country' | 'own_commission',
  CallState
>(
  'selection',
  {
    programme: { holds: () => true, sql: () => 'true' },
    own_country: {
      holds: (actor, { countries }) => countries.some((country) => isOfficerOf(actor, country)),
      sql: (alias) => ofCountries(alias, '(select actor_officer_of())::text[]'),
    },
    own_commission: {
      holds: (actor, { countries }) => countries.some((country) => sitsFor(actor, country)),
      sql: (alias) => ofCountries(alias, '(select actor_commission_of())::text[]'),
    },
  },
  {
    'selection.read': [
      { role: 'programme_administrator', relation: 'programme', states: WITH_LISTS },
      { role: 'ministry_officer', relation: 'own_country', states: WITH_LISTS },
      { role: 'commission_member', relation: 'own_commission', states: WITH_LISTS },
      { role: 'commission_secretary', relation: 'own_commission', states: WITH_LISTS },
    ],
    'selection.run': [
      {
        role: 'programme_administrator',
        relation: 'programme',
        states: ['in_selection', 'provisional_published'],
      },
    ],
    'selection.publish_provisional': [
      { role: 'programme_administrator', relation: 'programme', states: ['in_selection'] },
    ],
    // After an objection that was upheld.
    'selection.reopen': [
      { role: 'programme_administrator', relation: 'programme', states: ['provisional_published'] },
    ],
    'selection.propose_final': [
      { role: 'programme_administrator', relation: 'programme', states: ['provisional_published'] },
    ],
    // Both countries having approved this very list.
    'selection.publish_final': [
      { role: 'programme_administrator', relation: 'programme', states: ['provisional_published'] },
    ],
  },
);
