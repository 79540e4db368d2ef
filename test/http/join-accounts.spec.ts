import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AccountJoins } from '../../src/access/data/account-joins.js';
import { AuditTrail } from '../../src/audit/public.js';
import { DuplicatesRepository } from '../../src/applications/data/duplicates.repository.js';
import { SaveSection, SubmitApplication } from '../../src/applications/public.js';
import { FindDuplicates } from '../../src/applications/operations/find-duplicates.js';
import { DEMO_PASSWORD } from '../../src/demo/public.js';
import { Database, systemContext, withSystemRights } from '../../src/platform/database/database.js';
import { systemClock } from '../../src/shared/clock.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { grantRow, insertRows } from '../factories/rows.js';
import type { Answer } from './browser-of-text.js';
import { OfficeScene } from './office-scene.js';

/** Two accounts of one person: an officer asks, the person signs in at both and makes them one, and nobody else can. */

let scene: OfficeScene;
let slug: string;
let secondCall: string;
const applications: Record<'first' | 'second' | 'more' | 'draft', Id> = {
  first: '',
  second: '',
  more: '',
  draft: '',
};

const rows = async <Row extends object>(sql: string, values: readonly unknown[] = []): Promise<Row[]> =>
  (await scene.http.owner.query<Row>(sql, [...values])).rows;
const person = (name: string): Id => scene.people[name] ?? '';

const NAME = {
  native_family: 'Петровић',
  native_given: 'Јована',
  passport_family: 'PETROVIC',
  passport_given: 'JOVANA',
  birth_date: '27. 3. 2003.',
};

async function apply(who: string, call: string): Promise<Id> {
  const id = await scene.draft(person(who), call);
  const [saved] = await rows<{ answers: Record<string, string>; revision: number }>(
    `select answers, revision from application_sections where application_id = $1 and section = 'person'`,
    [id],
  );
  const typed = { ...saved?.answers, ...NAME };
  const as = scene.as(person(who));
  await scene.http.app.get(SaveSection).run(as, id, 'person', typed, saved?.revision ?? 0);
  await scene.http.app.get(SubmitApplication).run(as, id);
  return id;
}

const stateOf = async (id: Id) =>
  (
    await rows<{ state: string; applicantId: Id; movedFrom: Id | null }>(
      'select state, applicant_id as "applicantId", moved_from as "movedFrom" from applications where id = $1',
      [id],
    )
  )[0];

/** From the page of the ways to sign in: signs in to another account at the same provider, and comes back. */
async function signInToo(who: string, email: string): Promise<Answer> {
  const browser = scene.browser(who);
  browser.forgetProviders();
  const page = await browser.open('/account/identities');
  const way = await browser.follow(
    await browser.post('/account/identities/link/rs', { _csrf: browser.token(page) }),
  );
  const answer = await browser.post(way.url, { email, password: DEMO_PASSWORD });
  return browser.follow(answer);
}

const officerPage = () => `/applications/${applications.first}/review/duplicates`;

beforeAll(async () => {
  scene = await OfficeScene.start();
  const home = await scene.world.institution('university-of-belgrade');
  await scene.signIn('one', 'student@rs.demo');
  await scene.signIn('other', 'student2@rs.demo');
  await scene.signIn('stranger', 'professor@rs.demo');
  await scene.http.owner.query('update persons set home_institution_id = $1 where id = any ($2)', [
    home,
    [person('one'), person('other')],
  ]);
  const scope = { institution_id: home };
  await scene.signIn('coordinator', 'coordinator@bg.rs.demo', { role: 'coordinator', scope });
  slug = `joined-${newId()}`;
  secondCall = `also-${newId()}`;
  await scene.world.publishedCall({ slug });
  await scene.world.publishedCall({ slug: secondCall });
  applications.first = await apply('one', slug);
  applications.second = await apply('other', slug);
  applications.more = await apply('other', secondCall);
  const find = scene.http.app.get(FindDuplicates);
  for (const id of Object.values(applications).filter(Boolean)) {
    await find.afterSubmission(systemClock, {
      id: '1',
      at: new Date(),
      type: 'application.submitted',
      subject: { kind: 'application', id },
      payload: {},
      actorId: null,
    });
  }
}, 120_000);

afterAll(async () => {
  await expectInvariants(scene.http.owner);
  await scene.stop();
});

describe('before anybody asked', () => {
  it('another account is somebody else’s, and nothing is asked of one', async () => {
    const back = await signInToo('one', 'student2@rs.demo');
    expect(back.url).toContain('/account/identities');
    expect((await scene.browser('one').open('/account/join')).body).toContain('Nobody has asked you');
  });

  it('is only asked where an officer found that they are one person', async () => {
    const page = await scene.browser('coordinator').open(officerPage());
    expect(page.body).not.toContain('Ask the person to join the accounts');
    const early = await scene.send('coordinator', page, `${officerPage()}/${applications.second}/join`);
    expect(early.status).toBe(303);
    expect(await rows('select from account_joins')).toEqual([]);
  });
});

