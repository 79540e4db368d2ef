import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** One database of one test file. */
export interface TestDatabase {
  /** Logs in as the owner, whom row-level security does not bind: for arranging and for looking behind the scenes. */
  readonly ownerUrl: string;
  /** Logs in as the application does, bound by row-level security. */
  readonly appUrl: string;
  /** Ends what is still connected and removes the database. */
  drop(): Promise<void>;
}

interface Cluster {
  readonly template: string;
  readonly ownerUrl: string;
  readonly appUrl: string;
}

/**
 * A new migrated database on the real PostgreSQL: a copy of the template's files, some tens of milliseconds.
 * Call it once in a file, in `beforeAll`, and `drop` it in `afterAll`. The first call of a run starts PostgreSQL.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const cluster = await knock();
  const name = `test_${randomBytes(8).toString('hex')}`;
  // FILE_COPY: the other strategy writes every page to the log, which takes twice as long.
  await asOwner(cluster, `create database ${name} template ${cluster.template} strategy file_copy`);
  return {
    ownerUrl: withDatabase(cluster.ownerUrl, name),
    appUrl: withDatabase(cluster.appUrl, name),
    drop: () => asOwner(cluster, `drop database if exists ${name} with (force)`),
  };
}

async function knock(): Promise<Cluster> {
  const door = process.env.TEST_DATABASE_DOOR;
  if (!door)
    throw new Error('no database for tests: run them with jest.config.js, whose globalSetup offers it');
  // A connection of its own: one that was kept from the spec before may have been closed meanwhile.
  const response = await fetch(door, { headers: { connection: 'close' } });
  if (!response.ok) throw new Error(`PostgreSQL for the tests did not start: ${await response.text()}`);
  return (await response.json()) as Cluster;
}

async function asOwner(cluster: Cluster, statement: string): Promise<void> {
  // Not the template itself: PostgreSQL copies no database that somebody is connected to.
  const client = new pg.Client({ connectionString: withDatabase(cluster.ownerUrl, 'postgres') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}
