import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { IssueAwardLetter } from '../../src/applications/operations/issue-award-letter.js';
import { Ledger, PERSON, exchanged } from '../../src/ledger/public.js';
import { MobilitiesRepository } from '../../src/mobilities/data/mobilities.repository.js';
import { Database, systemContext } from '../../src/platform/database/database.js';
import { LANGUAGES } from '../../src/shared/language.js';
import { SettableClock } from '../../src/shared/clock.js';
import { WebModule } from '../../src/web/web.module.js';
import { HOUSE, acceptedPlace, dayAgo } from '../factories/accepted-place.js';
import { exchangeModules } from '../factories/exchange-modules.js';
import { grantRow, insertRows } from '../factories/rows.js';
import { DAY_MS, buildWorld } from '../factories/world.js';
import type { World } from '../factories/world.js';
import type { Answer, Browser } from './browser-of-text.js';
import { startHttpApp } from './http-app.js';
import type { HttpApp } from './http-app.js';
import { startTokenIssuer } from './token-issuer.js';
import type { TokenIssuer } from './token-issuer.js';

/** Stays and the ledger over HTTP, in both directions: who sees what, what is kept of a form that was wrong. */

const today = new Date().toISOString().slice(0, 10);

let http: HttpApp;
let world: World;
let scratch: string;
let issuer: TokenIssuer;
const browsers: Record<string, Browser> = {};
const persons: Record<string, string> = {};
const stays: Record<string, string> = {};
const at = (who: string): Browser => browsers[who] ?? expectBrowser(who);
const stayFrom = (home: string): string => `/mobilities/${stays[home] ?? ''}`;

function expectBrowser(who: string): never {
  throw new Error(`nobody is ${who}`);
}

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'most-mobilities-'));
  issuer = await startTokenIssuer();
  http = await startHttpApp({
    imports: [...exchangeModules(scratch), WebModule],
    settings: { tokenIssuers: [{ issuer: issuer.url, jwksUri: `${issuer.url}/keys` }] },
  });
  world = await buildWorld(http.app, http.owner);
  http.app.get(IssueAwardLetter).run = () => Promise.resolve();
  for (const country of ['rs', 'ru']) {
    const institution = await world.institution(HOUSE[country.toUpperCase()] ?? '');
    await signIn(`student.${country}`, `student@${country}.demo`);
    await signIn(
      `coordinator.${country}`,
      `coordinator@${country === 'rs' ? 'bg' : 'msu'}.${country}.demo`,
      'coordinator',
      {
        institution_id: institution,
      },
    );
    await signIn(`ministry.${country}`, `ministry@${country}.demo`, 'ministry_officer', {
      country: country.toUpperCase(),
    });
  }
  await signIn('elsewhere', 'coordinator@ns.rs.demo', 'coordinator', {
    institution_id: await world.institution('university-of-novi-sad'),
  });
  await signIn('auditor', 'auditor@rs.demo', 'auditor', {});
  await signIn('outsider', 'outsider@rs.demo');
  stays.RS = await acceptedPlace(http, world, {
    home: 'RS',
    host: 'RU',
    personId: persons['student.rs'] ?? '',
  });
  stays.RU = await acceptedPlace(http, world, {
    home: 'RU',
    host: 'RS',
    personId: persons['student.ru'] ?? '',
  });
}, 90_000);

afterAll(async () => {
  await http.stop();
  await issuer.stop();
  rmSync(scratch, { recursive: true, force: true });
});

async function signIn(
  name: string,
  email: string,
  role?: string,
  scope: Readonly<Record<string, string>> = {},
): Promise<void> {
  const browser = await http.signedIn(email);
  const { rows } = await http.owner.query<{ id: string }>('select id from persons where email = $1', [email]);
  const id = rows[0]?.id ?? '';
  if (role) await insertRows(http.owner, 'role_grants', [grantRow(id, role, scope)]);
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
  persons[name] = id;
}

/** Sends a form of the page that it stands on. */
async function send(
  who: string,
  page: string,
  action: string,
  fields: Readonly<Record<string, string>>,
): Promise<Answer> {
  const browser = at(who);
  const token = browser.token(await browser.open(page));
  return browser.post(`${page}/${action}`, { _csrf: token, ...fields });
}

const day = (name: string, value: string) => {
  const [year = '', month = '', date = ''] = value.split('-');
  return { [`${name}-day`]: date, [`${name}-month`]: month, [`${name}-year`]: year };
};

