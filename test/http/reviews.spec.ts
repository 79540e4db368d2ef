import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { AssessedAbroad } from '../../src/applications/operations/assessed-abroad.js';
import { NominateCandidate, WithdrawApplication } from '../../src/applications/public.js';
import { standardSelection } from '../../src/calls/public.js';
import type { DeliveredEvent } from '../../src/platform/outbox/outbox.js';
import { ReviewsRepository } from '../../src/reviews/data/reviews.repository.js';
import type { SelectionRules } from '../../src/calls/public.js';
import { NotificationsModule } from '../../src/notifications/notifications.module.js';
import { QueueMails } from '../../src/notifications/operations/queue-mails.js';
import { Database, systemContext } from '../../src/platform/database/database.js';
import {
  AssignReviewers,
  Assessments,
  KeepPanels,
  KeepReviews,
  WriteReview,
} from '../../src/reviews/public.js';
import { SettableClock, systemClock } from '../../src/shared/clock.js';
import { DomainError } from '../../src/shared/domain-error.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { actingAs } from '../factories/acting.js';
import { OfficeScene } from './office-scene.js';

/** A panel from its making to its last word, by those who keep it and those who assess. */

const NAME = { sr: 'Панел за студенте', ru: 'Группа по студентам', en: 'Panel for students' };
const DAY_MS = 86_400_000;

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
  await scene.signIn('secretary', 'commission@rs.demo', {
    role: 'commission_secretary',
    scope: { country: 'RS' },
  });
  await scene.signIn('ana', 'reviewer@rs.demo');
  await scene.signIn('boris', 'reviewer@ru.demo');
  await scene.signIn('vera', 'professor@rs.demo');
  // Of no institution that could bind them.
  await scene.http.owner.query('update persons set home_institution_id = null where id = any ($1)', [
    ['ana', 'boris', 'vera'].map((who) => scene.people[who]),
  ]);
}, 120_000);

afterAll(async () => {
  await expectInvariants(scene.http.owner);
  await scene.stop();
});

const as = (who: string) => actingAs(scene.http.app, scene.people[who] ?? who);
const keep = () => scene.http.app.get(KeepPanels);
const assigning = () => scene.http.app.get(AssignReviewers);
const writing = () => scene.http.app.get(WriteReview);
const person = (who: string) => scene.people[who] ?? '';

interface Selection {
  readonly callId: Id;
  readonly slug: string;
  readonly panelId: Id;
  readonly ids: readonly Id[];
}

/** A ranked call in selection with so many eligible applications and a panel in which the three sit. */
async function selection(count: number, changes: Partial<SelectionRules> = {}): Promise<Selection> {
  const slug = `ranked-${newId()}`;
  const rules = { ...standardSelection(), ...changes };
  const callId = await scene.world.publishedCall({
    slug,
    route: 'ranked',
    selection: { ...rules, review: { ...rules.review, bySide: false, ...changes.review } },
  });
  const ids = await scene.submitted(slug, home, count);
  for (const id of ids) {
    const { rows } = await scene.http.owner.query<{ place: Id }>(
      'select place_id as place from application_choices where application_id = $1',
      [id],
    );
    await scene.http.app
      .get(NominateCandidate)
      .run(await as('home'), id, { placeId: rows[0]?.place ?? '', endorsement: '' });
  }
  await scene.http.owner.query("update calls set state = 'in_selection' where id = $1", [callId]);
  for (const who of ['ana', 'boris', 'vera']) {
    await scene.http.owner.query(
      `insert into role_grants (id, person_id, role, call_id, reason, valid_from)
       values ($1, $2, 'reviewer', $3, 'test', '2000-01-01')`,
      [newId(), person(who), callId],
    );
  }
  const { id: panelId } = await keep().make(await as('admin'), { callId, name: NAME, country: '' });
  for (const who of ['ana', 'boris', 'vera']) {
    await keep().seat(await as('secretary'), panelId, {
      personId: person(who),
      lead: who === 'ana',
      loadLimit: '',
    });
  }
  return { callId, slug, panelId, ids };
}

