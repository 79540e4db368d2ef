import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Page } from 'playwright-core';
import { LANGUAGES } from '../../src/shared/language.js';
import type { Language } from '../../src/shared/language.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { startMost } from '../start-most.js';
import type { RunningMost } from '../start-most.js';
import { attach, begin, choosePlace, consent, onePage, saveButton, write } from './applicant.js';
import type { Written } from './applicant.js';
import { DESKTOP, expectAccessible, openBrowser, PHONE, shot, signIn } from './browser.js';
import type { Person, PersonOptions, TestBrowser } from './browser.js';
import { Mailbox } from './mailbox.js';
import type { ExpectedMail } from './mailbox.js';
import { expectReadable, expectReadableInAll } from './readable.js';
import { words } from './words.js';

/** Everything here runs on one running application with the demonstration's world, as a newcomer meets it. */
let most: RunningMost;
let browser: TestBrowser;
let owner: pg.Client;
/** The demonstration's open call for students, on the direct route. */
let call: string;
let pdf: Buffer;

beforeAll(async () => {
  most = await startMost();
  browser = await openBrowser(most.url);
  owner = new pg.Client({ connectionString: most.ownerUrl });
  await owner.connect();
  const { rows } = await owner.query<{ slug: string }>(
    `select slug from calls where slug like 'student-exchange-%' and state = 'published'`,
  );
  call = rows[0]?.slug ?? '';
  pdf = await onePage();
}, 90_000);

afterAll(async () => {
  // The offices of this suite acted through pages only: what they left behind must be whole as well.
  await expectInvariants(owner);
  await owner.end();
  await browser.close();
  await most.stop();
}, 30_000);

/** Another call of the same year, open for weeks: one that closes today may close while the journeys are under way. */
const otherCall = () => `visiting-professors-${call.slice(-4)}`;

/** Those whom a test has called, so that they leave after it, however it ended. */
const present: Person[] = [];

async function person(email: string | null, options: PersonOptions = {}): Promise<Person> {
  const come = await browser.newPerson({ ...options, as: email });
  present.push(come);
  return come;
}

afterEach(async () => {
  for (const each of present.splice(0)) await each.leave();
});

const PERSON: Written = { birth_date: '27 3 2003', phone: '+381 64 123 4567' };
const STUDY: Written = {
  faculty: 'Mathematics',
  programme: 'Computing',
  level: '7',
  year: '1',
  language_level: 'B2',
};
const MOTIVATION: Written = { motivation: 'I want to learn from both sides of the bridge.' };

/** One exchange: who takes part and what each of them reads. */
interface Direction {
  readonly name: string;
  readonly student: string;
  readonly locale: string;
  readonly language: Language;
  readonly home: {
    readonly coordinator: string;
    /** Who acts for the coordinator, and is told the same. */
    readonly deputies: readonly (readonly [email: string, language: Language])[];
    readonly ministry: string;
    readonly name: string;
  };
  readonly host: {
    readonly coordinator: string;
    readonly ministry: string;
    readonly name: string;
    readonly language: Language;
  };
  readonly family: string;
  readonly person: Written;
  readonly study: Written;
  readonly motivation: string;
  readonly transcript: string;
  readonly reason: string;
}

