import type { Actor } from '../../shared/actor.js';
import { OFFICIAL_ROLES } from '../../shared/actor.js';
import { DomainError } from '../../shared/domain-error.js';

/** How many a person may have at once. */
export const MOST_PASSKEYS = 10;
/** How long somebody may take to find their key or telephone. */
export const CHALLENGE_SECONDS = 5 * 60;
export const MOST_LABEL_CHARACTERS = 80;

/** As what this installation is known to authenticators. */
export interface RelyingParty {
  /** The host's name: passkeys are bound to it, and none of them works under another. */
  readonly id: string;
  readonly origin: string;
}

/** Whether passkeys can be had under this address. WebAuthn needs a name: under a number there are none. */
export function hasName(publicUrl: string): boolean {
  // However an address of numbers was written, a URL has it as four of them, or in brackets.
  return !/^(\[.*\]|\d+(\.\d+){3})$/.test(new URL(publicUrl).hostname);
}

/** @throws DomainError `unavailable` (`passkeys_need_a_name`) */
export function relyingPartyOf(publicUrl: string): RelyingParty {
  if (!hasName(publicUrl)) throw new DomainError('unavailable', { reason: 'passkeys_need_a_name' });
  const { hostname, origin } = new URL(publicUrl);
  return { id: hostname, origin };
}

/** Whether the person holds an office, their own or a deputy's, that does nothing until a second factor is shown. */
export function hasIdleOffice(actor: Pick<Actor, 'grants' | 'secondFactor'>): boolean {
  return !actor.secondFactor && holdsOffice(actor);
}

export function holdsOffice({ grants }: Pick<Actor, 'grants'>): boolean {
  return grants.some(({ role }) => OFFICIAL_ROLES.includes(role));
}

/**
 * Why the person may not enrol one more, or null. The first is taken on the word of the provider alone; whoever has one
 * shows a second factor first, or a stolen password would be enough to enrol the thief's.
 */
export function obstacleToEnrolling(known: number, secondFactor: boolean): string | null {
  if (known > 0 && !secondFactor) return 'second_factor_needed';
  return known >= MOST_PASSKEYS ? 'too_many_passkeys' : null;
}

/**
 * Why the person may not remove one, or null. An official keeps one, unless their provider asserted a second factor
 * at this very sign-in; to change theirs they add the new one first.
 */
export function obstacleToRemoving(
  known: number,
  actor: Pick<Actor, 'grants' | 'secondFactor'>,
  asserted: boolean,
): string | null {
  if (!actor.secondFactor) return 'second_factor_needed';
  return known === 1 && !asserted && holdsOffice(actor) ? 'last_passkey' : null;
}

/** Whether an authenticator counts as if it were a copy of the one that we know. Those that never count say 0. */
export function countedBack(known: number, shown: number): boolean {
  return (known > 0 || shown > 0) && shown <= known;
}

/** What a person calls their passkey; null for nothing, or for more than a line. */
export function labelFrom(typed: string): string | null {
  const label = typed.normalize('NFC').replace(/\s+/g, ' ').trim();
  return label === '' || label.length > MOST_LABEL_CHARACTERS || /\p{Cc}/u.test(label) ? null : label;
}
