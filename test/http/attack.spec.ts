import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { issueDemoToken } from '../../src/demo/identity-provider.js';
import { DEMO_ACCOUNTS } from '../../src/demo/public.js';
import { Database } from '../../src/platform/database/database.js';
import { AcceptsFile } from '../../src/platform/http/multipart.interceptor.js';
import { answerFile } from '../../src/platform/http/page.js';
import type { FileResult } from '../../src/platform/http/page.js';
import { Limited } from '../../src/platform/http/rate-limits.js';
import { Can, Public } from '../../src/platform/http/route-access.js';
import { Web } from '../../src/platform/http/web.decorator.js';
import type { WebRequest } from '../../src/platform/http/web-request.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { startHttpApp } from './http-app.js';
import type { HttpApp } from './http-app.js';

/** What somebody tries who means no good: each line is a way in that must stay shut. */

const HOSTILE_NAME = 'a".pdf\r\nset-cookie: most.sid=stolen;/../../etc/passwd';
/** An address inside the network of containers, where the proxy stands. */
const PROXY = '172.18.0.5';

@Controller()
class TargetController {
  @Get('target/file')
  @Public()
  file(): FileResult {
    return answerFile({ content: Buffer.from('x'), contentType: 'application/pdf', fileName: HOSTILE_NAME });
  }

  @Get('target/limited')
  @Public()
  @Limited('verify')
  limited(): object {
    return {};
  }

  @Post('target/upload')
  @Can('account.change')
  @AcceptsFile()
  upload(): object {
    return {};
  }

  @Get('api/v1/target')
  @Can('account.read')
  read(@Web() web: WebRequest): object {
    return { person: web.ctx.actor.personId };
  }

  @Post('api/v1/target')
  @Can('account.change')
  @HttpCode(200)
  change(@Web() web: WebRequest): object {
    return { person: web.ctx.actor.personId };
  }
}

/** Values that no page sends. */
const UNREADABLE: Readonly<Record<string, readonly [string, unknown]>> = {
  id: ['select $1::uuid', 'nonsense'],
  instant: ['select $1::timestamptz', new Date(Number.NaN)],
  number: ['select $1::integer', '99999999999'],
  text: ['select $1::text', 'a\u0000b'],
  json: ['select $1::jsonb', JSON.stringify({ a: 'a\u0000b' })],
};

@Controller()
class DatabaseController {
  constructor(@Inject(Database) private readonly database: Database) {}

  @Get('target/unreadable/:value')
  @Public()
  unreadable(@Web() web: WebRequest, @Param('value') value: string): Promise<object> {
    const [sql, parameter] = UNREADABLE[value] ?? [];
    return this.database.read(web.ctx, (ctx) => ctx.tx.query(sql ?? '', [parameter]));
  }
}

let most: HttpApp;

beforeAll(async () => {
  most = await startHttpApp({ controllers: [TargetController, DatabaseController] });
  await most.signedIn('student@rs.demo');
}, 90_000);

afterAll(async () => {
  await expectInvariants(most.owner);
  await most.stop();
});

async function withScopes(scopes: readonly string[], method = 'GET'): Promise<Response> {
  const account = DEMO_ACCOUNTS.find(({ email }) => email === 'student@rs.demo');
  const issuer = most.settings.identityProviders?.find(({ key }) => key === 'rs')?.issuer ?? '';
  if (!account) throw new Error('no such account');
  const token = await issueDemoToken(account, { issuer, dataDir: most.settings.dataDir, scopes });
  return fetch(`${most.url}/api/v1/target`, { method, headers: { authorization: `Bearer ${token}` } });
}

describe('a token', () => {
  it.each([
    ['no scope', [], 'GET', 403],
    ['a scope of another matter', ['calls:write'], 'GET', 403],
    ['the scope to read', ['accounts:read'], 'GET', 200],
    ['the scope to read', ['accounts:read'], 'POST', 403],
    ['the scope to write', ['accounts:write'], 'POST', 200],
  ])('with %s (%j) opens %s with %i', async (_what, scopes, method, status) => {
    const answer = await withScopes(scopes, method);
    const body = (await answer.json()) as { reason?: string };
    expect([answer.status, body.reason]).toEqual([status, status === 403 ? 'token_scope' : undefined]);
  });
});

