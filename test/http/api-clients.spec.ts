import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { IsString } from 'class-validator';
import { base64url, generateKeyPair } from 'jose';
import { PDFDocument } from 'pdf-lib';
import { clientsPolicy } from '../../src/access/domain/clients.policy.js';
import { RegisterClient } from '../../src/access/public.js';
import { SubmitApplication } from '../../src/applications/public.js';
import { AuditTrail } from '../../src/audit/public.js';
import { Database } from '../../src/platform/database/database.js';
import { Idempotent, IdempotencyKeys } from '../../src/platform/http/idempotency.js';
import { RateLimits } from '../../src/platform/http/rate-limits.js';
import { Can } from '../../src/platform/http/route-access.js';
import { Sessions } from '../../src/platform/http/sessions.js';
import { Web } from '../../src/platform/http/web.decorator.js';
import type { WebRequest } from '../../src/platform/http/web-request.js';
import { ANONYMOUS } from '../../src/shared/actor.js';
import type { Actor, Grant } from '../../src/shared/actor.js';
import { systemClock } from '../../src/shared/clock.js';
import { DomainError } from '../../src/shared/domain-error.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import type { RequestContext } from '../../src/shared/request-context.js';
import { exchangeModules } from '../factories/exchange-modules.js';
import { fillApplication } from '../factories/fill-application.js';
import { DAY_MS, buildWorld } from '../factories/world.js';
import type { World } from '../factories/world.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { startHttpApp } from './http-app.js';
import type { HttpApp } from './http-app.js';
import { startTokenIssuer } from './token-issuer.js';
import type { TokenChanges, TokenIssuer } from './token-issuer.js';

class NoteDto {
  @IsString()
  text: string;
}

/** What the acts of the trial route wait for, and how they end. */
const trial: { hold: Promise<void>; fails: 'before' | 'after' | null } = {
  hold: Promise.resolve(),
  fails: null,
};

@Controller('api/v1/trial-notes')
class NotesController {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditTrail,
  ) {}

  @Get()
  @Can('account.read')
  read(@Web() web: WebRequest): object {
    return { person: web.ctx.actor.personId };
  }

  @Post()
  @Can('account.change')
  @HttpCode(201)
  @Idempotent()
  async write(@Web() web: WebRequest, @Body() { text }: NoteDto): Promise<object> {
    await trial.hold;
    if (trial.fails === 'before') throw new DomainError('blocked');
    const id = newId();
    await this.database.transaction(web.ctx, (ctx) =>
      this.audit.record(ctx, { action: 'trial.noted', subject: { kind: 'trial', id }, data: { text } }),
    );
    if (trial.fails === 'after') throw new Error('the process falls over');
    return { id };
  }
}

let scratch: string;
let issuer: TokenIssuer;
let most: HttpApp;
let world: World;
let belgrade: Id;
let moscow: Id;
let applicationId: Id;
let student: Id;

const LONG_AGO = new Date(Date.now() - 30 * DAY_MS);
const SLUGS = { belgrade: 'university-of-belgrade', moscow: 'lomonosov-moscow-state-university' };

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'most-test-clients-'));
  issuer = await startTokenIssuer();
  most = await startHttpApp({
    controllers: [NotesController],
    imports: exchangeModules(scratch),
    settings: {
      tokenIssuers: [{ issuer: issuer.url, jwksUri: issuer.jwksUri, secondFactorValues: ['mfa'] }],
    },
  });
  world = await buildWorld(most.app, most.owner);
  [belgrade, moscow] = [await world.institution(SLUGS.belgrade), await world.institution(SLUGS.moscow)];
  student = await person('student');
  await world.publishedCall({
    slug: 'clients',
    directions: [{ homeCountry: 'RS', hostCountry: 'RU' }],
    places: [
      {
        institutionId: moscow,
        fieldCode: '0613',
        level: 7,
        language: 'en',
        languageLevel: 'B2',
        months: 5,
        services: null,
        capacity: 3,
      },
    ],
  });
  const pdf = join(scratch, 'transcript.pdf');
  const document = await PDFDocument.create();
  document.addPage();
  writeFileSync(pdf, await document.save());
  await most.owner.query('update persons set home_institution_id = $2 where id = $1', [student, belgrade]);
  applicationId = await fillApplication(most.app, most.owner, as(student), 'clients', pdf);
  await most.app.get(SubmitApplication).run(as(student), applicationId);
}, 120_000);

afterAll(async () => {
  await expectInvariants(most.owner);
  await most.stop();
  await issuer.stop();
  rmSync(scratch, { recursive: true, force: true });
});

beforeEach(() => {
  issuer.answer = 'keys';
  trial.hold = Promise.resolve();
  trial.fails = null;
});

