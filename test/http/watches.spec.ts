import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeepWatches, MoveCall, MoveDeadline } from '../../src/calls/public.js';
import { NotificationsModule } from '../../src/notifications/notifications.module.js';
import { QueueMails } from '../../src/notifications/operations/queue-mails.js';
import { SendMail } from '../../src/notifications/operations/send-mail.js';
import { systemContext } from '../../src/platform/database/database.js';
import { RateLimits } from '../../src/platform/http/rate-limits.js';
import { Mailer } from '../../src/platform/mail/mailer.js';
import type { DeliveredEvent } from '../../src/platform/outbox/outbox.js';
import { newId } from '../../src/shared/ids.js';
import { systemClock } from '../../src/shared/clock.js';
import type { Clock } from '../../src/shared/clock.js';
import type { Id } from '../../src/shared/ids.js';
import { LANGUAGES } from '../../src/shared/language.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { exchangeModules } from '../factories/exchange-modules.js';
import { grantRow, insertRows } from '../factories/rows.js';
import { DAY_MS, buildWorld } from '../factories/world.js';
import type { World } from '../factories/world.js';
import type { Answer, Browser } from './browser-of-text.js';
import { startHttpApp } from './http-app.js';
import type { HttpApp } from './http-app.js';

/** "Tell me when it opens": with an account and by an address alone, until the mails have left and all is forgotten. */

type Letter = Parameters<Mailer['send']>[0];

const STUDENT = 'student@rs.demo';
const ADDRESS = 'Ann.Reader@example.org';

let most: HttpApp;
let world: World;
let scratch: string;
let student: Browser;
let slug: string;
let callId: Id;
let calls = 0;
let limited = false;
let heard = '0';
let sent: Letter[] = [];

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'most-test-watches-'));
  most = await startHttpApp({ imports: [...exchangeModules(scratch), NotificationsModule] });
  const limits = most.app.get(RateLimits);
  const consume = limits.consume.bind(limits);
  limits.consume = (...asked) =>
    limited ? consume(...asked) : Promise.resolve({ allowed: true, remaining: 1, seconds: 1 });
  most.app.get(Mailer).send = (mail) => {
    sent.push(mail);
    return Promise.resolve();
  };
  world = await buildWorld(most.app, most.owner);
  student = await most.signedIn(STUDENT);
}, 60_000);
afterAll(async () => {
  await expectInvariants(most.owner);
  await most.stop();
  rmSync(scratch, { recursive: true, force: true });
});

beforeEach(async () => {
  calls += 1;
  slug = `awaited-${calls}`;
  callId = await world.publishedCall({ slug });
  const now = Date.now();
  await most.owner.query('update calls set opens_at = $2, closes_at = $3 where id = $1', [
    callId,
    new Date(now + DAY_MS),
    new Date(now + 30 * DAY_MS),
  ]);
  // What the preparation of the call told to others.
  await deliver();
});
afterEach(async () => {
  await deliver();
  // Each test has a call of its own, and those of others tell nothing to anybody.
  await most.owner.query(`delete from call_watches`);
  await most.owner.query(
    `insert into call_openings (call_id, told_at) select id, now() from calls on conflict do nothing`,
  );
  sent = [];
  limited = false;
});

const later = (days: number): Clock => ({ now: () => new Date(Date.now() + days * DAY_MS) });
const keep = () => most.app.get(KeepWatches);

/** Delivers what happened since, as the worker does, and sends what was queued. */
async function deliver(): Promise<readonly Letter[]> {
  sent = [];
  const { rows: events } = await most.owner.query<DeliveredEvent>(
    `select id::text, type, at, actor_id as "actorId", payload,
       json_build_object('kind', subject_kind, 'id', subject_id) as subject
     from outbox_events e where e.id > $1 order by e.id`,
    [heard],
  );
  heard = events.at(-1)?.id ?? heard;
  // At least once is what the outbox promises.
  for (const event of [...events, ...events]) await most.app.get(QueueMails).run(event);
  const { rows } = await most.owner.query<{ id: Id }>(
    `select id from mail_messages where state = 'queued' order by queued_at, id`,
  );
  for (const { id } of rows) await most.app.get(SendMail).run(id);
  return sent;
}

async function ask(email: string, language = 'en', browser = most.browser()): Promise<Answer> {
  const page = await browser.open(`/calls/${slug}/watch?lang=en`);
  return browser.follow(
    await browser.post(`/calls/${slug}/watch`, { _csrf: browser.token(page), email, language }),
  );
}

