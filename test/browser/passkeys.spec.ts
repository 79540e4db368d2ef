import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Post } from '@nestjs/common';
import type { CDPSession, Page } from 'playwright-core';
import { PolicyRegistry } from '../../src/access/public.js';
import { view } from '../../src/platform/http/page.js';
import type { View } from '../../src/platform/http/page.js';
import { Can } from '../../src/platform/http/route-access.js';
import type { Role } from '../../src/shared/actor.js';
import { newId } from '../../src/shared/ids.js';
import { LANGUAGES } from '../../src/shared/language.js';
import { Policy } from '../../src/shared/policy.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { startHttpApp } from '../http/http-app.js';
import type { HttpApp } from '../http/http-app.js';
import { PHONE, expectAccessible, expectNoOverflow, openBrowser, shot, signIn } from './browser.js';
import type { Person, TestBrowser } from './browser.js';

const OFFICER = 'ministry@rs.demo';
const COLLEAGUE = 'commission@rs.demo';
const ADMINISTRATOR = 'admin@rs.demo';
const OFFICE = '/trial/office';
const STEP = '/account/second-factor';

/** A page that only an office opens, and one of its acts. */
@Controller('trial')
class OfficeController {
  @Get('office')
  @Can('trial.decide')
  office(): View {
    return view('errors/error.njk', {
      status: 200,
      title: { key: 'common.open' },
      explanation: { key: 'common.yes' },
      requestId: null,
      back: null,
      kept: false,
    });
  }

  @Post('office')
  @Can('trial.decide')
  decide(): View {
    return this.office();
  }
}

const trialPolicy = new Policy<{ readonly state: 'open' }, 'any', 'open'>(
  'trial',
  { any: { holds: () => true, sql: () => 'true' } },
  {
    'trial.decide': [
      { role: 'ministry_officer', relation: 'any' },
      { role: 'programme_administrator', relation: 'any' },
    ],
  },
);

let most: HttpApp;
let browser: TestBrowser;
const people = new Map<string, string>();

beforeAll(async () => {
  most = await startHttpApp({
    controllers: [OfficeController],
    hostname: 'localhost',
    secondFactorValues: ['asserted by nobody'],
  });
  most.app.get(PolicyRegistry).register(trialPolicy);
  browser = await openBrowser(most.url);
  await meet(OFFICER, 'ministry_officer', 'RS');
  await meet(COLLEAGUE, 'ministry_officer', 'RS');
  await meet(ADMINISTRATOR, 'programme_administrator', null);
}, 120_000);

afterAll(async () => {
  await browser.close();
  await expectInvariants(most.owner);
  await most.stop();
});

/** Somebody who has signed in once and was given an office since. */
async function meet(email: string, role: Role, country: string | null): Promise<void> {
  await most.signedIn(email);
  const { rows } = await most.owner.query<{ id: string }>('select id from persons where email = $1', [email]);
  const id = rows[0]?.id ?? '';
  people.set(email, id);
  await most.owner.query(
    `insert into role_grants (id, person_id, role, country, reason, valid_from)
     values ($1, $2, $3, $4, 'test', now() - interval '1 day')`,
    [newId(), id, role, country],
  );
}

const idOf = (email: string): string => people.get(email) ?? '';

/** What an authenticator keeps: enough to put it into another one. */
type Credential = Awaited<ReturnType<typeof credentialsOf>>[number];
interface Authenticator {
  readonly devtools: CDPSession;
  readonly id: string;
}

let uses = 0;

/** A device that knows its owner and confirms by itself. What it keeps has been used since it was last plugged in. */
async function plugIn(page: Page, credentials: readonly Credential[] = []): Promise<Authenticator> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable', { enableUI: false });
  return connect(devtools, credentials);
}

async function connect(
  devtools: CDPSession,
  credentials: readonly Credential[] = [],
): Promise<Authenticator> {
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  for (const credential of credentials) {
    uses += 10;
    await devtools.send('WebAuthn.addCredential', {
      authenticatorId,
      credential: { ...credential, signCount: credential.signCount + uses },
    });
  }
  return { devtools, id: authenticatorId };
}

async function credentialsOf({ devtools, id }: Authenticator) {
  const { credentials } = await devtools.send('WebAuthn.getCredentials', { authenticatorId: id });
  return credentials;
}

