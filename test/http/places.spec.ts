import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PlaceDraft } from '../../src/calls/public.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import { LANGUAGES } from '../../src/shared/language.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { callModules } from '../factories/exchange-modules.js';
import { buildWorld } from '../factories/world.js';
import type { World } from '../factories/world.js';
import type { Browser } from './browser-of-text.js';
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

const open = (path: string, language: string) =>
  http.browser().open(`${path}${path.includes('?') ? '&' : '?'}lang=${language}`);
const text = (sr: string, ru: string, en: string) => ({ sr, ru, en });

async function place(terms: Partial<PlaceDraft> = {}): Promise<PlaceDraft> {
  return {
    institutionId: await world.institution('lomonosov-moscow-state-university'),
    fieldCode: '0613',
    level: 7,
    language: 'en',
    languageLevel: 'B2',
    months: 5,
    services: null,
    capacity: 3,
    ...terms,
  };
}

const WHOLE: Partial<PlaceDraft> = {
  facilities: [{ kind: 'cloud_credits', words: text('300 сати <b>', '300 часов <b>', '300 hours <b>') }],
  cost: [
    {
      item: 'stipend',
      payer: 'home_country',
      amount: { minor: 35_050, currency: 'EUR' },
      per: 'month',
    },
    { item: 'fees', payer: 'host_institution', amount: null, per: 'once' },
  ],
  reserved: [
    {
      id: 'masters',
      label: text('мастер студије', 'магистратура', 'master students'),
      count: 2,
      condition: { kind: 'level', levels: [7] },
    },
  ],
};

describe('what a place gives and for whom it is kept', () => {
  beforeAll(async () => {
    const id = await world.publishedCall({ slug: 'whole', places: [await place(WHOLE)] });
    await http.owner.query(
      `update call_places set taken = 1, reserve_taken = '{"masters":1}' where call_id = $1`,
      [id],
    );
  });
  afterAll(async () => {
    await http.owner.query(`update call_places set taken = 0, reserve_taken = '{}'`);
  });

  it.each(LANGUAGES)('is told on the page of the call in %s', async (language) => {
    const { status, body } = await open('/calls/whole', language);
    expect(status).toBe(200);
    const said = {
      'sr-Cyrl': [
        'Рачунарски ресурси у облаку:',
        'Стипендија: 350,50 € месечно, плаћа земља која шаље',
        'Школарина: у целости, плаћа установа домаћин',
        'Резервисана су 2 места: мастер студије (слободно 1 од 2)',
        'од тога 1 резервисано',
      ],
      'sr-Latn': ['Računarski resursi u oblaku:', 'Rezervisana su 2 mesta: master studije (slobodno 1 od 2)'],
      ru: ['Вычисления в облаке:', 'Зарезервировано 2 места: магистратура (свободно 1 из 2)'],
      en: [
        'Computing in the cloud:',
        '2 places are reserved: master students (1 of 2 still free)',
        'Level of education: Master',
        '1 of them reserved',
        'paid by the sending country',
      ],
    };
    for (const words of said[language]) expect(body.replaceAll('\u00a0', ' ')).toContain(words);
    expect(body).toContain('300 ');
    expect(body).not.toContain('<b>');
  });

  it('is told in the list, by the API and as open data', async () => {
    expect((await open('/calls', 'en')).body).toContain('1 of them reserved');
    const call = JSON.parse((await http.browser().get('/api/v1/calls/whole')).body) as Record<
      string,
      unknown
    >;
    expect(call).toMatchObject({
      capacity: 3,
      free: 2,
      freeReserved: 1,
      places: [
        {
          free: 2,
          unit: null,
          facilities: [{ kind: 'cloud_credits' }],
          cost: [
            { item: 'stipend', payer: 'home_country', per: 'month', minor: 35_050, currency: 'EUR' },
            { item: 'fees', payer: 'host_institution', per: 'once', minor: null, currency: null },
          ],
          reserved: [{ id: 'masters', count: 2, free: 1 }],
        },
      ],
    });
    const feed = JSON.parse((await http.browser().get('/calls.json')).body) as { calls: object[] };
    expect(feed.calls).toEqual([expect.objectContaining({ slug: 'whole', freeReserved: 1 })]);
  });

  it('is refused where more is kept than there is', async () => {
    const tooMany = WHOLE.reserved?.map((reserve) => ({ ...reserve, count: 4 })) ?? [];
    await expect(world.prepareCall({ places: [await place({ reserved: tooMany })] })).rejects.toMatchObject({
      code: 'invalid',
      fields: [{ field: 'places.0.reserved', problem: 'more_than_places' }],
    });
  });
});

