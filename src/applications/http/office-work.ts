import type { Actor } from '../../shared/actor.js';
import { hasRole } from '../../shared/policy.js';
import type { OfficeWork } from '../data/application-lists.js';

/** The kinds of work that somebody's offices have. */
export function workOf(actor: Actor): readonly OfficeWork[] {
  return [
    ...(hasRole(actor, 'coordinator') ? (['home', 'nominate', 'host', 'ministry'] as const) : []),
    ...(hasRole(actor, 'ministry_officer') ? (['confirm'] as const) : []),
  ];
}

/** What of the worklist is shown to somebody whose address does not say it. */
export function usualFor(actor: Actor): 'me' | 'all' {
  return hasRole(actor, 'coordinator') ? 'me' : 'all';
}
