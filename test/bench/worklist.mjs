import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import pg from 'pg';

const CONCURRENCY = 32;
const PAGE = 50;
const ACCOUNT = 'coordinator@bg.rs.demo';
/** Each may ask 600 times a minute; together they outlast what any machine answers in all rounds. */
const READERS = 200;

/** The first page of a coordinator's worklist, filtered and sorted: over HTTP, and its keyset query by the bare driver. */
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
  const readers = Array.from({ length: READERS }, (_, place) => `bench-reader-${place}`);
  await owner.query(
    `with person as (
       insert into persons (id, country, native_family, native_given, native_language, email, language, created_at)
       select gen_random_uuid(), $3, 'Reader', subject, 'en', subject || '@bench.invalid', 'en', now()
       from unnest($2::text[]) subject returning id, native_given as subject),
     identity as (
       insert into identities (issuer, subject, person_id, provider_key, created_at, last_sign_in_at)
       select $1, subject, id, $4, now(), now() from person returning person_id)
     insert into role_grants (id, person_id, role, institution_id, reason, valid_from)
     select gen_random_uuid(), person_id, 'coordinator', $5, 'bench', now() - interval '1 day' from identity`,
    [issuer, readers, country, account.provider, institution],
  );
  const scope = [institution];
  const tokens = await Promise.all(
    readers.map((subject) => demo.issueDemoToken({ ...account, subject }, { issuer, dataDir })),
  );

  // Without the worker: what it does beside would be measured as ours.
  const most = await startMost({ ...settings, ROLE: 'web' });
  const stop = () => most.stop();
  ends.push(stop);
  const url = `http://127.0.0.1:${port}/api/v1/applications?scope=office&state=${state}&limit=${PAGE}`;

  const pool = new pg.Pool({ connectionString: postgres.ownerUrl, max: CONCURRENCY });

  // PostgreSQL may end before the pool does.

  pool.on('error', () => undefined);
  ends.push(() => pool.end());
  const query = () =>
    pool.query({
      name: 'bench_worklist',
      text: `select * from applications where (number is not null and home_institution_id = any ($1::uuid[])
          or transferred_at is not null and host_institution_id = any ($1::uuid[])) and state = $2
        order by state_since, id limit ${PAGE + 1}`,
      values: [scope, state],
    });

  const answer = await fetch(url, { headers: { authorization: `Bearer ${tokens[0]}` } });
  if (answer.status !== 200) throw new Error(`the worklist answers ${answer.status}: ${await answer.text()}`);
  const ours = (await answer.json()).items.map(({ id }) => id);
  const theirs = (await query()).rows.slice(0, PAGE).map(({ id }) => id);
  if (ours.length !== PAGE || ours.join() !== theirs.join())
    throw new Error('page and query show different applications');

  return {
    async limit() {
      await queriesFor(sizes.warmUpSeconds, query);
      return queriesFor(sizes.seconds, query);
    },
    async ours() {
      await requestsFor(root, sizes.warmUpSeconds, url, tokens);
      return requestsFor(root, sizes.seconds, url, tokens);
    },
    async stop() {
      ends.splice(ends.indexOf(stop), 1);
      await stop();
    },
  };
}

async function queriesFor(seconds, query) {
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

/** Answers a second under load. Any answer but a page is a failure. */
async function requestsFor(root, seconds, url, tokens) {
  const child = spawn(process.execPath, [join(root, 'test/bench/load.mjs')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(JSON.stringify({ url, tokens, connections: CONCURRENCY, seconds }));
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  await once(child, 'close');
  const result = JSON.parse(output);
  if (result.errors > 0 || result.non2xx > 0) {
    throw new Error(`${result.errors} errors and ${result.non2xx} refusals under load`);
  }
  return result['2xx'] / result.duration;
}