async function give({ panelId }: Selection, who: string, applicationId: Id): Promise<Id> {
  const { id } = await assigning().assign(await as('admin'), panelId, {
    applicationId,
    reviewerId: person(who),
  });
  return id;
}

const typed = (value: number) => ({
  scores: Object.fromEntries(
    standardSelection().criteria.map(({ id }) => [id, { value: String(value), comment: 'Добро.' }]),
  ),
  overall: 'Убедљива пријава.',
  recommendation: 'support',
});

async function handIn(who: string, reviewId: Id, value: number): Promise<void> {
  const request = await as(who);
  const { revision } = await writing().save(request, reviewId, typed(value), 0);
  await writing().submit(request, reviewId, revision);
}

const stateOf = async (id: Id) => {
  const { rows } = await scene.http.owner.query<{ state: string }>(
    'select state from applications where id = $1',
    [id],
  );
  return rows[0]?.state;
};
const assignmentOf = async (id: Id) => {
  const { rows } = await scene.http.owner.query<{ state: string; reason: string | null }>(
    'select state, reason from review_assignments where id = $1',
    [id],
  );
  return rows[0];
};
const standings = (callId: Id) =>
  scene.http.app
    .get(Database)
    .read(systemContext(systemClock), (ctx) => scene.http.app.get(Assessments).standings(ctx, callId));

/** What an act is refused with. */
async function refusal(act: Promise<unknown>): Promise<string> {
  const error = await act.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof DomainError)) throw new Error('it was not refused', { cause: error });
  return error.fields[0]
    ? `${error.fields[0].field} ${error.fields[0].problem}`
    : (error.reason ?? error.code);
}

it('lets nobody from another country join where an applicant does not agree to that', async () => {
  const here = await selection(2);
  const [first = ''] = here.ids;
  const { owner, app } = scene.http;
  const boris = [person('boris'), here.callId];
  await owner.query('update role_grants set revoked_at = now() where person_id = $1 and call_id = $2', boris);
  await keep().lead(await as('secretary'), here.panelId, 'open_reviewing');
  const crossed = async () =>
    (
      await owner.query(
        `select from transfers where purpose = 'assessment' and subject_id = any ($1) and to_country = 'RU'`,
        [here.ids],
      )
    ).rowCount;
  expect(await crossed()).toBe(0);
  const agrees = (until: string) =>
    owner.query(
      `update consents set withdrawn_at = ${until} where purpose = 'cross_border_transfer' and subject_id = $1`,
      [first],
    );
  await agrees('now()');
  await owner.query('update role_grants set revoked_at = null where person_id = $1 and call_id = $2', boris);
  const joins = () =>
    app
      .get(Database)
      .transaction(systemContext(systemClock), (ctx) =>
        app.get(AssessedAbroad).afterGrant(ctx, person('boris')),
      );
  expect(await refusal(joins())).toBe('reviewer_abroad_without_consent');
  expect(await crossed()).toBe(0);
  await agrees('null');
  await joins();
  expect(await crossed()).toBe(2);
});

it('puts a whole call on the register by as many statements as one application', async () => {
  const { owner, app } = scene.http;
  const counted: number[] = [];
  for (const size of [1, 6]) {
    const here = await selection(size);
    // Of this call alone: whoever assesses several is asked about each.
    await owner.query(
      'update role_grants set revoked_at = now() where person_id = $1 and revoked_at is null',
      [person('boris')],
    );
    await keep().lead(await as('secretary'), here.panelId, 'open_reviewing');
    await owner.query('update role_grants set revoked_at = null where person_id = $1 and call_id = $2', [
      person('boris'),
      here.callId,
    ]);
    counted.push(
      await app.get(Database).transaction(systemContext(systemClock), async (ctx) => {
        const runner = ctx.tx.queryRunner;
        if (!runner) throw new Error('no transaction');
        const asked = jest.spyOn(runner, 'query');
        await app.get(AssessedAbroad).afterGrant(ctx, person('boris'));
        const { length } = asked.mock.calls;
        asked.mockRestore();
        return length;
      }),
    );
    const { rows } = await owner.query<{ count: number; audited: number }>(
      `select count(*)::integer as count, (select count(*)::integer from audit_entries
         where action = 'transfer.registered' and subject_id = any ($1::text[])
           and data ->> 'purpose' = 'assessment' and data ->> 'to' = 'RU') as audited
       from transfers where purpose = 'assessment' and subject_id = any ($1::uuid[]) and to_country = 'RU'`,
      [here.ids],
    );
    expect(rows).toEqual([{ count: size, audited: size }]);
  }
  expect(counted[1]).toBe(counted[0]);
});