/** Somebody whom the issuer knows by `subject`, with what they were granted. */
async function person(
  subject: string,
  grants: readonly {
    role: Grant['role'];
    institutionId?: Id;
    country?: string;
    deputyOf?: Id;
    actingFor?: Id;
  }[] = [],
): Promise<Id> {
  const id = newId();
  await most.owner.query(
    `insert into persons (id, country, native_family, native_given, native_language, email, language, created_at)
     values ($1, 'RS', 'Јовић', 'Ана', 'sr-Cyrl', $2, 'sr-Cyrl', $3)`,
    [id, `${subject}@example.org`, LONG_AGO],
  );
  await most.owner.query(
    `insert into identities (issuer, subject, person_id, provider_key, created_at, last_sign_in_at)
     values ($1, $2, $3, 'rs', $4, $4)`,
    [issuer.url, subject, id, LONG_AGO],
  );
  for (const grant of grants) {
    await most.owner.query(
      // A deputy is appointed by whom they act for.
      `insert into role_grants (id, person_id, role, institution_id, country, reason, valid_from, valid_until, deputy_of,
         acting_for, granted_by) values ($1, $2, $3, $4, $5, 'test', $6, $7, $8, $9, $9)`,
      [
        newId(),
        id,
        grant.role,
        grant.institutionId ?? null,
        grant.country ?? null,
        LONG_AGO,
        new Date(Date.now() + DAY_MS),
        grant.deputyOf ?? null,
        grant.actingFor ?? null,
      ],
    );
  }
  return id;
}

function as(personId: Id, grants: readonly Grant[] = []): RequestContext {
  const actor: Actor = { ...ANONYMOUS, kind: 'person', personId, name: 'Ана', grants, secondFactor: true };
  return { actor, language: 'en', clock: systemClock, requestId: newId() };
}

const EVERY_SCOPE = 'clients:write applications:write accounts:write';
const personToken = (subject: string, scope = EVERY_SCOPE) =>
  issuer.token({ claims: { sub: subject, scope, amr: ['mfa'] } });
const machineToken = (subject: string, scope = 'applications:read applications:write') =>
  issuer.token({ claims: { sub: subject, client_id: subject, scope } });

interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

async function call(
  path: string,
  token: string | null,
  init: RequestInit & { body?: string } = {},
): Promise<Reply> {
  const headers = new Headers(init.headers);
  if (token !== null) headers.set('authorization', `Bearer ${token}`);
  if (init.body !== undefined) headers.set('content-type', 'application/json');
  const response = await fetch(most.url + path, { ...init, headers });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
  };
}

const post = (path: string, token: string, body: object, headers: Record<string, string> = {}) =>
  call(path, token, { method: 'POST', body: JSON.stringify(body), headers });

