import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DOORS_OF_A_SUBMISSION } from '../../src/applications/data/doors-of-a-submission.js';
import { EditApplication } from '../../src/applications/operations/edit-application.js';
import { ApplicationFiles, StartApplication, SubmitApplication } from '../../src/applications/public.js';
import type { Ctx } from '../../src/platform/database/context.js';
import { Database, later, systemContext, withSystemRights } from '../../src/platform/database/database.js';
import { Gathering } from '../../src/platform/database/gathering.js';
import { askedAsOne } from '../../src/platform/database/prepared.js';
import { SettableClock } from '../../src/shared/clock.js';
import { DomainError } from '../../src/shared/domain-error.js';
import { newId } from '../../src/shared/ids.js';
import type { RequestContext } from '../../src/shared/request-context.js';
import type { Draft, Drafts } from '../factories/drafts.js';
import type { World } from '../factories/world.js';
import type { HttpApp } from '../http/http-app.js';
import { startSubmissions } from './submissions-scene.js';
import type { SubmissionsScene } from './submissions-scene.js';

/** Acts of many people in one commit: each is what it would have been by itself, and none sees or harms another. */

const TOGETHER = 32;
const YEAR_MS = 365 * 86_400_000;
const clock = new SettableClock(new Date());

let http: HttpApp;
let database: Database;
let world: World;
let slug: string;
let drafts: Drafts;

let scene: SubmissionsScene;

beforeAll(async () => {
  scene = await startSubmissions(clock);
  ({ http, world, drafts, slug } = scene);
  database = http.app.get(Database);
}, 60_000);

afterAll(() => scene.stop());

const draft = () => drafts.draft(slug);
async function several(count: number): Promise<Draft[]> {
  const begun: Draft[] = [];
  for (let place = 0; place < count; place += 1) begun.push(await draft());
  return begun;
}

/** What an act with a fence asks is no business of a door: it goes among others, and alone in the way that everything goes. */
const fenced = (request: RequestContext): RequestContext => ({ ...request, fence: () => Promise.resolve() });

const submit = (request: RequestContext, id: string) => http.app.get(SubmitApplication).run(request, id);

async function rowsOf<Row extends object>(sql: string, values: readonly unknown[]): Promise<Row[]> {
  return (await http.owner.query<Row>(sql, [...values])).rows;
}

/** All that a submission leaves behind, without what is another one each time. */
async function traceOf({ id, request }: Draft) {
  const own = new Map([
    [id, 'application'],
    [request.actor.personId ?? '', 'person'],
  ]);
  const found = await rowsOf<Record<string, unknown>>(
    `select 'audit' as kind, action as what, actor_kind, actor_id::text, role, request_id,
       (data - 'number' - 'contentHash' - 'upload') as data from audit_entries where subject_id = $1
     union all select 'event', type, null, actor_id::text, null, request_id, payload - 'number' from outbox_events
       where subject_id = $1
     union all select 'job', task_identifier, null, null, null, null,
       jsonb_build_object('priority', j.priority, 'attempts', j.max_attempts, 'queue', j.queue_name) from graphile_worker.jobs j
       join graphile_worker._private_jobs p using (id) join outbox_events o on p.payload ->> 'eventId' = o.id::text
       where o.subject_id = $1
     union all select 'likeness', kind, null, null, null, null, null from application_likenesses where application_id::text = $1
     union all select 'submission', language, null, null, null, ordinal::text,
       jsonb_build_object('sections', jsonb_array_length(content -> 'sections'), 'choices', content -> 'choices')
       from application_submissions where application_id::text = $1
     union all select 'state', state, null, applicant_id::text, null, submissions::text,
       to_jsonb(a) - 'id' - 'number' - 'search_key' - 'applicant_id' - 'created_at' - 'state_since' - 'submitted_at' - 'due_at'
       from applications a where id::text = $1 order by 1, 2`,
    [id],
  );
  return found
    .map((row) => [...own].reduce((text, [value, name]) => text.replaceAll(value, name), JSON.stringify(row)))
    .toSorted();
}

