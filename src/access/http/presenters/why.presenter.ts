import type { Message } from '../../../platform/http/page.js';
import type { Actor, Grant, Role, Ties } from '../../../shared/actor.js';
import { ROLE_TABLE } from '../../../shared/actor.js';
import { hasRole } from '../../../shared/policy.js';
import type { RowVerdict } from '../../../shared/policy.js';
import type { KnownRecord } from '../../access-ports.js';
import type { GrantView } from '../../data/role-directory.js';
import type { RegisteredRow } from '../../domain/policy-registry.js';
import type { Tag, WhyAnswer } from '../views/people-views.js';
import { lastDay } from './present-grant.js';
import type { Reading } from './present-grant.js';
import { actWords, reasonWords, relationWords, stateWords } from './rights.presenter.js';

/** What is asked, and what may be known of it. */
export interface Question {
  readonly subject: string;
  readonly action: string;
  readonly person: { readonly name: string; readonly own: boolean };
  /** As the asker may know them. */
  readonly grants: readonly GrantView[];
  readonly actor: Actor;
  readonly record: KnownRecord | null;
  readonly rows: readonly RegisteredRow[];
}

type Check = WhyAnswer['rows'][number]['checks'][number];

/** What a row asks, in the order in which it asks; the refusals name the first that failed. */
const ORDER = ['role', 'relation', 'second_factor', 'state', 'obstacle'] as const;
type Asked = (typeof ORDER)[number];
const FAILED: Readonly<Record<string, Asked>> = {
  no_role: 'role',
  out_of_scope: 'relation',
  second_factor_needed: 'second_factor',
  wrong_state: 'state',
};

export function presentWhy(reading: Reading, question: Question): WhyAnswer {
  const { record, action, actor, person } = question;
  const verdicts = record
    ? record.explain(actor, action)
    : question.rows.map((row) => withoutRecord(actor, row));
  const allowed = verdicts.some(({ reason }) => reason === null);
  const outcome = allowed ? (record ? 'yes' : 'maybe') : 'no';
  const words = person.own ? `own_${outcome}` : outcome;
  return {
    allowed: { kind: KINDS[outcome], text: { key: `access.why.verdict.${outcome}` } },
    sentence: {
      key: `access.why.sentence.${words}`,
      values: {
        name: person.name,
        act: reading.translator.t(reading.language, actWords(action).key),
      },
    },
    record: record && {
      name: record.name,
      href: record.href,
      state: stateWords(question.subject, record.state),
    },
    notes: person.own ? [] : [{ key: 'access.why.notes.sight' }, { key: 'access.why.notes.second_factor' }],
    rows: inOrder(verdicts).map((verdict) => rowOf(reading, question, verdict)),
  };
}

/** What allows it comes first; of a role that is not held, one row says so for all. */
function inOrder(verdicts: readonly RowVerdict[]): readonly RowVerdict[] {
  const missing = (verdict: RowVerdict) => verdict.reason === 'no_role';
  const shown = verdicts.filter(
    (verdict, place) =>
      !missing(verdict) ||
      verdicts.findIndex((other) => missing(other) && other.role === verdict.role) === place,
  );
  const rank = ({ reason }: RowVerdict) => (reason === null ? 0 : reason === 'no_role' ? 2 : 1);
  return shown.toSorted((a, b) => rank(a) - rank(b));
}

const KINDS = { yes: 'leaf', maybe: 'sky', no: 'brick' } as const;

/** Whether the role is there at all: the rest depends on a record that was not named. */
function withoutRecord(actor: Actor, { role, relation, states }: RegisteredRow): RowVerdict {
  const held = hasRole(actor, role);
  const factor = actor.secondFactor || !ROLE_TABLE[role].official;
  return {
    role,
    relation,
    states: states ?? null,
    actingFor: null,
    reason: held ? (factor ? null : 'second_factor_needed') : 'no_role',
  };
}

