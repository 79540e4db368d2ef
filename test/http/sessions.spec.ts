import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { Controller, Get, Post } from '@nestjs/common';
import pg from 'pg';
import { redirect } from '../../src/platform/http/page.js';
import type { Redirect } from '../../src/platform/http/page.js';
import { Can } from '../../src/platform/http/route-access.js';
import { Web } from '../../src/platform/http/web.decorator.js';
import type { WebRequest } from '../../src/platform/http/web-request.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { Browser } from './browser-of-text.js';
import type { Answer } from './browser-of-text.js';
import { FakeProvider } from './fake-provider.js';
import { startHttpApp } from './http-app.js';
import type { HttpApp } from './http-app.js';

@Controller('trial')
class TrialController {
  @Get('session')
  @Can('account.read')
  session(@Web() web: WebRequest): object {
    return { signedIn: web.signedIn, secondFactor: web.ctx.actor.secondFactor };
  }

  @Post('second-factor')
  @Can('account.change')
  async shown(@Web() web: WebRequest): Promise<Redirect> {
    await web.secondFactorShown();
    return redirect('/trial/session');
  }
}

interface Seen {
  readonly signedIn: Record<string, unknown>;
  readonly secondFactor: boolean;
}

let most: HttpApp;
let here: FakeProvider;
let there: FakeProvider;

beforeAll(async () => {
  [here, there] = await Promise.all([FakeProvider.start('here'), FakeProvider.start('there')]);
  most = await startHttpApp({
    controllers: [TrialController],
    identityProviders: [here.entry(), there.entry({ country: 'RU' })],
  });
}, 90_000);

afterAll(async () => {
  await expectInvariants(most.owner);
  await most.stop();
  await Promise.all([here.stop(), there.stop()]);
});

beforeEach(async () => {
  // Each sign-in counts against the limit of one address, and every browser here has the same.
  await most.owner.query('delete from rate_limits');
});

const as = (name: string) => ({
  sub: name,
  email: `${name}@fake.example`,
  email_verified: true,
  given_name: name,
  family_name: 'Мост',
});

async function signIn(
  provider: FakeProvider,
  name: string,
  browser: Browser = most.browser(),
  headers: Record<string, string> = {},
): Promise<Browser> {
  const way = await browser.get(`/sign-in/${provider.key}?return=/account`);
  provider.person = as(name);
  const answer = await browser.get(provider.letIn(way.headers.get('location') ?? ''), headers);
  expect(answer.headers.get('location')).toBe('/account');
  return browser;
}

async function seen(browser: Browser): Promise<Seen> {
  return JSON.parse((await browser.open('/trial/session')).body) as Seen;
}

async function post(browser: Browser, path: string): Promise<Answer> {
  const page = await browser.open('/account');
  return browser.post(path, { _csrf: browser.token(page) });
}

const isSignedIn = async (browser: Browser) => (await browser.get('/account')).status === 200;
const hashOf = (browser: Browser) =>
  createHash('sha256')
    .update(decodeURIComponent(browser.cookie('most.sid') ?? '').split('.')[0] ?? '')
    .digest('hex');

async function personOf(name: string): Promise<string> {
  const { rows } = await most.owner.query<{ person_id: string }>(
    'select person_id from identities where subject = $1',
    [name],
  );
  return rows[0]?.person_id ?? '';
}

async function acts(name: string): Promise<unknown[]> {
  const { rows } = await most.owner.query<{ action: string; data: object }>(
    'select action, data from audit_entries where subject_id = $1 order by id',
    [await personOf(name)],
  );
  return rows;
}

/** As if the session had not been used for so long, and had begun so long ago. */
async function age(browser: Browser, minutes: { idle?: number; old?: number }): Promise<void> {
  await most.owner.query(
    `update web_sessions set last_used_at = now() - make_interval(mins => $2),
       sess = jsonb_set(sess, '{signedIn,at}', to_jsonb((sess->'signedIn'->>'at')::bigint - $3::bigint * 60000))
     where sid = $1`,
    [hashOf(browser), minutes.idle ?? 0, minutes.old ?? 0],
  );
}

