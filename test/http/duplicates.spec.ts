import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NominateCandidate, SaveSection, SubmitApplication } from '../../src/applications/public.js';
import { FindDuplicates } from '../../src/applications/operations/find-duplicates.js';
import type { DeliveredEvent } from '../../src/platform/outbox/outbox.js';
import { systemClock } from '../../src/shared/clock.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { insertRows, personRow } from '../factories/rows.js';
import { OfficeScene } from './office-scene.js';

/**
 * One person under two accounts is found by what they submitted, told to whoever sees both files and to nobody else, and
 * settled by an officer.
 */

let scene: OfficeScene;
const institutions: Record<'bg' | 'ns' | 'msu', Id> = { bg: '', ns: '', msu: '' };
let slug: string;

interface Applicant {
  readonly person: Id;
  readonly id: Id;
  readonly number: string;
}
let ana: Applicant;
let again: Applicant;
let elsewhere: Applicant;
let other: Applicant;

const rows = async <Row extends object>(sql: string, values: readonly unknown[] = []): Promise<Row[]> =>
  (await scene.http.owner.query<Row>(sql, [...values])).rows;

async function applicant(
  home: Id,
  answers: Readonly<Record<string, string>>,
  call = slug,
): Promise<Applicant> {
  const person = newId();
  await insertRows(scene.http.owner, 'persons', [{ ...personRow(person, 'RS'), home_institution_id: home }]);
  return { person, ...(await apply(person, answers, call)) };
}

async function apply(
  person: Id,
  answers: Readonly<Record<string, string>>,
  call: string,
): Promise<Omit<Applicant, 'person'>> {
  const id = await scene.draft(person, call);
  const [saved] = await rows<{ answers: Record<string, string>; revision: number }>(
    `select answers, revision from application_sections where application_id = $1 and section = 'person'`,
    [id],
  );
  const typed = { ...saved?.answers, ...answers };
  await scene.http.app.get(SaveSection).run(scene.as(person), id, 'person', typed, saved?.revision ?? 0);
  const { number } = await scene.http.app.get(SubmitApplication).run(scene.as(person), id);
  return { id, number };
}

const submission = (id: Id): DeliveredEvent => ({
  id: '1',
  at: new Date(),
  type: 'application.submitted',
  subject: { kind: 'application', id },
  payload: {},
  actorId: null,
});
/** Every submission is delivered, several times and at once. */
async function deliver(...ids: readonly Id[]): Promise<void> {
  const find = scene.http.app.get(FindDuplicates);
  await Promise.all([...ids, ...ids].map((id) => find.afterSubmission(systemClock, submission(id))));
}

const NAME = {
  native_family: 'Петровић',
  native_given: 'Јована',
  passport_family: 'PETROVIC',
  passport_given: 'JOVANA',
  birth_date: '27. 3. 2003.',
};

beforeAll(async () => {
  scene = await OfficeScene.start();
  institutions.bg = await scene.world.institution('university-of-belgrade');
  institutions.ns = await scene.world.institution('university-of-novi-sad');
  institutions.msu = await scene.world.institution('lomonosov-moscow-state-university');
  const coordinator = (id: Id) => ({ role: 'coordinator', scope: { institution_id: id } });
  await scene.signIn('bg', 'coordinator@bg.rs.demo', coordinator(institutions.bg));
  await scene.signIn('ns', 'coordinator@ns.rs.demo', coordinator(institutions.ns));
  await scene.signIn('msu', 'coordinator@msu.ru.demo', coordinator(institutions.msu));
  await scene.signIn('ministry', 'ministry@rs.demo', { role: 'ministry_officer', scope: { country: 'RS' } });
  await scene.signIn('other_ministry', 'ministry@ru.demo', {
    role: 'ministry_officer',
    scope: { country: 'RU' },
  });
  slug = `one-person-${newId()}`;
  await scene.world.publishedCall({ slug });
  ana = await applicant(institutions.bg, NAME);
  again = await applicant(institutions.bg, {
    ...NAME,
    native_family: 'Petrović',
    native_given: 'Jovana',
    passport_given: 'JOVANA MARIJA',
  });
  elsewhere = await applicant(institutions.ns, NAME);
  other = await applicant(institutions.bg, { ...NAME, birth_date: '28. 3. 2003.' });
  await deliver(ana.id, again.id, elsewhere.id, other.id);
}, 120_000);

afterAll(async () => {
  await expectInvariants(scene.http.owner);
  await scene.stop();
});

