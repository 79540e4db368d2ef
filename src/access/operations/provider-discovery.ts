import { isNativeError } from 'node:util/types';
import { Inject, Injectable } from '@nestjs/common';
import * as oidc from 'openid-client';
import { Settings } from '../../platform/config/settings.js';
import { HTTP_CLOCK } from '../../platform/http/http-clock.js';
import { HttpLog } from '../../platform/http/http-log.js';
import type { Clock } from '../../shared/clock.js';
import { DomainError } from '../../shared/domain-error.js';
import type { IdentityProviderEntry } from '../../shared/identity-provider.js';
import { issuerKey } from '../../shared/identity-provider.js';
import { providerFetch } from './provider-fetch.js';
import { ProviderRegistry } from './provider-registry.js';
import type { RegisteredProvider } from './provider-registry.js';

/** What a provider said of itself is asked again after so long: its addresses and abilities may have changed. */
const GOOD_FOR_MS = 3_600_000;
/** Whoever comes within so long after a failure is told at once, instead of waiting for the same silence. */
const BAD_FOR_MS = 15_000;
const ON_THIS_MACHINE = ['127.0.0.1', 'localhost', '[::1]'];

/** What came of asking a provider for its addresses, the last time that this process did. */
export interface ProviderHealth {
  readonly at: Date;
  /** Null where it went well; else one of `DISCOVERY_FAILURES`. */
  readonly failure: DiscoveryFailure | null;
}

/** Why a provider's word about itself is not to be had, as a translation key `access.providers.failures.<failure>`. */
export const DISCOVERY_FAILURES = [
  'no_answer',
  'refused',
  'not_discovery',
  'other_issuer',
  'incapable',
] as const;
export type DiscoveryFailure = (typeof DISCOVERY_FAILURES)[number];

/** What a provider says of itself, as far as it matters to whoever connects it. */
export interface DiscoveryReport {
  readonly issuer: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly userinfoEndpoint: string | null;
  readonly endSessionEndpoint: string | null;
  readonly jwksUri: string;
  readonly signingAlgorithms: readonly string[];
  readonly scopes: readonly string[];
  readonly claims: readonly string[];
  readonly acrValues: readonly string[];
  readonly clientAuthentication: readonly string[];
  /** PKCE by SHA-256, RFC 7636; null where it does not say. */
  readonly pkce: boolean | null;
  /** Whether its answers say who gives them, RFC 9207. */
  readonly namesItself: boolean;
}

/** The library copies all that a provider says whenever it is asked for any of it: what each request needs is kept beside. */
interface Known {
  readonly value: oidc.Configuration;
  readonly at: number;
  /** Where it has people sign in, and out. */
  readonly sites: readonly string[];
}

interface Discovered {
  /** Of the entry that it was asked for. */
  readonly version: string;
  configuration: Known | null;
  failure: { readonly error: unknown; readonly at: number } | null;
  asking: Promise<oidc.Configuration> | null;
}

/**
 * What providers say of themselves. Each is asked when it is first needed, once at a time however many wait; its word is
 * good for an hour, is then asked again behind the reader's back, and stays good while the provider is away.
 */
@Injectable()
export class ProviderDiscovery {
  private readonly discovered = new Map<string, Discovered>();
  private readonly sitesOf = new WeakMap<IdentityProviderEntry, readonly string[]>();

  constructor(
    private readonly registry: ProviderRegistry,
    private readonly settings: Settings,
    private readonly log: HttpLog,
    @Inject(HTTP_CLOCK) private readonly clock: Clock,
  ) {}

  /** Throws `not_found` for a key that is nobody's, `unavailable` (`provider_unavailable`) when nothing good is known. */
  async configuration(key: string): Promise<oidc.Configuration> {
    const provider = this.registry.find(key);
    if (!provider) throw new DomainError('not_found');
    const known = this.known(key, provider.version);
    const now = this.now();
    if (known.configuration) {
      const old = now - known.configuration.at > GOOD_FOR_MS;
      if (old && (known.failure === null || now - known.failure.at > BAD_FOR_MS)) {
        // Nobody waits for it: what was good an hour ago mostly still is.
        this.ask(provider, known).catch(() => undefined);
      }
      return known.configuration.value;
    }
    if (known.failure && now - known.failure.at <= BAD_FOR_MS) throw unavailable(key);
    try {
      return await this.ask(provider, known);
    } catch {
      throw unavailable(key);
    }
  }

  /** What came of the last question; null where this process has not asked yet. */
  health(key: string): ProviderHealth | null {
    const known = this.discovered.get(key);
    if (!known || known.version !== this.registry.find(key)?.version) return null;
    const { configuration, failure } = known;
    if (failure && failure.at >= (configuration?.at ?? 0))
      return { at: new Date(failure.at), failure: failureOf(failure.error) };
    return configuration && { at: new Date(configuration.at), failure: null };
  }

  /** Sites that a form may lead to: where people sign in once more, and out, at the providers. Known without asking anybody. */
  origins(): readonly string[] {
    const origins = this.registry.registered().flatMap(({ entry, version }) => {
      const known = this.discovered.get(entry.key);
      const said = known?.version === version ? known.configuration?.sites : undefined;
      return said ? [...this.siteOfIssuer(entry), ...said] : this.siteOfIssuer(entry);
    });
    return [...new Set(origins)];
  }

  /** Asks a provider that need not be in the register, and keeps nothing of it. */
  async try(
    entry: IdentityProviderEntry,
    source: RegisteredProvider['source'],
  ): Promise<DiscoveryReport | DiscoveryFailure> {
    try {
      return reportOf((await this.discover(entry, source)).serverMetadata());
    } catch (error) {
      return failureOf(error);
    }
  }

