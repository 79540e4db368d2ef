import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PDFDocument } from 'pdf-lib';
import { SignedLinks } from '../../src/access/public.js';
import {
  AttachDocument,
  NominateCandidate,
  SaveSection,
  SubmitApplication,
  WithdrawApplication,
} from '../../src/applications/public.js';
import { STANDARD_FORM } from '../../src/calls/public.js';
import type { CoApplicantRule, FormDefinition } from '../../src/calls/public.js';
import { NotificationsModule } from '../../src/notifications/notifications.module.js';
import { QueueMails } from '../../src/notifications/operations/queue-mails.js';
import { SendMail } from '../../src/notifications/operations/send-mail.js';
import { Database, systemContext } from '../../src/platform/database/database.js';
import { Consents } from '../../src/privacy/public.js';
import { RateLimits } from '../../src/platform/http/rate-limits.js';
import { Mailer } from '../../src/platform/mail/mailer.js';
import type { DeliveredEvent } from '../../src/platform/outbox/outbox.js';
import { ANONYMOUS } from '../../src/shared/actor.js';
import { systemClock } from '../../src/shared/clock.js';
import type { Id } from '../../src/shared/ids.js';
import { LANGUAGES } from '../../src/shared/language.js';
import type { RequestContext } from '../../src/shared/request-context.js';
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

/** Applying together, from the invitation to the submission, as the browsers of two people of two countries and of an office. */

const LEAD = 'student@rs.demo';
const OTHER = 'student@ru.demo';
const COORDINATOR = 'coordinator@bg.rs.demo';
const HOST = 'coordinator@msu.ru.demo';
const INVITED = {
  name: 'Др Анна Смирнова',
  email: 'Anna.Smirnova@example.org',
  part: 'води мерења',
  language: 'ru',
};
const NAMES = {
  nativeFamily: 'Смирнова',
  nativeGiven: 'Анна',
  latinFamily: 'Smirnova',
  latinGiven: 'Anna',
  passportFamily: '',
  passportGiven: '',
};

let most: HttpApp;
let world: World;
let scratch: string;
let pdf: string;
let lead: Browser;
let other: Browser;
let asLead: RequestContext;
let asOther: RequestContext;
let calls = 0;
const sent: Parameters<Mailer['send']>[0][] = [];

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'most-test-co-applicants-'));
  pdf = join(scratch, 'paper.pdf');
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
  lead = await most.signedIn(LEAD);
  other = await most.signedIn(OTHER);
  asLead = await contextOf(LEAD);
  asOther = await contextOf(OTHER);
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
  const { rows } = await most.owner.query<{ id: Id; name: string }>(
    "select id, native_given || ' ' || native_family as name from persons where email = $1",
    [email],
  );
  const actor = { ...ANONYMOUS, kind: 'person' as const, personId: rows[0]?.id ?? null };
  return { ...systemContext(systemClock), actor };
}

/** The standard form with a page of co-applicants before its consents. */
function formOf(rule: Partial<CoApplicantRule>): FormDefinition {
  const form = STANDARD_FORM('student');
  const page = {
    id: 'co_applicants',
    kind: 'co_applicants' as const,
    title: { sr: 'Саподносиоци', ru: 'Соавторы заявки', en: 'Co-applicants' },
    questions: [],
    documents: [],
    consents: [],
    coApplicants: { min: 1, max: 2, ...rule },
  };
  return { ...form, sections: form.sections.toSpliced(-1, 0, page) };
}

/** An application of the lead that is filled in, but for those who apply together with them. */
async function filled(rule: Partial<CoApplicantRule> = {}): Promise<string> {
  const slug = `together-${calls}`;
  await world.publishedCall({ slug, form: formOf(rule) });
  await most.owner.query('update persons set home_institution_id = $2 where id = $1', [
    asLead.actor.personId,
    await world.institution('university-of-belgrade'),
  ]);
  return fillApplication(most.app, most.owner, asLead, slug, pdf);
}

async function invite(id: string, fields: Readonly<Record<string, string>> = INVITED): Promise<Answer> {
  const page = await lead.open(`/applications/${id}/co_applicants`);
  return lead.post(`/applications/${id}/co_applicants`, { _csrf: lead.token(page), ...fields });
}

