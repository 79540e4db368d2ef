import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { demoAccount, issueDemoToken } from '../../src/demo/public.js';
import { newId } from '../../src/shared/ids.js';
import { searchKey } from '../../src/shared/transliteration.js';
import { UniversitiesModule } from '../../src/universities/public.js';
import { expectInvariants } from '../database/expect-invariants.js';
import type { Answer, Browser } from './browser-of-text.js';
import { startHttpApp } from './http-app.js';
import type { HttpApp } from './http-app.js';

const SECRET = 'hush-hush-nobody-may-read-this';
const ONE = 'admin@rs.demo';
const OTHER = 'admin@ru.demo';

/** A provider that says of itself what a test wants. */
interface Saying {
  readonly issuer: string;
  asked: number;
  /** With what the application last asked for tokens. */
  authorization: string | null;
  how: 'well' | 'nonsense' | 'never' | 'other_issuer' | 'odd_addresses' | 'endless';
  stop(): Promise<void>;
}

let most: HttpApp;
let saying: Saying;
let one: Browser;
let other: Browser;
let reader: Browser;

beforeAll(async () => {
  saying = await startSaying();
  most = await startHttpApp({ imports: [UniversitiesModule], settings: { providerTimeoutSeconds: 1 } });
  [one, other, reader] = [
    await appointed(ONE),
    await appointed(OTHER),
    await most.signedIn('student@rs.demo'),
  ];
}, 90_000);

afterAll(async () => {
  await expectInvariants(most.owner);
  await most.stop();
  await saying.stop();
});

beforeEach(() => {
  saying.how = 'well';
});

