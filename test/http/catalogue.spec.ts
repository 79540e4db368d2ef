import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PlaceDraft } from '../../src/calls/public.js';
import { LANGUAGES } from '../../src/shared/language.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { DAY_MS, buildWorld } from '../factories/world.js';
import type { World } from '../factories/world.js';
import { callModules } from '../factories/exchange-modules.js';
import { startHttpApp } from './http-app.js';
import type { HttpApp } from './http-app.js';

let http: HttpApp;
let world: World;

beforeAll(async () => {
  http = await startHttpApp({ imports: callModules() });
  world = await buildWorld(http.app, http.owner);
}, 60_000);
afterAll(async () => {
  await expectInvariants(http.owner);
  await http.stop();
});

const open = (path: string, language = 'en') =>
  http.browser().open(`${path}${path.includes('?') ? '&' : '?'}lang=${language}`);
const callsOf = (body: string) =>
  [...body.matchAll(/href="\/calls\/(?!new)([\w-]+)"/g)].map(([, slug]) => slug ?? '').sort();

async function place(host: 'msu' | 'nsu' | 'belgrade', terms: Partial<PlaceDraft> = {}): Promise<PlaceDraft> {
  const slugs = {
    msu: 'lomonosov-moscow-state-university',
    nsu: 'novosibirsk-state-university',
    belgrade: 'university-of-belgrade',
  };
  return {
    institutionId: await world.institution(slugs[host]),
    fieldCode: '0613',
    level: 7,
    language: 'ru',
    languageLevel: 'B1',
    months: 5,
    services: null,
    capacity: 2,
    ...terms,
  };
}

const stipend = [
  { item: 'stipend', payer: 'home_country', amount: { minor: 100, currency: 'EUR' }, per: 'month' },
] as const;