const DIRECTIONS: readonly Direction[] = [
  {
    name: 'from Belgrade to Moscow',
    student: 'student@rs.demo',
    locale: 'sr-Cyrl-RS',
    language: 'sr-Cyrl',
    home: {
      coordinator: 'coordinator@bg.rs.demo',
      deputies: [['deputy@bg.rs.demo', 'sr-Latn']],
      ministry: 'ministry@rs.demo',
      name: 'Универзитет у Београду',
    },
    host: {
      coordinator: 'coordinator@msu.ru.demo',
      ministry: 'ministry@ru.demo',
      name: 'Московски државни универзитет Ломоносов',
      language: 'ru',
    },
    family: 'Јовић',
    person: PERSON,
    study: {
      faculty: 'Математички факултет',
      programme: 'Рачунарство и информатика',
      level: '7',
      year: '1',
      grade_average: '9,35',
      language_level: 'B2',
    },
    motivation: 'Желим да научим како се велики градови ослањају на податке.',
    transcript: 'Препис оцена.pdf',
    reason: 'Напишите и којим се подацима желите бавити.',
  },
  {
    name: 'from Novosibirsk to Novi Sad',
    student: 'student@ru.demo',
    locale: 'ru-RU',
    language: 'ru',
    home: {
      coordinator: 'coordinator@nsu.ru.demo',
      deputies: [],
      ministry: 'ministry@ru.demo',
      name: 'Новосибирский государственный университет',
    },
    host: {
      coordinator: 'coordinator@ns.rs.demo',
      ministry: 'ministry@rs.demo',
      name: 'Нови-Садский университет',
      language: 'sr-Cyrl',
    },
    family: 'Соколова',
    person: { birth_date: '14 8 2004', phone: '+7 912 345-67-89' },
    study: {
      faculty: 'Механико-математический факультет',
      programme: 'Прикладная математика и информатика',
      level: '6',
      year: '3',
      grade_average: '4,8',
      language_level: 'B2',
    },
    motivation: 'Хочу изучать языковые модели славянских языков вместе с сербскими коллегами.',
    transcript: 'Выписка об оценках.pdf',
    reason: 'Укажите, пожалуйста, какими данными Вы хотите заниматься.',
  },
];

/** Both officers of a ministry: each is told of what waits for their side. */
const officersOf = (ministry: string) => [ministry, ministry.replace('ministry@', 'ministry2@')];

/** A mail to the home coordinator and to whoever acts for them. */
function toHomeOffice({ home, language }: Direction, template: string): readonly ExpectedMail[] {
  return [
    [home.coordinator, language, template],
    ...home.deputies.map(([email, theirs]): ExpectedMail => [email, theirs, template]),
  ];
}

