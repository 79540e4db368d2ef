import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import {
  AnswerNomination,
  ApplicationFiles,
  NominateCandidate,
  SubmitApplication,
} from '../../src/applications/public.js';
import { KeepDecisions } from '../../src/approvals/public.js';
import { EditGateRules } from '../../src/gates/public.js';
import { Database } from '../../src/platform/database/database.js';
import { SettableClock } from '../../src/shared/clock.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { actingAs } from '../factories/acting.js';
import { OfficeScene } from '../http/office-scene.js';
import { expectAccessible, expectNoOverflow, openBrowser, shot } from './browser.js';
import type { Person, TestBrowser } from './browser.js';

/** Officers of both countries at once, each in a browser of their own, decide on one file after the other. */

const DAY_MS = 86_400_000;
const MOSCOW = 'lomonosov-moscow-state-university';
const IN_A_MONTH = new Date(Date.now() + 30 * DAY_MS).toISOString().slice(0, 10);

let scene: OfficeScene;
let browser: TestBrowser;
let home: Page;
let host: Page;
const present: Person[] = [];

beforeAll(async () => {
  scene = await OfficeScene.start();
  const { http, world } = scene;
  const belgrade = await world.institution('university-of-belgrade');
  const officer = (country: string) => ({ role: 'ministry_officer', scope: { country } });
  await scene.signIn('home', 'coordinator@bg.rs.demo', {
    role: 'coordinator',
    scope: { institution_id: belgrade },
  });
  await scene.signIn('host', 'coordinator@msu.ru.demo', {
    role: 'coordinator',
    scope: { institution_id: await world.institution(MOSCOW) },
  });
  await scene.signIn('RS', 'ministry@rs.demo', officer('RS'));
  await scene.signIn('RU', 'ministry@ru.demo', officer('RU'));
  await scene.signIn('student', 'student@rs.demo');
  await http.owner.query('update persons set home_institution_id = $2 where id = $1', [
    scene.people.student,
    belgrade,
  ]);
  browser = await openBrowser(http.url);
  home = await arrive('ministry@rs.demo');
  host = await arrive('ministry@ru.demo');
}, 180_000);

afterAll(async () => {
  for (const each of present.splice(0)) await each.leave();
  await browser.close();
  await expectInvariants(scene.http.owner);
  await scene.stop();
}, 60_000);

afterEach(async () => {
  for (const each of present.splice(2)) await each.leave();
});

async function arrive(email: string): Promise<Page> {
  const person = await browser.newPerson({ as: email, withoutScripts: true, locale: 'en' });
  present.push(person);
  await person.page.goto('/?lang=en');
  return person.page;
}

interface Made {
  readonly id: Id;
  readonly decision: Id;
}

/** An application of the student that the host took: both countries decide on it. `asks`: what they ask besides. */
async function beforeBoth(asks?: (callId: Id) => Promise<void>): Promise<Made> {
  const { app, owner } = scene.http;
  const slug = `decided-${newId()}`;
  const callId = await scene.world.publishedCall({ slug });
  await asks?.(callId);
  const student = scene.people.student ?? '';
  const id = await scene.draft(student, slug);
  await app.get(SubmitApplication).run(scene.as(student), id);
  const acting = await actingAs(app, scene.people.home ?? '');
  const file = await app.get(Database).read(acting, (ctx) => app.get(ApplicationFiles).load(ctx, id));
  await app.get(NominateCandidate).run(acting, id, {
    placeId: file.contents.choices[0] ?? '',
    endorsement: '',
  });
  await app.get(AnswerNomination).run(await actingAs(app, scene.people.host ?? ''), id, { answer: 'accept' });
  const { rows } = await owner.query<{ id: Id }>(
    'select id from decisions where subject_id = $1 order by opened_at desc limit 1',
    [id],
  );
  return { id, decision: rows[0]?.id ?? '' };
}

async function stateOf({ id }: Made): Promise<string> {
  const { rows } = await scene.http.owner.query<{ state: string }>(
    'select state from applications where id = $1',
    [id],
  );
  return rows[0]?.state ?? '';
}

const panelButton = (page: Page) =>
  page.locator('.most-decision button[type=submit]:not([name=more])').first();

