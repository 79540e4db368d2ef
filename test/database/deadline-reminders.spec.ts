import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PDFDocument } from 'pdf-lib';
import {
  RemindOfDeadlines,
  ScreenApplication,
  StartApplication,
  SubmitApplication,
  WithdrawApplication,
} from '../../src/applications/public.js';
import { MoveCall, MoveDeadline } from '../../src/calls/public.js';
import type { MailContent } from '../../src/notifications/domain/mail-content.js';
import { NotificationsModule } from '../../src/notifications/notifications.module.js';
import { QueueMails } from '../../src/notifications/operations/queue-mails.js';
import { SendMail } from '../../src/notifications/operations/send-mail.js';
import { systemContext } from '../../src/platform/database/database.js';
import type { DeliveredEvent } from '../../src/platform/outbox/outbox.js';
import { NO_TIES } from '../../src/shared/actor.js';
import type { Grant } from '../../src/shared/actor.js';
import { SettableClock } from '../../src/shared/clock.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import type { Language } from '../../src/shared/language.js';
import type { RequestContext } from '../../src/shared/request-context.js';
import { exchangeModules } from '../factories/exchange-modules.js';
import { fillApplication } from '../factories/fill-application.js';
import { grantRow, insertRows } from '../factories/rows.js';
import { DAY_MS, HOUR_MS, buildWorld } from '../factories/world.js';
import type { World } from '../factories/world.js';
import { startHttpApp } from '../http/http-app.js';
import type { HttpApp } from '../http/http-app.js';
import { expectInvariants } from './expect-invariants.js';

/** Whoever has not submitted is reminded of the deadline: once for each of its days, and never when it is no matter any more. */

let http: HttpApp;
let world: World;
let scratch: string;
let home: Id;
const START = Date.parse('2027-03-01T10:00:00Z');
const clock = new SettableClock(new Date(START));
/** 28 March, in the first hours of summer time in Belgrade. */
const CLOSES = new Date('2027-03-28T21:59:00Z');
const GRACE = 15;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'most-reminders-'));
  http = await startHttpApp({ imports: [...exchangeModules(scratch), NotificationsModule] });
  world = await buildWorld(http.app, http.owner, clock);
  home = await world.institution('university-of-belgrade');
  const pdf = await PDFDocument.create();
  pdf.addPage();
  writeFileSync(join(scratch, 'transcript.pdf'), await pdf.save());
}, 60_000);

afterAll(async () => {
  await expectInvariants(http.owner);
  await http.stop();
  rmSync(scratch, { recursive: true, force: true });
});

async function person(
  language: Language = 'sr-Cyrl',
  grants: readonly Grant[] = [],
): Promise<RequestContext> {
  const id = newId();
  await http.owner.query(
    `insert into persons (id, country, native_family, native_given, native_language, email, language, created_at,
       home_institution_id)
     values ($1, 'RS', 'Јовић', 'Ана', 'sr-Cyrl', $2, $3, now(), $4)`,
    [id, `${id}@example.org`, language, home],
  );
  await insertRows(
    http.owner,
    'role_grants',
    grants.map(({ role, institutionId }) => grantRow(id, role, { institution_id: institutionId })),
  );
  const actor = {
    kind: 'person',
    personId: id,
    name: 'Ана',
    grants,
    ties: NO_TIES,
    secondFactor: true,
    scopes: null,
  } as const;
  return { actor, language, clock, requestId: `test-${id}` };
}

async function call(): Promise<{ readonly slug: string; readonly id: Id }> {
  clock.set(new Date(START));
  const slug = `remind-${newId()}`;
  const id = await world.publishedCall({
    slug,
    opensAt: new Date(START - DAY_MS),
    closesAt: CLOSES,
    graceMinutes: GRACE,
  });
  return { slug, id };
}

const begin = async (who: RequestContext, slug: string): Promise<Id> =>
  (await http.app.get(StartApplication).run(who, slug)).id;
