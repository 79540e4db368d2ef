import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { simpleParser } from 'mailparser';
import type { ParsedMail } from 'mailparser';
import { PDFDocument } from 'pdf-lib';
import { SMTPServer } from 'smtp-server';
import {
  AnswerNomination,
  AnswerOffer,
  ApplicationFiles,
  ComposeDossier,
  NominateCandidate,
  ScreenApplication,
  SubmitApplication,
  WithdrawApplication,
} from '../../src/applications/public.js';
import { AmendCall, ApplyAmendment, EditCall, MoveDeadline } from '../../src/calls/public.js';
import { DecideSide } from '../../src/approvals/public.js';
import { PdfRenderer } from '../../src/documents/public.js';
import type { AwardLetterData } from '../../src/documents/public.js';
import { NotificationsModule } from '../../src/notifications/notifications.module.js';
import type { MailContent } from '../../src/notifications/domain/mail-content.js';
import { QueueMails } from '../../src/notifications/operations/queue-mails.js';
import { SendMail } from '../../src/notifications/operations/send-mail.js';
import { Database, systemContext } from '../../src/platform/database/database.js';
import type { DeliveredEvent } from '../../src/platform/outbox/outbox.js';
import { Worker } from '../../src/platform/outbox/worker.js';
import { ANONYMOUS } from '../../src/shared/actor.js';
import type { Grant } from '../../src/shared/actor.js';
import { systemClock } from '../../src/shared/clock.js';
import { newId } from '../../src/shared/ids.js';
import type { Language } from '../../src/shared/language.js';
import type { RequestContext } from '../../src/shared/request-context.js';
import { fillApplication } from '../factories/fill-application.js';
import { buildWorld } from '../factories/world.js';
import type { World } from '../factories/world.js';
import { startHttpApp } from '../http/http-app.js';
import type { HttpApp } from '../http/http-app.js';
import { expectInvariants } from './expect-invariants.js';
import { exchangeModules } from '../factories/exchange-modules.js';

let http: HttpApp;
let world: World;
let scratch: string;
let smtpPort: number;
let smtp: SMTPServer | undefined;
/** Who is who in the rows that a test reads. */
const names = new Map<string, string>();

const BELGRADE = 'university-of-belgrade';
const MOSCOW = 'lomonosov-moscow-state-university';

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'most-notifications-'));
  const pdf = await PDFDocument.create();
  pdf.addPage();
  writeFileSync(join(scratch, 'transcript.pdf'), await pdf.save());
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  smtpPort = (probe.address() as AddressInfo).port;
  probe.close();
  http = await startHttpApp({
    settings: { smtpUrl: `smtp://127.0.0.1:${smtpPort}`, mailFrom: 'МОСТ <most@mail.example.org>' },
    imports: [...exchangeModules(scratch), NotificationsModule],
  });
  world = await buildWorld(http.app, http.owner, systemClock);
}, 60_000);

afterEach(closeSmtp);

afterAll(async () => {
  await expectInvariants(http.owner);
  await http.stop();
  rmSync(scratch, { recursive: true, force: true });
});

/** Receives mails; `refuse` says which of them it does not take for the moment. */
async function openSmtp(refuse: (nth: number) => boolean = () => false): Promise<ParsedMail[]> {
  const received: ParsedMail[] = [];
  let nth = 0;
  smtp = new SMTPServer({
    authOptional: true,
    // The mailer keeps its connection for the next mail; closing does not wait for that.
    closeTimeout: 100,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, _session, done) {
      nth += 1;
      const refused = refuse(nth);
      simpleParser(stream)
        .then((mail) => {
          if (refused) {
            done(Object.assign(new Error('try again later'), { responseCode: 451 }));
            return;
          }
          received.push(mail);
          done();
        })
        .catch(done);
    },
  });
  smtp.on('error', () => undefined);
  smtp.listen(smtpPort, '127.0.0.1');
  if (!smtp.server.listening) await once(smtp.server, 'listening');
  return received;
}

async function closeSmtp(): Promise<void> {
  const open = smtp;
  smtp = undefined;
  if (open) await new Promise<void>((resolve) => open.close(resolve));
}

