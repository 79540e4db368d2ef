import { Policy } from '../../shared/policy.js';

interface RecordFacts {
  readonly state: 'kept';
}

/** The whole record of acts: it holds ids and codes only, so whoever answers for the programme may read all of it. */
export const auditPolicy = new Policy<RecordFacts, 'programme', 'kept'>(
  'audit',
  { programme: { holds: () => true, sql: () => 'true' } },
  {
    'audit.read': [
      { role: 'auditor', relation: 'programme' },
      { role: 'programme_administrator', relation: 'programme' },
    ],
  },
);
