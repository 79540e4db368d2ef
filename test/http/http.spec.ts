import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { IsEmail, MaxLength } from 'class-validator';
import { demoAccount, issueDemoToken } from '../../src/demo/public.js';
import type { DemoAccount } from '../../src/demo/public.js';
import { Idempotent } from '../../src/platform/http/idempotency.js';
import { AcceptsFile } from '../../src/platform/http/multipart.interceptor.js';
import { answerFile, redirect } from '../../src/platform/http/page.js';
import type { FileResult, Redirect } from '../../src/platform/http/page.js';
import { Limited } from '../../src/platform/http/rate-limits.js';
import { Can, Public } from '../../src/platform/http/route-access.js';
import { Sessions } from '../../src/platform/http/sessions.js';
import { Web } from '../../src/platform/http/web.decorator.js';
import type { WebRequest } from '../../src/platform/http/web-request.js';
import { DomainError } from '../../src/shared/domain-error.js';
import { UniversitiesModule } from '../../src/universities/public.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { startHttpApp } from './http-app.js';
import type { HttpApp } from './http-app.js';

class NoteDto {
  @IsEmail()
  email: string;

  @MaxLength(10)
  text: string;
}

/** What can be sent to nobody: half a character, as its name has one, cannot be written in a header. */
const unsendable = Readable.from(['x']);
const slow: { release: (() => void) | null } = { release: null };
let created = 0;

/** Pages and calls as modules will have them. */
@Controller()
class TrialController {
  @Get('trial/undeclared')
  undeclared(): string {
    return 'reached';
  }

  @Get('trial/form')
  @Can('account.read')
  form(@Web() web: WebRequest): object {
    return { token: web.csrfToken(), stash: web.takeStash(), flash: web.takeFlash() };
  }

  @Post('trial/form')
  @Can('account.change')
  save(@Web() web: WebRequest): Redirect {
    return redirect(`/trial/form?saved=${String(web.body.text)}`);
  }

  @Post('trial/upload')
  @Can('account.change')
  @AcceptsFile()
  async upload(@Web() web: WebRequest): Promise<object> {
    const file = await web.file();
    return { name: file?.fileName, size: file?.size, text: web.body.text };
  }

  @Get('trial/slow')
  @Can('account.read')
  async slowly(@Web() web: WebRequest): Promise<object> {
    await new Promise<void>((resolve) => (slow.release = resolve));
    // What changes the session is what would write it back.
    web.flash('success', 'common.success');
    return { person: web.ctx.actor.personId };
  }

  @Get('trial/file')
  @Public()
  file(): FileResult {
    return answerFile({
      content: Buffer.from('x'),
      contentType: 'application/pdf',
      fileName: 'Потврда "1".pdf',
    });
  }

  @Get('trial/unsendable')
  @Public()
  unsendable(): FileResult {
    return answerFile({ content: unsendable, contentType: 'text/plain', fileName: '\ud800.txt' });
  }

  @Get('trial/limited')
  @Public()
  @Limited('verify')
  limited(): object {
    return {};
  }

  @Get('trial/broken')
  @Public()
  broken(): never {
    throw new Error('a secret of the inside');
  }

  @Get('api/v1/trial/:id')
  @Can('account.read')
  read(@Web() web: WebRequest, @Param('id') id: string): object {
    if (id === 'blocked') {
      throw new DomainError('blocked', {
        fields: [{ field: 'email', problem: 'not_email' }],
      });
    }
    if (id === 'broken') throw new Error('a secret of the inside');
    return { id, person: web.ctx.actor.personId, scopes: web.ctx.actor.scopes };
  }

  @Post('api/v1/trial/:id')
  @Can('account.change')
  @HttpCode(200)
  change(@Web() web: WebRequest): object {
    web.requireMatch(7);
    web.tagAnswer(8);
    return {};
  }

  @Post('api/v1/trial')
  @Can('account.change')
  @HttpCode(201)
  @Idempotent()
  create(@Body() note: NoteDto): object {
    created += 1;
    return { number: created, text: note.text };
  }
}

let most: HttpApp;

beforeAll(async () => {
  most = await startHttpApp({ controllers: [TrialController], imports: [UniversitiesModule] });
}, 90_000);

afterAll(async () => {
  await expectInvariants(most.owner);
  await most.stop();
});

