import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PDFDocument } from 'pdf-lib';
import {
  ApplicationFiles,
  ApplicationsRepository,
  AttachDocument,
  ComposeDossier,
  KeepDocuments,
  NominateCandidate,
  SubmitApplication,
} from '../../src/applications/public.js';
import { STANDARD_FORM } from '../../src/calls/public.js';
import type { DocumentRequirement, FormDefinition } from '../../src/calls/public.js';
import { NotificationsModule } from '../../src/notifications/notifications.module.js';
import { QueueMails } from '../../src/notifications/operations/queue-mails.js';
import { SendMail } from '../../src/notifications/operations/send-mail.js';
import { Database } from '../../src/platform/database/database.js';
import { RateLimits } from '../../src/platform/http/rate-limits.js';
import { Mailer } from '../../src/platform/mail/mailer.js';
import type { DeliveredEvent } from '../../src/platform/outbox/outbox.js';
import { SettableClock, systemClock } from '../../src/shared/clock.js';
import type { Id } from '../../src/shared/ids.js';
import { LANGUAGES } from '../../src/shared/language.js';
import type { RequestContext } from '../../src/shared/request-context.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { actingAs } from '../factories/acting.js';
import { exchangeModules } from '../factories/exchange-modules.js';
import { fillApplication } from '../factories/fill-application.js';
import { grantRow, insertRows } from '../factories/rows.js';
import type { Row } from '../factories/rows.js';
import { DAY_MS, buildWorld } from '../factories/world.js';
import type { World } from '../factories/world.js';
import type { Answer, Browser } from './browser-of-text.js';
import { startHttpApp } from './http-app.js';
import type { HttpApp } from './http-app.js';

/** Documents one by one, as the browsers of the applicant and of both offices. */

const STUDENT = 'student@rs.demo';
const REASON = 'Печат се не види. Скенирајте страну поново.';

let most: HttpApp;
let world: World;
let scratch: string;
let student: Browser;
let home: Browser;
let host: Browser;
let asStudent: RequestContext;
let asHome: RequestContext;
let asHost: RequestContext;
let calls = 0;
const sent: Parameters<Mailer['send']>[0][] = [];

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'most-test-documents-'));
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
  const belgrade = await world.institution('university-of-belgrade');
  await most.owner.query('update persons set home_institution_id = $2 where id = $1', [
    asStudent.actor.personId,
    belgrade,
  ]);
  [home, asHome] = await official('coordinator@bg.rs.demo', { institution_id: belgrade });
  [host, asHost] = await official('coordinator@msu.ru.demo', {
    institution_id: await world.institution('lomonosov-moscow-state-university'),
  });
  await student.open('/?lang=en');
}, 120_000);
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
  return actingAs(most.app, rows[0]?.id ?? '');
}

async function official(email: string, scope: Row): Promise<[Browser, RequestContext]> {
  const browser = await most.signedIn(email);
  const { rows } = await most.owner.query<{ id: Id }>('select id from persons where email = $1', [email]);
  await insertRows(most.owner, 'role_grants', [grantRow(rows[0]?.id ?? '', 'coordinator', scope)]);
  await browser.open('/?lang=en');
  return [browser, await contextOf(email)];
}

async function pdfOf(pages: number, words = 'MOST'): Promise<string> {
  const document = await PDFDocument.create();
  document.setTitle(words);
  for (let page = 0; page < pages; page++) document.addPage();
  const path = join(scratch, `${words}-${pages}-${calls}.pdf`);
  writeFileSync(path, await document.save());
  return path;
}

/** The form of a call, with its documents as the test wants them. */
function formWith(change: (asked: DocumentRequirement) => DocumentRequirement): FormDefinition {
  const form = STANDARD_FORM('student');
  return {
    ...form,
    sections: form.sections.map((section) => ({ ...section, documents: section.documents.map(change) })),
  };
}

/** An application of the student that was submitted, with one page for a transcript. */
async function submitted(form: FormDefinition = STANDARD_FORM('student')): Promise<Id> {
  const slug = `documents-${calls}`;
  await world.publishedCall({ slug, form });
  const id = await fillApplication(most.app, most.owner, asStudent, slug, await pdfOf(1));
  await most.app.get(SubmitApplication).run(asStudent, id);
  return id;
}

const day = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);

