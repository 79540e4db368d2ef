import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PDFDocument } from 'pdf-lib';
import { SignedLinks } from '../../src/access/public.js';
import { SubmitApplication, WithdrawApplication } from '../../src/applications/public.js';
import { MoveCall, STANDARD_FORM } from '../../src/calls/public.js';
import type { ReferenceRequirement } from '../../src/calls/public.js';
import { demoAccount, issueDemoToken } from '../../src/demo/public.js';
import { NotificationsModule } from '../../src/notifications/notifications.module.js';
import { QueueMails } from '../../src/notifications/operations/queue-mails.js';
import { SendMail } from '../../src/notifications/operations/send-mail.js';
import { Database, systemContext } from '../../src/platform/database/database.js';
import { RateLimits } from '../../src/platform/http/rate-limits.js';
import { Mailer } from '../../src/platform/mail/mailer.js';
import type { DeliveredEvent } from '../../src/platform/outbox/outbox.js';
import { KeepReferences } from '../../src/referees/public.js';
import { ANONYMOUS } from '../../src/shared/actor.js';
import { systemClock } from '../../src/shared/clock.js';
import type { Id } from '../../src/shared/ids.js';
import { LANGUAGES } from '../../src/shared/language.js';
import type { RequestContext } from '../../src/shared/request-context.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { exchangeModules } from '../factories/exchange-modules.js';
import { fillApplication } from '../factories/fill-application.js';
import { grantRow, insertRows } from '../factories/rows.js';
import { DAY_MS, buildWorld } from '../factories/world.js';
import type { World } from '../factories/world.js';
import type { Answer, Browser } from './browser-of-text.js';
import { startHttpApp } from './http-app.js';
import type { HttpApp } from './http-app.js';

/** Letters of reference from the invitation to the reader, as the browser of the applicant, the referee and the office. */

const STUDENT = 'student@rs.demo';
const COORDINATOR = 'coordinator@bg.rs.demo';
const REFEREE = {
  name: 'Проф. др Милена Јовановић',
  email: 'Milena.Jovanovic@example.org',
  relation: 'teacher',
  language: 'ru',
};
const WORDS = 'Јована је најбоља студенткиња своје године.\n\nПрепоручујем је без оклевања.';

let most: HttpApp;
let world: World;
let scratch: string;
let pdf: string;
let student: Browser;
let asStudent: RequestContext;
let calls = 0;
const sent: Parameters<Mailer['send']>[0][] = [];

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'most-test-references-'));
  pdf = join(scratch, 'letter.pdf');
  const document = await PDFDocument.create();
  document.addPage();
  writeFileSync(pdf, await document.save());
  most = await startHttpApp({ imports: [...exchangeModules(scratch), NotificationsModule] });
  // More is asked in these minutes than anybody may; limits are the matter of other tests.
  most.app.get(RateLimits).consume = () => Promise.resolve({ allowed: true, remaining: 1, seconds: 1 });
  most.app.get(Mailer).send = (mail) => {
    sent.push(mail);
    return Promise.resolve();
  };
  world = await buildWorld(most.app, most.owner);
  student = await most.signedIn(STUDENT);
  asStudent = await contextOf(STUDENT);
}, 60_000);
afterAll(async () => {
  await expectInvariants(most.owner);
  await most.stop();
  rmSync(scratch, { recursive: true, force: true });
});
beforeEach(() => {
  calls += 1;
});

async function contextOf(email: string): Promise<RequestContext> {
  const { rows } = await most.owner.query<{ id: Id }>('select id from persons where email = $1', [email]);
  const actor = { ...ANONYMOUS, kind: 'person' as const, personId: rows[0]?.id ?? null };
  return { ...systemContext(systemClock), actor };
}

const ASKED: ReferenceRequirement = { min: 1, max: 2, daysAfterClose: 14, confidential: true };

/** An application of the student that is filled in, but for its references. */
async function filled(references: Partial<ReferenceRequirement> = {}): Promise<string> {
  const slug = `letters-${calls}`;
  await world.publishedCall({
    slug,
    form: STANDARD_FORM('student', { references: { ...ASKED, ...references } }),
  });
  await most.owner.query('update persons set home_institution_id = $2 where id = $1', [
    asStudent.actor.personId,
    await world.institution('university-of-belgrade'),
  ]);
  return fillApplication(most.app, most.owner, asStudent, slug, pdf);
}