const fill = (who: RequestContext, slug: string) =>
  fillApplication(http.app, http.owner, who, slug, join(scratch, 'transcript.pdf'));
const before = (instant: Date, ms: number) => new Date(instant.getTime() - ms);

/** The clock looks, in several workers at once. */
async function remindAt(instant: Date): Promise<void> {
  clock.set(instant);
  await Promise.all([1, 2, 3].map(() => http.app.get(RemindOfDeadlines).run(clock)));
}

async function reminders(ids: readonly Id[]): Promise<DeliveredEvent[]> {
  const { rows } = await http.owner.query<DeliveredEvent>(
    `select id::text, at, type, json_build_object('kind', subject_kind, 'id', subject_id) as subject, payload,
       actor_id as "actorId" from outbox_events where subject_id = any ($1) and type like '%_due_soon' order by id`,
    [ids],
  );
  return rows;
}
const told = async (...ids: readonly Id[]) =>
  (await reminders(ids)).map(({ type, at, subject, payload }) => ({
    who: ids.indexOf(subject.id),
    type,
    daysLeft: (Date.parse(String(payload.until)) - at.getTime()) / DAY_MS,
  }));

async function mails(events: readonly DeliveredEvent[]) {
  const { rows } = await http.owner.query<{ id: Id; template: string; data: MailContent; state: string }>(
    'select id, template, data, state from mail_messages where event_id = any ($1) order by id',
    [events.map(({ id }) => id)],
  );
  return rows;
}

describe('a draft', () => {
  it('is reminded of seven days and one day before the closing, once each, and of nothing after it', async () => {
    const { slug } = await call();
    const early = await begin(await person(), slug);
    clock.set(before(CLOSES, 3 * DAY_MS));
    const late = await begin(await person(), slug);
    await remindAt(before(CLOSES, 7 * DAY_MS + 60_000));
    expect(await told(early, late)).toEqual([]);
    for (const days of [7, 6.99, 6, 1.01, 1, 0.5, 0.01, 0, -0.005, -2]) {
      await remindAt(before(CLOSES, days * DAY_MS));
    }
    const draft = { type: 'application.draft_due_soon' };
    const reminded = await told(early, late);
    expect(reminded.filter(({ who }) => who === 0)).toEqual([
      { ...draft, who: 0, daysLeft: 7 },
      { ...draft, who: 0, daysLeft: 1 },
    ]);
    // Begun three days before: there was nothing to remind of on the seventh.
    expect(reminded.filter(({ who }) => who === 1)).toEqual([{ ...draft, who: 1, daysLeft: 1 }]);
  });

  it('is not reminded of once it was submitted or withdrawn, or its call was cancelled', async () => {
    const [{ slug }, cancelled] = [await call(), await call()];
    const [sender, leaver] = [await person(), await person()];
    const [sent, left] = [await fill(sender, slug), await begin(leaver, slug)];
    const lost = await begin(await person(), cancelled.slug);
    await http.app.get(SubmitApplication).run(sender, sent);
    await http.app.get(WithdrawApplication).run(leaver, left);
    await http.app.get(MoveCall).moveCall(systemContext(clock), cancelled.id, 'cancel', 'Нема средстава.');
    await remindAt(before(CLOSES, 2 * DAY_MS));
    expect(await told(sent, left, lost)).toEqual([]);
  });

  it('follows a deadline that was moved', async () => {
    const { slug, id: callId } = await call();
    const draft = await begin(await person(), slug);
    await remindAt(before(CLOSES, 7 * DAY_MS));
    const closesAt = new Date(CLOSES.getTime() + 20 * DAY_MS);
    clock.set(before(CLOSES, 6 * DAY_MS));
    await http.app.get(MoveDeadline).moveDeadline(systemContext(clock), callId, 1, {
      closesAt,
      reason: { sr: 'Ради превода.', ru: 'Из-за перевода.', en: 'For translations.' },
    });
    for (const days of [1, 0.5]) await remindAt(before(CLOSES, days * DAY_MS));
    expect(await told(draft)).toHaveLength(1);
    for (const days of [7, 1]) await remindAt(before(closesAt, days * DAY_MS));
    expect((await told(draft)).map(({ daysLeft }) => daysLeft)).toEqual([7, 7, 1]);
  });

  it('is not reminded of at once when its deadline was brought near', async () => {
    const { slug, id: callId } = await call();
    const draft = await begin(await person(), slug);
    clock.set(new Date(START + HOUR_MS));
    await http.app.get(MoveDeadline).moveDeadline(systemContext(clock), callId, 1, {
      closesAt: new Date(START + 4 * DAY_MS),
      reason: { sr: 'Раније.', ru: 'Раньше.', en: 'Earlier.' },
    });
    await remindAt(new Date(START + 2 * HOUR_MS));
    expect(await told(draft)).toEqual([]);
    await remindAt(new Date(START + 3 * DAY_MS));
    expect((await told(draft)).map(({ daysLeft }) => daysLeft)).toEqual([1]);
  });
});

