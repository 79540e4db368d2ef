import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NominateCandidate, SubmitApplication, WithdrawApplication } from '../../src/applications/public.js';
import { STANDARD_FORM } from '../../src/calls/public.js';
import { Database, systemContext } from '../../src/platform/database/database.js';
import { ErasePerson } from '../../src/privacy/public.js';
import type { ErasureHold } from '../../src/privacy/public.js';
import { systemClock } from '../../src/shared/clock.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { actingAs } from '../factories/acting.js';
import { insertRows } from '../factories/rows.js';
import { OfficeScene } from './office-scene.js';

/** Somebody is erased: afterwards no table of the database holds a word of theirs, and what had to stay says so. */

/** What nobody but the student is called, wrote, or is written about with. */
const WORDS = {
  family: 'Стојнековићка',
  given: 'Видосавица',
  latin: 'Stojnekovicka',
  passport: 'STOJNEKOVICKA',
  email: 'student@rs.demo',
  phone: '+381635550199',
  motivation: 'Истражујем пешачке мостове.',
  message: 'Питање о смештају за пешачицу.',
  answer: 'Одговор пешачици.',
  note: 'Белешка о пешачици.',
  endorsement: 'Препорука за пешачицу.',
  letter: 'Писмо о пешачици.',
  file: 'Пасош-пешачице.pdf',
  reason: 'Разлог о пешачици.',
  claim: 'employee-vidosavica@bg.ac.rs',
} as const;

let scene: OfficeScene;
let home: Id;
let student: Id;
let neighbour: Id;
let application: Id;

beforeAll(async () => {
  scene = await OfficeScene.start();
  home = await scene.world.institution('university-of-belgrade');
  const host = await scene.world.institution('lomonosov-moscow-state-university');
  const slug = `erased-${newId()}`;
  await scene.world.publishedCall({ slug, form: STANDARD_FORM('student') });
  await scene.signIn('student', WORDS.email);
  await scene.signIn('coordinator', 'coordinator@bg.rs.demo', {
    role: 'coordinator',
    scope: { institution_id: home },
  });
  await scene.signIn('host', 'coordinator@msu.ru.demo', {
    role: 'coordinator',
    scope: { institution_id: host },
  });
  student = scene.people.student ?? '';
  await scene.http.owner.query(
    `update persons set home_institution_id = $2, native_family = $3, native_given = $4, latin_family = $5,
       passport_family = $6 where id = $1`,
    [student, home, WORDS.family, WORDS.given, WORDS.latin, WORDS.passport],
  );
  application = await scene.draft(student, slug, [], {
    native_family: WORDS.family,
    native_given: WORDS.given,
    phone: WORDS.phone,
    motivation: WORDS.motivation,
  });
  await scene.http.owner.query(
    `update uploads set file_name = $2 where subject_id = $1 and requirement = (
       select min(requirement) from uploads where subject_id = $1)`,
    [application, WORDS.file],
  );
  await scene.http.app.get(SubmitApplication).run(scene.as(student), application);
  // The same content given by somebody else: their file must live on.
  [neighbour = ''] = await scene.submitted(slug, home, 1);
  await scene.api('coordinator', `/applications/${application}/messages`, {
    body: { office: 'home', text: WORDS.answer },
  });
  await scene.api('student', `/applications/${application}/messages`, {
    body: { office: 'home', text: WORDS.message },
  });
  await scene.api('coordinator', `/applications/${application}/notes`, { body: { note: WORDS.note } });
  await letter();
  await insertRows(scene.http.owner, 'role_proposals', [
    {
      id: newId(),
      person_id: student,
      role: 'coordinator',
      institution_id: home,
      provider_key: 'rs',
      claim: WORDS.claim,
      proposed_at: new Date(),
    },
  ]);
  const { rows: events } = await scene.http.owner.query<{ id: string }>(
    'select max(id) as id from outbox_events',
  );
  await insertRows(scene.http.owner, 'mail_messages', [
    mail(events[0]?.id ?? '1', 'queued'),
    mail(events[0]?.id ?? '1', 'sent'),
  ]);
  const { rows } = await scene.http.owner.query<{ place_id: Id }>(
    'select place_id from application_choices where application_id = $1 order by rank',
    [application],
  );
  await scene.http.app
    .get(NominateCandidate)
    .run(await actingAs(scene.http.app, scene.people.coordinator ?? ''), application, {
      placeId: rows[0]?.place_id ?? '',
      endorsement: WORDS.endorsement,
    });
  await scene.http.owner.query('update applications set closing_reason = $2 where id = $1', [
    application,
    WORDS.reason,
  ]);
}, 120_000);

afterAll(async () => {
  await expectInvariants(scene.http.owner);
  await scene.stop();
});

const mail = (event: string, state: 'queued' | 'sent') => ({
  id: newId(),
  event_id: event,
  person_id: student,
  address: WORDS.email,
  language: 'sr-Cyrl',
  template: `application.submitted-${state}`,
  data: { about: WORDS.given },
  message_id: `${newId()}@most`,
  state,
  queued_at: new Date(),
  sent_at: state === 'sent' ? new Date() : null,
});

