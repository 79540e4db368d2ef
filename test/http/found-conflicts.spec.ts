import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AcceptInvitation, GrantRole, SignedLinks } from '../../src/access/public.js';
import { NotificationsModule } from '../../src/notifications/notifications.module.js';
import { Database, systemContext } from '../../src/platform/database/database.js';
import { DismissConflict } from '../../src/reviews/operations/dismiss-conflict.js';
import { FindConflicts } from '../../src/reviews/operations/find-conflicts.js';
import { KeepProfile } from '../../src/reviews/operations/keep-profile.js';
import { AssignReviewers, KeepPanels, ProposeReviewers } from '../../src/reviews/public.js';
import { ReviewsPorts } from '../../src/reviews/reviews-ports.js';
import { systemClock } from '../../src/shared/clock.js';
import { DomainError } from '../../src/shared/domain-error.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { BiddingScene } from './bidding-scene.js';
import type { MadePanel } from './bidding-scene.js';

/** What stands between reviewers and applications: found, kept, shutting, dismissed; and what reviewers say before. */

let scene: BiddingScene;

beforeAll(async () => {
  scene = await BiddingScene.start([NotificationsModule]);
}, 120_000);

afterAll(async () => {
  await expectInvariants(scene.office.http.owner);
  await scene.office.stop();
});

const of = <T>(type: abstract new (...rest: never[]) => T): T => scene.office.http.app.get<T>(type);
const lead = async ({ panelId }: MadePanel) =>
  of(KeepPanels).lead(await scene.as('admin'), panelId, 'open_reviewing');
const give = async ({ panelId }: MadePanel, who: string, applicationId: Id) =>
  (
    await of(AssignReviewers).assign(await scene.as('admin'), panelId, {
      applicationId,
      reviewerId: scene.person(who),
    })
  ).id;
const proposal = async ({ panelId }: MadePanel) => {
  const request = await scene.as('secretary');
  return of(Database).read(request, (ctx) => of(ProposeReviewers).propose(ctx, panelId));
};
const works = async (request: Awaited<ReturnType<typeof scene.as>>, ...dois: string[]) =>
  of(KeepProfile).saveWorks(request, { dois: dois.join('\n'), orcid: '' });
const rowsOf = async (who: string, applicationId: Id) => {
  const { rows } = await scene.office.http.owner.query<{
    kind: string;
    evidence: string;
    binding: boolean;
    ended: boolean;
    dismissed: boolean;
  }>(
    `select kind, evidence, binding, ended_at is not null as ended, dismissed_at is not null as dismissed
     from review_conflicts where reviewer_id = $1 and application_id = $2 order by kind, evidence, found_at`,
    [scene.person(who), applicationId],
  );
  return rows;
};
const stateOf = (review: Id) =>
  scene.one<string>('select state as value from review_assignments where id = $1', [review]);

async function refusal(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof DomainError)) throw new Error('it was not refused', { cause: error });
  return error.fields[0] ? `${error.fields[0].field} ${error.fields[0].problem}` : error.reason;
}

/** What a reviewer meets of a file in review, at each door where one could look. */
async function doors(who: string, here: MadePanel, applicationId: Id) {
  const browser = scene.office.browser(who);
  const number = await scene.numberOf(applicationId);
  const file = await browser.open(`/applications/${applicationId}/review`);
  const list = await scene.office.api(who, `/applications?scope=office&q=${number}`);
  const items = (list.body.items ?? []) as readonly { readonly id: string }[];
  return {
    page: file.status,
    api: (await scene.office.api(who, `/applications/${applicationId}`)).status,
    listed: items.some(({ id }) => id === applicationId),
    searched: (await browser.open(`/applications?waits=all&q=${number}`)).body.includes(applicationId),
    panel: (await browser.open(`/reviews/panels/${here.panelId}`)).body.includes(applicationId),
  };
}
const SHUT = { page: 404, api: 404, listed: false, searched: false, panel: false };