  private siteOfIssuer(entry: IdentityProviderEntry): readonly string[] {
    const known = this.sitesOf.get(entry);
    if (known) return known;
    const sites = sitesOf([entry.issuer]);
    this.sitesOf.set(entry, sites);
    return sites;
  }

  private known(key: string, version: string): Discovered {
    const found = this.discovered.get(key);
    if (found?.version === version) return found;
    const fresh: Discovered = { version, configuration: null, failure: null, asking: null };
    this.discovered.set(key, fresh);
    return fresh;
  }

  private ask({ entry, source }: RegisteredProvider, known: Discovered): Promise<oidc.Configuration> {
    known.asking ??= this.discover(entry, source)
      .then(
        (value) => {
          const { authorization_endpoint: signIn, end_session_endpoint: signOut } = value.serverMetadata();
          known.configuration = { value, at: this.now(), sites: sitesOf([signIn, signOut]) };
          known.failure = null;
          return value;
        },
        (error: unknown) => {
          known.failure = { error, at: this.now() };
          this.log.logger.warn({ err: error, provider: entry.key }, 'an identity provider is away');
          throw error;
        },
      )
      .finally(() => (known.asking = null));
    return known.asking;
  }

  private async discover(
    entry: IdentityProviderEntry,
    source: RegisteredProvider['source'],
  ): Promise<oidc.Configuration> {
    const { production } = this.settings;
    const issuer = new URL(entry.issuer);
    const insecure = issuer.protocol === 'http:' && ON_THIS_MACHINE.includes(issuer.hostname) && !production;
    const configuration = await oidc.discovery(
      issuer,
      entry.clientId,
      {},
      clientAuthentication(entry.clientSecret),
      {
        timeout: this.settings.providerTimeoutSeconds,
        // The operator knows the network and may name a provider inside; a page must not be a way to look around in it.
        [oidc.customFetch]: providerFetch({ onlyPublic: production && source === 'register' }),
        execute: insecure ? [oidc.allowInsecureRequests] : [],
      },
    );
    configuration.timeout = this.settings.providerTimeoutSeconds;
    const metadata = configuration.serverMetadata();
    if (issuerKey(metadata.issuer) !== issuerKey(entry.issuer)) throw new UnusableProvider('other_issuer');
    const { authorization_endpoint, token_endpoint, jwks_uri } = metadata;
    for (const address of [authorization_endpoint, token_endpoint, jwks_uri]) {
      const usable = address !== undefined && URL.canParse(address);
      if (!usable || !(insecure || address.startsWith('https:'))) throw new UnusableProvider('incapable');
    }
    return configuration;
  }

  private now(): number {
    return this.clock.now().getTime();
  }
}

/** By the header as every provider must take it (RFC 6749), but for those that say they take the secret in the form alone. */
function clientAuthentication(secret: string | undefined): oidc.ClientAuth {
  if (secret === undefined) return oidc.None();
  const [inHeader, inForm] = [oidc.ClientSecretBasic(secret), oidc.ClientSecretPost(secret)];
  return (server, ...request) => {
    const ways = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const only = !ways.includes('client_secret_basic') && ways.includes('client_secret_post');
    (only ? inForm : inHeader)(server, ...request);
  };
}

/** It answered, and with what it says of itself nobody can sign in. */
class UnusableProvider extends Error {
  constructor(readonly failure: DiscoveryFailure) {
    super(failure);
    this.name = 'UnusableProvider';
  }
}

function sitesOf(addresses: readonly (string | undefined)[]): readonly string[] {
  return addresses.flatMap((address) => siteOf(address) ?? []);
}

/** The site of an address, as a policy for forms may name it: what a provider says must not break everybody's pages. */
function siteOf(address: string | undefined): string | null {
  if (address === undefined || !URL.canParse(address)) return null;
  const { origin } = new URL(address);
  return /^https?:\/\/[a-z0-9.:[\]-]+$/.test(origin) ? origin : null;
}

function unavailable(key: string): DomainError {
  return new DomainError('unavailable', { reason: 'provider_unavailable', values: { provider: key } });
}

function failureOf(error: unknown): DiscoveryFailure {
  if (error instanceof UnusableProvider) return error.failure;
  if (!isNativeError(error)) return 'not_discovery';
  const code = 'code' in error ? error.code : undefined;
  if (code === 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED') return 'other_issuer';
  if (code === 'OAUTH_RESPONSE_IS_NOT_CONFORM') return 'refused';
  if (code === 'OAUTH_TIMEOUT' || error.message === 'fetch failed') return 'no_answer';
  return error.cause === undefined ? 'not_discovery' : failureOf(error.cause);
}

function reportOf(said: Readonly<oidc.ServerMetadata>): DiscoveryReport {
  const list = (value: unknown): readonly string[] =>
    Array.isArray(value)
      ? value.filter((each): each is string => typeof each === 'string').slice(0, 100)
      : [];
  return {
    issuer: said.issuer,
    authorizationEndpoint: said.authorization_endpoint ?? '',
    tokenEndpoint: said.token_endpoint ?? '',
    userinfoEndpoint: said.userinfo_endpoint ?? null,
    endSessionEndpoint: said.end_session_endpoint ?? null,
    jwksUri: said.jwks_uri ?? '',
    signingAlgorithms: list(said['id_token_signing_alg_values_supported']),
    scopes: list(said.scopes_supported),
    claims: list(said['claims_supported']),
    acrValues: list(said['acr_values_supported']),
    clientAuthentication: list(said.token_endpoint_auth_methods_supported),
    pkce: said.code_challenge_methods_supported
      ? said.code_challenge_methods_supported.includes('S256')
      : null,
    namesItself: said.authorization_response_iss_parameter_supported === true,
  };
}
