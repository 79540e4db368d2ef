import { isNativeError } from 'node:util/types';
import { createRemoteJWKSet, customFetch, jwtVerify } from 'jose';
import type { JWTVerifyGetKey } from 'jose';
import * as oidc from 'openid-client';
import { Strategy } from 'openid-client/passport';
import type { AuthenticateOptions } from 'openid-client/passport';
import { USUAL_SCOPE, standardClaims } from '../../shared/identity-provider.js';
import type { IdentityProviderEntry } from '../../shared/identity-provider.js';
import { DomainError } from '../../shared/domain-error.js';
import { keysFetch } from './provider-fetch.js';

/** Only those whose keys are no secret that we know ourselves: with the others we could sign for the provider. */
const ALGORITHMS = [
  ...['ES256', 'ES384', 'ES512', 'PS256', 'PS384', 'PS512', 'RS256', 'RS384', 'RS512', 'EdDSA', 'Ed25519'],
];
const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';
const CLOCK_TOLERANCE_SECONDS = 30;
/** An ID token comes straight from the provider: one that is older was kept somewhere. */
const TOKEN_AGE_SECONDS = 600;

/** What is wrong with a provider or its answer: for the log and the record of acts, never for a page. */
export type AnswerFault =
  | 'answer_missing'
  | 'state_mismatch'
  | 'issuer_mismatch'
  | 'audience_mismatch'
  | 'nonce_mismatch'
  | 'algorithm_refused'
  | 'signature_invalid'
  | 'key_unknown'
  | 'token_expired'
  | 'token_from_future'
  | 'sign_in_not_fresh'
  | 'claims_missing'
  | 'userinfo_mismatch'
  | 'code_refused'
  | 'provider_error'
  | 'answer_malformed'
  | 'provider_silent'
  | 'provider_failing'
  | 'discovery_failed';

/** A provider that is away, or whose answer is not to be believed. What it said is not in it: only what is wrong with it. */
export class ProviderFault extends DomainError {
  constructor(
    readonly provider: string,
    readonly fault: AnswerFault,
    details: { readonly away: boolean },
  ) {
    super(details.away ? 'unavailable' : 'forbidden', {
      reason: details.away ? 'provider_unavailable' : 'sign_in_broken',
      values: { provider },
    });
  }
}

/** Whom a provider vouches for. */
export interface VouchedIdentity {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly issuer: string;
  readonly subject: string;
  /** Name of the provider's own session, where it gives one. */
  readonly session: string | null;
  readonly idToken: string | null;
}

export type Tokens = oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers;

/** What one sign-in asks of the provider besides the usual. */
export interface SignInWish {
  /** Asks for the password again, whomever the provider still knows. */
  readonly again?: boolean;
}

/**
 * Asks for state and nonce besides PKCE, so that the answer is bound to this browser in all three ways, and looks at the
 * answer before anything is fetched for it.
 */
export class SignInStrategy extends Strategy {
  private readonly stateKey: string;

  constructor(
    private readonly entry: IdentityProviderEntry,
    private readonly config: oidc.Configuration,
    private readonly wish: SignInWish,
    publicUrl: string,
    verify: (tokens: Tokens) => Promise<VouchedIdentity>,
  ) {
    const stateKey = `oidc:${entry.key}`;
    super(
      {
        config,
        scope: entry.scope ?? USUAL_SCOPE,
        callbackURL: `${publicUrl}/sign-in/${entry.key}/callback`,
        sessionKey: stateKey,
      },
      (tokens: Tokens, done: (error: unknown, identity?: VouchedIdentity) => void) => {
        verify(tokens).then((identity) => done(null, identity), done);
      },
    );
    this.stateKey = stateKey;
  }

  override authorizationRequestParams<Options extends AuthenticateOptions>(
    request: Parameters<Strategy['authorizationRequestParams']>[0],
    options: Options,
  ): URLSearchParams {
    const given = super.authorizationRequestParams(request, options);
    const parameters = new URLSearchParams(given instanceof URLSearchParams ? given : {});
    parameters.set('state', oidc.randomState());
    parameters.set('nonce', oidc.randomNonce());
    if (this.entry.acrValues?.length) parameters.set('acr_values', this.entry.acrValues.join(' '));
    if (this.wish.again) parameters.set('prompt', 'login');
    return parameters;
  }

  /** Passport's own, which it gives to every strategy before it asks one. */
  declare error: (error: Error) => void;

  override authenticate<Options extends AuthenticateOptions>(
    request: Parameters<Strategy['authenticate']>[0],
    options: Options,
  ): void {
    const answer = new URL(request.originalUrl, 'http://here').searchParams;
    if (answer.has('code') || answer.has('error')) {
      const session = sessionOf(request);
      const fault = answerFault(answer, session[this.stateKey], this.config.serverMetadata());
      if (fault) {
        // What was asked is over: a second answer to it is refused as well.
        delete session[this.stateKey];
        return this.error(new ProviderFault(this.entry.key, fault, { away: false }));
      }
    }
    super.authenticate(request, options);
  }
}

