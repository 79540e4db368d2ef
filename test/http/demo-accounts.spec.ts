import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { DEMO_ACCOUNTS, DEMO_PASSWORD } from '../../src/demo/public.js';
import type { DemoAccount } from '../../src/demo/public.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { runMost } from '../run-most.js';
import { startMost } from '../start-most.js';
import type { RunningMost } from '../start-most.js';
import { Browser } from './browser-of-text.js';
import type { Answer } from './browser-of-text.js';

/** Every account of the demonstration at the door of the running application: what their home page shows, and what it does not. */

const WORK = {
  sign: '/agreements?waits=sign',
  check: '/applications?waits=home',
  nominate: '/applications?waits=nominate',
  answer: '/applications?waits=host',
  ministry: '/applications?waits=ministry',
  confirm: '/applications?waits=confirm',
  assess: '/reviews',
  decide: '/approvals',
  gate: '/gates',
  divergent: '/approvals?outcome=divergent',
  commission: '/commission',
  second_pair: '/admin/confirmations',
  proposals: '/admin/proposals',
} as const;

/** Beside the pages that everybody has who is signed in. */
const PAGES = [
  '/approvals',
  '/commission',
  '/admin/people',
  '/admin/invitations',
  '/admin/confirmations',
  '/admin/proposals',
  '/admin/units',
  '/admin/providers',
  '/admin/clients',
  '/admin/calls',
  '/admin/transfers',
  '/admin/retention',
  '/admin/audit',
] as const;

interface Home {
  readonly waits: readonly (keyof typeof WORK)[];
  readonly pages: readonly (typeof PAGES)[number][];
  /** For nobody who holds a role there are calls in place of work. */
  readonly official?: false;
  readonly rests?: true;
  readonly actsFor?: string;
}

const APPLICANT: Home = { waits: [], pages: [], official: false };
const REVIEWER: Home = { waits: ['assess'], pages: [] };
// Each has an agreement before them that an institution of the other country proposed.
const SIGNATORY: Home = { waits: ['sign'], pages: [] };
// Gates of each country wait for its own.
const MINISTRY: Home = {
  waits: ['confirm', 'decide', 'gate', 'proposals'],
  pages: [
    '/approvals',
    '/commission',
    '/admin/people',
    '/admin/invitations',
    '/admin/proposals',
    '/admin/clients',
    '/admin/retention',
  ],
};
const COMMISSION: Home = {
  waits: ['divergent', 'commission'],
  pages: ['/approvals', '/commission', '/admin/people'],
};
const SECRETARY: Home = {
  waits: ['divergent', 'commission'],
  pages: ['/approvals', '/commission', '/admin/people', '/admin/invitations', '/admin/proposals'],
};
const KEEPER: Home = {
  waits: [],
  pages: ['/admin/people', '/admin/invitations', '/admin/proposals', '/admin/units', '/admin/clients'],
};
const ADMINISTRATOR: Home = {
  waits: ['second_pair'],
  pages: [
    '/admin/people',
    '/admin/invitations',
    '/admin/confirmations',
    '/admin/proposals',
    '/admin/providers',
    '/admin/clients',
    '/admin/calls',
    '/admin/transfers',
    '/admin/retention',
    '/admin/audit',
  ],
};