describe.each(DIRECTIONS)('an exchange $name', (way) => {
  it('goes from the call to the letter', async () => {
    const asStudent = { locale: way.locale };
    const student = await person(null, asStudent);
    const { page } = student;

    // 1. The calls, and one of them.
    await page.goto('/calls');
    await page.locator(`a[href="/calls/${call}"]`).first().click();
    await page.locator('.most-apply').waitFor();
    expect(await page.locator('#places ~ table tbody tr').count()).toBeGreaterThan(3);
    expect(await page.locator('.most-apply time').first().getAttribute('datetime')).toMatch(/^\d{4}-/);

    // 2. Signing in leads back to the call.
    await page.locator('.most-apply a.govuk-button').click();
    await signIn(page, way.student);
    expect(new URL(page.url()).pathname).toBe(`/calls/${call}`);

    // 3. The form, page by page, until the documents.
    await page.locator('form[action="/applications"] button').click();
    await page.waitForURL(/\/applications\/[0-9a-f-]{36}$/);
    const path = new URL(page.url()).pathname;
    await page.locator('.most-next a.govuk-button').click();
    expect(await page.locator('[name=native_family]').inputValue()).toBe(way.family);
    await write(page, way.person);
    await saveButton(page).click();
    await page.waitForURL(`**${path}/study`);
    await write(page, way.study);
    await saveButton(page).click();
    await page.waitForURL(`**${path}/choices`);
    await choosePlace(page, 1, way.host.name);
    await saveButton(page).click();
    await page.waitForURL(`**${path}/motivation`);
    await write(page, { motivation: way.motivation });
    await saveButton(page).click();
    await page.waitForURL(`**${path}/documents`);

    // … then from another browser, where everything is as it was left.
    const elsewhere = await person(way.student, asStudent);
    const there = elsewhere.page;
    await there.goto('/');
    await there.locator(`a[href="${path}"]`).first().click();
    await there.waitForURL(`**${path}`);
    await there.goto(`${path}/study`);
    for (const [name, value] of Object.entries({ ...way.study })) {
      const control = there.locator(
        `[name=${name}]:checked, select[name=${name}], input[type=text][name=${name}]`,
      );
      expect(await control.first().inputValue()).toBe(value);
    }
    await there.goto(`${path}/motivation`);
    expect(await there.locator('[name=motivation]').inputValue()).toBe(way.motivation);

    // … stopped by what is missing; the link leads to the control itself.
    await there.goto(`${path}/check`);
    await there.locator('.most-next form button').click();
    const missing = there.locator('.govuk-error-summary__list a');
    await missing.first().waitFor();
    const hrefs = await Promise.all((await missing.all()).map((link) => link.getAttribute('href')));
    expect(hrefs.map((href) => href?.replace(path, ''))).toEqual([
      '/documents?from=check#field-transcript',
      '/consents?from=check#field-processing',
      '/consents?from=check#field-cross_border_transfer',
    ]);
    await shot(there, `${way.language}-blockers`);
    await missing.first().click();
    await there.waitForURL(`**${path}/documents?from=check#field-transcript`);
    expect(await there.locator('#field-transcript').count()).toBe(1);
    await attach(there, 'transcript', pdf, way.transcript);
    expect(await there.locator('.most-present').first().innerText()).toContain(way.transcript);
    await there.goto(`${path}/check`);
    await there.locator('a[href$="#field-processing"]').first().click();
    await there.waitForURL('**#field-processing');
    expect(await there.evaluate<string>('document.activeElement.id')).toBe('field-processing');
    await consent(there);
    await saveButton(there).click();
    await there.waitForURL(`**${path}/check`);

    // … and submitted, by a hand that clicks twice.
    await there.locator('.most-next form button').dblclick();
    await there.waitForURL(`**${path}/receipt`);
    const number = (await there.locator('.most-number').innerText()).trim();
    expect(number).toMatch(/^(RS|RU)-\d{4}-\d{6}$/);
    const submissions = await owner.query(
      'select 1 from application_submissions s join applications a on a.id = s.application_id where a.number = $1',
      [number],
    );
    expect(submissions.rowCount).toBe(1);
    await shot(there, `${way.language}-receipt`);
    const mails = new Mailbox(most.mailUrl, number);
    await mails.expect([way.student, way.language, 'receipt'], ...toHomeOffice(way, 'to_check'));
    await expectPdf(there, `${path}/dossier.pdf`);
    await expectPdf(there, `${path}/receipt.pdf`);
    await expectHolders(there, path, way.language, ['home_institution', way.home.name]);
    await elsewhere.leave();

    // 4. The home coordinator finds it, and returns it with a reason and named fields.
    const homeOffice = await person(way.home.coordinator, asStudent);
    for (const list of ['/', '/applications']) {
      await homeOffice.page.goto(list);
      await expectReadableInAll(homeOffice.page, way.language);
    }
    await openFromWorklist(homeOffice.page, '/applications?waits=home', number);
    await expectReadableInAll(homeOffice.page, way.language);
    await shot(homeOffice.page, `${way.language}-home-review`);
    await homeOffice.page.locator('.most-decision a[href*="act=return"]').click();
    await homeOffice.page.locator('input[name=fields][value="motivation.motivation"]').check();
    await homeOffice.page.locator('[name=reason]').fill(way.reason);
    await act(homeOffice.page);
    await mails.expect([way.student, way.language, 'returned']);

    // … the student can correct only that, and submits again.
    await page.goto(path);
    expect(await page.locator('.most-note').first().innerText()).toContain(way.reason);
    await expectReadableInAll(page, way.language);
    await shot(page, `${way.language}-returned`);
    await page.goto(`${path}/person`);
    expect(await page.locator('main form [name=native_family]').count()).toBe(0);
    await page.goto(`${path}/motivation`);
    expect(await page.locator('main form textarea').count()).toBe(1);
    await write(page, { motivation: `${way.motivation} ${way.motivation}` });
    await saveButton(page).click();
    await page.waitForURL(`**${path}`);
    await page.locator('.most-next a.govuk-button').click();
    await page.waitForURL(`**${path}/check`);
    await page.locator('.most-next form button').click();
    await page.waitForURL(`**${path}/receipt`);
    expect((await page.locator('.most-number').innerText()).trim()).toBe(number);
    await mails.expect([way.student, way.language, 'receipt_again'], ...toHomeOffice(way, 'to_check_again'));

    // … and the coordinator nominates, for the first place that was chosen.
    await openFromWorklist(homeOffice.page, '/applications?waits=home', number);
    await act(homeOffice.page);
    await mails.expect(
      [way.student, way.language, 'nominated'],
      [way.host.coordinator, way.host.language, 'nomination_to_answer'],
    );
    await expectHolders(page, path, way.language, ['host_institution', way.host.name]);

    // 5. The host accepts.
    const asHost = { locale: way.host.language };
    const hostOffice = await person(way.host.coordinator, asHost);
    await openFromWorklist(hostOffice.page, '/applications?waits=host', number);
    await expectReadableInAll(hostOffice.page, way.host.language);
    await shot(hostOffice.page, `${way.language}-host-review`);
    await act(hostOffice.page);
    await mails.expect(
      [way.student, way.language, 'nomination_accepted'],
      // Told to whoever proposed, and not to the whole office.
      [way.home.coordinator, way.language, 'nomination_accepted'],
      ...officersOf(way.home.ministry).map((email): ExpectedMail => [email, way.language, 'decision_waits']),
      ...officersOf(way.host.ministry).map((email): ExpectedMail => [
        email,
        way.host.language,
        'decision_waits',
      ]),
    );
    await expectHolders(page, path, way.language, ['home_ministry', null], ['host_ministry', null]);
    if (way.host.language === 'ru') await pictureForReadme(page, 'status', 1310);

    // 6. Each ministry approves on its own side; one alone is no approval.
    const hostMinistry = await person(way.host.ministry, asHost);
    for (const list of ['/', '/approvals']) {
      await hostMinistry.page.goto(list);
      await expectReadableInAll(hostMinistry.page, way.host.language);
    }
    await openFromWorklist(hostMinistry.page, '/approvals', number);
    await expectReadableInAll(hostMinistry.page, way.host.language);
    await shot(hostMinistry.page, `${way.language}-approval`);
    await act(hostMinistry.page);
    await expectSides(hostMinistry.page, { home: 'waits', host: 'agreed', outcome: 'open' });
    await shot(hostMinistry.page, `${way.language}-approval-of-one`);
    await expectHolders(page, path, way.language, ['home_ministry', null]);
    expect(await page.locator(`a[href="${path}/letter.pdf"], a[href="${path}/offer"]`).count()).toBe(0);
    const homeMinistry = await person(way.home.ministry, asStudent);
    await openFromWorklist(homeMinistry.page, '/approvals', number);
    await expectSides(homeMinistry.page, { home: 'waits', host: 'agreed', outcome: 'open' });
    await act(homeMinistry.page);
    await expectSides(homeMinistry.page, { home: 'agreed', host: 'agreed', outcome: 'agreed' });
    await mails.expect([way.student, way.language, 'offered'], ...toHomeOffice(way, 'place_offered'), [
      way.host.coordinator,
      way.host.language,
      'place_offered',
    ]);

    // 7. The offer, its acceptance and the letter.
    await expectHolders(page, path, way.language, [
      'applicant',
      words(way.language, 'applications.custody.you'),
    ]);
    await page.locator(`.most-next a[href="${path}/offer"]`).click();
    await expectReadableInAll(page, way.language);
    await shot(page, `${way.language}-offer`);
    await page.locator('form:has(input[name=answer][value=accept]) button').click();
    await page.waitForURL(`**${path}`);
    await mails.expect([way.student, way.language, 'accepted'], ...toHomeOffice(way, 'place_accepted'), [
      way.host.coordinator,
      way.host.language,
      'place_accepted',
    ]);
    await expectHolders(page, path, way.language, ['host_institution', way.host.name]);
    await shot(page, `${way.language}-accepted`);
    await eventually(() => expectPdf(page, `${path}/letter.pdf`));
    await page.goto(path);
    expect(await page.locator(`.most-next a[href="${path}/letter.pdf"]`).count()).toBe(1);

    // … which anybody who holds it can verify, and learns no name.
    const { rows } = await owner.query<{ number: string; check_code: string }>(
      `select l.number, l.check_code from issued_documents l join applications a on a.id::text = l.subject_id::text
       where a.number = $1`,
      [number],
    );
    const letter = rows[0] ?? { number: '', check_code: '' };
    const stranger = await person(null, asHost);
    const verdict = stranger.page.locator('.most-verdict');
    await stranger.page.goto(`/verify/${letter.number}?code=${letter.check_code}`);
    await verdict.waitFor();
    expect(await verdict.getAttribute('class')).toContain('most-verdict--agreed');
    const told = await stranger.page.locator('main').innerText();
    expect(told).toContain(letter.number);
    expect(told).not.toContain(way.family);
    expect(told).not.toContain(number);
    await expectReadableInAll(stranger.page, way.host.language);
    await shot(stranger.page, `${way.language}-verified`);
    await stranger.page.goto(`/verify/${letter.number}?code=00000-00000`);
    await verdict.waitFor();
    expect(await verdict.getAttribute('class')).toContain('most-verdict--refused');
    expect(await stranger.page.locator('main dl').count()).toBe(0);

    // Nobody else was told anything.
    await mails.expect();
  }, 180_000);
});

