import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { callContent } from '../../src/calls/domain/call-content.js';
import { approvedDeadline } from '../../src/calls/domain/deadline-move.js';
import { Amendments, Calls, EditCall } from '../../src/calls/public.js';
import { Database, systemContext } from '../../src/platform/database/database.js';
import { systemClock } from '../../src/shared/clock.js';
import { contentHash } from '../../src/shared/content-hash.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import { Countries } from '../../src/universities/public.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { callModules } from '../factories/exchange-modules.js';
import { buildWorld } from '../factories/world.js';
import type { World } from '../factories/world.js';
import type { Answer, Browser } from './browser-of-text.js';
import { startHttpApp } from './http-app.js';
import type { HttpApp } from './http-app.js';

let most: HttpApp;
let world: World;
let admin: Browser;
let other: Browser;
const system = systemContext(systemClock);

beforeAll(async () => {
  most = await startHttpApp({ imports: callModules() });
  world = await buildWorld(most.app, most.owner);
  [admin, other] = [await administrator('admin@rs.demo'), await administrator('admin@ru.demo')];
}, 90_000);

afterAll(async () => {
  await expectInvariants(most.owner);
  await most.stop();
});

const day = (name: string, date: Date) => ({
  [`${name}-day`]: String(date.getUTCDate()),
  [`${name}-month`]: String(date.getUTCMonth() + 1),
  [`${name}-year`]: String(date.getUTCFullYear()),
});
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);

describe('a call from nothing', () => {
  it('is begun with a title in one language, filled in, approved by both, and published', async () => {
    const agreementId = await world.agreementInForce();
    const id = await begin(admin, { 'title.sr': 'Летња пракса у Новосибирску', agreementId });
    const first = await overview(admin, id);
    expect(first.body).toContain('Летња пракса у Новосибирску');
    expect(missing(first)).toEqual(
      expect.arrayContaining(['texts#field-title.ru', 'texts#field-summary.sr', 'texts#field-funding.en']),
    );
    // Before it is whole nobody is asked.
    const early = await send(admin, `/admin/calls/${id}/propose`, {});
    expect(early.status).toBe(422);
    expect(early.body).toContain('Title, Russian');

    expect((await save(admin, id, 'texts', TEXTS)).status).toBe(303);
    const slug = 'summer-traineeship-novosibirsk';
    const basics = { ...fieldsOf(await page(admin, id, 'basics')), slug, academicYear: '2027/28' };
    expect((await save(admin, id, 'basics', basics)).status).toBe(303);
    expect((await save(admin, id, 'dates', DATES)).status).toBe(303);
    await addPlace(id);

    const whole = await overview(admin, id);
    expect(missing(whole)).toEqual([]);
    expect(whole.body).toContain('Nothing is missing');
    expect(whole.body).toContain('Both countries have to approve this very text.');
    expect((await send(admin, `/admin/calls/${id}/publish`, {})).status).toBe(422);
    expect((await send(admin, `/admin/calls/${id}/propose`, {})).status).toBe(303);
    expect((await send(admin, `/admin/calls/${id}/propose`, {})).status).toBe(409);

    await world.approve(id);
    expect((await send(admin, `/admin/calls/${id}/publish`, {})).status).toBe(303);
    const publicPage = await most.browser().open(`/calls/${slug}?lang=ru`);
    expect(publicPage.status).toBe(200);
    expect(publicPage.body).toContain('Летняя практика в Новосибирске');
    expect(await acts(id)).toEqual([
      'call.prepared',
      ...Array<string>(4).fill('call.edited'),
      'call.proposed',
      'call.published',
    ]);
    // What is published is read in the editor, and not changed there.
    const after = await page(admin, id, 'texts');
    expect(after.body).toContain('can no longer be changed here');
    expect(after.body).toContain('<fieldset class="most-editor__locked" disabled>');
    expect((await save(admin, id, 'texts', TEXTS)).status).toBe(409);
    expect((await send(admin, `/admin/calls/${id}/move`, { act: 'begin_selection' })).status).toBe(409);
    expect((await send(admin, `/admin/calls/${id}/move`, { act: 'cancel' })).status).toBe(422);
    const reason = 'Домаћин је отказао.';
    expect((await send(admin, `/admin/calls/${id}/move`, { act: 'cancel', reason })).status).toBe(303);
    expect((await most.browser().open(`/calls/${slug}`)).body).toContain(reason);
  });

  it('takes an address of its own beside another of the same name', async () => {
    const agreementId = await world.agreementInForce();
    const title = { 'title.en': 'Wintersemester in Ćuprija', agreementId };
    const slugs = [];
    for (const each of [await begin(admin, title), await begin(admin, title)]) {
      slugs.push(fieldsOf(await page(admin, each, 'basics'))['slug']);
    }
    expect(slugs[0]).toMatch(/^wintersemester-in-cuprija-\d{4}$/);
    expect(slugs[1]).toBe(`${slugs[0]}-2`);
  });

  it('says at the field what is missing to begin, and keeps what was typed', async () => {
    const answer = await send(admin, '/admin/calls', {
      'title.sr': '',
      category: 'student',
      agreementId: 'x',
    });
    expect(answer.status).toBe(422);
    expect(answer.body).toContain('href="#field-title.sr"');
    expect(answer.body).toContain('href="#field-agreementId"');
    expect(answer.body).toMatch(/value="student" checked/);
    // All at once, and not one after the other.
    const nothing = await send(admin, '/admin/calls', {});
    for (const field of ['title.sr', 'category', 'agreementId']) {
      expect(nothing.body).toContain(`href="#field-${field}"`);
    }
  });
});

