import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PDFDocument } from 'pdf-lib';
import { SubmitApplication } from '../../src/applications/public.js';
import type { FormDefinition } from '../../src/calls/public.js';
import type { Id } from '../../src/shared/ids.js';
import { LANGUAGES } from '../../src/shared/language.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { actingAs } from '../factories/acting.js';
import { exchangeModules } from '../factories/exchange-modules.js';
import { fillApplication } from '../factories/fill-application.js';
import { editedBy, formEdit } from '../factories/form-edits.js';
import { grantRow, insertRows } from '../factories/rows.js';
import { buildWorld } from '../factories/world.js';
import type { Browser } from './browser-of-text.js';
import { startHttpApp } from './http-app.js';
import type { HttpApp } from './http-app.js';

/** An application keeps the form that it began with: whatever a later version of the call asks, it reads the same. */

let http: HttpApp;
let scratch: string;
let student: Browser;
let coordinator: Browser;
/** One that is still a draft, and one that was submitted, each with the id of its call. */
const old: { readonly id: Id; readonly callId: Id; readonly submitted: boolean }[] = [];
let first: FormDefinition;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'most-versions-'));
  http = await startHttpApp({ imports: exchangeModules(scratch) });
  const world = await buildWorld(http.app, http.owner);
  const pdf = await PDFDocument.create();
  pdf.addPage();
  const path = join(scratch, 'transcript.pdf');
  writeFileSync(path, await pdf.save());
  student = await http.signedIn('student@rs.demo');
  coordinator = await http.signedIn('coordinator@bg.rs.demo');
  const personId = await idOf('student@rs.demo');
  const belgrade = await world.institution('university-of-belgrade');
  await http.owner.query('update persons set home_institution_id = $1 where id = $2', [belgrade, personId]);
  await insertRows(http.owner, 'role_grants', [
    grantRow(await idOf('coordinator@bg.rs.demo'), 'coordinator', { institution_id: belgrade }),
  ]);
  for (const submitted of [false, true]) {
    const slug = `version-${submitted ? 'submitted' : 'draft'}`;
    const callId = await world.publishedCall({ slug });
    const request = await actingAs(http.app, personId);
    const id = await fillApplication(http.app, http.owner, request, slug, path);
    if (submitted) await http.app.get(SubmitApplication).run(request, id);
    old.push({ id, callId, submitted });
  }
  const { rows } = await http.owner.query<{ definition: FormDefinition }>(
    'select definition from call_forms where call_id = $1',
    [old[0]?.callId],
  );
  first = rows[0]?.definition ?? { sections: [] };
}, 90_000);

afterAll(async () => {
  await expectInvariants(http.owner);
  await http.stop();
  rmSync(scratch, { recursive: true, force: true });
});

async function idOf(email: string): Promise<Id> {
  const { rows } = await http.owner.query<{ id: Id }>('select id from persons where email = $1', [email]);
  return rows[0]?.id ?? '';
}

/** A page as it is read: without what is another with every answer. */
async function read(browser: Browser, path: string): Promise<string> {
  const { status, body } = await browser.open(path);
  const main = body.slice(body.indexOf('<main'), body.indexOf('</main>'));
  // That the form was amended is told beside a draft, and is no part of what was asked.
  const told = /<div class="most-note[^"]*"><p class="govuk-body">[^<]*<a [^>]*\/new-form">.*<\/div>\n/g;
  return `${status} ${main.replace(/name="_csrf" value="[^"]*"/g, '').replace(told, '')}`;
}

/** Every page on which an old application is read, by path. */
async function pages(language: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const { id, submitted } of old) {
    const at = `/applications/${id}`;
    const own = submitted
      ? [at, `${at}/receipt`]
      : [at, ...first.sections.map((section) => `${at}/${section.id}`), `${at}/check`];
    for (const path of own) found.set(path, await read(student, `${path}?lang=${language}`));
    if (submitted) {
      found.set(`${at}/review`, await read(coordinator, `${at}/review?lang=${language}`));
    }
  }
  return found;
}

it('reads the same after any later edit of the form', async () => {
  const before = new Map<string, ReadonlyMap<string, string>>();
  for (const language of LANGUAGES) before.set(language, await pages(language));
  // It is what was asked that is compared, and not some refusal.
  for (const [path, page] of before.get('en') ?? []) expect([path, page.slice(0, 3)]).toEqual([path, '200']);
  let version = 1;
  let changed = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(formEdit, { minLength: 5, maxLength: 25 }),
      fc.constantFrom(...LANGUAGES),
      async (edits, language) => {
        const later = editedBy(first, edits);
        if (JSON.stringify(later) !== JSON.stringify(first)) changed += 1;
        version += 1;
        for (const { callId } of old) {
          await http.owner.query(
            'insert into call_forms (call_id, version, definition, created_at) values ($1, $2, $3, now())',
            [callId, version, later],
          );
          await http.owner.query('update calls set form_version = $2 where id = $1', [callId, version]);
        }
        expect(await pages(language)).toEqual(before.get(language));
      },
    ),
    { numRuns: 12 },
  );
  expect(changed).toBeGreaterThan(5);
  // What both countries approved is the first version; the calls go back to it for the invariants.
  await http.owner.query('update calls set form_version = 1');
}, 120_000);

it('would read otherwise with a later version: what is compared above does depend on it', async () => {
  const [draft] = old;
  const { rows } = await http.owner.query<{ version: number; definition: FormDefinition }>(
    'select version, definition from call_forms where call_id = $1 order by version desc',
    [draft?.callId],
  );
  const later = rows.find(({ definition }) => JSON.stringify(definition) !== JSON.stringify(first));
  const began = (version: number | undefined) =>
    http.owner.query('update applications set form_version = $2 where id = $1', [draft?.id, version]);
  const path = `/applications/${draft?.id}?lang=en`;
  const before = await read(student, path);
  await began(later?.version);
  const after = await read(student, path);
  await began(1);
  expect(after).not.toBe(before);
});