async function act(id: string, coApplicant: Id, what: string, fields: object = {}): Promise<Answer> {
  const page = await lead.open(`/applications/${id}`);
  const _csrf =
    /name="_csrf" value="([^"]+)"/.exec(page.body)?.[1] ?? lead.token(await lead.open('/account'));
  return lead.post(`/applications/${id}/co_applicants/${coApplicant}/${what}`, { _csrf, ...fields });
}

interface Row {
  readonly id: Id;
  readonly state: string;
  readonly link_id: Id;
  readonly confirmed_hash: string | null;
}
async function rowsOf(id: string): Promise<Row[]> {
  const { rows } = await most.owner.query<Row>(
    'select id, state, link_id, confirmed_hash from co_applicants where application_id = $1 order by created_at, id',
    [id],
  );
  return rows;
}
async function last(id: string): Promise<Row> {
  const row = (await rowsOf(id)).at(-1);
  if (!row) throw new Error('nobody is invited');
  return row;
}

async function pathOf(id: string): Promise<string> {
  const { link_id } = await last(id);
  const token = await most.app
    .get(Database)
    .read(systemContext(systemClock), (ctx) => most.app.get(SignedLinks).tokenOf(ctx, link_id));
  return `/co-applicants/${token}`;
}

const consentsIn = (page: Answer): Record<string, string> =>
  Object.fromEntries(
    [...page.body.matchAll(/name="(consent-[^"]+)"/g)].map(([, name = '']) => [name, 'yes']),
  );

async function accept(
  path: string,
  who: Browser = other,
  names: Readonly<Record<string, string>> = NAMES,
): Promise<Answer> {
  const page = await who.open(path);
  return who.post(path, { _csrf: who.token(page), ...names, ...consentsIn(page) });
}

const hashIn = (page: Answer) => /name="hash" value="([0-9a-f]{64})"/.exec(page.body)?.[1] ?? '';
async function confirm(id: string, who: Browser = other, hash?: string): Promise<Answer> {
  const page = await who.open(`/co-applications/${id}`);
  return who.post(`/co-applications/${id}/confirm`, {
    _csrf: who.token(page),
    hash: hash ?? hashIn(page),
    confirm: 'yes',
  });
}

async function leave(id: string, reason = '', who: Browser = other): Promise<Answer> {
  const page = await who.open(`/co-applications/${id}/leave`);
  return who.post(`/co-applications/${id}/leave`, { _csrf: who.token(page), reason });
}

const submit = (id: string) => most.app.get(SubmitApplication).run(asLead, id);

/** Says something else in the work plan, as the page of the form would. */
async function rewrite(id: string, words: string): Promise<void> {
  const { rows } = await most.owner.query<{ answers: Record<string, string>; revision: number }>(
    "select answers, revision from application_sections where application_id = $1 and section = 'motivation'",
    [id],
  );
  const [row] = rows;
  if (!row) throw new Error('no motivation');
  const [first = ''] = Object.keys(row.answers);
  await most.app
    .get(SaveSection)
    .run(asLead, id, 'motivation', { ...row.answers, [first]: words }, row.revision);
}

/** Delivers every event since the last time, twice as the worker may, and answers the mails that were sent for them. */
let delivered = '0';
async function mails(): Promise<string[]> {
  sent.length = 0;
  const { rows } = await most.owner.query<DeliveredEvent & { kind: string; of: string }>(
    `select id::text, at, type, subject_kind as kind, subject_id as of, payload, actor_id as "actorId" from outbox_events
     where id > $1 order by id`,
    [delivered],
  );
  for (const { kind, of, ...event } of rows) {
    delivered = event.id;
    if (!event.type.startsWith('co_applicant.') && !event.type.startsWith('application.')) continue;
    await most.app.get(QueueMails).run({ ...event, subject: { kind, id: of } });
    await most.app.get(QueueMails).run({ ...event, subject: { kind, id: of } });
  }
  const queued = await most.owner.query<{ id: Id }>(
    "select id from mail_messages where state = 'queued' order by queued_at, id",
  );
  for (const { id } of queued.rows) await most.app.get(SendMail).run(id);
  return sent.map(({ to, language }) => `${to.address} ${language}`);
}

