import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  ProposeFinal,
  PublishFinal,
  PublishProvisional,
  RunAllocation,
} from '../../src/allocation/public.js';
import {
  AnswerOffer,
  CarryOver,
  ReviveApplication,
  StartApplication,
  WithdrawApplication,
} from '../../src/applications/public.js';
import {
  Calls,
  MoveCall,
  PrepareRound,
  ProposeCall,
  PublishCall,
  freeSeats,
} from '../../src/calls/public.js';
import { Database, systemContext } from '../../src/platform/database/database.js';
import { systemClock } from '../../src/shared/clock.js';
import type { Id } from '../../src/shared/ids.js';
import { actingAs } from '../factories/acting.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { OfficeScene } from './office-scene.js';
import { assessedCall } from './selection-scene.js';
import type { Applying, Assessed } from './selection-scene.js';

/** Places that a final list left unfilled, given in a second round. */

const DAY_MS = 86_400_000;

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

/** Four for two seats of the first place, of which one is kept for Novi Sad; nobody for the second place, which has three. */
const FOUR: readonly Applying[] = [
  { home: 'belgrade', choices: [0], points: 90 },
  { home: 'belgrade', choices: [0], points: 80 },
  { home: 'belgrade', choices: [0], points: 70 },
  { home: 'novi_sad', choices: [0], points: 60 },
];

/** With its final list out and the places on it offered. */
async function finished(
  people = FOUR,
  capacities: Parameters<typeof assessedCall>[1] = [
    [2, 1],
    [3, 1],
  ],
) {
  const call = await assessedCall(scene, capacities, people);
  await finish(call);
  return call;
}

async function finish({ callId }: Pick<Assessed, 'callId'>): Promise<void> {
  const request = await administrator();
  await scene.http.app.get(PublishProvisional).publish(request, callId);
  await scene.http.owner.query(
    "update allocation_lists set published_at = now() - interval '9 days', objections_until = now() - interval '1 day' where call_id = $1 and kind = 'provisional'",
    [callId],
  );
  await scene.world.approve(await scene.http.app.get(ProposeFinal).propose(request, callId));
  await scene.http.app.get(PublishFinal).publish(request, callId);
}

const seatsOf = (callId: Id): Promise<readonly { placeId: Id; reserve: string | null; seats: number }[]> =>
  scene.http.app
    .get(Database)
    .read(systemContext(systemClock), async (ctx) =>
      (await scene.http.app.get(Calls).places(ctx, callId)).flatMap(freeSeats),
    );

async function prepared(callId: Id, newApplicants = false): Promise<Id> {
  const now = Date.now();
  return scene.http.app.get(PrepareRound).prepareRound(await administrator(), callId, {
    seats: await seatsOf(callId),
    opensAt: new Date(now - DAY_MS),
    closesAt: new Date(now + 10 * DAY_MS),
    objectionDays: 3,
    newApplicants,
    stayFrom: '2099-10-01',
    stayUntil: '2100-02-28',
  });
}

async function approved(round: Id): Promise<Id> {
  await scene.http.app.get(ProposeCall).proposeCall(await administrator(), round);
  await scene.world.approve(round);
  return round;
}

const publish = async (round: Id) =>
  scene.http.app.get(PublishCall).publishCall(await administrator(), round);

async function opened(callId: Id, newApplicants = false): Promise<Id> {
  const round = await approved(await prepared(callId, newApplicants));
  await publish(round);
  return round;
}

async function row(table: string, id: Id): Promise<Record<string, unknown>> {
  const { rows } = await scene.http.owner.query<Record<string, unknown>>(
    `select * from ${table} where id = $1`,
    [id],
  );
  return rows[0] ?? {};
}

const applicantOf = async (id: Id) => scene.as(String((await row('applications', id))['applicant_id']));

