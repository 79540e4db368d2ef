import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Page } from 'playwright-core';
import { expectInvariants } from '../database/expect-invariants.js';
import { startMost } from '../start-most.js';
import type { RunningMost } from '../start-most.js';
import { attach, begin, consent, onePage, saveButton, write } from './applicant.js';
import { expectAccessible, openBrowser, PHONE, shot } from './browser.js';
import type { Person, PersonOptions, TestBrowser } from './browser.js';

/** A programme administrator makes a call of nothing, and somebody goes through it: no line of code on the way. */

let most: RunningMost;
let browser: TestBrowser;
let owner: pg.Client;
const present: Person[] = [];

beforeAll(async () => {
  most = await startMost();
  browser = await openBrowser(most.url);
  owner = new pg.Client({ connectionString: most.ownerUrl });
  await owner.connect();
}, 90_000);

afterAll(async () => {
  await expectInvariants(owner);
  await owner.end();
  await browser.close();
  await most.stop();
}, 30_000);

afterEach(async () => {
  for (const each of present.splice(0)) await each.leave();
});

async function somebody(email: string | null, options: PersonOptions = {}): Promise<Page> {
  const come = await browser.newPerson({ locale: 'en-GB', ...options, as: email });
  present.push(come);
  await come.page.goto('/calls?lang=en');
  return come.page;
}

/** Fills in controls by their names, whatever they are; of boxes the value is what is ticked. */
async function fill(page: Page, values: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(values)) {
    const box = page.locator(`input[type=checkbox][name="${name}"][value="${value}"]`);
    if ((await box.count()) > 0) await box.check();
    else await write(page, { [name]: value });
  }
}

const inAll = (name: string, sr: string, ru: string, en: string, between = '-') => ({
  [`${name}${between}sr`]: sr,
  [`${name}${between}ru`]: ru,
  [`${name}${between}en`]: en,
});

const PRIMARY = 'main form button.govuk-button:not(.govuk-button--secondary, .govuk-button--warning)';

/** The one form of a page of the editor, sent; what is wrong would come back with 422 and a list. */
async function send(page: Page, selector = PRIMARY): Promise<void> {
  await page.locator(selector).last().click();
  await page.waitForLoadState();
  const problems = page.locator('.govuk-error-summary');
  if ((await problems.count()) > 0) throw new Error(`${page.url()}: ${await problems.innerText()}`);
}

const days = (count: number) => {
  const day = new Date(Date.now() + count * 86_400_000);
  return `${day.getUTCDate()} ${day.getUTCMonth() + 1} ${day.getUTCFullYear()}`;
};

async function linkOfLetter(to: string): Promise<string> {
  for (const until = Date.now() + 20_000; Date.now() < until; await pause(150)) {
    const response = await fetch(`${most.mailUrl}/messages.json`);
    const messages = (await response.json()) as { to: string[]; text: string }[];
    const mail = messages.find((each) => each.to.includes(to));
    const [link] = /\/letters\/[\w.-]+/.exec(mail?.text ?? '') ?? [];
    if (link) return link;
  }
  throw new Error(`no letter was asked for from ${to}`);
}

