import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { KeepDeadlines } from '../../src/applications/public.js';
import { SettableClock } from '../../src/shared/clock.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { OfficeScene } from './office-scene.js';

/** How an institution nominates: in an order, with a reserve, one or all at once; and how a host keeps its limit. */

const DAY_MS = 86_400_000;
const PROMISES = { screeningDays: 10, returnDays: 7, hostDecisionDays: 35, approvalDays: 14, offerDays: 5 };
let scene: OfficeScene;
let home: Id;
let host: Id;

beforeAll(async () => {
  scene = await OfficeScene.start();
  home = await scene.world.institution('university-of-belgrade');
  host = await scene.world.institution('lomonosov-moscow-state-university');
  const coordinator = (institution: Id) => ({ role: 'coordinator', scope: { institution_id: institution } });
  await scene.signIn('home', 'coordinator@bg.rs.demo', coordinator(home));
  await scene.signIn('colleague', 'commission@rs.demo', coordinator(home));
  await scene.signIn('host', 'coordinator@msu.ru.demo', coordinator(host));
  await scene.signIn(
    'third',
    'coordinator@ns.rs.demo',
    coordinator(await scene.world.institution('university-of-novi-sad')),
  );
  await scene.signIn('home_ministry', 'ministry@rs.demo', {
    role: 'ministry_officer',
    scope: { country: 'RS' },
  });
  await scene.signIn('host_ministry', 'ministry@ru.demo', {
    role: 'ministry_officer',
    scope: { country: 'RU' },
  });
}, 120_000);

afterAll(async () => {
  await expectInvariants(scene.http.owner);
  await scene.stop();
});

async function candidates(count: number, silence: { readonly declinedAfterDays?: number } = {}) {
  const slug = `order-${newId()}`;
  await scene.world.publishedCall({ slug, promises: { ...PROMISES, ...silence } });
  return { slug, page: `/nominations/${slug}`, ids: await scene.submitted(slug, home, count) };
}

/** Presses one of the buttons beside a candidate, with the version that the open page shows. */
async function press(who: string, page: string, id: Id, fields: Readonly<Record<string, string>>) {
  const open = await scene.browser(who).open(page);
  const version = /name="version" value="(\d+)"/.exec(open.body)?.[1] ?? '1';
  return scene.send(who, open, `${page}/${id}`, { version, ...fields });
}

async function orderOf(ids: readonly Id[]) {
  const { rows } = await scene.http.owner.query<{ id: Id; list: string; position: number }>(
    `select application_id as id, list, position from nomination_candidates
     where application_id = any ($1) order by list, position`,
    [ids],
  );
  return rows.map(({ id, list }) => `${list} ${ids.indexOf(id) + 1}`);
}

async function nominationsOf(id: Id) {
  const { rows } = await scene.http.owner.query<{
    id: Id;
    state: string;
    endorsement: string | null;
    substitutes_id: Id | null;
    reason_code: string | null;
    reason_text: string | null;
    acknowledged_by: Id | null;
  }>('select * from nominations where application_id = $1 order by created_at', [id]);
  return rows;
}

const eventsOf = async (id: Id, type: string) => {
  const { rows } = await scene.http.owner.query(
    'select 1 from outbox_events where subject_id = $1 and type = $2',
    [id, type],
  );
  return rows.length;
};

