import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DeclareConflict } from '../../src/applications/operations/declare-conflict.js';
import { NominateCandidate } from '../../src/applications/public.js';
import { standardSelection } from '../../src/calls/public.js';
import { AssignReviewers, KeepPanels, ProposeReviewers } from '../../src/reviews/public.js';
import { Database } from '../../src/platform/database/database.js';
import { DomainError } from '../../src/shared/domain-error.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { actingAs } from '../factories/acting.js';
import { OfficeScene } from './office-scene.js';

/** Who is proposed to assess what, and given it in one act. */

const NAME = { sr: 'Панел', ru: 'Группа', en: 'Panel' };
const REVIEWERS = ['ana', 'boris', 'vera'] as const;

let scene: OfficeScene;
let home: Id;

beforeAll(async () => {
  scene = await OfficeScene.start();
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
  await scene.http.owner.query('update persons set home_institution_id = null where id = any ($1)', [
    REVIEWERS.map((who) => scene.people[who]),
  ]);
}, 120_000);

afterAll(async () => {
  await expectInvariants(scene.http.owner);
  await scene.stop();
});

const as = (who: string) => actingAs(scene.http.app, scene.people[who] ?? who);
const person = (who: string) => scene.people[who] ?? '';
const proposing = () => scene.http.app.get(ProposeReviewers);

/** A ranked call in selection with two eligible applications, and a panel of three that begins to review. */
async function panelOf(perApplication: number, loadLimit = '') {
  const slug = `proposal-${newId()}`;
  const rules = standardSelection();
  const callId = await scene.world.publishedCall({
    slug,
    route: 'ranked',
    selection: { ...rules, review: { ...rules.review, bySide: false, perApplication } },
  });
  const ids = await scene.submitted(slug, home, 2);
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
  const keep = scene.http.app.get(KeepPanels);
  const { id: panelId } = await keep.make(await as('admin'), { callId, name: NAME, country: '' });
  for (const who of REVIEWERS) {
    await scene.http.owner.query(
      `insert into role_grants (id, person_id, role, call_id, reason, valid_from)
       values ($1, $2, 'reviewer', $3, 'test', '2000-01-01')`,
      [newId(), person(who), callId],
    );
    await keep.seat(await as('secretary'), panelId, { personId: person(who), lead: false, loadLimit });
  }
  await keep.lead(await as('admin'), panelId, 'open_reviewing');
  return { panelId, ids };
}

async function proposal(who: string, panelId: Id) {
  const request = await as(who);
  return scene.http.app.get(Database).read(request, (ctx) => proposing().propose(ctx, panelId));
}

async function refusal(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.catch((reason: unknown) => reason);
  if (!(error instanceof DomainError)) throw new Error(`not refused: ${String(error)}`);
  return error.reason;
}

async function countOf(sql: string, id: Id): Promise<number> {
  const { rows } = await scene.http.owner.query<{ count: number }>(
    `select count(*)::integer as count from ${sql}`,
    [id],
  );
  return rows[0]?.count ?? -1;
}

