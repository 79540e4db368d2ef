import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PDFDocument } from 'pdf-lib';
import { ApplicationFiles, SaveSection, SubmitApplication } from '../../src/applications/public.js';
import { STANDARD_FORM } from '../../src/calls/public.js';
import type { Rule } from '../../src/calls/public.js';
import { Database } from '../../src/platform/database/database.js';
import { systemClock } from '../../src/shared/clock.js';
import type { DomainError } from '../../src/shared/domain-error.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import { LANGUAGES } from '../../src/shared/language.js';
import type { RequestContext } from '../../src/shared/request-context.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { actingAs } from '../factories/acting.js';
import { exchangeModules } from '../factories/exchange-modules.js';
import { fillApplication } from '../factories/fill-application.js';
import { grantRow, insertRows, personRow } from '../factories/rows.js';
import { buildWorld } from '../factories/world.js';
import type { World } from '../factories/world.js';
import type { Browser } from './browser-of-text.js';
import { startHttpApp } from './http-app.js';
import type { HttpApp } from './http-app.js';

/** Conditions of a call: told before one applies, checked while one writes and at the end, kept as evidence. */

const STUDENT = 'student@rs.demo';
const RULE: Rule = {
  kind: 'all',
  of: [
    { kind: 'citizenship', countries: ['RS', 'RU'] },
    { kind: 'year', min: 3 },
    {
      kind: 'any',
      of: [
        { kind: 'level', levels: [7, 8] },
        { kind: 'grade_average', least: { RS: 9, RU: 4.5 } },
      ],
    },
  ],
};

let http: HttpApp;
let world: World;
let scratch: string;
let browser: Browser;
let student: RequestContext;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'most-eligibility-'));
  http = await startHttpApp({ imports: exchangeModules(scratch) });
  world = await buildWorld(http.app, http.owner, systemClock);
  const pdf = await PDFDocument.create();
  pdf.addPage();
  writeFileSync(join(scratch, 'transcript.pdf'), await pdf.save());
  browser = await http.signedIn(STUDENT);
  await browser.open('/account?lang=en');
  const { rows } = await http.owner.query<{ id: Id }>('select id from persons where email = $1', [STUDENT]);
  student = await acting(rows[0]?.id ?? '');
}, 90_000);

afterAll(async () => {
  await expectInvariants(http.owner);
  await http.stop();
  rmSync(scratch, { recursive: true, force: true });
});

const acting = (id: Id) => actingAs(http.app, id);

/** A call with this rule, and an application to it with every answer that is required. */
async function applied(rule: Rule): Promise<{ readonly id: Id; readonly slug: string; readonly callId: Id }> {
  const slug = `conditions-${newId()}`;
  const callId = await world.publishedCall({
    slug,
    form: { ...STANDARD_FORM('student'), eligibility: rule },
  });
  const pdf = join(scratch, 'transcript.pdf');
  return { id: await fillApplication(http.app, http.owner, student, slug, pdf), slug, callId };
}

const load = (request: RequestContext, id: Id) =>
  http.app.get(Database).read(request, (ctx) => http.app.get(ApplicationFiles).load(ctx, id));

async function answer(id: Id, changes: Readonly<Record<string, string>>): Promise<void> {
  const study = (await load(student, id)).sections.get('study');
  await http.app
    .get(SaveSection)
    .run(student, id, 'study', { ...study?.answers, ...changes }, study?.revision ?? 0);
}

const submit = (id: Id) => http.app.get(SubmitApplication).run(student, id);
const refusal = async (id: Id): Promise<DomainError> => {
  try {
    await submit(id);
  } catch (error) {
    return error as DomainError;
  }
  throw new Error('it was submitted');
};