describe('what was returned', () => {
  it('is reminded of before its own deadline, and not when it was submitted again', async () => {
    const { slug } = await call();
    const coordinator = await person('sr-Cyrl', [
      { role: 'coordinator', institutionId: home, country: null },
    ]);
    const [one, other] = [await person(), await person()];
    const [first, second] = [await fill(one, slug), await fill(other, slug)];
    for (const [who, id] of [
      [one, first],
      [other, second],
    ] as const) {
      await http.app.get(SubmitApplication).run(who, id);
      await http.app.get(ScreenApplication).returnForCorrection(coordinator, id, {
        fields: ['motivation.motivation'],
        reason: 'Допуните.',
      });
    }
    await http.app.get(SubmitApplication).run(other, second);
    // The seven days of the return begin now: nobody is reminded of what they have just read.
    await remindAt(new Date(START + HOUR_MS));
    await remindAt(new Date(START + 6 * DAY_MS));
    expect(await told(first, second)).toEqual([{ who: 0, type: 'application.return_due_soon', daysLeft: 1 }]);
  });
});

describe('the mail', () => {
  it('tells the deadline by the clock of the call, and how much is missing, and is not sent when it is overtaken', async () => {
    const { slug } = await call();
    const [beginner, sender, leaver] = [await person('ru'), await person('en'), await person('sr-Latn')];
    const drafts = [await begin(beginner, slug), await fill(sender, slug), await begin(leaver, slug)];
    const [, filled = '', left = ''] = drafts;
    await remindAt(before(CLOSES, DAY_MS));
    const events = await reminders(drafts);
    expect(events).toHaveLength(3);

    // Withdrawn before the mail was written: nothing is.
    await http.app.get(WithdrawApplication).run(leaver, left);
    for (const event of [...events, ...events]) await http.app.get(QueueMails).run(event);
    const queued = await mails(events);
    expect(queued.map(({ template }) => template)).toEqual(['draft_due_soon', 'draft_due_soon']);
    const values = queued.map(({ data }) => data.values);
    const russian = values.find(({ call: title }) => title === 'Семестр в Москве');
    expect(russian?.until_time).toMatch(/^28\sмарта\s2027\sг\.\sв\s23:59\sпо\sбелградскому/u);
    expect(russian?.missing).toMatch(/^Не хватает ещё [1-9]\d* /);
    const english = values.find(({ call: title }) => title === 'A semester in Moscow');
    expect(english?.missing).toMatch(/^All that is required is filled in/);
    expect(queued.every(({ data }) => drafts.some((id) => data.path === `/applications/${id}`))).toBe(true);

    // Submitted before it left: it does not leave, whatever the mail server does.
    await http.app.get(SubmitApplication).run(sender, filled);
    const overtaken = queued.find(({ data }) => data.path.endsWith(filled));
    await http.app.get(SendMail).run(overtaken?.id ?? '');
    expect((await mails(events)).map(({ id }) => id)).not.toContain(overtaken?.id);
  });
});