describe('the order of an institution', () => {
  it('is moved by buttons, kept with its endorsements, and told only to whom it concerns', async () => {
    const { page, ids } = await candidates(3);
    const [first = '', second = '', third = ''] = ids;
    expect((await scene.browser('home').open('/nominations')).body).toContain(page);
    expect((await scene.browser('home').open(page)).body).toContain('Not in order yet');
    for (const id of [first, second]) {
      expect((await press('home', page, id, { move: 'nominees' })).status).toBe(303);
    }
    await press('home', page, third, { move: 'reserve' });
    await press('home', page, second, { move: 'up' });
    expect(await orderOf(ids)).toEqual(['nominees 2', 'nominees 1', 'reserve 3']);
    await press('home', page, second, { endorsement: 'Најбоља у генерацији.' });
    expect((await scene.browser('home').open(page)).body).toContain('Најбоља у генерацији.');
    const { body: standing } = await scene.api('home', `/applications/${second}/rank`);
    expect(standing).toEqual({ list: 'nominees', position: 1, version: 6 });
    // Another institution of the same country finds nothing, and cannot move anybody.
    expect((await scene.browser('third').open(page)).body).not.toContain(first);
    const foreign = await scene.send('third', '/applications', `${page}/${first}`, {
      version: '6',
      move: 'off',
    });
    expect(foreign.status).toBe(404);
    expect(await orderOf(ids)).toEqual(['nominees 2', 'nominees 1', 'reserve 3']);
    // The applicant does not learn it, nor that it was changed.
    const own = await scene.api(first, `/applications/${first}/rank`);
    expect(own.status).toBe(403);
    const { rows } = await scene.http.owner.query(
      "select 1 from audit_entries where subject_id = $1 and action = 'nomination.ranked'",
      [second],
    );
    expect(rows).toHaveLength(2);
  });

  it('lets of two who change it at once the second look again', async () => {
    const { page, ids } = await candidates(2);
    const [first = '', second = ''] = ids;
    const seen = await scene.browser('colleague').open(page);
    await press('home', page, first, { move: 'nominees' });
    const late = await scene.send('colleague', seen, `${page}/${second}`, { version: '1', move: 'nominees' });
    expect(late.status).toBe(412);
    expect(late.body).toContain('The order has changed meanwhile');
    expect(await orderOf(ids)).toEqual(['nominees 1']);
    // Typed words are not lost by it.
    const typed = await scene.send('colleague', seen, `${page}/${first}`, {
      version: '1',
      endorsement: 'Вредна.',
    });
    expect(typed.status).toBe(412);
    expect(typed.body).toContain('Вредна.');
    const at = await Promise.all(
      Array.from({ length: 8 }, () =>
        scene.api('home', `/applications/${second}/rank`, { body: { move: 'reserve', version: 2 } }),
      ),
    );
    expect(at.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(at.filter(({ status }) => status === 412)).toHaveLength(7);
  });

  it('keeps whoever is sent where the host reads them, and shows the host their place', async () => {
    const { page, ids } = await candidates(3);
    const [first = '', second = '', third = ''] = ids;
    for (const id of ids) await press('home', page, id, { move: 'nominees' });
    await press('home', page, second, { endorsement: 'Са топлом препоруком.' });
    const open = await scene.browser('home').open(page);
    const chosen = [...open.body.matchAll(/name="nominee" value="([^"]+)"/g)].map(([, id = '']) => id);
    expect(chosen).toEqual(ids);
    const sent = await scene.send(
      'home',
      open,
      `${page}/send`,
      chosen.slice(0, 2).map((id) => ['nominee', id] as const),
    );
    const bulk = await scene.browser('home').follow(sent);
    expect(bulk.body).toContain('Goes through with 2 applications');
    const seen = [...bulk.body.matchAll(/name="seen" value="([^"]*)"/g)].map(
      ([, value = '']) => ['seen', value] as const,
    );
    await scene.send('home', bulk, new URL(bulk.url).pathname, [['mode', 'all'], ...seen]);
    expect((await nominationsOf(first))[0]?.state).toBe('sent');
    expect((await nominationsOf(second))[0]).toMatchObject({
      state: 'sent',
      endorsement: 'Са топлом препоруком.',
    });
    expect(await nominationsOf(third)).toEqual([]);

    const refused = await press('home', page, first, { move: 'off' });
    expect(refused.status).toBe(409);
    expect(refused.body).toContain('already nominated');
    const review = await scene.browser('host').open(`/applications/${second}/review`);
    expect(review.body).toContain('Place in the order of the home institution');
    expect(review.body).toContain('Са топлом препоруком.');
    expect((await scene.api('host', `/applications/${second}/rank`)).body).toEqual({
      list: 'nominees',
      position: 2,
      version: null,
    });
    expect((await scene.api('host', `/applications/${third}/rank`)).status).toBe(404);
    expect(
      (await scene.api('host', `/applications/${second}/rank`, { body: { move: 'up', version: 1 } })).status,
    ).toBe(403);
  });
});

