import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PDFDocument } from 'pdf-lib';
import { AnswerNomination, NominateCandidate, SubmitApplication } from '../../src/applications/public.js';
import { DecideSide, Decisions } from '../../src/approvals/public.js';
import { Database, systemContext } from '../../src/platform/database/database.js';
import { systemClock } from '../../src/shared/clock.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import { LANGUAGES } from '../../src/shared/language.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { actingAs } from '../factories/acting.js';
import { exchangeModules } from '../factories/exchange-modules.js';
import { fillApplication } from '../factories/fill-application.js';
import { grantRow, insertRows, personRow } from '../factories/rows.js';
import type { Row } from '../factories/rows.js';
import { buildWorld } from '../factories/world.js';
import type { World } from '../factories/world.js';
import type { Answer, Browser } from './browser-of-text.js';
import { startHttpApp } from './http-app.js';
import type { HttpApp } from './http-app.js';

/** Conflicts of interest: who declares one is out of the file, is told so before they try, and does not take it back. */

interface Official {
  readonly browser: Browser;
  readonly id: Id;
}

/** An exchange from Serbia to Russia, and one the other way: nothing may depend on which is which. */
const WAYS = [
  {
    from: 'RS',
    to: 'RU',
    homeSlug: 'university-of-belgrade',
    hostSlug: 'lomonosov-moscow-state-university',
    coordinator: 'coordinator@bg.rs.demo',
    hostCoordinator: 'coordinator@msu.ru.demo',
    officer: 'ministry@rs.demo',
    administrator: 'administrator@bg.rs.demo',
    reviewer: 'reviewer@rs.demo',
  },
  {
    from: 'RU',
    to: 'RS',
    homeSlug: 'novosibirsk-state-university',
    hostSlug: 'university-of-novi-sad',
    coordinator: 'coordinator@nsu.ru.demo',
    hostCoordinator: 'coordinator@ns.rs.demo',
    officer: 'ministry@ru.demo',
    administrator: 'administrator@msu.ru.demo',
    reviewer: 'reviewer@ru.demo',
  },
] as const;

let http: HttpApp;
let world: World;
let scratch: string;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'most-conflicts-'));
  http = await startHttpApp({ imports: exchangeModules(scratch) });
  world = await buildWorld(http.app, http.owner, systemClock);
  const pdf = await PDFDocument.create();
  pdf.addPage();
  writeFileSync(join(scratch, 'transcript.pdf'), await pdf.save());
}, 90_000);

afterAll(async () => {
  await expectInvariants(http.owner);
  await http.stop();
  rmSync(scratch, { recursive: true, force: true });
});

async function official(email: string, role: string, scope: Row): Promise<Official> {
  const browser = await http.signedIn(email);
  const { rows } = await http.owner.query<{ id: Id }>('select id from persons where email = $1', [email]);
  const id = rows[0]?.id ?? '';
  await insertRows(http.owner, 'role_grants', [grantRow(id, role, scope)]);
  await browser.open('/?lang=en');
  return { browser, id };
}

const acting = (id: Id) => actingAs(http.app, id);

async function send({ browser }: Official, page: string, fields: Record<string, string>): Promise<Answer> {
  const form = await browser.open(page);
  return browser.post(page, { _csrf: browser.token(form), ...fields });
}

