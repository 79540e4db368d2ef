import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PDFDocument } from 'pdf-lib';
import { SubmitApplication } from '../../src/applications/public.js';
import { approvedText } from '../../src/calls/domain/amendment.js';
import { callContent } from '../../src/calls/domain/call-content.js';
import { approvedDeadline } from '../../src/calls/domain/deadline-move.js';
import { Amendments, Calls, MoveDeadline } from '../../src/calls/public.js';
import { Database, systemContext } from '../../src/platform/database/database.js';
import { systemClock } from '../../src/shared/clock.js';
import { contentHash } from '../../src/shared/content-hash.js';
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

/** Words and form of a published call become others by a text that both countries approve; who began keeps what they had. */

let http: HttpApp;
let world: World;
let scratch: string;
let pdf: string;
let admin: Browser;
let officer: Browser;
const system = systemContext(systemClock);

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'most-amendment-'));
  http = await startHttpApp({ imports: exchangeModules(scratch) });
  world = await buildWorld(http.app, http.owner);
  const document = await PDFDocument.create();
  document.addPage();
  pdf = join(scratch, 'transcript.pdf');
  writeFileSync(pdf, await document.save());
  admin = await somebody('admin@rs.demo', 'programme_administrator');
  officer = await somebody('ministry@rs.demo', 'ministry_officer', { country: 'RS' });
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

async function somebody(
  email: string,
  role?: Parameters<typeof grantRow>[1],
  scope: Parameters<typeof grantRow>[2] = {},
): Promise<Browser> {
  const browser = await http.signedIn(email);
  if (role) await insertRows(http.owner, 'role_grants', [grantRow(await idOf(email), role, scope)]);
  await browser.open('/?lang=en');
  return browser;
}

type Fields = Readonly<Record<string, string>>;
const words = ({ body }: Answer) =>
  body
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#39;/g, "'")
    .replace(/\s+/g, ' ');
const versionOn = ({ body }: Answer) => /name="version" value="(\d+)"/.exec(body)?.[1] ?? '';

/** Opens a page of the editor and sends an address below the call what is typed. */
async function send(
  browser: Browser,
  id: Id,
  page: string,
  path: string,
  typed: Fields = {},
): Promise<Answer> {
  const opened = await browser.open(`/admin/calls/${id}/${page}`);
  const fields = { _csrf: browser.token(opened), version: versionOn(opened), ...typed };
  return browser.post(`/admin/calls/${id}/${path}`, new URLSearchParams(fields));
}

const amend = (id: Id, act = '', typed: Fields = {}) =>
  send(admin, id, 'amendment', `amendment${act}`, typed);

const REASON = {
  'reason.sr': 'Због новог смера.',
  'reason.ru': 'Из-за нового направления.',
  'reason.en': 'For a new track.',
};
const TEXTS = {
  'title.sr': 'Семестар у Москви',
  'title.ru': 'Семестр в Москве',
  'title.en': 'A semester in Moscow, amended',
  'summary.sr': 'Један семестар студија.',
  'summary.ru': 'Один семестр учёбы.',
  'summary.en': 'One semester of study.',
  'whoMayApply.sr': 'Студенти Србије.',
  'whoMayApply.ru': 'Студенты Сербии.',
  'whoMayApply.en': 'Students from Serbia.',
  'funding.sr': 'Без школарине.',
  'funding.ru': 'Без платы за обучение.',
  'funding.en': 'No tuition fee.',
};

/** One more required question on the page of the motivation. */
const askMore = (id: Id) =>
  send(admin, id, 'form', 'form/sections/motivation/add', {
    type: 'text',
    'label-sr': 'Смер',
    'label-ru': 'Направление',
    'label-en': 'Track',
    required: 'yes',
    sensitivity: 'open',
  });

const row = async (id: Id) =>
  (
    await http.owner.query<{ title: { en: string }; formVersion: number; publishedHash: string }>(
      'select title, form_version as "formVersion", published_hash as "publishedHash" from calls where id = $1',
      [id],
    )
  ).rows[0];

/** The call with all that happened to it undone: what both countries approved at first. */
async function asPublished(id: Id): Promise<string> {
  return http.app.get(Database).read(system, async (ctx) => {
    const [calls, amendments] = [http.app.get(Calls), http.app.get(Amendments)];
    const call = await calls.byId(ctx, id);
    if (!call) throw new Error('no call');
    const before = approvedText(call, await amendments.texts(ctx, id));
    const closesAt = approvedDeadline(call.closesAt, await amendments.movesSinceApproval(ctx, id));
    const form = await calls.form(ctx, id, before.formVersion);
    if (!form) throw new Error('no form');
    return contentHash(callContent({ ...call, ...before, closesAt }, form, await calls.places(ctx, id)));
  });
}