async function grantOffice(name: string): Promise<void> {
  await most.owner.query(
    `insert into role_grants (id, person_id, role, country, valid_from, reason)
     values (gen_random_uuid(), $1, 'ministry_officer', 'RS', now(), 'test')`,
    [await personOf(name)],
  );
}

describe('the table of sessions', () => {
  it('holds no id that opens one', async () => {
    const browser = await signIn(here, 'ana');
    const { rows } = await most.owner.query<{ sid: string }>('select sid from web_sessions where sid = $1', [
      hashOf(browser),
    ]);
    expect(rows).toHaveLength(1);
    const thief = most.browser();
    thief.setCookie('most.sid', rows[0]?.sid ?? '');
    expect(await isSignedIn(thief)).toBe(false);
  });

  it('is neither read nor written by what the application asks by itself', async () => {
    const application = new pg.Client({ connectionString: most.settings.databaseUrl });
    await application.connect();
    try {
      for (const statement of [
        'select * from web_sessions',
        `insert into web_sessions (sid, sess, expire) values ('x', '{}', now())`,
        `update web_sessions set expire = now() + interval '1 year'`,
        'delete from web_sessions',
      ]) {
        await expect(application.query(statement)).rejects.toMatchObject({ code: '42501' });
        await application.query(`select set_config('most.actor_kind', 'system', false)`);
      }
      await application.query(`select set_config('most.actor_kind', 'anonymous', false)`);
      const person = await personOf('ana');
      const ended = await application.query('select end_sessions_of_person($1) as ended', [person]);
      expect(ended.rows).toEqual([{ ended: 0 }]);
      expect((await application.query(`select * from own_sessions('x')`)).rows).toEqual([]);
    } finally {
      await application.end();
    }
  });
});

describe('limits', () => {
  it.each([
    [{ idle: 119 }, true],
    [{ idle: 121 }, false],
    [{ idle: 10, old: 719 }, true],
    [{ idle: 10, old: 721 }, false],
  ])('of somebody without an office: %j', async (minutes, open) => {
    const browser = await signIn(here, 'boris');
    await age(browser, minutes);
    expect(await isSignedIn(browser)).toBe(open);
    // An ended session stays ended: the refused request did not begin it anew.
    expect(await isSignedIn(browser)).toBe(open);
  });

  it.each([
    [{ idle: 29 }, true],
    [{ idle: 31 }, false],
    [{ idle: 10, old: 479 }, true],
    [{ idle: 10, old: 481 }, false],
  ])('of an office that was given meanwhile hold at once: %j', async (minutes, open) => {
    const browser = await signIn(here, 'vesna');
    await grantOffice('vesna');
    await age(browser, minutes);
    expect(await isSignedIn(browser)).toBe(open);
    if (open)
      expect((await seen(browser)).signedIn).toMatchObject({ idleSeconds: 1800, absoluteSeconds: 28800 });
    await most.owner.query(`delete from role_grants where reason = 'test'`);
  });

  it('of an office end with it', async () => {
    const browser = await signIn(here, 'vesna');
    await grantOffice('vesna');
    await seen(browser);
    await most.owner.query(`update role_grants set revoked_at = now() where reason = 'test'`);
    expect((await seen(browser)).signedIn).toMatchObject({ idleSeconds: 7200, absoluteSeconds: 43200 });
    await most.owner.query(`delete from role_grants where reason = 'test'`);
  });
});

describe('a second factor that is shown', () => {
  it('raises this session under a new id, and no other', async () => {
    const browser = await signIn(here, 'goran');
    const other = await signIn(here, 'goran');
    const old = browser.cookie('most.sid') ?? '';
    expect(await seen(browser)).toMatchObject({ secondFactor: false });
    const token = browser.token(await browser.open('/account'));
    await browser.post('/trial/second-factor', { _csrf: token });
    expect(await seen(browser)).toMatchObject({
      secondFactor: true,
      signedIn: { secondFactor: true, secondFactorAt: expect.any(Number), provider: 'here' },
    });
    expect(browser.cookie('most.sid')).not.toBe(old);
    const thief = most.browser();
    thief.setCookie('most.sid', old);
    expect(await isSignedIn(thief)).toBe(false);
    // A form of the time before is none of the session that has more rights.
    expect((await browser.post('/trial/second-factor', { _csrf: token })).status).toBe(403);
    expect(await seen(other)).toMatchObject({ secondFactor: false });
  });
});

