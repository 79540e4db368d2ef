import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { strFromU8, unzipSync } from 'fflate';
import { systemClock } from '../../src/shared/clock.js';

import type { Id } from '../../src/shared/ids.js';
import { exchangeModules } from '../factories/exchange-modules.js';
import { grantRow, insertRows } from '../factories/rows.js';
import type { Row } from '../factories/rows.js';
import { buildWorld } from '../factories/world.js';
import { writeWorklist } from '../factories/worklist-rows.js';
import type { Drawn, WorklistRows } from '../factories/worklist-rows.js';
import type { Answer, Browser } from './browser-of-text.js';
import { startHttpApp } from './http-app.js';
import type { HttpApp } from './http-app.js';
import { startTokenIssuer } from './token-issuer.js';
import type { TokenIssuer } from './token-issuer.js';

/** The worklist over HTTP, as coordinators and ministry officers of both countries and a reviewer meet it. */

const base: Drawn = {
  state: 'submitted',
  call: 0,
  home: 'bg',
  host: 0,
  submitted: -20,
  due: null,
  nomination: null,
  sides: ['pending', 'pending'],
  name: 'Ана',
};
const DRAWN: readonly Drawn[] = [
  { ...base, due: -1, name: 'Касни' },
  { ...base, call: 1, host: 1, due: 3, name: 'Професор' },
  { ...base, home: 'ns', state: 'eligible', nomination: 'sent', name: 'Новосад' },
  { ...base, state: 'eligible', nomination: 'sent', name: 'Послата' },
  { ...base, home: 'msu', name: 'Москва' },
  { ...base, state: 'in_review', name: 'Оцена' },
];

let http: HttpApp;
let issuer: TokenIssuer;
let scratch: string;
let rows: WorklistRows;
const browsers: Record<string, Browser> = {};
const ids: Record<string, Id> = {};

async function official(name: string, email: string, role: string, scope: Row): Promise<void> {
  const browser = await http.signedIn(email);
  const { rows: found } = await http.owner.query<{ id: Id }>('select id from persons where email = $1', [
    email,
  ]);
  const id = found[0]?.id ?? '';
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
  ids[name] = id;
}

const browser = (who: string): Browser => {
  const found = browsers[who];
  if (!found) throw new Error(`nobody is ${who}`);
  return found;
};
const open = (who: string, path: string): Promise<Answer> => browser(who).open(path);

async function api(who: string, path: string, init: RequestInit = {}): Promise<Response> {
  const token = await issuer.token({
    claims: { sub: who, scope: 'applications:read applications:write', amr: ['mfa'] },
  });
  return fetch(`${http.url}/api/v1${path}`, {
    ...init,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'accept-language': 'en',
      ...init.headers,
    },
  });
}

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'most-worklist-'));
  issuer = await startTokenIssuer();
  http = await startHttpApp({
    imports: exchangeModules(scratch),
    settings: { tokenIssuers: [{ issuer: issuer.url, jwksUri: `${issuer.url}/keys` }] },
  });
  const world = await buildWorld(http.app, http.owner);
  const institutions = {
    bg: await world.institution('university-of-belgrade'),
    ns: await world.institution('university-of-novi-sad'),
    msu: await world.institution('lomonosov-moscow-state-university'),
    nsu: await world.institution('novosibirsk-state-university'),
  };
  await official('home', 'coordinator@bg.rs.demo', 'coordinator', { institution_id: institutions.bg });
  rows = await writeWorklist(http.owner, institutions, ids.home ?? '', DRAWN, systemClock.now());
  await official('host', 'coordinator@msu.ru.demo', 'coordinator', { institution_id: institutions.msu });
  await official('home_ministry', 'ministry@rs.demo', 'ministry_officer', { country: 'RS' });
  await official('host_ministry', 'ministry@ru.demo', 'ministry_officer', { country: 'RU' });
  await official('reviewer', 'reviewer@rs.demo', 'reviewer', { call_id: rows.calls[0] });
}, 120_000);

afterAll(async () => {
  await http.stop();
  await issuer.stop();
  rmSync(scratch, { recursive: true, force: true });
});

/** Which of the applications drawn above a page or an answer names. */
const shown = (body: string): number[] =>
  rows.applications.flatMap((id, index) => (body.includes(id) ? [index] : []));