describe('a bearer token', () => {
  it('opens when all of it holds', async () => {
    const { status, body } = await call('/api/v1/trial-notes', await personToken('student'));
    expect({ status, body }).toEqual({ status: 200, body: { person: student } });
  });

  const now = () => Math.floor(Date.now() / 1000);
  const wrong: readonly (readonly [string, () => TokenChanges | Promise<TokenChanges>])[] = [
    ['for another audience', () => ({ claims: { aud: 'urn:other' } })],
    ['of another issuer', () => ({ claims: { iss: 'https://stranger.example' } })],
    ['that ran out', () => ({ claims: { exp: now() - 60 } })],
    ['that is not yet valid', () => ({ claims: { nbf: now() + 60 } })],
    ['that was issued in the future', () => ({ claims: { iat: now() + 60 } })],
    ['that is older than a day', () => ({ claims: { iat: now() - 2 * 86_400 } })],
    ['that is an ID token', () => ({ header: { typ: 'JWT' } })],
    ['of another key', async () => ({ key: (await generateKeyPair('ES256')).privateKey })],
    ['of an unknown key', () => ({ header: { kid: 'unknown' } })],
    [
      'with a shared secret',
      async () => ({
        header: { alg: 'HS256' },
        key: await crypto.subtle.importKey(
          'raw',
          Buffer.alloc(32),
          { name: 'HMAC', hash: 'SHA-256' },
          false,
          ['sign'],
        ),
      }),
    ],
    ...['iss', 'aud', 'exp', 'iat', 'sub', 'client_id', 'jti'].map(
      (claim) => [`without ${claim}`, () => ({ claims: { [claim]: undefined } })] as const,
    ),
    ...['sub', 'client_id', 'jti'].map(
      (claim) => [`whose ${claim} is no text`, () => ({ claims: { [claim]: 7 } })] as const,
    ),
  ];
  it.each(wrong)('%s is refused', async (_what, changes) => {
    const { claims, ...more } = await changes();
    const token = await issuer.token({ ...more, claims: { sub: 'student', ...claims } });
    const { status, headers, body } = await call('/api/v1/trial-notes', token);
    expect({ status, reason: body.reason }).toEqual({ status: 401, reason: 'token_invalid' });
    expect(headers.get('www-authenticate')).toBe('Bearer realm="MOST", error="invalid_token"');
  });

  it('that nobody signed is refused', async () => {
    const [, payload] = (await personToken('student')).split('.');
    const header = base64url.encode(JSON.stringify({ alg: 'none', typ: 'at+jwt' }));
    expect((await call('/api/v1/trial-notes', `${header}.${payload}.`)).status).toBe(401);
  });

  it('is taken from the header alone, and means nothing to pages', async () => {
    const token = await personToken('student');
    const asked = await call(`/api/v1/trial-notes?access_token=${token}`, null);
    expect(asked.status).toBe(401);
    expect(asked.headers.get('www-authenticate')).toBe('Bearer realm="MOST"');
    const page = await fetch(`${most.url}/account`, {
      headers: { authorization: `Bearer ${token}` },
      redirect: 'manual',
    });
    expect(page.status).toBe(303);
  });

  it('without a scope opens nothing, and is told which one would do', async () => {
    for (const scope of [undefined, '', 'something:else']) {
      const token = await issuer.token({ claims: { sub: 'student', scope } });
      const { status, headers, body } = await call('/api/v1/trial-notes', token);
      expect({ status, reason: body.reason }).toEqual({ status: 403, reason: 'token_scope' });
      expect(headers.get('www-authenticate')).toBe(
        'Bearer realm="MOST", error="insufficient_scope", scope="accounts:read"',
      );
    }
  });

  it('of a new key opens without a restart, and one of the old key no more', async () => {
    const old = await personToken('student');
    expect((await call('/api/v1/trial-notes', old)).status).toBe(200);
    await issuer.rotate();
    // A stranger's unknown keys lead to one look in five seconds.
    await new Promise((resolve) => setTimeout(resolve, 5_100));
    const before = issuer.asked;
    expect((await call('/api/v1/trial-notes', await personToken('student'))).status).toBe(200);
    expect((await call('/api/v1/trial-notes', old)).status).toBe(401);
    for (let attempt = 0; attempt < 5; attempt++) {
      await call('/api/v1/trial-notes', await issuer.token({ header: { kid: `made-up-${attempt}` } }));
    }
    expect(issuer.asked).toBe(before + 1);
  }, 20_000);

  it.each(['error', 'nonsense', 'never', 'endless'] as const)(
    'cannot be looked at while its issuer answers %s, and that is said',
    async (answer) => {
      const other = await startTokenIssuer();
      const app = await startHttpApp({
        controllers: [NotesController],
        settings: { tokenIssuers: [{ issuer: other.url, jwksUri: other.jwksUri }] },
      });
      try {
        other.answer = answer;
        const response = await fetch(`${app.url}/api/v1/trial-notes`, {
          headers: { authorization: `Bearer ${await other.token()}` },
        });
        expect(response.status).toBe(503);
        expect(await response.json()).toMatchObject({ reason: 'provider_unavailable' });
        expect(response.headers.get('www-authenticate')).toBeNull();
      } finally {
        await app.stop();
        await other.stop();
      }
    },
    60_000,
  );
});