describe('an identity provider of the register', () => {
  it('comes into force by two administrators, and only then signs people in', async () => {
    const before = await most.browser().get('/sign-in/proxy');
    expect(before.status).toBe(404);
    expect(await propose(one, 'proxy')).toMatchObject({ status: 303 });
    expect((await most.browser().get('/sign-in/proxy')).status).toBe(404);

    // Whoever proposed it is told before they try, and refused when they try all the same.
    const own = await one.open('/admin/providers/proxy');
    expect(own.body).not.toContain('/admin/providers/proxy/confirm');
    expect(own.body).toContain('You proposed this yourself.');
    const version = await waiting('proxy');
    expect((await send(one, '/admin/providers/proxy/confirm', { version })).status).toBe(403);
    expect((await most.browser().get('/sign-in/proxy')).status).toBe(404);

    const page = await other.open('/admin/providers/proxy');
    expect(page.body).toContain('/admin/providers/proxy/confirm');
    expect((await send(other, '/admin/providers/proxy/confirm', { version })).status).toBe(303);
    const start = await most.browser().get('/sign-in/proxy');
    expect(start.status).toBe(303);
    const way = new URL(start.headers.get('location') ?? '');
    expect(way.origin).toBe(saying.issuer);
    expect(Object.fromEntries(way.searchParams)).toMatchObject({
      client_id: 'most-at-proxy',
      scope: 'openid email affiliation',
      acr_values: 'https://refeds.org/profile/mfa',
      redirect_uri: `${most.url}/sign-in/proxy/callback`,
      code_challenge_method: 'S256',
    });
    expect((await most.browser().get('/sign-in?lang=en')).body).toContain('Through the proxy');
    // It cannot be confirmed a second time.
    expect((await send(other, '/admin/providers/proxy/confirm', { version })).status).toBe(409);
    expect(await acts('proxy')).toEqual(['provider.proposed', 'provider.confirmed']);
  });

  it('lets forms lead to it while it is in force, and not longer', async () => {
    const policy = async () => (await most.browser().get('/sign-in')).headers.get('content-security-policy');
    await bringIntoForce('forms', 'https://forms.example.org');
    expect(await policy()).toContain('https://forms.example.org');
    const version = await inForce('forms');
    await send(one, '/admin/providers/forms/end', { version, reason: 'Its contract ran out.' });
    expect(await policy()).not.toContain('https://forms.example.org');
  });

  it('is changed by two as well, keeping its secret, and its issuer for ever', async () => {
    const first = await inForce('proxy');
    const form = await one.open('/admin/providers/proxy/change');
    expect(form.body).toContain('most-at-proxy');
    const changed = await propose(
      one,
      'proxy',
      { clientId: 'most-anew', clientSecret: '' },
      '/admin/providers/proxy/change',
    );
    expect(changed.status).toBe(303);
    // One at a time.
    const again = await propose(other, 'proxy', {}, '/admin/providers/proxy/change');
    expect(again.status).toBe(409);
    const compared = await other.open('/admin/providers/proxy');
    expect(compared.body).toContain('most-at-proxy');
    expect(compared.body).toContain('most-anew');
    const start = await most.browser().get('/sign-in/proxy');
    expect(start.headers.get('location')).toContain('client_id=most-at-proxy');
    await send(other, '/admin/providers/proxy/confirm', { version: await waiting('proxy') });
    const after = await most.browser().get('/sign-in/proxy');
    expect(after.headers.get('location')).toContain('client_id=most-anew');
    const { rows } = await most.owner.query<{ kept: boolean; replaced: boolean }>(
      `select (select client_secret is not null from identity_providers where id = $2) as kept,
         (select ended_at is not null and end_reason is null from identity_providers where id = $1) as replaced`,
      [first, await inForce('proxy')],
    );
    expect(rows).toEqual([{ kept: true, replaced: true }]);

    const moved = await propose(
      one,
      'proxy',
      { issuer: 'https://elsewhere.example.org', clientSecret: '' },
      '/admin/providers/proxy/change',
    );
    expect(moved.status).toBe(422);
    expect(moved.body).toContain('The issuer of this provider cannot change');
  });

  it('has an issuer and a key of its own', async () => {
    const taken = await propose(one, 'second-proxy', { issuer: `${saying.issuer}/` });
    expect(taken.status).toBe(422);
    expect(taken.body).toContain('“proxy” has this issuer already');
    const ofFile = await propose(one, 'rs', { issuer: 'https://rs.example.org' });
    expect(ofFile.status).toBe(422);
    expect(ofFile.body).toContain('Another provider has this key');
    // Those of the file are read here and changed elsewhere.
    expect((await one.get('/admin/providers/rs')).status).toBe(200);
    expect((await one.get('/admin/providers/rs/change')).status).toBe(404);
  });

  it('says at the fields what is wrong, and keeps what was typed but for the secret', async () => {
    const answer = await propose(one, 'UPPER', {
      issuer: 'http://10.0.0.1',
      institutions: 'not a domain',
      vouches: 'some',
      scope: 'email',
      roleProposals: 'employee = programme_administrator',
      reason: '',
      clientId: 'typed-before',
    });
    expect(answer.status).toBe(422);
    for (const name of ['key', 'issuer', 'institutions', 'scope', 'roleProposals', 'reason'])
      expect(answer.body).toContain(`href="#field-${name}"`);
    expect(answer.body).toContain('href="#field-reason">Reason: ');
    expect(answer.body).toContain('typed-before');
    expect(answer.body).not.toContain(SECRET);
  });

  it('ends at once by one hand with a reason, and whom it vouched for is signed out', async () => {
    await bringIntoForce('ended', 'https://ended.example.org');
    const version = await inForce('ended');
    const without = await send(one, '/admin/providers/ended/end', { version, reason: ' ' });
    expect(without.status).toBe(422);
    expect((await send(reader, '/admin/providers/ended/end', { version, reason: 'x' })).status).toBe(403);

    const guest = await most.signedIn('student@ru.demo');
    await most.owner.query(
      `update web_sessions set sess = jsonb_set(sess::jsonb, '{signedIn,provider}', '"ended"')
       where sess::jsonb -> 'signedIn' ->> 'personId' = $1`,
      [await personOf('student@ru.demo')],
    );
    expect((await guest.get('/account')).status).toBe(200);
    await send(one, '/admin/providers/ended/end', { version, reason: 'Its keys were stolen.' });
    expect((await guest.get('/account')).status).toBe(303);
    const page = await other.open('/admin/providers/ended');
    expect(page.body).toContain('Its keys were stolen.');
    expect((await send(other, '/admin/providers/ended/end', { version, reason: 'Once more.' })).status).toBe(
      409,
    );
    expect(await acts('ended')).toEqual(['provider.proposed', 'provider.confirmed', 'provider.ended']);
  });

  it('is taken back before it was confirmed, by whoever proposed it too', async () => {
    await propose(one, 'taken-back', { issuer: 'https://back.example.org' });
    const version = await waiting('taken-back');
    await send(one, '/admin/providers/taken-back/end', { version, reason: 'A slip.' });
    expect((await send(other, '/admin/providers/taken-back/confirm', { version })).status).toBe(409);
  });

  it('is nobody else’s business', async () => {
    for (const path of ['/admin/providers', '/admin/providers/new', '/admin/providers/rs'])
      expect((await reader.get(path)).status).toBe(403);
    expect((await most.browser().get('/admin/providers')).status).toBe(303);
    expect((await send(reader, '/admin/providers/rs/try', {})).status).toBe(403);
  });
});

