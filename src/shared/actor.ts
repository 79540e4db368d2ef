import type { CountryCode } from './country.js';
import type { Id } from './ids.js';

/**
 * What somebody may be in the programme, with the kind of scope in which the role holds and whether it needs a second
 * factor: `self` (everybody who is signed in), `letter` (whoever holds its link), `call` (a call or one panel of it),
 * `institution`, `country`, `programme`. The table `roles` of the database says the same, and a test compares them.
 */
export const ROLE_TABLE = {
  applicant: { scope: 'self', official: false },
  referee: { scope: 'letter', official: false },
  reviewer: { scope: 'call', official: false },
  coordinator: { scope: 'institution', official: true },
  signatory: { scope: 'institution', official: true },
  institution_administrator: { scope: 'institution', official: true },
  integration_client: { scope: 'institution', official: false },
  ministry_officer: { scope: 'country', official: true },
  commission_member: { scope: 'country', official: true },
  commission_secretary: { scope: 'country', official: true },
  programme_administrator: { scope: 'programme', official: true },
  auditor: { scope: 'programme', official: false },
  support: { scope: 'programme', official: true },
} as const satisfies Record<string, { readonly scope: ScopeKind; readonly official: boolean }>;

export type ScopeKind = 'self' | 'letter' | 'call' | 'institution' | 'country' | 'programme';
export type Role = keyof typeof ROLE_TABLE;
export const ROLES = Object.keys(ROLE_TABLE) as readonly Role[];

/** Roles that a person is given; the others come with being signed in, holding a link, being a machine. */
export type GrantedRole = Exclude<Role, 'applicant' | 'referee' | 'integration_client'>;
export const GRANTED_ROLES = ROLES.filter(
  (role): role is GrantedRole => role !== 'applicant' && role !== 'referee' && role !== 'integration_client',
);

/** Roles that act for an institution or a state: they need a second factor. */
export const OFFICIAL_ROLES: readonly Role[] = ROLES.filter((role) => ROLE_TABLE[role].official);

/** On which side of an exchange a coordinator works: for those who leave, or for those who come. */
export type ExchangeSide = 'home' | 'host';

/** One role with the scope in which it holds. Programme-wide roles have neither institution nor country. */
export interface Grant {
  readonly id?: Id;
  readonly role: Role;
  readonly institutionId: Id | null;
  readonly country: CountryCode | null;
  /** Of a coordinator: one unit of the institution alone. Absent: all of it. */
  readonly unitId?: Id | null;
  /** Of a coordinator: one side alone. Absent: both. */
  readonly side?: ExchangeSide | null;
  /** Of a reviewer: the call, and one panel of it where it has several. */
  readonly callId?: Id | null;
  readonly panelId?: Id | null;
  /** The person for whom a deputy acts under this grant. Absent: nobody, the role is one's own. */
  readonly actingFor?: Id | null;
}

/**
 * To whom somebody is bound, themselves or by those for whom they act: persons by a declared conflict of interest,
 * institutions by belonging there or holding a role there, applications by a binding conflict that was found between them.
 */
export interface Ties {
  readonly persons: readonly Id[];
  readonly institutions: readonly Id[];
  readonly applications: readonly Id[];
}

export const NO_TIES: Ties = { persons: [], institutions: [], applications: [] };

/** What a link without an account opens: one act on one thing. */
export interface LinkScope {
  readonly purpose: string;
  readonly subject: { readonly kind: string; readonly id: Id };
}

/**
 * Who acts. `client` is another system with a token of its own, `link` whoever holds a link that was sent to them;
 * `system` is the application itself (jobs, the demonstration's builder), never a request.
 */
export interface Actor {
  readonly kind: 'anonymous' | 'person' | 'client' | 'link' | 'system';
  readonly personId: Id | null;
  /** Of a `client` the id of its registration, of a `link` its own. */
  readonly agentId?: Id | null;
  readonly link?: LinkScope | null;
  readonly name: string | null;
  readonly grants: readonly Grant[];
  /** What may sway them. */
  readonly ties: Ties;
  /** Whether the sign-in had a second factor: asserted by the provider (RFC 8176 `amr`, or `acr`), or a passkey here. */
  readonly secondFactor: boolean;
  /** Scopes of a bearer token; null where a browser session acts, which no token limits. */
  readonly scopes: readonly string[] | null;
}

/** In which role an act was allowed, and for whom where the actor was a deputy. */
export interface Authority {
  readonly role: Role;
  readonly actingFor: Id | null;
}

export const ANONYMOUS: Actor = {
  kind: 'anonymous',
  personId: null,
  name: null,
  grants: [],
  ties: NO_TIES,
  secondFactor: false,
  scopes: null,
};

export const SYSTEM: Actor = { ...ANONYMOUS, kind: 'system' };

/** Whether the person is the actor, or somebody for whom the actor holds a deputy's grant. */
export function isOrActsFor(actor: Actor, personId: Id | null): boolean {
  return (
    personId !== null &&
    (actor.personId === personId || actor.grants.some(({ actingFor }) => actingFor === personId))
  );
}