describe("the page of one's sessions", () => {
  it('tells where each is open, and ends them', async () => {
    const fox = {
      'user-agent': 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0',
    };
    const first = await signIn(here, 'dara', most.browser(), fox);
    const second = await signIn(here, 'dara');
    const third = await signIn(here, 'dara');
    const page = await first.open('/account?lang=en');
    expect(page.body).toContain('Firefox, Windows');
    expect(page.body).not.toContain('130.0');
    expect(page.body.match(/This session/g)).toHaveLength(1);
    expect(page.body.match(/last used/g)).toHaveLength(3);
    await post(first, '/account/sessions/end-others');
    expect(await Promise.all([first, second, third].map(isSignedIn))).toEqual([true, false, false]);
    const fourth = await signIn(here, 'dara');
    const left = await post(first, '/account/sessions/end-all');
    expect(left.status).toBe(303);
    expect(await Promise.all([first, fourth].map(isSignedIn))).toEqual([false, false]);
    expect(await acts('dara')).toEqual(
      expect.arrayContaining([
        { action: 'person.signed_out', data: { sessions: 'all_others', count: 2 } },
        { action: 'person.signed_out', data: { sessions: 'all', count: 2 } },
      ]),
    );
  });
});

describe('a provider that says that somebody left', () => {
  const tell = async (token: string, provider = 'here') =>
    fetch(`${most.url}/sign-in/${provider}/backchannel-logout`, {
      method: 'POST',
      body: new URLSearchParams({ logout_token: token }),
    });

  it('ends the sessions that began there, and no others', async () => {
    const one = await signIn(here, 'elena');
    const other = await signIn(here, 'filip');
    const answer = await tell(await here.logoutToken({ sid: 'session of elena' }));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await Promise.all([one, other].map(isSignedIn))).toEqual([false, true]);
    expect(await acts('elena')).toContainEqual({
      action: 'person.signed_out',
      data: { sessions: 'by_provider', count: 1 },
    });
    await tell(await here.logoutToken({ sub: 'filip' }));
    expect(await isSignedIn(other)).toBe(false);
  });

  it.each([
    ['a token of another provider', () => there.logoutToken({ sub: 'filip', iss: here.issuer })],
    ['a token for another', () => here.logoutToken({ sub: 'filip', aud: 'another' })],
    ['a token that is none of a sign-out', () => here.logoutToken({ sub: 'filip', events: {} })],
    ['a token with a nonce', () => here.logoutToken({ sub: 'filip', nonce: 'x' })],
    ['a token about nobody', () => here.logoutToken({})],
    ['no token', () => Promise.resolve('x')],
  ])('is not believed by %s', async (_what, token) => {
    const browser = await signIn(here, 'filip');
    expect((await tell(await token())).status).toBe(422);
    expect(await isSignedIn(browser)).toBe(true);
  });
});

