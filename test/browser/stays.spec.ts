import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { IssueAwardLetter } from '../../src/applications/operations/issue-award-letter.js';
import { WebModule } from '../../src/web/web.module.js';
import { violationsIn } from '../database/expect-invariants.js';
import { HOUSE, SHORT_CUTS, acceptedPlace, dayAgo } from '../factories/accepted-place.js';
import { exchangeModules } from '../factories/exchange-modules.js';
import { grantRow, insertRows } from '../factories/rows.js';
import { buildWorld } from '../factories/world.js';
import type { World } from '../factories/world.js';
import { startHttpApp } from '../http/http-app.js';
import type { HttpApp } from '../http/http-app.js';
import { expectAccessible, expectNoOverflow, openBrowser, shot } from './browser.js';
import type { Person, TestBrowser } from './browser.js';

/** The whole of a stay with the people of both countries, each in a browser without scripts, from either country. */

const OFFICES: Readonly<Record<string, { readonly coordinator: string; readonly ministry: string }>> = {
  RS: { coordinator: 'coordinator@bg.rs.demo', ministry: 'ministry@rs.demo' },
  RU: { coordinator: 'coordinator@msu.ru.demo', ministry: 'ministry@ru.demo' },
};

let http: HttpApp;
let world: World;
let browser: TestBrowser;
let scratch: string;
const present = new Map<string, Person>();

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'most-stays-browser-'));
  http = await startHttpApp({ imports: [...exchangeModules(scratch), WebModule] });
  world = await buildWorld(http.app, http.owner);
  http.app.get(IssueAwardLetter).run = () => Promise.resolve();
  browser = await openBrowser(http.url);
  for (const [country, { coordinator, ministry }] of Object.entries(OFFICES)) {
    const institution = await world.institution(HOUSE[country] ?? '');
    await arrive(coordinator, ['coordinator', { institution_id: institution }]);
    await arrive(ministry, ['ministry_officer', { country }]);
    await arrive(`student@${country.toLowerCase()}.demo`);
  }
}, 180_000);

afterAll(async () => {
  for (const person of present.values()) await person.leave();
  await browser.close();
  const broken = await violationsIn(http.owner);
  expect(broken.filter(({ invariant }) => !SHORT_CUTS.includes(invariant))).toEqual([]);
  await http.stop();
  rmSync(scratch, { recursive: true, force: true });
}, 60_000);

async function arrive(
  email: string,
  grant?: readonly [role: string, scope: Readonly<Record<string, string>>],
): Promise<void> {
  const person = await browser.newPerson({ as: email, withoutScripts: true, locale: 'en' });
  present.set(email, person);
  if (grant) await insertRows(http.owner, 'role_grants', [grantRow(await idOf(email), ...grant)]);
  await person.page.goto('/?lang=en');
}

async function idOf(email: string): Promise<string> {
  const { rows } = await http.owner.query<{ id: string }>('select id from persons where email = $1', [email]);
  return rows[0]?.id ?? '';
}

function pageOf(email: string): Page {
  const person = present.get(email);
  if (!person) throw new Error(`nobody is ${email}`);
  return person.page;
}

async function fillDay(page: Page, name: string, day: string): Promise<void> {
  const [year = '', month = '', date = ''] = day.split('-');
  await page.locator(`[name="${name}-day"]`).fill(date);
  await page.locator(`[name="${name}-month"]`).fill(month);
  await page.locator(`[name="${name}-year"]`).fill(year);
}

/** Sends one of the forms of the page, which may stand in a part that is closed. */
async function send(page: Page, act: string, fill: (form: Page) => Promise<void>): Promise<void> {
  const form = page.locator(`form[action$="/${act}"]`);
  const closed = page.locator('details:not([open])', { has: form });
  if ((await closed.count()) > 0) await closed.locator('summary').first().click();
  await fill(page);
  const answered = page.waitForEvent('framenavigated');
  await form.locator('button[type=submit]').click();
  await answered;
  await page.waitForLoadState();
}

/** The page as it is met: accessible, and nowhere wider than a phone. */
async function look(page: Page, name: string): Promise<void> {
  await expectAccessible(page);
  await expectNoOverflow(page);
  await shot(page, name);
}

const bodyOf = (page: Page) => page.locator('main').innerText();

