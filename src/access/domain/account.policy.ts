import { Policy } from '../../shared/policy.js';

export interface AccountFacts {
  readonly state: 'open';
  readonly personId: string;
}

/** Everybody has one account and manages it alone. */
export const accountPolicy = new Policy<AccountFacts, 'own', 'open'>(
  'account',
  {
    own: {
      holds: (actor, facts) => actor.personId === facts.personId,
      sql: (alias) => `${alias}.id = actor_person()`,
    },
  },
  {
    'account.read': [{ role: 'applicant', relation: 'own' }],
    'account.change': [{ role: 'applicant', relation: 'own' }],
  },
);
