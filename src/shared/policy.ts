import type { Actor, Authority, ExchangeSide, Grant, Role } from './actor.js';
import { OFFICIAL_ROLES } from './actor.js';
import { DomainError } from './domain-error.js';

/** `<subject>.<act>`, for instance `application.nominate`. */
export type Action = string;

/** Yes, or no with a reason code that page, API and log share (translation key `reasons.<reason>`). */
export type Decision =
  ({ readonly allowed: true } & Authority) | { readonly allowed: false; readonly reason: string };

/**
 * How an actor in a role may stand to a record. `holds` answers for one loaded record and `sql` for a list: the same
 * statement twice, side by side, and a property test compares them on random worlds.
 * `sql` reads the actor and the instant from the transaction (`actor_person()`, `actor_instant()` and their kin), so that it
 * needs no parameters.
 */
export interface Relation<Facts> {
  readonly holds: (actor: Actor, facts: Facts) => boolean;
  readonly sql: (alias: string) => string;
}

/**
 * A reason to refuse although the row fits: separation of duties, a conflict, a clock that ran out. `sql` is the same
 * statement for a list, and is never null.
 */
export interface Unless<Facts> {
  readonly reason: string;
  readonly when: (actor: Actor, facts: Facts) => boolean;
  readonly sql: (alias: string) => string;
}

/** One row of a policy: in this role, standing so to the record, in these states, the action is allowed. */
export interface PolicyRow<Facts, RelationName extends string, State extends string> {
  readonly role: Role;
  readonly relation: RelationName;
  /** Absent: in every state. */
  readonly states?: readonly State[];
  readonly unless?: readonly Unless<Facts>[];
}

/** What one row says of an actor and a record, for whoever asks why. `reason` is null where the row allows. */
export interface RowVerdict {
  readonly role: Role;
  readonly relation: string;
  readonly states: readonly string[] | null;
  readonly actingFor: string | null;
  readonly reason: string | null;
}

/** The more a refusal tells, the heavier: a wrong state says more than being a stranger, a conflict more than a state. */
const WEIGHT: Readonly<Record<string, number>> = {
  no_role: 0,
  out_of_scope: 1,
  wrong_state: 2,
  token_scope: 3,
  second_factor_needed: 5,
};
const OBSTACLE_WEIGHT = 4;

/** A module's table: its relations, and for each action the rows of which one must fit. What no row allows is denied. */
export class Policy<
  Facts extends { readonly state: string },
  RelationName extends string,
  State extends string,
> {
  constructor(
    readonly subject: string,
    private readonly relations: Readonly<Record<RelationName, Relation<Facts>>>,
    private readonly rows: Readonly<Record<Action, readonly PolicyRow<Facts, RelationName, State>[]>>,
  ) {}

  actions(): readonly Action[] {
    return Object.keys(this.rows);
  }

  /** The rows of an action as they stand in the table. */
  rowsOf(action: Action): readonly PolicyRow<Facts, RelationName, State>[] {
    return this.rows[action] ?? [];
  }

  rolesFor(action: Action): readonly Role[] {
    return this.rowsOf(action).map((row) => row.role);
  }

  /** Decides one record. The most telling refusal wins: wrong state and separation of duties over mere strangeness. */
  decide(actor: Actor, action: Action, facts: Facts): Decision {
    if (!(action in this.rows)) return { allowed: false, reason: 'unknown_action' };
    if (actor.kind === 'system') return { allowed: true, role: 'programme_administrator', actingFor: null };
    let refusal = actor.kind === 'anonymous' ? 'not_signed_in' : 'no_role';
    let weight = 0;
    for (const { role, actingFor, reason } of this.verdicts(actor, action, facts)) {
      if (reason === null) return { allowed: true, role, actingFor };
      const itsWeight = WEIGHT[reason] ?? OBSTACLE_WEIGHT;
      if (itsWeight > weight) [refusal, weight] = [reason, itsWeight];
    }
    return { allowed: false, reason: refusal };
  }

  /** What every row of the action says, in the order of the table: the answer to "why can, or why can't, they do this". */
  explain(actor: Actor, action: Action, facts: Facts): readonly RowVerdict[] {
    return [...this.verdicts(actor, action, facts)];
  }

  /**
   * Decides and refuses by throwing. A record that the actor may not even read is "not found", so that nobody learns
   * from a refusal that it exists.
   */
  require(actor: Actor, action: Action, facts: Facts, readAction: Action): Authority {
    const decision = this.decide(actor, action, facts);
    if (decision.allowed) return { role: decision.role, actingFor: decision.actingFor };
    const { reason } = decision;
    if (reason === 'not_signed_in') throw new DomainError('not_signed_in');
    if (action === readAction || !this.decide(actor, readAction, facts).allowed) {
      if (reason === 'second_factor_needed') throw new DomainError('forbidden', { reason, action });
      throw new DomainError('not_found', { action });
    }
    throw new DomainError(reason === 'wrong_state' ? 'wrong_state' : 'forbidden', { reason, action });
  }

  /** The same rows as a condition on a list: which records of the table `alias` the actor may do the action to. */
  filter(actor: Actor, action: Action, alias: string): string {
    if (actor.kind === 'system') return 'true';
    const parts = this.rowsOf(action)
      .filter((row) => hasRole(actor, row.role) && (!needsSecondFactor(row.role) || actor.secondFactor))
      .filter(() => scopeAllows(actor, action))
      .map((row) => {
        const states = row.states
          ? ` and ${alias}.state in (${row.states.map((state) => `'${state}'`).join(', ')})`
          : '';
        const obstacles = (row.unless ?? []).map((unless) => ` and not (${unless.sql(alias)})`).join('');
        return `(${this.relations[row.relation].sql(alias)}${states}${obstacles})`;
      });
    return parts.length === 0 ? 'false' : `(${[...new Set(parts)].join(' or ')})`;
  }

  private *verdicts(actor: Actor, action: Action, facts: Facts): Generator<RowVerdict> {
    for (const row of this.rowsOf(action)) {
      for (const { view, actingFor } of capacities(actor)) {
        // A deputy has only the roles that were lent to them, and is nobody's applicant.
        if (actingFor !== null && !view.grants.some(({ role }) => role === row.role)) continue;
        const reason = this.verdict(actor, view, action, row, facts);
        const { role, relation, states = null } = row;
        yield { role, relation, states, actingFor, reason };
      }
    }
  }

  private verdict(
    actor: Actor,
    view: Actor,
    action: Action,
    row: PolicyRow<Facts, RelationName, State>,
    facts: Facts,
  ): string | null {
    if (!hasRole(view, row.role)) return 'no_role';
    if (!this.relations[row.relation].holds(view, facts)) return 'out_of_scope';
    if (needsSecondFactor(row.role) && !actor.secondFactor) return 'second_factor_needed';
    if (row.states && !(row.states as readonly string[]).includes(facts.state)) return 'wrong_state';
    // Whoever is in conflict as themselves, or for whom they act, is so in every capacity.
    const obstacle = row.unless?.find((unless) => unless.when(actor, facts));
    if (obstacle) return obstacle.reason;
    return scopeAllows(actor, action) ? null : 'token_scope';
  }
}

