import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PDFDocument } from 'pdf-lib';
import { demoAccount, issueDemoToken } from '../../src/demo/public.js';
import { newId } from '../../src/shared/ids.js';
import { LANGUAGES } from '../../src/shared/language.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { buildWorld } from '../factories/world.js';
import type { World } from '../factories/world.js';
import type { Answer, Browser } from './browser-of-text.js';
import { startHttpApp } from './http-app.js';
import type { HttpApp } from './http-app.js';
import { exchangeModules } from '../factories/exchange-modules.js';

const STUDENT = 'student@rs.demo';

let most: HttpApp;
let world: World;
let files: string;
/** The slug of a call that nobody has applied to yet: each test has its own. */
let call: string;
let calls = 0;

beforeAll(async () => {
  files = mkdtempSync(join(tmpdir(), 'most-test-files-'));
  most = await startHttpApp({
    imports: exchangeModules(files),
  });
  world = await buildWorld(most.app, most.owner);
}, 60_000);
afterAll(async () => {
  await expectInvariants(most.owner);
  await most.stop();
  rmSync(files, { recursive: true, force: true });
});
beforeEach(async () => {
  calls += 1;
  call = `walk-${calls}`;
  await world.publishedCall({ slug: call });
});

/** An application of the student, just begun, and the browser in which it is open. */
async function begun(email = STUDENT): Promise<{ browser: Browser; path: string }> {
  const browser = await most.signedIn(email);
  const page = await browser.open('/account');
  const answer = await browser.follow(
    await browser.post('/applications', { _csrf: browser.token(page), call }),
  );
  expect(answer.status).toBe(200);
  return { browser, path: new URL(answer.url).pathname };
}

/** Sends the form of a page as it stands, with other words in some of its fields. */
async function send(
  browser: Browser,
  path: string,
  fields: Readonly<Record<string, string>>,
): Promise<Answer> {
  const page = await browser.open(path);
  return browser.post(path, { ...valuesOf(page), ...fields });
}