const page = ({ id }: Applicant) => `/applications/${id}/review/duplicates`;
const open = async (who: string, path: string) => {
  const answer = await scene.browser(who).open(path);
  return { status: answer.status, body: answer.body };
};
/** Which of the applications of this file an answer names. */
const named = (body: string) =>
  [ana, again, elsewhere, other].filter(({ number }) => body.includes(number)).map(({ number }) => number);
const listed = async (who: string): Promise<string[]> =>
  named((await open(who, '/applications?duplicates=yes')).body);

describe('what is kept to compare by', () => {
  it('tells no name, number or address', async () => {
    const kept = await rows<{ kind: string; value: string }>(
      'select kind, value from application_likenesses',
    );
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.filter(({ value }) => !/^[0-9a-f]{64}$/.test(value))).toEqual([]);
  });

  it('finds each pair once from either side, however often it is delivered', async () => {
    const matches = await rows<{ application_id: Id; other_id: Id; kinds: string[] }>(
      'select application_id, other_id, kinds from application_matches',
    );
    const pairs = [ana, again, elsewhere].flatMap((one) =>
      [ana, again, elsewhere].filter((each) => each !== one).map((each) => `${one.id} ${each.id}`),
    );
    expect(matches.map((each) => `${each.application_id} ${each.other_id}`).toSorted()).toEqual(
      pairs.toSorted(),
    );
    expect(new Set(matches.map(({ kinds }) => kinds.join()))).toEqual(new Set(['name_and_birth']));
  });
});

describe('a possible duplicate', () => {
  it('is shown to whoever sees both files, and to nobody who sees one', async () => {
    const file = await open('bg', `/applications/${ana.id}/review`);
    expect(file.body).toContain('1 account looks like this person’s');
    expect(file.body).toContain(page(ana));
    expect(named((await open('bg', page(ana))).body)).toEqual([ana.number, again.number]);
    expect((await open('bg', page(ana))).body).toContain('the same name, in whatever script');
    expect(named((await open('ministry', page(ana))).body)).toEqual([
      ana.number,
      again.number,
      elsewhere.number,
    ]);
    // Of hers the other institution has only the one.
    const alone = await open('ns', `/applications/${elsewhere.id}/review`);
    expect(alone.body).not.toContain('/review/duplicates');
    expect(named((await open('ns', page(elsewhere))).body)).toEqual([elsewhere.number]);
    expect(named((await open('bg', page(other))).body)).toEqual([other.number]);
    expect((await open('ns', page(ana))).status).toBe(404);
  });

  it('is a filter of the worklist, for whoever sees both', async () => {
    expect(await listed('bg')).toEqual([ana.number, again.number]);
    expect(await listed('ns')).toEqual([]);
    expect(await listed('ministry')).toEqual([ana.number, again.number, elsewhere.number]);
    const { body } = await scene.api('ministry', '/applications?scope=office&duplicates=yes');
    expect((body.items as readonly object[]).length).toBe(3);
  });

  it('tells a host nothing of the file that did not come to it', async () => {
    const [place] = await rows<{ id: Id }>(
      'select p.id from call_places p join calls c on c.id = p.call_id where c.slug = $1',
      [slug],
    );
    const coordinator = scene.people.bg ?? '';
    const grant = { role: 'coordinator', institutionId: institutions.bg, country: null } as const;
    const request = scene.as(coordinator);
    await scene.http.app
      .get(NominateCandidate)
      .run({ ...request, actor: { ...request.actor, grants: [grant], secondFactor: true } }, ana.id, {
        placeId: place?.id ?? '',
        endorsement: '',
      });
    for (const who of ['msu', 'other_ministry']) {
      const file = await open(who, `/applications/${ana.id}/review`);
      expect(file.status).toBe(200);
      expect(file.body).not.toContain('/review/duplicates');
      expect(named((await open(who, page(ana))).body)).toEqual([ana.number]);
      expect(await listed(who)).toEqual([]);
      const { status } = await scene.api(who, `/applications/${ana.id}/duplicates/${again.id}`, {
        body: { verdict: 'same_person', reason: 'test', known: null },
      });
      expect(status).toBe(404);
    }
  });

  it('is not for the eyes of its applicant', async () => {
    await scene.signIn('student', 'student@rs.demo');
    const { id } = await apply(scene.people.student ?? '', { birth_date: '1. 1. 2004.' }, slug);
    expect((await open('student', `/applications/${id}/review/duplicates`)).status).toBe(403);
  });
});

