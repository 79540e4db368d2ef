import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  AnswerNomination,
  ApplicationFiles,
  NominateCandidate,
  SubmitApplication,
} from '../../src/applications/public.js';
import { KeepDecisions } from '../../src/approvals/public.js';
import { Database } from '../../src/platform/database/database.js';
import { RateLimits } from '../../src/platform/http/rate-limits.js';
import { SettableClock } from '../../src/shared/clock.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import type { Promises } from '../../src/calls/public.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { actingAs } from '../factories/acting.js';
import { OfficeScene } from './office-scene.js';
import type { Answer } from './browser-of-text.js';

/** What two countries do with one decision besides saying yes or no, by their pages and by the API. */

const BELGRADE = 'university-of-belgrade';
const MOSCOW = 'lomonosov-moscow-state-university';
const IN_A_MONTH = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);

const PROMISES = { screeningDays: 10, returnDays: 7, hostDecisionDays: 35, approvalDays: 14, offerDays: 5 };

let scene: OfficeScene;

beforeAll(async () => {
  scene = await OfficeScene.start();
  scene.http.app.get(RateLimits).consume = () => Promise.resolve({ allowed: true, remaining: 1, seconds: 1 });
  const { world } = scene;
  const belgrade = await world.institution(BELGRADE);
  const coordinator = (id: Id) => ({ role: 'coordinator', scope: { institution_id: id } });
  const officer = (country: string) => ({ role: 'ministry_officer', scope: { country } });
  await scene.signIn('home', 'coordinator@bg.rs.demo', coordinator(belgrade));
  await scene.signIn('host', 'coordinator@msu.ru.demo', coordinator(await world.institution(MOSCOW)));
  await scene.signIn('RS', 'ministry@rs.demo', officer('RS'));
  await scene.signIn('RS two', 'commission@rs.demo', officer('RS'));
  await scene.signIn('RU', 'ministry@ru.demo', officer('RU'));
  await scene.signIn('RU two', 'commission@ru.demo', officer('RU'));
  for (const [name, email] of [
    ['student', 'student@rs.demo'],
    ['second', 'student2@rs.demo'],
  ] as const) {
    await scene.signIn(name, email);
    await scene.http.owner.query('update persons set home_institution_id = $2 where id = $1', [
      scene.people[name],
      belgrade,
    ]);
  }
}, 120_000);
afterAll(async () => {
  await expectInvariants(scene.http.owner);
  await scene.stop();
});

const who = (name: string) => scene.people[name] ?? '';
const acting = (name: string) => actingAs(scene.http.app, who(name));

/** A call with so many places, by its address. */
async function callFor(capacity: number, silence: Partial<Promises> = {}): Promise<string> {
  const slug = `decided-${newId()}`;
  await scene.world.publishedCall({
    slug,
    promises: { ...PROMISES, ...silence },
    places: [
      {
        institutionId: await scene.world.institution(MOSCOW),
        fieldCode: '0613',
        level: 7,
        language: 'en',
        languageLevel: 'B2',
        months: 5,
        services: null,
        capacity,
      },
    ],
  });
  return slug;
}

interface Made {
  readonly id: Id;
  readonly decision: Id;
}

/** An application that the host took: both countries decide on it. */
async function beforeBoth(applicant: string, slug: string): Promise<Made> {
  const { app } = scene.http;
  const id = await scene.draft(who(applicant), slug);
  await app.get(SubmitApplication).run(scene.as(who(applicant)), id);
  const home = await acting('home');
  const file = await app.get(Database).read(home, (ctx) => app.get(ApplicationFiles).load(ctx, id));
  const placeId = file.contents.choices[0] ?? '';
  await app.get(NominateCandidate).run(home, id, { placeId, endorsement: 'Препоручујемо.' });
  await app.get(AnswerNomination).run(await acting('host'), id, { answer: 'accept' });
  const { rows } = await scene.http.owner.query<{ id: Id }>(
    'select id from decisions where subject_id = $1 order by opened_at desc limit 1',
    [id],
  );
  return { id, decision: rows[0]?.id ?? '' };
}

function decide(
  name: string,
  { decision }: Made,
  verdict: string,
  more: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const country = name.slice(0, 2);
  return scene.send(name, `/approvals/${decision}?verdict=${verdict}`, `/approvals/${decision}/decision`, {
    country,
    verdict,
    ...more,
  });
}

