const DAY_MS = 86_400_000;
const REMINDS_MS = 7 * DAY_MS;

/** A promise that somebody has to keep, and what the clock told of it. */
export interface Promised {
  readonly since: Date;
  readonly dueAt: Date;
  readonly remindedAt: Date | null;
  readonly overdueAt: Date | null;
}

/** What the clock has to tell of a promise now: once before its end, once after it. It decides nothing. */
export function clockTells(promise: Promised, now: Date): 'due_soon' | 'overdue' | null {
  if (promise.dueAt < now) return promise.overdueAt ? null : 'overdue';
  return !promise.remindedAt && remindsFrom(promise) <= now ? 'due_soon' : null;
}

/** A week before its end, or in the last third of the time where that is less. */
function remindsFrom({ since, dueAt }: Promised): Date {
  const third = (dueAt.getTime() - since.getTime()) / 3;
  return new Date(dueAt.getTime() - Math.min(REMINDS_MS, third));
}

/** When silence of a side comes before the joint commission; null where it never does by itself. */
export function tablesAt(dueAt: Date, tabledAfterDays: number | null): Date | null {
  return tabledAfterDays === null ? null : new Date(dueAt.getTime() + tabledAfterDays * DAY_MS);
}

/** Whether the clock gives the silence of a side to the joint commission now: once, and after it was told to be late. */
export function isToTable(
  side: Pick<Promised, 'dueAt' | 'overdueAt'> & { readonly tabledAt: Date | null },
  tabledAfterDays: number | null,
  now: Date,
): boolean {
  const at = tablesAt(side.dueAt, tabledAfterDays);
  return at !== null && at < now && side.overdueAt !== null && side.tabledAt === null;
}

/** The same for a list: those of which the clock may have something to tell, by columns of these names. */
export const TELLABLE = (since: string) =>
  `((due_at < $1 and overdue_at is null) or (due_at >= $1 and reminded_at is null
    and due_at - least(interval '7 days', (due_at - ${since}) / 3) <= $1))`;