/** The values of the hidden and text controls of a page. */
function valuesOf(page: Answer): Record<string, string> {
  const values: Record<string, string> = { _csrf: '' };
  const main = page.body.slice(page.body.indexOf('<main'));
  for (const [control] of main.matchAll(/<input\b[^>]*>/g)) {
    const attribute = (name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(control)?.[1];
    const name = attribute('name');
    if (!name || ['checkbox', 'radio', 'file'].includes(attribute('type') ?? '')) continue;
    values[name] = attribute('value') ?? '';
  }
  return values;
}

/** What a page shows in one control. */
function shown(page: Answer, name: string): string | undefined {
  const area = new RegExp(`<textarea[^>]*name="${name}"[^>]*>([^<]*)<`).exec(page.body)?.[1];
  return area ?? valuesOf(page)[name];
}

function errorAt(page: Answer, name: string): string {
  return (
    new RegExp(`id="field-${name}(?:-date)?-error"[^>]*>([\\s\\S]*?)</p>`)
      .exec(page.body)?.[1]
      ?.replace(/<span[\s\S]*?<\/span>/g, '')
      .trim() ?? ''
  );
}

const PERSON = {
  native_family: 'Петровић',
  native_given: 'Јована',
  passport_family: 'PETROVIC',
  passport_given: 'JOVANA',
  'birth_date-day': '27',
  'birth_date-month': '3',
  'birth_date-year': '2003',
  citizenship: 'RS',
  email: 'jovana@example.org',
  phone: '+381 64 123 4567',
};

async function pdf(): Promise<Blob> {
  const document = await PDFDocument.create();
  document.addPage();
  return new Blob([Buffer.from(await document.save())], { type: 'application/pdf' });
}

async function upload(
  browser: Browser,
  path: string,
  content: Blob,
  name = 'Препис оцена.pdf',
): Promise<Answer> {
  const page = await browser.open(`${path}/documents`);
  const form = new FormData();
  form.append('_csrf', browser.token(page));
  form.append('transcript', content, name);
  return browser.post(`${path}/documents/transcript`, form);
}

/** Fills in every page. */
async function fill(browser: Browser, path: string): Promise<void> {
  const home = await world.institution('university-of-belgrade');
  const choices = await browser.open(`${path}/choices`);
  const place = /<option value="([0-9a-f-]{36})"/.exec(choices.body)?.[1] ?? '';
  const pages: readonly (readonly [string, Record<string, string>])[] = [
    ['person', PERSON],
    [
      'study',
      {
        home_institution: home,
        faculty: 'Математички факултет',
        programme: 'Информатика',
        level: '7',
        year: '1',
        language_level: 'B2',
      },
    ],
    ['choices', { choice_1: place }],
    ['motivation', { motivation: 'Желим да учим у Москви.' }],
    ['consents', { 'consent-processing': 'yes', 'consent-cross_border_transfer': 'yes' }],
  ];
  for (const [section, fields] of pages) {
    const answer = await send(browser, `${path}/${section}`, fields);
    expect([section, answer.status, answer.status === 303 ? '' : answer.body]).toEqual([section, 303, '']);
  }
  expect((await upload(browser, path, await pdf())).status).toBe(303);
}

async function submit(browser: Browser, path: string): Promise<Answer> {
  const page = await browser.open(`${path}/check`);
  return browser.post(`${path}/submit`, { _csrf: browser.token(page) });
}

describe('an application', () => {
  it('is begun once, however often the button is pressed', async () => {
    const { browser, path } = await begun();
    const page = await browser.open(path);
    const twice = await Promise.all(
      [1, 2].map(() => browser.post('/applications', { _csrf: browser.token(page), call })),
    );
    expect(twice.map(({ headers }) => headers.get('location'))).toEqual([path, path]);
  });

  it('is nobody else’s business', async () => {
    const { path } = await begun();
    const stranger = await most.signedIn('outsider@rs.demo');
    for (const page of ['', '/person', '/check', '/receipt', '/dossier.pdf']) {
      expect([page, (await stranger.open(`${path}${page}`)).status]).toEqual([page, 404]);
    }
    expect((await most.browser().get(path)).headers.get('location')).toMatch(/^\/sign-in\?return=/);
  });

  it('has no other pages than those of its form', async () => {
    const { browser, path } = await begun();
    expect((await browser.open(`${path}/nothing`)).status).toBe(404);
    expect((await browser.open('/applications/not-an-id')).status).toBe(404);
  });

  it('is found again from another browser', async () => {
    const { browser, path } = await begun();
    await send(browser, `${path}/motivation`, { motivation: 'Први део' });
    const other = await most.signedIn(STUDENT);
    expect(shown(await other.open(`${path}/motivation`), 'motivation')).toBe('Први део');
  });
});

describe('a page of the form', () => {
  it('gives back what was typed, with each problem at its field', async () => {
    const { browser, path } = await begun();
    const answer = await send(browser, `${path}/person`, {
      ...PERSON,
      passport_family: 'Петровић',
      'birth_date-day': '31',
      'birth_date-month': '2',
      email: 'без знака',
      phone: '123',
      native_given: 'Ј'.repeat(81),
    });
    expect(answer.status).toBe(422);
    for (const field of ['passport_family', 'birth_date', 'email', 'phone', 'native_given']) {
      expect([field, errorAt(answer, field)]).toEqual([field, expect.stringMatching(/\S/)]);
      expect(answer.body).toContain(`href="#field-${field}"`);
    }
    expect(errorAt(answer, 'native_family')).toBe('');
    expect(valuesOf(answer)).toMatchObject({
      passport_family: 'Петровић',
      'birth_date-day': '31',
      email: 'без знака',
      phone: '123',
    });
    // Nothing of a page that was refused is kept half.
    expect(valuesOf(await browser.open(`${path}/person`))['birth_date-year']).toBe('');
  });

  it('may be left half done, and reads dates in the digits of other scripts', async () => {
    const { browser, path } = await begun();
    const answer = await send(browser, `${path}/person`, {
      'birth_date-day': '٢٧',
      'birth_date-month': 'март',
      'birth_date-year': '٢٠٠٣',
      phone: '',
    });
    expect(answer.headers.get('location')).toBe(`${path}/study`);
    expect(valuesOf(await browser.open(`${path}/person`))).toMatchObject({
      'birth_date-day': '27',
      'birth_date-month': '3',
      'birth_date-year': '2003',
    });
  });

  it('refuses too many words, and shows the text to be shortened', async () => {
    const { browser, path } = await begun();
    const text = 'реч '.repeat(900).trim();
    const answer = await send(browser, `${path}/motivation`, { motivation: text });
    expect(answer.status).toBe(422);
    expect(errorAt(answer, 'motivation')).toContain('900');
    expect(shown(answer, 'motivation')?.trim()).toBe(text);
  });

  it('takes no institution of the other country, nor one that is none', async () => {
    const { browser, path } = await begun();
    const foreign = await world.institution('lomonosov-moscow-state-university');
    for (const home_institution of [foreign, newId(), 'Универзитет']) {
      const answer = await send(browser, `${path}/study`, { home_institution });
      expect([answer.status, errorAt(answer, 'home_institution')]).toEqual([
        422,
        expect.stringMatching(/\S/),
      ]);
    }
  });

  it('lets no place be chosen twice, nor one of another call', async () => {
    const { browser, path } = await begun();
    const page = await browser.open(`${path}/choices`);
    const place = /<option value="([0-9a-f-]{36})"/.exec(page.body)?.[1] ?? '';
    const twice = await send(browser, `${path}/choices`, { choice_1: place, choice_2: place });
    expect([twice.status, errorAt(twice, 'choice_2')]).toEqual([422, expect.stringMatching(/\S/)]);
    const none = await send(browser, `${path}/choices`, { choice_1: newId() });
    expect(none.status).toBe(422);
  });

  it('proposes a passport’s spelling and fills in nothing', async () => {
    const { browser, path } = await begun();
    await send(browser, `${path}/person`, { native_family: 'Ђорђевић', passport_family: '' });
    const page = await browser.open(`${path}/person`);
    expect(page.body).toContain('data-proposal="DORDEVIC"');
    expect(valuesOf(page).passport_family).toBe('');
  });

  it('shows both versions to a second tab that is older, and saves the one that the person chooses', async () => {
    const { browser, path } = await begun();
    const section = `${path}/motivation`;
    const old = valuesOf(await browser.open(section));
    await send(browser, section, { motivation: 'Из прве картице' });
    const stale = await browser.post(section, { ...old, motivation: 'Из друге картице' });
    expect(stale.status).toBe(412);
    expect(stale.body).toContain('Из прве картице');
    expect(shown(stale, 'motivation')).toBe('Из друге картице');
    expect(shown(await browser.open(section), 'motivation')).toBe('Из прве картице');
    const mine = await browser.post(section, { ...valuesOf(stale), motivation: 'Из друге картице' });
    expect(mine.status).toBe(303);
    expect(shown(await browser.open(section), 'motivation')).toBe('Из друге картице');
  });

  it('loses no word when the session ends while it is filled in', async () => {
    const { browser, path } = await begun();
    const page = await browser.open(`${path}/motivation`);
    await most.owner.query(`update web_sessions set expire = localtimestamp - interval '1 minute'`);
    const answer = await browser.post(`${path}/motivation`, {
      ...valuesOf(page),
      motivation: 'Писано целу ноћ',
    });
    expect(answer.headers.get('location')).toMatch(/^\/sign-in/);
    const back = await browser.signIn('rs', STUDENT, 'most', `${path}/motivation`);
    expect(shown(back, 'motivation')).toBe('Писано целу ноћ');
  });

  it('keeps the text and says why when the deadline passes while it is open', async () => {
    const { browser, path } = await begun();
    const page = await browser.open(`${path}/motivation`);
    await closeCall();
    const answer = await browser.post(`${path}/motivation`, {
      ...valuesOf(page),
      motivation: 'Један минут касније',
    });
    expect(answer.status).toBe(409);
    expect(shown(answer, 'motivation')).toBe('Један минут касније');
    expect(answer.body).toContain('role="alert"');
    expect(answer.body).not.toContain('name="then"');
    expect((await submit(browser, path)).status).toBe(409);
  });
});

async function closeCall(): Promise<void> {
  await most.owner.query(
    `update calls set opens_at = now() - interval '2 days', closes_at = now() - interval '1 minute',
       grace_minutes = 0 where slug = $1`,
    [call],
  );
}

describe('a document', () => {
  it('is refused when it is no PDF, whatever it is called', async () => {
    const { browser, path } = await begun();
    const answer = await upload(browser, path, new Blob(['not a document']));
    expect(answer.status).toBe(422);
    expect(errorAt(answer, 'transcript')).toMatch(/\S/);
    expect((await upload(browser, path, new Blob([]), 'prazno.pdf')).status).toBe(422);
  });

  it('is asked for when none was chosen', async () => {
    const { browser, path } = await begun();
    const page = await browser.open(`${path}/documents`);
    const form = new FormData();
    form.append('_csrf', browser.token(page));
    const answer = await browser.post(`${path}/documents/transcript`, form);
    expect([answer.status, errorAt(answer, 'transcript')]).toEqual([422, expect.stringMatching(/\S/)]);
  });

  it('is attached under its own name, downloaded, replaced and removed', async () => {
    const { browser, path } = await begun();
    expect((await upload(browser, path, await pdf())).status).toBe(303);
    const page = await browser.open(`${path}/documents`);
    expect(page.body).toContain('Препис оцена.pdf');
    const href = new RegExp(`${path}/documents/[0-9a-f-]{36}`).exec(page.body)?.[0] ?? '';
    const file = await browser.get(href);
    expect([file.status, file.headers.get('content-type')]).toEqual([200, 'application/pdf']);
    const stranger = await most.signedIn('outsider@rs.demo');
    expect((await stranger.get(href)).status).toBe(404);
    await upload(browser, path, await pdf(), 'Нови.pdf');
    expect((await browser.open(`${path}/documents`)).body).not.toContain('Препис оцена.pdf');
    const token = browser.token(await browser.open(`${path}/documents`));
    const twice = await Promise.all(
      [1, 2].map(() => browser.post(`${path}/documents/transcript/remove`, { _csrf: token })),
    );
    expect(twice.map(({ status }) => status)).toEqual([303, 303]);
    expect((await browser.open(`${path}/documents`)).body).not.toContain('Нови.pdf');
  });
});

describe('submitting', () => {
  it('names all that is missing, each with the way to its field', async () => {
    const { browser, path } = await begun();
    const answer = await submit(browser, path);
    expect(answer.status).toBe(422);
    for (const place of [
      'person?from=check#field-phone',
      'choices?from=check#field-choice_1',
      'documents?from=check#field-transcript',
      'consents?from=check#field-processing',
    ]) {
      expect(answer.body).toContain(`href="${path}/${place}"`);
    }
  });

  it('gives one number and one receipt to a double click, readable in every language', async () => {
    const { browser, path } = await begun();
    await fill(browser, path);
    const token = browser.token(await browser.open(`${path}/check`));
    const both = await Promise.all([1, 2].map(() => browser.post(`${path}/submit`, { _csrf: token })));
    expect(both.map(({ headers }) => headers.get('location'))).toEqual([
      `${path}/receipt`,
      `${path}/receipt`,
    ]);
    const { rows } = await most.owner.query<{ number: string; submissions: number }>(
      `select number, (select count(*)::integer from application_submissions where application_id = a.id) as submissions
       from applications a where id = $1`,
      [path.split('/').at(-1)],
    );
    expect(rows).toEqual([{ number: expect.stringMatching(/^RS-\d{4}-\d{6}$/), submissions: 1 }]);
    const events = await most.owner.query(
      `select 1 from outbox_events where type = 'application.submitted' and subject_id = $1`,
      [path.split('/').at(-1)],
    );
    expect(events.rowCount).toBe(1);
    for (const language of LANGUAGES) {
      const pages = await Promise.all(
        ['/receipt', ''].map((page) => browser.open(`${path}${page}?lang=${language}`)),
      );
      for (const page of pages)
        expect([language, page.status, page.body]).toEqual([
          language,
          200,
          expect.stringContaining(rows[0]?.number ?? ''),
        ]);
    }
    for (const file of ['receipt.pdf', 'dossier.pdf']) {
      const answer = await browser.get(`${path}/${file}`);
      expect([file, answer.status, answer.body.slice(0, 5)]).toEqual([file, 200, '%PDF-']);
    }
    expect((await browser.get(`${path}/letter.pdf`)).status).toBe(404);
    expect((await browser.get(`${path}/person`)).headers.get('location')).toBe(path);
  }, 60_000);
});

describe('after it is submitted', () => {
  it('opens for correction what was returned and nothing else; is offered, accepted, and its letter prepared', async () => {
    const { browser, path } = await begun();
    await fill(browser, path);
    await submit(browser, path);
    const id = path.split('/').at(-1) ?? '';
    const home = await office('coordinator@bg.rs.demo', 'coordinator', 'university-of-belgrade');
    const returned = await home('POST', `/${id}/return`, {
      fields: ['study.faculty'],
      reason: 'Недостаје пун назив факултета.',
    });
    expect([returned.status, returned.body]).toEqual([204, '']);
    expect((await browser.open(path)).body).toContain('Недостаје пун назив факултета.');
    const study = await browser.open(`${path}/study`);
    expect(study.body).toContain('name="faculty"');
    expect(study.body).not.toContain('name="programme"');
    const forced = await send(browser, `${path}/study`, {
      faculty: 'Математички факултет',
      programme: 'Друго',
    });
    expect(forced.status).toBe(422);
    const token = browser.token(await browser.open(`${path}/check`));
    const elsewhere = { _csrf: token, revision: '1', motivation: 'Нова' };
    expect((await browser.post(`${path}/motivation`, elsewhere)).status).toBe(422);
    expect(
      (await send(browser, `${path}/study`, { faculty: 'Математички факултет у Београду' })).status,
    ).toBe(303);
    expect((await submit(browser, path)).headers.get('location')).toBe(`${path}/receipt`);

    const { choices } = (await home('GET', `/${id}`)).json<{ choices: { placeId: string }[] }>();
    expect((await home('POST', `/${id}/nominate`, { placeId: choices[0]?.placeId })).status).toBe(204);
    const host = await office('coordinator@msu.ru.demo', 'coordinator', 'lomonosov-moscow-state-university');
    expect((await host('POST', `/${id}/nomination-answer`, { answer: 'reject' })).status).toBe(422);
    expect((await host('POST', `/${id}/nomination-answer`, { answer: 'accept' })).status).toBe(204);
    await world.approve(id);

    const offer = await browser.open(`${path}/offer`);
    expect(offer.status).toBe(200);
    const asked = await browser.post(`${path}/offer`, { _csrf: token, answer: 'decline' });
    expect(asked.body).toContain('name="confirm" value="yes"');
    const both = await Promise.all(
      [1, 2].map(() => browser.post(`${path}/offer`, { _csrf: token, answer: 'accept' })),
    );
    expect(both.map(({ status }) => status)).toEqual([303, 303]);
    const letter = await browser.get(`${path}/letter.pdf`);
    expect([letter.status, letter.headers.get('content-type')]).toEqual([202, 'text/html; charset=utf-8']);
    const status = await browser.open(path);
    expect(status.body).toContain(`${path}/letter.pdf`);
  }, 60_000);

  it('is withdrawn after one question', async () => {
    const { browser, path } = await begun();
    const page = await browser.open(`${path}/withdraw`);
    const answer = await browser.post(`${path}/withdraw`, { _csrf: browser.token(page) });
    expect((await browser.follow(answer)).status).toBe(200);
    const again = await begun();
    expect(again.path).not.toBe(path);
  });
});

interface ApiAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers: Headers;
  json<T>(): T;
}

