import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { HttpLog } from '../../src/platform/http/http-log.js';
import { expectInvariants } from '../database/expect-invariants.js';
import type { Answer, Browser } from './browser-of-text.js';
import { FakeProvider } from './fake-provider.js';
import type { Misbehaviour } from './fake-provider.js';
import { startHttpApp } from './http-app.js';
import type { HttpApp } from './http-app.js';

const TIMEOUT_SECONDS = 1;
const now = () => Math.floor(Date.now() / 1000);
const RUSSIAN = { 'accept-language': 'ru' };

let most: HttpApp;
let fake: FakeProvider;
/** Each misbehaves from its first answer on, because what a provider says of itself is kept. */
let silent: FakeProvider;
let redirecting: FakeProvider;
let impostor: FakeProvider;
let talkative: FakeProvider;
let strict: FakeProvider;
const warnings: Record<string, unknown>[] = [];

beforeAll(async () => {
  [fake, silent, redirecting, impostor, talkative, strict] = await Promise.all([
    FakeProvider.start('fake'),
    FakeProvider.start('silent'),
    FakeProvider.start('redirecting'),
    FakeProvider.start('impostor'),
    FakeProvider.start('talkative'),
    FakeProvider.start('strict'),
  ]);
  silent.misbehaviour = { trouble: { discovery: 'hang' } };
  redirecting.misbehaviour = { trouble: { discovery: 'redirect' } };
  impostor.misbehaviour = { metadata: { issuer: fake.issuer } };
  talkative.misbehaviour = { trouble: { discovery: 'huge' } };
  most = await startHttpApp({
    identityProviders: [
      ...[fake, silent, redirecting, impostor, talkative].map((provider) => provider.entry()),
      strict.entry({ requireVerifiedEmail: true }),
    ],
    settings: { providerTimeoutSeconds: TIMEOUT_SECONDS },
  });
  const { logger } = most.app.get(HttpLog);
  jest.spyOn(logger, 'warn').mockImplementation(((entry: Record<string, unknown>) => {
    warnings.push(entry);
  }) as typeof logger.warn);
}, 90_000);

afterAll(async () => {
  await expectInvariants(most.owner);
  await most.stop();
  await Promise.all(
    [fake, silent, redirecting, impostor, talkative, strict].map((provider) => provider.stop()),
  );
});

beforeEach(async () => {
  warnings.length = 0;
  // Each sign-in counts against the limit of one address, and every browser here has the same.
  await most.owner.query('delete from rate_limits');
});

afterEach(() => {
  fake.misbehaviour = {};
});

/** The way to the provider, as it stands in the answer of the first step. */
async function asked(browser: Browser, provider: FakeProvider): Promise<string> {
  const answer = await browser.get(`/sign-in/${provider.key}?return=/account`, RUSSIAN);
  expect(answer.status).toBe(303);
  return answer.headers.get('location') ?? '';
}

async function signIn(browser: Browser, provider: FakeProvider): Promise<Answer> {
  return browser.get(provider.letIn(await asked(browser, provider)), RUSSIAN);
}

/** Refused in words, to nobody's advantage, with the reason where operators and auditors look and not on the page. */
async function expectRefusal(
  browser: Browser,
  answer: Answer,
  provider: FakeProvider,
  { status, fault }: { status: number; fault: string },
): Promise<void> {
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toContain('text/html');
  expect(answer.headers.get('content-language')).toBe('ru');
  expect(answer.body).toContain('govuk-error-summary');
  const ways = /govuk-error-summary__list">(.*?)<\/ul>/s.exec(answer.body)?.[1] ?? '';
  expect(ways).toContain('/sign-in/rs?return=%2Faccount');
  expect(ways).not.toContain(`/sign-in/${provider.key}?`);
  expect(answer.body).not.toContain(fault);
  expect(answer.body).not.toContain('secret inside');
  expect((await browser.get('/account')).status).toBe(303);
  const { rows } = await most.owner.query(
    `select actor_kind, subject_id, data from audit_entries where action = 'person.sign_in_refused'
     order by id desc limit 1`,
  );
  expect(rows).toEqual([{ actor_kind: 'system', subject_id: provider.key, data: { reason: fault } }]);
  expect(warnings).toContainEqual({
    provider: provider.key,
    fault,
    requestId: answer.headers.get('x-request-id'),
  });
  expect(JSON.stringify(warnings)).not.toMatch(/secret inside|one@fake\.example|eyJ/);
}

it('lets people in through a provider that behaves', async () => {
  const browser = most.browser();
  expect((await signIn(browser, fake)).headers.get('location')).toBe('/account');
  expect((await browser.get('/account')).status).toBe(200);
});

