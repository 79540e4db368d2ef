import { isOrActsFor } from '../../shared/actor.js';
import type { Actor } from '../../shared/actor.js';
import type { Id } from '../../shared/ids.js';

/** Through whose hands a nomination went. Where a deputy acted, it went through those of both. */
export interface NominationHands {
  readonly proposedBy: Id;
  readonly proposedFor: Id | null;
  readonly answeredBy: Id | null;
  readonly answeredFor: Id | null;
}

/** Everybody who had a hand in it: none of them decides on it for a country. */
export function handsOf(nomination: NominationHands): Id[] {
  const { proposedBy, proposedFor, answeredBy, answeredFor } = nomination;
  return [...new Set([proposedBy, proposedFor, answeredBy, answeredFor].filter((id) => id !== null))];
}

/** Whether the actor proposed it, or acts for whoever did, or was acted for: then the next step is not theirs. */
export function proposed(actor: Actor, { proposedBy, proposedFor }: NominationHands): boolean {
  return isOrActsFor(actor, proposedBy) || isOrActsFor(actor, proposedFor);
}
