import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { People } from '../../src/access/public.js';
import { ApplicationsRepository } from '../../src/applications/data/applications.repository.js';
import { DOORS_OF_A_SUBMISSION } from '../../src/applications/data/doors-of-a-submission.js';
import { ApplicationRecord } from '../../src/applications/operations/application-record.js';
import { DocumentFindings } from '../../src/applications/operations/document-findings.js';
import { EditApplication } from '../../src/applications/operations/edit-application.js';
import { FindDuplicates } from '../../src/applications/operations/find-duplicates.js';
import { FreezeContent } from '../../src/applications/operations/freeze-content.js';
import { ApplicationFiles, SubmitApplication } from '../../src/applications/public.js';
import { STANDARD_FORM } from '../../src/calls/public.js';
import { contextOf } from '../../src/platform/database/acting.js';
import { fingerprintOf } from '../../src/platform/database/company.js';
import type { Ctx } from '../../src/platform/database/context.js';
import { Database } from '../../src/platform/database/database.js';
import { SettableClock } from '../../src/shared/clock.js';
import { DomainError } from '../../src/shared/domain-error.js';
import { newId } from '../../src/shared/ids.js';
import type { RequestContext } from '../../src/shared/request-context.js';
import { DataSource } from 'typeorm';
import type { Draft, Drafts } from '../factories/drafts.js';
import { LONG_AGO, grantRow, insertRows, personRow } from '../factories/rows.js';
import type { World } from '../factories/world.js';
import type { HttpApp } from '../http/http-app.js';
import { startSubmissions } from './submissions-scene.js';
import type { SubmissionsScene } from './submissions-scene.js';

/**
 * What the owner of the database does for those who submit in the same moment: the same as the statements in whose place it
 * stands, and nothing for anybody to whom the walls would not give it.
 */

const clock = new SettableClock(new Date());
let http: HttpApp;
let database: Database;
let world: World;
let drafts: Drafts;
let slug: string;

let scene: SubmissionsScene;

beforeAll(async () => {
  scene = await startSubmissions(clock);
  ({ http, world, drafts, slug } = scene);
  database = http.app.get(Database);
}, 60_000);

afterAll(() => scene.stop());

interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}
type Row = Record<string, unknown>;

/** What a submission asks first, word for word: by the operation itself, with nobody to answer. */
function firstAsked(request: RequestContext, id: string): readonly Statement[] {
  const asked: Statement[] = [];
  const runner = Object.assign(http.app.get(DataSource).createQueryRunner(), {
    query: (statement: Statement) => {
      asked.push(statement);
      return new Promise(() => undefined);
    },
  });
  const nobody = {
    gathered: (of: RequestContext, work: (ctx: Ctx) => Promise<unknown>) => void work(contextOf(of, runner)),
  };
  const { app } = http;
  const operation = new SubmitApplication(
    nobody as unknown as Database,
    app.get(ApplicationsRepository),
    app.get(ApplicationFiles),
    app.get(EditApplication),
    app.get(FreezeContent),
    app.get(ApplicationRecord),
    app.get(DocumentFindings),
    app.get(FindDuplicates),
    app.get(People),
  );
  void operation.run(request, id);
  return asked;
}

const submit = ({ request, id }: Draft) => http.app.get(SubmitApplication).run(request, id);
const personOf = ({ request }: Draft): string => request.actor.personId ?? '';
const through = (door: string, persons: readonly string[], asked: unknown): Promise<Row[]> =>
  database.ask<Row>(`select * from ${door}($1, $2)`, [persons, JSON.stringify(asked)]);
/** As the owner, and undone. */
async function undone(work: () => Promise<void>): Promise<void> {
  await http.owner.query('begin');
  try {
    await work();
  } finally {
    await http.owner.query('rollback');
  }
}
const valuesOf = (statements: readonly Statement[]) => statements.map(({ values }) => values);