it('makes a traineeship call of nothing, and a student goes through it', async () => {
  // 1. The administrator begins a call, writes its texts and its dates.
  const admin = await somebody('admin@rs.demo');
  await admin.goto('/admin/calls/new');
  await expectAccessible(admin);
  await fill(admin, inAll('title', 'Пракса преко моста', 'Практика через мост', 'A traineeship across', '.'));
  await fill(admin, { category: 'student' });
  await admin.locator('[name=agreementId] option').nth(1).waitFor({ state: 'attached' });
  await admin.locator('select[name=agreementId]').selectOption({ index: 1 });
  await send(admin);
  const editor = new URL(admin.url()).pathname.replace(/(\/admin\/calls\/[0-9a-f-]{36}).*/, '$1');
  expect(editor).toMatch(/^\/admin\/calls\/[0-9a-f-]{36}$/);
  await admin.goto(`${editor}/texts`);
  for (const field of ['summary', 'whoMayApply', 'funding']) {
    await fill(
      admin,
      inAll(field, 'Три месеца у лабораторији.', 'Три месяца в лаборатории.', 'Three months.', '.'),
    );
  }
  await expectAccessible(admin);
  await send(admin);
  await admin.goto(`${editor}/basics`);
  await fill(admin, { slug: 'traineeship-across', directions: 'RS RU' });
  await send(admin);
  await admin.goto(`${editor}/dates`);
  await fill(admin, {
    opensAt: days(-1),
    opensAtTime: '00:00',
    closesAt: days(40),
    closesAtTime: '23:59',
    stayFrom: days(330),
    stayUntil: days(420),
  });
  await send(admin);

  // 2. Two hosts offer places, each its own; the administrator takes them and keeps one for masters.
  await admin.goto(`${editor}/places`);
  await fill(admin, { until: days(20), untilTime: '23:59', minMonths: '1', maxMonths: '6' });
  await send(admin, 'main button[name=act][value=open]');
  for (const [email, capacity] of [
    ['coordinator@msu.ru.demo', '2'],
    ['coordinator@nsu.ru.demo', '3'],
  ] as const) {
    const host = await somebody(email);
    await host.goto('/offers');
    await host.locator('a[href^="/offers/new?call="]').first().click();
    await expectAccessible(host);
    await fill(host, {
      fieldCode: '0613',
      level: '7',
      language: 'en',
      languageLevel: 'B2',
      months: '3',
      capacity,
    });
    await send(host, 'main button[name=act][value=submit]');
  }
  for (let offer = 0; offer < 2; offer += 1) {
    await admin.goto(`${editor}/places`);
    await admin.locator('a[href^="/offers/"]').nth(offer).click();
    await fill(admin, { answer: 'accept' });
    await send(admin);
  }
  await admin.goto(`${editor}/places`);
  await admin.locator('a[href$="/reserves/new"]').first().click();
  await admin.locator('a[href*="kind=level"]').click();
  await fill(admin, { ...inAll('label', 'Мастер', 'Магистры', 'Masters', '.'), count: '1', chosen: '7' });
  await send(admin);
  await admin.goto(`${editor}/places`);
  expect(await admin.locator('main').innerText()).toContain('Masters');
  await shot(admin, 'en-editor-places');

  // 3. A choice, a question that hangs on it, letters, and a condition: composed, tried and looked at.
  const form = `${editor}/form`;
  await admin.goto(`${form}/sections/motivation/add?type=choice`);
  await fill(admin, {
    ...inAll('label', 'Смештај', 'Жильё', 'Housing'),
    required: 'yes',
    ...inAll('option-0', 'Дом', 'Общежитие', 'Hall'),
    ...inAll('option-1', 'Приватно', 'Частное', 'Private'),
  });
  await expectAccessible(admin);
  await send(admin);
  await admin.goto(`${form}/sections/motivation/add?type=text`);
  await fill(admin, {
    ...inAll('label', 'Који дом', 'Какое общежитие', 'Which hall'),
    required: 'yes',
    visibleIf: 'housing',
    'visibleIf-housing': 'hall',
  });
  await send(admin);
  await admin.goto(`${form}/add-section?kind=references`);
  await fill(admin, {
    ...inAll('title', 'Препоруке', 'Рекомендации', 'References'),
    min: '1',
    max: '2',
    confidential: 'yes',
  });
  await send(admin);
  await admin.goto(`${editor}/conditions/add?in=root&kind=year`);
  await fill(admin, { min: '2' });
  await send(admin);
  await admin.goto(`${editor}/conditions?t-year=1`);
  expect(await admin.locator('main').innerText()).toContain('May not apply');
  await admin.goto(`${editor}/conditions?t-year=2`);
  expect(await admin.locator('main').innerText()).toContain('May apply');
  await expectAccessible(admin);
  await admin.goto(`${editor}/preview?section=motivation`);
  expect(await admin.locator('[name=housing]').count()).toBeGreaterThan(0);

  // 4. Both countries approve this very text, and it is published.
  await admin.goto(editor);
  await expectAccessible(admin);
  await shot(admin, 'en-editor-overview');
  await send(admin, `main form[action="${editor}/propose"] button`);
  for (const email of ['ministry@rs.demo', 'ministry@ru.demo']) {
    const ministry = await somebody(email);
    const { rows } = await owner.query<{ id: string }>(
      `select id from decisions where subject_kind = 'call' and subject_id::text = $1 order by opened_at desc limit 1`,
      [editor.split('/').at(-1)],
    );
    await ministry.goto(`/approvals/${rows[0]?.id ?? ''}`);
    await send(ministry, '.most-decision form button.govuk-button');
  }
  await admin.goto(editor);
  await send(admin, `main form[action="${editor}/publish"] button`);

  // 5. A student applies: on a phone, with a letter of reference.
  const student = await somebody('student@rs.demo', { viewport: PHONE });
  await student.goto('/calls/traineeship-across');
  expect(await student.locator('main').innerText()).toContain('A traineeship across');
  const path = await begin(student, 'traineeship-across');
  await student.goto(`${path}/person`);
  await write(student, { birth_date: '27 3 2003', phone: '+381 64 123 4567' });
  await saveButton(student).click();
  await student.waitForURL(`**${path}/study`);
  await write(student, {
    faculty: 'Mathematics',
    programme: 'Computing',
    level: '7',
    year: '2',
    language_level: 'B2',
  });
  await saveButton(student).click();
  await student.waitForURL(`**${path}/choices`);
  await student.locator('select[name=choice_1]').selectOption({ index: 1 });
  await saveButton(student).click();
  await student.waitForURL(`**${path}/motivation`);
  const hall = student.locator('[name=which_hall]');
  expect(await hall.isVisible()).toBe(false);
  await write(student, { motivation: 'I want to learn from both sides of the bridge.', housing: 'hall' });
  await hall.waitFor();
  await expectAccessible(student);
  await write(student, { which_hall: 'The one by the river' });
  await saveButton(student).click();
  await student.waitForURL(`**${path}/documents`);
  await attach(student, 'transcript', await onePage(), 'Transcript.pdf');
  await student.goto(`${path}/references`);
  await write(student, {
    name: 'Prof. Milena',
    email: 'milena@letters.demo',
    relation: 'teacher',
    language: 'en',
  });
  await student.locator('main form button').last().click();
  const referee = await somebody(null);
  await referee.goto(`${await linkOfLetter('milena@letters.demo')}?lang=en`);
  await referee.locator('main form button').click();
  await write(referee, { body: 'I recommend her without reserve.', capacity: 'teacher', knownFor: 'over_5' });
  await referee.locator('button[value=check]').click();
  await referee.locator('[name=confirm]').check();
  await referee.locator('.most-next form button').click();
  await referee.waitForLoadState();
  await student.goto(`${path}/consents`);
  await consent(student);
  await saveButton(student).click();
  await student.waitForURL(`**${path}/check`);
  await student.locator('.most-next form button').click();
  await student.waitForURL(`**${path}/receipt`);

  // 6. The coordinator asks for one document anew; the student gives it, and nothing else is open.
  const home = await somebody('coordinator@bg.rs.demo');
  await home.goto(`${path}/review`);
  const card = home.locator('#document-transcript');
  await card.locator('details').first().locator('summary').click();
  await fill(home, {
    'correct-reason-transcript': 'The second page cannot be read.',
    'correct-until-transcript': days(7),
  });
  await card.locator('details[open] button[type=submit]').click();
  await home.waitForLoadState();
  expect(await home.locator('#document-transcript').innerText()).toContain('The second page cannot be read.');
  await expectAccessible(home);
  await student.goto(path);
  await student.locator(`a[href*="${path}/documents/transcript"]`).first().click();
  await expectAccessible(student);
  await student.locator('input[type=file]').setInputFiles({
    name: 'Transcript-2.pdf',
    mimeType: 'application/pdf',
    buffer: await onePage(),
  });
  await student.locator('main form button[type=submit]').first().click();
  // It goes in parts, and then the page says that it is there.
  await student.locator('.most-flash--success').waitFor();
  await shot(student, 'en-document-corrected');
  await home.goto(`${path}/review`);
  await home.locator('#document-transcript form:not(details form) button[type=submit]').first().click();
  await home.waitForLoadState();
  const { rows } = await owner.query<{ state: string; supplements: string }>(
    `select d.state, (select count(*) from application_supplements s where s.application_id = d.application_id) as supplements
     from application_documents d where d.application_id = $1 and d.requirement = 'transcript'`,
    [path.split('/').at(-1)],
  );
  expect(rows).toEqual([{ state: 'accepted', supplements: '1' }]);
}, 300_000);
