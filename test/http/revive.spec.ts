import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  KeepDeadlines,
  ReviveApplication,
  StartApplication,
  SubmitApplication,
  WithdrawApplication,
} from '../../src/applications/public.js';
import { SettableClock } from '../../src/shared/clock.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { insertRows, personRow } from '../factories/rows.js';
import { OfficeScene } from './office-scene.js';

/** What was withdrawn is taken up again until the deadline by the clock of the call, and never after. */

let scene: OfficeScene;
let home: Id;

beforeAll(async () => {
  scene = await OfficeScene.start();
  home = await scene.world.institution('university-of-belgrade');
  const host = await scene.world.institution('lomonosov-moscow-state-university');
  await scene.signIn('home', 'coordinator@bg.rs.demo', {
    role: 'coordinator',
    scope: { institution_id: home },
  });
  await scene.signIn('host', 'coordinator@msu.ru.demo', {
    role: 'coordinator',
    scope: { institution_id: host },
  });
  await scene.signIn('student', 'student@rs.demo');
}, 120_000);

afterAll(async () => {
  await expectInvariants(scene.http.owner);
  await scene.stop();
});

async function call(changes: object = {}): Promise<{ readonly slug: string; readonly id: Id }> {
  const slug = `revive-${newId()}`;
  return { slug, id: await scene.world.publishedCall({ slug, ...changes }) };
}

async function applicant(): Promise<Id> {
  const person = newId();
  await insertRows(scene.http.owner, 'persons', [{ ...personRow(person, 'RS'), home_institution_id: home }]);
  return person;
}

const op = <T>(token: new (...args: never[]) => T): T => scene.http.app.get<T>(token);
const at = (person: Id, instant: Date) => ({ ...scene.as(person), clock: new SettableClock(instant) });

async function standing(id: Id) {
  const { rows } = await scene.http.owner.query<{
    state: string;
    number: string | null;
    transferred_at: Date | null;
  }>('select state, number, transferred_at from applications where id = $1', [id]);
  return rows[0];
}

async function deadlineOf(id: Id): Promise<Date> {
  const { rows } = await scene.http.owner.query<{ until: Date }>(
    `select closes_at + grace_minutes * interval '1 minute' as until from calls where id = $1`,
    [id],
  );
  return rows[0]?.until ?? new Date(0);
}

describe('an application that was withdrawn', () => {
  it('is submitted as it was, at home and nowhere else, with its number', async () => {
    const { slug } = await call();
    const [id = ''] = await scene.submitted(slug, home, 1);
    const before = await standing(id);
    const { rows } = await scene.http.owner.query<{ id: Id }>(
      'select p.id from call_places p join calls c on c.id = p.call_id where c.slug = $1',
      [slug],
    );
    await scene.api('home', `/applications/${id}/nominate`, { body: { placeId: rows[0]?.id } });
    expect((await scene.api(id, `/applications/${id}/withdraw`, { method: 'POST' })).status).toBe(204);
    expect((await scene.api('home', `/applications/${id}/revive`, { method: 'POST' })).status).toBe(403);
    const revived = await Promise.all(
      Array.from({ length: 6 }, () => scene.api(id, `/applications/${id}/revive`, { method: 'POST' })),
    );
    expect(revived.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(revived.filter(({ status }) => status === 409)).toHaveLength(5);
    expect(await standing(id)).toEqual({ state: 'submitted', number: before?.number, transferred_at: null });
    expect((await scene.api('host', `/applications/${id}`)).status).toBe(404);
    // The home institution decides anew.
    expect(
      (await scene.api('home', `/applications/${id}/nominate`, { body: { placeId: rows[0]?.id } })).status,
    ).toBe(204);
    const { rows: events } = await scene.http.owner.query(
      "select 1 from outbox_events where subject_id = $1 and type = 'application.revived'",
      [id],
    );
    expect(events).toHaveLength(1);
  });

  it('is a draft again where it never was submitted, on pages without JavaScript', async () => {
    const { slug } = await call();
    await scene.http.owner.query('update persons set home_institution_id = $2 where id = $1', [
      scene.people.student,
      home,
    ]);
    const id = await scene.draft(scene.people.student ?? '', slug);
    const page = `/applications/${id}`;
    await scene.send('student', `${page}/withdraw`, `${page}/withdraw`);
    const status = await scene.browser('student').open(page);
    expect(status.body).toContain('you can take it up again');
    const ask = await scene.browser('student').open(`${page}/revive`);
    expect(ask.body).toContain('The application is a draft again');
    expect((await scene.send('student', ask, `${page}/revive`)).status).toBe(303);
    expect(await standing(id)).toMatchObject({ state: 'draft', number: null });
    // A second click says where it stands.
    const again = await scene.browser('student').follow(await scene.send('student', ask, `${page}/revive`));
    expect(again.status).toBe(200);
    await op(SubmitApplication).run(scene.as(scene.people.student ?? ''), id);
    expect(await standing(id)).toMatchObject({ state: 'submitted' });
  });

  it('stays where another one was begun in its place', async () => {
    const { slug } = await call();
    const person = await applicant();
    const id = await scene.draft(person, slug);
    await op(WithdrawApplication).run(scene.as(person), id);
    await op(StartApplication).run(scene.as(person), slug);
    await expect(op(ReviveApplication).run(scene.as(person), id)).rejects.toMatchObject({
      code: 'conflict',
      reason: 'other_application',
    });
    // Both at once: one of them, never two.
    const second = await call();
    const other = await scene.draft(person, second.slug);
    await op(WithdrawApplication).run(scene.as(person), other);
    await Promise.allSettled([
      op(ReviveApplication).run(scene.as(person), other),
      op(StartApplication).run(scene.as(person), second.slug),
    ]);
    const { rows } = await scene.http.owner.query(
      "select 1 from applications where call_id = $1 and applicant_id = $2 and state <> 'withdrawn'",
      [second.id, person],
    );
    expect(rows).toHaveLength(1);
  });

  it.each(['Europe/Belgrade', 'Europe/Moscow', 'Asia/Vladivostok'])(
    'comes back a second before the deadline in %s, and never from it on',
    async (timeZone) => {
      const { slug, id: callId } = await call({ timeZone });
      const person = await applicant();
      const id = await scene.draft(person, slug);
      await op(SubmitApplication).run(scene.as(person), id);
      const until = await deadlineOf(callId);
      const withdraw = () => op(WithdrawApplication).run(scene.as(person), id);
      const revive = (offset: number) =>
        op(ReviveApplication).run(at(person, new Date(until.getTime() + offset)), id);
      await withdraw();
      await expect(revive(0)).rejects.toMatchObject({ code: 'too_late', reason: 'call_closed' });
      await expect(revive(1000)).rejects.toMatchObject({ code: 'too_late' });
      expect(await standing(id)).toMatchObject({ state: 'withdrawn' });
      expect(await revive(-1000)).toBe('submitted');
    },
  );

  it('closes with its call, where a draft came back in its last second', async () => {
    const { slug, id: callId } = await call();
    const person = await applicant();
    const id = await scene.draft(person, slug);
    const until = await deadlineOf(callId);
    await op(WithdrawApplication).run(scene.as(person), id);
    await Promise.allSettled([
      op(ReviveApplication).run(at(person, new Date(until.getTime() - 1000)), id),
      op(KeepDeadlines).run(new SettableClock(new Date(until.getTime() + 1000))),
    ]);
    await op(KeepDeadlines).run(new SettableClock(new Date(until.getTime() + 1000)));
    expect(await standing(id)).toMatchObject({ state: 'never_submitted' });
  });
});