/** Signs in with the password alone; an official is then asked for the second step. */
async function arrive(
  email: string,
  credentials: readonly Credential[] = [],
): Promise<[Person, Authenticator]> {
  const person = await browser.newPerson();
  person.page.setDefaultTimeout(10_000);
  const device = await plugIn(person.page, credentials);
  await person.page.goto(`/sign-in?return=${OFFICE}`);
  await signIn(person.page, email);
  return [person, device];
}

async function enrol(email: string): Promise<[Person, Credential[]]> {
  const [person, device] = await arrive(email);
  await person.page.locator('[data-passkey-offer] button').click();
  await person.page.waitForURL(`**${OFFICE}`);
  return [person, await credentialsOf(device)];
}

/** What the page's own script would send, made in the page: the device's answer to a challenge of this session. */
function answerIn(page: Page, act: 'enrol' | 'show'): Promise<string> {
  return page.evaluate<string>(`(async () => {
    const library = await import('/public/webauthn.js');
    const body = new URLSearchParams({ act: '${act}', _csrf: document.querySelector('[name=_csrf]').value });
    const options = await (await fetch('/account/passkeys/options', { method: 'POST', body })).json();
    const ask = '${act}' === 'enrol' ? library.startRegistration : library.startAuthentication;
    return JSON.stringify(await ask({ optionsJSON: options }));
  })()`);
}

/** Sends an answer from the open page; resolves with where that led and what the page then says. */
function send(
  page: Page,
  answer: string,
  act: 'enrol' | 'show' = 'show',
): Promise<{ path: string; text: string }> {
  return page.evaluate<{ path: string; text: string }>(`(async () => {
    const body = new URLSearchParams({ act: '${act}', label: 'x', return: '${OFFICE}', response: ${JSON.stringify(answer)},
      _csrf: document.querySelector('[name=_csrf]').value });
    const sent = await fetch('${STEP}', { method: 'POST', body });
    const shown = new DOMParser().parseFromString(await sent.text(), 'text/html');
    return { path: new URL(sent.url).pathname, text: shown.querySelector('.govuk-error-summary')?.textContent ?? '' };
  })()`);
}

async function acts(email: string): Promise<{ action: string; reason: string | null }[]> {
  const { rows } = await most.owner.query<{ action: string; reason: string | null }>(
    `select action, data->>'reason' as reason from audit_entries
     where subject_id = $1 and action like 'passkey.%' order by id`,
    [idOf(email)],
  );
  return rows;
}

const known = async (email: string): Promise<number> =>
  (await most.owner.query('select from passkeys where person_id = $1 and removed_at is null', [idOf(email)]))
    .rows.length;

/** Sends the form of a person's page; resolves with the status of the refusal, or of wherever it led. */
function reset(page: Page, personId: string, reason: string): Promise<number> {
  return page.evaluate<number>(`(async () => {
    const form = await (await fetch('/account/passkeys')).text();
    const token = new DOMParser().parseFromString(form, 'text/html').querySelector('[name=_csrf]').value;
    const body = new URLSearchParams({ _csrf: token, reason: ${JSON.stringify(reason)} });
    const sent = await fetch('/admin/people/${personId}/reset-passkeys', { method: 'POST', body });
    return sent.status;
  })()`);
}

const sessionCookie = async (person: Person) =>
  (await person.context.cookies()).find(({ name }) => name === 'most.sid')?.value;