async function letter(): Promise<void> {
  const [id, link] = [newId(), newId()];
  const now = new Date();
  await insertRows(scene.http.owner, 'signed_links', [
    {
      id: link,
      purpose: 'letter_of_reference',
      subject_kind: 'reference',
      subject_id: id,
      created_at: now,
      expires_at: new Date(now.getTime() + 86_400_000),
      used_at: now,
    },
  ]);
  await insertRows(scene.http.owner, 'reference_requests', [
    {
      id,
      application_id: application,
      state: 'received',
      state_since: now,
      name: 'Referee',
      email: 'referee@example.org',
      email_key: 'referee@example.org',
      relation: 'teacher',
      language: 'sr-Cyrl',
      confidential: true,
      due_at: new Date(now.getTime() + 86_400_000),
      link_id: link,
      created_at: now,
    },
  ]);
  await insertRows(scene.http.owner, 'reference_letters', [
    {
      reference_id: id,
      body: WORDS.letter,
      capacity: 'teacher',
      known_for: '3_to_5',
      revision: 1,
      saved_at: now,
      language: 'sr-Cyrl',
      submitted_at: now,
      content_hash: createHash('sha256').update(WORDS.letter).digest('hex'),
    },
  ]);
}

/** Where a word of theirs stands: every table with all of its columns, found by asking the database itself. */
async function whereWordsStand(): Promise<Readonly<Record<string, readonly string[]>>> {
  const { rows: tables } = await scene.http.owner.query<{ schema: string; name: string }>(
    `select table_schema as schema, table_name as name from information_schema.tables
     where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema') order by 1, 2`,
  );
  const found: Record<string, string[]> = {};
  for (const { schema, name } of tables) {
    const { rows } = await scene.http.owner.query<{ word: string }>(
      `select word from unnest($1::text[]) word
       where exists (select from "${schema}"."${name}" t where t::text ilike '%' || word || '%')`,
      [Object.values(WORDS)],
    );
    for (const { word } of rows) (found[word] ??= []).push(name);
  }
  return found;
}

const holds = (): Promise<readonly ErasureHold[]> =>
  scene.http.app
    .get(Database)
    .read(systemContext(systemClock), (ctx) => scene.http.app.get(ErasePerson).holds(ctx, student));

const stored = async (): Promise<readonly string[]> => {
  const { rows } = await scene.http.owner.query<{ key: string }>(
    `select distinct storage_key as key from uploads where subject_id = any ($1)`,
    [[application, neighbour]],
  );
  return rows.map(({ key }) => key);
};

describe('erasing somebody', () => {
  it('begins with words of theirs in many places', async () => {
    const found = await whereWordsStand();
    expect(Object.keys(found).sort()).toEqual(Object.values(WORDS).sort());
    expect(found[WORDS.family]).toEqual(expect.arrayContaining(['persons', 'application_submissions']));
  });

  it('does nothing while something stands against it, and says what', async () => {
    const erasing = scene.http.app.get(ErasePerson);
    expect(await holds()).toMatchObject([{ code: 'application_goes_on', until: null }]);
    await expect(erasing.run(systemContext(systemClock), student)).rejects.toMatchObject({
      code: 'blocked',
      reason: 'erasure_held',
    });
    const { rows } = await scene.http.owner.query('select state from erasures');
    expect(rows).toEqual([]);
    await expect(erasing.run(scene.as(student), student)).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('lets nobody change what is not changed, but in an erasure', async () => {
    const forget = (by: string, column: string) =>
      scene.http.app
        .get(Database)
        .transaction(systemContext(systemClock), (ctx) =>
          ctx.tx.query('select forget_values($1, $2, $3, $4, $5)', [
            'thread_messages',
            by,
            column,
            [application],
            'x',
          ]),
        );
    await expect(forget('application_id', 'text')).rejects.toThrow('no erasure is under way');
  });

  it('leaves no word in any table, and says what it did', async () => {
    await scene.http.app.get(WithdrawApplication).run(scene.as(student), application);
    const before = await stored();
    const report = await scene.http.app.get(ErasePerson).run(systemContext(systemClock), student);
    expect(await whereWordsStand()).toEqual({});
    expect(report.kept).toEqual([]);
    expect(report.erased).toMatchObject({
      persons: 1,
      identities: 2,
      applications: 1,
      application_submissions: 1,
      reference_letters: 1,
      thread_messages: 2,
      officer_notes: 1,
      mails_on_their_way: 1,
    });
    const { rows } = await scene.http.owner.query(
      'select state, person_id, decided_by, report from erasures',
    );
    expect(rows).toMatchObject([{ state: 'done', person_id: student, decided_by: null, report }]);
    // The neighbour's file is the same content.
    expect(before).toHaveLength(1);
    expect(await stored()).toEqual(expect.arrayContaining([...before, '0'.repeat(64)]));
  }, 60_000);

  it('keeps the number, the states and the history, and signs nobody in to it any more', async () => {
    const { rows } = await scene.http.owner.query(
      'select number is not null as numbered, state, search_key from applications where id = $1',
      [application],
    );
    expect(rows).toEqual([{ numbered: true, state: 'withdrawn', search_key: '' }]);
    const page = await scene.browser('student').get('/account?lang=en');
    expect(page.status).not.toBe(200);
    const again = await scene.http.signedIn(WORDS.email);
    await again.open('/account?lang=en');
    const { rows: people } = await scene.http.owner.query<{ id: Id }>(
      'select id from persons where email = $1',
      [WORDS.email],
    );
    expect(people).toHaveLength(1);
    expect(people[0]?.id).not.toBe(student);
    // Who reads the file finds its frame and no person in it.
    const office = await scene.browser('coordinator').open(`/applications/${application}?lang=en`);
    expect(office.status).toBe(200);
  });

  it('is done once', async () => {
    await expect(
      scene.http.app.get(ErasePerson).run(systemContext(systemClock), student),
    ).rejects.toMatchObject({ code: 'not_found' });
  });
});