describe('a substitution', () => {
  it('sends the next of the reserve by a nomination of its own, and ends the former with its reason', async () => {
    const { page, slug, ids } = await candidates(4);
    const [former = '', bound = '', next = '', other = ''] = ids;
    await press('home', page, former, { move: 'nominees' });
    for (const id of [bound, next, other]) await press('home', page, id, { move: 'reserve' });
    await press('home', page, next, { endorsement: 'Из резерве.' });
    await scene.http.owner.query(
      "delete from consents where subject_id = $1 and purpose = 'cross_border_transfer'",
      [bound],
    );
    const { rows } = await scene.http.owner.query<{ id: Id }>(
      'select p.id from call_places p join calls c on c.id = p.call_id where c.slug = $1',
      [slug],
    );
    await scene.api('home', `/applications/${former}/nominate`, { body: { placeId: rows[0]?.id } });
    await scene.api('host', `/applications/${former}/nomination-answer`, { body: { answer: 'accept' } });
    // An office works on a gate before this place.
    await scene.http.owner.query(
      `with rule as (insert into gate_rules (id, kind, country, sides, forward_days, decide_days, office, source, valid_from,
           created_at)
         select gen_random_uuid(), 'ethics', home_country, '{home}', 1, 1, '{}', 'test', current_date + 1, now()
         from applications where id = $1 returning *)
       insert into gates (id, subject_kind, subject_id, rule_id, kind, country, side, state, state_since, opened_at, due_at,
         needed_until)
       select gen_random_uuid(), 'application', $1, id, kind, country, 'home', 'pending', now(), now(), now(), current_date
       from rule`,
      [former],
    );

    const form = await scene.browser('home').open(`${page}/${former}/substitute`);
    expect(form.body).toContain('has not consented');
    expect(form.body).toContain(`name="successor" value="${next}"`);
    const empty = await scene.send('home', form, `${page}/${former}/substitute`, {
      successor: next,
      reason: ' ',
    });
    expect(empty.status).toBe(422);
    expect((await nominationsOf(former)).map(({ state }) => state)).toEqual(['host_accepted']);
    const done = await scene.send('home', form, `${page}/${former}/substitute`, {
      successor: next,
      reason: 'Одустао је усмено.',
    });
    expect(done.status).toBe(303);
    const [ended] = await nominationsOf(former);
    expect(ended).toMatchObject({
      state: 'cancelled',
      reason_code: 'substituted',
      reason_text: 'Одустао је усмено.',
    });
    expect(await nominationsOf(next)).toMatchObject([
      { state: 'sent', substitutes_id: ended?.id, endorsement: 'Из резерве.' },
    ]);
    expect(await orderOf(ids)).toEqual(['nominees 3', 'reserve 2', 'reserve 4']);
    expect(await eventsOf(former, 'nomination.substituted')).toBe(1);
    expect(await eventsOf(next, 'nomination.sent')).toBe(1);
    const { rows: decisions } = await scene.http.owner.query<{ withdrawn_at: Date | null }>(
      'select withdrawn_at from decisions where subject_id = $1',
      [former],
    );
    expect(decisions[0]?.withdrawn_at).not.toBeNull();
    // What is said of this place does not count for another.
    const { rows: gates } = await scene.http.owner.query<{ withdrawn_at: Date | null }>(
      'select withdrawn_at from gates where subject_id = $1',
      [former],
    );
    expect(gates.map(({ withdrawn_at }) => withdrawn_at !== null)).toEqual([true]);
    // The host reads the new file, is told in whose place, and no longer reads the former one.
    const { rows: numbers } = await scene.http.owner.query<{ number: string }>(
      'select number from applications where id = $1',
      [former],
    );
    expect((await scene.browser('host').open(`/applications/${next}/review`)).body).toContain(
      numbers[0]?.number,
    );
    expect((await scene.api('host', `/applications/${former}`)).status).toBe(404);
    expect((await scene.browser('host').open(`/applications/${former}/review`)).body).toContain(
      'took the nomination back',
    );
    // Once only.
    expect(
      (await scene.api('home', `/applications/${former}/substitute`, { body: { reason: 'Опет.' } })).status,
    ).toBe(409);
  });

  it('is done once, however many ask at once, and says so where nobody is left', async () => {
    const { page, slug, ids } = await candidates(3);
    const [former = '', one = '', two = ''] = ids;
    await press('home', page, former, { move: 'nominees' });
    for (const id of [one, two]) await press('home', page, id, { move: 'reserve' });
    const { rows } = await scene.http.owner.query<{ id: Id }>(
      'select p.id from call_places p join calls c on c.id = p.call_id where c.slug = $1',
      [slug],
    );
    await scene.api('home', `/applications/${former}/nominate`, { body: { placeId: rows[0]?.id } });
    const answers = await Promise.all(
      Array.from({ length: 6 }, () =>
        scene.api('home', `/applications/${former}/substitute`, { body: { reason: 'Болест.' } }),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await nominationsOf(one)).length + (await nominationsOf(two)).length).toBe(1);
    await press('home', page, two, { move: 'off' });
    const last = await scene.api('home', `/applications/${one}/substitute`, { body: { reason: 'Болест.' } });
    expect(last).toMatchObject({ status: 409, body: { reason: 'no_reserve' } });
    expect((await nominationsOf(one)).map(({ state }) => state)).toEqual(['sent']);
  });

  it('is not for the host, nor for another institution', async () => {
    const { ids } = await candidates(1);
    const [id = ''] = ids;
    for (const who of ['host', 'third']) {
      expect((await scene.api(who, `/applications/${id}/substitute`, { body: { reason: 'x' } })).status).toBe(
        404,
      );
    }
    expect(
      (await scene.api('home_ministry', `/applications/${id}/substitute`, { body: { reason: 'x' } })).status,
    ).toBe(403);
  });
});