async function person(
  name: string,
  country: string,
  language: Language,
  grants: readonly Grant[] = [],
): Promise<RequestContext> {
  const id = newId();
  names.set(id, name);
  const cyrillic = country === 'RS' ? 'sr-Cyrl' : 'ru';
  await http.owner.query(
    `insert into persons (id, country, native_family, native_given, native_language, latin_family, latin_given, email,
       language, created_at, home_institution_id)
     values ($1, $2, $3, 'Ана', $4, $5, 'Ana', $6, $7, now(), $8)`,
    [
      id,
      country,
      'Јовић',
      cyrillic,
      'Jović',
      `${name}-${id}@example.org`,
      language,
      await world.institution(country === 'RS' ? BELGRADE : MOSCOW),
    ],
  );
  for (const grant of grants) {
    await http.owner.query(
      `insert into role_grants (id, person_id, role, institution_id, country, reason, valid_from)
       values ($1, $2, $3, $4, $5, 'test', '2000-01-01')`,
      [newId(), id, grant.role, grant.institutionId, grant.country],
    );
  }
  const actor = { ...ANONYMOUS, kind: 'person', personId: id, name, grants, secondFactor: true } as const;
  return { actor, language, clock: systemClock, requestId: `test-${id}` };
}

const coordinator = async (name: string, country: string, language: Language, slug: string) =>
  person(name, country, language, [
    { role: 'coordinator', institutionId: await world.institution(slug), country: null },
  ]);
const officer = (name: string, country: string, language: Language) =>
  person(name, country, language, [{ role: 'ministry_officer', institutionId: null, country }]);

/** The people of one exchange, apart from those of another test: roles of earlier ones are revoked. */
async function people() {
  await http.owner.query(
    'update role_grants set revoked_at = now() where person_id = any ($1) and revoked_at is null',
    [[...names.keys()]],
  );
  return {
    student: await person('student', 'RS', 'sr-Latn'),
    home: await coordinator('home', 'RS', 'sr-Cyrl', BELGRADE),
    homeColleague: await coordinator('home colleague', 'RS', 'en', BELGRADE),
    neighbour: await coordinator('neighbour', 'RS', 'sr-Cyrl', 'university-of-novi-sad'),
    host: await coordinator('host', 'RU', 'ru', MOSCOW),
    homeMinistry: await officer('home ministry', 'RS', 'sr-Cyrl'),
    hostMinistry: await officer('host ministry', 'RU', 'ru'),
  };
}

async function submitted(student: RequestContext): Promise<string> {
  const slug = `call-${newId()}`;
  await world.publishedCall({ slug });
  const id = await fillApplication(http.app, http.owner, student, slug, join(scratch, 'transcript.pdf'));
  await http.app.get(SubmitApplication).run(student, id);
  return id;
}

/** What the worker would deliver about an application, in the order in which it happened. */
async function eventsOf(applicationId: string): Promise<DeliveredEvent[]> {
  const { rows } = await http.owner.query<DeliveredEvent>(
    `select id::text, at, type, json_build_object('kind', subject_kind, 'id', subject_id) as subject, payload,
       actor_id as "actorId" from outbox_events where subject_id = $1 or payload->>'subjectId' = $1 order by outbox_events.id`,
    [applicationId],
  );
  return rows;
}

interface Mail {
  readonly id: string;
  readonly personId: string;
  readonly template: string;
  readonly language: string;
  readonly data: MailContent;
  readonly messageId: string;
  readonly state: string;
}

async function mailsOf(events: readonly DeliveredEvent[]): Promise<Mail[]> {
  const { rows } = await http.owner.query<Mail>(
    `select id, person_id as "personId", template, language, data, message_id as "messageId", state
     from mail_messages where event_id = any ($1) order by event_id, template, id`,
    [events.map(({ id }) => id)],
  );
  return rows;
}

const shown = (mails: readonly Mail[]) =>
  mails.map(({ template, personId }) => `${template} → ${names.get(personId)}`).toSorted();

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  // What earlier tests left to the worker comes first.
  const end = Date.now() + 60_000;
  while (Date.now() < end) {
    if (await holds()) return;
    await pause(100);
  }
  throw new Error(`waited in vain: ${what}`);
}