describe('the conditions of a call', () => {
  it.each(LANGUAGES)('are told on its page in %s, groups and all', async (language) => {
    const { slug } = await applied(RULE);
    const page = await browser.open(`/calls/${slug}?lang=${language}`);
    const list = /<ul class="govuk-list govuk-list--bullet">[\s\S]*?<\/ul>\s*<\/li>\s*<\/ul>/.exec(
      page.body,
    )?.[0];
    expect(list?.match(/<li>/g)).toHaveLength(5);
    expect(page.body).not.toContain('calls.conditions.');
    await browser.open('/account?lang=en');
  });

  it('are said to whoever does not meet them, on the page that is to blame, and stop nothing from being written', async () => {
    const { id } = await applied(RULE);
    const tasks = await browser.open(`/applications/${id}`);
    expect(tasks.body).toContain('Not met: At least year 3 of study');
    expect(tasks.body).toContain('Not met: Level of education: Master and Doctorate');
    expect(tasks.body).not.toContain('Not met: Citizenship');
    const study = await browser.open(`/applications/${id}/study`);
    expect(study.body).toContain('Not met: At least year 3 of study');
    const person = await browser.open(`/applications/${id}/person`);
    expect(person.body).toContain('data-unmet hidden');
  });

  it('are the same for a page, a program and the act itself', async () => {
    const { id } = await applied(RULE);
    const error = await refusal(id);
    const blockers = error.blockers.map(({ code, section, field }) => ({ code, section, field }));
    expect(blockers).toEqual([
      { code: 'condition_not_met', section: 'study', field: 'year' },
      { code: 'condition_not_met', section: 'study', field: 'level' },
      // On the home country's own scale, and not answered enough.
      { code: 'condition_not_met', section: 'study', field: 'grade_average' },
    ]);
    const check = await browser.open(`/applications/${id}/check`);
    const sent = await browser.post(`/applications/${id}/submit`, { _csrf: browser.token(check) });
    expect(sent.status).toBe(422);
    for (const { field } of blockers) expect(sent.body).toContain(`study?from=check#field-${field}`);
    expect((await load(student, id)).blockers.map(({ field }) => field)).toEqual(
      blockers.map(({ field }) => field),
    );
    expect((await load(student, id)).application.state).toBe('draft');
  });

  it('are judged while somebody types, as they will be when the page is saved, and nothing is saved by it', async () => {
    const { id } = await applied(RULE);
    const page = await browser.open(`/applications/${id}/study`);
    expect(page.body).toContain(`data-judge="/applications/${id}/study/judge"`);
    const judged = async (changes: Readonly<Record<string, string>>) => {
      const study = (await load(student, id)).sections.get('study')?.answers;
      const said = await browser.post(`/applications/${id}/study/judge`, {
        _csrf: browser.token(page),
        ...study,
        ...changes,
      });
      expect(said.status).toBe(200);
      return (JSON.parse(said.body) as { unmet: { message: string; href: string }[] }).unmet;
    };
    const before = await load(student, id);
    expect(await judged({ year: '4', level: '7' })).toEqual([]);
    // Half an answer is none yet, and blames nobody.
    expect(await judged({ year: 'fou', level: '7' })).toEqual([]);
    expect(await judged({ year: '2', level: '7' })).toEqual([
      { message: 'Not met: At least year 3 of study', href: '#field-year' },
    ]);
    expect((await load(student, id)).application.version).toBe(before.application.version);
    await answer(id, { year: '2', level: '7' });
    const saved = await browser.open(`/applications/${id}/study`);
    expect(saved.body).toContain('Not met: At least year 3 of study');
    expect(saved.body).not.toContain('Not met: Level');
  });

  it('are judged for nobody but the applicant, on a page that there is', async () => {
    const { id } = await applied(RULE);
    const page = await browser.open(`/applications/${id}/study`);
    const fields = { _csrf: browser.token(page) };
    expect((await browser.post(`/applications/${id}/nowhere/judge`, fields)).status).toBe(404);
    expect((await browser.post(`/applications/${id}/study/judge`, {})).status).toBe(403);
    const other = await http.signedIn('student2@rs.demo');
    const own = await other.open('/account');
    const refused = await other.post(`/applications/${id}/study/judge`, { _csrf: other.token(own) });
    expect(refused.status).toBe(404);
  });

  it('propose the spelling of the passport while the name is typed, and never fill it in', async () => {
    const { id } = await applied(RULE);
    const page = await browser.open(`/applications/${id}/person`);
    const proposed = async (typed: Readonly<Record<string, string>>) => {
      const said = await browser.post(`/applications/${id}/person/judge`, {
        _csrf: browser.token(page),
        ...typed,
      });
      return (JSON.parse(said.body) as { proposals: Record<string, string> }).proposals;
    };
    expect(await proposed({ native_family: 'Ђурђевић', native_given: 'Љиљана' })).toEqual({
      passport_family: 'DURDEVIC',
      passport_given: 'LJILJANA',
    });
    // What already says so needs no proposal.
    expect(await proposed({ native_family: 'Џонић', passport_family: 'Dzonic' })).toEqual({
      passport_family: '',
      passport_given: '',
    });
    expect((await load(student, id)).sections.get('person')?.answers.passport_family).not.toBe('DURDEVIC');
  });

  it('ask for an answer that the form itself does not need', async () => {
    const { id } = await applied(RULE);
    await answer(id, { year: '3', grade_average: '' });
    const { blockers } = await refusal(id);
    expect(blockers.map(({ code, field }) => `${code} ${field}`)).toEqual([
      'condition_unknown grade_average',
    ]);
    const check = await browser.open(`/applications/${id}/check`);
    expect(check.body).toContain('Your answer is needed for this condition: Average grade of at least');
  });

  it('are met once the answers are mended; what was found is kept with what was submitted', async () => {
    const { id, callId } = await applied(RULE);
    await answer(id, { year: '3', grade_average: '9.5' });
    expect((await browser.open(`/applications/${id}`)).body).not.toContain('You do not meet a condition');
    await submit(id);
    const { submission } = await load(student, id);
    expect(submission?.content.eligibility?.map(({ kind, outcome }) => `${kind} ${outcome}`)).toEqual([
      'citizenship met',
      'year met',
      'level not_met',
      'grade_average met',
    ]);
    expect((await browser.open(`/applications/${id}`)).body).toContain('Conditions of the call');

    // Whoever may not read the passport is not told of the citizenship by a condition.
    const reviewer = newId();
    await insertRows(http.owner, 'persons', [personRow(reviewer, 'RS')]);
    await insertRows(http.owner, 'role_grants', [grantRow(reviewer, 'reviewer', { call_id: callId })]);
    await http.owner.query("update applications set state = 'in_review' where id = $1", [id]);
    const seen = (await load(await acting(reviewer), id)).submission?.content.eligibility;
    expect(seen?.map(({ kind }) => kind)).toEqual(['year', 'level', 'grade_average']);
    await http.owner.query("update applications set state = 'submitted' where id = $1", [id]);
  });

  it('know of another place that is held for the same time, and of none that is not', async () => {
    const { id } = await applied({ kind: 'no_other_award' });
    const other = await applied({ kind: 'year', min: 1 });
    await submit(other.id);
    const hold = `update applications a set state = 'accepted', result = 'selected', place_id = p.id, transferred_at = now(),
      host_institution_id = p.institution_id, host_country = 'RU' from call_places p where a.id = $1 and p.call_id = a.call_id`;
    const release = `update applications set state = 'submitted', result = null, place_id = null, transferred_at = null,
      host_institution_id = null, host_country = null where id = $1`;
    await http.owner.query(hold, [other.id]);
    expect((await refusal(id)).blockers.map(({ code, field }) => `${code} ${field}`)).toEqual([
      'condition_not_met choice_1',
    ]);
    await http.owner.query(release, [other.id]);
    expect((await load(student, id)).blockers).toEqual([]);
  });

  it('must be answerable by the form of the call', async () => {
    await expect(
      world.publishedCall({
        slug: `conditions-${newId()}`,
        form: {
          ...STANDARD_FORM('student'),
          eligibility: {
            kind: 'any',
            of: [
              { kind: 'experience', min: 2 },
              { kind: 'year', min: 9 },
            ],
          },
        },
      }),
    ).rejects.toMatchObject({
      fields: expect.arrayContaining([
        { field: 'eligibility', problem: 'condition_not_asked' },
        { field: 'eligibility', problem: 'condition_unsound' },
      ]) as unknown,
    });
  });
});