describe('a work that both published', () => {
  it('shuts the file where the call lets it bind, also after it was given, until it is dismissed with a reason', async () => {
    const here = await scene.panel(2, { binding: ['co_author'] });
    const [first = '', second = ''] = here.ids;
    await lead(here);
    const review = await give(here, 'ana', first);
    const other = await give(here, 'ana', second);
    expect(await doors('ana', here, first)).toMatchObject({ page: 200, api: 200, listed: true });

    await works(await scene.as('ana'), 'https://doi.org/10.1000/A', '10.1000/b');
    expect(await stateOf(review)).toBe('assigned');
    await works(await scene.as(await scene.applicantOf(first)), 'doi:10.1000/a', '10.1000/c');
    expect(await rowsOf('ana', first)).toEqual([
      { kind: 'co_author', evidence: '10.1000/a', binding: true, ended: false, dismissed: false },
    ]);
    expect([await stateOf(review), await stateOf(other)]).toEqual(['withdrawn', 'assigned']);
    expect(await doors('ana', here, first)).toEqual(SHUT);
    expect((await scene.office.browser('ana').open(`/reviews/${review}`)).status).toBe(404);
    expect(await doors('ana', here, second)).toMatchObject({ page: 200, api: 200, listed: true });
    expect(await refusal(give(here, 'ana', first))).toBe('reviewer_bound');

    // Nobody opens it to themselves by taking back what they said.
    await works(await scene.as('ana'));
    expect(await doors('ana', here, first)).toEqual(SHUT);

    const page = `/reviews/panels/${here.panelId}/conflicts`;
    const ask = `${page}/${first}/${scene.person('ana')}/co_author`;
    const shown = await scene.office.browser('secretary').open(page);
    expect(shown.status).toBe(200);
    expect(shown.body).toContain('published together: 10.1000/a');
    expect(shown.body).toContain(`href="${ask}"`);
    const empty = await scene.office.send('secretary', ask, ask, { reason: '  ' });
    expect([empty.status, empty.body.includes('Why is it no conflict?')]).toEqual([422, true]);
    const done = await scene.office.send('secretary', ask, ask, { reason: 'Two hundred authors <b>.' });
    expect([done.status, done.headers.get('location')]).toEqual([303, page]);
    const after = await scene.office.browser('secretary').open(page);
    expect(after.body).toContain('Two hundred authors &lt;b&gt;.');
    expect(await doors('ana', here, first)).toMatchObject({ page: 200, api: 200, listed: true });
    await give(here, 'ana', first);
    expect((await scene.office.browser('secretary').open(ask)).status).toBe(404);

    // New evidence of the same kind opens it again, and takes it back again.
    await works(await scene.as('ana'), '10.1000/c');
    expect(await rowsOf('ana', first)).toMatchObject([
      { evidence: '10.1000/a', dismissed: true },
      { evidence: '10.1000/c', dismissed: false, binding: true },
    ]);
    expect(await doors('ana', here, first)).toEqual(SHUT);
    expect(
      await scene.one<number>(
        `select count(*)::integer as value from audit_entries
         where action = 'conflict.dismissed' and subject_id = $1`,
        [here.panelId],
      ),
    ).toBe(1);
  }, 120_000);

  it('is looked at and forbids nothing where the call does not name it', async () => {
    const here = await scene.panel(1);
    const [first = ''] = here.ids;
    await works(await scene.as('boris'), '10.2000/1');
    await works(await scene.as(await scene.applicantOf(first)), '10.2000/1');
    await lead(here);
    expect(await rowsOf('boris', first)).toMatchObject([{ kind: 'co_author', binding: false }]);
    expect((await proposal(here)).reviews.map(({ reviewerId }) => reviewerId)).not.toContain(
      scene.person('boris'),
    );
    expect(await doors('boris', here, first)).toMatchObject({ page: 200, api: 200 });
    await give(here, 'boris', first);
  }, 60_000);
});