const PARTS = ['reference_requests', 'co_applicants', 'application_documents', 'application_supplements'];

/** A draft with something in every table of which a submission reads. */
async function fullDraft(): Promise<Draft> {
  const draft = await drafts.draft(slug);
  const { id } = draft;
  const person = personOf(draft);
  const { rows } = await http.owner.query<{ id: string; requirement: string }>(
    "select id, requirement from uploads where subject_kind = 'application' and subject_id = $1",
    [id],
  );
  const [{ id: upload, requirement } = { id: '', requirement: '' }] = rows;
  const since = { application_id: id, state_since: LONG_AGO };
  const addressed = { name: 'Милена', language: 'sr-Cyrl', created_at: LONG_AGO };
  await insertRows(http.owner, 'identities', [
    {
      issuer: 'https://issuer.example',
      subject: person,
      person_id: person,
      provider_key: 'rs',
      email: `Second-${person}@example.org`,
      created_at: LONG_AGO,
      last_sign_in_at: LONG_AGO,
    },
  ]);
  const link = newId();
  const [reference, coApplicant] = [newId(), newId()];
  await insertRows(http.owner, 'signed_links', [
    {
      id: link,
      purpose: 'x',
      subject_kind: 'reference',
      subject_id: reference,
      created_at: LONG_AGO,
      expires_at: '2099-01-01',
    },
  ]);
  await insertRows(http.owner, 'reference_requests', [
    {
      ...since,
      ...addressed,
      id: reference,
      state: 'opened',
      email: 'm@example.org',
      email_key: 'm@example.org',
      relation: 'teacher',
      confidential: true,
      due_at: '2099-01-01',
      link_id: link,
    },
  ]);
  await insertRows(http.owner, 'co_applicants', [
    {
      ...since,
      ...addressed,
      id: coApplicant,
      state: 'invited',
      email: 'b@example.org',
      email_key: 'b@example.org',
      part: 'мерења',
      link_id: link,
      link_until: '2099-01-01',
    },
  ]);
  await insertRows(http.owner, 'application_documents', [{ ...since, requirement, state: 'uploaded' }]);
  await insertRows(http.owner, 'application_supplements', [
    {
      id: newId(),
      application_id: id,
      requirement,
      upload_id: upload,
      sha256: 'b'.repeat(64),
      given_by: person,
      given_at: LONG_AGO,
    },
  ]);
  return draft;
}