describe('an officer who found one person', () => {
  it('asks the person, at both accounts', async () => {
    const form = await scene.browser('coordinator').open(`${officerPage()}/${applications.second}`);
    const known = /name="known" value="([^"]*)"/.exec(form.body)?.[1] ?? '';
    await scene.send('coordinator', form, `${officerPage()}/${applications.second}`, {
      verdict: 'same_person',
      reason: 'Asked her by telephone.',
      known,
    });
    const page = await scene.browser('coordinator').open(officerPage());
    expect(page.body).toContain('Ask the person to join the accounts');
    const asked = await scene.send('coordinator', page, `${officerPage()}/${applications.second}/join`);
    expect(asked.status).toBe(303);
    const again = await scene.send('coordinator', page, `${officerPage()}/${applications.second}/join`);
    expect(again.status).toBe(303);
    expect(await rows('select state from account_joins')).toEqual([{ state: 'asked' }]);
    expect((await scene.browser('coordinator').open(officerPage())).body).toContain('has not answered yet');
    const told = await rows<{ id: Id }>(
      `select subject_id as id from outbox_events where type = 'account.join_asked'`,
    );
    expect(told.map(({ id }) => id).sort()).toEqual([person('one'), person('other')].sort());
    for (const who of ['one', 'other']) {
      expect((await scene.browser(who).open('/account/join')).body).toContain('Two accounts look like yours');
    }
    expect((await scene.browser('stranger').open('/account/join')).body).toContain('Nobody has asked you');
  });

  it('joins nothing for them, and no stranger can', async () => {
    for (const who of ['coordinator', 'stranger']) {
      const page = await scene.browser(who).open('/account/join');
      const answer = await scene
        .browser(who)
        .post('/account/join', { _csrf: scene.browser(who).token(page) });
      expect(answer.headers.get('location')).toBe('/account/join');
    }
    expect((await stateOf(applications.second))?.applicantId).toBe(person('other'));
  });
});