describe.each([
  ['RS', 'RU'],
  ['RU', 'RS'],
])('the stay of somebody from %s in %s', (home, host) => {
  const ours = home.toLowerCase();
  const theirs = host.toLowerCase();

  it('is seen by both offices, both ministries and whoever stays, and by nobody else', async () => {
    for (const who of [
      `student.${ours}`,
      `coordinator.${ours}`,
      `coordinator.${theirs}`,
      `ministry.${ours}`,
      `ministry.${theirs}`,
    ]) {
      expect({ who, status: (await at(who).get(stayFrom(home))).status }).toEqual({ who, status: 200 });
    }
    for (const who of [`student.${theirs}`, 'elsewhere', 'auditor', 'outsider']) {
      const { status } = await at(who).get(stayFrom(home));
      expect({ who, seen: status === 200 }).toEqual({ who, seen: false });
    }
    expect((await at(`coordinator.${theirs}`).open('/mobilities?when=overdue')).body).toContain(
      stayFrom(home),
    );
    expect((await at(`coordinator.${theirs}`).open('/')).body).toContain('/mobilities?when=overdue');
    expect((await at('elsewhere').open('/mobilities?when=all')).body).not.toContain(stayFrom(home));
  });

  it('is certified by its host at the field, and by nobody else', async () => {
    const hosting = `coordinator.${theirs}`;
    const tomorrow = new Date(Date.now() + 2 * DAY_MS).toISOString().slice(0, 10);
    const wrong = await send(hosting, stayFrom(home), 'arrival', day('arrival_day', tomorrow));
    expect(wrong.status).toBe(422);
    expect(wrong.body).toContain('href="#field-arrival_day"');
    expect(wrong.body).toContain(`value="${tomorrow.slice(0, 4)}"`);
    expect((await send(hosting, stayFrom(home), 'arrival', day('arrival_day', '2026-13-45'))).status).toBe(
      422,
    );
    expect(
      (await send(`coordinator.${ours}`, stayFrom(home), 'arrival', day('arrival_day', today))).status,
    ).toBe(403);
    expect((await send(hosting, stayFrom(home), 'arrival', day('arrival_day', dayAgo(20)))).status).toBe(303);
    const here = await at(`ministry.${ours}`).open('/mobilities');
    expect(here.body).toContain(stayFrom(home));
    expect(here.body).toMatch(/1 from/);
  });

  it('is paid and corrected on its page, and whoever stays reads it', async () => {
    const ministry = `ministry.${theirs}`;
    const typed = {
      payments_kind: 'instalment',
      payments_purpose: 'stipend',
      payments_payer: 'host_country',
      payments_amount: '500,00',
      payments_currency: 'EUR',
      payments_evidence: 'Order 17',
      ...day('payments_paidOn', dayAgo(3)),
    };
    const wrong = await send(ministry, stayFrom(home), 'payments', { ...typed, payments_amount: 'a lot' });
    expect(wrong.status).toBe(422);
    expect(wrong.body).toContain('value="Order 17"');
    expect((await send(ministry, stayFrom(home), 'payments', typed)).status).toBe(303);
    const { rows } = await http.owner.query<{ id: string }>(
      'select id from mobility_payments where mobility_id = $1',
      [stays[home]],
    );
    const act = `payments/${rows[0]?.id ?? ''}`;
    const prefix = `${act.replaceAll(/[^a-z0-9]/g, '_')}_`;
    const correction = { [`${prefix}amount`]: '450,00', [`${prefix}reason`]: 'Mistyped' };
    expect((await send(`ministry.${ours}`, stayFrom(home), act, correction)).status).toBe(403);
    expect((await send(ministry, stayFrom(home), act, correction)).status).toBe(303);
    expect((await send(ministry, stayFrom(home), act, correction)).status).toBe(409);
    const own = await at(`student.${ours}`).open(stayFrom(home));
    expect(own.body).toMatch(/450/);
    expect(own.body).toContain('Mistyped');
    expect(own.body).not.toContain('<form method="post" action="/mobilities');
  });
});