describe('the host', () => {
  it('confirms that a nomination arrived, is reminded before its limit, and its ministry is told after', async () => {
    const { slug, ids } = await candidates(1);
    const [id = ''] = ids;
    const { rows } = await scene.http.owner.query<{ id: Id }>(
      'select p.id from call_places p join calls c on c.id = p.call_id where c.slug = $1',
      [slug],
    );
    await scene.api('home', `/applications/${id}/nominate`, { body: { placeId: rows[0]?.id } });
    const review = await scene.browser('host').open(`/applications/${id}/review?act=acknowledge`);
    expect(review.body).toContain('This is no answer yet.');
    expect((await scene.send('host', review, `/applications/${id}/review/acknowledge`)).status).toBe(303);
    expect((await nominationsOf(id))[0]).toMatchObject({ state: 'sent', acknowledged_by: scene.people.host });
    expect(await eventsOf(id, 'nomination.acknowledged')).toBe(1);
    expect((await scene.api('host', `/applications/${id}/acknowledge`, { method: 'POST' })).status).toBe(409);
    expect((await scene.browser('host').open(`/applications/${id}/review`)).body).toContain(
      'Receipt confirmed by the host',
    );

    const { rows: limits } = await scene.http.owner.query<{ due: Date; sent: Date }>(
      'select due_at as due, state_since as sent from nominations where application_id = $1',
      [id],
    );
    const [limit] = limits;
    if (!limit) throw new Error('no nomination');
    const before = Math.min(7 * DAY_MS, (limit.due.getTime() - limit.sent.getTime()) / 3);
    const clock = new SettableClock(new Date(limit.due.getTime() - before - 1000));
    const keep = scene.http.app.get(KeepDeadlines);
    await keep.run(clock);
    expect(await eventsOf(id, 'nomination.due_soon')).toBe(0);
    for (let turn = 0; turn < 3; turn++) {
      clock.set(new Date(limit.due.getTime() - before + 1000 + turn * 60_000));
      await keep.run(clock);
    }
    expect(await eventsOf(id, 'nomination.due_soon')).toBe(1);
    clock.set(new Date(limit.due.getTime() + 1000));
    await keep.run(clock);
    expect(await eventsOf(id, 'nomination.unanswered')).toBe(1);
    expect((await nominationsOf(id))[0]?.state).toBe('no_answer');
  });

  it.each([
    [{ declinedAfterDays: 7 }, 'rejected'],
    [{}, 'no_answer'],
  ])('that stays silent (%j) is entered as the call says: %s', async (silence, state) => {
    const { slug, ids } = await candidates(1, silence);
    const [id = ''] = ids;
    const declines = state === 'rejected';
    const { rows } = await scene.http.owner.query<{ id: Id }>(
      'select p.id from call_places p join calls c on c.id = p.call_id where c.slug = $1',
      [slug],
    );
    await scene.api('home', `/applications/${id}/nominate`, { body: { placeId: rows[0]?.id } });
    expect((await scene.browser('home').open(`/applications/${id}/review`)).body).toContain(
      declines ? 'it counts as the host’s no' : 'Nothing is decided by that.',
    );
    expect((await scene.browser('home').open(`/calls/${slug}`)).body).toContain(
      declines ? 'within 7 further days, this counts as the host’s no' : 'the nomination waits.',
    );
    const keep = scene.http.app.get(KeepDeadlines);
    const run = (days: number) => keep.run(new SettableClock(new Date(Date.now() + days * DAY_MS)));
    for (const days of [36, 36, 41]) await run(days);
    expect((await nominationsOf(id))[0]?.state).toBe('no_answer');
    for (const days of [43, 43]) await run(days);
    const [nomination] = await nominationsOf(id);
    expect(nomination).toMatchObject({ state, reason_code: declines ? 'silence' : null, reason_text: null });
    expect(await eventsOf(id, 'nomination.declined_by_silence')).toBe(declines ? 1 : 0);
    const { rows: seen } = await scene.http.owner.query(
      'select state, transferred_at is not null as crossed from applications where id = $1',
      [id],
    );
    expect(seen).toEqual([{ state: 'eligible', crossed: !declines }]);
    const { body } = await scene.browser('host').open(`/applications/${id}/review`);
    expect(body.includes('This file is no longer with you')).toBe(declines);
    if (!declines) return;
    expect((await scene.browser('home').open(`/applications/${id}/review`)).body).toContain(
      'The host did not answer; the call says that this is a no',
    );
    // The application goes on: it can be nominated once more.
    expect(
      (await scene.api('home', `/applications/${id}/nominate`, { body: { placeId: rows[0]?.id } })).status,
    ).toBeLessThan(300);
  });
});
