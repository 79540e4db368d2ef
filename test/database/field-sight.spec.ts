import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PDFDocument } from 'pdf-lib';
import { People } from '../../src/access/public.js';
import { sightOf, tells, withheldFrom } from '../../src/applications/operations/field-sight.js';
import { applicationResource } from '../../src/applications/http/dto/application-resources.js';
import { ReadOffice } from '../../src/applications/http/read-office.js';
import { ReadStandings } from '../../src/applications/http/read-standings.js';
import { presentReview } from '../../src/applications/http/presenters/present-review.js';
import {
  AnswerNomination,
  ApplicationFiles,
  ApplicationLists,
  ApplicationsRepository,
  AssignUnit,
  AttachDocument,
  ComposeDossier,
  NominateCandidate,
  SaveSection,
  SubmitApplication,
} from '../../src/applications/public.js';
import { ApplicationsAsDecisionSubjects } from '../../src/applications/operations/application-as-subject.js';
import { documentForOffice } from '../../src/applications/operations/application-file.js';
import { NO_WISH } from '../../src/applications/operations/worklist-filter.js';
import { ReadStates } from '../../src/applications/operations/read-states.js';
import { SENSITIVITIES, STANDARD_FORM, sensitivityOf } from '../../src/calls/public.js';
import { Database, systemContext } from '../../src/platform/database/database.js';
import type { Ctx } from '../../src/platform/database/context.js';
import { ANONYMOUS, NO_TIES } from '../../src/shared/actor.js';
import type { Actor } from '../../src/shared/actor.js';
import { systemClock } from '../../src/shared/clock.js';
import { DomainError } from '../../src/shared/domain-error.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import type { RequestContext } from '../../src/shared/request-context.js';
import { searchKey } from '../../src/shared/transliteration.js';
import { exchangeModules } from '../factories/exchange-modules.js';
import { fillApplication } from '../factories/fill-application.js';
import { LONG_AGO, grantRow, insertRows, personRow } from '../factories/rows.js';
import type { Row } from '../factories/rows.js';
import { buildWorld } from '../factories/world.js';
import type { World } from '../factories/world.js';
import { startHttpApp } from '../http/http-app.js';
import type { HttpApp } from '../http/http-app.js';

/**
 * One application whose every kind of content carries a mark, read in every way in which content leaves the application, by
 * everybody who may know of it at all: where a mark turns up, that eye sees that kind.
 */

const MARKS = {
  identity: 'Стражиловић',
  passport: 'STRAZHPASS',
  contact: 'straza@contact.example',
  content: 'Мотивација-стражар',
  notes: 'Белешка-стражар',
} as const;
type Mark = keyof typeof MARKS;

let http: HttpApp;
let world: World;
let scratch: string;
let applicationId: Id;
let number: string;
let passportUpload: string;
const people: Record<string, RequestContext> = {};
const units: Id[] = [newId(), newId()];

const run = <T>(operation: new (...parts: never[]) => T): T => http.app.get<T>(operation);
const read = <T>(who: string, work: (ctx: Ctx) => Promise<T>): Promise<T> =>
  run(Database).read(asks(who), work);
function asks(who: string): RequestContext {
  const request = people[who];
  if (!request) throw new Error(`nobody is ${who}`);
  return request;
}

async function person(name: string, country: string, grants: readonly (readonly [string, Row])[] = []) {
  const id = newId();
  const row = personRow(id, country, name);
  await insertRows(http.owner, 'persons', [
    name === 'applicant' ? { ...row, native_family: MARKS.identity, email: MARKS.contact } : row,
  ]);
  await insertRows(
    http.owner,
    'role_grants',
    grants.map(([role, scope]) => grantRow(id, role, scope)),
  );
  await enter(name, id);
  return id;
}

