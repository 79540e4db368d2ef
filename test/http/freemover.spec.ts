import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PDFDocument } from 'pdf-lib';
import { AttachDocument } from '../../src/applications/public.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import { expectInvariants } from '../database/expect-invariants.js';
import type { Answer } from './browser-of-text.js';
import { OfficeScene } from './office-scene.js';

/** Whom no institution nominates: the whole way by pages without scripts, in either direction. */

const SLUG: Readonly<Record<string, string>> = {
  RS: 'university-of-belgrade',
  RU: 'lomonosov-moscow-state-university',
};
const HOST_COORDINATOR: Readonly<Record<string, string>> = {
  RS: 'coordinator@bg.rs.demo',
  RU: 'coordinator@msu.ru.demo',
};

let scene: OfficeScene;
let scratch: string;
let letter: string;

beforeAll(async () => {
  scene = await OfficeScene.start();
  scratch = mkdtempSync(join(tmpdir(), 'most-freemover-'));
  const pdf = await PDFDocument.create();
  pdf.addPage();
  letter = join(scratch, 'letter.pdf');
  writeFileSync(letter, await pdf.save());
  for (const [country, slug] of Object.entries(SLUG)) {
    const key = country.toLowerCase();
    await scene.signIn(`student ${country}`, `student@${key}.demo`);
    for (const [name, account] of [
      ['officer', 'ministry'],
      ['second officer', 'commission'],
    ] as const) {
      const scope = { country };
      await scene.signIn(`${name} ${country}`, `${account}@${key}.demo`, { role: 'ministry_officer', scope });
    }
    const scope = { institution_id: await scene.world.institution(slug) };
    await scene.signIn(`host ${country}`, HOST_COORDINATOR[country] ?? '', { role: 'coordinator', scope });
  }
}, 120_000);

afterAll(async () => {
  await expectInvariants(scene.http.owner);
  await scene.stop();
  rmSync(scratch, { recursive: true, force: true });
});

/** A call one way that admits freemovers. */
async function callFor(
  home: string,
  host: string,
  more: { readonly maximum?: number | null; readonly homeEndorsement?: boolean } = {},
): Promise<string> {
  const slug = `freemovers-${newId()}`;
  await scene.world.publishedCall({
    slug,
    freemovers: { maximum: more.maximum ?? null },
    homeEndorsement: more.homeEndorsement ?? false,
    directions: [{ homeCountry: home, hostCountry: host }],
    places: [
      {
        institutionId: await scene.world.institution(SLUG[host] ?? ''),
        fieldCode: '0613',
        level: 7,
        language: 'en',
        languageLevel: 'B2',
        months: 5,
        services: null,
        capacity: 3,
      },
    ],
  });
  return slug;
}

const stateOf = async (id: Id) => {
  const { rows } = await scene.http.owner.query<{
    state: string;
    freemover: boolean;
    homeInstitutionId: Id | null;
    preparedBy: Id[];
  }>(
    'select state, freemover, home_institution_id as "homeInstitutionId", prepared_by as "preparedBy" from applications where id = $1',
    [id],
  );
  return rows[0];
};

/** Says on the first page of the form that no institution nominates. */
async function chooseFreemover(who: string, id: Id, body = 'Школа у Ваљеву'): Promise<Answer> {
  const path = `/applications/${id}/applying`;
  const page = await scene.browser(who).open(path);
  const revision = /name="revision" value="(\d+)"/.exec(page.body)?.[1] ?? '0';
  return scene.send(who, page, path, { revision, applying_as: 'freemover', home_body: body });
}

/** The number of the version that a page of an office shows. */
const versionIn = (page: Answer) => /name="version" value="([^"]+)"/.exec(page.body)?.[1] ?? '';

async function officeAct(
  who: string,
  id: Id,
  act: string,
  endpoint: string,
  fields: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const page = await scene.browser(who).open(`/applications/${id}/review?act=${act}`);
  return scene.send(who, page, `/applications/${id}/review/${endpoint}`, {
    version: versionIn(page),
    ...fields,
  });
}

async function decide(who: string, id: Id, country: string): Promise<Answer> {
  const { rows } = await scene.http.owner.query<{ id: Id }>(
    'select id from decisions where subject_id = $1 order by opened_at desc limit 1',
    [id],
  );
  const path = `/approvals/${rows[0]?.id}`;
  const page = await scene.browser(who).open(path);
  return scene.send(who, page, `${path}/decision`, { country, verdict: 'approve' });
}

const placeOf = async (slug: string) => {
  const { rows } = await scene.http.owner.query<{ id: Id }>(
    'select p.id from call_places p join calls c on c.id = p.call_id where c.slug = $1',
    [slug],
  );
  return rows[0]?.id ?? '';
};

