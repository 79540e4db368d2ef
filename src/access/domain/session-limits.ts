import type { Grant } from '../../shared/actor.js';
import { OFFICIAL_ROLES } from '../../shared/actor.js';

const MINUTE_SECONDS = 60;
const HOUR_SECONDS = 60 * MINUTE_SECONDS;

/** In seconds: without a request, and in any case. */
interface SessionLimits {
  readonly idleSeconds: number;
  readonly absoluteSeconds: number;
}

/** How long somebody stays signed in. Whoever acts for an institution or a state has less: others' files lie open there. */
export function sessionLimits(grants: readonly Grant[]): SessionLimits {
  return grants.some((grant) => OFFICIAL_ROLES.includes(grant.role))
    ? { idleSeconds: 30 * MINUTE_SECONDS, absoluteSeconds: 8 * HOUR_SECONDS }
    : { idleSeconds: 2 * HOUR_SECONDS, absoluteSeconds: 12 * HOUR_SECONDS };
}
