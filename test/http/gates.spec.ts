import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PDFDocument } from 'pdf-lib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ProposeFinal, PublishFinal, PublishProvisional } from '../../src/allocation/public.js';
import { AnswerNomination, NominateCandidate } from '../../src/applications/public.js';
import {
  EditGateRules,
  Gates,
  ImportRestrictedList,
  KeepGates,
  ScreenAgain,
  SettleGate,
} from '../../src/gates/public.js';
import type { GateRuleDraft } from '../../src/gates/public.js';
import { Database, systemContext } from '../../src/platform/database/database.js';
import { SettableClock, systemClock } from '../../src/shared/clock.js';
import type { Id } from '../../src/shared/ids.js';
import { newId } from '../../src/shared/ids.js';
import type { RequestContext } from '../../src/shared/request-context.js';
import { lastSecondOf, wallTime } from '../../src/shared/zoned-time.js';
import { actingAs } from '../factories/acting.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { OfficeScene } from './office-scene.js';
import { assessedCall } from './selection-scene.js';

/** Gates from the rule to the offer, by those who say the rule, settle it, wait for it and may not know of it. */

const BELGRADE = 'university-of-belgrade';
const MOSCOW = 'lomonosov-moscow-state-university';
const DAY_MS = 86_400_000;

let scene: OfficeScene;
const as = (who: string): Promise<RequestContext> => actingAs(scene.http.app, scene.people[who] ?? '');

beforeAll(async () => {
  scene = await OfficeScene.start();
  const institution = async (slug: string) => ({ institution_id: await scene.world.institution(slug) });
  await scene.signIn('home', 'coordinator@bg.rs.demo', {
    role: 'coordinator',
    scope: await institution(BELGRADE),
  });
  await scene.signIn('host', 'coordinator@msu.ru.demo', {
    role: 'coordinator',
    scope: await institution(MOSCOW),
  });
  await scene.signIn('RS', 'ministry@rs.demo', { role: 'ministry_officer', scope: { country: 'RS' } });
  await scene.signIn('RU', 'ministry@ru.demo', { role: 'ministry_officer', scope: { country: 'RU' } });
  await scene.signIn('admin', 'admin@rs.demo', { role: 'programme_administrator', scope: {} });
}, 120_000);

afterAll(async () => {
  await expectInvariants(scene.http.owner);
  await scene.stop();
});

const rows = async <T>(sql: string, ...values: unknown[]): Promise<T[]> =>
  (await scene.http.owner.query(sql, values)).rows as T[];

const stateOf = async (id: Id) =>
  (
    await rows<{ state: string; result: string | null; place_id: string | null }>(
      'select state, result, place_id from applications where id = $1',
      id,
    )
  )[0];

interface Gate {
  readonly id: Id;
  readonly kind: string;
  readonly country: string;
  readonly state: string;
}
const gatesOf = (id: Id) =>
  rows<Gate>(
    'select id, kind, country, state from gates where subject_id = $1 and withdrawn_at is null order by country, kind',
    id,
  );
const takenAt = async (placeId: Id) =>
  (await rows<{ taken: number }>('select taken from call_places where id = $1', placeId))[0]?.taken;

const draft = (over: Partial<GateRuleDraft>): GateRuleDraft => ({
  kind: 'export_control',
  country: 'RU',
  callId: null,
  fields: [],
  categories: [],
  sides: ['host'],
  forwardDays: 5,
  decideDays: 60,
  office: { sr: 'Орган', ru: 'Орган', en: 'Office' },
  evidence: [],
  validityDays: null,
  source: 'test',
  toVerify: false,
  validFrom: new Date().toISOString().slice(0, 10),
  ...over,
});
const say = async (who: 'RS' | 'RU', over: Partial<GateRuleDraft>) =>
  scene.http.app.get(EditGateRules).say(await as(who), draft({ country: who, ...over }), null);