describe('a call that admits co-applicants', () => {
  it('says so on its page, in every language, and has a page in the task list', async () => {
    const id = await filled({
      min: 1,
      max: 2,
      roles: { sr: 'По један из сваке земље', ru: 'По одному', en: 'One of each' },
    });
    for (const language of LANGUAGES) {
      const page = await most.browser().open(`/calls/together-${calls}?lang=${language}`);
      expect(page.body).toMatch(/Саподносиоци|Sapodnosioci|Соавторы заявки|Co-applicants/);
      expect(page.body).toMatch(/По један из|Po jedan iz|По одному|One of each/);
    }
    const tasks = await lead.open(`/applications/${id}`);
    expect(tasks.body).toContain(`/applications/${id}/co_applicants`);
    const check = await lead.open(`/applications/${id}/check`);
    expect(check.body).toContain(`/applications/${id}/co_applicants?from=check#field-co_applicants`);
  });

  it('admits nobody where it does not say so', async () => {
    const slug = `alone-${calls}`;
    await world.publishedCall({ slug });
    const id = await fillApplication(most.app, most.owner, asLead, slug, pdf);
    expect((await lead.open(`/applications/${id}/co_applicants`)).status).toBe(404);
    const page = await lead.open('/account');
    expect(
      (await lead.post(`/applications/${id}/co_applicants`, { _csrf: lead.token(page), ...INVITED })).status,
    ).toBe(404);
    expect(await rowsOf(id)).toEqual([]);
  });
});