describe('who says that it is nothing', () => {
  it('is never the reviewer whom it concerns, nobody without the panel, and not where it is no matter of judgement', async () => {
    const here = await scene.panel(1, { binding: ['co_author'] });
    const [first = ''] = here.ids;
    await scene.office.http.owner.query(
      `insert into role_grants (id, person_id, role, reason, valid_from)
       values ($1, $2, 'programme_administrator', 'test', '2000-01-01')`,
      [newId(), scene.person('vera')],
    );
    await works(await scene.as('vera'), '10.3000/1');
    await works(await scene.as(await scene.applicantOf(first)), '10.3000/1');
    await of(Database).transaction(systemContext(systemClock), (ctx) =>
      of(FindConflicts).ofCall(ctx, here.callId),
    );
    const dismiss = async (who: string, kind = 'co_author') =>
      of(DismissConflict).run(
        await scene.as(who),
        here.panelId,
        { reviewerId: scene.person('vera'), applicationId: first, kind },
        'Није сукоб.',
      );
    expect(await refusal(dismiss('vera'))).toBe('separation_of_duties');
    for (const who of ['ana', 'home'])
      expect(['not_found', 'forbidden', 'no_role']).toContain(await refusal(dismiss(who)));
    expect(await refusal(dismiss('admin', 'referee'))).toBe('not_found');
    const own = await of(Database).read(await scene.as('vera'), (ctx) =>
      of(DismissConflict).read(ctx, here.panelId),
    );
    expect(own.conflicts.filter(({ reviewerId }) => reviewerId === scene.person('vera'))).toEqual([]);
    // Whoever is bound to the applicant does not say who else is not.
    const declared = newId();
    await scene.office.http.owner.query(
      `insert into conflict_declarations (id, person_id, about_id, kind, application_id, declared_at)
       values ($1, $2, $3, 'family', $4, now())`,
      [declared, scene.person('admin'), await scene.applicantOf(first), first],
    );
    expect(await refusal(dismiss('admin'))).toBe('separation_of_duties');
    // Nor who assesses it.
    expect(await refusal(give(here, 'boris', first))).toBe('separation_of_duties');
    await scene.office.http.owner.query('delete from conflict_declarations where id = $1', [declared]);
    await dismiss('admin');
    expect(await refusal(dismiss('admin'))).toBe('conflict_dismissed');
    await scene.office.http.owner.query(
      "delete from role_grants where person_id = $1 and role = 'programme_administrator'",
      [scene.person('vera')],
    );
  }, 60_000);
});

