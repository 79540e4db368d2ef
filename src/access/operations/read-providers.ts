import { Injectable } from '@nestjs/common';
import { authorise } from '../../platform/database/authorise.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { CountryCode } from '../../shared/country.js';
import type { RequestContext } from '../../shared/request-context.js';
import { ProviderVersions } from '../data/provider-versions.js';
import type { OpenEntry, ProviderVersion } from '../data/provider-versions.js';
import { providersPolicy } from '../domain/providers.policy.js';
import { ProviderDiscovery } from './provider-discovery.js';
import type { DiscoveryFailure, DiscoveryReport, ProviderHealth } from './provider-discovery.js';
import { ProviderRegistry } from './provider-registry.js';

/** A provider as those see it who keep the register. No secret is in it, not even a sealed one. */
export interface KnownProvider {
  readonly key: string;
  readonly source: 'file' | 'register';
  /** As it signs people in, or would; null where nothing of it is in force. */
  readonly inForce: { readonly entry: OpenEntry; readonly hasSecret: boolean } | null;
  /** Of the register: every version, the youngest first. */
  readonly versions: readonly ProviderVersion[];
  /** The version in force signs nobody in: the file names its key or issuer, or its secret opens no more. */
  readonly unusable: 'shadowed' | 'unreadable' | null;
  /** As this process found it; null where nobody has signed in through it here yet. */
  readonly health: ProviderHealth | null;
}

/** The register of providers as a whole, for its pages and the API. */
@Injectable()
export class ReadProviders {
  constructor(
    private readonly database: Database,
    private readonly providerVersions: ProviderVersions,
    private readonly registry: ProviderRegistry,
    private readonly discovery: ProviderDiscovery,
  ) {}

  /** Those of the file first, then those of the register by country and key. */
  all(request: RequestContext): Promise<readonly KnownProvider[]> {
    return this.database.read(request, async (ctx) => {
      authorise(ctx, providersPolicy, 'provider.read', READING, 'provider.read');
      const versions = await this.providerVersions.all(ctx);
      const keys = [...new Set(versions.map(({ key }) => key))];
      const kept = keys.map((key) => this.ofRegister(key, versions));
      return [
        ...this.registry.fromFile.map(({ clientSecret, ...entry }) =>
          this.ofFile(entry, clientSecret !== undefined),
        ),
        ...kept.sort((one, other) => (orderOf(one) < orderOf(other) ? -1 : 1)),
      ];
    });
  }

  /** Throws `not_found`. The file is right where both name a key. */
  async one(request: RequestContext, key: string): Promise<KnownProvider> {
    const found = (await this.all(request)).find((provider) => provider.key === key);
    if (!found) throw new DomainError('not_found');
    return found;
  }

  /** The countries that a provider can vouch for. */
  countries(request: RequestContext): Promise<readonly CountryCode[]> {
    return this.database.read(request, async (ctx) => {
      const rows = await ctx.tx.query<{ code: CountryCode }[]>('select code from countries order by code');
      return rows.map(({ code }) => code);
    });
  }

  /**
   * Asks a provider of the file or of the register what it says of itself: the proposed version where one waits, else
   * the one in force. Throws `not_found` where there is neither.
   */
  async try(request: RequestContext, key: string): Promise<DiscoveryReport | DiscoveryFailure> {
    const provider = await this.one(request, key);
    await this.database.read(request, (ctx) => {
      authorise(ctx, providersPolicy, 'provider.propose', READING, 'provider.read');
      return Promise.resolve();
    });
    const entry =
      provider.versions.find(({ state }) => state === 'proposed')?.entry ?? provider.inForce?.entry;
    if (!entry) throw new DomainError('not_found');
    return this.discovery.try(entry, provider.source);
  }

  private ofFile(entry: OpenEntry, hasSecret: boolean): KnownProvider {
    return {
      key: entry.key,
      source: 'file',
      inForce: { entry, hasSecret },
      versions: [],
      unusable: null,
      health: this.discovery.health(entry.key),
    };
  }

  private ofRegister(key: string, all: readonly ProviderVersion[]): KnownProvider {
    const versions = all.filter((version) => version.key === key);
    const inForce = versions.find(({ state }) => state === 'in_force');
    const unusable = inForce ? this.registry.whyUnusable(inForce.id) : null;
    return {
      key,
      source: 'register',
      inForce: inForce ? { entry: inForce.entry, hasSecret: inForce.hasSecret } : null,
      versions,
      unusable,
      health: inForce && unusable === null ? this.discovery.health(key) : null,
    };
  }
}

const READING = { state: 'in_force', proposedBy: null } as const;

function orderOf({ key, versions, inForce }: KnownProvider): string {
  return `${inForce?.entry.country ?? versions[0]?.entry.country ?? ''} ${key}`;
}
