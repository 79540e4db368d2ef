import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/platform/database/database.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { OfficeScene } from './office-scene.js';

/** What an applicant and the offices write to one another, over HTTP, and what the database itself refuses. */

let scene: OfficeScene;
let home: Id;
let host: Id;
let other: Id;
let slug: string;

beforeAll(async () => {
  scene = await OfficeScene.start();
  home = await scene.world.institution('university-of-belgrade');
  host = await scene.world.institution('lomonosov-moscow-state-university');
  other = await scene.world.institution('novosibirsk-state-university');
  const coordinator = (institution: Id) => ({ role: 'coordinator', scope: { institution_id: institution } });
  await scene.signIn('home', 'coordinator@bg.rs.demo', coordinator(home));
  await scene.signIn('host', 'coordinator@msu.ru.demo', coordinator(host));
  await scene.signIn('next_host', 'coordinator@nsu.ru.demo', coordinator(other));
  await scene.signIn('home_ministry', 'ministry@rs.demo', {
    role: 'ministry_officer',
    scope: { country: 'RS' },
  });
  await scene.signIn('host_ministry', 'ministry@ru.demo', {
    role: 'ministry_officer',
    scope: { country: 'RU' },
  });
  await scene.signIn('commission', 'commission@rs.demo', {
    role: 'commission_member',
    scope: { country: 'RS' },
  });
  await scene.signIn('student', 'student@rs.demo');
  slug = `thread-${newId()}`;
  await scene.world.publishedCall({ slug });
}, 120_000);

afterAll(async () => {
  await expectInvariants(scene.http.owner);
  await scene.stop();
});

const texts = async (who: string, id: Id) => {
  const { status, body } = await scene.api(who, `/applications/${id}/messages`);
  if (status !== 200) return status;
  return (body.items as readonly { readonly text: string }[]).map(({ text }) => text);
};
const write = (who: string, id: Id, office: string, text: string) =>
  scene.api(who, `/applications/${id}/messages`, { body: { office, text } });

async function nominate(id: Id): Promise<void> {
  const { rows } = await scene.http.owner.query<{ id: Id }>(
    `select p.id from call_places p join calls c on c.id = p.call_id where c.slug = $1 and p.institution_id = $2`,
    [slug, host],
  );
  const nominated = await scene.api('home', `/applications/${id}/nominate`, {
    body: { placeId: rows[0]?.id },
  });
  expect(nominated.status).toBe(204);
}

describe('messages', () => {
  it('go between the applicant and the office that has the file, and each reads its own', async () => {
    const [id = ''] = await scene.submitted(slug, home, 1);
    expect((await write(id, id, 'home', 'Када почиње семестар?')).status).toBe(201);
    expect((await write('home', id, 'home', 'Првог октобра.')).status).toBe(201);
    // No host has it yet.
    expect(await write(id, id, 'host', 'Здраво?')).toMatchObject({
      status: 409,
      body: { reason: 'office_without_file' },
    });
    expect((await write('host', id, 'host', 'Здраво.')).status).toBe(404);
    expect(await texts('host', id)).toBe(404);
    await nominate(id);
    expect(await texts('host', id)).toEqual([]);
    expect((await write('host', id, 'host', 'Есть ли общежитие?')).status).toBe(201);
    expect((await write('host', id, 'home', 'Не моё дело.')).status).toBe(409);
    const all = ['Када почиње семестар?', 'Првог октобра.', 'Есть ли общежитие?'];
    expect(await texts(id, id)).toEqual(all);
    expect(await texts('home', id)).toEqual(all);
    expect(await texts('home_ministry', id)).toEqual(all);
    expect(await texts('host_ministry', id)).toEqual(['Есть ли общежитие?']);
    expect(await texts('commission', id)).toBe(403);
    expect((await write('home_ministry', id, 'home', 'Само читам.')).status).toBe(403);
    // What was written with one host is not for the next.
    await scene.api('host', `/applications/${id}/nomination-answer`, {
      body: { answer: 'return', reasonCode: 'other', reasonText: 'Нет мест.' },
    });
    expect(await texts('host', id)).toBe(404);
    await scene.http.owner.query(
      `update applications set host_institution_id = $2, host_country = 'RU', transferred_at = now() where id = $1`,
      [id, other],
    );
    expect(await texts('next_host', id)).toEqual([]);
    expect(await texts('host_ministry', id)).toEqual([]);
    await scene.http.owner.query(
      `update applications set host_institution_id = null, host_country = null, transferred_at = null where id = $1`,
      [id],
    );
    const { rows } = await scene.http.owner.query<{ payload: object }>(
      "select payload from outbox_events where subject_id = $1 and type = 'application.message_written' order by id",
      [id],
    );
    expect(rows.map(({ payload }) => payload)).toEqual([
      expect.objectContaining({ by: 'applicant', office: 'home' }),
      expect.objectContaining({ by: 'office', office: 'home' }),
      expect.objectContaining({ by: 'office', office: 'host' }),
    ]);
    expect(JSON.stringify(rows)).not.toContain('семестар');
  });

  it('say who reads them, mark what is new, and keep typed words, without JavaScript', async () => {
    await scene.http.owner.query('update persons set home_institution_id = $2 where id = $1', [
      scene.people.student,
      home,
    ]);
    const draft = await scene.draft(scene.people.student ?? '', slug);
    expect((await scene.browser('student').open(`/applications/${draft}/messages`)).status).toBe(409);
    const { body } = await scene.api('student', `/applications/${draft}/submit`, { method: 'POST' });
    expect(body.number).toBeDefined();
    const page = `/applications/${draft}/messages`;
    const own = await scene.browser('student').open(page);
    expect(own.body).toContain('Who reads this');
    expect(own.body).toContain('do not read it');
    const empty = await scene.send('student', own, page, { office: 'home', 'text-home': ' ' });
    expect(empty.status).toBe(422);
    expect(empty.body).toContain('href="#field-text-home"');
    const long = 'п'.repeat(4001);
    const tooLong = await scene.send('student', own, page, { office: 'home', 'text-home': long });
    expect(tooLong.status).toBe(422);
    expect(tooLong.body).toContain(long);
    const sent = await scene.send('student', own, page, {
      office: 'home',
      'text-home': '<b>Питање</b>\r\nу два реда',
    });
    expect(sent.status).toBe(303);

    const review = await scene.browser('home').open(`/applications/${draft}/review`);
    expect(review.body).toContain('1 message');
    expect(review.body).toContain('1 new');
    const office = await scene.browser('home').open(page);
    expect(office.body).toContain('&lt;b&gt;Питање&lt;/b&gt;<br>у два реда');
    expect((await scene.browser('home').open(`/applications/${draft}/review`)).body).not.toContain('1 new');
    await scene.send('home', office, page, { office: 'home', 'text-home': 'Одговор.' });
    const status = await scene.browser('student').open(`/applications/${draft}`);
    expect(status.body).toContain('2 messages');
    expect(status.body).toContain('1 new');
    const odd = await scene.send('student', own, page, { office: 'elsewhere', 'text-home': 'x' });
    expect(odd.status).toBe(422);
  });

  it('are refused beyond measure', async () => {
    const [id = ''] = await scene.submitted(slug, home, 1);
    await scene.http.owner.query(
      `insert into thread_messages (id, application_id, office, institution_id, author_id, written_by, text, written_at)
       select gen_random_uuid(), $1, 'home', home_institution_id, applicant_id, 'applicant', 'x', now()
       from applications, generate_series(1, 30) where id = $1`,
      [id],
    );
    const refused = await write(id, id, 'home', 'Још једна.');
    expect(refused.status).toBe(429);
    await scene.http.owner.query('delete from thread_messages where application_id = $1', [id]);
  });
});

