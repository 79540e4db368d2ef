import 'reflect-metadata';
import type { INestApplication, Type } from '@nestjs/common';
import { AppModule } from './app.module.js';
import { SealAudit } from './audit/public.js';
import { Settings, SettingsError } from './platform/config/settings.js';
import { checkDatabase } from './platform/database/check-database.js';
import { migrate } from './platform/database/migrate.js';
import { createHttpApplication } from './platform/http/http-application.js';
import { IdempotencyKeys } from './platform/http/idempotency.js';
import { Worker } from './platform/outbox/worker.js';
import { systemClock } from './shared/clock.js';

/** What the demonstration puts in place of what the settings do not name. Absent in production. */
interface Demonstration {
  readonly settings: Settings;
  /** Modules that the application takes in besides its own. */
  readonly modules: readonly Type[];
  load(app: INestApplication): Promise<void>;
  describe(): readonly string[];
  stop(): Promise<void>;
}

/** Starts the whole application as the environment says, and ends the process when it cannot. */
export async function start(): Promise<void> {
  try {
    await run();
  } catch (error) {
    console.error(error instanceof SettingsError ? error.message : error);
    process.exit(1);
  }
}

async function run(): Promise<void> {
  const environment = Settings.fromEnvironment(process.env);
  const demonstration = environment.production ? null : await startDemonstration(environment);
  const settings = demonstration?.settings ?? environment;
  let app: INestApplication | undefined;

  let ending: Promise<void> | undefined;
  const end = () =>
    (ending ??= (async () => {
      await app?.close();
      await demonstration?.stop();
    })());
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      end().then(
        () => process.exit(0),
        (error: unknown) => {
          console.error(error);
          process.exit(1);
        },
      );
    });
  }

  try {
    const { databaseUrl, databaseMigrationUrl, storageKey, production } = settings;
    if (!databaseUrl || !storageKey) throw new Error('no database or no storage key');
    if (production) await checkDatabase(databaseUrl);
    else await migrate(databaseMigrationUrl ?? databaseUrl);

    const extra = demonstration?.modules ?? [];
    app = await createHttpApplication(AppModule.forRoot({ settings, storageKey, clock: systemClock, extra }));
    if (settings.role !== 'web') {
      const seal = app.get(SealAudit);
      const worker = app.get(Worker);
      worker.schedule('* * * * *', 'seal_audit', async () => {
        await seal.run(systemClock);
      });
      const keys = app.get(IdempotencyKeys);
      worker.schedule('17 * * * *', 'purge_idempotency_keys', () => keys.purge(systemClock));
    }
    await app.init();
    await demonstration?.load(app);
    if (settings.role !== 'web') await app.get(Worker).start((message) => console.error(message));
    await app.listen(settings.port, production ? '0.0.0.0' : '127.0.0.1');
    for (const line of demonstration?.describe() ?? []) console.log(line);
    console.log(`MOST is ready at ${settings.publicUrl}`);
  } catch (error) {
    await end().catch(() => undefined);
    throw error;
  }
}

async function startDemonstration(environment: Settings): Promise<Demonstration> {
  const demo = await import('./demo/demonstration.js');
  return demo.startDemonstration(environment, (message) => console.log(message));
}
