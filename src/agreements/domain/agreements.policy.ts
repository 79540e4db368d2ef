import { isOrActsFor } from '../../shared/actor.js';
import type { Role } from '../../shared/actor.js';
import { Policy, administers, coordinates, isOfficerOf, signsFor } from '../../shared/policy.js';
import type { PolicyRow, Unless } from '../../shared/policy.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import { agreementStates } from './agreement.states.js';
import type { AgreementState } from './agreement.states.js';

export interface AgreementFacts {
  /** Of what the act is upon: of a version that is being prepared or decided, else of the agreement. */
  readonly state: AgreementState;
  /** Countries of its parties. */
  readonly countries: readonly CountryCode[];
  /** Institutions among its parties. */
  readonly institutions: readonly Id[];
  /** Who wrote the version that is proposed. */
  readonly preparers: readonly Id[];
}

/** Whoever wrote a text does not also sign it. */
const prepared: Unless<AgreementFacts> = {
  reason: 'separation_of_duties',
  when: (actor, { preparers }) => preparers.some((preparer) => isOrActsFor(actor, preparer)),
  sql: (alias) =>
    `exists (select from agreement_versions v where v.agreement_id = ${alias}.id and v.state = 'proposed'
       and v.preparers && ((select actor_acts_for())::uuid[] || (select actor_person())))`,
};

type RelationName =
  'programme' | 'own_country' | 'coordinated_party' | 'administered_party' | 'signing_party';
type Row = PolicyRow<AgreementFacts, RelationName, AgreementState>;

const amongParties = (alias: string, condition: string) =>
  `exists (select from jsonb_array_elements(${alias}.parties) party where ${condition})`;
const institution = (settings: readonly string[]) =>
  settings.map((name) => `(party ->> 'institutionId')::uuid = any ((select ${name}())::uuid[])`).join(' or ');

const OF_INSTITUTIONS = [
  ['coordinator', 'coordinated_party'],
  ['institution_administrator', 'administered_party'],
  ['signatory', 'signing_party'],
] as const satisfies readonly (readonly [Role, RelationName])[];

const byParties = (more: Partial<Row> = {}): readonly Row[] =>
  OF_INSTITUTIONS.map(([role, relation]) => ({ role, relation, ...more }));
const byProgramme = (more: Partial<Row> = {}): Row => ({
  role: 'programme_administrator',
  relation: 'programme',
  ...more,
});

/** Who prepares agreements and who speaks on them. What is or was in force everybody reads: that needs no row. */
export const agreementsPolicy = new Policy<AgreementFacts, RelationName, AgreementState>(
  'agreement',
  {
    programme: { holds: () => true, sql: () => 'true' },
    own_country: {
      holds: (actor, agreement) => agreement.countries.some((country) => isOfficerOf(actor, country)),
      sql: (alias) => amongParties(alias, `party ->> 'country' = any ((select actor_officer_of())::text[])`),
    },
    coordinated_party: {
      holds: (actor, { institutions }) => institutions.some((id) => coordinates(actor, id)),
      sql: (alias) =>
        amongParties(alias, institution(['actor_home_institutions', 'actor_host_institutions'])),
    },
    administered_party: {
      holds: (actor, { institutions }) => institutions.some((id) => administers(actor, id)),
      sql: (alias) => amongParties(alias, institution(['actor_administers'])),
    },
    signing_party: {
      holds: (actor, { institutions }) => institutions.some((id) => signsFor(actor, id)),
      sql: (alias) => amongParties(alias, institution(['actor_signs_for'])),
    },
  },
  {
    'agreement.read': [
      byProgramme(),
      { role: 'auditor', relation: 'programme' },
      { role: 'ministry_officer', relation: 'own_country' },
      ...byParties(),
    ],
    'agreement.prepare': [byProgramme({ states: ['draft'] }), ...byParties({ states: ['draft'] })],
    // What was signed on paper: brought by whoever answers for it in their own country, counted when both have confirmed it.
    'agreement.import': [
      byProgramme({ states: ['draft'] }),
      { role: 'ministry_officer', relation: 'own_country', states: ['draft'] },
    ],
    'agreement.edit': [byProgramme({ states: ['draft'] }), ...byParties({ states: ['draft'] })],
    'agreement.propose': [
      byProgramme({ states: agreementStates.from('propose') }),
      ...byParties({ states: agreementStates.from('propose') }),
    ],
    'agreement.withdraw': [
      byProgramme({ states: agreementStates.from('send_back') }),
      ...byParties({ states: agreementStates.from('send_back') }),
    ],
    'agreement.answer': [
      {
        role: 'signatory',
        relation: 'signing_party',
        states: agreementStates.from('bring_into_force'),
        unless: [prepared],
      },
    ],
    'agreement.bring_into_force': [byProgramme({ states: agreementStates.from('bring_into_force') })],
    'agreement.revise': [
      byProgramme({ states: ['draft', 'in_force', 'expired'] }),
      ...byParties({ states: ['draft', 'in_force', 'expired'] }),
    ],
    'agreement.terminate': [
      { role: 'ministry_officer', relation: 'own_country', states: agreementStates.from('terminate') },
      { role: 'signatory', relation: 'signing_party', states: agreementStates.from('terminate') },
    ],
    'agreement.read_people': [
      byProgramme(),
      { role: 'ministry_officer', relation: 'own_country' },
      ...byParties(),
    ],
    // The signed text names people, and annexes may: for whoever sees the people of the sides.
    'agreement.take_files': [
      byProgramme(),
      { role: 'ministry_officer', relation: 'own_country' },
      ...byParties(),
    ],
    'agreement.keep_people': [
      byProgramme({ states: ['draft', 'proposed', 'in_force', 'expired'] }),
      ...byParties({ states: ['draft', 'proposed', 'in_force', 'expired'] }),
    ],
  },
);
