import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import pg from 'pg';
import { costOf } from './cost.mjs';

const CONCURRENCY = 32;
const MOST_DECISIONS = 400;
/** Each may ask 600 times a minute. */
const OFFICERS = 40;

/** The same rows by one function, without anybody's rights. */
const LIMIT = `
  create or replace function bench_decide(decided uuid, of_country text, by_person uuid, request text)
    returns text language plpgsql as $$
  declare d decisions; s decision_sides;
  begin
    select * into d from decisions where id = decided for update;
    select * into s from decision_sides where decision_id = decided and country = of_country;
    update decision_sides set state = 'approved', state_since = now(), decided_by = by_person
      where decision_id = decided and country = of_country;
    insert into audit_entries (at, actor_kind, actor_id, action, subject_kind, subject_id, data, request_id, role)
      values (now(), 'person', by_person, 'decision.approved', 'decision', decided::text,
        jsonb_build_object('country', of_country, 'subjectKind', d.subject_kind, 'subjectId', d.subject_id, 'reasonCode', null),
        request, 'ministry_officer');
    perform emit_event(now(), 'decision.side_decided', 'decision', decided::text,
      jsonb_build_object('subjectKind', d.subject_kind, 'subjectId', d.subject_id, 'country', of_country, 'side', s.side,
        'state', 'approved', 'conditions', 0), by_person, request);
    return 'open';
  end $$`;

/** Decisions of which the other country has said nothing yet: this country approves each, over HTTP and by the bare driver. */
export async function prepareDecide({ root, owner, postgres, port, dataDir, settings, startMost, ends }) {
  const demo = await import(join(root, 'dist/demo/public.js'));
  const { rows: countries } = await owner.query(
    `select d.home_country as country, count(*)::integer as count from decisions d
     where d.closed_at is null and d.withdrawn_at is null and not exists (select from decision_sides s
       where s.decision_id = d.id and (s.state <> 'pending' or s.delegate_id is not null))
     group by 1 order by 2 desc limit 1`,
  );
  const country = countries[0]?.country;
  const { rows: decisions } = await owner.query(
    `select d.id from decisions d
     where d.closed_at is null and d.withdrawn_at is null and d.home_country = $1 and not exists (
       select from decision_sides s where s.decision_id = d.id and (s.state <> 'pending' or s.delegate_id is not null))
     order by d.id limit ${MOST_DECISIONS}`,
    [country],
  );
  if (decisions.length < 30) throw new Error(`only ${decisions.length} decisions wait for both countries`);
  const ids = decisions.map(({ id }) => id);

  const account = demo.demoAccount(`ministry@${country.toLowerCase()}.demo`);
  const issuer = demo.demoIssuer(account.provider, port + 1);
  const subjects = Array.from({ length: OFFICERS }, (_, place) => `bench-officer-${place}`);
  const { rows: officers } = await owner.query(
    `with person as (
       insert into persons (id, country, native_family, native_given, native_language, email, language, created_at)
       select gen_random_uuid(), $3, 'Officer', subject, 'en', subject || '@bench.invalid', 'en', now()
       from unnest($2::text[]) subject returning id, native_given as subject),
     identity as (
       insert into identities (issuer, subject, person_id, provider_key, created_at, last_sign_in_at)
       select $1, subject, id, $4, now(), now() from person returning person_id)
     insert into role_grants (id, person_id, role, country, reason, valid_from)
     select gen_random_uuid(), person_id, 'ministry_officer', $3, 'bench', now() - interval '1 day' from identity
     returning person_id`,
    [issuer, subjects, country, account.provider],
  );
  const tokens = await Promise.all(
    subjects.map((subject) => demo.issueDemoToken({ ...account, subject }, { issuer, dataDir })),
  );
  await owner.query(LIMIT);

  const reset = async () => {
    await owner.query(
      "delete from audit_entries where action = 'decision.approved' and subject_id = any ($1)",
      [ids],
    );
    await owner.query(
      "delete from outbox_events where type = 'decision.side_decided' and subject_id = any ($1)",
      [ids],
    );
    await owner.query('delete from graphile_worker._private_jobs');
    await owner.query(
      `update decision_sides set state = 'pending', decided_by = null, held_by = null
       where decision_id = any ($1::uuid[]) and country = $2`,
      [ids, country],
    );
    await owner.query('checkpoint');
  };
  const arrived = async () => {
    const { rows } = await owner.query(
      `select (select count(*) from decision_sides where decision_id = any ($1::uuid[]) and country = $2 and state = 'approved'
           and decided_by is not null)::integer as sides,
         (select count(*) from audit_entries where action = 'decision.approved' and subject_id = any ($3))::integer as audit,
         (select count(*) from outbox_events where type = 'decision.side_decided' and subject_id = any ($3))::integer as events`,
      [ids, country, ids],
    );
    for (const [what, count] of Object.entries(rows[0])) {
      if (count !== ids.length) throw new Error(`${count} ${what} after ${ids.length} decisions`);
    }
  };

  const most = await startMost({ ...settings, ROLE: 'web' });
  const stop = () => most.stop();
  ends.push(stop);
  const pool = new pg.Pool({ connectionString: postgres.ownerUrl, max: CONCURRENCY });
  pool.on('error', () => undefined);
  const endPool = () => pool.end();
  ends.push(endPool);

  const byHttp = async () => {
    await reset();
    const child = spawn(process.execPath, [join(root, 'test/bench/post-once.mjs')], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const requests = ids.map((id, place) => ({
      path: `/api/v1/approvals/${id}/decision`,
      token: tokens[place % tokens.length],
      body: { country, verdict: 'approve' },
    }));
    child.stdin.end(JSON.stringify({ port, requests, connections: CONCURRENCY }));
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    await once(child, 'close');
    const { seconds, refused } = JSON.parse(output);
    if (Object.keys(refused).length > 0) throw new Error(`refused: ${JSON.stringify(refused)}`);
    await arrived();
    return ids.length / seconds;
  };
  const byDriver = async () => {
    await reset();
    const queue = [...ids];
    const began = performance.now();
    await Promise.all(
      Array.from({ length: CONCURRENCY }, async (_, worker) => {
        for (let id = queue.pop(); id; id = queue.pop()) {
          await pool.query({
            name: 'bench_decide',
            text: 'select bench_decide($1, $2, $3, $4)',
            values: [id, country, officers[worker % officers.length].person_id, 'bench'],
          });
        }
      }),
    );
    const seconds = (performance.now() - began) / 1000;
    await arrived();
    return ids.length / seconds;
  };
  await byHttp();
  await byDriver();
  return {
    limit: byDriver,
    ours: byHttp,
    async cost() {
      const before = await most.cost();
      await byHttp();
      return costOf(before, await most.cost(), ids.length);
    },
    async stop() {
      // PostgreSQL has connections for one figure at a time.
      for (const end of [endPool, stop]) {
        ends.splice(ends.indexOf(end), 1);
        await end();
      }
    },
  };
}