describe('the whole walk', () => {
  it('goes from the invitation to a submission that names both', async () => {
    const id = await filled();
    await mails();
    await expect(submit(id)).rejects.toMatchObject({
      blockers: [expect.objectContaining({ code: 'co_applicant_missing', section: 'co_applicants' })],
    });

    const invited = await lead.follow(await invite(id));
    expect(invited.status).toBe(200);
    expect(invited.body).not.toContain('&lt;');
    expect(await mails()).toEqual([`${INVITED.email} ru`]);
    const path = await pathOf(id);
    expect(sent[0]?.text).toContain(`${path}?lang=ru`);
    await expect(submit(id)).rejects.toMatchObject({
      blockers: [expect.objectContaining({ code: 'co_applicant_unanswered' })],
    });

    // Without an account they learn who asks, for what, and what of theirs goes where; nothing of the text.
    const stranger = most.browser();
    for (const language of LANGUAGES) {
      const page = await stranger.open(`${path}?lang=${language}`);
      expect(page.status).toBe(200);
      expect(page.body).toContain('води мерења');
      expect(page.body).toContain('/sign-in?return=');
      expect(page.body).not.toContain('Желим да учим преко моста');
    }

    // Whoever opens it changes nothing; a form that lacks a consent keeps what was typed and says where.
    expect((await last(id)).state).toBe('invited');
    const form = await other.open(path);
    const without = await other.post(path, { _csrf: other.token(form), ...NAMES, nativeGiven: 'Аня' });
    expect(without.status).toBe(422);
    expect(without.body).toContain('value="Аня"');
    expect(without.body).toMatch(/href="#field-[a-z_]+"/);
    const misspelt = await accept(path, other, {
      ...NAMES,
      passportFamily: 'СМИРНОВА',
      passportGiven: 'ANNA',
    });
    expect(misspelt.status).toBe(422);
    expect(misspelt.body).toContain('href="#field-passportFamily"');

    const accepted = await other.follow(await accept(path));
    expect(accepted.url).toContain(`/co-applications/${id}`);
    expect(await mails()).toEqual([`${LEAD} sr-Cyrl`]);
    await expect(submit(id)).rejects.toMatchObject({
      blockers: [expect.objectContaining({ code: 'co_applicant_unconfirmed' })],
    });

    // The text, and nothing that is personal to the lead.
    expect(accepted.body).toContain('Желим да учим преко моста');
    for (const kept of ['+381 11 123 4567', 'ana@example.org']) expect(accepted.body).not.toContain(kept);
    expect((await other.open(`/applications/${id}`)).status).toBe(404);
    expect((await other.open(`/applications/${id}/review`)).status).toBe(404);

    // Only this very text is confirmed, and a tick is a tick.
    expect((await confirm(id, other, 'a'.repeat(64))).status).toBe(412);
    const page = await other.open(`/co-applications/${id}`);
    const unticked = await other.post(`/co-applications/${id}/confirm`, {
      _csrf: other.token(page),
      hash: hashIn(page),
    });
    expect(unticked.status).toBe(422);
    expect((await other.follow(await confirm(id))).status).toBe(200);
    expect((await last(id)).state).toBe('confirmed');
    expect(await mails()).toEqual([`${LEAD} sr-Cyrl`]);

    // What the lead changes of the text makes it void, and both are told; the same words again do not.
    await rewrite(id, 'Желим да учим и да мерим.');
    expect(await last(id)).toMatchObject({ state: 'accepted', confirmed_hash: null });
    expect(await mails()).toEqual([`${OTHER} ru`]);
    expect((await lead.open(`/applications/${id}/co_applicants?lang=en`)).body).toContain(
      'You changed the text',
    );
    expect((await other.open(`/co-applications/${id}?lang=en`)).body).toContain('changed the text after');
    await confirm(id);
    await rewrite(id, 'Желим да учим и да мерим.');
    expect((await last(id)).state).toBe('confirmed');

    const receipt = await submit(id);
    const { rows } = await most.owner.query<{ content: { coApplicants?: object[] } }>(
      'select content from application_submissions where application_id = $1',
      [id],
    );
    expect(rows[0]?.content.coApplicants).toEqual([
      expect.objectContaining({
        name: 'Анна Смирнова',
        latinName: 'Anna Smirnova',
        part: 'води мерења',
        country: 'RU',
      }),
    ]);
    expect(await mails()).toContain(`${OTHER} ru`);

    // The office reads who applies; what was personal to them stays with those who prepare the stay.
    await most.signedIn(COORDINATOR);
    await insertRows(most.owner, 'role_grants', [
      grantRow((await contextOf(COORDINATOR)).actor.personId ?? '', 'coordinator', {
        institution_id: await world.institution('university-of-belgrade'),
      }),
    ]);
    const office = await most.signedIn(COORDINATOR);
    const review = await office.open(`/applications/${id}/review?lang=en`);
    expect(review.status).toBe(200);
    expect(review.body).toContain('Анна Смирнова');
    expect(review.body).toContain('води мерења');

    // They can leave still: what was submitted stays, and whoever has it is told.
    await mails();
    expect((await other.follow(await leave(id, 'Немам времена.'))).url).toContain('/co-applications');
    expect((await mails()).toSorted()).toEqual([`${COORDINATOR} sr-Cyrl`, `${LEAD} sr-Cyrl`].toSorted());
    expect((await other.open(`/co-applications/${id}`)).status).toBe(404);
    expect((await office.open(`/applications/${id}/review?lang=en`)).body).toMatch(
      /No longer in the application/,
    );
    expect(receipt.number).toMatch(/^RS-/);
  }, 120_000);
});

