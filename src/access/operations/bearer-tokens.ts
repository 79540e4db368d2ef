import { isNativeError } from 'node:util/types';
import { Injectable } from '@nestjs/common';
import { createRemoteJWKSet, customFetch, decodeJwt, errors as joseErrors, jwtVerify } from 'jose';
import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import type { CustomFetch } from 'openid-client';
import { Settings } from '../../platform/config/settings.js';
import { HttpLog } from '../../platform/http/http-log.js';
import { DomainError } from '../../shared/domain-error.js';
import { IdentityProviders } from './identity-providers.js';
import { keysFetch, providerFetch } from './provider-fetch.js';

/** Audience of the bearer tokens that the API takes. */
const API_AUDIENCE = 'urn:most:api';
/** Signatures alone: a shared secret would let MOST make tokens of a provider, `none` would let everybody. */
const ALGORITHMS = ['ES256', 'ES384', 'PS256', 'RS256', 'EdDSA'];
const CLOCK_TOLERANCE_SECONDS = 10;
/** However long its issuer would let it live: what was lost in a log yesterday opens nothing today. */
const OLDEST_TOKEN = '24h';
const KEYS_TIMEOUT_MS = 5_000;
/** A key that we do not know may be a new one; strangers who make them up cause no more than one look in this time. */
const LOOK_AGAIN_AFTER_MS = 5_000;
/** A program sends the same token with each request: its signature is looked at so often, however many requests come. */
const SIGNATURE_HOLDS_MS = 30_000;
/** So long after an issuer answered its keys may not be in use yet. */
const KEYS_SETTLE_MS = 1_000;
/** Of so many tokens the signature is remembered. */
const MOST_TOKENS = 2_000;
/** The operator names the issuers of the settings, and may name one inside; a provider is asked as its sign-ins ask it. */
const ASK_ISSUER = providerFetch({ onlyPublic: false });
/** Every claim that RFC 9068 (2.2) asks for. */
const CLAIMS = ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti'];

/** What a token says, after all of it was verified. */
export interface VerifiedToken {
  readonly issuer: string;
  readonly subject: string;
  /** The program to which the token was given; the same as `subject` where nobody but the program itself stands behind it. */
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly payload: JWTPayload;
  readonly secondFactorValues: readonly string[] | undefined;
}

/** A token whose signature was good, by the keys of which issuer, and until when that is not asked again (milliseconds). */
interface Verified {
  readonly issuer: string;
  readonly jwksUri: string;
  readonly payload: JWTPayload;
  readonly until: number;
}

interface TokenIssuer {
  readonly name: string;
  readonly jwksUri: string;
  readonly ask: CustomFetch;
  readonly secondFactorValues: readonly string[] | undefined;
}

/** Verifies access tokens (RFC 9068) of the issuers that this installation believes. */
@Injectable()
export class BearerTokens {
  private readonly keys = new Map<string, JWTVerifyGetKey>();
  /** What was verified a moment ago, by the whole token. */
  private readonly verified = new Map<string, Verified>();
  /** Before this nothing is remembered: the keys of an issuer are being read anew, and one of them may be gone. */
  private rememberFrom = 0;

  constructor(
    private readonly settings: Settings,
    private readonly providers: IdentityProviders,
    private readonly log: HttpLog,
  ) {}

  /** The issuers of the settings; where these name none, the providers that vouch for people issue tokens as well. */
  issuers(): readonly string[] {
    return (this.settings.tokenIssuers ?? this.providers.all()).map(({ issuer }) => issuer);
  }

  /** @throws DomainError `not_signed_in` (`token_invalid`), or `unavailable` where the issuer's keys cannot be had. */
  async verify(token: string): Promise<VerifiedToken> {
    const claimed = this.verified.get(token)?.payload.iss ?? claimedIssuer(token);
    const issuer = await this.issuer(claimed);
    if (!issuer) throw refused();
    try {
      const payload = await this.payloadOf(token, issuer);
      const { sub, client_id: clientId, jti, scope } = payload;
      if (!isText(sub) || !isText(clientId) || !isText(jti)) throw refused();
      return {
        issuer: issuer.name,
        subject: sub,
        clientId,
        scopes: typeof scope === 'string' ? scope.split(' ').filter(Boolean) : [],
        payload,
        secondFactorValues: issuer.secondFactorValues,
      };
    } catch (error) {
      if (error instanceof DomainError) throw error;
      if (isFaultOfIssuer(error)) {
        this.log.logger.warn({ err: error, issuer: issuer.name }, 'the keys of a token issuer are away');
        throw new DomainError('unavailable', { reason: 'provider_unavailable' });
      }
      this.log.logger.info({ err: error, issuer: issuer.name }, 'a bearer token was refused');
      throw refused();
    }
  }

