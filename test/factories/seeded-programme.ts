import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import pg from 'pg';
import { AppModule } from '../../src/app.module.js';
import { Settings } from '../../src/platform/config/settings.js';
import { Database, systemContext } from '../../src/platform/database/database.js';
import { systemClock } from '../../src/shared/clock.js';
import { ImportInstitutions } from '../../src/universities/public.js';
import { createTestDatabase } from '../database/database-for-test.js';
import { ensureCountries } from '../../src/cli/packaged-register.js';

/** The whole application without its pages, on a database of its own with the register of institutions: ready to be seeded. */
export interface ProgrammeToSeed {
  readonly app: INestApplicationContext;
  /** Logs in as the application does. */
  readonly appUrl: string;
  /** As the owner, whom row-level security does not bind. */
  readonly owner: pg.Client;
  stop(): Promise<void>;
}

export async function programmeToSeed(): Promise<ProgrammeToSeed> {
  const database = await createTestDatabase();
  const dataDir = mkdtempSync(join(tmpdir(), 'most-test-seeded-'));
  const storageKey = randomBytes(32);
  const settings = Settings.fromEnvironment({ DATABASE_URL: database.appUrl, DATA_DIR: dataDir });
  const app = await NestFactory.createApplicationContext(
    AppModule.forRoot({ settings: settings.with({ storageKey }), storageKey, clock: systemClock }),
    { logger: false, abortOnError: false },
  );
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  await ensureCountries(app);
  const register = await readFile(
    resolve(import.meta.dirname, '../../src/universities/data/institutions.csv'),
    'utf8',
  );
  await app
    .get(Database)
    .transaction(systemContext(systemClock), (ctx) =>
      app.get(ImportInstitutions).importInstitutions(ctx, register),
    );
  return {
    app,
    appUrl: database.appUrl,
    owner,
    async stop() {
      await owner.end();
      await app.close();
      await database.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