describe('another way to sign in', () => {
  /** Asks for a further sign-in from the page of them, and comes back from there as this person. */
  async function further(
    browser: Browser,
    path: string,
    provider: FakeProvider,
    name: string,
  ): Promise<Answer> {
    const page = await browser.open('/account/identities');
    const way = await browser.post(`/account/identities/${path}`, { _csrf: browser.token(page) });
    const asked = new URL(way.headers.get('location') ?? '', most.url);
    expect(asked.searchParams.get('prompt')).toBe('login');
    provider.person = as(name);
    return browser.get(provider.letIn(asked.href));
  }
  const people = async (...names: string[]) => new Set(await Promise.all(names.map(personOf))).size;

  it('is joined by a sign-in at both, and leads to the same account', async () => {
    const browser = await signIn(here, 'irina');
    const sid = browser.cookie('most.sid');
    const answer = await further(browser, 'link/there', there, 'irina-there');
    expect(answer.headers.get('location')).toBe('/account/identities');
    expect(browser.cookie('most.sid')).toBe(sid);
    expect((await seen(browser)).signedIn).toMatchObject({ provider: 'here', subject: 'irina' });
    expect(await people('irina', 'irina-there')).toBe(1);
    const other = await signIn(there, 'irina-there');
    expect((await seen(other)).signedIn).toMatchObject({ personId: await personOf('irina') });
    expect(await acts('irina')).toContainEqual({ action: 'identity.linked', data: { provider: 'there' } });
  });

  it('is never joined by an equal address', async () => {
    await signIn(here, 'jovan');
    await signIn(there, 'jovan');
    const { rows } = await most.owner.query(
      `select count(distinct person_id)::int as people from identities where email = 'jovan@fake.example'`,
    );
    expect(rows).toEqual([{ people: 2 }]);
  });

  it("is not joined when it is somebody else's", async () => {
    await signIn(there, 'katya');
    const browser = await signIn(here, 'luka');
    const answer = await further(browser, 'link/there', there, 'katya');
    const page = await browser.follow(answer);
    expect(page.body).toContain('most-flash--error');
    expect(await people('katya', 'luka')).toBe(2);
    expect((await seen(browser)).signedIn).toMatchObject({ personId: await personOf('luka') });
    expect(await acts('luka')).toContainEqual({
      action: 'identity.link_refused',
      data: { provider: 'there', reason: 'identity_of_another' },
    });
  });

  it('asks for a fresh sign-in first, by the same person', async () => {
    const browser = await signIn(here, 'milan');
    await age(browser, { old: 11 });
    const page = await browser.open('/account/identities');
    expect(page.body).not.toContain('/account/identities/link/');
    const refused = await browser.post('/account/identities/link/there', { _csrf: browser.token(page) });
    expect(refused.headers.get('location')).toBe('/account/identities');
    const stranger = await further(browser, 'again', here, 'nobody-yet');
    expect(stranger.headers.get('location')).toBe('/account/identities');
    expect(await personOf('nobody-yet')).toBe('');
    expect((await browser.open('/account/identities')).body).not.toContain('/account/identities/link/');
    const sid = browser.cookie('most.sid');
    await further(browser, 'again', here, 'milan');
    expect(browser.cookie('most.sid')).not.toBe(sid);
    expect((await browser.open('/account/identities')).body).toContain('/account/identities/link/there');
  });

  it('makes nobody new of whoever comes back too late, or signed out', async () => {
    const browser = await signIn(here, 'nadia');
    const page = await browser.open('/account/identities');
    const way = await browser.post('/account/identities/link/there', { _csrf: browser.token(page) });
    there.person = as('nadia-there');
    const back = there.letIn(way.headers.get('location') ?? '');
    await age(browser, { idle: 200 });
    expect((await browser.get(back)).status).toBe(400);
    expect(await personOf('nadia-there')).toBe('');
    const again = await signIn(here, 'nadia');
    const form = await again.open('/account/identities');
    const late = await again.post('/account/identities/link/there', { _csrf: again.token(form) });
    await most.owner.query(
      `update web_sessions set sess = jsonb_set(sess, '{awaited,until}', '1') where sid = $1`,
      [hashOf(again)],
    );
    expect((await again.get(there.letIn(late.headers.get('location') ?? ''))).status).toBe(400);
    expect(await personOf('nadia-there')).toBe('');
  });

  it("is no use in another's browser", async () => {
    const victim = await signIn(here, 'olga');
    const attacker = await signIn(here, 'pavel');
    const page = await attacker.open('/account/identities');
    const way = await attacker.post('/account/identities/link/there', { _csrf: attacker.token(page) });
    there.person = as('pavel-there');
    const planted = there.letIn(way.headers.get('location') ?? '');
    expect((await victim.get(planted)).headers.get('location')).toBe('/');
    expect(await personOf('pavel-there')).toBe('');
    const unasked = await victim.post('/account/identities/link/there', { _csrf: 'x' });
    expect(unasked.status).toBe(403);
  });

  it('is taken away with the sessions that began with it, but never the last one', async () => {
    const browser = await signIn(here, 'rada');
    await further(browser, 'link/there', there, 'rada-there');
    const other = await signIn(there, 'rada-there');
    const page = await browser.open('/account/identities');
    const [path, ...more] = page.body.match(/\/account\/identities\/[0-9a-f]{64}\/unlink/g) ?? [];
    expect(more).toEqual([]);
    const token = browser.token(page);
    await browser.post(path ?? '', { _csrf: token });
    expect(await isSignedIn(other)).toBe(false);
    expect(await personOf('rada-there')).toBe('');
    expect(await isSignedIn(browser)).toBe(true);
    const last = createHash('sha256')
      .update(JSON.stringify([here.issuer, 'rada']))
      .digest('hex');
    expect((await browser.post(`/account/identities/${last}/unlink`, { _csrf: token })).status).toBe(409);
    expect(await personOf('rada')).not.toBe('');
    expect(await acts('rada')).toContainEqual({ action: 'identity.unlinked', data: { provider: 'there' } });
  });

  it('raises nothing: the second factor of one is none of the other', async () => {
    const browser = await signIn(here, 'sava');
    here.misbehaviour = { claims: { amr: ['pwd', 'otp'] } };
    const strong = await signIn(here, 'sava');
    here.misbehaviour = {};
    expect(await seen(strong)).toMatchObject({ secondFactor: true });
    await further(strong, 'link/there', there, 'sava-there');
    const weak = await signIn(there, 'sava-there');
    expect(await seen(weak)).toMatchObject({ secondFactor: false });
    expect(await seen(browser)).toMatchObject({ secondFactor: false });
  });

  it('of an official is not changed with one factor', async () => {
    const browser = await signIn(here, 'tanja');
    const page = await browser.open('/account/identities');
    await grantOffice('tanja');
    const way = await browser.post('/account/identities/link/there', { _csrf: browser.token(page) });
    there.person = as('tanja-there');
    await browser.get(there.letIn(way.headers.get('location') ?? ''));
    expect(await personOf('tanja-there')).toBe('');
    await most.owner.query(`delete from role_grants where reason = 'test'`);
  });
});

