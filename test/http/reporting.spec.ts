import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database, systemContext } from '../../src/platform/database/database.js';
import { ConductSession, PlanSession, TableItem, VoteOnItem } from '../../src/commission/public.js';
import { Ledger, PERSON, exchanged, paid } from '../../src/ledger/public.js';
import { Promises } from '../../src/promises/public.js';
import { ReportingModule } from '../../src/reporting/reporting.module.js';
import { systemClock } from '../../src/shared/clock.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import { WebModule } from '../../src/web/web.module.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { actingAs } from '../factories/acting.js';
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

describe('what a ministry officer asks, and nobody is asked', () => {
  const BOTH = (name: string, sr: string, ru: string) => ({ [`${name}-0`]: sr, [`${name}-1`]: ru });
  const as = (who: string) => actingAs(scene.http.app, scene.people[who] ?? '');
  const run = <T>(operation: new (...parts: never[]) => T): T => scene.http.app.get<T>(operation);

  /** A session of 12 March that decided one matter, from which a member stood aside. */
  async function met(): Promise<{ readonly session: Id; readonly item: Id }> {
    for (const [name, email, role, country] of [
      ['secretary', 'secretary@rs.demo', 'commission_secretary', 'RS'],
      ['member RS', 'commission@rs.demo', 'commission_member', 'RS'],
      ['member RU', 'commission@ru.demo', 'commission_member', 'RU'],
      ['second RU', 'admin@ru.demo', 'commission_member', 'RU'],
    ] as const) {
      await scene.signIn(name, email, { role, scope: { country } });
    }
    const secretary = await as('secretary');
    const item = await run(TableItem).tableMatter(secretary, 'RS', 'RU', {
      ...BOTH('title', 'Календар размене', 'Календарь обменов'),
      ...BOTH('text', 'Предлог.', 'Предложение.'),
    });
    const waiting = await scene.browser('RU').open('/overview?lang=ru');
    expect(row(waiting.body, 'Календарь обменов', 'внесено секретарём')).toContain('1 день, с');
    const session = await run(PlanSession).plan(secretary, 'RS', 'RU', {
      startsAt: new Date(Date.now() + 10_000),
      minutes: 60,
      timeZone: 'Europe/Belgrade',
      place: 'Сала 1',
      link: '',
    });
    await run(PlanSession).setAgenda(secretary, session, [item]);
    for (const who of ['secretary', 'member RS', 'member RU', 'second RU']) {
      await run(ConductSession).attend(await as(who), session);
    }
    await run(ConductSession).open(secretary, session);
    await run(ConductSession).standAside(await as('second RU'), session, item);
    await run(ConductSession).takeUp(secretary, session, item);
    const vote = await run(VoteOnItem).open(secretary, session, item, 'open');
    for (const who of ['member RS', 'member RU']) {
      await run(VoteOnItem).cast(await as(who), session, vote, 'yes');
    }
    await run(VoteOnItem).decide(
      secretary,
      session,
      item,
      'agreed_yes',
      BOTH('decision', 'Усваја се.', 'Утверждается.'),
    );
    await run(ConductSession).close(secretary, session);
    await scene.http.owner.query(
      `update commission_sessions set opened_at = '2031-03-12 10:00+01', closed_at = '2031-03-12 11:00+01' where id = $1`,
      [session],
    );
    return { session, item };
  }

  it('stands on the pages of both countries', async () => {
    const { owner } = scene.http;
    const host = await scene.world.institution('lomonosov-moscow-state-university');
    const { rows: applications } = await owner.query<{ id: Id }>(
      `update applications set host_country = 'RU', host_institution_id = $1, transferred_at = now()
       where state = 'submitted' returning id`,
      [host],
    );
    const { rows: stays } = await owner.query<{ id: Id }>(
      `insert into mobilities (id, application_id, call_id, participant_id, agreement_id, category, academic_year, home_country,
         host_country, home_institution_id, host_institution_id, freemover, state, state_since, planned_from, planned_until,
         arrived_on, months, funding, created_at)
       select gen_random_uuid(), a.id, a.call_id, a.applicant_id, c.agreement_id, c.category, '2026/27', 'RS', 'RU',
         a.home_institution_id, $1, false, 'ongoing', now(), current_date - 3, current_date + 100, current_date - 3, 5, '[]', now()
       from applications a join calls c on c.id = a.call_id where a.id = any ($2) returning id`,
      [host, applications.map(({ id }) => id)],
    );
    const [rule, gate] = [newId(), newId()];
    await owner.query(
      `insert into gate_rules (id, country, kind, sides, forward_days, decide_days, office, source, valid_from, created_at)
       values ($1, 'RS', 'ethics', '{home}', 1, 9, '{}', 'test', '2001-01-01', now())`,
      [rule],
    );
    await owner.query(
      `insert into gates (id, rule_id, kind, country, side, subject_kind, subject_id, state, state_since, opened_at, due_at,
         needed_until)
       values ($1, $2, 'ethics', 'RS', 'home', 'application', $3, 'pending', now() - interval '30 hours',
         now() - interval '30 hours', '2031-01-20 12:00Z', '2031-01-01')`,
      [gate, rule, applications[0]?.id],
    );
    const { session, item } = await met();
    try {
      for (const [who, language] of [
        ['RS', 'en'],
        ['RU', 'en'],
      ] as const) {
        const page = await scene.browser(who).open(`/overview?lang=${language}`);
        expect(page.status).toBe(200);
        const table = (key: string) => {
          const [, rest = ''] = page.body.split(`id="figures-${key}"`);
          return rest.split('</section>')[0] ?? '';
        };
        const line = (key: string, ...words: string[]) =>
          table(key)
            .split('<tr>')
            .find((part) => words.every((word) => part.includes(word)))
            ?.replace(/<[^>]+>/g, ' ')
            .replace(/\s+/g, ' ') ?? '';
        // How many of ours are with you today.
        expect(line('present', 'Serbia → Russia')).toContain(` ${stays.length} `);
        expect(table('present')).toContain('href="/mobilities"');
        // Who is waiting for whom, and how long.
        expect(line('waiting', 'Ministry of Science', 'Clearance')).toContain('2 days, since');
        expect(line('gates', 'Ministry of Science')).toContain('2 days, since');
        expect(line('gates', 'Ministry of Science')).toContain('20 January 2031');
        expect(page.body.includes(`href="/gates/${gate}"`)).toBe(who === 'RS');
        // What has it cost, and are we in balance.
        expect(line('cost', 'Serbia → Russia', 'EUR')).toContain('€1,234');
        expect(line('balance', 'Serbia → Russia', '2027/28')).toContain(' 5 0 +2 ');
        for (const key of ['cost', 'balance']) expect(table(key)).toContain('href="/ledger"');
        for (const path of ['/ledger', '/mobilities', '/commission']) {
          expect((await scene.browser(who).open(path)).status).toBe(200);
        }
        // What did the commission decide on 12 March, and who was recused.
        const decided = line('sessions', `/commission/sessions/${session}`);
        expect(decided).toContain('12 March 2031');
        expect(decided).toContain('approved');
        expect(decided).toContain('(Russia)');
        expect(table('sessions')).toContain(`href="/commission/items/${item}"`);
        expect(page.body).toContain('action="/commission"');
        const day = await scene.browser(who).open('/commission?lang=en&day=12+3+2031');
        expect(day.body).toContain(`/commission/sessions/${session}`);
        expect(day.body).toContain('Stood aside');
        expect(day.body).toContain('approved');
        const other = await scene.browser(who).open('/commission?lang=en&day=13+3+2031');
        expect(other.body).not.toContain(`/commission/sessions/${session}`);
      }
      const file = await scene.browser('RU').open('/overview/export?table=sessions&lang=en');
      expect(file.body).toContain('12 March 2031');
      // To whoever watches over the programme figures are told, and of the commission what is published.
      const watched = await scene.browser('auditor').open('/overview?lang=en');
      expect(watched.body).not.toContain(session);
      expect(watched.body).toContain('figures-gates');
    } finally {
      await owner.query('delete from promise_clocks where subject_id = $1', [gate]);
      await owner.query('delete from gates where id = $1', [gate]);
      await owner.query('delete from gate_rules where id = $1', [rule]);
      await owner.query('delete from mobilities where id = any ($1)', [stays.map(({ id }) => id)]);
      await owner.query(
        `update applications set host_country = null, host_institution_id = null, transferred_at = null where id = any ($1)`,
        [applications.map(({ id }) => id)],
      );
    }
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