describe('a panel', () => {
  it('takes in what is eligible, is given work, and scores it when it closes', async () => {
    const here = await selection(2);
    const [first = '', second = ''] = here.ids;
    expect(await stateOf(first)).toBe('eligible');
    await keep().lead(await as('secretary'), here.panelId, 'open_reviewing');
    expect(await stateOf(first)).toBe('in_review');

    const reviews = [
      await give(here, 'ana', first),
      await give(here, 'boris', first),
      await give(here, 'vera', second),
    ];
    await handIn('ana', reviews[0] ?? '', 8);
    expect(await standings(here.callId)).toEqual(
      [
        { applicationId: first, points: 80_000, complete: false, reviews: 1, spread: null },
        { applicationId: second, points: null, complete: false, reviews: 0, spread: null },
      ].sort((a, b) => (a.applicationId < b.applicationId ? -1 : 1)),
    );
    expect(await refusal(keep().lead(await as('admin'), here.panelId, 'close'))).toBe('reviews_awaited');
    await handIn('boris', reviews[1] ?? '', 5);
    await writing().decline(await as('vera'), reviews[2] ?? '', 'Нисам стручњак за ову област.');
    expect(await refusal(keep().lead(await as('admin'), here.panelId, 'close'))).toBe(
      'applications_unreviewed',
    );
    const { id: replacement } = await assigning().replace(await as('secretary'), reviews[2] ?? '', {
      reviewerId: person('ana'),
    });
    expect(await assignmentOf(reviews[2] ?? '')).toMatchObject({ state: 'replaced' });
    await handIn('ana', replacement, 10);
    await keep().lead(await as('admin'), here.panelId, 'close');
    expect([await stateOf(first), await stateOf(second)]).toEqual(['scored', 'scored']);
    const byId = new Map((await standings(here.callId)).map((each) => [each.applicationId, each]));
    expect(byId.get(first)).toMatchObject({ points: 65_000, complete: true, reviews: 2, spread: 30_000 });
    expect(byId.get(second)).toMatchObject({ points: 100_000, complete: true, reviews: 1, spread: null });
    expect(
      await refusal(writing().amend(await as('ana'), replacement, { ...typed(1), reason: 'Не.' }, 1)),
    ).toBe('panel_not_reviewing');
  }, 60_000);

  it('is made and led by those who keep it, and by nobody else', async () => {
    const here = await selection(1);
    for (const who of ['ana', 'home']) {
      expect(await refusal(keep().lead(await as(who), here.panelId, 'open_reviewing'))).toBe(
        who === 'ana' ? 'no_role' : 'not_found',
      );
    }
    expect(
      await refusal(keep().make(await as('ana'), { callId: here.callId, name: NAME, country: '' })),
    ).toBe('not_found');
    expect(
      await refusal(keep().make(await as('admin'), { callId: here.callId, name: NAME, country: 'RS' })),
    ).toBe('country not_in_list');
    expect(
      await refusal(
        keep().seat(await as('admin'), here.panelId, {
          personId: person('home'),
          lead: false,
          loadLimit: '',
        }),
      ),
    ).toBe('person not_reviewer');
  }, 60_000);

  it('of one side assesses all of the call, and scores it when the other side has closed too', async () => {
    const rules = standardSelection();
    const here = await selectionBySide(rules);
    const [id = ''] = here.ids;
    const give = async (panelId: Id, who: string) =>
      (await assigning().assign(await as('admin'), panelId, { applicationId: id, reviewerId: person(who) }))
        .id;
    for (const panelId of [here.panelId, here.other]) {
      await keep().lead(await as('admin'), panelId, 'open_reviewing');
    }
    await handIn('ana', await give(here.panelId, 'ana'), 6);
    await keep().lead(await as('admin'), here.panelId, 'close');
    expect(await stateOf(id)).toBe('in_review');
    expect(await standings(here.callId)).toMatchObject([{ points: 60_000, complete: false }]);
    await handIn('boris', await give(here.other, 'boris'), 8);
    await keep().lead(await as('admin'), here.other, 'close');
    expect(await stateOf(id)).toBe('scored');
    expect(await standings(here.callId)).toMatchObject([{ points: 70_000, complete: true, spread: 20_000 }]);
  }, 60_000);
});

