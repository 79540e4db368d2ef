import type { Actor, Role } from '../../../shared/actor.js';
import { ROLE_TABLE, ROLES } from '../../../shared/actor.js';
import { hasRole } from '../../../shared/policy.js';
import type { RegisteredPolicy } from '../../domain/policy-registry.js';
import type { RoleView, RolesView, TabLink } from '../views/rights-views.js';
import { rightsOfRole } from './rights.presenter.js';

export function presentRoles(
  policies: readonly RegisteredPolicy[],
  actor: Actor,
  tabs: readonly TabLink[],
): RolesView {
  return {
    tabs,
    roles: ROLES.map((role) => ({
      href: `/admin/roles/${role}`,
      name: { key: `roles.${role}` },
      about: { key: `access.roles.about.${role}` },
      scope: { key: `access.roles.scope.${ROLE_TABLE[role].scope}` },
      official: ROLE_TABLE[role].official,
      held: hasRole(actor, role),
      rights: rightsOfRole(policies, role).reduce((sum, { rights }) => sum + rights.length, 0),
    })),
  };
}

export function presentRole(policies: readonly RegisteredPolicy[], role: Role): RoleView {
  const { scope, official } = ROLE_TABLE[role];
  return {
    name: { key: `roles.${role}` },
    about: { key: `access.roles.about.${role}` },
    facts: [
      { label: { key: 'access.roles.where' }, value: { key: `access.roles.scope.${scope}` } },
      { label: { key: 'access.roles.given' }, value: { key: `access.roles.given_by.${role}` } },
      {
        label: { key: 'access.roles.second_factor' },
        value: { key: official ? 'access.roles.second_factor_yes' : 'access.roles.second_factor_no' },
      },
    ],
    subjects: rightsOfRole(policies, role),
  };
}
