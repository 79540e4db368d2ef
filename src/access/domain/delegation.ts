import type { Actor, ExchangeSide, Grant, GrantedRole, Role } from '../../shared/actor.js';
import { OFFICIAL_ROLES, ROLE_TABLE } from '../../shared/actor.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';

/** Where a role is to hold. Which of these a role needs follows from the kind of its scope (`ROLE_TABLE`). */
export interface GrantScope {
  readonly institutionId: Id | null;
  readonly unitId: Id | null;
  readonly side: ExchangeSide | null;
  readonly country: CountryCode | null;
  readonly callId: Id | null;
  readonly panelId: Id | null;
}

export const NO_SCOPE: GrantScope = {
  institutionId: null,
  unitId: null,
  side: null,
  country: null,
  callId: null,
  panelId: null,
};

/** A role in a scope, with what must be known of the scope to tell whose it is. */
export interface AskedGrant {
  readonly role: Role;
  readonly institutionId: Id | null;
  readonly institutionCountry: CountryCode | null;
  readonly country: CountryCode | null;
  /** Every country that the reviewer's call sends from or to; none for other roles. */
  readonly callCountries: readonly CountryCode[];
}

export type Within =
  'programme' | 'calls_of_own_country' | 'institutions_of_own_country' | 'own_institution_roles';

interface DelegationRule {
  readonly grantor: Role;
  readonly grants: readonly GrantedRole[];
  readonly within: Within;
}

/** The whole of who may give which role, and where. What no line allows, nobody gives. */
export const DELEGATION: readonly DelegationRule[] = [
  {
    grantor: 'programme_administrator',
    grants: [
      'programme_administrator',
      'ministry_officer',
      'commission_member',
      'commission_secretary',
      'auditor',
      'support',
      'reviewer',
    ],
    within: 'programme',
  },
  { grantor: 'commission_secretary', grants: ['reviewer'], within: 'calls_of_own_country' },
  {
    grantor: 'ministry_officer',
    grants: ['institution_administrator', 'coordinator', 'signatory'],
    within: 'institutions_of_own_country',
  },
  {
    grantor: 'institution_administrator',
    grants: ['institution_administrator', 'coordinator', 'signatory'],
    within: 'own_institution_roles',
  },
];

/** Whether the grantor's own grant reaches the scope of the one that is asked for. */
const REACHES: Readonly<Record<Within, (own: Grant, asked: AskedGrant) => boolean>> = {
  programme: () => true,
  calls_of_own_country: (own, asked) => own.country !== null && asked.callCountries.includes(own.country),
  institutions_of_own_country: (own, asked) =>
    own.country !== null && own.country === asked.institutionCountry,
  own_institution_roles: (own, asked) =>
    own.institutionId !== null && own.institutionId === asked.institutionId,
};

/**
 * Roles that no administrator gives alone: a second programme administrator confirms, so that neither country's
 * administrator appoints officials by themselves.
 */
export const FOUR_EYES_ROLES: readonly GrantedRole[] = [
  'programme_administrator',
  'ministry_officer',
  'commission_member',
  'commission_secretary',
  'auditor',
  'support',
];

export function needsConfirmation(role: Role): boolean {
  return (FOUR_EYES_ROLES as readonly Role[]).includes(role);
}

/** Whether one of these grants gives the asked one, within the named lines of the table, whoever's right it is. */
export function reaches(grants: readonly Grant[], asked: AskedGrant, within?: Within): boolean {
  return DELEGATION.some(
    (rule) =>
      (within === undefined || rule.within === within) &&
      (rule.grants as readonly Role[]).includes(asked.role) &&
      grants.some((own) => own.role === rule.grantor && REACHES[rule.within](own, asked)),
  );
}

/** Whether the actor may give this by a right of their own: what is lent to a deputy is not passed on. */
export function reachesInOwnRight(actor: Actor, asked: AskedGrant): boolean {
  return reaches(
    actor.grants.filter(({ actingFor }) => !actingFor),
    asked,
  );
}

/** Which roles the actor may give anywhere, and how far: what a form offers. */
export function rolesGrantableBy(
  actor: Actor,
): readonly { readonly role: GrantedRole; readonly within: Within }[] {
  return DELEGATION.filter(
    ({ grantor }) =>
      actor.grants.some(({ role, actingFor }) => role === grantor && !actingFor) &&
      (actor.secondFactor || !OFFICIAL_ROLES.includes(grantor)),
  ).flatMap(({ grants, within }) => grants.map((role) => ({ role, within })));
}

/** Roles whose bearer may let somebody act for them: those that a person holds for an institution or a country. */
export function isDeputisable(role: Role): boolean {
  const { scope } = ROLE_TABLE[role];
  return role !== 'integration_client' && (scope === 'institution' || scope === 'country');
}

type HeldRole = Pick<Grant, 'role' | 'country'>;
export type Incompatibility = 'incompatible_support' | 'incompatible_auditor' | 'incompatible_countries';

/**
 * Why one person cannot hold the asked role beside those that they hold, or null. Whoever looks into files for support,
 * or checks the others, holds no office; and nobody speaks for two countries.
 */
export function incompatibility(held: readonly HeldRole[], asked: HeldRole): Incompatibility | null {
  for (const other of held) {
    const pair = [other, asked];
    for (const [one, another] of [pair, pair.toReversed()] as [HeldRole, HeldRole][]) {
      if (one.role === 'support' && another.role !== 'support') return 'incompatible_support';
      if (one.role === 'auditor' && another.role !== 'auditor') return 'incompatible_auditor';
    }
    if (other.country !== null && asked.country !== null && other.country !== asked.country) {
      return 'incompatible_countries';
    }
  }
  return null;
}

/** The scope fields that a role must have (`needs`) and those that it may have besides (`takes`); all others stay empty. */
export function scopeFieldsOf(role: GrantedRole): {
  readonly needs: readonly (keyof GrantScope)[];
  readonly takes: readonly (keyof GrantScope)[];
} {
  switch (ROLE_TABLE[role].scope) {
    case 'institution':
      return { needs: ['institutionId'], takes: role === 'coordinator' ? ['unitId', 'side'] : [] };
    case 'country':
      return { needs: ['country'], takes: [] };
    case 'call':
      return { needs: ['callId'], takes: ['panelId'] };
    case 'programme':
      return { needs: [], takes: [] };
  }
}
