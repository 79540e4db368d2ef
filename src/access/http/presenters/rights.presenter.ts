import type { Message } from '../../../platform/http/page.js';
import type { Role } from '../../../shared/actor.js';
import type { RegisteredPolicy, RegisteredRow } from '../../domain/policy-registry.js';
import type { Right, RightsOfSubject } from '../views/rights-views.js';

/** Key of an action in plain words: "nominate an application". */
export function actWords(action: string): Message {
  return { key: `actions.${action}` };
}

export function relationWords(subject: string, relation: string): Message {
  return { key: `relations.${subject}.${relation}` };
}

/** Where the words for the states of a kind of record stand already, because its own pages show them. */
const STATES_ELSEWHERE: Readonly<Record<string, string>> = {
  application: 'applications.states',
  agreement: 'agreements.states',
  decision: 'approvals.states',
  role: 'access.people.states',
  role_invitation: 'access.invitations.state',
};

export function stateWords(subject: string, state: string): Message {
  return { key: `${STATES_ELSEWHERE[subject] ?? `record_states.${subject}`}.${state}` };
}

export function reasonWords(reason: string): Message {
  return { key: `reasons.${reason}` };
}

/** What a role may do, read from the tables of the policies themselves: there is no second list that could differ. */
export function rightsOfRole(policies: readonly RegisteredPolicy[], role: Role): RightsOfSubject[] {
  return policies.flatMap((policy) => {
    const { subject } = policy;
    const rights = policy.actions().flatMap((action) => {
      const rows = policy.rowsOf(action).filter((row) => row.role === role);
      return rows.length > 0 ? [rightOf(subject, action, rows)] : [];
    });
    return rights.length > 0 ? [{ subject, title: { key: `subjects.${subject}` }, rights }] : [];
  });
}

function rightOf(subject: string, action: string, rows: readonly RegisteredRow[]): Right {
  const unique = (values: readonly string[]) => [...new Set(values)];
  const limited = rows.every((row) => row.states !== undefined);
  return {
    act: actWords(action),
    where: unique(rows.map((row) => row.relation)).map((relation) => relationWords(subject, relation)),
    states: limited
      ? unique(rows.flatMap((row) => row.states ?? [])).map((state) => stateWords(subject, state))
      : null,
    unless: unique(rows.flatMap((row) => (row.unless ?? []).map(({ reason }) => reason))).map(reasonWords),
  };
}