/** The address that stands in a mail, from the root. */
function linkIn(letter: Letter | undefined): string {
  const found = /https?:\/\/[^/\s]+(\/watches\/[^\s?]+)/.exec(letter?.text ?? '')?.[1];
  if (!found) throw new Error(`no link in:\n${letter?.text}`);
  return found;
}

async function confirmed(email: string, language = 'en'): Promise<string> {
  await ask(email, language);
  const link = linkIn((await deliver()).find(({ to }) => to.address === email));
  await most.browser().post(link, {});
  return link;
}

async function watches(): Promise<number> {
  const { rows } = await most.owner.query('select from call_watches where call_id = $1', [callId]);
  return rows.length;
}

const open = async () => (await keep().tellOpenings(later(2)), deliver());
const ours = (letters: readonly Letter[]) =>
  letters.map(({ to, language }) => `${to.address} ${language}`).toSorted();

describe('the page of a call that will open', () => {
  it.each(LANGUAGES)('leads whoever is not signed in to a form in %s', async (language) => {
    const browser = most.browser();
    expect((await browser.open(`/calls/${slug}?lang=${language}`)).body).toContain(
      `href="/calls/${slug}/watch"`,
    );
    const page = await browser.open(`/calls/${slug}/watch`);
    expect(page.status).toBe(200);
    expect(page.body).toContain(`value="${language}" checked`);
    expect(page.body).not.toMatch(/calls\.watch|problems\./);
  });

  it('says at the field what is wrong, and keeps what was typed', async () => {
    const answer = await ask('ann at example', 'xx');
    expect(answer.status).toBe(422);
    expect(answer.body).toContain('value="ann at example"');
    expect(answer.body).toContain('href="#field-email"');
    expect(answer.body).toContain('href="#field-language"');
    expect(await watches()).toBe(0);
  });

  it('lets a person follow by one press, and stop', async () => {
    const page = await student.open(`/calls/${slug}?lang=en`);
    expect(page.body).toContain('Tell me when it opens</button>');
    await student.post(`/calls/${slug}/watch`, { _csrf: student.token(page) });
    await student.post(`/calls/${slug}/watch`, { _csrf: student.token(page) });
    expect(await watches()).toBe(1);
    const following = await student.open(`/calls/${slug}`);
    expect(following.body).toContain('You are told what happens to this call.');
    await student.post(`/calls/${slug}/watch/stop`, { _csrf: student.token(following) });
    expect(await watches()).toBe(0);
    expect(await open()).toEqual([]);
  });

  it('offers nothing where the call is open, unknown or without a token', async () => {
    const page = await student.open(`/calls/${slug}`);
    expect((await most.browser().post(`/calls/${slug}/watch/stop`, {})).status).toBe(403);
    await most.owner.query("update calls set opens_at = now() - interval '1 day' where id = $1", [callId]);
    await student.post(`/calls/${slug}/watch`, { _csrf: student.token(page) });
    expect(await watches()).toBe(0);
    expect((await most.browser().get(`/calls/${slug}/watch`)).status).toBe(303);
    expect((await most.browser().get('/calls/nowhere/watch')).status).toBe(404);
  });
});