describe('an address that is written otherwise', () => {
  it('does not let a session act on the API without the token of a form', async () => {
    const browser = await most.signedIn('student@rs.demo');
    for (const path of ['/%61pi/v1/target', '/%61%70%69/v1/target']) {
      expect((await browser.post(path, {})).status).toBe(403);
    }
  });

  it.each([
    '//evil.example',
    '/\\evil.example',
    '/%09/evil.example',
    'https://evil.example',
    '/\t/evil.example',
  ])('never leads from the sign-in to %j', async (back) => {
    const browser = most.browser();
    await browser.open('/sign-in');
    const landed = await browser.signIn('rs', 'student@rs.demo', 'most', back);
    expect(new URL(landed.url).origin).toBe(most.url);
  });
});

describe('a value that cannot be read', () => {
  it.each(Object.keys(UNREADABLE))('is the mistake of its sender and no fault of ours: %s', async (value) => {
    expect((await fetch(`${most.url}/target/unreadable/${value}`)).status).toBe(400);
  });
});

describe('a name of a file', () => {
  it('adds no header and no folder', async () => {
    const answer = await fetch(`${most.url}/target/file`);
    expect(answer.headers.getSetCookie()).toEqual([]);
    const disposition = answer.headers.get('content-disposition') ?? '';
    expect(/filename="([^"]*)";/.exec(disposition)?.[1]).not.toMatch(/["\r\n\\]/);
  });
});

describe('a link that was made up', () => {
  it('does not fill the record of acts', async () => {
    let last = 0;
    for (let attempt = 0; attempt < 31; attempt++)
      last = (await fetch(`${most.url}/invitations/made-up-${attempt}`)).status;
    expect(last).toBe(429);
    const { rows } = await most.owner.query<{ count: number }>(
      "select count(*)::integer as count from audit_entries where action = 'link.refused'",
    );
    expect(rows[0]?.count).toBe(30);
  });
});

describe('a form of nobody', () => {
  it('is not kept in memory by the megabyte', async () => {
    const form = new FormData();
    for (let field = 0; field < 40; field++) form.append(`field-${field}`, 'x'.repeat(1024 * 1024));
    const answer = await fetch(`${most.url}/target/upload`, {
      method: 'POST',
      body: form,
      redirect: 'manual',
    });
    // To the sign-in, or refused: but answered, and nothing of it stands in a session.
    expect([303, 413, 422]).toContain(answer.status);
    const { rows } = await most.owner.query<{ largest: number | null }>(
      'select max(length(sess::text)) as largest from web_sessions',
    );
    expect(rows[0]?.largest ?? 0).toBeLessThan(100_000);
  });
});

describe('behind a proxy of the private network', () => {
  const ask = (url: string, client: string, headers: Readonly<Record<string, string>> = {}) =>
    most.app.inject({
      method: 'GET',
      url,
      remoteAddress: PROXY,
      headers: { 'x-forwarded-for': client, 'x-forwarded-proto': 'https', ...headers },
    });

  it('counts its clients apart, so that one does not shut out the others', async () => {
    let last = 0;
    for (let attempt = 0; attempt < 31; attempt++)
      last = (await ask('/target/limited', '203.0.113.1')).statusCode;
    expect(last).toBe(429);
    expect((await ask('/target/limited', '203.0.113.2')).statusCode).toBe(200);
  });

  it('gives cookies for HTTPS only', async () => {
    const answer = await ask('/sign-in/rs?lang=ru', '203.0.113.3');
    const cookies = [answer.headers['set-cookie'] ?? []].flat();
    expect(cookies.length).toBeGreaterThanOrEqual(2);
    for (const cookie of cookies) expect(cookie).toMatch(/; Secure/);
  });

  it('shows the metrics to nobody who merely says that they are local', async () => {
    expect((await ask('/metrics', '127.0.0.1')).statusCode).toBe(404);
    expect((await ask('/metrics', '203.0.113.4')).statusCode).toBe(404);
    // On the machine of the proxy as well, and from a network whose addresses are as private as the proxy's own.
    const local = await most.app.inject({
      method: 'GET',
      url: '/metrics',
      remoteAddress: '127.0.0.1',
      headers: { 'x-forwarded-for': '127.0.0.1, 10.20.30.40' },
    });
    expect(local.statusCode).toBe(404);
  });

  it('counts a client of a private network by the address that the proxy saw, whatever else they say', async () => {
    let last = 0;
    for (let attempt = 0; attempt < 31; attempt++)
      last = (await ask('/target/limited', `203.0.113.${100 + attempt}, 10.20.30.40`)).statusCode;
    expect(last).toBe(429);
  });
});