const HOMES: Readonly<Record<string, Home>> = {
  'student@rs.demo': APPLICANT,
  'student2@rs.demo': APPLICANT,
  'professor@rs.demo': APPLICANT,
  'expert@rs.demo': APPLICANT,
  'outsider@rs.demo': APPLICANT,
  'student@ru.demo': APPLICANT,
  'student2@ru.demo': APPLICANT,
  'professor@ru.demo': APPLICANT,
  'expert@ru.demo': APPLICANT,
  'coordinator@bg.rs.demo': { waits: ['check', 'answer', 'ministry'], pages: [] },
  'coordinator@ns.rs.demo': { waits: ['check', 'nominate', 'answer'], pages: [] },
  'coordinator@msu.ru.demo': { waits: ['check', 'answer'], pages: [] },
  'coordinator@nsu.ru.demo': { waits: ['check', 'nominate', 'answer'], pages: [] },
  'deputy@bg.rs.demo': { waits: ['check', 'answer', 'ministry'], pages: [], actsFor: 'Јелена Марковић' },
  'unit@bg.rs.demo': { waits: [], pages: [], rests: true },
  'unit@msu.ru.demo': { waits: [], pages: [] },
  'reviewer@rs.demo': REVIEWER,
  'reviewer@ru.demo': REVIEWER,
  // In the part of a home institution, for a freemover.
  'ministry@rs.demo': { ...MINISTRY, waits: ['check', ...MINISTRY.waits] },
  'ministry@ru.demo': MINISTRY,
  'ministry2@rs.demo': { ...MINISTRY, waits: ['check', ...MINISTRY.waits] },
  'ministry2@ru.demo': MINISTRY,
  'commission@rs.demo': COMMISSION,
  'commission@ru.demo': COMMISSION,
  'secretary@rs.demo': SECRETARY,
  'secretary@ru.demo': SECRETARY,
  'administrator@bg.rs.demo': KEEPER,
  'administrator@msu.ru.demo': KEEPER,
  'signatory@bg.rs.demo': SIGNATORY,
  'signatory@msu.ru.demo': SIGNATORY,
  'admin@rs.demo': ADMINISTRATOR,
  'admin@ru.demo': ADMINISTRATOR,
  'auditor@rs.demo': {
    waits: [],
    pages: ['/admin/people', '/admin/providers', '/admin/transfers', '/admin/retention', '/admin/audit'],
  },
  'support@rs.demo': { waits: [], pages: [] },
};

/** What of a list is one thing that waits. */
const ITEM: Readonly<Record<string, RegExp>> = {
  '/applications': /href="\/applications\/([0-9a-f-]{36})\/review"/g,
  '/agreements': /class="govuk-link" href="\/agreements\/([^"/?]+)">/g,
  '/approvals': /href="\/approvals\/([0-9a-f-]{36})"/g,
  '/commission': /href="\/commission\/items\/([0-9a-f-]{36})"/g,
  '/gates': /href="\/gates\/([0-9a-f-]{36})"/g,
  '/reviews': /href="\/reviews\/([0-9a-f-]{36})"/g,
  '/admin/confirmations': /action="\/admin\/confirmations\/([0-9a-f-]{36})\/confirm"/g,
  '/admin/proposals': /action="\/admin\/proposals\/([0-9a-f-]{36})\/dismiss"/g,
};

let most: RunningMost;
let owner: pg.Client;

beforeAll(async () => {
  most = await startMost();
  owner = new pg.Client({ connectionString: most.ownerUrl });
  await owner.connect();
  // Who signs in may be proposed for a role by their provider's word: that waits for others.
  for (const { email, provider } of DEMO_ACCOUNTS)
    await new Browser(most.url).signIn(provider, email, DEMO_PASSWORD);
}, 120_000);

afterAll(async () => {
  await expectInvariants(owner);
  await owner.end();
  await most.stop();
}, 30_000);

const main = ({ body }: Answer) => /<main[\s\S]*<\/main>/.exec(body)?.[0] ?? '';
const each = (text: string, pattern: RegExp) => [
  ...new Set([...text.matchAll(pattern)].map(([, found = '']) => found.replaceAll('&amp;', '&'))),
];

/** The counts of the home page, by where they lead. */
function countsOf(home: Answer): ReadonlyMap<string, number> {
  const [, list = ''] = /<ul class="most-counts">([\s\S]*?)<\/ul>/.exec(home.body) ?? [];
  return new Map(
    [...list.matchAll(/<a href="([^"]+)"><strong>(\d+)</g)].map(([, href = '', count]) => [
      href.replaceAll('&amp;', '&'),
      Number(count),
    ]),
  );
}

async function ownApplications({ email }: DemoAccount) {
  const { rows } = await owner.query<{ id: string; number: string | null }>(
    'select a.id, a.number from applications a join persons p on p.id = a.applicant_id where p.email = $1',
    [email],
  );
  return rows;
}

it('knows every account, and no other', () => {
  expect(Object.keys(HOMES).sort()).toEqual(DEMO_ACCOUNTS.map(({ email }) => email).sort());
});

