import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ExportJobs } from '../../src/applications/operations/export-jobs.js';
import { ExportWorklist } from '../../src/applications/operations/export-worklist.js';
import { WorkOffExports } from '../../src/applications/http/work-off-exports.js';
import { Database, systemContext } from '../../src/platform/database/database.js';
import { Outbox } from '../../src/platform/outbox/outbox.js';
import { Worker } from '../../src/platform/outbox/worker.js';
import { SettableClock, systemClock } from '../../src/shared/clock.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import { exchangeModules } from '../factories/exchange-modules.js';
import { grantRow, insertRows } from '../factories/rows.js';
import type { Row } from '../factories/rows.js';
import { buildWorld } from '../factories/world.js';
import { writeWorklist } from '../factories/worklist-rows.js';
import type { Drawn } from '../factories/worklist-rows.js';
import type { Answer, Browser } from './browser-of-text.js';
import { startHttpApp } from './http-app.js';
import type { HttpApp } from './http-app.js';

/** Long lists are written beside the page: asked for, watched, cancelled, taken up by another worker, fetched for a day. */

const DRAWN: readonly Drawn[] = ['Ана', 'Бранка', 'Вера'].map((name) => ({
  state: 'submitted',
  call: 0,
  home: 'bg',
  host: 0,
  submitted: -20,
  due: null,
  nomination: null,
  sides: ['pending', 'pending'],
  name,
}));
const ASK = '/applications/export';
const DAY_MS = 86_400_000;

let http: HttpApp;
let scratch: string;
let elsewhere: Id;
let large: ReturnType<typeof spyOnLarge>;
const browsers: Record<string, Browser> = {};
const ids: Record<string, Id> = {};

const spyOnLarge = () => jest.spyOn(http.app.get(ExportJobs), 'isLarge').mockReturnValue(true);
const worker = () => http.app.get(WorkOffExports);
const after = (milliseconds: number) => new SettableClock(new Date(Date.now() + milliseconds));

async function official(name: string, email: string, role: string, scope: Row): Promise<void> {
  const browser = await http.signedIn(email);
  const { rows } = await http.owner.query<{ id: Id }>('select id from persons where email = $1', [email]);
  const id = rows[0]?.id ?? '';
  await insertRows(http.owner, 'role_grants', [grantRow(id, role, scope)]);
  await browser.open('/?lang=en');
  browsers[name] = browser;
  ids[name] = id;
}

const browser = (who: string): Browser => {
  const found = browsers[who];
  if (!found) throw new Error(`nobody is ${who}`);
  return found;
};

async function send(
  who: string,
  page: string,
  path: string,
  fields: readonly (readonly [string, string])[] = [],
) {
  const form = new URLSearchParams({ _csrf: browser(who).token(await browser(who).open(page)) });
  for (const [name, value] of fields) form.append(name, value);
  return browser(who).post(path, form);
}

const order = (who: string, q = ''): Promise<Answer> =>
  send(who, `${ASK}?waits=all`, ASK, [
    ['query', `waits=all&q=${q}`],
    ['columns', 'number'],
    ['columns', 'name'],
    ['format', 'csv'],
  ]);

/** The id of the job of which an answer to an order tells. */
function jobOf({ status, headers }: Answer): Id {
  expect(status).toBe(303);
  return /^\/applications\/export\/jobs\/([0-9a-f-]{36})$/.exec(headers.get('location') ?? '')?.[1] ?? '';
}

async function row(id: Id) {
  const { rows } = await http.owner.query<Record<string, unknown>>(
    'select * from export_jobs where id = $1',
    [id],
  );
  return rows[0];
}

async function acts(id: Id): Promise<readonly string[]> {
  const { rows } = await http.owner.query<{ action: string }>(
    "select action from audit_entries where subject_kind = 'application_export' and subject_id = $1 order by id",
    [id],
  );
  return rows.map(({ action }) => action.replace('application_export.', ''));
}

/** Contents in the store. */
const stored = () =>
  readdirSync(scratch, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && /^[0-9a-f]{64}$/.test(entry.name),
  ).length;

/** Does what acts left for the worker to remove. */
async function removeLeft(): Promise<void> {
  const { rows } = await http.owner.query<{ payload: Record<string, string> }>(
    `select j.payload from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
     where t.identifier = 'remove_files'`,
  );
  const tasks = http.app.get(Worker)['tasks'];
  for (const { payload } of rows) await tasks.get('remove_files')?.(payload);
  await http.owner.query(
    `delete from graphile_worker._private_jobs j using graphile_worker._private_tasks t
     where t.id = j.task_id and t.identifier = 'remove_files'`,
  );
}

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'most-export-'));
  http = await startHttpApp({ imports: exchangeModules(scratch) });
  const world = await buildWorld(http.app, http.owner);
  const institutions = {
    bg: await world.institution('university-of-belgrade'),
    ns: await world.institution('university-of-novi-sad'),
    msu: await world.institution('lomonosov-moscow-state-university'),
    nsu: await world.institution('novosibirsk-state-university'),
  };
  elsewhere = institutions.ns;
  await official('home', 'coordinator@bg.rs.demo', 'coordinator', { institution_id: institutions.bg });
  await writeWorklist(http.owner, institutions, ids.home ?? '', DRAWN, systemClock.now());
  await official('ministry', 'ministry@rs.demo', 'ministry_officer', { country: 'RS' });
}, 120_000);

