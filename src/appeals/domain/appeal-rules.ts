import type { AppealTerms } from '../../calls/public.js';
import { daysLater, lastSecondOf, wallTime } from '../../shared/zoned-time.js';

/** What somebody may appeal on. New evidence only where the call admits it. */
export const GROUNDS = ['procedure', 'error_of_fact', 'conflict_of_interest', 'new_evidence'] as const;
export type Ground = (typeof GROUNDS)[number];

/** Why an appeal is not heard. */
export const INADMISSIBLE_CODES = [
  'late',
  'not_on_a_result',
  'no_ground',
  'judges_merit_alone',
  'not_by_the_applicant',
  'unintelligible',
] as const;
export type InadmissibleCode = (typeof INADMISSIBLE_CODES)[number];

/** Where an upheld appeal takes the selection back to. */
export const STAGES = ['screening', 'review', 'ranking'] as const;
export type Stage = (typeof STAGES)[number];

/** What is appealed against: a place on a provisional list, or having been found ineligible. */
export const SUBJECTS = ['list', 'screening'] as const;
export type AppealSubject = (typeof SUBJECTS)[number];

/** Which stages can be reopened; of several the one that reopens most stands first. */
export const STAGES_OF: Readonly<Record<AppealSubject, readonly Stage[]>> = {
  list: ['review', 'ranking'],
  screening: ['screening'],
};

/** How a call hears appeals. */
export interface AppealRules extends AppealTerms {
  /** Days in which it is decided, from the day on which it was lodged. */
  readonly decisionDays: number;
}

/** Of a panel whose appeal does not say it. */
export const LEAST_PANEL = 3;

export function groundsOf({ newEvidence }: AppealRules): readonly Ground[] {
  return GROUNDS.filter((ground) => ground !== 'new_evidence' || newEvidence);
}

/** The last second of the day so many days later, by the clocks of the call. */
export function dayEndAfter(instant: Date, days: number, zone: string): Date {
  return lastSecondOf(daysLater(wallTime(instant, zone).day, days), zone);
}

/** Until when whoever has an appeal is to act on it, both counted from the day on which it was lodged. */
export function clocksOf(
  { admissibilityDays, decisionDays }: AppealRules,
  lodgedAt: Date,
  zone: string,
): { readonly admitUntil: Date; readonly decideUntil: Date } {
  return {
    admitUntil: dayEndAfter(lodgedAt, admissibilityDays, zone),
    decideUntil: dayEndAfter(lodgedAt, decisionDays, zone),
  };
}

const MINUTE_MS = 60_000;

/** Until when an appeal is taken: the window of the result, and the minutes that the call forgives. */
export function takenUntil(windowUntil: Date, graceMinutes: number): Date {
  return new Date(windowUntil.getTime() + graceMinutes * MINUTE_MS);
}

const DAY_MS = 86_400_000;
const SOON_MS = 2 * DAY_MS;

/** What the clock tells now of an appeal that somebody has until `dueAt`; null: nothing, or nothing new. */
export function remindsNow(
  {
    dueAt,
    stateSince,
    remindedAt,
    overdueAt,
  }: {
    readonly dueAt: Date;
    readonly stateSince: Date;
    readonly remindedAt: Date | null;
    readonly overdueAt: Date | null;
  },
  now: Date,
): 'due_soon' | 'overdue' | null {
  if (now > dueAt) return overdueAt ? null : 'overdue';
  // Whoever got it this late knows it from the first mail.
  const late = dueAt.getTime() - stateSince.getTime() <= SOON_MS;
  return !late && !remindedAt && dueAt.getTime() - now.getTime() <= SOON_MS ? 'due_soon' : null;
}
