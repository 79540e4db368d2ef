import { Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap } from '@nestjs/common';
import type { JWTVerifyGetKey } from 'jose';
import * as oidc from 'openid-client';
import passport from 'passport';
import { Settings } from '../../platform/config/settings.js';
import { HttpLog } from '../../platform/http/http-log.js';
import { ReadinessChecks } from '../../platform/http/health.js';
import { runStrategy } from '../../platform/http/passport-bridge.js';
import type { StrategyResult } from '../../platform/http/passport-bridge.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { DomainError } from '../../shared/domain-error.js';
import type { IdentityProviderEntry } from '../../shared/identity-provider.js';
import { SignInStrategy, faultOf, identityFrom, leftFrom, providerKeys } from './provider-answer.js';
import type { LeftElsewhere, SignInWish, VouchedIdentity } from './provider-answer.js';
import { ProviderDiscovery } from './provider-discovery.js';
import { ProviderRegistry } from './provider-registry.js';

/** Where the keys of a provider lie, and how they are asked for. */
interface KeySource {
  readonly jwksUri: string;
  readonly ask: oidc.CustomFetch;
}

/** The providers that vouch for people, and the steps of signing in through one. */
@Injectable()
export class IdentityProviders implements OnApplicationBootstrap {
  private readonly authenticator = new passport.Passport();
  /** Go with what the provider said of itself. */
  private readonly keysOf = new WeakMap<oidc.Configuration, JWTVerifyGetKey>();
  /** The library copies all that a provider says whenever it is asked for any of it. */
  private readonly sourceOf = new WeakMap<oidc.Configuration, KeySource | null>();

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
   * One step of signing in: the way to the provider, or what came back from it. Throws a `ProviderFault` when the provider
   * is away, or its answer is not to be believed.
   */
  async step(key: string, web: WebRequest, wish: SignInWish = {}): Promise<StrategyResult<VouchedIdentity>> {
    const entry = this.entry(key);
    try {
      const config = await this.discovery.configuration(key);
      const name = `oidc:${key}`;
      const { publicUrl } = this.settings;
      // Registered with each step: a strategy holds one configuration, and a provider may have been discovered anew.
      this.authenticator.use(
        name,
        new SignInStrategy(entry, config, wish, publicUrl, (tokens) =>
          identityFrom(entry, config, this.keys(config), tokens, wish, web.ctx.clock.now()),
        ),
      );
      return await runStrategy<VouchedIdentity>(this.authenticator, name, web, publicUrl);
    } catch (error) {
      throw faultOf(key, error);
    }
  }

  /**
   * What a provider's logout token says has ended there. Throws `invalid` (`token_invalid`) when it does not verify,
   * `unavailable` when the provider's keys are not to be had.
   */
  async loggedOut(key: string, token: string, now: Date): Promise<LeftElsewhere> {
    const entry = this.entry(key);
    try {
      const config = await this.discovery.configuration(key);
      return await leftFrom(entry, config, this.keys(config), token, now);
    } catch (error) {
      const fault = faultOf(key, error);
      this.log.logger.warn({ provider: key, fault: fault.fault }, 'a sign-out at a provider is not believed');
      throw fault.code === 'unavailable' ? fault : new DomainError('invalid', { reason: 'token_invalid' });
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

  /** Where the keys lie with which a provider signs, and how it is asked for them; null where it does not say. */
  async keySource(key: string): Promise<KeySource | null> {
    const configuration = await this.discovery.configuration(key);
    const known = this.sourceOf.get(configuration);
    if (known !== undefined) return known;
    const { jwks_uri: jwksUri } = configuration.serverMetadata();
    const ask = configuration[oidc.customFetch];
    const source = jwksUri !== undefined && ask ? { jwksUri, ask } : null;
    this.sourceOf.set(configuration, source);
    return source;
  }

  private keys(config: oidc.Configuration): JWTVerifyGetKey {
    const known = this.keysOf.get(config);
    if (known) return known;
    const keys = providerKeys(config, this.settings.providerTimeoutSeconds);
    this.keysOf.set(config, keys);
    return keys;
  }
}