describe('stays taken out of the application', () => {
  const answered = async (who: string, path: string, scope = 'mobilities:read') => {
    const token = await issuer.token({ claims: { sub: who, scope, amr: ['mfa'] } });
    return fetch(`${http.url}/api/v1/mobilities${path}`, { headers: { authorization: `Bearer ${token}` } });
  };
  const asked = async (who: string, path: string, scope?: string) => {
    const answer = await answered(who, path, scope);
    return { status: answer.status, text: await answer.text() };
  };
  const ids = (text: string) =>
    (JSON.parse(text) as { items: { id: string }[] }).items.map(({ id }) => id).sort();

  it('are listed to their offices by pages, and to nobody else', async () => {
    const both = Object.values(stays).sort();
    for (const who of ['coordinator.rs', 'coordinator.ru', 'ministry.rs', 'ministry.ru']) {
      const { status, text } = await asked(who, '');
      expect({ who, status, ids: ids(text) }).toEqual({ who, status: 200, ids: both });
      expect(text).not.toMatch(/Јовић|Ана|@rs\.demo/);
    }
    const first = await asked('ministry.rs', '?limit=1');
    const { next } = JSON.parse(first.text) as { next: string };
    const second = await asked('ministry.rs', `?limit=1&after=${next}`);
    expect([...ids(first.text), ...ids(second.text)].sort()).toEqual(both);
    expect((JSON.parse(second.text) as { next: string | null }).next).toBeNull();
    expect(ids((await asked('ministry.rs', '?home=RS&when=all')).text)).toEqual([stays.RS]);
    expect(ids((await asked('elsewhere', '')).text)).toEqual([]);
    expect((await asked('student.rs', '')).status).toBe(403);
    expect((await asked('student.rs', `/${stays.RS ?? ''}`)).status).toBe(200);
    for (const who of ['student.ru', 'elsewhere', 'outsider']) {
      expect({ who, status: (await asked(who, `/${stays.RS ?? ''}`)).status }).toEqual({ who, status: 404 });
    }
    const never = Buffer.from(JSON.stringify(['2027-02-31', stays.RS])).toString('base64url');
    for (const strange of ['?when=x', '?limit=0', '?year=1', '?after=x', `?after=${never}`, '?home=rs']) {
      expect({ strange, status: (await asked('ministry.rs', strange)).status }).toEqual({
        strange,
        status: 422,
      });
    }
  });

  // Who: the list, the stay from Serbia, the file. A list of somebody else's offices is empty, and no refusal.
  it.each([
    ['coordinator.rs', 200, 200, 200],
    ['coordinator.ru', 200, 200, 200],
    ['ministry.rs', 200, 200, 200],
    ['ministry.ru', 200, 200, 200],
    ['elsewhere', 200, 404, 200],
    ['student.rs', 403, 200, 403],
    ['student.ru', 403, 404, 403],
    ['auditor', 403, 404, 403],
    ['outsider', 403, 404, 403],
  ])('answer %s by the same rule as the pages', async (who, list, one, file) => {
    const statuses = [];
    for (const path of ['', `/${stays.RS ?? ''}`, '/export?format=csv']) {
      statuses.push((await asked(who, path)).status);
    }
    expect(statuses).toEqual([list, one, file]);
  });

  it('need the scope that is named after them', async () => {
    for (const [scope, status] of [
      ['mobilities:read', 200],
      ['mobilities:write', 200],
      ['mobilitys:read', 403],
      ['ledgers:read', 403],
    ] as const) {
      expect({ scope, status: (await asked('ministry.rs', '', scope)).status }).toEqual({ scope, status });
    }
    expect((await fetch(`${http.url}/api/v1/mobilities`)).status).toBe(401);
  });

  it('are found by direction, category, year and what the day brings', async () => {
    for (const [query, found] of [
      ['?home=RS&host=RU', [stays.RS]],
      ['?home=RU', [stays.RU]],
      ['?host=RS', [stays.RU]],
      ['?home=RS&host=RS', []],
      ['?category=student', Object.values(stays)],
      ['?category=expert', []],
      ['?year=1999/00', []],
      ['?when=here', Object.values(stays)],
      ['?when=overdue', []],
    ] as const) {
      expect({ query, ids: ids((await asked('ministry.ru', query)).text) }).toEqual({
        query,
        ids: [...found].sort(),
      });
    }
  });

  it('go out as a file with the same filter, on record and without a name', async () => {
    const host = at('coordinator.ru');
    const page = await host.open('/mobilities?when=all&home=RS');
    expect(page.body).toContain('value="when=all&amp;home=RS"');
    const form = { _csrf: host.token(page), query: 'when=all&home=RS' };
    const file = await host.post('/mobilities/export', { ...form, format: 'csv' });
    expect(file.status).toBe(200);
    const lines = file.body.trim().split('\r\n');
    expect(lines[0]).toContain('stay,application,call');
    expect(lines.slice(1).map((line) => line.split(',')[0])).toEqual([stays.RS]);
    expect(file.body).not.toMatch(/Јовић|Ана|@rs\.demo/);
    expect((await host.post('/mobilities/export', { ...form, format: 'x' })).status).toBe(422);
    expect((await at('outsider').post('/mobilities/export', { ...form, format: 'csv' })).status).toBe(403);
    expect((await asked('elsewhere', '/export?format=csv')).text.trim().split('\r\n')).toHaveLength(1);
    const book = await host.post('/mobilities/export', { ...form, format: 'xlsx' });
    expect(book.headers.get('content-type')).toContain('spreadsheetml');
    const { rows } = await http.owner.query<{ data: object }>(
      "select data from audit_entries where action = 'mobility.exported' and data ->> 'when' = 'all' order by id",
    );
    expect(rows.map(({ data }) => data)).toContainEqual(
      expect.objectContaining({ format: 'csv', when: 'all', homeCountry: 'RS' }),
    );
  });

  it('go out while they are read: nobody holds a file of many in memory, and each stands in it once', async () => {
    const many = 40_000;
    // Of one application, cancelled again and again: only their number matters, and half of them begin on one day.
    await http.owner.query(
      `insert into mobilities (id, application_id, call_id, place_id, participant_id, agreement_id, category, academic_year,
         home_country, host_country, home_institution_id, host_institution_id, freemover, state, state_since, planned_from,
         planned_until, months, funding, created_at)
       select gen_random_uuid(), m.application_id, m.call_id, m.place_id, m.participant_id, m.agreement_id, m.category,
         '1990/91', m.home_country, m.host_country, m.home_institution_id, m.host_institution_id, false, 'cancelled', now(),
         date '1991-01-01' + case when n % 2 = 0 then 0 else n % 100 end, '1991-09-01', 1, '[]', now()
       from mobilities m, generate_series(1, $2) n where m.id = $1`,
      [stays.RS, many],
    );
    const list = jest.spyOn(http.app.get(MobilitiesRepository), 'list');
    try {
      const answer = await answered('ministry.rs', '/export?format=csv&year=1990/91');
      const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = answer.body?.getReader();
      if (!reader) throw new Error('no file');
      const first = await reader.read();
      // Somebody who reads no further: the batches stop, long before all are there.
      let read = -1;
      while (list.mock.calls.length !== read) {
        read = list.mock.calls.length;
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
      expect(read).toBeLessThan(many / 500 / 2);
      const parts: Uint8Array[] = [];
      for (let { done, value } = first; !done; { done, value } = await reader.read()) {
        if (value) parts.push(value);
      }
      const found = Buffer.concat(parts).toString('utf8').trim().split('\r\n').slice(1);
      expect(found).toHaveLength(many);
      expect(new Set(found.map((line) => line.split(',')[0])).size).toBe(many);
    } finally {
      list.mockRestore();
      await http.owner.query("delete from mobilities where academic_year = '1990/91'");
    }
  }, 60_000);
});

describe('the ledger', () => {
  it('answers programs of any day, and what is no day at its field', async () => {
    const token = await issuer.token({ claims: { sub: 'ministry.rs', scope: 'ledgers:read', amr: ['mfa'] } });
    const of = async (path: string) => {
      const headers = { authorization: `Bearer ${token}` };
      const answer = await fetch(`${http.url}/api/v1/ledger/${path}`, { headers });
      return { status: answer.status, text: await answer.text() };
    };
    expect((await of('balances?by=agreement')).text).toContain('"unit":"EUR","amount":45000');
    for (const path of [
      'balances?on=2027-02-31',
      'export?format=csv&knownOn=2027-2-1',
      'export?format=csv&what=x',
    ]) {
      expect({ path, status: (await of(path)).status }).toEqual({ path, status: 422 });
    }
    const file = await of('export?format=csv&what=balances&on=2020-01-01');
    expect([file.status, file.text.trim().split('\r\n').length]).toEqual([200, 1]);
  });

  it('is read by ministries, auditors and institutions, never with a name', async () => {
    for (const who of ['ministry.rs', 'ministry.ru', 'auditor', 'coordinator.rs']) {
      const page = await at(who).open('/ledger');
      expect({ who, status: page.status }).toEqual({ who, status: 200 });
      expect(page.body).toMatch(/1 of 1 planned/);
      const entries = await at(who).open('/ledger/entries');
      expect(entries.body).toMatch(/Takes back \d+: another amount/);
      expect(entries.body).not.toMatch(/Јовић|Ана|@rs\.demo/);
      // Only who sees the stay is led to it.
      expect(entries.body.includes('/mobilities/')).toBe(who !== 'auditor');
    }
    expect((await at('elsewhere').open('/ledger')).body).not.toMatch(/1 of 1 planned/);
    for (const who of ['outsider', 'student.rs']) {
      expect({ who, status: (await at(who).get('/ledger')).status }).toEqual({ who, status: 403 });
    }
  });

  it('tells of a day, as it was known, in four languages, and what is no day at its field', async () => {
    const before = await at('auditor').open('/ledger?on-day=1&on-month=1&on-year=2020');
    expect(before.body).not.toMatch(/of 1 planned/);
    const wrong = await at('auditor').open('/ledger?on-day=31&on-month=2&on-year=2026');
    expect(wrong.status).toBe(422);
    expect(wrong.body).toContain('href="#field-on"');
    for (const language of LANGUAGES) {
      for (const path of ['/ledger', '/ledger/entries', '/mobilities?when=all', stayFrom('RS')]) {
        const page = await at('coordinator.ru').open(
          `${path}${path.includes('?') ? '&' : '?'}lang=${language}`,
        );
        expect({ path, language, status: page.status }).toEqual({ path, language, status: 200 });
      }
    }
    await at('coordinator.ru').open('/?lang=en');
    for (const strange of [
      '/ledger?by=x&year=1&category=%27&agreement=1',
      '/ledger/entries?before=x',
      '/mobilities?after=x',
    ]) {
      expect((await at('coordinator.ru').get(strange)).status).toBeLessThan(500);
    }
  });

  it('goes out as a file, and is public by year without small numbers', async () => {
    const auditor = at('auditor');
    const token = auditor.token(await auditor.open('/ledger'));
    const csv = await auditor.post('/ledger/export', { _csrf: token, format: 'csv', query: '' });
    expect(csv.status).toBe(200);
    const lines = csv.body.trim().split('\r\n');
    expect(lines[0]).toContain('entry,act,basis,occurred_on');
    expect(lines.filter((line) => line.includes(',arrival,happened,'))).toHaveLength(4);
    expect(lines.some((line) => line.includes(',EUR,450.00,'))).toBe(true);
    const xlsx = await auditor.post('/ledger/export', { _csrf: token, format: 'xlsx', query: '' });
    expect(xlsx.headers.get('content-type')).toContain('spreadsheetml');
    // What it comes to on a day, and as it was known on one: each sum once, in its own unit.
    const of = async (query: string, format = 'csv') =>
      auditor.post('/ledger/export', { _csrf: token, format, query, what: 'balances' });
    const balance = (await of('')).body.trim().split('\r\n');
    expect(balance[0]).toContain('on,known_on,home_country');
    expect(balance.filter((line) => line.endsWith(',happened,EUR,450.00'))).toHaveLength(2);
    expect(balance.filter((line) => line.endsWith(',happened,person,1'))).toHaveLength(2);
    expect((await of('on=2020-01-01')).body.trim().split('\r\n')).toHaveLength(1);
    expect((await of('known=2020-01-01')).body.trim().split('\r\n')).toHaveLength(1);
    expect((await of('', 'xlsx')).headers.get('content-type')).toContain('spreadsheetml');
    expect((await auditor.open('/ledger?by=category')).body).toContain('Money in EUR');
    // Of a year that goes on nothing is published, of one that is over no small number, and nothing of what came to be
    // known since the half-year began.
    expect((await http.browser().open('/ledger/years?lang=en')).body).not.toContain('2027/28');
    const opened = (recorded: string, counts: readonly (readonly [string, number])[]) =>
      http.app
        .get(Database)
        .transaction(systemContext(new SettableClock(new Date(recorded))), async (ctx) => {
          const [stay] = await ctx.tx.query<{ agreement: string }[]>(
            'select agreement_id as agreement from mobilities limit 1',
          );
          for (const [academicYear, count] of counts) {
            await http.app.get(Ledger).post(ctx, {
              act: 'opening',
              basis: 'happened',
              key: {
                homeCountry: 'RS',
                hostCountry: 'RU',
                agreementId: stay?.agreement ?? '',
                academicYear,
                category: 'student',
                homeInstitutionId: null,
                hostInstitutionId: null,
              },
              occurredOn: '2020-06-30',
              stayId: null,
              lines: exchanged(PERSON, count),
            });
          }
        });
    await opened('2021-01-01T12:00:00Z', [
      ['2018/19', 4],
      ['2019/20', 17],
    ]);
    await opened(new Date().toISOString(), [['2019/20', 1]]);
    const years = await http.browser().open('/ledger/years?lang=en');
    expect(years.status).toBe(200);
    expect(years.body).toMatch(/2018\/19[\s\S]*?fewer than five/);
    expect(years.body).toMatch(/2019\/20[\s\S]*?>17</);
    expect(years.body).toMatch(/As known on 3[01] (June|December) 20\d\d/);
    expect((await auditor.open('/ledger')).body).toMatch(/>18 of 0 planned</);
  });
});