/** Finds a file in a list of what waits, by its number, and opens it. */
async function openFromWorklist(page: Page, list: string, number: string): Promise<void> {
  await page.goto(list);
  await page.locator('.most-worklist__title a', { hasText: number }).click();
  await page.locator('.most-decision').waitFor();
}

/** Does what the decision panel stands at. */
async function act(page: Page): Promise<void> {
  await page.locator('.most-decision form button[type=submit]').click();
  await page.locator('.most-flash--success').waitFor();
}

const SIGNS = { waits: 'brass', agreed: 'leaf', open: 'brass' } as const;

/** Both sides of a decision and what follows for the pair, by the colours that carry their meaning. */
async function expectSides(
  page: Page,
  expected: Readonly<Record<'home' | 'host' | 'outcome', keyof typeof SIGNS>>,
): Promise<void> {
  const shown = async (part: string) =>
    await page.locator(`.most-sides__${part} .most-tag`).first().getAttribute('class');
  expect(await shown('side--home')).toContain(SIGNS[expected.home]);
  expect(await shown('side--host')).toContain(SIGNS[expected.host]);
  expect(await shown('outcome')).toContain(SIGNS[expected.outcome]);
}

async function eventually(look: () => Promise<void>): Promise<void> {
  for (let left = 60; ; left -= 1) {
    try {
      await look();
      return;
    } catch (error) {
      if (left === 0) throw error;
      await pause(500);
    }
  }
}

