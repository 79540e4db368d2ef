import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import pg from 'pg';
import { ApplicationLists } from '../../src/applications/data/application-lists.js';
import { ApplicationsRepository } from '../../src/applications/data/applications.repository.js';
import { DecisionsRepository } from '../../src/approvals/data/decisions.repository.js';
import { Calls } from '../../src/calls/public.js';
import { seed } from '../../src/cli/seed/seed.js';
import type { Ctx } from '../../src/platform/database/context.js';
import { isOvertaken } from '../../src/notifications/operations/overtaken.js';
import { Settings } from '../../src/platform/config/settings.js';
import { Database, systemContext } from '../../src/platform/database/database.js';
import { Worker } from '../../src/platform/outbox/worker.js';
import { Promises } from '../../src/promises/public.js';
import { ReadOverview } from '../../src/reporting/http/read-overview.js';
import { systemClock } from '../../src/shared/clock.js';
import type { Id } from '../../src/shared/ids.js';
import type { RequestContext } from '../../src/shared/request-context.js';
import { searchKey } from '../../src/shared/transliteration.js';
import { actingAs } from '../factories/acting.js';
import { programmeToSeed } from '../factories/seeded-programme.js';
import type { ProgrammeToSeed } from '../factories/seeded-programme.js';

/**
 * How PostgreSQL answers what is asked most: each statement as the code sent it, by whoever asks, through the walls, in a
 * database of which a look at every row is far dearer than an index.
 */

const APPLICATIONS = 6000;
const PAGE = 50;
/** What may be read, of any table, for one page: walls and filters leave some rows out. */
const MOST_READ = 20 * PAGE;
/** Tables that grow with the programme; of others there is never more than some hundred rows. */
const BIG = [
  'applications',
  'application_sections',
  'application_choices',
  'application_submissions',
  'nominations',
  'decisions',
  'decision_sides',
  'uploads',
  'consents',
  'transfers',
  'audit_entries',
  'outbox_events',
  'persons',
  'promise_clocks',
  'issued_documents',
  'calls',
  'web_sessions',
  'gates',
  'commission_items',
  'decision_conditions',
  'mobilities',
  'mobility_certificates',
  'promise_counts',
  'ledger_accounts',
  'ledger_days',
];

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows'?: number;
  readonly 'Actual Loops'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly Plans?: readonly Plan[];
}
interface Asked {
  readonly text: string;
  readonly values: readonly unknown[];
  readonly forAllValues: boolean;
}

let programme: ProgrammeToSeed;
let app: INestApplicationContext;
let owner: pg.Client;
let officer: RequestContext;
let coordinator: RequestContext;
let host: RequestContext;
let applicant: RequestContext;
let name: string;
let latinName: string;
let nameAtInstitution: string;
let callId: Id;
let submissionOf: Id;

