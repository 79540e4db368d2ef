import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { SignedLinks } from '../../src/access/public.js';
import { Database, systemContext } from '../../src/platform/database/database.js';
import { systemClock } from '../../src/shared/clock.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { exchangeModules } from '../factories/exchange-modules.js';
import { grantRow, insertRows, personRow } from '../factories/rows.js';
import type { Row } from '../factories/rows.js';
import { buildWorld } from '../factories/world.js';
import { startHttpApp } from './http-app.js';
import type { HttpApp } from './http-app.js';
import { startTokenIssuer } from './token-issuer.js';
import type { TokenIssuer } from './token-issuer.js';

let scratch: string;
let issuer: TokenIssuer;
let most: HttpApp;
let belgrade: Id;
let moscow: Id;
const ids = new Map<string, Id>();

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'most-test-roles-api-'));
  issuer = await startTokenIssuer();
  most = await startHttpApp({
    imports: exchangeModules(scratch),
    settings: {
      tokenIssuers: [{ issuer: issuer.url, jwksUri: issuer.jwksUri, secondFactorValues: ['mfa'] }],
    },
  });
  const world = await buildWorld(most.app, most.owner);
  belgrade = await world.institution('university-of-belgrade');
  moscow = await world.institution('lomonosov-moscow-state-university');
  await person('keeper', 'institution_administrator', { institution_id: belgrade });
  await person('colleague', 'signatory', { institution_id: belgrade });
  await person('elsewhere', 'institution_administrator', { institution_id: moscow });
  await person('newcomer');
  await person('first', 'programme_administrator');
  await person('second', 'programme_administrator');
}, 60_000);

afterAll(async () => {
  await expectInvariants(most.owner);
  await most.stop();
  await issuer.stop();
  rmSync(scratch, { recursive: true, force: true });
});

async function person(subject: string, role?: string, scope: Row = {}): Promise<void> {
  const id = newId();
  ids.set(subject, id);
  await insertRows(most.owner, 'persons', [personRow(id, 'RS')]);
  await most.owner.query(
    `insert into identities (issuer, subject, person_id, provider_key, created_at, last_sign_in_at)
     values ($1, $2, $3, 'rs', now(), now())`,
    [issuer.url, subject, id],
  );
  if (role) await insertRows(most.owner, 'role_grants', [grantRow(id, role, scope)]);
}

interface Reply {
  readonly status: number;
  readonly etag: string | null;
  readonly body: Record<string, unknown> & {
    readonly items?: readonly Record<string, unknown>[];
    readonly next?: string | null;
  };
}

