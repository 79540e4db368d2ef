import type { ApplicationState } from './application.states.js';

/** What ends the other side's sight of an application: codes of `sight_rules`. */
export type SightEnd =
  | 'consent_withdrawn'
  | 'withdrawn'
  | 'host_refused'
  | 'refused'
  | 'substituted'
  | 'place_changed'
  | 'declined'
  | 'offer_expired';

/** States in which nothing goes on any more, with what ended it. */
export const SIGHT_ENDS: Readonly<Partial<Record<ApplicationState, SightEnd>>> = {
  withdrawn: 'withdrawn',
  ineligible: 'refused',
  lapsed: 'refused',
  final: 'refused',
  declined: 'declined',
  offer_expired: 'offer_expired',
  offer_withdrawn: 'refused',
  conditions_not_met: 'refused',
  not_cleared: 'refused',
};

/** What ended it; null while something goes on. A final result is an end only for whoever is on no list. */
export function sightEndOf(state: ApplicationState, result: string | null): SightEnd | null {
  if (state === 'final' && result !== 'not_selected') return null;
  return SIGHT_ENDS[state] ?? null;
}
