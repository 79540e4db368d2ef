import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DEMO_ACCOUNTS, DEMO_PASSWORD } from '../../src/demo/accounts.js';
import { startMost } from '../start-most.js';
import type { RunningMost } from '../start-most.js';
import { Browser } from './browser-of-text.js';

/**
 * The home page of everybody who has a demonstration account, in the world that a newcomer finds: just what waits for
 * their roles, and each count is the length of the list to which it leads.
 */

/** Where the counts of the home page lead. */
const LISTS = {
  screening: '/applications?waits=home',
  nomination: '/applications?waits=nominate',
  host_answer: '/applications?waits=host',
  ministry: '/applications?waits=ministry',
  confirmation: '/applications?waits=confirm',
  decision: '/approvals',
  divergent: '/approvals?outcome=divergent',
  assessment_in_review: '/applications?state=in_review',
  role_confirmation: '/admin/confirmations',
  proposal: '/admin/proposals',
  provider_confirmation: '/admin/providers',
} as const;
type Work = keyof typeof LISTS;

/** Of the University of Belgrade, whose coordinator has a deputy. */
const BELGRADE: readonly Work[] = ['screening', 'host_answer', 'ministry'];
const INSTITUTION: readonly Work[] = ['screening', 'nomination', 'host_answer'];
const MINISTRY: readonly Work[] = ['confirmation', 'decision', 'proposal'];

/** By account: the work that waits for it once everybody has come. For whom is not named here nothing waits. */
const WAITS: Readonly<Record<string, readonly Work[]>> = {
  'coordinator@bg.rs.demo': BELGRADE,
  'deputy@bg.rs.demo': BELGRADE,
  'coordinator@ns.rs.demo': INSTITUTION,
  'coordinator@msu.ru.demo': ['screening', 'host_answer'],
  'coordinator@nsu.ru.demo': INSTITUTION,
  'ministry@rs.demo': MINISTRY,
  'ministry@ru.demo': MINISTRY,
  'commission@rs.demo': ['divergent'],
  'commission@ru.demo': ['divergent'],
  'secretary@rs.demo': ['divergent'],
  'secretary@ru.demo': ['divergent'],
  'reviewer@rs.demo': ['assessment_in_review'],
  'reviewer@ru.demo': ['assessment_in_review'],
  'admin@rs.demo': ['role_confirmation'],
  'admin@ru.demo': ['role_confirmation'],
};

/** Whoever has no office is shown their own applications and the open calls instead. */
const WITHOUT_OFFICE = /^(student2?|professor|expert|outsider)@/;

/** An office whose provider asserts no second factor: a passkey is asked for first, and until then it is idle. */
const ONE_FACTOR = 'unit@bg.rs.demo';

let most: RunningMost;

beforeAll(async () => {
  most = await startMost();
  // Who signs in may be proposed for a role by their provider's word: that waits for others.
  for (const { email, provider } of DEMO_ACCOUNTS)
    await new Browser(most.url).signIn(provider, email, DEMO_PASSWORD);
}, 120_000);

afterAll(() => most.stop(), 30_000);

/** The counts of a home page, by where they lead. */
function countsOn(body: string): Map<string, number> {
  const list = /<ul class="most-counts">([\s\S]*?)<\/ul>/.exec(body)?.[1] ?? '';
  const links = [...list.matchAll(/<a href="([^"]+)">([\s\S]*?)<\/a>/g)];
  return new Map(
    links.map(([, href = '', text = '']) => [
      href.replaceAll('&amp;', '&'),
      Number(/<strong>(\d+)<\/strong>/.exec(text)?.[1]),
    ]),
  );
}

describe('the home page of', () => {
  it.each(DEMO_ACCOUNTS)('$email', async ({ email, provider }) => {
    const browser = new Browser(most.url);
    const signedIn = await browser.signIn(provider, email, DEMO_PASSWORD);
    expect(new URL(signedIn.url).pathname).toBe(email === ONE_FACTOR ? '/account/second-factor' : '/');
    const home = await browser.open('/?lang=en');
    expect(home.status).toBe(200);
    const counts = countsOn(home.body);
    const expected = (WAITS[email] ?? []).map((work) => LISTS[work]);
    expect([...counts.keys()].sort()).toEqual([...expected].sort());
    expect(home.body.includes('id="own"')).toBe(WITHOUT_OFFICE.test(email));

    for (const [href, count] of counts) {
      const list = await browser.open(href);
      expect([href, list.status]).toEqual([href, 200]);
      if (!/^\/(applications|approvals)/.test(href)) continue;
      const rows = [...list.body.matchAll(/class="most-worklist__title"/g)].length;
      expect([href, rows]).toEqual([href, Math.min(count, 50)]);
    }
  });
});
