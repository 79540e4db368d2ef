import type { Actor, Role } from './actor.js';
import { OFFICIAL_ROLES } from './actor.js';
import { DomainError } from './domain-error.js';

/** `<subject>.<act>`, for instance `application.nominate`. */
export type Action = string;

/** Yes, or no with a reason code that page, API and log share (translation key `reasons.<reason>`). */
export type Decision =
  { readonly allowed: true; readonly role: Role } | { readonly allowed: false; readonly reason: string };

/**
 * How an actor in a role may stand to a record. `holds` answers for one loaded record and `sql` for a list: the same
 * statement twice, side by side, and a property test compares them on random worlds.
 * `sql` reads the actor from the transaction (`actor_person()` and its kin), so that it needs no parameters.
 */
export interface Relation<Facts> {
  readonly holds: (actor: Actor, facts: Facts) => boolean;
  readonly sql: (alias: string) => string;
}

/** A reason to refuse although the row fits: separation of duties, a conflict, a clock that ran out. */
export interface Unless<Facts> {
  readonly reason: string;
  readonly when: (actor: Actor, facts: Facts) => boolean;
}

/** One row of a policy: in this role, standing so to the record, in these states, the action is allowed. */
export interface PolicyRow<Facts, RelationName extends string, State extends string> {
  readonly role: Role;
  readonly relation: RelationName;
  /** Absent: in every state. */
  readonly states?: readonly State[];
  readonly unless?: readonly Unless<Facts>[];
}

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

  rolesFor(action: Action): readonly Role[] {
    return (this.rows[action] ?? []).map((row) => row.role);
  }

  /** Decides one record. The most telling refusal wins: wrong state and separation of duties over mere strangeness. */
  decide(actor: Actor, action: Action, facts: Facts): Decision {
    const rows = this.rows[action];
    if (!rows) return { allowed: false, reason: 'unknown_action' };
    if (actor.kind === 'system') return { allowed: true, role: 'programme_administrator' };
    let refusal = actor.kind === 'anonymous' ? 'not_signed_in' : 'no_role';
    let weight = 0;
    const note = (reason: string, itsWeight: number) => {
      if (itsWeight > weight) [refusal, weight] = [reason, itsWeight];
    };
    for (const row of rows) {
      if (!hasRole(actor, row.role)) continue;
      note('out_of_scope', 1);
      if (!this.relations[row.relation].holds(actor, facts)) continue;
      if (needsSecondFactor(row.role) && !actor.secondFactor) {
        note('second_factor_needed', 5);
        continue;
      }
      if (row.states && !(row.states as readonly string[]).includes(facts.state)) {
        note('wrong_state', 2);
        continue;
      }
      const obstacle = row.unless?.find((unless) => unless.when(actor, facts));
      if (obstacle) {
        note(obstacle.reason, 4);
        continue;
      }
      if (!scopeAllows(actor, action)) {
        note('token_scope', 3);
        continue;
      }
      return { allowed: true, role: row.role };
    }
    return { allowed: false, reason: refusal };
  }

  /**
   * Decides and refuses by throwing. A record that the actor may not even read is "not found", so that nobody learns
   * from a refusal that it exists.
   */
  require(actor: Actor, action: Action, facts: Facts, readAction: Action): Role {
    const decision = this.decide(actor, action, facts);
    if (decision.allowed) return decision.role;
    if (decision.reason === 'not_signed_in') throw new DomainError('not_signed_in');
    if (action === readAction || !this.decide(actor, readAction, facts).allowed) {
      if (decision.reason === 'second_factor_needed')
        throw new DomainError('forbidden', { reason: decision.reason });
      throw new DomainError('not_found');
    }
    throw new DomainError(decision.reason === 'wrong_state' ? 'wrong_state' : 'forbidden', {
      reason: decision.reason,
    });
  }

  /** The same rows as a condition on a list: which records of the table `alias` the actor may do the action to. */
  filter(actor: Actor, action: Action, alias: string): string {
    if (actor.kind === 'system') return 'true';
    const parts = (this.rows[action] ?? [])
      .filter((row) => hasRole(actor, row.role) && (!needsSecondFactor(row.role) || actor.secondFactor))
      .filter(() => scopeAllows(actor, action))
      .map((row) => {
        const states = row.states
          ? ` and ${alias}.state in (${row.states.map((state) => `'${state}'`).join(', ')})`
          : '';
        return `(${this.relations[row.relation].sql(alias)}${states})`;
      });
    return parts.length === 0 ? 'false' : `(${[...new Set(parts)].join(' or ')})`;
  }
}

/** Whether the actor holds a role anywhere. Everybody signed in is an applicant. */
export function hasRole(actor: Actor, role: Role): boolean {
  if (actor.kind !== 'person') return false;
  return role === 'applicant' || actor.grants.some((grant) => grant.role === role);
}

/** Whether the actor coordinates this institution. */
export function coordinates(actor: Actor, institutionId: string | null): boolean {
  return (
    institutionId !== null &&
    actor.grants.some((g) => g.role === 'coordinator' && g.institutionId === institutionId)
  );
}

/** Whether the actor is an officer of this country's ministry. */
export function isOfficerOf(actor: Actor, country: string | null): boolean {
  return country !== null && actor.grants.some((g) => g.role === 'ministry_officer' && g.country === country);
}

/** Whether the actor sits in the joint commission for this country. */
export function sitsFor(actor: Actor, country: string | null): boolean {
  return (
    country !== null && actor.grants.some((g) => g.role === 'commission_member' && g.country === country)
  );
}

function needsSecondFactor(role: Role): boolean {
  return OFFICIAL_ROLES.includes(role);
}

/** A token's scopes are `<subject>:read` and `<subject>:write`; a browser session has none and is not limited by them. */
export function scopeAllows(actor: Actor, action: Action): boolean {
  if (actor.scopes === null) return true;
  const [subject = '', act = ''] = action.split('.');
  const reading = act === 'read' || act === 'list';
  return actor.scopes.includes(`${subject}s:write`) || (reading && actor.scopes.includes(`${subject}s:read`));
}
