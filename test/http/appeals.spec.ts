import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PublishProvisional, ProposeFinal, PublishFinal } from '../../src/allocation/public.js';
import {
  AdmitAppeal,
  JudgeAppeal,
  KeepAppeals,
  LodgeAppeal,
  ReadAppeals,
  SeatPanel,
} from '../../src/appeals/public.js';
import {
  NominateCandidate,
  ScreenApplication,
  SubmitApplication,
  WithdrawApplication,
} from '../../src/applications/public.js';
import { Conflicts } from '../../src/access/public.js';
import { standardSelection } from '../../src/calls/public.js';
import type { SelectionRules } from '../../src/calls/public.js';
import { NotificationsModule } from '../../src/notifications/notifications.module.js';
import { QueueMails } from '../../src/notifications/operations/queue-mails.js';
import { Database } from '../../src/platform/database/database.js';
import type { DeliveredEvent } from '../../src/platform/outbox/outbox.js';
import { AssignReviewers, KeepPanels, WriteReview } from '../../src/reviews/public.js';
import { SettableClock, systemClock } from '../../src/shared/clock.js';
import { DomainError } from '../../src/shared/domain-error.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { actingAs } from '../factories/acting.js';
import { OfficeScene } from './office-scene.js';

/** Appeals from their first word to what follows from them, by those who lodge, admit, decide and wait. */

const DAY_MS = 86_400_000;
const HEARERS = ['commission RS', 'commission RU', 'vera', 'secretary', 'admin', 'ministry'] as const;

let scene: OfficeScene;
let home: Id;

beforeAll(async () => {
  scene = await OfficeScene.start([NotificationsModule]);
  home = await scene.world.institution('university-of-belgrade');
  await scene.signIn('home', 'coordinator@bg.rs.demo', {
    role: 'coordinator',
    scope: { institution_id: home },
  });
  await scene.signIn('admin', 'admin@rs.demo', { role: 'programme_administrator', scope: {} });
  await scene.signIn('secretary', 'secretary@rs.demo', {
    role: 'commission_secretary',
    scope: { country: 'RS' },
  });
  await scene.signIn('ministry', 'ministry@rs.demo', { role: 'ministry_officer', scope: { country: 'RS' } });
  await scene.signIn('other ministry', 'ministry@ru.demo', {
    role: 'ministry_officer',
    scope: { country: 'RU' },
  });
  for (const country of ['RS', 'RU']) {
    await scene.signIn(`commission ${country}`, `commission@${country.toLowerCase()}.demo`, {
      role: 'commission_member',
      scope: { country },
    });
  }
  await scene.signIn('ana', 'reviewer@rs.demo');
  await scene.signIn('boris', 'reviewer@ru.demo');
  await scene.signIn('vera', 'professor@rs.demo');
  await scene.signIn('applicant', 'student@rs.demo');
  await scene.signIn('stranger', 'student2@rs.demo');
  // Of no institution that could bind them.
  await scene.http.owner.query(
    "update persons set home_institution_id = null where email not like 'student%'",
  );
}, 120_000);

afterAll(async () => {
  await expectInvariants(scene.http.owner);
  await scene.stop();
});

const as = (who: string) => actingAs(scene.http.app, scene.people[who] ?? who);
const person = (who: string) => scene.people[who] ?? '';
const lodging = () => scene.http.app.get(LodgeAppeal);
const judging = () => scene.http.app.get(JudgeAppeal);
const seating = () => scene.http.app.get(SeatPanel);
const TYPED = { ground: 'error_of_fact', text: 'Препис оцена није мој.' };

interface Ranked {
  readonly callId: Id;
  readonly slug: string;
  readonly panelId: Id;
  /** The first is the applicant's who signs in. */
  readonly ids: readonly Id[];
}

