import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { QuotaLedger } from '../../src/agreements/public.js';
import { MoveCall, PlaceCounters, ProposeCall, PublishCall } from '../../src/calls/public.js';
import { Database, systemContext } from '../../src/platform/database/database.js';
import { systemClock } from '../../src/shared/clock.js';
import { LANGUAGES } from '../../src/shared/language.js';
import { ImportInstitutions, Institutions } from '../../src/universities/public.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { DAY_MS, buildWorld } from '../factories/world.js';
import type { World } from '../factories/world.js';
import { callModules } from '../factories/exchange-modules.js';
import { startHttpApp } from './http-app.js';
import type { HttpApp } from './http-app.js';

let http: HttpApp;
let world: World;
const request = systemContext(systemClock);

beforeAll(async () => {
  http = await startHttpApp({ imports: callModules() });
  world = await buildWorld(http.app, http.owner);
}, 60_000);
afterAll(async () => {
  await expectInvariants(http.owner);
  await http.stop();
});

const inLanguage = (path: string, language: string) =>
  http.browser().open(`${path}${path.includes('?') ? '&' : '?'}lang=${language}`);

const api = async (path: string) => {
  const answer = await http.browser().get(`/api/v1${path}`);
  return { status: answer.status, body: JSON.parse(answer.body) as Record<string, unknown> };
};

