import type { Actor, Role } from '../../shared/actor.js';
import { OFFICIAL_ROLES } from '../../shared/actor.js';
import type { Action, Decision } from '../../shared/policy.js';
import { hasRole, scopeAllows } from '../../shared/policy.js';

/** A row of a policy as it reads without a record: for the pages that tell what a role may do. */
export interface RegisteredRow {
  readonly role: Role;
  readonly relation: string;
  readonly states?: readonly string[];
  readonly unless?: readonly { readonly reason: string }[];
}

/** What the registry needs of a policy, whatever its records look like. */
export interface RegisteredPolicy {
  readonly subject: string;
  actions(): readonly Action[];
  rolesFor(action: Action): readonly Role[];
  rowsOf(action: Action): readonly RegisteredRow[];
}

/** Every action that exists, for the guard of the routes: it asks whether somebody could ever, the operation whether now. */
export class PolicyRegistry {
  private readonly roles = new Map<Action, readonly Role[]>();
  private readonly registered: RegisteredPolicy[] = [];

  register(policy: RegisteredPolicy): void {
    for (const action of policy.actions()) {
      if (this.roles.has(action)) throw new Error(`two policies know the action ${action}`);
      this.roles.set(action, policy.rolesFor(action));
    }
    this.registered.push(policy);
  }

  /** Every policy, in the order in which the modules began. */
  policies(): readonly RegisteredPolicy[] {
    return this.registered;
  }

  actions(): readonly Action[] {
    return [...this.roles.keys()];
  }

  rolesFor(action: Action): readonly Role[] {
    return this.roles.get(action) ?? [];
  }

  /** Whether the actor holds a role in which the action is ever allowed. An unknown action is denied to everybody. */
  mayEver(actor: Actor, action: Action): Decision {
    const roles = this.roles.get(action);
    if (!roles) return { allowed: false, reason: 'unknown_action' };
    if (actor.kind === 'anonymous') return { allowed: false, reason: 'not_signed_in' };
    if (actor.kind === 'system') return { allowed: true, role: 'programme_administrator', actingFor: null };
    const held = roles.filter((role) => hasRole(actor, role));
    const role = held.find((candidate) => actor.secondFactor || !OFFICIAL_ROLES.includes(candidate));
    // Here too, for acts that look at no record yet: beginning one, listing one's own.
    if (role && !scopeAllows(actor, action)) return { allowed: false, reason: 'token_scope' };
    if (role) return { allowed: true, role, actingFor: null };
    return { allowed: false, reason: held.length > 0 ? 'second_factor_needed' : 'no_role' };
  }
}
