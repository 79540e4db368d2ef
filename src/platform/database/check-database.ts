import pg from 'pg';
import { MIGRATIONS } from './migrations/all.js';

interface FoundRole {
  readonly role: string;
  readonly passes: boolean;
  readonly owns: boolean;
}

/** Why the application must not work as the role of this connection; null when it may. */
export async function roleFault(
  query: (statement: string) => Promise<{ rows: FoundRole[] }>,
): Promise<string | null> {
  const { rows } = await query(
    `select current_user as role, rolsuper or rolbypassrls as passes,
       exists (select from pg_tables where schemaname = 'public' and tableowner = current_user) as owns
     from pg_roles where rolname = current_user`,
  );
  const [found] = rows;
  if (found && !found.passes && !found.owns) return null;
  return (
    `the role ${found?.role ?? '?'} passes by row-level security. ` +
    'Connect as a member of most_app that is no superuser, has no BYPASSRLS and owns no table.'
  );
}

/**
 * Stops a start that would not be safe: an application role that row-level security does not bind, or a schema that is
 * not the one this program was written for.
 */
export async function checkDatabase(appUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: appUrl });
  await client.connect();
  try {
    const fault = await roleFault((statement) => client.query(statement));
    if (fault) throw new Error(`DATABASE_URL: ${fault}`);
    const applied = await client.query<{ name: string }>('select name from schema_migrations');
    const names = new Set(applied.rows.map((row) => row.name));
    const missing = MIGRATIONS.map((migration) => migration.name).filter((name) => !names.has(name));
    if (missing.length > 0) {
      throw new Error(`The database lacks ${missing.join(', ')}. Run: npm run most -- migrate`);
    }
  } finally {
    await client.end();
  }
}