describe('who is invited', () => {
  it('is never the applicant, nobody twice, and no more than the call admits', async () => {
    const id = await filled({ max: 1 });
    const own = await invite(id, { ...INVITED, email: LEAD.toUpperCase() });
    expect(own.status).toBe(422);
    expect(own.body).toContain('href="#field-email"');
    for (const bad of [
      { email: 'no address' },
      { name: 'www.example.org' },
      { part: 'see https://example.org' },
      { part: '' },
      { language: 'de' },
    ]) {
      expect((await invite(id, { ...INVITED, ...bad })).status).toBe(422);
    }
    expect((await invite(id)).status).toBe(303);
    expect((await invite(id, { ...INVITED, email: 'another@example.org' })).status).toBe(409);
    // Taken back it leaves its room, but the same address not at once.
    expect((await act(id, (await last(id)).id, 'withdraw')).status).toBe(303);
    expect((await invite(id)).status).toBe(422);
    expect((await invite(id, { ...INVITED, email: 'another@example.org' })).status).toBe(303);
    expect((await rowsOf(id)).map(({ state }) => state)).toEqual(['withdrawn', 'invited']);
  });

  it('cannot be the lead by somebody else’s address', async () => {
    const id = await filled();
    await invite(id);
    const path = await pathOf(id);
    expect((await lead.open(path)).status).toBe(403);
    const token = lead.token(await lead.open('/account'));
    expect((await lead.post(path, { _csrf: token, ...NAMES })).status).toBe(403);
    expect((await last(id)).state).toBe('invited');
  });

  it('declines with a reason that the applicant reads, and with none, without an account', async () => {
    const id = await filled();
    await invite(id);
    await mails();
    const path = await pathOf(id);
    const stranger = most.browser();
    await stranger.open(`${path}/decline?lang=en`);
    const done = await stranger.follow(await stranger.post(`${path}/decline`, { reason: 'Заузет сам.' }));
    expect(done.status).toBe(200);
    expect((await last(id)).state).toBe('declined');
    expect(await mails()).toEqual([`${LEAD} sr-Cyrl`]);
    expect(sent[0]?.text).toContain('Заузет сам.');
    expect((await lead.open(`/applications/${id}/co_applicants`)).body).toContain('Заузет сам.');
    // The link does nothing any more, and says what became of it.
    expect((await accept(path).catch(() => null)) ?? { status: 0 }).not.toMatchObject({ status: 303 });
    expect((await stranger.post(`${path}/decline`, { reason: '' })).status).toBe(409);
    expect((await last(id)).state).toBe('declined');
  });

  it('gets the mail again after some days, and another link where the first ran out', async () => {
    const id = await filled();
    await invite(id);
    const before = await last(id);
    await act(id, before.id, 'remind');
    expect((await last(id)).link_id).toBe(before.link_id);
    await mails();
    await most.owner.query(
      `update co_applicants set created_at = created_at - interval '20 days', link_until = now() - interval '1 day' where id = $1`,
      [before.id],
    );
    await most.owner.query(
      `update signed_links set created_at = created_at - interval '20 days', expires_at = now() - interval '1 day' where id = $1`,
      [before.link_id],
    );
    expect((await most.browser().open(`${await pathOf(id)}?lang=en`)).body).toContain('expired');
    await act(id, before.id, 'remind');
    expect((await last(id)).link_id).not.toBe(before.link_id);
    expect(await mails()).toEqual([`${INVITED.email} ru`]);
    expect((await accept(await pathOf(id))).status).toBe(303);
  });

  it('is told that an application which was withdrawn needs no answer, and finds nothing behind the link', async () => {
    const id = await filled();
    await invite(id);
    await mails();
    const path = await pathOf(id);
    await most.app.get(WithdrawApplication).run(asLead, id);
    expect((await last(id)).state).toBe('withdrawn');
    expect(await mails()).toContain(`${INVITED.email} ru`);
    const page = await other.open(path);
    expect(page.body).not.toContain('name="nativeFamily"');
  });
});