/** As sign-in would find them now. */
async function enter(name: string, id: Id): Promise<void> {
  const found = await run(Database).read(systemContext(systemClock), (ctx) =>
    run(People).withGrants(ctx, id),
  );
  const actor: Actor = {
    kind: 'person',
    personId: id,
    name,
    grants: found?.grants ?? [],
    ties: found?.ties ?? NO_TIES,
    secondFactor: true,
    scopes: null,
  };
  people[name] = { actor, language: 'sr-Cyrl', clock: systemClock, requestId: `test-${name}` };
}

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'most-sight-'));
  http = await startHttpApp({ imports: exchangeModules(scratch) });
  world = await buildWorld(http.app, http.owner, systemClock);
  const pdf = await PDFDocument.create();
  pdf.addPage();
  const path = join(scratch, 'file.pdf');
  writeFileSync(path, await pdf.save());

  const home = await world.institution('university-of-belgrade');
  const host = await world.institution('lomonosov-moscow-state-university');
  const callId = await world.publishedCall({ slug: 'sight' });
  await insertRows(
    http.owner,
    'institution_units',
    units.map((id, index) => ({
      id,
      institution_id: home,
      name: { sr: `Факултет ${index}`, ru: `Факультет ${index}`, en: `Faculty ${index}` },
      created_at: LONG_AGO,
    })),
  );
  const applicant = await person('applicant', 'RS');
  await http.owner.query('update persons set home_institution_id = $1 where id = $2', [home, applicant]);
  const homeId = await person('home', 'RS', [['coordinator', { institution_id: home }]]);
  await person('unit', 'RS', [['coordinator', { institution_id: home, unit_id: units[0] }]]);
  await person('other_unit', 'RS', [['coordinator', { institution_id: home, unit_id: units[1] }]]);
  await person('host', 'RU', [['coordinator', { institution_id: host, side: 'host' }]]);
  await person('officer', 'RS', [['ministry_officer', { country: 'RS' }]]);
  await person('commission', 'RU', [['commission_member', { country: 'RU' }]]);
  await person('secretary', 'RU', [['commission_secretary', { country: 'RU' }]]);
  await person('reviewer', 'RS', [['reviewer', { call_id: callId }]]);
  await person('support', 'RS', [['support', {}]]);
  await person('stranger', 'RS');
  const deputy = await person('deputy', 'RS');
  const { rows } = await http.owner.query<{ id: Id }>('select id from role_grants where person_id = $1', [
    homeId,
  ]);
  await insertRows(http.owner, 'role_grants', [
    grantRow(deputy, 'coordinator', {
      institution_id: home,
      deputy_of: rows[0]?.id,
      acting_for: homeId,
      valid_until: '2099-01-01T00:00:00Z',
    }),
  ]);
  await enter('deputy', deputy);
  const clientId = newId();
  await insertRows(http.owner, 'integration_clients', [
    {
      id: clientId,
      institution_id: home,
      name: 'test',
      issuer: 'https://issuer.example',
      subject: 'x',
      scopes: ['applications:read'],
      reason: 'test',
      granted_by: homeId,
      created_at: LONG_AGO,
    },
  ]);
  people.client = {
    ...systemContext(systemClock),
    actor: {
      ...ANONYMOUS,
      kind: 'client',
      agentId: clientId,
      grants: [{ role: 'integration_client', institutionId: home, country: null }],
      scopes: ['applications:read'],
    },
  };

  applicationId = await fillApplication(http.app, http.owner, asks('applicant'), 'sight', path);
  const file = await read('applicant', (ctx) => run(ApplicationFiles).load(ctx, applicationId));
  const save = (section: string, changes: Record<string, string>) =>
    run(SaveSection).run(
      asks('applicant'),
      applicationId,
      section,
      { ...file.sections.get(section)?.answers, ...changes },
      file.sections.get(section)?.revision ?? 0,
    );
  await save('person', {
    native_family: MARKS.identity,
    passport_family: MARKS.passport,
    email: MARKS.contact,
  });
  await save('motivation', { motivation: MARKS.content });
  for (const requirement of ['transcript', 'passport_copy']) {
    await run(AttachDocument).attach(asks('applicant'), applicationId, requirement, {
      path,
      fileName: `${MARKS.identity}-${requirement === 'transcript' ? '' : MARKS.passport}.pdf`,
    });
  }
  ({ number } = await run(SubmitApplication).run(asks('applicant'), applicationId));
  await run(NominateCandidate).run(asks('home'), applicationId, {
    placeId: file.contents.choices[0] ?? '',
    endorsement: MARKS.notes,
  });
  await run(AssignUnit).run(asks('home'), applicationId, 'home', units[0] ?? null);
  // No desk leads here yet.
  await http.owner.query("update applications set state = 'in_review' where id = $1", [applicationId]);
  const submitted = await read('home', (ctx) => run(ApplicationFiles).load(ctx, applicationId));
  passportUpload =
    submitted.submission?.content.documents.find(({ requirement }) => requirement === 'passport_copy')
      ?.uploadId ?? '';
}, 120_000);