describe('the second step of signing in', () => {
  let credentials: Credential[];
  let colleagues: Credential[];

  it('leads an official with one factor away from the office, and says what is needed without scripts', async () => {
    const text = await most.signedIn(OFFICER);
    const refused = await text.get(OFFICE);
    expect(refused.status).toBe(303);
    expect(refused.headers.get('location')).toBe(`${STEP}?return=${encodeURIComponent(OFFICE)}`);
    const page = await text.open(STEP);
    const sent = await text.post(OFFICE, { _csrf: text.token(page), verdict: 'yes' });
    expect(sent.status).toBe(303);
    expect(sent.headers.get('location')).toContain(STEP);
    const { rows } = await most.owner.query('select from passkeys');
    expect(rows).toHaveLength(0);

    const scriptless = await browser.newPerson({ withoutScripts: true });
    await scriptless.page.goto('/sign-in');
    await signIn(scriptless.page, OFFICER);
    expect(new URL(scriptless.page.url()).pathname).toBe(STEP);
    expect(await scriptless.page.locator('[data-passkey-scriptless]').isVisible()).toBe(true);
    expect(await scriptless.page.locator('[data-passkey-offer]').isVisible()).toBe(false);
    await expectAccessible(scriptless.page);
    await scriptless.leave();
  });

  it('enrols at the first sign-in, under a new session id', async () => {
    const [person, device] = await arrive(OFFICER);
    const { page } = person;
    expect(new URL(page.url()).pathname).toBe(STEP);
    for (const language of LANGUAGES) {
      await page.goto(`${STEP}?return=${OFFICE}&lang=${language}`);
      await page.locator('[data-passkey-offer] button').waitFor();
      await shot(page, `second-factor-enrol-${language}`);
      await expectNoOverflow(page);
      await expectAccessible(page);
    }
    const before = await sessionCookie(person);
    await page.locator('#field-label').fill('  Рачунар   на послу ');
    await page.locator('[data-passkey-offer] button').click();
    await page.waitForURL(`**${OFFICE}`);
    expect(await sessionCookie(person)).not.toBe(before);
    credentials = await credentialsOf(device);
    expect(credentials).toHaveLength(1);
    expect(credentials[0]?.isResidentCredential).toBe(true);
    const { rows } = await most.owner.query('select label, person_id from passkeys');
    expect(rows).toEqual([{ label: 'Рачунар на послу', person_id: idOf(OFFICER) }]);
    expect(await acts(OFFICER)).toEqual([{ action: 'passkey.enrolled', reason: null }]);
    await person.leave();
  });

  it('asks for it at the next sign-in', async () => {
    const [person] = await arrive(OFFICER, credentials);
    const { page } = person;
    for (const language of LANGUAGES) {
      await page.goto(`${STEP}?return=${OFFICE}&lang=${language}`);
      await page.locator('[data-passkey-offer] button').waitFor();
      await shot(page, `second-factor-show-${language}`);
    }
    await page.locator('[data-passkey-offer] button').click();
    await page.waitForURL(`**${OFFICE}`);
    expect((await acts(OFFICER)).at(-1)).toEqual({ action: 'passkey.used', reason: null });
    await person.leave();
  });

  it.each([
    ['NotAllowedError', 'cancelled'],
    ['NotSupportedError', 'no_authenticator'],
    ['SecurityError', 'address'],
    ['UnknownError', 'failed'],
  ])('says in words what a device means by %s', async (name, problem) => {
    const [person] = await arrive(OFFICER, credentials);
    const { page } = person;
    await page.evaluate(
      `navigator.credentials.get = () => Promise.reject(new DOMException('no', '${name}'));`,
    );
    await page.locator('[data-passkey-offer] button').click();
    await page.locator(`[data-passkey-problem="${problem}"]`).waitFor();
    expect(await page.locator('[data-passkey-problem]:visible').count()).toBe(1);
    expect(await page.locator('[data-passkey-waiting]').isVisible()).toBe(false);
    await expectAccessible(page);
    await shot(page, `second-factor-${problem}`);
    await person.leave();
  });

  it('lets nobody enrol another one by the password alone', async () => {
    const text = await most.signedIn(OFFICER);
    const page = await text.open(STEP);
    const refused = await text.post('/account/passkeys/options', { act: 'enrol', _csrf: text.token(page) });
    expect(refused.status).toBe(303);
    expect(refused.headers.get('location')).toContain(STEP);
  });

  it("refuses an answer to another session's challenge", async () => {
    const [one] = await arrive(OFFICER, credentials);
    const [other] = await arrive(OFFICER, credentials);
    const answer = await answerIn(one.page, 'show');
    expect((await send(other.page, answer)).path).toBe(STEP);
    expect((await acts(OFFICER)).at(-1)).toEqual({
      action: 'passkey.refused',
      reason: 'passkey_challenge_gone',
    });
    expect((await send(one.page, answer)).path).toBe(OFFICE);
    for (const person of [one, other]) {
      person.pardon();
      await person.leave();
    }
  });

  it('takes each challenge once, even after an answer that is wrong, and only for five minutes', async () => {
    const [person] = await arrive(OFFICER, credentials);
    const { page } = person;
    const answer = await answerIn(page, 'show');
    const { response, ...rest } = JSON.parse(answer) as { response: { signature: string } };
    const forged = JSON.stringify({ ...rest, response: { ...response, signature: 'MEUCIQ' } });
    expect((await send(page, forged)).path).toBe(STEP);
    expect((await acts(OFFICER)).at(-1)?.reason).toBe('passkey_refused');
    expect((await send(page, answer)).path).toBe(STEP);
    expect((await acts(OFFICER)).at(-1)?.reason).toBe('passkey_challenge_gone');

    const late = await answerIn(page, 'show');
    await most.owner.query("update passkey_challenges set expires_at = expires_at - interval '5 minutes'");
    const refused = await send(page, late);
    expect(refused.path).toBe(STEP);
    expect(refused.text).not.toBe('');
    person.pardon();
    await person.leave();
  });

  it('takes no answer of an old ceremony of another kind, and none of another person', async () => {
    const [colleague, theirs] = await enrol(COLLEAGUE);
    await colleague.leave();
    colleagues = theirs;
    const [person] = await arrive(OFFICER, credentials);
    const [other] = await arrive(COLLEAGUE, theirs);
    const answer = await answerIn(other.page, 'show');
    expect((await send(person.page, answer)).path).toBe(STEP);
    expect((await send(other.page, answer, 'enrol')).path).toBe(STEP);
    expect((await send(other.page, '{"id":1}')).path).toBe(STEP);
    for (const each of [person, other]) {
      each.pardon();
      await each.leave();
    }
  });

  it('refuses an authenticator that counts as a copy would, and records it', async () => {
    const [person] = await arrive(OFFICER, credentials);
    const { rows } = await most.owner.query<{ counter: string }>(
      'select counter from passkeys where person_id = $1',
      [idOf(OFFICER)],
    );
    await most.owner.query('update passkeys set counter = 100000 where person_id = $1', [idOf(OFFICER)]);
    await person.page.locator('[data-passkey-offer] button').click();
    await person.page.locator('.govuk-error-summary').waitFor();
    expect((await acts(OFFICER)).at(-1)).toEqual({ action: 'passkey.refused', reason: 'passkey_copied' });
    await most.owner.query('update passkeys set counter = $2 where person_id = $1', [
      idOf(OFFICER),
      rows[0]?.counter,
    ]);
    await person.leave();
  });

  describe('on the page of one’s passkeys', () => {
    it('keeps the only one of an official, adds, renames and removes', async () => {
      const [person, device] = await arrive(OFFICER, credentials);
      const { page } = person;
      await page.goto('/account/passkeys');
      expect(await page.locator('details').count()).toBe(0);
      await page.locator(`a[href^="${STEP}"]`).click();
      await page.locator('[data-passkey-offer] button').click();
      await page.waitForURL('**/account/passkeys');

      await page.locator('details summary').nth(1).click();
      expect(await page.locator('form[action$="/remove"]').count()).toBe(0);
      // The same device a second time is told by the browser itself.
      await page.locator('[data-passkey-offer] button').click();
      await page.locator('[data-passkey-problem="known"]').waitFor();

      await device.devtools.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId: device.id });
      const second = await connect(device.devtools);
      await page.locator('#field-label').fill('Телефон');
      await page.locator('[data-passkey-offer] button').click();
      await page.getByRole('heading', { name: 'Телефон' }).waitFor();
      for (const language of LANGUAGES) {
        await page.goto(`/account/passkeys?lang=${language}`);
        await page.locator('[data-passkey-offer] button').waitFor();
        await shot(page, `passkeys-${language}`);
        await expectNoOverflow(page);
        await expectAccessible(page);
      }
      await page.setViewportSize(PHONE);
      await shot(page, 'passkeys-phone');

      await page.locator('details summary').first().click();
      await page.locator('form[action$="/rename"] input[name=label]').first().fill('Стари рачунар');
      await page.locator('form[action$="/rename"] button').first().click();
      await page.getByRole('heading', { name: 'Стари рачунар' }).waitFor();

      // An answer of the passkey that goes, made while it is still known, to be sent after it has gone.
      const [elsewhere] = await arrive(OFFICER, credentials);
      const answer = await answerIn(elsewhere.page, 'show');
      await page.locator('details summary').nth(1).click();
      await page.locator('form[action$="/remove"] button').first().click();
      await page.locator('form[action$="/remove"]').waitFor({ state: 'detached' });
      expect(await page.locator('section.most-card').count()).toBe(1);
      expect((await acts(OFFICER)).slice(-3).map(({ action }) => action)).toEqual([
        'passkey.enrolled',
        'passkey.renamed',
        'passkey.removed',
      ]);
      // The other session ended with it, and so did its challenge.
      await elsewhere.page.goto(OFFICE);
      expect(new URL(elsewhere.page.url()).pathname).toBe('/sign-in');
      // Their provider still knows them, and asks for nothing.
      await elsewhere.page.goto(`/sign-in/rs?return=${OFFICE}`);
      await elsewhere.page.waitForURL(`**${STEP}?**`);
      expect((await send(elsewhere.page, answer)).path).toBe(STEP);
      elsewhere.pardon();
      await elsewhere.leave();
      credentials = await credentialsOf(second);
      await person.leave();
    }, 90_000);
  });

  it('is reset by whoever answers for the offices, with a reason, and then enrolled anew', async () => {
    const officer = idOf(OFFICER);
    const [person] = await arrive(OFFICER, credentials);
    await person.page.locator('[data-passkey-offer] button').click();
    await person.page.waitForURL(`**${OFFICE}`);

    const [administrator, device] = await arrive(ADMINISTRATOR);
    const theirs = await most.signedIn(ADMINISTRATOR);
    const idle = await theirs.open(STEP);
    const early = await theirs.post(`/admin/people/${officer}/reset-passkeys`, {
      _csrf: theirs.token(idle),
      reason: 'lost',
    });
    expect(early.headers.get('location')).toContain(STEP);
    await administrator.page.locator('[data-passkey-offer] button').click();
    await administrator.page.waitForURL(`**${OFFICE}`);
    expect(await credentialsOf(device)).toHaveLength(1);

    const [colleague] = await arrive(COLLEAGUE, colleagues);
    await colleague.page.locator('[data-passkey-offer] button').click();
    await colleague.page.waitForURL(`**${OFFICE}`);
    expect(await reset(colleague.page, officer, 'lost')).toBe(403);
    // Those whom the administrator does not know, or who are the administrator, are no business of theirs.
    expect(await reset(administrator.page, newId(), 'lost')).toBe(404);
    expect(await reset(administrator.page, idOf(ADMINISTRATOR), 'lost')).toBe(403);
    expect(await known(OFFICER)).toBe(1);
    await reset(administrator.page, officer, '  ');
    expect(await known(OFFICER)).toBe(1);
    await reset(administrator.page, officer, 'The telephone fell into the Sava');
    expect(await known(OFFICER)).toBe(0);

    const { rows } = await most.owner.query(
      `select removed_by, remove_reason from passkeys where person_id = $1 and remove_reason is not null`,
      [officer],
    );
    expect(rows).toEqual([
      { removed_by: idOf(ADMINISTRATOR), remove_reason: 'The telephone fell into the Sava' },
    ]);
    const { rows: noted } = await most.owner.query(
      `select actor_id, role from audit_entries where action = 'passkey.reset' and subject_id = $1`,
      [officer],
    );
    expect(noted).toEqual([{ actor_id: idOf(ADMINISTRATOR), role: 'programme_administrator' }]);
    await person.page.goto(OFFICE);
    expect(new URL(person.page.url()).pathname).toBe('/sign-in');

    const [anew] = await arrive(OFFICER);
    expect(await anew.page.locator('form[data-passkey="enrol"]').count()).toBe(1);
    await anew.page.locator('[data-passkey-offer] button').click();
    await anew.page.waitForURL(`**${OFFICE}`);
    expect(await known(OFFICER)).toBe(1);
    for (const each of [person, administrator, colleague, anew]) {
      each.pardon();
      await each.leave();
    }
  }, 90_000);
});
