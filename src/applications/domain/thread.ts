import type { Actor } from '../../shared/actor.js';
import { coordinates, isOfficerOf } from '../../shared/policy.js';
import { isHomeSide } from './applications.policy.js';
import type { ApplicationFacts } from './applications.policy.js';

/** With which of the two institutions an applicant speaks: each reads its own, and the home side both. */
export const THREAD_OFFICES = ['home', 'host'] as const;
export type ThreadOffice = (typeof THREAD_OFFICES)[number];
export type ThreadSide = 'applicant' | 'office';

export const MESSAGE_MAX = 4000;
/** More in an hour is no conversation. */
export const MESSAGES_AN_HOUR = 30;

/** Whether a message is the actor's business: to the host only what was written with itself, while the file is with it. */
export function readsMessage(
  actor: Actor,
  application: ApplicationFacts,
  message: { readonly office: ThreadOffice; readonly institutionId: string | null },
): boolean {
  if (isHomeSide(actor, application)) return true;
  return (
    message.office === 'host' &&
    application.transferredAt !== null &&
    message.institutionId !== null &&
    message.institutionId === application.hostInstitutionId
  );
}

/** As which side the actor would write, and to or for which offices: none where they only read. */
export function voiceOf(
  actor: Actor,
  application: ApplicationFacts,
): { readonly side: ThreadSide; readonly offices: readonly ThreadOffice[] } {
  const {
    homeInstitutionId,
    homeUnitId,
    homeCountry,
    freemover,
    hostInstitutionId,
    hostUnitId,
    transferredAt,
  } = application;
  const withHost = transferredAt !== null && hostInstitutionId !== null;
  if (actor.personId === application.applicantId) {
    return {
      side: 'applicant',
      offices: [
        ...(homeInstitutionId || freemover ? (['home'] as const) : []),
        ...(withHost ? (['host'] as const) : []),
      ],
    };
  }
  const offices: ThreadOffice[] = [];
  if (
    coordinates(actor, homeInstitutionId, 'home', homeUnitId) ||
    (freemover && isOfficerOf(actor, homeCountry))
  ) {
    offices.push('home');
  }
  if (withHost && coordinates(actor, hostInstitutionId, 'host', hostUnitId)) offices.push('host');
  return { side: 'office', offices };
}
