import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INestApplicationContext, Type } from '@nestjs/common';
import type { Settings } from '../platform/config/settings.js';
import { demonstrationStorageKey } from '../platform/storage/storage-key.js';
import type { TokenIssuerEntry } from '../shared/identity-provider.js';
import { DEMO_ACCOUNTS, DEMO_PASSWORD, DEMO_PROVIDERS, demoIssuer, demoProvidersConfig } from './accounts.js';
import { startEmbeddedPostgres } from './embedded-postgres.js';
import { startDemoIdentityProvider } from './identity-provider.js';
import { startMailCatcher } from './mail-catcher.js';
import { DemoWorld } from './world/demo-world.js';
import { DemoWorldModule } from './world/demo-world.module.js';

/** What runs beside the application so that a newcomer needs nothing else. */
export interface Demonstration {
  readonly settings: Settings;
  /** What the application takes in besides its own modules. */
  readonly modules: readonly Type[];
  /** Fills an empty database with the demonstration's world; does nothing where it was done. */
  load(app: INestApplicationContext): Promise<void>;
  /** What a newcomer must know, line by line. */
  describe(): readonly string[];
  stop(): Promise<void>;
}

/** Starts what the settings do not name: database, identity providers, mail catcher, secrets. Never in production. */
export async function startDemonstration(
  settings: Settings,
  report: (message: string) => void,
): Promise<Demonstration> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const each of stops.reverse()) await each();
  };
  try {
    let complete = settings.with({
      storageKey: settings.storageKey ?? demonstrationStorageKey(settings.dataDir),
      sessionSecret: settings.sessionSecret ?? keptSecret(settings.dataDir, 'session-secret', 32),
    });
    if (!settings.databaseUrl) {
      report('Starting PostgreSQL …');
      const postgres = await startEmbeddedPostgres({ dataDir: join(settings.dataDir, 'postgres') });
      stops.push(() => postgres.stop());
      complete = complete.with({
        databaseUrl: postgres.appUrl,
        databaseMigrationUrl: settings.databaseMigrationUrl ?? postgres.ownerUrl,
      });
    }
    const basePort = settings.port + 1;
    if (settings.demonstration) {
      report('Starting the identity providers …');
      for (const [index, { key }] of DEMO_PROVIDERS.entries()) {
        const provider = await startDemoIdentityProvider({
          key,
          port: basePort + index,
          publicUrl: settings.publicUrl,
          dataDir: settings.dataDir,
        });
        stops.push(() => provider.stop());
      }
      complete = complete.with({
        identityProviders: demoProvidersConfig(basePort),
        tokenIssuers: settings.tokenIssuers ?? demoTokenIssuers(basePort),
      });
    }
    let mailUrl: string | undefined;
    if (!settings.smtpUrl) {
      const catcher = await startMailCatcher({
        directory: join(settings.dataDir, 'mail'),
        webPort: basePort + DEMO_PROVIDERS.length,
      });
      stops.push(() => catcher.stop());
      mailUrl = catcher.webUrl;
      complete = complete.with({ smtpUrl: catcher.smtpUrl });
    }
    return {
      settings: complete,
      modules: [DemoWorldModule],
      load: (app) => app.get(DemoWorld).load(report),
      describe: () => describe(settings.demonstration, mailUrl),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Whose tokens the API takes in the demonstration: its own two providers'. */
export function demoTokenIssuers(basePort: number): readonly TokenIssuerEntry[] {
  return DEMO_PROVIDERS.map(({ key }) => {
    const issuer = demoIssuer(key, basePort);
    return { issuer, jwksUri: `${issuer}/jwks`, secondFactorValues: ['otp'] };
  });
}

function describe(demonstration: boolean, mailUrl: string | undefined): string[] {
  const lines: string[] = [];
  if (demonstration) {
    lines.push('', `Demonstration accounts (password of all: ${DEMO_PASSWORD})`);
    for (const provider of DEMO_PROVIDERS) {
      const accounts = DEMO_ACCOUNTS.filter((account) => account.provider === provider.key);
      lines.push(`  ${provider.buttonText.en}`);
      lines.push(...accounts.map((account) => `    ${account.email}`));
    }
    lines.push('');
  }
  if (mailUrl) lines.push(`Mail is read at ${mailUrl}`);
  return lines;
}

/** A secret of this data folder: made at the first start, the same at every later one. */
function keptSecret(dataDir: string, name: string, bytes: number): string {
  const path = join(dataDir, name);
  mkdirSync(dataDir, { recursive: true });
  if (!existsSync(path)) writeFileSync(path, randomBytes(bytes).toString('base64'), { mode: 0o600 });
  return readFileSync(path, 'utf8');
}