async function selectionBySide(rules: SelectionRules) {
  const here = await selection(1, { review: { ...rules.review, bySide: false } });
  await scene.http.owner.query(
    `update calls set selection = jsonb_set(selection, '{review,bySide}', 'true') where id = $1`,
    [here.callId],
  );
  await scene.http.owner.query("update review_panels set country = 'RS' where id = $1", [here.panelId]);
  const { id: other } = await keep().make(await as('admin'), {
    callId: here.callId,
    name: NAME,
    country: 'RU',
  });
  await keep().seat(await as('admin'), other, { personId: person('boris'), lead: false, loadLimit: '1' });
  return { ...here, other };
}

describe('an assignment', () => {
  it('is refused to whoever is bound, has it already, or has enough', async () => {
    const here = await selection(2);
    const [first = '', second = ''] = here.ids;
    const assign = async (who: string, applicationId: Id) =>
      refusal(
        assigning().assign(await as('admin'), here.panelId, { applicationId, reviewerId: person(who) }),
      );
    await give(here, 'ana', first);
    expect(await assign('ana', first)).toBe('already_assigned');
    expect(await assign('home', first)).toBe('not_member');
    await keep().seat(await as('admin'), here.panelId, {
      personId: person('ana'),
      lead: false,
      loadLimit: '1',
    });
    expect(await assign('ana', second)).toBe('load_reached');
    const { rows } = await scene.http.owner.query<{ applicant: Id }>(
      'select applicant_id as applicant from applications where id = $1',
      [second],
    );
    await scene.http.owner.query(
      `insert into conflict_declarations (id, person_id, about_id, kind, application_id, declared_at)
       values ($1, $2, $3, 'family', $4, now())`,
      [newId(), person('boris'), rows[0]?.applicant, first],
    );
    expect(await assign('boris', second)).toBe('reviewer_bound');
    expect(
      await refusal(
        assigning().assign(await as('ana'), here.panelId, {
          applicationId: second,
          reviewerId: person('ana'),
        }),
      ),
    ).toBe('no_role');
  }, 60_000);

  it('ends with its application, and nobody is unseated who still has one', async () => {
    const here = await selection(1);
    const [id = ''] = here.ids;
    const review = await give(here, 'vera', id);
    expect(await refusal(keep().unseat(await as('admin'), here.panelId, person('vera')))).toBe(
      'member_has_work',
    );
    const { rows } = await scene.http.owner.query<{ applicant: Id }>(
      'select applicant_id as applicant from applications where id = $1',
      [id],
    );
    await scene.http.app.get(WithdrawApplication).run(scene.as(rows[0]?.applicant ?? ''), id);
    expect(await assignmentOf(review)).toMatchObject({ state: 'withdrawn' });
    await keep().unseat(await as('admin'), here.panelId, person('vera'));
  }, 60_000);

  it('is reminded of before its day and on it, once each', async () => {
    const here = await selection(1);
    const [id = ''] = here.ids;
    const review = await give(here, 'ana', id);
    await keep().lead(await as('admin'), here.panelId, 'open_reviewing');
    const reminded = async (days: number) => {
      await scene.http.app.get(KeepReviews).run(new SettableClock(new Date(Date.now() + days * DAY_MS)));
      const { rows } = await scene.http.owner.query<{ type: string }>(
        "select type from outbox_events where subject_id = $1 and type like 'review.due%' order by at, id",
        [review],
      );
      return rows.map(({ type }) => type);
    };
    expect(await reminded(5)).toEqual([]);
    expect(await reminded(12)).toEqual(['review.due_soon']);
    expect(await reminded(13)).toEqual(['review.due_soon']);
    expect(await reminded(15)).toEqual(['review.due_soon', 'review.due']);
    expect(await reminded(16)).toEqual(['review.due_soon', 'review.due']);
  }, 60_000);
});