describe('an ID token is refused', () => {
  it.each<[string, Misbehaviour, string]>([
    ['of another issuer', { claims: { iss: 'https://evil.example' } }, 'issuer_mismatch'],
    ['for another audience', { claims: { aud: 'another' } }, 'audience_mismatch'],
    ['for others besides us', { claims: { aud: ['most', 'another'] } }, 'audience_mismatch'],
    ['that another client asked for', { claims: { azp: 'another' } }, 'audience_mismatch'],
    ['with another nonce', { claims: { nonce: 'planted' } }, 'nonce_mismatch'],
    ['without a nonce', { claims: { nonce: undefined } }, 'claims_missing'],
    ['without a signature', { signature: 'none' }, 'algorithm_refused'],
    ['signed with the secret that we share', { signature: 'shared_secret' }, 'algorithm_refused'],
    ['signed with the public key as a secret', { signature: 'public_key_as_secret' }, 'algorithm_refused'],
    ['signed by somebody else', { signature: 'another_key' }, 'signature_invalid'],
    ['signed with a key that nobody has', { signature: 'unknown_kid' }, 'key_unknown'],
    ['that has expired', { claims: { iat: now() - 400, exp: now() - 100 } }, 'token_expired'],
    ['that was kept', { claims: { iat: now() - 3600, exp: now() + 3600 } }, 'token_expired'],
    ['from the future', { claims: { iat: now() + 600, exp: now() + 900 } }, 'token_from_future'],
    ['not valid yet', { claims: { nbf: now() + 600 } }, 'token_from_future'],
    ['without a subject', { claims: { sub: undefined } }, 'claims_missing'],
    ['with an empty subject', { claims: { sub: '' } }, 'claims_missing'],
    ['without an expiry', { claims: { exp: undefined } }, 'claims_missing'],
  ])('%s', async (_what, misbehaviour, fault) => {
    fake.misbehaviour = misbehaviour;
    const browser = most.browser();
    await expectRefusal(browser, await signIn(browser, fake), fake, { status: 400, fault });
  });

  it('whose subject is not that of the user info', async () => {
    fake.misbehaviour = { claims: { email: undefined }, userinfo: { sub: 'two' } };
    const browser = most.browser();
    const answer = await signIn(browser, fake);
    await expectRefusal(browser, answer, fake, { status: 400, fault: 'userinfo_mismatch' });
  });
});

describe('an answer is refused', () => {
  it.each([
    ['of another issuer', { iss: 'https://evil.example' }, 'issuer_mismatch'],
    ['without the issuer that was promised', { iss: null }, 'issuer_mismatch'],
    ['with another state', { state: 'planted' }, 'state_mismatch'],
    ['without a state', { state: null }, 'state_mismatch'],
    ['without a code', { code: null }, 'answer_missing'],
    ['with a code that the provider never gave', { code: 'made-up' }, 'code_refused'],
    ['that is an error of the provider', { code: null, error: 'server_error' }, 'provider_error'],
  ])('%s', async (_what, changes, fault) => {
    const browser = most.browser();
    const back = fake.letIn(await asked(browser, fake), changes);
    const before = fake.asked.length;
    const answer = await browser.get(back, RUSSIAN);
    await expectRefusal(browser, answer, fake, { status: 400, fault });
    // A code from elsewhere goes to nobody.
    if (fault.endsWith('_mismatch')) expect(fake.asked.length).toBe(before);
  });

  it('that belongs to another browser', async () => {
    const [victim, attacker] = [most.browser(), most.browser()];
    await asked(victim, fake);
    const answer = await victim.get(fake.letIn(await asked(attacker, fake)), RUSSIAN);
    await expectRefusal(victim, answer, fake, { status: 400, fault: 'state_mismatch' });
  });

  it('that is of one provider and comes to the place of another', async () => {
    const browser = most.browser();
    const back = fake.letIn(await asked(browser, fake)).replace('/sign-in/fake/', '/sign-in/rs/');
    expect((await browser.get(back, RUSSIAN)).status).toBe(400);
    expect((await browser.get('/account')).status).toBe(303);
  });

  it('that was used before, also in the browser in which it was', async () => {
    const browser = most.browser();
    const back = fake.letIn(await asked(browser, fake));
    expect((await browser.get(back)).headers.get('location')).toBe('/account');
    // Signed in, it leads home; signed out, it opens nothing.
    expect((await browser.get(back)).headers.get('location')).toBe('/');
    const token = browser.token(await browser.open('/account'));
    await browser.post('/sign-out', { _csrf: token });
    expect((await browser.get(back)).status).toBe(400);
    const thief = most.browser();
    await asked(thief, fake);
    expect((await thief.get(back)).status).toBe(400);
    expect((await thief.get('/account')).status).toBe(303);
  });

  it('a second time after it was refused', async () => {
    const browser = most.browser();
    const way = await asked(browser, fake);
    expect((await browser.get(fake.letIn(way, { iss: 'https://evil.example' }))).status).toBe(400);
    const answer = await browser.get(fake.letIn(way), RUSSIAN);
    expect(answer.status).toBe(400);
  });
});