interface ConditionOf {
  readonly id: Id;
  readonly country: string;
  readonly state: string;
}

async function conditionsOf({ decision }: Made): Promise<readonly ConditionOf[]> {
  const { rows } = await scene.http.owner.query<ConditionOf>(
    'select id, country, state from decision_conditions where decision_id = $1 order by country, ordinal',
    [decision],
  );
  return rows;
}

function settle(name: string, { decision }: Made, condition: Id, act: string, note = ''): Promise<Answer> {
  const path = `/approvals/${decision}/conditions/${condition}`;
  return scene.send(name, `/approvals/${decision}`, path, { act, note });
}

async function stateOf({ id }: Made): Promise<string> {
  const { rows } = await scene.http.owner.query<{ state: string }>(
    'select state from applications where id = $1',
    [id],
  );
  return rows[0]?.state ?? '';
}

const page = ({ decision }: Made) => `/approvals/${decision}`;

const sideOf = async ({ decision }: Made, country: string) => {
  const { rows } = await scene.http.owner.query<Readonly<Record<string, unknown>>>(
    'select * from decision_sides where decision_id = $1 and country = $2',
    [decision, country],
  );
  return rows[0];
};
const told = async ({ decision }: Made) => {
  const { rows } = await scene.http.owner.query<{ type: string }>(
    'select type from outbox_events where subject_id = $1 order by id',
    [decision],
  );
  return rows.map(({ type }) => type);
};

const CONDITION = { 'condition-0': 'A policy of insurance.', 'condition-0-due': IN_A_MONTH };

async function accept(applicant: string, { id }: Made): Promise<void> {
  const path = `/applications/${id}/offer`;
  expect((await scene.send(applicant, path, path, { answer: 'accept' })).status).toBe(303);
}