/** A score and a comment for each criterion, as the form of the page sends them. */
const formOf = (value: number, more: Readonly<Record<string, string>> = {}) => ({
  ...Object.fromEntries(
    standardSelection().criteria.flatMap(({ id }) => [
      [`score-${id}`, String(value)],
      [`comment-${id}`, 'Убедљиво.'],
    ]),
  ),
  overall: 'Добра пријава.',
  recommendation: 'support',
  ...more,
});
/** A page with one of its forms sent: what is hidden in it goes along. */
async function press(who: string, page: string, path: string, fields: Readonly<Record<string, string>> = {}) {
  const open = await scene.browser(who).open(page);
  const hidden = Object.fromEntries(
    [...open.body.matchAll(/type="hidden" name="(revision|version)" value="(\d+)"/g)].map((match) => [
      match[1] ?? '',
      match[2] ?? '',
    ]),
  );
  return scene.send(who, open, path, { ...hidden, ...fields });
}

describe('the pages', () => {
  it('lead a panel from its making to its end without a script', async () => {
    const here = await selection(1);
    const [id = ''] = here.ids;
    const list = await scene.browser('secretary').open('/reviews/panels');
    expect(list.body).toContain(`/reviews/panels/${here.panelId}`);
    const page = `/reviews/panels/${here.panelId}`;
    const wrong = await press('secretary', page, `${page}/due`, {
      'due-day': '31',
      'due-month': '2',
      'due-year': '2099',
    });
    expect(wrong.status).toBe(422);
    expect(wrong.body).toContain('value="31"');
    const due = { 'due-day': '3', 'due-month': '12', 'due-year': '2099' };
    expect((await press('secretary', page, `${page}/due`, due)).status).toBe(303);
    await press('secretary', page, `${page}/phase`, { act: 'open_reviewing' });
    expect(await stateOf(id)).toBe('in_review');
    const assign = `${page}/applications/${id}`;
    const offered = await scene.browser('admin').open(assign);
    expect(offered.body).toContain(`value="${person('ana')}"`);
    expect((await press('admin', assign, `${assign}/assign`, { reviewer: person('ana') })).status).toBe(303);
    const again = await press('admin', assign, `${assign}/assign`, { reviewer: person('ana') });
    expect(again.status).toBe(409);
    expect(again.body).toContain('has this application already');

    const mine = await scene.browser('ana').open('/reviews');
    const { rows } = await scene.http.owner.query<{ id: Id }>(
      'select id from review_assignments where panel_id = $1',
      [here.panelId],
    );
    const review = `/reviews/${rows[0]?.id}`;
    expect(mine.body).toContain(`href="${review}"`);
    expect(mine.body).toContain('RS-');
    const form = await scene.browser('ana').open(review);
    // Criteria, their weights and what a score means, in the reader's language.
    for (const words of ['Plan of the stay', 'Counts 30 of 100', 'excellent'])
      expect(form.body).toContain(words);
    const bad = await press('ana', review, review, formOf(11));
    expect(bad.status).toBe(422);
    expect(bad.body).toContain('Record: Score');
    expect(bad.body).toContain('Добра пријава.');
    const stale = await scene.send('ana', form, review, { ...formOf(7), revision: '4' });
    expect(stale.status).toBe(412);
    const half = await press('ana', review, review, formOf(7, { overall: '', then: 'check' }));
    expect(half.headers.get('location')).toBe(`${review}/check`);
    const check = await scene.browser('ana').open(`${review}/check`);
    expect(check.body).toContain('Still missing');
    await press('ana', review, review, formOf(7));
    const whole = await scene.browser('ana').open(`${review}/check`);
    expect(whole.body).toContain('70 of 100');
    expect((await press('ana', `${review}/check`, `${review}/submit`)).status).toBe(303);
    await press('ana', `${review}/amend`, `${review}/amend`, formOf(8, { reason: 'Читао сам поново.' }));
    const amended = await scene.browser('ana').open(review);
    expect(amended.body).toContain('80 of 100');
    expect(amended.body).toContain('70 of 100');
    expect((await press('secretary', page, `${page}/phase`, { act: 'close' })).status).toBe(303);
    expect(await stateOf(id)).toBe('scored');
  }, 60_000);

  it('tell a reviewer what others said only when their own is in', async () => {
    const here = await selection(1);
    const [id = ''] = here.ids;
    await keep().lead(await as('admin'), here.panelId, 'open_reviewing');
    const anas = await give(here, 'ana', id);
    const boriss = await give(here, 'boris', id);
    await writing().save(await as('ana'), anas, { ...typed(9), overall: 'ТАЈНА РЕЧ' }, 0);
    await writing().submit(await as('ana'), anas, 1);
    const before = await scene.browser('boris').open(`/reviews/${boriss}`);
    expect(before.body).toContain('once your own is in');
    expect(before.body).not.toContain('ТАЈНА');
    for (const path of ['', '/amend', '/check', '/file']) {
      const answer = await scene.browser('boris').open(`/reviews/${anas}${path}`);
      expect(answer.status).toBe(404);
    }
    // Nor what the panel's own pages count and list.
    const panel = await scene.browser('boris').open(`/reviews/panels/${here.panelId}`);
    expect(panel.body).not.toContain(id);
    expect(panel.body).not.toMatch(/90 of 100|handed in|applications: 1/);
    await handIn('boris', boriss, 3);
    const after = await scene.browser('boris').open(`/reviews/${boriss}`);
    expect(after.body).toContain('ТАЈНА РЕЧ');
    expect(after.body).toContain('60 between the highest and the lowest');
    // Whoever was not asked waits for the discussion.
    await keep().lead(await as('admin'), here.panelId, 'open_discussion');
    expect((await scene.browser('vera').open(`/reviews/${anas}`)).status).toBe(404);
    const read = `/reviews/panels/${here.panelId}/applications/${id}/reviews`;
    expect((await scene.browser('vera').open(read)).body).toContain('ТАЈНА РЕЧ');
  }, 60_000);

  it('show the commission what was said, how far it lies apart, and whoever keeps the programme nothing', async () => {
    const here = await selection(1);
    const [id = ''] = here.ids;
    await keep().lead(await as('admin'), here.panelId, 'open_reviewing');
    const read = `/reviews/panels/${here.panelId}/applications/${id}/reviews`;
    const boriss = await give(here, 'boris', id);
    const veras = await give(here, 'vera', id);
    await handIn('ana', await give(here, 'ana', id), 9);
    for (const who of ['boris', 'vera', 'admin', 'home']) {
      expect((await scene.browser(who).open(read)).status).toBeGreaterThanOrEqual(403);
    }
    await handIn('boris', boriss, 8);
    await handIn('vera', veras, 3);
    const panel = await scene.browser('secretary').open(`/reviews/panels/${here.panelId}`);
    expect(panel.body).toMatch(/66\.67[\s\S]*60/);
    expect(panel.body).toContain('stands apart');
    const page = await scene.browser('secretary').open(read);
    expect(page.body).toContain('Together 66.67 of 100; 60 between the highest and the lowest');
    expect((await scene.browser('admin').open(read)).status).toBeGreaterThanOrEqual(403);
    expect((await scene.browser('admin').open(`/reviews/panels/${here.panelId}`)).body).not.toContain(
      '66.67',
    );
    // What a colleague reads is the panel's, and of nobody who is bound.
    expect((await scene.browser('boris').open(read)).status).toBe(200);
  }, 60_000);

  it('are not there for whoever is bound, and count nothing for them', async () => {
    const here = await selection(2);
    const [first = '', second = ''] = here.ids;
    await keep().lead(await as('admin'), here.panelId, 'open_reviewing');
    const review = await give(here, 'vera', first);
    await give(here, 'vera', second);
    expect((await scene.browser('vera').open('/reviews')).body).toContain(review);
    await scene.send(
      'vera',
      `/applications/${first}/review/conflict`,
      `/applications/${first}/review/conflict`,
      {
        kind: 'supervision',
      },
    );
    expect(await assignmentOf(review)).toMatchObject({ state: 'withdrawn' });
    const list = await scene.browser('vera').open('/reviews');
    expect(list.body).not.toContain(review);
    const [number = ''] = (
      await scene.http.owner.query<{ number: string }>('select number from applications where id = $1', [
        first,
      ])
    ).rows.map((row) => row.number);
    expect(list.body).not.toContain(number);
    expect((await scene.browser('vera').open(`/reviews/${review}`)).status).toBe(404);
    expect(
      await scene.http.app
        .get(Database)
        .read(await as('vera'), (ctx) => scene.http.app.get(ReviewsRepository).countAwaited(ctx, 10)),
    ).toBe(1);
  }, 60_000);
});

