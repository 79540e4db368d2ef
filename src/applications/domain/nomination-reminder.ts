import type { NominationState } from './nomination.states.js';

const DAY_MS = 86_400_000;
/** A week before the limit, and of a short time its last third: whoever was just asked is not reminded. */
const DAYS_BEFORE = 7;
const PART_BEFORE = 3;

interface Waiting {
  readonly state: NominationState;
  readonly stateSince: Date;
  readonly dueAt: Date | null;
  readonly remindedAt: Date | null;
}

/** From when the host is reminded of the limit for its answer. */
export function remindFrom(sentAt: Date, dueAt: Date): Date {
  const before = Math.min(DAYS_BEFORE * DAY_MS, (dueAt.getTime() - sentAt.getTime()) / PART_BEFORE);
  return new Date(dueAt.getTime() - before);
}

/** The same of a row of `nominations`, for a query. */
export const REMIND_FROM = `(due_at - least(interval '${DAYS_BEFORE} days', (due_at - state_since) / ${PART_BEFORE}))`;

/** Whether the host is reminded now: once, and not after the limit. */
export function isToRemind({ state, stateSince, dueAt, remindedAt }: Waiting, now: Date): boolean {
  return (
    state === 'sent' &&
    remindedAt === null &&
    dueAt !== null &&
    now <= dueAt &&
    now >= remindFrom(stateSince, dueAt)
  );
}