async function tokenOf(browser: Browser): Promise<string> {
  return browser.token(await browser.open('/account'));
}

async function check(
  browser: Browser,
  id: Id,
  act: string,
  fields: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return browser.post(`/applications/${id}/review/documents/${act}`, {
    _csrf: await tokenOf(browser),
    ...fields,
  });
}

const askForCorrection = (id: Id, fields: Readonly<Record<string, string>> = {}) =>
  check(home, id, 'transcript/correct', {
    'correct-reason-transcript': REASON,
    'correct-until-transcript': day(7),
    ...fields,
  });

async function give(id: Id, path: string, requirement = 'transcript'): Promise<Answer> {
  const form = new FormData();
  form.append('_csrf', await tokenOf(student));
  form.append(requirement, new Blob([new Uint8Array(readFileSync(path))]), 'Исправљен препис.pdf');
  return student.post(`/applications/${id}/documents/${requirement}/supplement`, form);
}

interface Found {
  readonly state: string;
  readonly reason: string | null;
  readonly due_at: Date | null;
}
async function found(id: Id, requirement = 'transcript'): Promise<Found | undefined> {
  const { rows } = await most.owner.query<Found>(
    'select state, reason, due_at from application_documents where application_id = $1 and requirement = $2',
    [id, requirement],
  );
  return rows[0];
}

async function contentOf(id: Id): Promise<{ content: unknown; content_hash: string }[]> {
  const { rows } = await most.owner.query<{ content: unknown; content_hash: string }>(
    'select content, content_hash from application_submissions where application_id = $1 order by ordinal',
    [id],
  );
  return rows;
}

async function mailsOf(id: Id, type: string): Promise<{ to: string; subject: string; text: string }[]> {
  sent.length = 0;
  const { rows } = await most.owner.query<DeliveredEvent & { subjectId: Id }>(
    `select id, at, type, 'application' as kind, subject_id as "subjectId", payload, actor_id as "actorId"
     from outbox_events where subject_id = $1 and type = $2 order by id desc limit 1`,
    [id, type],
  );
  for (const event of rows) {
    await most.app.get(QueueMails).run({ ...event, subject: { kind: 'application', id } });
  }
  const { rows: queued } = await most.owner.query<{ id: Id }>(
    "select id from mail_messages where state = 'queued' and event_id = any ($1)",
    [rows.map((event) => event.id)],
  );
  for (const mail of queued) await most.app.get(SendMail).run(mail.id);
  return sent.map(({ to, subject, text }) => ({
    to: to.address,
    subject: String(subject),
    text: String(text),
  }));
}