beforeAll(async () => {
  programme = await programmeToSeed();
  ({ app, owner } = programme);
  await seed(app, owner, {
    applications: APPLICATIONS,
    drafts: 0,
    seed: 3,
    large: true,
    progress: () => undefined,
  });
  await owner.query(
    `insert into web_sessions (sid, sess, expire, last_used_at)
     select md5(n::text), jsonb_build_object('signedIn', jsonb_build_object('personId', gen_random_uuid())), now() + interval '1 hour', now() from generate_series(1, 5000) n`,
  );
  await app.get(Database).transaction(systemContext(systemClock), (ctx) => app.get(Promises).count(ctx));
  // Years of what is over.
  await owner.query(`set session_replication_role = 'replica'`);
  await copies(
    'calls',
    "state = 'final_published'",
    `'slug', c.slug || n, 'closes_at', c.closes_at - n * interval '1 minute'`,
  );
  await copies('gates', "state <> 'pending'", `'subject_id', gen_random_uuid()`);
  await copies('decision_conditions', `country = 'RS'`, `'decision_id', gen_random_uuid()`);
  await copies(
    'commission_items',
    'true',
    `'decision_id', null, 'kind', 'matter', 'state', case when n % 10 = 0 then 'tabled' else 'decided' end`,
  );
  await owner.query(
    `insert into mobilities (id, application_id, call_id, participant_id, agreement_id, category, academic_year, home_country,
       host_country, home_institution_id, host_institution_id, freemover, state, state_since, planned_from, planned_until,
       arrived_on, departed_on, months, funding, created_at)
     select gen_random_uuid(), gen_random_uuid(), a.call_id, a.applicant_id, c.agreement_id, c.category, c.academic_year, 'RS',
       'RU', a.home_institution_id, a.host_institution_id, false, case when n > 20 then 'departed' else 'ongoing' end, now(),
       '2020-09-01', '2021-01-31', '2020-09-01', case when n > 20 then date '2021-01-31' end, 5, '[]', now()
     from (select * from applications where host_institution_id is not null limit 1) a join calls c on c.id = a.call_id,
       generate_series(1, 3000) n`,
  );
  await owner.query(
    `insert into mobility_certificates (id, mobility_id, kind, certified_on, certified_at)
     select gen_random_uuid(), id, 'arrival', arrived_on, now() from mobilities
     where arrived_on is not null`,
  );
  await owner.query(
    `insert into promise_counts (office, country, institution_id, step, year, promised_days, taken_days, kept, count)
     select 'institution', 'RS', gen_random_uuid(), 'screening', 2020, 14, n % 30, true, 1 from generate_series(1, 5000) n`,
  );
  await owner.query(
    `with made as (insert into ledger_accounts (book, basis, home_country, host_country, agreement_id, academic_year, category,
         home_institution_id) overriding system value
       select 'received', 'happened', 'RS', 'RU', gen_random_uuid(), '2020/21', 'student', gen_random_uuid()
       from generate_series(1, 3000) returning id)
     insert into ledger_days select id, 'person', '2020-09-01', '2020-09-01', 1 from made`,
  );
  await owner.query('reset session_replication_role');
  await owner.query('vacuum analyze');
  const one = async (sql: string) => (await owner.query<{ id: Id }>(sql)).rows[0]?.id ?? '';
  officer = await actingAs(
    app,
    await one(`select person_id as id from role_grants where role = 'ministry_officer' and country = 'RS'`),
  );
  // Where most come from, and where most go to.
  const office = (column: string) =>
    one(`select g.person_id as id from role_grants g where g.role = 'coordinator' and g.institution_id = (
      select ${column} from applications where ${column} is not null and state in ('submitted', 'screening', 'eligible')
      group by 1 order by count(*) desc limit 1)`);
  coordinator = await actingAs(app, await office('home_institution_id'));
  host = await actingAs(app, await office('host_institution_id'));
  submissionOf = await one(
    `select id from applications where state = 'submitted' and home_country = 'RS' limit 1`,
  );
  applicant = await actingAs(
    app,
    await one(`select applicant_id as id from applications where id = '${submissionOf}'`),
  );
  callId = await one(`select call_id as id from applications where id = '${submissionOf}'`);
  const rarest = async (where: string) =>
    (
      await owner.query<{ family: string }>(
        `select native_family as family from persons join applications a on applicant_id = persons.id
         where number is not null and ${where} group by 1 order by count(*), 1 limit 1`,
      )
    ).rows[0]?.family ?? '';
  name = await rarest("a.home_country = 'RS'");
  latinName = await rarest("native_language = 'sr-Latn'");
  const [{ institutionId } = { institutionId: '' }] = coordinator.actor.grants;
  nameAtInstitution = await rarest(`a.home_institution_id = '${institutionId}'`);
}, 240_000);

afterAll(async () => {
  await programme.stop();
});

