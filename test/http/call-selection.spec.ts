import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Calls, standardSelection } from '../../src/calls/public.js';
import type { SelectionRules } from '../../src/calls/public.js';
import { Database, systemContext } from '../../src/platform/database/database.js';
import { systemClock } from '../../src/shared/clock.js';
import type { Id } from '../../src/shared/ids.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { callModules } from '../factories/exchange-modules.js';
import { buildWorld } from '../factories/world.js';
import type { World } from '../factories/world.js';
import { grantRow, insertRows } from '../factories/rows.js';
import type { Answer, Browser } from './browser-of-text.js';
import { startHttpApp } from './http-app.js';
import type { HttpApp } from './http-app.js';

/** How a ranked call selects, said in the browser, approved by both countries, and read by everybody. */

let http: HttpApp;
let world: World;
let admin: Browser;
let other: Browser;
const system = systemContext(systemClock);

beforeAll(async () => {
  http = await startHttpApp({ imports: callModules() });
  world = await buildWorld(http.app, http.owner);
  [admin, other] = [await administrator('admin@rs.demo'), await administrator('admin@ru.demo')];
}, 90_000);

afterAll(async () => {
  await expectInvariants(http.owner);
  await http.stop();
});

async function administrator(email: string): Promise<Browser> {
  const browser = await http.signedIn(email);
  const { rows } = await http.owner.query<{ id: Id }>('select id from persons where email = $1', [email]);
  const grant = grantRow(rows[0]?.id ?? '', 'programme_administrator', {});
  await insertRows(http.owner, 'role_grants', [grant]);
  await browser.open('/?lang=en');
  return browser;
}

type Fields = Readonly<Record<string, string>>;
const words = ({ body }: Answer) =>
  body
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#39;/g, "'")
    .replace(/\s+/g, ' ');
const versionOn = ({ body }: Answer) => /name="version" value="(\d+)"/.exec(body)?.[1] ?? '';

/** Opens a page of the selection and sends what is typed to an address below it. */
async function send(browser: Browser, id: Id, path: string, typed: Fields = {}): Promise<Answer> {
  const opened = await browser.open(`/admin/calls/${id}/selection`);
  return post(browser, opened, id, path, { version: versionOn(opened), ...typed });
}

function post(browser: Browser, opened: Answer, id: Id, path: string, typed: Fields): Promise<Answer> {
  const body = new URLSearchParams({ _csrf: browser.token(opened), ...typed });
  return browser.post(`/admin/calls/${id}/selection${path}`, body);
}

async function rulesOf(id: Id): Promise<SelectionRules | null> {
  return http.app
    .get(Database)
    .read(system, async (ctx) => (await http.app.get(Calls).byId(ctx, id))?.selection ?? null);
}

const LABEL = { 'label-sr': 'Језик', 'label-ru': 'Язык', 'label-en': 'Language' };
const RULES_TYPED = {
  'selection.review.perApplication': '2',
  'selection.review.bySide': 'together',
  'selection.review.anonymous': 'names',
  'selection.review.binding': 'referee\nco_author',
  'selection.review.feedback': 'yes',
  'selection.combination.method': 'median',
  'selection.combination.minimum': '60',
  'selection.ranking.per': 'call',
  'selection.ranking.tie': 'hold',
  'selection.seats.filling': 'open_first',
  'selection.seats.unclaimed': 'kept',
  'selection.seats.perHomeInstitution': '1',
  'selection.windows.objectionDays': '5',
  'selection.windows.appealDays': '15',
  'selection.appeals.admissibilityDays': '4',
  'selection.appeals.panelSize': '7',
  'selection.appeals.newEvidence': 'yes',
};

