import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PDFDocument } from 'pdf-lib';
import {
  ApplicationFiles,
  AttachDocument,
  SaveSection,
  StartApplication,
  SubmitApplication,
} from '../../src/applications/public.js';
import type { ApplicationFile } from '../../src/applications/public.js';
import type { FormDefinition, FormQuestion, FormSection } from '../../src/calls/public.js';
import { Database } from '../../src/platform/database/database.js';
import { systemClock } from '../../src/shared/clock.js';
import type { DomainError } from '../../src/shared/domain-error.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import { LANGUAGES } from '../../src/shared/language.js';
import type { RequestContext } from '../../src/shared/request-context.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { actingAs } from '../factories/acting.js';
import { DEEP_QUESTIONS as QUESTIONS, SAFETY, deepForm } from '../factories/deep-form.js';
import { exchangeModules } from '../factories/exchange-modules.js';
import { fillApplication } from '../factories/fill-application.js';
import { buildWorld } from '../factories/world.js';
import type { World } from '../factories/world.js';
import type { Answer, Browser } from './browser-of-text.js';
import { startHttpApp } from './http-app.js';
import type { HttpApp } from './http-app.js';

/** What a form can ask besides single answers, and how the pages, the programs and the file take it. */

const STUDENT = 'student@rs.demo';
let http: HttpApp;
let world: World;
let scratch: string;
let browser: Browser;
let student: RequestContext;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'most-form-depth-'));
  http = await startHttpApp({ imports: exchangeModules(scratch) });
  world = await buildWorld(http.app, http.owner, systemClock);
  const pdf = await PDFDocument.create();
  pdf.addPage();
  writeFileSync(join(scratch, 'transcript.pdf'), await pdf.save());
  browser = await http.signedIn(STUDENT);
  const { rows } = await http.owner.query<{ id: Id }>('select id from persons where email = $1', [STUDENT]);
  student = await actingAs(http.app, rows[0]?.id ?? '');
}, 90_000);

beforeEach(async () => {
  await browser.open('/account?lang=en');
});

afterAll(async () => {
  await expectInvariants(http.owner);
  await http.stop();
  rmSync(scratch, { recursive: true, force: true });
});

async function started(form: FormDefinition): Promise<Id> {
  const slug = `depth-${newId()}`;
  await world.publishedCall({ slug, form });
  return (await http.app.get(StartApplication).run(student, slug)).id;
}

const load = (request: RequestContext, id: Id): Promise<ApplicationFile> =>
  http.app.get(Database).read(request, (ctx) => http.app.get(ApplicationFiles).load(ctx, id));

async function save(id: Id, section: string, typed: Readonly<Record<string, unknown>>): Promise<void> {
  const file = await load(student, id);
  const revision = file.sections.get(section)?.revision ?? 0;
  await http.app.get(SaveSection).run(student, id, section, typed, revision);
}

const answersOf = async (id: Id, section = 'depth') =>
  (await load(student, id)).sections.get(section)?.answers;
const missing = async (id: Id, section = 'depth') =>
  (await load(student, id)).blockers.filter((each) => each.section === section).map(({ field }) => field);

async function send(page: Answer, path: string, fields: Readonly<Record<string, string>>): Promise<Answer> {
  const revision = /name="revision" value="(\d+)"/.exec(page.body)?.[1] ?? '0';
  return browser.post(path, { _csrf: browser.token(page), revision, ...fields });
}

