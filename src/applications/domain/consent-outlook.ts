import type { ApplicationState } from './application.states.js';
import { applicationStates } from './application.states.js';
import { CROSS_BORDER } from './crossing.js';

/** What an application must tell for that. */
interface Standing {
  readonly state: ApplicationState;
  readonly transferredAt: Date | null;
  /** Whether reviewers from the other country read it now. */
  readonly assessedAbroad: boolean;
  /** How the stay that followed stands: while somebody is there, and afterwards, it rests on more than a consent. */
  readonly stay: 'open' | 'ongoing' | 'over' | null;
}

/** On which basis the other side reads on once the consent is gone: codes of `legal_bases`. */
export const BASIS_OF_STAY: Readonly<Record<string, string>> = {
  stay_goes_on: 'contract',
  stay_is_kept: 'legal_duty',
};

const PROCESSING = 'processing';

/** What follows when its applicant takes a consent back now: a code, and whether the application itself is touched. */
export function consentOutlook(
  purpose: string,
  { state, transferredAt, assessedAbroad, stay }: Standing,
): { readonly code: string; readonly grave: boolean } {
  const goesOn = applicationStates.allows(state, 'withdraw');
  if (purpose === PROCESSING || purpose === CROSS_BORDER) {
    // The file of whoever is there is not taken from those who answer for them; of whoever was, what the law keeps is kept.
    if (stay === 'ongoing') return { code: 'stay_goes_on', grave: false };
    if (stay === 'over') return { code: 'stay_is_kept', grave: false };
  }
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
