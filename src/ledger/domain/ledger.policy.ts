import { Policy, coordinates } from '../../shared/policy.js';
import type { PolicyRow } from '../../shared/policy.js';
import type { Id } from '../../shared/ids.js';

/** What the policy knows of an account of the ledger: whose institutions it is about. */
export interface LedgerFacts {
  readonly state: 'open';
  readonly homeInstitutionId: Id | null;
  readonly hostInstitutionId: Id | null;
}

type Relations = 'programme' | 'own_institution';
const ALL: readonly PolicyRow<LedgerFacts, Relations, 'open'>[] = [
  { role: 'ministry_officer', relation: 'programme' },
  { role: 'programme_administrator', relation: 'programme' },
  { role: 'auditor', relation: 'programme' },
];

/** Nobody is named in the ledger: both ministries read all of it, and an institution what is its own. */
export const ledgerPolicy = new Policy<LedgerFacts, Relations, 'open'>(
  'ledger',
  {
    programme: { holds: () => true, sql: () => 'true' },
    own_institution: {
      holds: (actor, { homeInstitutionId, hostInstitutionId }) =>
        coordinates(actor, homeInstitutionId, 'home') || coordinates(actor, hostInstitutionId, 'host'),
      sql: (alias) =>
        `(coalesce(${alias}.home_institution_id = any ((select actor_home_institutions())::uuid[]), false)
          or coalesce(${alias}.host_institution_id = any ((select actor_host_institutions())::uuid[]), false))`,
    },
  },
  {
    'ledger.read': [...ALL, { role: 'coordinator', relation: 'own_institution' }],
  },
);