async function expectPdf(page: Page, path: string): Promise<void> {
  const answer = await page.context().request.get(new URL(path, page.url()).href);
  expect(answer.status()).toBe(200);
  expect(answer.headers()['content-type']).toContain('application/pdf');
  expect((await answer.body()).subarray(0, 5).toString()).toBe('%PDF-');
}

type Holder = readonly [office: string, name: string | null];

/** What the applicant is told: who has it, since when, until when. */
async function expectHolders(
  page: Page,
  path: string,
  language: Language,
  ...holders: readonly Holder[]
): Promise<void> {
  await page.goto(path);
  const cards = await page.locator('.most-custody__holder').all();
  const shown = await Promise.all(
    cards.map(async (card) => [
      await card.locator('.most-custody__office').innerText(),
      await card.locator('.most-custody__name').innerText(),
    ]),
  );
  expect(shown).toEqual(
    holders.map(([office, name], place) => [
      words(language, `applications.custody.${office}`),
      name ?? shown[place]?.[1],
    ]),
  );
  for (const card of cards) {
    expect(await card.locator('dt').first().innerText()).toBe(words(language, 'applications.status.since'));
    expect(await card.locator('dd').first().innerText()).toMatch(/\d{4}/);
  }
}

const PUBLIC_PAGES = [
  '/',
  '/calls',
  '/institutions',
  '/agreements',
  '/verify',
  '/sign-in',
  '/privacy',
  '/accessibility',
];

describe.each(LANGUAGES)('in %s', (language) => {
  it('the public pages can be read, wide and on a phone', async () => {
    const { page } = await person(null);
    for (const path of [...PUBLIC_PAGES, `/calls/${call}`]) {
      await page.goto(`${path}?lang=${language}`);
      await expectReadableInAll(page, language);
      await picture(page, language, `public${path.replaceAll('/', '-')}`);
      if (path === '/' && language === 'en') await pictureForReadme(page, 'welcome', 800);
    }
  }, 90_000);
});

describe('an applicant', () => {
  let path: string | undefined;
  let submitted: string | undefined;

  it.each(LANGUAGES)(
    'can read every page of the form in %s',
    async (language) => {
      const { page } = await person('student2@rs.demo');
      path ??= await fillUntilDocuments(page);
      for (const section of ['', ...SECTIONS, '/check']) {
        await page.goto(`${path}${section}?lang=${language}`);
        await expectReadableInAll(page, language);
        await picture(page, language, `form${section.replace('/', '-')}`);
      }
    },
    90_000,
  );

  it.each(LANGUAGES)(
    'can read the receipt and where the application is in %s',
    async (language) => {
      const { page } = await person('student2@rs.demo');
      path ??= await fillUntilDocuments(page);
      submitted ??= await submit(page, path);
      for (const [name, place] of [
        ['receipt', `${submitted}/receipt`],
        ['status', submitted],
        ['home', '/'],
        ['account', '/account'],
      ] as const) {
        await page.goto(`${place}?lang=${language}`);
        await expectReadableInAll(page, language);
        await picture(page, language, name);
      }
    },
    90_000,
  );
});