describe('an endpoint harms nobody else', () => {
  it.each<[string, Misbehaviour['trouble'], number, string]>([
    ['token: silence', { token: 'hang' }, 503, 'provider_silent'],
    ['token: status 500', { token: 'fail' }, 503, 'provider_failing'],
    ['token: a page', { token: 'html' }, 503, 'provider_failing'],
    ['token: another place', { token: 'redirect' }, 503, 'provider_failing'],
    ['token: far too much', { token: 'huge' }, 503, 'provider_silent'],
    ['userinfo: silence', { userinfo: 'hang' }, 503, 'provider_silent'],
    ['userinfo: status 500', { userinfo: 'fail' }, 503, 'provider_failing'],
    ['userinfo: a page', { userinfo: 'html' }, 503, 'provider_failing'],
  ])('%s', async (_what, trouble, status, fault) => {
    fake.misbehaviour = { trouble, claims: { email: undefined } };
    const browser = most.browser();
    const begun = Date.now();
    const [answer, other] = await Promise.all([signIn(browser, fake), most.signedIn('student@rs.demo')]);
    expect(Date.now() - begun).toBeLessThan(8_000);
    expect((await other.get('/account')).status).toBe(200);
    await expectRefusal(browser, answer, fake, { status, fault });
  });

  it.each<[string, 'hang' | 'fail', string]>([
    ['keys: silence', 'hang', 'provider_silent'],
    ['keys: status 500', 'fail', 'provider_failing'],
  ])('%s', async (_what, trouble, fault) => {
    await fake.rotateKeys();
    fake.misbehaviour = { trouble: { jwks: trouble } };
    const browser = most.browser();
    await expectRefusal(browser, await signIn(browser, fake), fake, { status: 503, fault });
  });

  it.each([
    ['silence', () => silent],
    ['another place', () => redirecting],
    ['the name of another', () => impostor],
    ['far too much', () => talkative],
  ])('discovery: %s', async (_what, provider) => {
    const browser = most.browser();
    const [answer, other] = await Promise.all([
      browser.get(`/sign-in/${provider().key}?return=/account`, RUSSIAN),
      most.signedIn('student@ru.demo'),
    ]);
    expect((await other.get('/account')).status).toBe(200);
    await expectRefusal(browser, answer, provider(), { status: 503, fault: 'discovery_failed' });
    expect((await most.browser().get('/health/ready')).status).toBe(200);
  });
});

describe('a person is told what is missing', () => {
  it.each([
    ['an address', { email: undefined }],
    ['a name', { given_name: undefined, family_name: undefined, name: undefined }],
  ])('%s', async (_what, missing) => {
    fake.misbehaviour = {
      claims: { sub: 'nameless', ...missing },
      userinfo: { sub: 'nameless', ...missing },
    };
    const browser = most.browser();
    const answer = await signIn(browser, fake);
    expect(answer.status).toBe(403);
    expect(answer.body).toContain('не передала нам имя или адрес');
    expect((await browser.get('/account')).status).toBe(303);
  });

  it('a verified address, where the entry asks for one', async () => {
    strict.misbehaviour = { claims: { email_verified: false } };
    const stranger = most.browser();
    const refused = await signIn(stranger, strict);
    expect(refused.status).toBe(403);
    expect(refused.body).toContain('не подтверждён');
    const { rowCount } = await most.owner.query(`select from identities where provider_key = 'strict'`);
    expect(rowCount).toBe(0);
    // Known from before, they come in; mails still go to the address that was verified.
    strict.misbehaviour = {};
    expect((await signIn(most.browser(), strict)).status).toBe(303);
    strict.misbehaviour = { claims: { email_verified: false, email: 'victim@elsewhere.example' } };
    expect((await signIn(most.browser(), strict)).status).toBe(303);
    const { rows } = await most.owner.query(
      `select p.email, i.email as given from persons p join identities i on i.person_id = p.id
       where i.provider_key = 'strict'`,
    );
    expect(rows).toEqual([{ email: 'one@fake.example', given: 'one@fake.example' }]);
  });
});

it('knows keys that the provider has changed, at once', async () => {
  expect((await signIn(most.browser(), fake)).status).toBe(303);
  await fake.rotateKeys();
  expect((await signIn(most.browser(), fake)).status).toBe(303);
  expect(fake.asked.filter((endpoint) => endpoint === 'discovery')).toHaveLength(1);
});