describe('the catalogue of calls', () => {
  beforeAll(async () => {
    await world.publishedCall({
      slug: 'software-msu',
      themes: ['cloud_computing', 'training'],
      places: [
        await place('msu', { cost: stipend }),
        // Economics in English without a stipend: nothing of it goes together with the place above.
        await place('nsu', { fieldCode: '0311', language: 'en', level: 6 }),
      ],
    });
    await world.publishedCall({
      slug: 'both-ways',
      directions: [
        { homeCountry: 'RS', hostCountry: 'RU' },
        { homeCountry: 'RU', hostCountry: 'RS' },
      ],
      places: [
        await place('belgrade', { fieldCode: '0312', language: 'sr', level: null }),
        await place('nsu', { fieldCode: '0732', language: 'ru', level: 8 }),
      ],
    });
    const full = await world.publishedCall({
      slug: 'full',
      places: [await place('nsu', { fieldCode: '061' })],
    });
    await world.publishedCall({
      slug: 'later',
      opensAt: new Date(Date.now() + 3 * DAY_MS),
      places: [await place('msu', { cost: stipend })],
    });
    await http.owner.query('update call_places set taken = capacity where call_id = $1', [full]);
  });
  afterAll(async () => {
    await http.owner.query('update call_places set taken = 0');
  });

  it.each([
    ['', ['both-ways', 'full', 'software-msu']],
    ['field=06', ['full', 'software-msu']],
    ['field=03', ['both-ways', 'software-msu']],
    ['field=07', ['both-ways']],
    ['theme=training', ['software-msu']],
    ['theme=science', []],
    ['theme=training&field=07', []],
    ['level=6', ['both-ways', 'software-msu']],
    ['level=8', ['both-ways']],
    ['language=sr', ['both-ways']],
    ['language=en', ['software-msu']],
    ['paid=stipend', ['software-msu']],
    ['paid=travel', []],
    ['free=1', ['both-ways', 'software-msu']],
    ['field=06&free=1', ['software-msu']],
    ['country=RS', ['both-ways']],
    // All of it must be true of one place.
    ['field=03&paid=stipend', []],
    ['language=en&field=06', []],
    ['country=RS&field=07', []],
    ['country=RU&field=07', ['both-ways']],
    ['q=семестар&language=en', ['software-msu']],
    ['q=SEMESTAR&field=07&level=8', ['both-ways']],
    ['category=student&paid=stipend&when=upcoming', ['later']],
    // What makes no sense is left out.
    [
      'theme=alchemy&field=99999&level=x&language=%3Cb%3E&paid=beer&free=yes',
      ['both-ways', 'full', 'software-msu'],
    ],
  ])('finds by "%s" what has it', async (query, expected) => {
    expect(callsOf((await open(`/calls?${query}`)).body)).toEqual(expected);
  });

  it.each(LANGUAGES)('counts what fits, now, soon and in the past, in %s', async (language) => {
    const { body } = await open('/calls?paid=stipend', language);
    const said = {
      'sr-Cyrl': ['Одговара 1 конкурс.', 'Плаћено је', 'Инжењеринг'],
      'sr-Latn': ['Odgovara 1 konkurs.', 'Plaćeno je', 'Inženjering'],
      ru: ['Подходит 1 конкурс.', 'Оплачивается', 'Инженерное дело'],
      en: ['1 call fits.', 'Somebody else pays for', 'Engineering'],
    };
    for (const words of said[language]) expect(body).toContain(words);
    expect(
      [...body.matchAll(/<option value="(open|upcoming|past)"[^>]*>[^<]*\((\d+)\)/g)].map(
        ([, when, count]) => `${when} ${count}`,
      ),
    ).toEqual(['open 1', 'upcoming 1', 'past 0']);
  });

  it('keeps the filters in the address, in the form and in the feeds', async () => {
    const { body } = await open('/calls?q=moskva&field=06&paid=stipend&free=1');
    expect(body).toContain('<option value="06" selected>');
    expect(body).toContain('<option value="stipend" selected>');
    expect(body).toMatch(/name="free" value="1" checked/);
    expect(body).toMatch(/<details class="most-filters__more" open>/);
    expect(body).toContain('href="/calls.json?q=moskva&amp;field=06&amp;paid=stipend&amp;free=1"');
    expect((await open('/calls')).body).toContain('href="/calls.ics"');
  });

  it('feeds calendars and programs with what fits', async () => {
    const fed = async (query: string) =>
      (
        JSON.parse((await http.browser().get(`/calls.json${query}`)).body) as { calls: { slug: string }[] }
      ).calls
        .map(({ slug }) => slug)
        .sort();
    expect(await fed('')).toEqual(['both-ways', 'full', 'later', 'software-msu']);
    expect(await fed('?paid=stipend')).toEqual(['later', 'software-msu']);
    expect(await fed('?field=03&language=sr')).toEqual(['both-ways']);
    const calendar = (await http.browser().get('/calls.ics?field=07')).body;
    expect(calendar.match(/BEGIN:VEVENT/g)).toHaveLength(1);
    expect(calendar.replace(/\r\n /g, '')).toContain('/calls/both-ways');
  });

  it('answers programs by the same filters, and refuses what makes no sense', async () => {
    const asked = async (query: string) => {
      const { status, body } = await http.browser().get(`/api/v1/calls?${query}`);
      const { items } = JSON.parse(body) as { items?: { slug: string }[] };
      return { status, slugs: items?.map(({ slug }) => slug).sort() };
    };
    expect((await asked('phase=open&field=03&language=en')).slugs).toEqual(['software-msu']);
    expect((await asked('phase=open&free=1&level=8')).slugs).toEqual(['both-ways']);
    expect((await asked('field=x')).status).toBe(422);
    expect((await asked('paid=beer')).status).toBe(422);
  });

  it('shows a call to whoever is sent its address', async () => {
    const { body } = await open('/calls/software-msu', 'ru');
    expect(body).toContain('<meta property="og:type" content="article">');
    expect(body).toContain('<meta property="og:description" content="Один семестр учёбы.">');
    expect(body).toMatch(/<meta property="og:image" content="http[^"]+\/public\/share\.png">/);
  });
});