async function reasonOf(act: Promise<unknown>): Promise<string> {
  try {
    await act;
    return 'done';
  } catch (error) {
    if (error instanceof DomainError) return `${error.code}: ${error.reason}`;
    throw error;
  }
}

const settings = (ctx: Ctx) =>
  ctx.tx.query<Record<string, string>[]>(
    `select ${SETTINGS.map((name) => `current_setting('most.${name}', true) as ${name}`).join(', ')}, current_user as login`,
  );
const SETTINGS = [
  ...['actor_kind', 'person', 'agent', 'home_institutions', 'host_institutions', 'home_units', 'host_units'],
  ...['officer_of', 'commission_of', 'administers', 'signs_for', 'reviews', 'panels', 'programme_roles'],
  ...[
    'acts_for',
    'home_keys',
    'host_keys',
    'assessment_keys',
    'supports',
    'tied_persons',
    'tied_institutions',
  ],
  ...['tied_applications', 'binds_authors', 'instant'],
];

describe('submissions at the same moment', () => {
  it.each([
    { way: 'in step', by: (request: RequestContext) => request },
    { way: 'one after the other', by: fenced },
  ])(
    'leave what each would have left alone, $way, and those that are refused nothing',
    async ({ by }) => {
      const [alone, blocked, late, stranger, ...others] = (await several(TOGETHER)) as [
        Draft,
        Draft,
        Draft,
        Draft,
        ...Draft[],
      ];
      // What is done in the instant in which it began changes less.
      clock.set(new Date());
      const receipt = await submit(fenced(alone.request), alone.id);
      await http.owner.query('delete from application_choices where application_id = $1', [blocked.id]);
      const tooLate = { ...late.request, clock: new SettableClock(new Date(Date.now() + YEAR_MS)) };
      const twice = others[0] as Draft;

      const receipts = others.map(({ request, id }) => submit(by(request), id));
      const refused = await Promise.all([
        reasonOf(submit(by(blocked.request), blocked.id)),
        reasonOf(submit(by(tooLate), late.id)),
        reasonOf(submit(by(stranger.request), late.id)),
      ]);
      const again = await submit(by(twice.request), twice.id);
      const had = await Promise.all(receipts);
      expect(refused).toEqual(['blocked: not_complete', 'too_late: call_closed', 'not_found: not_found']);
      expect(again).toEqual(had[0]);
      expect(new Set([receipt, ...had].map(({ number }) => number)).size).toBe(others.length + 1);

      const expected = await traceOf(alone);
      for (const [place, each] of others.entries()) {
        expect(await traceOf(each)).toEqual(expected);
        const rows = await rowsOf(
          'select number, content_hash from applications a join application_submissions s on s.application_id = a.id where a.id = $1',
          [each.id],
        );
        expect(rows).toEqual([{ number: had[place]?.number, content_hash: had[place]?.contentHash }]);
      }
      for (const { id } of [blocked, late, stranger]) {
        expect(
          await rowsOf(
            "select 1 from audit_entries where subject_id = $1 and action = 'application.submit'",
            [id],
          ),
        ).toEqual([]);
        expect(
          await rowsOf(
            "select 1 from outbox_events where subject_id = $1 and type = 'application.submitted'",
            [id],
          ),
        ).toEqual([]);
        expect(await rowsOf('select state, number from applications where id = $1', [id])).toEqual([
          { state: 'draft', number: null },
        ]);
      }
      const [{ commits = 0 } = {}] = await rowsOf<{ commits: number }>(
        `select count(distinct transaction_id)::integer as commits from audit_entries
       where action = 'application.submit' and subject_id = any ($1)`,
        [others.map(({ id }) => id)],
      );
      expect(commits).toBeLessThan(others.length / 2);
    },
    120_000,
  );
});