describe('the proposal', () => {
  it('gives every application what it lacks, of both countries, and is given out in one act on record', async () => {
    const { panelId, ids } = await panelOf(2);
    const { reviews, unmet, fingerprint } = await proposal('secretary', panelId);
    expect(unmet).toEqual([]);
    for (const id of ids) {
      const own = reviews.filter(({ applicationId }) => applicationId === id);
      expect(own).toHaveLength(2);
      // Two of the three are of one country: the third assesses everything.
      expect(own.map(({ reviewerId }) => reviewerId)).toContain(person('boris'));
    }
    expect(await proposing().accept(await as('secretary'), panelId, fingerprint)).toBe(4);
    expect(await countOf('review_assignments where panel_id = $1 and assigned_by is null', panelId)).toBe(4);
    expect(
      await countOf(
        "audit_entries where action = 'panel.assign_proposed' and subject_id = $1::text",
        panelId,
      ),
    ).toBe(1);
    expect(
      await countOf(
        `outbox_events e join review_assignments r on r.id::text = e.subject_id
         where e.type = 'review.assigned' and r.panel_id = $1`,
        panelId,
      ),
    ).toBe(4);
    // What is complete needs nothing more, and what was shown once is given out once.
    expect((await proposal('secretary', panelId)).reviews).toEqual([]);
    expect(await refusal(proposing().accept(await as('secretary'), panelId, fingerprint))).toBe(
      'proposal_changed',
    );
  }, 60_000);

  it('is refused as a whole where something has changed since it was shown', async () => {
    const { panelId, ids } = await panelOf(1);
    const shown = await proposal('admin', panelId);
    await scene.http.app.get(AssignReviewers).assign(await as('admin'), panelId, {
      applicationId: ids[0] ?? '',
      reviewerId: person('vera'),
    });
    expect(await refusal(proposing().accept(await as('admin'), panelId, shown.fingerprint))).toBe(
      'proposal_changed',
    );
    expect(await countOf('review_assignments where panel_id = $1', panelId)).toBe(1);
  }, 60_000);

  it('leaves apart whom something binds, who was asked for a letter and who had it already, and says what it lacks', async () => {
    const { panelId, ids } = await panelOf(3, '1');
    const [first = '', second = ''] = ids;
    await scene.http.app.get(DeclareConflict).run(await as('ana'), first, 'supervision');
    const { rows } = await scene.http.owner.query<{ email: string }>(
      'select email from persons where id = $1',
      [person('vera')],
    );
    const [link, request] = [newId(), newId()];
    await scene.http.owner.query(
      `insert into signed_links (id, purpose, subject_kind, subject_id, expires_at, created_at)
       values ($1, 'letter_of_reference', 'reference', $2, now() + interval '9 days', now())`,
      [link, request],
    );
    await scene.http.owner.query(
      `insert into reference_requests (id, application_id, state, state_since, name, email, email_key, relation, language,
         confidential, due_at, link_id, created_at)
       values ($1, $2, 'invited', now(), 'Vera', $3::text, lower($3::text), 'teacher', 'en', true, now(), $4, now())`,
      [request, second, rows[0]?.email, link],
    );
    const { reviews, unmet, conflicts } = await proposal('secretary', panelId);
    const between = (id: Id, who: string) =>
      conflicts.find(({ applicationId, reviewerId }) => applicationId === id && reviewerId === person(who));
    expect(between(first, 'ana')).toMatchObject({ kind: 'declared', binding: true });
    expect(between(second, 'vera')).toMatchObject({ kind: 'referee', binding: false });
    expect(between(second, 'boris')).toBeUndefined();
    // One application each: the first may have vera or boris, the second ana or boris.
    expect(reviews).toHaveLength(3);
    expect(reviews).not.toContainEqual({ applicationId: first, reviewerId: person('ana') });
    expect(reviews).not.toContainEqual({ applicationId: second, reviewerId: person('vera') });
    expect(unmet.reduce((sum, { missing }) => sum + missing, 0)).toBe(3);
    expect(unmet.every(({ apart }) => apart === 1)).toBe(true);
  }, 60_000);

  it('is nobody’s but those who keep panels', async () => {
    const { panelId } = await panelOf(1);
    const page = `/reviews/panels/${panelId}/proposal`;
    for (const who of ['ana', 'home']) {
      const answer = await scene.browser(who).open(page);
      expect([403, 404]).toContain(answer.status);
      await expect(proposal(who, panelId)).rejects.toBeInstanceOf(DomainError);
    }
  }, 60_000);
});

it('is read and accepted on its page, without a script', async () => {
  const { panelId, ids } = await panelOf(1);
  const panel = `/reviews/panels/${panelId}`;
  const shown = await scene.browser('secretary').open(panel);
  expect(shown.body).toContain(`href="${panel}/proposal"`);
  const page = await scene.browser('secretary').open(`${panel}/proposal`);
  expect(page.status).toBe(200);
  expect(page.body).toContain('Reviews to be given out: 2');
  const fingerprint = /name="fingerprint" value="([0-9a-f]{64})"/.exec(page.body)?.[1] ?? '';
  const wrong = await scene.send('secretary', page, `${panel}/proposal`, { fingerprint: 'other' });
  expect(wrong.status).toBe(409);
  expect(wrong.body).toContain('Something has changed in the meantime');
  const given = await scene.send('secretary', page, `${panel}/proposal`, { fingerprint });
  expect([given.status, given.headers.get('location')]).toEqual([303, panel]);
  expect(await countOf('review_assignments where panel_id = $1', panelId)).toBe(ids.length);
  const again = await scene.send('secretary', page, `${panel}/proposal`, { fingerprint });
  expect(again.status).toBe(409);
}, 60_000);