describe('the register of institutions', () => {
  const search = (text: string, language: 'en' | 'ru' = 'en') =>
    http.app
      .get(Database)
      .read({ ...request, language }, (ctx) => http.app.get(Institutions).search(ctx, { text, limit: 10 }));

  it.each(['Ломоносова', 'lomonosov', 'МГУ', 'MGU', 'msu.ru', 'moskovski drzavni', 'lomonosof'])(
    'finds Lomonosov’s university by "%s"',
    async (text) => {
      const { items } = await search(text);
      expect(items.map(({ slug }) => slug)).toContain('lomonosov-moscow-state-university');
    },
  );

  it('finds nothing by what nobody is called, nor by signs alone', async () => {
    expect((await search('qwzrtp')).items).toEqual([]);
    expect((await search('%')).items).toEqual([]);
    expect((await search('_ —')).items).toEqual([]);
  });

  it('goes through all pages once, in the order of the reader’s alphabet', async () => {
    for (const language of LANGUAGES) {
      const names: string[] = [];
      let after: string | undefined;
      do {
        const page = await http.app
          .get(Database)
          .read({ ...request, language }, (ctx) =>
            http.app.get(Institutions).search(ctx, { limit: 2, ...(after ? { after } : {}) }),
          );
        names.push(...page.items.map(({ slug }) => slug));
        after = page.next ?? undefined;
      } while (after);
      expect(new Set(names).size).toBe(5);
      expect(names).toHaveLength(5);
    }
  });

  it('knows whose address it is, also of a faculty’s own domain, and nobody’s by a country’s', async () => {
    const find = (domain: string) =>
      http.app
        .get(Database)
        .read(request, (ctx) => http.app.get(Institutions).byDomain(ctx, domain))
        .then((found) => found?.slug ?? null);
    expect(await find('etf.bg.ac.rs')).toBe('university-of-belgrade');
    expect(await find('BG.ac.rs')).toBe('university-of-belgrade');
    expect(await find('ac.rs')).toBeNull();
    expect(await find('rs')).toBeNull();
    expect(await find('notbg.ac.rs')).toBeNull();
  });

  it('imports a file twice as one, changes what differs, and nothing at all where a row is wrong', async () => {
    const importing = http.app.get(ImportInstitutions);
    const header =
      'country,kind,slug,domain,abbreviation,name_native,native_lang,name_sr_cyrl,name_sr_latn,name_ru,name_en,city_native,city_sr_cyrl,city_ru,city_en,federal_district,website,ror,source,checked_on';
    const row = (slug: string, name: string, domain = '') =>
      `RU,company,${slug},${domain},,${name},ru,,,${name},${name},,,,,,,,hand,2026-11-23`;
    const run = (...rows: string[]) =>
      http.app
        .get(Database)
        .transaction(request, (ctx) => importing.importInstitutions(ctx, [header, ...rows].join('\n')));

    expect(await run(row('one', 'Один'), row('two', 'Два', 'two.ru'))).toMatchObject({
      created: 2,
      changed: 0,
    });
    expect(await run(row('one', 'Один'), row('two', 'Два', 'two.ru'))).toMatchObject({
      created: 0,
      changed: 0,
      unchanged: 2,
    });
    // The domain moves from one row to another of the same file.
    expect(await run(row('one', 'Один', 'two.ru'), row('two', 'Два'))).toMatchObject({
      changed: 2,
      faults: [],
    });
    expect(await run(row('three', 'Три'), row('four', 'Четыре', 'msu.ru'))).toMatchObject({
      created: 0,
      faults: [{ line: 3, column: 'domain', fault: 'taken', value: 'msu.ru' }],
    });
    expect(await run('RU,company,"broken')).toMatchObject({ faults: [{ fault: 'unreadable' }] });
    expect(await run()).toMatchObject({ created: 0 });
    const { rows } = await http.owner.query("select slug from institutions where slug in ('three', 'four')");
    expect(rows).toEqual([]);
    await http.owner.query("delete from institutions where slug in ('one', 'two')");
  });

  it.each(LANGUAGES)('is shown in %s', async (language) => {
    const list = await inLanguage('/institutions', language);
    expect(list.status).toBe(200);
    const names = {
      'sr-Cyrl': 'Универзитет у Београду',
      'sr-Latn': 'Univerzitet u Beogradu',
      ru: 'Белградский университет',
      en: 'University of Belgrade',
    };
    expect(list.body).toContain(names[language]);
    const page = await inLanguage('/institutions/university-of-belgrade', language);
    expect(page.status).toBe(200);
    expect(page.body).toContain(names[language]);
    expect((await inLanguage('/institutions?q=qwzrtp', language)).status).toBe(200);
    const districts = { 'sr-Cyrl': 'Сибирски', 'sr-Latn': 'Sibirski', ru: 'Сибирский', en: 'Siberian' };
    const nsu = await inLanguage('/institutions/novosibirsk-state-university', language);
    expect(nsu.body).toContain(districts[language]);
  });

  it('answers 404 for one that is not there, in the API as well', async () => {
    expect((await http.browser().get('/institutions/nowhere')).status).toBe(404);
    expect((await api('/institutions/nowhere')).status).toBe(404);
  });

  it('is served by the API page by page, and refuses a cursor of its own invention', async () => {
    const first = await api('/institutions?limit=3&country=RS');
    expect(first.status).toBe(200);
    expect(first.body['items']).toHaveLength(3);
    expect(first.body['next']).toBeNull();
    expect((await api('/institutions?after=zzz')).status).toBe(422);
    expect((await api('/institutions?limit=1000')).status).toBe(422);
    expect((await api('/institutions/university-of-novi-sad')).body).toMatchObject({
      country: 'RS',
      names: { ru: 'Нови-Садский университет' },
    });
  });
});

