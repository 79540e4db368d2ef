import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PDFDocument } from 'pdf-lib';
import { AttachDocument, SubmitApplication } from '../../src/applications/public.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { OfficeScene } from './office-scene.js';

/** A document inside a page: for whoever may take the file, and for nobody else. */

let scene: OfficeScene;
let scratch: string;
let id: Id;
let transcript: Id;
let passport: Id;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'most-preview-'));
  scene = await OfficeScene.start();
  const institution = (slug: string) => scene.world.institution(slug);
  const coordinator = (scope: Id) => ({ role: 'coordinator', scope: { institution_id: scope } });
  await scene.signIn(
    'home',
    'coordinator@bg.rs.demo',
    coordinator(await institution('university-of-belgrade')),
  );
  await scene.signIn(
    'neighbour',
    'coordinator@ns.rs.demo',
    coordinator(await institution('university-of-novi-sad')),
  );
  await scene.signIn(
    'host',
    'coordinator@msu.ru.demo',
    coordinator(await institution('lomonosov-moscow-state-university')),
  );
  await scene.signIn('commission', 'commission@rs.demo', {
    role: 'commission_member',
    scope: { country: 'RS' },
  });
  await scene.signIn('student', 'student@rs.demo');
  await scene.signIn('other', 'student2@rs.demo');
  const student = scene.people.student ?? '';
  await scene.http.owner.query('update persons set home_institution_id = $2 where id = $1', [
    student,
    await institution('university-of-belgrade'),
  ]);
  const slug = `preview-${newId()}`;
  await scene.world.publishedCall({ slug });
  id = await scene.draft(student, slug);
  const document = await PDFDocument.create();
  for (const size of [300, 400, 500]) document.addPage([size, size]);
  const path = join(scratch, 'three.pdf');
  writeFileSync(path, await document.save());
  for (const requirement of ['transcript', 'passport_copy']) {
    await scene.http.app
      .get(AttachDocument)
      .attach(scene.as(student), id, requirement, { path, fileName: `${requirement}.pdf` });
  }
  await scene.http.app.get(SubmitApplication).run(scene.as(student), id);
  const { rows } = await scene.http.owner.query<{ id: Id; requirement: string }>(
    'select id, requirement from uploads where subject_id = $1 order by version',
    [id],
  );
  const of = (requirement: string) => rows.findLast((row) => row.requirement === requirement)?.id ?? '';
  [transcript, passport] = [of('transcript'), of('passport_copy')];
}, 120_000);

afterAll(async () => {
  await expectInvariants(scene.http.owner);
  await scene.stop();
  rmSync(scratch, { recursive: true, force: true });
});

const at = (upload: Id, rest: string) => `/applications/${id}/documents/${upload}/${rest}`;
const get = (who: string, path: string) => scene.browser(who).get(path);

describe.each(['student', 'home'])('a document, for %s', (who) => {
  it('is shown page by page, with the file beside it', async () => {
    const page = await scene.browser(who).open(at(transcript, 'preview'));
    expect(page.status).toBe(200);
    const pictures = [...page.body.matchAll(/<img src="([^"]+)" alt="([^"]+)"/g)];
    expect(pictures.map(([, src]) => src)).toEqual(
      [1, 2, 3].map((number) => at(transcript, `pages/${number}`)),
    );
    expect(pictures[1]?.[2]).toMatch(/page 2 of 3/);
    const download = /href="([^"]+)">Download the file</.exec(page.body)?.[1] ?? '';
    const file = await get(who, download);
    expect([file.status, file.headers.get('content-type')]).toEqual([200, 'application/pdf']);
  });

  it('comes as pictures that run nothing, ask for nothing and are not kept', async () => {
    const picture = await get(who, at(transcript, 'pages/2'));
    expect(picture.status).toBe(200);
    expect(picture.body).toMatch(/^<svg [^>]*viewBox="0 0 400 400"/);
    const header = (name: string) => picture.headers.get(name) ?? '';
    expect(header('content-type')).toBe('image/svg+xml');
    expect(header('x-content-type-options')).toBe('nosniff');
    expect(header('content-security-policy')).toMatch(/^default-src 'none';.*; sandbox$/);
    expect(header('content-security-policy')).not.toMatch(/script-src|'self'/);
    expect(header('cache-control')).toBe('private, no-store');
    expect(header('content-disposition')).toMatch(/^inline/);
  });

  it.each(['0', '4', '-1', '1.5', 'x', '9999999', '1%00'])('has no page %s', async (page) => {
    expect((await get(who, at(transcript, `pages/${page}`))).status).toBe(404);
  });
});

describe('a document is shown to nobody who may not take it', () => {
  it.each(['neighbour', 'host', 'other'])('not to %s', async (who) => {
    for (const rest of ['preview', 'pages/1'])
      expect((await get(who, at(transcript, rest))).status).toBe(404);
  });

  it('not to an office from which it is withheld', async () => {
    expect((await get('commission', at(transcript, 'preview'))).status).toBe(200);
    for (const rest of ['preview', 'pages/1']) {
      expect((await get('commission', at(passport, rest))).status).toBe(403);
    }
  });

  it('not to anybody who is not signed in', async () => {
    const answer = await fetch(`${scene.http.url}${at(transcript, 'pages/1')}`, { redirect: 'manual' });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toContain('/sign-in');
  });

  it('not under another application, or another name', async () => {
    const [foreign = ''] = await scene.submitted(
      await (async () => {
        const slug = `foreign-${newId()}`;
        await scene.world.publishedCall({ slug });
        return slug;
      })(),
      await scene.world.institution('university-of-belgrade'),
      1,
    );
    for (const path of [
      `/applications/${foreign}/documents/${transcript}/pages/1`,
      `/applications/${id}/documents/transcript/pages/1`,
      `/applications/${id}/documents/${newId()}/preview`,
    ]) {
      expect((await get('home', path)).status).toBe(404);
    }
  });
});
