import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database, systemContext } from '../../src/platform/database/database.js';
import { Ledger, PERSON, exchanged, paid } from '../../src/ledger/public.js';
import { Promises } from '../../src/promises/public.js';
import { ReportingModule } from '../../src/reporting/reporting.module.js';
import { systemClock } from '../../src/shared/clock.js';
import type { Id } from '../../src/shared/ids.js';
import { WebModule } from '../../src/web/web.module.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { OfficeScene } from './office-scene.js';

/** Promises in the open and the overview of a ministry: both countries alike, and for nobody whom they do not concern. */

let scene: OfficeScene;
let home: Id;
const CALL = 'reported';

beforeAll(async () => {
  scene = await OfficeScene.start([WebModule, ReportingModule]);
  for (const country of ['RS', 'RU']) {
    await scene.signIn(country, `ministry@${country.toLowerCase()}.demo`, {
      role: 'ministry_officer',
      scope: { country },
    });
  }
  home = await scene.world.institution('university-of-belgrade');
  await scene.signIn('auditor', 'auditor@rs.demo', { role: 'auditor', scope: {} });
  await scene.signIn('coordinator', 'coordinator@bg.rs.demo', {
    role: 'coordinator',
    scope: { institution_id: home },
  });
  await scene.signIn('student', 'student@rs.demo');
  await scene.world.publishedCall({ slug: CALL });
  await scene.submitted(CALL, home, 2);
}, 90_000);

afterAll(async () => {
  await expectInvariants(scene.http.owner);
  await scene.stop();
});

const row = (body: string, name: string, step: string) =>
  body
    .split('<tr>')
    .find((part) => part.includes(name) && part.includes(step))
    ?.replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');

describe('the overview of a ministry', () => {
  it('tells an officer who has what, and leads to the list that proves it', async () => {
    const page = await scene.browser('RS').open('/overview?lang=en');
    expect(page.status).toBe(200);
    expect(row(page.body, 'University of Belgrade', 'Checking of applications')).toContain(' 2 0 ');
    expect(page.body).toContain('href="/approvals"');
    expect((await scene.browser('RS').open('/overview?lang=sr-Latn')).body).toContain('Kod koga je šta');
  });

  it('of the other country does not tell of files that have not crossed the border', async () => {
    const page = await scene.browser('RU').open('/overview?lang=en');
    expect(page.status).toBe(200);
    expect(page.body).not.toContain('University of Belgrade');
    // What runs late is a link for whoever can open it.
    await scene.http.owner.query(
      `update applications set due_at = now() - interval '1 day' where state = 'submitted'`,
    );
    const late = await scene.browser('RS').open('/overview?lang=en');
    expect(late.body).toContain('/applications?waits=all&amp;overdue=yes&amp;home=University+of+Belgrade');
    expect(row(late.body, 'University of Belgrade', 'Checking of applications')).toContain(' 2 2 ');
    const listed = await scene
      .browser('RS')
      .open('/applications?waits=all&overdue=yes&home=University+of+Belgrade');
    expect(listed.body.match(/\/review"/g)?.length).toBeGreaterThanOrEqual(2);
  });

  it('is for offices of the exchange alone', async () => {
    expect((await scene.browser('auditor').open('/overview')).status).toBe(200);
    for (const who of ['coordinator', 'student']) {
      expect((await scene.browser(who).open('/overview')).status).toBe(403);
    }
    expect((await scene.http.browser().open('/overview?lang=en')).body).not.toContain('Who has what');
  });

  it('tells of the ledger what went each way, and what it cost in each currency', async () => {
    const { app, owner } = scene.http;
    const { rows } = await owner.query<{ id: Id }>('select id from agreements limit 1');
    const post = (from: string, into: string, persons: number) =>
      app.get(Database).transaction(systemContext(systemClock), (ctx) =>
        app.get(Ledger).post(ctx, {
          act: 'arrival',
          basis: 'happened',
          key: {
            homeCountry: from,
            hostCountry: into,
            agreementId: rows[0]?.id ?? '',
            academicYear: '2027/28',
            category: 'student',
            homeInstitutionId: null,
            hostInstitutionId: null,
          },
          occurredOn: '2026-01-15',
          stayId: null,
          lines: [
            ...exchanged(PERSON, persons),
            ...paid('host_country', { minor: 123_400, currency: 'EUR' }),
          ],
        }),
      );
    await post('RS', 'RU', 5);
    await post('RU', 'RS', 3);
    for (const who of ['RS', 'RU', 'auditor']) {
      const { body } = await scene.browser(who).open('/overview?lang=en');
      expect(row(body, 'Serbia → Russia', '2027/28')).toContain(' 5 0 +2 ');
      expect(row(body, 'Russia → Serbia', '2027/28')).toContain(' 3 0 −2 ');
    }
    const file = await scene.browser('RU').open('/overview/export?table=cost&lang=en');
    expect(file.body).toMatch(/Serbia → Russia,2027\/28,EUR,"?€1,234/);
  });

  it('goes out as a file, table by table', async () => {
    const file = await scene.browser('RS').open('/overview/export?table=waiting&lang=en');
    expect(file.body).toContain('Office,Step,Open,Late now,Waits longest,Next due');
    expect(file.body).toContain('University of Belgrade,Checking of applications,2,2,');
    expect((await scene.browser('RS').open('/overview/export?table=nothing')).status).toBe(404);
  });
});

describe('promises kept', () => {
  it('are told in public only where nobody can be recognised, and to offices in full', async () => {
    const stranger = scene.http.browser();
    // The ministries have decided on agreement and call, twice each: too few to be told by themselves.
    const few = await stranger.open('/promises?lang=en');
    expect(few.status).toBe(200);
    expect(few.body).not.toContain('Ministry of Science');
    expect(few.body).toContain('fewer than 5');
    const told = await scene.browser('RS').open('/promises?lang=en');
    expect(row(told.body, 'Ministry of Science', 'Decision of the ministry')).toContain(' 2 0 ');
    expect(row(told.body, 'Ministry of Education', 'Decision of the ministry')).toContain(' 2 0 ');
    expect(told.body).not.toContain('fewer than 5');
    for (let more = 0; more < 3; more += 1) await scene.world.agreementInForce();
    await scene.http.app
      .get(Database)
      .transaction(systemContext(systemClock), (ctx) => scene.http.app.get(Promises).count(ctx));
    const many = await stranger.open('/promises?lang=en');
    expect(row(many.body, 'Ministry of Science', 'Decision of the ministry')).toContain(' 5 0 ');
    expect(row(many.body, 'Ministry of Education', 'Decision of the ministry')).toContain(' 5 0 ');
    const file = await stranger.open('/promises/export?table=ministry&lang=ru');
    expect(file.body).toContain('Решение министерства,5,0,');
    // Nothing leads a stranger to a list.
    expect(many.body).not.toContain('/applications?');
  });

  it('of a year that never was are those of all years', async () => {
    expect((await scene.http.browser().open("/promises?year=1'%20or%201")).status).toBe(200);
  });
});