describe('a letter of reference', () => {
  it('is asked for, written and handed in through its link, in every language', async () => {
    const { page } = await person('student2@rs.demo');
    const path = await begin(page, call);
    await page.goto(`${path}/references?lang=ru`);
    await page.locator('main form button').last().click();
    await page.locator('.govuk-error-summary').waitFor();
    await expectReadable(page, 'ru');
    await write(page, {
      name: 'Проф. др Милена Јовановић',
      email: 'milena@letters.demo',
      relation: 'teacher',
      language: 'sr-Cyrl',
    });
    await page.locator('main form button').last().click();
    await page.locator('.most-letters .most-card').waitFor();
    for (const language of LANGUAGES) {
      await page.goto(`${path}/references?lang=${language}`);
      await expectReadableInAll(page, language);
      await picture(page, language, 'references');
    }

    const link = await linkOfLetter('milena@letters.demo');
    const { page: referee } = await person(null);
    for (const [name, place] of [
      ['letter', link],
      ['letter-write', `${link}/write`],
      ['letter-decline', `${link}/decline`],
    ] as const) {
      for (const language of LANGUAGES) {
        await referee.goto(`${place}?lang=${language}`);
        await expectReadableInAll(referee, language);
        await picture(referee, language, name);
      }
    }
    await referee.goto(`${link}?lang=sr-Cyrl`);
    await referee.locator('main form button').click();
    await write(referee, {
      body: 'Препоручујем кандидата без резерве.',
      capacity: 'teacher',
      knownFor: 'over_5',
    });
    await referee.locator('button[value=check]').click();
    await referee.locator('[name=confirm]').check();
    await expectReadable(referee, 'sr-Cyrl');
    await picture(referee, 'sr-Cyrl', 'letter-check');
    await referee.locator('.most-next form button').click();
    await referee.waitForURL(`**${link}`);
    for (const language of LANGUAGES) {
      await referee.goto(`${link}?lang=${language}`);
      await expectReadableInAll(referee, language);
      await picture(referee, language, 'letter-standing');
    }
  }, 120_000);
});

/** The address that the mail to a referee leads to, without its language. */
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

const SECTIONS = ['/person', '/study', '/choices', '/motivation', '/documents', '/references', '/consents'];

/** Leaves nothing to be done but the documents and the consents. Returns the address of the application. */
async function fillUntilDocuments(page: Page): Promise<string> {
  const path = await begin(page, call);
  const pages: readonly (readonly [string, () => Promise<void>])[] = [
    ['/person', () => write(page, PERSON)],
    ['/study', () => write(page, STUDY)],
    [
      '/choices',
      () =>
        page
          .locator('select[name=choice_1]')
          .selectOption({ index: 1 })
          .then(() => undefined),
    ],
    ['/motivation', () => write(page, MOTIVATION)],
  ];
  await page.goto(`${path}/person`);
  for (const [at, fill] of pages) {
    await page.waitForURL(`**${path}${at}`);
    await fill();
    await saveButton(page).click();
  }
  await page.waitForURL(`**${path}/documents`);
  return path;
}

/** Adds what `fillUntilDocuments` left, and submits. */
async function submit(page: Page, path: string): Promise<string> {
  await page.goto(`${path}/documents`);
  await attach(page, 'transcript', pdf, 'Transcript.pdf');
  await page.goto(`${path}/consents`);
  await consent(page);
  await saveButton(page).click();
  await page.waitForURL(`**${path}/check`);
  await page.locator('.most-next form button').click();
  await page.waitForURL(`**${path}/receipt`);
  return path;
}