/** Somebody who has chosen to be a freemover and submitted. */
async function submitted(home: string, slug: string, who = `student ${home}`): Promise<Id> {
  const id = await scene.draft(scene.people[who] ?? '', slug);
  await chooseFreemover(who, id);
  const person = scene.as(scene.people[who] ?? '');
  await scene.http.app.get(AttachDocument).attach(person, id, 'host_letter', {
    path: letter,
    fileName: 'letter.pdf',
  });
  const check = await scene.browser(who).open(`/applications/${id}/check`);
  const sent = await scene.send(who, check, `/applications/${id}/submit`);
  expect(sent.status).toBe(303);
  return id;
}

describe.each([
  ['RS', 'RU'],
  ['RU', 'RS'],
])('a freemover from %s to %s', (home, host) => {
  it('goes the whole way, with the ministry in the part of a home institution', async () => {
    const slug = await callFor(home, host, { homeEndorsement: true });
    const student = `student ${home}`;
    const id = await scene.draft(scene.people[student] ?? '', slug);
    const tasks = await scene.browser(student).open(`/applications/${id}`);
    expect(tasks.body).toContain(`/applications/${id}/applying`);

    const page = await scene.browser(student).open(`/applications/${id}/applying`);
    expect(page.body).toContain('The ministry of your country then takes the part of a home institution');
    expect((await chooseFreemover(student, id)).status).toBe(303);
    expect(await stateOf(id)).toMatchObject({ freemover: true, homeInstitutionId: null });
    const study = await scene.browser(student).open(`/applications/${id}/study`);
    expect(study.body).not.toContain('name="home_institution"');
    expect(study.body).not.toContain('name="faculty"');
    const before = await scene.browser(student).open(`/applications/${id}/check`);
    expect(before.body).toContain('Letter of acceptance from the host');
    const early = await scene.send(student, before, `/applications/${id}/submit`);
    expect(early.status).not.toBe(303);
    await scene.http.app
      .get(AttachDocument)
      .attach(scene.as(scene.people[student] ?? ''), id, 'host_letter', { path: letter, fileName: 'l.pdf' });
    const check = await scene.browser(student).open(`/applications/${id}/check`);
    const sent = await scene.send(student, check, `/applications/${id}/submit`);
    expect(sent.status).toBe(303);
    const status = await scene.browser(student).open(`/applications/${id}`);
    expect(status.body).toContain(home === 'RS' ? 'Ministry of Science' : 'Ministry of Education');

    // It waits for the officers of that ministry, and for nobody else.
    const officer = `officer ${home}`;
    expect((await scene.browser(officer).open('/applications?tab=waiting')).body).toContain(
      `/applications/${id}/review`,
    );
    expect((await scene.browser(`host ${host}`).get(`/applications/${id}/review`)).status).toBe(404);
    expect((await scene.browser(`host ${home}`).get(`/applications/${id}/review`)).status).toBe(404);
    expect((await scene.browser(`officer ${host}`).get(`/applications/${id}/review`)).status).toBe(404);

    const file = await scene.browser(officer).open(`/applications/${id}/review`);
    expect(file.body).toContain('The applicant is a freemover');
    expect(file.body).not.toContain('The ministry of the home side confirms first');
    expect(file.body).toContain('Школа у Ваљеву');
    const returned = await officeAct(officer, id, 'return', 'return', {
      fields: 'motivation.motivation',
      reason: 'More, please.',
    });
    expect(returned.status).toBe(303);
    const again = await scene.browser(student).open(`/applications/${id}/motivation`);
    const revision = /name="revision" value="(\d+)"/.exec(again.body)?.[1] ?? '0';
    await scene.send(student, again, `/applications/${id}/motivation`, {
      revision,
      motivation: 'More words.',
    });
    const mended = await scene.browser(student).open(`/applications/${id}/check`);
    expect((await scene.send(student, mended, `/applications/${id}/submit`)).status).toBe(303);

    // The call asks for the home ministry's endorsement, which the sending is.
    const second = `second officer ${home}`;
    const nominated = await officeAct(second, id, 'nominate', 'nominate', {
      placeId: await placeOf(slug),
      endorsement: 'Good.',
    });
    expect(nominated.status).toBe(303);
    expect((await stateOf(id))?.preparedBy).toEqual(
      expect.arrayContaining([scene.people[officer], scene.people[second]]),
    );
    const { rows: sentTo } = await scene.http.owner.query(
      'select state, home_institution_id from nominations where application_id = $1',
      [id],
    );
    expect(sentTo).toEqual([{ state: 'sent', home_institution_id: null }]);

    const accepted = await officeAct(`host ${host}`, id, 'accept', 'nomination-answer', { answer: 'accept' });
    expect(accepted.status).toBe(303);

    // Neither who returned it nor who sent it decides; the officer of the host side does for theirs.
    for (const hand of [officer, second]) {
      expect((await decide(hand, id, home)).status).toBe(403);
    }
    expect((await decide(`officer ${host}`, id, host)).status).toBe(303);
    await scene.world.approve(id);
    expect(await stateOf(id)).toMatchObject({ state: 'offered' });

    const offer = await scene.browser(student).open(`/applications/${id}/offer`);
    await scene.send(student, offer, `/applications/${id}/offer`, { answer: 'accept' });
    expect(await stateOf(id)).toMatchObject({ state: 'accepted' });
    const { rows: letters } = await scene.http.owner.query<{ content: object; verification: object }>(
      'select content, verification from issued_documents where subject_id = $1',
      [id],
    );
    expect(letters[0]?.verification).toMatchObject({ homeInstitutionId: null });
    expect(JSON.stringify(letters[0]?.content)).toContain('freemover');
  });

  it('is not sent by a ministry in which nobody else could decide', async () => {
    const slug = await callFor(home, host);
    const id = await submitted(home, slug);
    const others = [scene.people[`officer ${home}`]];
    await scene.http.owner.query(
      `update role_grants set valid_until = now() where role = 'ministry_officer' and country = $1
         and person_id <> all ($2::uuid[])`,
      [home, others],
    );
    const officer = `officer ${home}`;
    const refused = await officeAct(officer, id, 'nominate', 'nominate', { placeId: await placeOf(slug) });
    expect(refused.status).not.toBe(303);
    expect(refused.body).toContain('Nobody else in the ministry could decide on this application');
    await scene.http.owner.query(
      `update role_grants set valid_until = null where role = 'ministry_officer' and country = $1`,
      [home],
    );
    const sent = await officeAct(officer, id, 'nominate', 'nominate', { placeId: await placeOf(slug) });
    expect(sent.status).toBe(303);
  });
});

