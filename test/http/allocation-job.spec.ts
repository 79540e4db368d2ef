import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { PublishProvisional, RunAllocation } from '../../src/allocation/public.js';
import { ReckonBeside } from '../../src/allocation/operations/reckon-beside.js';
import { WorkOffAllocations } from '../../src/allocation/operations/work-off-allocations.js';
import { WithdrawApplication } from '../../src/applications/public.js';
import { SettableClock, systemClock } from '../../src/shared/clock.js';
import type { Id } from '../../src/shared/ids.js';
import { actingAs } from '../factories/acting.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { OfficeScene } from './office-scene.js';
import { assessedCall } from './selection-scene.js';
import type { Applying } from './selection-scene.js';

/** Large calls are reckoned beside everything else: asked for, watched, cancelled, taken up by another worker. */

const SIX: readonly Applying[] = [
  { home: 'belgrade', choices: [0, 1], points: 90 },
  { home: 'novi_sad', choices: [0], points: 60 },
  { home: 'belgrade', choices: [0, 1], points: 80 },
  { home: 'belgrade', choices: [1, 0], points: 80 },
  { home: 'novi_sad', choices: [1], points: 80 },
  { home: 'belgrade', choices: [0], points: 30 },
];

let scene: OfficeScene;

beforeAll(async () => {
  scene = await OfficeScene.start();
  await scene.signIn('admin', 'admin@rs.demo', { role: 'programme_administrator', scope: {} });
  await scene.signIn('ministry', 'ministry@rs.demo', { role: 'ministry_officer', scope: { country: 'RS' } });
}, 120_000);

afterAll(async () => {
  await expectInvariants(scene.http.owner);
  await scene.stop();
});

const administrator = () => actingAs(scene.http.app, scene.people['admin'] ?? '');
const worker = () => scene.http.app.get(WorkOffAllocations);
/** From now on every call is so large that it is reckoned beside. */
const large = () => jest.spyOn(scene.http.app.get(ReckonBeside), 'isLarge').mockReturnValue(true);

async function job(callId: Id): Promise<{ id: Id; state: string; run_id: Id | null; share: number }> {
  const { rows } = await scene.http.owner.query<{ id: Id; state: string; run_id: Id | null; share: number }>(
    'select * from allocation_jobs where call_id = $1 order by asked_at desc limit 1',
    [callId],
  );
  return rows[0] ?? { id: '', state: 'none', run_id: null, share: 0 };
}

async function runs(callId: Id): Promise<readonly Record<string, unknown>[]> {
  const { rows } = await scene.http.owner.query<Record<string, unknown>>(
    'select * from allocation_runs where call_id = $1 order by number',
    [callId],
  );
  return rows;
}

