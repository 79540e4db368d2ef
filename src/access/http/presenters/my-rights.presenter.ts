import type { Message } from '../../../platform/http/page.js';
import type { RecordedEntry } from '../../../audit/public.js';
import type { Actor } from '../../../shared/actor.js';
import { ROLE_TABLE } from '../../../shared/actor.js';
import type { Id } from '../../../shared/ids.js';
import type { RecordName } from '../../access-ports.js';
import type { DisplayName } from '../../data/people.js';
import type { GrantView } from '../../data/role-directory.js';
import type { RegisteredPolicy } from '../../domain/policy-registry.js';
import type { MyRightsView, OwnHistoryView } from '../views/people-views.js';
import type { TabLink, Words } from '../views/rights-views.js';
import { presentGrantState, presentScope, presentTerm } from './present-grant.js';
import type { Reading } from './present-grant.js';
import { rightsOfRole } from './rights.presenter.js';

/** What one's own account may do, role by role; what everybody may do comes last, because everybody knows it. */
export function presentMyRights(
  reading: Reading,
  policies: readonly RegisteredPolicy[],
  actor: Actor,
  grants: readonly GrantView[],
  tabs: readonly TabLink[],
): Omit<MyRightsView, 'conflicts'> {
  const held = grants.filter(({ state }) => state !== 'ended');
  const idle = ({ role }: GrantView) => ROLE_TABLE[role].official && !actor.secondFactor;
  return {
    tabs,
    secondFactorMissing: held.some((grant) => grant.state === 'in_force' && idle(grant)),
    roles: [
      ...held.map((grant) => ({
        name: { key: `roles.${grant.role}` },
        scope: presentScope(reading, grant),
        state: presentGrantState(reading, grant),
        term: presentTerm(reading, grant.validFrom, grant.validUntil),
        actingFor: grant.actingForName
          ? { key: 'access.rights.acting_for', values: { name: grant.actingForName } }
          : null,
        idle: idle(grant),
        subjects: rightsOfRole(policies, grant.role),
      })),
      {
        name: { key: 'roles.applicant' },
        scope: [{ key: 'access.account.ownApplications' }],
        state: { kind: 'leaf', text: { key: 'access.people.states.in_force' } },
        term: null,
        actingFor: null,
        idle: false,
        subjects: rightsOfRole(policies, 'applicant'),
      },
    ],
  };
}

/** What an account has done, in plain words. What the reader can no longer open stands there without a name. */
export function presentOwnHistory(
  reading: Reading,
  personId: Id,
  entries: readonly RecordedEntry[],
  records: ReadonlyMap<string, RecordName>,
  names: ReadonlyMap<Id, DisplayName>,
): OwnHistoryView['entries'] {
  const { translator, language, zone } = reading;
  const nameOf = (id: Id) => names.get(id)?.name ?? translator.t(language, 'common.unknown');
  return entries.map((entry) => ({
    iso: entry.at.toISOString(),
    at: translator.dateTime(language, entry.at, zone),
    what: wordsOf(reading, entry.action),
    record: recordOf(entry, records),
    capacity:
      entry.role !== null && entry.role !== 'applicant'
        ? { key: 'access.history.as', values: { role: translator.t(language, `roles.${entry.role}`) } }
        : null,
    deputy: deputyOf(entry, personId, nameOf),
  }));
}

function wordsOf({ translator, language }: Reading, action: string): Message {
  const key = `audit.${action}`;
  return translator.has(language, key) ? { key } : { key: 'access.history.unknown' };
}

function recordOf(
  { subject }: RecordedEntry,
  records: ReadonlyMap<string, RecordName>,
): { readonly name: Words; readonly href: string | null } | null {
  const record = records.get(`${subject.kind} ${subject.id}`);
  if (!record) return null;
  return { name: record.name || { key: 'access.history.unnumbered' }, href: record.href };
}

function deputyOf(
  { actorId, actingFor }: RecordedEntry,
  personId: Id,
  nameOf: (id: Id) => string,
): Message | null {
  if (actingFor === null) return null;
  if (actingFor === personId && actorId !== null) {
    return { key: 'access.history.by_deputy', values: { name: nameOf(actorId) } };
  }
  return { key: 'access.history.as_deputy', values: { name: nameOf(actingFor) } };
}