afterAll(async () => {
  await http.stop();
  rmSync(scratch, { recursive: true, force: true });
});

/** All that leaves the application about this file, by whatever way, as one text. */
async function everythingTo(who: string): Promise<string> {
  return read(who, async (ctx) => {
    const file = await run(ApplicationFiles).load(ctx, applicationId);
    const own = ctx.actor.personId === file.application.applicantId;
    const reading = await run(ReadOffice).review(ctx, applicationId);
    const state = { act: null, typed: {}, problems: [], stale: false, refusal: null };
    const wanted = { names: true, places: false, custody: true };
    const { items: entries } = await run(ReadOffice).page(ctx, {
      wish: NO_WISH,
      after: null,
      limit: 10,
      wanted,
    });
    const described = await http.app
      .get(ApplicationsAsDecisionSubjects)
      .describe(ctx, 'sr-Cyrl', [applicationId]);
    return JSON.stringify([
      applicationResource(file, own),
      own ? null : presentReview(ctx.actor, reading, state),
      await run(ComposeDossier).dossier(ctx, file),
      await run(ComposeDossier).receipt(ctx, file),
      entries.map(({ name }) => name),
      [...described.values()],
    ]);
  });
}

const SEES: Readonly<Record<string, readonly Mark[]>> = {
  applicant: ['identity', 'passport', 'contact', 'content'],
  home: ['identity', 'passport', 'contact', 'content', 'notes'],
  unit: ['identity', 'passport', 'contact', 'content', 'notes'],
  deputy: ['identity', 'passport', 'contact', 'content', 'notes'],
  host: ['identity', 'passport', 'contact', 'content', 'notes'],
  officer: ['identity', 'passport', 'content', 'notes'],
  commission: ['identity', 'content', 'notes'],
  secretary: ['identity', 'content', 'notes'],
  reviewer: ['content'],
  client: ['identity', 'contact', 'content'],
};

