import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PDFDocument } from 'pdf-lib';
import { SubmitApplication } from '../../src/applications/public.js';
import { Database } from '../../src/platform/database/database.js';
import { NO_TIES } from '../../src/shared/actor.js';
import { systemClock } from '../../src/shared/clock.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import type { RequestContext } from '../../src/shared/request-context.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { exchangeModules } from '../factories/exchange-modules.js';
import { fillApplication } from '../factories/fill-application.js';
import { LONG_AGO, grantRow, insertRows, personRow } from '../factories/rows.js';
import type { Row } from '../factories/rows.js';
import { buildWorld } from '../factories/world.js';
import type { World } from '../factories/world.js';
import type { Answer, Browser } from './browser-of-text.js';
import { startHttpApp } from './http-app.js';
import type { HttpApp } from './http-app.js';
import { startTokenIssuer } from './token-issuer.js';
import type { TokenIssuer } from './token-issuer.js';

/** What officers do with files beside the acts on each. One act with many applications: what is foretold is what happens, once, with each by itself or with none. */

let http: HttpApp;
let issuer: TokenIssuer;
let world: World;
let scratch: string;
let pdf: string;
let home: Id;
const units = [newId(), newId()];
const browsers: Record<string, Browser> = {};
const people: Record<string, Id> = {};

async function official(name: string, email: string, role: string, scope: Row): Promise<void> {
  const browser = await http.signedIn(email);
  const { rows } = await http.owner.query<{ id: Id }>('select id from persons where email = $1', [email]);
  const id = rows[0]?.id ?? '';
  await insertRows(http.owner, 'role_grants', [grantRow(id, role, scope)]);
  await insertRows(http.owner, 'identities', [
    {
      issuer: issuer.url,
      subject: name,
      person_id: id,
      provider_key: 'rs',
      created_at: new Date(),
      last_sign_in_at: new Date(),
    },
  ]);
  await browser.open('/?lang=en');
  browsers[name] = browser;
  people[name] = id;
}

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'most-bulk-'));
  issuer = await startTokenIssuer();
  http = await startHttpApp({
    imports: exchangeModules(scratch),
    settings: { tokenIssuers: [{ issuer: issuer.url, jwksUri: `${issuer.url}/keys` }] },
  });
  world = await buildWorld(http.app, http.owner, systemClock);
  const document = await PDFDocument.create();
  document.addPage();
  pdf = join(scratch, 'transcript.pdf');
  writeFileSync(pdf, await document.save());
  home = await world.institution('university-of-belgrade');
  const host = await world.institution('lomonosov-moscow-state-university');
  await insertRows(
    http.owner,
    'institution_units',
    units.map((id, index) => ({
      id,
      institution_id: index === 0 ? home : host,
      name: { sr: `Факултет ${index}`, ru: `Факультет ${index}`, en: `Faculty ${index}` },
      created_at: LONG_AGO,
    })),
  );
  await official('home', 'coordinator@bg.rs.demo', 'coordinator', { institution_id: home });
  await official('host', 'coordinator@msu.ru.demo', 'coordinator', { institution_id: host });
  await official('ministry', 'ministry@rs.demo', 'ministry_officer', { country: 'RS' });
  await official('reviewer', 'reviewer@rs.demo', 'reviewer', {
    call_id: await world.publishedCall({ slug: 'reviewed' }),
  });
}, 120_000);

afterAll(async () => {
  await expectInvariants(http.owner);
  await http.stop();
  await issuer.stop();
  rmSync(scratch, { recursive: true, force: true });
});

async function submitted(count: number, call: Parameters<World['publishedCall']>[0] = {}): Promise<Id[]> {
  const slug = `call-${newId()}`;
  await world.publishedCall({ slug, ...call });
  const made: Id[] = [];
  for (let index = 0; index < count; index++) {
    const person = newId();
    await insertRows(http.owner, 'persons', [{ ...personRow(person, 'RS'), home_institution_id: home }]);
    await insertRows(http.owner, 'identities', [
      {
        issuer: issuer.url,
        subject: person,
        person_id: person,
        provider_key: 'rs',
        created_at: new Date(),
        last_sign_in_at: new Date(),
      },
    ]);
    const request: RequestContext = {
      actor: {
        kind: 'person',
        personId: person,
        name: 'Ана',
        grants: [],
        secondFactor: false,
        scopes: null,
        ties: NO_TIES,
      },
      language: 'sr-Cyrl',
      clock: systemClock,
      requestId: `test-${person}`,
    };
    const id = await fillApplication(http.app, http.owner, request, slug, pdf);
    await http.app.get(SubmitApplication).run(request, id);
    made.push(id);
  }
  return made;
}