describe('the person', () => {
  it('does not join without having signed in to the other account', async () => {
    const page = await scene.browser('one').open('/account/join');
    expect(page.body).toContain('First prove that the other account is yours');
    expect(page.body).not.toContain('action="/account/join"');
    await scene.send('one', page, '/account/join');
    expect((await stateOf(applications.second))?.applicantId).toBe(person('other'));
  });

  it('cannot join an account that has a role: that never moves', async () => {
    await insertRows(scene.http.owner, 'role_grants', [
      grantRow(person('other'), 'ministry_officer', { country: 'RU' }),
    ]);
    const page = await signInToo('one', 'student2@rs.demo');
    expect(page.url).toContain('/account/join');
    expect(page.body).toContain('These two accounts stay apart');
    expect(page.body).toContain('roles never move');
    const tried = await scene
      .browser('one')
      .post('/account/join', { _csrf: scene.browser('one').token(page) });
    expect(tried.status).toBe(303);
    expect((await stateOf(applications.second))?.applicantId).toBe(person('other'));
    await scene.http.owner.query('delete from role_grants where person_id = $1', [person('other')]);
  });

  it('comes to an interview first that the other account was invited to', async () => {
    const [panel, interview] = [newId(), newId()];
    await scene.http.owner.query(
      `insert into review_panels (id, call_id, name, created_at)
       select $1, call_id, '{"sr": "Панел", "ru": "Группа", "en": "Panel"}', now() from applications where id = $2`,
      [panel, applications.more],
    );
    await scene.http.owner.query(
      `insert into interviews (id, panel_id, application_id, applicant_id, state, state_since, invited_by, invited_at)
       values ($1, $2, $3, $4, 'invited', now(), $5, now())`,
      [interview, panel, applications.more, person('other'), person('coordinator')],
    );
    const page = await signInToo('one', 'student2@rs.demo');
    expect(page.body).toContain('invited to an interview that is still to come');
    await scene.http.owner.query('delete from interviews where id = $1', [interview]);
    await scene.http.owner.query('delete from review_panels where id = $1', [panel]);
  });

  it('did nothing with the files of the other account in an office', async () => {
    const { app } = scene.http;
    const had: boolean[] = [];
    const undone = app.get(Database).transaction(scene.as(person('one')), async (ctx) => {
      const handled = () =>
        withSystemRights(ctx, () =>
          app.get(DuplicatesRepository).hadAHand(ctx, person('one'), person('other')),
        );
      had.push(await handled());
      await app.get(AuditTrail).record(ctx, {
        action: 'application.note',
        subject: { kind: 'application', id: applications.more },
      });
      had.push(await handled());
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(had).toEqual([false, true]);
  });

  it('does not stand twice in one application', async () => {
    const shared = await scene.draft(person('stranger'), secondCall);
    const stand = async (who: Id, mail: string) => {
      const [link, id] = [newId(), newId()];
      await scene.http.owner.query(
        `insert into signed_links (id, purpose, subject_kind, subject_id, created_at, expires_at, used_at)
         values ($1, 'co_applicant', 'co_applicant', $2, now(), now() + interval '1 day', now())`,
        [link, id],
      );
      await scene.http.owner.query(
        `insert into co_applicants (id, application_id, state, state_since, name, email, email_key, part, language,
           link_id, link_until, created_at, person_id, country, native_family, native_given, latin_family, latin_given,
           accepted_at)
         values ($1, $2, 'accepted', now(), 'Jovana', $3, $3, 'Field work', 'en', $4, now(), now(), $5, 'RS',
           'Петровић', 'Јована', 'Petrović', 'Jovana', now())`,
        [id, shared, mail, link, who],
      );
      return id;
    };
    await stand(person('other'), 'jovana@two.invalid');
    const second = await stand(person('one'), 'jovana@one.invalid');
    expect((await signInToo('one', 'student2@rs.demo')).body).toContain(
      'Both accounts stand in one application',
    );
    await scene.http.owner.query(`update co_applicants set state = 'left' where id = $1`, [second]);
    const works = [
      [person('one'), '10.1000/both'],
      [person('other'), '10.1000/both'],
      [person('other'), '10.1000/other'],
    ];
    for (const work of works) {
      await scene.http.owner.query(
        `insert into person_works (person_id, doi, source, added_at) values ($1, $2, 'entered', now())`,
        work,
      );
    }
  });

  it('says which of two applications to one call goes on, and the accounts are one', async () => {
    const page = await signInToo('one', 'student2@rs.demo');
    const control = /name="(call_[0-9a-f]{32})"/.exec(page.body)?.[1] ?? '';
    expect(page.body).toContain('Which application goes on?');
    const unsaid = await scene.send('one', page, '/account/join');
    expect(unsaid.status).toBe(422);
    expect(unsaid.body).toContain('Choose which one goes on');
    const done = await scene.send('one', page, '/account/join', { [control]: applications.second });
    expect(done.headers.get('location')).toBe('/');
    expect(await stateOf(applications.first)).toMatchObject({ state: 'withdrawn' });
    for (const id of [applications.second, applications.more]) {
      expect(await stateOf(id)).toMatchObject({
        state: 'submitted',
        applicantId: person('one'),
        movedFrom: person('other'),
      });
    }
    for (const table of ['consents', 'nominations', 'call_watches']) {
      expect(await rows(`select from ${table} where person_id = $1`, [person('other')])).toEqual([]);
    }
    expect(await rows('select from uploads where owner_id = $1', [person('other')])).toEqual([]);
    expect(await rows('select person_id, doi from person_works order by doi')).toEqual([
      { person_id: person('one'), doi: '10.1000/both' },
      { person_id: person('one'), doi: '10.1000/other' },
    ]);
    expect(await rows(`select state from co_applicants where person_id = $1`, [person('other')])).toEqual([]);
    const [shared] = await rows<{ stands: Id[] }>(
      `select co_applicants as stands from applications where co_applicants <> '{}'`,
    );
    expect(shared?.stands).toEqual([person('one')]);
    const own = await scene.browser('one').open(`/applications/${applications.more}`);
    expect(own.status).toBe(200);
    expect(own.body).toContain('It belongs to another account of the same person now');
    const first = await scene.browser('one').open(`/applications/${applications.first}`);
    expect(first.body).toContain('its applicant went on with another application');
  });

  it('is in the one account, whichever way they sign in, and in no other', async () => {
    expect((await scene.browser('other').get('/account')).status).not.toBe(200);
    // What the other window answered in the meantime is not answered again.
    const [join] = await rows<{ id: Id }>('select id from account_joins');
    const late = scene.http.app
      .get(Database)
      .transaction(systemContext(systemClock), (ctx) =>
        scene.http.app.get(AccountJoins).answer(ctx, { id: join?.id ?? '' }, 'refused', null),
      );
    await expect(late).rejects.toMatchObject({ reason: 'join_not_asked' });
    const browser = await scene.http.signedIn('student2@rs.demo');
    const account = await browser.open(`/applications/${applications.second}`);
    expect(account.status).toBe(200);
    expect((await browser.open(`/applications/${applications.more}`)).status).toBe(200);
  });

  it('and the officers see what became of it', async () => {
    const page = await scene
      .browser('coordinator')
      .open(`/applications/${applications.second}/review/duplicates`);
    expect(page.body).toContain('The person joined another account to this one');
    const acts = await rows<{ action: string }>(
      `select action from audit_entries where action like 'account_join.%' order by id`,
    );
    expect(acts.map(({ action }) => action)).toEqual(['account_join.asked', 'account_join.joined']);
    expect(
      await rows(
        'select from application_matches m join applications a on a.id = m.application_id where a.applicant_id = $1',
        [person('one')],
      ),
    ).toEqual([]);
  });
});