describe('the secret of a client', () => {
  it('is sealed in the database, and in no answer and no record of acts', async () => {
    const { rows } = await most.owner.query<{ client_secret: Buffer; whole: string }>(
      `select client_secret, row_to_json(p)::text as whole from identity_providers p where key = 'proxy'`,
    );
    expect(rows.length).toBeGreaterThan(1);
    for (const row of rows) {
      expect(row.client_secret.includes(SECRET)).toBe(false);
      expect(row.whole).not.toContain(SECRET);
    }
    const [audit] = (
      await most.owner.query<{ all: string }>(`select string_agg(a::text, ' ') as all from audit_entries a`)
    ).rows;
    expect(audit?.all).toContain('proxy');
    expect(audit?.all).not.toContain(SECRET);
    const sessions = await most.owner.query<{ all: string }>(
      `select string_agg(s.sess::text, ' ') as all from web_sessions s`,
    );
    expect(sessions.rows[0]?.all).not.toContain(SECRET);
    const token = await tokenOf(ONE, ['providers:read']);
    const pages = ['/admin/providers', '/admin/providers/proxy', '/admin/providers/proxy/change'];
    const bodies = await Promise.all(pages.map((path) => one.open(path)));
    const api = await call('GET', '/api/v1/identity-providers/proxy', token);
    for (const body of [...bodies.map((answer) => answer.body), JSON.stringify(api.body)]) {
      expect(body).not.toContain(SECRET);
      for (const { client_secret: sealed } of rows) {
        expect(body).not.toContain(sealed.toString('hex'));
        expect(body).not.toContain(sealed.toString('base64'));
      }
    }
    expect(api.body).toMatchObject({ key: 'proxy', versions: [{ hasSecret: true }, { hasSecret: true }] });
  });

  it('is sealed anew for each version, so that equal secrets do not look equal', async () => {
    const { rows } = await most.owner.query<{ all: number; different: number }>(
      `select count(*)::int as all, count(distinct client_secret)::int as different
       from identity_providers where key = 'proxy'`,
    );
    expect(rows[0]?.all).toBeGreaterThan(1);
    expect(rows[0]?.different).toBe(rows[0]?.all);
  });

  it('reaches the provider, and nobody else', async () => {
    const browser = most.browser();
    const start = await browser.get('/sign-in/proxy');
    const state = new URL(start.headers.get('location') ?? '').searchParams.get('state') ?? '';
    const back = new URLSearchParams({ code: 'some-code', state, iss: saying.issuer });
    await browser.get(`/sign-in/proxy/callback?${back.toString()}`);
    const given = saying.authorization?.replace('Basic ', '') ?? '';
    expect(decodeURIComponent(Buffer.from(given, 'base64').toString())).toBe(`most-anew:${SECRET}`);
  });
});