describe('the database', () => {
  const insert = (id: Id, author: Id, office: string, institution: Id | null, by: string) => ({
    sql: `insert into thread_messages (id, application_id, office, institution_id, author_id, written_by, text, written_at)
      values ($1, $2, $3, $4, $5, $6, 'x', now())`,
    values: [newId(), id, office, institution, author, by],
  });
  const as = (person: Id, { sql, values }: { readonly sql: string; readonly values: readonly unknown[] }) =>
    scene.http.app
      .get(Database)
      .transaction({ ...scene.as(person), actor: { ...scene.as(person).actor, secondFactor: true } }, (ctx) =>
        ctx.tx.query<unknown[]>(sql, [...values]),
      );

  it('lets nobody write in another’s name or for another office, nor change what was written', async () => {
    const [id = ''] = await scene.submitted(slug, home, 1);
    const { rows } = await scene.http.owner.query<{ applicant: Id }>(
      'select applicant_id as applicant from applications where id = $1',
      [id],
    );
    const applicant = rows[0]?.applicant ?? '';
    const { home: coordinator = '', host: foreign = '', student = '' } = scene.people;
    const denied = /row-level security/;
    await expect(as(student, insert(id, student, 'home', home, 'applicant'))).rejects.toThrow(denied);
    await expect(as(coordinator, insert(id, applicant, 'home', home, 'applicant'))).rejects.toThrow(denied);
    await expect(as(coordinator, insert(id, coordinator, 'home', home, 'applicant'))).rejects.toThrow(denied);
    await expect(as(applicant, insert(id, applicant, 'home', home, 'office'))).rejects.toThrow(denied);
    await expect(as(applicant, insert(id, applicant, 'host', host, 'applicant'))).rejects.toThrow(denied);
    await expect(as(foreign, insert(id, foreign, 'host', host, 'office'))).rejects.toThrow(denied);
    await write(id, id, 'home', 'Остаје.');
    const change = { sql: `update thread_messages set text = 'y' where application_id = $1`, values: [id] };
    await expect(as(applicant, change)).rejects.toThrow(/permission denied/);
    await as(applicant, { sql: 'delete from thread_messages where application_id = $1', values: [id] });
    expect(await texts(id, id)).toEqual(['Остаје.']);
    const select = { sql: 'select text from thread_messages where application_id = $1', values: [id] };
    expect(await as(student, select)).toEqual([]);
    expect(await as(foreign, select)).toEqual([]);
    // Whoever is bound to the applicant has no part in it, whatever their office.
    await scene.http.owner.query(
      `insert into conflict_declarations (id, person_id, about_id, kind, application_id, declared_at)
       values ($1, $2, $3, 'family', $4, '2001-01-01')`,
      [newId(), coordinator, applicant, id],
    );
    expect(await as(coordinator, select)).toEqual([]);
    expect(await texts('home', id)).toBe(403);
    await expect(as(coordinator, insert(id, coordinator, 'home', home, 'office'))).rejects.toThrow(denied);
  });
});
