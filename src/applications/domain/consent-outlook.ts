import type { ApplicationState } from './application.states.js';
import { applicationStates } from './application.states.js';
import { CROSS_BORDER } from './crossing.js';

/** What an application must tell for that. */
interface Standing {
  readonly state: ApplicationState;
  readonly transferredAt: Date | null;
  /** Whether reviewers from the other country read it now. */
  readonly assessedAbroad: boolean;
}

const PROCESSING = 'processing';

/** What follows when its applicant takes a consent back now: a code, and whether the application itself is touched. */
export function consentOutlook(
  purpose: string,
  { state, transferredAt, assessedAbroad }: Standing,
): { readonly code: string; readonly grave: boolean } {
  const goesOn = applicationStates.allows(state, 'withdraw');
  if (purpose === PROCESSING) {
    return goesOn ? { code: 'application_withdrawn', grave: true } : { code: 'kept_by_law', grave: false };
  }
  if (purpose === CROSS_BORDER) {
    if (transferredAt !== null || assessedAbroad) {
      return goesOn ? { code: 'application_taken_back', grave: true } : { code: 'sight_ends', grave: true };
    }
    if (state === 'draft' || state === 'returned') return { code: 'cannot_be_submitted', grave: false };
    return goesOn ? { code: 'cannot_be_nominated', grave: false } : { code: 'nothing_more', grave: false };
  }
  return { code: 'nothing_more', grave: false };
}
