import { randomBytes } from 'node:crypto';
import { costOf } from './cost.mjs';
import { costSoFar } from './count.mjs';
import { join } from 'node:path';
import pg from 'pg';

const MOST_DRAFTS = 300;
const MOST_AT_ONCE = 32;

/** The same rows by one function, without validation and without anybody's rights: what PostgreSQL itself can do. */
const LIMIT = `
  create or replace function bench_submit(
    application uuid, submission uuid, spoken text, body jsonb, hash text, key text, request text
  ) returns text language plpgsql as $$
  declare a applications; running text; year integer := extract(year from now());
  begin
    select * into a from applications where id = application for update;
    running := a.home_country || '-' || year || '-'
      || lpad(next_number('application', a.home_country, year)::text, 6, '0');
    insert into application_submissions (id, application_id, ordinal, at, language, form_version, content, content_hash)
      values (submission, application, a.submissions + 1, now(), spoken, a.form_version, body, hash);
    update applications set state = 'submitted', state_since = now(), number = running, submitted_at = now(),
      submissions = a.submissions + 1, due_at = now() + interval '10 days', search_key = key, version = a.version + 1
      where id = application;
    insert into audit_entries (at, actor_kind, actor_id, action, subject_kind, subject_id, data, request_id)
      values (now(), 'person', a.applicant_id, 'application.submit', 'application', application::text,
        jsonb_build_object('number', running, 'ordinal', 1, 'contentHash', hash, 'from', 'draft', 'to', 'submitted'), request);
    perform emit_event(now(), 'application.submitted', 'application', application::text,
      jsonb_build_object('callId', a.call_id, 'number', running), a.applicant_id, request);
    return running;
  end $$`;

