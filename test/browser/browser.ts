import type { Result, RunOptions } from 'axe-core';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright-core';
import type { BrowserContext, BrowserContextOptions, CDPSession, Page } from 'playwright-core';
import { DEMO_ACCOUNTS, DEMO_PASSWORD } from '../../src/demo/accounts.js';

export const DESKTOP = { width: 1280, height: 900 };
/** The narrowest phone that is promised. */
export const PHONE = { width: 360, height: 740 };

const SCREENSHOTS = resolve(import.meta.dirname, '../../.data/screenshots');
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // For each page that is gone to Chromium would make the whole of its frame anew: half of the work of a walk.
  // What Playwright turns off is named again, since the last list holds.
  `--disable-features=${[
    'RenderDocument',
    'AvoidUnnecessaryBeforeUnloadCheckSync',
    'DestroyProfileOnBrowserClose',
    'HttpsUpgrades',
    'HttpsFirstBalancedModeAutoEnable',
    'MediaRouter',
    'OptimizationHints',
    'PaintHolding',
    'PreconnectToSearch',
    'ThirdPartyStoragePartitioning',
  ].join(',')}`,
];

export interface PersonOptions extends Pick<BrowserContextOptions, 'viewport' | 'locale'> {
  /** The account of the demonstration as whom they come signed in, on no page yet; nobody's unless it is said. */
  readonly as?: string | null;
  /** Their browser runs no JavaScript: every page must work so. */
  readonly withoutScripts?: boolean;
}

/** Somebody with a browser of their own: nothing is shared with the others, cookies least of all. */
export interface Person {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What went wrong in their browser so far: script errors, refused content, resources that failed to load. */
  readonly complaints: readonly string[];
  /** Forgets what was heard so far: after a test that broke something on purpose. Returns it. */
  pardon(): readonly string[];
  /** Leaves; throws where something went wrong that the test did not look at. */
  leave(): Promise<void>;
}

export interface TestBrowser {
  newPerson(options?: PersonOptions): Promise<Person>;
  /** Closes everything; throws where something went wrong for anybody who had not left yet. */
  close(): Promise<void>;
}

/** Starts Chromium. `url` is where the application answers: `page.goto('/calls')` is relative to it. */
export async function openBrowser(url: string): Promise<TestBrowser> {
  const browser = await chromium.launch({ executablePath: await findChromium(), args: FLAGS });
  const present = new Set<Person>();

  return {
    async newPerson({ as = null, withoutScripts = false, ...options } = {}) {
      const context = await browser.newContext({
        baseURL: url,
        viewport: DESKTOP,
        locale: 'sr-Cyrl-RS',
        ...options,
      });
      const complaints: string[] = [];
      context.on('page', (page) => listen(page, complaints));
      const page = await context.newPage();
      if (withoutScripts) await runNoScripts(page);
      const pardon = () => complaints.splice(0);
      const person: Person = {
        page,
        context,
        complaints,
        pardon,
        async leave() {
          present.delete(person);
          await context.close();
          failOn(pardon());
        },
      };
      present.add(person);
      if (as !== null) await signInUnseen(context, as);
      return person;
    },
    async close() {
      await browser.close();
      failOn([...present].flatMap((person) => person.pardon()));
    },
  };
}

/**
 * Signs in as one of the demonstration's people: chooses their provider on our page, types address and password on the
 * provider's, and comes back.
 * Where a page has already sent them to the choice of providers, it is not opened again: they return to that page.
 */
export async function signIn(page: Page, email: string): Promise<void> {
  const account = accountOf(email);
  if (!new URL(page.url(), 'http://nowhere.invalid').pathname.startsWith('/sign-in'))
    await page.goto('/sign-in');
  const home = new URL(page.url()).origin;
  const start = `/sign-in/${account.provider}`;
  await page
    .locator(`a[href*="${start}"], form[action*="${start}"] button, button[formaction*="${start}"]`)
    .first()
    .click();
  await page.waitForURL((url) => url.origin !== home);
  await page.locator('input[name=email]').fill(email);
  await page.locator('input[name=password]').fill(DEMO_PASSWORD);
  await page.locator('form button[type=submit]').click();
  await page.waitForURL((url) => url.origin === home && !url.pathname.startsWith('/sign-in/'));
}