describe('the places of a draft', () => {
  let admin: Browser;
  let host: Browser;
  let stranger: Browser;
  let callId: Id;

  beforeAll(async () => {
    admin = await withRole('admin@rs.demo', 'programme_administrator', null);
    host = await withRole('coordinator@msu.ru.demo', 'coordinator', 'lomonosov-moscow-state-university');
    stranger = await withRole('coordinator@bg.rs.demo', 'coordinator', 'university-of-belgrade');
    callId = await world.prepareCall({ slug: 'draft-with-places' });
  }, 60_000);

  const base = () => `/admin/calls/${callId}`;
  const version = async () => {
    const { rows } = await http.owner.query<{ version: number }>('select version from calls where id = $1', [
      callId,
    ]);
    return String(rows[0]?.version ?? 0);
  };
  const placesOf = async () => {
    const { rows } = await http.owner.query<{
      id: Id;
      capacity: number;
      reserved: { id: string; count: number; condition: unknown }[] | null;
    }>('select id, capacity, reserved from call_places where call_id = $1 order by capacity', [callId]);
    return rows;
  };
  const send = async (browser: Browser, from: string, to: string, fields: Record<string, string>) => {
    const page = await browser.open(from);
    return browser.post(to, { _csrf: browser.token(page), ...fields });
  };
  const PLACE = {
    fieldCode: '0612',
    level: '7',
    language: 'en',
    languageLevel: 'B2',
    months: '2,5',
    capacity: '7',
    'facilities.3.kind': 'data',
    'facilities.3.words.sr': 'Подаци',
    'facilities.3.words.ru': 'Данные',
    'facilities.3.words.en': 'Data',
    'cost.0.item': 'stipend',
    'cost.0.payer': 'host_institution',
    'cost.0.amount': '1 200,50',
    'cost.0.currency': 'EUR',
    'cost.0.per': 'month',
  };

  it('are added, kept for some, and taken out again in the browser', async () => {
    const institutionId = await world.institution('novosibirsk-state-university');
    const add = (fields: Record<string, string>) =>
      version().then((v) =>
        send(admin, `${base()}/places/new`, `${base()}/places`, { version: v, ...fields }),
      );
    const refused = await add({ ...PLACE, institutionId, months: 'five', 'facilities.3.words.ru': '' });
    expect(refused.status).toBe(422);
    expect(refused.body).toContain('href="#field-months"');
    expect(refused.body).toContain('href="#field-facilities.0.words.sr"');
    expect(refused.body).toContain('value="five"');
    expect((await add({ ...PLACE, institutionId })).status).toBe(303);
    // The host must be where the call leads.
    expect(
      (await add({ ...PLACE, institutionId: await world.institution('university-of-belgrade') })).status,
    ).toBe(422);
    const place = (await placesOf())[1];
    expect(place?.capacity).toBe(7);

    const reserves = `${base()}/places/${place?.id ?? ''}/reserves`;
    const reserve = async (fields: Record<string, string>) =>
      send(admin, `${reserves}/new?kind=level`, reserves, {
        version: await version(),
        kind: 'level',
        'label.sr': 'Мастер',
        'label.ru': 'Магистры',
        'label.en': 'Masters',
        ...fields,
      });
    expect((await reserve({ count: '9', chosen: '7' })).status).toBe(422);
    expect((await reserve({ count: '2', chosen: '' })).status).toBe(422);
    expect((await reserve({ count: '2', chosen: '7' })).status).toBe(303);
    expect((await placesOf())[1]?.reserved).toEqual([
      expect.objectContaining({ id: 'level_1', count: 2, condition: { kind: 'level', levels: [7] } }),
    ]);
    for (const language of LANGUAGES) {
      const page = await admin.open(`${base()}/places?lang=${language}`);
      expect(page.status).toBe(200);
      expect(page.body).not.toMatch(/calls\.[a-z_]+\.[a-z_]+/);
    }
    // Somebody else was first: nothing is overwritten.
    const stale = await send(admin, `${base()}/places`, `${reserves}/level_1/remove`, { version: '0' });
    expect(stale.status).toBe(412);
    const removed = await send(admin, `${base()}/places`, `${reserves}/level_1/remove`, {
      version: await version(),
    });
    expect(removed.status).toBe(303);
    expect((await placesOf())[1]?.reserved ?? []).toEqual([]);
    const gone = await send(admin, `${base()}/places`, `${base()}/places/${place?.id ?? ''}/remove`, {
      version: await version(),
    });
    expect(gone.status).toBe(303);
    expect(await placesOf()).toHaveLength(1);
    expect((await stranger.get(`${base()}/places`)).status).toBe(403);
  });

  it('come from hosts, within the frame, and stand in the call when they are accepted', async () => {
    const institution = await world.institution('lomonosov-moscow-state-university');
    const form = `/offers/new?call=${callId}&institution=${institution}`;
    // Nobody is told of a draft that asks for no offers.
    expect((await host.get(form)).status).toBe(404);
    expect((await host.open('/offers?lang=en')).body).toContain('No call asks your institution');
    const frame = {
      act: 'open',
      'until-day': '1',
      'until-month': '12',
      'until-year': '2098',
      untilTime: '23:59',
      minMonths: '2',
      maxMonths: '6',
    };
    expect(
      (await send(admin, `${base()}/places`, `${base()}/offers`, { ...frame, maxMonths: '1' })).status,
    ).toBe(422);
    expect((await send(admin, `${base()}/places`, `${base()}/offers`, frame)).status).toBe(303);
    expect((await host.open('/offers?lang=en')).body).toContain(`/offers/new?call=${callId}`);
    // Belgrade is not where the call leads.
    expect((await stranger.open('/offers?lang=en')).body).not.toContain(callId);
    const belgrade = await world.institution('university-of-belgrade');
    expect((await stranger.get(form)).status).toBe(404);
    const elsewhere = await send(stranger, '/offers', '/offers', {
      ...PLACE,
      call: callId,
      institution: belgrade,
    });
    expect(elsewhere.status).toBe(403);

    const offer = async (fields: Record<string, string>) =>
      send(host, form, '/offers', { ...PLACE, call: callId, institution, ...fields });
    const long = await offer({ months: '9', act: 'submit' });
    expect(long.status).toBe(422);
    expect(long.body).toContain('from 2 to 6');
    const kept = /action="(\/offers\/[0-9a-f-]{36})"/.exec(long.body)?.[1] ?? '';
    const sent = await send(host, kept, kept, {
      ...PLACE,
      version: '1',
      act: 'submit',
      note: 'Жељно чекамо',
    });
    expect(sent.status).toBe(303);
    expect((await stranger.get(kept)).status).toBe(404);
    expect((await send(admin, kept, `${kept}/answer`, { answer: 'return' })).status).toBe(422);
    expect(
      (await send(admin, kept, `${kept}/answer`, { answer: 'return', reason: 'Краће, молимо' })).status,
    ).toBe(303);
    expect((await host.open(kept)).body).toContain('Краће, молимо');
    const again = { ...PLACE, months: '2', act: 'submit', version: '4' };
    expect((await send(host, kept, kept, { ...again, version: '1' })).status).toBe(412);
    const { rows } = await http.owner.query<{ version: number }>('select version from place_offers');
    expect((await send(host, kept, kept, { ...again, version: String(rows[0]?.version) })).status).toBe(303);
    expect((await send(host, '/offers', `${kept}/answer`, { answer: 'accept' })).status).toBe(403);
    expect((await send(admin, kept, `${kept}/answer`, { answer: 'accept' })).status).toBe(303);
    expect((await placesOf()).map(({ capacity }) => capacity)).toEqual([3, 7]);
    expect((await send(admin, '/offers', `${kept}/answer`, { answer: 'accept' })).status).toBe(409);
    expect(await placesOf()).toHaveLength(2);
    for (const language of LANGUAGES) {
      for (const page of [kept, '/offers']) {
        const { status, body } = await host.open(`${page}?lang=${language}`);
        expect(status).toBe(200);
        expect(body).not.toMatch(/calls\.[a-z_]+\.[a-z_]+/);
      }
    }
  });
});

async function withRole(email: string, role: string, institution: string | null): Promise<Browser> {
  const browser = await http.signedIn(email);
  await http.owner.query(
    `insert into role_grants (id, person_id, role, institution_id, reason, valid_from)
     select $1, id, $2, $3, 'test', '2000-01-01' from persons where email = $4`,
    [newId(), role, institution && (await world.institution(institution)), email],
  );
  return browser;
}