describe('for whose eyes a field is', () => {
  it.each(Object.keys(SEES))('shows %s what is for them by every way, and nothing else', async (who) => {
    const text = await everythingTo(who);
    const seen = (Object.keys(MARKS) as Mark[]).filter((mark) => text.includes(MARKS[mark]));
    expect(seen).toEqual(SEES[who]);
  });

  it('says of what it keeps back that it does, and why', async () => {
    const file = await read('reviewer', (ctx) => run(ApplicationFiles).load(ctx, applicationId));
    expect(applicationResource(file, false).withheld).toEqual(
      expect.arrayContaining([
        { field: 'person.native_family', reason: 'withheld_identity' },
        { field: 'person.passport_family', reason: 'withheld_passport' },
        { field: 'person.phone', reason: 'withheld_contact' },
        { field: 'documents.passport_copy', reason: 'withheld_passport' },
      ]),
    );
    expect(await everythingTo('reviewer')).toContain('reasons.withheld_passport');
    expect(applicationResource(file, false).documents.map(({ fileName }) => fileName)).toEqual([
      'transcript.pdf',
    ]);
  });

  it.each(['home', 'host', 'officer', 'reviewer', 'commission'])(
    'opens the copy of the passport to %s or says why not',
    async (who) => {
      const open = read(who, async (ctx) =>
        documentForOffice(await run(ApplicationFiles).load(ctx, applicationId), passportUpload),
      );
      if (SEES[who]?.includes('passport')) await expect(open).resolves.toBeDefined();
      else await expect(open).rejects.toMatchObject({ code: 'forbidden', reason: 'withheld_passport' });
    },
  );

  it('finds by name only for whoever may know it, and by number for whoever may list it', async () => {
    const found = (who: string, key: string) =>
      read(who, async (ctx) => {
        const action = who === 'support' ? 'application.read_state' : 'application.list';
        const rows = await run(ApplicationLists).list(ctx, { searchKey: searchKey(key), limit: 10 }, action);
        return rows.length;
      });
    for (const who of [...Object.keys(SEES).filter((name) => name !== 'applicant'), 'support']) {
      const knows = SEES[who]?.includes('identity') ?? false;
      expect({ who, byName: await found(who, MARKS.identity) }).toEqual({ who, byName: knows ? 1 : 0 });
      expect({ who, byNumber: await found(who, number) }).toEqual({ who, byNumber: 1 });
    }
  });

  it('tells support where it stands, and nothing of whose it is', async () => {
    await expect(
      read('support', (ctx) => run(ApplicationFiles).load(ctx, applicationId)),
    ).rejects.toMatchObject({
      code: 'not_found',
    });
    const text = await read('support', async (ctx) =>
      JSON.stringify([
        await run(ReadStandings).one(ctx, applicationId),
        await run(ReadStandings).list(ctx, { state: null, q: '', after: null }, 10),
        await run(ReadStates).one(ctx, applicationId),
      ]),
    );
    expect(text).toContain(number);
    for (const mark of Object.values(MARKS)) expect(text).not.toContain(mark);
    for (const who of ['home', 'reviewer', 'stranger', 'client']) {
      await expect(read(who, (ctx) => run(ReadStates).one(ctx, applicationId))).rejects.toThrow(DomainError);
    }
  });

  it('has a class for everything that the standard forms ask, and the narrow one for what nobody knows', () => {
    for (const category of [
      'student',
      'professor',
      'researcher',
      'expert',
      'staff',
      'joint_project',
    ] as const) {
      for (const section of STANDARD_FORM(category).sections) {
        for (const asked of [...section.questions, ...section.documents]) {
          const { sensitivity, ...older } = asked;
          expect({ id: asked.id, sensitivity }).toEqual({ id: asked.id, sensitivity: sensitivityOf(older) });
        }
      }
    }
    expect(sensitivityOf({ id: 'something_older' })).toBe('passport');
  });

  it('keeps health from the host until somebody comes, and from everybody who has no part in the stay', async () => {
    const facts = await read('home', (ctx) => run(ApplicationsRepository).find(ctx, applicationId));
    const question = (id: string, sensitivity: (typeof SENSITIVITIES)[number]) => ({
      id,
      type: 'text' as const,
      label: { sr: '', ru: '', en: '' },
      required: false,
      sensitivity,
    });
    const form = {
      sections: [
        {
          id: 'needs',
          kind: 'questions' as const,
          title: { sr: '', ru: '', en: '' },
          questions: SENSITIVITIES.map((kind) => question(kind, kind)),
          documents: [],
          consents: [],
        },
      ],
    };
    const keptFrom = (who: string, state: typeof facts.state) => {
      const withheld = withheldFrom(sightOf(asks(who).actor, { ...facts, state }), form, null);
      return SENSITIVITIES.filter((kind) => withheld.has(`needs.${kind}`));
    };
    expect(keptFrom('home', 'in_review')).toEqual(['statistics']);
    expect(keptFrom('host', 'in_review')).toEqual(['health', 'statistics']);
    expect(keptFrom('host', 'accepted')).toEqual(['statistics']);
    expect(keptFrom('officer', 'accepted')).toEqual(['contact', 'health', 'references', 'statistics']);
    expect(keptFrom('commission', 'in_review')).toEqual(['passport', 'contact', 'health', 'statistics']);
    expect(keptFrom('reviewer', 'in_review')).toEqual([
      'identity',
      'passport',
      'contact',
      'health',
      'statistics',
    ]);
    expect(keptFrom('client', 'in_review')).toEqual(['passport', 'health', 'references', 'statistics']);
    expect(keptFrom('applicant', 'in_review')).toEqual([]);
    expect(tells(sightOf(asks('home').actor, facts), 'application.score')).toBe(false);
    expect(tells(sightOf(asks('commission').actor, facts), 'application.score')).toBe(true);
  });
});