describe('another system', () => {
  let administrator: Id;
  const wanted = (changes: object = {}) => ({
    institution: belgrade,
    name: 'Student register',
    issuer: issuer.url,
    subject: `machine-${newId()}`,
    scopes: ['applications:read'],
    validUntil: new Date(Date.now() + 100 * DAY_MS).toISOString(),
    reason: 'Results go to the register',
    ...changes,
  });
  beforeAll(async () => {
    administrator = await person('administrator', [
      { role: 'institution_administrator', institutionId: belgrade },
    ]);
    await person('officer', [{ role: 'ministry_officer', country: 'RS' }]);
    await person('officer-ru', [{ role: 'ministry_officer', country: 'RU' }]);
    const { rows } = await most.owner.query<{ id: Id }>('select id from role_grants where person_id = $1', [
      administrator,
    ]);
    await person('deputy', [
      {
        role: 'institution_administrator',
        institutionId: belgrade,
        deputyOf: rows[0]?.id ?? '',
        actingFor: administrator,
      },
    ]);
  });

  it('sees what its institution sees, and nothing else, until it is shut out', async () => {
    const machine = wanted();
    const token = await machineToken(machine.subject);
    const own = `/api/v1/applications/${applicationId}`;
    expect((await call(own, token)).status).toBe(401);
    const registered = await post('/api/v1/clients', await personToken('administrator'), machine);
    expect(registered.status).toBe(201);
    const id = String(registered.body.id);

    expect(await call(own, token)).toMatchObject({ status: 200, body: { id: applicationId } });
    const list = await call('/api/v1/applications?scope=office', token);
    expect(list).toMatchObject({ status: 200, body: { items: [{ id: applicationId }] } });
    // Registered for reading: the token's scope for writing is worth nothing.
    const write = await post(`${own}/withdraw`, token, {});
    expect(write).toMatchObject({ status: 403 });
    const elsewhere = wanted({ institution: moscow });
    await person('administrator-ru', [{ role: 'institution_administrator', institutionId: moscow }]);
    const other = await post('/api/v1/clients', await personToken('administrator-ru'), elsewhere);
    expect(other.status).toBe(201);
    // It has not crossed the border yet.
    expect((await call(own, await machineToken(elsewhere.subject))).status).toBe(404);
    expect(
      (await call('/api/v1/applications?scope=office', await machineToken(elsewhere.subject))).body,
    ).toEqual({
      items: [],
      next: null,
    });
    // The scopes of its token count too, and those of its registration do not add to them.
    expect(await call(own, await machineToken(machine.subject, 'calls:read'))).toMatchObject({
      status: 403,
      body: { reason: 'token_scope' },
    });

    const revoke = await post(`/api/v1/clients/${id}/revoke`, await personToken('officer'), {
      reason: 'The register was replaced',
    });
    expect(revoke.status).toBe(204);
    expect((await call(own, token)).status).toBe(401);
    const again = await post(`/api/v1/clients/${id}/revoke`, await personToken('officer'), {
      reason: 'again',
    });
    expect(again).toMatchObject({ status: 409, body: { reason: 'wrong_state' } });
    expect(await call(`/api/v1/clients/${id}`, await personToken('administrator'))).toMatchObject({
      body: { status: 'revoked', revokeReason: 'The register was replaced' },
    });
    const { rows } = await most.owner.query(
      `select action, actor_id, role from audit_entries where subject_kind = 'client' and subject_id = $1
       and action <> 'access.refused' order by id`,
      [id],
    );
    expect(rows).toEqual([
      { action: 'client.registered', actor_id: administrator, role: 'institution_administrator' },
      { action: 'client.revoked', actor_id: expect.any(String), role: 'ministry_officer' },
    ]);
  });

  it('is nobody once its time ran out, and its name is free again', async () => {
    const machine = wanted();
    const token = await machineToken(machine.subject);
    await post('/api/v1/clients', await personToken('administrator'), machine);
    await most.owner.query(
      `update integration_clients set created_at = $2, valid_until = $3 where subject = $1`,
      [machine.subject, LONG_AGO, new Date(Date.now() - 1000)],
    );
    expect((await call('/api/v1/applications', token)).status).toBe(401);
    expect((await post('/api/v1/clients', await personToken('administrator'), machine)).status).toBe(201);
    expect((await call('/api/v1/applications?scope=office', token)).status).toBe(200);
    const twice = await post('/api/v1/clients', await personToken('administrator'), machine);
    expect(twice).toMatchObject({ status: 409, body: { reason: 'client_registered' } });
  });

  it('is no person, though one is known by the same name', async () => {
    await person('two-faced', [{ role: 'coordinator', institutionId: belgrade }]);
    const token = await issuer.token({
      claims: { sub: 'two-faced', client_id: 'two-faced', scope: EVERY_SCOPE, amr: ['mfa'] },
    });
    expect((await call('/api/v1/applications?scope=office', token)).status).toBe(401);
  });

  it.each([
    ['an officer of the other country', 'officer-ru', 404, 'not_found'],
    ['a deputy', 'deputy', 403, 'not_as_deputy'],
    ['a student', 'student', 403, 'no_role'],
  ])('is not let in by %s', async (_who, subject, status, reason) => {
    const answer = await post('/api/v1/clients', await personToken(subject), wanted());
    expect({ status: answer.status, reason: answer.body.reason }).toEqual({ status, reason });
  });

  it('is not let in by a deputy whose own right has run out, in lists either', async () => {
    await post('/api/v1/clients', await personToken('administrator'), wanted());
    const { rows } = await most.owner.query<{ id: Id }>(
      `insert into role_grants (id, person_id, role, institution_id, reason, valid_from, valid_until)
       select $1, person_id, 'institution_administrator', $2, 'test', $3, $4 from identities where subject = 'deputy'
       returning person_id as id`,
      [newId(), belgrade, LONG_AGO, new Date(LONG_AGO.getTime() + DAY_MS)],
    );
    const deputy = rows[0]?.id ?? '';
    const request = as(deputy, [
      { role: 'institution_administrator', institutionId: belgrade, country: null, actingFor: administrator },
    ]);
    const listed = await most.app.get(Database).read(request, async (ctx) => {
      const may = (action: string) => clientsPolicy.filter(ctx.actor, action, 'c');
      return ctx.tx.query<object[]>(
        `select count(*) filter (where ${may('client.read')}) > 0 as read,
           count(*) filter (where ${may('client.register')}) as register from integration_clients c`,
      );
    });
    expect(listed).toEqual([{ read: true, register: '0' }]);
  });

  it('is not let in by an office without its second factor', async () => {
    const token = await issuer.token({ claims: { sub: 'administrator', scope: EVERY_SCOPE } });
    expect(await post('/api/v1/clients', token, wanted())).toMatchObject({
      status: 403,
      body: { reason: 'second_factor_needed' },
    });
  });

  it.each([
    ['writing, which no row allows', { scopes: ['applications:write'] }, 'scopes', 'not_in_list'],
    ['an issuer that we do not believe', { issuer: 'https://stranger.example' }, 'issuer', 'not_in_list'],
    ['an end that has passed', { validUntil: LONG_AGO.toISOString() }, 'validUntil', 'date_in_past'],
    [
      'an end too far away',
      { validUntil: new Date(Date.now() + 1000 * DAY_MS).toISOString() },
      'validUntil',
      'at_most_years',
    ],
    ['no reason', { reason: '' }, 'reason', 'required'],
  ])('is not let in for %s', async (_what, changes, field, problem) => {
    const answer = await post('/api/v1/clients', await personToken('administrator'), wanted(changes));
    expect(answer.status).toBe(422);
    expect(answer.body.fields).toEqual([expect.objectContaining({ field, problem })]);
  });

  it('is seen by those who may let it in, behind the second wall too', async () => {
    const machine = wanted();
    await post('/api/v1/clients', await personToken('administrator'), machine);
    const names = async (subject: string) => {
      const { body } = await call('/api/v1/clients?limit=100', await personToken(subject));
      return (body.items as { subject: string }[] | undefined)?.map((item) => item.subject) ?? [];
    };
    expect(await names('administrator')).toContain(machine.subject);
    expect(await names('officer')).toContain(machine.subject);
    expect(await names('officer-ru')).not.toContain(machine.subject);
    const behind = (id: Id) =>
      most.app.get(Database).read(as(id), async (ctx) => {
        const found = await ctx.tx.query<object[]>('select from integration_clients where subject = $1', [
          machine.subject,
        ]);
        return found.length;
      });
    expect(await behind(administrator)).toBe(1);
    expect(await behind(student)).toBe(0);
    // Nor does a hand that has passed the first wall write one for an institution that is not its own.
    await expect(
      most.app.get(Database).transaction(as(administrator), (ctx) =>
        ctx.tx.query(
          `insert into integration_clients (id, institution_id, name, issuer, subject, scopes, reason, granted_by, created_at)
           values ($1, $2, 'x', 'x', 'x', '{x:read}', 'x', $3, now())`,
          [newId(), moscow, administrator],
        ),
      ),
    ).rejects.toMatchObject({ driverError: { code: '42501' } });
  });

  it('is listed page by page', async () => {
    for (let index = 0; index < 3; index++) {
      await post('/api/v1/clients', await personToken('administrator'), wanted({ name: `Paged ${index}` }));
    }
    const all = await call('/api/v1/clients?limit=100', await personToken('officer'));
    const seen: unknown[] = [];
    let next: unknown = null;
    do {
      const after = typeof next === 'string' ? `&after=${next}` : '';
      const page = await call(`/api/v1/clients?limit=2${after}`, await personToken('officer'));
      seen.push(...(page.body.items as unknown[]));
      next = page.body.next;
    } while (next !== null);
    expect(seen).toEqual(all.body.items);
  });

  it('is let in and shut out on pages too, by those who may', async () => {
    const browser = await most.signedIn('administrator@bg.rs.demo');
    expect((await browser.open('/admin/clients')).status).toBe(403);
    await most.owner.query(
      `insert into role_grants (id, person_id, role, institution_id, reason, valid_from)
       select $1, id, 'institution_administrator', $2, 'test', $3 from persons where email = 'administrator@bg.rs.demo'`,
      [newId(), belgrade, LONG_AGO],
    );
    const form = await browser.open('/admin/clients/new?lang=en');
    expect(form.body).toContain('applications:read');
    expect(form.body).not.toContain('applications:write');
    const subject = `machine-${newId()}`;
    const until = new Date(Date.now() + 100 * DAY_MS);
    const fields = {
      _csrf: browser.token(form),
      institutionId: belgrade,
      name: 'Регистар <студената>',
      issuer: issuer.url,
      subject,
      scopes: 'applications:read',
      'validUntil-day': String(until.getUTCDate()),
      'validUntil-month': String(until.getUTCMonth() + 1),
      'validUntil-year': String(until.getUTCFullYear()),
      reason: 'Резултати',
    };
    const wrong = await browser.post('/admin/clients', { ...fields, name: '', 'validUntil-month': '13' });
    expect(wrong.status).toBe(422);
    expect(wrong.body).toContain('href="#field-name"');
    expect(wrong.body).toContain('href="#field-validUntil"');
    expect(wrong.body).toContain(subject);
    const done = await browser.post('/admin/clients', fields);
    expect(done.status).toBe(303);
    const path = done.headers.get('location') ?? '';
    const page = await browser.open(path);
    expect(page.body).toContain('Регистар &lt;студената&gt;');
    const token = await machineToken(subject);
    expect((await call('/api/v1/applications?scope=office', token)).status).toBe(200);
    const bare = await browser.post(`${path}/revoke`, { _csrf: browser.token(page), reason: ' ' });
    expect(bare.status).toBe(422);
    const gone = await browser.post(`${path}/revoke`, { _csrf: browser.token(page), reason: 'Replaced' });
    expect(gone.status).toBe(303);
    expect((await browser.open(path)).body).not.toContain(`${path}/revoke`);
    expect((await call('/api/v1/applications?scope=office', token)).status).toBe(401);
  });

  it('is registered by the operation that the demonstration uses as well', async () => {
    const grants: Grant[] = [{ role: 'institution_administrator', institutionId: belgrade, country: null }];
    const { institution, validUntil, ...machine } = wanted();
    const id = await most.app.get(RegisterClient).run(as(administrator, grants), {
      institutionId: institution,
      validUntil: new Date(validUntil),
      ...machine,
    });
    expect((await call(`/api/v1/clients/${id}`, await personToken('administrator'))).status).toBe(200);
  });
});

