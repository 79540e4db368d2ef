import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PDFDocument } from 'pdf-lib';
import { KeepDeadlines, StartApplication, SubmitApplication } from '../../src/applications/public.js';
import { MoveCall } from '../../src/calls/public.js';
import { systemContext } from '../../src/platform/database/database.js';
import { systemClock } from '../../src/shared/clock.js';
import type { Id } from '../../src/shared/ids.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { actingAs } from '../factories/acting.js';
import { exchangeModules } from '../factories/exchange-modules.js';
import { fillApplication } from '../factories/fill-application.js';
import { grantRow, insertRows } from '../factories/rows.js';
import { buildWorld } from '../factories/world.js';
import type { World } from '../factories/world.js';
import type { Answer, Browser } from './browser-of-text.js';
import { startHttpApp } from './http-app.js';
import type { HttpApp } from './http-app.js';

/** Codes with which the invited and the late apply: told once, used once by each, over and revoked. */

let http: HttpApp;
let world: World;
let scratch: string;
let pdf: string;
let admin: Browser;
const system = systemContext(systemClock);

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'most-codes-'));
  http = await startHttpApp({ imports: exchangeModules(scratch) });
  world = await buildWorld(http.app, http.owner);
  const document = await PDFDocument.create();
  document.addPage();
  pdf = join(scratch, 'transcript.pdf');
  writeFileSync(pdf, await document.save());
  admin = await http.signedIn('admin@rs.demo');
  await insertRows(http.owner, 'role_grants', [
    grantRow(await idOf('admin@rs.demo'), 'programme_administrator', {}),
  ]);
  await admin.open('/?lang=en');
}, 90_000);

afterAll(async () => {
  await expectInvariants(http.owner);
  await http.stop();
  rmSync(scratch, { recursive: true, force: true });
});

async function idOf(email: string): Promise<Id> {
  const { rows } = await http.owner.query<{ id: Id }>('select id from persons where email = $1', [email]);
  return rows[0]?.id ?? '';
}

interface Student {
  readonly browser: Browser;
  readonly email: string;
  readonly id: Id;
}

/** Some who apply: the same ones to several calls. */
const STUDENTS = ['student', 'student2', 'professor', 'expert', 'outsider'] as const;
const known = new Map<string, Student>();

async function student(name: (typeof STUDENTS)[number]): Promise<Student> {
  const before = known.get(name);
  if (before) return before;
  const email = `${name}@rs.demo`;
  const browser = await http.signedIn(email);
  const id = await idOf(email);
  const belgrade = await world.institution('university-of-belgrade');
  await http.owner.query('update persons set home_institution_id = $1 where id = $2', [belgrade, id]);
  await browser.open('/?lang=en');
  const found = { browser, email, id };
  known.set(name, found);
  return found;
}

const words = ({ body }: Answer) => body.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');

async function make(callId: Id, typed: Record<string, string> = {}): Promise<Answer> {
  const opened = await admin.open(`/admin/calls/${callId}/codes`);
  const day = new Date(Date.now() + 5 * 86_400_000);
  const fields = {
    _csrf: admin.token(opened),
    email: '',
    uses: '1',
    'validUntil-day': String(day.getUTCDate()),
    'validUntil-month': String(day.getUTCMonth() + 1),
    'validUntil-year': String(day.getUTCFullYear()),
    validUntilTime: '12:00',
    reason: 'Asked for by the faculty.',
    ...typed,
  };
  return admin.post(`/admin/calls/${callId}/codes`, new URLSearchParams(fields));
}

async function codeFor(callId: Id, typed: Record<string, string> = {}): Promise<string> {
  const made = await make(callId, typed);
  expect(made.status).toBe(200);
  return /most-code">([0-9A-Z-]{14})</.exec(made.body)?.[1] ?? '';
}

async function enter({ browser }: { readonly browser: Browser }, code: string): Promise<Answer> {
  const opened = await browser.open('/access-code');
  return browser.post('/access-code', new URLSearchParams({ _csrf: browser.token(opened), code }));
}

/** A call whose deadline and grace have passed. */
async function closedCall(slug: string): Promise<Id> {
  const id = await world.publishedCall({ slug });
  await close(id);
  return id;
}

async function close(callId: Id): Promise<void> {
  await http.owner.query(
    `update calls set opens_at = now() - interval '9 days', closes_at = now() - interval '2 hours' where id = $1`,
    [callId],
  );
  await http.owner.query(`update applications set due_at = now() - interval '1 hour' where call_id = $1`, [
    callId,
  ]);
}

