import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AnswerOffer } from '../../src/applications/public.js';
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
