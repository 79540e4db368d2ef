import type { Message } from '../../../platform/http/page.js';
import type { Translator } from '../../../platform/i18n/translator.js';
import type { Id } from '../../../shared/ids.js';
import type { Language } from '../../../shared/language.js';
import type { LocalizedText } from '../../../shared/language.js';
import type { GrantView } from '../../data/role-directory.js';
import type { GrantLine, HistoryLine, OfferedAct, Tag } from '../views/people-views.js';
import type { Words } from '../views/rights-views.js';
import { reasonWords } from './rights.presenter.js';

/** A role that ends within this time is told of as ending soon. */
export const ENDING_SOON_DAYS = 30;
const DAY_MS = 86_400_000;

/** With what the reader reads: their language, their zone, and the names of what is not in this room. */
export interface Reading {
  readonly translator: Translator;
  readonly language: Language;
  readonly zone: string;
  readonly now: Date;
  readonly institutions: ReadonlyMap<Id, string>;
}

/** What of a grant, an invitation or a proposal says where the role holds. */
export interface ScopeOfRole {
  readonly institutionId: Id | null;
  readonly unitName?: LocalizedText | null;
  readonly side?: string | null;
  readonly country?: string | null;
  readonly callTitle?: LocalizedText | null;
  readonly panelName?: LocalizedText | null;
}

export function presentScope(reading: Reading, scope: ScopeOfRole): readonly Words[] {
  const { translator, language } = reading;
  const text = (name: LocalizedText | null | undefined) =>
    name ? [translator.localized(language, name)] : [];
  const parts: Words[] = [
    ...(scope.institutionId
      ? [reading.institutions.get(scope.institutionId) ?? { key: 'common.unknown' }]
      : []),
    ...text(scope.unitName),
    ...(scope.side ? [{ key: `access.people.side.${scope.side}` }] : []),
    ...(scope.country ? [translator.countryName(language, scope.country)] : []),
    ...text(scope.callTitle),
    ...text(scope.panelName),
  ];
  return parts.length > 0 ? parts : [{ key: 'access.account.wholeProgramme' }];
}

/** The first day and the last; the instant at which a role ends is the beginning of the day after its last. */
export function presentTerm(reading: Reading, from: Date, until: Date | null): Message {
  const { translator, language, zone } = reading;
  const values = { from: translator.dateInSentence(language, from, zone) };
  return until
    ? { key: 'access.people.term.until', values: { ...values, until: lastDay(reading, until) } }
    : { key: 'access.people.term.open', values };
}

export function lastDay({ translator, language, zone }: Reading, until: Date): string {
  return translator.dateInSentence(language, new Date(until.getTime() - 1), zone);
}

export function presentGrantState({ now }: Reading, { state, validUntil }: GrantView): Tag {
  const word = (kind: Tag['kind'], key: string): Tag => ({
    kind,
    text: { key: `access.people.states.${key}` },
  });
  switch (state) {
    case 'pending':
      return word('brass', 'pending');
    case 'upcoming':
      return word('sky', 'upcoming');
    case 'in_force':
      return validUntil !== null && validUntil.getTime() - now.getTime() < ENDING_SOON_DAYS * DAY_MS
        ? word('brass', 'ending')
        : word('leaf', 'in_force');
    case 'ended':
      return word('grey', 'ended');
  }
}

export function presentGrant(reading: Reading, grant: GrantView): GrantLine {
  const { revoke } = grant.may;
  return {
    id: grant.id,
    person: { name: grant.personName, email: grant.personEmail, href: `/admin/people/${grant.personId}` },
    role: { key: `roles.${grant.role}` },
    roleHref: `/admin/roles/${grant.role}`,
    scope: presentScope(reading, grant),
    state: presentGrantState(reading, grant),
    term: presentTerm(reading, grant.validFrom, grant.validUntil),
    reason: grant.reason,
    actingFor: grant.actingForName
      ? { key: 'access.people.acting_for', values: { name: grant.actingForName } }
      : null,
    history: historyOf(reading, grant),
    revoke:
      grant.state === 'ended'
        ? null
        : offered(`/admin/people/grants/${grant.id}/end`, revoke.allowed ? null : revoke.reason),
  };
}

/** An act with the reason why it is refused; a stranger's refusals say nothing worth a line. */
export function offered(href: string, reason: string | null): OfferedAct | null {
  if (reason === null) return { href, refusal: null };
  return UNTOLD.includes(reason) ? null : { href, refusal: reasonWords(reason) };
}

const UNTOLD: readonly string[] = ['no_role', 'out_of_scope', 'wrong_state', 'not_signed_in'];

/** Who gave it, who confirmed it, who ended it, when and why; the oldest first. */
function historyOf(reading: Reading, grant: GrantView): HistoryLine[] {
  const { translator, language, zone, now } = reading;
  const line = (at: Date, key: string, name: string | null, reason: string | null): HistoryLine => ({
    iso: at.toISOString(),
    at: translator.dateTime(language, at, zone),
    what: name
      ? { key: `access.people.history.${key}_by`, values: { name } }
      : { key: `access.people.history.${key}` },
    reason,
  });
  const lines = [
    line(grant.createdAt, grant.deputyOf ? 'lent' : 'granted', grant.grantedByName, grant.reason),
  ];
  if (grant.confirmedAt) lines.push(line(grant.confirmedAt, 'confirmed', grant.confirmedByName, null));
  if (grant.revokedAt) lines.push(line(grant.revokedAt, 'revoked', grant.revokedByName, grant.revokeReason));
  else if (grant.validUntil && grant.validUntil <= now)
    lines.push(line(grant.validUntil, 'ran_out', null, null));
  return lines;
}
