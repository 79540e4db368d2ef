import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { KeepRequests } from '../../src/privacy/public.js';
import { SettableClock } from '../../src/shared/clock.js';
import type { Id } from '../../src/shared/ids.js';
import { LANGUAGES } from '../../src/shared/language.js';
import { expectInvariants } from '../database/expect-invariants.js';

import { OfficeScene } from './office-scene.js';

/** Somebody asks on their account to be erased: two officers of their country answer, and the clock carries it out. */

const DAY_MS = 86_400_000;
let scene: OfficeScene;

beforeAll(async () => {
  scene = await OfficeScene.start();
  for (const country of ['RS', 'RU']) {
    const key = country.toLowerCase();
    await scene.signIn(`student.${country}`, `student@${key}.demo`);
    await scene.signIn(`student2.${country}`, `student2@${key}.demo`);
    for (const name of ['ministry', 'ministry2']) {
      await scene.signIn(`${name}.${country}`, `${name}@${key}.demo`, {
        role: 'ministry_officer',
        scope: { country },
      });
    }
  }
}, 120_000);

afterAll(async () => {
  await expectInvariants(scene.http.owner);
  await scene.stop();
});

interface Row {
  readonly id: Id;
  readonly state: string;
  readonly owner_country: string;
  readonly due_at: Date;
  readonly withdraw_until: Date;
  readonly overdue_at: Date | null;
}

const own = '/account/erasure?lang=en';
const ask = (who: string, confirm = 'yes') => scene.send(who, own, '/account/erasure', { confirm });
const newest = async (who: string): Promise<Row> => {
  const { rows } = await scene.http.owner.query<Row>(
    'select * from erasures where person_id = $1 order by asked_at desc, id desc limit 1',
    [scene.people[who]],
  );
  return rows[0] as Row;
};
const act = (who: string, id: Id, form: string, said: Readonly<Record<string, string>>) =>
  scene.send(who, '/erasures?lang=en', `/erasures/${id}/${form}`, said);
const keep = (at: Date) => scene.http.app.get(KeepRequests).run(new SettableClock(at));
const events = async (id: Id): Promise<readonly string[]> => {
  const { rows } = await scene.http.owner.query<{ type: string }>(
    `select type from outbox_events where payload->>'erasure' = $1 order by id`,
    [id],
  );
  return rows.map(({ type }) => type);
};