describe('an address', () => {
  it('is written to only after it was confirmed by the link, by a button and not by looking', async () => {
    await ask(ADDRESS, 'ru');
    const [letter, ...more] = await deliver();
    expect(more).toEqual([]);
    expect(letter).toMatchObject({ to: { address: ADDRESS }, language: 'ru' });
    const link = linkIn(letter);
    expect((await most.browser().open(`${link}?lang=en`)).body).toContain('Is this your wish?');
    expect(await open()).toEqual([]);
    await most.owner.query('delete from call_openings where call_id = $1', [callId]);

    const browser = most.browser();
    await browser.open(`${link}?lang=en`);
    const done = await browser.follow(await browser.post(link, {}));
    expect(done.body).toContain('You are told what happens to this call');
    expect(ours(await open())).toEqual([`${ADDRESS} ru`]);
  });

  it('answers alike whether it was known, and sends it one mail', async () => {
    const first = await ask(ADDRESS);
    expect(await deliver()).toHaveLength(1);
    const again = await ask(ADDRESS.toUpperCase());
    expect(await deliver()).toEqual([]);
    await most.owner.query(
      "update call_watches set confirmed_at = now(), asked_at = now() - interval '2 hours'",
    );
    const known = await ask(ADDRESS);
    expect(await deliver()).toEqual([]);
    const said = ({ status, url, body }: Answer) => [
      status,
      url,
      body.replaceAll(/nonce="[^"]*"|value="[^"]*"|\d{2}:\d{2}/g, ''),
    ];
    expect(said(again)).toEqual(said(first));
    expect(said(known)).toEqual(said(first));
    expect(await watches()).toBe(1);
  });

  it('is asked again after an hour where it was not confirmed', async () => {
    await ask(ADDRESS);
    await deliver();
    await most.owner.query(`update call_watches set asked_at = now() - interval '2 hours'`);
    await ask(ADDRESS, 'ru');
    expect(ours(await deliver())).toEqual([`${ADDRESS} ru`]);
  });

  it('is taken off by the link in each mail, once and for all', async () => {
    await confirmed(ADDRESS);
    const [letter] = await open();
    expect(letter?.unsubscribe).toContain('/watches/');
    expect(letter?.html).toContain('Tell me no more about this call');
    const link = linkIn(letter);
    const browser = most.browser();
    await browser.open(`${link}?lang=en`);
    const done = await browser.follow(await browser.post(`${link}/stop`, {}));
    expect(done.status).toBe(200);
    expect(done.body).toContain('Nothing more is sent');
    expect((await browser.follow(await browser.post(link, {}))).body).toContain('Nothing more is sent');
    expect(await watches()).toBe(0);
    const { rows } = await most.owner.query('select from mail_messages where address = $1', [ADDRESS]);
    expect(rows).toEqual([]);
  });

  it('is not found by a link that nobody sent', async () => {
    const link = await confirmed(ADDRESS);
    for (const path of ['/watches/nonsense', `${link.slice(0, -2)}AA`]) {
      for (const answer of [await most.browser().get(path), await most.browser().post(`${path}/stop`, {})]) {
        expect(answer.status).toBe(404);
      }
    }
    expect(await watches()).toBe(1);
  });

  it('cannot be given without end', async () => {
    limited = true;
    const browser = most.browser();
    const token = browser.token(await browser.open(`/calls/${slug}/watch`));
    const fields = { _csrf: token, email: 'no', language: 'en' };
    const answers: number[] = [];
    for (let nth = 0; nth < 31; nth++) {
      answers.push((await browser.post(`/calls/${slug}/watch`, fields)).status);
    }
    expect(answers.at(0)).toBe(422);
    expect(answers.at(-1)).toBe(429);
  });
});

