import { Policy } from '../../shared/policy.js';
import type { PolicyRow } from '../../shared/policy.js';

interface RegisterFacts {
  readonly state: 'kept';
}

const PROGRAMME: readonly PolicyRow<RegisterFacts, 'programme', 'kept'>[] = [
  { role: 'auditor', relation: 'programme' },
  { role: 'programme_administrator', relation: 'programme' },
];

/** What crossed the border and what the clock took away, of the whole programme: people stand there by their id alone. */
export const privacyRegisterPolicy = new Policy<RegisterFacts, 'programme', 'kept'>(
  'privacy_register',
  { programme: { holds: () => true, sql: () => 'true' } },
  {
    'privacy_register.read': PROGRAMME,
    'privacy_register.export': PROGRAMME,
    // Numbers by rule, which name nobody: also for those who answer people of their country.
    'privacy_register.read_retention': [...PROGRAMME, { role: 'ministry_officer', relation: 'programme' }],
  },
);