describe('how often', () => {
  it('is counted for each caller apart, and told', async () => {
    const counted = await person('counted');
    await person('counted-too');
    const token = await personToken('counted');
    const first = await call('/api/v1/trial-notes', token);
    expect(first.headers.get('ratelimit-policy')).toBe('"api";q=600;w=60');
    expect(first.headers.get('ratelimit')).toMatch(/^"api";r=599;t=\d+$/);
    await most.app.get(RateLimits).consume('api', `person:${counted}`);
    const second = await call('/api/v1/trial-notes', token);
    expect(second.headers.get('ratelimit')).toMatch(/^"api";r=597;t=\d+$/);
    const other = await call('/api/v1/trial-notes', await personToken('counted-too'));
    expect(other.headers.get('ratelimit')).toMatch(/^"api";r=599;/);
  });

  it('is limited to the same number however many processes there are', async () => {
    const processes = [1, 2, 3].map(() => new RateLimits(most.app.get(Sessions), most.settings));
    const who = `person:${newId()}`;
    let allowed = 0;
    for (let attempt = 0; attempt < 800; attempt++) {
      const count = await processes[attempt % 3]?.consume('api', who);
      if (count?.allowed) allowed += 1;
    }
    expect(allowed).toBe(600);
    // Those who were never limited go on.
    expect(await processes[0]?.consume('api', `person:${newId()}`)).toMatchObject({ allowed: true });
  });

  it('costs a round trip for each thirtieth call, not for each', async () => {
    const limits = new RateLimits(most.app.get(Sessions), most.settings);
    const { pool } = most.app.get(Sessions);
    const query = pool.query.bind(pool);
    let trips = 0;
    Object.assign(pool, {
      query: (...words: Parameters<typeof query>) => {
        trips += 1;
        return query(...words);
      },
    });
    try {
      const who = `person:${newId()}`;
      for (let attempt = 0; attempt < 300; attempt++) await limits.consume('api', who);
      expect(trips).toBe(10);
    } finally {
      Object.assign(pool, { query });
    }
  });

  it('is refused with the time to wait, to this caller alone', async () => {
    await person('hasty');
    const token = await personToken('hasty');
    const statuses = new Map<number, number>();
    let last: Reply | undefined;
    for (let attempt = 0; attempt < 610; attempt++) {
      last = await call('/api/v1/trial-notes', token);
      statuses.set(last.status, (statuses.get(last.status) ?? 0) + 1);
    }
    expect(statuses.get(429)).toBeGreaterThanOrEqual(10);
    expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(last?.body).toMatchObject({ status: 429, type: 'urn:most:problem:too_many_requests' });
    expect((await call('/api/v1/trial-notes', await personToken('student'))).status).toBe(200);
  }, 60_000);

  it('leaves no name in the table of counts', async () => {
    await person('nameless');
    await call('/api/v1/trial-notes', await personToken('nameless'));
    await call('/api/v1/trial-notes', null);
    const { rows } = await most.owner.query<{ key: string }>('select key from rate_limits');
    expect(rows.length).toBeGreaterThan(0);
    for (const { key } of rows) expect(key).toMatch(/^[a-z_]+:[\w-]{43}$/);
  });
});

