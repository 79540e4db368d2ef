import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { strFromU8, unzipSync } from 'fflate';
import { PublishProvisional } from '../../src/allocation/public.js';
import { sharedText } from '../../src/applications/operations/shared-text.js';
import { ApplicationFiles, ComposeDossier } from '../../src/applications/public.js';
import { GENDER_QUESTION, STANDARD_FORM } from '../../src/calls/public.js';
import type { FormDefinition } from '../../src/calls/public.js';
import { Database } from '../../src/platform/database/database.js';
import type { Id } from '../../src/shared/ids.js';
import { PanelScene } from './panel-scene.js';
import type { OfficeScene } from './office-scene.js';
import { assessedCall } from './selection-scene.js';

/** What somebody says of their gender: theirs to read, counted in totals, and told at no door of those who decide. */

const MARK = 'ЖЕНА-СТРАЖА';
const OFFICES = ['home', 'officer', 'secretary', 'admin', 'ana'] as const;

let panel: PanelScene;
let scene: OfficeScene;
let application: Id;
let nameless: Id;

const form = (): FormDefinition => ({
  sections: STANDARD_FORM('student').sections.map((section) =>
    section.id === 'person'
      ? {
          ...section,
          questions: [
            ...section.questions,
            {
              ...GENDER_QUESTION,
              options: (GENDER_QUESTION.options ?? []).map((option) =>
                option.value === '2' ? { ...option, label: { sr: MARK, ru: MARK, en: MARK } } : option,
              ),
            },
          ],
        }
      : section,
  ),
});

const of = <T>(type: abstract new (...rest: never[]) => T): T => scene.http.app.get<T>(type);

/** An answer in bytes; what is packed is unpacked. */
async function unpacked(who: string, path: string, fields: readonly (readonly [string, string])[]) {
  const page = await scene.browser(who).open(path);
  const body = new URLSearchParams({ _csrf: scene.browser(who).token(page) });
  for (const [name, value] of fields) body.append(name, value);
  const answer = await fetch(`${scene.http.url}${path}`, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      cookie: scene.browser(who).cookies,
      origin: scene.http.url,
      'sec-fetch-site': 'same-origin',
    },
    body,
  });
  const bytes = new Uint8Array(await answer.arrayBuffer());
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) return strFromU8(bytes);
  return Object.entries(unzipSync(bytes))
    .map(([name, part]) => `${name}\n${strFromU8(part)}`)
    .join('\n');
}

const numberOf = async (id: Id) => {
  const { rows } = await scene.http.owner.query<{ number: string }>(
    'select number from applications where id = $1',
    [id],
  );
  return rows[0]?.number ?? '';
};

const EXPORTED = ['number', 'name', 'contact', 'passport', 'state'].map((each) => ['columns', each] as const);

beforeAll(async () => {
  panel = await PanelScene.start();
  ({ scene } = panel);
  await scene.signIn('officer', 'ministry@rs.demo', { role: 'ministry_officer', scope: { country: 'RS' } });
  await scene.signIn('student', 'student@rs.demo');
  const draft = { form: form() };
  const here = await panel.selection(0, {}, { draft, applicants: [panel.person('student')] });
  application = here.ids[0] ?? '';
  const unnamed = await panel.selection(1, { anonymous: ['names', 'institutions'] }, { draft });
  nameless = unnamed.ids[0] ?? '';
  for (const each of [here, unnamed]) await panel.lead(each, 'open_reviewing');
  reviews.push(await panel.give(here, 'ana', application), await panel.give(unnamed, 'ana', nameless));
}, 180_000);

const reviews: Id[] = [];

afterAll(() => scene.stop());

it('is the applicant’s own to read: on their page, by the API, in the dossier and in the copy of their data', async () => {
  expect((await scene.browser('student').open(`/applications/${application}`)).body).toContain(MARK);
  const { body } = await scene.api('student', `/applications/${application}`);
  expect(JSON.stringify(body)).toContain(`"gender":"2"`);
  const request = await panel.as('student');
  const dossier = await of(Database).read(request, async (ctx) =>
    of(ComposeDossier).dossier(ctx, await of(ApplicationFiles).load(ctx, application)),
  );
  expect(JSON.stringify(dossier)).toContain(MARK);
  expect(await unpacked('student', '/account/data', [])).toContain(MARK);
});