/** One officer says it on their page; both stand on theirs at the same time. */
async function say(
  page: Page,
  { decision }: Made,
  verdict: string,
  fill: Readonly<Record<string, string>> = {},
) {
  await page.goto(`/approvals/${decision}?verdict=${verdict}`);
  for (const [name, value] of Object.entries(fill)) {
    const control = page.locator(`[name="${name}"]`);
    if (name === 'reasonCode') await control.selectOption(value);
    else await control.fill(value);
  }
  await panelButton(page).click();
}

const REFUSAL = { reasonCode: 'funding', reasonText: 'There is no money for it this year.' };
const CONDITION = { 'condition-0': 'A policy of insurance.', 'condition-0-due': IN_A_MONTH };

async function settle(page: Page, { decision }: Made, act: string, note: string): Promise<void> {
  await page.goto(`/approvals/${decision}`);
  const card = page.locator('article[id^="condition-"]').first();
  await card.locator(`input[name=act][value=${act}]`).check();
  await card.locator('textarea[name=note]').fill(note);
  await card.locator('button[type=submit]').click();
}

async function acceptAsStudent({ id }: Made): Promise<Page> {
  const page = await arrive('student@rs.demo');
  await page.goto(`/applications/${id}/offer`);
  await page.locator('form:has(input[name=answer][value=accept]) button').click();
  return page;
}

it('both say yes at the same time: the place is offered, and both see it', async () => {
  const made = await beforeBoth();
  await Promise.all([say(home, made, 'approve'), say(host, made, 'approve')]);
  expect(await stateOf(made)).toBe('offered');
  for (const page of [home, host]) {
    await page.goto(`/approvals/${made.decision}`);
    expect(await page.locator('main').innerText()).toContain('Both countries agree');
  }
}, 60_000);

it('both say no: it is over', async () => {
  const made = await beforeBoth();
  await Promise.all([say(home, made, 'reject', REFUSAL), say(host, made, 'reject', REFUSAL)]);
  expect(await stateOf(made)).toBe('final');
  await home.goto(`/approvals/${made.decision}`);
  expect(await home.locator('main').innerText()).toContain('Neither country approved');
}, 60_000);

it('conditions are answered by the student, met, and make the place certain', async () => {
  const made = await beforeBoth();
  await home.goto(`/approvals/${made.decision}?verdict=approve_with_conditions`);
  await expectAccessible(home);
  await expectNoOverflow(home);
  await Promise.all([say(home, made, 'approve_with_conditions', CONDITION), say(host, made, 'approve')]);
  const student = await acceptAsStudent(made);
  expect(await stateOf(made)).toBe('conditions_pending');
  await student.goto(`/applications/${made.id}/conditions`);
  await expectAccessible(student);
  await expectNoOverflow(student);
  await shot(student, 'decisions-conditions-of-applicant');
  await student.locator('textarea[name=words]').fill('Paid for the whole stay.');
  await student.locator('article button[type=submit]').click();
  await home.goto(`/approvals/${made.decision}`);
  expect(await home.locator('main').innerText()).toContain('Paid for the whole stay.');
  await expectAccessible(home);
  await expectNoOverflow(home);
  await shot(home, 'decisions-condition-to-settle');
  await settle(home, made, 'meet', '');
  expect(await stateOf(made)).toBe('confirmed');
}, 90_000);

it('a condition that is not met gives the place back', async () => {
  const made = await beforeBoth();
  await Promise.all([say(home, made, 'approve'), say(host, made, 'approve_with_conditions', CONDITION)]);
  await acceptAsStudent(made);
  await settle(host, made, 'fail', 'It never came.');
  expect(await stateOf(made)).toBe('conditions_not_met');
}, 60_000);

it('whoever is bound steps back, and a colleague decides; a side that is late is told by the clock', async () => {
  const made = await beforeBoth();
  await scene.signIn('RS two', 'commission@rs.demo', {
    role: 'ministry_officer',
    scope: { country: 'RS' },
  });
  await home.goto(`/approvals/${made.decision}`);
  await home.locator('form[action$="/review"] button').click();
  await host.goto(`/approvals/${made.decision}`);
  expect(await host.locator('main').innerText()).toContain('In review');
  await home.locator('#hands-recusal summary').click();
  await home.locator('#hands-recusal select').selectOption('supervision');
  await home.locator('#hands-recusal button').click();
  expect(await home.locator('main').innerText()).toContain('You are recused from this decision.');
  await expectAccessible(home);
  await shot(home, 'decisions-recused');

  await scene.http.app.get(KeepDecisions).run(new SettableClock(new Date(Date.now() + 20 * DAY_MS)));
  await host.goto(`/approvals/${made.decision}`);
  expect(await host.locator('main').innerText()).toContain('Overdue, told on');
  expect(await stateOf(made)).toBe('eligible');

  const colleague = await arrive('commission@rs.demo');
  await Promise.all([say(colleague, made, 'approve'), say(host, made, 'approve')]);
  expect(await stateOf(made)).toBe('offered');
}, 90_000);

