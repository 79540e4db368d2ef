import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NominateCandidate, SubmitApplication } from '../../src/applications/public.js';
import { STANDARD_FORM } from '../../src/calls/public.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import { LANGUAGES } from '../../src/shared/language.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { actingAs } from '../factories/acting.js';
import { OfficeScene } from './office-scene.js';

/** Consents as receipts, and what follows when one is taken back: before and after the border, from either country. */

const SIDES = [
  {
    from: 'RS',
    to: 'RU',
    student: 'student@rs.demo',
    home: ['university-of-belgrade', 'coordinator@bg.rs.demo'],
    host: ['lomonosov-moscow-state-university', 'coordinator@msu.ru.demo'],
  },
  {
    from: 'RU',
    to: 'RS',
    student: 'student@ru.demo',
    home: ['lomonosov-moscow-state-university', 'coordinator@msu.ru.demo'],
    host: ['university-of-belgrade', 'coordinator@bg.rs.demo'],
  },
] as const;

let scene: OfficeScene;

beforeAll(async () => {
  scene = await OfficeScene.start();
  for (const [name, email, slug] of [
    ['bg', 'coordinator@bg.rs.demo', 'university-of-belgrade'],
    ['msu', 'coordinator@msu.ru.demo', 'lomonosov-moscow-state-university'],
  ] as const) {
    await scene.signIn(name, email, {
      role: 'coordinator',
      scope: { institution_id: await scene.world.institution(slug) },
    });
  }
  for (const { from, student } of SIDES) await scene.signIn(`student-${from}`, student);
}, 120_000);

afterAll(async () => {
  await expectInvariants(scene.http.owner);
  await scene.stop();
});

const consentOf = async (application: Id, purpose: string): Promise<Id> => {
  const { rows } = await scene.http.owner.query<{ id: Id }>(
    'select id from consents where subject_id = $1 and purpose = $2 and withdrawn_at is null',
    [application, purpose],
  );
  return rows[0]?.id ?? '';
};

