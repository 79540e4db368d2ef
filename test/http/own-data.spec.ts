import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { strFromU8, unzipSync } from 'fflate';
import { PDFDocument } from 'pdf-lib';
import { STANDARD_FORM } from '../../src/calls/public.js';
import { systemContext } from '../../src/platform/database/database.js';
import { ExportPerson } from '../../src/privacy/public.js';
import { SYSTEM } from '../../src/shared/actor.js';
import { systemClock } from '../../src/shared/clock.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import { LANGUAGES } from '../../src/shared/language.js';
import type { RequestContext } from '../../src/shared/request-context.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { insertRows } from '../factories/rows.js';
import { OfficeScene } from './office-scene.js';

/** A copy of everything about oneself: what is in it, what is not, and who gets it. */

type Json = Readonly<Record<string, unknown>>;
interface Copy {
  readonly data: Json & {
    readonly person: Json;
    readonly identities: readonly Json[];
    readonly roles: readonly Json[];
    readonly consents: readonly Json[];
    readonly applications: readonly (Json & {
      readonly documents: readonly { readonly file: string; readonly sha256: string }[];
      readonly messages: readonly Json[];
      readonly submissions: readonly Json[];
      readonly sections: readonly { readonly answers: readonly Json[] }[];
    })[];
    readonly references: readonly Json[];
    readonly acts: readonly Json[];
  };
  readonly text: string;
  readonly files: Readonly<Record<string, Uint8Array>>;
}

const SECRET = 'Ово је само за установу домаћина.';
const OPEN = 'Јована је најбоља студенткиња своје године.';

let scene: OfficeScene;
let home: Id;
let student: Id;
let application: Id;
let other: Id;

beforeAll(async () => {
  scene = await OfficeScene.start();
  home = await scene.world.institution('university-of-belgrade');
  const slug = `copy-${newId()}`;
  await scene.world.publishedCall({ slug, form: STANDARD_FORM('student') });
  await scene.signIn('student', 'student@rs.demo');
  await scene.signIn('coordinator', 'coordinator@bg.rs.demo', {
    role: 'coordinator',
    scope: { institution_id: home },
  });
  student = scene.people.student ?? '';
  await scene.http.owner.query('update persons set home_institution_id = $2 where id = $1', [student, home]);
  application = await scene.draft(student, slug);
  await scene.api('student', `/applications/${application}/submit`, { method: 'POST' });
  await scene.api('coordinator', `/applications/${application}/messages`, {
    body: { office: 'home', text: 'Стигло је све.' },
  });
  [other = ''] = await scene.submitted(slug, home, 1);
  await scene.api(other, `/applications/${other}/messages`, {
    body: { office: 'home', text: 'Туђа порука.' },
  });
  await letter(true, 'Confidential Referee', SECRET);
  await letter(false, 'Open Referee', OPEN);
}, 120_000);

afterAll(async () => {
  await expectInvariants(scene.http.owner);
  await scene.stop();
});

/** A letter that was handed in. */
async function letter(confidential: boolean, name: string, body: string): Promise<void> {
  const [id, link] = [newId(), newId()];
  const now = new Date();
  const later = new Date(now.getTime() + 86_400_000);
  await insertRows(scene.http.owner, 'signed_links', [
    {
      id: link,
      purpose: 'letter_of_reference',
      subject_kind: 'reference',
      subject_id: id,
      created_at: now,
      expires_at: later,
      used_at: now,
    },
  ]);
  await insertRows(scene.http.owner, 'reference_requests', [
    {
      id,
      application_id: application,
      state: 'received',
      state_since: now,
      name,
      email: `${id}@example.org`,
      email_key: `${id}@example.org`,
      relation: 'teacher',
      language: 'sr-Cyrl',
      confidential,
      due_at: later,
      link_id: link,
      created_at: now,
    },
  ]);
  await insertRows(scene.http.owner, 'reference_letters', [
    {
      reference_id: id,
      body,
      capacity: 'teacher',
      known_for: '3_to_5',
      revision: 1,
      saved_at: now,
      language: 'sr-Cyrl',
      submitted_at: now,
      content_hash: createHash('sha256').update(body).digest('hex'),
    },
  ]);
}

const exports = () => scene.http.app.get(ExportPerson);

async function copyFor(request: RequestContext, person: Id): Promise<Copy> {
  const pieces: Uint8Array[] = [];
  for await (const piece of (await exports().run(request, person)).content) pieces.push(piece);
  return read(Buffer.concat(pieces));
}

function read(zip: Uint8Array): Copy {
  const files = unzipSync(zip);
  const text = strFromU8(files['data.json'] ?? new Uint8Array());
  return { data: JSON.parse(text) as Copy['data'], text, files };
}

/** Sends the form of the page, and answers what is downloaded. */
async function downloaded(): Promise<Response> {
  const browser = scene.browser('student');
  const page = await browser.open('/account/data?lang=en');
  return fetch(`${scene.http.url}/account/data`, {
    method: 'POST',
    body: new URLSearchParams({ _csrf: browser.token(page) }),
    headers: { cookie: browser.cookies, origin: scene.http.url, 'sec-fetch-site': 'same-origin' },
  });
}