describe('what a submission reads', () => {
  it('is of the moment in which it had the lock, and what is read statement by statement', async () => {
    const { request, id } = await draft();
    const files = http.app.get(ApplicationFiles);
    const edit = http.app.get(EditApplication);
    const read = (ctx: Ctx) => Promise.all([files.parts(ctx, id), edit.asks(ctx, id)]);
    const [together, byItself] = await database.read(request, async (ctx) => [
      await askedAsOne(ctx, () => read(ctx)),
      await read(ctx),
    ]);
    expect(together).toEqual(byItself);
    expect(together[0].sections.size).toBeGreaterThan(0);
    expect(together[0].consents.length).toBeGreaterThan(0);
    expect(together[0].documents.versions.length).toBeGreaterThan(0);
    expect(together[1].places.size).toBe(1);
    const application = await database.read(request, (ctx) => files.load(ctx, id));
    expect(together[1]).toMatchObject({ call: application.call, form: application.wholeForm });

    await http.owner.query('begin');
    await http.owner.query('select 1 from applications where id = $1 for update', [id]);
    const submitted = submit(request, id);
    await new Promise((wait) => setTimeout(wait, 100));
    await http.owner.query('delete from application_choices where application_id = $1', [id]);
    await http.owner.query('commit');
    expect(await reasonOf(submitted)).toBe('blocked: not_complete');
  });
});

