import '@fastify/session';
import type { Flash } from './page.js';

/** What a session knows of the sign-in. Rights are not in it: they are read anew with each request. */
export interface SignedIn {
  readonly personId: string;
  /** Key of the identity provider that vouched. */
  readonly provider: string;
  /** Whether the provider asserted one, or one was shown here since. */
  readonly secondFactor: boolean;
  /** When one was shown here, in milliseconds since 1970. Absent where the provider asserted it, or none was shown. */
  readonly secondFactorAt?: number;
  /** When, in milliseconds since 1970. */
  readonly at: number;
  /** Seconds without a request after which the session ends. */
  readonly idleSeconds: number;
  /** Seconds after which it ends in any case. */
  readonly absoluteSeconds: number;
  /** Hint for the provider at sign-out, where it gave one. */
  readonly idToken: string | null;
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
    signedIn?: SignedIn;
    flash?: Flash;
    stash?: Stash;
    /** Where signing in leads back to: a path of this site. */
    returnTo?: string;
    /** Written by the store when it hands out a session that it holds. */
    stored?: boolean;
  }
}
