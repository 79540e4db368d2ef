import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { DEMO_PASSWORD } from '../../src/demo/public.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { Browser } from '../http/browser-of-text.js';
import { startCluster } from './start-cluster.js';
import type { Cluster } from './start-cluster.js';

/** A primary, its streaming replica, a worker and two web processes behind a proxy: as many machines in life. */
let cluster: Cluster;
let owner: pg.Client;
let standby: pg.Client;

beforeAll(async () => {
  cluster = await startCluster();
  owner = new pg.Client({ connectionString: cluster.ownerUrl });
  standby = new pg.Client({ connectionString: cluster.replica.ownerUrl });
  await owner.connect();
  // A test ends it with the replica.
  standby.on('error', () => undefined);
  await standby.connect();
}, 150_000);

afterAll(async () => {
  await expectInvariants(owner);
  await owner.end();
  await standby.end().catch(() => undefined);
  await cluster.stop();
}, 60_000);

async function signedIn(email: string): Promise<Browser> {
  const browser = new Browser(cluster.url);
  await browser.signIn(
    email.includes('.rs.') || email.endsWith('@rs.demo') ? 'rs' : 'ru',
    email,
    DEMO_PASSWORD,
  );
  return browser;
}

const LANGUAGES = ['sr-Cyrl', 'sr-Latn', 'ru', 'en'] as const;

/** Chooses a language for mails and answers which one the next page shows. */
async function chooseLanguage(browser: Browser, language: string): Promise<string | undefined> {
  const page = await browser.open('/account');
  expect(page.status).toBe(200);
  const answer = await browser.post('/account/language', { _csrf: browser.token(page), language });
  expect(answer.status).toBe(303);
  return shownLanguage(browser);
}

async function shownLanguage(browser: Browser): Promise<string | undefined> {
  const { body } = await browser.open('/account');
  return /value="([^"]+)"[^>]*checked/.exec(body)?.[1];
}

/** How many transactions the replica has ended in the database of the programme. */
async function readsOfReplica(): Promise<number> {
  const { rows } = await standby.query<{ n: number }>(
    `select (xact_commit + xact_rollback)::int as n from pg_stat_database where datname = current_database()`,
  );
  return rows[0]?.n ?? 0;
}

describe('two web processes and a replica', () => {
  it('answers in turn, under one session, and reads at the replica', async () => {
    const browser = await signedIn('student@rs.demo');
    const before = await readsOfReplica();
    const answered = new Map(cluster.proxy.answered);
    for (let round = 0; round < 40; round++) expect((await browser.open('/calls')).status).toBe(200);
    for (const web of cluster.webs)
      expect((cluster.proxy.answered.get(web) ?? 0) - (answered.get(web) ?? 0)).toBeGreaterThanOrEqual(15);
    // What an idle session did is counted there within ten seconds.
    for (let waited = 0; waited < 12_000 && (await readsOfReplica()) - before < 40; waited += 500)
      await pause(500);
    expect((await readsOfReplica()) - before).toBeGreaterThanOrEqual(40);
  });

  it('shows everybody what they wrote, by whichever process and however far behind the replica is', async () => {
    const browser = await signedIn('student2@rs.demo');
    await standby.query('select pg_wal_replay_pause()');
    try {
      for (const language of [...LANGUAGES, ...LANGUAGES])
        expect(await chooseLanguage(browser, language)).toBe(language);
    } finally {
      await standby.query('select pg_wal_replay_resume()');
    }
  });

  it('shows nobody what is older than two seconds', async () => {
    const [writes, looks] = [await signedIn('professor@rs.demo'), await signedIn('professor@rs.demo')];
    await chooseLanguage(writes, 'ru');
    await standby.query('select pg_wal_replay_pause()');
    try {
      await chooseLanguage(writes, 'en');
      await pause(3_500);
      expect(await shownLanguage(looks)).toBe('en');
    } finally {
      await standby.query('select pg_wal_replay_resume()');
    }
  });
});

describe('one of them dies', () => {
  it('loses nobody: sessions go on at the other, and what was acknowledged is there', async () => {
    const people = await Promise.all(
      ['student@ru.demo', 'student2@ru.demo', 'expert@ru.demo', 'professor@ru.demo'].map(signedIn),
    );
    let dead = false;
    const acknowledged = await Promise.all(
      people.map(async (browser) => {
        let last: string | undefined;
        for (let round = 0; round < 16; round++) {
          const language = LANGUAGES[round % LANGUAGES.length] ?? 'en';
          if (round === 5 && !dead) {
            dead = true;
            await cluster.killWeb(0);
          }
          const page = await browser.open('/account');
          expect(page.status).toBe(200);
          const answer = await browser.post('/account/language', { _csrf: browser.token(page), language });
          // A form that was under way is not sent twice by the proxy: the person is told, and knows nothing.
          expect([303, 502]).toContain(answer.status);
          last = answer.status === 303 ? language : undefined;
        }
        return last;
      }),
    );
    for (const [index, browser] of people.entries()) {
      if (acknowledged[index]) expect(await shownLanguage(browser)).toBe(acknowledged[index]);
    }
    await cluster.reviveWeb(0);
    expect((await people[0]?.open('/account'))?.status).toBe(200);
  }, 90_000);

  it('goes on without the replica', async () => {
    const browser = await signedIn('expert@rs.demo');
    await cluster.replica.stop();
    for (const language of LANGUAGES) expect(await chooseLanguage(browser, language)).toBe(language);
  });
});
