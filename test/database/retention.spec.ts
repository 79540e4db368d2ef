import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SubmitApplication, WithdrawApplication } from '../../src/applications/public.js';
import { RunRetention } from '../../src/privacy/public.js';
import type { RetentionReport } from '../../src/privacy/public.js';
import { SettableClock, systemClock } from '../../src/shared/clock.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import { LONG_AGO, insertRows, personRow } from '../factories/rows.js';
import { OfficeScene } from '../http/office-scene.js';
import { expectInvariants } from './expect-invariants.js';

/** What the clock takes away: the dry run says what the run then does, the second run finds nothing, a hold is a hold. */

const DAY_MS = 86_400_000;
/** Longer than any rule. */
const YEARS_LATER = new SettableClock(new Date(systemClock.now().getTime() + 1200 * DAY_MS));

let scene: OfficeScene;
let ended: Id;
let alive: Id;
let held: Id;

beforeAll(async () => {
  scene = await OfficeScene.start();
  const home = await scene.world.institution('university-of-belgrade');
  const slug = `retention-${newId()}`;
  await scene.world.publishedCall({ slug });
  const apply = async (): Promise<{ readonly id: Id; readonly person: Id }> => {
    const person = newId();
    await insertRows(scene.http.owner, 'persons', [
      { ...personRow(person, 'RS'), home_institution_id: home },
    ]);
    const id = await scene.draft(person, slug);
    await scene.http.app.get(SubmitApplication).run(scene.as(person), id);
    return { id, person };
  };
  const first = await apply();
  ended = first.id;
  await scene.http.app.get(WithdrawApplication).run(scene.as(first.person), first.id);
  ({ id: alive } = await apply());
  const third = await apply();
  held = third.id;
  await scene.http.app.get(WithdrawApplication).run(scene.as(third.person), third.id);
  // Somebody still appeals: its words are evidence.
  await insertRows(scene.http.owner, 'appeals', [
    {
      id: newId(),
      application_id: held,
      call_id: (
        await scene.http.owner.query<{ id: Id }>('select call_id as id from applications where id = $1', [
          held,
        ])
      ).rows[0]?.id,
      applicant_id: third.person,
      home_country: 'RS',
      subject: 'screening',
      result_at: LONG_AGO,
      taken_until: '2099-01-01T00:00:00Z',
      state: 'lodged',
      state_since: LONG_AGO,
      ground: 'procedure',
      revision: 1,
      created_at: LONG_AGO,
      lodged_at: LONG_AGO,
      admit_until: '2099-01-01T00:00:00Z',
      decide_until: '2099-01-01T00:00:00Z',
      panel_size: 3,
    },
  ]);
  const { rows } = await scene.http.owner.query<{ id: string }>('select max(id) as id from outbox_events');
  await insertRows(
    scene.http.owner,
    'mail_messages',
    [first.person, third.person].map((person) => ({
      id: newId(),
      event_id: rows[0]?.id,
      person_id: person,
      address: `${person}@example.org`,
      language: 'sr-Cyrl',
      template: 'submitted',
      data: { said: 'нешто' },
      message_id: `${newId()}@most`,
      state: 'sent',
      queued_at: new Date(),
      sent_at: new Date(),
    })),
  );
}, 120_000);

afterAll(async () => {
  await scene.http.owner.query('delete from appeals');
  await expectInvariants(scene.http.owner);
  await scene.stop();
});

const run = (dry: boolean, clock = YEARS_LATER) => scene.http.app.get(RunRetention).run(clock, { dry });
const counted = ({ lines }: RetentionReport) =>
  lines
    .filter(({ taken, held: kept }) => taken + kept > 0)
    .map(({ category, country, taken, held: kept }) => ({
      category,
      country,
      taken,
      held: kept,
    }));
const words = async (id: Id): Promise<number> => {
  const { rows } = await scene.http.owner.query<{ count: number }>(
    `select (select count(*) from application_sections where application_id = $1)::integer
       + (select count(*) from application_submissions where application_id = $1 and erased_at is null)::integer as count`,
    [id],
  );
  return rows[0]?.count ?? 0;
};

describe('retention', () => {
  it('takes nothing before its time', async () => {
    expect(counted(await run(false, new SettableClock(systemClock.now())))).toEqual([]);
  });

  it('says dry what it then does, leaves what is held, and finds nothing the second time', async () => {
    const due = [
      { category: 'mails', country: null, taken: 2, held: 0 },
      { category: 'ended_applications', country: 'RS', taken: 1, held: 1 },
    ];
    const before = await words(ended);
    expect(before).toBeGreaterThan(0);
    expect(counted(await run(true))).toEqual(due);
    expect(await words(ended)).toBe(before);
    const dry = await run(true);
    expect((await run(false)).lines).toEqual(dry.lines);
    expect(await words(ended)).toBe(0);
    expect(await words(alive)).toBe(await words(held));
    expect(await words(held)).toBeGreaterThan(0);
    expect(counted(await run(false))).toEqual([
      { category: 'ended_applications', country: 'RS', taken: 0, held: 1 },
    ]);
    const { rows } = await scene.http.owner.query(
      'select dry, count(*)::integer as runs from retention_runs where report is not null group by dry order by dry',
    );
    expect(rows).toEqual([
      { dry: false, runs: 3 },
      { dry: true, runs: 2 },
    ]);
    const { rows: mails } = await scene.http.owner.query('select distinct address, data from mail_messages');
    expect(mails).toEqual([{ address: '—', data: {} }]);
  });
});
