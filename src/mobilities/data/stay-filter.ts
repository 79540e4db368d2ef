import type { Id } from '../../shared/ids.js';

/** Who is looked for: by what the day brings. */
export const STAY_WHENS = ['here', 'coming', 'leaving', 'overdue', 'escalated', 'all'] as const;
export type StayWhen = (typeof STAY_WHENS)[number];

export interface StayFilter {
  readonly when: StayWhen;
  /** Today, by whose calendar the rest is asked (YYYY-MM-DD). */
  readonly day: string;
  readonly homeCountry?: string;
  readonly hostCountry?: string;
  readonly category?: string;
  readonly academicYear?: string;
  readonly after?: readonly [plannedFrom: string, id: Id];
  readonly limit: number;
}

/** There on a day: it was certified that they came, and not that they left before. `day` is a place of the statement. */
export const presentOn = (day: string) =>
  `m.arrived_on <= ${day} and (m.departed_on is null or m.departed_on >= ${day})`;

/** The day has passed, and nobody has certified what it was to bring. */
export const overdueOn = (day: string) =>
  `((m.state = 'planned' and m.planned_from < ${day}) or (m.state = 'ongoing' and m.planned_until < ${day}))`;

/** The host was asked for it, and did not answer. */
export const ESCALATED = `((m.state = 'planned' and m.arrival_escalated_at is not null)
  or (m.state = 'ongoing' and m.departure_escalated_at is not null))`;

export const WHEN: Readonly<Record<StayWhen, (day: string) => string>> = {
  here: presentOn,
  // Until the end of the month, and whoever should have come before.
  coming: (day) =>
    `m.state = 'planned' and m.planned_from < (date_trunc('month', ${day}::timestamp) + interval '1 month')::date`,
  leaving: (day) =>
    `m.state = 'ongoing' and m.planned_until < (date_trunc('month', ${day}::timestamp) + interval '1 month')::date`,
  overdue: overdueOn,
  escalated: () => ESCALATED,
  all: () => 'true',
};
