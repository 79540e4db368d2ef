import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NominateCandidate, SubmitApplication } from '../../src/applications/public.js';
import { STANDARD_FORM } from '../../src/calls/public.js';
import { Database } from '../../src/platform/database/database.js';
import { Corrections } from '../../src/privacy/public.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import { LANGUAGES } from '../../src/shared/language.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { actingAs } from '../factories/acting.js';
import { OfficeScene } from './office-scene.js';

/** Which side owns a record, and what that side answers when somebody asks to have it put right. */

let scene: OfficeScene;
let application: Id;
let student: Id;

beforeAll(async () => {
  scene = await OfficeScene.start();
  const home = await scene.world.institution('university-of-belgrade');
  const host = await scene.world.institution('lomonosov-moscow-state-university');
  const slug = `corrected-${newId()}`;
  const call = await scene.world.publishedCall({
    slug,
    form: STANDARD_FORM('student'),
    directions: [{ homeCountry: 'RS', hostCountry: 'RU' }],
    places: [
      {
        institutionId: host,
        fieldCode: '0613',
        level: 7,
        language: 'en',
        languageLevel: 'B1',
        months: 5,
        services: { sr: 'Дом', ru: 'Общежитие', en: 'A hall' },
        capacity: 3,
      },
    ],
  });
  await scene.signIn('student', 'student@rs.demo');
  await scene.signIn('coordinator', 'coordinator@bg.rs.demo', {
    role: 'coordinator',
    scope: { institution_id: home },
  });
  await scene.signIn('rs', 'ministry@rs.demo', { role: 'ministry_officer', scope: { country: 'RS' } });
  await scene.signIn('ru', 'ministry@ru.demo', { role: 'ministry_officer', scope: { country: 'RU' } });
  student = scene.people.student ?? '';
  await scene.http.owner.query('update persons set home_institution_id = $2 where id = $1', [student, home]);
  application = await scene.draft(student, slug);
  await scene.http.app.get(SubmitApplication).run(scene.as(student), application);
  const { rows } = await scene.http.owner.query<{ id: Id }>('select id from call_places where call_id = $1', [
    call,
  ]);
  await state({ citizenship: 'RS', residence: 'RS' });
  await scene.http.app
    .get(NominateCandidate)
    .run(await actingAs(scene.http.app, scene.people.coordinator ?? ''), application, {
      placeId: rows[0]?.id ?? '',
      endorsement: null,
    });
}, 120_000);

afterAll(async () => {
  await expectInvariants(scene.http.owner);
  await scene.stop();
});

const state = (said: Readonly<Record<string, string>>) =>
  scene.send('student', '/account/residency?lang=en', '/account/residency', said);
const ask = (asked: Readonly<Record<string, string>>) =>
  scene.send('student', '/account/corrections?lang=en', '/account/corrections', {
    application: '',
    because: 'Passport, page 2',
    ...asked,
  });
const answer = (who: string, id: Id, said: Readonly<Record<string, string>>) =>
  scene.send(who, `/corrections?lang=en`, `/corrections/${id}/answer`, said);
const newest = async (): Promise<{ id: Id; state: string; owner_country: string; told: string[] }> => {
  const { rows } = await scene.http.owner.query(
    'select id, state, owner_country, told from corrections where person_id = $1 order by asked_at desc, id desc limit 1',
    [student],
  );
  return rows[0] as { id: Id; state: string; owner_country: string; told: string[] };
};
const acts = async (prefix: string): Promise<{ action: string; data: object }[]> => {
  const { rows } = await scene.http.owner.query<{ action: string; data: object }>(
    'select action, data from audit_entries where subject_id = $1 and action like $2 order by id',
    [student, `${prefix}.%`],
  );
  return rows;
};

describe('the owner side of a record', () => {
  it('stands in the register as it was when the data crossed', async () => {
    const { rows } = await scene.http.owner.query(
      'select owner_country, legal_version from transfers where subject_id = $1',
      [application],
    );
    expect(rows).toEqual([{ owner_country: 'RS', legal_version: '2026-1' }]);
    expect((await scene.browser('student').open('/account/transfers?lang=en')).body).toContain(
      'Whose record',
    );
  });

  it('is told in every language, with what is wrong at its field and what was chosen kept', async () => {
    for (const language of LANGUAGES) {
      const page = await scene.browser('student').open(`/account/residency?lang=${language}`);
      expect(page.status).toBe(200);
      expect(page.body).not.toContain('privacy.residency.');
    }
    const wrong = await state({ citizenship: 'RS', residence: 'nowhere' });
    expect(wrong.status).toBe(422);
    expect(wrong.body).toContain('href="#field-residence"');
    expect(wrong.body).toMatch(/<option value="RS" selected>/);
  });

  it('changes by what the person says, with a trace that holds neither where they live nor their citizenship', async () => {
    await state({ citizenship: 'RU', residence: 'RS' });
    const page = await scene.browser('student').open('/account/residency?lang=en');
    expect(page.body).toContain('keeps the records of its citizens itself');
    expect(page.body).toContain('What you said before');
    // The same word again is no change.
    await state({ citizenship: 'RU', residence: 'RS' });
    await state({ citizenship: 'RS', residence: 'DE' });
    expect(await acts('residency')).toEqual([
      { action: 'residency.stated', data: { owner: 'RS', before: null, by: 'residence', law: 'territory' } },
      {
        action: 'residency.stated',
        data: { owner: 'RU', before: 'RS', by: 'citizenship', law: 'localisation' },
      },
      { action: 'residency.stated', data: { owner: 'RS', before: 'RU', by: 'citizenship', law: 'citizens' } },
    ]);
    const { rows } = await scene.http.owner.query(
      'select count(*)::int as open from residencies where person_id = $1 and ended_at is null',
      [student],
    );
    expect(rows).toEqual([{ open: 1 }]);
  });
});