  /**
   * What a token says whose signature is good and whose time has not run out. A signature that was good a moment ago is
   * good; whether its issuer is believed was asked before, and who the token names is asked after, with each request.
   */
  private async payloadOf(token: string, issuer: TokenIssuer): Promise<JWTPayload> {
    const now = Date.now();
    const { jwksUri } = issuer;
    const known = this.verified.get(token);
    if (known && now < known.until && known.issuer === issuer.name && known.jwksUri === jwksUri)
      return known.payload;
    const { payload } = await jwtVerify(token, this.keysOf(issuer), {
      issuer: issuer.name,
      audience: API_AUDIENCE,
      typ: 'at+jwt',
      algorithms: ALGORITHMS,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      maxTokenAge: OLDEST_TOKEN,
      requiredClaims: CLAIMS,
    });
    if (now < this.rememberFrom) return payload;
    if (this.verified.size >= MOST_TOKENS) this.verified.clear();
    const { exp = 0 } = payload;
    const until = Math.min(now + SIGNATURE_HOLDS_MS, (exp + CLOCK_TOLERANCE_SECONDS) * 1000);
    this.verified.set(token, { issuer: issuer.name, jwksUri, payload, until });
    return payload;
  }

  /** Asked anew for each token, so that an issuer that is no longer believed is so at once; only its keys are kept. */
  private async issuer(name: string): Promise<TokenIssuer | null> {
    const { tokenIssuers } = this.settings;
    const entry = tokenIssuers?.find(({ issuer }) => issuer === name);
    if (entry) {
      const { jwksUri, secondFactorValues } = entry;
      return { name, jwksUri, ask: ASK_ISSUER, secondFactorValues };
    }
    const provider = tokenIssuers ? undefined : this.providers.all().find(({ issuer }) => issuer === name);
    const source = provider && (await this.providers.keySource(provider.key));
    return source ? { name, ...source, secondFactorValues: provider.secondFactorValues } : null;
  }

  private keysOf({ name, jwksUri, ask }: TokenIssuer): JWTVerifyGetKey {
    const place = `${name} ${jwksUri}`;
    const known = this.keys.get(place);
    if (known) return known;
    const keys = createRemoteJWKSet(new URL(jwksUri), {
      timeoutDuration: KEYS_TIMEOUT_MS,
      cooldownDuration: LOOK_AGAIN_AFTER_MS,
      [customFetch]: this.forgetting(keysFetch(ask)),
    });
    this.keys.set(place, keys);
    return keys;
  }

  /** Whenever keys are read anew, every token is verified by them. */
  private forgetting<Ask extends (...asked: never[]) => Promise<unknown>>(ask: Ask): Ask {
    return (async (...asked: Parameters<Ask>) => {
      this.rememberFrom = Infinity;
      try {
        return await ask(...asked);
      } finally {
        this.verified.clear();
        this.rememberFrom = Date.now() + KEYS_SETTLE_MS;
      }
    }) as Ask;
  }
}

function claimedIssuer(token: string): string {
  try {
    const { iss } = decodeJwt(token);
    if (isText(iss)) return iss;
  } catch {
    // Not even a token.
  }
  throw refused();
}

function refused(): DomainError {
  return new DomainError('not_signed_in', { reason: 'token_invalid' });
}

/** Whether the keys could not be had, or were none: the token itself was not looked at. */
function isFaultOfIssuer(error: unknown): boolean {
  if (error instanceof joseErrors.JWKSTimeout || error instanceof joseErrors.JWKSInvalid) return true;
  if (error instanceof joseErrors.JOSEError) return error.code === joseErrors.JOSEError.code;
  return isNativeError(error) && error.message === 'fetch failed';
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