describe('a call for freemovers', () => {
  it('says so on its page, in the list and in the API, and others do not', async () => {
    const slug = await callFor('RS', 'RU', { maximum: 2 });
    await scene.world.publishedCall({ slug: 'for-nominees-only' });
    const reader = scene.http.browser();
    await reader.open('/?lang=en');
    const page = await reader.open(`/calls/${slug}`);
    expect(page.body).toContain('Freemovers may apply too');
    expect(page.body).toContain('The most places that they may hold at once: 2.');
    expect((await reader.open('/calls/for-nominees-only')).body).not.toContain('Freemovers may apply too');
    const list = await reader.open('/calls?freemovers=1');
    expect(list.body).toContain(`/calls/${slug}`);
    expect(list.body).not.toContain('/calls/for-nominees-only');
    const one = await fetch(`${scene.http.url}/api/v1/calls/${slug}`);
    expect(await one.json()).toMatchObject({ freemovers: { maximum: 2 } });
    const filtered = await fetch(`${scene.http.url}/api/v1/calls?freemovers=1`);
    const { items } = (await filtered.json()) as { items: { slug: string }[] };
    expect(items.map((call) => call.slug)).toContain(slug);
    expect(items.map((call) => call.slug)).not.toContain('for-nominees-only');
  });

  it('gives them no more places than its rule says, and the next when one goes', async () => {
    const slug = await callFor('RS', 'RU', { maximum: 1 });
    const place = await placeOf(slug);
    const made: Id[] = [];
    for (const [who, account] of [
      ['first', 'student2@rs.demo'],
      ['second', 'professor@rs.demo'],
    ] as const) {
      await scene.signIn(who, account);
      const id = await submitted('RS', slug, who);
      expect((await officeAct('officer RS', id, 'nominate', 'nominate', { placeId: place })).status).toBe(
        303,
      );
      await officeAct('host RU', id, 'accept', 'nomination-answer', { answer: 'accept' });
      await scene.world.approve(id);
      made.push(id);
    }
    const [first = '', second = ''] = made;
    expect(await stateOf(first)).toMatchObject({ state: 'offered' });
    expect(await stateOf(second)).toMatchObject({ state: 'final' });
    const offer = await scene.browser('first').open(`/applications/${first}/offer`);
    const sure = { answer: 'decline', confirm: 'yes' };
    expect((await scene.send('first', offer, `/applications/${first}/offer`, sure)).status).toBe(303);
    expect(await stateOf(first)).toMatchObject({ state: 'declined' });
    expect(await stateOf(second)).toMatchObject({ state: 'offered' });
  });
});
