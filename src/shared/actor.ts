import type { CountryCode } from './country.js';
import type { Id } from './ids.js';

/** What a person may be in the programme. Everybody who is signed in is also an applicant, for their own records. */
export const ROLES = [
  'applicant',
  'coordinator',
  'ministry_officer',
  'commission_member',
  'reviewer',
  'programme_administrator',
  'auditor',
] as const;
export type Role = (typeof ROLES)[number];

/** Roles that act for an institution or a state: they need a second factor. */
export const OFFICIAL_ROLES: readonly Role[] = [
  'coordinator',
  'ministry_officer',
  'commission_member',
  'programme_administrator',
];

/** One role with the scope in which it holds. Programme-wide roles have neither institution nor country. */
export interface Grant {
  readonly role: Role;
  readonly institutionId: Id | null;
  readonly country: CountryCode | null;
}

/** Who acts. `system` is the application itself (jobs, the demonstration's builder), never a request. */
export interface Actor {
  readonly kind: 'anonymous' | 'person' | 'system';
  readonly personId: Id | null;
  readonly name: string | null;
  readonly grants: readonly Grant[];
  /** Whether the sign-in had a second factor (RFC 8176 `amr`, or `acr`). */
  readonly secondFactor: boolean;
  /** Scopes of a bearer token; null where a browser session acts, which no token limits. */
  readonly scopes: readonly string[] | null;
}

export const ANONYMOUS: Actor = {
  kind: 'anonymous',
  personId: null,
  name: null,
  grants: [],
  secondFactor: false,
  scopes: null,
};

export const SYSTEM: Actor = { ...ANONYMOUS, kind: 'system' };
