import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** @typedef {{ template: string, ownerUrl: string, appUrl: string }} Cluster what a test file learns about PostgreSQL */

/**
 * Nothing is started here but a door: PostgreSQL starts, and the template is migrated, when the first test file
 * knocks. A run of unit tests alone pays for neither. `database/database-for-test.ts` knocks.
 */
export default async function globalSetup() {
  /** @type {Promise<Cluster & { stop(): Promise<void> }> | undefined} */
  let started;
  const door = createServer((_request, response) => {
    started ??= startCluster();
    started.then(
      ({ template, ownerUrl, appUrl }) => response.end(JSON.stringify({ template, ownerUrl, appUrl })),
      (error) => response.writeHead(500).end(String(error?.stack ?? error)),
    );
  });
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  process.env.TEST_DATABASE_DOOR = `http://127.0.0.1:${door.address().port}`;
  globalThis.closeTestDatabases = async () => {
    door.close();
    door.closeAllConnections();
    const cluster = await started?.catch(() => undefined);
    await cluster?.stop();
  };
}

async function startCluster() {
  // From dist: this file runs outside Jest's transform. The test command builds first.
  const { startEmbeddedPostgres } = await import('../dist/demo/embedded-postgres.js');
  const { migrate } = await import('../dist/platform/database/migrate.js');
  const template = 'most_template';
  const postgres = await startEmbeddedPostgres({
    dataDir: mkdtempSync(join(tmpdir(), 'most-test-postgres-')),
    database: template,
    ephemeral: true,
  });
  try {
    await migrate(postgres.ownerUrl);
  } catch (error) {
    await postgres.stop();
    throw error;
  }
  return { template, ownerUrl: postgres.ownerUrl, appUrl: postgres.appUrl, stop: () => postgres.stop() };
}