const browser = (who: string): Browser => {
  const found = browsers[who];
  if (!found) throw new Error(`nobody is ${who}`);
  return found;
};

async function post(who: string, page: Answer, path: string, fields: readonly (readonly [string, string])[]) {
  const form = new URLSearchParams({ _csrf: browser(who).token(page) });
  for (const [name, value] of fields) form.append(name, value);
  // What the page of an act showed goes with it, as a browser would send it.
  for (const [, seen = ''] of page.body.matchAll(/name="seen" value="([^"]*)"/g)) form.append('seen', seen);
  return browser(who).post(path, form);
}

/** Chooses on the list and opens the page that says what would happen. */
async function choose(who: string, act: string, ids: readonly Id[]): Promise<Answer> {
  const list = await browser(who).open('/applications?waits=all');
  const select = ids.map((id) => ['select', id] as const);
  return browser(who).follow(await post(who, list, '/applications/bulk', [['act', act], ...select]));
}

const pathOf = (page: Answer) => new URL(page.url).pathname;
const statesOf = async (ids: readonly Id[]) => {
  const { rows } = await http.owner.query<{ id: Id; state: string }>(
    `select a.id, coalesce((select n.state from nominations n where n.application_id = a.id
       order by n.created_at desc limit 1), a.state) as state from applications a where a.id = any ($1)`,
    [ids],
  );
  return ids.map((id) => rows.find((row) => row.id === id)?.state);
};
const entriesOf = async (ids: readonly Id[], action: string) => {
  const { rows } = await http.owner.query<{ subject_id: Id; actor_id: Id; role: string }>(
    "select subject_id, actor_id, role from audit_entries where subject_kind = 'application' and subject_id = any ($1) and action = $2",
    [ids, action],
  );
  return rows;
};