describe('the amendment of a published call', () => {
  it('takes effect once both countries approved it, and leaves to whoever began what they have', async () => {
    const id = await world.publishedCall({ slug: 'amended' });
    const student = await somebody('student@rs.demo');
    const other = await somebody('student2@rs.demo');
    const belgrade = await world.institution('university-of-belgrade');
    await http.owner.query('update persons set home_institution_id = $1 where email like $2', [
      belgrade,
      'student%@rs.demo',
    ]);
    const applicant = await actingAs(http.app, await idOf('student@rs.demo'));
    const submitter = await actingAs(http.app, await idOf('student2@rs.demo'));
    const draft = await fillApplication(http.app, http.owner, applicant, 'amended', pdf);
    const submitted = await fillApplication(http.app, http.owner, submitter, 'amended', pdf);
    await http.app.get(SubmitApplication).run(submitter, submitted);
    const approved = (await row(id))?.publishedHash;

    // What is published is not changed, unless an amendment of it is written.
    expect((await send(admin, id, 'texts', 'texts', TEXTS)).status).toBe(409);
    expect((await amend(id)).status).toBe(303);
    const page = words(await admin.open(`/admin/calls/${id}/amendment`));
    expect(page).toContain('Drafts begun: 1. Applications submitted: 1.');
    expect((await send(admin, id, 'texts', 'texts', TEXTS)).status).toBe(303);
    expect((await askMore(id)).status).toBe(303);
    // Nobody's call is another yet.
    expect((await row(id))?.title.en).toBe('A semester in Moscow');
    expect((await row(id))?.formVersion).toBe(1);

    const early = await amend(id, '/propose');
    expect(early.status).toBe(422);
    expect(early.body).toContain('href="#field-reason.ru"');
    expect((await amend(id, '/reason', REASON)).status).toBe(303);
    expect((await amend(id, '/apply')).status).toBe(409);
    expect((await amend(id, '/propose')).status).toBe(303);
    expect((await amend(id, '/propose')).status).toBe(409);

    const { rows } = await http.owner.query<{ id: Id }>(
      'select id from call_text_amendments where call_id = $1',
      [id],
    );
    const amendment = rows[0]?.id ?? '';
    const before = words(await officer.open(`/calls/amended/amendments/${amendment}`));
    for (const told of ['A semester in Moscow, amended', 'Track', 'For a new track.', 'Not in effect']) {
      expect(before).toContain(told);
    }
    expect([403, 404]).toContain((await student.open(`/calls/amended/amendments/${amendment}`)).status);
    expect(words(await http.browser().open('/calls/amended?lang=en'))).not.toContain('amended on');
    await world.approve(amendment);
    expect((await amend(id, '/apply')).status).toBe(303);

    expect(await row(id)).toEqual({
      title: { sr: TEXTS['title.sr'], ru: TEXTS['title.ru'], en: TEXTS['title.en'] },
      formVersion: 2,
      publishedHash: approved,
    });
    expect(await asPublished(id)).toBe(approved);
    for (const [language, told] of [
      ['en', ['A semester in Moscow, amended', 'For a new track.', 'Track']],
      ['ru', ['Из-за нового направления.', 'Направление']],
      ['sr-Latn', ['Zbog novog smera.', 'Smer']],
    ] as const) {
      const shown = words(await http.browser().open(`/calls/amended?lang=${language}`));
      for (const each of told) expect(shown).toContain(each);
    }

    // What was submitted keeps its form; a draft goes over when its applicant says so.
    const versions = async () =>
      (
        await http.owner.query<{ id: Id; version: number }>(
          'select id, form_version as version from applications where call_id = $1',
          [id],
        )
      ).rows;
    expect((await versions()).map(({ version }) => version)).toEqual([1, 1]);
    expect(words(await other.open(`/applications/${submitted}`))).not.toContain(
      'was amended after you began',
    );
    const tasks = await student.open(`/applications/${draft}`);
    expect(words(tasks)).toContain('was amended after you began');
    const asked = await student.open(`/applications/${draft}/new-form`);
    expect(words(asked)).toContain('Track');
    const take = () =>
      student.post(`/applications/${draft}/new-form`, new URLSearchParams({ _csrf: student.token(asked) }));
    expect((await take()).status).toBe(303);
    expect(new Map((await versions()).map((each) => [each.id, each.version]))).toEqual(
      new Map([
        [draft, 2],
        [submitted, 1],
      ]),
    );
    expect((await take()).status).toBe(303);
    const after = await student.open(`/applications/${draft}/motivation`);
    expect(after.body).toContain('name="track"');
    expect(after.body).toContain('Желим да учим преко моста.');
    // The new question is missing now, and what was answered is not.
    await expect(http.app.get(SubmitApplication).run(applicant, draft)).rejects.toMatchObject({
      code: 'blocked',
      blockers: [{ field: 'track' }],
    });
  });

  it('is approved to the last word: what changes afterwards takes the word of both countries back', async () => {
    const id = await world.publishedCall({ slug: 'amended-again' });
    await amend(id);
    await send(admin, id, 'texts', 'texts', TEXTS);
    await amend(id, '/reason', REASON);
    await amend(id, '/propose');
    const { rows } = await http.owner.query<{ id: Id }>(
      'select id from call_text_amendments where call_id = $1',
      [id],
    );
    const amendment = rows[0]?.id ?? '';
    await world.approve(amendment);
    await send(admin, id, 'texts', 'texts', { ...TEXTS, 'funding.en': 'A stipend.' });
    expect((await amend(id, '/apply')).status).toBe(409);
    expect((await amend(id, '/propose')).status).toBe(303);
    await world.approve(amendment);
    // A deadline that moved meanwhile makes it another text too.
    const closesAt = new Date(Date.now() + 20 * 86_400_000);
    const { rows: versions } = await http.owner.query<{ version: number }>(
      'select version from calls where id = $1',
      [id],
    );
    await http.app.get(MoveDeadline).moveDeadline(system, id, versions[0]?.version ?? 0, {
      closesAt,
      reason: { sr: 'а', ru: 'а', en: 'a' },
    });
    expect((await amend(id, '/apply')).status).toBe(409);
    expect((await amend(id, '/propose')).status).toBe(303);
    await world.approve(amendment);
    expect((await amend(id, '/apply')).status).toBe(303);
    expect(await asPublished(id)).toBe((await row(id))?.publishedHash);

    // The next one begins where this one ended.
    await amend(id);
    await send(admin, id, 'texts', 'texts', { ...TEXTS, 'title.en': 'Once more' });
    await amend(id, '/reason', REASON);
    await amend(id, '/propose');
    const { rows: next } = await http.owner.query<{ id: Id }>(
      `select id from call_text_amendments where call_id = $1 and state = 'draft'`,
      [id],
    );
    await world.approve(next[0]?.id ?? '');
    expect((await amend(id, '/apply')).status).toBe(303);
    expect((await row(id))?.title.en).toBe('Once more');
    expect(await asPublished(id)).toBe((await row(id))?.publishedHash);
  });

  it('changes words and form, and nothing else', async () => {
    const id = await world.publishedCall({ slug: 'amended-only-so' });
    await amend(id);
    for (const page of ['basics', 'dates', 'conditions', 'selection']) {
      expect((await admin.open(`/admin/calls/${id}/${page}`)).body).toContain(
        'can no longer be changed here',
      );
    }
    const opened = await admin.open(`/admin/calls/${id}/texts`);
    expect(words(opened)).toContain('This call is published.');
    const basics = new URLSearchParams({
      _csrf: admin.token(opened),
      version: versionOn(opened),
      route: 'ranked',
    });
    expect((await admin.post(`/admin/calls/${id}/basics`, basics)).status).toBe(409);
    // Nothing is another: there is nothing to approve.
    expect((await amend(id, '/propose')).status).toBe(422);
    expect((await amend(id, '/discard')).status).toBe(303);
    expect((await send(admin, id, 'texts', 'texts', TEXTS)).status).toBe(409);
    expect((await amend(id, '/propose')).status).toBe(404);
  });

  it('is written by whoever leads the call, and one at a time', async () => {
    const id = await world.publishedCall();
    await Promise.all([amend(id), amend(id)]);
    const { rows } = await http.owner.query('select from call_text_amendments where call_id = $1', [id]);
    expect(rows).toHaveLength(1);
    expect([403, 404]).toContain((await officer.open(`/admin/calls/${id}/amendment`)).status);
  });
});