describe('the register over the API', () => {
  it('does the same by its scopes', async () => {
    const [reading, writing, second] = await Promise.all([
      tokenOf(ONE, ['providers:read']),
      tokenOf(ONE, ['providers:write']),
      tokenOf(OTHER, ['providers:write']),
    ]);
    const entry = {
      key: 'by-api',
      country: 'RU',
      issuer: 'https://api.example.org',
      clientId: 'most',
      buttonText: { sr: 'Преко интерфејса', ru: 'Через интерфейс', en: 'By the interface' },
      institutions: 'all-of-country',
    };
    const body = { entry, clientSecret: SECRET, reason: 'A state service.' };
    const path = '/api/v1/identity-providers';
    expect(await call('POST', path, reading, body)).toMatchObject({
      status: 403,
      body: { reason: 'token_scope' },
    });
    const wrong = await call('POST', path, writing, {
      ...body,
      entry: { ...entry, issuer: 'nowhere', colour: 1 },
    });
    expect(wrong).toMatchObject({
      status: 422,
      body: {
        fields: expect.arrayContaining([
          expect.objectContaining({ field: 'issuer', problem: 'provider_issuer' }),
          expect.objectContaining({ field: 'colour', problem: 'unknown_field' }),
        ]),
      },
    });
    const proposed = await call('POST', path, writing, body);
    expect(proposed.status).toBe(201);
    const version = String(proposed.body['id']);
    expect(await call('POST', `${path}/by-api/confirm`, writing, { version })).toMatchObject({
      status: 403,
      body: { reason: 'own_proposal' },
    });
    expect((await call('POST', `${path}/by-api/confirm`, second, { version })).status).toBe(204);
    expect(await call('GET', `${path}/by-api`, reading)).toMatchObject({
      status: 200,
      body: {
        source: 'register',
        inForce: { issuer: entry.issuer },
        versions: [{ id: version, state: 'in_force' }],
      },
    });
    const end = { version, reason: 'No longer.' };
    expect((await call('POST', `${path}/by-api/end`, writing, end)).status).toBe(204);
    const list = await call('GET', path, reading);
    expect(list.body['items']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ key: 'rs', source: 'file' }),
        expect.objectContaining({ key: 'by-api', inForce: null }),
      ]),
    );
  });
});

describe('the database by itself', () => {
  it('lets nobody confirm their own proposal, rewrite a version, or have two of a key or issuer in force', async () => {
    await propose(one, 'walls', { issuer: 'https://walls.example.org' });
    const version = await waiting('walls');
    await expect(
      most.owner.query(
        'update identity_providers set confirmed_by = proposed_by, confirmed_at = now() where id = $1',
        [version],
      ),
    ).rejects.toThrow(/check constraint/);
    const twin = `insert into identity_providers (id, key, country, entry, reason, proposed_by, proposed_at, confirmed_by,
        confirmed_at)
      select $1, $2, country, jsonb_set(entry, '{issuer}', to_jsonb($3::text)), reason, proposed_by, proposed_at,
        confirmed_by, confirmed_at from identity_providers where key = 'proxy' and ended_at is null`;
    await expect(most.owner.query(twin, [newId(), 'twin', `${saying.issuer}/`])).rejects.toThrow(
      /one_of_issuer/,
    );
    await expect(most.owner.query(twin, [newId(), 'proxy', 'https://x.example'])).rejects.toThrow(
      /one_in_force/,
    );
    const { rows } = await most.owner.query<{ may: boolean }>(
      `select has_column_privilege('most_app', 'identity_providers', 'entry', 'update')
         or has_column_privilege('most_app', 'identity_providers', 'client_secret', 'update')
         or has_table_privilege('most_app', 'identity_providers', 'delete') as may`,
    );
    expect(rows).toEqual([{ may: false }]);
  });

  it('makes a change of another process known within seconds', async () => {
    const version = await inForce('proxy');
    await most.owner.query(
      `update identity_providers set ended_at = now(), ended_by = confirmed_by, end_reason = 'elsewhere' where id = $1`,
      [version],
    );
    await until(async () => (await most.browser().get('/sign-in/proxy')).status === 404);
    await most.owner.query(
      'update identity_providers set ended_at = null, ended_by = null, end_reason = null where id = $1',
      [version],
    );
    await until(async () => (await most.browser().get('/sign-in/proxy')).status === 303);
  }, 30_000);
});

