import { isOrActsFor } from '../../shared/actor.js';
import { Policy } from '../../shared/policy.js';
import type { Unless } from '../../shared/policy.js';

export const PROVIDER_STATES = ['proposed', 'in_force', 'ended'] as const;
export type ProviderState = (typeof PROVIDER_STATES)[number];

/** One version of a provider's entry; `proposedBy` is null for those that the operator keeps in the settings' file. */
export interface ProviderFacts {
  readonly state: ProviderState;
  readonly proposedBy: string | null;
}

/** Who opens a door for a whole institution does not do so alone. */
const ownProposal: Unless<ProviderFacts> = {
  reason: 'own_proposal',
  when: (actor, facts) => isOrActsFor(actor, facts.proposedBy),
  sql: (alias) =>
    `${alias}.proposed_by = (select actor_person()) or ${alias}.proposed_by = any ((select actor_acts_for())::uuid[])`,
};

/** The register of identity providers belongs to the programme; ending one is a brake, and a single hand may pull it. */
export const providersPolicy = new Policy<ProviderFacts, 'any', ProviderState>(
  'provider',
  { any: { holds: () => true, sql: () => 'true' } },
  {
    'provider.read': [
      { role: 'programme_administrator', relation: 'any' },
      { role: 'auditor', relation: 'any' },
    ],
    'provider.propose': [{ role: 'programme_administrator', relation: 'any' }],
    'provider.confirm': [
      { role: 'programme_administrator', relation: 'any', states: ['proposed'], unless: [ownProposal] },
    ],
    'provider.end': [{ role: 'programme_administrator', relation: 'any', states: ['proposed', 'in_force'] }],
  },
);
