import '@fastify/session';
import type { Flash } from './page.js';

/** What a session knows of the sign-in. Rights are not in it: they are read anew with each request. */
export interface SignedIn {
  readonly personId: string;
  /** Key of the identity provider that vouched. */
  readonly provider: string;
  /** As whom it knows the person, and the name of its own session where it tells: by these it ends ours. */
  readonly subject: string;
  readonly providerSession: string | null;
  /** Whether the provider asserted one, or one was shown here since. */
  readonly secondFactor: boolean;
  /** When one was shown here, in milliseconds since 1970. Absent where the provider asserted it, or none was shown. */
  readonly secondFactorAt?: number;
  /** When, in milliseconds since 1970. */
  readonly at: number;
  /** Hint for the provider at sign-out, where it gave one. */
  readonly idToken: string | null;
}

/** How long somebody stays signed in. */
export interface SessionLimits {
  /** Seconds without a request after which the session ends. */
  readonly idleSeconds: number;
  /** Seconds after which it ends in any case. */
  readonly absoluteSeconds: number;
}

/** Somebody who is signed in, as the session keeps it: with the limits that their grants gave at the last request. */
export interface SignedInHere extends SignedIn, SessionLimits {
  /** Browser and system, as far as the browser told. */
  readonly device: string | null;
}

/**
 * A further sign-in that somebody who is signed in has asked for: once more at the provider of theirs (`again`), or at
 * another one that is to be joined to their account (`link`). Good in the session in which it was asked for.
 */
export interface AwaitedSignIn {
  readonly purpose: 'again' | 'link';
  /** Key of the provider. */
  readonly provider: string;
  readonly personId: string;
  /** In milliseconds since 1970. */
  readonly until: number;
}

/** The typed fields of a form. */
export type FormFields = Readonly<Record<string, string | readonly string[]>>;

/** A form that could not be taken because the session had expired: kept until its page asks for it. */
export interface Stash {
  /** Where the form was sent. */
  readonly path: string;
  /** The page that it was filled in on. */
  readonly page: string;
  readonly fields: FormFields;
  /** Whose it is, as a keyed hash: nobody else who signs in in the same browser sees it. */
  readonly owner: string;
}

declare module 'fastify' {
  interface Session {
    signedIn?: SignedInHere;
    awaited?: AwaitedSignIn;
    /** Another account in which the same person signed in in this session. In milliseconds since 1970. */
    proved?: { readonly personId: string; readonly otherId: string; readonly until: number };
    flash?: Flash;
    stash?: Stash;
    /** Where signing in leads back to: a path of this site. */
    returnTo?: string;
    /** Written by the store when it hands out a session that it holds. */
    stored?: boolean;
    /** When it was last used, in milliseconds since 1970, to the minute. Written by the store as well. */
    usedAt?: number;
  }
}
