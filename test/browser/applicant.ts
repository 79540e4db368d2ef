import type { Locator, Page } from 'playwright-core';
import { PDFDocument } from 'pdf-lib';

/** What an applicant writes, by the names of the questions. A date is day, month and year with spaces. */
export type Written = Readonly<Record<string, string>>;

/** A real PDF of one page. */
export async function onePage(): Promise<Buffer> {
  const pdf = await PDFDocument.create();
  pdf.addPage();
  return Buffer.from(await pdf.save());
}

/** The button that saves a page of the form and goes on; there is a second one that goes back to the overview. */
export function saveButton(page: Page): Locator {
  return page.locator('main form button.govuk-button[type=submit]:not([name])').first();
}

/** Answers what is open on the page that stands. */
export async function write(page: Page, written: Written): Promise<void> {
  for (const [name, value] of Object.entries(written)) {
    const day = page.locator(`[name="${name}-day"]`);
    if ((await day.count()) > 0) {
      const [dayValue = '', month = '', year = ''] = value.split(' ');
      await day.fill(dayValue);
      await page.locator(`[name="${name}-month"]`).fill(month);
      await page.locator(`[name="${name}-year"]`).fill(year);
      continue;
    }
    const radio = page.locator(`input[type=radio][name="${name}"][value="${value}"]`);
    const list = page.locator(`select[name="${name}"]`);
    if ((await radio.count()) > 0) await radio.check();
    else if ((await list.count()) > 0) await list.selectOption(value);
    else await page.locator(`[name="${name}"]`).fill(value);
  }
}

/** Chooses the first place at a host in the list of one rank. */
export async function choosePlace(page: Page, rank: number, hostName: string): Promise<void> {
  const list = page.locator(`select[name=choice_${rank}]`);
  const value = await list.locator('option', { hasText: hostName }).first().getAttribute('value');
  if (!value) throw new Error(`no place at ${hostName}`);
  await list.selectOption(value);
}

/** Attaches a PDF to a requirement; the page of documents must be open. */
export async function attach(page: Page, requirement: string, content: Buffer, name: string): Promise<void> {
  await page
    .locator(`input[type=file][name=${requirement}]`)
    .setInputFiles({ name, mimeType: 'application/pdf', buffer: content });
  await page.locator(`form:has(input[name=${requirement}]) button[type=submit]`).click();
  await page.locator('.most-present').first().waitFor();
}

/** Gives every consent on the page. */
export async function consent(page: Page): Promise<void> {
  for (const box of await page.locator('main input[type=checkbox]').all()) await box.check();
}

/** Begins an application to a call; signed in. Returns its address without the host. */
export async function begin(page: Page, slug: string): Promise<string> {
  await page.goto(`/calls/${slug}`);
  await page.locator('form[action="/applications"] button').click();
  await page.waitForURL(/\/applications\/[0-9a-f-]{36}$/);
  return new URL(page.url()).pathname;
}