describe('filters and columns in the address', () => {
  it.each([
    ['home', 'waits=all', [0, 1, 3, 5]],
    ['home', 'overdue=yes', [0]],
    ['home', 'category=professor', [1]],
    ['home', 'host=%D0%9C%D0%93%D0%A3', [3]],
    ['home', 'from=2001-01-01&until=2001-01-02', []],
    ['home', 'field=0613', [0]],
    ['home', 'level=8&field=06', []],
    ['home_ministry', 'home=novi+sad', [2]],
    ['home_ministry', '', [0, 1, 2, 3, 5]],
    ['host', 'waits=all', [2, 3, 4]],
    ['host', 'home=%D0%91%D0%B5%D0%BE%D0%B3%D1%80%D0%B0%D0%B4', [3]],
    ['host_ministry', '', [2, 3, 4]],
    ['host_ministry', 'home=msu.ru', [4]],
    ['reviewer', '', [5]],
  ] as const)('shows %s at ?%s what it asks for', async (who, query, expected) => {
    const page = await open(who, `/applications?${query}`);
    expect(page.status).toBe(200);
    const wanted = expected.map((index) => index);
    // Which place is in which field follows from the factory: what matters is that page and API agree.
    const answer = await api(who, `/applications?scope=office&${query.replace('waits=all', '')}`);
    expect(answer.status).toBe(200);
    const body = await answer.text();
    expect(shown(body)).toEqual(shown(page.body));
    if (!query.includes('field')) expect(shown(page.body)).toEqual(wanted);
  });

  it('keeps columns and filters in every link, and says what is no day at its field', async () => {
    const page = await open(
      'home',
      '/applications?waits=all&columns=name&columns=category&columns=submitted&until=31.12.2099',
    );
    expect(page.status).toBe(200);
    expect(page.body).toContain('Category</th>');
    expect(page.body).not.toContain('Who has it, until when</th>');
    expect(page.body).toContain('columns=name%2Ccategory%2Csubmitted&amp;density=compact');
    const wrong = await open('home', '/applications?until=yesterday');
    expect(wrong.status).toBe(422);
    expect(wrong.body).toContain('href="#field-until"');
    expect(wrong.body).toContain('value="yesterday"');
  });

  it('hides names from a reviewer whatever columns they ask for', async () => {
    const page = await open('reviewer', '/applications?columns=name,state');
    expect(shown(page.body)).toEqual([5]);
    expect(page.body).not.toContain('Оцена');
    expect(shown((await open('reviewer', `/applications?q=${encodeURIComponent('Оцена')}`)).body)).toEqual(
      [],
    );
  });

  it('refuses over the API what it cannot read, and never with a fault of its own', async () => {
    for (const query of ['from=31.12.2027', 'level=12', 'field=abc', 'category=nobody', 'waits=nothing']) {
      expect((await api('home', `/applications?scope=office&${query}`)).status).toBe(422);
    }
    for (const query of ['call=x', 'level=%00', 'columns=%00', 'from=%00', 'field=99999', 'home=%25_%5C']) {
      expect([200, 422]).toContain((await open('home', `/applications?${query}`)).status);
    }
  });
});

/** Sends a form of the page that is open. */
async function send(
  who: string,
  page: Answer,
  path: string,
  fields: Record<string, string> = {},
): Promise<Answer> {
  return browser(who).post(path, { _csrf: browser(who).token(page), ...fields });
}