describe('acts that share a commit', () => {
  /** Holds every lane until all of the others wait. */
  async function amongOthers(
    acts: readonly (() => Promise<unknown>)[],
  ): Promise<PromiseSettledResult<unknown>[]> {
    const [open, opened] = gate();
    const holding = Array.from({ length: 4 }, () => database.gathered(systemContext(clock), () => opened));
    // Listened to from the start: one may fail before the others have let it through.
    const under = Promise.allSettled(acts.map((act) => act()));
    open();
    await Promise.all(holding);
    return under;
  }

  it('have each their own actor before the walls, whatever the one before did', async () => {
    const people = await Promise.all(Array.from({ length: 6 }, () => drafts.student()));
    for (const request of people) await http.app.get(StartApplication).run(request, slug);
    const look = async (ctx: Ctx) => ({
      settings: await settings(ctx),
      seen: await ctx.tx.query<{ person: string }[]>('select applicant_id as person from applications'),
      transaction: await ctx.tx.query<{ id: string }[]>('select pg_backend_pid()::text as id'),
    });
    const found = await amongOthers(
      people.map(
        (request, place) => () =>
          database.gathered(request, async (ctx) => {
            const seen = await look(ctx);
            if (place === 1) await withSystemRights(ctx, () => ctx.tx.query('select 1'));
            // Ends in the middle of a step with other rights, and by a refusal of the database.
            if (place === 2) await withSystemRights(ctx, () => Promise.reject(new DomainError('conflict')));
            if (place === 3) later(ctx, ctx.tx.query('select 1 / 0'));
            return seen;
          }),
      ),
    );
    expect(found.map(({ status }) => status)).toEqual([
      ...['fulfilled', 'fulfilled', 'rejected', 'rejected', 'fulfilled', 'fulfilled'],
    ]);
    const looks = found.map((each) =>
      each.status === 'fulfilled' ? (each.value as Awaited<ReturnType<typeof look>>) : null,
    );
    expect(new Set(looks.flatMap((each) => each?.transaction[0]?.id ?? [])).size).toBe(1);
    for (const [place, request] of people.entries()) {
      const seen = looks[place];
      if (!seen) continue;
      const byItself = await database.transaction(request, look);
      expect(seen.settings).toEqual(byItself.settings);
      expect(seen.seen).toEqual([{ person: request.actor.personId }]);
    }
  });

  it('are not asked anything in the name of the next by what still runs of a failed one', async () => {
    const [first, second] = [await drafts.student(), await drafts.student()];
    let stray: Promise<unknown> | undefined;
    const [open, opened] = gate();
    const found = await amongOthers([
      () =>
        database.gathered(first, (ctx) => {
          stray = opened.then(() => settings(ctx));
          stray.catch(() => undefined);
          return Promise.reject(new DomainError('conflict'));
        }),
      () =>
        database.gathered(second, async (ctx) => {
          open();
          await Promise.allSettled([stray]);
          return settings(ctx);
        }),
    ]);
    await expect(stray).rejects.toThrow(/released/);
    expect(found.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });

  it('are undone alone where only the end of one finds a fault', async () => {
    const callId = await world.publishedCall({ slug: `call-${newId()}` });
    const system = systemContext(clock);
    const note = (id: string) => () =>
      database.gathered(system, (ctx) =>
        ctx.tx.query(
          'insert into audit_entries (at, actor_kind, action, subject_kind, subject_id, data, request_id) values (now(), $1, $1, $1, $2, $3, $1)',
          ['system', id, {}],
        ),
      );
    const [before, after] = [newId(), newId()];
    const found = await amongOthers([
      note(before),
      () =>
        database.gathered(system, (ctx) =>
          ctx.tx.query('update calls set form_version = 999 where id = $1', [callId]),
        ),
      note(after),
    ]);
    expect(found.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    const kept = await rowsOf<{ id: string; transaction: string }>(
      'select subject_id as id, transaction_id::text as transaction from audit_entries where subject_id = any ($1) order by audit_entries.id',
      [[before, after]],
    );
    expect(kept.map(({ id }) => id)).toEqual([before, after]);
    expect(new Set(kept.map(({ transaction }) => transaction)).size).toBe(1);
    expect(await rowsOf('select form_version from calls where id = $1', [callId])).toEqual([
      { form_version: 1 },
    ]);
  });

  /** Two who submit, somebody who does this among them, and two more who submit: each of the four leaves what all leave. */
  async function amongFour(
    by: (request: RequestContext) => RequestContext,
    act: (request: RequestContext) => Promise<unknown>,
  ): Promise<readonly string[]> {
    const begun = await several(4);
    const somebody = await drafts.student();
    clock.set(new Date());
    const submits = begun.map((each) => () => submit(by(each.request), each.id));
    const all = [...submits.slice(0, 2), () => act(somebody), ...submits.slice(2)];
    const found = await amongOthers(all);
    const [first] = begun;
    const expected = first && (await traceOf(first));
    for (const each of begun) expect(await traceOf(each)).toEqual(expected);
    return found.map(({ status }) => status);
  }

  it('are there exactly once where the connection of one dies', async () => {
    const found = await amongFour(fenced, (request) =>
      database.gathered(request, (ctx) => ctx.tx.query('select pg_terminate_backend(pg_backend_pid())')),
    );
    expect(found).toEqual([...['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled']]);
  }, 30_000);

  it('are begun anew where the connection of those who go in step dies before the end', async () => {
    let ended = 0;
    const end = async () => {
      // The transaction may be on its way. Done again by itself it ends nothing: it asks nothing of its own.
      for (let tries = 0; ended === 0 && tries < 200; tries++) {
        const { rowCount } = await http.owner.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where query = 'start transaction' and datname = current_database()`,
        );
        ended = rowCount ?? 0;
      }
    };
    const found = await amongFour(
      (request) => request,
      (request) => database.gathered(request, end, DOORS_OF_A_SUBMISSION),
    );
    expect(ended).toBe(1);
    expect(found).toEqual(Array(5).fill('fulfilled'));
  }, 30_000);

  it('are refused alone where one is done to another version, or its call was taken over', async () => {
    const begun = await several(4);
    const [first, stale, taken, last] = begun as [Draft, Draft, Draft, Draft];
    /** Moves the record by an act that says from which version it does. */
    const move = ({ request, id }: Draft, from: number) =>
      database.gathered(
        {
          ...request,
          requireVersion: (version) => {
            if (version !== from) throw new DomainError('stale');
          },
        },
        async (ctx) => {
          const [row] = await ctx.tx.query<{ version: number }[]>(
            'select version from applications where id = $1 for update',
            [id],
          );
          await ctx.tx.query("update applications set closing_reason = 'moved' where id = $1", [id]);
          ctx.requireVersion?.(row?.version ?? 0);
        },
      );
    const versionOf = async (id: string) =>
      (await rowsOf<{ version: number }>('select version from applications where id = $1', [id]))[0]
        ?.version ?? 0;
    const fenced: string[] = [];
    const fence = (who: string) => async (query: (sql: string, values: unknown[]) => Promise<unknown>) => {
      await query('select $1::text', [who]);
      fenced.push(who);
      if (who === 'taken') throw new DomainError('conflict', { reason: 'taken_over' });
    };
    const versions = await Promise.all(begun.map(({ id }) => versionOf(id)));
    const found = await amongOthers([
      () => move(first, versions[0] ?? 0),
      () => move(stale, (versions[1] ?? 0) + 1),
      () => submit({ ...taken.request, fence: fence('taken') }, taken.id),
      () => submit({ ...last.request, fence: fence('last') }, last.id),
    ]);
    expect(
      found.map((each) => (each.status === 'rejected' ? (each.reason as DomainError).code : 'done')),
    ).toEqual([...['done', 'stale', 'conflict', 'done']]);
    expect(fenced).toEqual(['taken', 'last']);
    const left = await rowsOf(
      'select id, state, closing_reason as reason from applications where id = any ($1)',
      [begun.map(({ id }) => id)],
    );
    const expected = [
      { id: first.id, state: 'draft', reason: 'moved' },
      { id: stale.id, state: 'draft', reason: null },
      { id: taken.id, state: 'draft', reason: null },
      { id: last.id, state: 'submitted', reason: null },
    ];
    expect(left).toHaveLength(4);
    expect(left).toEqual(expect.arrayContaining(expected));
    // What was not done to the records is in the way of no check that the end of the file makes.
    await http.owner.query('update applications set closing_reason = null where id = $1', [first.id]);
  }, 30_000);

  it('wait for no lock that somebody outside has: who needs it goes by themselves', async () => {
    const [held, free] = [await draft(), await draft()];
    await http.owner.query('begin');
    await http.owner.query('select 1 from applications where id = $1 for update', [held.id]);
    let freeIsDone = false;
    const both = amongOthers([
      () => submit(held.request, held.id),
      () => submit(free.request, free.id).then(() => (freeIsDone = true)),
    ]);
    for (let tries = 0; !freeIsDone && tries < 100; tries++)
      await new Promise((wait) => setTimeout(wait, 50));
    expect(freeIsDone).toBe(true);
    await http.owner.query('commit');
    expect((await both).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
  }, 30_000);

  it('do not wait in step with whoever has to wait for a call that is being changed', async () => {
    const other = `call-${newId()}`;
    const callId = await world.publishedCall({ slug: other });
    const held = await drafts.draft(other);
    const free = await several(6);
    clock.set(new Date());
    await http.owner.query('begin');
    await http.owner.query('select 1 from calls where id = $1 for update', [callId]);
    let waits = true;
    let left = free.length;
    const all = amongOthers([
      () => submit(held.request, held.id).then(() => (waits = false)),
      ...free.map(
        ({ request, id }) =>
          () =>
            submit(request, id).then(() => (left -= 1)),
      ),
    ]);
    for (let tries = 0; left > 0 && tries < 100; tries++) await new Promise((wait) => setTimeout(wait, 50));
    expect([left, waits]).toEqual([0, true]);
    await http.owner.query('commit');
    expect((await all).map(({ status }) => status)).toEqual(Array(7).fill('fulfilled'));
    expect(await traceOf(held)).toHaveLength((await traceOf(free[0] as Draft)).length);
  }, 30_000);
});

describe('gathering', () => {
  it('lets through at once what comes alone, and gathers only what comes while all lanes are busy', async () => {
    const runs: string[][] = [];
    const ends: (() => void)[] = [];
    const gathering = new Gathering<string>(
      (acts) => {
        runs.push([...acts]);
        return new Promise((end) => ends.push(end));
      },
      1,
      2,
    );
    for (const act of ['a', 'b', 'c', 'd']) gathering.add(act);
    expect(runs).toEqual([['a']]);
    ends[0]?.();
    await new Promise(setImmediate);
    expect(runs).toEqual([['a'], ['b', 'c']]);
    ends[1]?.();
    await new Promise(setImmediate);
    expect(runs).toEqual([['a'], ['b', 'c'], ['d']]);
  });
});

function gate(): [open: () => void, opened: Promise<void>] {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((ready) => (open = ready));
  return [open, opened];
}
