import { Inject, Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { Settings } from '../../platform/config/settings.js';
import { Database, systemContext } from '../../platform/database/database.js';
import { HTTP_CLOCK } from '../../platform/http/http-clock.js';
import { HttpLog } from '../../platform/http/http-log.js';
import { demonstrationStorageKey } from '../../platform/storage/storage-key.js';
import type { Clock } from '../../shared/clock.js';
import { DomainError } from '../../shared/domain-error.js';
import { takenBy } from '../../shared/identity-provider.js';
import type { IdentityProviderEntry } from '../../shared/identity-provider.js';
import type { Id } from '../../shared/ids.js';
import { ProviderVersions } from '../data/provider-versions.js';
import type { VersionInForce } from '../data/provider-versions.js';
import { openSecret, sealSecret } from '../domain/sealed-secret.js';

/**
 * A change in another process is known here after so long at the latest. Asked for rather than listened to: a listening
 * connection does not survive a pooler between us and the database, and the question costs one index of a tiny table.
 */
const ASK_EVERY_MS = 5_000;

export interface RegisteredProvider {
  readonly entry: IdentityProviderEntry;
  readonly source: 'file' | 'register';
  /** Changes with each version of the entry. */
  readonly version: string;
}

/**
 * Who may vouch for people at this moment: the entries of the operator's file, and those of the register that two
 * administrators brought into force. Where both name the same key or issuer the file is right.
 */
@Injectable()
export class ProviderRegistry implements OnApplicationBootstrap, BeforeApplicationShutdown {
  /** Entries of the operator's file. */
  readonly fromFile: readonly IdentityProviderEntry[];
  private readonly masterKey: Buffer;
  private known: readonly RegisteredProvider[];
  private unusable: ReadonlyMap<Id, 'shadowed' | 'unreadable'> = new Map();
  private versions = '';
  private asking: Promise<void> | null = null;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    settings: Settings,
    private readonly database: Database,
    private readonly providerVersions: ProviderVersions,
    private readonly log: HttpLog,
    @Inject(HTTP_CLOCK) private readonly clock: Clock,
  ) {
    this.fromFile = settings.identityProviders ?? [];
    this.known = this.together([]);
    // Kept apart from the database and never changed, unlike the secret of the sessions.
    this.masterKey = settings.storageKey ?? demonstrationStorageKey(settings.dataDir);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.ask();
    this.timer = setInterval(() => void this.ask(), ASK_EVERY_MS);
    this.timer.unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    await this.asking;
  }

  /** By country, then in the order of the file and of the keys. */
  all(): readonly IdentityProviderEntry[] {
    return this.known.map(({ entry }) => entry);
  }

  registered(): readonly RegisteredProvider[] {
    return this.known;
  }

  find(key: string): RegisteredProvider | undefined {
    return this.known.find(({ entry }) => entry.key === key);
  }

  /** Throws `not_found` for a key that is nobody's. */
  entry(key: string): IdentityProviderEntry {
    const found = this.find(key);
    if (!found) throw new DomainError('not_found');
    return found.entry;
  }

  /** Why a version that is in force signs nobody in: the file names its key or issuer, or its secret opens no more. */
  whyUnusable(version: Id): 'shadowed' | 'unreadable' | null {
    return this.unusable.get(version) ?? null;
  }

  /** Takes the register as it is now. Called after each change here; those of other processes are found by the clock. */
  async refresh(): Promise<void> {
    // What is being asked may have begun before the change.
    await this.asking;
    await this.ask();
  }

  seal(version: Id, secret: string): Buffer {
    return sealSecret(this.masterKey, placeOf(version), secret);
  }

  open(version: Id, sealed: Buffer): string | null {
    return openSecret(this.masterKey, placeOf(version), sealed);
  }

  private ask(): Promise<void> {
    this.asking ??= this.database
      .read(systemContext(this.clock), (ctx) => this.providerVersions.inForce(ctx))
      .then(
        (versions) => this.take(versions),
        (error: unknown) => {
          // Whoever could sign in a moment ago still can.
          this.log.logger.warn({ err: error }, 'the register of identity providers cannot be read');
        },
      )
      .finally(() => (this.asking = null));
    return this.asking;
  }

  private take(versions: readonly VersionInForce[]): void {
    const now = versions.map(({ id }) => id).join(' ');
    if (now === this.versions) return;
    const unusable = new Map<Id, 'shadowed' | 'unreadable'>();
    const fromRegister = versions.flatMap((version) => {
      const clientSecret = version.sealedSecret && this.open(version.id, version.sealedSecret);
      if (takenBy(version.entry, this.fromFile).length > 0) {
        unusable.set(version.id, 'shadowed');
      } else if (version.sealedSecret && clientSecret === null) {
        unusable.set(version.id, 'unreadable');
      }
      const why = unusable.get(version.id);
      if (why) {
        this.log.logger.error({ provider: version.entry.key, why }, 'an identity provider cannot be used');
        return [];
      }
      const entry = clientSecret === null ? version.entry : { ...version.entry, clientSecret };
      return [{ entry, source: 'register' as const, version: version.id }];
    });
    this.known = this.together(fromRegister);
    this.unusable = unusable;
    this.versions = now;
  }

  private together(fromRegister: readonly RegisteredProvider[]): readonly RegisteredProvider[] {
    const fromFile = this.fromFile.map((entry) => ({ entry, source: 'file' as const, version: 'file' }));
    const order = ({ entry }: RegisteredProvider) => entry.country;
    return [...fromFile, ...fromRegister].sort((one, other) =>
      order(one) === order(other) ? 0 : order(one) < order(other) ? -1 : 1,
    );
  }
}

/** A sealed secret opens in its own row alone. */
function placeOf(version: Id): string {
  return `identity_providers ${version}`;
}
