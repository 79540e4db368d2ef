import type { Role } from '../../shared/actor.js';
import { scopesFor } from '../../shared/policy.js';
import type { Action } from '../../shared/policy.js';

/** One scope of a bearer token, and what it lets its bearer do where their roles allow it too. */
export interface ApiScope {
  readonly scope: string;
  readonly actions: readonly Action[];
  /** Those of the actions that another system may do: it has a role of its own and nobody else's. */
  readonly clientActions: readonly Action[];
}

interface Policies {
  actions(): readonly Action[];
  rolesFor(action: Action): readonly Role[];
}

/** Every scope that exists, in alphabetical order: made of the policies, so that no scope is without an action. */
export function apiScopes(policies: Policies): readonly ApiScope[] {
  const actionsOf = new Map<string, Action[]>();
  for (const action of policies.actions()) {
    for (const scope of scopesFor(action)) actionsOf.set(scope, [...(actionsOf.get(scope) ?? []), action]);
  }
  return [...actionsOf]
    .map(([scope, actions]) => ({
      scope,
      actions: actions.sort(),
      clientActions: actions.filter((action) => policies.rolesFor(action).includes('integration_client')),
    }))
    .sort((one, other) => (one.scope < other.scope ? -1 : 1));
}

/**
 * What another system can be let in for. Writing is offered only where a row lets machines write: a scope that reads what
 * another one reads and writes would promise more than it holds.
 */
export function scopesForClients(policies: Policies): readonly ApiScope[] {
  return apiScopes(policies).filter(
    ({ scope, clientActions }) =>
      clientActions.length > 0 &&
      (scope.endsWith(':read') || clientActions.some((action) => scopesFor(action).length === 1)),
  );
}