describe('the opening', () => {
  it('is told once, whichever worker comes first', async () => {
    await confirmed(ADDRESS, 'sr-Latn');
    const page = await student.open(`/calls/${slug}`);
    await student.post(`/calls/${slug}/watch`, { _csrf: student.token(page) });
    expect(await keep().tellOpenings(systemClock)).toBe(0);
    const told = await Promise.all([keep().tellOpenings(later(2)), keep().tellOpenings(later(2))]);
    expect(told.toSorted()).toEqual([0, 1]);
    expect(await keep().tellOpenings(later(3))).toBe(0);
    const letters = await deliver();
    const { rows } = await most.owner.query<{ language: string }>(
      'select language from persons where email = $1',
      [STUDENT],
    );
    expect(ours(letters)).toEqual([`${ADDRESS} sr-Latn`, `${STUDENT} ${rows[0]?.language}`]);
    expect(letters.find(({ to }) => to.address === ADDRESS)?.subject).toContain('je otvoren');
  });

  it('is not told of a call that was not published or is over', async () => {
    await confirmed(ADDRESS);
    expect(await keep().tellOpenings(later(60))).toBe(0);
    await most.owner.query(`update calls set state = 'standby' where id = $1`, [callId]);
    expect(await keep().tellOpenings(later(2))).toBe(0);
  });

  it('is followed by a mail for each deadline that is moved', async () => {
    await confirmed(ADDRESS);
    await most.owner.query(`update calls set opens_at = now() - interval '1 day' where id = $1`, [callId]);
    await keep().tellOpenings(systemClock);
    await deliver();
    const closesAt = new Date(Math.floor(Date.now() / 60_000) * 60_000 + 40 * DAY_MS);
    const reason = { sr: 'Ради превода.', ru: 'Из-за перевода.', en: 'For translations.' };
    const { rows } = await most.owner.query<{ version: number }>('select version from calls where id = $1', [
      callId,
    ]);
    await most.app
      .get(MoveDeadline)
      .moveDeadline(systemContext(systemClock), callId, rows[0]?.version ?? 0, { closesAt, reason });
    const letters = await deliver();
    expect(ours(letters)).toEqual([`${ADDRESS} en`]);
    expect(letters[0]?.text).toContain('> For translations.');
  });

  it('does not come where the call is cancelled: whoever follows it is told that, once, and is forgotten after', async () => {
    await confirmed(ADDRESS, 'ru');
    const page = await student.open(`/calls/${slug}`);
    await student.post(`/calls/${slug}/watch`, { _csrf: student.token(page) });
    await ask('never@example.org');
    await deliver();
    await most.app.get(MoveCall).moveCall(systemContext(systemClock), callId, 'cancel', 'Нема средстава.');
    // The clock comes before the mails: nobody is forgotten untold.
    await keep().forget(systemClock);
    expect(await watches()).toBe(2);
    const letters = await deliver();
    expect(letters.map(({ to }) => to.address).toSorted()).toEqual([ADDRESS, STUDENT]);
    const letter = letters.find(({ to }) => to.address === ADDRESS);
    expect(letter?.subject).toBe('«Семестр в Москве»: конкурс отменён');
    expect(letter?.text).toContain('> Нема средстава.');
    expect(letter?.unsubscribe).toBeUndefined();
    expect(await deliver()).toEqual([]);
    await keep().forget(systemClock);
    expect(await watches()).toBe(0);
  });

  it('forgets whoever could not be told of the end within a week', async () => {
    await confirmed(ADDRESS);
    await most.app.get(MoveCall).moveCall(systemContext(systemClock), callId, 'cancel', 'Нема средстава.');
    await keep().forget(later(6));
    expect(await watches()).toBe(1);
    await keep().forget(later(8));
    expect(await watches()).toBe(0);
  });

  it('is the last thing before all is forgotten', async () => {
    await confirmed(ADDRESS);
    await ask('never@example.org');
    await deliver();
    await keep().forget(systemClock);
    expect(await watches()).toBe(2);
    await keep().forget(later(8));
    expect(await watches()).toBe(1);
    await keep().tellOpenings(later(2));
    await most.owner.query(`update mail_messages set state = 'queued', sent_at = null where address = $1`, [
      ADDRESS,
    ]);
    await keep().forget(later(60));
    expect(await watches()).toBe(1);
    await deliver();
    await keep().forget(later(60));
    expect(await watches()).toBe(0);
  });
});

describe('an offer of places', () => {
  const ADMIN = 'admin@rs.demo';

  it('is told to the programme, and the answer to whoever prepared it', async () => {
    await most.signedIn(ADMIN);
    const { rows } = await most.owner.query<{ id: Id; email: string }>(
      'select id, email from persons where email = any ($1)',
      [[ADMIN, STUDENT]],
    );
    const personOf = (email: string) => rows.find((row) => row.email === email)?.id ?? '';
    await insertRows(most.owner, 'role_grants', [grantRow(personOf(ADMIN), 'programme_administrator')]);
    const now = new Date();
    const offer = newId(now);
    await insertRows(most.owner, 'place_offers', [
      {
        id: offer,
        call_id: callId,
        institution_id: await world.institution('lomonosov-moscow-state-university'),
        state: 'declined',
        state_since: now,
        content: {},
        prepared_by: personOf(STUDENT),
        submitted_at: now,
        decided_by: personOf(ADMIN),
        reason: 'Нема више места у квоти.',
        created_at: now,
      },
    ]);
    const emit = (type: string, actor: string, state: object) =>
      most.owner.query(
        `insert into outbox_events (at, type, subject_kind, subject_id, payload, actor_id, request_id)
         values (now(), $1, 'call', $2, $3, $4, 'test')`,
        [type, callId, JSON.stringify({ offer, ...state }), actor],
      );
    await emit('offer.submitted', personOf(STUDENT), {});
    await emit('offer.answered', personOf(ADMIN), { state: 'declined' });
    const letters = await deliver();
    expect(letters.map(({ to }) => to.address)).toEqual([ADMIN, STUDENT]);
    for (const { text } of letters) expect(text).toContain(`/offers/${offer}`);
    expect(letters[0]?.text).not.toContain('Нема више места у квоти.');
    expect(letters[1]?.text).toMatch(/> (Нема више места у квоти|Nema više mesta u kvoti)\./);
  });
});
