import { Policy } from '../../shared/policy.js';

interface FiguresFacts {
  readonly state: 'kept';
}

/** Figures of the exchange: sums, and no file. Which countries they are of follows from the reader's offices. */
export const reportsPolicy = new Policy<FiguresFacts, 'exchange', 'kept'>(
  'report',
  { exchange: { holds: () => true, sql: () => 'true' } },
  {
    'report.read': [
      { role: 'ministry_officer', relation: 'exchange' },
      { role: 'programme_administrator', relation: 'exchange' },
      { role: 'auditor', relation: 'exchange' },
    ],
  },
);