/** A ranked call with a published provisional list: two applications that Ana and Boris assessed. */
async function provisional(): Promise<Ranked> {
  const { app, owner } = scene.http;
  const slug = `ranked-${newId()}`;
  const rules = standardSelection();
  const callId = await scene.world.publishedCall({
    slug,
    route: 'ranked',
    selection: { ...rules, review: { ...rules.review, bySide: false, perApplication: 1 } },
  });
  const own = await scene.draft(person('applicant'), slug);
  await owner.query('update applications set home_institution_id = $2 where id = $1', [own, home]);
  await app.get(SubmitApplication).run(scene.as(person('applicant')), own);
  const ids = [own, ...(await scene.submitted(slug, home, 1))];
  for (const id of ids) {
    const { rows } = await owner.query<{ place: Id }>(
      'select place_id as place from application_choices where application_id = $1',
      [id],
    );
    await app.get(NominateCandidate).run(await as('home'), id, {
      placeId: rows[0]?.place ?? '',
      endorsement: '',
    });
  }
  await owner.query(
    "update calls set state = 'in_selection', opens_at = now() - interval '9 days', closes_at = now() - interval '1 day' where id = $1",
    [callId],
  );
  for (const who of ['ana', 'boris', 'vera']) {
    await owner.query(
      `insert into role_grants (id, person_id, role, call_id, reason, valid_from)
       values ($1, $2, 'reviewer', $3, 'test', '2000-01-01')`,
      [newId(), person(who), callId],
    );
  }
  const keep = app.get(KeepPanels);
  const name = { sr: 'Панел', ru: 'Группа', en: 'Panel' };
  const { id: panelId } = await keep.make(await as('admin'), { callId, name, country: '' });
  for (const who of ['ana', 'boris']) {
    await keep.seat(await as('secretary'), panelId, {
      personId: person(who),
      lead: false,
      loadLimit: '',
    });
  }
  await keep.lead(await as('secretary'), panelId, 'open_reviewing');
  await assess({ callId, slug, panelId, ids }, 'ana', ids[0] ?? '', 3);
  await assess({ callId, slug, panelId, ids }, 'boris', ids[1] ?? '', 8);
  await keep.lead(await as('secretary'), panelId, 'close');
  await app.get(PublishProvisional).publish(await as('admin'), callId);
  return { callId, slug, panelId, ids };
}

/** The applicant's own, which their home institution found not to meet the conditions of a ranked call. */
async function ineligible(selection: SelectionRules): Promise<{ readonly callId: Id; readonly own: Id }> {
  const { app, owner } = scene.http;
  const slug = `ranked-${newId()}`;
  const callId = await scene.world.publishedCall({ slug, route: 'ranked', selection });
  const own = await scene.draft(person('applicant'), slug);
  await owner.query('update applications set home_institution_id = $2 where id = $1', [own, home]);
  await app.get(SubmitApplication).run(scene.as(person('applicant')), own);
  await app.get(ScreenApplication).findIneligible(await as('home'), own, { reason: 'Није друга година.' });
  for (const who of ['ana', 'boris', 'vera']) {
    await owner.query(
      `insert into role_grants (id, person_id, role, call_id, reason, valid_from)
       values ($1, $2, 'reviewer', $3, 'test', '2000-01-01')`,
      [newId(), person(who), callId],
    );
  }
  return { callId, own };
}

async function assess({ panelId }: Ranked, who: string, applicationId: Id, value: number): Promise<Id> {
  const { id } = await scene.http.app.get(AssignReviewers).assign(await as('secretary'), panelId, {
    applicationId,
    reviewerId: person(who),
  });
  const writing = scene.http.app.get(WriteReview);
  const request = await as(who);
  const scores = Object.fromEntries(
    standardSelection().criteria.map((criterion) => [
      criterion.id,
      { value: String(value), comment: 'Добро.' },
    ]),
  );
  const { revision } = await writing.save(
    request,
    id,
    { scores, overall: 'Мишљење.', recommendation: 'support' },
    0,
  );
  await writing.submit(request, id, revision);
  return id;
}

async function lodge({ ids }: Ranked): Promise<Id> {
  const request = await as('applicant');
  const { revision } = await lodging().save(request, ids[0] ?? '', TYPED, 0);
  return (await lodging().lodge(request, ids[0] ?? '', revision)).id;
}

async function heard(call: Ranked): Promise<Id> {
  const id = await lodge(call);
  await scene.http.app
    .get(AdmitAppeal)
    .run(await as('secretary'), id, { admissible: 'yes', code: '', reason: '' });
  for (const who of ['commission RS', 'commission RU', 'vera']) {
    await seating().seat(await as('secretary'), id, {
      personId: person(who),
      head: who === 'commission RS',
    });
    await judging().declare(await as(who), id);
  }
  return id;
}

async function vote(id: Id, votes: readonly (readonly [string, string])[]): Promise<void> {
  for (const [who, stage] of votes) {
    await judging().vote(await as(who), id, {
      vote: stage === '' ? 'reject' : 'uphold',
      stage,
      reasons: 'Зато што је тако.',
    });
  }
}