describe('where nobody is to know whose it is', () => {
  it('every way to the file but one is shut, and that one names nobody', async () => {
    const rules = standardSelection();
    const here = await selection(2, {
      review: { ...rules.review, bySide: false, anonymous: ['names', 'institutions'] },
    });
    const [id = ''] = here.ids;
    await keep().lead(await as('admin'), here.panelId, 'open_reviewing');
    const review = await give(here, 'ana', id);
    const ana = scene.browser('ana');
    const { rows } = await scene.http.owner.query<{ number: string; family: string }>(
      `select a.number, p.native_family as family from applications a join persons p on p.id = a.applicant_id where a.id = $1`,
      [id],
    );
    const [{ number, family } = { number: '', family: '' }] = rows;
    const { rows: uploads } = await scene.http.owner.query<{ id: Id; requirement: string }>(
      `select id, requirement from uploads where subject_kind = 'application' and subject_id = $1`,
      [id],
    );
    const upload = uploads.find(({ requirement }) => requirement === 'transcript')?.id ?? '';
    // Pages, papers and downloads.
    for (const path of ['', '/review', '/messages', '/dossier.pdf', `/files/${upload}`, '/review/conflict']) {
      expect({ path, status: (await ana.open(`/applications/${id}${path}`)).status }).toEqual({
        path,
        status: 404,
      });
    }
    // The list, its counts, its search by a name or a number, and its file.
    for (const query of ['waits=all', `waits=all&q=${number}`, `waits=all&q=${encodeURIComponent(family)}`]) {
      const list = await ana.open(`/applications?${query}`);
      expect(list.body).not.toContain(id);
      expect(list.body).not.toContain(`>${number}<`);
    }
    const csv = await scene.send('ana', '/applications/export', '/applications/export', { format: 'csv' });
    expect(csv.body).not.toContain(number);
    // Programs, in the reviewer's name.
    for (const path of ['', '/rank', '/references', '/notes', '/history']) {
      expect((await scene.api('ana', `/applications/${id}${path}`)).status).toBeGreaterThanOrEqual(403);
    }
    const { body } = await scene.api('ana', '/applications?scope=office&limit=100');
    expect(JSON.stringify(body)).not.toContain(id);

    const page = await ana.open(`/reviews/${review}`);
    expect(page.body).toMatch(/Candidate \d+/);
    const file = await ana.open(`/reviews/${review}/file`);
    expect(file.status).toBe(200);
    expect(file.body).toContain('transcript.pdf');
    for (const open of [
      page,
      file,
      await ana.open('/reviews'),
      await ana.open(`/reviews/panels/${here.panelId}`),
    ]) {
      expect(open.body).not.toContain(number);
      expect(open.body).not.toContain(family);
      expect(open.body).not.toContain(id);
      expect(open.body).not.toMatch(/of Belgrade|у Београду|Lomonosov|bg\.ac\.rs/);
    }
    const document = await ana.open(`/reviews/${review}/file/transcript`);
    expect(document.status).toBe(200);
    expect(document.headers.get('content-disposition')).toMatch(/\d+-transcript\.pdf/);
    expect((await ana.open(`/reviews/${review}/file/passport_copy`)).status).toBe(404);
    // The mails that tell of it call it as the pages do.
    const { rows: events } = await scene.http.owner.query<DeliveredEvent>(
      `select id::text, type, at, actor_id as "actorId", payload, json_build_object('kind', subject_kind, 'id', subject_id) as subject
       from outbox_events where subject_id = $1 and type = 'review.assigned'`,
      [review],
    );
    for (const event of events) await scene.http.app.get(QueueMails).run(event);
    const { rows: mails } = await scene.http.owner.query<{ data: object }>(
      "select data from mail_messages where person_id = $1 and template = 'review_assigned' and event_id = $2",
      [person('ana'), events[0]?.id],
    );
    expect(mails).toHaveLength(1);
    const mail = JSON.stringify(mails);
    expect(mail).toMatch(/Candidate \d+|Кандидат \d+/);
    for (const secret of [number, family, id]) expect(mail).not.toContain(secret);
    // Nobody else of the panel opens it by this address, and no office reads through it.
    for (const who of ['boris', 'admin', 'secretary']) {
      expect((await scene.browser(who).open(`/reviews/${review}/file`)).status).toBeGreaterThanOrEqual(403);
    }
  }, 60_000);
});