describe('the home page of', () => {
  it.each(DEMO_ACCOUNTS)(
    '$email shows just what waits for them',
    async (account) => {
      const { waits, pages, official = true, rests = false, actsFor } = HOMES[account.email] ?? APPLICANT;
      const browser = new Browser(most.url);
      await browser.signIn(account.provider, account.email, DEMO_PASSWORD);
      const home = await browser.open('/?lang=en');
      expect(new URL(home.url).pathname).toBe('/');
      expect(main(home)).toContain(account.name.family);

      const counts = countsOf(home);
      expect([...counts.keys()]).toEqual(waits.map((work) => WORK[work]));
      for (const [href, count] of counts) {
        const list = await browser.open(href);
        const pattern = ITEM[new URL(list.url).pathname];
        // What was done already stands below what waits.
        const [waiting = ''] = list.body.split(/id="(?:done|late|sessions)-title"/);
        expect([href, pattern && each(waiting, pattern).length]).toEqual([href, count]);
      }

      const own = await ownApplications(account);
      expect(each(main(home), /href="\/applications\/([0-9a-f-]{36})"/g).sort()).toEqual(
        own.map(({ id }) => id).sort(),
      );
      expect(each(main(home), /\b([A-Z]{2}-\d{4}-\d{6})\b/g).sort()).toEqual(
        own.flatMap(({ number }) => number ?? []).sort(),
      );

      expect(main(home).includes('Nothing waits for you')).toBe(official && waits.length === 0 && !rests);
      expect(main(home).includes('Open calls')).toBe(!official);
      expect(main(home).includes('Your office is idle')).toBe(rests);
      expect(/You act for ([^<]+?) until/.exec(main(home))?.[1]).toBe(actsFor);

      const shown = [
        ...each(home.body, /href="(\/approvals|\/commission)"/g),
        ...each(main(await browser.open('/admin')), /href="(\/admin\/\w+)"/g),
      ];
      expect(shown.sort()).toEqual([...pages, '/admin/roles', '/admin/why'].sort());
      for (const page of shown) expect([page, (await browser.open(page)).status]).toEqual([page, 200]);
      for (const page of PAGES.filter((other) => !pages.includes(other))) {
        expect([page, (await browser.get(page)).status]).toEqual([page, 403]);
      }
    },
    30_000,
  );
});

describe('a command beside the running application', () => {
  const ask = (...words: string[]) =>
    runMost(words, {
      PORT: new URL(most.url).port,
      DATA_DIR: most.dataDir,
      DATABASE_URL: most.appUrl,
      DATABASE_MIGRATION_URL: most.ownerUrl,
    });

  it('prints a token that the application takes', async () => {
    const { status, stdout } = await ask('token', '--as', 'student@rs.demo');
    expect(status).toBe(0);
    expect(stdout.trim()).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    const asked = (token: string) =>
      fetch(`${most.url}/api/v1/applications?scope=mine`, { headers: { authorization: `Bearer ${token}` } });
    expect((await asked(stdout.trim())).status).toBe(200);
    expect((await asked(`${stdout.trim()}x`)).status).toBe(401);
  }, 30_000);

  it('finds that the invariants hold, and what was changed behind the record', async () => {
    expect((await ask('check', 'invariants')).stdout).toContain('invariants hold');
    // The clock seals every minute; here it is asked to at once.
    await owner.query("select graphile_worker.add_job('seal_audit', '{}')");
    for (let waited = 0; waited < 300; waited++) {
      if ((await owner.query('select from audit_seals')).rowCount) break;
      await pause(100);
    }
    expect((await ask('verify', 'audit')).status).toBe(0);
    const first = 'where id = (select min(id) from audit_entries)';
    const { rows } = await owner.query<{ action: string }>(`select action from audit_entries ${first}`);
    await owner.query(`update audit_entries set action = 'planted' ${first}`);
    const verdict = await ask('verify', 'audit');
    await owner.query(`update audit_entries set action = $1 ${first}`, [rows[0]?.action]);
    expect(verdict.status).toBe(1);
    expect(verdict.stdout).toContain('damaged');
  }, 90_000);
});
