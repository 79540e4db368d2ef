import { join } from 'node:path';
import pg from 'pg';
import { costOf } from './cost.mjs';
import { addOfficials, beginSessions } from './sign-in.mjs';
import { queriesFor, requestsFor } from './worklist.mjs';

const ACCOUNT = 'ministry@rs.demo';
const READERS = 32;
/** A page takes a good part of a second: more at once would only wait for each other, a shorter run would see none. */
const CONNECTIONS = 4;
const SECONDS = 8;
let prepared = 0;

/**
 * The ministry's overview over HTTP, and by the bare driver what it has of the rollup: the sums of each day of the ledger, by
 * year and direction. Before it is measured, the rollup is compared with a live count of the postings.
 */
export async function prepareOverview({
  root,
  owner,
  postgres,
  port,
  dataDir,
  settings,
  sizes,
  startMost,
  ends,
}) {
  const demo = await import(join(root, 'dist/demo/public.js'));
  const account = demo.demoAccount(ACCOUNT);
  const country = account.roles[0].country;
  const { rows: live } = await owner.query(
    `select account_id, unit, sum(amount)::text as amount from ledger_postings group by 1, 2 having sum(amount) <> 0 order by 1, 2`,
  );
  const { rows: rolled } = await owner.query(
    `select account_id, unit, sum(amount)::text as amount from ledger_days group by 1, 2 having sum(amount) <> 0 order by 1, 2`,
  );
  if (live.length === 0) throw new Error('nothing is in the ledger');
  if (JSON.stringify(live) !== JSON.stringify(rolled)) throw new Error('the rollup is not the live count');

  prepared += 1;
  const persons = await addOfficials(owner, {
    issuer: demo.demoIssuer(account.provider, port + 1),
    provider: account.provider,
    subjects: Array.from({ length: READERS }, (_, place) => `bench-overview-${prepared}-${place}`),
    country,
    role: 'ministry_officer',
  });
  const most = await startMost({ ...settings, ROLE: 'web' });
  const stop = () => most.stop();
  ends.push(stop);
  const cookies = await beginSessions(owner, { dataDir, provider: account.provider, persons });
  const readers = cookies.map((cookie) => ({ cookie }));
  const url = `http://127.0.0.1:${port}/overview?lang=sr-Cyrl`;
  const answer = await fetch(url, { headers: readers[0], redirect: 'manual' });
  if (answer.status !== 200) throw new Error(`the overview answers ${answer.status}: ${await answer.text()}`);

  const pool = new pg.Pool({ connectionString: postgres.ownerUrl, max: READERS });
  pool.on('error', () => undefined);
  const endPool = () => pool.end();
  ends.push(endPool);
  const query = {
    name: 'bench_overview',
    text: `select a.home_country, a.host_country, a.academic_year, a.basis, d.unit, sum(d.amount)::text as amount
      from ledger_accounts a join ledger_days d on d.account_id = a.id
      where a.book in ('received', 'cost') and (a.home_country = $1 or a.host_country = $1)
      group by 1, 2, 3, 4, 5 having sum(d.amount) <> 0 order by 3 desc, 1, 2, 5, 4`,
    values: [country],
  };
  return {
    async limit() {
      await queriesFor(sizes.warmUpSeconds, () => pool.query(query));
      return queriesFor(sizes.seconds, () => pool.query(query));
    },
    async ours() {
      await requestsFor(root, sizes.warmUpSeconds, url, readers, CONNECTIONS);
      return (await requestsFor(root, SECONDS, url, readers, CONNECTIONS)).rate;
    },
    async cost() {
      const before = await most.cost();
      const { answers } = await requestsFor(root, SECONDS, url, readers, CONNECTIONS);
      return costOf(before, await most.cost(), answers);
    },
    async stop() {
      for (const end of [endPool, stop]) {
        ends.splice(ends.indexOf(end), 1);
        await end();
      }
    },
  };
}