describe('conditions', () => {
  it('are asked with their day, kept apart by side, answered by the applicant, and make the place certain once met', async () => {
    const slug = await callFor(1);
    const made = await beforeBoth('student', slug);
    const noDay = await decide('RS', made, 'approve_with_conditions', { 'condition-0': 'A certificate.' });
    expect(noDay.status).toBe(422);
    expect(noDay.body).toContain('href="#field-condition-0-due"');
    expect(noDay.body).toContain('A certificate.');
    const past = { 'condition-0': 'A certificate.', 'condition-0-due': '2020-01-01' };
    expect((await decide('RS', made, 'approve_with_conditions', past)).status).toBe(422);
    // One more row is drawn; nothing is decided by that.
    const more = await decide('RS', made, 'approve_with_conditions', { ...CONDITION, more: 'yes' });
    expect(more.body).toContain('id="field-condition-3"');
    expect(more.body).toContain('A policy of insurance.');
    expect((await decide('RS', made, 'approve_with_conditions', CONDITION)).status).toBe(303);
    expect(
      (
        await decide('RU', made, 'approve_with_conditions', {
          'condition-0': 'A certificate of health.',
          'condition-0-due': IN_A_MONTH,
          'condition-1': 'A plan of study.',
          'condition-1-due': IN_A_MONTH,
        })
      ).status,
    ).toBe(303);
    await accept('student', made);
    expect(await stateOf(made)).toBe('conditions_pending');
    const { rows } = await scene.http.owner.query<{ conditions: number }>(
      `select (payload->>'conditions')::integer as conditions from outbox_events
       where type = 'application.accepted' and subject_id = $1`,
      [made.id],
    );
    expect(rows).toEqual([{ conditions: 3 }]);

    const [ofRs, ...ofRu] = await conditionsOf(made);
    const own = await scene.browser('student').open(`/applications/${made.id}/conditions`);
    for (const text of ['A policy of insurance.', 'A certificate of health.', 'A plan of study.']) {
      expect(own.body).toContain(text);
    }
    const nothing = `/applications/${made.id}/conditions/${ofRs?.id}`;
    expect((await scene.send('student', own, nothing, { words: ' ' })).status).toBe(422);
    expect((await scene.send('student', own, nothing, { words: 'Paid for all of the stay.' })).status).toBe(
      303,
    );
    expect((await scene.browser('RS').open(`/approvals/${made.decision}`)).body).toContain(
      'Paid for all of the stay.',
    );
    // Nobody settles what the other side set, and a refusal needs its words.
    expect((await settle('RU', made, ofRs?.id ?? '', 'meet')).status).toBe(403);
    expect((await settle('RS', made, ofRs?.id ?? '', 'waive')).status).toBe(422);
    const [won, late] = await Promise.all([
      settle('RS', made, ofRs?.id ?? '', 'meet'),
      settle('RS two', made, ofRs?.id ?? '', 'meet'),
    ]);
    expect([won.status, late.status]).toEqual([303, 303]);
    expect(await stateOf(made)).toBe('conditions_pending');
    expect((await settle('RU', made, ofRu[0]?.id ?? '', 'meet')).status).toBe(303);
    expect(
      (await settle('RU two', made, ofRu[1]?.id ?? '', 'waive', 'Known to the university.')).status,
    ).toBe(303);
    expect(await stateOf(made)).toBe('confirmed');
    expect((await conditionsOf(made)).map(({ state }) => state)).toEqual(['met', 'met', 'waived']);
    expect((await scene.browser('student').open(`/applications/${made.id}/conditions`)).body).toContain(
      'Known to the university.',
    );
  }, 60_000);

  it('that are not met give the place to the next reserve in the same act', async () => {
    const slug = await callFor(1);
    const first = await beforeBoth('student', slug);
    const next = await beforeBoth('second', slug);
    await decide('RS', first, 'approve');
    await decide('RU', first, 'approve_with_conditions', CONDITION);
    await decide('RS', next, 'approve');
    await decide('RU', next, 'approve');
    expect(await stateOf(next)).toBe('final');
    await accept('student', first);
    const [condition] = await conditionsOf(first);
    expect((await settle('RU', first, condition?.id ?? '', 'fail', 'Never came.')).status).toBe(303);
    expect([await stateOf(first), await stateOf(next)]).toEqual(['conditions_not_met', 'offered']);
    const { rows } = await scene.http.owner.query<{ revoked: boolean }>(
      `select revoked_at is not null as revoked from issued_documents where subject_id = $1`,
      [first.id],
    );
    expect(rows).toEqual([{ revoked: true }]);
    // Nothing is settled twice, and nobody goes on answering.
    expect((await scene.browser('student').open(`/applications/${first.id}/conditions`)).body).not.toContain(
      'name="words"',
    );
    // Accepted without any, it stays as it is.
    await accept('second', next);
    expect(await stateOf(next)).toBe('accepted');
  });

  it('that are not met before the offer is answered withdraw it; by the API as by the pages', async () => {
    const made = await beforeBoth('student', await callFor(1));
    const body = {
      country: 'RS',
      verdict: 'approve_with_conditions',
      conditions: [{ text: 'A visa.', dueOn: IN_A_MONTH }],
    };
    const asked = await scene.api('RS', `/approvals/${made.decision}/decision`, { body });
    expect(asked).toMatchObject({ status: 200, body: { outcome: 'open' } });
    const [condition] = await conditionsOf(made);
    // Nothing could be lost yet by which the other side would not be put before a fact.
    const early = `/approvals/${made.decision}/conditions/${condition?.id}`;
    const fail = { act: 'fail', note: 'Refused.' };
    expect((await scene.api('RS', early, { body: fail })).status).toBe(409);
    await decide('RU', made, 'approve');
    expect(await stateOf(made)).toBe('offered');
    const evidence = `/applications/${made.id}/conditions/${condition?.id}/evidence`;
    expect((await scene.api('student', evidence, { body: { words: 'Asked for.' } })).status).toBe(204);
    const read = await scene.api('RS', `/approvals/${made.decision}`);
    expect(read.body.conditions).toMatchObject([{ state: 'open', evidence: 'Asked for.', country: 'RS' }]);
    expect(await scene.api('RS', early, { body: fail })).toMatchObject({
      status: 200,
      body: { standing: 'failed' },
    });
    expect(await stateOf(made)).toBe('offer_withdrawn');
  });
});