async function refusal(act: Promise<unknown>): Promise<string> {
  const error = await act.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof DomainError)) throw new Error('it was not refused', { cause: error });
  if (error.fields[0]) return `${error.fields[0].field} ${error.fields[0].problem}`;
  return error.blockers[0]?.code ?? error.reason;
}

async function one<T>(sql: string, values: unknown[]): Promise<T | undefined> {
  return (await scene.http.owner.query<T & object>(sql, values)).rows[0];
}
const stateOf = async (id: Id) =>
  (await one<{ state: string }>('select state from applications where id = $1', [id]))?.state;
const appealOf = (id: Id) =>
  one<Record<string, unknown>>('select * from appeals where id = $1', [id]) as Promise<
    Record<string, unknown>
  >;

describe('an appeal of the applicant', () => {
  it('is written on their page, kept as a draft, checked, lodged once and receipted', async () => {
    const call = await provisional();
    const [own = '', other = ''] = call.ids;
    const page = `/applications/${own}/appeal`;
    const why = await scene.browser('applicant').open(`/applications/${own}/ranking?lang=en`);
    expect(why.body).toContain(`href="${page}"`);
    expect((await scene.browser('applicant').open(`/applications/${own}?lang=en`)).body).toContain(
      `href="${page}"`,
    );
    const empty = await scene.browser('applicant').open(`${page}?lang=en`);
    expect(empty.status).toBe(200);
    expect(empty.body).not.toContain('new_evidence');
    // Nothing is missing from a draft, and nothing typed is lost where something is wrong.
    const kept = await scene.send('applicant', page, page, {
      revision: '0',
      ground: '',
      text: 'Half a sentence',
      then: 'stay',
    });
    expect(kept.status).toBe(303);
    const refused = await scene.send('applicant', page, page, {
      revision: '0',
      ground: 'procedure',
      text: 'From another tab',
      then: 'stay',
    });
    expect(refused.status).toBe(412);
    expect(refused.body).toContain('From another tab');
    const unknown = await scene.send('applicant', page, page, {
      revision: '1',
      ground: 'new_evidence',
      text: 'Still here',
      then: 'stay',
    });
    expect([unknown.status, unknown.body.includes('Still here')]).toEqual([422, true]);
    // Nobody sees what is being written.
    const { id } = (await one<{ id: Id }>('select id from appeals where application_id = $1', [own])) ?? {
      id: '',
    };
    for (const who of HEARERS) expect((await scene.browser(who).open(`/appeals/${id}`)).status).toBe(404);
    const check = await scene.browser('applicant').open(`${page}/check`);
    expect(check.body).toContain('#field-ground');
    expect(await refusal(lodging().lodge(await as('applicant'), own, 1))).toBe('ground required_choice');

    await scene.send('applicant', page, page, { revision: '1', ...TYPED, then: 'check' });
    const lodged = await scene.send('applicant', `${page}/check`, `${page}/lodge`, { revision: '2' });
    expect(lodged.status).toBe(303);
    expect((await appealOf(id)).state).toBe('lodged');
    const after = await scene.browser('applicant').open(`${page}?lang=en`);
    expect(after.body).toContain(TYPED.text);
    expect(after.body).toContain('Joint commission, secretary');
    expect(await refusal(lodging().save(await as('applicant'), own, TYPED, 0))).toBe('appeal_is_open');
    // Of another's application there is no such page.
    expect((await scene.browser('applicant').open(`/applications/${other}/appeal`)).status).toBe(404);
    expect((await scene.browser('stranger').open(page)).status).toBe(404);
    expect((await scene.browser('home').open(page)).status).toBe(404);
    const mails = await mailsOf('appeal.lodged', id);
    expect(mails.sort()).toEqual(['appeal_received', 'appeal_to_admit']);
    expect((await scene.browser('applicant').open(`/appeals/${id}`)).body).toContain(`/appeal/withdraw"`);
  });

  it('is refused after the window and its grace, and before there is a result', async () => {
    const call = await provisional();
    const [own = ''] = call.ids;
    await scene.http.owner.query(
      `update allocation_lists set published_at = now() - interval '8 days', objections_until = now() - interval '10 minutes'
       where call_id = $1`,
      [call.callId],
    );
    // Within the grace of the call.
    const { revision } = await lodging().save(await as('applicant'), own, TYPED, 0);
    expect(await refusal(scene.http.app.get(ProposeFinal).propose(await as('admin'), call.callId))).toBe(
      'objections_are_heard',
    );
    await scene.http.owner.query(
      "update allocation_lists set objections_until = now() - interval '31 minutes' where call_id = $1",
      [call.callId],
    );
    expect(await refusal(lodging().lodge(await as('applicant'), own, revision))).toBe('appeal_window_over');
    const page = await scene.browser('applicant').open(`/applications/${own}/appeal?lang=en`);
    expect(page.body).toContain('The time for an appeal');
    expect(page.body).toContain(TYPED.text);
  });

  it('can be withdrawn, and then not lodged again against the same result; it ends with the application', async () => {
    const call = await provisional();
    const [own = ''] = call.ids;
    const id = await lodge(call);
    const page = `/applications/${own}/appeal`;
    expect((await scene.send('applicant', page, `${page}/withdraw`)).status).toBe(303);
    expect((await appealOf(id)).state).toBe('withdrawn');
    expect(await refusal(lodging().save(await as('applicant'), own, TYPED, 0))).toBe('appealed_already');
    const other = await provisional();
    const second = await lodge(other);
    await scene.http.app.get(WithdrawApplication).run(await as('applicant'), other.ids[0] ?? '');
    expect((await appealOf(second)).state).toBe('withdrawn');
  });
});