/** A call with one place for one, and students who were nominated for it and accepted by the host. */
async function nominated(count: number, rules: (callId: Id) => Promise<unknown>) {
  const slug = `call-${newId()}`;
  const callId = await scene.world.publishedCall({
    slug,
    places: [
      {
        institutionId: await scene.world.institution(MOSCOW),
        fieldCode: '0613',
        level: 7,
        language: 'ru',
        languageLevel: 'B1',
        months: 5,
        services: null,
        capacity: 1,
      },
    ],
  });
  await rules(callId);
  const [{ id: placeId = '' } = {}] = await rows<{ id: Id }>(
    `select p.id from call_places p join institutions i on i.id = p.institution_id
     where p.call_id = $1 and i.slug = $2 order by p.id limit 1`,
    callId,
    MOSCOW,
  );
  const ids = await scene.submitted(slug, await scene.world.institution(BELGRADE), count, [placeId]);
  for (const id of ids) {
    await scene.http.app
      .get(NominateCandidate)
      .run(await as('home'), id, { placeId, endorsement: 'Препоручујемо.' });
    await scene.http.app.get(AnswerNomination).run(await as('host'), id, { answer: 'accept' });
  }
  return { callId, placeId, ids };
}

const CLEAR = { verdict: 'clear', reasonCode: 'nothing_found', reasonText: 'Ништа.' } as const;
const settle = async (who: string, gate: Id, input: Parameters<SettleGate['run']>[2] = CLEAR) =>
  scene.http.app.get(SettleGate).run(await as(who), gate, input);

describe('rules of the gates', () => {
  it('are said by the ministry of the country on its own page, and replaced with the former kept', async () => {
    const form = {
      country: 'RU',
      kind: 'ethics',
      sides: 'host',
      fields: '091',
      forwardDays: '2',
      decideDays: '20',
      'office-sr': 'Етички одбор',
      'office-ru': 'Этический комитет',
      'office-en': 'Ethics board',
      evidence: 'Протокол | Протокол | Protocol',
      source: 'Rules of the board',
    };
    const wrong = await scene.send('RU', '/gates/rules/new', '/gates/rules/new', {
      ...form,
      decideDays: 'many',
    });
    expect(wrong.status).toBe(422);
    expect(wrong.body).toContain('Enter a number in digits');
    expect(wrong.body).toContain('Ethics board');
    const tomorrow = new Date(Date.now() + DAY_MS);
    const from = {
      'validFrom-day': String(tomorrow.getUTCDate()),
      'validFrom-month': String(tomorrow.getUTCMonth() + 1),
      'validFrom-year': String(tomorrow.getUTCFullYear()),
    };
    expect(
      (await scene.send('RU', '/gates/rules/new', '/gates/rules/new', { ...form, ...from })).status,
    ).toBe(303);
    const page = await scene.browser('RU').open('/gates/rules');
    expect(page.body).toContain('Ethics board');
    expect(page.body).toContain('Not yet in force');
    const [rule] = await rows<{ id: Id }>("select id from gate_rules where kind = 'ethics'");
    // Neither the other country nor the programme changes it; both read it.
    for (const who of ['RS', 'admin']) {
      const read = await scene.browser(who).open('/gates/rules');
      expect(read.body).toContain('Ethics board');
      expect(read.body).not.toContain(`/gates/rules/${rule?.id}/end`);
      const refused = await scene.send(who, '/gates/rules', `/gates/rules/${rule?.id}/end`);
      expect(refused.status).toBe(403);
    }
    const other = await scene.send('RS', '/gates/rules/new', '/gates/rules/new', { ...form, ...from });
    expect(other.status).toBe(403);
    const replaced = await scene.send('RU', `/gates/rules/${rule?.id}`, `/gates/rules/${rule?.id}`, {
      ...form,
      ...from,
      decideDays: '40',
    });
    expect(replaced.status).toBe(303);
    expect(
      await rows(
        'select decide_days, replaces_id is null as first from gate_rules where kind = $1 order by created_at',
        'ethics',
      ),
    ).toEqual([
      { decide_days: 20, first: true },
      { decide_days: 40, first: false },
    ]);
  });
});