describe('a copy of everything about oneself', () => {
  it('is offered on the account, and downloaded by one button', async () => {
    const account = await scene.browser('student').open('/account?lang=en');
    expect(account.body).toContain('href="/account/data"');
    for (const language of LANGUAGES) {
      const page = await scene.browser('student').open(`/account/data?lang=${language}`);
      expect(page.status).toBe(200);
      expect(page.body).toContain('action="/account/data"');
    }
    const response = await downloaded();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/zip');
    expect(response.headers.get('cache-control')).toBe('private, no-store');
    expect(response.headers.get('content-disposition')).toMatch(/^attachment/);
    const { data, files } = read(new Uint8Array(await response.arrayBuffer()));
    expect(data.person).toMatchObject({ id: student, email: 'student@rs.demo' });
    expect(
      Buffer.from(files['data.pdf'] ?? [])
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-');
    const { rows } = await scene.http.owner.query(
      "select actor_id from audit_entries where action = 'person.exported' and subject_id = $1",
      [student],
    );
    expect(rows).toEqual([{ actor_id: student }]);
  }, 60_000);

  it('holds all of it, with stable keys and instants of ISO 8601', async () => {
    const { data, text } = await copyFor(scene.as(student), student);
    expect(data).toMatchObject({ schema: 'most.person', schemaVersion: 1, language: 'sr-Cyrl' });
    expect(data.exportedAt).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(Object.keys(data)).toEqual([
      ...['schema', 'schemaVersion', 'exportedAt', 'language', 'person', 'identities', 'passkeys', 'roles'],
      ...[
        'proposedRoles',
        'conflicts',
        'consents',
        'applications',
        'coApplicants',
        'coApplications',
        'references',
        'interviews',
        'feedback',
        'works',
        'ties',
        'assessing',
        'residencies',
        'corrections',
        'erasures',
        'transfers',
        'mails',
        'acts',
        'gates',
        'agreementSignatures',
        'commission',
        'appeals',
        'stays',
      ],
    ]);
    expect(data.identities).toHaveLength(2);
    expect(data.consents.length).toBeGreaterThan(0);
    const [own, ...more] = data.applications;
    expect(more).toEqual([]);
    expect(own).toMatchObject({ id: application, state: 'submitted' });
    expect(own?.submissions).toMatchObject([
      { ordinal: 1, contentHash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
    expect(own?.sections.flatMap(({ answers }) => answers).length).toBeGreaterThan(5);
    expect(own?.messages).toMatchObject([{ office: 'home', writtenBy: 'office', text: 'Стигло је све.' }]);
    expect(data.acts.map(({ action }) => action)).toContain('application.submit');
    // Officers stand by their office.
    expect(text).not.toContain(scene.people.coordinator);
  });

  it('holds each file under the hash that the record says', async () => {
    const { data, files } = await copyFor(scene.as(student), student);
    const documents = data.applications.flatMap((each) => each.documents);
    expect(documents.length).toBeGreaterThan(0);
    for (const { file, sha256 } of documents) {
      expect(
        createHash('sha256')
          .update(files[file] ?? '')
          .digest('hex'),
      ).toBe(sha256);
    }
    expect(Object.keys(files).sort()).toEqual(
      ['data.json', 'data.pdf', ...documents.map(({ file }) => file)].sort(),
    );
  });

  it('holds nothing of anybody else, whatever office its owner holds', async () => {
    const { data, text } = await copyFor(scene.as(student), student);
    expect(text).not.toContain(other);
    expect(text).not.toContain('Туђа порука.');
    const coordinator = scene.people.coordinator ?? '';
    const { actor } = scene.as(coordinator);
    const official: RequestContext = {
      ...scene.as(coordinator),
      actor: {
        ...actor,
        secondFactor: true,
        grants: [{ role: 'coordinator', institutionId: home, country: null }],
      },
    };
    const theirs = await copyFor(official, coordinator);
    expect(theirs.data.applications).toEqual([]);
    expect(theirs.data.roles).toMatchObject([{ role: 'coordinator', institutionId: home }]);
    expect(theirs.text).not.toContain(student);
    expect(theirs.text).not.toContain('Стигло је све.');
    expect(data.roles).toEqual([]);
  });

  it('says that a confidential letter is there and keeps back what it says', async () => {
    const { data, text } = await copyFor(scene.as(student), student);
    const byName = (name: string) => data.references.find((each) => each.name === name);
    expect(byName('Confidential Referee')).toMatchObject({
      confidential: true,
      state: 'received',
      letter: null,
      withheld: expect.any(String),
    });
    expect(text).not.toContain(SECRET);
    expect(byName('Open Referee')).toMatchObject({ letter: { text: OPEN } });
    expect(byName('Open Referee')).not.toHaveProperty('withheld');
  });

  it('is refused for somebody else, without a trace of whether there is one', async () => {
    await expect(exports().run(scene.as(student), scene.people.coordinator ?? '')).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(exports().run(scene.as(student), newId())).rejects.toMatchObject({ code: 'not_found' });
    const { rowCount } = await scene.http.owner.query(
      "select from audit_entries where action = 'person.exported' and subject_id = $1 and actor_id = $2",
      [scene.people.coordinator, student],
    );
    expect(rowCount).toBe(0);
    const stranger = scene.http.browser();
    expect((await stranger.get('/account/data')).status).not.toBe(200);
  });

  it('is the same by the command line, where the application itself acts', async () => {
    const request: RequestContext = { ...systemContext(systemClock), actor: SYSTEM, language: 'en' };
    const { data, text } = await copyFor(request, student);
    expect(data.applications).toHaveLength(1);
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain(other);
  });

  it.each(LANGUAGES)('is a paper in %s that fits the printer', async (language) => {
    const { files } = await copyFor({ ...scene.as(student), language }, student);
    const paper = await PDFDocument.load(files['data.pdf'] ?? new Uint8Array());
    expect(paper.getPageCount()).toBeGreaterThan(1);
  });
});