type Api = (
  method: string,
  path: string,
  body?: object,
  headers?: Record<string, string>,
) => Promise<ApiAnswer>;

async function api(email: string): Promise<Api> {
  const account = demoAccount(email);
  if (!account) throw new Error(`no account ${email}`);
  const entry = most.settings.identityProviders?.find(({ key }) => key === account.provider);
  const token = await issueDemoToken(account, {
    issuer: entry?.issuer ?? '',
    dataDir: most.settings.dataDir,
  });
  return async (method, path, body, headers = {}) => {
    const answer = await fetch(`${most.url}/api/v1/applications${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body instanceof FormData || !body ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body ? { body: body instanceof FormData ? body : JSON.stringify(body) } : {}),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      body: text,
      headers: answer.headers,
      json: <T>() => JSON.parse(text) as T,
    };
  };
}

/** The API as an official of an institution. */
async function office(email: string, role: string, slug: string): Promise<Api> {
  await most.signedIn(email);
  const institution = await world.institution(slug);
  await most.owner.query(
    `insert into role_grants (id, person_id, role, institution_id, reason, valid_from)
     select $1, id, $3, $4, 'test', '2000-01-01' from persons where email = $2`,
    [newId(), email, role, institution],
  );
  return api(email);
}

describe('the API', () => {
  it('does all that the pages do, with versions and typed refusals', async () => {
    await most.signedIn(STUDENT);
    const student = await api(STUDENT);
    const key = { 'idempotency-key': newId() };
    const started = await student('POST', '', { call }, key);
    expect(started.status).toBe(201);
    const { id } = started.json<{ id: string }>();
    const replayed = await student('POST', '', { call }, key);
    expect([replayed.headers.get('idempotency-replayed'), replayed.json<{ id: string }>().id]).toEqual([
      'true',
      id,
    ]);

    const first = await student('GET', `/${id}`);
    const etag = first.headers.get('etag') ?? '';
    expect(first.json()).toMatchObject({ state: 'draft', number: null, custody: [{ office: 'applicant' }] });
    const answers = { motivation: 'Из програма' };
    const path = `/${id}/sections/motivation`;
    expect((await student('PUT', path, { answers })).json()).toMatchObject({
      status: 422,
      reason: 'if_match_missing',
    });
    const unknown = await student('PUT', path, { answers: { motivatoin: 'x' } }, { 'if-match': etag });
    expect(unknown.json()).toMatchObject({ fields: [{ field: 'motivatoin', problem: 'unknown_field' }] });
    const saved = await student('PUT', path, { answers }, { 'if-match': etag });
    expect([saved.status, saved.json()]).toEqual([200, { section: 'motivation', revision: 1, answers }]);
    expect((await student('PUT', path, { answers }, { 'if-match': etag })).status).toBe(412);
    const newer = saved.headers.get('etag') ?? '';
    expect((await student('PUT', path, { answers }, { 'if-match': newer })).status).toBe(200);

    const form = new FormData();
    form.append('requirement', 'transcript');
    form.append('file', await pdf(), 'transcript.pdf');
    expect((await student('POST', `/${id}/documents`, form)).status).toBe(201);
    expect((await student('DELETE', `/${id}/documents/transcript`)).status).toBe(204);
    expect((await student('DELETE', `/${id}/documents/transcript`)).status).toBe(404);
    expect((await student('PUT', `/${id}/consents`, { purposes: ['nothing'] })).status).toBe(422);
    expect((await student('PUT', `/${id}/consents`, { purposes: ['processing'] })).status).toBe(204);

    const refused = await student('POST', `/${id}/submit`);
    expect(refused.status).toBe(422);
    expect(refused.json<{ blockers: object[] }>().blockers).toContainEqual(
      expect.objectContaining({
        code: 'consent_missing',
        section: 'consents',
        field: 'cross_border_transfer',
      }),
    );
    expect((await student('POST', `/${id}/offer`, { answer: 'accept' })).status).toBe(409);
    expect((await student('POST', `/${id}/nominate`, { placeId: newId() })).status).toBe(403);
    const mine = (await student('GET', '?scope=mine')).json<{ items: { id: string }[] }>();
    expect(mine.items.map((item) => item.id)).toContain(id);
    expect((await student('GET', '?scope=office')).json()).toEqual({ items: [], next: null });
    expect((await student('POST', `/${id}/withdraw`)).status).toBe(204);
    expect((await student('POST', `/${id}/withdraw`)).status).toBe(409);
  }, 60_000);

  it('lists the office’s applications page by page, and refuses a cursor that is none', async () => {
    const home = await office('coordinator@ns.rs.demo', 'coordinator', 'university-of-belgrade');
    const seen: string[] = [];
    let next: string | null = '';
    while (next !== null) {
      const answer: ApiAnswer = await home('GET', `?scope=office&limit=1${next && `&after=${next}`}`);
      const page = answer.json<{ items: { id: string }[]; next: string | null }>();
      seen.push(...page.items.map(({ id }) => id));
      next = page.next;
    }
    expect(seen.length).toBeGreaterThan(1);
    expect(new Set(seen).size).toBe(seen.length);
    expect((await home('GET', '?scope=office&after=nonsense')).status).toBe(422);
    expect((await home('GET', '?scope=everything')).status).toBe(422);
  });
});

describe('a call that closes', () => {
  it('takes no new application', async () => {
    await closeCall();
    const browser = await most.signedIn(STUDENT);
    const page = await browser.open('/account');
    const answer = await browser.post('/applications', { _csrf: browser.token(page), call });
    expect(answer.status).toBe(409);
  });
});
