import type { INestApplicationContext } from '@nestjs/common';
import pg from 'pg';
import type { Settings } from '../platform/config/settings.js';
import { systemClock } from '../shared/clock.js';
import { Refusal } from './failures.js';

/** Logins to one database; a command that only reads does so as the application, told that the application itself acts. */
export interface DatabaseLogins {
  readonly appUrl: string;
  readonly ownerUrl: string;
}

/** An account of the demonstration, as far as a command must know it. */
export interface DemoAccountRef {
  readonly provider: string;
  readonly email: string;
}

/** What the demonstration lends to the commands; production never loads it. */
export interface DemonstrationParts {
  /** Settings with everything in place that the environment does not name. */
  complete(settings: Settings, logins: DatabaseLogins): Settings;
  startDatabase(settings: Settings): Promise<DatabaseLogins & { stop(): Promise<void> }>;
  migrate(ownerUrl: string): Promise<void>;
  account(email: string): DemoAccountRef | undefined;
  accounts(): readonly DemoAccountRef[];
  /** Another system, which gets tokens for itself. */
  readonly machine: string;
  scopes(): readonly string[];
  /** `email` of an account, or the name of the machine. */
  token(settings: Settings, email: string, scopes: readonly string[] | undefined): Promise<string>;
}

/** Where a command works: the settings, the database, the application without its HTTP, and two places to write to. */
export class House {
  private logins: Promise<DatabaseLogins> | undefined;
  private application: INestApplicationContext | undefined;
  private readonly ends: (() => Promise<void>)[] = [];

  constructor(
    readonly settings: Settings,
    /** Null in production. */
    readonly demonstration: DemonstrationParts | null,
    /** The command's result. */
    readonly print: (line: string) => void,
    /** What goes on, beside the result. */
    readonly note: (text: string) => void,
  ) {}

  /** The database of the settings, or the embedded one: joined where the application runs, else started until `close`. */
  database(options: { readonly migrated?: boolean } = {}): Promise<DatabaseLogins> {
    this.logins ??= this.openDatabase(options.migrated ?? true);
    return this.logins;
  }

  /**
   * A client that sees every row in one snapshot and can only read. As the owner, who in the embedded database stands
   * above row-level security: asking its policies for each of millions of rows takes minutes.
   */
  async reader(): Promise<pg.Client> {
    const client = await this.owner();
    await client.query('begin transaction isolation level repeatable read read only');
    await client.query("select set_config('most.actor_kind', 'system', true)");
    return client;
  }

  /** A client with the owner's rights. */
  async owner(): Promise<pg.Client> {
    const { ownerUrl } = await this.database();
    const client = new pg.Client({ connectionString: ownerUrl });
    await client.connect();
    this.ends.push(() => client.end());
    return client;
  }

  /** The whole application, without answering requests and without working on its queue. */
  async app(): Promise<INestApplicationContext> {
    if (this.application) return this.application;
    const logins = await this.database();
    const settings = this.demonstration?.complete(this.settings, logins) ?? this.settings;
    const { storageKey } = settings;
    if (!storageKey) throw new Refusal('STORAGE_KEY: missing');
    // Loaded on demand: most commands need none of it, and it takes seconds.
    const { NestFactory } = await import('@nestjs/core');
    const { AppModule } = await import('../app.module.js');
    const app = await NestFactory.createApplicationContext(
      AppModule.forRoot({ settings, storageKey, clock: systemClock }),
      { logger: false, abortOnError: false },
    );
    this.ends.push(() => app.close());
    this.application = app;
    return app;
  }

  /** Ends what was started, in the opposite order. */
  async close(): Promise<void> {
    for (let end = this.ends.pop(); end; end = this.ends.pop()) await end();
  }

  private async openDatabase(migrated: boolean): Promise<DatabaseLogins> {
    const { databaseUrl, databaseMigrationUrl } = this.settings;
    let logins: DatabaseLogins;
    if (databaseUrl) {
      logins = { appUrl: databaseUrl, ownerUrl: databaseMigrationUrl ?? databaseUrl };
    } else if (this.demonstration) {
      const embedded = await this.demonstration.startDatabase(this.settings);
      this.ends.push(() => embedded.stop());
      logins = { appUrl: embedded.appUrl, ownerUrl: databaseMigrationUrl ?? embedded.ownerUrl };
    } else {
      throw new Refusal('DATABASE_URL: missing; production needs it');
    }
    // As `npm start` does. In production a migration is an act of its own.
    if (migrated) await this.demonstration?.migrate(logins.ownerUrl);
    return logins;
  }
}