it('narrow the worklist to whom they are met by, not met by, or not known of, of one call', async () => {
  const { id, callId } = await applied(RULE);
  await answer(id, { year: '3', level: '7', grade_average: '' });
  await submit(id);
  const { application } = await load(student, id);
  const officer = await http.signedIn('coordinator@bg.rs.demo');
  const { rows } = await http.owner.query<{ id: Id }>(
    "select id from persons where email = 'coordinator@bg.rs.demo'",
  );
  const scope = { institution_id: application.homeInstitutionId };
  await insertRows(http.owner, 'role_grants', [grantRow(rows[0]?.id ?? '', 'coordinator', scope)]);
  await officer.open('/account?lang=en');
  const listed = async (meets: string) => {
    const page = await officer.open(`/applications?waits=all&call=${callId}&meets=${meets}`);
    expect(page.status).toBe(200);
    return page.body.includes(`/applications/${id}/review`);
  };
  const everywhere = async () => [await listed('yes'), await listed('no'), await listed('unknown')];
  const nowAsks = (rule: Rule) =>
    http.owner.query(
      "update call_forms set definition = jsonb_set(definition, '{eligibility}', $2) where call_id = $1",
      [callId, JSON.stringify(rule)],
    );
  expect(await everywhere()).toEqual([true, false, false]);
  await nowAsks({ kind: 'year', min: 4 });
  expect(await everywhere()).toEqual([false, true, false]);
  await nowAsks({ kind: 'grade_average', least: { RS: 9 } });
  expect(await everywhere()).toEqual([false, false, true]);

  // Each call has conditions of its own: of all calls at once they are not asked.
  const page = await officer.open('/applications?waits=all&meets=no');
  expect(page.body).toContain('Choose one call: each sets conditions of its own.');
  expect(page.body).toContain(`/applications/${id}/review`);
});