describe('a call', () => {
  it('is published only when both countries approved this very text', async () => {
    const id = await world.prepareCall();
    const publish = () => http.app.get(PublishCall).publishCall(request, id);
    await expect(publish()).rejects.toMatchObject({
      code: 'blocked',
      blockers: [expect.objectContaining({ code: 'call_not_approved' })],
    });
    await http.app.get(ProposeCall).proposeCall(request, id);
    await expect(http.app.get(ProposeCall).proposeCall(request, id)).rejects.toMatchObject({
      code: 'conflict',
    });
    await expect(publish()).rejects.toMatchObject({ code: 'blocked' });
    await world.approve(id);
    // A word changed after the approval is another text.
    await http.owner.query(`update calls set funding = jsonb_set(funding, '{en}', '"Paid."') where id = $1`, [
      id,
    ]);
    await expect(publish()).rejects.toMatchObject({ code: 'blocked' });
    await http.owner.query(
      `update calls set funding = jsonb_set(funding, '{en}', '"No tuition fee."') where id = $1`,
      [id],
    );
    await publish();
    await expect(publish()).rejects.toMatchObject({ code: 'wrong_state' });
  });

  it('reserves its places of the quota, and gives them back when it is cancelled', async () => {
    const agreementId = await world.agreementInForce();
    const committed = async () => {
      const { rows } = await http.owner.query<{ committed: number }>(
        `select committed from agreement_quotas where agreement_id = $1 and home_country = 'RS'`,
        [agreementId],
      );
      return rows[0]?.committed;
    };
    const first = await world.publishedCall({ agreementId });
    await world.publishedCall({ agreementId });
    await world.publishedCall({ agreementId });
    expect(await committed()).toBe(9);
    await expect(world.publishedCall({ agreementId })).rejects.toMatchObject({
      code: 'blocked',
      blockers: [expect.objectContaining({ code: 'quota_too_small' })],
    });
    expect(await committed()).toBe(9);
    const move = http.app.get(MoveCall);
    await expect(move.moveCall(request, first, 'cancel', ' ')).rejects.toMatchObject({ code: 'invalid' });
    await move.moveCall(request, first, 'cancel', 'Домаћин је одустао.');
    expect(await committed()).toBe(6);
    await expect(move.moveCall(request, first, 'cancel', 'Again')).rejects.toMatchObject({
      code: 'wrong_state',
    });
  });

  it('needs an agreement in force', async () => {
    const agreementId = await world.prepareAgreement();
    await expect(world.publishedCall({ agreementId })).rejects.toMatchObject({
      blockers: [expect.objectContaining({ code: 'agreement_not_in_force' })],
    });
  });

  it('goes into selection only after its last accepted second', async () => {
    const open = await world.publishedCall();
    const move = http.app.get(MoveCall);
    await expect(move.moveCall(request, open, 'begin_selection')).rejects.toMatchObject({
      reason: 'call_still_open',
    });
    const closed = await world.publishedCall({ opensAt: new Date(Date.now() - 9 * DAY_MS) });
    await http.owner.query("update calls set closes_at = now() - interval '1 day' where id = $1", [closed]);
    await move.moveCall(request, closed, 'begin_selection');
    await move.moveCall(request, closed, 'publish_final');
  });

  it('is not prepared by whoever asks', async () => {
    const stranger = { ...request, actor: { ...request.actor, kind: 'anonymous' as const } };
    await expect(
      http.app.get(PublishCall).publishCall(stranger, await world.prepareCall()),
    ).rejects.toMatchObject({
      code: 'not_signed_in',
    });
  });
});

describe('the last place and the last of a quota', () => {
  it('go to one of many who ask at the same time', async () => {
    const id = await world.publishedCall();
    const { rows } = await http.owner.query<{ id: string }>('select id from call_places where call_id = $1', [
      id,
    ]);
    const placeId = rows[0]?.id ?? '';
    const counters = http.app.get(PlaceCounters);
    const database = http.app.get(Database);
    const taken = await Promise.all(
      Array.from({ length: 8 }, () => database.transaction(request, (ctx) => counters.take(ctx, placeId))),
    );
    expect(taken.filter(Boolean)).toHaveLength(3);
    const released = await Promise.all(
      Array.from({ length: 5 }, () => database.transaction(request, (ctx) => counters.release(ctx, placeId))),
    );
    expect(released.filter(Boolean)).toHaveLength(3);

    const agreementId = await world.agreementInForce();
    const quota = {
      agreementId,
      homeCountry: 'RU',
      hostCountry: 'RS',
      category: 'student',
      academicYear: '2027/28',
    };
    const ledger = http.app.get(QuotaLedger);
    const reserved = await Promise.all(
      Array.from({ length: 4 }, () =>
        database.transaction(request, (ctx) => ledger.commit(ctx, quota, { persons: 4, days: 0 })),
      ),
    );
    expect(reserved.filter(Boolean)).toHaveLength(2);
    const over = await database.transaction(request, (ctx) =>
      ledger.release(ctx, quota, { persons: 9, days: 0 }),
    );
    expect(over).toBe(false);
    const unknown = { ...quota, category: 'expert' };
    expect(
      await database.transaction(request, (ctx) => ledger.commit(ctx, unknown, { persons: 1, days: 0 })),
    ).toBe(false);
    expect(
      await database.transaction(request, (ctx) => ledger.release(ctx, quota, { persons: 8, days: 0 })),
    ).toBe(true);
  });
});

