import { Policy, administers, isOfficerOf } from '../../shared/policy.js';
import type { Unless } from '../../shared/policy.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';

export type ClientState = 'in_force' | 'revoked';

export interface ClientFacts {
  readonly state: ClientState;
  readonly institutionId: Id;
  /** Of the institution. */
  readonly country: CountryCode;
}

/** A deputy looks after what is there; whom else to let in, the one decides for whom they act. */
const inOwnRight: Unless<ClientFacts> = {
  reason: 'not_as_deputy',
  when: (actor, client) =>
    !actor.grants.some(
      (grant) =>
        !grant.actingFor &&
        (grant.role === 'institution_administrator'
          ? grant.institutionId === client.institutionId
          : grant.role === 'ministry_officer' && grant.country === client.country),
    ),
  sql: (alias) => `not exists (
    select from grants_in_force((select actor_person()), (select actor_instant())) g where g.acting_for is null
      and (g.role = 'institution_administrator' and g.institution_id = ${alias}.institution_id
        or g.role = 'ministry_officer'
          and g.country = (select i.country from institutions i where i.id = ${alias}.institution_id)))`,
};

/** Other systems of an institution: whoever administers its people lets them in and out, and so does its ministry. */
export const clientsPolicy = new Policy<
  ClientFacts,
  'own_institution' | 'own_country' | 'programme',
  ClientState
>(
  'client',
  {
    own_institution: {
      holds: (actor, client) => administers(actor, client.institutionId),
      sql: (alias) => `${alias}.institution_id = any ((select actor_administers())::uuid[])`,
    },
    own_country: {
      holds: (actor, client) => isOfficerOf(actor, client.country),
      sql: (alias) => `exists (select from institutions i where i.id = ${alias}.institution_id
        and i.country = any ((select actor_officer_of())::text[]))`,
    },
    programme: {
      holds: () => true,
      sql: () => 'true',
    },
  },
  {
    'client.read': [
      { role: 'institution_administrator', relation: 'own_institution' },
      { role: 'ministry_officer', relation: 'own_country' },
      { role: 'programme_administrator', relation: 'programme' },
    ],
    'client.list': [
      { role: 'institution_administrator', relation: 'own_institution' },
      { role: 'ministry_officer', relation: 'own_country' },
      { role: 'programme_administrator', relation: 'programme' },
    ],
    'client.register': [
      {
        role: 'institution_administrator',
        relation: 'own_institution',
        states: ['in_force'],
        unless: [inOwnRight],
      },
      { role: 'ministry_officer', relation: 'own_country', states: ['in_force'], unless: [inOwnRight] },
    ],
    'client.revoke': [
      {
        role: 'institution_administrator',
        relation: 'own_institution',
        states: ['in_force'],
      },
      { role: 'ministry_officer', relation: 'own_country', states: ['in_force'] },
    ],
  },
);
