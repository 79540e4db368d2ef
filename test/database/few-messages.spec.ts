import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { ApplicationLists } from '../../src/applications/data/application-lists.js';
import { ApplicationsRepository } from '../../src/applications/data/applications.repository.js';
import type { ApplicationRow } from '../../src/applications/data/application.entity.js';
import type { Ctx } from '../../src/platform/database/context.js';
import {
  askWithSystemRights,
  Database,
  systemContext,
  withSystemRights,
} from '../../src/platform/database/database.js';
import { askedAsOne, readPrepared, rowsOf } from '../../src/platform/database/prepared.js';
import { KnownStatements, PreparingClient } from '../../src/platform/database/preparing-client.js';
import { NO_TIES } from '../../src/shared/actor.js';
import { SettableClock } from '../../src/shared/clock.js';
import { newId } from '../../src/shared/ids.js';
import type { RequestContext } from '../../src/shared/request-context.js';
import { exchangeModules } from '../factories/exchange-modules.js';
import { grantRow, insertRows, personRow } from '../factories/rows.js';
import type { WorklistRows } from '../factories/worklist-rows.js';
import { writeWorklist } from '../factories/worklist-rows.js';
import { buildWorld } from '../factories/world.js';
import { startHttpApp } from '../http/http-app.js';
import type { HttpApp } from '../http/http-app.js';

/** What goes to the database in few messages and by kept plans is the same as statement by statement, wall and all. */

const NOW = new Date('2027-03-10T12:00:00Z');
const clock = new SettableClock(NOW);
const LINES = 20;

let http: HttpApp;
let scratch: string;
let rows: WorklistRows;
let home: string;
let coordinator: RequestContext;

/** As the owner, to the same database. */
function ownUrl(): string {
  const { user, password, host, port, database } = http.owner;
  return `postgres://${user}:${encodeURIComponent(String(password))}@${host}:${port}/${database}`;
}

async function person(role: string, scope: Record<string, unknown>): Promise<RequestContext> {
  const id = newId();
  await insertRows(http.owner, 'persons', [personRow(id, 'RS', role)]);
  await insertRows(http.owner, 'role_grants', [grantRow(id, role, scope)]);
  const grants = [{ role: 'coordinator' as const, institutionId: home, country: null }];
  return {
    actor: {
      kind: 'person',
      personId: id,
      name: role,
      grants,
      secondFactor: true,
      scopes: null,
      ties: NO_TIES,
    },
    language: 'en',
    clock,
    requestId: 'test',
  };
}

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'most-few-'));
  http = await startHttpApp({ imports: exchangeModules(scratch) });
  const world = await buildWorld(http.app, http.owner);
  home = await world.institution('university-of-belgrade');
  const msu = await world.institution('lomonosov-moscow-state-university');
  const official = newId();
  await insertRows(http.owner, 'persons', [personRow(official, 'RS', 'official')]);
  const drawn = Array.from({ length: 60 }, (_, place) => ({
    state: place % 3 === 0 ? ('eligible' as const) : ('submitted' as const),
    call: place % 3,
    home: place % 4 === 0 ? ('ns' as const) : ('bg' as const),
    host: 0,
    submitted: -1 - (place % 7),
    due: place % 5,
    nomination: place % 3 === 0 ? ('sent' as const) : null,
    sides: ['pending', 'approved'] as const,
    name: 'Ана',
  }));
  const institutions = {
    bg: home,
    ns: await world.institution('university-of-novi-sad'),
    msu,
    nsu: await world.institution('novosibirsk-state-university'),
  };
  rows = await writeWorklist(http.owner, institutions, official, drawn, NOW);
  coordinator = await person('coordinator', { institution_id: home });
}, 120_000);

afterAll(async () => {
  await http.stop();
  rmSync(scratch, { recursive: true, force: true });
});