function sessionOf(request: object): Record<string, unknown> {
  return 'session' in request && typeof request.session === 'object' && request.session !== null
    ? (request.session as Record<string, unknown>)
    : {};
}

/**
 * Whether this browser asked for the answer (state), and whether it comes from the provider that was asked (RFC 9207), so
 * that no code of one is ever sent to another.
 */
function answerFault(
  answer: URLSearchParams,
  asked: unknown,
  metadata: oidc.ServerMetadata,
): AnswerFault | null {
  const state = typeof asked === 'object' && asked !== null && 'state' in asked ? asked.state : undefined;
  if (typeof state !== 'string' || answer.get('state') !== state) return 'state_mismatch';
  const issuer = answer.get('iss');
  const promised = metadata.authorization_response_iss_parameter_supported === true;
  if (issuer === null ? promised : issuer !== metadata.issuer) return 'issuer_mismatch';
  return null;
}

/**
 * The identity in a provider's tokens. The library has compared issuer, audience, expiry and nonce; here the signature is
 * verified too, by keys that are fetched anew for one that we do not know yet, and what the library leaves open.
 */
export async function identityFrom(
  entry: IdentityProviderEntry,
  config: oidc.Configuration,
  keys: JWTVerifyGetKey,
  tokens: Tokens,
  wish: SignInWish,
  now: Date,
): Promise<VouchedIdentity> {
  const { issuer } = config.serverMetadata();
  const { payload } = await jwtVerify(tokens.id_token ?? '', keys, {
    issuer,
    audience: entry.clientId,
    algorithms: ALGORITHMS,
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    maxTokenAge: TOKEN_AGE_SECONDS,
    requiredClaims: ['sub', 'exp', 'iat', 'nonce'],
    currentDate: now,
  });
  const refuse = (fault: AnswerFault) => new ProviderFault(entry.key, fault, { away: false });
  if (payload['azp'] !== undefined && payload['azp'] !== entry.clientId) throw refuse('audience_mismatch');
  const { sub = '' } = payload;
  if (sub === '' || sub.length > 255) throw refuse('claims_missing');
  const signedInAt = payload['auth_time'];
  const oldest = now.getTime() / 1000 - TOKEN_AGE_SECONDS - CLOCK_TOLERANCE_SECONDS;
  if (wish.again && typeof signedInAt === 'number' && signedInAt < oldest) throw refuse('sign_in_not_fresh');
  const { email, family_name: family, name } = standardClaims(entry, payload);
  const complete = email !== undefined && (family ?? name) !== undefined;
  const more =
    (complete && entry.claims === undefined) || !config.serverMetadata().userinfo_endpoint
      ? {}
      : await oidc.fetchUserInfo(config, tokens.access_token, sub);
  return {
    claims: { ...more, ...payload },
    issuer,
    subject: sub,
    session: typeof payload['sid'] === 'string' ? payload['sid'] : null,
    idToken: tokens.id_token ?? null,
  };
}

/** What a provider says has ended there: one session of its own, or all of a subject. */
export interface LeftElsewhere {
  readonly subject: string | null;
  readonly session: string | null;
}

/** What a logout token says (OpenID Connect Back-Channel Logout 1.0). Rejects when it does not verify. */
export async function leftFrom(
  entry: IdentityProviderEntry,
  config: oidc.Configuration,
  keys: JWTVerifyGetKey,
  token: string,
  now: Date,
): Promise<LeftElsewhere> {
  const { payload, protectedHeader } = await jwtVerify(token, keys, {
    issuer: config.serverMetadata().issuer,
    audience: entry.clientId,
    algorithms: ALGORITHMS,
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    maxTokenAge: TOKEN_AGE_SECONDS,
    requiredClaims: ['iat', 'jti', 'events'],
    currentDate: now,
  });
  const { sub, sid, events, nonce } = payload;
  const subject = typeof sub === 'string' && sub !== '' ? sub : null;
  const session = typeof sid === 'string' && sid !== '' ? sid : null;
  const isLogout = typeof events === 'object' && events !== null && LOGOUT_EVENT in events;
  // An ID token has a nonce, and must not pass for a logout token.
  const typ = protectedHeader.typ?.toLowerCase();
  const isOther = nonce !== undefined || (typ !== undefined && typ !== 'jwt' && typ !== 'logout+jwt');
  if (!isLogout || isOther || (subject === null && session === null)) {
    throw new ProviderFault(entry.key, 'answer_malformed', { away: false });
  }
  return { subject, session };
}

/**
 * The keys of a provider. One that signs with a key that we have not seen is asked again at once: only its own token
 * endpoint's answers get as far as this, so nobody else can make us ask.
 */