it('is on no page, in no file and in no answer of those who check, assess and decide', async () => {
  const number = await numberOf(application);
  // Offices know the hash of what was submitted; with this in it they cannot find the answer by trying all there are.
  const { rows } = await scene.http.owner.query<{ salt: string }>(
    `select jsonb_path_query_first(content, '$.sections[*].answers[*] ? (@.question == "gender").salt') #>> '{}' as salt
     from application_submissions where application_id = $1`,
    [application],
  );
  const salt = rows[0]?.salt ?? '';
  expect(salt).toMatch(/^[0-9a-f-]{36}$/);
  const search = `/applications?waits=all&q=${encodeURIComponent(MARK)}`;
  for (const who of OFFICES) {
    const said: Record<string, string> = {};
    for (const path of [
      '/applications?waits=all',
      `/applications/${application}`,
      `/applications/${application}/review`,
      `/applications/${application}/messages`,
      `/applications/${nameless}/review`,
      ...(who === 'ana' ? reviews.flatMap((id) => [`/reviews/${id}`, `/reviews/${id}/file`]) : []),
    ]) {
      said[path] = (await scene.browser(who).open(path)).body;
    }
    for (const path of ['/applications?scope=office&limit=100', `/applications/${application}`]) {
      said[`api ${path}`] = JSON.stringify((await scene.api(who, path)).body);
    }
    const filter = ['query', 'waits=all'] as const;
    for (const format of ['csv', 'xlsx']) {
      said[format] = await unpacked(who, '/applications/export', [['format', format], filter, ...EXPORTED]);
    }
    expect({ who, found: Object.keys(said).filter((door) => said[door]?.includes(MARK)) }).toEqual({
      who,
      found: [],
    });
    expect(Object.values(said).join('\n')).not.toContain(salt);
    expect(said[`api /applications/${application}`]).not.toContain('"gender":"2"');
    expect((await scene.browser(who).open(search)).body).not.toContain(number);

    const found = await of(Database).read(await panel.as(who), async (ctx) => {
      const file = await of(ApplicationFiles)
        .load(ctx, application)
        .catch(() => null);
      return file && [file.submission, await of(ComposeDossier).dossier(ctx, file)];
    });
    expect(JSON.stringify(found)).not.toContain(MARK);
  }
  // Otherwise nothing is proved: the doors are open.
  const home = scene.browser('home');
  expect((await home.open(`/applications/${application}/review?lang=en`)).body).toContain(
    'given for statistics only',
  );
  expect((await home.open('/applications?waits=all')).body).toContain(number);
  const file = await scene.browser('ana').open(`/reviews/${reviews[1] ?? ''}/file`);
  expect(file.status).toBe(200);
}, 120_000);

it('is not in the text that a co-applicant reads', async () => {
  const text = await of(Database).read(await panel.as('student'), async (ctx) =>
    sharedText(await of(ApplicationFiles).load(ctx, application)),
  );
  const [person] = text.sections;
  expect(person?.questions.map(({ id }) => id)).not.toContain('gender');
  expect(text.answers['person']?.['native_family']).toBeDefined();
  expect(text.answers['person']?.['gender']).toBeUndefined();
});

it('is counted in totals on the page of fairness, with how many did not say', async () => {
  const said = ['2', '2', '2', '2', '2', '', '', '', '', '0'];
  const call = await assessedCall(
    scene,
    [[10]],
    said.map((gender, index) => ({
      home: 'belgrade',
      choices: [0],
      points: 40 + index,
      said: { gender },
    })),
    {},
    { form: form() },
  );
  await of(PublishProvisional).publish(await panel.as('admin'), call.callId);
  const page = `/admin/calls/${call.callId}/allocation/fairness`;
  const { status, body } = await scene.browser('admin').open(`${page}?lang=en`);
  expect(status).toBe(200);
  expect(body).toContain('By gender');
  expect(body).toContain('Did not say: 5 of 10.');
  const table = (await scene.browser('admin').open(`${page}.csv`)).body;
  expect(table).toContain('By gender,On the list,Selected,With their first choice');
  expect(table).toContain('Women,5,5,5');
  expect(table).toContain('Did not say,5,5,5');
  for (const number of call.numbers) expect(table).not.toContain(number);
}, 120_000);
