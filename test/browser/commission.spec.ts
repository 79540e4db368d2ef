import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { AnswerNomination, NominateCandidate } from '../../src/applications/public.js';
import { DecideSide } from '../../src/approvals/public.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import { wallTime } from '../../src/shared/zoned-time.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { actingAs } from '../factories/acting.js';
import { OfficeScene } from '../http/office-scene.js';
import { expectAccessible, expectNoOverflow, openBrowser } from './browser.js';
import type { TestBrowser } from './browser.js';

/** Two countries in two browsers at once: from a difference to a protocol that both signed, and to its amendment. */

let scene: OfficeScene;
let browser: TestBrowser;
let itemId: Id;
let applicationId: Id;

const as = (who: string) => actingAs(scene.http.app, scene.people[who] ?? '');
const one = async <Row extends object>(sql: string, values: unknown[] = []): Promise<Row> => {
  const { rows } = await scene.http.owner.query<Row>(sql, values);
  const [row] = rows;
  if (!row) throw new Error(sql);
  return row;
};

beforeAll(async () => {
  scene = await OfficeScene.start();
  const { app } = scene.http;
  const home = await scene.world.institution('university-of-belgrade');
  const host = await scene.world.institution('lomonosov-moscow-state-university');
  for (const [name, email, role, scope] of [
    ['home', 'coordinator@bg.rs.demo', 'coordinator', { institution_id: home }],
    ['host', 'coordinator@msu.ru.demo', 'coordinator', { institution_id: host }],
    ['ministry RS', 'ministry@rs.demo', 'ministry_officer', { country: 'RS' }],
    ['ministry RU', 'ministry@ru.demo', 'ministry_officer', { country: 'RU' }],
    ['secretary RS', 'secretary@rs.demo', 'commission_secretary', { country: 'RS' }],
    ['secretary RU', 'secretary@ru.demo', 'commission_secretary', { country: 'RU' }],
    ['member RS', 'commission@rs.demo', 'commission_member', { country: 'RS' }],
    ['member RU', 'commission@ru.demo', 'commission_member', { country: 'RU' }],
  ] as const) {
    await scene.signIn(name, email, { role, scope });
  }
  await scene.http.owner.query(
    "update persons set home_institution_id = null where id <> all (select person_id from role_grants where role = 'coordinator')",
  );
  const slug = `call-${newId()}`;
  await scene.world.publishedCall({
    slug,
    places: [
      {
        institutionId: host,
        fieldCode: '0613',
        level: 7,
        language: 'en',
        languageLevel: 'B2',
        months: 5,
        services: null,
        capacity: 1,
      },
    ],
  });
  [applicationId = ''] = await scene.submitted(slug, home, 1);
  const { place } = await one<{ place: Id }>(
    'select place_id as place from application_choices where application_id = $1',
    [applicationId],
  );
  await app.get(NominateCandidate).run(await as('home'), applicationId, { placeId: place, endorsement: '' });
  await app.get(AnswerNomination).run(await as('host'), applicationId, { answer: 'accept' });
  const { id } = await one<{ id: Id }>('select id from decisions where subject_id = $1', [applicationId]);
  await app.get(DecideSide).run(await as('ministry RS'), id, { country: 'RS', verdict: 'approve' });
  await app.get(DecideSide).run(await as('ministry RU'), id, {
    country: 'RU',
    verdict: 'reject',
    reasonCode: 'funding',
    reasonText: 'Нет средств.',
  });
  ({ id: itemId } = await one<{ id: Id }>('select id from commission_items where decision_id = $1', [id]));
  browser = await openBrowser(scene.http.url);
}, 180_000);

afterAll(async () => {
  await browser.close();
  await expectInvariants(scene.http.owner);
  await scene.stop();
});

async function somebody(email: string, withoutScripts = false): Promise<Page> {
  const { page } = await browser.newPerson({ as: email, locale: 'en', withoutScripts });
  return page;
}

async function press(page: Page, form: string): Promise<void> {
  await Promise.all([page.waitForNavigation(), page.locator(`${form} button[type=submit]`).first().click()]);
}

async function write(page: Page, form: string, fields: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(fields))
    await page.locator(`${form} [name="${name}"]`).fill(text);
}