describe('mails about one exchange', () => {
  it('reach the right people and only them, once, however often an event is delivered', async () => {
    const { student, home, host, homeMinistry, hostMinistry } = await people();
    const id = await submitted(student);
    const file = await http.app
      .get(Database)
      .read(student, (ctx) => http.app.get(ApplicationFiles).load(ctx, id));
    await http.app
      .get(NominateCandidate)
      .run(home, id, { placeId: file.contents.choices[0] ?? '', endorsement: '' });
    await http.app.get(AnswerNomination).run(host, id, { answer: 'accept' });
    const { rows } = await http.owner.query<{ id: string }>(
      'select id from decisions where subject_id = $1',
      [id],
    );
    const decisionId = rows[0]?.id ?? '';
    await http.app.get(DecideSide).run(homeMinistry, decisionId, { country: 'RS', verdict: 'approve' });
    await http.app.get(DecideSide).run(hostMinistry, decisionId, { country: 'RU', verdict: 'approve' });
    await http.app.get(AnswerOffer).accept(student, id);

    const events = await eventsOf(id);
    const queue = http.app.get(QueueMails);
    for (const event of events) await queue.run(event);
    await Promise.all(events.map((event) => queue.run(event)));
    const mails = await mailsOf(events);
    expect(shown(mails.filter(({ personId }) => names.has(personId)))).toEqual(
      [
        'accepted → student',
        'decision_waits → home ministry',
        'decision_waits → host ministry',
        'nominated → student',
        'nomination_accepted → home',
        'nomination_accepted → student',
        'nomination_to_answer → host',
        'offered → student',
        'place_accepted → home',
        'place_accepted → home colleague',
        'place_accepted → host',
        'place_offered → home',
        'place_offered → home colleague',
        'place_offered → host',
        'receipt → student',
        'to_check → home',
        'to_check → home colleague',
      ].toSorted(),
    );

    const jobs = await http.owner.query<{ key: string }>(
      `select key from graphile_worker.jobs where task_identifier = 'send_mail'`,
    );
    const keys = jobs.rows.map(({ key }) => key);
    expect(mails.every((mail) => keys.includes(`send_mail:${mail.id}`))).toBe(true);

    const offered = mails.find(({ template }) => template === 'offered');
    expect(offered?.language).toBe('sr-Latn');
    expect(offered?.data.values.home).toBe('Univerzitet u Beogradu');
    expect(offered?.data.path).toBe(`/applications/${id}`);
    const nominated = mails.find(({ template }) => template === 'nomination_to_answer');
    expect(nominated?.data.values.until_time).toMatch(/по московскому времени/);
    expect(mails.every(({ messageId }) => /^<[0-9a-f-]{36}@mail\.example\.org>$/.test(messageId))).toBe(true);

    // The letter of the same exchange: both official languages, both sides, and whoever decided for them.
    const issued = await http.owner.query<{ content: AwardLetterData }>(
      'select content from issued_documents where subject_id = $1',
      [id],
    );
    const letter = issued.rows[0]?.content;
    expect(letter?.versions.map(({ language }) => language)).toEqual(['sr-Cyrl', 'ru']);
    expect(letter?.holder[0]).toEqual({
      name: expect.stringMatching(/\p{L}/u),
      language: expect.any(String),
    });
    expect(letter?.versions[0].agreed.flatMap(({ acts }) => acts.map((act) => act.person))).toEqual([
      'Ана Јовић, координатор установе',
      'Ана Јовић, службеник министарства',
      'Ana Jović, координатор установе',
      'Ana Jović, службеник министарства',
    ]);
    expect(letter?.versions[0].facts.length).toBe(letter?.versions[1].facts.length);
    expect(letter?.verificationUrl).toContain(`/verify/${letter?.number}?code=`);
    const renderer = http.app.get(PdfRenderer);
    if (!letter) throw new Error('no letter');
    expect((await renderer.render('award-letter', letter)).length).toBeGreaterThan(1000);

    const inRussian = { ...student, language: 'ru' as const };
    const [dossier, receipt] = await http.app.get(Database).read(inRussian, async (ctx) => {
      const whole = await http.app.get(ApplicationFiles).load(ctx, id);
      const composer = http.app.get(ComposeDossier);
      return [await composer.dossier(ctx, whole), await composer.receipt(ctx, whole)] as const;
    });
    expect(dossier.sections[0]?.heading).toBe('O Vama');
    expect(dossier.sections[0]?.answers[0]?.language).toBe('sr-Latn');
    expect(dossier.timeline.entries.map(({ what }) => what)).toEqual(
      expect.arrayContaining([
        'Заявка подана',
        'Номинация отправлена принимающей организации',
        'Место принято',
      ]),
    );
    expect(receipt.next.steps).toHaveLength(3);
    expect((await renderer.render('dossier', dossier)).length).toBeGreaterThan(1000);
    expect((await renderer.render('receipt', receipt)).length).toBeGreaterThan(1000);
  });

  it('carry the reason of a return in the words in which it was given', async () => {
    const { student, home } = await people();
    const id = await submitted(student);
    await http.app.get(ScreenApplication).returnForCorrection(home, id, {
      fields: ['motivation.motivation'],
      reason: 'Допуните <b>мотивацију</b>.',
    });
    const events = await eventsOf(id);
    for (const event of events) await http.app.get(QueueMails).run(event);
    const returned = (await mailsOf(events)).filter(({ template }) => template === 'returned');
    expect(shown(returned)).toEqual(['returned → student']);
    const received = await openSmtp();
    await http.app.get(SendMail).run(returned[0]?.id ?? '');
    expect(received[0]?.subject).toMatch(/^Prijava RS-\d{4}-\d{6}: vraćena na ispravku do \d/);
    expect(received[0]?.text).toContain('> Допуните <b>мотивацију</b>.');
    expect(received[0]?.html).toContain('Допуните &lt;b&gt;мотивацију&lt;/b&gt;.');
    expect(received[0]?.text).toContain(`${http.url}/applications/${id}`);
  });

  it('tell the home institution nothing of a draft that is withdrawn', async () => {
    const { student } = await people();
    const slug = `call-${newId()}`;
    await world.publishedCall({ slug });
    const id = await fillApplication(http.app, http.owner, student, slug, join(scratch, 'transcript.pdf'));
    await http.app.get(WithdrawApplication).run(student, id);
    const events = await eventsOf(id);
    for (const event of events) await http.app.get(QueueMails).run(event);
    expect(shown(await mailsOf(events))).toEqual(['withdrawn → student']);
  });
});