describe('saved filters', () => {
  const FILTERS = '/applications/filters';
  const keep = async (who: string, query: string, name: string) => {
    const page = await open(who, `${FILTERS}?save=${encodeURIComponent(query)}`);
    return send(who, page, FILTERS, { query, name });
  };
  const idOf = async (name: string): Promise<string> => {
    const { rows: found } = await http.owner.query<{ id: string }>(
      'select id from saved_filters where name = $1',
      [name],
    );
    return found[0]?.id ?? '';
  };
  const order = (page: Answer) =>
    [...page.body.matchAll(/most-saved__name" href="[^"]*">([^<]*)</g)].map(([, name]) => name);

  it('are kept from the page of the list, in one’s own order, and one of them is shown first', async () => {
    const list = await open('home', '/applications?overdue=yes&columns=name,state');
    const save = /href="(\/applications\/filters\?save=[^"]*)"/
      .exec(list.body)?.[1]
      ?.replaceAll('&amp;', '&');
    const page = await open('home', save ?? '');
    const query = /name="query" value="([^"]*)"/.exec(page.body)?.[1]?.replaceAll('&amp;', '&') ?? '';
    expect(query).toBe('waits=all&overdue=yes&columns=name%2Cstate');
    const saved = await browser('home').follow(
      await send('home', page, FILTERS, { query, name: '  Касни <b> ' }),
    );
    expect(saved.url).toContain('overdue=yes');
    expect(saved.body).toContain('Касни &lt;b&gt;');
    expect((await keep('home', 'category=professor', 'Друго')).status).toBe(303);

    let filters = await open('home', FILTERS);
    expect(order(filters)).toEqual(['Касни &lt;b&gt;', 'Друго']);
    const [late, other] = [await idOf('Касни <b>'), await idOf('Друго')];
    await send('home', filters, `${FILTERS}/${other}/up`);
    await send('home', filters, `${FILTERS}/${other}/default`);
    filters = await open('home', FILTERS);
    expect(order(filters)).toEqual(['Друго', 'Касни &lt;b&gt;']);
    const first = await open('home', '/applications');
    expect(new URL(first.url).search).toBe('?waits=all&category=professor');
    expect(shown(first.body)).toEqual([1]);
    // The way to everything stays open.
    expect(shown((await open('home', '/applications?waits=all')).body)).toEqual([0, 1, 3, 5]);
    await send('home', filters, `${FILTERS}/default`);
    expect(new URL((await open('home', '/applications')).url).search).toBe('');
    await send('home', filters, `${FILTERS}/${late}/delete`);
    expect(order(await open('home', FILTERS))).toEqual(['Друго']);
  });

  it('say at the field what is wrong with a name, and keep what was typed', async () => {
    const taken = await keep('home', 'overdue=yes', 'Друго');
    expect(taken.status).toBe(422);
    expect(taken.body).toContain('already have a filter with this name');
    expect(taken.body).toContain('value="Друго"');
    expect((await keep('home', 'overdue=yes', ' ')).status).toBe(422);
    expect((await keep('home', 'overdue=yes', 'x'.repeat(81))).status).toBe(422);
    expect((await keep('home', 'overdue=yes&nonsense=<script>', 'А\u0000б')).status).toBe(303);
    const { rows: kept } = await http.owner.query("select query from saved_filters where name = 'А б'");
    expect(kept).toEqual([{ query: 'waits=all&overdue=yes' }]);
  });

  it('are nobody else’s', async () => {
    const id = await idOf('Друго');
    const page = await open('home_ministry', `${FILTERS}?save=overdue%3Dyes`);
    expect(page.body).not.toContain('Друго');
    for (const act of ['up', 'default', 'delete']) {
      expect((await send('home_ministry', page, `${FILTERS}/${id}/${act}`)).status).toBe(404);
    }
    expect((await send('home_ministry', page, `${FILTERS}/x/delete`)).status).toBe(404);
    expect(await idOf('Друго')).toBe(id);
    const stranger = await http.signedIn('student@rs.demo');
    expect((await stranger.open(FILTERS)).status).toBe(403);
  });

  it('are at most thirty, however many are sent at once', async () => {
    const page = await open('host', `${FILTERS}?save=overdue%3Dyes`);
    const answers = await Promise.all(
      Array.from({ length: 33 }, (_, index) =>
        send('host', page, FILTERS, { query: 'overdue=yes', name: `Ф${index}` }),
      ),
    );
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(30);
    expect(answers.filter(({ status }) => status === 409 || status === 422)).toHaveLength(3);
    const { rows: found } = await http.owner.query(
      'select position from saved_filters where person_id = $1 order by position',
      [ids.host],
    );
    expect(found.map((row: { position: number }) => row.position)).toEqual(
      Array.from({ length: 30 }, (_, index) => index + 1),
    );
  });

  it('leave an entry in the record without a word of them', async () => {
    const { rows: entries } = await http.owner.query(
      "select action, data from audit_entries where actor_id = $1 and action like 'saved_filter.%' order by id",
      [ids.home],
    );
    expect(entries.slice(0, 6)).toEqual(
      ['saved', 'saved', 'moved', 'default_set', 'default_cleared', 'removed'].map((act) => ({
        action: `saved_filter.${act}`,
        data: {},
      })),
    );
  });
});