describe('the door to applications that are to be submitted', () => {
  it('answers what the walls give the applicant, in every part of it', async () => {
    const draft = await fullDraft();
    const asked = firstAsked(draft.request, draft.id);
    expect(fingerprintOf(asked.map(({ text }) => text))).toBe(DOORS_OF_A_SUBMISSION[0]?.of);
    const answers = await database.transaction(draft.request, (ctx) =>
      Promise.all(asked.map(({ text, values }) => ctx.tx.query<Row[]>(text, [...values]))),
    );
    const [application, parts] = answers.map(([row]) => row ?? {});
    const empty = Object.entries(parts ?? {}).filter(([, rows]) => rows === null);
    expect(empty).toEqual([]);
    const [found, ...others] = await through('applications_to_submit', [personOf(draft)], [valuesOf(asked)]);
    expect(found).toEqual({ place: 1, ...application, ...parts });
    expect(others).toEqual([]);
    // Nobody was asked for a letter by the rules, nor was anything given: the checks at the end are to find none of it.
    for (const table of PARTS)
      await http.owner.query(`delete from ${table} where application_id = $1`, [draft.id]);
  });

  it('has no answer for anybody but the applicant, whatever else they are', async () => {
    const draft = await drafts.draft(slug);
    const asked = valuesOf(firstAsked(draft.request, draft.id));
    await http.owner.query('update applications set co_applicants = array[$2::uuid] where id = $1', [
      draft.id,
      newId(),
    ]);
    const home = await world.institution('university-of-belgrade');
    const others = await Promise.all(
      (
        [
          ['coordinator', { institution_id: home }],
          ['ministry_officer', { country: 'RS' }],
          ['ministry_officer', { country: 'RU' }],
          ['commission_member', { country: 'RS' }],
          ['programme_administrator', {}],
          ['auditor', {}],
          ['support', {}],
        ] as const
      ).map(async ([role, scope]) => {
        const id = newId();
        await insertRows(http.owner, 'persons', [personRow(id, 'RS')]);
        await insertRows(http.owner, 'role_grants', [grantRow(id, role, scope)]);
        return id;
      }),
    );
    const rows = await through(
      'applications_to_submit',
      others,
      others.map(() => asked),
    );
    expect(rows).toEqual([]);
    expect(await through('applications_to_submit', [personOf(draft)], [asked])).toHaveLength(1);
    await http.owner.query("update applications set co_applicants = '{}' where id = $1", [draft.id]);
  });

  it('answers each their own among others, and the first of two clicks', async () => {
    const [one, two] = [await drafts.draft(slug), await drafts.draft(slug)];
    const asked = [one, two, one, two].map(({ request, id }) => valuesOf(firstAsked(request, id)));
    const persons = [one, two, one, one].map(personOf);
    const rows = await through('applications_to_submit', persons, asked);
    expect(rows.map(({ place, id }) => [place, id]).toSorted()).toEqual([
      [1, one.id],
      [2, two.id],
    ]);
  });

  it('does not answer who asks of another one beside their own', async () => {
    const [own, other] = [await drafts.draft(slug), await drafts.draft(slug)];
    const asked = firstAsked(own.request, own.id);
    const [, parts] = asked;
    for (const place of (parts?.values ?? []).keys()) {
      const values = (parts?.values ?? []).map((value, each) => (each === place ? other.id : value));
      expect(await through('applications_to_submit', [personOf(own)], [[[own.id], values]])).toEqual([]);
    }
  });

  it('waits for no lock', async () => {
    const draft = await drafts.draft(slug);
    const asked = [valuesOf(firstAsked(draft.request, draft.id))];
    await undone(async () => {
      await http.owner.query('select from applications where id = $1 for key share', [draft.id]);
      expect(await through('applications_to_submit', [personOf(draft)], asked)).toEqual([]);
    });
  });
});