async function api(who: string, path: string, body: object | null, headers: Record<string, string> = {}) {
  const token = await issuer.token({
    claims: { sub: who, scope: 'applications:read applications:write', amr: ['mfa'] },
  });
  const response = await fetch(`${http.url}/api/v1/applications/${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('an act with many applications', () => {
  it('foretells with which it goes through, and does exactly that, once', async () => {
    const [first = '', second = '', nominated = ''] = await submitted(3);
    expect(
      (await api('home', 'bulk-acts', { act: 'nominate', applications: [nominated], mode: 'all' })).status,
    ).toBe(200);

    const page = await choose('home', 'nominate', [first, second, nominated]);
    expect(page.status).toBe(200);
    expect(page.body).toContain('Goes through with 2 applications');
    expect(page.body).toContain('The candidate is already nominated for a place.');
    expect(page.body).not.toContain('value="all"');
    expect(await statesOf([first, second])).toEqual(['submitted', 'submitted']);

    const sends = Array.from({ length: 4 }, () =>
      post('home', page, pathOf(page), [
        ['mode', 'valid'],
        ['endorsement', 'Препоручујемо.'],
      ]),
    );
    for (const answer of await Promise.all(sends)) expect(answer.status).toBe(303);
    const done = await browser('home').open(pathOf(page));
    expect(done.body).toContain('Done with 2 applications.');
    expect(done.body).toContain('Not done with 1 application');
    expect(await statesOf([first, second, nominated])).toEqual(['sent', 'sent', 'sent']);
    const entries = await entriesOf([first, second, nominated], 'nomination.endorsed');
    expect(entries).toHaveLength(3);
    for (const entry of entries) expect(entry).toMatchObject({ actor_id: people.home, role: 'coordinator' });
    const { rows: events } = await http.owner.query(
      "select 1 from outbox_events where type = 'nomination.sent' and subject_id = any ($1)",
      [[first, second]],
    );
    expect(events).toHaveLength(2);
  });

  it('does all or nothing, where that is chosen', async () => {
    const ids = await submitted(3);
    const page = await choose('home', 'nominate', ids);
    expect(page.body).toContain('value="all"');
    // Meanwhile one of them goes its own way.
    const [, , last = ''] = ids;
    await api('home', 'bulk-acts', { act: 'nominate', applications: [last], mode: 'all' });
    const refused = await post('home', page, pathOf(page), [['mode', 'all']]);
    expect(refused.status).toBe(409);
    expect(refused.body).toContain('Nothing was done');
    expect(refused.body).toContain('already nominated');
    expect(await statesOf(ids)).toEqual(['submitted', 'submitted', 'sent']);
    expect(await entriesOf(ids, 'nomination.endorsed')).toHaveLength(1);
    expect((await api('home', 'bulk-acts', { act: 'nominate', applications: ids, mode: 'all' })).status).toBe(
      409,
    );
    expect(await statesOf(ids)).toEqual(['submitted', 'submitted', 'sent']);
    // Both others are still to be had.
    const [one = '', two = ''] = ids;
    const again = await choose('home', 'nominate', [one, two]);
    await post('home', again, pathOf(again), [['mode', 'all']]);
    expect(await statesOf(ids)).toEqual(['sent', 'sent', 'sent']);

    const accept = await choose('host', 'accept', ids);
    await post('host', accept, pathOf(accept), [['mode', 'all']]);
    expect(await statesOf(ids)).toEqual(['host_accepted', 'host_accepted', 'host_accepted']);
    const { rows: decisions } = await http.owner.query(
      'select 1 from decisions where subject_id = any ($1)',
      [ids],
    );
    expect(decisions).toHaveLength(3);
  });

  it('takes back what a refusal had begun, and keeps the neighbours', async () => {
    const [good = '', bad = ''] = await submitted(2);
    await http.owner.query(
      "delete from consents where subject_id = $1 and purpose = 'cross_border_transfer'",
      [bad],
    );
    const page = await choose('home', 'nominate', [good, bad]);
    expect(page.body).toContain('Goes through with 1 application');
    await post('home', page, pathOf(page), [['mode', 'valid']]);
    expect(await statesOf([good, bad])).toEqual(['sent', 'submitted']);
    expect(await entriesOf([bad], 'application.begin_screening')).toEqual([]);
  });

  it('takes back what had begun where something breaks that nobody could foretell', async () => {
    const [good = '', bad = ''] = await submitted(2);
    await api('home', 'bulk-acts', { act: 'nominate', applications: [good, bad], mode: 'all' });
    const behindTriggers = async (...statements: string[]) => {
      await http.owner.query('begin');
      await http.owner.query('set local session_replication_role = replica');
      for (const statement of statements) await http.owner.query(statement);
      await http.owner.query('commit');
    };
    const its = `application_submissions where application_id = '${bad}'`;
    await behindTriggers(`create table kept_aside as select * from ${its}`, `delete from ${its}`);
    const page = await choose('host', 'accept', [good, bad]);
    await post('host', page, pathOf(page), [['mode', 'valid']]);
    await behindTriggers(
      'insert into application_submissions select * from kept_aside',
      'drop table kept_aside',
    );
    expect(await statesOf([good, bad])).toEqual(['host_accepted', 'sent']);
    expect(await entriesOf([bad], 'nomination.host_accepted')).toEqual([]);
    const done = await browser('host').open(pathOf(page));
    expect(done.body).toContain('Done with 1 application.');
    expect(done.body).toContain('Not done with 1 application');
  });

  it('confirms for the ministry where the call asks for it', async () => {
    const ids = await submitted(2, { homeEndorsement: true });
    await api('home', 'bulk-acts', { act: 'nominate', applications: ids, mode: 'all' });
    expect(await statesOf(ids)).toEqual(['home_endorsed', 'home_endorsed']);
    const page = await choose('ministry', 'confirm', ids);
    await post('ministry', page, pathOf(page), [['mode', 'all']]);
    expect(await statesOf(ids)).toEqual(['sent', 'sent']);
    expect(await entriesOf(ids, 'nomination.confirmed')).toHaveLength(2);
  });

  it('gives to a unit that is chosen first', async () => {
    const ids = await submitted(2);
    const page = await choose('home', 'home_unit', ids);
    expect(page.body).toContain('Faculty 0');
    expect(page.body).not.toContain('Faculty 1');
    expect(page.body).not.toContain('name="mode"');
    const checked = await browser('home').open(`${pathOf(page)}?unit=${units[0] ?? ''}`);
    expect(checked.body).toContain('Goes through with 2 applications');
    await post('home', checked, pathOf(page), [
      ['mode', 'all'],
      ['unit', units[0] ?? ''],
    ]);
    expect(await entriesOf(ids, 'application.unit_assigned')).toHaveLength(2);
    const foreign = await choose('home', 'home_unit', ids);
    const wrong = await browser('home').open(`${pathOf(foreign)}?unit=${units[1] ?? ''}`);
    expect(wrong.body).toContain('Does not go through with 2 applications');
  });

  it('is prepared for one person, and says what is missing', async () => {
    const [id = ''] = await submitted(1);
    const page = await choose('home', 'nominate', [id]);
    expect((await browser('ministry').open(pathOf(page))).status).toBe(404);
    const list = await browser('ministry').open('/applications');
    expect((await post('ministry', list, pathOf(page), [['mode', 'all']])).status).toBe(404);
    expect(await statesOf([id])).toEqual(['submitted']);
    expect((await choose('home', 'nominate', [])).body).toContain('Select at least one application');
    expect((await choose('home', 'return', [id])).body).toContain('Choose what to do');
    // A ministry nominates freemovers, and nobody whom an institution does; for a host it never answers.
    expect((await choose('ministry', 'nominate', [id])).body).toContain(
      'This belongs to another institution',
    );
    expect((await choose('ministry', 'accept', [id])).body).toContain('Choose what to do');
    expect((await post('home', page, pathOf(page), [['mode', 'some']])).status).toBe(422);
    expect(
      (
        await post('home', page, pathOf(page), [
          ['mode', 'all'],
          ['endorsement', 'x'.repeat(4001)],
        ])
      ).status,
    ).toBe(422);
    const many = Array.from({ length: 201 }, () => newId());
    expect((await choose('home', 'nominate', many)).body).toContain('Select at most 200');
    expect((await browser('reviewer').open('/applications')).body).not.toContain('name="act"');
    for (const path of ['/applications/bulk/x', `/applications/bulk/${newId()}`]) {
      expect((await browser('home').open(path)).status).toBe(404);
    }
  });

  it('leaves alone what has changed since it was seen, and what was not seen at all', async () => {
    const [seen = '', changed = ''] = await submitted(2);
    const page = await choose('home', 'nominate', [seen, changed]);
    await http.owner.query('update applications set version = version + 1 where id = $1', [changed]);
    const done = await browser('home').follow(await post('home', page, pathOf(page), [['mode', 'valid']]));
    expect(done.body).toContain('It has changed since you saw this list');
    expect(await statesOf([seen, changed])).toEqual(['sent', 'submitted']);
    const blind = await choose('home', 'nominate', [changed]);
    await browser('home').post(pathOf(blind), {
      _csrf: browser('home').token(blind),
      mode: 'valid',
    });
    expect(await statesOf([changed])).toEqual(['submitted']);
  });

  it('tells nobody of an application that is not theirs to see', async () => {
    const [id = ''] = await submitted(1);
    const page = await choose('host', 'accept', [id]);
    expect(page.body).toContain('An application that is not open to you');
    expect(page.body).not.toContain('RS-20');
    const checked = await api('host', 'bulk-checks', { act: 'accept', applications: [id, newId()] });
    expect(checked.body.items).toEqual([
      { id, possible: false, reason: 'not_found' },
      expect.objectContaining({ possible: false, reason: 'not_found' }),
    ]);
  });

  it('answers programs the same, and a repeated key without doing it again', async () => {
    const ids = await submitted(2);
    const body = { act: 'nominate', applications: ids };
    const checked = await api('home', 'bulk-checks', body);
    expect(checked.body.items).toEqual(ids.map((id) => ({ id, possible: true, reason: null })));
    expect(await statesOf(ids)).toEqual(['submitted', 'submitted']);
    const key = { 'idempotency-key': newId() };
    const first = await api('home', 'bulk-acts', { ...body, mode: 'valid' }, key);
    const second = await api('home', 'bulk-acts', { ...body, mode: 'valid' }, key);
    expect(first.body).toEqual({ items: ids.map((id) => ({ id, done: true, reason: null })) });
    expect(second).toEqual(first);
    expect(await entriesOf(ids, 'nomination.endorsed')).toHaveLength(2);
    for (const wrong of [
      { ...body, mode: 'some' },
      { ...body, act: 'return', mode: 'all' },
      { ...body, applications: [], mode: 'all' },
      { ...body, applications: ['x'], mode: 'all' },
      { ...body, applications: Array.from({ length: 201 }, () => newId()), mode: 'all' },
    ]) {
      expect((await api('home', 'bulk-acts', wrong)).status).toBe(422);
    }
  });
});

describe('notes of the officers', () => {
  const write = async (who: string, id: Id, note: string) => {
    const page = await browser(who).open(`/applications/${id}/review`);
    return post(who, page, `/applications/${id}/review/notes`, [['note', note]]);
  };
  const reads = async (who: string, id: Id) => (await browser(who).open(`/applications/${id}/review`)).body;
  const listed = async (who: string, id: Id) => {
    const { status, body } = await api(who, `${id}/notes`, null);
    return status === 200 ? (body.items as { note: string }[]).map(({ note }) => note) : status;
  };

  it('are read by the officers of the side that wrote them, and by the other from when the file is with it', async () => {
    const [id = ''] = await submitted(1);
    const written = await write('home', id, ' Назвати <факултет>.\r\nДруги ред. ');
    expect(written.status).toBe(303);
    expect(await reads('home', id)).toContain('Назвати &lt;факултет&gt;.<br>Други ред.');
    expect(await reads('ministry', id)).toContain('Назвати &lt;факултет&gt;');
    await api('home', 'bulk-acts', { act: 'nominate', applications: [id], mode: 'all' });
    expect(await reads('host', id)).not.toContain('Назвати');
    expect(await listed('host', id)).toEqual([]);
    const made = await api('host', `${id}/notes`, { note: 'Питање за дом.' });
    expect(made.status).toBe(201);
    expect(await listed('host', id)).toEqual(['Питање за дом.']);
    expect(await listed('home', id)).toEqual(['Назвати <факултет>.\nДруги ред.', 'Питање за дом.']);
    expect(await entriesOf([id], 'application.note_written')).toEqual([
      { subject_id: id, actor_id: people.home, role: 'coordinator' },
      { subject_id: id, actor_id: people.host, role: 'coordinator' },
    ]);
  });

  it('are for nobody else, least of all for the applicant', async () => {
    const [id = ''] = await submitted(1);
    await write('home', id, 'Само за службенике.');
    const { rows } = await http.owner.query<{ applicant_id: Id }>(
      'select applicant_id from applications where id = $1',
      [id],
    );
    const applicant = rows[0]?.applicant_id ?? '';
    expect(await listed(applicant, id)).toBe(403);
    expect((await api(applicant, `${id}/notes`, { note: 'Ја.' })).status).toBe(403);
    expect(JSON.stringify(await api(applicant, id, null))).not.toContain('Само за службенике');
    expect(await listed('host', id)).toBe(404);
    expect((await api('host', `${id}/notes`, { note: 'Не видим.' })).status).toBe(404);
    expect(await listed('reviewer', id)).toBe(403);
    await http.owner.query("update applications set state = 'in_review' where id = $1", [id]);
    await http.owner.query(
      'update role_grants set call_id = (select call_id from applications where id = $1) where person_id = $2 and role = $3',
      [id, people.reviewer, 'reviewer'],
    );
    expect(await listed('reviewer', id)).toBe(403);
    expect(await reads('reviewer', id)).not.toContain('Само за службенике');
    await http.owner.query("update applications set state = 'submitted' where id = $1", [id]);
  });

  it('say at the field what is wrong, and keep what was typed', async () => {
    const [id = ''] = await submitted(1);
    const empty = await write('home', id, ' \u0007 ');
    expect(empty.status).toBe(422);
    expect(empty.body).toContain('href="#field-note"');
    const long = await write('home', id, 'њ'.repeat(4001));
    expect(long.status).toBe(422);
    expect(long.body).toContain('њ'.repeat(4001));
    expect(await listed('home', id)).toEqual([]);
    for (const note of ['', 7, null]) expect((await api('home', `${id}/notes`, { note })).status).toBe(422);
  });

  it('stay as they were written, whoever tries', async () => {
    const [id = ''] = await submitted(1);
    await write('home', id, 'Остаје.');
    const request: RequestContext = {
      actor: {
        kind: 'person',
        personId: people.home ?? '',
        name: 'home',
        grants: [],
        secondFactor: true,
        scopes: null,
        ties: NO_TIES,
      },
      language: 'en',
      clock: systemClock,
      requestId: 'test-notes',
    };
    await http.app.get(Database).transaction(request, async ({ tx }) => {
      await tx.query("update officer_notes set text = 'Друго.' where application_id = $1", [id]);
      await tx.query('delete from officer_notes where application_id = $1', [id]);
    });
    expect(await listed('home', id)).toEqual(['Остаје.']);
  });
});