/** Complete drafts that are submitted again and again: by the operation, and by the bare driver. */
export async function prepareSubmit({ root, owner, postgres, dataDir, port, ends }) {
  const from = (path) => import(join(root, 'dist', path));
  const { NestFactory } = await import('@nestjs/core');
  const { AppModule } = await from('app.module.js');
  const { SubmitApplication } = await from('applications/public.js');
  const { Settings } = await from('platform/config/settings.js');
  const { systemClock } = await from('shared/clock.js');
  const { newId } = await from('shared/ids.js');
  const storageKey = randomBytes(32);
  const settings = Settings.fromEnvironment({
    PORT: String(port),
    DATABASE_URL: postgres.appUrl,
    DATA_DIR: dataDir,
  }).with({ storageKey });
  const app = await NestFactory.createApplicationContext(
    AppModule.forRoot({ settings, storageKey, clock: systemClock }),
    { logger: false, abortOnError: false },
  );
  ends.push(() => app.close());
  const operation = app.get(SubmitApplication);
  const { Database } = await from('platform/database/database.js');
  const { gathering } = app.get(Database);
  /** Each in a commit of its own, or as many share one as production lets share. */
  const eachAlone = () => gathering.open(MOST_AT_ONCE);
  const asInProduction = () => gathering.open();

  const { rows: drafts } = await owner.query(
    `select a.id, a.applicant_id, a.language, a.due_at from applications a
     where a.state = 'draft' and a.due_at > now()
       and exists (select from application_choices c where c.application_id = a.id)
       and exists (select from persons p where p.id = a.applicant_id and p.email like '%@seed.invalid')
     order by a.id limit ${MOST_DRAFTS}`,
  );
  if (drafts.length < 20) throw new Error(`only ${drafts.length} complete drafts were seeded`);
  await owner.query(LIMIT);
  const ids = drafts.map(({ id }) => id);

  /** Counts what one submit must leave behind: frozen content, audit entry, event, and the application's own state. */
  const written = async () => {
    const { rows } = await owner.query(
      `select (select count(*) from application_submissions where application_id = any ($1))::integer as submissions,
         (select count(*) from audit_entries where action = 'application.submit' and subject_id = any ($2))::integer as audit,
         (select count(*) from outbox_events where type = 'application.submitted' and subject_id = any ($2))::integer as events,
         (select count(*) from applications where id = any ($1) and state = 'submitted' and number is not null)::integer as moved`,
      [ids, ids],
    );
    return rows[0];
  };
  const reset = async () => {
    await owner.query('delete from application_submissions where application_id = any ($1)', [ids]);
    await owner.query(
      "delete from audit_entries where action = 'application.submit' and subject_id = any ($1)",
      [ids],
    );
    await owner.query(
      "delete from outbox_events where type = 'application.submitted' and subject_id = any ($1)",
      [ids],
    );
    await owner.query('delete from graphile_worker._private_jobs');
    await owner.query(
      `update applications a set state = 'draft', number = null, submitted_at = null, submissions = 0, search_key = '',
         due_at = d.due_at from unnest($1::uuid[], $2::timestamptz[]) d (id, due_at) where a.id = d.id`,
      [ids, drafts.map(({ due_at }) => due_at)],
    );
    await owner.query('checkpoint');
  };
  let lastCost;
  const walPosition = async () => {
    const { rows } = await owner.query("select pg_current_wal_lsn() - '0/0'::pg_lsn as bytes");
    return Number(rows[0].bytes);
  };
  /** Submits all drafts by so many at once and answers submits per second; every one must have arrived whole. */
  const measured = async (concurrency, submit) => {
    await reset();
    const queue = [...drafts];
    const [wal, before] = [await walPosition(), costSoFar()];
    const began = performance.now();
    await Promise.all(
      Array.from({ length: concurrency }, async (_, worker) => {
        for (let draft = queue.pop(); draft; draft = queue.pop()) await submit(draft, worker);
      }),
    );
    const seconds = (performance.now() - began) / 1000;
    lastCost = {
      ...costOf(before, costSoFar(), drafts.length),
      walBytes: Math.round(((await walPosition()) - wal) / drafts.length),
    };
    for (const [what, count] of Object.entries(await written())) {
      if (count !== drafts.length) throw new Error(`${count} ${what} after ${drafts.length} submits`);
    }
    return drafts.length / seconds;
  };

  const byOperation = (draft) =>
    operation.run(
      {
        actor: {
          kind: 'person',
          personId: draft.applicant_id,
          name: null,
          grants: [],
          secondFactor: false,
          scopes: null,
        },
        language: draft.language,
        clock: systemClock,
        requestId: 'bench',
      },
      draft.id,
    );
  // Warms up, and gives the limit the very content that the operation writes.
  await measured(MOST_AT_ONCE, byOperation);
  const { rows: contents } = await owner.query(
    `select a.id, s.language, s.content, s.content_hash, a.search_key from applications a
     join application_submissions s on s.application_id = a.id where a.id = any ($1)`,
    [ids],
  );
  const contentOf = new Map(
    contents.map((row) => [row.id, { ...row, content: JSON.stringify(row.content) }]),
  );
  const clients = await Promise.all(
    Array.from({ length: MOST_AT_ONCE }, async () => {
      const client = new pg.Client({ connectionString: postgres.ownerUrl });
      await client.connect();
      ends.push(() => client.end());
      return client;
    }),
  );
  const byDriver = (draft, worker) => {
    const { language, content, content_hash, search_key } = contentOf.get(draft.id);
    return clients[worker].query({
      name: 'bench_submit',
      text: 'select bench_submit($1, $2, $3, $4, $5, $6, $7)',
      values: [draft.id, newId(), language, content, content_hash, search_key, 'bench'],
    });
  };
  await measured(MOST_AT_ONCE, byDriver);
  return {
    limit: (concurrency) => measured(concurrency, byDriver),
    async ours(concurrency) {
      eachAlone();
      return measured(concurrency, byOperation);
    },
    async deadline(concurrency) {
      asInProduction();
      return measured(concurrency, byOperation);
    },
    async costOfDeadline(concurrency) {
      asInProduction();
      await measured(concurrency, byOperation);
      return lastCost;
    },
    /** What one submit takes of this process, which does nothing else meanwhile, and writes to the log of PostgreSQL. */
    async cost(concurrency) {
      eachAlone();
      await measured(concurrency, byOperation);
      return lastCost;
    },
  };
}