describe('the same key', () => {
  const noted = async (text: string) => {
    const { rowCount } = await most.owner.query(
      `select from audit_entries where action = 'trial.noted' and data->>'text' = $1`,
      [text],
    );
    return rowCount;
  };
  const send = async (text: string) =>
    post('/api/v1/trial-notes', await personToken('student'), { text }, { 'idempotency-key': text });
  const expire = (key: string) =>
    most.owner.query(
      `update idempotency_keys set leased_until = now() - interval '1 second' where key = $1`,
      [key],
    );

  it('acts once, and answers the same', async () => {
    const [text] = [newId()];
    const first = await send(text);
    expect(first.status).toBe(201);
    const again = await send(text);
    expect(again).toMatchObject({ status: 201, body: first.body });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await noted(text)).toBe(1);
  });

  it('is free again after a refusal', async () => {
    const text = newId();
    trial.fails = 'before';
    expect((await send(text)).status).toBe(422);
    trial.fails = null;
    expect((await send(text)).status).toBe(201);
    expect(await noted(text)).toBe(1);
  });

  it('does not act again where it had acted and only the answer was lost', async () => {
    const text = newId();
    trial.fails = 'after';
    expect((await send(text)).status).toBe(500);
    trial.fails = null;
    await expire(text);
    expect(await send(text)).toMatchObject({ status: 409, body: { reason: 'idempotency_answer_lost' } });
    expect(await noted(text)).toBe(1);
  });

  it('is taken over from a call that died before it acted, and that one, if it lives after all, cannot act', async () => {
    const text = newId();
    let release = () => undefined as void;
    trial.hold = new Promise((resolve) => (release = resolve));
    const late = send(text);
    const taken = async () =>
      (await most.owner.query('select from idempotency_keys where key = $1', [text])).rowCount === 1;
    while (!(await taken())) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await send(text)).toMatchObject({ status: 409, body: { reason: 'idempotency_in_progress' } });
    await expire(text);
    const held = trial.hold;
    trial.hold = Promise.resolve();
    const second = await send(text);
    expect(second.status).toBe(201);
    release();
    await held;
    expect(await late).toMatchObject({ status: 409, body: { reason: 'idempotency_in_progress' } });
    expect(await noted(text)).toBe(1);
    expect(await send(text)).toMatchObject({ status: 201, body: second.body });
  });

  it('is forgotten after three days', async () => {
    const text = newId();
    await send(text);
    const ofKey = async () =>
      (await most.owner.query('select from idempotency_keys where key = $1', [text])).rowCount;
    await most.app.get(IdempotencyKeys).purge(systemClock);
    expect(await ofKey()).toBe(1);
    await most.owner.query(
      `update idempotency_keys set created_at = now() - interval '73 hours' where key = $1`,
      [text],
    );
    await most.app.get(IdempotencyKeys).purge(systemClock);
    expect(await ofKey()).toBe(0);
  });
});