describe('who has a side', () => {
  const send = (name: string, made: Made, form: string, fields: Readonly<Record<string, string>> = {}) =>
    scene.send(name, page(made), `${page(made)}/${form}`, { country: name.slice(0, 2), ...fields });
  it('is seen by both sides, and taken over with a trace', async () => {
    const made = await beforeBoth('student', await callFor(1));
    expect((await send('RS', made, 'review')).status).toBe(303);
    // Nobody has the side of another country.
    expect((await send('RU', made, 'review', { country: 'RS' })).status).toBe(403);
    expect(await sideOf(made, 'RS')).toMatchObject({ state: 'in_review', held_by: who('RS') });
    expect((await scene.browser('RU').open(page(made))).body).toContain('In review');
    expect((await send('RS two', made, 'review')).status).toBe(303);
    expect(await sideOf(made, 'RS')).toMatchObject({ held_by: who('RS two') });
    // Deciding what a colleague has takes it over as well.
    expect((await decide('RS', made, 'approve')).status).toBe(303);
    const { rows } = await scene.http.owner.query<{ from: string; by: string }>(
      `select data->>'from' as from, actor_id as by from audit_entries
       where subject_id = $1 and action = 'decision.review_taken_over' order by id`,
      [made.decision],
    );
    expect(rows).toEqual([
      { from: who('RS'), by: who('RS two') },
      { from: who('RS two'), by: who('RS') },
    ]);
  });

  it('is left by whoever is bound, decided by whom a colleague names, and told where nobody is left', async () => {
    const made = await beforeBoth('student', await callFor(1));
    expect((await send('RS', made, 'review')).status).toBe(303);
    const unsaid = await send('RS', made, 'recusal', { reason: '' });
    expect((await scene.browser('RS').follow(unsaid)).body).toContain('id="reason-error"');
    expect((await send('RS', made, 'recusal', { reason: 'family' })).status).toBe(303);
    expect(await sideOf(made, 'RS')).toMatchObject({ state: 'pending', held_by: null, recused: [who('RS')] });
    expect((await decide('RS', made, 'approve').catch(() => null))?.status ?? 403).toBe(403);
    const denied = await scene.api('RS', `/approvals/${made.decision}/decision`, {
      body: { country: 'RS', verdict: 'approve' },
    });
    expect(denied).toMatchObject({ status: 403, body: { reason: 'recused' } });
    // That they are bound is seen by both sides, why by their own.
    expect((await scene.browser('RS two').open(page(made))).body).toContain('recused (Family)');
    const across = (await scene.browser('RU').open(page(made))).body;
    expect(across).toContain('Recused');
    expect(across).not.toContain('(Family)');
    // Whoever is bound names nobody, and nobody names whoever is bound, or an officer of the other country.
    expect(
      await scene.api('RS', `/approvals/${made.decision}/delegate`, {
        body: { country: 'RS', delegate: who('RS two') },
      }),
    ).toMatchObject({ status: 403, body: { reason: 'recused' } });
    for (const wrong of [who('RS'), who('RU')]) {
      const answer = await scene.api('RS two', `/approvals/${made.decision}/delegate`, {
        body: { country: 'RS', delegate: wrong },
      });
      expect(answer.status).toBe(422);
    }
    // On the other side somebody is named, and the others leave it to them.
    expect((await send('RU', made, 'delegate', { delegate: who('RU two') })).status).toBe(303);
    const left = await scene.api('RU', `/approvals/${made.decision}/decision`, {
      body: { country: 'RU', verdict: 'approve' },
    });
    expect(left).toMatchObject({ status: 403, body: { reason: 'delegated_to_another' } });
    expect((await decide('RU two', made, 'approve')).status).toBe(303);
    expect(await told(made)).not.toContain('decision.nobody_free');
    // The world has one more officer of each country; without them nobody is left.
    const { rows } = await scene.http.owner.query<{ id: Id }>(
      `update role_grants set revoked_at = now() where role = 'ministry_officer' and country = 'RS'
         and not person_id = any ($1) returning id`,
      [[who('RS'), who('RS two')]],
    );
    expect((await send('RS two', made, 'recusal', { reason: 'other' })).status).toBe(303);
    expect((await told(made)).filter((type) => type === 'decision.nobody_free')).toHaveLength(1);
    expect((await scene.browser('RS two').open(page(made))).body).toContain('Nobody on your side is left');
    await scene.http.owner.query('update role_grants set revoked_at = null where id = any ($1)', [
      rows.map(({ id }) => id),
    ]);
  });

  it('is reminded of and told above by the clock, which decides nothing', async () => {
    const slug = await callFor(1);
    const made = await beforeBoth('student', slug);
    await decide('RS', made, 'approve');
    const clock = new SettableClock(new Date(Date.now() + 10 * 86_400_000));
    const keep = scene.http.app.get(KeepDecisions);
    await keep.run(clock);
    await keep.run(clock);
    expect((await told(made)).filter((type) => type.startsWith('decision.due_soon'))).toHaveLength(1);
    clock.set(new Date(Date.now() + 15 * 86_400_000));
    await keep.run(clock);
    await keep.run(clock);
    expect((await told(made)).filter((type) => type === 'decision.overdue')).toHaveLength(1);
    expect(await sideOf(made, 'RU')).toMatchObject({ state: 'pending' });
    expect(await stateOf(made)).toBe('eligible');
    expect((await scene.browser('RS').open(page(made))).body).toContain('Overdue, told on');
    // It still can speak.
    expect((await decide('RU', made, 'approve_with_conditions', CONDITION)).status).toBe(303);
    await accept('student', made);
    clock.set(new Date(Date.now() + 29 * 86_400_000));
    await keep.run(clock);
    clock.set(new Date(Date.now() + 40 * 86_400_000));
    await keep.run(clock);
    await keep.run(clock);
    expect((await told(made)).filter((type) => type.includes('condition_'))).toEqual([
      'decision.condition_due_soon',
      'decision.condition_overdue',
    ]);
    expect(await stateOf(made)).toBe('conditions_pending');
  });
});