describe('a connection that asks in few messages', () => {
  let client: PreparingClient;
  let sent: string[];

  beforeEach(async () => {
    // It has seen nothing yet, whatever the tests before it asked in this process.
    client = new PreparingClient({ connectionString: ownUrl() }, new KnownStatements());
    await client.connect();
    sent = [];
    const { connection } = client as unknown as { connection: NodeJS.EventEmitter & { sync: () => void } };
    const sync = connection.sync.bind(connection);
    connection.sync = () => {
      sent.push('asked');
      sync();
    };
    connection.on('readyForQuery', () => sent.push('answered'));
  });
  afterEach(() => client.end());

  it('waits for no answer before it asks the next, and answers in its order', async () => {
    const answers = await Promise.all(
      [1, 2, 3].map((value) => client.query('select $1::int as value', [value])),
    );
    expect(answers.flatMap((answer) => answer.rows as unknown[])).toEqual([
      { value: 1 },
      { value: 2 },
      { value: 3 },
    ]);
    expect(sent.slice(0, 3)).toEqual(['asked', 'asked', 'asked']);
  });

  it('asks with one Sync what goes together in a transaction, and learns what an answer is made of', async () => {
    const { connection } = client as unknown as { connection: { describe: (portal: unknown) => void } };
    const describe = connection.describe.bind(connection);
    connection.describe = (portal) => {
      sent.push('described');
      describe(portal);
    };
    const act = async (value: number) => {
      const answers = await Promise.all([
        client.query('start transaction'),
        client.query('select $1::int as one, $2::text as two', [value, 'a']),
        client.query('select 1 as none where $1::int = 0', [value]),
        client.query('select $1::timestamptz as at', [NOW]),
      ]);
      await client.query('commit');
      return answers.slice(1).map(({ rows: found, fields }) => [found, fields.map(({ name }) => name)]);
    };
    for (let time = 0; time < 5; time++) {
      sent.length = 0;
      expect(await act(time + 1)).toEqual([
        [[{ one: time + 1, two: 'a' }], ['one', 'two']],
        [[], ['none']],
        [[{ at: NOW }], ['at']],
      ]);
    }
    // The last time everything was known.
    expect(sent).toEqual(['asked', 'answered', 'asked', 'answered']);
  });

  it('tells each that was sent behind a fault, and asks it anew when it comes again', async () => {
    const later = (value: number) => client.query('select $1::int + 44 as sum', [value]);
    await later(1);
    await later(2);
    const told = await Promise.allSettled([
      client.query('start transaction'),
      client.query('select 1 / $1::int', [0]),
      // Named from now on: PostgreSQL does not hear of it.
      later(3),
      client.query('select $1::int as value', [4]),
    ]);
    expect(told.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected']);
    const codes = told.map((each) =>
      each.status === 'rejected' ? (each.reason as { code: string }).code : '',
    );
    expect(codes).toEqual(['', '22012', '25P02', '25P02']);
    await client.query('rollback');
    await expect(later(5)).resolves.toMatchObject({ rows: [{ sum: 49 }] });
  });

  it('goes back to a savepoint, and to the beginning, though what was sent with that has failed', async () => {
    await client.query('create temp table steps (id int)');
    // Until each of these texts is prepared: before, it is sent by itself in any case.
    for (let time = 0; time < 5; time++) {
      const told = await Promise.allSettled([
        client.query('start transaction'),
        client.query('insert into steps values ($1)', [1]),
        client.query('savepoint act'),
        client.query('select 1 / $1::int', [0]),
        client.query('rollback to savepoint act'),
        client.query('insert into steps values ($1)', [2]),
        client.query('commit'),
        client.query('start transaction'),
        client.query('select 1 / $1::int', [0]),
        client.query('rollback'),
      ]);
      expect(told.map(({ status }) => status === 'fulfilled')).toEqual([
        ...[true, true, true, false, true, true, true, true, false, true],
      ]);
      const { rows: steps } = await client.query('delete from steps returning id');
      expect(steps).toEqual([{ id: 1 }, { id: 2 }]);
    }
  });

  describe('that lets writes wait for one another', () => {
    const write = (into: string, value: number): Promise<unknown> =>
      (client.query as (asked: unknown) => Promise<unknown>)({
        text: `insert into ${into} select $1::int, nextval('written')`,
        values: [value],
        rides: into,
      });
    const written = async () => {
      const { rows: found } = await client.query(
        "select 'a' as into, id, place::int from a union all select 'b', id, place::int from b order by place",
      );
      return (found as { into: string; id: number }[]).map(({ into, id }) => `${into}${id}`);
    };
    const statements = () => sent.filter((each) => each === 'executed').length;

    beforeEach(async () => {
      await client.query('create temp table a (id int, place bigint)');
      await client.query('create temp table b (id int, place bigint)');
      await client.query('create temp sequence written');
      const { connection } = client as unknown as { connection: { execute: (portal: unknown) => void } };
      const execute = connection.execute.bind(connection);
      connection.execute = (portal) => {
        sent.push('executed');
        execute(portal);
      };
    });

    it('writes into different tables by one statement, and into one of them in its order', async () => {
      await client.query('start transaction');
      sent.length = 0;
      await Promise.all([write('a', 1), write('b', 2), write('a', 3), client.query('commit')]);
      // The end is none that is prepared.
      expect(statements()).toBe(2);
      expect((await written()).filter((each) => each.startsWith('a'))).toEqual(['a1', 'a3']);
      expect((await written()).toSorted()).toEqual(['a1', 'a3', 'b2']);
    });

    it('writes before whatever is asked next', async () => {
      await client.query('start transaction');
      const waiting = [write('a', 1), write('b', 2)];
      expect(await written()).toHaveLength(2);
      await Promise.all(waiting);
      await client.query('rollback');
    });

    it('tells every one of them, and whoever commits, where one could not be written', async () => {
      await client.query('alter table b add check (id < 5)');
      await client.query('start transaction');
      const told = await Promise.allSettled([write('a', 1), write('b', 9), client.query('commit')]);
      expect(told.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
      expect(await written()).toEqual([]);
    });

    it('does not write what waits while its transaction is undone', async () => {
      await client.query('start transaction');
      sent.length = 0;
      const told = await Promise.allSettled([write('a', 1), write('b', 2), client.query('rollback')]);
      expect(told.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
      expect(statements()).toBe(0);
      expect(await written()).toEqual([]);
    });
  });

  it('does nothing that was sent with what failed, and leaves the transaction to whoever began it', async () => {
    const [begun, before, failed, after] = await Promise.allSettled([
      client.query('start transaction'),
      client.query('create temp table kept (id int) on commit drop'),
      client.query('select 1 / $1::int', [0]),
      client.query('insert into kept values ($1)', [1]),
    ]);
    expect([begun, before, failed, after].map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
    ]);
    await client.query('rollback');
    await expect(client.query('select $1::int as value', [1])).resolves.toMatchObject({
      rows: [{ value: 1 }],
    });
  });

  it('tells whoever commits what had failed that nothing was done', async () => {
    await client.query('create temp table undone (id int)');
    const [, , , committed] = await Promise.allSettled([
      client.query('start transaction'),
      client.query('insert into undone values ($1)', [1]),
      client.query('select 1 / $1::int', [0]),
      client.query('COMMIT'),
    ]);
    expect(committed.status).toBe('rejected');
    await expect(client.query('select 1 from undone')).resolves.toMatchObject({ rowCount: 0 });
  });

  it('keeps the plan of what comes again, but of no pattern', async () => {
    for (let time = 0; time < 4; time++) {
      await client.query('select $1::int + 41 as sum', [1]);
      await client.query('select 1 as one where $1::text like $2', ['a', '%a%']);
    }
    const { rows: kept } = await client.query('select statement, name from pg_prepared_statements');
    expect(kept.map(({ statement }) => statement as string)).toContain('select $1::int + 41 as sum');
    expect(kept.filter(({ statement }) => String(statement).includes('like'))).toEqual([]);
  });

  it('refuses a value that cannot be written and goes on', async () => {
    const unwritable = {
      toPostgres: () => {
        throw new Error('unwritable');
      },
    };
    const [refused, other] = await Promise.allSettled([
      client.query('select $1::text', [unwritable]),
      client.query('select $1::int as value', [2]),
    ]);
    expect(refused.status).toBe('rejected');
    expect(other).toMatchObject({ status: 'fulfilled', value: { rows: [{ value: 2 }] } });
  });

  it('finds a changed table by its second try', async () => {
    await client.query('create temp table changing (id int)');
    const read = () => client.query('select id from changing where id = $1', [1]);
    for (let time = 0; time < 5; time++) await read();
    await client.query('alter table changing alter id type bigint');
    await read().catch(() => undefined);
    await expect(read()).resolves.toMatchObject({ rowCount: 0 });
  });

  it('keeps no plan behind a pooler', async () => {
    const pooled = new PreparingClient({
      connectionString: ownUrl(),
      pooled: true,
    });
    await pooled.connect();
    for (let time = 0; time < 4; time++) await pooled.query('select $1::int + 43 as sum', [1]);
    const { rows: kept } = await pooled.query('select statement from pg_prepared_statements');
    expect(kept).toEqual([]);
    await pooled.end();
  });
});

describe('rows by a kept plan', () => {
  it('are what the object mapper finds, of every table', async () => {
    const database = http.app.get(Database);
    const { entityMetadatas } = http.app.get(DataSource);
    let compared = 0;
    for (const metadata of entityMetadatas) {
      await database.read(systemContext(clock), async (ctx) => {
        const [found] = await ctx.tx.find(metadata.target, { take: 1 });
        if (!found) return;
        const keys = metadata.primaryColumns.map(({ propertyName }) => propertyName);
        const key = Object.fromEntries(keys.map((name) => [name, (found as Record<string, unknown>)[name]]));
        const [read] = await rowsOf(ctx, metadata.target, key);
        expect(read).toEqual(found);
        // The same asked as one statement with others.
        const [[together], [other], [none]] = await askedAsOne(ctx, () =>
          Promise.all([
            rowsOf(ctx, metadata.target, key),
            readPrepared<Record<string, unknown>>(
              ctx,
              'select $1::text as text, $2::timestamptz as at, null as nothing, array[$3::uuid] as ids',
              ['Ана "и" \\', NOW, newId()],
              ['at'],
            ),
            readPrepared(ctx, 'select 1 as none where $1::int = 0', [1], []),
          ]),
        );
        expect(together).toEqual(found);
        expect(together?.constructor).toBe(metadata.target);
        expect(other).toMatchObject({ text: 'Ана "и" \\', at: NOW, nothing: null });
        expect(none).toBeUndefined();
        compared += 1;
      });
    }
    expect(compared).toBeGreaterThan(8);
  });

  it('are asked as one statement, but for a row that is locked, which is asked before them', async () => {
    const asked: string[] = [];
    const [first] = rows.applications;
    const id = String(first);
    const found = await http.app.get(Database).transaction(systemContext(clock), async (ctx) => {
      const { queryRunner } = ctx.tx;
      if (!queryRunner) throw new Error('no connection');
      const send = queryRunner.query.bind(queryRunner);
      queryRunner.query = ((statement: string | { text?: string }) => {
        asked.push(typeof statement === 'string' ? statement : (statement.text ?? ''));
        return send(statement as never);
      }) as typeof queryRunner.query;
      const repository = http.app.get(ApplicationsRepository);
      return askedAsOne(ctx, () =>
        Promise.all([repository.sections(ctx, id), repository.lock(ctx, id), repository.choices(ctx, id)]),
      );
    });
    expect(asked).toEqual([expect.any(String), expect.stringContaining('json_agg'), 'COMMIT']);
    expect(asked[0]).toContain('for update');
    expect(found[1].id).toBe(id);
  });

  it('fail each where one of them cannot be read', async () => {
    const told = await http.app
      .get(Database)
      .read(systemContext(clock), (ctx) =>
        askedAsOne(ctx, () =>
          Promise.allSettled([
            readPrepared(ctx, 'select 1 as one', [], []),
            readPrepared(ctx, 'select 1 / $1::int as none', [0], []),
          ]),
        ),
      )
      .catch((error: unknown) => error);
    expect(JSON.stringify(told)).not.toContain('fulfilled');
  });
});

describe('the lines of a list', () => {
  const filter = { states: ['submitted' as const], limit: LINES };

  it('are those of its records, in their order', async () => {
    const lists = http.app.get(ApplicationLists);
    const database = http.app.get(Database);
    const listed = await database.read(coordinator, (ctx) => lists.list(ctx, filter));
    const lines = await database.read(coordinator, (ctx) => lists.lines(ctx, filter));
    expect(lines).toHaveLength(LINES);
    expect(lines).toEqual(
      listed.map((row) =>
        Object.fromEntries(
          Object.keys(lines[0] ?? {}).map((name) => [name, row[name as keyof ApplicationRow]]),
        ),
      ),
    );
    const last = lines.at(-1);
    if (!last) throw new Error('no line');
    const next = { ...filter, after: { stateSince: last.stateSince, id: last.id } };
    const further = await database.read(coordinator, (ctx) => lists.list(ctx, next));
    const furtherLines = await database.read(coordinator, (ctx) => lists.lines(ctx, next));
    expect(furtherLines.map(({ id }) => id)).toEqual(further.map(({ id }) => id));
  });

  it('are those of each question, however these follow one another', async () => {
    const lists = http.app.get(ApplicationLists);
    const [first] = await http.app.get(Database).read(coordinator, (ctx) => lists.lines(ctx, filter));
    const callId = first?.callId ?? '';
    const questions = [
      filter,
      { ...filter, limit: 2 },
      { ...filter, states: ['eligible' as const] },
      { ...filter, callId },
      { ...filter, callId: newId() },
      { ...filter, homeInstitutions: [first?.homeInstitutionId ?? ''] },
      { ...filter, homeInstitutions: [newId()] },
    ];
    const found: number[] = [];
    for (const question of [...questions, ...questions]) {
      await http.app.get(Database).read(coordinator, async (ctx) => {
        const lines = await lists.lines(ctx, question);
        const listed = await lists.list(ctx, question);
        expect(lines.map(({ id }) => id)).toEqual(listed.map(({ id }) => id));
        found.push(lines.length);
      });
    }
    const [all, two, , ofCall, ofNoCall, ofHome, ofNoHome] = found;
    expect([all, two, ofNoCall, ofNoHome]).toEqual([LINES, 2, 0, 0]);
    expect([ofCall, ofHome]).not.toContain(0);
  });

  it('needs no look at every application when it is planned for all values', async () => {
    const text = await http.app.get(Database).read(coordinator, async (ctx) => {
      const asked: string[] = [];
      const { queryRunner } = ctx.tx;
      if (!queryRunner) throw new Error('no connection');
      const send = queryRunner.query.bind(queryRunner);
      queryRunner.query = ((statement: { text?: string }) => {
        if (statement.text) asked.push(statement.text);
        return send(statement as never);
      }) as typeof queryRunner.query;
      await http.app.get(ApplicationLists).lines(ctx, filter);
      queryRunner.query = send;
      await ctx.tx.query('set local enable_seqscan = off');
      const plan = await ctx.tx.query<Record<string, string>[]>(`explain ${asked[0] ?? ''}`);
      return plan.map((line) => Object.values(line)[0]).join('\n');
    });
    // Of so few rows PostgreSQL may choose either.
    expect(text).toMatch(/Scan (using|on) applications_(by_home|in_state)/);
    expect(text).not.toContain('Seq Scan on applications');
  });
});

describe('a read', () => {
  it('writes nothing', async () => {
    const written = http.app
      .get(Database)
      .read(systemContext(clock), (ctx) => ctx.tx.query('update applications set version = version'));
    await expect(written).rejects.toThrow(/read-only/);
  });

  it('leaves nothing of itself to whoever has its connection next', async () => {
    const database = http.app.get(Database);
    const count = async (ctx: Ctx) => {
      const [row] = await ctx.tx.query<{ count: number }[]>(
        'select count(*)::integer as count from applications',
      );
      return row?.count;
    };
    const nobody = { ...coordinator, actor: { ...coordinator.actor, personId: newId(), grants: [] } };
    // More than there are connections, so that each is had by one after the other before its end was heard.
    const seen = await Promise.all(
      Array.from({ length: 80 }, (_, turn) =>
        database.read(turn % 2 === 0 ? systemContext(clock) : nobody, count),
      ),
    );
    expect(new Set(seen.filter((_, turn) => turn % 2 === 0))).toEqual(new Set([rows.applications.length]));
    expect(new Set(seen.filter((_, turn) => turn % 2 === 1))).toEqual(new Set([0]));
  });
});

describe('the rights of the system within an act', () => {
  it('end where the step ends, though nobody waits for the statement that ends them', async () => {
    const strangers = rows.applications.length;
    const seen = await http.app.get(Database).read(coordinator, async (ctx) => {
      const count = async () => {
        const [row] = await ctx.tx.query<{ count: number }[]>(
          'select count(*)::integer as count from applications',
        );
        return row?.count;
      };
      const before = await count();
      const within = await withSystemRights(ctx, count);
      return [before, within, await count()];
    });
    expect(seen[1]).toBe(strangers);
    expect(seen[0]).toBe(seen[2]);
    expect(seen[0]).toBeLessThan(strangers);
  });

  it('are had by one question alone, though others are asked in the same message', async () => {
    const seen = await http.app.get(Database).read(coordinator, async (ctx) => {
      const count = async () => {
        const [row] = await ctx.tx.query<{ count: number }[]>(
          'select count(*)::integer as count from applications',
        );
        return row?.count;
      };
      return Promise.all([
        count(),
        askWithSystemRights(ctx, count),
        count(),
        // What it asks after its first answer, it asks with the rights of the actor.
        askWithSystemRights(ctx, async () => {
          await count();
          return count();
        }),
      ]);
    });
    const [own, all] = seen;
    expect(all).toBe(rows.applications.length);
    expect(own).toBeLessThan(rows.applications.length);
    expect(seen.slice(2)).toEqual([own, own]);
  });

  it('hold for what a kept plan reads within it', async () => {
    const [first] = rows.applications;
    const repository = http.app.get(ApplicationsRepository);
    const nobody = { ...coordinator, actor: { ...coordinator.actor, personId: newId(), grants: [] } };
    const id = String(first);
    const found = await http.app
      .get(Database)
      .read(nobody, (ctx) => withSystemRights(ctx, () => repository.find(ctx, id)));
    expect(found.id).toBe(id);
  });
});

it('is the driver’s own connection in all else', () => {
  expect(PreparingClient.prototype).toBeInstanceOf(pg.Client);
});
