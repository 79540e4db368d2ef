import type { Promises } from '../../calls/public.js';
import type { NominationState } from './nomination.states.js';

const DAY_MS = 86_400_000;

/** Why a nomination was declined that the host left unanswered for as long as the call says. */
export const SILENCE = 'silence';

/** When silence of a host becomes its no; null where the call does not say so, and the nomination waits. */
export function declinesAt(
  dueAt: Date,
  { declinedAfterDays }: Pick<Promises, 'declinedAfterDays'>,
): Date | null {
  return declinedAfterDays === undefined ? null : new Date(dueAt.getTime() + declinedAfterDays * DAY_MS);
}

/** The same of a row of `nominations` and its call, for a query. */
export const DECLINES_AT = `(n.due_at + (c.promises->>'declinedAfterDays')::integer * interval '1 day')`;

/** Whether silence is the host's no now: only after its ministry was told of it. */
export function isDeclinedBySilence(
  { state, dueAt }: { readonly state: NominationState; readonly dueAt: Date | null },
  promises: Pick<Promises, 'declinedAfterDays'>,
  now: Date,
): boolean {
  const at = dueAt && declinesAt(dueAt, promises);
  return state === 'no_answer' && at !== null && at < now;
}
