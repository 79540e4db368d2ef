import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
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
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...init.headers },
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
