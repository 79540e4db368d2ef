import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
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
  /** A folder for what belongs to its databases; removed after the run. */
  readonly scratch: string;
}

/** A number for `pg_advisory_lock`: one fills a template at a time. */
const FILLING = 7_031;

/**
 * A new migrated database on the real PostgreSQL: a copy of the template's files, some tens of milliseconds.
 * Call it once in a file, in `beforeAll`, and `drop` it in `afterAll`. The first call of a run starts PostgreSQL.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const cluster = await knock();
  return copy(cluster, cluster.template);
}

/**
 * A new database with what takes long to make, and the files that belong to it: made by whoever asks first in a run, copied
 * for everybody.
 *
 * @param name which it is, in letters
 * @param dataDir where the files are copied to; a folder that is there
 * @param fill fills a migrated database and a folder, and leaves nothing connected to the one
 */
export async function createFilledDatabase(
  name: string,
  dataDir: string,
  fill: (database: TestDatabase, dataDir: string) => Promise<void>,
): Promise<TestDatabase> {
  const cluster = await knock();
  const template = `most_${name}`;
  const files = join(cluster.scratch, name);
  await asOwner(cluster, async (owner) => {
    await owner.query('select pg_advisory_lock($1)', [FILLING]);
    const { rowCount } = await owner.query('select from pg_database where datname = $1', [template]);
    if (rowCount) return;
    mkdirSync(files);
    const filling = await copy(cluster, cluster.template, template);
    try {
      await fill(filling, files);
    } catch (error) {
      await filling.drop();
      rmSync(files, { recursive: true, force: true });
      throw error;
    }
  });
  cpSync(files, dataDir, { recursive: true });
  return copy(cluster, template);
}

async function copy(
  cluster: Cluster,
  template: string,
  name = `test_${randomBytes(8).toString('hex')}`,
): Promise<TestDatabase> {
  await asOwner(cluster, async (owner) => {
    // FILE_COPY: the other strategy writes every page to the log, which takes twice as long.
    await owner.query(`create database ${name} template ${template} strategy file_copy`);
  });
  return {
    ownerUrl: withDatabase(cluster.ownerUrl, name),
    appUrl: withDatabase(cluster.appUrl, name),
    drop: () =>
      asOwner(cluster, async (owner) => {
        await owner.query(`drop database if exists ${name} with (force)`);
      }),
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

async function asOwner(cluster: Cluster, act: (owner: pg.Client) => Promise<void>): Promise<void> {
  // Not the template itself: PostgreSQL copies no database that somebody is connected to.
  const client = new pg.Client({ connectionString: withDatabase(cluster.ownerUrl, 'postgres') });
  await client.connect();
  try {
    await act(client);
  } finally {
    await client.end();
  }
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}
