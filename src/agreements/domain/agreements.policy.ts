import { Policy, isOfficerOf } from '../../shared/policy.js';
import type { CountryCode } from '../../shared/country.js';
import { agreementStates } from './agreement.states.js';
import type { AgreementState } from './agreement.states.js';

export interface AgreementFacts {
  readonly state: AgreementState;
  /** Countries of its parties. */
  readonly countries: readonly CountryCode[];
}

/** Who prepares agreements. What is or was in force everybody reads: that needs no row. */
export const agreementsPolicy = new Policy<AgreementFacts, 'programme' | 'own_country', AgreementState>(
  'agreement',
  {
    programme: { holds: () => true, sql: () => 'true' },
    own_country: {
      holds: (actor, agreement) => agreement.countries.some((country) => isOfficerOf(actor, country)),
      sql: (alias) =>
        `exists (select from jsonb_array_elements(${alias}.parties) party
           where party ->> 'country' = any ((select actor_officer_of())::text[]))`,
    },
  },
  {
    'agreement.read': [
      { role: 'programme_administrator', relation: 'programme' },
      { role: 'auditor', relation: 'programme' },
      { role: 'ministry_officer', relation: 'own_country' },
    ],
    'agreement.prepare': [{ role: 'programme_administrator', relation: 'programme', states: ['draft'] }],
    'agreement.propose': [
      { role: 'programme_administrator', relation: 'programme', states: agreementStates.from('propose') },
    ],
    'agreement.bring_into_force': [
      {
        role: 'programme_administrator',
        relation: 'programme',
        states: agreementStates.from('bring_into_force'),
      },
    ],
  },
);