describe('the rules of a selection', () => {
  it('are written from nothing, approved with the text, and shown to everybody in each language', async () => {
    const id = await world.prepareCall({ slug: 'ranked-from-nothing', route: 'ranked' });
    const empty = await admin.open(`/admin/calls/${id}/selection`);
    expect(words(empty)).toContain('Nothing is said yet about how this call selects.');
    expect((await send(admin, id, '/begin')).status).toBe(303);

    expect(
      (
        await send(admin, id, '/criteria', {
          ...LABEL,
          weight: '25',
          min: '1',
          max: '5',
          comment: 'yes',
          'anchor-rows': '2',
          'anchor-0-value': '5',
          'anchor-0-sr': 'течно',
          'anchor-0-ru': 'свободно',
          'anchor-0-en': 'fluent',
          'anchor-1-value': '1',
          'anchor-1-sr': 'почетно',
          'anchor-1-ru': 'начальный',
          'anchor-1-en': 'beginner',
        })
      ).status,
    ).toBe(303);
    expect((await send(admin, id, '/criteria/language/move', { step: 'up' })).status).toBe(303);
    expect((await send(admin, id, '/criteria/plan/remove')).status).toBe(303);
    // Nobody is met without being seen.
    const met = await send(admin, id, '', { ...RULES_TYPED, 'selection.review.interview': 'yes' });
    expect(met.status).toBe(422);
    expect(words(met)).toContain('Applications that are assessed without names have no interviews.');
    expect((await send(admin, id, '', RULES_TYPED)).status).toBe(303);
    expect((await send(admin, id, '/groups', { host: 'country RU', home: 'RS', cap: '2' })).status).toBe(303);

    const rules = await rulesOf(id);
    expect(rules?.criteria.map((criterion) => criterion.id)).toEqual(['merit', 'language', 'benefit']);
    expect(rules?.criteria[1]).toMatchObject({
      weight: 25,
      scale: { min: 1, max: 5 },
      anchors: [{ value: 1 }, { value: 5, words: { en: 'fluent' } }],
      comment: 'required',
    });
    expect(rules).toMatchObject({
      review: {
        perApplication: 2,
        bySide: false,
        anonymous: ['names'],
        interview: false,
        binding: ['co_author', 'referee'],
        feedback: 'summary',
      },
      combination: { method: 'median', minimum: 60 },
      ranking: { per: 'call', tie: 'hold' },
      seats: {
        filling: 'open_first',
        unclaimed: 'kept',
        perHomeInstitution: 1,
        groups: [{ hostInstitutionId: null, hostCountry: 'RU', homeCountry: 'RS', cap: 2 }],
      },
      windows: { objectionDays: 5, appealDays: 15 },
      appeals: { admissibilityDays: 4, panelSize: 7, newEvidence: true },
    });
    const page = words(await admin.open(`/admin/calls/${id}/selection`));
    // 50, 25 and 20 of 95.
    expect(page).toContain('26.3%');

    const overview = await admin.open(`/admin/calls/${id}`);
    const propose = new URLSearchParams({ _csrf: admin.token(overview), version: versionOn(overview) });
    expect((await admin.post(`/admin/calls/${id}/propose`, propose)).status).toBe(303);
    await world.approve(id);
    const publish = new URLSearchParams({ _csrf: admin.token(overview) });
    expect((await admin.post(`/admin/calls/${id}/publish`, publish)).status).toBe(303);

    for (const [language, told] of [
      [
        'en',
        [
          'Language',
          'fluent',
          'Nobody with fewer than 60 points',
          'hosts in the country: Russia',
          'can appeal within 5 days',
          'within 4 days whether the appeal is heard',
          'a panel of at least 7 members',
          'decides within 15 days',
          'or new evidence',
          'Where as many vote for it as against it, the result stands.',
          'joint publications with the applicant and a letter of reference',
        ],
      ],
      [
        'ru',
        [
          'Язык',
          'свободно',
          'меньше 60 баллов',
          'не более 2',
          'не менее 7 членов',
          'новые доказательства',
          'совместных публикаций',
        ],
      ],
      ['sr-Latn', ['Jezik', 'tečno', 'manje od 60 poena', 'najviše 2', 'najmanje 7 članova']],
      [
        'sr-Cyrl',
        [
          'Језик',
          'течно',
          'мање од 60 поена',
          'највише 2',
          'најмање 7 чланова',
          'нови докази',
          'објављивање',
        ],
      ],
    ] as const) {
      const shown = words(await http.browser().open(`/calls/ranked-from-nothing?lang=${language}`));
      for (const each of told) expect(shown).toContain(each);
    }
    const resource = JSON.parse((await http.browser().open('/api/v1/calls/ranked-from-nothing')).body) as {
      selection: unknown;
    };
    expect(resource.selection).toMatchObject({
      reviews: 2,
      tie: 'hold',
      groups: [{ hostCountry: 'RU', homeCountry: 'RS', hostInstitution: null, cap: 2 }],
      binding: ['co_author', 'referee'],
      appealAdmissibilityDays: 4,
      appealPanelSize: 7,
      appealNewEvidence: true,
    });
    // A copy for the next year says the same.
    const copying = await admin.post(
      `/admin/calls/${id}/copy`,
      new URLSearchParams({ _csrf: admin.token(overview) }),
    );
    const copy = copying.headers.get('location')?.split('/').pop() ?? '';
    expect(await rulesOf(copy)).toEqual(rules);
    // What is published is read, and not changed any more.
    expect((await send(admin, id, '/criteria/merit/remove')).status).toBe(409);
    expect((await rulesOf(id))?.criteria).toHaveLength(3);
  });

  it('are not written down where they are the usual ones, which everybody reads all the same', async () => {
    const id = await world.prepareCall({
      slug: 'heard-as-usual',
      route: 'ranked',
      selection: standardSelection(),
    });
    const empty = {
      ...RULES_TYPED,
      'selection.review.binding': '',
      'selection.review.feedback': '',
      'selection.appeals.newEvidence': '',
    };
    expect((await send(admin, id, '', empty)).status).toBe(303);
    const opened = await admin.open(`/admin/calls/${id}/selection`);
    expect(opened.body).toMatch(/name="selection\.appeals\.panelSize"[^>]* value="7" checked/);
    const usual = {
      ...empty,
      'selection.appeals.admissibilityDays': '3',
      'selection.appeals.panelSize': '3',
    };
    expect((await send(admin, id, '', usual)).status).toBe(303);
    const rules = await rulesOf(id);
    expect(rules).not.toHaveProperty('appeals');
    expect(rules?.review).not.toHaveProperty('binding');
    const overview = await admin.open(`/admin/calls/${id}`);
    const propose = new URLSearchParams({ _csrf: admin.token(overview), version: versionOn(overview) });
    await admin.post(`/admin/calls/${id}/propose`, propose);
    await world.approve(id);
    const publish = new URLSearchParams({ _csrf: admin.token(overview) });
    expect((await admin.post(`/admin/calls/${id}/publish`, publish)).status).toBe(303);
    const shown = words(await http.browser().open('/calls/heard-as-usual?lang=en'));
    expect(shown).toContain('within 3 days whether the appeal is heard');
    expect(shown).toContain('a panel of at least 3 members');
    expect(shown).not.toContain('new evidence');
    expect(shown).not.toContain('keep a reviewer from an application');
  });

  it('changed after both countries were asked take their word back', async () => {
    const id = await world.prepareCall({ route: 'ranked', selection: standardSelection() });
    const overview = await admin.open(`/admin/calls/${id}`);
    const form = new URLSearchParams({ _csrf: admin.token(overview), version: versionOn(overview) });
    await admin.post(`/admin/calls/${id}/propose`, form);
    await world.approve(id);
    expect((await send(admin, id, '/criteria/merit/move', { step: 'down' })).status).toBe(303);
    const publish = new URLSearchParams({ _csrf: admin.token(overview) });
    expect((await admin.post(`/admin/calls/${id}/publish`, publish)).status).toBe(422);
  });

  it('are kept, and promised to nobody, while the call does not rank', async () => {
    const id = await world.prepareCall({
      slug: 'no-longer-ranked',
      route: 'ranked',
      selection: standardSelection(),
    });
    const basics = await admin.open(`/admin/calls/${id}/basics`);
    const typed: Record<string, string> = {};
    for (const [tag] of basics.body.matchAll(/<input [^>]*>/g)) {
      const [name, value] = ['name', 'value'].map(
        (each) => new RegExp(` ${each}="([^"]*)"`).exec(tag)?.[1] ?? '',
      );
      if (name && (!/type="(radio|checkbox)"/.test(tag) || / checked/.test(tag))) typed[name] = value ?? '';
    }
    const agreement = /<option value="([^"]+)" selected/.exec(basics.body)?.[1] ?? '';
    const body = new URLSearchParams({
      ...typed,
      agreementId: agreement,
      route: 'direct',
      _csrf: admin.token(basics),
    });
    expect((await admin.post(`/admin/calls/${id}/basics`, body)).status).toBe(303);
    const page = words(await admin.open(`/admin/calls/${id}/selection`));
    expect(page).toContain('Rules that were written before are kept');
    expect((await rulesOf(id))?.criteria).toHaveLength(3);
    expect(words(await admin.open('/calls/no-longer-ranked'))).not.toContain('How it is selected');
    // There is nothing to change of what does not apply.
    expect((await admin.open(`/admin/calls/${id}/selection/criteria/merit`)).status).toBe(404);
    await send(admin, id, '/criteria/merit/remove');
    expect((await rulesOf(id))?.criteria).toHaveLength(3);
  });

  it('refuse limits that cross, and name both', async () => {
    const id = await world.prepareCall({ route: 'ranked', selection: standardSelection() });
    expect((await send(admin, id, '/groups', { host: 'country RU', home: 'any', cap: '2' })).status).toBe(
      303,
    );
    const crossing = await send(admin, id, '/groups', { host: 'call', home: 'RS', cap: '2' });
    expect(crossing.status).toBe(422);
    expect(words(crossing)).toContain(
      '“hosts in the country: Russia, from any country” and “all hosts of the call, home country: Serbia” overlap',
    );
    expect((await send(admin, id, '/groups', { host: 'country RU', home: 'any', cap: '9' })).status).toBe(
      422,
    );
    expect((await rulesOf(id))?.seats.groups).toHaveLength(1);
    // The one that is there may be turned into the other.
    expect((await send(admin, id, '/groups/0', { host: 'call', home: 'RS', cap: '4' })).status).toBe(303);
    expect((await send(admin, id, '/groups/0/remove')).status).toBe(303);
    expect((await rulesOf(id))?.seats.groups).toEqual([]);
  });

  it('say at the field what cannot be taken, and keep what was typed', async () => {
    const id = await world.prepareCall({ route: 'ranked', selection: standardSelection() });
    const wrong = { ...LABEL, weight: '0', min: '5', max: '3', 'anchor-rows': '1', 'anchor-0-value': '77' };
    const refused = await send(admin, id, '/criteria', wrong);
    expect(refused.status).toBe(422);
    for (const field of ['weight', 'max', 'anchor-0-value'])
      expect(refused.body).toContain(`href="#field-${field}"`);
    expect(refused.body).toContain('value="Language"');
    const more = await send(admin, id, '/criteria', { ...wrong, act: 'anchor-more' });
    expect(more.status).toBe(200);
    expect(more.body).toContain('name="anchor-3-value"');
    const rules = await send(admin, id, '', { ...RULES_TYPED, 'selection.combination.minimum': '101' });
    expect(rules.status).toBe(422);
    expect(rules.body).toContain('href="#field-selection.combination.minimum"');
    const late = await send(admin, id, '', { ...RULES_TYPED, 'selection.appeals.admissibilityDays': '16' });
    expect(late.status).toBe(422);
    expect(late.body).toContain('href="#field-selection.appeals.admissibilityDays"');
    expect(words(late)).toContain('Enter a number from 1 to 15.');
    expect(late.body).toMatch(/name="selection\.appeals\.admissibilityDays"[^>]* value="16"/);
    expect(late.body).toMatch(/name="selection\.review\.binding"[^>]* value="co_author" checked/);
    for (const path of ['/criteria/nothing', '/groups/7', '/groups/x']) {
      expect((await admin.open(`/admin/calls/${id}/selection${path}`)).status).toBe(404);
    }
  });

  it('are not overwritten by whoever opened an older page, and not read by others', async () => {
    const id = await world.prepareCall({ route: 'ranked', selection: standardSelection() });
    const old = await admin.open(`/admin/calls/${id}/selection`);
    expect((await send(other, id, '/criteria/benefit/remove')).status).toBe(303);
    const typed = { version: versionOn(old), ...LABEL, weight: '5', min: '0', max: '4' };
    const stale = await post(admin, old, id, '/criteria/merit', typed);
    expect(stale.status).toBe(412);
    expect(stale.body).toContain('value="Language"');
    const pressed = await post(admin, old, id, '/criteria/merit/remove', { version: versionOn(old) });
    expect(pressed.status).toBe(303);
    expect((await rulesOf(id))?.criteria.map((criterion) => criterion.id)).toEqual(['merit', 'plan']);
    const student = await http.signedIn('student@rs.demo');
    expect([403, 404]).toContain((await student.open(`/admin/calls/${id}/selection`)).status);
  });
});