const sessionsOf = async (): Promise<number> => {
  const { rows } = await most.owner.query<{ n: number }>(
    `select count(*)::int as n from web_sessions where sess->'signedIn' is not null`,
  );
  return rows[0]?.n ?? 0;
};

function accountOf(email: string): DemoAccount {
  const account = demoAccount(email);
  if (!account) throw new Error(`no demonstration account ${email}`);
  return account;
}

async function tokenOf(email: string, scopes = ['applications:read', 'accounts:write']): Promise<string> {
  const account = accountOf(email);
  const entry = most.settings.identityProviders?.find(({ key }) => key === account.provider);
  return issueDemoToken(account, {
    issuer: entry?.issuer ?? '',
    dataDir: most.settings.dataDir,
    scopes,
  });
}

describe('the door', () => {
  it('is shut where a route says nothing', async () => {
    expect((await most.browser().get('/trial/undeclared')).status).toBe(403);
  });

  it('leads whoever is not signed in to the sign-in and back', async () => {
    const answer = await most.browser().get('/trial/form?a=1');
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe('/sign-in?return=%2Ftrial%2Fform%3Fa%3D1');
  });

  it('sets no cookie for whoever only reads', async () => {
    const answer = await most.browser().get('/sign-in');
    expect(answer.status).toBe(200);
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  it('sends headers that keep other sites out', async () => {
    const { headers } = await most.browser().get('/sign-in');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    for (const { issuer } of most.settings.identityProviders ?? []) expect(policy).toContain(issuer);
    // Over plain HTTP the promise of HTTPS would lock people out.
    expect(headers.get('strict-transport-security')).toBeNull();
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });
});

describe('signing in', () => {
  it('knows a person by the provider and its id, and brings them back', async () => {
    const browser = most.browser();
    const page = await browser.signIn('rs', 'student@rs.demo', 'most', '/trial/form?a=1');
    expect(page.url).toBe(`${most.url}/trial/form?a=1`);
    const { rows } = await most.owner.query(
      `select p.country, p.email, p.native_given from persons p join identities i on i.person_id = p.id
       where p.email = 'student@rs.demo'`,
    );
    expect(rows).toEqual([
      { country: 'RS', email: 'student@rs.demo', native_given: accountOf('student@rs.demo').name.given },
    ]);
    await most.signedIn('student@rs.demo');
    const again = await most.owner.query(`select from persons where email = 'student@rs.demo'`);
    expect(again.rowCount).toBe(1);
  });

  it('works through each provider', async () => {
    const page = await (await most.signedIn('student@ru.demo')).open('/account');
    expect(page.status).toBe(200);
    expect(page.body).toContain(accountOf('student@ru.demo').name.family);
  });

  it('makes one person of two first sign-ins at once', async () => {
    await Promise.all([most.signedIn('student2@ru.demo'), most.signedIn('student2@ru.demo')]);
    const { rowCount } = await most.owner.query(`select from persons where email = 'student2@ru.demo'`);
    expect(rowCount).toBe(1);
  });

  it('begins a new session, so that a planted one is worth nothing', async () => {
    const browser = most.browser();
    await browser.open('/sign-in/rs');
    const planted = browser.cookie('most.sid');
    expect(planted).toBeDefined();
    const home = await browser.signIn('rs', 'student@rs.demo', 'most', '/account');
    expect(home.status).toBe(200);
    expect(browser.cookie('most.sid')).not.toBe(planted);
    const thief = most.browser();
    thief.setCookie('most.sid', planted ?? '');
    expect((await thief.get('/account')).status).toBe(303);
  });

  it('asks with PKCE, state and nonce', async () => {
    const answer = await most.browser().get('/sign-in/rs');
    const asked = new URL(answer.headers.get('location') ?? '').searchParams;
    expect(asked.get('code_challenge_method')).toBe('S256');
    expect(asked.get('state')?.length).toBeGreaterThan(20);
    expect(asked.get('nonce')?.length).toBeGreaterThan(20);
    expect(asked.get('redirect_uri')).toBe(`${most.url}/sign-in/rs/callback`);
  });

  it.each([
    '/sign-in/rs/callback?code=x&state=y',
    '/sign-in/rs/callback',
    '/sign-in/rs/callback?error=server_error',
  ])('lets nobody in by a made-up answer: %s', async (path) => {
    const answer = await most.browser().get(path);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toContain('text/html');
  });

  it('lets nobody in by an answer that belongs to another browser', async () => {
    const victim = most.browser();
    await victim.open('/sign-in/rs');
    const attacker = most.browser();
    const form = await attacker.open('/sign-in/rs');
    let step = await attacker.post(form.url, { email: 'outsider@rs.demo', password: 'most' });
    while (!step.headers.get('location')?.includes('/callback')) {
      step = await attacker.get(new URL(step.headers.get('location') ?? '', step.url).href);
    }
    const callback = step.headers.get('location') ?? '';
    const answer = await victim.get(callback);
    expect(answer.status).toBe(400);
    expect((await victim.get('/account')).status).toBe(303);
  });

  it('says that it was cancelled when it was', async () => {
    const browser = most.browser();
    const answer = await browser.get('/sign-in/rs');
    const state = new URL(answer.headers.get('location') ?? '').searchParams.get('state');
    const { issuer } = most.settings.identityProviders?.find(({ key }) => key === 'rs') ?? {};
    const back = await browser.get(
      `/sign-in/rs/callback?error=access_denied&state=${state}&iss=${encodeURIComponent(issuer ?? '')}`,
    );
    expect(back.status).toBe(200);
    expect(back.body).toContain('govuk-error-summary');
  });

  it.each([
    '//evil.example',
    'https://evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    'javascript:alert(1)',
  ])('returns to no other site: %s', async (wish) => {
    const browser = most.browser();
    const answer = await browser.get(`/sign-in?return=${encodeURIComponent(wish)}`);
    expect(answer.body).toContain('href="/sign-in/rs"');
    const page = await browser.signIn('rs', 'student@rs.demo', 'most', wish);
    expect(new URL(page.url).origin).toBe(most.url);
  });

  it('names the way that is left when a provider is away, and works again when it is back', async () => {
    const other = await startHttpApp();
    try {
      await other.providers.ru?.stop();
      const answer = await other.browser().get('/sign-in/ru?return=/account');
      expect(answer.status).toBe(503);
      expect(answer.body).toContain('/sign-in/rs?return=%2Faccount');
      expect((await other.browser().get('/health/ready')).status).toBe(200);
      await other.providers.ru?.start();
      expect((await (await other.signedIn('student@ru.demo')).open('/account')).status).toBe(200);
    } finally {
      await other.stop();
    }
  }, 90_000);
});

describe('signing out', () => {
  it('ends the session and goes on to the provider', async () => {
    const browser = await most.signedIn('student@rs.demo');
    const token = browser.token(await browser.open('/account'));
    const sid = browser.cookie('most.sid');
    const answer = await browser.post('/sign-out', { _csrf: token });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toContain('id_token_hint=');
    browser.setCookie('most.sid', sid ?? '');
    expect((await browser.get('/account')).status).toBe(303);
  });

  it('is not undone by a slower request that ends after it', async () => {
    const browser = await most.signedIn('student@rs.demo');
    const token = browser.token(await browser.open('/account'));
    const sid = browser.cookie('most.sid');
    const before = await sessionsOf();
    const late = browser.get('/trial/slow');
    while (!slow.release) await new Promise((resolve) => setTimeout(resolve, 5));
    await browser.post('/sign-out', { _csrf: token });
    expect(await sessionsOf()).toBe(before - 1);
    slow.release();
    slow.release = null;
    expect((await late).status).toBe(200);
    expect(await sessionsOf()).toBe(before - 1);
    browser.setCookie('most.sid', sid ?? '');
    expect((await browser.get('/account')).status).toBe(303);
  });

  it('reaches sessions elsewhere, one or all', async () => {
    const [here, there, third] = await Promise.all([1, 2, 3].map(() => most.signedIn('expert@rs.demo')));
    if (!here || !there || !third) throw new Error('three browsers');
    const page = await here.open('/account');
    const path = /\/account\/sessions\/[0-9a-f]{64}\/end/.exec(page.body)?.[0] ?? '';
    await here.post(path, { _csrf: here.token(page) });
    const left = await Promise.all(
      [there, third].map(async (browser) => (await browser.get('/account')).status),
    );
    expect(left.sort()).toEqual([200, 303]);
    await here.post('/account/sessions/end-others', { _csrf: here.token(page) });
    for (const browser of [there, third]) expect((await browser.get('/account')).status).toBe(303);
    expect((await here.get('/account')).status).toBe(200);
  });

  it("does not reach another person's session", async () => {
    const mine = await most.signedIn('student@rs.demo');
    const theirs = await most.signedIn('student@ru.demo');
    await theirs.open('/account');
    const { rows } = await most.owner.query<{ handle: string }>(
      `select encode(sha256(convert_to(sid, 'UTF8')), 'hex') as handle from web_sessions s
       join persons p on p.id::text = sess->'signedIn'->>'personId' where p.email = 'student@ru.demo'`,
    );
    const token = mine.token(await mine.open('/account'));
    for (const { handle } of rows) await mine.post(`/account/sessions/${handle}/end`, { _csrf: token });
    expect((await theirs.get('/account')).status).toBe(200);
  });
});

describe('forms', () => {
  it('are taken with their token only', async () => {
    const browser = await most.signedIn('student@rs.demo');
    const page = await browser.open('/trial/form');
    const { token } = JSON.parse(page.body) as { token: string };
    expect((await browser.post('/trial/form', { _csrf: token, text: 'ђ' })).headers.get('location')).toBe(
      '/trial/form?saved=%D1%92',
    );
    for (const wrong of ['', 'wrong']) {
      const refused = await browser.post('/trial/form', { _csrf: wrong, text: 'x' });
      expect(refused.status).toBe(403);
      expect(refused.headers.get('content-type')).toContain('text/html');
    }
    const kept = JSON.parse((await browser.open('/trial/form')).body) as { stash: unknown };
    expect(kept.stash).toEqual({ text: 'x' });
  });

  it('give back what was typed when the session has expired meanwhile', async () => {
    const browser = await most.signedIn('student@rs.demo');
    const page = await browser.open('/trial/form');
    const { token } = JSON.parse(page.body) as { token: string };
    await most.owner.query(`update web_sessions set expire = localtimestamp - interval '1 minute'`);
    const answer = await browser.post('/trial/form', { _csrf: token, text: 'Дуга мотивација' });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe('/sign-in?return=%2Ftrial%2Fform');
    const back = await browser.signIn('rs', 'student@rs.demo', 'most', '/trial/form');
    expect(JSON.parse(back.body)).toMatchObject({ stash: { text: 'Дуга мотивација' } });
    const once = await browser.open('/trial/form');
    expect(JSON.parse(once.body)).toMatchObject({ stash: null });
  });

  it('give it to nobody else who signs in in the same browser', async () => {
    const browser = await most.signedIn('student@rs.demo');
    await browser.open('/trial/form');
    await most.owner.query('delete from web_sessions');
    await browser.post('/trial/form', { text: 'лично' });
    browser.forgetProviders();
    const back = await browser.signIn('rs', 'outsider@rs.demo', 'most', '/trial/form');
    expect(JSON.parse(back.body)).toMatchObject({ stash: null });
  });

  it('put nothing into a session when another site sends them', async () => {
    const browser = await most.signedIn('student@rs.demo');
    await browser.open('/trial/form');
    await most.owner.query('delete from web_sessions');
    await browser.post('/trial/form', { text: 'planted' }, { 'sec-fetch-site': 'cross-site' });
    const back = await browser.signIn('rs', 'student@rs.demo', 'most', '/trial/form');
    expect(JSON.parse(back.body)).toMatchObject({ stash: null });
  });
});

describe('uploads', () => {
  const form = (token: string | null, megabytes: number): FormData => {
    const data = new FormData();
    if (token) data.append('_csrf', token);
    data.append('text', 'уз прилог');
    data.append('file', new Blob([randomBytes(megabytes * 1024 * 1024)]), 'Диплома.pdf');
    return data;
  };
  const opened = async () => {
    const browser = await most.signedIn('student@rs.demo');
    const { token } = JSON.parse((await browser.open('/trial/form')).body) as { token: string };
    return { browser, token };
  };

  it('arrive whole, with the fields around them', async () => {
    const { browser, token } = await opened();
    const answer = await browser.post('/trial/upload', form(token, 20));
    expect(JSON.parse(answer.body)).toEqual({
      name: 'Диплома.pdf',
      size: 20 * 1024 * 1024,
      text: 'уз прилог',
    });
  });

  it('of 50 MB are refused in words, not by a broken connection', async () => {
    const { browser, token } = await opened();
    const answer = await browser.post('/trial/upload', form(token, 50));
    expect(answer.status).toBe(413);
    expect(answer.headers.get('content-type')).toContain('text/html');
  });

  it('without the token are not taken', async () => {
    const { browser } = await opened();
    expect((await browser.post('/trial/upload', form(null, 1))).status).toBe(403);
  });

  it('are refused where nobody asked for a file', async () => {
    const { browser, token } = await opened();
    expect((await browser.post('/trial/form', form(token, 1))).status).toBe(415);
  });
});

describe('answers', () => {
  it('name a file in any script', async () => {
    const { headers } = await most.browser().get('/trial/file');
    expect(headers.get('content-disposition')).toBe(
      `attachment; filename="_______ _1_.pdf"; filename*=UTF-8''%D0%9F%D0%BE%D1%82%D0%B2%D1%80%D0%B4%D0%B0%20%221%22.pdf`,
    );
  });

  it('close a file that could not be sent', async () => {
    expect((await most.browser().get('/trial/unsendable')).status).toBeGreaterThanOrEqual(400);
    expect(unsendable.destroyed).toBe(true);
  });

  it('hide the inside of a failure and give its number', async () => {
    const page = await most.browser().get('/trial/broken');
    expect(page.status).toBe(500);
    expect(page.body).not.toContain('secret');
    expect(page.body).toContain(page.headers.get('x-request-id') ?? 'no number');
  });

  it.each([
    ['/nowhere', 'GET', 404],
    ['/trial/form', 'DELETE', 405],
    ['/%E0%A4%A', 'GET', 400],
    [`/trial/${'a'.repeat(20_000)}`, 'GET', 431],
  ])('have a real status: %#', async (path, method, status) => {
    const response = await fetch(most.url + path, { method, redirect: 'manual' });
    expect(response.status).toBe(status);
  });

  it('say when to try again after too many attempts', async () => {
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 31; attempt++) {
      statuses.push((await most.browser().get('/trial/limited')).status);
    }
    expect(statuses.slice(0, 30).every((status) => status === 200)).toBe(true);
    const refused = await most.browser().get('/trial/limited');
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('speak the language that was asked for, and remember it', async () => {
    const browser = most.browser();
    const page = await browser.open('/sign-in?lang=ru');
    expect(page.headers.get('content-language')).toBe('ru');
    expect((await browser.open('/sign-in')).headers.get('content-language')).toBe('ru');
  });
});

describe('the API', () => {
  const call = async (path: string, init: RequestInit = {}, as: string | null = 'student@rs.demo') => {
    const headers = new Headers(init.headers);
    if (as) headers.set('authorization', `Bearer ${await tokenOf(as)}`);
    const response = await fetch(most.url + path, { ...init, headers });
    return { response, body: (await response.json()) as Record<string, unknown> };
  };
  beforeAll(async () => {
    await most.signedIn('student@rs.demo');
  });

  it('knows the bearer of a token', async () => {
    const { response, body } = await call('/api/v1/trial/1');
    expect(response.status).toBe(200);
    expect(body.person).toEqual(expect.any(String));
    expect(body.scopes).toContain('applications:read');
  });

  it.each([
    ['nobody', null, 'not_signed_in', ''],
    [
      'a made-up token',
      'Bearer eyJhbGciOiJub25lIn0.eyJpc3MiOiJ4In0.',
      'token_invalid',
      ', error="invalid_token"',
    ],
    ['another scheme', 'Basic bW9zdDptb3N0', 'token_invalid', ''],
  ])('refuses %s with a problem', async (_who, authorization, reason, fault) => {
    const { response, body } = await call(
      '/api/v1/trial/1',
      authorization ? { headers: { authorization } } : {},
      null,
    );
    expect(response.status).toBe(401);
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(response.headers.get('www-authenticate')).toBe(`Bearer realm="MOST"${fault}`);
    expect(body).toEqual({
      type: 'urn:most:problem:not_signed_in',
      title: expect.any(String),
      status: 401,
      detail: expect.any(String),
      reason,
      fields: [],
      blockers: [],
      requestId: response.headers.get('x-request-id'),
    });
  });

  it('reads no session, and begins none', async () => {
    const mia = await most.signedIn('applicant@bg.rs.demo');
    const { store } = most.app.get(Sessions);
    const read = store.get.bind(store);
    let times = 0;
    store.get = (...asked) => {
      times += 1;
      read(...asked);
    };
    try {
      const answer = await mia.get('/api/v1/trial/1');
      expect(answer.status).toBe(401);
      expect(answer.headers.getSetCookie()).toEqual([]);
      expect(times).toBe(0);
      await mia.get('/trial/form');
      expect(times).toBe(1);
    } finally {
      store.get = read;
    }
  });

  it('takes no browser session in place of a token', async () => {
    const browser = await most.signedIn('student@rs.demo');
    expect((await browser.get('/api/v1/trial/1')).status).toBe(401);
  });

  it('names every field that is wrong, by our problems', async () => {
    const { response, body } = await call('/api/v1/trial', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'x', text: 'much too long a text', admin: true }),
    });
    expect(response.status).toBe(422);
    expect(body.fields).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ field: 'email', problem: 'not_email' }),
        expect.objectContaining({ field: 'text', problem: 'too_long', values: { max: 10 } }),
        expect.objectContaining({ field: 'admin', problem: 'unknown_field' }),
      ]),
    );
  });

  it.each([
    ['malformed JSON', 'application/json', '{', 400],
    ['another type', 'application/xml', '<a/>', 415],
    ['more than 1 MB', 'application/json', JSON.stringify({ text: 'x'.repeat(1_100_000) }), 413],
  ])('answers %s with a problem', async (_what, type, text, status) => {
    const { response, body } = await call('/api/v1/trial', {
      method: 'POST',
      headers: { 'content-type': type },
      body: text,
    });
    expect(response.status).toBe(status);
    expect(body.status).toBe(status);
  });

  it('creates once under one key, and answers the same again', async () => {
    const send = (text: string, key: string) =>
      call('/api/v1/trial', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify({ email: 'a@b.rs', text }),
      });
    const first = await send('one', 'k1');
    const again = await send('one', 'k1');
    expect(again.body).toEqual(first.body);
    expect(again.response.status).toBe(201);
    expect(again.response.headers.get('idempotency-replayed')).toBe('true');
    expect((await send('other', 'k1')).body.reason).toBe('idempotency_key_reused');
    expect((await send('one', 'k2')).body).not.toEqual(first.body);
  });

  it('changes the version that the caller has seen, and no other', async () => {
    const change = (headers: Record<string, string>) =>
      call('/api/v1/trial/1', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: '{}',
      });
    expect((await change({})).body.reason).toBe('if_match_missing');
    expect((await change({ 'if-match': '"old"' })).response.status).toBe(412);
    const changed = await change({ 'if-match': '*' });
    expect(changed.response.status).toBe(200);
    expect(changed.response.headers.get('etag')).toMatch(/^"[\w-]{16}"$/);
  });

  it('describes itself', async () => {
    const description = (await (await fetch(`${most.url}/api/openapi.json`)).json()) as {
      paths: Record<string, unknown>;
    };
    expect(Object.keys(description.paths).every((path) => path.startsWith('/api/'))).toBe(true);
    expect(description.paths).toHaveProperty(['/api/v1/trial']);
    const docs = await fetch(`${most.url}/api/docs`);
    expect(docs.status).toBe(200);
    expect(docs.headers.get('content-security-policy')).not.toContain('unsafe');
  });
});