describe('an appeal that is heard', () => {
  it('is decided by people who had no part in the result, and upheld it has others review', async () => {
    const call = await provisional();
    const [own = '', other = ''] = call.ids;
    const id = await lodge(call);
    const page = `/appeals/${id}`;
    // Who may see what: the office that admits reads it, others that there is one, strangers nothing.
    expect((await scene.browser('secretary').open(page)).body).toContain(TYPED.text);
    for (const who of ['admin', 'ministry']) {
      const seen = await scene.browser(who).open(page);
      expect([seen.status, seen.body.includes(TYPED.text)]).toEqual([200, false]);
    }
    for (const who of ['other ministry', 'home', 'commission RS', 'vera', 'stranger']) {
      expect((await scene.browser(who).open(page)).status).toBe(404);
    }
    const unsaid = await scene.send('secretary', page, `${page}/admit`, {
      admissible: 'no',
      reason: 'Kept words',
    });
    expect([unsaid.status, unsaid.body.includes('Kept words')]).toEqual([422, true]);
    expect((await scene.send('secretary', page, `${page}/admit`, { admissible: 'yes' })).status).toBe(303);

    // Whoever assessed it cannot sit; the page says so without saying how.
    expect(
      await refusal(seating().seat(await as('secretary'), id, { personId: person('ana'), head: false })),
    ).toBe('took_part');
    expect(
      await refusal(seating().seat(await as('secretary'), id, { personId: person('admin'), head: false })),
    ).toBe('person not_in_list');
    const seats = await scene.send('secretary', page, `${page}/seats`, {
      person: person('commission RS'),
      head: 'yes',
    });
    expect(seats.status).toBe(303);
    const member = await scene.browser('commission RS').open(page);
    expect([member.status, member.body.includes(TYPED.text)]).toEqual([200, false]);
    expect((await scene.browser('commission RS').open(`${page}/file`)).status).toBe(403);
    expect((await scene.send('commission RS', page, `${page}/declare`)).status).toBe(303);
    expect((await scene.browser('commission RS').open(page)).body).toContain(TYPED.text);
    const file = await scene.browser('commission RS').open(`${page}/file?lang=en`);
    expect(file.status).toBe(200);
    expect(file.body).toContain('Review 1');
    expect(file.body).toContain('Мишљење.');
    // Alone, and of one country, nobody votes.
    const early = { vote: 'uphold', stage: 'review', reasons: 'Early' };
    expect(await refusal(judging().vote(await as('commission RS'), id, early))).toBe('panel_too_small');
    // Boris assessed the other application, and may sit.
    await seating().seat(await as('secretary'), id, { personId: person('boris'), head: false });
    await judging().recuse(await as('boris'), id);
    for (const who of ['commission RU', 'vera']) {
      await seating().seat(await as('secretary'), id, { personId: person(who), head: false });
      await judging().declare(await as(who), id);
    }
    expect(await refusal(scene.http.app.get(ProposeFinal).propose(await as('admin'), call.callId))).toMatch(
      /objections_are_heard|appeals_are_open/,
    );
    await vote(id, [
      ['commission RS', 'review'],
      ['vera', ''],
    ]);
    expect(await refusal(judging().decide(await as('commission RS'), id, 'Early.'))).toBe('votes_missing');
    await vote(id, [['commission RU', 'review']]);
    expect(await refusal(judging().decide(await as('vera'), id, 'Not mine.'))).toBe('out_of_scope');
    expect((await scene.send('commission RS', page, `${page}/decide`, { reasoning: ' ' })).status).toBe(422);
    const decided = await scene.send('commission RS', page, `${page}/decide`, {
      reasoning: 'Препис је био туђ.',
    });
    expect(decided.status).toBe(303);

    expect(await appealOf(id)).toMatchObject({
      state: 'upheld',
      stage: 'review',
      votes_for: 2,
      votes_against: 1,
    });
    expect([await stateOf(own), await stateOf(other)]).toEqual(['in_review', 'scored']);
    const list = await one<Record<string, unknown>>('select * from allocation_lists where call_id = $1', [
      call.callId,
    ]);
    expect(list).toMatchObject({ set_aside_reason: 'appeal:review' });
    const snapshot = await one<{ content: Record<string, unknown> }>(
      'select content from appeal_snapshots where appeal_id = $1',
      [id],
    );
    expect(snapshot?.content).toMatchObject({
      announced: { list: list?.id, listHash: list?.content_hash, run: list?.run_id, points: 30_000 },
      reviews: [{ points: 30_000, version: 1 }],
    });
    const answer = await scene.browser('applicant').open(`/applications/${own}/appeal?lang=en`);
    expect(answer.body).toContain('Препис је био туђ.');
    expect(answer.body).toContain('Others than before assess your application again');
    const status = await scene.browser('applicant').open(`/applications/${own}?lang=en`);
    expect(status.body).toContain('Is reviewed again by others');
    const ranking = await scene.browser('applicant').open(`/applications/${own}/ranking?lang=en`);
    expect(ranking.body).toContain('one application is reviewed again');
    expect((await mailsOf('appeal.upheld', id)).sort()).toEqual([
      'appeal_upheld',
      'appeal_upheld_office',
      'appeal_upheld_office',
    ]);

    // Ana is not asked again, nobody else's review changes, and the new one alone counts.
    const assign = scene.http.app.get(AssignReviewers);
    expect(
      await refusal(
        assign.assign(await as('secretary'), call.panelId, { applicationId: own, reviewerId: person('ana') }),
      ),
    ).toBe('assessed_before');
    const { id: of } = (await one<{ id: Id }>(
      "select id from review_assignments where application_id = $1 and state = 'submitted'",
      [other],
    )) ?? { id: '' };
    const anew = { scores: {}, overall: '', recommendation: '', reason: 'More' };
    expect(await refusal(scene.http.app.get(WriteReview).amend(await as('boris'), of, anew, 1))).toBe(
      'application_assessed',
    );
    expect(await refusal(assign.withdraw(await as('secretary'), of, 'No'))).toBe('application_assessed');
    await assess(call, 'boris', own, 9);
    await scene.http.app.get(KeepPanels).lead(await as('secretary'), call.panelId, 'close');
    await scene.http.app.get(PublishProvisional).publish(await as('admin'), call.callId);
    const runs = await scene.http.owner.query<{ seed: string; points: number }>(
      `select r.seed, e.points from allocation_entries e join allocation_lists l on l.id = e.list_id
       join allocation_runs r on r.id = l.run_id where e.application_id = $1 order by l.number`,
      [own],
    );
    expect(runs.rows.map(({ points }) => points)).toEqual([30_000, 90_000]);
    expect(new Set(runs.rows.map(({ seed }) => seed)).size).toBe(1);
    // Against the new result one may appeal again.
    expect(await lodge(call)).not.toBe(id);
  }, 60_000);

  it('is rejected where the votes are even, and only then the final list is made', async () => {
    const call = await provisional();
    const id = await heard(call);
    await seating().seat(await as('secretary'), id, { personId: person('boris'), head: false });
    await judging().declare(await as('boris'), id);
    await scene.http.owner.query(
      `update allocation_lists set published_at = published_at - interval '8 days',
         objections_until = objections_until - interval '8 days' where call_id = $1`,
      [call.callId],
    );
    await scene.http.owner.query(
      `update appeals set result_at = result_at - interval '8 days', lodged_at = lodged_at - interval '8 days',
         taken_until = taken_until - interval '8 days' where id = $1`,
      [id],
    );
    const propose = async () => scene.http.app.get(ProposeFinal).propose(await as('admin'), call.callId);
    expect(await refusal(propose())).toBe('appeals_are_open');
    expect(await refusal(scene.http.app.get(PublishFinal).publish(await as('admin'), call.callId))).toBe(
      'appeals_are_open',
    );
    const allocation = await scene.browser('admin').open(`/admin/calls/${call.callId}/allocation?lang=en`);
    expect(allocation.body).toContain('1 appeal is open, to be decided until');
    await vote(id, [
      ['commission RS', 'ranking'],
      ['commission RU', ''],
      ['vera', 'review'],
      ['boris', ''],
    ]);
    await judging().decide(await as('commission RS'), id, 'Поступак је био исправан.');
    expect(await appealOf(id)).toMatchObject({
      state: 'rejected',
      stage: null,
      votes_for: 2,
      votes_against: 2,
    });
    expect(await stateOf(call.ids[0] ?? '')).toBe('provisional');
    await propose();
  }, 60_000);

  it('against the check of the conditions has it made again, by the rules of its call as they were', async () => {
    const rules: SelectionRules = {
      ...standardSelection(),
      appeals: { admissibilityDays: 2, panelSize: 5, newEvidence: true },
    };
    const { callId, own } = await ineligible(rules);
    const applicants = `/applications/${own}/appeal`;
    const empty = await scene.browser('applicant').open(`${applicants}?lang=en`);
    expect(empty.body).toContain('found not to meet the conditions');
    expect(empty.body).toContain('a panel of at least 5 members decides');
    const typed = { ground: 'new_evidence', text: 'Уверење је стигло касније.' };
    await scene.send('applicant', applicants, applicants, { revision: '0', ...typed, then: 'check' });
    const lodged = await scene.send('applicant', `${applicants}/check`, `${applicants}/lodge`, {
      revision: '1',
    });
    expect(lodged.status).toBe(303);
    const { id } = (await one<{ id: Id }>('select id from appeals where application_id = $1', [own])) ?? {
      id: '',
    };
    const kept = await appealOf(id);
    expect(kept).toMatchObject({
      state: 'lodged',
      subject: 'screening',
      ground: 'new_evidence',
      panel_size: 5,
    });
    const [admit, decide] = ['admit_until', 'decide_until'].map((name) => Number(kept[name]));
    expect(Math.round(((decide ?? 0) - (admit ?? 0)) / DAY_MS)).toBe(8);

    const page = `/appeals/${id}`;
    expect((await scene.send('secretary', page, `${page}/admit`, { admissible: 'yes' })).status).toBe(303);
    const seat = async (who: string) => {
      const head = who === 'commission RS' ? 'yes' : '';
      const seated = await scene.send('secretary', page, `${page}/seats`, { person: person(who), head });
      expect(seated.status).toBe(303);
      expect((await scene.send(who, page, `${page}/declare`)).status).toBe(303);
    };
    for (const who of ['commission RS', 'commission RU', 'vera']) await seat(who);
    // Another rule since then is not the rule of this appeal.
    const write = (selection: SelectionRules) =>
      scene.http.owner.query('update calls set selection = $2 where id = $1', [
        callId,
        JSON.stringify(selection),
      ]);
    await write(standardSelection());
    const uphold = { vote: 'uphold', stage: 'screening', reasons: 'Уверење важи.' };
    expect(await refusal(judging().vote(await as('vera'), id, uphold))).toBe('panel_too_small');
    await write(rules);
    for (const who of ['boris', 'ana']) await seat(who);
    // Nothing was reviewed or ranked yet that could be done again.
    const review = await scene.send('vera', page, `${page}/vote`, { ...uphold, stage: 'review' });
    expect([review.status, review.body.includes('Уверење важи.')]).toEqual([422, true]);
    for (const who of ['vera', 'boris', 'commission RU']) {
      expect((await scene.send(who, page, `${page}/vote`, uphold)).status).toBe(303);
    }
    const reject = { vote: 'reject', reasons: 'Стигло је касно.' };
    for (const who of ['commission RS', 'ana']) {
      expect((await scene.send(who, page, `${page}/vote`, reject)).status).toBe(303);
    }
    const decided = await scene.send('commission RS', page, `${page}/decide`, {
      reasoning: 'Уверење показује другу годину.',
    });
    expect(decided.status).toBe(303);
    expect(await appealOf(id)).toMatchObject({
      state: 'upheld',
      stage: 'screening',
      votes_for: 3,
      votes_against: 2,
    });
    const application = await one<Record<string, unknown>>(
      'select state, closing_reason from applications where id = $1',
      [own],
    );
    expect(application).toEqual({ state: 'screening', closing_reason: null });
    const answer = await scene.browser('applicant').open(`${applicants}?lang=en`);
    expect(answer.body).toContain('Уверење показује другу годину.');
    expect((await mailsOf('appeal.upheld', id)).sort()).toEqual(
      expect.arrayContaining(['appeal_upheld', 'appeal_upheld_office']),
    );
    // The home institution has it again; against what it finds now one may appeal once more.
    expect((await scene.browser('home').open(`/applications/${own}/review`)).status).toBe(200);
    await scene.http.app
      .get(ScreenApplication)
      .findIneligible(await as('home'), own, { reason: 'Ипак није друга година.' });
    await lodging().save(await as('applicant'), own, typed, 0);
  }, 60_000);

  it('is not heard where the secretary finds so, with reasons that the applicant reads', async () => {
    const call = await provisional();
    const id = await lodge(call);
    await scene.http.app.get(AdmitAppeal).run(await as('secretary'), id, {
      admissible: 'no',
      code: 'judges_merit_alone',
      reason: 'Оспорава се само оцена.',
    });
    const page = await scene.browser('applicant').open(`/applications/${call.ids[0] ?? ''}/appeal?lang=en`);
    expect(page.body).toContain('Оспорава се само оцена.');
    expect(await mailsOf('appeal.found_inadmissible', id)).toEqual(['appeal_inadmissible']);
  });

  it('is reminded of and told above by the clock, which decides nothing', async () => {
    const call = await provisional();
    const id = await lodge(call);
    const keep = scene.http.app.get(KeepAppeals);
    const at = (days: number) => new SettableClock(new Date(systemClock.now().getTime() + days * DAY_MS));
    await keep.run(at(0));
    expect(await remindersOf(id)).toEqual([]);
    await keep.run(at(2));
    await keep.run(at(2));
    expect(await remindersOf(id)).toEqual(['appeal.due_soon']);
    await keep.run(at(5));
    await keep.run(at(60));
    expect(await remindersOf(id)).toEqual(['appeal.due_soon', 'appeal.overdue']);
    expect((await appealOf(id)).state).toBe('lodged');
    // The office that has it, the administrators and the ministry of its applicant.
    expect((await mailsOf('appeal.overdue', id)).length).toBeGreaterThanOrEqual(3);
  });

  it('loses a member who declares a conflict with its applicant', async () => {
    const call = await provisional();
    const id = await heard(call);
    await scene.http.app.get(Database).transaction(await as('commission RS'), (ctx) =>
      scene.http.app.get(Conflicts).declare(ctx, {
        aboutId: person('applicant'),
        applicationId: call.ids[0] ?? '',
        kind: 'family',
      }),
    );
    const { facts } = await scene.http.app
      .get(Database)
      .read(await as('secretary'), (ctx) => scene.http.app.get(ReadAppeals).one(ctx, id));
    expect(facts.members).not.toContain(person('commission RS'));
  });
});

async function remindersOf(id: Id): Promise<string[]> {
  const { rows } = await scene.http.owner.query<{ type: string }>(
    `select type from outbox_events where subject_id = $1 and type in ('appeal.due_soon', 'appeal.overdue') order by id`,
    [id],
  );
  return rows.map(({ type }) => type);
}

/** Delivers the event as the worker would, and answers which mails came of it. */
async function mailsOf(type: string, id: Id): Promise<string[]> {
  const event = await one<DeliveredEvent>(
    `select id::text, type, at, actor_id as "actorId", payload, json_build_object('kind', subject_kind, 'id', subject_id) as subject
     from outbox_events where type = $1 and subject_id = $2`,
    [type, id],
  );
  if (!event) throw new Error(`nothing told of ${type}`);
  await scene.http.app.get(QueueMails).run(event);
  const { rows: mails } = await scene.http.owner.query<{ template: string }>(
    'select template from mail_messages where event_id = $1',
    [event.id],
  );
  return mails.map(({ template }) => template);
}