describe('a code of access', () => {
  it('lets a late one begin and submit, is told once and kept as a hash, and the file says it', async () => {
    const callId = await closedCall('late');
    const late = await student('student');
    const request = await actingAs(http.app, late.id);
    await expect(http.app.get(StartApplication).run(request, 'late')).rejects.toMatchObject({
      code: 'too_late',
    });
    const code = await codeFor(callId);
    expect((await admin.open(`/admin/calls/${callId}/codes`)).body).not.toContain(code);
    const { rows } = await http.owner.query<{ row: string }>(
      'select c::text as row from call_access_codes c',
    );
    for (const { row } of rows) expect(row).not.toContain(code.replaceAll('-', ''));

    const entered = await enter(late, code.toLowerCase().replaceAll('-', ' '));
    expect(entered.status).toBe(303);
    const id = entered.headers.get('location')?.split('/').pop() ?? '';
    expect(words(await late.browser.open(`/applications/${id}`))).toMatch(/\b[45] days left/);
    expect(await fillApplication(http.app, http.owner, request, 'late', pdf)).toBe(id);
    // The clock leaves it alone until the code is over.
    await http.app.get(KeepDeadlines).run(systemClock);
    await http.app.get(SubmitApplication).run(request, id);

    const belgrade = await world.institution('university-of-belgrade');
    const coordinator = await http.signedIn('coordinator@bg.rs.demo');
    await insertRows(http.owner, 'role_grants', [
      grantRow(await idOf('coordinator@bg.rs.demo'), 'coordinator', { institution_id: belgrade }),
    ]);
    await coordinator.open('/?lang=en');
    expect(words(await coordinator.open(`/applications/${id}/review`))).toContain('came by a code of access');
    // Used up; and whoever has applied has.
    expect((await enter(await student('student2'), code)).status).toBe(422);
    expect((await enter(late, await codeFor(callId))).status).toBe(409);
  });

  it('opens again what was begun and not submitted in time', async () => {
    const callId = await world.publishedCall({ slug: 'not-in-time' });
    const late = await student('student');
    const request = await actingAs(http.app, late.id);
    const id = await fillApplication(http.app, http.owner, request, 'not-in-time', pdf);
    await close(callId);
    await http.app.get(KeepDeadlines).run(systemClock);
    const code = await codeFor(callId);
    expect((await enter(late, code)).headers.get('location')).toBe(`/applications/${id}`);
    // Typed again it is the same use.
    expect((await enter(late, code)).status).toBe(303);
    await http.app.get(SubmitApplication).run(request, id);
  });

  it('lets in whoever was invited to a call that stands by, and shows them what they apply to', async () => {
    const callId = await world.publishedCall({ slug: 'by-invitation' });
    await http.app.get(MoveCall).moveCall(system, callId, 'suspend');
    const [invited, other] = [await student('professor'), await student('expert')];
    expect((await invited.browser.open('/calls/by-invitation')).status).toBe(404);
    const code = await codeFor(callId, { email: invited.email.toUpperCase() });
    expect((await enter(other, code)).status).toBe(422);
    expect((await enter(invited, code)).status).toBe(303);
    expect((await invited.browser.open('/calls/by-invitation')).status).toBe(200);
    expect((await other.browser.open('/calls/by-invitation')).status).toBe(404);
    const request = await actingAs(http.app, invited.id);
    const id = await fillApplication(http.app, http.owner, request, 'by-invitation', pdf);
    await http.app.get(SubmitApplication).run(request, id);
  });

  it('revoked opens nothing, also to whoever has begun by it', async () => {
    const callId = await closedCall('revoked');
    const [early, late] = [await student('professor'), await student('expert')];
    const code = await codeFor(callId, { uses: '5' });
    const entered = await enter(early, code);
    const id = entered.headers.get('location')?.split('/').pop() ?? '';
    const page = await admin.open(`/admin/calls/${callId}/codes`);
    const action = /action="([^"]+\/revoke)"/.exec(page.body)?.[1] ?? '';
    const revoke = () => admin.post(action, new URLSearchParams({ _csrf: admin.token(page) }));
    expect((await revoke()).status).toBe(303);
    expect((await revoke()).status).toBe(303);
    expect((await enter(late, code)).status).toBe(422);
    const request = await actingAs(http.app, early.id);
    await expect(http.app.get(SubmitApplication).run(request, id)).rejects.toMatchObject({
      code: 'too_late',
    });
    await http.app.get(KeepDeadlines).run(systemClock);
    const { rows } = await http.owner.query('select state from applications where id = $1', [id]);
    expect(rows).toEqual([{ state: 'never_submitted' }]);
  });

  it('is used by no more than it was made for, at once too', async () => {
    const callId = await closedCall('two-at-once');
    const code = await codeFor(callId, { uses: '2' });
    const students = [];
    for (const name of STUDENTS.slice(0, 4)) students.push(await student(name));
    const answers = await Promise.all(students.map((each) => enter(each, code)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([303, 303, 422, 422]);
  });

  it('cannot be guessed: after some wrong ones nobody asks any more', async () => {
    const guesser = await student('outsider');
    const statuses = [];
    for (let guess = 0; guess < 12; guess++)
      statuses.push((await enter(guesser, `AAAA-BBBB-CC${guess}`)).status);
    expect(statuses.slice(0, 10)).toEqual(Array(10).fill(422));
    expect(statuses.slice(10)).toEqual([429, 429]);
  });

  it('is made by whoever leads the call, with a reason', async () => {
    const callId = await closedCall('of-whom');
    const refused = await make(callId, { reason: '', uses: '0', validUntilTime: '99:99' });
    expect(refused.status).toBe(422);
    for (const field of ['reason', 'uses', 'validUntilTime']) {
      expect(refused.body).toContain(`href="#field-${field}"`);
    }
    const { browser } = await student('student');
    expect([403, 404]).toContain((await browser.open(`/admin/calls/${callId}/codes`)).status);
  });
});