async function carry(id: Id, places: readonly Id[]): Promise<Id> {
  return scene.http.app.get(CarryOver).run(await applicantOf(id), id, {
    typed: Object.fromEntries(places.map((place, index) => [`choice_${index + 1}`, place])),
    agreed: true,
  });
}

/** Of the round, the place that has seats of this one. */
async function placeFrom(round: Id, former: Id | undefined): Promise<Id> {
  const { rows } = await scene.http.owner.query<{ id: Id }>(
    'select id from call_places where call_id = $1 and from_place_id = $2',
    [round, former],
  );
  return rows[0]?.id ?? '';
}

async function told(id: Id): Promise<readonly Record<string, unknown>[]> {
  const { rows } = await scene.http.owner.query<{ payload: Record<string, unknown> }>(
    "select payload from outbox_events where type = 'application.round_opened' and subject_id = $1",
    [id],
  );
  return rows.map(({ payload }) => payload);
}

async function close(round: Id): Promise<void> {
  await scene.http.owner.query(
    "update calls set opens_at = now() - interval '9 days', closes_at = now() - interval '1 day' where id = $1",
    [round],
  );
  await scene.http.app.get(MoveCall).moveCall(systemContext(systemClock), round, 'begin_selection');
}

describe('a second round', () => {
  it('is opened from the page that shows the unfilled places, approved like any call, and led to its end', async () => {
    const call = await finished();
    const page = `/admin/calls/${call.callId}/allocation/second-round`;
    const [full, empty] = call.places;

    const shown = await scene.browser('admin').open(`${page}?lang=en`);
    expect(shown.status).toBe(200);
    // The first place is full; of the second all three are free, one of them kept.
    expect(shown.body).not.toContain(`seats.${full}`);
    expect(shown.body).toMatch(new RegExp(`name="seats\\.${empty}"[^>]*value="2"`));
    expect(shown.body).toMatch(new RegExp(`name="seats\\.${empty}\\.novi_sad"[^>]*value="1"`));
    const read = await scene.browser('ministry').open(page);
    expect(read.status).toBe(200);
    expect(read.body).not.toContain('most-apply');
    expect((await scene.http.browser().open(page)).body).not.toContain(`seats.${empty}`);
    expect((await scene.send('ministry', '/?lang=en', page, {})).status).toBe(403);

    const typed = {
      [`seats.${empty}`]: '3',
      [`seats.${empty}.novi_sad`]: '1',
      'opensAt-day': '1',
      'opensAt-month': '2',
      'opensAt-year': '2030',
      opensAtTime: '09:00',
      'closesAt-day': '1',
      'closesAt-month': '3',
      'closesAt-year': '2030',
      closesAtTime: '23:59',
      objectionDays: '5',
      'stayFrom-day': '10',
      'stayFrom-month': '3',
      'stayFrom-year': '2030',
      'stayUntil-day': '1',
      'stayUntil-month': '9',
      'stayUntil-year': '2030',
    };
    const beyond = await scene.send('admin', shown, page, typed);
    expect(beyond.status).toBe(422);
    expect(beyond.body).toContain(`href="#field-seats.${empty}"`);
    expect(beyond.body).toMatch(new RegExp(`name="seats\\.${empty}"[^>]*value="3"`));
    // Nine days are too few for both countries, the offer and the rest.
    const late = await scene.send('admin', page, page, { ...typed, [`seats.${empty}`]: '2' });
    expect(late.status).toBe(422);
    expect(late.body).toContain('the stay cannot begin in time');
    const none = await scene.send('admin', page, page, {
      ...typed,
      [`seats.${empty}`]: '0',
      [`seats.${empty}.novi_sad`]: '',
    });
    expect(none.body).toContain('Enter at least one seat');
    const nonsense = await scene.send('admin', page, page, { ...typed, 'opensAt-day': 'x' });
    expect(nonsense.status).toBe(422);

    const good = { ...typed, [`seats.${empty}`]: '2', 'stayFrom-month': '8', 'stayUntil-year': '2031' };
    const made = await scene.send('admin', page, page, good);
    expect(made.status).toBe(303);
    const rounds = await scene.http.owner.query<{ id: Id }>('select id from calls where round_of = $1', [
      call.callId,
    ]);
    const round = rounds.rows[0]?.id ?? '';
    expect(await row('calls', round)).toMatchObject({
      state: 'draft',
      round_of: call.callId,
      slug: `${call.slug}-round-2`,
    });
    const again = await scene.send('admin', await scene.browser('admin').open('/?lang=en'), page, good);
    expect(again.status).toBe(409);
    expect(again.body).toContain('already being prepared or under way');

    // A draft changes nothing: the seats are still those of the first round.
    expect(await row('call_places', empty ?? '')).toMatchObject({ taken: 0 });
    await publish(await approved(round));
    expect(await row('call_places', empty ?? '')).toMatchObject({ taken: 3 });
    const told = await scene.http.browser().open(`/calls/${call.slug}-round-2?lang=en`);
    expect(told.body).toContain('This is a round for the places that were left unfilled in the call');
    expect((await scene.http.browser().open(`/calls/${call.slug}?lang=en`)).body).toContain(
      'The unfilled places are given in a second round',
    );
    expect((await scene.browser('admin').open(`${page}?lang=en`)).body).toContain(
      'Handed over to a second round: 3',
    );
  }, 120_000);

  it('has the seats of the first round, tells everybody without a place, and takes their unchanged applications with their points', async () => {
    const call = await finished();
    const [winner = '', second = '', third = '', kept = ''] = call.applications;
    const [full = '', empty = ''] = call.places;
    const round = await opened(call.callId);
    expect(await row('call_places', empty)).toMatchObject({ taken: 3, reserve_taken: { novi_sad: 1 } });
    expect(await told(second)).toMatchObject([{ roundId: round, waited: 'no' }]);
    expect(await told(third)).toHaveLength(1);
    expect(await told(winner)).toEqual([]);
    expect(await told(kept)).toEqual([]);

    const place = await placeFrom(round, empty);
    await expect(carry(winner, [place])).rejects.toMatchObject({ code: 'wrong_state' });
    await expect(carry(second, [full])).rejects.toMatchObject({ code: 'invalid' });
    await expect(
      scene.http.app
        .get(CarryOver)
        .run(await applicantOf(second), second, { typed: { choice_1: place }, agreed: false }),
    ).rejects.toMatchObject({ fields: [{ field: 'agreed' }] });
    await expect(
      scene.http.app.get(CarryOver).run(await applicantOf(third), second, { typed: {}, agreed: true }),
    ).rejects.toMatchObject({ code: 'not_found' });
    const newcomer = scene.as(String((await row('applications', winner))['applicant_id']));
    await expect(
      scene.http.app.get(StartApplication).run(newcomer, `${call.slug}-round-2`),
    ).rejects.toMatchObject({ reason: 'round_of_former_applicants' });

    // On their own page, without scripts: what is carried over, and a box for their word.
    await scene.http.signedIn('student@rs.demo');
    await scene.http.owner.query(
      `update identities set person_id = (select applicant_id from applications where id = $1)
       where person_id = (select id from persons where email = 'student@rs.demo')`,
      [second],
    );
    const student = await scene.http.signedIn('student@rs.demo');
    const overview = await student.open(`/applications/${second}?lang=en`);
    expect(overview.body).toContain(`href="/applications/${second}/second-round"`);
    const ranking = await student.open(`/applications/${second}/ranking?lang=en`);
    expect(ranking.body).toContain('A second round is open for the places that were left unfilled.');
    const form = await student.open(`/applications/${second}/second-round?lang=en`);
    expect(form.status).toBe(200);
    const post = (fields: Readonly<Record<string, string>>) =>
      student.post(
        `/applications/${second}/second-round`,
        new URLSearchParams({ _csrf: student.token(form), ...fields }),
      );
    const refused = await post({ choice_1: place });
    expect(refused.status).toBe(422);
    expect(refused.body).toContain('Confirm that you take part');
    expect(refused.body).toMatch(new RegExp(`value="${place}"[^>]*selected`));
    expect((await post({ choice_1: place, agreed: 'yes' })).status).toBe(303);
    expect((await student.open(`/applications/${third}/second-round`)).status).toBe(404);

    const carried = await carry(second, [place]);
    expect(await carry(second, [place])).toBe(carried);
    const [before, after] = await Promise.all([row('applications', second), row('applications', carried)]);
    expect(after).toMatchObject({ state: 'scored', carried_from: second, call_id: round, submissions: 1 });
    expect(before['state']).toBe('final');
    const contents = await scene.http.owner.query<{ content: Record<string, unknown> }>(
      'select content from application_submissions where application_id = any ($1) order by at',
      [[second, carried]],
    );
    const [old, copy] = contents.rows.map(({ content }) => content);
    expect(copy?.['sections']).toEqual(old?.['sections']);
    const files = await scene.http.owner.query<{ sha256: string; requirement: string }>(
      "select requirement, sha256 from uploads where subject_kind = 'application' and subject_id = $1 and removed_at is null order by requirement",
      [carried],
    );
    const formerFiles = await scene.http.owner.query(
      "select requirement, sha256 from uploads where subject_kind = 'application' and subject_id = $1 and removed_at is null order by requirement",
      [second],
    );
    expect(files.rows).toEqual(formerFiles.rows);
    expect(files.rows.length).toBeGreaterThan(0);

    // Withdrawn from the round it is carried over anew, and not revived as something that is screened.
    await scene.http.app.get(WithdrawApplication).run(await applicantOf(carried), carried);
    await expect(
      scene.http.app.get(ReviveApplication).run(await applicantOf(carried), carried),
    ).rejects.toMatchObject({ reason: 'carried_over_again' });
    const anew = await carry(second, [place]);
    const other = await carry(third, [place]);

    await close(round);
    const dry = await scene.http.app.get(RunAllocation).run(await administrator(), round);
    const numbers = await Promise.all(
      [anew, other].map(async (id) => String((await row('applications', id))['number'])),
    );
    expect(dry.trial).toBe(false);
    expect(dry.standings).toEqual(
      expect.arrayContaining([
        { number: numbers[0], points: 80_000 },
        { number: numbers[1], points: 70_000 },
      ]),
    );
    await finish({ callId: round });
    expect(await row('applications', anew)).toMatchObject({ state: 'offered', place_id: place });
    expect(await row('applications', other)).toMatchObject({ state: 'offered', place_id: place });
    const list = await scene.http.browser().open(`/calls/${call.slug}-round-2/list?lang=en`);
    expect(list.body).toContain('Round for the unfilled places of the call');
    const fairness = await scene.browser('admin').open(`/admin/calls/${round}/allocation/fairness?lang=en`);
    expect(fairness.body).toContain('Round for the unfilled places of the call');
    // A third round follows the second with what that left.
    const next = await scene.browser('admin').open(`/admin/calls/${round}/allocation/second-round?lang=en`);
    expect(next.body).toContain(`seats.${place}`);
  }, 120_000);

  it('has whoever carries over at the moment in which a place of the first falls free', async () => {
    const call = await finished();
    const [winner = '', second = '', third = ''] = call.applications;
    const [, empty = ''] = call.places;
    const round = await opened(call.callId);
    const carried = await carry(third, [await placeFrom(round, empty)]);
    const { owner } = scene.http;
    const carriedFrom = (id: Id) =>
      owner.query('update applications set carried_from = $2 where id = $1', [carried, id]);
    await owner.query('begin');
    await owner.query('select from applications where id = $1 for update', [second]);
    // It has read who waits, and waits for the first of them.
    const declined = scene.http.app.get(AnswerOffer).decline(await applicantOf(winner), winner);
    for (let held = 0; held === 0;) {
      await setTimeout(20);
      const { rows } = await owner.query<{ held: number }>(
        'select count(*)::integer as held from pg_locks where not granted',
      );
      held = rows[0]?.held ?? 0;
    }
    await carriedFrom(second);
    await owner.query('commit');
    await declined;
    expect(await row('applications', second)).toMatchObject({ state: 'final' });
    await carriedFrom(third);
  }, 120_000);

  it('ends the waiting for its places, and gives them back to whoever waits when it is cancelled', async () => {
    // Two seats at one host where at most one may come from an institution: one stays free, and two wait for it.
    const call = await assessedCall(scene, [[2]], FOUR.slice(0, 3), {
      seats: {
        filling: 'reserved_first',
        unclaimed: 'opened',
        perHomeInstitution: 1,
        groups: [],
      },
    });
    await finish(call);
    const [winner = '', second = '', third = ''] = call.applications;
    const [only = ''] = call.places;
    expect(await row('applications', second)).toMatchObject({ state: 'final', result: 'reserve' });
    const round = await opened(call.callId);
    expect(await told(second)).toMatchObject([{ waited: 'yes' }]);
    // What falls free now goes to nobody of the first round.
    await scene.http.app.get(AnswerOffer).decline(await applicantOf(winner), winner);
    expect(await row('applications', second)).toMatchObject({ state: 'final' });
    expect(await row('call_places', only)).toMatchObject({ taken: 1 });
    const place = await placeFrom(round, only);
    const carried = await carry(third, [place]);

    await scene.http.app.get(MoveCall).moveCall(await administrator(), round, 'cancel', 'Нема сврхе.');
    expect(await row('applications', second)).toMatchObject({ state: 'offered', place_id: only });
    expect(await row('applications', carried)).toMatchObject({ state: 'scored' });
    expect(await row('call_places', only)).toMatchObject({ taken: 1 });
    const audit = await scene.http.owner.query(
      "select action, data from audit_entries where subject_id = $1 and action like 'call.seats%' order by id",
      [call.callId],
    );
    expect(audit.rows).toMatchObject([
      { action: 'call.seats_handed_over', data: { round, seats: 1 } },
      { action: 'call.seats_given_back', data: { round, seats: 1 } },
    ]);
    // A cancelled round makes room for another.
    expect(await opened(call.callId)).not.toBe(round);
  }, 120_000);

  it('is refused where its seats were taken in the meantime, as a whole', async () => {
    const call = await assessedCall(scene, [[1], [2]], FOUR.slice(0, 2), {});
    await finish(call);
    const [first = '', waiting = ''] = call.applications;
    const round = await approved(await prepared(call.callId));
    await scene.http.owner.query('update call_places set taken = taken + 1 where id = $1', [call.places[1]]);
    await expect(publish(round)).rejects.toMatchObject({
      blockers: [{ code: 'round_seats_gone', values: { seats: 2, free: 1 } }],
    });
    const overview = await scene.browser('admin').open(`/admin/calls/${round}?lang=en`);
    expect(overview.body).toContain('Not so many seats are free any more');
    expect(await told(waiting)).toEqual([]);
    await scene.http.owner.query('update call_places set taken = taken - 1 where id = $1', [call.places[1]]);
    // Of two who publish at once, and one who declines at the same moment, no seat is in two calls.
    const results = await Promise.allSettled([
      publish(round),
      publish(round),
      scene.http.app.get(AnswerOffer).decline(await applicantOf(first), first),
    ]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    expect(await row('applications', waiting)).toMatchObject({ state: 'offered' });
  }, 120_000);

  it('is opened once by two who open it at the same moment', async () => {
    const call = await finished();
    const results = await Promise.allSettled([prepared(call.callId), prepared(call.callId)]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { reason: 'round_under_way' },
    });
  }, 120_000);
});
