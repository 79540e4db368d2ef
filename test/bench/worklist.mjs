import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import pg from 'pg';
import { costOf } from './cost.mjs';
import { addOfficials, beginSessions } from './sign-in.mjs';

const CONCURRENCY = 32;
const PAGE = 50;
const ACCOUNT = 'coordinator@bg.rs.demo';
/** Each may ask 600 times a minute; together they outlast what any machine answers in all rounds. */
const READERS = 200;
let prepared = 0;

/**
 * Pages of lists over HTTP, and what each asks of the database by the bare driver: the first page of a coordinator's
 * worklist, filtered and sorted; their search by a name; the public catalogue of calls.
 */
export async function prepareWorklist({
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
  const { rows } = await owner.query(
    `select home_institution_id as id, home_country as country, state, count(*)::integer as count from applications
     where number is not null group by 1, 2, 3 order by 4 desc limit 1`,
  );
  const [largest] = rows;
  if (!largest || largest.count <= PAGE) throw new Error('no institution has a full page of applications');
  const { id: institution, country, state } = largest;

  const account = demo.demoAccount(ACCOUNT);
  const issuer = demo.demoIssuer(account.provider, port + 1);
  prepared += 1;
  const readers = Array.from({ length: READERS }, (_, place) => `bench-reader-${prepared}-${place}`);
  const persons = await addOfficials(owner, {
    issuer,
    provider: account.provider,
    subjects: readers,
    country,
    role: 'coordinator',
    institution,
  });
  const scope = [institution];
  const tokens = await Promise.all(
    readers.map((subject) => demo.issueDemoToken({ ...account, subject }, { issuer, dataDir })),
  );

  // Without the worker: what it does beside would be measured as ours.
  const most = await startMost({ ...settings, ROLE: 'web' });
  const stop = () => most.stop();
  ends.push(stop);
  const cookies = await beginSessions(owner, { dataDir, provider: account.provider, persons });
  const byToken = tokens.map((token) => ({ authorization: `Bearer ${token}` }));
  const bySession = cookies.map((cookie) => ({ cookie }));
  const address = (path) => `http://127.0.0.1:${port}/api/v1/${path}`;
  const pool = new pg.Pool({ connectionString: postgres.ownerUrl, max: CONCURRENCY });
  // PostgreSQL may end before the pool does.
  pool.on('error', () => undefined);
  const endPool = () => pool.end();
  ends.push(endPool);

  const visible = `(number is not null and home_institution_id = any ($1::uuid[])
    or transferred_at is not null and host_institution_id = any ($1::uuid[]))`;
  const [{ name }] = (
    await owner.query(
      `select split_part(search_key, ' ', 4) as name from applications
       where number is not null and home_institution_id = $1 group by 1 order by count(*) desc limit 1 offset 20`,
      [institution],
    )
  ).rows;
  const figures = {
    worklist: {
      url: address(`applications?scope=office&state=${state}&limit=${PAGE}`),
      query: {
        name: 'bench_worklist',
        text: `select * from applications where ${visible} and state = $2
          order by state_since, id limit ${PAGE + 1}`,
        values: [scope, state],
      },
    },
    // A page takes so long that a short run would end before it has many of them.
    html: {
      seconds: Math.max(sizes.seconds, 5),
      url: `http://127.0.0.1:${port}/applications?waits=all&state=${state}&lang=sr-Cyrl`,
      readers: bySession,
      query: null,
    },
    search: {
      url: address(`applications?scope=office&limit=${PAGE}&q=${encodeURIComponent(name)}`),
      query: {
        name: 'bench_search',
        // Found first and ordered then: else PostgreSQL reads the whole list in its order where it takes a name for frequent.
        text: `with found as materialized (select * from applications where ${visible} and search_key like $2)
          select * from found order by state_since, id limit ${PAGE + 1}`,
        values: [scope, `%${name}%`],
      },
    },
    catalogue: {
      url: address('calls?limit=20'),
      query: {
        name: 'bench_catalogue',
        text: `select * from calls where state = 'published' and opens_at <= now() and closes_at > now()
          order by closes_at, id limit 21`,
        values: [],
      },
    },
  };
  // The same list, and so the same query.
  figures.html.query = figures.worklist.query;
  for (const [figure, { url, query, readers: who = byToken }] of Object.entries(figures)) {
    const answer = await fetch(url, { headers: who[0], redirect: 'manual' });
    if (answer.status !== 200)
      throw new Error(`the ${figure} answers ${answer.status}: ${await answer.text()}`);
    if (figure === 'catalogue') continue;
    if (figure === 'html') {
      const lines = (await answer.text()).split('<tr data-worklist-row').length - 1;
      if (lines !== PAGE) throw new Error(`the page has ${lines} lines`);
      continue;
    }
    const ours = (await answer.json()).items.map(({ id }) => id);
    const theirs = (await pool.query(query)).rows.slice(0, PAGE).map(({ id }) => id);
    if (ours.length === 0 || ours.join() !== theirs.join())
      throw new Error(`page and query of the ${figure} show different applications`);
  }

  const measured = ({ url, query, readers: who = byToken, seconds = sizes.seconds }) => ({
    async limit() {
      await queriesFor(sizes.warmUpSeconds, () => pool.query(query));
      return queriesFor(sizes.seconds, () => pool.query(query));
    },
    async ours() {
      await requestsFor(root, sizes.warmUpSeconds, url, who);
      return (await requestsFor(root, seconds, url, who)).rate;
    },
    async cost() {
      const before = await most.cost();
      const { answers } = await requestsFor(root, seconds, url, who);
      return costOf(before, await most.cost(), answers);
    },
  });
  return {
    ...measured(figures.worklist),
    html: measured(figures.html),
    search: measured(figures.search),
    catalogue: measured(figures.catalogue),
    async stop() {
      // PostgreSQL has connections for one figure at a time.
      for (const end of [endPool, stop]) {
        ends.splice(ends.indexOf(end), 1);
        await end();
      }
    },
  };
}

export async function queriesFor(seconds, query) {
  const until = performance.now() + seconds * 1000;
  const began = performance.now();
  let done = 0;
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      while (performance.now() < until) {
        await query();
        done += 1;
      }
    }),
  );
  return (done * 1000) / (performance.now() - began);
}

/** Answers, and how many a second, under load. Any answer but a page is a failure. */
export async function requestsFor(root, seconds, url, readers, connections = CONCURRENCY) {
  const child = spawn(process.execPath, [join(root, 'test/bench/load.mjs')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(JSON.stringify({ url, readers, connections, seconds }));
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  await once(child, 'close');
  const result = JSON.parse(output);
  if (result.errors > 0 || result.non2xx > 0) {
    throw new Error(`${result.errors} errors and ${result.non2xx} refusals under load`);
  }
  return { rate: result['2xx'] / result.duration, answers: result['2xx'] };
}