describe('for operators', () => {
  it('says that it lives and is ready', async () => {
    expect((await fetch(`${most.url}/health/live`)).status).toBe(200);
    const ready = await fetch(`${most.url}/health/ready`);
    expect(await ready.json()).toMatchObject({ status: 'ok', info: { database: { status: 'up' } } });
  });

  it('counts requests by their route, never by their address', async () => {
    await fetch(`${most.url}/sign-in?return=/secret-name`);
    const text = await (await fetch(`${most.url}/metrics`)).text();
    expect(text).toContain('route="/sign-in"');
    expect(text).not.toContain('secret-name');
  });
});

it("names the institution of the provider by the register, in the reader's language and time", async () => {
  const account = accountOf('professor@ru.demo');
  await most.owner.query(
    `insert into institutions (id, country, kind, slug, domain, name_native, native_language, name_ru, name_en, source,
       checked_on, search_key)
     values (gen_random_uuid(), 'RU', 'university', 'planted', $1, 'Родное имя', 'ru', 'Родное имя', 'Its English name',
       'test', '2026-01-01', '')`,
    [account.institutionDomain],
  );
  const browser = await most.signedIn(account.email);
  const page = await browser.open('/account?lang=en');
  expect(page.body).toContain('Its English name');
  expect(page.body).toContain('Moscow time');
  expect((await browser.open('/account?lang=ru')).body).toContain('Родное имя');
});