/** Sends the form of the applicant's page. */
async function ask(id: string, fields: Readonly<Record<string, string>> = REFEREE): Promise<Answer> {
  const page = await student.open(`/applications/${id}/references`);
  return student.post(`/applications/${id}/references`, { _csrf: student.token(page), ...fields });
}

async function act(id: string, reference: Id, what: string, fields: object = {}): Promise<Answer> {
  const page = await student.open(`/applications/${id}/references`);
  const _csrf = /name="_csrf" value="([^"]+)"/.exec(page.body)?.[1] ?? (await anyToken());
  return student.post(`/applications/${id}/references/${reference}/${what}`, { _csrf, ...fields });
}
const anyToken = async () => student.token(await student.open('/account'));

async function referencesOf(id: string): Promise<{ id: Id; state: string; link_id: Id }[]> {
  const { rows } = await most.owner.query<{ id: Id; state: string; link_id: Id }>(
    'select id, state, link_id from reference_requests where application_id = $1 order by created_at, id',
    [id],
  );
  return rows;
}
async function only(id: string): Promise<{ id: Id; state: string; link_id: Id }> {
  const [reference, ...more] = await referencesOf(id);
  if (!reference || more.length > 0) throw new Error('not one reference');
  return reference;
}

async function pathOf(id: string): Promise<string> {
  const { link_id } = await only(id);
  const token = await most.app
    .get(Database)
    .read(systemContext(systemClock), (ctx) => most.app.get(SignedLinks).tokenOf(ctx, link_id));
  return `/letters/${token}`;
}

function letterForm(fields: Readonly<Record<string, string>>, file?: Blob): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  if (file) form.append('file', file, 'Препорука.pdf');
  return form;
}
const LETTER = { body: WORDS, capacity: 'teacher', knownFor: '3_to_5', revision: '0' };
async function somePdf(): Promise<Blob> {
  const document = await PDFDocument.create();
  document.addPage();
  return new Blob([Buffer.from(await document.save())], { type: 'application/pdf' });
}

/** Writes and hands in a letter by its link. */
async function handIn(path: string): Promise<Answer> {
  const referee = most.browser();
  await referee.open(`${path}?lang=en`);
  await referee.post(path, {});
  await referee.post(`${path}/write`, letterForm({ ...LETTER, then: 'check' }));
  return referee.follow(await referee.post(`${path}/check`, { confirm: 'yes' }));
}

/** Delivers every event since the last time, twice as the worker may, and answers the mails that were sent for them. */
let delivered = '0';
async function mails(): Promise<typeof sent> {
  sent.length = 0;
  const { rows } = await most.owner.query<DeliveredEvent & { kind: string; of: string }>(
    `select id::text, at, type, subject_kind as kind, subject_id as of, payload, actor_id as "actorId" from outbox_events
     where id > $1 order by id`,
    [delivered],
  );
  for (const { kind, of, ...event } of rows) {
    delivered = event.id;
    if (!event.type.startsWith('reference.')) continue;
    await most.app.get(QueueMails).run({ ...event, subject: { kind, id: of } });
    await most.app.get(QueueMails).run({ ...event, subject: { kind, id: of } });
  }
  const queued = await most.owner.query<{ id: Id }>(
    "select id from mail_messages where state = 'queued' order by queued_at, id",
  );
  for (const { id } of queued.rows) await most.app.get(SendMail).run(id);
  return [...sent];
}

const later = (days: number) => ({ now: () => new Date(Date.now() + days * DAY_MS) });