describe('mails about a decision on the text of a call', () => {
  it('tell the officers of both countries what waits for them, in their own language', async () => {
    await people();
    const events = await eventsOf(await world.publishedCall());
    for (const event of events) await http.app.get(QueueMails).run(event);
    const mails = (await mailsOf(events)).filter(({ personId }) => names.has(personId));
    expect(shown(mails)).toEqual(['decision_waits → home ministry', 'decision_waits → host ministry']);
    expect(mails.map(({ data }) => data.values.what).toSorted()).toEqual([
      'Семестар у Москви',
      'Семестр в Москве',
    ]);
    expect(mails[0]?.data.path).toMatch(/^\/approvals\/[0-9a-f-]{36}$/);
  });
});

describe('mails about a call', () => {
  it('tell everybody who began, and nobody who left, of a moved deadline, with its reason in their language', async () => {
    const { student, home, host } = await people();
    const slug = `call-${newId()}`;
    const callId = await world.publishedCall({ slug });
    const transcript = join(scratch, 'transcript.pdf');
    const begun = await fillApplication(http.app, http.owner, student, slug, transcript);
    const sent = await person('sent', 'RS', 'en');
    await http.app
      .get(SubmitApplication)
      .run(sent, await fillApplication(http.app, http.owner, sent, slug, transcript));
    const left = await person('left', 'RS', 'en');
    await http.app
      .get(WithdrawApplication)
      .run(left, await fillApplication(http.app, http.owner, left, slug, transcript));

    const closesAt = new Date(Math.floor(Date.now() / 60_000) * 60_000 + 3 * 86_400_000);
    const reason = { sr: 'Ради превода.', ru: 'Из-за перевода.', en: 'For translations.' };
    const request = systemContext(systemClock);
    await http.app.get(MoveDeadline).moveDeadline(request, callId, 1, { closesAt, reason });
    const events = (await eventsOf(callId)).filter(({ type }) => type === 'call.deadline_moved');
    for (const event of [...events, ...events]) await http.app.get(QueueMails).run(event);
    // A batch that is done again, or another time, tells nobody twice.
    for (const { id } of events) await http.app.get(QueueMails).goOn(id, '');
    const mails = await mailsOf(events);
    expect(shown(mails)).toEqual(['deadline_moved → sent', 'deadline_moved → student']);
    const quotes = new Map(mails.map(({ language, data }) => [language, data.quote]));
    expect(quotes).toEqual(
      new Map([
        ['sr-Latn', 'Radi prevoda.'],
        ['en', 'For translations.'],
      ]),
    );
    for (const { actor } of [home, host])
      expect(mails.map(({ personId }) => personId)).not.toContain(actor.personId);

    // What was begun is due by the new deadline, although it is earlier.
    const { rows } = await http.owner.query<{ dueAt: Date }>(
      'select due_at as "dueAt" from applications where id = $1',
      [begun],
    );
    expect(rows[0]?.dueAt).toEqual(new Date(closesAt.getTime() + 30 * 60_000));
  });

  it('tell them of an amendment, with its reason', async () => {
    const { student } = await people();
    const slug = `call-${newId()}`;
    const callId = await world.publishedCall({ slug });
    await fillApplication(http.app, http.owner, student, slug, join(scratch, 'transcript.pdf'));
    const request = systemContext(systemClock);
    const amending = http.app.get(AmendCall);
    const amendment = await amending.begin(request, callId);
    const title = { sr: 'Друкчије', ru: 'Иначе', en: 'Otherwise' };
    await http.app.get(EditCall).editCall(request, callId, 1, { title });
    const reason = { sr: 'Ради превода.', ru: 'Из-за перевода.', en: 'For translations.' };
    await amending.explain(request, callId, 2, reason);
    await amending.propose(request, callId, 3);
    await world.approve(amendment);
    await http.app.get(ApplyAmendment).applyAmendment(request, callId);
    const events = (await eventsOf(callId)).filter(({ type }) => type === 'call.amended');
    for (const event of [...events, ...events]) await http.app.get(QueueMails).run(event);
    const mails = await mailsOf(events);
    expect(shown(mails)).toEqual(['call_amended → student']);
    expect(mails[0]?.data).toMatchObject({ quote: 'Radi prevoda.', values: { call: 'Drukčije' } });
  });
});