afterAll(async () => {
  await http.stop();
  rmSync(scratch, { recursive: true, force: true });
});

beforeEach(() => {
  large = spyOnLarge();
});
afterEach(async () => {
  large.mockRestore();
  await http.owner.query('delete from export_jobs');
});

describe('the file of a long list', () => {
  it('is left to the worker, watched by events and by reloading, and is the same as what goes out at once', async () => {
    large.mockRestore();
    const atOnce = await order('home');
    expect(atOnce.status).toBe(200);
    expect(atOnce.body.split('\r\n')).toHaveLength(DRAWN.length + 2);
    large = spyOnLarge();
    expect((await browser('home').open(`${ASK}?waits=all`)).body).toContain('you need not wait');

    const id = jobOf(await order('home'));
    // Asked twice it is one.
    expect(jobOf(await order('home'))).toBe(id);
    const page = `${ASK}/jobs/${id}`;
    const waiting = (await browser('home').open(page)).body;
    expect(waiting).toContain('<progress');
    expect(waiting).toContain(`data-progress="${page}/events"`);
    expect(waiting).toContain('<noscript><meta http-equiv="refresh"');
    expect(waiting).toContain(`href="${page}"`);
    expect((await browser('home').open(`${ASK}?waits=all`)).body).toContain(`href="${page}"`);
    expect((await browser('home').open(`${page}/file`)).status).toBe(404);

    const events = browser('home').open(`${page}/events`);
    await worker().perform(systemClock, id);
    const told = (await events).body.split('\n\n').filter(Boolean);
    expect(told.at(-1)).toBe('data: {"state":"done","percent":100}');

    const done = (await browser('home').open(page)).body;
    expect(done).not.toContain('<progress');
    expect(done).not.toContain('http-equiv="refresh"');
    expect(done).toContain(`href="${page}/file"`);
    const file = await browser('home').get(`${page}/file`);
    expect(file.body).toBe(atOnce.body);
    for (const header of ['content-type', 'content-disposition']) {
      expect(file.headers.get(header)).toBe(atOnce.headers.get(header));
    }
    // Delivered once more it does nothing.
    await worker().perform(systemClock, id);
    expect(await acts(id)).toEqual(['asked', 'begun', 'ended', 'done', 'fetched']);
  });

  it('is written before letters that waited longer, and before mails', async () => {
    const outbox = http.app.get(Outbox);
    await http.app.get(Database).transaction(systemContext(systemClock), async (ctx) => {
      await outbox.enqueue(ctx, 'render_document', { documentId: newId() }, 'a letter', 'mass');
      await outbox.enqueue(ctx, 'send_mail', { mailId: newId() }, 'a mail');
    });
    jobOf(await order('home'));
    const { rows } = await http.owner.query<{ task: string }>(
      `select t.identifier as task from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
       where t.identifier in ('render_document', 'send_mail', 'write_export') order by j.priority, j.run_at, j.id`,
    );
    const queue = rows.map(({ task }) => task);
    expect([queue[0], queue.at(-1)]).toEqual(['write_export', 'render_document']);
  });

  it('is nobody else’s to see, to cancel or to fetch', async () => {
    const id = jobOf(await order('home'));
    await worker().perform(systemClock, id);
    for (const part of ['', '/events', '/file']) {
      expect((await browser('ministry').open(`${ASK}/jobs/${id}${part}`)).status).toBe(404);
    }
    expect((await send('ministry', '/', `${ASK}/jobs/${id}/cancel`)).status).toBe(404);
    expect((await browser('home').open(`${ASK}/jobs/${newId()}`)).status).toBe(404);
    expect((await browser('home').open(`${ASK}/jobs/nonsense`)).status).toBe(404);
    expect((await http.browser().open(`${ASK}/jobs/${id}/file`)).body).not.toContain('Ана');
  });

  it('is cancelled before and in the middle, and nothing is kept then', async () => {
    const files = stored();
    const first = jobOf(await order('home'));
    const page = `${ASK}/jobs/${first}`;
    expect((await send('home', page, `${page}/cancel`)).status).toBe(303);
    await worker().perform(systemClock, first);
    expect(await row(first)).toMatchObject({ state: 'cancelled', storage_key: null });
    expect(await acts(first)).toEqual(['asked', 'cancelled']);
    expect((await browser('home').open(page)).body).toContain('You cancelled it');

    const second = jobOf(await order('home', 'Ана'));
    const exports = http.app.get(ExportWorklist);
    const begin = exports.begin.bind(exports);
    const late = jest.spyOn(exports, 'begin').mockImplementation(async (...of) => {
      const made = await begin(...of);
      await send('home', `${ASK}/jobs/${second}`, `${ASK}/jobs/${second}/cancel`);
      return made;
    });
    await worker().perform(systemClock, second);
    late.mockRestore();
    expect(await row(second)).toMatchObject({ state: 'cancelled', storage_key: null });
    await removeLeft();
    expect(stored()).toBe(files);
    // Cancelled once more it says what it is.
    expect((await send('home', '/applications', `${ASK}/jobs/${second}/cancel`)).status).toBe(303);
  });

  it('is taken up by another worker where the one that wrote it fell silent', async () => {
    const id = jobOf(await order('home'));
    await http.owner.query(
      "update export_jobs set state = 'running', share = 0.4, beat_at = now() where id = $1",
      [id],
    );
    expect((await browser('home').open(`${ASK}/jobs/${id}`)).body).toContain('40 %');
    await worker().takeUpSilent(systemClock);
    expect(await row(id)).toMatchObject({ state: 'running' });
    await worker().takeUpSilent(after(120_000));
    expect(await row(id)).toMatchObject({ state: 'done' });
  });

  it('is not written, nor given out, where the rights are not those with which it was asked for', async () => {
    const early = jobOf(await order('ministry'));
    const late = jobOf(await order('ministry', 'Ана'));
    await worker().perform(systemClock, late);
    const fetched = await browser('ministry').get(`${ASK}/jobs/${late}/file`);
    expect(fetched.status).toBe(200);
    // Whoever changes to another office still has a list, and it is another one.
    await insertRows(http.owner, 'role_grants', [
      grantRow(ids.ministry ?? '', 'coordinator', { institution_id: elsewhere }),
    ]);
    const { rowCount } = await http.owner.query(
      "update role_grants set valid_until = valid_from + interval '1 hour' where person_id = $1 and role = 'ministry_officer'",
      [ids.ministry],
    );
    expect(rowCount).toBe(1);
    await worker().perform(systemClock, early);
    expect(await row(early)).toMatchObject({ state: 'failed', reason: 'rights_changed', storage_key: null });
    expect(await acts(early)).toEqual(['asked']);
    const refused = await browser('ministry').open(`${ASK}/jobs/${late}/file`);
    expect(refused.status).toBe(403);
    expect(refused.body).toContain('Your rights changed');
    expect(refused.body).not.toContain('Ана');
    expect(await acts(late)).toEqual(['asked', 'begun', 'ended', 'done', 'fetched']);
  });

  it('is gone after a day, with what was searched for, and its page says so', async () => {
    const files = stored();
    const id = jobOf(await order('home', 'Вера'));
    await worker().perform(systemClock, id);
    expect(stored()).toBe(files + 1);
    const jobs = http.app.get(ExportJobs);
    await jobs.forget(after(DAY_MS - 60_000));
    expect((await browser('home').get(`${ASK}/jobs/${id}/file`)).status).toBe(200);
    await http.owner.query("update export_jobs set ended_at = ended_at - interval '1 day' where id = $1", [
      id,
    ]);
    // Whether or not the clock has been by.
    expect((await browser('home').open(`${ASK}/jobs/${id}/file`)).status).toBe(404);
    await jobs.forget(systemClock);
    expect(await row(id)).toMatchObject({ state: 'done', wanted: null, file_name: null, storage_key: null });
    await removeLeft();
    expect(stored()).toBe(files);
    const page = (await browser('home').open(`${ASK}/jobs/${id}`)).body;
    expect(page).toContain('is deleted');
    expect(page).not.toContain('Вера');
    await jobs.forget(after(31 * DAY_MS));
    expect(await row(id)).toBeUndefined();
  });

  it('goes with the account of whoever asked', async () => {
    const files = stored();
    const id = jobOf(await order('home', 'Бранка'));
    await worker().perform(systemClock, id);
    const erased = await http.app
      .get(Database)
      .transaction(systemContext(systemClock), (ctx) =>
        http.app.get(ExportJobs).erase(ctx, [ids.home ?? '']),
      );
    expect(erased).toBe(1);
    await removeLeft();
    expect(stored()).toBe(files);
  });
});

it('says beside the columns that one is needed, and keeps the rest of the order', async () => {
  const answer = await send('home', `${ASK}?waits=all`, ASK, [
    ['query', 'waits=all'],
    ['format', 'csv'],
  ]);
  expect(answer.status).toBe(422);
  expect(answer.body).toMatch(/id="columns-error">\s*Choose at least one\./);
  expect(answer.body).toMatch(/value="csv"[^>]* checked/);
});