describe('a review', () => {
  it('is kept as it is written, never overwritten silently, and said anew only with a reason', async () => {
    const here = await selection(1);
    const [id = ''] = here.ids;
    const review = await give(here, 'ana', id);
    const request = await as('ana');
    expect(await refusal(writing().save(request, review, typed(5), 0))).toBe('panel_not_reviewing');
    await keep().lead(await as('admin'), here.panelId, 'open_reviewing');
    const half = { ...typed(5), overall: '', recommendation: '' };
    expect(await writing().save(request, review, half, 0)).toEqual({ revision: 1 });
    expect(await assignmentOf(review)).toMatchObject({ state: 'accepted' });
    expect(await refusal(writing().save(request, review, typed(9), 0))).toBe('stale');
    expect(await refusal(writing().submit(request, review, 1))).toBe('overall required');
    await writing().save(request, review, typed(5), 1);
    expect(await refusal(writing().submit(request, review, 1))).toBe('stale');
    await writing().submit(request, review, 2);
    expect(await refusal(writing().save(request, review, typed(5), 2))).toBe('wrong_state');
    expect(await refusal(writing().amend(request, review, { ...typed(7), reason: ' ' }, 1))).toBe(
      'reason required',
    );
    expect(
      await writing().amend(request, review, { ...typed(7), reason: 'Прегледао сам поново.' }, 1),
    ).toEqual({ version: 2 });
    expect(await refusal(writing().amend(request, review, { ...typed(9), reason: 'Опет.' }, 1))).toBe(
      'stale',
    );
    const { rows } = await scene.http.owner.query<{ version: number; points: number }>(
      'select version, points from reviews where assignment_id = $1 order by version',
      [review],
    );
    expect(rows).toEqual([
      { version: 1, points: 50_000 },
      { version: 2, points: 70_000 },
    ]);
    expect(await standings(here.callId)).toMatchObject([{ points: 70_000, reviews: 1 }]);
    // Somebody else's it is not, whatever they try.
    expect(await refusal(writing().accept(await as('boris'), review))).toBe('not_found');
  }, 60_000);
});