describe('the applicant', () => {
  it('is told on the page of the call what is asked for, before they begin', async () => {
    await filled();
    const page = await most.browser().open(`/calls/letters-${calls}?lang=en`);
    expect(page.body).toContain('From 1 to 2 letters, from people who know you');
    expect(page.body).toContain('The letters are confidential: you do not read them.');
    expect(page.body).toContain('Letters are taken until');
  });

  it('asks somebody, who gets one mail in their language with a link that works', async () => {
    const id = await filled();
    await mails();
    const answer = await student.follow(await ask(id));
    expect(answer.status).toBe(200);
    expect(answer.body).toContain('Милена');
    const [mail, ...more] = await mails();
    expect(more).toEqual([]);
    expect(mail?.to.address).toBe(REFEREE.email);
    expect(mail?.language).toBe('ru');
    expect(mail?.subject).toContain('просьба о рекомендательном письме');
    const [, path = ''] = /(\/letters\/[\w.-]+\?lang=ru)/.exec(mail?.text ?? '') ?? [];
    const page = await most.browser().open(path);
    expect(page.status).toBe(200);
    expect(page.body).toMatch(/<html[^>]*lang="ru"/);
    expect(page.body).toContain('Письмо конфиденциально');
    // No table holds what makes the link work.
    const { rows } = await most.owner.query<{ row: string }>(
      'select m::text as row from mail_messages m union all select l::text from signed_links l',
    );
    const secret = /\.([\w-]{43})/.exec(path)?.[1] ?? '';
    expect(secret).not.toBe('');
    expect(rows.some(({ row }) => row.includes(secret))).toBe(false);
  });

  it.each([
    ['no name', { name: ' ' }, 'name'],
    ['a name with an address in it', { name: 'https://x.example <b>' }, 'name'],
    ['no address', { email: '' }, 'email'],
    ['an address that is none', { email: 'milena' }, 'email'],
    ['an address with a second one', { email: 'a@example.org,b@example.org' }, 'email'],
    ['their own address', { email: 'STUDENT@rs.demo' }, 'email'],
    ['a relation that is none', { relation: 'aunt' }, 'relation'],
    ['a language that is none', { language: 'de' }, 'language'],
  ] as const)('is told what is wrong at its field: %s', async (_what, change, field) => {
    const id = await filled();
    const typed = { ...REFEREE, ...change };
    const answer = await ask(id, typed);
    expect(answer.status).toBe(422);
    expect(answer.body).toContain(`id="field-${field}-error"`);
    // What was typed is still there.
    if (field !== 'name') expect(answer.body).toContain('value="Проф. др Милена Јовановић"');
    expect(await referencesOf(id)).toEqual([]);
  });

  it('asks nobody twice, and no coordinator who decides about the file', async () => {
    const id = await filled();
    await ask(id);
    const again = await ask(id, { ...REFEREE, email: REFEREE.email.toLowerCase() });
    expect(again.status).toBe(422);
    expect(again.body).toContain('id="field-email-error"');
    const coordinator = await most.signedIn(COORDINATOR);
    await coordinator.open('/');
    const { actor } = await contextOf(COORDINATOR);
    await insertRows(most.owner, 'role_grants', [
      grantRow(actor.personId ?? '', 'coordinator', {
        institution_id: await world.institution('university-of-belgrade'),
      }),
    ]);
    const office = await ask(id, { ...REFEREE, email: COORDINATOR });
    expect(office.status).toBe(422);
    expect(await referencesOf(id)).toHaveLength(1);
  });

  it('asks no more than the call says, and of two at once the second is refused', async () => {
    const id = await filled({ max: 1 });
    const token = await anyToken();
    const answers = await Promise.all(
      ['a', 'b', 'c'].map((name) =>
        student.post(`/applications/${id}/references`, {
          _csrf: token,
          ...REFEREE,
          email: `${name}@example.org`,
        }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409, 409]);
    expect(await referencesOf(id)).toHaveLength(1);
  });

  it('reminds only some days after the last mail', async () => {
    const id = await filled();
    await ask(id);
    const { id: reference } = await only(id);
    await mails();
    const early = await student.follow(await act(id, reference, 'remind'));
    expect(early.body).toContain('role=');
    expect(await mails()).toEqual([]);
    await most.owner.query(
      "update reference_requests set created_at = created_at - interval '4 days' where id = $1",
      [reference],
    );
    expect((await student.open(`/applications/${id}/references`)).body).toContain(`${reference}/remind`);
    await act(id, reference, 'remind');
    const [reminder, ...more] = await mails();
    expect(more).toEqual([]);
    expect(reminder?.subject).toMatch(/^Напоминание/);
    await act(id, reference, 'remind');
    expect(await mails()).toEqual([]);
  });

  it('lets a referee go, whose link then says so', async () => {
    const id = await filled();
    await ask(id);
    const path = await pathOf(id);
    const { id: reference } = await only(id);
    await mails();
    await act(id, reference, 'withdraw');
    expect((await only(id)).state).toBe('withdrawn');
    const [mail] = await mails();
    expect(mail?.to.address).toBe(REFEREE.email);
    const page = await most.browser().open(`${path}?lang=en`);
    expect(page.status).toBe(200);
    expect(page.body).toContain('The letter is not needed any more');
    expect((await handIn(path)).body).not.toContain('Your letter has arrived');
    expect((await only(id)).state).toBe('withdrawn');
  });

  it('asks somebody else in place of one who declined, and the reason is told', async () => {
    const id = await filled({ max: 1 });
    await ask(id);
    const path = await pathOf(id);
    const { id: reference } = await only(id);
    await mails();
    await most.browser().post(`${path}/decline`, { reason: 'Нажалост, на путу сам.' });
    const [told] = await mails();
    expect(told?.to.address).toBe(STUDENT);
    expect(told?.text).toContain('Нажалост, на путу сам.');
    const page = await student.open(`/applications/${id}/references?lang=en`);
    expect(page.body).toContain('Нажалост, на путу сам.');
    expect(page.body).toContain('Declined');
    const form = await student.open(`/applications/${id}/references/${reference}/replace`);
    expect(form.status).toBe(200);
    const wrong = await act(id, reference, 'replace', { ...REFEREE, email: 'x' });
    expect(wrong.status).toBe(422);
    await act(id, reference, 'replace', { ...REFEREE, email: 'other@example.org' });
    const [old, fresh] = await referencesOf(id);
    expect([old?.state, fresh?.state]).toEqual(['replaced', 'invited']);
    // Once is enough.
    expect((await act(id, reference, 'replace', { ...REFEREE, email: 'third@example.org' })).status).toBe(
      409,
    );
    expect(await referencesOf(id)).toHaveLength(2);
  });

  it('reaches no reference of another, by page or by API', async () => {
    const id = await filled();
    await ask(id);
    const { id: reference } = await only(id);
    const other = await most.signedIn('student2@rs.demo');
    const token = other.token(await other.open('/account'));
    for (const path of ['references', `references/${reference}/replace`, `references/${reference}/letter`]) {
      expect((await other.open(`/applications/${id}/${path}`)).status).toBe(404);
    }
    for (const path of ['remind', 'withdraw', 'replace']) {
      const answer = await other.post(`/applications/${id}/references/${reference}/${path}`, {
        _csrf: token,
        ...REFEREE,
      });
      expect(answer.status).toBe(404);
    }
    expect((await only(id)).state).toBe('invited');
  });

  it('submits while letters are outstanding where the form lets them come later', async () => {
    const id = await filled();
    await expect(most.app.get(SubmitApplication).run(asStudent, id)).rejects.toMatchObject({
      code: 'blocked',
      blockers: [{ code: 'referee_missing', section: 'references' }],
    });
    expect((await student.open(`/applications/${id}/check?lang=en`)).body).toContain(
      'ask 1 more person for a letter',
    );
    await ask(id);
    await most.app.get(SubmitApplication).run(asStudent, id);
    const status = await student.open(`/applications/${id}`);
    expect(status.body).toContain('Милена');
    expect((await handIn(await pathOf(id))).body).toContain('Your letter has arrived');
    expect((await only(id)).state).toBe('received');
  });

  it('waits for the letter where the form does not', async () => {
    const id = await filled({ daysAfterClose: null });
    await ask(id);
    await expect(most.app.get(SubmitApplication).run(asStudent, id)).rejects.toMatchObject({
      blockers: [{ code: 'letter_missing', section: 'references' }],
    });
    expect((await student.open(`/applications/${id}/check?lang=en`)).body).toContain(
      '1 letter has not arrived yet',
    );
    await handIn(await pathOf(id));
    await most.app.get(SubmitApplication).run(asStudent, id);
  });

  it('ends the requests with the application', async () => {
    const id = await filled();
    await ask(id);
    await mails();
    await most.app.get(WithdrawApplication).run(asStudent, id);
    expect((await only(id)).state).toBe('withdrawn');
    expect((await mails()).map(({ to }) => to.address)).toEqual([REFEREE.email]);
    expect((await ask(id, { ...REFEREE, email: 'late@example.org' })).status).toBe(403);
  });
});

describe('a call that is cancelled', () => {
  it('lets every referee go at once, with a mail that says why, and nobody else is asked', async () => {
    const id = await filled();
    await ask(id);
    await ask(id, { ...REFEREE, email: 'second@example.org' });
    const [first, second] = await referencesOf(id);
    await mails();
    // What has come to its end stays as it is.
    await most.owner.query(`update reference_requests set state = 'declined' where id = $1`, [second?.id]);
    const { rows } = await most.owner.query<{ id: Id }>(
      'select call_id as id from applications where id = $1',
      [id],
    );
    const callId = rows[0]?.id ?? '';
    const request = systemContext(systemClock);
    await most.app.get(MoveCall).moveCall(request, callId, 'cancel', 'Нема средстава.');
    const keep = most.app.get(KeepReferences);
    const done = await Promise.all([
      keep.callOffAll(systemClock, callId),
      keep.callOffAll(systemClock, callId),
    ]);
    expect(done.toSorted()).toEqual([0, 1]);
    const states = new Map((await referencesOf(id)).map((each) => [each.id, each.state]));
    expect([first?.id, second?.id].map((each) => states.get(each ?? ''))).toEqual(['withdrawn', 'declined']);
    const told = (await mails()).filter(({ to }) => to.address !== STUDENT);
    expect(told.map(({ to }) => to.address)).toEqual([REFEREE.email]);
    expect(told[0]?.subject).toMatch(/конкурс|call/);
    expect(told[0]?.text).not.toContain('/letters/');
    const late = await ask(id, { ...REFEREE, email: 'late@example.org' });
    expect(late.status).toBeGreaterThanOrEqual(400);
    expect(await referencesOf(id)).toHaveLength(2);
  });
});

describe('the referee', () => {
  it('sees what is asked in each of the four languages, without an account', async () => {
    const id = await filled();
    await ask(id);
    const path = await pathOf(id);
    for (const language of LANGUAGES) {
      const referee = most.browser();
      for (const page of [path, `${path}/write`, `${path}/check`, `${path}/decline`]) {
        const answer = await referee.open(`${page}?lang=${language}`);
        expect(answer.status).toBe(200);
        expect(answer.body).toMatch(new RegExp(`<html[^>]*lang="${language}"`));
        expect(answer.body).not.toMatch(/referees\.|problems\./);
      }
    }
    // Looking is not beginning: mail programs open links on their own.
    expect((await only(id)).state).toBe('invited');
  });

  it('writes, comes back from another device, checks and hands in; then nothing more can be done', async () => {
    const id = await filled();
    await ask(id);
    const path = await pathOf(id);
    const referee = most.browser();
    const begun = await referee.follow(await referee.post(path, {}));
    expect(new URL(begun.url).pathname).toBe(`${path}/write`);
    expect((await only(id)).state).toBe('opened');
    await referee.post(`${path}/write`, letterForm({ body: WORDS, revision: '0', then: 'stay' }));
    // Handing in before it is whole names what is missing, and uses nothing up.
    const incomplete = await referee.post(`${path}/check`, { confirm: 'yes' });
    expect(incomplete.status).toBe(422);
    const elsewhere = most.browser();
    const write = await elsewhere.open(`${path}/write?lang=en`);
    expect(write.body).toContain('Препоручујем је без оклевања.');
    const revision = /name="revision" value="(\d+)"/.exec(write.body)?.[1] ?? '';
    const check = await elsewhere.follow(
      await elsewhere.post(`${path}/write`, letterForm({ ...LETTER, revision, then: 'check' })),
    );
    expect(check.body).toContain('Препоручујем је без оклевања.');
    const unconfirmed = await elsewhere.post(`${path}/check`, {});
    expect(unconfirmed.status).toBe(422);
    expect(unconfirmed.body).toContain('id="confirm-error"');
    expect((await only(id)).state).toBe('opened');
    await mails();
    const done = await elsewhere.follow(await elsewhere.post(`${path}/check`, { confirm: 'yes' }));
    expect(done.body).toContain('Your letter has arrived');
    expect((await mails()).map(({ to }) => to.address).sort()).toEqual([REFEREE.email, STUDENT].sort());

    for (const attempt of [
      () => elsewhere.post(`${path}/check`, { confirm: 'yes' }),
      () => elsewhere.post(`${path}/write`, letterForm({ ...LETTER, body: 'Друго.', revision: '2' })),
      () => elsewhere.post(`${path}/decline`, {}),
      () => elsewhere.post(path, {}),
    ]) {
      const answer = await attempt();
      expect(answer.status).toBe(409);
    }
    const { rows } = await most.owner.query(
      'select l.body from reference_letters l join reference_requests r on r.id = l.reference_id where r.application_id = $1',
      [id],
    );
    expect(rows).toEqual([{ body: WORDS }]);
    expect((await most.browser().open(`${path}?lang=en`)).body).toContain('Your letter has arrived');
  });

  it('of two who hand in at once, one is refused', async () => {
    const id = await filled();
    await ask(id);
    const path = await pathOf(id);
    await most.browser().post(`${path}/write`, letterForm({ ...LETTER, then: 'check' }));
    const answers = await Promise.all(
      [1, 2, 3].map(() => most.browser().post(`${path}/check`, { confirm: 'yes' })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409, 409]);
  });

  it('loses no words: not to a second tab, a wrong file, a letter that is too long, or the deadline', async () => {
    const id = await filled();
    await ask(id);
    const path = await pathOf(id);
    const referee = most.browser();
    await referee.post(`${path}/write`, letterForm({ ...LETTER, then: 'stay' }));
    const stale = await referee.post(`${path}/write`, letterForm({ ...LETTER, body: 'Из другог прозора.' }));
    expect(stale.status).toBe(412);
    expect(stale.body).toContain('Из другог прозора.');
    expect(stale.body).toContain('Препоручујем је без оклевања.');
    expect(stale.body).toContain('name="revision" value="1"');

    const wrongFile = await referee.post(
      `${path}/write`,
      letterForm({ ...LETTER, body: 'Нове речи.', revision: '1', then: 'check' }, new Blob(['no document'])),
    );
    expect(wrongFile.status).toBe(422);
    expect(wrongFile.body).toContain('id="field-file-error"');
    expect((await referee.open(`${path}/write`)).body).toContain('Нове речи.');

    const long = 'а'.repeat(20_001);
    const tooLong = await referee.post(`${path}/write`, letterForm({ ...LETTER, body: long, revision: '2' }));
    expect(tooLong.status).toBe(422);
    expect(tooLong.body).toContain(long);

    await most.owner.query(
      "update reference_requests set due_at = now() - interval '1 second' where application_id = $1",
      [id],
    );
    const late = await referee.post(
      `${path}/write`,
      letterForm({ ...LETTER, body: 'Касно.', revision: '2' }),
    );
    expect(late.status).toBe(409);
    expect(late.body).toContain('Касно.');
    expect((await referee.open(`${path}?lang=en`)).body).toContain('The deadline is over');
  });

  it('uploads a letter as PDF in place of words, and can take it away again', async () => {
    const id = await filled();
    await ask(id);
    const path = await pathOf(id);
    const referee = most.browser();
    await referee.post(`${path}/write`, letterForm({ ...LETTER, body: '', then: 'stay' }, await somePdf()));
    expect((await referee.open(`${path}/write`)).body).toContain('Препорука.pdf');
    expect((await referee.get(`${path}/letter.pdf`)).headers.get('content-type')).toContain('pdf');
    await referee.post(
      `${path}/write`,
      letterForm({ ...LETTER, body: '', revision: '1', then: 'remove_file' }),
    );
    expect((await referee.open(`${path}/write`)).body).not.toContain('Препорука.pdf');
    expect((await referee.get(`${path}/letter.pdf`)).status).toBe(404);
    await referee.post(
      `${path}/write`,
      letterForm({ ...LETTER, body: '', revision: '2', then: 'check' }, await somePdf()),
    );
    const done = await referee.follow(await referee.post(`${path}/check`, { confirm: 'yes' }));
    expect(done.status).toBe(200);
    expect((await only(id)).state).toBe('received');
  });

  it('gets a clear page and no trace for a link that is none, cut short, or of another purpose', async () => {
    const id = await filled();
    await ask(id);
    const path = await pathOf(id);
    for (const broken of [
      path.slice(0, -1),
      `${path}x`,
      '/letters/%00',
      '/letters/x.y',
      '/letters/%E0%A4%A',
    ]) {
      const answer = await most.browser().get(broken);
      expect([400, 404]).toContain(answer.status);
      expect(answer.body).not.toMatch(/Error|at .*\.js/);
    }
    const other = await most.app.get(Database).transaction(systemContext(systemClock), (ctx) =>
      most.app.get(SignedLinks).issue(ctx, {
        purpose: 'role_invitation',
        subject: { kind: 'role_invitation', id },
        validDays: 1,
      }),
    );
    const answer = await most.browser().get(`/letters/${other.token}?lang=en`);
    expect(answer.status).toBe(403);
    expect(answer.body).toContain('This link is for something else');
    const posted = await most.browser().post(`/letters/${other.token}`, {});
    expect(posted.status).toBe(403);
  });

  it('is never the applicant, whoever’s address the link was sent to', async () => {
    const id = await filled();
    await ask(id);
    const path = await pathOf(id);
    for (const answer of [
      await student.get(`${path}?lang=en`),
      await student.post(path, {}),
      await student.post(`${path}/write`, letterForm(LETTER)),
      await student.post(`${path}/check`, { confirm: 'yes' }),
      await student.post(`${path}/decline`, {}),
    ]) {
      expect(answer.status).toBe(403);
    }
    expect((await only(id)).state).toBe('invited');
  });

  it('takes odd bodies without falling over', async () => {
    const id = await filled();
    await ask(id);
    const path = await pathOf(id);
    const referee = most.browser();
    for (const [at, fields] of [
      ['/write', { body: 'a\u0000b', revision: '0' }],
      ['/write', { body: 'без броја', revision: 'NaN' }],
      ['/write', { capacity: "'; drop table persons; --", revision: '1e400' }],
      ['/decline', { reason: 'x'.repeat(2001) }],
      ['/check', { confirm: 'no' }],
    ] as const) {
      const answer = await referee.post(`${path}${at}`, fields);
      expect(answer.status).toBeLessThan(500);
      expect(answer.status).not.toBe(404);
    }
  });
});

describe('the clock', () => {
  it('reminds once before the deadline, closes after it, and tells the applicant', async () => {
    const id = await filled();
    const email = 'clock@example.org';
    await most.owner.query(
      "update reference_requests set state = 'withdrawn' where state in ('invited', 'opened')",
    );
    await most.owner.query(
      'update signed_links set revoked_at = now() where used_at is null and revoked_at is null',
    );
    await ask(id, { ...REFEREE, email });
    await most.owner.query(
      "update reference_requests set created_at = now() - interval '5 days' where application_id = $1",
      [id],
    );
    const keep = most.app.get(KeepReferences);
    await mails();
    await keep.run(later(23));
    expect(await mails()).toEqual([]);
    await keep.run(later(24));
    await keep.run(later(25));
    const reminders = await mails();
    expect(reminders.map(({ to }) => to.address)).toEqual([email]);
    expect(reminders[0]?.subject).toContain('принимаем до');
    await keep.run(later(27));
    expect((await only(id)).state).toBe('expired');
    const told = await mails();
    expect(told.map(({ to }) => to.address)).toEqual([STUDENT]);
    const path = await pathOf(id);
    const page = await most.browser().open(`${path}?lang=en`);
    expect(page.body).toContain('The deadline is over');
    expect((await most.browser().post(`${path}/check`, { confirm: 'yes' })).status).toBe(409);
  });
});

describe('who reads', () => {
  async function submitted(
    references: Partial<ReferenceRequirement> = {},
  ): Promise<{ id: string; reference: Id }> {
    const id = await filled(references);
    await ask(id);
    await handIn(await pathOf(id));
    await most.app.get(SubmitApplication).run(asStudent, id);
    return { id, reference: (await only(id)).id };
  }

  it('keeps a confidential letter from the applicant, on every page and in the API', async () => {
    const { id, reference } = await submitted();
    const call = await api(STUDENT);
    const secret = 'Препоручујем је без оклевања.';
    for (const path of [
      `/applications/${id}`,
      `/applications/${id}/references`,
      `/applications/${id}/references/${reference}/letter`,
      `/applications/${id}/references/${reference}/letter.pdf`,
    ]) {
      const answer = await student.open(path);
      expect(answer.body).not.toContain(secret);
    }
    expect((await student.get(`/applications/${id}/references/${reference}/letter`)).status).toBe(403);
    const list = await call('GET', `/${id}/references`);
    expect(list.status).toBe(200);
    expect(list.body).not.toContain(secret);
    const letter = await call('GET', `/${id}/references/${reference}/letter`);
    expect(letter.status).toBe(403);
    expect(letter.body).toContain('withheld_confidential_letters');
  });

  it('shows an open letter to the applicant', async () => {
    const { id, reference } = await submitted({ confidential: false });
    const page = await student.open(`/applications/${id}/references/${reference}/letter`);
    expect(page.status).toBe(200);
    expect(page.body).toContain('Препоручујем је без оклевања.');
  });

  it('shows the letter to the office on its page, and the dossier lists it', async () => {
    const { id, reference } = await submitted();
    const coordinator = await most.signedIn(COORDINATOR);
    const { actor } = await contextOf(COORDINATOR);
    await insertRows(most.owner, 'role_grants', [
      grantRow(actor.personId ?? '', 'coordinator', {
        institution_id: await world.institution('university-of-belgrade'),
      }),
    ]).catch(() => undefined);
    const review = await coordinator.open(`/applications/${id}/review?lang=en`);
    expect(review.status).toBe(200);
    expect(review.body).toContain(`/applications/${id}/references/${reference}/letter`);
    const letter = await coordinator.open(`/applications/${id}/references/${reference}/letter`);
    expect(letter.body).toContain('Препоручујем је без оклевања.');
    expect(letter.body).toContain('Three to five years');
    const dossier = await coordinator.get(`/applications/${id}/dossier.pdf`);
    expect(dossier.status).toBe(200);
    // The applicant's own page is the applicant's: an office is led to its own.
    expect((await coordinator.open(`/applications/${id}/references`)).url).toContain('/review');
  });
});

describe('the API', () => {
  it('asks, reminds, lets go and asks somebody else, by the same acts as the pages', async () => {
    const id = await filled();
    const call = await api(STUDENT);
    const asked = await call('POST', `/${id}/references`, REFEREE);
    expect(asked.status).toBe(201);
    const { id: reference } = JSON.parse(asked.body) as { id: Id };
    expect((await call('POST', `/${id}/references/${reference}/remind`)).status).toBe(409);
    expect((await call('POST', `/${id}/references/${reference}/replace`, REFEREE)).status).toBe(422);
    const replaced = await call('POST', `/${id}/references/${reference}/replace`, {
      ...REFEREE,
      email: 'other@example.org',
    });
    expect(replaced.status).toBe(201);
    const { id: fresh } = JSON.parse(replaced.body) as { id: Id };
    expect((await call('POST', `/${id}/references/${fresh}/withdraw`)).status).toBe(204);
    const list = JSON.parse((await call('GET', `/${id}/references`)).body) as { items: { state: string }[] };
    expect(list.items.map(({ state }) => state)).toEqual(['replaced', 'withdrawn']);
    expect((await call('GET', `/${id}/references/${fresh}/letter`)).status).toBe(403);
  });

  it.each([
    [{}, 422],
    [{ ...REFEREE, email: 7 }, 422],
    [{ ...REFEREE, name: null }, 422],
    [{ ...REFEREE, note: 'x' }, 422],
    [[REFEREE], 422],
  ] as const)('refuses a body that is none: %j', async (body, status) => {
    const id = await filled();
    expect((await (await api(STUDENT))('POST', `/${id}/references`, body)).status).toBe(status);
  });

  it('is closed to strangers and to whoever names another application', async () => {
    const id = await filled();
    await ask(id);
    const { id: reference } = await only(id);
    const stranger = await api('student2@rs.demo');
    expect((await stranger('GET', `/${id}/references`)).status).toBe(404);
    expect((await stranger('POST', `/${id}/references`, REFEREE)).status).toBe(404);
    const own = await api(STUDENT);
    const elsewhere = '01890000-0000-7000-8000-000000000000';
    expect((await own('POST', `/${elsewhere}/references/${reference}/withdraw`)).status).toBe(404);
    expect((await only(id)).state).toBe('invited');
  });
});

interface ApiAnswer {
  readonly status: number;
  readonly body: string;
}

async function api(
  email: string,
): Promise<(method: string, path: string, body?: object) => Promise<ApiAnswer>> {
  const account = demoAccount(email);
  if (!account) throw new Error(`no account ${email}`);
  await most.signedIn(email);
  const entry = most.settings.identityProviders?.find(({ key }) => key === account.provider);
  const token = await issueDemoToken(account, {
    issuer: entry?.issuer ?? '',
    dataDir: most.settings.dataDir,
  });
  return async (method, path, body) => {
    const answer = await fetch(`${most.url}/api/v1/applications${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return { status: answer.status, body: await answer.text() };
  };
}