describe.each(SIDES)('a consent of somebody from $from', ({ from, to, home, host }) => {
  const who = `student-${from}`;
  const office = from === 'RS' ? 'bg' : 'msu';
  const other = from === 'RS' ? 'msu' : 'bg';
  let application: Id;
  let place: Id;

  beforeAll(async () => {
    const slug = `consents-${newId()}`;
    const homeId = await scene.world.institution(home[0]);
    await scene.http.owner.query('update persons set home_institution_id = $2 where id = $1', [
      scene.people[who],
      homeId,
    ]);
    const call = await scene.world.publishedCall({
      slug,
      form: STANDARD_FORM('student'),
      directions: [{ homeCountry: from, hostCountry: to }],
      places: [
        {
          institutionId: await scene.world.institution(host[0]),
          fieldCode: '0613',
          level: 7,
          language: 'en',
          languageLevel: 'B1',
          months: 5,
          services: { sr: 'Дом', ru: 'Общежитие', en: 'A hall' },
          capacity: 3,
        },
      ],
    });
    application = await scene.draft(scene.people[who] ?? '', slug);
    await scene.http.app.get(SubmitApplication).run(scene.as(scene.people[who] ?? ''), application);
    const { rows } = await scene.http.owner.query<{ id: Id }>(
      'select id from call_places where call_id = $1',
      [call],
    );
    place = rows[0]?.id ?? '';
  }, 60_000);

  const nominate = async () =>
    scene.http.app
      .get(NominateCandidate)
      .run(await actingAs(scene.http.app, scene.people[office] ?? ''), application, {
        placeId: place,
        endorsement: null,
      });
  const hostSees = async () =>
    (await scene.browser(other).open(`/applications/${application}?lang=en`)).status;

  it('is a document of its own, with its words, in every language', async () => {
    const id = await consentOf(application, 'cross_border_transfer');
    for (const language of LANGUAGES) {
      const list = await scene.browser(who).open(`/account/consents?lang=${language}`);
      expect(list.status).toBe(200);
      expect(list.body).toContain(`/account/consents/${id}/withdraw`);
    }
    const page = await scene.browser(who).open(`/account/consents/${id}?lang=en`);
    expect(page.body).not.toContain('The words are no longer kept');
    const file = await fetch(`${scene.http.url}/account/consents/${id}/receipt.pdf`, {
      headers: { cookie: scene.browser(who).cookies },
    });
    expect(file.headers.get('content-type')).toBe('application/pdf');
    expect(
      Buffer.from(await file.arrayBuffer())
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-');
    // It is nobody else's, whoever reads the file.
    expect((await scene.browser(office).get(`/account/consents/${id}`)).status).toBe(404);
    expect((await scene.browser(who).get('/account/consents/nonsense')).status).toBe(404);
  });

  it('taken back before the nomination keeps the application at home', async () => {
    const id = await consentOf(application, 'cross_border_transfer');
    const page = await scene.browser(who).open(`/account/consents/${id}/withdraw?lang=en`);
    expect(page.body).toContain('It cannot be nominated');
    // Nothing follows but what was told.
    const stale = await scene.send(who, page, `/account/consents/${id}/withdraw`, { told: 'nothing_more' });
    expect(stale.status).toBe(412);
    expect(await consentOf(application, 'cross_border_transfer')).toBe(id);
    await scene.send(who, `/account/consents/${id}/withdraw?lang=en`, `/account/consents/${id}/withdraw`, {
      told: 'cannot_be_nominated',
    });
    expect(await consentOf(application, 'cross_border_transfer')).toBe('');
    await expect(nominate()).rejects.toMatchObject({
      code: 'blocked',
      reason: 'transfer_consent_missing',
    });
    expect(await hostSees()).toBe(404);
    const again = await scene.send(who, page, `/account/consents/${id}/withdraw`, {
      told: 'cannot_be_nominated',
    });
    expect(again.status).toBe(409);
  });

  it('is asked again, in the words of today', async () => {
    const page = await scene.browser(who).open('/account/consents?lang=en');
    expect(page.body).toContain('Asked of you');
    const version = /name="version" value="([^"]*)"/.exec(page.body)?.[1] ?? '';
    const fields = { subjectKind: 'application', subjectId: application, purpose: 'cross_border_transfer' };
    const stale = await scene.send(who, page, '/account/consents', { ...fields, version: 'another' });
    expect(stale.status).toBe(412);
    await scene.send(who, page, '/account/consents', { ...fields, version });
    expect(await consentOf(application, 'cross_border_transfer')).not.toBe('');
    await nominate();
    expect(await hostSees()).toBe(200);
    const { rows } = await scene.http.owner.query(
      'select from_country, to_country, legal_version from transfers where subject_id = $1',
      [application],
    );
    expect(rows).toEqual([{ from_country: from, to_country: to, legal_version: '2026-1' }]);
  });

  it('taken back after it withdraws the application from the other side, in one act, and both are told', async () => {
    const id = await consentOf(application, 'cross_border_transfer');
    const page = await scene.browser(who).open(`/account/consents/${id}/withdraw?lang=en`);
    expect(page.body).toContain('The other country sees it no more');
    await scene.send(who, page, `/account/consents/${id}/withdraw`, { told: 'application_taken_back' });
    const { rows } = await scene.http.owner.query(
      'select state, transferred_at, host_institution_id from applications where id = $1',
      [application],
    );
    expect(rows).toEqual([{ state: 'withdrawn', transferred_at: null, host_institution_id: null }]);
    expect(await hostSees()).toBe(404);
    const { rows: ends } = await scene.http.owner.query(
      'select cause, to_country, kept, kept_until > now() as kept_now from transfer_ends where subject_id = $1',
      [application],
    );
    expect(ends).toEqual([{ cause: 'withdrawn', to_country: to, kept: ['number', 'dates'], kept_now: true }]);
    // The person reads the whole of it, the other side that there was something.
    const mine = await scene.browser(who).open('/account/transfers?lang=en');
    expect(mine.body).toContain('Seen no more since');
    expect(mine.body).toContain('2026-1');
    const theirs = await scene.browser(other).open('/account/transfers?lang=en');
    expect(theirs.body).toContain('What your office sees no more');
    expect(theirs.body).not.toContain('Seen no more since');
    const { rows: events } = await scene.http.owner.query<{ payload: object }>(
      `select payload from outbox_events where type = 'application.withdrawn' and subject_id = $1`,
      [application],
    );
    expect(events).toMatchObject([{ payload: { hostSaw: 'yes' } }]);
  });

  it('for the processing of what has ended says what is kept, and why', async () => {
    const id = await consentOf(application, 'processing');
    const page = await scene.browser(who).open(`/account/consents/${id}/withdraw?lang=en`);
    expect(page.body).toContain('because a law asks for it');
    await scene.send(who, page, `/account/consents/${id}/withdraw`, { told: 'kept_by_law' });
    expect(await consentOf(application, 'processing')).toBe('');
  });
});