it('settles a difference in two browsers at once, each seeing what the other does', async () => {
  const secretary = await somebody('secretary@rs.demo');
  await secretary.goto('/commission');
  await expectAccessible(secretary);
  await secretary.goto('/commission/sessions/new');
  await expectAccessible(secretary);
  const plan = 'form[action="/commission/sessions"]';
  await write(secretary, plan, { startsAt: '12 3 2031 10:00', place: 'Сала 1' });
  await secretary.locator(`${plan} select[name=other]`).selectOption('RU');
  await press(secretary, plan);
  const room = new URL(secretary.url()).pathname;
  await write(secretary, `form[action="${room}/agenda"]`, { [`item-${itemId}`]: '1' });
  await press(secretary, `form[action="${room}/agenda"]`);
  await press(secretary, `form[action="${room}/attend"]`);
  await expectAccessible(secretary);
  // Nobody opens it before its day: it is moved first.
  expect(await secretary.locator(`form[action="${room}/open"]`).count()).toBe(0);
  const { day, time } = wallTime(new Date(Date.now() + 120_000), 'Europe/Belgrade');
  await write(secretary, `form[action="${room}/move"]`, { startsAt: `${day} ${time}` });
  await press(secretary, `form[action="${room}/move"]`);

  // The other country is there: one with scripts, who sees what happens, and one without.
  const member = await somebody('commission@ru.demo');
  await member.goto(room);
  await press(member, `form[action="${room}/attend"]`);
  const plain = await somebody('commission@rs.demo', true);
  await plain.goto(room);
  await press(plain, `form[action="${room}/attend"]`);
  await secretary.goto(room);
  await press(secretary, `form[action="${room}/open"]`);
  const item = `${room}/items/${itemId}`;
  await press(secretary, `form[action="${item}/take-up"]`);
  await press(secretary, `form[action="${item}/vote"]`);

  // Nobody loads the page again: the form of the vote comes by itself.
  const ballot = member.locator(`form[action^="${room}/votes/"] input[name=ballot][value=yes]`);
  await ballot.waitFor({ timeout: 20_000 });
  await expectAccessible(member);
  await expectNoOverflow(member);
  await ballot.check();
  await press(member, `form[action^="${room}/votes/"]`);
  await member.evaluate("window.stayed = 'yes'");
  await plain.goto(room);
  await plain.locator('input[name=ballot][value=yes]').check();
  await press(plain, `form[action^="${room}/votes/"]`);
  await member.locator(`#item-${itemId} .most-note .most-tag--leaf`).waitFor({ timeout: 20_000 });
  expect(await member.evaluate('window.stayed')).toBe('yes');

  await secretary.goto(room);
  const decide = `form[action="${item}/decide"]`;
  await write(secretary, decide, { 'decision-0': 'Комисија одобрава.', 'decision-1': 'Комиссия одобряет.' });
  await press(secretary, decide);
  await press(secretary, `form[action="${room}/close"]`);
  await press(secretary, `form[action="${room}/protocol"]`);
  await expectAccessible(secretary);
  const protocol = new URL(secretary.url()).pathname;
  await press(secretary, `form[action="${protocol}/agree"]`);
  await member.goto(protocol);
  await press(member, `form[action="${protocol}/agree"]`);
  await press(member, `form[action="${protocol}/sign"]`);
  await plain.goto(protocol);
  await press(plain, `form[action="${protocol}/sign"]`);
  const { state } = await one<{ state: string }>('select state from applications where id = $1', [
    applicationId,
  ]);
  expect(state).toBe('offered');

  await secretary.goto(protocol);
  await press(secretary, `form[action="${protocol}/publish"]`);
  const amend = `form[action="${protocol}/amend"]`;
  await write(secretary, amend, {
    'words-0': 'Одобрава се на годину.',
    'words-1': 'Одобряется на год.',
    'reason-0': 'Пропуст.',
    'reason-1': 'Пропуск.',
  });
  await press(secretary, amend);
  const later = new URL(secretary.url()).pathname;
  await press(secretary, `form[action="${later}/agree"]`);
  for (const act of ['agree', 'sign']) {
    await member.goto(later);
    await press(member, `form[action="${later}/${act}"]`);
  }
  await plain.goto(later);
  await press(plain, `form[action="${later}/sign"]`);
  await secretary.goto(later);
  await press(secretary, `form[action="${later}/publish"]`);

  const public_ = await browser.newPerson({ locale: 'en' });
  await public_.page.goto('/commission/published');
  await expectAccessible(public_.page);
  await public_.page.locator('main a[href$="-P1"]').click();
  await expectAccessible(public_.page);
  await expectNoOverflow(public_.page);
  expect(await public_.page.locator('main').innerText()).toContain('-P2');
}, 240_000);
