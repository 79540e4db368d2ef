import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import pg from 'pg';
import { ApplicationsRepository } from '../../src/applications/data/applications.repository.js';
import { DecisionsRepository } from '../../src/approvals/data/decisions.repository.js';
import { Calls } from '../../src/calls/public.js';
import { seed } from '../../src/cli/seed/seed.js';
import type { Ctx } from '../../src/platform/database/context.js';
import { Database } from '../../src/platform/database/database.js';
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
     select md5(n::text), '{}', now() + interval '1 hour', now() from generate_series(1, 5000) n`,
  );
  // Years of calls, as one of those that are over.
  await owner.query(`set session_replication_role = 'replica'`);
  const { rows: written } = await owner.query<{ columns: string }>(
    `select string_agg(quote_ident(attname), ', ') as columns from pg_attribute
     where attrelid = 'calls'::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
  );
  const columns = written[0]?.columns ?? '';
  await owner.query(
    `insert into calls (${columns}) select ${columns.replaceAll(/(^|, )/g, '$1made.')}
     from (select * from calls where state = 'final_published' limit 1) c, generate_series(1, 3000) n,
       jsonb_populate_record(null::calls, to_jsonb(c) || jsonb_build_object('id', gen_random_uuid(),
         'slug', c.slug || n, 'closes_at', c.closes_at - n * interval '1 minute')) made`,
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
const far = {
  stateSince: new Date(Date.now() - 30 * 86_400_000),
  id: '00000000-0000-7000-8000-000000000000' as Id,
};

/** What is asked most, by whom, and the indexes of which one is to answer it. */
const HOT: Readonly<Record<string, readonly [() => RequestContext, (ctx: Ctx) => Promise<unknown>, RegExp]>> =
  {
    'the worklist of a ministry': [
      () => officer,
      (ctx) => repository().lines(ctx, { limit: PAGE }),
      /^applications_(waiting|in_state)$/,
    ],
    'a further page of it, by state': [
      () => officer,
      (ctx) => repository().lines(ctx, { states: ['eligible'], after: far, limit: PAGE }),
      /^applications_in_state$/,
    ],
    'a call in it': [
      () => officer,
      (ctx) => repository().lines(ctx, { callId, limit: PAGE }),
      /^applications_by_(call_waiting|form)$/,
    ],
    'the worklist of a home institution': [
      () => coordinator,
      (ctx) => repository().lines(ctx, { states: ['submitted'], limit: PAGE }),
      /^applications_(in_state|by_home)/,
    ],
    'what the home institution has to check': [
      () => coordinator,
      (ctx) => repository().list(ctx, { waits: ['home'], limit: PAGE }),
      /^applications_(in_state|by_home|waiting)/,
    ],
    'what the host has to answer': [
      () => host,
      (ctx) => repository().list(ctx, { waits: ['host'], limit: PAGE }),
      /^(applications|nominations)_/,
    ],
    'a name in Cyrillic': [
      () => officer,
      (ctx) => repository().lines(ctx, { searchKey: searchKey(name), limit: PAGE }),
      /^applications_pkey$/,
    ],
    'a name in Latin letters': [
      () => officer,
      (ctx) => repository().lines(ctx, { searchKey: searchKey(latinName), limit: PAGE }),
      /^applications_pkey$/,
    ],
    'a name at an institution': [
      () => coordinator,
      (ctx) => repository().list(ctx, { searchKey: searchKey(nameAtInstitution), limit: PAGE }),
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
      for (let page = await repository().lines(ctx, filter); page.length > 0;) {
        listed.push(...page.map(({ id }) => id));
        const last = page.at(-1);
        page = last ? await repository().lines(ctx, { ...filter, after: last }) : [];
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