describe.each([
  ['RS', 'RU'],
  ['RU', 'RS'],
])('a stay from %s in %s', (home, host) => {
  const sending = OFFICES[home] ?? { coordinator: '', ministry: '' };
  const receiving = OFFICES[host] ?? { coordinator: '', ministry: '' };
  const student = `student@${home.toLowerCase()}.demo`;
  let stay: string;

  beforeAll(async () => {
    stay = await acceptedPlace(http, world, { home, host, personId: await idOf(student) });
  });

  it('waits at its host, who certifies the arrival after a slip that is kept at the field', async () => {
    const page = pageOf(receiving.coordinator);
    await page.goto('/');
    await page.locator('a[href="/mobilities?when=overdue"]').first().click();
    await look(page, `stays-overdue-${home}`);
    await page.locator(`a[href="/mobilities/${stay}"]`).first().click();
    await look(page, `stay-planned-${home}`);
    const tomorrow = dayAgo(-2);
    await send(page, 'arrival', (form) => fillDay(form, 'arrival_day', tomorrow));
    expect(await page.locator('.govuk-error-summary').count()).toBe(1);
    expect(await page.locator('[name="arrival_day-year"]').inputValue()).toBe(tomorrow.slice(0, 4));
    await expectAccessible(page);
    await send(page, 'arrival', (form) => fillDay(form, 'arrival_day', dayAgo(20)));
    expect(await bodyOf(page)).toContain('there now');

    // The sender reads it and certifies nothing; whoever is there reads it too, and cannot take the place back.
    const other = pageOf(sending.coordinator);
    await other.goto(`/mobilities/${stay}`);
    expect(await bodyOf(other)).toContain('there now');
    expect(await other.locator('form[action$="/departure"]').count()).toBe(0);
    const own = pageOf(student);
    const { rows } = await http.owner.query<{ id: string }>(
      'select application_id as id from mobilities where id = $1',
      [stay],
    );
    await own.goto(`/mobilities/${stay}`);
    expect(await own.locator('main form').count()).toBe(0);
    await look(own, `stay-own-${home}`);
    await own.goto(`/applications/${rows[0]?.id ?? ''}/withdraw`);
    expect(new URL(own.url()).pathname).toBe(`/applications/${rows[0]?.id ?? ''}`);
  }, 60_000);

  it('moves the ledger of both countries, and again when the day is corrected', async () => {
    const page = pageOf(receiving.coordinator);
    await page.goto(`/mobilities/${stay}`);
    await send(page, 'correct', async (form) => {
      await fillDay(form, 'correct_day', dayAgo(18));
      await form.locator('[name="correct_reason"]').fill('The train was late.');
    });
    expect(await bodyOf(page)).toContain('The train was late.');
    for (const office of [sending.ministry, receiving.ministry]) {
      const ministry = pageOf(office);
      await ministry.goto('/ledger');
      expect(await bodyOf(ministry)).toContain('1 of 1 planned');
      await ministry.goto('/ledger/entries');
      expect(await bodyOf(ministry)).toMatch(/Takes back \d+: other days/);
    }
    await look(pageOf(sending.ministry), `ledger-entries-${home}`);
  }, 60_000);

  it('is paid by the ministry that pays, and by nobody for it', async () => {
    const offered = async (email: string) => {
      const page = pageOf(email);
      await page.goto(`/mobilities/${stay}`);
      const options = await page.locator('[name="payments_payer"] option').all();
      const values = await Promise.all(options.map((option) => option.getAttribute('value')));
      return values.filter(Boolean);
    };
    expect(await offered(receiving.coordinator)).toEqual(['host_institution']);
    expect(await offered(sending.coordinator)).toEqual(['home_institution']);
    expect(await offered(sending.ministry)).toEqual(['home_country', 'programme']);
    expect(await offered(receiving.ministry)).toEqual(['host_country', 'programme']);
    const page = pageOf(receiving.ministry);
    await send(page, 'payments', async (form) => {
      await form.locator('[name="payments_kind"][value="instalment"]').check();
      await form.locator('[name="payments_purpose"]').selectOption('stipend');
      await form.locator('[name="payments_payer"]').selectOption('host_country');
      await form.locator('[name="payments_amount"]').fill('500,00');
      await form.locator('[name="payments_currency"]').selectOption('EUR');
      await fillDay(form, 'payments_paidOn', dayAgo(5));
      await form.locator('[name="payments_evidence"]').fill('Order 17');
    });
    expect(await bodyOf(page)).toContain('Order 17');
    await look(page, `stay-paid-${home}`);
  }, 60_000);

  it('ends with the departure: its days are in the ledger, of today and of no day before', async () => {
    const page = pageOf(receiving.coordinator);
    await page.goto(`/mobilities/${stay}`);
    await send(page, 'departure', (form) => fillDay(form, 'departure_day', dayAgo(1)));
    expect(await bodyOf(page)).toContain('over');
    await look(page, `stay-over-${home}`);
    const ministry = pageOf(sending.ministry);
    await ministry.goto('/ledger?by=category');
    const today = await bodyOf(ministry);
    // Eighteen days ago until yesterday, both included.
    expect(today).toMatch(/18 of \d+ planned/);
    expect(today).toContain('€500 of €1,500 planned');
    await look(ministry, `ledger-${home}`);
    await ministry.goto(`/ledger?by=category&on=${dayAgo(10)}`);
    expect(await bodyOf(ministry)).not.toMatch(/18 of \d+ planned/);
    await ministry.goto('/mobilities?when=all');
    await look(ministry, `stays-all-${home}`);
  }, 60_000);
});