/** The same requests as `signIn` sends, of which no page is drawn: for those whose coming is not what a test is about. */
async function signInUnseen({ request }: BrowserContext, email: string): Promise<void> {
  const { provider } = accountOf(email);
  const form = await request.get(`/sign-in/${provider}`);
  const url = form.url();
  const home = await request.post(url, {
    form: { email, password: DEMO_PASSWORD },
    headers: { origin: new URL(url).origin },
  });
  // Where they are led there may be no page yet.
  if (new URL(home.url()).origin === new URL(url).origin)
    throw new Error(`${email} was not signed in: ${home.status()} at ${home.url()}`);
}

function accountOf(email: string) {
  const account = DEMO_ACCOUNTS.find((candidate) => candidate.email === email);
  if (!account) throw new Error(`the demonstration has no account ${email}`);
  return account;
}

/**
 * Looks at the page as it stands now with axe (WCAG 2.2, A and AA). Throws on serious and critical findings;
 * says moderate and minor ones aloud and returns them.
 */
export function expectAccessible(page: Page): Promise<readonly string[]> {
  return expectNoFindings(page, { runOnly: WCAG });
}

/**
 * The same at another width of a page that was looked at already: all but its contrasts, which a width does not change
 * and which take axe the most time.
 */
export function expectAccessibleToo(page: Page): Promise<readonly string[]> {
  return expectNoFindings(page, { runOnly: WCAG, rules: { 'color-contrast': { enabled: false } } });
}

/** Half a megabyte: read once. To hand it over for every look takes longer than to look. */
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** In each page of a browser in which somebody has looked once: a function, which is compiled for the next look. */
const AXE_AT_HAND = `window.bringAxe = function () { ${AXE} }`;
/** Where it is at hand. */
const looked = new WeakSet<BrowserContext>();

async function expectNoFindings(page: Page, options: RunOptions): Promise<readonly string[]> {
  const violations = await withScripts(page, async () => {
    const here = await page.evaluate<boolean>(`(() => {
      if (!window.axe) window.bringAxe?.();
      return 'axe' in window;
    })()`);
    if (!here) await page.evaluate(AXE);
    // A page that was loaded without scripts has not even the function.
    const context = page.context();
    if (!scriptless.has(page) && !looked.has(context)) {
      looked.add(context);
      await context.addInitScript(AXE_AT_HAND);
    }
    // Of what is in order nothing is told: axe would describe every element of it.
    const told = JSON.stringify({ ...options, resultTypes: ['violations'] });
    return page.evaluate<Result[]>(`axe.run(document, ${told}).then((results) => results.violations)`);
  });
  const findings = violations.map(({ impact, id, help, nodes }) => ({
    grave: impact === 'serious' || impact === 'critical',
    text: [
      `${impact ?? 'unrated'}: ${id}: ${help}`,
      ...nodes.map(
        (node) =>
          `    ${node.target.join(' ')}\n      ${node.failureSummary?.replaceAll('\n', '\n      ') ?? ''}`,
      ),
    ].join('\n'),
  }));
  const grave = findings.filter((finding) => finding.grave).map(({ text }) => text);
  if (grave.length > 0) throw new Error(`Not accessible: ${page.url()}\n${grave.join('\n')}`);
  const lesser = findings.map(({ text }) => text);
  if (lesser.length > 0) process.stderr.write(`axe on ${page.url()}\n${lesser.join('\n')}\n`);
  return lesser;
}

/**
 * The developer tools of pages that run no scripts. Playwright's own `javaScriptEnabled` would also stop axe, and
 * could not be lifted for its look.
 */
const scriptless = new WeakMap<Page, CDPSession>();

async function runNoScripts(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Emulation.setScriptExecutionDisabled', { value: true });
  scriptless.set(page, devtools);
}

/** Lets axe run where the page's scripts do not. Those that were skipped as the page loaded stay skipped. */
async function withScripts<T>(page: Page, look: () => Promise<T>): Promise<T> {
  const devtools = scriptless.get(page);
  await devtools?.send('Emulation.setScriptExecutionDisabled', { value: false });
  try {
    return await look();
  } finally {
    await devtools?.send('Emulation.setScriptExecutionDisabled', { value: true });
  }
}