describe.each(WAYS)('from $from to $to', (way) => {
  let coordinator: Official;
  let officer: Official;
  let administrator: Official;
  let reviewer: Official;
  let applicant: Id;
  let application: Id;
  let decision: Id;

  beforeAll(async () => {
    const home = { institution_id: await world.institution(way.homeSlug) };
    const hostInstitution = await world.institution(way.hostSlug);
    coordinator = await official(way.coordinator, 'coordinator', home);
    const host = await official(way.hostCoordinator, 'coordinator', { institution_id: hostInstitution });
    officer = await official(way.officer, 'ministry_officer', { country: way.from });
    administrator = await official(way.administrator, 'institution_administrator', home);
    const slug = `conflicts-${way.from.toLowerCase()}`;
    const callId = await world.publishedCall({
      slug,
      directions: [{ homeCountry: way.from, hostCountry: way.to }],
      independentAssessment: true,
      places: [
        {
          institutionId: hostInstitution,
          fieldCode: '0613',
          level: 7,
          language: 'en',
          languageLevel: 'B2',
          months: 5,
          services: null,
          capacity: 3,
        },
      ],
    });
    reviewer = await official(way.reviewer, 'reviewer', { call_id: callId });
    // Of neither institution: they are no stranger to their own.
    await http.owner.query('update persons set home_institution_id = null where id = any ($1)', [
      [officer.id, reviewer.id],
    ]);
    applicant = newId();
    await insertRows(http.owner, 'persons', [
      { ...personRow(applicant, way.from), home_institution_id: home.institution_id },
    ]);
    const request = await acting(applicant);
    application = await fillApplication(http.app, http.owner, request, slug, join(scratch, 'transcript.pdf'));
    await http.app.get(SubmitApplication).run(request, application);
    const { rows } = await http.owner.query<{ place: Id }>(
      'select place_id as place from application_choices where application_id = $1',
      [application],
    );
    await http.app.get(NominateCandidate).run(await acting(coordinator.id), application, {
      placeId: rows[0]?.place ?? '',
      endorsement: '',
    });
    await http.app.get(AnswerNomination).run(await acting(host.id), application, { answer: 'accept' });
    const opened = await http.app
      .get(Database)
      .read(systemContext(systemClock), (ctx) =>
        http.app.get(Decisions).ofSubject(ctx, { kind: 'application', id: application }),
      );
    decision = opened?.id ?? '';
  }, 60_000);

  const form = () => `/applications/${application}/review/conflict`;
  /** What the home page counts for the officer. */
  const waiting = async () =>
    http.app
      .get(Database)
      .read(await acting(officer.id), (ctx) => http.app.get(Decisions).countWaiting(ctx, 10));
  const standing = async (id: Id) => {
    const { rows } = await http.owner.query<{ kind: string; lifted: boolean }>(
      `select kind, lifted_at is not null as lifted from conflict_declarations where person_id = $1 and about_id = $2
       order by declared_at, id`,
      [id, applicant],
    );
    return rows;
  };

  it('is offered on the file, asks what it is, and says so at the field when nothing was chosen', async () => {
    const page = await officer.browser.open(`/applications/${application}/review`);
    expect(page.body).toContain(`href="${form()}"`);
    const answer = await send(officer, form(), {});
    expect(answer.status).toBe(422);
    expect(answer.body).toContain('href="#field-kind"');
    expect((await send(officer, form(), { kind: 'money' })).status).toBe(422);
    expect(await standing(officer.id)).toEqual([]);
  });

  it('shuts an officer out of the decision from the next request on, on the page before they try', async () => {
    const before = await officer.browser.open(`/approvals/${decision}`);
    expect(before.body).toContain(`action="/approvals/${decision}/decision"`);
    const waited = await waiting();
    const answer = await send(officer, form(), { kind: 'family' });
    expect([answer.status, answer.headers.get('location')]).toEqual([
      303,
      `/applications/${application}/review`,
    ]);
    const page = await officer.browser.open(`/approvals/${decision}`);
    expect(page.body).toContain('You declared a conflict of interest');
    expect(page.body).not.toContain(`action="/approvals/${decision}/decision"`);
    const review = await officer.browser.open(`/applications/${application}/review`);
    expect(review.body).toContain('Family or household');
    // What they may not do does not wait for them.
    expect(await waiting()).toBe(waited - 1);
    const tried = await officer.browser.post(`/approvals/${decision}/decision`, {
      _csrf: officer.browser.token(page),
      country: way.from,
      verdict: 'approve',
    });
    expect(tried.status).toBe(403);
    await expect(
      http.app
        .get(DecideSide)
        .run(await acting(officer.id), decision, { country: way.from, verdict: 'approve' }),
    ).rejects.toMatchObject({ reason: 'declared_conflict' });
  });

  it('sent twice stands once', async () => {
    const page = await officer.browser.open(form());
    const answer = await officer.browser.post(form(), { _csrf: officer.browser.token(page), kind: 'family' });
    expect(answer.status).toBe(303);
    expect(await standing(officer.id)).toEqual([{ kind: 'family', lifted: false }]);
  });

  it('holds for whoever acts for the one who declared it', async () => {
    const deputy = newId();
    await insertRows(http.owner, 'persons', [personRow(deputy, way.from)]);
    const { rows } = await http.owner.query<{ id: Id }>(
      "select id from role_grants where person_id = $1 and role = 'ministry_officer'",
      [officer.id],
    );
    await insertRows(http.owner, 'role_grants', [
      grantRow(deputy, 'ministry_officer', {
        country: way.from,
        deputy_of: rows[0]?.id,
        acting_for: officer.id,
        granted_by: officer.id,
        valid_until: '2099-01-01T00:00:00Z',
      }),
    ]);
    await expect(
      http.app.get(DecideSide).run(await acting(deputy), decision, { country: way.from, verdict: 'approve' }),
    ).rejects.toMatchObject({ reason: 'declared_conflict' });
  });

  it('takes the file from the sight of whoever only assesses', async () => {
    await http.owner.query("update applications set state = 'in_review' where id = $1", [application]);
    const page = await reviewer.browser.open('/applications?waits=all');
    expect(page.body).toContain(`/applications/${application}/review`);
    const answer = await send(reviewer, form(), { kind: 'supervision' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/applications']);
    const after = await reviewer.browser.follow(answer);
    expect(after.body).not.toContain(`/applications/${application}/review`);
    expect((await reviewer.browser.get(`/applications/${application}/review`)).status).toBe(404);
    expect((await reviewer.browser.get(form())).status).toBe(404);
    await http.owner.query("update applications set state = 'eligible' where id = $1", [application]);
  });

  it('is lifted by whoever answers for the roles, with a reason, and never by oneself', async () => {
    expect((await send(coordinator, form(), { kind: 'supervision' })).status).toBe(303);
    const refused = await coordinator.browser.open(`/applications/${application}/review`);
    expect(refused.body).toContain('Supervision or close work together');
    const { rows } = await http.owner.query<{ id: Id }>(
      'select id from conflict_declarations where person_id = $1 and lifted_at is null',
      [coordinator.id],
    );
    const lift = `/admin/people/${coordinator.id}/conflicts/${rows[0]?.id}/lift`;
    expect([403, 404]).toContain((await coordinator.browser.get(lift)).status);
    const person = await administrator.browser.open(`/admin/people/${coordinator.id}`);
    expect(person.body).toContain(`href="${lift}"`);
    // Who they are bound to is no business of whoever may not open the file.
    expect(person.body).not.toContain(`/applications/${application}`);
    const empty = await send(administrator, lift, { reason: '  ' });
    expect(empty.status).toBe(422);
    expect(empty.body).toContain('href="#field-reason"');
    expect((await send(administrator, lift, { reason: 'Declared by mistake.' })).status).toBe(303);
    expect(await standing(coordinator.id)).toEqual([{ kind: 'supervision', lifted: true }]);
    const again = await administrator.browser.open(`/admin/people/${coordinator.id}`);
    expect(again.body).toContain('Declared by mistake.');
    expect((await administrator.browser.get(lift)).status).toBe(404);
    const rights = await coordinator.browser.open('/account/rights');
    expect(rights.body).toContain('Lifted');
    const { rows: entries } = await http.owner.query<{ action: string }>(
      "select action from audit_entries where subject_id = $1 and action like 'conflict.%' order by id",
      [coordinator.id],
    );
    expect(entries.map(({ action }) => action)).toEqual(['conflict.declared', 'conflict.lifted']);
  });

  it('is found by itself where the call keeps the institutions apart', async () => {
    const colleague = newId();
    await insertRows(http.owner, 'persons', [
      { ...personRow(colleague, way.from), home_institution_id: await world.institution(way.homeSlug) },
    ]);
    await insertRows(http.owner, 'role_grants', [
      grantRow(colleague, 'ministry_officer', { country: way.from }),
    ]);
    await expect(
      http.app
        .get(DecideSide)
        .run(await acting(colleague), decision, { country: way.from, verdict: 'approve' }),
    ).rejects.toMatchObject({ reason: 'same_institution' });
    const call = await coordinator.browser.open(`/calls/conflicts-${way.from.toLowerCase()}`);
    expect(call.body).toContain('Nobody who belongs to your home institution');
  });

  it.each(LANGUAGES)('opens in %s', async (language) => {
    for (const [who, path] of [
      [coordinator, form()],
      [administrator, `/admin/people/${coordinator.id}`],
      [coordinator, '/account/rights'],
    ] as const) {
      const page = await who.browser.open(`${path}?lang=${language}`);
      expect(`${page.status} ${path}`).toBe(`200 ${path}`);
      expect(page.body).not.toMatch(/conflicts?\.[a-z_]+/);
      await who.browser.open('/?lang=en');
    }
  });
});