describe('a dry run of a large call', () => {
  it('is left to the worker, watched by events and by reloading, and gives what a small one gives', async () => {
    const call = await assessedCall(scene, [[2, 1], [2]], SIX);
    const page = `/admin/calls/${call.callId}/allocation`;
    const small = await scene.http.app.get(RunAllocation).run(await administrator(), call.callId);
    const spy = large();
    try {
      expect((await scene.send('admin', page, `${page}/run`)).status).toBe(303);
      // Asked twice it is one.
      expect((await scene.send('admin', page, `${page}/run`)).status).toBe(303);
      const asked = await job(call.callId);
      expect(asked.state).toBe('waiting');
      const waiting = await scene.browser('admin').open(`${page}?lang=en`);
      expect(waiting.body).toContain('<progress');
      expect(waiting.body).toContain(`data-progress="${page}/jobs/${asked.id}/events"`);
      const looking = await scene.browser('ministry').open(`${page}?lang=en`);
      expect(looking.body).toContain('<progress');
      expect(looking.body).not.toContain(`${page}/jobs/${asked.id}/cancel`);
      expect((await scene.send('ministry', '/?lang=en', `${page}/jobs/${asked.id}/cancel`)).status).toBe(403);

      const events = scene.browser('admin').open(`${page}/jobs/${asked.id}/events`);
      await worker().perform(systemClock, asked.id);
      const told = (await events).body.split('\n\n').filter(Boolean);
      expect(told.at(-1)).toBe('data: {"state":"done","percent":100}');
      expect((await scene.http.browser().open(`${page}/jobs/${asked.id}/events`)).body).not.toContain(
        'data:',
      );

      const [, second, ...more] = await runs(call.callId);
      expect(more).toEqual([]);
      expect(second).toMatchObject({
        id: (await job(call.callId)).run_id,
        ran_by: scene.people['admin'],
        input_hash: small.inputHash,
        output_hash: small.outputHash,
        output: small.output,
      });
      expect((await scene.browser('admin').open(`${page}?lang=en`)).body).not.toContain('<progress');
      // Delivered once more it does nothing.
      await worker().perform(systemClock, asked.id);
      expect(await runs(call.callId)).toHaveLength(2);
    } finally {
      spy.mockRestore();
    }
  }, 120_000);

  it('is cancelled before and in the middle, and keeps nothing then', async () => {
    const call = await assessedCall(scene, [[2]], SIX.slice(0, 3));
    const page = `/admin/calls/${call.callId}/allocation`;
    const spy = large();
    try {
      const running = scene.http.app.get(RunAllocation);
      expect(await running.ask(await administrator(), call.callId)).toBeNull();
      const first = await job(call.callId);
      expect((await scene.send('admin', page, `${page}/jobs/${first.id}/cancel`)).status).toBe(303);
      expect((await job(call.callId)).state).toBe('cancelled');
      await worker().perform(systemClock, first.id);
      expect(await runs(call.callId)).toEqual([]);

      await running.ask(await administrator(), call.callId);
      const second = await job(call.callId);
      const beside = scene.http.app.get(ReckonBeside);
      const reckon = beside.reckon.bind(beside);
      const late = jest.spyOn(beside, 'reckon').mockImplementation(async (...of) => {
        const reckoned = await reckon(...of);
        await scene.send('admin', page, `${page}/jobs/${second.id}/cancel`);
        return reckoned;
      });
      await worker().perform(systemClock, second.id);
      late.mockRestore();
      expect((await job(call.callId)).state).toBe('cancelled');
      expect(await runs(call.callId)).toEqual([]);
      // The thread itself is stopped where nobody wants its answer.
      await expect(running.run(await administrator(), call.callId, () => false)).rejects.toMatchObject({
        reason: 'reckoning_cancelled',
      });
    } finally {
      spy.mockRestore();
    }
  }, 120_000);

  it('is taken up by another worker where the one that reckoned it fell silent', async () => {
    const call = await assessedCall(scene, [[2]], SIX.slice(0, 3));
    const spy = large();
    try {
      await scene.http.app.get(RunAllocation).ask(await administrator(), call.callId);
      const { id } = await job(call.callId);
      await scene.http.owner.query(
        "update allocation_jobs set state = 'running', share = 0.4, beat_at = now() where id = $1",
        [id],
      );
      await worker().takeUpSilent(systemClock);
      expect((await job(call.callId)).state).toBe('running');
      await worker().takeUpSilent(new SettableClock(new Date(Date.now() + 120_000)));
      expect((await job(call.callId)).state).toBe('done');
      expect(await runs(call.callId)).toHaveLength(1);
    } finally {
      spy.mockRestore();
    }
  }, 120_000);
});

describe('the list of a large call', () => {
  it('is reckoned before the act that publishes it, and refused where anything changed meanwhile', async () => {
    const call = await assessedCall(scene, [[2, 1], [2]], SIX);
    const { app, owner } = scene.http;
    const small = await app.get(RunAllocation).run(await administrator(), call.callId);
    const spy = large();
    const beside = app.get(ReckonBeside);
    const reckon = beside.reckon.bind(beside);
    const [, leaving = ''] = call.applications;
    const { rows } = await owner.query<{ applicant_id: Id }>(
      'select applicant_id from applications where id = $1',
      [leaving],
    );
    const changing = jest.spyOn(beside, 'reckon').mockImplementationOnce(async (...of) => {
      const reckoned = await reckon(...of);
      await app.get(WithdrawApplication).run(scene.as(rows[0]?.applicant_id ?? ''), leaving);
      return reckoned;
    });
    try {
      await expect(
        app.get(PublishProvisional).publish(await administrator(), call.callId),
      ).rejects.toMatchObject({ reason: 'selection_changed' });
      const { rows: lists } = await owner.query('select id from allocation_lists where call_id = $1', [
        call.callId,
      ]);
      expect(lists).toEqual([]);
      await app.get(PublishProvisional).publish(await administrator(), call.callId);
      const published = await runs(call.callId);
      expect(published.at(-1)).toMatchObject({ purpose: 'provisional' });
      expect(published.at(-1)?.['input_hash']).not.toBe(small.inputHash);
      const { rows: entries } = await owner.query<{ explanation: unknown[] }>(
        `select e.explanation from allocation_entries e join allocation_lists l on l.id = e.list_id where l.call_id = $1`,
        [call.callId],
      );
      expect(entries).toHaveLength(5);
      expect(entries.every(({ explanation }) => explanation.length > 0)).toBe(true);
    } finally {
      changing.mockRestore();
      spy.mockRestore();
    }
  }, 120_000);
});