describe('the pages', () => {
  /** Signs in at the demonstration's provider, and has this role from then on. */
  async function official(email: string, role: string, scope: Row) {
    const browser = await http.signedIn(email);
    const { rows } = await http.owner.query<{ id: Id }>('select id from persons where email = $1', [email]);
    await insertRows(http.owner, 'role_grants', [grantRow(rows[0]?.id ?? '', role, scope)]);
    await browser.open('/?lang=en');
    return browser;
  }
  const marksIn = (text: string) =>
    (Object.keys(MARKS) as Mark[]).filter((mark) => text.includes(MARKS[mark]));

  it('of support show a list and one application with who has it, and no other page opens', async () => {
    const support = await official('support@rs.demo', 'support', {});
    const list = await support.get(`/applications?q=${number}`);
    expect(list.status).toBe(200);
    expect(list.body).toContain(`/applications/${applicationId}/state`);
    expect(marksIn(list.body)).toEqual([]);
    const byName = await support.get(`/applications?q=${encodeURIComponent(MARKS.identity)}`);
    expect(byName.body).not.toContain(`/applications/${applicationId}`);
    const one = await support.get(`/applications/${applicationId}/state`);
    expect(one.status).toBe(200);
    expect(one.body).toContain(number);
    expect(marksIn(one.body)).toEqual([]);
    for (const path of ['', '/review', '/dossier.pdf', `/review/documents/${passportUpload}`, '/person']) {
      expect((await support.get(`/applications/${applicationId}${path}`)).status).toBe(404);
    }
  });

  it('of a reviewer show what is in assessment, without whose it is', async () => {
    const { rows } = await http.owner.query<{ call_id: Id }>(
      'select call_id from applications where id = $1',
      [applicationId],
    );
    const reviewer = await official('reviewer@rs.demo', 'reviewer', { call_id: rows[0]?.call_id });
    const list = await reviewer.get('/applications');
    expect(list.body).toContain(`/applications/${applicationId}/review`);
    expect(list.body).toContain('name withheld');
    expect(marksIn(list.body)).toEqual([]);
    const page = await reviewer.get(`/applications/${applicationId}/review`);
    expect(page.status).toBe(200);
    expect(marksIn(page.body)).toEqual(['content']);
    expect(page.body).toContain('Withheld: only the applicant, both institutions and both ministries');
    const passport = await reviewer.get(`/applications/${applicationId}/review/documents/${passportUpload}`);
    expect(passport.status).toBe(403);
    expect(passport.body).toContain('Withheld: only the applicant, both institutions and both ministries');
    expect((await reviewer.get(`/applications/${applicationId}/state`)).status).toBe(403);
    const dossier = await reviewer.get(`/applications/${applicationId}/dossier.pdf`);
    expect(dossier.status).toBe(200);
  }, 60_000);

  it('of a coordinator of the whole institution let them choose the unit', async () => {
    const home = await world.institution('university-of-belgrade');
    const coordinator = await official('coordinator@bg.rs.demo', 'coordinator', { institution_id: home });
    const path = `/applications/${applicationId}/review`;
    const page = await coordinator.get(path);
    expect(page.body).toContain('Faculty 1');
    expect(page.body).not.toContain('unit-host');
    const fields = { _csrf: coordinator.token(page) };
    const chosen = await coordinator.post(`${path}/home-unit`, { ...fields, unitId: units[1] ?? '' });
    expect(chosen.status).toBe(303);
    expect((await coordinator.get(path)).body).toMatch(new RegExp(`value="${units[1]}" selected`));
    expect((await coordinator.post(`${path}/home-unit`, { ...fields, unitId: newId() })).status).toBe(422);
    expect((await coordinator.post(`${path}/host-unit`, { ...fields, unitId: '' })).status).toBe(403);
    expect((await coordinator.post(`${path}/home-unit`, { ...fields, unitId: '' })).status).toBe(303);
  });
});

