import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ProposeAgreement } from '../../src/agreements/public.js';
import { systemContext } from '../../src/platform/database/database.js';
import { systemClock } from '../../src/shared/clock.js';
import { WebModule } from '../../src/web/web.module.js';
import { exchangeModules } from '../factories/exchange-modules.js';
import { grantRow, insertRows } from '../factories/rows.js';
import { buildWorld } from '../factories/world.js';
import type { World } from '../factories/world.js';
import { startHttpApp } from './http-app.js';
import type { HttpApp } from './http-app.js';

/** The home page and the navigation of each office: what they say of work that is there, and of work that is closed. */

const WORKLIST = /href="\/applications"[^>]*>Applications</;
const OWN = /href="\/applications"[^>]*>My applications</;

let http: HttpApp;
let scratch: string;
let institution_id: string;
let callId: string;
let world: World;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'most-home-'));
  http = await startHttpApp({ imports: [...exchangeModules(scratch), WebModule] });
  world = await buildWorld(http.app, http.owner, systemClock);
  institution_id = await world.institution('university-of-belgrade');
  callId = await world.publishedCall();
}, 90_000);

afterAll(async () => {
  await http.stop();
  rmSync(scratch, { recursive: true, force: true });
});

async function homeOf(email: string, role: string): Promise<string> {
  const browser = await http.signedIn(email);
  const { rows } = await http.owner.query<{ id: string }>('select id from persons where email = $1', [email]);
  await insertRows(http.owner, 'role_grants', [grantRow(rows[0]?.id ?? '', role, { institution_id })]);
  return (await browser.open('/?lang=en')).body;
}

describe('the home page of an office', () => {
  it('says that nothing waits where that is known, and offers the worklist', async () => {
    const body = await homeOf('coordinator@bg.rs.demo', 'coordinator');
    expect(body).toContain('Nothing waits for you');
    expect(body).not.toContain('Your office is idle');
    expect(body).toMatch(WORKLIST);
  });

  it('leads to the second factor where the office is idle without it, and does not say that nothing waits', async () => {
    const body = await homeOf('unit@bg.rs.demo', 'coordinator');
    expect(body).toContain('Your office is idle');
    expect(body).toContain('href="/account/second-factor?return=%2F"');
    expect(body).not.toContain('Nothing waits for you');
    expect(body).toMatch(WORKLIST);
  });

  it('offers only one’s own applications to an office that sees no others', async () => {
    const body = await homeOf('administrator@bg.rs.demo', 'institution_administrator');
    expect(body).toMatch(OWN);
    expect(body).not.toMatch(WORKLIST);
  });
});

describe('an agreement', () => {
  it('waits for whoever signs it, and when it came back for whoever writes it', async () => {
    const text = (words: string) => ({ sr: words, ru: words, en: words });
    const other = await world.institution('lomonosov-moscow-state-university');
    const id = await world.prepareAgreement({
      kind: 'inter_institutional',
      reference: 'WAITING-1',
      parties: [
        { country: 'RS', institutionId: institution_id, name: text('Belgrade') },
        { country: 'RU', institutionId: other, name: text('Moscow') },
      ],
      validFrom: '2030-01-01',
    });
    await http.app.get(ProposeAgreement).proposeAgreement(systemContext(systemClock), id);
    const counted = /href="(\/agreements\?waits=\w+)"[^>]*>\s*(?:<[^>]*>\s*)*(\d+)/g;
    const waits = (body: string) => [...body.matchAll(counted)].map(([, href, count]) => `${href} ${count}`);

    const signatory = await http.signedIn('ministry@rs.demo');
    const { rows } = await http.owner.query<{ id: string }>('select id from persons where email = $1', [
      'ministry@rs.demo',
    ]);
    await insertRows(http.owner, 'role_grants', [
      grantRow(rows[0]?.id ?? '', 'signatory', { institution_id }),
    ]);
    expect(waits((await signatory.open('/?lang=en')).body)).toEqual(['/agreements?waits=sign 1']);
    expect((await signatory.open('/agreements?waits=sign&lang=en')).body).toContain('WAITING-1');
    // Whoever signs for nobody looks in vain.
    expect((await http.browser().open('/agreements?waits=sign&lang=en')).body).not.toContain('WAITING-1');

    const page = await signatory.open('/agreements/WAITING-1?lang=en');
    const [, hash = ''] = /name="hash" value="(\w+)"/.exec(page.body) ?? [];
    const answered = await signatory.post('/agreements/WAITING-1/answer', {
      _csrf: signatory.token(page),
      hash,
      act: 'returned',
      office: 'Rector',
      reason: 'The quota is too large.',
    });
    expect(answered.headers.get('location')).toBe('/agreements/WAITING-1');
    expect(waits((await signatory.open('/?lang=en')).body)).toEqual([]);
    const coordinator = await homeOf('coordinator@bg.rs.demo', 'coordinator');
    expect(waits(coordinator)).toEqual(['/agreements?waits=edit 1']);
  });
});

describe('a form that came back with problems', () => {
  it('leads to a page in each language, also where its own address only takes forms', async () => {
    const browser = await http.signedIn('admin@rs.demo');
    const { rows } = await http.owner.query<{ id: string }>('select id from persons where email = $1', [
      'admin@rs.demo',
    ]);
    await insertRows(http.owner, 'role_grants', [grantRow(rows[0]?.id ?? '', 'programme_administrator', {})]);
    const editor = `/admin/calls/${callId}`;
    const _csrf = browser.token(await browser.open(`${editor}?lang=en`));
    const answer = await browser.post(`${editor}/move`, new URLSearchParams({ _csrf, act: 'cancel' }));
    expect(answer.status).toBe(422);
    const links = new Set(
      [...answer.body.matchAll(/href="([^"]*[?&]lang=(?:sr-Cyrl|sr-Latn|ru|en))"/g)].map(([, href = '']) =>
        href.replaceAll('&amp;', '&'),
      ),
    );
    expect([...links]).toEqual(['sr-Cyrl', 'sr-Latn', 'ru', 'en'].map((code) => `${editor}?lang=${code}`));
    for (const link of links) expect((await browser.open(link)).status).toBe(200);
  });
});
