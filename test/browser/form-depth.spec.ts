import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { StartApplication } from '../../src/applications/public.js';
import type { Rule } from '../../src/calls/public.js';
import { systemClock } from '../../src/shared/clock.js';
import type { Id } from '../../src/shared/ids.js';
import { LANGUAGES } from '../../src/shared/language.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { actingAs } from '../factories/acting.js';
import { SAFETY, deepForm } from '../factories/deep-form.js';
import { exchangeModules } from '../factories/exchange-modules.js';
import { buildWorld } from '../factories/world.js';
import { startHttpApp } from '../http/http-app.js';
import type { HttpApp } from '../http/http-app.js';
import { expectAccessible, expectNoOverflow, openBrowser, PHONE, shot } from './browser.js';
import type { Person, TestBrowser } from './browser.js';

/** A form of many kinds of questions, in a browser: what appears, grows and is judged while somebody writes. */

const STUDENT = 'student@rs.demo';
const RULE: Rule = { kind: 'year', min: 3 };

let most: HttpApp;
let browser: TestBrowser;
let student: Person;
let scratch: string;
let id: Id;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'most-form-depth-'));
  most = await startHttpApp({ imports: exchangeModules(scratch) });
  const world = await buildWorld(most.app, most.owner, systemClock);
  await world.publishedCall({ slug: 'deep', form: { ...deepForm({}, [SAFETY]), eligibility: RULE } });
  browser = await openBrowser(most.url);
  student = await browser.newPerson({ as: STUDENT });
  const { rows } = await most.owner.query<{ id: Id }>('select id from persons where email = $1', [STUDENT]);
  const person = await actingAs(most.app, rows[0]?.id ?? '');
  id = (await most.app.get(StartApplication).run(person, 'deep')).id;
}, 120_000);

afterAll(async () => {
  await browser.close();
  await expectInvariants(most.owner);
  await most.stop();
  rmSync(scratch, { recursive: true, force: true });
});

it('shows a question with the answer that it hangs on, and takes it away again', async () => {
  const { page } = student;
  await page.goto(`/applications/${id}/depth?lang=en`);
  const equipment = page.locator('input[name=equipment]');
  expect(await equipment.isVisible()).toBe(false);
  expect(await page.locator('.most-conditional__when').isVisible()).toBe(false);
  await page.locator('input[name=laboratory][value=yes]').check();
  expect(await equipment.isVisible()).toBe(true);
  await equipment.fill('Laser');
  await page.locator('input[name=laboratory][value=no]').check();
  expect(await equipment.isVisible()).toBe(false);
  await page.locator('input[name=laboratory][value=yes]').check();
  expect(await equipment.inputValue()).toBe('Laser');
}, 60_000);

it('adds and takes away rows where one stands, and saves what is left', async () => {
  const { page } = student;
  await page.goto(`/applications/${id}/depth?lang=en`);
  const rows = page.locator('[data-row]');
  expect(await rows.count()).toBe(1);
  await page.locator('[name=works-1-title]').fill('Bridges');
  await page.locator('[name=works-1-year]').fill('2021');
  await page.locator('[data-row-add]').click();
  await page.locator('[name=works-2-title]').fill('Rivers');
  await page.locator('[name=works-2-year]').fill('2023');
  await page.locator('[name=works-2-kind]').selectOption('book');
  await page.locator('[data-row-add]').click();
  await page.locator('[data-row-add]').click();
  expect(await page.locator('[data-row-add]').isVisible()).toBe(false);
  await page.locator('[data-row-remove]').first().click();
  expect(await rows.count()).toBe(3);
  expect(await page.locator('[name=works-1-title]').inputValue()).toBe('Rivers');
  await page.locator('#field-orcid').fill('0000-0002-1825-0097');
  // The Enter key saves, and takes no row away.
  await page.locator('#field-orcid').press('Enter');
  await page.waitForURL(/\/choices$/);
  const { rows: kept } = await most.owner.query<{ answers: Record<string, string> }>(
    "select answers from application_sections where application_id = $1 and section = 'depth'",
    [id],
  );
  expect(kept[0]?.answers).toMatchObject({
    works: '[{"kind":"book","title":"Rivers","year":"2023"}]',
    orcid: '0000-0002-1825-0097',
  });
}, 60_000);

it('says while one types what condition an answer does not meet, and when it meets it', async () => {
  const { page } = student;
  await page.goto(`/applications/${id}/study?lang=en`);
  const note = page.locator('[data-unmet]');
  expect(await note.isVisible()).toBe(false);
  const year = page.locator('[name=year]').first();
  const isList = (await year.getAttribute('type')) === 'radio';
  const say = async (value: string) =>
    isList
      ? page.locator(`[name=year][value="${value}"]`).check()
      : (await page.locator('select[name=year]').count()) > 0
        ? year.selectOption(value)
        : year.fill(value);
  await say('2');
  await note.waitFor({ state: 'visible' });
  expect(await note.innerText()).toContain('At least year 3 of study');
  await say('3');
  await note.waitFor({ state: 'hidden' });
}, 60_000);

it('proposes the spelling of the passport while the name is typed, and takes it over only when told', async () => {
  const { page } = student;
  await page.goto(`/applications/${id}/person?lang=en`);
  const proposal = page.locator('[data-for=field-passport_family]');
  await page.locator('[name=native_family]').fill('Ђурђевић');
  await proposal.locator('strong', { hasText: 'DURDEVIC' }).waitFor({ state: 'visible' });
  expect(await page.locator('[name=passport_family]').inputValue()).not.toBe('DURDEVIC');
  await proposal.locator('button').click();
  expect(await page.locator('[name=passport_family]').inputValue()).toBe('DURDEVIC');
}, 60_000);

it('can be filled in without scripts', async () => {
  const plain = await browser.newPerson({ as: STUDENT, withoutScripts: true, viewport: PHONE });
  const { page } = plain;
  await page.goto(`/applications/${id}/depth?lang=en`);
  expect(await page.locator('.most-conditional__when').isVisible()).toBe(true);
  expect(await page.locator('input[name=equipment]').isVisible()).toBe(true);
  const before = await page.locator('[data-row]').count();
  await page.locator(`[name=works-${before}-title]`).fill('Roads');
  await page.locator(`[name=works-${before}-year]`).fill('2020');
  await page.locator('[data-row-add]').click();
  await page.waitForURL(/#field-works$/);
  expect(await page.locator('[name=works-2-title]').inputValue()).toBe('Roads');
  await page.locator('[data-row-remove]').nth(1).click();
  await page.waitForURL(/#field-works$/);
  expect(await page.locator('[name=works-2-title]').inputValue()).toBe('');
  await expectAccessible(page);
  await expectNoOverflow(page);
  await shot(page, 'form-depth-without-scripts-phone');
  await plain.leave();
}, 60_000);

it.each(LANGUAGES)(
  'can be read and used by everybody in %s',
  async (language) => {
    const { page } = student;
    await page.goto(`/applications/${id}/depth?lang=${language}`);
    await page.locator('input[name=laboratory][value=yes]').check();
    await expectAccessible(page);
    await expectNoOverflow(page);
    await shot(page, `form-depth-${language}`);
    await page.setViewportSize(PHONE);
    await shot(page, `form-depth-${language}-phone`);
    await page.goto(`/applications/${id}/check?lang=${language}`);
    await expectAccessible(page);
    await expectNoOverflow(page);
    await shot(page, `form-depth-check-${language}-phone`);
    await page.setViewportSize({ width: 1280, height: 900 });
  },
  60_000,
);
