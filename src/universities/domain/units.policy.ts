import type { Id } from '../../shared/ids.js';
import { Policy, administers } from '../../shared/policy.js';

export const UNIT_STATES = ['open', 'closed'] as const;
export type UnitState = (typeof UNIT_STATES)[number];

export interface UnitFacts {
  readonly state: UnitState;
  readonly institutionId: Id;
}

/** The units of an institution are as public as the institution; its own administrator keeps them. */
export const unitsPolicy = new Policy<UnitFacts, 'everything' | 'own_institution', UnitState>(
  'unit',
  {
    everything: { holds: () => true, sql: () => 'true' },
    own_institution: {
      holds: (actor, { institutionId }) => administers(actor, institutionId),
      sql: (alias) => `${alias}.institution_id = any ((select actor_administers())::uuid[])`,
    },
  },
  {
    'unit.read': [{ role: 'applicant', relation: 'everything' }],
    'unit.manage': [{ role: 'institution_administrator', relation: 'own_institution', states: ['open'] }],
  },
);