describe('what people say of themselves', () => {
  it('binds by the address of the other, whoever says it, and is found when somebody becomes a reviewer', async () => {
    const here = await scene.panel(2, {}, ['ana']);
    const [first = '', second = ''] = here.ids;
    await lead(here);
    const review = await give(here, 'ana', first);
    const mail = (id: Id) => scene.one<string>('select email as value from persons where id = $1', [id]);
    const profile = of(KeepProfile);
    const applicant = await scene.applicantOf(first);
    await profile.nameTie(await scene.as(applicant), {
      kind: 'supervision',
      name: 'Ана',
      email: ` ${(await mail(scene.person('ana'))).toUpperCase()}`,
    });
    expect(await stateOf(review)).toBe('withdrawn');
    expect(await doors('ana', here, first)).toEqual(SHUT);
    const boris = await scene.as('boris');
    const tie = { kind: 'family', name: 'Кандидат', email: await mail(await scene.applicantOf(second)) };
    const clicks = await Promise.allSettled([profile.nameTie(boris, tie), profile.nameTie(boris, tie)]);
    expect(clicks.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(clicks.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { reason: 'tie_named' },
    });
    await of(GrantRole).run(await scene.as('secretary'), {
      personId: scene.person('boris'),
      role: 'reviewer',
      scope: { callId: here.callId },
      reason: 'Потребан је.',
    });
    expect(await rowsOf('boris', second)).toMatchObject([{ kind: 'family', binding: true }]);
    expect(await doors('boris', here, second)).toEqual(SHUT);
    expect(await doors('boris', here, first)).toMatchObject({ page: 200, api: 200 });
  }, 60_000);

  it('is kept on one page, with what was typed where it is wrong, and read from a record where one answers', async () => {
    const office = scene.office;
    const page = '/account/assessing';
    expect((await office.browser('ana').open(page)).status).toBe(200);
    const wrong = await office.send('ana', page, `${page}/works`, { dois: '10.1000/1\nno-doi', orcid: '1' });
    expect(wrong.status).toBe(422);
    expect(wrong.body).toContain('This is no DOI: no-doi');
    expect(wrong.body).toContain('no-doi</textarea>');
    const right = await office.send('ana', page, `${page}/works`, {
      dois: '10.1000/1',
      orcid: '0000 0002 1825 0097',
    });
    expect(right.status).toBe(303);
    expect((await office.send('ana', page, `${page}/record`)).status).toBe(404);
    of(ReviewsPorts).worksOfOrcid = (orcid) =>
      Promise.resolve(orcid === '0000-0002-1825-0097' ? ['10.1000/FROM-RECORD', 'nothing'] : []);
    expect((await office.send('ana', page, `${page}/record`)).status).toBe(303);
    expect((await office.browser('ana').open(page)).body).toContain('10.1000/1\n10.1000/from-record');
    of(ReviewsPorts).worksOfOrcid = () => Promise.reject(new Error('silent'));
    expect((await office.send('ana', page, `${page}/record`)).status).toBe(503);
    of(ReviewsPorts).worksOfOrcid = null;
    const tie = await office.send('ana', page, `${page}/ties`, { kind: '', name: 'Пера', email: 'x' });
    expect([tie.status, tie.body.includes('value="Пера"')]).toEqual([422, true]);
    const named = { kind: 'family', name: 'Пера', email: 'pera@example.org' };
    expect((await office.send('ana', page, `${page}/ties`, named)).status).toBe(303);
    expect((await office.send('ana', page, `${page}/ties`, named)).status).toBe(409);
    const id = await scene.one<string>(
      "select id as value from person_ties where email_key = 'pera@example.org'",
    );
    expect((await office.send('boris', page, `${page}/ties/${id}/end`)).status).toBe(404);
    expect((await office.send('ana', page, `${page}/ties/${id}/end`)).status).toBe(303);
    // Whoever assesses nothing says nothing of fields.
    expect((await office.send('home', page, `${page}/fields`, { fields: '061' })).status).toBe(403);
    expect((await office.send('ana', page, `${page}/fields`, { fields: 'x' })).status).toBe(422);
  }, 60_000);
});

