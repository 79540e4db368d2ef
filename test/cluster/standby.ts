import { appendFileSync, cpSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/demo/embedded-postgres.js';
import type { EmbeddedPostgres } from '../../src/demo/embedded-postgres.js';

/** What a copy must not bring along: it tells who holds the original. */
const NOT_COPIED = new Set(['postmaster.pid', 'postmaster.opts', 'most.holder.json']);

/** A streaming replica of a running embedded cluster, made from a copy of its files as PostgreSQL's manual tells. */
export async function startStandby(
  primary: EmbeddedPostgres,
  from: string,
  to: string,
  maxConnections: number,
): Promise<EmbeddedPostgres> {
  const admin = new pg.Client({ connectionString: primary.ownerUrl });
  await admin.connect();
  try {
    await admin.query("select pg_backup_start('standby', true)");
    rmSync(to, { recursive: true, force: true });
    cpSync(from, to, { recursive: true, filter: (path) => !NOT_COPIED.has(basename(path)) });
    const { rows } = await admin.query<{ labelfile: string }>('select labelfile from pg_backup_stop(false)');
    writeFileSync(join(to, 'backup_label'), rows[0]?.labelfile ?? '');
  } finally {
    await admin.end();
  }
  const { password, username } = new URL(primary.ownerUrl);
  const address = `host=127.0.0.1 port=${primary.port} user=${username} password=${password}`;
  appendFileSync(
    join(to, 'postgresql.auto.conf'),
    `primary_conninfo = '${address} application_name=standby'\nhot_standby_feedback = on\n`,
  );
  writeFileSync(join(to, 'standby.signal'), '');
  const database = new URL(primary.ownerUrl).pathname.slice(1);
  return startEmbeddedPostgres({ dataDir: to, database, standby: true, ephemeral: true, maxConnections });
}