describe('whoever', () => {
  it('has only a keyboard signs in and saves a page', async () => {
    const { page } = await person(null);
    await page.goto('/');
    await enter(page, 'a[href^="/sign-in"]');
    await enter(page, 'main a[href^="/sign-in/rs"]');
    await tabTo(page, 'input[name=email]');
    await page.keyboard.type('student@rs.demo');
    await tabTo(page, 'input[name=password]');
    await page.keyboard.type('most');
    await page.keyboard.press('Enter');
    await page.locator('.most-account__name').waitFor();
    await page.goto(`/calls/${otherCall()}`);
    await enter(page, 'form[action="/applications"] button');
    await page.waitForURL(/\/applications\/[0-9a-f-]{36}$/);
    await enter(page, '.most-next a.govuk-button');
    await page.locator('[name=phone]').waitFor();
    await tabTo(page, '[name="birth_date-day"]');
    for (const part of ['27', '3', '2003']) {
      await page.keyboard.type(part);
      await page.keyboard.press('Tab');
    }
    await tabTo(page, '[name=phone]');
    await page.keyboard.type('+381 64 123 4567');
    await enter(page, 'main form button[type=submit]:not([name])');
    await page.waitForURL('**/work');
    await page.goto(page.url().replace('/work', '/person'));
    expect(await page.locator('[name=phone]').inputValue()).toBe('+381641234567');
  }, 60_000);

  it('runs no scripts begins, fills in, uploads, is told what is missing, and submits', async () => {
    const { page } = await person('student2@ru.demo', { withoutScripts: true, locale: 'ru-RU' });
    const path = await fillUntilDocuments(page);
    await page.goto(`${path}/check`);
    await page.locator('.most-next form button').click();
    const missing = page.locator('.govuk-error-summary__list a');
    await missing.first().waitFor();
    await expectAccessible(page);
    expect(await missing.count()).toBe(3);
    await submit(page, path);
    expect(await page.locator('.most-number').innerText()).toMatch(/^RU-/);
  }, 60_000);

  it('saves in a second tab sees both versions and chooses', async () => {
    const { page, context } = await person('student@ru.demo', { locale: 'ru-RU' });
    const path = await begin(page, otherCall());
    const second = await context.newPage();
    for (const tab of [page, second]) await tab.goto(`${path}/motivation`);
    await write(second, { motivation: 'Из второй вкладки.' });
    await saveButton(second).click();
    await second.waitForURL(`**${path}/documents`);
    await write(page, { motivation: 'Из первой вкладки.' });
    await saveButton(page).click();
    const both = page.locator('.most-compare');
    await both.waitFor();
    expect(await both.innerText()).toContain('Из первой вкладки.');
    expect(await both.innerText()).toContain('Из второй вкладки.');
    await expectReadable(page, 'ru');
    await picture(page, 'ru', 'stale');
    await saveButton(page).click();
    await page.waitForURL(`**${path}/documents`);
    await page.goto(`${path}/motivation`);
    expect(await page.locator('[name=motivation]').inputValue()).toBe('Из первой вкладки.');
  }, 60_000);

  it('need not save: the page keeps itself, and says so', async () => {
    const { page } = await person('student@ru.demo', { locale: 'ru-RU' });
    const path = await begin(page, otherCall());
    await page.goto(`${path}/motivation`);
    await write(page, { motivation: 'Это никто не сохранял.' });
    const status = page.locator('[data-keep-status]');
    await status.filter({ hasText: /^Сохранено в \d/ }).waitFor();
    // Nothing is left to be asked about: the page lets go, and another device finds the words.
    await page.goto(path);
    await page.goto(`${path}/motivation`);
    expect(await page.locator('[name=motivation]').inputValue()).toBe('Это никто не сохранял.');

    // The button after a page that kept itself is no second version.
    await write(page, { motivation: 'А это сохранили кнопкой.' });
    await status.filter({ hasText: /^Сохранено в \d/ }).waitFor();
    await saveButton(page).click();
    await page.waitForURL(`**${path}/documents`);
    await expectAccessible(page);
  }, 60_000);

  it('writes on while the server is restarted, and loses nothing', async () => {
    const visitor = await person('student@rs.demo', { locale: 'sr-Cyrl-RS' });
    const { page } = visitor;
    const path = await begin(page, otherCall());
    await page.goto(`${path}/motivation`);
    await write(page, { motivation: 'Пре прекида.' });
    const status = page.locator('[data-keep-status]');
    await status.filter({ hasText: /^Сачувано у \d/ }).waitFor();
    await most.restart(async () => {
      await write(page, { motivation: 'Пре прекида. Током прекида.' });
      await status.filter({ hasText: 'нема везе са сервером' }).waitFor();
      expect(await page.locator('[name=motivation]').inputValue()).toBe('Пре прекида. Током прекида.');
      await picture(page, 'sr-Cyrl', 'kept-later');
    });
    // By itself, without a click and without signing in again.
    await status.filter({ hasText: /^Сачувано у \d/ }).waitFor({ timeout: 60_000 });
    const { rows } = await owner.query<{ motivation: string }>(
      `select answers ->> 'motivation' as motivation from application_sections
       where application_id = $1 and section = 'motivation'`,
      [path.split('/').at(-1)],
    );
    expect(rows).toEqual([{ motivation: 'Пре прекида. Током прекида.' }]);
    visitor.pardon();
  }, 120_000);

  it('leaves a page that another device has changed to be decided, and does not keep over it', async () => {
    const visitor = await person('student2@rs.demo', { locale: 'sr-Cyrl-RS' });
    const { page, context } = visitor;
    const path = await begin(page, otherCall());
    const second = await context.newPage();
    for (const tab of [page, second]) await tab.goto(`${path}/motivation`);
    await write(second, { motivation: 'Са другог уређаја.' });
    await saveButton(second).click();
    await second.waitForURL(`**${path}/documents`);
    await write(page, { motivation: 'Са овог уређаја.' });
    await page.locator('[data-keep-status]').filter({ hasText: 'izmenjena na drugom mestu' }).waitFor();
    await second.goto(`${path}/motivation`);
    expect(await second.locator('[name=motivation]').inputValue()).toBe('Са другог уређаја.');
    await saveButton(page).click();
    await page.locator('.most-compare').waitFor();
    visitor.pardon();
  }, 60_000);

  it('is signed out in the middle of a page finds the words again', async () => {
    const { page } = await person('student2@ru.demo', { locale: 'ru-RU' });
    const path = await begin(page, otherCall());
    await page.goto(`${path}/motivation`);
    await write(page, { motivation: 'Эти слова нельзя потерять.' });
    await owner.query(
      `delete from web_sessions using persons where email = 'student2@ru.demo' and sess -> 'signedIn' ->> 'personId' = persons.id::text`,
    );
    await saveButton(page).click();
    await page.waitForURL(/\/sign-in\?/);
    await page.locator('.most-flash').waitFor();
    // The provider still knows them, and asks for no password.
    await page.locator('main a[href^="/sign-in/ru"]').click();
    await page.waitForURL(`**${path}/motivation`);
    expect(await page.locator('[name=motivation]').inputValue()).toBe('Эти слова нельзя потерять.');
    await saveButton(page).click();
    await page.waitForURL(`**${path}/documents`);
  }, 60_000);
});