describe('an exchange with gates', () => {
  it('holds the place while a gate waits, tells who has it, and offers in the act that settles the last', async () => {
    const { placeId, ids } = await nominated(1, async (callId) => {
      await say('RU', { callId, evidence: [{ id: 'plan', name: { sr: 'План', ru: 'План', en: 'Plan' } }] });
      await say('RS', { callId, sides: ['home'], kind: 'security_clearance', decideDays: 20 });
    });
    const [id = ''] = ids;
    const [home, host] = await gatesOf(id);
    expect([home?.country, host?.country]).toEqual(['RS', 'RU']);
    await scene.world.approve(id);
    expect(await stateOf(id)).toMatchObject({
      state: 'awaiting_clearance',
      result: 'selected',
      place_id: placeId,
    });
    expect(await takenAt(placeId)).toBe(1);

    // Each country sees its own gate whole, and of the other state and dates on the page of the application.
    for (const [who, own, other] of [
      ['RS', home, host],
      ['RU', host, home],
    ] as const) {
      const list = await scene.browser(who).open('/gates');
      expect(list.body).toContain(`/gates/${own?.id}`);
      expect(list.body).not.toContain(`/gates/${other?.id}`);
      expect((await scene.browser(who).open(`/gates/${other?.id}`)).status).toBe(404);
      const review = await scene.browser(who).open(`/applications/${id}/review`);
      expect(review.body).toContain('Export control');
      expect(review.body).toContain('Security clearance');
      expect(review.body).toContain(`/gates/${own?.id}`);
      expect(review.body).not.toContain(`/gates/${other?.id}`);
    }
    for (const who of ['home', 'host']) {
      expect((await scene.browser(who).open(`/gates/${host?.id}`)).status).toBe(403);
    }

    const path = `/gates/${host?.id}`;
    expect((await scene.send('RU', path, `${path}/evidence`, { item: 'plan', words: ' ' })).status).toBe(422);
    const words = 'План без затворених лабораторија.';
    expect((await scene.send('RU', path, `${path}/evidence`, { item: 'plan', words })).status).toBe(303);
    expect((await scene.browser('RU').open(path)).body).toContain(words);
    expect((await scene.browser('RS').open(`/applications/${id}/review`)).body).not.toContain(words);
    const bare = await scene.send('RU', path, `${path}/settlement`, { verdict: 'clear' });
    expect(bare.status).toBe(422);
    expect(bare.body).toContain('Explanation: Fill in this field.');
    // An officer of the other country has no part in it.
    expect((await scene.send('RS', '/gates', `${path}/settlement`, { ...CLEAR })).status).toBe(404);
    const cleared = await scene.send('RU', path, `${path}/settlement`, { ...CLEAR });
    expect(cleared.status).toBe(303);
    expect((await stateOf(id))?.state).toBe('awaiting_clearance');
    await settle('RS', home?.id ?? '', {
      verdict: 'clear_with_conditions',
      reasonCode: 'conditions_needed',
      reasonText: 'Уз услов.',
      conditions: ['Без преноса опреме.'],
    });
    expect((await stateOf(id))?.state).toBe('offered');
    expect(await takenAt(placeId)).toBe(1);
    const second = await scene.send('RU', path, `${path}/settlement`, { ...CLEAR });
    expect(second.status).toBe(409);
  }, 60_000);

  it('ends by a refusal, which gives the place to the next reserve in the same act, held for their own gate', async () => {
    const { placeId, ids } = await nominated(2, (callId) => say('RU', { callId }));
    const [first = '', second = ''] = ids;
    await scene.world.approve(first);
    await scene.world.approve(second);
    expect((await stateOf(first))?.state).toBe('awaiting_clearance');
    expect(await stateOf(second)).toMatchObject({ state: 'final', result: 'reserve' });
    const [gate] = await gatesOf(first);
    const told = 'Дозвола није дата.';
    await settle('RU', gate?.id ?? '', {
      verdict: 'refuse',
      reasonCode: 'controlled_technology',
      reasonText: 'Само за орган.',
      toldText: told,
    });
    expect(await stateOf(first)).toMatchObject({
      state: 'not_cleared',
      result: 'not_selected',
      place_id: null,
    });
    expect(await stateOf(second)).toMatchObject({ state: 'awaiting_clearance', place_id: placeId });
    expect(await takenAt(placeId)).toBe(1);
    // The applicant and the home office read what may be told, and never the reason of the office.
    const review = await scene.browser('home').open(`/applications/${first}/review`);
    expect(review.body).toContain(told);
    expect(review.body).not.toContain('Само за орган.');
    const own = await scene.api(first, `/applications/${first}`);
    expect(own.status).toBe(200);
    expect(JSON.stringify(own.body)).not.toContain('Само за орган.');
    const [next] = await gatesOf(second);
    await settle('RU', next?.id ?? '');
    expect((await stateOf(second))?.state).toBe('offered');
  }, 60_000);

  it('is offered exactly once where two officers settle its last gates at the same moment', async () => {
    for (let round = 0; round < 4; round++) {
      const { placeId, ids } = await nominated(1, async (callId) => {
        await say('RU', { callId });
        await say('RU', { callId, kind: 'ethics' });
        await say('RS', { callId, sides: ['home'] });
      });
      const [id = ''] = ids;
      await scene.world.approve(id);
      const gates = await gatesOf(id);
      expect(gates).toHaveLength(3);
      const words = await Promise.all(gates.map(({ id: gate, country }) => settle(country, gate)));
      expect(words).toEqual(['cleared', 'cleared', 'cleared']);
      expect((await stateOf(id))?.state).toBe('offered');
      const offers = await rows(
        "select 1 from audit_entries where subject_id = $1 and action = 'application.offer'",
        id,
      );
      expect(offers).toHaveLength(1);
      expect(await takenAt(placeId)).toBe(1);
    }
  }, 120_000);

  it('is not settled by whoever had a hand in it or is bound to the applicant', async () => {
    const { ids } = await nominated(1, (callId) => say('RU', { callId }));
    const [id = ''] = ids;
    const [gate] = await gatesOf(id);
    await scene.http.owner.query(
      "update nominations set answered_by = $2 where application_id = $1 and state = 'host_accepted'",
      [id, scene.people['RU']],
    );
    await expect(settle('RU', gate?.id ?? '')).rejects.toMatchObject({ reason: 'separation_of_duties' });
    await scene.http.owner.query('update nominations set answered_by = $2 where application_id = $1', [
      id,
      scene.people['host'],
    ]);
    await settle('RU', gate?.id ?? '');
    await scene.world.approve(id);
    expect((await stateOf(id))?.state).toBe('offered');
  }, 60_000);

  it('is told of a word that ends before the stay, and the word expires by the clock without undoing an offer', async () => {
    const { ids } = await nominated(1, (callId) => say('RU', { callId, validityDays: 10 }));
    const [id = ''] = ids;
    const [gate] = await gatesOf(id);
    await scene.world.approve(id);
    await settle('RU', gate?.id ?? '');
    const keep = scene.http.app.get(KeepGates);
    const events = async () =>
      (
        await rows<{ type: string }>(
          'select type from outbox_events where subject_id = $1 order by id',
          gate?.id,
        )
      ).map(({ type }) => type);
    await keep.run(new SettableClock(new Date(Date.now() + DAY_MS)));
    await keep.run(new SettableClock(new Date(Date.now() + 2 * DAY_MS)));
    expect((await events()).filter((type) => type === 'gate.expires_soon')).toHaveLength(1);
    await keep.run(new SettableClock(new Date(Date.now() + 12 * DAY_MS)));
    expect((await gatesOf(id))[0]?.state).toBe('expired');
    expect((await stateOf(id))?.state).toBe('offered');
    const path = `/gates/${gate?.id}`;
    expect((await scene.send('RU', path, `${path}/reopening`, { reason: 'Обнова.' })).status).toBe(303);
    await settle('RU', gate?.id ?? '', { ...CLEAR, expiresOn: '2999-01-01' });
    expect((await gatesOf(id))[0]?.state).toBe('cleared');
  }, 60_000);
});

