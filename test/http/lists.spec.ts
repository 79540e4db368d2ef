import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { AnswerOffer, RankedRoute } from '../../src/applications/public.js';
import {
  ProposeFinal,
  PublishFinal,
  PublishProvisional,
  RunAllocation,
} from '../../src/allocation/public.js';
import { contentHash } from '../../src/shared/content-hash.js';
import type { Hashable } from '../../src/shared/content-hash.js';
import type { Id } from '../../src/shared/ids.js';
import { actingAs } from '../factories/acting.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { OfficeScene } from './office-scene.js';
import { assessedCall } from './selection-scene.js';
import type { Applying } from './selection-scene.js';

/** The lists of a ranked call: reckoned, published, made final, offered. */

let scene: OfficeScene;

beforeAll(async () => {
  scene = await OfficeScene.start();
  await scene.signIn('admin', 'admin@rs.demo', { role: 'programme_administrator', scope: {} });
}, 120_000);

afterAll(async () => {
  await expectInvariants(scene.http.owner);
  await scene.stop();
});

const administrator = () => actingAs(scene.http.app, scene.people['admin'] ?? '');

/** Twelve who apply for four places: one with a seat that is kept for Novi Sad, one with a tie for its last seat. */
const TWELVE: readonly Applying[] = [
  { home: 'belgrade', choices: [0, 1], points: 95 },
  { home: 'belgrade', choices: [0, 1], points: 90 },
  { home: 'novi_sad', choices: [0, 2], points: 60 },
  { home: 'belgrade', choices: [0], points: 85 },
  { home: 'belgrade', choices: [1], points: 80 },
  { home: 'novi_sad', choices: [1], points: 80 },
  { home: 'belgrade', choices: [2], points: 70 },
  { home: 'belgrade', choices: [2, 3], points: 50 },
  { home: 'novi_sad', choices: [3], points: 45 },
  { home: 'belgrade', choices: [3], points: 40 },
  { home: 'belgrade', choices: [3, 0], points: 30 },
  { home: 'novi_sad', choices: [2], points: 20 },
];

async function states(ids: readonly Id[]) {
  const { rows } = await scene.http.owner.query<{
    id: Id;
    state: string;
    result: string | null;
    reserve_number: number | null;
    place_id: Id | null;
    place_reserve: string | null;
  }>('select * from applications where id = any ($1)', [ids]);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id));
}

async function lists(callId: Id) {
  const { rows } = await scene.http.owner.query<{
    id: Id;
    kind: string;
    content: Hashable;
    content_hash: string;
    run_id: Id;
  }>('select * from allocation_lists where call_id = $1 order by made_at', [callId]);
  return rows;
}

async function events(callId: Id, type: string): Promise<number> {
  const { rows } = await scene.http.owner.query<{ count: string }>(
    "select count(*) from outbox_events where type = $2 and payload->>'callId' = $1",
    [callId, type],
  );
  return Number(rows[0]?.count);
}

