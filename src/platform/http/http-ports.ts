import { Injectable } from '@nestjs/common';
import { ANONYMOUS } from '../../shared/actor.js';
import type { Actor } from '../../shared/actor.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import type { View } from './page.js';
import type { SessionLimits, SignedIn } from './session-data.js';
import type { WebRequest } from './web-request.js';

/** A request before it is known who acts. */
export type UnknownRequest = Omit<RequestContext, 'actor'>;

/** Who acts, with grants as they are at this moment. */
export interface ActorResolver {
  /** Answers `ANONYMOUS` when the person is no longer there. */
  fromSession(signedIn: SignedIn, request: UnknownRequest): Promise<Actor>;
  /** Throws `not_signed_in` for a token that is not to be believed. */
  fromBearer(token: string, request: UnknownRequest): Promise<Actor>;
}

/** Whether somebody could ever do what a route is for. The operation asks again, about the record. */
export interface RoutePolicy {
  mayEver(
    actor: Actor,
    action: string,
  ): { readonly allowed: true } | { readonly allowed: false; readonly reason: string };
}

/** What a policy refused to somebody who is known. */
export interface PolicyRefusal {
  readonly action: string;
  readonly reason: string;
  /** Method and pattern of the route, never the address: that may hold a name. */
  readonly route: string;
  /** The record that the route is about, where its address names one. */
  readonly recordId: Id | null;
}

/** Keeps what was refused. Never throws, and nobody waits for it: see `ErrorFilter`. */
export interface RefusalRecord {
  note(request: RequestContext, refusal: PolicyRefusal): void;
}

/** What surrounds every page: navigation, the person's name, languages. Templates know it as `page`. */
export type PageShellBuilder = (web: WebRequest, view: View) => Promise<object>;

/**
 * What the HTTP layer asks of modules that it may not import. Each registers its part when it starts; until then
 * nobody is known and nothing is allowed.
 */
@Injectable()
export class HttpPorts {
  actorResolver: ActorResolver = {
    fromSession: () => Promise.resolve(ANONYMOUS),
    fromBearer: () => Promise.reject(new DomainError('not_signed_in', { reason: 'token_invalid' })),
  };
  /** How long this person stays signed in, by the grants of this moment. */
  sessionLimits: (actor: Actor) => SessionLimits = () => ({ idleSeconds: 0, absoluteSeconds: 0 });
  /** Whether a signed link can be used now; asked before a file that comes with it is kept. */
  linkHolds: (request: RequestContext, token: string) => Promise<boolean> = () => Promise.resolve(false);
  refusals: RefusalRecord = { note: () => undefined };
  routePolicy: RoutePolicy = { mayEver: () => ({ allowed: false, reason: 'unknown_action' }) };
  /** Sites besides this one that a form may lead to: signing out goes on to whoever vouched. */
  formTargets: () => readonly string[] = () => [];
  pageShell: PageShellBuilder | null = null;
}
