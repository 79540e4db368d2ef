import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import pg from 'pg';

const CONCURRENCY = 32;
const PAGE = 50;
const ACCOUNT = 'coordinator@bg.rs.demo';

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
    `select home_institution_id as id, state, count(*)::integer as count from applications where number is not null
     group by 1, 2 order by 3 desc limit 1`,
  );
  const [largest] = rows;
  if (!largest || largest.count <= PAGE) throw new Error('no institution has a full page of applications');
  const { id: institution, state } = largest;

  const account = demo.demoAccount(ACCOUNT);
  const issuer = demo.demoIssuer(account.provider, port + 1);
  await owner.query(
    `insert into role_grants (id, person_id, role, institution_id, reason, valid_from)
     select gen_random_uuid(), person_id, 'coordinator', $3, 'bench', now() - interval '1 day' from identities
     where issuer = $1 and subject = $2`,
    [issuer, account.subject, institution],
  );
  const { rows: granted } = await owner.query(
    `select g.institution_id as id from role_grants g join identities i on i.person_id = g.person_id
     where i.issuer = $1 and i.subject = $2 and g.role = 'coordinator'`,
    [issuer, account.subject],
  );
  const scope = granted.map(({ id }) => id);
  const token = await demo.issueDemoToken(account, { issuer, dataDir });

  // Without the worker: what it does beside would be measured as ours.
  const most = await startMost({ ...settings, ROLE: 'web' });
  const stop = () => most.stop();
  ends.push(stop);
  const url = `http://127.0.0.1:${port}/api/v1/applications?scope=office&state=${state}&limit=${PAGE}`;

  const pool = new pg.Pool({ connectionString: postgres.ownerUrl, max: CONCURRENCY });
  ends.push(() => pool.end());
  const query = () =>
    pool.query({
      name: 'bench_worklist',
      text: `select * from applications where (number is not null and home_institution_id = any ($1::uuid[])
          or transferred_at is not null and host_institution_id = any ($1::uuid[])) and state = $2
        order by state_since, id limit ${PAGE + 1}`,
      values: [scope, state],
    });

  const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
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
      await requestsFor(root, sizes.warmUpSeconds, url, token);
      return requestsFor(root, sizes.seconds, url, token);
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

/** Load from a process of its own, so that it does not share our thread. Any answer but a page is a failure. */
async function requestsFor(root, seconds, url, token) {
  const child = spawn(
    process.execPath,
    [
      join(root, 'node_modules/autocannon/autocannon.js'),
      ...['--json', '--no-progress', '-c', String(CONCURRENCY), '-d', String(seconds)],
      ...['-H', `authorization=Bearer ${token}`, url],
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  await once(child, 'close');
  const result = JSON.parse(output);
  if (result.errors > 0 || result.non2xx > 0) {
    throw new Error(`${result.errors} errors and ${result.non2xx} refusals under load`);
  }
  return result['2xx'] / result.duration;
}