export function providerKeys(config: oidc.Configuration, timeoutSeconds: number): JWTVerifyGetKey {
  const ask = config[oidc.customFetch];
  const { jwks_uri: uri } = config.serverMetadata();
  if (uri === undefined) throw new Error('the provider does not say where its keys lie');
  return createRemoteJWKSet(new URL(uri), {
    timeoutDuration: Math.ceil(timeoutSeconds * 1000),
    cooldownDuration: 0,
    ...(ask ? { [customFetch]: keysFetch(ask) } : {}),
  });
}

/** What is wrong when asking a provider, or verifying its answer, has thrown this. */
export function faultOf(key: string, error: unknown): ProviderFault {
  if (error instanceof ProviderFault) return error;
  if (error instanceof DomainError) return new ProviderFault(key, 'discovery_failed', { away: true });
  const away = awayBecause(error);
  if (away) return new ProviderFault(key, away, { away: true });
  return new ProviderFault(key, answerFaultOf(error), { away: false });
}

/** Whether no answer came at all, as opposed to one that does not verify. */
function awayBecause(error: unknown): 'provider_silent' | 'provider_failing' | null {
  if (!isNativeError(error) && !(error instanceof DOMException)) return null;
  const code: unknown = 'code' in error ? error.code : undefined;
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'provider_silent';
  if (code === 'OAUTH_TIMEOUT' || code === 'ERR_JWKS_TIMEOUT') return 'provider_silent';
  if (error.name === 'TypeError' && error.message === 'fetch failed') return 'provider_silent';
  if (error instanceof oidc.ResponseBodyError || error instanceof oidc.WWWAuthenticateChallengeError) {
    return error.status >= 500 ? 'provider_failing' : null;
  }
  // An answer in place of the one that was asked for: no status 200, or no JSON.
  if (typeof code === 'string' && NO_ANSWER.has(code)) return 'provider_failing';
  return error.cause === undefined ? null : awayBecause(error.cause);
}

const NO_ANSWER = new Set([
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_RESPONSE_IS_NOT_JSON',
  'ERR_JOSE_GENERIC',
]);

const BY_CODE: Readonly<Record<string, AnswerFault>> = {
  OAUTH_RESPONSE_BODY_ERROR: 'code_refused',
  OAUTH_AUTHORIZATION_RESPONSE_ERROR: 'provider_error',
  OAUTH_JWT_TIMESTAMP_CHECK_FAILED: 'token_expired',
  OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED: 'userinfo_mismatch',
  OAUTH_UNSUPPORTED_OPERATION: 'algorithm_refused',
  ERR_JWT_EXPIRED: 'token_expired',
  ERR_JOSE_ALG_NOT_ALLOWED: 'algorithm_refused',
  ERR_JOSE_NOT_SUPPORTED: 'algorithm_refused',
  ERR_JWKS_NO_MATCHING_KEY: 'key_unknown',
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: 'key_unknown',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'signature_invalid',
};
const BY_CLAIM: Readonly<Record<string, AnswerFault>> = {
  iss: 'issuer_mismatch',
  aud: 'audience_mismatch',
  azp: 'audience_mismatch',
  nonce: 'nonce_mismatch',
  exp: 'token_expired',
  iat: 'token_from_future',
  nbf: 'token_from_future',
};

/** By codes alone: the messages of the libraries carry what the provider said. */
function answerFaultOf(error: unknown): AnswerFault {
  if (!isNativeError(error)) return 'answer_malformed';
  const code = 'code' in error ? String(error.code) : '';
  const claim = claimOf(error);
  if (claim === 'alg') return 'algorithm_refused';
  // A claim that is there and wrong, as opposed to one that is not there.
  const compared = code === 'ERR_JWT_CLAIM_VALIDATION_FAILED' || code.startsWith('OAUTH_JWT_');
  if (compared && claim !== null) {
    const missing = 'reason' in error && error.reason === 'missing';
    return missing && claim !== 'nonce' ? 'claims_missing' : (BY_CLAIM[claim] ?? 'claims_missing');
  }
  const known = BY_CODE[code];
  if (known) return known;
  return code === 'OAUTH_INVALID_RESPONSE' && saysClaims(error.cause) ? 'claims_missing' : 'answer_malformed';
}

function claimOf(error: Error): string | null {
  for (let at: unknown = error; typeof at === 'object' && at !== null; at = 'cause' in at ? at.cause : null) {
    if ('claim' in at && typeof at.claim === 'string') return at.claim;
    if ('reason' in at && 'header' in at) return 'alg';
  }
  return null;
}

/** Whether a token could be read, and something is wrong with what it says. */
function saysClaims(cause: unknown): boolean {
  return (
    typeof cause === 'object' &&
    cause !== null &&
    ('claims' in cause || ('cause' in cause && saysClaims(cause.cause)))
  );
}