describe('what is refused', () => {
  interface RefusalRow {
    readonly actor_kind: string;
    readonly actor_id: string;
    readonly data: {
      readonly action: string;
      readonly reason: string;
      readonly route: string;
      readonly record: string | null;
    };
  }
  const refusalsOf = async (actorId: string): Promise<RefusalRow[]> => {
    // Nobody waits for the record, so that is waited for here.
    await new Promise((resolve) => setTimeout(resolve, 250));
    const { rows } = await most.owner.query<RefusalRow>(
      `select actor_kind, actor_id, data from audit_entries where action = 'access.refused' and actor_id = $1 order by id`,
      [actorId],
    );
    return rows;
  };

  it('to a person is recorded with the action and the record, and the same once a minute', async () => {
    const id = await person('curious');
    const token = await personToken('curious');
    for (let attempt = 0; attempt < 5; attempt++) {
      expect((await call(`/api/v1/applications/${applicationId}?why=secret`, token)).status).toBe(404);
    }
    expect(await refusalsOf(id)).toEqual([
      {
        actor_kind: 'person',
        actor_id: id,
        data: {
          action: 'application.read',
          reason: 'not_found',
          route: 'GET /api/v1/applications/:id',
          record: applicationId,
        },
      },
    ]);
    await post('/api/v1/clients', token, {});
    expect((await refusalsOf(id)).map(({ data }) => data.action)).toEqual([
      'application.read',
      'client.register',
    ]);
  });

  it('to a system is recorded as its own', async () => {
    const subject = `machine-${newId()}`;
    const registered = await post('/api/v1/clients', await personToken('administrator'), {
      institution: belgrade,
      name: 'Curious system',
      issuer: issuer.url,
      subject,
      scopes: ['applications:read'],
      validUntil: new Date(Date.now() + DAY_MS),
      reason: 'test',
    });
    await post(`/api/v1/applications/${applicationId}/submit`, await machineToken(subject), {});
    expect(await refusalsOf(String(registered.body.id))).toEqual([
      expect.objectContaining({
        actor_kind: 'client',
        data: expect.objectContaining({ action: 'application.submit', reason: 'no_role' }),
      }),
    ]);
  });

  it('looks the same where there is no such record, so that the record of acts tells no more than the answer', async () => {
    const id = await person('guessing');
    const guess = newId();
    expect((await call(`/api/v1/applications/${guess}`, await personToken('guessing'))).status).toBe(404);
    expect((await refusalsOf(id)).map(({ data }) => data)).toEqual([
      {
        action: 'application.read',
        reason: 'not_found',
        route: 'GET /api/v1/applications/:id',
        record: guess,
      },
    ]);
  });

  it('is no entry where the state is wrong, nor of a stranger, nor what is wrong with a form', async () => {
    const count = async () => {
      await new Promise((resolve) => setTimeout(resolve, 250));
      const { rows } = await most.owner.query<{ n: number }>(
        `select count(*)::int as n from audit_entries where action = 'access.refused'`,
      );
      return rows[0]?.n;
    };
    const before = await count();
    const offer = await post(`/api/v1/applications/${applicationId}/offer`, await personToken('student'), {
      answer: 'accept',
    });
    expect(offer.status).toBe(409);
    expect((await call(`/api/v1/applications/${applicationId}`, null)).status).toBe(401);
    const malformed = await post('/api/v1/clients', await personToken('administrator'), {});
    expect(malformed.status).toBe(422);
    expect((await call('/api/v1/nowhere', await personToken('student'))).status).toBe(404);
    expect(await count()).toBe(before);
  });

  it('fails no answer when the record cannot be kept', async () => {
    const audit = most.app.get(AuditTrail);
    const record = audit.record.bind(audit);
    audit.record = () => Promise.reject(new Error('no room'));
    try {
      await person('unlucky');
      expect((await call(`/api/v1/applications/${applicationId}`, await personToken('unlucky'))).status).toBe(
        404,
      );
      await new Promise((resolve) => setTimeout(resolve, 100));
    } finally {
      audit.record = record;
    }
  });
});