describe('what a provider says of itself', () => {
  it('is shown to whoever connects it: addresses, algorithms, RFC 9207', async () => {
    const answer = await send(one, '/admin/providers/proxy/try', {});
    expect(answer.status).toBe(200);
    for (const said of [`${saying.issuer}/authorize`, `${saying.issuer}/jwks`, 'ES256', 'RFC 9207', 'PKCE'])
      expect(answer.body).toContain(said);
  });

  it.each([
    ['nonsense', 'not the description of a provider'],
    ['other_issuer', 'calls itself by another address'],
    ['never', 'no answer within'],
    ['endless', 'no answer within'],
  ] as const)('is told in words where it is of no use: %s', async (how, words) => {
    saying.how = how;
    const answer = await send(one, '/admin/providers/proxy/try', {});
    expect(answer.status).toBe(200);
    expect(answer.body).toContain(words);
  });

  it('makes nobody wait who does not come for it, and those who do only once', async () => {
    saying.how = 'never';
    // A version that was never asked before.
    await propose(one, 'proxy', { clientId: 'silent', clientSecret: '' }, '/admin/providers/proxy/change');
    await send(other, '/admin/providers/proxy/confirm', { version: await waiting('proxy') });
    const before = saying.asked;
    const [list, ...tries] = await Promise.all([
      timed(most.browser().get('/sign-in')),
      timed(most.browser().get('/sign-in/proxy')),
      timed(most.browser().get('/sign-in/proxy')),
    ]);
    expect(list.answer.status).toBe(200);
    expect(list.ms).toBeLessThan(900);
    for (const { answer } of tries) expect(answer.status).toBe(503);
    expect(saying.asked).toBe(before + 1);
    const next = await timed(most.browser().get('/sign-in/proxy'));
    expect(next.answer.status).toBe(503);
    expect(next.ms).toBeLessThan(900);
    expect(saying.asked).toBe(before + 1);
    expect((await one.open('/admin/providers/proxy')).body).toContain('No answer');
  });

  it('does not break the pages of everybody else, whatever addresses it gives', async () => {
    saying.how = 'odd_addresses';
    await propose(one, 'proxy', { clientId: 'odd', clientSecret: '' }, '/admin/providers/proxy/change');
    await send(other, '/admin/providers/proxy/confirm', { version: await waiting('proxy') });
    await most.browser().get('/sign-in/proxy');
    const answer = await most.browser().get('/sign-in');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-security-policy')).not.toContain('script-src *');
  });
});

describe('the way to one’s own provider', () => {
  it('is found by the institution, in any script, without asking a provider', async () => {
    await most.owner.query(
      `insert into institutions (id, slug, country, kind, name_native, native_language, name_en, name_sr_cyrl, search_key, domain, source,
         checked_on) values ($1, 'test-university', 'RS', 'university', 'Универзитет у Тесту', 'sr-Cyrl',
         'University of Testing', 'Универзитет у Тесту', $2, 'test.ac.rs', 'a test', '2026-01-01')`,
      [newId(), searchKey('Универзитет у Тесту University of Testing test.ac.rs')],
    );
    const asked = saying.asked;
    for (const text of ['Универзитет у Тесту', 'univerzitet u testu', 'test.ac.rs']) {
      const page = await most
        .browser()
        .get(`/sign-in?q=${encodeURIComponent(text)}&return=%2Faccount&lang=en`);
      expect(page.status).toBe(200);
      expect(page.body).toContain('University of Testing');
      expect(page.body).toMatch(
        /href="\/sign-in\/rs\?return=%2Faccount"[^>]*>[^<]*<span[^>]*>: University of Testing/,
      );
    }
    const nothing = await most.browser().get('/sign-in?q=%3Cscript%3Ezzzzqqq');
    expect(nothing.body).toContain('&lt;script&gt;zzzzqqq');
    expect(saying.asked).toBe(asked);
  });

  it('names first what most people look for, whatever the alphabet says', async () => {
    await most.owner.query(
      `insert into institutions (id, slug, country, kind, name_native, native_language, name_en, name_sr_cyrl, search_key, source,
         checked_on) values ($1, 'test-institute', 'RS', 'institute', 'Институт у Тесту', 'sr-Cyrl',
         'Institute of Testing', 'Институт у Тесту', $2, 'a test', '2026-01-01')`,
      [newId(), searchKey('Институт у Тесту Institute of Testing')],
    );
    const { body } = await most.browser().get('/sign-in?q=testu&lang=en');
    expect(body).toContain('Institute of Testing');
    expect(body.indexOf('University of Testing')).toBeLessThan(body.indexOf('Institute of Testing'));
  });
});