/** Many more rows like one that there is. */
async function copies(table: string, which: string, changed: string): Promise<void> {
  const { rows } = await owner.query<{ columns: string }>(
    `select string_agg(quote_ident(attname), ', ') as columns from pg_attribute
     where attrelid = '${table}'::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
  );
  const columns = rows[0]?.columns ?? '';
  await owner.query(
    `insert into ${table} (${columns}) select ${columns.replaceAll(/(^|, )/g, '$1made.')}
     from (select * from ${table} where ${which} limit 1) c, generate_series(1, 3000) n,
       jsonb_populate_record(null::${table}, to_jsonb(c) || jsonb_build_object('n', n, 'id', gen_random_uuid(), ${changed})) made`,
  );
}

/** Plans of everything that some work asks, caught where it goes to the driver, in the same transaction with the same actor. */
async function plansOf(request: RequestContext, work: (ctx: Ctx) => Promise<unknown>): Promise<Plan[]> {
  return app.get(Database).read(request, async (ctx) => {
    const { queryRunner } = ctx.tx;
    if (!queryRunner) throw new Error('no connection');
    const asked: Asked[] = [];
    const send = queryRunner.query.bind(queryRunner);
    queryRunner.query = ((...args: readonly [string | Asked, unknown[]?]) => {
      const [statement, values = []] = args;
      asked.push(
        typeof statement === 'string' ? { text: statement, values, forAllValues: false } : statement,
      );
      return (send as (...all: readonly unknown[]) => unknown)(...args);
    }) as typeof queryRunner.query;
    await work(ctx);
    queryRunner.query = send;
    const plans: Plan[] = [];
    for (const { text, values, forAllValues } of asked.filter((each) =>
      /^\s*(select|with)/i.test(each.text),
    )) {
      // As it is planned when it comes often: for all values at once.
      if (forAllValues) await ctx.tx.query("set local plan_cache_mode = 'force_generic_plan'");
      const rows = await ctx.tx.query<{ 'QUERY PLAN': [{ Plan: Plan }] }[]>(
        `explain (analyze, format json, timing off, summary off) ${text}`,
        [...values],
      );
      await ctx.tx.query("set local plan_cache_mode = 'auto'");
      plans.push(...rows.map((row) => row['QUERY PLAN'][0].Plan));
    }
    expect(plans).not.toHaveLength(0);
    return plans;
  });
}

function nodes(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodes)];
}

/** So many rows came by a node, those included that it left out. */
function read(node: Plan): number {
  const each =
    (node['Actual Rows'] ?? 0) +
    (node['Rows Removed by Filter'] ?? 0) +
    (node['Rows Removed by Index Recheck'] ?? 0);
  return each * (node['Actual Loops'] ?? 1);
}

/** What a million applications would make slow; empty where nothing would. */
function faults(plans: readonly Plan[], most = MOST_READ): string[] {
  return plans.flatMap(nodes).flatMap((node) => {
    const kind = node['Node Type'];
    const table = node['Relation Name'] ?? '';
    const found: string[] = [];
    if (kind === 'Seq Scan' && BIG.includes(table) && node['Actual Loops'] !== 0)
      found.push(`all of ${table}`);
    if (BIG.includes(table) && read(node) > most) found.push(`${read(node)} of ${table}`);
    if (/Sort/.test(kind) && Math.max(...(node.Plans ?? []).map(read), 0) > most)
      found.push(`sorts ${node.Plans?.map(read).join()}`);
    return found;
  });
}

function indexesIn(plans: readonly Plan[]): (string | undefined)[] {
  return plans.flatMap(nodes).map((node) => node['Index Name']);
}

const repository = () => app.get(ApplicationsRepository);
const lists = () => app.get(ApplicationLists);
const far = {
  stateSince: new Date(Date.now() - 30 * 86_400_000),
  id: '00000000-0000-7000-8000-000000000000' as Id,
};

/** What is asked most, by whom, and the indexes of which one is to answer it. */
const HOT: Readonly<Record<string, readonly [() => RequestContext, (ctx: Ctx) => Promise<unknown>, RegExp]>> =
  {
    'the worklist of a ministry': [
      () => officer,
      (ctx) => lists().lines(ctx, { limit: PAGE }),
      /^applications_(waiting|in_state)$/,
    ],
    'a further page of it, by state': [
      () => officer,
      (ctx) => lists().lines(ctx, { states: ['eligible'], after: far, limit: PAGE }),
      /^applications_in_state$/,
    ],
    'a call in it': [
      () => officer,
      (ctx) => lists().lines(ctx, { callId, limit: PAGE }),
      /^applications_by_(call_waiting|form)$/,
    ],
    'the worklist of a home institution': [
      () => coordinator,
      (ctx) => lists().lines(ctx, { states: ['submitted'], limit: PAGE }),
      /^applications_(in_state|by_home)/,
    ],
    'what the home institution has to check': [
      () => coordinator,
      (ctx) => lists().list(ctx, { waits: ['home'], limit: PAGE }),
      /^applications_(in_state|by_home|waiting)/,
    ],
    'what the host has to answer': [
      () => host,
      (ctx) => lists().list(ctx, { waits: ['host'], limit: PAGE }),
      /^(applications|nominations)_/,
    ],
    'a name in Cyrillic': [
      () => officer,
      (ctx) => lists().lines(ctx, { searchKey: searchKey(name), limit: PAGE }),
      /^applications_pkey$/,
    ],
    'a name in Latin letters': [
      () => officer,
      (ctx) => lists().lines(ctx, { searchKey: searchKey(latinName), limit: PAGE }),
      /^applications_pkey$/,
    ],
    'a name at an institution': [
      () => coordinator,
      (ctx) => lists().list(ctx, { searchKey: searchKey(nameAtInstitution), limit: PAGE }),
      /^applications_pkey$/,
    ],
    'an applicant’s own': [() => applicant, (ctx) => repository().mine(ctx), /^applications_by_applicant$/],
    'whether they applied already': [
      () => applicant,
      (ctx) => repository().mineFor(ctx, callId),
      /^applications_by_applicant$/,
    ],
    'one application': [
      () => applicant,
      (ctx) => repository().find(ctx, submissionOf),
      /^applications_pkey$/,
    ],
    'what waits for a decision': [
      () => officer,
      (ctx) => app.get(DecisionsRepository).list(ctx, { tab: 'waiting', limit: 10 }),
      /^decision_sides_waiting$/,
    ],
    'the catalogue': [
      () => applicant,
      (ctx) => app.get(Calls).list(ctx, { limit: PAGE, order: 'latest' }),
      /^calls_by_(closing|state)$/,
    ],
  };

describe('what is asked most is answered by an index, in its order', () => {
  it.each(Object.keys(HOT))('%s', async (question) => {
    const [who, ask, index] = HOT[question] ?? [];
    if (!who || !ask || !index) throw new Error('no question');
    const plans = await plansOf(who(), ask);
    expect(faults(plans)).toEqual([]);
    expect(indexesIn(plans)).toContainEqual(expect.stringMatching(index));
  });
});

describe('the overview of a ministry', () => {
  const asked = () => plansOf(officer, (ctx) => app.get(ReadOverview).view(ctx));
  /** Of what waits each is looked at, and of nothing else. */
  const waits = async () => {
    const { rows } = await owner.query<{ open: number }>(
      'select count(*)::integer as open from promise_clocks where ended_at is null',
    );
    return Math.max(MOST_READ, rows[0]?.open ?? 0);
  };

  it('costs by what waits and what is shown, however much there was', async () => {
    const plans = await asked();
    expect(faults(plans, await waits())).toEqual([]);
    const indexes = indexesIn(plans);
    for (const index of [
      /^promise_clocks_longest$/,
      /^promise_clocks_next$/,
      /^gates_waiting$/,
      /^commission_items_waiting$/,
      /^mobilities_present$/,
    ])
      expect(indexes).toContainEqual(expect.stringMatching(index));
  });

  it('asks in few statements, and each once', async () => {
    const texts: string[] = [];
    await app.get(Database).read(officer, async (ctx) => {
      const { queryRunner } = ctx.tx;
      if (!queryRunner) throw new Error('no connection');
      const send = queryRunner.query.bind(queryRunner);
      queryRunner.query = ((...args: readonly [string | Asked, unknown[]?]) => {
        texts.push(typeof args[0] === 'string' ? args[0] : args[0].text);
        return (send as (...all: readonly unknown[]) => unknown)(...args);
      }) as typeof queryRunner.query;
      await app.get(ReadOverview).view(ctx);
      queryRunner.query = send;
    });
    const questions = texts.filter((text) => !text.includes('set_config'));
    expect(new Set(questions).size).toBe(questions.length);
    expect(questions.length).toBeLessThanOrEqual(16);
  });

  it('is found to be dear where its walls or sums are lost', async () => {
    await owner.query(
      'drop index commission_items_waiting, promise_clocks_longest, promise_clocks_next, mobilities_present, gates_waiting',
    );
    try {
      const found = faults(await asked(), await waits()).join();
      expect(found).toContain('all of mobilities');
      expect(found).toContain('of gates');
    } finally {
      await owner.query(LOST);
    }
  });
});

describe('a wall that looks for the one record to which a row belongs', () => {
  it.each([
    ['conditions of decisions', 'decision_conditions', `country = 'RS'`, 'decisions'],
    ['certificates of stays', 'mobility_certificates', `kind = 'arrival'`, 'mobilities'],
  ])('does not ask all of them: %s', async (_name, table, which, looked) => {
    const plans = await plansOf(officer, (ctx) => ctx.tx.query(`select * from ${table} where ${which}`));
    const looks = plans.flatMap(nodes).filter((node) => node['Relation Name'] === looked);
    expect(looks).not.toHaveLength(0);
    expect(looks.filter((node) => node['Node Type'] === 'Seq Scan')).toEqual([]);
  });

  it('lets entries of the record be read without a look at any decision', async () => {
    const plans = await plansOf(officer, (ctx) =>
      ctx.tx.query(
        `select id from audit_entries where subject_kind = 'decision' and subject_id = (select subject_id
           from audit_entries where subject_kind = 'decision' limit 1)`,
      ),
    );
    expect(plans.flatMap(nodes).map((node) => node['Relation Name'])).not.toContain('decisions');
  });
});

describe('what is asked with every page and every event', () => {
  /** Of the body of a function of the owner, which is not seen from outside, with these values for its parameters. */
  async function plansWithin(name: string, values: Readonly<Record<string, string>>): Promise<Plan[]> {
    const { rows } = await owner.query<{ body: string }>(
      'select prosrc as body from pg_proc where proname = $1',
      [name],
    );
    const body = Object.entries(values).reduce(
      (text, [parameter, value]) => text.replaceAll(new RegExp(`\\b${parameter}\\b`, 'g'), value),
      rows[0]?.body ?? '',
    );
    await owner.query('begin');
    try {
      await owner.query(`select set_config('most.person', $1, true)`, [officer.actor.personId]);
      const { rows: plans } = await owner.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
        `explain (analyze, format json, timing off, summary off) ${body}`,
      );
      return plans.map((row) => row['QUERY PLAN'][0].Plan);
    } finally {
      await owner.query('rollback');
    }
  }
  const id = `'c4ca4238a0b923820dcc509a6f75849b'`;

  it.each<[string, Record<string, string>, string]>([
    ['read_session', { id_hash: id }, 'web_sessions_pkey'],
    ['keep_session', { id_hash: id, data: `'{}'::jsonb`, ends_at: 'now()' }, 'web_sessions_pkey'],
    ['touch_session', { id_hash: id, ends_at: 'now()' }, 'web_sessions_pkey'],
    ['destroy_session', { id_hash: id }, 'web_sessions_pkey'],
    ['prune_sessions', {}, 'web_sessions_by_expiry'],
    ['own_sessions', { current_hash: id }, 'web_sessions_by_person'],
  ])('%s finds its session by an index', async (name, values, index) => {
    const plans = await plansWithin(name, values);
    expect(faults(plans)).toEqual([]);
    expect(indexesIn(plans)).toContain(index);
  });

  it('delivers an event by its id', async () => {
    const { rows } = await owner.query<{ id: string }>('select min(id)::text as id from outbox_events');
    const plans: Plan[] = [];
    const look = async (request: RequestContext, work: (ctx: Ctx) => Promise<unknown>) => {
      plans.push(...(await plansOf(request, work)));
    };
    // It answers nothing, so that nobody is told of the event.
    const worker = new Worker(app.get(Settings), { read: look } as unknown as Database);
    await worker['deliver'](rows[0]?.id ?? '');
    expect(faults(plans)).toEqual([]);
    expect(indexesIn(plans)).toEqual(['outbox_events_pkey']);
  });

  it('asks whether a reminder is overtaken by keys alone', async () => {
    const plans = await plansOf(systemContext(systemClock), (ctx) => isOvertaken(ctx, '1'));
    expect(faults(plans)).toEqual([]);
  });
});

/** The indexes of what waits, as they were. */
const LOST = `
  create index if not exists commission_items_waiting on commission_items (tabled_at, id)
    where state in ('tabled', 'postponed', 'discussed');
  create index if not exists promise_clocks_longest on promise_clocks (country, office, step,
    (case when institution_id is null then '00000000-0000-0000-0000-000000000000'::uuid else institution_id end), began_at) include (home_country, host_country)
    where ended_at is null;
  create index if not exists promise_clocks_next on promise_clocks (country, office, step,
    (case when institution_id is null then '00000000-0000-0000-0000-000000000000'::uuid else institution_id end), due_at) include (home_country, host_country)
    where ended_at is null;
  create index if not exists mobilities_present on mobilities (departed_on) where arrived_on is not null;
  create index if not exists gates_waiting on gates (country, due_at, id) where state = 'pending' and withdrawn_at is null`;

describe('inside of a search', () => {
  const institution = async () =>
    (
      await owner.query<{ id: Id }>(
        `select home_institution_id as id from applications where number is not null
         group by 1 order by count(*) desc limit 1`,
      )
    ).rows[0]?.id ?? '';
  /** Everybody's name of them all, at one institution. */
  const COMMON = `(select split_part(search_key, ' ', 4) from applications where number is not null
    group by 1 order by count(*) desc limit 1)`;

  /** What the function asks, told by the server itself while the function runs. */
  async function insideOf(
    pattern: string,
    institutions: readonly string[],
    countries: readonly string[],
  ): Promise<Plan[]> {
    const told: string[] = [];
    const tell = ({ message }: { message?: string | undefined }) => told.push(message ?? '');
    await owner.query(`load 'auto_explain'; set auto_explain.log_min_duration = 0; set auto_explain.log_analyze = on;
      set auto_explain.log_timing = off; set auto_explain.log_format = json;
      set auto_explain.log_nested_statements = on; set client_min_messages = log`);
    owner.on('notice', tell);
    try {
      await owner.query('select from applications_matching($1, $2, $3, null, null, 2001)', [
        pattern,
        institutions,
        countries,
      ]);
    } finally {
      owner.off('notice', tell);
      await owner.query('reset client_min_messages; set auto_explain.log_min_duration = -1');
    }
    const plans = told
      .filter((message) => message.includes('search_key'))
      .map((message) => (JSON.parse(message.slice(message.indexOf('{'))) as { Plan: Plan }).Plan);
    expect(plans).toHaveLength(1);
    return plans;
  }

  it.each([
    ['in Cyrillic', () => name],
    ['in Latin letters', () => latinName],
  ])('a name %s is found by its trigrams', async (_, called) => {
    const plans = await insideOf(`%${searchKey(called())}%`, [], ['RS']);
    expect(faults(plans)).toEqual([]);
    expect(indexesIn(plans)).toContain('applications_search');
  });

  it('of a name that many bear only those at the institution are looked at', async () => {
    const { rows } = await owner.query<{ name: string; all: number; near: number }>(
      `select ${COMMON} as name, count(*)::integer as all,
         count(*) filter (where $1::uuid in (home_institution_id, host_institution_id))::integer as near
       from applications where search_key like '%' || ${COMMON} || '%'`,
      [await institution()],
    );
    const { name: common = '', all = 0, near = 0 } = rows[0] ?? {};
    expect(near).toBeGreaterThan(0);
    expect(near).toBeLessThan(all / 4);
    const plans = await insideOf(`%${common}%`, [await institution()], []);
    const looked = plans
      .flatMap(nodes)
      .filter((node) => node['Relation Name'] === 'applications')
      .map(read);
    expect(looked.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(2 * near);
  });
});

describe('the pages of a search', () => {
  it.each([
    ['everything', undefined],
    ['few of what is found', ['submitted']],
    ['other few', ['final', 'returned']],
  ] as const)('are together all of it: %s', async (_, states) => {
    const [{ institutionId } = { institutionId: null }] = coordinator.actor.grants;
    const { rows: common } = await owner.query<{ key: string }>(
      `select left(split_part(search_key, ' ', 4), 3) as key from applications
       where number is not null and home_institution_id = $1 group by 1 order by count(*) desc limit 1`,
      [institutionId],
    );
    const key = common[0]?.key ?? '';
    const { rows } = await owner.query<{ id: Id }>(
      `select id from applications where search_key like '%' || $2 || '%'
         and (number is not null and home_institution_id = $1 or transferred_at is not null and host_institution_id = $1)
         and ($3::text[] is null or state = any ($3)) order by state_since, id`,
      [institutionId, key, states ?? null],
    );
    expect(rows.length).toBeGreaterThan(0);
    const listed: Id[] = [];
    await app.get(Database).read(coordinator, async (ctx) => {
      const filter = { searchKey: key, limit: 3, ...(states ? { states } : {}) };
      for (let page = await lists().lines(ctx, filter); page.length > 0;) {
        listed.push(...page.map(({ id }) => id));
        const last = page.at(-1);
        page = last ? await lists().lines(ctx, { ...filter, after: last }) : [];
      }
    });
    expect(listed).toEqual(rows.map(({ id }) => id));
  });
});

describe('an index that is lost', () => {
  it.each([
    [
      'a further page of it, by state',
      ['applications_in_state', 'applications_waiting', 'applications_by_home_waiting'],
    ],
    ['an applicant’s own', ['applications_by_applicant']],
    ['what waits for a decision', ['decision_sides_waiting', 'decision_sides_by_country']],
  ])('is missed: %s', async (question, names) => {
    const [who, ask, index] = HOT[question] ?? [];
    if (!who || !ask || !index) throw new Error('no question');
    const { rows } = await owner.query<{ name: string; definition: string }>(
      'select indexname as name, indexdef as definition from pg_indexes where indexname = any ($1)',
      [names],
    );
    for (const each of rows) await owner.query(`drop index ${each.name}`);
    try {
      expect(indexesIn(await plansOf(who(), ask))).not.toContainEqual(expect.stringMatching(index));
    } finally {
      for (const each of rows) await owner.query(each.definition);
    }
  });
});
