import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AgreementsModule } from '../../src/agreements/public.js';
import { ApprovalsModule } from '../../src/approvals/public.js';
import { CallsModule } from '../../src/calls/public.js';
import type { PlaceDraft } from '../../src/calls/public.js';
import { OutboxModule } from '../../src/platform/outbox/outbox.module.js';
import { LANGUAGES } from '../../src/shared/language.js';
import { UniversitiesModule } from '../../src/universities/public.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { buildWorld } from '../factories/world.js';
import type { World } from '../factories/world.js';
import { startHttpApp } from './http-app.js';
import type { HttpApp } from './http-app.js';

let http: HttpApp;
let world: World;

beforeAll(async () => {
  http = await startHttpApp({
    imports: [OutboxModule, ApprovalsModule, UniversitiesModule, AgreementsModule, CallsModule],
  });
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