async function startSaying(): Promise<Saying> {
  const server: Server = createServer((request, response) => {
    if (request.url === '/token') {
      state.authorization = request.headers.authorization ?? null;
      return void response
        .writeHead(400, { 'content-type': 'application/json' })
        .end('{"error":"invalid_grant"}');
    }
    state.asked += 1;
    if (state.how === 'never') return;
    response.setHeader('content-type', 'application/json');
    if (state.how === 'nonsense') return void response.end('<p>soon</p>');
    if (state.how === 'endless') {
      const more = setInterval(() => response.write(' '.repeat(200_000)), 5);
      response.on('close', () => clearInterval(more));
      return;
    }
    const { issuer } = state;
    const odd = state.how === 'odd_addresses';
    response.end(
      JSON.stringify({
        issuer: state.how === 'other_issuer' ? 'https://else.example' : issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
        end_session_endpoint: odd ? 'https://x; script-src *' : `${issuer}/logout`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['ES256'],
        code_challenge_methods_supported: ['S256'],
        authorization_response_iss_parameter_supported: true,
      }),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const state: Saying = {
    issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: 0,
    authorization: null,
    how: 'well',
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return state;
}

/** Signs in and holds the office; nobody is there yet who could grant it. */
async function appointed(email: string): Promise<Browser> {
  const browser = await most.signedIn(email);
  await most.owner.query(
    `insert into role_grants (id, person_id, role, reason, valid_from) values ($1, $2, 'programme_administrator', 'test', $3)`,
    [newId(), await personOf(email), new Date(Date.now() - 60_000)],
  );
  await browser.open('/account?lang=en');
  return browser;
}

async function personOf(email: string): Promise<string> {
  const { rows } = await most.owner.query<{ id: string }>('select id from persons where email = $1', [email]);
  return rows[0]?.id ?? '';
}

async function send(
  browser: Browser,
  path: string,
  fields: Readonly<Record<string, string>>,
): Promise<Answer> {
  const token = browser.token(await browser.open('/account'));
  return browser.post(path, { _csrf: token, ...fields });
}

function propose(
  browser: Browser,
  key: string,
  changes: Readonly<Record<string, string>> = {},
  path = '/admin/providers',
): Promise<Answer> {
  return send(browser, path, {
    key,
    country: 'RS',
    issuer: saying.issuer,
    clientId: 'most-at-proxy',
    clientSecret: SECRET,
    'buttonText.sr': 'Преко посредника',
    'buttonText.ru': 'Через посредника',
    'buttonText.en': 'Through the proxy',
    vouches: 'some',
    institutions: 'test.ac.rs\nother.ac.rs',
    scope: 'openid email affiliation',
    acrValues: 'https://refeds.org/profile/mfa',
    roleProposals: 'employee = coordinator',
    reason: 'The federation’s proxy.',
    ...changes,
  });
}

async function bringIntoForce(key: string, issuer: string): Promise<void> {
  await propose(one, key, { issuer });
  await send(other, `/admin/providers/${key}/confirm`, { version: await waiting(key) });
}

async function versionIn(key: string, condition: string): Promise<string> {
  const { rows } = await most.owner.query<{ id: string }>(
    `select id from identity_providers where key = $1 and ended_at is null and ${condition}`,
    [key],
  );
  expect(rows).toHaveLength(1);
  return rows[0]?.id ?? '';
}

const waiting = (key: string) => versionIn(key, 'confirmed_at is null');
const inForce = (key: string) => versionIn(key, 'confirmed_at is not null');

async function acts(key: string): Promise<string[]> {
  const { rows } = await most.owner.query<{ action: string }>(
    `select action from audit_entries where subject_kind = 'identity_provider' and subject_id = $1 order by id`,
    [key],
  );
  return rows.map(({ action }) => action);
}

async function tokenOf(email: string, scopes: readonly string[]): Promise<string> {
  const account = demoAccount(email);
  if (!account) throw new Error(`no demonstration account ${email}`);
  const { issuer } = most.settings.identityProviders?.find(({ key }) => key === account.provider) ?? {};
  return issueDemoToken(account, { issuer: issuer ?? '', dataDir: most.settings.dataDir, scopes });
}

async function call(
  method: string,
  path: string,
  token: string,
  body?: object,
): Promise<{ readonly status: number; readonly body: Readonly<Record<string, unknown>> }> {
  const response = await fetch(new URL(path, most.url), {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
}

async function timed(work: Promise<Answer>): Promise<{ readonly answer: Answer; readonly ms: number }> {
  const start = performance.now();
  const answer = await work;
  return { answer, ms: performance.now() - start };
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  throw new Error('it did not come about');
}