interface Overflow {
  readonly content: number;
  readonly window: number;
  readonly culprits: readonly string[];
}

/** Nobody scrolls sideways on a phone: throws with the elements that stand out to the right at that width, in CSS pixels. */
export async function expectNoOverflow(page: Page, width = PHONE.width): Promise<void> {
  const before = page.viewportSize();
  await page.setViewportSize({ width, height: before?.height ?? PHONE.height });
  const { content, window, culprits } = await withScripts(page, () =>
    page.evaluate<Overflow>(`(() => {
    const root = document.documentElement;
    const edge = root.clientWidth;
    const scrolls = (element) => {
      for (let at = element.parentElement; at && at !== document.body; at = at.parentElement) {
        if (getComputedStyle(at).overflowX !== 'visible') return true;
      }
      return false;
    };
    // An element ends where its box or its own text does: a long word leaves its box.
    const end = (element) => {
      const texts = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => {
        const range = document.createRange();
        range.selectNode(node);
        return range;
      });
      return Math.max(...[element, ...texts].map((part) => part.getBoundingClientRect().right));
    };
    const culprits = [...document.body.querySelectorAll('*')]
      .filter((element) => end(element) > edge + 1 && !scrolls(element))
      .map((element) => element.tagName.toLowerCase() + (element.id ? '#' + element.id : '') +
        [...element.classList].map((name) => '.' + name).join('') +
        ' to ' + Math.round(end(element)));
    return { content: root.scrollWidth, window: edge, culprits };
  })()`),
  );
  if (before) await page.setViewportSize(before);
  if (content > window) {
    throw new Error(
      `${page.url()} is ${content} px wide in a window of ${window} px:\n  ${culprits.slice(0, 12).join('\n  ')}`,
    );
  }
}

/**
 * Keeps a picture of the whole page in `.data/screenshots`, where `SCREENSHOTS=1` asks for it. It is for people to look at:
 * no test needs it, and drawing them takes a tenth of a walk.
 */
export async function shot(page: Page, name: string): Promise<void> {
  if (process.env.SCREENSHOTS !== '1') return;
  mkdirSync(SCREENSHOTS, { recursive: true });
  const path = join(SCREENSHOTS, `${name}.png`);
  try {
    // Chromium may never draw a page that stands behind another one.
    await page.bringToFront();
    await page.screenshot({ path, fullPage: true, timeout: 10_000 });
  } catch (error) {
    process.stderr.write(`no picture ${name}: ${String(error)}\n`);
  }
}

async function findChromium(): Promise<string> {
  const candidates = [
    process.env.CHROMIUM,
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/usr/bin/google-chrome-stable',
  ];
  const found = candidates.find((path) => path && existsSync(path));
  if (found) return found;
  // So that the package unpacks the libraries that a bare machine lacks as well.
  process.env.VERCEL = '1';
  const { default: packaged } = await import('@sparticuz/chromium');
  return packaged.executablePath();
}

/**
 * A page that answers 4xx is a page: what it says is the test's matter. Everything else that a developer would see
 * red in the browser's console is a complaint.
 */
function listen(page: Page, complaints: string[]): void {
  page.on('pageerror', (error) => complaints.push(`script failed: ${error.message}`));
  page.on('console', (message) => {
    // Chromium says so for refused pages too, without saying which; `response` below knows.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      complaints.push(`console: ${message.text()}`);
    }
  });
  page.on('response', (response) => {
    const least = response.request().isNavigationRequest() ? 500 : 400;
    if (response.status() >= least) complaints.push(`${response.status()}: ${response.url()}`);
  });
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? 'no reason';
    // Whoever goes on, clicks twice or downloads breaks off what was still on its way.
    if (reason === 'net::ERR_ABORTED') return;
    complaints.push(`${reason}: ${request.url()}`);
  });
}

function failOn(complaints: readonly string[]): void {
  if (complaints.length > 0) throw new Error(`The browser complained:\n  ${complaints.join('\n  ')}`);
}
