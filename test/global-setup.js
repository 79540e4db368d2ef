import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, statfsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** @typedef {{ template: string, ownerUrl: string, appUrl: string, scratch: string }} Cluster what a test file learns about PostgreSQL; `scratch` is a folder for what belongs to its databases */

const PREFIX = 'most-test-postgres-';
/** Each database is thousands of files, made and dropped: on a disk a free place is looked for for each of them. */
const IN_MEMORY = '/dev/shm';
const ROOM_BYTES = 4e9;
/** No run lasts as long: what is older was left behind by one that was killed. */
const LEFT_BEHIND_MS = 86_400_000;

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
      ({ template, ownerUrl, appUrl, scratch }) =>
        response.end(JSON.stringify({ template, ownerUrl, appUrl, scratch })),
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
    dataDir: mkdtempSync(join(roomForFiles(), PREFIX)),
    database: template,
    ephemeral: true,
  });
  try {
    await migrate(postgres.ownerUrl);
  } catch (error) {
    await postgres.stop();
    throw error;
  }
  const scratch = mkdtempSync(join(tmpdir(), 'most-test-scratch-'));
  return {
    template,
    ownerUrl: postgres.ownerUrl,
    appUrl: postgres.appUrl,
    scratch,
    async stop() {
      await postgres.stop();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

/** Memory where there is plenty of it, otherwise the disk. */
function roomForFiles() {
  if (!existsSync(IN_MEMORY)) return tmpdir();
  for (const name of readdirSync(IN_MEMORY).filter((each) => each.startsWith(PREFIX))) {
    const path = join(IN_MEMORY, name);
    try {
      if (Date.now() - statSync(path).mtimeMs > LEFT_BEHIND_MS) rmSync(path, { recursive: true });
    } catch {
      // Somebody else's, or gone meanwhile.
    }
  }
  const { bavail, bsize } = statfsSync(IN_MEMORY);
  return bavail * bsize > ROOM_BYTES ? IN_MEMORY : tmpdir();
}
