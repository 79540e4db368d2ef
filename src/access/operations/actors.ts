import { isNativeError } from 'node:util/types';
import { Injectable } from '@nestjs/common';
import { createRemoteJWKSet, decodeJwt, errors as joseErrors, jwtVerify } from 'jose';
import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import { Database } from '../../platform/database/database.js';
import { Settings } from '../../platform/config/settings.js';
import type { ActorResolver, UnknownRequest } from '../../platform/http/http-ports.js';
import type { SignedIn } from '../../platform/http/session-data.js';
import type { Actor } from '../../shared/actor.js';
import { ANONYMOUS, SYSTEM } from '../../shared/actor.js';
import { DomainError } from '../../shared/domain-error.js';
import { People } from '../data/people.js';
import { hadSecondFactor } from '../domain/second-factor.js';
import { IdentityProviders } from './identity-providers.js';

/** Audience of the bearer tokens that the API takes. */
export const API_AUDIENCE = 'urn:most:api';
const ALGORITHMS = ['ES256', 'ES384', 'PS256', 'RS256', 'EdDSA'];
const CLOCK_TOLERANCE_SECONDS = 30;
const KEYS_TIMEOUT_MS = 5_000;

interface TokenIssuer {
  readonly keys: JWTVerifyGetKey;
  readonly secondFactorValues: readonly string[] | undefined;
}

/** Who acts in a request. Grants are read anew each time: a role that was revoked a second ago is gone. */
@Injectable()
export class Actors implements ActorResolver {
  private readonly issuers = new Map<string, Promise<TokenIssuer | null>>();

  constructor(
    private readonly database: Database,
    private readonly people: People,
    private readonly settings: Settings,
    private readonly providers: IdentityProviders,
  ) {}

  async fromSession(signedIn: SignedIn, request: UnknownRequest): Promise<Actor> {
    const age = request.clock.now().getTime() - signedIn.at;
    if (age > signedIn.absoluteSeconds * 1000) return ANONYMOUS;
    return this.person(signedIn.personId, signedIn.secondFactor, null, request);
  }

  async fromBearer(token: string, request: UnknownRequest): Promise<Actor> {
    const { payload, issuer } = await this.verify(token);
    const scopes = typeof payload.scope === 'string' ? payload.scope.split(' ').filter(Boolean) : [];
    const { iss = '', sub = '' } = payload;
    const personId = await this.database.read({ ...request, actor: SYSTEM }, (ctx) =>
      this.people.idByIdentity(ctx, iss, sub),
    );
    // A machine's token stands for nobody: it opens only what asks for a scope and for no person.
    if (personId === null) return { ...ANONYMOUS, scopes };
    return this.person(personId, hadSecondFactor(payload, issuer.secondFactorValues), scopes, request);
  }

  private async person(
    id: string,
    secondFactor: boolean,
    scopes: readonly string[] | null,
    request: UnknownRequest,
  ): Promise<Actor> {
    const person = await this.database.read({ ...request, actor: SYSTEM }, (ctx) =>
      this.people.withGrants(ctx, id),
    );
    if (!person) return ANONYMOUS;
    const { name, grants } = person;
    return { kind: 'person', personId: id, name, grants, secondFactor, scopes };
  }

  private async verify(token: string): Promise<{ payload: JWTPayload; issuer: TokenIssuer }> {
    const refused = new DomainError('not_signed_in', { reason: 'token_invalid' });
    let claimed: string | undefined;
    try {
      claimed = decodeJwt(token).iss;
    } catch {
      throw refused;
    }
    const issuer = claimed === undefined ? null : await this.issuer(claimed);
    if (!issuer || claimed === undefined) throw refused;
    try {
      const { payload } = await jwtVerify(token, issuer.keys, {
        issuer: claimed,
        audience: API_AUDIENCE,
        typ: 'at+jwt',
        algorithms: ALGORITHMS,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        requiredClaims: ['sub', 'exp'],
      });
      return { payload, issuer };
    } catch (error) {
      const away =
        error instanceof joseErrors.JWKSTimeout || (isNativeError(error) && error.name === 'TypeError');
      throw away ? new DomainError('unavailable', { reason: 'provider_unavailable' }) : refused;
    }
  }

  private issuer(name: string): Promise<TokenIssuer | null> {
    const known = this.issuers.get(name);
    if (known) return known;
    const asked = this.findIssuer(name);
    // Only issuers that we know of are kept, or strangers could fill the memory with names.
    this.issuers.set(name, asked);
    asked.then(
      (found) => found ?? this.issuers.delete(name),
      () => this.issuers.delete(name),
    );
    return asked;
  }

  /** The issuers of the settings; where these name none, the providers that vouch for people issue tokens as well. */
  private async findIssuer(name: string): Promise<TokenIssuer | null> {
    const { tokenIssuers } = this.settings;
    const entry = tokenIssuers?.find(({ issuer }) => issuer === name);
    const provider = tokenIssuers ? undefined : this.providers.all().find(({ issuer }) => issuer === name);
    const uri = entry ? entry.jwksUri : provider ? await this.providers.jwksUri(provider.key) : null;
    if (!uri) return null;
    return {
      keys: createRemoteJWKSet(new URL(uri), { timeoutDuration: KEYS_TIMEOUT_MS }),
      secondFactorValues: (entry ?? provider)?.secondFactorValues,
    };
  }
}
