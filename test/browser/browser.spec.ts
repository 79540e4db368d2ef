import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expectAccessible, expectNoOverflow, openBrowser } from './browser.js';
import type { TestBrowser } from './browser.js';
import { expectWords } from './readable.js';

/** Pages that are broken in one way each: the tools that watch the journeys must see it. */
const BODIES: Readonly<Record<string, string>> = {
  '/sound': '<p>Мост стоји.</p>',
  '/inaccessible': '<input>',
  '/wide': `<p id="long">${'м'.repeat(120)}</p>`,
  '/inline': '<script>document.title = "run"</script>',
  '/throwing': '<script src="/throw.js"></script>',
  '/key': '<p>web.home.title</p>',
  '/unfilled': '<p>до {{until}}</p>',
  '/foreign': '<p>Конкурс объявлен</p>',
  '/said': '<p lang="ru">Конкурс объявлен</p>',
  '/without-picture': '<img alt="" src="/missing.png">',
};

const server = createServer((request, response) => {
  const path = request.url ?? '';
  response.setHeader('content-security-policy', "default-src 'self'; img-src 'self' data:");
  if (path === '/throw.js') {
    response.setHeader('content-type', 'text/javascript').end('throw new Error("planted")');
    return;
  }
  const status = path === '/refused' ? 422 : path === '/broken' ? 500 : path in BODIES ? 200 : 404;
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' });
  response.end(`<!doctype html><html lang="sr-Cyrl"><title>Мост</title><link rel="icon" href="data:,">
    <main><h1>Мост</h1>${BODIES[path] ?? ''}</main></html>`);
});
let browser: TestBrowser;

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  browser = await openBrowser(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

afterAll(async () => {
  server.close();
  await browser.close();
});

describe('the browser of the journeys', () => {
  it('has nothing against a sound page, nor against a refusal', async () => {
    const person = await browser.newPerson();
    await person.page.goto('/refused');
    await person.page.goto('/sound');
    expect(await expectAccessible(person.page)).toEqual([]);
    await expectNoOverflow(person.page);
    await person.leave();
  });

  it.each([
    ['/inline', 'Content Security Policy'],
    ['/throwing', 'script failed: planted'],
    ['/without-picture', '404: .+missing\\.png'],
    ['/broken', '500: .+broken'],
  ])('complains of %s', async (path, complaint) => {
    const person = await browser.newPerson();
    await person.page.goto(path, { waitUntil: 'networkidle' });
    await expect(person.leave()).rejects.toThrow(new RegExp(complaint));
  });

  it('finds a field without a label, with and without scripts', async () => {
    for (const withoutScripts of [false, true]) {
      const person = await browser.newPerson({ withoutScripts });
      await person.page.goto('/inaccessible');
      await expect(expectAccessible(person.page)).rejects.toThrow(/critical: label: .+/);
      await person.leave();
    }
  });

  it('finds what makes a page wider than a phone, and leaves the window as it was', async () => {
    const person = await browser.newPerson();
    await person.page.goto('/wide');
    await expect(expectNoOverflow(person.page)).rejects.toThrow(/in a window of 360 px:\s+p#long to \d{3,}/);
    expect(person.page.viewportSize()?.width).toBe(1280);
    await person.leave();
  });

  it('runs no script of a page for whoever has none', async () => {
    const person = await browser.newPerson({ withoutScripts: true });
    await person.page.goto('/throwing', { waitUntil: 'networkidle' });
    await person.leave();
  });

  it.each([
    ['/key', 'an untranslated key: web.home.title'],
    ['/unfilled', 'a value that was not filled in'],
    ['/foreign', 'no sr-Cyrl: Конкурс объявлен'],
  ])('finds on %s what is no text for a reader', async (path, fault) => {
    const person = await browser.newPerson();
    await person.page.goto(path);
    await expect(expectWords(person.page, 'sr-Cyrl')).rejects.toThrow(fault);
    await person.leave();
  });

  it('has nothing against a passage that says its language, but against a page that says another', async () => {
    const person = await browser.newPerson();
    await person.page.goto('/said');
    await expectWords(person.page, 'sr-Cyrl');
    await expect(expectWords(person.page, 'ru')).rejects.toThrow('the page says that it is in sr-Cyrl');
    await person.leave();
  });
});