describe('the description', () => {
  it('lists the scopes with the actions of the policies', async () => {
    const { status, body } = await call('/api/v1/scopes', null);
    expect(status).toBe(200);
    const items = body.items as { scope: string; actions: string[]; clientActions: string[] }[];
    const reading = items.find(({ scope }) => scope === 'applications:read');
    expect(reading?.actions).toEqual(expect.arrayContaining(['application.list', 'application.read']));
    expect(reading?.actions.every((action) => /\.(list|read\w*)$/.test(action))).toBe(true);
    expect(reading?.clientActions).toEqual(expect.arrayContaining(['application.list', 'application.read']));
    expect(items.find(({ scope }) => scope === 'clients:write')?.clientActions).toEqual([]);
  });

  it('says of each route which token opens it, and how it refuses', async () => {
    const { body } = await call('/api/openapi.json', null);
    const paths = body.paths as Record<string, Record<string, Record<string, unknown>>>;
    expect(paths['/api/v1/clients']?.post).toMatchObject({
      'x-action': 'client.register',
      'x-scopes': ['clients:write'],
      security: [{ bearer: [] }],
      responses: {
        401: { content: { 'application/problem+json': {} }, headers: { 'WWW-Authenticate': {} } },
        403: {},
        429: { headers: { 'Retry-After': {} } },
      },
    });
    expect(paths['/api/v1/scopes']?.get).toMatchObject({ security: [], responses: { 429: {} } });
    expect(body).toHaveProperty(['components', 'securitySchemes', 'bearer', 'scheme'], 'bearer');
    expect(body).toHaveProperty(['components', 'schemas', 'Problem']);
  });
});