describe('what reviewers would rather assess', () => {
  it('is said of what nothing keeps from them, without names, and leads the proposal with fields and languages', async () => {
    const here = await scene.panel(2, { anonymous: ['names', 'institutions'], binding: ['co_author'] });
    const [first = '', second = ''] = here.ids;
    const office = scene.office;
    await works(await scene.as('vera'), '10.4000/1');
    await works(await scene.as(await scene.applicantOf(second)), '10.4000/1');
    const page = `/reviews/panels/${here.panelId}/bids`;
    const shown = await office.browser('ana').open(page);
    expect(shown.status).toBe(200);
    expect(shown.body).toContain('Not said yet: 2 of 2');
    expect(shown.body).toContain('Candidate 1');
    for (const hidden of [await scene.numberOf(first), 'Belgrade', 'Moscow', 'Јовић']) {
      expect(shown.body).not.toContain(hidden);
    }
    // Who is bound does not even meet the other by counting.
    const bound = await office.browser('vera').open(page);
    expect(bound.body).toContain('Not said yet: 1 of 1');
    expect(bound.body).not.toContain(second);
    expect((await office.send('vera', page, page, { [`bid-${second}`]: 'eager' })).status).toBe(404);

    await office.send('ana', page, page, { [`bid-${first}`]: 'rather_not', [`bid-${second}`]: 'eager' });
    await office.send('boris', page, page, { [`bid-${first}`]: 'eager', [`bid-${second}`]: 'rather_not' });
    expect((await office.browser('ana').open(page)).body).toContain('Not said yet: 0 of 2');
    const proposed = await proposal(here);
    const given = new Map(proposed.reviews.map((pair) => [pair.applicationId, pair.reviewerId]));
    expect(given).toEqual(
      new Map([
        [first, scene.person('boris')],
        [second, scene.person('ana')],
      ]),
    );
    const why = await office.browser('secretary').open(`/reviews/panels/${here.panelId}/proposal`);
    expect(why.body).toContain('would gladly assess it');
    // What was said binds nobody once the panel reviews.
    await lead(here);
    expect((await office.browser('ana').open(page)).status).toBe(409);
  }, 60_000);

  it('may be that they know whose it is, though nothing names them', async () => {
    const here = await scene.panel(1, { anonymous: ['names'] });
    const [first = ''] = here.ids;
    await lead(here);
    const review = await give(here, 'boris', first);
    const page = `/reviews/panels/${here.panelId}/applications/${first}/conflict`;
    const empty = await scene.office.send('boris', page, page, { kind: '' });
    expect(empty.status).toBe(422);
    const done = await scene.office.send('boris', page, page, { kind: 'family' });
    expect(done.status).toBe(303);
    expect(await stateOf(review)).toBe('withdrawn');
    expect((await scene.office.browser('boris').open(page)).status).toBe(404);
    expect(await rowsOf('boris', first)).toMatchObject([{ kind: 'declared', binding: true }]);
    expect((await scene.office.browser('home').open(page)).status).toBe(403);
  }, 60_000);
});

describe('an invitation by mail', () => {
  it('is sent with what is known before one’s eyes, and whoever accepts sits in the panel', async () => {
    const here = await scene.panel(1, {}, ['ana']);
    const [first = ''] = here.ids;
    const office = scene.office;
    const page = `/reviews/panels/${here.panelId}/invite`;
    const mail = await scene.one<string>('select email as value from persons where id = $1', [
      scene.person('vera'),
    ]);
    await works(await scene.as('vera'), '10.5000/1');
    await works(await scene.as(await scene.applicantOf(first)), '10.5000/1');
    const fields = { email: mail, language: 'ru', reason: 'Потребна је.' };
    const warned = await office.send('secretary', page, page, fields);
    expect(warned.status).toBe(409);
    expect(warned.body).toContain('published together with the applicant; the call does not forbid it: 1');
    expect(warned.body).toContain('Shut to them: 0 of 1 applications.');
    expect(warned.body).toContain(`value="${mail}"`);
    const invitations = () =>
      scene.one<number>('select count(*)::integer as value from role_invitations where panel_id = $1', [
        here.panelId,
      ]);
    expect(await invitations()).toBe(0);
    expect((await office.send('secretary', page, page, { ...fields, email: 'x' })).status).toBe(422);
    const sent = await office.send('secretary', page, page, { ...fields, seen: 'yes' });
    expect(sent.status).toBe(303);
    expect(await invitations()).toBe(1);
    expect((await office.browser('ana').open(page)).status).toBe(403);

    await of(AcceptInvitation).run(await scene.as('vera'), await invitationToken(here.panelId));
    expect(
      await scene.one<boolean>(
        `select exists (select from review_members where panel_id = $1 and person_id = $2
           and removed_at is null) as value`,
        [here.panelId, scene.person('vera')],
      ),
    ).toBe(true);
    expect(await rowsOf('vera', first)).toMatchObject([{ kind: 'co_author', binding: false }]);
  }, 60_000);
});

/** The link that the mail would carry. */
async function invitationToken(panelId: Id): Promise<string> {
  const invitation = await scene.one<Id>('select id as value from role_invitations where panel_id = $1', [
    panelId,
  ]);
  const link = await scene.one<Id>('select id as value from signed_links where subject_id = $1', [
    invitation,
  ]);
  return of(Database).read(systemContext(systemClock), (ctx) => of(SignedLinks).tokenOf(ctx, link));
}