describe('a ranked call', () => {
  it('is led on its pages: tried, published by a button, shown in public without names, explained to each alone', async () => {
    const call = await assessedCall(scene, [[3, 1], [1], [2], [2]], TWELVE);
    const page = `/admin/calls/${call.callId}/allocation`;
    const [first = '', , third = ''] = call.applications;
    const slug = call.slug;
    const before = await scene.browser('admin').open(page);
    expect(before.status).toBe(200);
    // The lot is drawn, and kept from everybody.
    const { rows: seeds } = await scene.http.owner.query<{ seed: string; seed_hash: string }>(
      'select * from selection_seeds where call_id = $1',
      [call.callId],
    );
    expect(before.body).toContain(seeds[0]?.seed_hash);
    expect(before.body).not.toContain(seeds[0]?.seed);
    const awaited = await scene.http.browser().open(`/calls/${slug}/list?lang=en`);
    expect(awaited.body).toContain(seeds[0]?.seed_hash);
    expect(awaited.body).not.toContain(seeds[0]?.seed);

    expect((await scene.send('admin', page, `${page}/run`)).status).toBe(303);
    const tried = await scene.browser('admin').open(page);
    for (const number of call.numbers) expect(tried.body).toContain(number);
    const run = new RegExp(`${page}/runs/[0-9a-f-]+`).exec(tried.body)?.[0] ?? '';
    expect((await scene.browser('admin').open(run)).status).toBe(200);
    const file = await scene.browser('admin').open(`${run}/instance.json`);
    expect(Object.keys((JSON.parse(file.body) as { applicants: object }).applicants).sort()).toEqual(
      [...call.numbers].sort(),
    );

    expect((await scene.send('admin', page, `${page}/publish_provisional`)).status).toBe(303);
    const again = await scene.send('admin', page, `${page}/publish_provisional`);
    expect(again.status).toBe(409);
    const list = await scene.http.browser().open(`/calls/${slug}/list?lang=en`);
    expect(list.status).toBe(200);
    for (const number of call.numbers) expect(list.body).toContain(number);
    expect(list.body).not.toContain('Јовић');
    const resource = await fetch(`${scene.http.url}/api/v1/calls/${slug}/list`);
    expect(await resource.json()).toMatchObject({ kind: 'provisional', seed: seeds[0]?.seed });

    const numbers = await scene.browser('admin').open(`${page}/fairness`);
    expect(numbers.status).toBe(200);
    // Eight come from Belgrade and four from Novi Sad, who are too few to be told apart.
    expect(numbers.body).not.toContain('University of Novi Sad');
    const table = await scene.browser('admin').open(`${page}/fairness.csv`);
    expect(table.body).toContain('By home institution,On the list,Selected,With their first choice');
    expect(table.body).not.toContain(call.numbers[0]);

    // Somebody reads their own place, and nothing of anybody else.
    await scene.http.signedIn('student@rs.demo');
    await scene.http.owner.query(
      `update identities set person_id = (select applicant_id from applications where id = $1)
       where person_id = (select id from persons where email = 'student@rs.demo')`,
      [third],
    );
    const student = await scene.http.signedIn('student@rs.demo');
    const place = await student.open(`/applications/${third}/ranking?lang=en`);
    expect(place.status).toBe(200);
    expect(place.body).toContain('You get this place');
    expect(place.body).toContain('Kept for “For Novi Sad”');
    expect(place.body).toContain('Write the appeal');
    for (const number of call.numbers.filter((each) => each !== call.numbers[2])) {
      expect(place.body).not.toContain(number);
    }
    expect((await student.open(`/applications/${first}/ranking`)).status).toBe(404);

    const own = await scene.api(third, `/applications/${third}/ranking`);
    expect(own.body).toMatchObject({ kind: 'provisional', result: 'selected', points: 60_000 });
    expect((await scene.api(first, `/applications/${third}/ranking`)).status).toBe(404);
    // For a fault of its own the list is taken back, with words for everybody on it; it is kept, and made anew with the same lot.
    expect((await scene.send('admin', page, `${page}/reopen`, { reason: ' ' })).status).toBe(422);
    const why = 'Поени једног мерила погрешно су сабрани.';
    expect((await scene.send('admin', page, `${page}/reopen`, { reason: why })).status).toBe(303);
    expect((await states(call.applications)).every((each) => each?.state === 'scored' && !each.result)).toBe(
      true,
    );
    expect(await events(call.callId, 'application.recalled')).toBe(12);
    expect((await scene.http.browser().open(`/calls/${slug}/list?lang=en`)).body).toContain('made anew');
    expect((await scene.send('admin', page, `${page}/publish_provisional`)).status).toBe(303);
    const [former, anew] = await lists(call.callId);
    expect(former).toMatchObject({ set_aside_reason: why });
    expect(anew).toMatchObject({ content: former?.content, set_aside_at: null });
    // The final list waits for the time of appeals, and says so.
    const early = await scene.send('admin', page, `${page}/propose_final`);
    expect(early.status).toBe(422);
    expect(early.body).toContain('The time for appeals is still running');
  }, 120_000);

  it('is published wholly or not at all: killed in the middle, and done again, it is the same list, told once', async () => {
    const call = await assessedCall(scene, [[3, 1], [1], [2], [2]], TWELVE);
    const { app, owner } = scene.http;
    const request = await administrator();
    const dry = await app.get(RunAllocation).run(request, call.callId);
    const route = app.get(RankedRoute);
    const announce = route.announce.bind(route);
    let told = 0;
    const spy = jest.spyOn(route, 'announce').mockImplementation(async (ctx, application, listed) => {
      await announce(ctx, application, listed);
      told += 1;
      if (told !== 6) return;
      const [backend] = await ctx.tx.query<{ pid: number }[]>('select pg_backend_pid() as pid');
      await owner.query('select pg_terminate_backend($1)', [backend?.pid]);
    });
    await expect(app.get(PublishProvisional).publish(request, call.callId)).rejects.toThrow();
    spy.mockRestore();
    expect(told).toBeGreaterThanOrEqual(6);
    expect((await states(call.applications)).map((each) => each?.state)).toEqual(TWELVE.map(() => 'scored'));
    expect(await lists(call.callId)).toEqual([]);
    expect(await events(call.callId, 'application.announced')).toBe(0);
    const seed = await owner.query('select revealed_at from selection_seeds where call_id = $1', [
      call.callId,
    ]);
    expect(seed.rows).toEqual([{ revealed_at: null }]);

    await app.get(PublishProvisional).publish(request, call.callId);
    const [list] = await lists(call.callId);
    expect(list?.content).toMatchObject({ outputHash: dry.outputHash, inputHash: dry.inputHash });
    expect(await events(call.callId, 'application.announced')).toBe(12);
  }, 120_000);

  it('draws a lot for trials alone while somebody is still to be assessed, and publishes nothing', async () => {
    const people = TWELVE.map((each, index) => (index === 5 ? { ...each, points: null } : each));
    const call = await assessedCall(scene, [[3, 1], [1], [2], [2]], people);
    const { app } = scene.http;
    const request = await administrator();
    const dry = await app.get(RunAllocation).run(request, call.callId);
    const { rows } = await scene.http.owner.query<{ seed: string }>(
      'select seed from selection_seeds where call_id = $1',
      [call.callId],
    );
    expect(dry.trial).toBe(true);
    // Another trial draws another lot, and tells who moves by it at most: nobody who is ahead by points.
    const again = await app.get(RunAllocation).try(request, call.callId);
    expect(again.run.number).toBe(2);
    expect(again.moved).not.toContain(call.numbers[0]);
    await expect(app.get(RunAllocation).try(request, 'x')).rejects.toMatchObject({ code: 'not_found' });
    expect(dry.seed).not.toBe(rows[0]?.seed);
    await expect(app.get(PublishProvisional).publish(request, call.callId)).rejects.toMatchObject({
      reason: 'selection_unfinished',
      blockers: [{ code: 'selection_waits_in_review', values: { count: 1 } }],
    });
  }, 120_000);

  it('is reckoned, published, made final and offered; a decline goes to the next who waits', async () => {
    const call = await assessedCall(scene, [[3, 1], [1], [2], [2]], TWELVE);
    const { app, owner } = scene.http;
    const request = await administrator();

    const dry = await app.get(RunAllocation).run(request, call.callId);
    expect(dry.trial).toBe(false);
    expect((await states(call.applications)).map((each) => each?.state)).toEqual(TWELVE.map(() => 'scored'));

    await app.get(PublishProvisional).publish(request, call.callId);
    const [provisional] = await lists(call.callId);
    expect(contentHash(provisional?.content)).toBe(provisional?.content_hash);
    const after = await states(call.applications);
    expect(after.every((each) => each?.state === 'provisional')).toBe(true);
    expect(await events(call.callId, 'application.announced')).toBe(12);
    // One of the two who are equal got the place, by the lot; the other waits first for it.
    const tied = [after[4], after[5]];
    expect(tied.map((each) => each?.result).sort()).toEqual(['reserve', 'selected']);
    expect(tied.find((each) => each?.result === 'reserve')?.reserve_number).toBe(1);
    // The seat that is kept went to the only one for whom it is, before others with more points.
    expect(after[2]).toMatchObject({ result: 'selected', place_id: call.places[0] });
    expect(after[3]).toMatchObject({ result: 'reserve', reserve_number: 1, place_id: call.places[0] });

    await expect(app.get(ProposeFinal).propose(request, call.callId)).rejects.toMatchObject({
      code: 'blocked',
    });
    await owner.query(
      "update allocation_lists set published_at = now() - interval '9 days', objections_until = now() - interval '1 day' where call_id = $1",
      [call.callId],
    );
    const final = await app.get(ProposeFinal).propose(request, call.callId);
    await expect(app.get(PublishFinal).publish(request, call.callId)).rejects.toMatchObject({
      reason: 'list_not_approved',
    });
    await scene.world.approve(final);
    await app.get(PublishFinal).publish(request, call.callId);
    const offered = await states(call.applications);
    expect(offered[0]).toMatchObject({ state: 'offered', place_id: call.places[0], place_reserve: null });
    expect(offered[2]).toMatchObject({ state: 'offered', place_reserve: 'novi_sad' });
    expect(offered[3]).toMatchObject({ state: 'final', result: 'reserve' });
    expect(offered[11]).toMatchObject({ state: 'final', result: 'reserve' });

    // The kept seat is given back: nobody else from Novi Sad waits, and the call opens what nobody claims.
    const declining = call.applications[2] ?? '';
    const { rows } = await owner.query<{ applicant_id: Id }>(
      'select applicant_id from applications where id = $1',
      [declining],
    );
    await app.get(AnswerOffer).decline(scene.as(rows[0]?.applicant_id ?? ''), declining);
    const promoted = await states(call.applications);
    expect(promoted[2]?.state).toBe('declined');
    expect(promoted[3]).toMatchObject({ state: 'offered', place_reserve: 'novi_sad', reserve_number: null });
  }, 120_000);
});
