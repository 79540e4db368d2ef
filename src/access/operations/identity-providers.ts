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
import { USUAL_SCOPE } from '../../shared/identity-provider.js';
import type { IdentityProviderEntry } from '../../shared/identity-provider.js';
import { ProviderDiscovery } from './provider-discovery.js';
import { ProviderRegistry } from './provider-registry.js';

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

/** The providers that vouch for people, and the steps of signing in through one. */
@Injectable()
export class IdentityProviders implements OnApplicationBootstrap {
  private readonly authenticator = new passport.Passport();

  constructor(
    private readonly registry: ProviderRegistry,
    private readonly discovery: ProviderDiscovery,
    private readonly settings: Settings,
    private readonly log: HttpLog,
    private readonly readiness: ReadinessChecks,
  ) {}

  onApplicationBootstrap(): void {
    // Those of the register come and go; their health stands on its own page.
    for (const { key } of this.settings.identityProviders ?? []) {
      this.readiness.add(`identity-provider-${key}`, () => this.discovery.configuration(key), {
        fatal: false,
      });
    }
  }

  all(): readonly IdentityProviderEntry[] {
    return this.registry.all();
  }

  /** Throws `not_found` for a key that is nobody's. */
  entry(key: string): IdentityProviderEntry {
    return this.registry.entry(key);
  }

  /**
   * One step of signing in: the way to the provider, or what came back from it.
   * Throws `unavailable` (`provider_unavailable`) when it does not answer; rejects with the library's error when its
   * answer does not verify.
   */
  async step(key: string, web: WebRequest): Promise<StrategyResult<VouchedIdentity>> {
    const configuration = await this.discovery.configuration(key);
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
      const configuration = await this.discovery.configuration(key);
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
    return (await this.discovery.configuration(key)).serverMetadata().jwks_uri ?? null;
  }

  private strategy(key: string, config: oidc.Configuration): Strategy {
    const callbackURL = `${this.settings.publicUrl}/sign-in/${key}/callback`;
    return new SignInStrategy(
      { config, scope: this.entry(key).scope ?? USUAL_SCOPE, callbackURL, sessionKey: `oidc:${key}` },
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