describe('the door by which applications are submitted', () => {
  const at = new Date().toISOString();
  let number = 0;
  /** What one submission writes. */
  const writing = (draft: Draft): unknown[][] => [
    [draft.id, `[{"kind":"mail","value":"${'a'.repeat(64)}"}]`],
    [newId(), draft.id, 1, at, 'en', 1, '{}', 'a'.repeat(64)],
    ['submitted', at, at, `RS-2099-${String((number += 1)).padStart(6, '0')}`, 1, at, 9, 'ana', draft.id],
    [
      at,
      'person',
      personOf(draft),
      'test',
      null,
      null,
      ['application.submit'],
      ['application'],
      [draft.id],
      ['{}'],
    ],
    [at, 'application.submitted', 'application', draft.id, '{}', personOf(draft), 'test'],
  ];
  const leaves = async (id: string) =>
    (
      await http.owner.query<Row>(
        `select a.state, (select count(*)::integer from application_submissions s where s.application_id = a.id) as submissions,
           (select count(*)::integer from application_likenesses l where l.application_id = a.id) as likenesses,
           (select count(*)::integer from audit_entries e where e.subject_id = a.id::text and e.request_id = 'test') as entries,
           (select count(*)::integer from outbox_events o where o.subject_id = a.id::text and o.request_id = 'test') as events
         from applications a where a.id = $1`,
        [id],
      )
    ).rows[0];
  const UNTOUCHED = { state: 'draft', submissions: 0, likenesses: 0, entries: 0, events: 0 };
  const asOwner = (all: readonly Draft[]) =>
    http.owner.query('select * from submit_applications($1, $2)', [
      all.map(personOf),
      JSON.stringify(all.map(writing)),
    ]);
  const write = (writings: readonly unknown[], persons: readonly string[]) =>
    through('submit_applications', persons, writings);

  it('writes all that they gave, or nothing', async () => {
    const [one, two, other] = [await drafts.draft(slug), await drafts.draft(slug), await drafts.draft(slug)];
    await expect(write([writing(one), writing(two)], [personOf(one), personOf(other)])).rejects.toMatchObject(
      {
        code: '42501',
      },
    );
    expect(await leaves(one.id)).toEqual(UNTOUCHED);
    await undone(async () => {
      await asOwner([one, two]);
      const left = { state: 'submitted', submissions: 1, likenesses: 1, entries: 1, events: 1 };
      expect([await leaves(one.id), await leaves(two.id)]).toEqual([left, left]);
    });
  });

  it.each<readonly [string, (writing: unknown[][], other: Draft) => void]>([
    ['the likeness of another application', (w, other) => (w[0] = [other.id, '[]'])],
    ['a submission of another one', (w, other) => ((w[1] as unknown[])[1] = other.id)],
    ['the state of another one', (w, other) => ((w[2] as unknown[])[8] = other.id)],
    ['another state', (w) => ((w[2] as unknown[])[0] = 'accepted')],
    ['an entry in the name of a machine', (w) => ((w[3] as unknown[])[1] = 'system')],
    ['an entry in the name of somebody else', (w, other) => ((w[3] as unknown[])[2] = personOf(other))],
    ['an entry of another act', (w) => ((w[3] as unknown[])[6] = ['application.accept'])],
    ['an entry of two acts', (w) => ((w[3] as unknown[])[6] = ['application.submit', 'application.submit'])],
    ['an entry on another kind of record', (w) => ((w[3] as unknown[])[7] = ['call'])],
    ['an entry on another application', (w, other) => ((w[3] as unknown[])[8] = [other.id])],
    ['another event', (w) => ((w[4] as unknown[])[1] = 'application.withdrawn')],
    ['an event of another kind of record', (w) => ((w[4] as unknown[])[2] = 'call')],
    ['an event of another application', (w, other) => ((w[4] as unknown[])[3] = other.id)],
    ['an event in the name of somebody else', (w, other) => ((w[4] as unknown[])[5] = personOf(other))],
  ])('refuses %s', async (_, change) => {
    const [draft, other] = [await drafts.draft(slug), await drafts.draft(slug)];
    const changed = writing(draft);
    change(changed, other);
    await expect(write([changed], [personOf(draft)])).rejects.toMatchObject({ code: '42501' });
    expect(await leaves(draft.id)).toEqual(UNTOUCHED);
    expect(await leaves(other.id)).toEqual(UNTOUCHED);
  });

  it('refuses an application of somebody else, submitted in their own name', async () => {
    const [draft, other] = [await drafts.draft(slug), await drafts.draft(slug)];
    const [likeness, submission, change] = writing(draft);
    const [, , , entry, event] = writing({ id: draft.id, request: other.request });
    const own = [likeness, submission, change, entry, event];
    await expect(write([own], [personOf(other)])).rejects.toMatchObject({ code: '42501' });
    expect(await leaves(draft.id)).toEqual(UNTOUCHED);
  });

  it('refuses what is a draft no more', async () => {
    const [submitted, withdrawn] = [await drafts.draft(slug), await drafts.draft(slug)];
    await undone(async () => {
      await asOwner([submitted]);
      await expect(asOwner([submitted])).rejects.toMatchObject({ code: '42501' });
    });
    await undone(async () => {
      await http.owner.query("update applications set state = 'withdrawn', due_at = null where id = $1", [
        withdrawn.id,
      ]);
      await expect(asOwner([withdrawn])).rejects.toMatchObject({ code: '42501' });
    });
  });
});