describe('a draft', () => {
  it('takes back what both countries said of the text before', async () => {
    const id = await world.prepareCall();
    await send(admin, `/admin/calls/${id}/propose`, {});
    await world.approve(id);
    expect((await overview(admin, id)).body).not.toContain('Both countries have to approve this very text.');
    const texts = fieldsOf(await page(admin, id, 'texts'));
    expect((await save(admin, id, 'texts', { ...texts, 'title.en': 'Another semester' })).status).toBe(303);
    const changed = await overview(admin, id);
    expect(changed.body).toContain('The text was changed after it had been put before both countries.');
    expect((await send(admin, `/admin/calls/${id}/publish`, {})).status).toBe(422);
    // Going back to the old words does not bring the old word back.
    await save(admin, id, 'texts', {
      ...fieldsOf(await page(admin, id, 'texts')),
      'title.en': texts['title.en'] ?? '',
    });
    expect((await send(admin, `/admin/calls/${id}/publish`, {})).status).toBe(422);
    expect((await send(admin, `/admin/calls/${id}/propose`, {})).status).toBe(303);
    await world.approve(id);
    expect((await send(admin, `/admin/calls/${id}/publish`, {})).status).toBe(303);
  });

  it('saved as it is changes nothing and takes nothing back', async () => {
    const id = await world.prepareCall();
    await send(admin, `/admin/calls/${id}/propose`, {});
    await world.approve(id);
    for (const step of ['basics', 'texts', 'dates'] as const) {
      expect((await save(admin, id, step, fieldsOf(await page(admin, id, step)))).status).toBe(303);
    }
    expect((await send(admin, `/admin/calls/${id}/publish`, {})).status).toBe(303);
  });

  it('shows both versions where somebody else was first, and lets one choose', async () => {
    const id = await world.prepareCall();
    const [mine, theirs] = [
      fieldsOf(await page(admin, id, 'texts')),
      fieldsOf(await page(other, id, 'texts')),
    ];
    expect((await save(other, id, 'texts', { ...theirs, 'title.en': 'Theirs' })).status).toBe(303);
    const stale = await save(admin, id, 'texts', { ...mine, 'title.en': 'Mine' });
    expect(stale.status).toBe(412);
    expect(stale.body).toMatch(
      /<td data-label="Yours"><span>Mine<\/span><\/td><td data-label="Saved"><span>Theirs/,
    );
    expect(stale.body).toContain('value="Mine"');
    const again = await send(
      admin,
      `/admin/calls/${id}/texts`,
      { ...fieldsOf(stale), 'title.en': 'Mine' },
      stale,
    );
    expect(again.status).toBe(303);
    expect(fieldsOf(await page(other, id, 'texts'))['title.en']).toBe('Mine');
  });

  it('lets two work on different pages at once', async () => {
    const id = await world.prepareCall();
    const mine = fieldsOf(await page(admin, id, 'texts'));
    const theirs = fieldsOf(await page(other, id, 'dates'));
    expect((await save(other, id, 'dates', { ...theirs, graceMinutes: '15' })).status).toBe(303);
    expect((await save(admin, id, 'texts', { ...mine, 'title.en': 'At once' })).status).toBe(303);
    expect(fieldsOf(await page(admin, id, 'dates'))['graceMinutes']).toBe('15');
  });

  it('is never silently overwritten by whoever says an old version', async () => {
    const id = await world.prepareCall();
    const edit = most.app.get(EditCall);
    expect(await edit.editCall(system, id, 1, { graceMinutes: 1 })).toBe(2);
    await expect(edit.editCall(system, id, 1, { graceMinutes: 2 })).rejects.toMatchObject({ code: 'stale' });
    const both = await Promise.allSettled(
      [3, 4].map((graceMinutes) => edit.editCall(system, id, 2, { graceMinutes })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it.each([
    ['dates', { 'closesAt-day': '31', 'closesAt-month': '2' }, 'closesAt'],
    ['dates', { closesAtTime: '25:00' }, 'closesAtTime'],
    ['dates', { 'closesAt-year': '2001' }, 'closesAt'],
    ['dates', { 'stayUntil-year': '2001' }, 'stayUntil'],
    ['dates', { graceMinutes: '-1' }, 'graceMinutes'],
    ['dates', { 'promises.offerDays': 'ten' }, 'promises.offerDays'],
    ['dates', { 'promises.declinedAfterDays': 'ten' }, 'promises.declinedAfterDays'],
    ['dates', { 'promises.tabledAfterDays': '0' }, 'promises.tabledAfterDays'],
    ['dates', { timeZone: 'Mars/Olympus' }, 'timeZone'],
    ['basics', { slug: 'Два' }, 'slug'],
    ['basics', { slug: 'new' }, 'slug'],
    ['basics', { academicYear: '2027/29' }, 'academicYear'],
    ['basics', { maxChoices: '7' }, 'maxChoices'],
    ['basics', { directions: 'RS RS' }, 'directions'],
    ['basics', { directions: 'RS XX' }, 'directions'],
    ['basics', { agreementId: newId() }, 'agreementId'],
    ['basics', { themes: 'alchemy' }, 'themes'],
    ['texts', { 'title.ru': 'я'.repeat(201) }, 'title.ru'],
  ] as const)('on %s refuses %j at its field and keeps what was typed', async (step, wrong, field) => {
    const id = await world.prepareCall();
    const answer = await save(admin, id, step, { ...fieldsOf(await page(admin, id, step)), ...wrong });
    expect(answer.status).toBe(422);
    expect(answer.body).toContain(`href="#field-${field}"`);
    // What nobody can choose is not kept.
    if (!/directions|timeZone|agreementId|themes/.test(field)) {
      for (const typed of Object.values(wrong)) expect(answer.body).toContain(typed);
    }
    expect(fieldsOf(answer)['version']).toBe('1');
  });

  it('names the themes that it is about in words, and is found by them', async () => {
    const id = await world.prepareCall({ slug: 'about-clouds' });
    const basics = { ...fieldsOf(await page(admin, id, 'basics')), themes: 'cloud_computing' };
    expect((await save(admin, id, 'basics', basics)).status).toBe(303);
    const chosen = await page(admin, id, 'basics');
    expect(chosen.body).toMatch(/value="cloud_computing"[^>]* checked/);
    expect(chosen.body).not.toMatch(/value="training"[^>]* checked/);
    const found = await admin.open(`/admin/calls?lang=ru&state=draft&q=${encodeURIComponent('облачные')}`);
    expect(found.body).toContain(`/admin/calls/${id}"`);
  });

  it('does not lead away from where its places are', async () => {
    const id = await world.prepareCall();
    const basics = { ...fieldsOf(await page(admin, id, 'basics')), directions: 'RU RS' };
    expect((await save(admin, id, 'basics', basics)).status).toBe(422);
  });
});

describe('the list of calls', () => {
  it('finds drafts and published ones by their words, in any script', async () => {
    const id = await world.prepareCall({ slug: 'found-by-words' });
    const list = async (query: string) => (await admin.open(`/admin/calls?lang=en&${query}`)).body;
    expect(await list('state=draft&q=Москви')).toContain(`/admin/calls/${id}"`);
    expect(await list('state=draft&q=moskvi')).toContain(`/admin/calls/${id}"`);
    expect(await list('state=current&q=moskvi')).not.toContain(`/admin/calls/${id}"`);
    expect(await list('state=nonsense')).toContain(`/admin/calls/${id}"`);
  });

  it('is nobody else’s', async () => {
    const id = await world.prepareCall();
    const stranger = await most.signedIn('student@rs.demo');
    for (const path of ['', '/new', `/${id}`, `/${id}/basics`]) {
      expect([403, 404]).toContain((await stranger.open(`/admin/calls${path}`)).status);
    }
    expect((await admin.open('/admin/calls/nothing')).status).toBe(404);
    expect((await admin.open(`/admin/calls/${newId()}/texts`)).status).toBe(404);
  });
});

describe('a copy for the next year', () => {
  it('says the same, a year later, with places of its own', async () => {
    const id = await world.publishedCall({
      slug: 'copied-2027',
      promises: {
        screeningDays: 10,
        returnDays: 7,
        hostDecisionDays: 35,
        approvalDays: 14,
        offerDays: 10,
        declinedAfterDays: 9,
      },
    });
    const { rows: before } = await most.owner.query<{ id: string }>(
      'select id from call_places where call_id = $1',
      [id],
    );
    const answer = await send(admin, `/admin/calls/${id}/copy`, {});
    const copy = answer.headers.get('location')?.split('/').pop() ?? '';
    const [basics, dates] = [
      fieldsOf(await page(admin, copy, 'basics')),
      fieldsOf(await page(admin, copy, 'dates')),
    ];
    expect(basics).toMatchObject({ slug: 'copied-2028', academicYear: '2028/29' });
    expect(dates).toMatchObject({ 'stayFrom-year': '2028', 'stayFrom-day': '1', 'stayUntil-year': '2029' });
    expect(dates).toMatchObject({ 'promises.declinedAfterDays': '9', 'promises.tabledAfterDays': '' });
    const old = fieldsOf(await page(admin, id, 'dates'));
    expect(Number(dates['closesAt-year'])).toBe(Number(old['closesAt-year']) + 1);
    expect(dates['closesAtTime']).toBe(old['closesAtTime']);
    expect(missing(await overview(admin, copy))).toEqual([]);
    const { rows } = await most.owner.query<{ id: string; taken: number }>(
      'select id, taken from call_places where call_id = $1',
      [copy],
    );
    expect(rows).toMatchObject([{ taken: 0 }]);
    expect(rows.map((row) => row.id)).not.toEqual(before.map((row) => row.id));
    // A second one is another call.
    const again = await send(admin, `/admin/calls/${id}/copy`, {});
    const second = again.headers.get('location')?.split('/').pop() ?? '';
    expect(fieldsOf(await page(admin, second, 'basics'))['slug']).toBe('copied-2028-2');
  });
});

describe('the deadline of a published call', () => {
  const REASON = {
    'reason.sr': 'Ради превода.',
    'reason.ru': 'Из-за перевода.',
    'reason.en': 'For translations.',
  };
  const move = async (browser: Browser, id: Id, fields: Record<string, string>) => {
    const form = await browser.open(`/admin/calls/${id}/deadline?lang=en`);
    return send(browser, `/admin/calls/${id}/deadline`, { ...fieldsOf(form), ...fields }, form);
  };

  it('moves for everybody in one recorded act, and the page of the call says so in each language', async () => {
    const id = await world.publishedCall({ slug: 'moved-deadline' });
    const moved = { ...day('closesAt', inDays(30)), closesAtTime: '12:00', ...REASON };
    expect((await move(admin, id, moved)).status).toBe(303);
    for (const [language, words] of [
      ['ru', 'Из-за перевода.'],
      ['sr-Latn', 'Radi prevoda.'],
      ['en', 'For translations.'],
    ] as const) {
      const publicPage = await most.browser().open(`/calls/moved-deadline?lang=${language}`);
      expect(publicPage.body).toContain(words);
    }
    // Earlier again, as long as it is still to come.
    expect((await move(admin, id, { ...moved, ...day('closesAt', inDays(2)) })).status).toBe(303);
    expect((await acts(id)).filter((act) => act === 'call.deadline_moved')).toHaveLength(2);
    const { rows } = await most.owner.query<{ now: boolean; hash: boolean }>(
      `select c.closes_at = (a.changes->>'to')::timestamptz as now, c.published_hash is not null as hash
       from calls c join call_amendments a on a.call_id = c.id where c.id = $1 order by a.number desc limit 1`,
      [id],
    );
    expect(rows).toEqual([{ now: true, hash: true }]);
  });

  it('with its moves undone says what both countries approved', async () => {
    const id = await world.publishedCall();
    await move(admin, id, { ...day('closesAt', inDays(20)), closesAtTime: '12:00', ...REASON });
    await move(admin, id, { ...day('closesAt', inDays(25)), closesAtTime: '12:00', ...REASON });
    const approved = await most.app.get(Database).read(system, async (ctx) => {
      const calls = most.app.get(Calls);
      const call = await calls.byId(ctx, id);
      const form = call && (await calls.form(ctx, id, call.formVersion));
      if (!call || !form) throw new Error('no such call');
      const moves = await most.app.get(Amendments).movesSinceApproval(ctx, id);
      const places = await calls.places(ctx, id);
      const now = contentHash(callContent(call, form, places));
      const then = contentHash(
        callContent({ ...call, closesAt: approvedDeadline(call.closesAt, moves) }, form, places),
      );
      return { published: call.publishedHash, now, then };
    });
    expect(approved.then).toBe(approved.published);
    expect(approved.now).not.toBe(approved.published);
  });

  it.each([
    ['the past', { ...day('closesAt', inDays(-1)) }, 'closesAt'],
    ['the time of the stay', { 'closesAt-year': '2030' }, 'closesAt'],
    ['no day at all', { 'closesAt-day': '31', 'closesAt-month': '2' }, 'closesAt'],
    [
      'a day without a reason in each language',
      { ...day('closesAt', inDays(5)), 'reason.ru': ' ' },
      'reason.ru',
    ],
  ] as const)('does not move into %s', async (_case, wrong, field) => {
    const id = await world.publishedCall();
    const answer = await move(admin, id, { closesAtTime: '12:00', ...REASON, ...wrong });
    expect(answer.status).toBe(422);
    expect(answer.body).toContain(`href="#field-${field}"`);
    expect(answer.body).toContain('For translations.');
  });

  it('is moved once of two who move it at the same time, and never after it has passed', async () => {
    const id = await world.publishedCall();
    const form = await other.open(`/admin/calls/${id}/deadline?lang=en`);
    const moved = { ...day('closesAt', inDays(30)), closesAtTime: '12:00', ...REASON };
    expect((await move(admin, id, moved)).status).toBe(303);
    const late = await send(other, `/admin/calls/${id}/deadline`, { ...fieldsOf(form), ...moved }, form);
    expect(late.status).toBe(412);
    await most.owner.query("update calls set closes_at = now() - interval '1 day' where id = $1", [id]);
    expect((await move(admin, id, { ...moved, version: '2' })).status).toBe(409);
    // Put right again: the invariants look at what acts left.
    await most.owner.query(
      "update calls set closes_at = (select (changes->>'to')::timestamptz from call_amendments where call_id = $1) where id = $1",
      [id],
    );
  });
});

describe('the dates of a draft', () => {
  it('are told whether they can hold, also before they are saved', async () => {
    const id = await world.prepareCall();
    await most.owner.query(
      `update countries set lead_times = '{"invitation": 63, "visa": 20}' where code = 'RU'`,
    );
    most.app.get(Countries).forget();
    const fine = await page(admin, id, 'dates');
    expect(fine.body).toContain('For the stay to begin in time the deadline may be');
    const tight = { ...fieldsOf(fine), 'promises.hostDecisionDays': '365', closesAtTime: 'x' };
    const answer = await save(admin, id, 'dates', tight);
    expect(answer.status).toBe(422);
    expect(answer.body).toMatch(/The dates cannot hold: \d+ days are missing/);
    expect(answer.body).toContain('What takes longest: the host decides (Russia), 365 days.');
  });
});

const TEXTS = {
  'title.sr': 'Летња пракса у Новосибирску',
  'title.ru': 'Летняя практика в Новосибирске',
  'title.en': 'Summer traineeship in Novosibirsk',
  'summary.sr': 'Шест недеља праксе.',
  'summary.ru': 'Шесть недель практики.',
  'summary.en': 'Six weeks of traineeship.',
  'whoMayApply.sr': 'Студенти.',
  'whoMayApply.ru': 'Студенты.',
  'whoMayApply.en': 'Students.',
  'funding.sr': 'Стипендија домаћина.',
  'funding.ru': 'Стипендия принимающей стороны.',
  'funding.en': 'A scholarship of the host.',
};

const DATES = {
  timeZone: 'Asia/Novosibirsk',
  ...day('opensAt', inDays(-1)),
  opensAtTime: '9:00',
  ...day('closesAt', inDays(60)),
  closesAtTime: '23.59',
  graceMinutes: '10',
  ...day('stayFrom', inDays(300)),
  ...day('stayUntil', inDays(342)),
  'promises.screeningDays': '10',
  'promises.returnDays': '7',
  'promises.hostDecisionDays': '30',
  'promises.approvalDays': '14',
  'promises.offerDays': '5',
  'promises.declinedAfterDays': '14',
};

async function administrator(email: string): Promise<Browser> {
  const browser = await most.signedIn(email);
  await most.owner.query(
    `insert into role_grants (id, person_id, role, reason, valid_from)
     select $1, id, 'programme_administrator', 'test', '2000-01-01' from persons where email = $2`,
    [newId(), email],
  );
  await browser.open('/account?lang=en');
  return browser;
}

async function begin(browser: Browser, fields: Record<string, string>): Promise<Id> {
  const form = await browser.open('/admin/calls/new');
  const answer = await send(browser, '/admin/calls', { category: 'student', ...fields }, form);
  expect(answer.status).toBe(303);
  return /\/admin\/calls\/([0-9a-f-]{36})$/.exec(answer.headers.get('location') ?? '')?.[1] ?? '';
}

const overview = (browser: Browser, id: Id) => browser.open(`/admin/calls/${id}?lang=en`);
const page = (browser: Browser, id: Id, step: string) => browser.open(`/admin/calls/${id}/${step}?lang=en`);

async function save(
  browser: Browser,
  id: Id,
  step: string,
  fields: Readonly<Record<string, string>>,
): Promise<Answer> {
  const form = await page(browser, id, step);
  return send(browser, `/admin/calls/${id}/${step}`, { ...hidden(form), ...fields }, form);
}

async function send(
  browser: Browser,
  path: string,
  fields: Readonly<Record<string, string>>,
  form?: Answer,
): Promise<Answer> {
  const token = browser.token(form ?? (await browser.open('/admin/calls/new')));
  return browser.post(path, { ...fields, _csrf: token });
}

const decoded = (text: string) =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

function hidden({ body }: Answer): Record<string, string> {
  return Object.fromEntries(
    [...body.matchAll(/<input type="hidden" name="(version|base)" value="([^"]*)"/g)].map(
      ([, name = '', value = '']) => [name, decoded(value)],
    ),
  );
}

/** What a form of the editor would send as it stands. */
function fieldsOf(answer: Answer): Record<string, string> {
  const fields: Record<string, string> = hidden(answer);
  for (const [tag] of answer.body.matchAll(/<input [^>]*class="govuk-[^>]*>/g)) {
    const attribute = (name: string) => decoded(new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? '');
    const choice = /type="(radio|checkbox)"/.test(tag);
    const name = attribute('name');
    const before = choice ? fields[name] : undefined;
    // What is chosen of several goes on a line each.
    if (!choice || / checked/.test(tag))
      fields[name] = [before, attribute('value')].filter(Boolean).join('\n');
  }
  for (const [, name = '', text = ''] of answer.body.matchAll(
    /<textarea [^>]*name="([^"]*)"[^>]*>([^<]*)<\/textarea>/g,
  )) {
    fields[name] = decoded(text);
  }
  for (const [, name = '', options = ''] of answer.body.matchAll(
    /<select [^>]*name="([^"]*)"[^>]*>([\s\S]*?)<\/select>/g,
  )) {
    fields[name] = decoded(/value="([^"]*)" selected/.exec(options)?.[1] ?? '');
  }
  return fields;
}

/** Where the overview leads to mend what is missing. */
function missing({ body }: Answer): string[] {
  const list = /<ul class="govuk-list most-missing">([\s\S]*?)<\/ul>/.exec(body)?.[1] ?? '';
  return [...list.matchAll(/<li>(?:<a [^>]*href="\/admin\/calls\/[^/]+\/([^"]+)")?/g)].map(
    ([, href = 'nowhere']) => href,
  );
}

async function addPlace(id: Id): Promise<void> {
  const { rows } = await most.owner.query<{ version: number }>('select version from calls where id = $1', [
    id,
  ]);
  await most.app.get(EditCall).editCall(system, id, rows[0]?.version ?? 0, {
    places: [
      {
        institutionId: await world.institution('novosibirsk-state-university'),
        fieldCode: '0613',
        level: null,
        language: 'en',
        languageLevel: 'B2',
        months: 1.5,
        services: null,
        capacity: 2,
      },
    ],
  });
}

async function acts(id: Id): Promise<string[]> {
  const { rows } = await most.owner.query<{ action: string }>(
    `select action from audit_entries where subject_kind = 'call' and subject_id = $1
       and action like 'call.%' order by id`,
    [id],
  );
  return rows.map(({ action }) => action);
}