describe('the public pages of calls', () => {
  let slugs: { open: string; soon: string; draft: string; cancelled: string };

  beforeAll(async () => {
    const day = (days: number) => new Date(Date.now() + days * DAY_MS + 60_000);
    slugs = { open: 'page-open', soon: 'page-soon', draft: 'page-draft', cancelled: 'page-cancelled' };
    await world.publishedCall({ slug: slugs.open, closesAt: day(2) });
    await world.publishedCall({ slug: slugs.soon, opensAt: day(5), closesAt: day(20) });
    await world.prepareCall({ slug: slugs.draft });
    const cancelled = await world.publishedCall({ slug: slugs.cancelled });
    await http.app.get(MoveCall).moveCall(request, cancelled, 'cancel', 'Домаћин је одустао <b>.');
  });

  const callsOf = (body: string) => [...body.matchAll(/href="\/calls\/([\w-]+)"/g)].map(([, slug]) => slug);

  it('list what is open, the nearest deadline first, and neither drafts nor what is over', async () => {
    const { body } = await inLanguage('/calls', 'en');
    expect(callsOf(body)[0]).toBe(slugs.open);
    expect(callsOf(body)).not.toEqual(expect.arrayContaining([slugs.draft]));
    expect(callsOf(body)).not.toEqual(expect.arrayContaining([slugs.soon]));
    expect(body).toContain('2 days left');
    expect(body).toContain('Belgrade time · ');
    expect(body).toContain('Moscow time');
    expect(callsOf((await inLanguage('/calls?when=upcoming', 'en')).body)).toEqual([slugs.soon]);
    expect(callsOf((await inLanguage('/calls?when=past', 'en')).body)).toContain(slugs.cancelled);
  });

  it.each(['москва', 'Moskva', 'lomonosov', 'СЕМЕСТАР'])('are found by "%s"', async (text) => {
    expect(callsOf((await inLanguage(`/calls?q=${encodeURIComponent(text)}`, 'en')).body)).toContain(
      slugs.open,
    );
  });

  it('say what to do where nothing fits, and ignore a filter that makes no sense', async () => {
    expect((await inLanguage('/calls?q=qwzrtp', 'en')).body).toContain('No call fits this search');
    expect((await inLanguage('/calls?category=expert', 'en')).body).toContain('No call fits this search');
    expect(callsOf((await inLanguage('/calls?category=nonsense&when=%3Cscript%3E', 'en')).body)).toContain(
      slugs.open,
    );
    expect((await inLanguage('/calls?country=RS', 'en')).body).toContain('No call fits this search');
  });

  it('lead from an address that names no place in the list to its first page, with the same conditions', async () => {
    const { status, body } = await inLanguage('/calls?country=RS&after=zzz', 'en');
    expect(status).toBe(422);
    expect(body).toContain('The address names a place that is not in this list.');
    expect(body).toMatch(/href="\/calls\?country=RS(&amp;lang=en)?"/);
    expect(body).toContain('No such page of the list');
    expect(body).not.toMatch(/need correcting|Correct the marked/);
  });

  it.each(LANGUAGES)('tell all of one call in %s', async (language) => {
    const { status, body } = await inLanguage(`/calls/${slugs.open}`, language);
    expect(status).toBe(200);
    const said = {
      'sr-Cyrl': ['Ко одлучује и када', 'слободно 3 од 3', 'Препис оцена', 'у року од 35 дана'],
      'sr-Latn': ['Ko odlučuje i kada', 'slobodno 3 od 3', 'Prepis ocena', 'u roku od 35 dana'],
      ru: ['Кто и когда принимает решение', 'свободно 3 из 3', 'Выписка об оценках', 'в течение 35 дней'],
      en: ['Who decides, and when', '3 of 3 free', 'Transcript of records', 'within 35 days'],
    };
    for (const words of said[language]) expect(body).toContain(words);
    expect(body).toContain(`/sign-in?return=%2Fcalls%2F${slugs.open}`);
    expect(body).not.toContain('action="/applications"');
  });

  it('let whoever is signed in apply by a form with a token', async () => {
    const browser = await http.signedIn('student@rs.demo');
    const { body } = await browser.open(`/calls/${slugs.open}`);
    expect(body).toMatch(
      /<form method="post" action="\/applications">\s*<input type="hidden" name="_csrf" value="[^"]+">/,
    );
    expect(body).toContain(`name="call" value="${slugs.open}"`);
    const { body: soon } = await browser.open(`/calls/${slugs.soon}`);
    expect(soon).not.toContain('action="/applications"');
  });

  it('hide a draft from those who do not work on it, and escape what people wrote', async () => {
    expect((await http.browser().get(`/calls/${slugs.draft}`)).status).toBe(404);
    expect((await (await http.signedIn('student@rs.demo')).get(`/calls/${slugs.draft}`)).status).toBe(404);
    expect((await api(`/calls/${slugs.draft}`)).status).toBe(404);
    const { body } = await inLanguage(`/calls/${slugs.cancelled}`, 'en');
    expect(body).toContain('одустао &lt;b&gt;');
  });

  it('are told to calendars and programs', async () => {
    const calendar = await http.browser().get('/calls.ics?lang=ru');
    expect(calendar.headers.get('content-type')).toBe('text/calendar; charset=utf-8');
    expect(calendar.body).toContain('BEGIN:VCALENDAR');
    expect(calendar.body.replace(/\r\n /g, '')).toContain('SUMMARY:Срок: Семестр в Москве');
    const feed = JSON.parse((await http.browser().get('/calls.json')).body) as { calls: { slug: string }[] };
    const fed = feed.calls.map(({ slug }) => slug);
    expect(fed).toEqual(expect.arrayContaining([slugs.open, slugs.soon]));
    expect(fed).not.toContain(slugs.draft);
    expect(fed).not.toContain(slugs.cancelled);
  });

  it('are served by the API with their places, page by page', async () => {
    const one = await api(`/calls/${slugs.open}`);
    expect(one.body).toMatchObject({
      phase: 'open',
      capacity: 3,
      free: 3,
      places: [expect.objectContaining({ institution: 'lomonosov-moscow-state-university', months: 5 })],
    });
    const seen: unknown[] = [];
    let after = '';
    do {
      const { body } = await api(`/calls?limit=2&phase=open${after && `&after=${after}`}`);
      seen.push(...(body['items'] as { slug: string }[]).map(({ slug }) => slug));
      after = (body['next'] as string | null) ?? '';
    } while (after);
    expect(seen[0]).toBe(slugs.open);
    expect(new Set(seen).size).toBe(seen.length);
    expect((await api('/calls?phase=draft')).status).toBe(422);
  });
});

describe('the public pages of agreements', () => {
  it.each(LANGUAGES)('show what is in force, with its quotas, in %s', async (language) => {
    await world.agreementInForce({ reference: `PUBLIC-${language}` });
    const list = await inLanguage('/agreements', language);
    expect(list.body).toContain(`/agreements/PUBLIC-${language}`);
    const page = await inLanguage(`/agreements/PUBLIC-${language}`, language);
    expect(page.status).toBe(200);
    expect(page.body.match(/most-parity__bar/g)).toHaveLength(2);
  });

  it('do not show a draft', async () => {
    await world.prepareAgreement({ reference: 'SECRET' });
    expect((await http.browser().get('/agreements/SECRET')).status).toBe(404);
    expect((await inLanguage('/agreements', 'en')).body).not.toContain('SECRET');
  });
});
