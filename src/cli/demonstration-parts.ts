import { join } from 'node:path';
import type { Settings } from '../platform/config/settings.js';
import { demonstrationStorageKey } from '../platform/storage/storage-key.js';
import { Refusal } from './failures.js';
import type { DemonstrationParts } from './house.js';

/** Loaded on demand: an image for production need not hold what the demonstration starts. */
export async function demonstrationParts(): Promise<DemonstrationParts> {
  const demo = await import('../demo/public.js');
  const basePort = (settings: Settings) => settings.port + 1;
  return {
    complete: (settings, logins) =>
      settings.with({
        databaseUrl: logins.appUrl,
        databaseMigrationUrl: logins.ownerUrl,
        storageKey: settings.storageKey ?? demonstrationStorageKey(settings.dataDir),
        identityProviders: settings.identityProviders ?? demo.demoProvidersConfig(basePort(settings)),
      }),
    startDatabase: (settings) =>
      demo.startEmbeddedPostgres({ dataDir: join(settings.dataDir, 'postgres'), whenRunning: 'join' }),
    async migrate(ownerUrl) {
      const { migrate } = await import('../platform/database/migrate.js');
      await migrate(ownerUrl);
    },
    account: demo.demoAccount,
    accounts: () => demo.DEMO_ACCOUNTS,
    machine: demo.DEMO_MACHINE_CLIENT.id,
    scopes: () => demo.API_SCOPES,
    token(settings, email, scopes) {
      const account = demo.demoAccount(email);
      const machine = demo.DEMO_MACHINE_CLIENT;
      if (email === machine.id) {
        return demo.issueDemoMachineToken({
          issuer: demo.demoIssuer(machine.provider, basePort(settings)),
          dataDir: settings.dataDir,
          ...(scopes ? { scopes } : {}),
        });
      }
      if (!account) throw new Refusal(`There is no demonstration account ${email}.`);
      return demo.issueDemoToken(account, {
        issuer: demo.demoIssuer(account.provider, basePort(settings)),
        dataDir: settings.dataDir,
        ...(scopes ? { scopes } : {}),
      });
    },
  };
}