describe('every door of a submission', () => {
  it('is shut within an act, and to whoever is not the application', async () => {
    const request = await drafts.student();
    for (const { by } of DOORS_OF_A_SUBMISSION) {
      const within = database.transaction(request, (ctx) =>
        ctx.tx.query(`select * from ${by}($1, $2)`, [[request.actor.personId], '[]']),
      );
      await expect(within).rejects.toThrow(/somebody acts/);
      const { rows } = await http.owner.query<Row>(
        `select coalesce(array_agg(distinct grantee::regrole::text order by grantee::regrole::text), '{}') as who
         from pg_proc p, aclexplode(p.proacl) where p.proname = $1 and grantee <> p.proowner`,
        [by],
      );
      expect(rows).toEqual([{ who: ['most_app'] }]);
    }
  });

  it('is what drafts go through: nobody has to be named as the actor', async () => {
    const [awards, noInstitution] = [`call-${newId()}`, `call-${newId()}`];
    const standard = STANDARD_FORM('student');
    await world.publishedCall({
      slug: awards,
      form: { ...standard, eligibility: { kind: 'no_other_award' } },
    });
    const sections = standard.sections.map((section) => ({
      ...section,
      questions: section.questions.filter(({ type }) => type !== 'institution'),
    }));
    await world.publishedCall({ slug: noInstitution, form: { ...standard, sections } });
    const calls = [slug, awards, noInstitution];
    const begun = [];
    for (let round = 0; round < 2; round += 1) for (const each of calls) begun.push(await drafts.draft(each));
    // Whoever asks first for a form reads all of it.
    for (const each of calls) await submit(await drafts.draft(each));
    clock.set(new Date());
    await http.owner.query('alter function enter_act rename to enter_nobody');
    try {
      const receipts = await Promise.all(begun.map(({ request, id }) => submit({ request, id })));
      expect(new Set(receipts.map(({ number }) => number)).size).toBe(6);
    } finally {
      await http.owner.query('alter function enter_nobody rename to enter_act');
    }
  });

  it.each(DOORS_OF_A_SUBMISSION.map(({ by }) => by))(
    'is missed by nobody: without %s each goes alone',
    async (door) => {
      const begun = [await drafts.draft(slug), await drafts.draft(slug), await drafts.draft(slug)];
      clock.set(new Date());
      await http.owner.query(`alter function ${door} rename to closed_door`);
      try {
        const numbers = await Promise.all(
          begun.map(async ({ request, id }) => (await submit({ request, id })).number),
        );
        expect(new Set(numbers).size).toBe(3);
      } finally {
        await http.owner.query(`alter function closed_door rename to ${door}`);
      }
    },
  );

  it('finds another award that the applicant holds, and none of somebody else', async () => {
    const awards = `call-${newId()}`;
    const form = { ...STANDARD_FORM('student'), eligibility: { kind: 'no_other_award' } as const };
    await world.publishedCall({ slug: awards, form });
    const [holder, neighbour] = [await drafts.draft(awards), await drafts.draft(awards)];
    const held = await drafts.draft(slug, holder.request);
    clock.set(new Date());
    await submit(held);
    await http.owner.query(
      `update applications a set state = 'accepted', result = 'selected', place_id = p.id, transferred_at = now(),
         host_institution_id = p.institution_id, host_country = 'RU' from call_places p where a.id = $1 and p.call_id = a.call_id`,
      [held.id],
    );
    const outcomes = await Promise.all(
      [holder, neighbour].map(async (each) => {
        try {
          await submit(each);
          return 'submitted';
        } catch (error) {
          return error instanceof DomainError ? error.blockers.map(({ code }) => code).join() : error;
        }
      }),
    );
    expect(outcomes).toEqual(['condition_not_met', 'submitted']);
    await http.owner.query(
      `update applications set state = 'submitted', result = null, place_id = null, transferred_at = null,
         host_institution_id = null, host_country = null where id = $1`,
      [held.id],
    );
  });
});