async function call(
  who: string,
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: object,
  headers: Readonly<Record<string, string>> = {},
  scope = 'roles:write units:write',
): Promise<Reply> {
  const token = await issuer.token({ claims: { sub: who, scope, amr: ['mfa'] } });
  const response = await fetch(`${most.url}/api/v1/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body ? { 'content-type': 'application/json' } : {}),
      ...headers,
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  return {
    status: response.status,
    etag: response.headers.get('etag'),
    body: text === '' ? {} : (JSON.parse(text) as Reply['body']),
  };
}
const outcome = ({ status, body }: Reply) => [status, body.reason];

it('a role is given once under one key, read with its version, and ended under it', async () => {
  const wanted = { role: 'coordinator', institution: belgrade, person: ids.get('colleague'), reason: 'test' };
  const key = { 'idempotency-key': newId() };
  const given = await call('keeper', 'POST', 'roles', wanted, key);
  expect([given.status, given.body.outcome, given.body.state]).toEqual([201, 'granted', 'in_force']);
  expect((await call('keeper', 'POST', 'roles', wanted, key)).body).toEqual(given.body);
  expect(outcome(await call('keeper', 'POST', 'roles', wanted))).toEqual([409, 'role_already_held']);

  const path = `roles/${String(given.body.id)}`;
  const read = await call('colleague', 'GET', path, undefined, {}, 'roles:read');
  // What a token cannot do, its bearer may not do by it.
  expect(read.body).toMatchObject({ state: 'in_force', may: [], reason: 'test' });
  expect((await call('colleague', 'GET', path)).body.may).toEqual(['revoke', 'deputise']);
  expect((await call('elsewhere', 'GET', path)).status).toBe(404);
  const end = { reason: 'over' };
  expect(outcome(await call('colleague', 'POST', `${path}/revoke`, end, {}, 'roles:read'))).toEqual([
    403,
    'token_scope',
  ]);
  expect((await call('keeper', 'POST', `${path}/revoke`, end, { 'if-match': '"old"' })).status).toBe(412);
  expect((await call('keeper', 'POST', `${path}/revoke`, end, { 'if-match': read.etag ?? '' })).status).toBe(
    204,
  );
  expect(outcome(await call('keeper', 'POST', `${path}/revoke`, end))).toEqual([409, 'wrong_state']);
});

it('lists one’s scope page by page, and only that', async () => {
  const all: unknown[] = [];
  for (let after = ''; ;) {
    const page = await call('keeper', 'GET', `roles?limit=1${after}`);
    all.push(...(page.body.items ?? []));
    if (!page.body.next) break;
    after = `&after=${page.body.next}`;
  }
  const { rows } = await most.owner.query('select from role_grants where institution_id = $1', [belgrade]);
  expect(all).toHaveLength(rows.length);
  expect((await call('elsewhere', 'GET', `roles?institution=${belgrade}`)).body.items).toEqual([]);
  const ended = await call('keeper', 'GET', 'roles?state=ended&state=pending');
  expect(new Set(ended.body.items?.map(({ state }) => state))).toEqual(new Set(['ended']));
  expect((await call('keeper', 'GET', 'roles?state=never')).status).toBe(422);
  expect((await call('keeper', 'GET', 'roles?after=bm9uc2Vuc2U')).status).toBe(422);
});

it('an invitation is looked at, taken up by whoever holds its token, and never twice', async () => {
  const wanted = { email: 'a@example.org', role: 'coordinator', institution: belgrade, reason: 'test' };
  expect(outcome(await call('elsewhere', 'POST', 'invitations', wanted))).toEqual([403, 'out_of_scope']);
  expect((await call('keeper', 'POST', 'invitations', { ...wanted, email: 'nobody' })).status).toBe(422);
  const { status, body } = await call('keeper', 'POST', 'invitations', wanted);
  expect(status).toBe(201);
  const token = await most.app.get(Database).read(systemContext(systemClock), async (ctx) => {
    const rows = await ctx.tx.query<{ id: Id }[]>('select id from signed_links where subject_id = $1', [
      body.id,
    ]);
    return most.app.get(SignedLinks).tokenOf(ctx, rows[0]?.id ?? '');
  });
  expect((await call('newcomer', 'GET', `invitations/${String(body.id)}`)).status).toBe(404);
  const offer = await call('newcomer', 'POST', 'invitations/open', { token });
  expect([offer.status, offer.body.role]).toEqual([200, 'coordinator']);
  expect((await call('newcomer', 'POST', 'invitations/accept', { token })).status).toBe(201);
  expect(outcome(await call('colleague', 'POST', 'invitations/accept', { token }))).toEqual([
    409,
    'link_used',
  ]);
  expect(outcome(await call('colleague', 'POST', 'invitations/accept', { token: 'x' }))).toEqual([
    404,
    'link_unknown',
  ]);
  const list = await call('keeper', 'GET', 'invitations?state=accepted');
  expect(list.body.items?.map(({ id }) => id)).toEqual([body.id]);
});

it('four eyes hold for programs too, and a deputy is appointed by whoever holds the role', async () => {
  const wanted = { role: 'ministry_officer', country: 'RS', person: ids.get('colleague'), reason: 'test' };
  const given = await call('first', 'POST', 'roles', wanted);
  expect(given.body.state).toBe('pending');
  const path = `roles/${String(given.body.id)}`;
  expect(outcome(await call('first', 'POST', `${path}/confirm`))).toEqual([403, 'confirm_by_another']);
  expect((await call('second', 'POST', `${path}/confirm`)).status).toBe(204);
  const validUntil = new Date(Date.now() + 86_400_000).toISOString();
  const deputy = { email: 'deputy@example.org', reason: 'leave', validUntil };
  expect((await call('newcomer', 'POST', `${path}/deputies`, deputy)).status).toBe(404);
  const appointed = await call('colleague', 'POST', `${path}/deputies`, deputy);
  expect([appointed.status, appointed.body.outcome]).toEqual([201, 'invited']);
  expect(
    (await call('colleague', 'POST', `${path}/deputies`, { ...deputy, validUntil: 'soon' })).status,
  ).toBe(422);
});

it('units are kept by their institution’s administrator, each change of the version that was read', async () => {
  const name = { sr: 'Факултет', ru: 'Факультет', en: 'Faculty' };
  const wanted = { institutionId: belgrade, name };
  expect(outcome(await call('elsewhere', 'POST', 'units', wanted))).toEqual([403, 'out_of_scope']);
  expect((await call('keeper', 'POST', 'units', { ...wanted, name: { en: 'Faculty' } })).status).toBe(422);
  const { body } = await call('keeper', 'POST', 'units', wanted);
  const path = `units/${String(body.id)}`;
  const { etag } = await call('keeper', 'GET', path);
  const renamed = { name: { ...name, en: 'School' } };
  expect((await call('keeper', 'PUT', path, renamed)).status).toBe(422);
  expect((await call('keeper', 'PUT', path, renamed, { 'if-match': etag ?? '' })).status).toBe(204);
  expect((await call('keeper', 'PUT', path, renamed, { 'if-match': etag ?? '' })).status).toBe(412);
  const now = await call('keeper', 'GET', path);
  expect((await call('keeper', 'DELETE', path, undefined, { 'if-match': now.etag ?? '' })).status).toBe(204);
  expect((await call('keeper', 'GET', `units?institution=${belgrade}`)).body.items).toEqual([]);
});