describe('settling it', () => {
  const form = (one: Applicant, two: Applicant) => `${page(one)}/${two.id}`;
  const verdicts = () =>
    rows<{ verdict: string; reason: string }>(
      'select verdict, reason from duplicate_verdicts order by settled_at',
    );

  it('asks for an answer and a reason at their fields, and keeps what was typed', async () => {
    const empty = await scene.send('bg', form(ana, again), form(ana, again), { known: '', reason: ' ' });
    expect(empty.status).toBe(422);
    expect(empty.body).toMatch(/href="#field-verdict"[\s\S]*href="#field-reason"/);
    const half = await scene.send('bg', form(ana, again), form(ana, again), {
      known: '',
      reason: 'Исти пасош <b>гледан</b>.',
    });
    expect(half.status).toBe(422);
    expect(half.body).toContain('Исти пасош &lt;b&gt;гледан&lt;/b&gt;.');
    expect(await verdicts()).toEqual([]);
  });

  it('is not done over what one does not see, and not between files that are not alike', async () => {
    for (const [who, one, two, expected] of [
      ['bg', ana, elsewhere, 404],
      ['ns', elsewhere, ana, 404],
      ['bg', ana, other, 409],
      ['bg', ana, ana, 409],
    ] as const) {
      const { status } = await scene.api(who, `/applications/${one.id}/duplicates/${two.id}`, {
        body: { verdict: 'same_person', reason: 'test', known: null },
      });
      expect(status).toBe(expected);
    }
    expect((await scene.api('bg', `/applications/${ana.id}/duplicates/nobody`, { body: {} })).status).toBe(
      422,
    );
    expect(await verdicts()).toEqual([]);
  });

  it('as two persons is remembered, told on both files, and asked once of two officers at once', async () => {
    const done = await scene.send('bg', form(ana, again), form(ana, again), {
      verdict: 'not_the_same',
      reason: 'Две студенткиње истог имена.',
      known: '',
    });
    expect(done.status).toBe(303);
    const late = await scene.send('ministry', form(again, ana), form(again, ana), {
      verdict: 'same_person',
      reason: 'Мислим да јесу.',
      known: '',
    });
    expect(late.status).toBe(412);
    expect(late.body).toContain('Мислим да јесу.');
    for (const file of [ana, again]) {
      const shown = await open('bg', page(file));
      expect(shown.body).toContain('Not the same person');
      expect(shown.body).toContain('Две студенткиње истог имена.');
    }
    expect(await listed('bg')).toEqual([]);
    // What the coordinator did not see is open still.
    expect(await listed('ministry')).toEqual([ana.number, again.number, elsewhere.number]);
    await deliver(ana.id, again.id);
    expect(await listed('bg')).toEqual([]);
  });

  it('is open again when something new makes them alike, also of what was submitted before all this', async () => {
    await scene.http.owner.query('update persons set email = $1 where id = any ($2)', [
      'jovana@example.org',
      [ana.person, again.person],
    ]);
    await scene.http.owner.query('delete from application_likenesses where application_id = any ($1)', [
      [ana.id, again.id],
    ]);
    await scene.http.app.get(FindDuplicates).goOn(systemClock, '');
    expect(await listed('bg')).toEqual([ana.number, again.number]);
    const shown = await open('bg', page(ana));
    expect(shown.body).toContain('Open again: something new makes them alike');
    expect(shown.body).toContain('an e-mail address that is confirmed in both accounts');
  });

  it('as one person stands on both files and in the record, and changes nothing else', async () => {
    const before = await rows('select id, state, version from applications order by id');
    const { body: found } = await scene.api('bg', `/applications/${ana.id}/duplicates`);
    const [item] = found.items as readonly { readonly verdict: { readonly id: Id } }[];
    const { status } = await scene.api('bg', `/applications/${ana.id}/duplicates/${again.id}`, {
      body: { verdict: 'same_person', reason: 'Потврдила је сама.', known: item?.verdict.id ?? null },
    });
    expect(status).toBe(201);
    for (const file of [ana, again]) {
      expect((await open('bg', `/applications/${file.id}/review`)).body).toContain(
        '1 other account was found to be the same person’s',
      );
    }
    expect(await rows('select id, state, version from applications order by id')).toEqual(before);
    const entries = await rows<{ action: string; data: { applications: Id[] } }>(
      `select action, data from audit_entries where subject_kind = 'duplicate' order by id`,
    );
    expect(entries.map(({ action }) => action)).toEqual(['duplicate.not_the_same', 'duplicate.same_person']);
    expect(entries.at(-1)?.data.applications).toEqual([ana.id, again.id]);
    // The two accounts are asked about together from now on.
    const second = `again-${newId()}`;
    await scene.world.publishedCall({ slug: second });
    const { number } = await apply(again.person, NAME, second);
    expect((await open('bg', page(ana))).body).toContain(number);
    expect((await open('bg', page(ana))).body).toContain('For a stay at the same time');
  });
});
