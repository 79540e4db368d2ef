import type { CallPhase } from './call.js';
import type { CallState } from './call.states.js';

export interface CallTimes {
  readonly state: CallState;
  readonly opensAt: Date;
  readonly closesAt: Date;
  readonly graceMinutes: number;
}

/**
 * Where a call stands at an instant. It opens at its opening instant exactly and is closed at its closing instant exactly;
 * what is sent in the grace that follows still counts, but no new application begins.
 */
export function callPhase(call: CallTimes, now: Date): CallPhase {
  if (call.state !== 'published') return call.state;
  if (now < call.opensAt) return 'upcoming';
  if (now < call.closesAt) return 'open';
  return now < acceptsUntil(call) ? 'grace' : 'closed';
}

/** Closing and grace together. */
export function acceptsUntil({ closesAt, graceMinutes }: Pick<CallTimes, 'closesAt' | 'graceMinutes'>): Date {
  return new Date(closesAt.getTime() + graceMinutes * 60_000);
}

/**
 * Whether somebody may begin an application.
 *
 * @param accessUntil until when a code lets this one in; null: by no code
 */
export function acceptsDrafts(call: CallTimes, now: Date, accessUntil: Date | null = null): boolean {
  return callPhase(call, now) === 'open' || opensByCode(call, now, accessUntil);
}

/** Whether an application that was begun may still be submitted. */
export function acceptsSubmissions(call: CallTimes, now: Date, accessUntil: Date | null = null): boolean {
  const phase = callPhase(call, now);
  return phase === 'open' || phase === 'grace' || opensByCode(call, now, accessUntil);
}

/** A code opens a call that stands by, or whose deadline has passed, as long as the selection has not begun. */
function opensByCode(call: CallTimes, now: Date, accessUntil: Date | null): boolean {
  if (accessUntil === null || now >= accessUntil) return false;
  return call.state === 'standby' || (call.state === 'published' && now >= call.opensAt);
}

/** Until when one applicant may submit: what the call says, or the code by which they came, whichever is later. */
export function submitsUntil(
  call: Pick<CallTimes, 'closesAt' | 'graceMinutes'>,
  accessUntil: Date | null,
): Date {
  const until = acceptsUntil(call);
  return accessUntil && accessUntil > until ? accessUntil : until;
}