describe.each([
  ['RS', 'RU'],
  ['RU', 'RS'],
])('a request to be erased in %s', (country, other) => {
  const student = `student.${country}`;
  const [first, second, stranger] = [`ministry.${country}`, `ministry2.${country}`, `ministry.${other}`];

  it('tells in every language what goes, what stays and who answers, before it is asked', async () => {
    for (const language of LANGUAGES) {
      const page = await scene.browser(student).open(`/account/erasure?lang=${language}`);
      expect(page.status).toBe(200);
      expect(page.body).not.toContain('privacy.erasure.');
    }
    const page = await scene.browser(student).open(own);
    expect(page.body).toContain('Nothing stands against it.');
    expect(page.body).toContain(country === 'RS' ? 'Commissioner' : 'Roskomnadzor');
  });

  it('needs the word that it was read, and can be taken back', async () => {
    const wrong = await ask(student, '');
    expect(wrong.status).toBe(422);
    expect(wrong.body).toContain('href="#field-confirm"');
    expect((await ask(student)).status).toBe(303);
    // The same once more is the request that waits.
    await ask(student);
    const asked = await newest(student);
    expect(asked).toMatchObject({ state: 'asked', owner_country: country });
    expect(asked.due_at.getTime() - Date.now()).toBeGreaterThan(29 * DAY_MS);
    const path = `/account/erasure/${asked.id}/withdraw`;
    expect((await scene.send(stranger, own, path)).status).toBe(404);
    expect((await scene.send(student, own, path)).status).toBe(303);
    expect((await newest(student)).state).toBe('withdrawn');
    expect((await scene.send(student, own, path)).status).toBe(409);
    expect((await act(first, asked.id, 'proposal', { verdict: 'granted' })).status).toBe(409);
  });

  it('is nothing for the other country, and nobody answers alone', async () => {
    await ask(student);
    const { id } = await newest(student);
    expect((await scene.browser(stranger).open(`/erasures/${id}`)).status).toBe(404);
    expect((await act(stranger, id, 'proposal', { verdict: 'granted' })).status).toBe(404);
    expect((await scene.browser(student).open('/erasures')).status).toBe(403);
    for (const language of LANGUAGES) {
      const page = await scene.browser(first).open(`/erasures/${id}?lang=${language}`);
      expect(page.status).toBe(200);
    }
    expect((await scene.browser(first).open('/erasures?lang=en')).body).toContain('waits for an answer');
    const silent = await act(first, id, 'proposal', { verdict: 'refused' });
    expect(silent.status).toBe(422);
    expect(silent.body).toContain('href="#field-reasonCode"');
    expect(silent.body).toContain('href="#field-reason"');
    expect((await act(first, id, 'proposal', { verdict: 'granted' })).status).toBe(303);
    // Whoever spoke first is not the second.
    expect((await act(first, id, 'decision', { verdict: 'confirm' })).status).toBe(403);
    expect((await scene.browser(first).open(`/erasures/${id}?lang=en`)).body).toContain('You spoke first');
    const returned = await act(second, id, 'decision', { verdict: 'send_back', reason: 'Ask who it is.' });
    expect(returned.status).toBe(303);
    expect((await newest(student)).state).toBe('asked');
  });

  it('is refused by two with a ground, words and where to complain', async () => {
    const { id } = await newest(student);
    await act(second, id, 'proposal', {
      verdict: 'refused',
      reasonCode: 'not_the_person',
      reason: 'Покажите документ.',
    });
    // What the first would say is between the two.
    expect((await scene.browser(student).open(own)).body).not.toContain('Покажите документ.');
    expect((await act(first, id, 'decision', { verdict: 'confirm' })).status).toBe(303);
    const page = await scene.browser(student).open(own);
    expect(page.body).toContain('Покажите документ.');
    expect(page.body).toContain('It is not certain who asks');
    expect(await events(id)).toEqual([
      'erasure.asked',
      'erasure.proposed',
      'erasure.returned',
      'erasure.proposed',
      'erasure.refused',
    ]);
  });

  it('takes longer once, with a reason, and the clock tells when its time ends', async () => {
    await ask(student);
    const { id, due_at: due } = await newest(student);
    const extend = () => act(first, id, 'extension', { extensionReason: 'Архив одговара спорије.' });
    expect((await act(first, id, 'extension', {})).status).toBe(422);
    expect((await extend()).status).toBe(303);
    const extended = await newest(student);
    expect(extended.due_at.getTime() - due.getTime()).toBe(60 * DAY_MS);
    expect((await extend()).status).toBe(409);
    expect((await scene.browser(student).open(own)).body).toContain('Архив одговара спорије.');
    await keep(new Date(extended.due_at.getTime() - 5 * DAY_MS));
    await keep(new Date(extended.due_at.getTime() - 1));
    expect((await newest(student)).overdue_at).toBeNull();
    await keep(extended.due_at);
    await keep(extended.due_at);
    expect((await newest(student)).overdue_at).not.toBeNull();
    expect((await events(id)).slice(1)).toEqual(['erasure.extended', 'erasure.due_soon', 'erasure.overdue']);
  });

  it('is carried out after the time to think it over, and leaves a receipt that names nobody', async () => {
    const { id, withdraw_until: until } = await newest(student);
    const email = `student@${country.toLowerCase()}.demo`;
    await act(first, id, 'proposal', { verdict: 'granted' });
    expect((await act(second, id, 'decision', { verdict: 'confirm' })).status).toBe(303);
    await keep(new Date(until.getTime() - 1));
    expect((await newest(student)).state).toBe('granted');
    await keep(until);
    expect((await newest(student)).state).toBe('done');
    expect((await scene.browser(student).get('/account?lang=en')).status).not.toBe(200);
    const { rows: kept } = await scene.http.owner.query<{ address: string; link: Id }>(
      'select address, link_id as link from erasure_addressees where erasure_id = $1',
      [id],
    );
    expect(kept).toMatchObject([{ address: email }]);
    const { SignedLinks } = await import('../../src/access/public.js');
    const { Database, systemContext } = await import('../../src/platform/database/database.js');
    const token = await scene.http.app
      .get(Database)
      .read(systemContext(new SettableClock(until)), (ctx) =>
        scene.http.app.get(SignedLinks).tokenOf(ctx, kept[0]?.link ?? ''),
      );
    for (const language of LANGUAGES) {
      const page = await scene.browser(stranger).open(`/erasure-receipts/${token}?lang=${language}`);
      expect(page.status).toBe(200);
      expect(page.body).toContain(id);
      expect(page.body).not.toContain(email);
    }
    expect((await scene.browser(stranger).get('/erasure-receipts/nonsense')).status).toBe(404);
    const { rows: record } = await scene.http.owner.query<{ action: string }>(
      `select action from audit_entries where subject_id = $1 and (action like 'erasure.%' or action = 'person.erased')
       order by id desc limit 3`,
      [scene.people[student]],
    );
    expect(record.map(({ action }) => action)).toEqual([
      'person.erased',
      'erasure.granted',
      'erasure.proposed',
    ]);
  }, 60_000);

  it('can be taken back until it is carried out', async () => {
    const person = `student2.${country}`;
    await ask(person);
    const { id, withdraw_until: until } = await newest(person);
    await act(first, id, 'proposal', { verdict: 'granted' });
    expect((await act(second, id, 'decision', { verdict: 'confirm' })).status).toBe(303);
    expect((await newest(person)).state).toBe('granted');
    expect((await scene.send(person, own, `/account/erasure/${id}/withdraw`)).status).toBe(303);
    await keep(until);
    expect((await newest(person)).state).toBe('withdrawn');
  });

  it('is answered by nobody of their own', async () => {
    await ask(first);
    const { id } = await newest(first);
    expect((await act(first, id, 'proposal', { verdict: 'granted' })).status).toBe(403);
    const held = await act(second, id, 'proposal', { verdict: 'granted' });
    // Whoever holds an office gives it up first.
    expect(held.status).toBe(422);
    expect(held.body).toContain('Something stands against it now');
    await scene.send(first, own, `/account/erasure/${id}/withdraw`);
  });
});