describe('the silence of a side', () => {
  const itemsOf = async ({ decision }: Made) => {
    const { rows } = await scene.http.owner.query<{ origin: string; tabled_by: Id | null }>(
      'select origin, tabled_by from commission_items where decision_id = $1',
      [decision],
    );
    return rows;
  };
  const after = (days: number) => new SettableClock(new Date(Date.now() + days * 86_400_000));

  it('comes before the joint commission where the call says so, once, and is never a yes', async () => {
    const slug = await callFor(1, { tabledAfterDays: 7 });
    const made = await beforeBoth('student', slug);
    await decide('RS', made, 'approve');
    const call = (await scene.browser('student').open(`/calls/${slug}`)).body;
    expect(call).toContain('within 7 further days either, the matter comes before the joint commission');
    expect(call).toContain('Nothing is decided by that: the nomination waits.');
    for (const [name, address] of [
      ['student', `/applications/${made.id}`],
      ['home', `/applications/${made.id}/review`],
      ['RU', page(made)],
    ] as const) {
      expect((await scene.browser(name).open(address)).body).toContain(
        'the matter comes before the joint commission',
      );
    }
    const keep = scene.http.app.get(KeepDecisions);
    for (const days of [15, 15, 20, 20]) await keep.run(after(days));
    expect(await itemsOf(made)).toEqual([]);
    for (const days of [22, 22, 23]) await keep.run(after(days));
    expect(await itemsOf(made)).toEqual([{ origin: 'overdue', tabled_by: null }]);
    expect((await told(made)).filter((type) => type === 'decision.silent')).toHaveLength(1);
    const { rows } = await scene.http.owner.query(
      "select 1 from audit_entries where subject_id = $1 and action = 'decision.silent'",
      [made.decision],
    );
    expect(rows).toHaveLength(1);
    expect(await sideOf(made, 'RU')).toMatchObject({ state: 'pending' });
    expect(await stateOf(made)).toBe('eligible');
    expect((await scene.browser('student').open(`/applications/${made.id}`)).body).toContain(
      'has been before the joint commission since',
    );
    // It still can speak.
    expect((await decide('RU', made, 'approve')).status).toBe(303);
    expect(await stateOf(made)).toBe('offered');
  });

  it('is told and tables nothing where the call says nothing of it', async () => {
    const made = await beforeBoth('student', await callFor(1));
    await decide('RS', made, 'approve');
    expect((await scene.browser('RU').open(page(made))).body).toContain('Silence is never a yes.');
    for (const days of [15, 200, 200]) await scene.http.app.get(KeepDecisions).run(after(days));
    expect((await told(made)).filter((type) => type === 'decision.overdue')).toHaveLength(1);
    expect(await itemsOf(made)).toEqual([]);
    expect(await stateOf(made)).toBe('eligible');
  });
});