describe('sending', () => {
  it('tries again under the same Message-ID, and not again after that', async () => {
    const { student } = await people();
    const events = await eventsOf(await submitted(student));
    for (const event of events) await http.app.get(QueueMails).run(event);
    const mail = (await mailsOf(events)).find(({ template }) => template === 'receipt');
    if (!mail) throw new Error('no receipt');
    const received = await openSmtp((nth) => nth === 1);
    await expect(http.app.get(SendMail).run(mail.id)).rejects.toThrow(/451|try again/);
    expect((await mailsOf(events)).find(({ id }) => id === mail.id)?.state).toBe('queued');
    await http.app.get(SendMail).run(mail.id);
    // As if the process had died before it could write down that the mail has left.
    await http.owner.query(`update mail_messages set state = 'queued', sent_at = null where id = $1`, [
      mail.id,
    ]);
    await http.app.get(SendMail).run(mail.id);
    await http.app.get(SendMail).run(mail.id);
    expect(received.map(({ messageId }) => messageId)).toEqual([mail.messageId, mail.messageId]);
    expect((await mailsOf(events)).find(({ id }) => id === mail.id)?.state).toBe('sent');
  });

  it('waits for a mail server that is away, and sends when it is back', async () => {
    const { student } = await people();
    const id = await submitted(student);
    await http.app.get(Worker).start(() => undefined);
    const receiptState = async () => {
      const mails = await mailsOf(await eventsOf(id));
      return mails.find(({ template }) => template === 'receipt');
    };
    const job = async () => {
      const mail = await receiptState();
      const { rows } = await http.owner.query<{ attempts: number; last_error: string | null }>(
        'select attempts, last_error from graphile_worker.jobs where key = $1',
        [`send_mail:${mail?.id}`],
      );
      return rows[0];
    };
    await until('a failed attempt', async () => ((await job())?.last_error ?? '').includes('ECONNREFUSED'));
    expect((await receiptState())?.state).toBe('queued');
    const received = await openSmtp();
    // The queue's own pause grows with each attempt; a test does not wait for it.
    await http.owner.query(`update graphile_worker._private_jobs set run_at = now() where locked_at is null`);
    await until('the receipt', async () => (await receiptState())?.state === 'sent');
    const receipt = await receiptState();
    expect(received.filter(({ messageId }) => messageId === receipt?.messageId)).toHaveLength(1);
  }, 120_000);
});