/** Goes on with the key Tab until an element has the focus. */
async function tabTo(page: Page, selector: string): Promise<void> {
  // A key that is pressed before the page has come moves nothing.
  await page.locator(selector).first().waitFor();
  for (let steps = 0; steps < 80; steps += 1) {
    if ((await page.locator(`${selector}:focus`).count()) > 0) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${page.url()}: the keyboard does not reach ${selector}`);
}

async function enter(page: Page, selector: string): Promise<void> {
  await tabTo(page, selector);
  await page.keyboard.press('Enter');
}

/** Keeps how a page looks: wide in the script that most meet first, on a phone in the language of the longest words. */
async function picture(page: Page, language: Language, name: string): Promise<void> {
  if (language === 'sr-Cyrl') await shot(page, `${name}-${language}-${DESKTOP.width}`);
  if (language !== 'ru') return;
  await page.setViewportSize(PHONE);
  await shot(page, `${name}-${language}-${PHONE.width}`);
  await page.setViewportSize(DESKTOP);
}

/**
 * The pictures of the README, which are taken only when they are asked for: with every day of the calendar they would be
 * others. `height` in CSS pixels from the top of the page.
 */
async function pictureForReadme(page: Page, name: string, height: number): Promise<void> {
  if (process.env.README_SCREENSHOTS !== '1') return;
  const folder = resolve(import.meta.dirname, '../../docs/screenshots');
  mkdirSync(folder, { recursive: true });
  await page.setViewportSize({ width: DESKTOP.width, height });
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await page.setViewportSize(DESKTOP);
}