describe('units of an institution', () => {
  const loads = (who: string) => read(who, (ctx) => run(ApplicationFiles).load(ctx, applicationId));

  it('work on what is given to them, and on nothing else', async () => {
    await run(AssignUnit).run(asks('home'), applicationId, 'home', units[0] ?? null);
    const { rows: last } = await http.owner.query<{ id: string }>('select max(id) as id from audit_entries');
    const before = last[0]?.id;
    await expect(loads('unit')).resolves.toBeDefined();
    await expect(loads('other_unit')).rejects.toMatchObject({ code: 'not_found' });
    await run(AssignUnit).run(asks('home'), applicationId, 'home', units[1] ?? null);
    await expect(loads('unit')).rejects.toMatchObject({ code: 'not_found' });
    await expect(loads('other_unit')).resolves.toBeDefined();
    await run(AssignUnit).run(asks('deputy'), applicationId, 'home', null);
    await expect(loads('other_unit')).rejects.toMatchObject({ code: 'not_found' });
    const { rows } = await http.owner.query<Row>(
      `select action, data ->> 'unit' as unit, role, acting_for from audit_entries
       where subject_id = $1 and action like 'application.unit_%' and id > $2 order by id`,
      [applicationId, before],
    );
    const principal = asks('home').actor.personId;
    expect(rows).toEqual([
      { action: 'application.unit_assigned', unit: units[1], role: 'coordinator', acting_for: null },
      { action: 'application.unit_released', unit: null, role: 'coordinator', acting_for: principal },
    ]);
  });

  it('are chosen by coordinators of the whole institution on their own side, and by nobody else', async () => {
    await run(AssignUnit).run(asks('home'), applicationId, 'home', units[0] ?? null);
    const refused = async (who: string, side: 'home' | 'host' = 'home') => {
      try {
        await run(AssignUnit).run(asks(who), applicationId, side, null);
        return null;
      } catch (error) {
        return error instanceof DomainError ? error.code : error;
      }
    };
    expect(await refused('unit')).toBe('forbidden');
    expect(await refused('host')).toBe('forbidden');
    expect(await refused('home', 'host')).toBe('forbidden');
    expect(await refused('officer')).toBe('forbidden');
    expect(await refused('reviewer')).toBe('forbidden');
    expect(await refused('other_unit')).toBe('not_found');
    expect(await refused('support')).toBe('not_found');
    expect(await refused('stranger')).toBe('not_found');
    await expect(run(AssignUnit).run(asks('home'), applicationId, 'home', newId())).rejects.toMatchObject({
      code: 'invalid',
      reason: 'unit_unknown',
    });
  });
});

describe('deputies', () => {
  it('are bound by what binds those for whom they act, besides their own', async () => {
    const idOf = (who: string) => people[who]?.actor.personId ?? '';
    const ties = async () =>
      (
        await http.owner.query<{ institutions: Id[]; persons: Id[] | null }>(
          'select institutions, persons from ties_of_person($1, now())',
          [idOf('deputy')],
        )
      ).rows[0];
    const own = await ties();
    const elsewhere = await world.institution('university-of-novi-sad');
    expect(own?.institutions).not.toContain(elsewhere);
    await http.owner.query('begin');
    try {
      await http.owner.query('update persons set home_institution_id = $1 where id = $2', [
        elsewhere,
        idOf('home'),
      ]);
      await http.owner.query(
        `insert into conflict_declarations (id, person_id, about_id, kind, application_id, declared_at)
         values (gen_random_uuid(), $1, $2, 'family', $3, now() - interval '1 hour')`,
        [idOf('home'), idOf('applicant'), applicationId],
      );
      const bound = await ties();
      expect(bound?.institutions).toEqual(expect.arrayContaining([...(own?.institutions ?? []), elsewhere]));
      expect(bound?.persons).toEqual([idOf('applicant')]);
    } finally {
      await http.owner.query('rollback');
    }
  });

  it('and those for whom they act have both had a hand in what they did', async () => {
    const student = await person('second', 'RS');
    const home = await world.institution('university-of-belgrade');
    await http.owner.query('update persons set home_institution_id = $1 where id = $2', [home, student]);
    const id = await fillApplication(
      http.app,
      http.owner,
      asks('second'),
      'sight',
      join(scratch, 'file.pdf'),
    );
    const file = await read('second', (ctx) => run(ApplicationFiles).load(ctx, id));
    await run(SubmitApplication).run(asks('second'), id);
    await run(NominateCandidate).run(asks('deputy'), id, {
      placeId: file.contents.choices[0] ?? '',
      endorsement: '',
    });
    await run(AnswerNomination).run(asks('host'), id, { answer: 'accept' });
    const { rows } = await http.owner.query<{ preparers: Id[] }>(
      'select preparers from decisions where subject_id = $1',
      [id],
    );
    const expected = ['deputy', 'home', 'host', 'second'].map((who) => asks(who).actor.personId);
    expect([...(rows[0]?.preparers ?? [])].sort()).toEqual(expected.sort());
  });
});