describe('headers', () => {
  const POLICY = {
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  };

  it.each(['/', '/sign-in', '/nowhere', '/account', '/api/v1/nowhere', '/health/live', '/public/nowhere.js'])(
    'keep others out of %s',
    async (path) => {
      const { headers } = await most.browser().get(path);
      for (const [name, value] of Object.entries(POLICY))
        expect([name, headers.get(name)]).toEqual([name, value]);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'self'");
      expect(policy).toContain("object-src 'none'");
      expect(policy).toContain("base-uri 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|\*/);
      expect(headers.get('permissions-policy')).toMatch(/camera=\(\).*geolocation=\(\).*microphone=\(\)/);
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('server')).toBeNull();
    },
  );

  it('keep what is shown to somebody out of every cache', async () => {
    const browser = await signIn(here, 'vera');
    for (const path of ['/account', '/trial/session', '/nowhere']) {
      expect((await browser.get(path)).headers.get('cache-control')).toContain('no-store');
    }
    const token = browser.token(await browser.open('/account'));
    const moved = await browser.post('/account/language', { _csrf: token, language: 'ru' });
    expect(moved.headers.get('cache-control')).toBe('no-store');
  });

  it('give cookies to nobody but this site, over HTTPS only', async () => {
    const secure = await startHttpApp({
      identityProviders: [here.entry()],
      settings: { publicUrl: 'https://most.example' },
    });
    try {
      const https = { 'x-forwarded-proto': 'https' };
      const way = await fetch(`${secure.url}/sign-in/here?lang=ru`, { headers: https, redirect: 'manual' });
      const cookies = way.headers.getSetCookie();
      expect(cookies.length).toBeGreaterThanOrEqual(2);
      for (const cookie of cookies) {
        expect(cookie).toMatch(/^__Host-most\.\w+=/);
        expect(cookie).toMatch(/; Path=\//);
        expect(cookie).toMatch(/; Secure/);
        expect(cookie).toMatch(/; HttpOnly/);
        expect(cookie).toMatch(/; SameSite=Lax/);
        expect(cookie).not.toMatch(/Domain=/i);
      }
      expect(way.headers.get('strict-transport-security')).toMatch(/max-age=31536000; includeSubDomains/);
      expect(way.headers.get('content-security-policy')).toContain('upgrade-insecure-requests');
      expect(new URL(way.headers.get('location') ?? '').searchParams.get('redirect_uri')).toBe(
        'https://most.example/sign-in/here/callback',
      );
    } finally {
      await secure.stop();
    }
  }, 90_000);
});
