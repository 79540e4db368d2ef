import { isNativeError } from 'node:util/types';
import { Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap } from '@nestjs/common';
import * as oidc from 'openid-client';
import { Strategy } from 'openid-client/passport';
import type { AuthenticateOptions } from 'openid-client/passport';
import passport from 'passport';
import { Settings } from '../../platform/config/settings.js';
import { HttpLog } from '../../platform/http/http-log.js';
import { ReadinessChecks } from '../../platform/http/health.js';
import { runStrategy } from '../../platform/http/passport-bridge.js';
import type { StrategyResult } from '../../platform/http/passport-bridge.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { DomainError } from '../../shared/domain-error.js';
import type { IdentityProviderEntry } from '../../shared/identity-provider.js';

const TIMEOUT_SECONDS = 5;
const SCOPE = 'openid profile email';

/** What came of an identity that a provider vouches for. */
export interface VouchedIdentity {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly issuer: string;
  readonly subject: string;
  readonly idToken: string | null;
}

type Tokens = oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers;

/** Asks for state and nonce besides PKCE, so that the answer is bound to this browser in all three ways. */
class SignInStrategy extends Strategy {
  override authorizationRequestParams<Options extends AuthenticateOptions>(
    request: Parameters<Strategy['authorizationRequestParams']>[0],
    options: Options,
  ): URLSearchParams {
    const given = super.authorizationRequestParams(request, options);
    const parameters = new URLSearchParams(given instanceof URLSearchParams ? given : {});
    parameters.set('state', oidc.randomState());
    parameters.set('nonce', oidc.randomNonce());
    return parameters;
  }
}

/**
 * The providers that vouch for people. Each is asked for its addresses when it is first needed, so that one that is away
 * when the application starts harms nobody, and is asked again at the next sign-in.
 */
@Injectable()
export class IdentityProviders implements OnApplicationBootstrap {
  private readonly authenticator = new passport.Passport();
  private readonly configurations = new Map<string, Promise<oidc.Configuration>>();

  constructor(
    private readonly settings: Settings,
    private readonly log: HttpLog,
    private readonly readiness: ReadinessChecks,
  ) {}

  onApplicationBootstrap(): void {
    for (const { key } of this.all()) {
      this.readiness.add(`identity-provider-${key}`, () => this.configuration(key), { fatal: false });
    }
  }

  all(): readonly IdentityProviderEntry[] {
    return this.settings.identityProviders ?? [];
  }

  /** Throws `not_found` for a key that is nobody's. */
  entry(key: string): IdentityProviderEntry {
    const entry = this.all().find((candidate) => candidate.key === key);
    if (!entry) throw new DomainError('not_found');
    return entry;
  }

  /**
   * One step of signing in: the way to the provider, or what came back from it.
   * Throws `unavailable` (`provider_unavailable`) when it does not answer; rejects with the library's error when its
   * answer does not verify.
   */
  async step(key: string, web: WebRequest): Promise<StrategyResult<VouchedIdentity>> {
    const configuration = await this.configuration(key);
    const name = `oidc:${key}`;
    // Registered with each step: a strategy holds one configuration, and a provider may have been discovered anew.
    this.authenticator.use(name, this.strategy(key, configuration));
    try {
      return await runStrategy<VouchedIdentity>(this.authenticator, name, web, this.settings.publicUrl);
    } catch (error) {
      if (isAway(error)) throw this.away(key, error);
      throw error;
    }
  }

  /** Where the person signs out at the provider as well; null when it offers no such place or is away. */
  async signOutUrl(key: string, idToken: string | null): Promise<string | null> {
    try {
      const configuration = await this.configuration(key);
      if (!configuration.serverMetadata().end_session_endpoint) return null;
      return oidc.buildEndSessionUrl(configuration, {
        post_logout_redirect_uri: `${this.settings.publicUrl}/`,
        ...(idToken ? { id_token_hint: idToken } : {}),
      }).href;
    } catch (error) {
      this.log.logger.warn({ err: error, provider: key }, 'signed out here, not at the provider');
      return null;
    }
  }

  /** Where the keys lie with which a provider signs; null where it does not say. */
  async jwksUri(key: string): Promise<string | null> {
    return (await this.configuration(key)).serverMetadata().jwks_uri ?? null;
  }

  private configuration(key: string): Promise<oidc.Configuration> {
    const known = this.configurations.get(key);
    if (known) return known;
    const asked = this.discover(this.entry(key)).catch((error: unknown) => {
      this.configurations.delete(key);
      throw this.away(key, error);
    });
    this.configurations.set(key, asked);
    return asked;
  }

  private async discover(entry: IdentityProviderEntry): Promise<oidc.Configuration> {
    const issuer = new URL(entry.issuer);
    const onThisMachine = ['127.0.0.1', 'localhost', '[::1]'].includes(issuer.hostname);
    const configuration = await oidc.discovery(
      issuer,
      entry.clientId,
      {},
      entry.clientSecret ? oidc.ClientSecretBasic(entry.clientSecret) : oidc.None(),
      {
        timeout: TIMEOUT_SECONDS,
        execute:
          issuer.protocol === 'http:' && onThisMachine && !this.settings.production
            ? [oidc.allowInsecureRequests]
            : [],
      },
    );
    configuration.timeout = TIMEOUT_SECONDS;
    // In the code flow the library trusts TLS for the ID token; we check its signature too.
    oidc.enableNonRepudiationChecks(configuration);
    return configuration;
  }

  private strategy(key: string, config: oidc.Configuration): Strategy {
    const callbackURL = `${this.settings.publicUrl}/sign-in/${key}/callback`;
    return new SignInStrategy(
      { config, scope: SCOPE, callbackURL, sessionKey: `oidc:${key}` },
      (tokens: Tokens, done: (error: unknown, identity?: VouchedIdentity) => void) => {
        identityFrom(config, tokens).then((identity) => done(null, identity), done);
      },
    );
  }

  private away(key: string, cause: unknown): DomainError {
    this.log.logger.warn({ err: cause, provider: key }, 'an identity provider is away');
    return new DomainError('unavailable', { reason: 'provider_unavailable', values: { provider: key } });
  }
}

async function identityFrom(config: oidc.Configuration, tokens: Tokens): Promise<VouchedIdentity> {
  const claims = tokens.claims();
  if (!claims) throw new Error('the provider gave no ID token');
  const complete = claims.email !== undefined && (claims.family_name ?? claims.name) !== undefined;
  const more =
    complete || !config.serverMetadata().userinfo_endpoint
      ? {}
      : await oidc.fetchUserInfo(config, tokens.access_token, claims.sub);
  return {
    claims: { ...more, ...claims },
    issuer: claims.iss,
    subject: claims.sub,
    idToken: tokens.id_token ?? null,
  };
}

/** Whether no answer came at all, as opposed to one that does not verify. */
function isAway(error: unknown): boolean {
  if (!isNativeError(error)) return false;
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return true;
  if ('code' in error && error.code === 'OAUTH_TIMEOUT') return true;
  if (error.name === 'TypeError' && error.message === 'fetch failed') return true;
  if (error instanceof oidc.ResponseBodyError || error instanceof oidc.WWWAuthenticateChallengeError)
    return error.status >= 500;
  return error.cause !== undefined && isAway(error.cause);
}