/** Russia asks of the call that its own office clears whoever comes. */
async function exportControl(callId: Id): Promise<void> {
  const officer = await actingAs(scene.http.app, scene.people.RU ?? '');
  const office = { sr: 'Контрола извоза', ru: 'Экспортный контроль', en: 'Export control office' };
  await scene.http.app.get(EditGateRules).say(
    officer,
    {
      kind: 'export_control',
      country: 'RU',
      callId,
      fields: [],
      categories: [],
      sides: ['host'],
      forwardDays: 5,
      decideDays: 60,
      office,
      evidence: [],
      validityDays: null,
      source: 'An act of the test',
      toVerify: false,
      validFrom: new Date().toISOString().slice(0, 10),
    },
    null,
  );
}

/** The gate before it, whether it holds a place, and how many places of its choice are held at all. */
async function heldBy({ id }: Made) {
  const { rows } = await scene.http.owner.query<{ gate: Id; place: Id | null; taken: number }>(
    `select g.id as gate, a.place_id as place, p.taken from applications a
     join gates g on g.subject_id = a.id and g.withdrawn_at is null
     join nominations n on n.application_id = a.id join call_places p on p.id = n.place_id where a.id = $1`,
    [id],
  );
  return rows[0];
}

it('a gate that one country refuses ends it: the applicant reads what may be told, nobody else the reason', async () => {
  const made = await beforeBoth(exportControl);
  const student = await arrive('student@rs.demo');
  const [status, review] = [`/applications/${made.id}`, `/applications/${made.id}/review`];
  const read = async (page: Page, path: string) => {
    await page.goto(path);
    return page.locator('main').innerText();
  };

  await Promise.all([say(home, made, 'approve'), say(host, made, 'approve')]);
  expect(await stateOf(made)).toBe('awaiting_clearance');
  const held = await heldBy(made);
  expect(held).toMatchObject({ place: expect.any(String), taken: 1 });
  const waits = await read(student, status);
  expect(waits).toContain('A place is held for you until every gate is passed.');
  expect(waits).toMatch(/Russia\s+Export control\s+Pending/);
  await student.goto(`/applications/${made.id}/offer`);
  expect(await student.locator('input[name=answer]').count()).toBe(0);

  const gate = `/gates/${held?.gate}`;
  const reason = 'The laboratory is on the list of the office.';
  const told = 'The programme works with equipment that needs a licence.';
  await host.goto(`${gate}?verdict=refuse`);
  await expectAccessible(host);
  await expectNoOverflow(host);
  await shot(host, 'decisions-gate-to-settle');
  await host.locator('[name=reasonCode]').selectOption('controlled_technology');
  await host.locator('[name=reasonText]').fill(reason);
  await host.locator('[name=toldText]').fill(told);
  // The officer of the other country looks at the same moment: it is not theirs to open, before and after.
  const [foreign] = await Promise.all([home.goto(gate), panelButton(host).click()]);
  expect(foreign?.status()).toBe(404);
  expect(await host.locator('main').innerText()).toContain(reason);

  const seen = await read(home, review);
  expect(seen).toMatch(/Export control\s+Refused[\s\S]*Since/i);
  expect(seen).not.toContain(reason);
  expect(seen).not.toContain('Controlled technology');
  expect(await home.locator(`a[href="${gate}"]`).count()).toBe(0);
  const end = await read(student, status);
  expect(end).toContain('One country did not clear the exchange');
  expect(end).toContain(told);
  expect(end).not.toContain(reason);
  await expectAccessible(student);
  await expectNoOverflow(student);
  expect(await stateOf(made)).toBe('not_cleared');
  expect(await heldBy(made)).toMatchObject({ place: null, taken: 0 });
}, 60_000);