it('where nobody of a side is free when a decision opens, it is told at once, and to that side only', async () => {
  const slug = await callFor(1);
  const { rows } = await scene.http.owner.query<{ id: Id }>(
    `update role_grants set revoked_at = now() where role = 'ministry_officer' and country = 'RU' and revoked_at is null
     returning id`,
  );
  const made = await beforeBoth('student', slug).finally(() =>
    scene.http.owner.query('update role_grants set revoked_at = null where id = any ($1)', [
      rows.map(({ id }) => id),
    ]),
  );
  const { rows: blocked } = await scene.http.owner.query<{ country: string }>(
    'select country from decision_sides where decision_id = $1 and blocked_at is not null',
    [made.decision],
  );
  expect(blocked).toEqual([{ country: 'RU' }]);
  expect((await told(made)).filter((type) => type === 'decision.nobody_free')).toHaveLength(1);
  // Somebody is free again: the clock takes it back.
  await scene.http.app.get(KeepDecisions).run(new SettableClock(new Date(Date.now() + 10 * 86_400_000)));
  expect(await sideOf(made, 'RU')).toMatchObject({ blocked_at: null });
});

it('many at once are checked first, each decided by itself, and what moved since is left alone', async () => {
  const slug = await callFor(1);
  const [fresh, gone, moved] = [
    await beforeBoth('student', slug),
    await beforeBoth('second', slug),
    await beforeBoth('student', await callFor(1)),
  ];
  await decide('RS', gone, 'approve');
  await decide('RU', fresh, 'approve');
  const picked = [fresh, gone, moved].map(({ decision }) => ['select', decision] as const);
  const list = await scene.browser('RS').open('/approvals');
  expect(list.body).toContain(`name="select" value="${fresh.decision}"`);
  const unsaid = await scene.send('RS', list, '/approvals/bulk', picked);
  expect(unsaid.status).toBe(303);
  const check = await scene.send('RS', list, '/approvals/bulk', [...picked, ['verdict', 'approve']]);
  expect(check.status).toBe(200);
  expect(check.body).toContain('both countries then agree');
  expect(check.body).toContain('This has already been decided.');
  const seen = [...check.body.matchAll(/name="seen" value="([^"]+)"/g)].map(([, value]) => value ?? '');
  expect(seen).toEqual([`${fresh.decision} approved`, `${moved.decision} pending`]);
  // Nothing was decided by looking.
  expect(await stateOf(fresh)).toBe('eligible');
  await decide('RU', moved, 'reject', { reasonCode: 'other', reasonText: 'No.' });
  const done = await scene.send('RS', check, '/approvals/bulk/decision', [
    ['verdict', 'approve'],
    ...seen.map((line) => ['seen', line] as const),
  ]);
  expect(done.status).toBe(200);
  expect(done.body).toContain('Both countries agree');
  expect(await stateOf(fresh)).toBe('offered');
  expect(await stateOf(moved)).toBe('eligible');
  // A refusal of many needs its reason as one does; by the API as by the pages.
  const refusal = await scene.send('RS', '/approvals', '/approvals/bulk/decision', {
    verdict: 'reject',
    seen: `${moved.decision} rejected`,
  });
  expect(refusal.status).toBe(422);
  expect(refusal.body).toContain('href="#field-reasonCode"');
  const body = { decisions: [moved.decision, gone.decision], verdict: 'reject' };
  expect((await scene.api('RS', '/approvals/bulk-decisions', { body })).status).toBe(422);
  expect(await scene.api('RS', '/approvals/bulk-checks', { body })).toMatchObject({
    status: 200,
    body: { items: [{ outcome: 'agreed_no', reason: null }, { reason: 'already_decided' }] },
  });
  const reasoned = { ...body, reasonCode: 'funding', reasonText: 'No money.' };
  expect(await scene.api('RS', '/approvals/bulk-decisions', { body: reasoned })).toMatchObject({
    status: 200,
    body: {
      items: [
        { outcome: 'agreed_no', reason: null },
        { outcome: null, reason: 'already_decided' },
      ],
    },
  });
  for (const tab of ['mine', 'overdue', 'returned', 'decided', 'divergent']) {
    expect((await scene.browser('RS').open(`/approvals?tab=${tab}`)).status).toBe(200);
  }
});