describe('a worklist as a file', () => {
  const download = async (who: string, query: string, fields: readonly (readonly [string, string])[]) => {
    const page = await open(who, `/applications/export?${query}`);
    const form = new URLSearchParams({ _csrf: browser(who).token(page), query });
    for (const [name, value] of fields) form.append(name, value);
    return { page, answer: await browser(who).post('/applications/export', form) };
  };
  const table = (body: string) => parse<Record<string, string>>(body, { bom: true, columns: true });
  const numbersOf = async (which: readonly number[]) => {
    const { rows: found } = await http.owner.query<{ id: string; number: string }>(
      'select id, number from applications where id = any ($1)',
      [which.map((index) => rows.applications[index])],
    );
    return new Set(found.map(({ number }) => number));
  };

  it.each([
    ['home', 'waits=all', [0, 1, 3, 5]],
    ['home', 'category=professor', [1]],
    ['home_ministry', 'home=novi+sad', [2]],
    ['host', 'waits=all', [2, 3, 4]],
    ['host_ministry', 'waits=all', [2, 3, 4]],
    ['reviewer', 'waits=all', [5]],
  ] as const)('holds what the list shows to %s at ?%s', async (who, query, expected) => {
    const { page, answer } = await download(who, query, [
      ['columns', 'number'],
      ['columns', 'submitted'],
      ['format', 'csv'],
    ]);
    expect(page.body).toContain(`${expected.length} application`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain('text/csv');
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="Applications/);
    const lines = table(answer.body);
    expect(new Set(lines.map((line) => line.Number))).toEqual(await numbersOf(expected));
    expect(lines[0]?.Submitted).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0[12]:00$/);
    const same = await api(who, `/applications/export?${query.replace('waits=all', '')}&columns=number`);
    expect(new Set(table(await same.text()).map((line) => line.Number))).toEqual(await numbersOf(expected));
  });

  it('names nobody unless it is asked to, and tells nobody what they may not know', async () => {
    const usual = await api('home', '/applications/export');
    const header = (await usual.text()).split('\r\n')[0];
    expect(header).toContain('Who has it');
    expect(header).not.toMatch(/Name|Contact|Passport/);
    const page = await open('home', '/applications/export?columns=name,state');
    expect(page.body).not.toMatch(/value="(name|contact|passport)" checked/);
    const asked = '/applications/export?columns=number,name,contact,passport';
    const home = table(await (await api('home', asked)).text());
    expect(home.map((line) => line.Name)).toContain('Касни Јовић');
    // A reviewer does not know whom, and a ministry not how to reach them.
    const reviewer = table(await (await api('reviewer', asked)).text());
    expect(reviewer).toEqual([
      expect.objectContaining({ Name: 'name withheld', Contact: 'withheld', 'Passport data': 'withheld' }),
    ]);
    const ministry = table(await (await api('home_ministry', asked)).text());
    expect(new Set(ministry.map((line) => line.Contact))).toEqual(new Set(['withheld']));
  });

  it('is a workbook where that is asked for, in the language of the reader', async () => {
    const page = await open('home', '/applications/export?waits=all&lang=sr-Cyrl');
    const token = await issuer.token({ claims: { sub: 'home', scope: 'applications:read', amr: ['mfa'] } });
    const answer = await fetch(
      `${http.url}/api/v1/applications/export?format=xlsx&columns=number,state&lang=sr-Cyrl`,
      {
        headers: { authorization: `Bearer ${token}` },
      },
    );
    expect(page.body).toContain('Списак као датотека');
    await open('home', '/?lang=en');
    const parts = unzipSync(new Uint8Array(await answer.arrayBuffer()));
    const sheet = strFromU8(parts['xl/worksheets/sheet1.xml'] ?? new Uint8Array());
    expect(sheet).toContain('Стање');
    expect(sheet.match(/<row>/g)).toHaveLength(5);
  });

  it('makes text of a name that would be a formula', async () => {
    const { rows: before } = await http.owner.query<{ id: string; native_given: string }>(
      `select id, native_given from persons where id = (select applicant_id from applications where id = $1)`,
      [rows.applications[0]],
    );
    await http.owner.query('update persons set native_given = \'=HYPERLINK("x")\' where id = $1', [
      before[0]?.id,
    ]);
    const answer = await api('home', '/applications/export?overdue=yes&columns=name');
    expect(await answer.text()).toContain(`"'=HYPERLINK(""x"") Јовић"`);
    await http.owner.query('update persons set native_given = $2 where id = $1', [
      before[0]?.id,
      before[0]?.native_given,
    ]);
  });

  it('is on record before and after, with the filter and how many, but not with what was searched for', async () => {
    const answer = await api('host', `/applications/export?q=${encodeURIComponent('Послата')}&home=bg.ac.rs`);
    expect(table(await answer.text())).toHaveLength(1);
    const { rows: entries } = await http.owner.query<{ action: string; data: Record<string, unknown> }>(
      `select action, data from audit_entries where actor_id = $1 and subject_kind = 'application_export'
       order by id desc limit 2`,
      [ids.host],
    );
    expect(entries).toEqual([
      { action: 'application_export.ended', data: { rows: 1, complete: true } },
      {
        action: 'application_export.begun',
        data: expect.objectContaining({
          rows: 1,
          format: 'csv',
          searched: true,
          home: expect.arrayContaining([rows.institutions.bg]) as unknown,
        }) as unknown,
      },
    ]);
    expect(JSON.stringify(entries)).not.toContain('Послата');
  });

  it('says at the field what is missing, and refuses whoever lists nothing', async () => {
    expect((await download('home', 'waits=all', [['format', 'csv']])).answer.status).toBe(422);
    const wrong = await download('home', 'until=yesterday', [
      ['columns', 'number'],
      ['format', 'csv'],
    ]);
    expect(wrong.answer.status).toBe(422);
    for (const query of ['columns=nonsense', 'format=pdf', 'columns=', 'columns=number,number', 'limit=5']) {
      expect((await api('home', `/applications/export?${query}`)).status).toBe(422);
    }
    const stranger = await http.signedIn('student@rs.demo');
    expect((await stranger.open('/applications/export')).status).toBe(403);
  });
});