describe('a legalisation that is asked for', () => {
  it('is spared where a treaty of both countries does so, to applicant and office, and still to be confirmed', async () => {
    const form = formWith((asked) => ({ ...asked, legalisation: true }));
    const slug = `documents-treaty-${calls}`;
    await world.publishedCall({ slug, form });
    const id = await fillApplication(most.app, most.owner, asStudent, slug, await pdfOf(1));
    const words = [
      /No legalisation is needed for a document that one of these countries issued, for use in another of them: Serbia and Russia\. By: Treaty between the FPR of Yugoslavia/,
      /The ministries are still to confirm this\./,
      /A document that another country issued has to be legalised/,
    ];
    const draft = await student.open(`/applications/${id}/documents`);
    for (const each of words) expect(draft.body).toMatch(each);
    expect(draft.body).not.toContain('For use in the other country it has to be legalised');
    for (const language of LANGUAGES) {
      const page = await student.open(`/applications/${id}/documents?lang=${language}`);
      expect(page.body).not.toMatch(/documents\.asks|\{\{/);
    }
    await student.open('/?lang=en');
    await most.app.get(SubmitApplication).run(asStudent, id);
    const file = await home.open(`/applications/${id}/review`);
    for (const each of words) expect(file.body).toMatch(each);
  });
});

describe('a correction of one document', () => {
  it('opens this document alone, stands beside what was submitted, and is accepted', async () => {
    const id = await submitted();
    const frozen = await contentOf(id);
    const page = await home.open(`/applications/${id}/review`);
    expect(page.body).toContain('Given, not checked yet');

    const asked = await home.follow(await askForCorrection(id));
    expect(asked.body).toContain('The correction is asked for.');
    expect(asked.body).toContain('To be corrected');
    expect(await found(id)).toMatchObject({ state: 'to_be_corrected', reason: REASON });

    const [mail, ...others] = await mailsOf(id, 'application.document_to_correct');
    expect(others).toEqual([]);
    expect(mail?.to).toBe(STUDENT);
    expect(mail?.text).toContain(REASON);
    expect(mail?.text).toContain(`/applications/${id}/documents/transcript`);

    // The task: on the page of the application, with the reason and the day; nothing else is open.
    const status = await student.open(`/applications/${id}`);
    expect(status.body).toContain(REASON);
    expect(status.body).toContain(`href="/applications/${id}/documents/transcript"`);
    const locked = await student.get(`/applications/${id}/motivation`);
    expect(locked.headers.get('location')).toBe(`/applications/${id}`);
    expect((await give(id, await pdfOf(2, 'other'), 'passport_copy')).status).toBe(409);

    const item = await student.open(`/applications/${id}/documents/transcript`);
    expect(item.body).toContain('enctype="multipart/form-data"');
    const given = await student.follow(await give(id, await pdfOf(2, 'corrected')));
    expect(given.body).toContain('The new version has arrived.');
    expect((await found(id))?.state).toBe('uploaded');
    const [toCheck] = await mailsOf(id, 'application.document_supplemented');
    expect(toCheck?.to).toBe('coordinator@bg.rs.demo');
    expect(toCheck?.text).toContain(`/applications/${id}/review#document-transcript`);

    // Once is once: a second version is given only where it is asked for.
    expect((await give(id, await pdfOf(3, 'again'))).status).toBe(409);

    const both = await home.open(`/applications/${id}/review`);
    expect(both.body).toContain('given after the submission');
    expect(both.body).toContain('replaced by a newer version');
    const versions = [...both.body.matchAll(/review\/documents\/([0-9a-f-]{36})"/g)].map(([, each]) => each);
    expect(new Set(versions).size).toBe(2);
    for (const version of new Set(versions)) {
      expect((await home.get(`/applications/${id}/review/documents/${version}`)).status).toBe(200);
    }
    const accepted = await home.follow(await check(home, id, 'transcript/accept'));
    expect(accepted.body).toContain('The document is accepted.');
    expect((await found(id))?.state).toBe('accepted');
    expect(await mailsOf(id, 'application.supplement_accepted')).toEqual([
      expect.objectContaining({ to: STUDENT }),
    ]);

    // What was submitted is as it was; the supplement is on record with its hash, by whom and when.
    expect(await contentOf(id)).toEqual(frozen);
    const { rows } = await most.owner.query<Record<string, unknown>>(
      `select s.sha256 = u.sha256 as same, s.given_by, s.accepted_by, s.asked_because, s.replaces_id is not null as replaces
       from application_supplements s join uploads u on u.id = s.upload_id where s.application_id = $1`,
      [id],
    );
    expect(rows).toEqual([
      {
        same: true,
        given_by: asStudent.actor.personId,
        accepted_by: asHome.actor.personId,
        asked_because: REASON,
        replaces: true,
      },
    ]);
    const dossier = await most.app.get(Database).read(asHome, async (ctx) => {
      const file = await most.app.get(ApplicationFiles).load(ctx, id);
      return most.app.get(ComposeDossier).dossier(ctx, file);
    });
    expect(dossier.documents.entries).toHaveLength(2);
    expect(dossier.documents.entries[1]?.detail).toContain('Given after the submission');
  });

  it('is asked for with a reason and a day that is still to come, and keeps what was typed', async () => {
    const id = await submitted();
    const cases: readonly (readonly [Readonly<Record<string, string>>, string])[] = [
      [{ 'correct-reason-transcript': ' ' }, 'What is to be corrected:'],
      [{ 'correct-until-transcript': '' }, 'Until which day:'],
      [{ 'correct-until-transcript': 'сутра' }, 'Enter the date as day month year'],
      [{ 'correct-until-transcript': '1. март 2020.' }, 'This date has passed'],
      [{ 'correct-until-transcript': '1 3 2099' }, 'This date is too late'],
    ];
    for (const [fields, words] of cases) {
      const refused = await askForCorrection(id, fields);
      expect(refused.status).toBe(422);
      expect(refused.body).toContain(words);
      if (fields['correct-until-transcript'] !== undefined) expect(refused.body).toContain(REASON);
      expect(refused.body).toContain('<details class="govuk-details" open>');
    }
    expect(await found(id)).toBeUndefined();
  });

  it('ends at its day: the applicant is told, and only a person goes on', async () => {
    const id = await submitted();
    await askForCorrection(id);
    await most.owner.query(
      "update application_documents set due_at = now() - interval '1 second' where application_id = $1",
      [id],
    );
    const late = await give(id, await pdfOf(2, 'late'));
    expect(late.status).toBe(409);
    expect(late.body).toContain('The time for this document has passed.');
    expect(late.body).not.toContain('enctype="multipart/form-data"');
    const { rows } = await most.owner.query('select from application_supplements where application_id = $1', [
      id,
    ]);
    expect(rows).toEqual([]);
    // Another day, and it is open again.
    await askForCorrection(id);
    expect((await give(id, await pdfOf(2, 'in time'))).status).toBe(303);
  });

  it('is not the same file once more', async () => {
    const id = await submitted();
    await askForCorrection(id);
    const { rows } = await most.owner.query<{ id: Id }>(
      "select id from uploads where subject_id = $1 and requirement = 'transcript'",
      [id],
    );
    const same = await most.app.get(Database).read(asStudent, async (ctx) => {
      const file = await most.app.get(ApplicationFiles).load(ctx, id);
      return file.documents.flatMap(({ versions }) => versions).find((each) => each.id === rows[0]?.id);
    });
    const first = join(scratch, `MOST-1-${calls}.pdf`);
    expect(same?.sizeBytes).toBe(readFileSync(first).length);
    const refused = await give(id, first);
    expect(refused.status).toBe(422);
    expect(refused.body).toContain('This is the same file as the version before.');
    expect((await found(id))?.state).toBe('to_be_corrected');
  });
});

describe('whoever checks', () => {
  it('accepts all that waits with one act', async () => {
    const id = await submitted(formWith((asked) => ({ ...asked, required: true })));
    const page = await home.open(`/applications/${id}/review`);
    expect(page.body).toContain('Accept all 2 documents that wait');
    const done = await home.follow(await check(home, id, 'accept-all'));
    expect(done.body).toContain('2 documents are accepted.');
    expect((await found(id))?.state).toBe('accepted');
    expect((await found(id, 'passport_copy'))?.state).toBe('accepted');
    const { rows } = await most.owner.query(
      "select from audit_entries where subject_id = $1 and action = 'application.document_accepted'",
      [id],
    );
    expect(rows).toHaveLength(2);
  });

  it('does without a document only where the call allows it, and says why', async () => {
    const id = await submitted();
    const silent = await check(home, id, 'transcript/waive');
    expect(silent.status).toBe(422);
    const waived = await home.follow(
      await check(home, id, 'transcript/waive', { 'waive-reason-transcript': 'Оцене су у нашем регистру.' }),
    );
    expect(waived.body).toContain('Not needed');
    const [mail] = await mailsOf(id, 'application.document_waived');
    expect(mail?.text).toContain('Оцене су у нашем регистру.');
    const never = await check(home, id, 'passport_copy/waive', { 'waive-reason-passport_copy': 'Не треба.' });
    expect(never.status).toBe(422);
    expect(never.body).toContain('The call asks for this document without exception.');
    const nothing = await check(home, id, 'passport_copy/accept');
    expect(nothing.status).toBe(409);
  });

  it('judges the version that they saw', async () => {
    const id = await submitted();
    await askForCorrection(id);
    const before = /name="seen" value="([0-9a-f-]{36})"/.exec(
      (await home.open(`/applications/${id}/review`)).body,
    )?.[1];
    await give(id, await pdfOf(2, 'newer'));
    const stale = await check(home, id, 'transcript/accept', { seen: before ?? '' });
    expect(stale.status).toBe(412);
    expect((await found(id))?.state).toBe('uploaded');
  });

  it('nominates nobody with a required document to be corrected', async () => {
    const id = await submitted();
    await askForCorrection(id);
    const { rows } = await most.owner.query<{ place_id: Id }>(
      'select place_id from application_choices where application_id = $1',
      [id],
    );
    const nominate = async () =>
      home.post(`/applications/${id}/review/nominate`, {
        _csrf: await tokenOf(home),
        placeId: rows[0]?.place_id ?? '',
        endorsement: '',
      });
    const blocked = await nominate();
    expect(blocked.status).toBe(422);
    expect(blocked.body).toContain('1 required document is to be corrected.');
    await give(id, await pdfOf(2, 'mended'));
    expect((await nominate()).status).toBe(303);
  });

  it('is not the applicant, nor the host', async () => {
    const id = await submitted();
    expect((await check(student, id, 'transcript/accept')).status).toBe(403);
    expect((await check(host, id, 'transcript/accept')).status).toBe(404);
    expect(await found(id)).toBeUndefined();
  });
});

describe('a document that may come later', () => {
  const LATER = formWith((asked) =>
    asked.id === 'transcript' ? { ...asked, dueDaysAfterClose: 10 } : asked,
  );

  async function submittedWithout(): Promise<Id> {
    const slug = `documents-${calls}`;
    await world.publishedCall({ slug, form: LATER });
    const id = await fillApplication(most.app, most.owner, asStudent, slug, await pdfOf(1));
    await most.app.get(AttachDocument).remove(asStudent, id, 'transcript');
    const tasks = await student.open(`/applications/${id}`);
    expect(tasks.body).toContain('May come later (Transcript of records): until');
    expect((await student.open(`/applications/${id}/documents`)).body).toContain(
      'You can submit without this document.',
    );
    await most.app.get(SubmitApplication).run(asStudent, id);
    return id;
  }
  const later = (days: number) => new SettableClock(new Date(Date.now() + days * DAY_MS));

  it('does not hold up the submission, is reminded of, and comes beside what was submitted', async () => {
    const id = await submittedWithout();
    const awaited = await found(id);
    expect(awaited).toMatchObject({ state: 'missing', reason: null });
    // Ten days after the closing at the same hour by the clock of the call.
    const { rows } = await most.owner.query<{ due: Date }>(
      `select ((c.closes_at at time zone c.time_zone) + interval '10 days') at time zone c.time_zone as due
       from calls c join applications a on a.call_id = c.id where a.id = $1`,
      [id],
    );
    expect(awaited?.due_at).toEqual(rows[0]?.due);

    const keep = most.app.get(KeepDocuments);
    await keep.run(later(15));
    expect(await mailsOf(id, 'application.document_due_soon')).toEqual([]);
    await keep.run(later(20));
    await keep.run(later(20));
    expect(await mailsOf(id, 'application.document_due_soon')).toEqual([
      expect.objectContaining({ to: STUDENT }),
    ]);
    const status = await student.open(`/applications/${id}`);
    expect(status.body).toContain('Give the document');
    const given = await student.follow(await give(id, await pdfOf(2, 'later')));
    expect(given.body).toContain('The new version has arrived.');
    expect((await contentOf(id))[0]?.content).toMatchObject({ documents: [] });
    await check(home, id, 'transcript/accept');
    expect((await found(id))?.state).toBe('accepted');
  });

  it('is told of when it did not come, and nothing lapses by itself', async () => {
    const id = await submittedWithout();
    const keep = most.app.get(KeepDocuments);
    await keep.run(later(30));
    await keep.run(later(31));
    expect((await mailsOf(id, 'application.document_overdue')).map(({ to }) => to).sort()).toEqual([
      'coordinator@bg.rs.demo',
      STUDENT,
    ]);
    const { rows } = await most.owner.query<{ state: string; told: string }>(
      `select a.state, (select count(*) from outbox_events e where e.subject_id = a.id::text
         and e.type = 'application.document_overdue') as told from applications a where a.id = $1`,
      [id],
    );
    expect(rows).toEqual([{ state: 'submitted', told: '1' }]);
    expect((await found(id))?.state).toBe('missing');
    // Only the officer's word gives more time.
    await askForCorrection(id);
    expect((await give(id, await pdfOf(2, 'more time'))).status).toBe(303);
  });
});

describe('the host', () => {
  it('sees a supplement once it was accepted, and nothing of the checking; the acceptance is a registered transfer', async () => {
    const id = await submitted();
    const { rows } = await most.owner.query<{ place_id: Id }>(
      'select place_id from application_choices where application_id = $1',
      [id],
    );
    await most.app
      .get(NominateCandidate)
      .run(asHome, id, { placeId: rows[0]?.place_id ?? '', endorsement: '' });
    await askForCorrection(id);
    await give(id, await pdfOf(2, 'after nomination'));

    const versionsOf = (request: RequestContext) =>
      most.app.get(Database).read(request, async (ctx) => {
        const file = await most.app.get(ApplicationFiles).load(ctx, id);
        return file.documents.flatMap(({ versions }) => versions);
      });
    const supplement = (await versionsOf(asHome)).find((version) => version.supplement !== null);
    expect((await versionsOf(asHost)).map(({ version }) => version)).toEqual([1]);
    const address = `/applications/${id}/review/documents/${supplement?.id ?? ''}`;
    expect((await host.get(address)).status).toBe(404);
    const closed = await host.open(`/applications/${id}/review`);
    expect(closed.body).not.toContain(REASON);
    expect(closed.body).not.toContain('Ask for a correction');
    // The wall says the same to whatever asks the database.
    const behind = (table: string) =>
      most.app
        .get(Database)
        .read(asHost, (ctx) =>
          ctx.tx.query<unknown[]>(`select from ${table} where application_id = $1`, [id]),
        );
    expect(await behind('application_supplements')).toEqual([]);
    expect(await behind('application_documents')).toEqual([]);

    await check(home, id, 'transcript/accept');
    expect(await behind('application_supplements')).toHaveLength(1);
    expect(await behind('application_documents')).toEqual([]);
    expect((await versionsOf(asHost)).map(({ version }) => version)).toEqual([2, 1]);
    expect((await versionsOf(asHost))[0]?.supplement?.askedBecause).toBeNull();
    expect((await host.get(address)).status).toBe(200);
    expect((await mailsOf(id, 'application.supplement_accepted')).map(({ to }) => to).sort()).toEqual([
      'coordinator@msu.ru.demo',
      STUDENT,
    ]);
    const { rows: transfers } = await most.owner.query<{ fields: string[] }>(
      'select fields from transfers where subject_id = $1 order by at, id',
      [id],
    );
    expect(transfers).toHaveLength(2);
    expect(transfers[1]?.fields).toEqual(['documents']);
  });
});

describe('the database', () => {
  it('lets an applicant find nothing of their own documents, and nobody rewrite what was given', async () => {
    const id = await submitted();
    await askForCorrection(id);
    await give(id, await pdfOf(2, 'walls'));
    const tried = (request: RequestContext, sql: string) =>
      most.app.get(Database).transaction(request, async (ctx) => {
        await most.app.get(ApplicationsRepository).find(ctx, id);
        return ctx.tx.query<[unknown[], number]>(sql, [id]);
      });
    const accepting = `update application_documents set state = 'accepted', decided_by = actor_person(),
      upload_id = (select id from uploads where subject_id = $1 limit 1) where application_id = $1`;
    await expect(tried(asStudent, accepting)).rejects.toThrow('row-level security');
    await expect(
      tried(asHome, "update application_supplements set sha256 = repeat('0', 64) where application_id = $1"),
    ).rejects.toThrow('permission denied');
    const [, touched] = await tried(
      asStudent,
      'update application_supplements set accepted_at = now(), accepted_by = actor_person() where application_id = $1',
    );
    expect(touched).toBe(0);
  });
});

describe('the pages', () => {
  it('are whole in every language', async () => {
    const id = await submitted();
    await askForCorrection(id);
    const pages: readonly (readonly [Browser, string])[] = [
      [student, `/applications/${id}`],
      [student, `/applications/${id}/documents/transcript`],
      [home, `/applications/${id}/review`],
    ];
    for (const language of LANGUAGES) {
      for (const [browser, path] of pages) {
        const { status, body } = await browser.open(`${path}?lang=${language}`);
        expect(status).toBe(200);
        expect(body).not.toMatch(/applications\.(documents|status|dossier)\.|reasons\.|problems\./);
      }
    }
    await student.open('/?lang=en');
    await home.open('/?lang=en');
  });

  it('tell the same as the file', async () => {
    const id = await submitted();
    await askForCorrection(id);
    const items = await most.app.get(Database).read({ ...asHome, clock: systemClock }, async (ctx) => {
      const file = await most.app.get(ApplicationFiles).load(ctx, id);
      return file.documents.map(({ requirement, state }) => [requirement.id, state]);
    });
    expect(items).toEqual([
      ['transcript', 'to_be_corrected'],
      ['passport_copy', 'missing'],
    ]);
  });
});
