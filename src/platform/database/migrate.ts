import { Logger, runMigrations } from 'graphile-worker';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { MIGRATIONS } from './migrations/all.js';

/**
 * Brings a database to the newest schema, as its owner. The job queue's own tables come first, because the outbox's
 * function writes to them; its row-level security is opened to the application's role, which also works the queue.
 */
export async function migrate(ownerUrl: string): Promise<void> {
  const pool = new pg.Pool({ connectionString: ownerUrl, max: 1 });
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  try {
    await runMigrations({ pgPool: pool, logger: silent });
  } finally {
    await pool.end();
  }
  const owner = await new DataSource({
    type: 'postgres',
    url: ownerUrl,
    migrations: MIGRATIONS,
    migrationsTableName: 'schema_migrations',
    poolSize: 1,
  }).initialize();
  try {
    await owner.runMigrations({ transaction: 'all' });
    await owner.query(OPEN_QUEUE);
  } finally {
    await owner.destroy();
  }
}

const silent = new Logger(() => () => undefined);

const OPEN_QUEUE = `
  do $$ declare queue_table text; begin
    grant usage on schema graphile_worker to most_app;
    grant all on all tables in schema graphile_worker to most_app;
    grant all on all sequences in schema graphile_worker to most_app;
    grant execute on all functions in schema graphile_worker to most_app;
    for queue_table in select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'graphile_worker' and c.relkind = 'r' and c.relrowsecurity loop
      if not exists (select from pg_policies where schemaname = 'graphile_worker' and tablename = queue_table
          and policyname = 'most_app') then
        execute format('create policy most_app on graphile_worker.%I to most_app using (true) with check (true)', queue_table);
      end if;
    end loop;
    grant select on schema_migrations to most_app;
  end $$;
`;