/** The actor by their own right first, then as the deputy of each person for whom they act. */
function capacities(actor: Actor): readonly { readonly view: Actor; readonly actingFor: string | null }[] {
  if (!actor.grants.some(({ actingFor }) => actingFor)) return [{ view: actor, actingFor: null }];
  const principals = [...new Set(actor.grants.map(({ actingFor }) => actingFor ?? null))];
  const ordered = [null, ...principals.filter((principal) => principal !== null)];
  return ordered.map((principal) => ({
    view: { ...actor, grants: actor.grants.filter(({ actingFor }) => (actingFor ?? null) === principal) },
    actingFor: principal,
  }));
}

/** Whether the actor holds a role anywhere. Everybody signed in is an applicant; a letter's link makes a referee. */
export function hasRole(actor: Actor, role: Role): boolean {
  if (actor.kind === 'link') return role === 'referee';
  if (role === 'integration_client')
    return actor.kind === 'client' && actor.grants.some((grant) => grant.role === role);
  if (actor.kind !== 'person') return false;
  return role === 'applicant' || actor.grants.some((grant) => grant.role === role);
}

/** Whether the actor coordinates this institution (or this unit of it, where the record has one) on this side. */
export function coordinates(
  actor: Actor,
  institutionId: string | null,
  side: ExchangeSide | null = null,
  unitId: string | null = null,
): boolean {
  return (
    institutionId !== null &&
    actor.grants.some(
      (grant) =>
        grant.role === 'coordinator' &&
        grant.institutionId === institutionId &&
        (!grant.unitId || grant.unitId === unitId) &&
        (!grant.side || side === null || grant.side === side),
    )
  );
}

/** Whether the actor is another system that this institution let in. */
export function integrates(actor: Actor, institutionId: string | null): boolean {
  return holdsFor(actor, 'integration_client', institutionId);
}

/** Whether the actor administers the people and roles of this institution. */
export function administers(actor: Actor, institutionId: string | null): boolean {
  return holdsFor(actor, 'institution_administrator', institutionId);
}

/** Whether the actor signs for this institution. */
export function signsFor(actor: Actor, institutionId: string | null): boolean {
  return holdsFor(actor, 'signatory', institutionId);
}

/** Whether the actor is an officer of this country's ministry. */
export function isOfficerOf(actor: Actor, country: string | null): boolean {
  return country !== null && actor.grants.some((g) => g.role === 'ministry_officer' && g.country === country);
}

/** Whether the actor sits in the joint commission for this country, as a member or as its secretary. */
export function sitsFor(actor: Actor, country: string | null): boolean {
  return (
    country !== null && actor.grants.some((grant) => SEATS.includes(grant.role) && grant.country === country)
  );
}

/** Whether the actor assesses the applications of this call, all of them or those of this panel. */
export function reviews(actor: Actor, callId: string, panelId: string | null): boolean {
  return actor.grants.some(
    (grant) =>
      grant.role === 'reviewer' && grant.callId === callId && (!grant.panelId || grant.panelId === panelId),
  );
}

const SEATS: readonly Role[] = ['commission_member', 'commission_secretary'];

function holdsFor(actor: Actor, role: Role, institutionId: string | null): boolean {
  return (
    institutionId !== null &&
    actor.grants.some((grant: Grant) => grant.role === role && grant.institutionId === institutionId)
  );
}

function needsSecondFactor(role: Role): boolean {
  return OFFICIAL_ROLES.includes(role);
}

/**
 * The scopes of which one lets a token do the action: `<subjects>:write` for everything, `<subjects>:read` for what reads.
 * `action` is `<subject>.<act>`.
 */
export function scopesFor(action: Action): readonly string[] {
  const [subject = '', act = ''] = action.split('.');
  const reading = act === 'list' || act.startsWith('read');
  const subjects = subject.endsWith('y') ? `${subject.slice(0, -1)}ies` : `${subject}s`;
  return reading ? [`${subjects}:read`, `${subjects}:write`] : [`${subjects}:write`];
}

/** Whether the actor's token reaches the action; a browser session has no scopes and is not limited by them. */
export function scopeAllows(actor: Actor, action: Action): boolean {
  return actor.scopes === null || scopesFor(action).some((scope) => actor.scopes?.includes(scope));
}