describe('a question that hangs on another answer', () => {
  it('stands on the page with a note, is required only where it applies, and keeps what was written in it', async () => {
    const id = await started(deepForm());
    const path = `/applications/${id}/depth`;
    const page = await browser.open(path);
    expect(page.body).toContain('Answer only if you answered “Do you work in a laboratory?” with “Yes”.');
    expect(page.body).toContain('data-visible-if="laboratory"');
    await send(page, path, { laboratory: 'yes', equipment: '' });
    expect(await missing(id)).toContain('equipment');
    await send(await browser.open(path), path, { laboratory: 'yes', equipment: 'Laser' });
    expect(await missing(id)).not.toContain('equipment');
    await send(await browser.open(path), path, { laboratory: 'no', equipment: 'Laser' });
    expect(await answersOf(id)).toMatchObject({ laboratory: 'no', equipment: 'Laser' });
    expect(await missing(id)).not.toContain('equipment');
    // Nothing that stands in what is not asked is held against anybody, and what was there stays.
    await save(id, 'depth', { laboratory: 'no', equipment: 'a'.repeat(5000) });
    expect(await answersOf(id)).toMatchObject({ laboratory: 'no', equipment: 'Laser' });
    await save(id, 'depth', { laboratory: 'yes' });
    expect((await answersOf(id))?.equipment).toBeUndefined();
  });

  it('takes its pages and documents along', async () => {
    const id = await started(deepForm({}, [SAFETY]));
    await save(id, 'depth', { laboratory: 'no' });
    const tasks = await browser.open(`/applications/${id}`);
    expect(tasks.body).not.toContain(`/applications/${id}/safety`);
    expect((await browser.open(`/applications/${id}/documents`)).body).not.toContain('Permit');
    expect((await browser.open(`/applications/${id}/safety`)).url).toMatch(
      new RegExp(`/applications/${id}$`),
    );
    await save(id, 'depth', { laboratory: 'yes' });
    expect((await browser.open(`/applications/${id}`)).body).toContain(`/applications/${id}/safety`);
    expect((await browser.open(`/applications/${id}/documents`)).body).toContain('Permit');
    expect(await missing(id, 'safety')).toEqual(['training']);
    expect(await missing(id, 'documents')).toContain('permit');
  });

  it('is in what is submitted only where it was asked, document and all', async () => {
    const slug = `depth-${newId()}`;
    await world.publishedCall({ slug, form: deepForm({ questions: QUESTIONS.slice(0, 2) }, [SAFETY]) });
    const pdf = join(scratch, 'transcript.pdf');
    const id = await fillApplication(http.app, http.owner, student, slug, pdf);
    await http.app.get(AttachDocument).attach(student, id, 'permit', { path: pdf, fileName: 'permit.pdf' });
    await save(id, 'safety', { training: 'Years of it' });
    await save(id, 'depth', { laboratory: 'no', equipment: 'Laser' });
    await http.app.get(SubmitApplication).run(student, id);
    const content = (await load(student, id)).submission?.content;
    expect(content?.sections.map(({ section }) => section)).not.toContain('safety');
    expect(content?.sections.find(({ section }) => section === 'depth')?.answers).toEqual([
      expect.objectContaining({ question: 'laboratory', value: 'no' }),
    ]);
    expect(content?.documents.map(({ requirement }) => requirement)).not.toContain('permit');
    expect(await answersOf(id)).toMatchObject({ equipment: 'Laser' });
  });
});

describe('a table', () => {
  const rows = {
    'works-1-title': 'Bridges',
    'works-1-year': '2021',
    'works-1-kind': 'paper',
    'works-3-title': 'Rivers',
    'works-3-year': '2023',
  };

  it('is filled in without scripts: rows are added, removed and corrected by the page', async () => {
    const id = await started(deepForm());
    const path = `/applications/${id}/depth`;
    const page = await browser.open(path);
    expect(page.body.match(/data-row data-title/g)).toHaveLength(3);
    const more = await send(page, path, { ...rows, then: 'rows-works' });
    expect(more.status).toBe(303);
    expect(more.headers.get('location')).toContain('/depth#field-works');
    expect(await answersOf(id)).toEqual({
      works: '[{"kind":"paper","title":"Bridges","year":"2021"},{"title":"Rivers","year":"2023"}]',
    });
    const again = await browser.open(path);
    expect(again.body.match(/data-row data-title/g)).toHaveLength(4);
    expect(again.body).toContain('name="works-2-title" type="text" value="Rivers"');
    await send(again, path, { ...rows, then: 'row-works-1' });
    expect((await answersOf(id))?.works).toBe('[{"title":"Rivers","year":"2023"}]');

    const wrong = await send(await browser.open(path), path, { ...rows, 'works-3-year': 'lately' });
    expect(wrong.status).toBe(422);
    expect(wrong.body).toContain('href="#field-works-3-year"');
    expect(wrong.body).toContain('Publications, row 3: Year');
    expect(wrong.body).toContain('value="lately"');
  });

  it('is not whole with a hole in a row, and reads as a table wherever it is read', async () => {
    const id = await started(deepForm());
    await save(id, 'depth', { works: [{ title: 'Bridges' }], laboratory: 'no' });
    expect(await missing(id)).toContain('works');
    await save(id, 'depth', { works: [{ title: 'Bridges', year: '2021', kind: 'book' }], laboratory: 'no' });
    expect(await missing(id)).toEqual(['mentor']);
    const check = await browser.open(`/applications/${id}/check`);
    expect(check.body).toMatch(/<th scope="col">Title<\/th>[\s\S]*<td data-label="Kind">book<\/td>/);
  });
});