describe('who stands in it', () => {
  it('is taken out by the applicant before the submission, and told', async () => {
    const id = await filled();
    await invite(id);
    await accept(await pathOf(id));
    await mails();
    const asks = await lead.open(`/applications/${id}/co_applicants/${(await last(id)).id}/remove`);
    expect(asks.status).toBe(200);
    await act(id, (await last(id)).id, 'remove', { reason: 'План је други.' });
    expect((await last(id)).state).toBe('removed');
    expect(await mails()).toEqual([`${OTHER} ru`]);
    expect((await other.open(`/co-applications/${id}`)).status).toBe(404);
    expect((await other.open('/co-applications')).body).not.toContain(id);
  });

  it('stands there once, whoever’s invitations they accept', async () => {
    const id = await filled();
    await invite(id);
    await accept(await pathOf(id));
    await invite(id, { ...INVITED, email: 'second@example.org' });
    const again = await accept(await pathOf(id));
    expect(again.status).toBe(409);
    expect((await last(id)).state).toBe('invited');
  });

  it('reads no document that is personal to the applicant, and downloads those that are shared', async () => {
    const id = await filled();
    await most.app
      .get(AttachDocument)
      .attach(asLead, id, 'passport_copy', { path: pdf, fileName: 'Пасош.pdf' });
    await invite(id);
    await accept(await pathOf(id));
    const page = await other.open(`/co-applications/${id}`);
    const { rows } = await most.owner.query<{ id: Id; requirement: string }>(
      "select id, requirement from uploads where subject_id = $1 and subject_kind = 'application'",
      [id],
    );
    const shown = [...page.body.matchAll(/\/documents\/([0-9a-f-]{36})/g)].map(([, upload]) => upload);
    const passport = rows.find(({ requirement }) => requirement === 'passport_copy');
    if (!passport) throw new Error('no copy of the passport');
    expect(shown).not.toContain(passport.id);
    expect((await other.get(`/co-applications/${id}/documents/${passport.id}`)).status).toBe(404);
    expect(shown.length).toBeGreaterThan(0);
    expect((await other.get(`/co-applications/${id}/documents/${shown[0] ?? ''}`)).status).toBe(200);
  });

  it('is in the export of both, each with what is theirs', async () => {
    const id = await filled();
    await invite(id);
    await accept(await pathOf(id));
    const list = await other.open('/co-applications?lang=en');
    expect(list.body).toContain(`/co-applications/${id}`);
  });
});

describe('the border', () => {
  it('is crossed by what is theirs with the nomination, by their own consent, and on record', async () => {
    const second = await most.signedIn('student2@rs.demo');
    const theirs = await contextOf('student2@rs.demo');
    const id = await filled();
    await invite(id);
    await accept(await pathOf(id), second);
    await confirm(id, second);
    await submit(id);
    await most.signedIn(COORDINATOR);
    const coordinator = (await contextOf(COORDINATOR)).actor.personId ?? '';
    await insertRows(most.owner, 'role_grants', [
      grantRow(coordinator, 'coordinator', {
        institution_id: await world.institution('university-of-belgrade'),
      }),
    ]);
    const office = await actingAs(most.app, coordinator);
    const { rows: chosen } = await most.owner.query<{ place_id: string }>(
      'select place_id from application_choices where application_id = $1',
      [id],
    );
    const nominate = () =>
      most.app.get(NominateCandidate).run({ ...office, actor: { ...office.actor, secondFactor: true } }, id, {
        placeId: chosen[0]?.place_id ?? '',
        endorsement: 'Да.',
      });
    const subject = { kind: 'co_applicant', id: (await last(id)).id };
    await most.app
      .get(Database)
      .transaction(theirs, (ctx) => most.app.get(Consents).withdraw(ctx, subject, 'cross_border_transfer'));
    await expect(nominate()).rejects.toMatchObject({ reason: 'co_applicant_consent_missing' });
    await most.owner.query('update consents set withdrawn_at = null where subject_id = $1', [subject.id]);
    await nominate();
    const { rows } = await most.owner.query(
      `select from_country, to_country, fields, act from transfers where person_id = $1 and subject_id = $2`,
      [theirs.actor.personId, id],
    );
    expect(rows).toEqual([
      { from_country: 'RS', to_country: 'RU', fields: ['co_applicants'], act: 'nomination.sent' },
    ]);
  });
});

describe('nobody else', () => {
  it('finds anything of it: neither a stranger nor a host before the nomination', async () => {
    const id = await filled();
    await invite(id);
    await accept(await pathOf(id));
    const host = await most.signedIn(HOST);
    for (const path of [
      `/co-applications/${id}`,
      `/applications/${id}/co_applicants`,
      `/applications/${id}/review`,
    ]) {
      expect((await host.open(path)).status).toBe(404);
    }
    expect((await most.browser().open(`/co-applicants/${'x'.repeat(40)}`)).status).toBe(404);
    for (const bad of ['x', '%00', "'", '../..']) {
      expect((await other.open(`/co-applications/${encodeURIComponent(bad)}`)).status).toBe(404);
    }
    expect(asOther.actor.personId).not.toBe(asLead.actor.personId);
  });
});