function rowOf(reading: Reading, question: Question, verdict: RowVerdict): WhyAnswer['rows'][number] {
  const { role, relation, states, reason, actingFor } = verdict;
  const principal = question.grants.find(
    (grant) => grant.actingFor !== null && grant.actingFor === actingFor,
  );
  return {
    role: { key: `roles.${role}` },
    roleHref: `/admin/roles/${role}`,
    relation: relationWords(question.subject, relation),
    states: states && states.map((state) => stateWords(question.subject, state)),
    verdict: verdictTag(question, reason),
    checks: checksOf(reading, question, verdict),
    actingFor: principal?.actingForName
      ? { key: 'access.people.acting_for', values: { name: principal.actingForName } }
      : null,
  };
}

function verdictTag({ record }: Question, reason: string | null): Tag {
  if (reason !== null) return { kind: 'grey', text: { key: 'access.why.row.no' } };
  return record
    ? { kind: 'leaf', text: { key: 'access.why.row.yes' } }
    : { kind: 'sky', text: { key: 'access.why.row.maybe' } };
}

function checksOf(reading: Reading, question: Question, verdict: RowVerdict): Check[] {
  const { reason, role, relation, states } = verdict;
  const failed = reason === null ? null : (FAILED[reason] ?? 'obstacle');
  const { record, subject, person } = question;
  const label = (asked: Asked): Message => ({ key: `access.why.check.${asked}` });
  const passed = (asked: Asked) => failed === null || ORDER.indexOf(asked) < ORDER.indexOf(failed);
  const checks: Check[] = [];
  const say = (asked: Asked, answer: Message, holds: boolean | null) =>
    checks.push({ label: label(asked), answer, holds });

  say('role', heldWords(reading, question, role, verdict.actingFor), failed !== 'role');
  if (failed === 'role') return checks;
  if (record) say('relation', relationWords(subject, relation), failed !== 'relation');
  else say('relation', relationWords(subject, relation), null);
  if (failed === 'relation') return checks;
  if (ROLE_TABLE[role].official) {
    const known = person.own ? failed !== 'second_factor' : null;
    say(
      'second_factor',
      { key: `access.why.second_factor.${known === null ? 'unknown' : known ? 'yes' : 'no'}` },
      known,
    );
  }
  if (states !== null && passed('second_factor')) {
    say(
      'state',
      statesWords(reading, question, states),
      record && passed('second_factor') ? failed !== 'state' : null,
    );
  }
  if (failed === 'obstacle' && reason !== null) say('obstacle', reasonWords(reason), false);
  return checks;
}

function statesWords(
  { translator, language }: Reading,
  { subject }: Question,
  states: readonly string[],
): Message {
  const names = states.map((state) => translator.t(language, stateWords(subject, state).key));
  return { key: 'access.why.in_states', values: { states: names.join(', ') } };
}

/** Whether the role is held, and until when; or what keeps it from being in force. */
function heldWords(reading: Reading, question: Question, role: Role, actingFor: string | null): Message {
  if (role === 'applicant') return { key: 'access.why.held.everybody' };
  const mine = question.grants.filter(
    (grant) => grant.role === role && (actingFor === null || grant.actingFor === actingFor),
  );
  const inForce = mine.find(({ state }) => state === 'in_force');
  if (inForce) {
    return inForce.validUntil
      ? { key: 'access.why.held.until', values: { until: lastDay(reading, inForce.validUntil) } }
      : { key: 'access.why.held.open' };
  }
  const other = mine[0];
  if (other) return { key: `access.why.held.${other.state}` };
  return { key: question.person.own ? 'access.why.held.none' : 'access.why.held.unseen' };
}

/** The person as the policy would meet them, with what of their roles the asker knows to be in force. */
export function actorOf(
  personId: string,
  name: string,
  grants: readonly GrantView[],
  ties: Ties,
  secondFactor: boolean,
): Actor {
  const inForce: Grant[] = grants
    .filter(({ state }) => state === 'in_force')
    .map(({ id, role, institutionId, country, unitId, side, callId, panelId, actingFor }) => ({
      id,
      role,
      institutionId,
      country,
      unitId,
      side,
      callId,
      panelId,
      actingFor,
    }));
  return { kind: 'person', personId, name, grants: inForce, ties, secondFactor, scopes: null };
}