it('says of a person and of a number what is wrong where it is wrong', async () => {
  const id = await started(deepForm());
  const path = `/applications/${id}/depth`;
  const wrong = await send(await browser.open(path), path, {
    'mentor-name': 'Mira Petrović',
    'mentor-email': 'mira',
    orcid: '0000-0002-1825-0098',
  });
  expect(wrong.status).toBe(422);
  expect(wrong.body).toContain('href="#field-mentor-email"');
  expect(wrong.body).toContain('Supervisor: E-mail');
  expect(wrong.body).toContain('Compare the ORCID sign by sign');
  expect(wrong.body).toContain('value="Mira Petrović"');
  await send(await browser.open(path), path, {
    'mentor-name': 'Mira Petrović',
    'mentor-role': 'professor',
    'mentor-institution': 'FON',
    'mentor-email': 'mira@example.org',
    orcid: '0000 0002 1825 0097',
  });
  expect(await answersOf(id)).toEqual({
    mentor: '{"email":"mira@example.org","institution":"FON","name":"Mira Petrović","role":"professor"}',
    orcid: '0000-0002-1825-0097',
  });
});

it.each(LANGUAGES)('has all its words in %s', async (language) => {
  const id = await started(
    deepForm({ questions: QUESTIONS.map((each) => ({ ...each, frozenDaysBeforeClose: 1 })) }),
  );
  const page = await browser.open(`/applications/${id}/depth?lang=${language}`);
  expect(page.status).toBe(200);
  expect(page.body).not.toMatch(/applications\.form\.|problems\./);
});

describe('an answer that is fixed before the end', () => {
  const freezing = (days: number) =>
    deepForm({ questions: QUESTIONS.map((each) => ({ ...each, frozenDaysBeforeClose: days })) });

  it('can be given once, and then stands on the page as text and is not changed by anybody', async () => {
    const id = await started(freezing(365));
    const path = `/applications/${id}/depth`;
    const before = await browser.open(path);
    expect(before.body).toContain('Once it is saved, this answer can no longer be changed.');
    await send(before, path, { laboratory: 'no' });
    const page = await browser.open(path);
    expect(page.body).toContain('Fixed since');
    expect(page.body).not.toContain('name="laboratory"');
    await send(page, path, { orcid: '0000-0002-1825-0097' });
    expect(await answersOf(id)).toEqual({ laboratory: 'no', orcid: '0000-0002-1825-0097' });
    for (const changed of ['yes', '']) {
      const refused = save(id, 'depth', { laboratory: changed });
      await expect(refused).rejects.toMatchObject({
        fields: [{ field: 'laboratory', problem: 'frozen' }],
      } satisfies Partial<DomainError>);
    }
  });

  it('can be changed until that day, which the page tells', async () => {
    const id = await started(freezing(0));
    await save(id, 'depth', { laboratory: 'no' });
    const page = await browser.open(`/applications/${id}/depth`);
    expect(page.body).toContain('You can change this answer until');
    await save(id, 'depth', { laboratory: 'yes' });
    expect(await answersOf(id)).toMatchObject({ laboratory: 'yes' });
  });
});

it('asks what a host asks in addition of whoever chose one of its places', async () => {
  const slug = `depth-${newId()}`;
  const callId = await world.publishedCall({ slug, form: deepForm() });
  const { rows } = await http.owner.query<{ id: Id }>('select id from call_places where call_id = $1', [
    callId,
  ]);
  const place = rows[0]?.id ?? '';
  const extra: FormSection = {
    ...SAFETY,
    id: 'host',
    visibleIf: undefined,
    questions: [{ ...(SAFETY.questions[0] as FormQuestion), places: [place] }],
  };
  // The places of a call are known once it is prepared: its form is written around them.
  await http.owner.query('update call_forms set definition = $2 where call_id = $1', [
    callId,
    JSON.stringify(deepForm({}, [extra])),
  ]);
  const { id } = await http.app.get(StartApplication).run(student, slug);
  expect(await missing(id, 'host')).toEqual([]);
  expect((await browser.open(`/applications/${id}`)).body).not.toContain(`/applications/${id}/host`);
  await save(id, 'choices', { choice_1: place });
  expect(await missing(id, 'host')).toEqual(['training']);
  expect((await browser.open(`/applications/${id}/host`)).body).toContain('name="training"');
});