describe('evidence in a file', () => {
  it('is given in versions, read by the officers of that country alone, and counts until its day', async () => {
    const { ids } = await nominated(1, (callId) =>
      say('RU', { callId, evidence: [{ id: 'plan', name: { sr: 'План', ru: 'План', en: 'Plan' } }] }),
    );
    const [id = ''] = ids;
    const [gate] = await gatesOf(id);
    const path = `/gates/${gate?.id}`;
    const folder = mkdtempSync(join(tmpdir(), 'most-evidence-'));
    const give = async (who: string, name: string, over: object = {}) => {
      const document = await PDFDocument.create();
      document.addPage([200, 200 + name.length]);
      const file = join(folder, name);
      writeFileSync(file, await document.save());
      await scene.http.app
        .get(SettleGate)
        .addEvidence(
          await as(who),
          gate?.id ?? '',
          { item: 'plan', words: 'План работы', ...over },
          { path: file, fileName: name },
        );
    };
    await expect(give('RS', 'foreign.pdf')).rejects.toMatchObject({ code: 'not_found' });
    await expect(give('host', 'host.pdf')).rejects.toMatchObject({ code: 'not_found' });
    await expect(give('RU', 'late.pdf', { validUntil: '2020-01-01' })).rejects.toMatchObject({
      fields: [{ field: 'validUntil', problem: 'date_in_past' }],
    });
    await give('RU', 'first.pdf');
    const today = wallTime(new Date(), 'Europe/Moscow').day;
    await give('RU', 'second.pdf', { validUntil: today });
    const [first, second] = await rows<{ id: Id; version: number; current: boolean }>(
      `select id, version, removed_at is null as current from uploads where subject_kind = 'gate' and subject_id = $1
       order by version`,
      gate?.id,
    );
    expect([first, second]).toMatchObject([
      { version: 1, current: false },
      { version: 2, current: true },
    ]);
    const page = await scene.browser('RU').open(`${path}?lang=en`);
    expect(page.body).toContain('second.pdf');
    expect(page.body).toContain('earlier version 1');
    for (const file of [first, second]) {
      const got = await scene.browser('RU').get(`${path}/evidence/${file?.id}`);
      expect(got.status).toBe(200);
      for (const who of ['RS', 'home', 'host', 'admin']) {
        const refused = await scene.browser(who).get(`${path}/evidence/${file?.id}`);
        expect([403, 404]).toContain(refused.status);
        expect(
          await scene.http.app
            .get(Database)
            .read(await as(who), (ctx) => ctx.tx.query('select from uploads where id = $1', [file?.id])),
        ).toEqual([]);
      }
    }
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);
});

describe('a word that ends', () => {
  it('counts no more from midnight on in its country, whether or not the clock came round', async () => {
    const { ids } = await nominated(1, (callId) => say('RU', { callId, validityDays: 10 }));
    const [id = ''] = ids;
    const [gate] = await gatesOf(id);
    await settle('RU', gate?.id ?? '');
    const [word] = await rows<{ day: string }>(
      'select expires_on::text as day from gates where id = $1',
      gate?.id,
    );
    const midnight = lastSecondOf(word?.day ?? '', 'Europe/Moscow').getTime() + 1000;
    const waiting = (at: number) =>
      scene.http.app
        .get(Database)
        .read(systemContext(new SettableClock(new Date(at))), (ctx) =>
          scene.http.app.get(Gates).blockersOf(ctx, { kind: 'application', id }),
        );
    expect(await waiting(midnight - 1)).toEqual([]);
    expect(await waiting(midnight)).toMatchObject([{ id: gate?.id, state: 'expired' }]);
    // Nobody put it on record yet, and an officer can open it again all the same, and settle nothing by the old word.
    expect((await gatesOf(id))[0]?.state).toBe('cleared');
    const late = { ...(await as('RU')), clock: new SettableClock(new Date(midnight)) };
    const settling = scene.http.app.get(SettleGate);
    await expect(settling.run(late, gate?.id ?? '', CLEAR)).rejects.toMatchObject({
      reason: 'already_decided',
    });
    await settling.reopen(late, gate?.id ?? '', 'Истёк срок.');
    expect((await gatesOf(id))[0]?.state).toBe('pending');
    await settle('RU', gate?.id ?? '');
  }, 60_000);
});

describe('a rule for one call and some categories', () => {
  it('is said on the page, with what is wrong at its field', async () => {
    const slug = `call-${newId()}`;
    const callId = await scene.world.publishedCall({ slug });
    const tomorrow = new Date(Date.now() + DAY_MS);
    const form = {
      country: 'RS',
      kind: 'ethics',
      sides: 'home',
      forwardDays: '1',
      decideDays: '5',
      'office-sr': 'Одбор',
      'office-ru': 'Комитет',
      'office-en': 'Board of one call',
      source: 'test',
      'validFrom-day': String(tomorrow.getUTCDate()),
      'validFrom-month': String(tomorrow.getUTCMonth() + 1),
      'validFrom-year': String(tomorrow.getUTCFullYear()),
    };
    const start = '/gates/rules/new?lang=en';
    const wrong = await scene.send('RS', start, '/gates/rules/new', {
      ...form,
      callId: newId(),
      categories: 'astronaut',
    });
    expect(wrong.status).toBe(422);
    expect(wrong.body).toContain('href="#field-callId"');
    expect(wrong.body).toContain('href="#field-categories"');
    const nonsense = await scene.send('RS', start, '/gates/rules/new', { ...form, callId: 'nonsense' });
    expect(nonsense.status).toBe(422);
    const said = await scene.send('RS', start, '/gates/rules/new', {
      ...form,
      callId,
      categories: 'professor',
    });
    expect(said.status).toBe(303);
    const [rule] = await rows<{ id: Id; call_id: Id; categories: string[] }>(
      'select id, call_id, categories from gate_rules where call_id = $1',
      callId,
    );
    expect(rule).toMatchObject({ call_id: callId, categories: ['professor'] });
    const page = await scene.browser('RS').open(`/gates/rules/${rule?.id}?lang=en`);
    expect(page.body).toMatch(new RegExp(`<option value="${callId}" selected>`));
    expect(page.body).toMatch(/value="professor" checked/);
  }, 60_000);
});

describe('a ranked call with gates', () => {
  it('holds the places of the final list, and a refusal goes on to the next who waits', async () => {
    const call = await assessedCall(
      scene,
      [[1]],
      [
        { home: 'belgrade', choices: [0], points: 90 },
        { home: 'belgrade', choices: [0], points: 80 },
      ],
    );
    await say('RU', { callId: call.callId });
    const { app, owner } = scene.http;
    const admin = await as('admin');
    await app.get(PublishProvisional).publish(admin, call.callId);
    await owner.query(
      "update allocation_lists set published_at = now() - interval '9 days', objections_until = now() - interval '1 day' where call_id = $1",
      [call.callId],
    );
    await scene.world.approve(await app.get(ProposeFinal).propose(admin, call.callId));
    await app.get(PublishFinal).publish(admin, call.callId);
    const [first = '', second = ''] = call.applications;
    expect((await stateOf(first))?.state).toBe('awaiting_clearance');
    expect(await gatesOf(second)).toEqual([]);
    const [gate] = await gatesOf(first);
    await settle('RU', gate?.id ?? '', {
      verdict: 'refuse',
      reasonCode: 'security',
      reasonText: 'Не.',
      toldText: 'Не.',
    });
    expect((await stateOf(first))?.state).toBe('not_cleared');
    expect((await stateOf(second))?.state).toBe('awaiting_clearance');
    const [next] = await gatesOf(second);
    await settle('RU', next?.id ?? '', { ...CLEAR, verdict: 'waive', reasonCode: 'outside_the_rule' });
    expect((await stateOf(second))?.state).toBe('offered');
    expect(await takenAt(call.places[0] ?? '')).toBe(1);
  }, 120_000);
});

describe('restricted parties', () => {
  const csv = (...rows: string[]) => ['key,kind,name,aliases,birth_years,note', ...rows].join('\n');
  const take = async (version: string, text: string, list = 'Demo list') =>
    scene.http.app
      .get(ImportRestrictedList)
      .run(
        await as('RU'),
        { country: 'RU', list, issuerCountry: 'RU', version, dated: '2026-11-01', source: 'test' },
        text,
      );
  const hitsOf = (gate: Id) =>
    rows<{ id: Id; state: string; entry_key: string; own_name: string; reason: string | null }>(
      'select id, state, entry_key, own_name, reason from screening_hits where gate_id = $1 order by entry_key',
      gate,
    );
  const screenAgain = async () => {
    const [{ id = '' } = {}] = await rows<{ id: Id }>(
      'select id from restricted_list_versions order by imported_at desc, id desc limit 1',
    );
    await scene.http.app.get(ScreenAgain).run(systemClock, id, '');
    return (
      await rows<{ to_screen: number; screened: number; done: boolean }>(
        'select to_screen, screened, screened_at is not null as done from restricted_list_versions where id = $1',
        id,
      )
    )[0];
  };

  it('are found in any script, decided by a person, remembered, and open again where the entry is another one', async () => {
    expect((await take('bad', csv('1,somebody,,,19x,'))).faults.map(({ column }) => column)).toEqual([
      'kind',
      'name',
      'birth_years',
    ]);
    const listed = '7,person,JOVIC ANA,Yovich Anna,,Invented';
    await take(
      '1',
      csv(listed, '8,person,Nikola Nikolic,,,', '9,organisation,Lomonosov Moskovski univerzitet X,,,'),
    );
    await expect(take('1', csv(listed))).rejects.toMatchObject({ reason: 'list_version_known' });
    const { ids } = await nominated(1, (callId) => say('RU', { callId, kind: 'restricted_parties' }));
    const [id = ''] = ids;
    const [gate] = await gatesOf(id);
    const path = `/gates/${gate?.id}`;
    const [hit] = await hitsOf(gate?.id ?? '');
    expect(hit).toMatchObject({ state: 'open', entry_key: '7' });
    await scene.world.approve(id);
    // Nothing is cleared before what was found is decided.
    await expect(settle('RU', gate?.id ?? '')).rejects.toMatchObject({ reason: 'hits_open' });
    const page = await scene.browser('RU').open(path);
    expect(page.body).toContain('JOVIC ANA');
    expect(page.body).toContain('To be decided');
    expect(
      (
        await scene.send('RS', '/gates', `${path}/hits/${hit?.id}`, {
          hitVerdict: 'false_positive',
          hitReason: 'x',
        })
      ).status,
    ).toBe(404);
    const bare = await scene.send('RU', path, `${path}/hits/${hit?.id}`, { hitVerdict: 'false_positive' });
    expect(bare.status).toBe(422);
    const reason = 'Друга особа: други датум рођења.';
    const word = { hitVerdict: 'false_positive', hitReason: reason };
    expect((await scene.send('RU', path, `${path}/hits/${hit?.id}`, word)).status).toBe(303);
    await settle('RU', gate?.id ?? '');
    expect((await stateOf(id))?.state).toBe('offered');

    // The same entry in a new version is the same; a changed one is open again, and so is the gate. The offer stays.
    await take('2', csv(listed, '8,person,Nikola Nikolic,,,'));
    expect(await screenAgain()).toMatchObject({ done: true });
    expect((await hitsOf(gate?.id ?? ''))[0]?.state).toBe('false_positive');
    expect((await gatesOf(id))[0]?.state).toBe('cleared');
    await take('3', csv('7,person,JOVIC ANA,Yovich Anna,,Another note'));
    const progress = await screenAgain();
    expect(progress?.screened).toBe(progress?.to_screen);
    expect((await hitsOf(gate?.id ?? ''))[0]).toMatchObject({ state: 'open', reason: null });
    expect((await gatesOf(id))[0]?.state).toBe('pending');
    expect((await stateOf(id))?.state).toBe('offered');
    expect((await scene.send('RU', path, `${path}/hits/${hit?.id}`, word)).status).toBe(303);
    await settle('RU', gate?.id ?? '');
    // Who is on no list any more needs no word.
    await take('4', csv('8,person,Nikola Nikolic,,,'));
    await screenAgain();
    expect((await hitsOf(gate?.id ?? ''))[0]?.state).toBe('gone');
    const lists = await scene.browser('RU').open('/gates/lists');
    expect(lists.body).toContain('Demo list');
    expect(lists.body).toContain('+0, ~1, −1');
    expect((await scene.browser('RS').open('/gates/lists')).body).not.toContain('Demo list');
  }, 90_000);

  it('are looked for among fifty thousand by an index', async () => {
    const letters = 'abcdefghijklmnoprstuvz';
    const word = (seed: number) =>
      Array.from({ length: 7 }, (_, i) => letters[(seed * (i + 3) * 7919 + i * 131) % letters.length]).join(
        '',
      );
    const many = Array.from({ length: 50_000 }, (_, i) => `k${i},person,${word(i)} ${word(i * 31 + 7)},,,`);
    await take('1', csv(...many), 'Long list');
    await scene.http.owner.query('analyze restricted_names');
    const plan = await rows<{ 'QUERY PLAN': string }>(
      `explain select entry_id from restricted_names where key % 'ana iovic' and country = 'RU' and kind = 'person'`,
    );
    expect(plan.map((line) => line['QUERY PLAN']).join('\n')).toContain('restricted_names_search');
  }, 120_000);
});
