const DAY_MS = 86_400_000;

/** How long before a deadline whoever has not submitted is reminded of it, in days, the earliest first. */
export const REMIND_DAYS_BEFORE = [7, 1] as const;
const EARLIEST = Math.max(...REMIND_DAYS_BEFORE);

export interface AwaitedSubmission {
  /** Until when it can be submitted, without the grace: that is no time to plan with. */
  readonly deadline: Date;
  /** Since when the applicant has had it before them, and known of this deadline. */
  readonly knownSince: Date;
  /** With how many days left they were reminded of this deadline. */
  readonly reminded: readonly number[];
}

/**
 * Which reminder is due now, said by its days; null: none. Of those whose time has come only the last is told, so that
 * after an outage nobody gets two; and whoever has only just begun, or just heard of the deadline, is not reminded of it.
 */
export function reminderDue({ deadline, knownSince, reminded }: AwaitedSubmission, now: Date): number | null {
  if (now >= deadline) return null;
  const from = (days: number) => new Date(deadline.getTime() - days * DAY_MS);
  const days = REMIND_DAYS_BEFORE.findLast((each) => now >= from(each));
  if (days === undefined || knownSince >= from(days)) return null;
  return reminded.some((each) => each <= days) ? null : days;
}

/** Deadlines before this instant can be near enough to be told. */
export function remindsUntil(now: Date): Date {
  return new Date(now.getTime() + EARLIEST * DAY_MS);
}