describe('a correction', () => {
  it('is asked with a reason, and what cannot be is said at its field', async () => {
    const page = await scene.browser('student').open('/account/corrections?lang=en');
    expect(page.body).not.toContain('privacy.corrections.');
    const wrong = await ask({ field: 'submission', wanted: '', because: '' });
    expect(wrong.status).toBe(422);
    for (const field of ['application', 'wanted', 'because']) {
      expect(wrong.body).toContain(`href="#field-${field}"`);
    }
    const cyrillic = await ask({ field: 'passport_family', wanted: 'Петровић' });
    expect(cyrillic.status).toBe(422);
    expect(cyrillic.body).toContain('Петровић');
    expect((await ask({ field: 'submission', wanted: 'x', application: newId() })).status).toBe(422);
    expect((await scene.browser('student').open('/corrections')).status).toBe(403);
  });

  it('of a name is answered by the owner side alone, stands in the account and is told across the border', async () => {
    await ask({ field: 'passport_family', wanted: 'PETROVIC' });
    await ask({ field: 'passport_family', wanted: 'PETROVIC' });
    const { id, owner_country } = await newest();
    expect(owner_country).toBe('RS');
    const waits = async (who: string) =>
      scene.http.app
        .get(Database)
        .read(await actingAs(scene.http.app, scene.people[who] ?? ''), (ctx) =>
          scene.http.app.get(Corrections).countWaiting(ctx, 10),
        );
    expect([await waits('rs'), await waits('ru')]).toEqual([1, 0]);
    expect((await scene.browser('ru').open(`/corrections/${id}?lang=en`)).status).toBe(404);
    expect((await answer('ru', id, { verdict: 'done', answer: 'Yes' })).status).toBe(404);
    const empty = await answer('rs', id, { verdict: '', answer: '' });
    expect(empty.status).toBe(422);
    expect(empty.body).toContain('href="#field-verdict"');
    expect((await answer('rs', id, { verdict: 'done', answer: 'The passport shows it.' })).status).toBe(303);
    expect(await newest()).toMatchObject({ id, state: 'done', told: ['RU'] });
    const { rows } = await scene.http.owner.query('select passport_family from persons where id = $1', [
      student,
    ]);
    expect(rows).toEqual([{ passport_family: 'PETROVIC' }]);
    const told = await scene.browser('ru').open(`/corrections/${id}?lang=en`);
    expect(told.body).toContain('PETROVIC');
    expect(told.body).not.toContain('name="verdict"');
    expect((await answer('rs', id, { verdict: 'refused', answer: 'No' })).status).toBe(409);
    expect((await acts('correction')).map(({ action }) => action)).toEqual([
      'correction.asked',
      'correction.done',
    ]);
    const { rows: events } = await scene.http.owner.query(
      `select type, payload->>'side' as side from outbox_events where payload->>'correction' = $1 order by id`,
      [id],
    );
    expect(events).toEqual([
      { type: 'correction.asked', side: 'RS' },
      { type: 'correction.answered', side: 'RS' },
      // The ministry of the other country, and the institution that got the file.
      { type: 'correction.told', side: 'RU' },
      { type: 'correction.told', side: 'RU' },
    ]);
  });

  it('of what was submitted may be refused with a reason, which nobody abroad is told', async () => {
    await ask({ field: 'submission', application, wanted: 'The year is 2019.' });
    const { id } = await newest();
    // The institution keeps what was submitted to it; its ministry reads along.
    expect((await answer('rs', id, { verdict: 'refused', answer: 'x' })).status).toBe(403);
    await answer('coordinator', id, { verdict: 'refused', answer: 'The diploma says 2009.' });
    expect(await newest()).toMatchObject({ state: 'refused', told: [] });
    expect((await scene.browser('ru').open(`/corrections/${id}`)).status).toBe(404);
    const own = await scene.browser('student').open('/account/corrections?lang=en');
    expect(own.body).toContain('The diploma says 2009.');
  });

  it('is taken back by whoever asked, and by nobody else', async () => {
    await ask({ field: 'native_given', wanted: 'Ана' });
    const { id } = await newest();
    const path = `/account/corrections/${id}/withdraw`;
    expect((await scene.send('rs', '/account/corrections?lang=en', path)).status).toBe(404);
    expect((await scene.send('student', '/account/corrections?lang=en', path)).status).toBe(303);
    expect(await newest()).toMatchObject({ state: 'withdrawn' });
    expect((await answer('rs', id, { verdict: 'done', answer: 'Yes' })).status).toBe(409);
    expect((await scene.send('student', '/account/corrections?lang=en', path)).status).toBe(409);
    expect((await scene.browser('rs').open('/corrections/nonsense')).status).toBe(404);
  });

  it('of one’s own record is answered by somebody else', async () => {
    await scene.send('rs', '/account/corrections?lang=en', '/account/corrections', {
      field: 'native_given',
      application: '',
      wanted: 'Јован',
      because: 'Passport',
    });
    const { rows } = await scene.http.owner.query<{ id: Id }>(
      'select id from corrections where person_id = $1',
      [scene.people.rs],
    );
    const id = rows[0]?.id ?? '';
    expect((await answer('rs', id, { verdict: 'done', answer: 'Yes' })).status).toBe(403);
    // Behind the pages the table itself keeps it so.
    const wall = scene.http.owner.query(
      `update corrections set state = 'done', answered_by = person_id, answer = 'x', ended_at = now() where id = $1`,
      [id],
    );
    await expect(wall).rejects.toThrow('check');
  });
});
