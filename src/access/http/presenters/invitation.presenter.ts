import type { Message } from '../../../platform/http/page.js';
import type { Actor } from '../../../shared/actor.js';
import { OFFICIAL_ROLES } from '../../../shared/actor.js';
import type { InvitationOffer } from '../../operations/accept-invitation.js';
import type { Words } from '../views/rights-views.js';
import { presentScope, presentTerm } from './present-grant.js';
import type { Reading } from './present-grant.js';
import { reasonWords } from './rights.presenter.js';

/** Reasons for which a link opens nothing, each with words of its own. */
const TOLD = [
  'link_unknown',
  'link_other_purpose',
  'link_revoked',
  'link_used',
  'link_expired',
  'invitation_not_open',
] as const;

/** The part of `access/invitation.njk` that somebody who has signed in sees. */
export interface OfferView {
  readonly role: Message;
  readonly about: Message;
  readonly roleHref: string;
  readonly facts: readonly { readonly label: Message; readonly value: Words }[];
  readonly notes: readonly Message[];
  readonly action: string;
  /** Why the reader cannot take it up, told before they try. */
  readonly refusal: Message | null;
}

export function presentInvitation(
  reading: Reading,
  offer: InvitationOffer,
  action: string,
  actor: Actor,
): OfferView {
  const { translator, language, zone } = reading;
  const scope = presentScope(reading, offer).map((part) =>
    typeof part === 'string' ? part : translator.t(language, part.key, part.values),
  );
  const fact = (key: string, value: Words) => ({ label: { key: `access.invitation.facts.${key}` }, value });
  return {
    role: { key: `roles.${offer.role}` },
    about: { key: `access.roles.about.${offer.role}` },
    roleHref: `/admin/roles/${offer.role}`,
    facts: [
      fact('by', offer.invitedByName),
      fact('role', { key: `roles.${offer.role}` }),
      fact('where', scope.join(' · ')),
      fact('term', presentTerm(reading, offer.validFrom, offer.validUntil)),
      ...(offer.actingForName ? [fact('deputy', offer.actingForName)] : []),
      fact('reason', offer.reason),
      fact('open_until', translator.dateTime(language, offer.expiresAt, zone)),
      fact('you', actor.name ?? ''),
    ],
    notes: [
      ...(offer.needsConfirmation ? [{ key: 'access.invitation.needs_confirmation' }] : []),
      ...(OFFICIAL_ROLES.includes(offer.role) && !actor.secondFactor
        ? [{ key: 'access.invitation.second_factor' }]
        : []),
    ],
    action,
    refusal: offer.invitedBy === actor.personId ? reasonWords('role_to_oneself') : null,
  };
}

/** Input of `access/invitation-refused.njk`. */
export function presentRefusal(reason: string): { readonly title: Message; readonly text: Message } {
  const told = TOLD.find((each) => each === reason);
  return told
    ? {
        title: { key: `access.invitation.refused.${told}.title` },
        text: { key: `access.invitation.refused.${told}.text` },
      }
    : { title: { key: 'access.invitation.refused.other' }, text: reasonWords(reason) };
}
