const DAY_MS = 86_400_000;
/** So long before the day a reviewer is reminded. */
const BEFORE_DAYS = 3;
/** Whoever was given something so lately has not forgotten it. */
const LATELY_DAYS = 2;

/** Whether the clock reminds a reviewer now: once before the day, and once when it has come. */
export function remindsNow(
  review: {
    readonly assignedAt: Date;
    readonly dueAt: Date;
    readonly remindedBeforeAt: Date | null;
    readonly remindedDueAt: Date | null;
  },
  now: Date,
): 'before' | 'due' | null {
  const { assignedAt, dueAt, remindedBeforeAt, remindedDueAt } = review;
  if (now >= dueAt) return remindedDueAt === null ? 'due' : null;
  const isLate = now.getTime() >= dueAt.getTime() - BEFORE_DAYS * DAY_MS;
  const isFresh = now.getTime() < assignedAt.getTime() + LATELY_DAYS * DAY_MS;
  return isLate && !isFresh && remindedBeforeAt === null ? 'before' : null;
}
