import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase } from './database-for-test.js';

/** Running numbers of a country and a year. */

let database: Awaited<ReturnType<typeof createTestDatabase>>;
const clients: pg.Client[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  for (let place = 0; place < 2; place += 1) {
    const client = new pg.Client({ connectionString: database.ownerUrl });
    await client.connect();
    clients.push(client);
  }
});

afterAll(async () => {
  for (const client of clients) await client.end();
  await database.drop();
});

const NEXT = "select next_number('application', 'RS', 2031)::integer as number";

it.each(['commit', 'rollback'])(
  'are begun by one of two who draw the first of a year at once, and the other goes on after its %s',
  async (end) => {
    const [first, second] = clients as [pg.Client, pg.Client];
    await first.query('drop sequence if exists number_application_rs_2031');
    await first.query('begin');
    const { rows } = await first.query(NEXT);
    expect(rows).toEqual([{ number: 1 }]);
    const waits = second.query(NEXT);
    for (let waiting = 0; waiting === 0;) {
      await first.query('select pg_stat_clear_snapshot()');
      const found = await first.query(
        "select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
      );
      waiting = found.rowCount ?? 0;
    }
    await first.query(end);
    expect((await waits).rows).toEqual([{ number: end === 'commit' ? 2 : 1 }]);
  },
);

it('are of a country and a year', async () => {
  await expect(
    clients[0]?.query("select next_number('application', 'rs; drop', 2031)"),
  ).rejects.toMatchObject({
    code: '22023',
  });
});
