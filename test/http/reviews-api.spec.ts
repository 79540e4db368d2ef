import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { standardSelection } from '../../src/calls/public.js';
import { KeepProfile } from '../../src/reviews/operations/keep-profile.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { PanelScene } from './panel-scene.js';
import type { Selection } from './panel-scene.js';

/** Panels and reviews by the API: the way of a reviewer, and what nobody learns by it who would not learn it by a page. */

const EVERYTHING = 'panels:write reviews:write';
const SECRET = 'ТАЈНАРЕЧ';
const FAMILY = 'Скривенић';
const LATIN = 'Skrivenic';
const CRITERIA = standardSelection().criteria;
const [FIRST = ''] = CRITERIA.map(({ id }) => id);

let panel: PanelScene;

beforeAll(async () => {
  panel = await PanelScene.start();
}, 120_000);

afterAll(async () => {
  await expectInvariants(panel.scene.http.owner);
  await panel.scene.stop();
});

interface Said {
  readonly status: number;
  readonly tag: string;
  readonly text: string;
  readonly reason: unknown;
  readonly fields: readonly string[];
  readonly body: Readonly<Record<string, unknown>>;
}

interface Sent {
  readonly method?: string;
  /** A text is sent as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly scope?: string;
}

/** @param who null: with no token */
async function call(who: string | null, path: string, sent: Sent = {}): Promise<Said> {
  const { body, headers = {}, scope = EVERYTHING } = sent;
  const token = who && (await panel.scene.issuer.token({ claims: { sub: who, scope, amr: ['mfa'] } }));
  const response = await fetch(`${panel.scene.http.url}/api/v1${path}`, {
    method: sent.method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      'accept-language': 'en',
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').includes('json');
  const read = (isJson ? JSON.parse(text) : {}) as Said['body'];
  const fields = (read.fields ?? []) as readonly { field: string; problem: string }[];
  return {
    status: response.status,
    tag: response.headers.get('etag') ?? '',
    text,
    reason: read.reason,
    fields: fields.map(({ field }) => field),
    body: read,
  };
}

const post = (who: string | null, path: string, body: unknown = {}, headers: Sent['headers'] = {}) =>
  call(who, path, { body, headers });
const put = (who: string, path: string, tag: string, body: unknown) =>
  call(who, path, { method: 'PUT', body, headers: { 'if-match': tag } });
const items = (said: Said) => said.body.items as readonly Readonly<Record<string, unknown>>[];
const idsOf = (said: Said) => items(said).map(({ id }) => id);
const stateOf = async (id: Id) => {
  const { rows } = await panel.scene.http.owner.query<{ state: string }>(
    'select state from review_assignments where id = $1',
    [id],
  );
  return rows[0]?.state;
};

const written = (value: number, words = 'Добро.') => ({
  scores: CRITERIA.map(({ id }) => ({ criterion: id, value, comment: words })),
  overall: words,
  recommendation: 'support',
});

async function reviewing(review: Parameters<PanelScene['selection']>[1] = {}): Promise<{
  readonly here: Selection;
  readonly application: Id;
}> {
  const here = await panel.selection(1, review);
  await panel.lead(here, 'open_reviewing');
  return { here, application: here.ids[0] ?? '' };
}

/** Written and handed in by the API. */
async function handIn(who: string, review: Id, value: number, words?: string): Promise<void> {
  const { tag } = await call(who, `/reviews/${review}`);
  const saved = await put(who, `/reviews/${review}/draft`, tag, written(value, words));
  expect(saved.status).toBe(200);
  expect((await post(who, `/reviews/${review}/submit`, {}, { 'if-match': saved.tag })).status).toBe(204);
}

describe('a reviewer', () => {
  it('is given an application, writes, hands in and says anew', async () => {
    const { here, application } = await reviewing();
    const assignments = `/panels/${here.panelId}/applications/${application}/assignments`;

    expect(idsOf(await call('admin', '/panels'))).toContain(here.panelId);
    const before = await call('admin', `/panels/${here.panelId}`);
    expect(before.body).toMatchObject({
      phase: 'reviewing',
      counts: { applications: 1, assigned: 0, awaited: 0 },
    });
    expect(before.body.members).toHaveLength(3);
    expect((await call('admin', assignments)).body.candidates).toEqual(
      expect.arrayContaining([expect.objectContaining({ id: panel.person('ana'), given: 0, unfit: null })]),
    );

    const key = { 'idempotency-key': newId() };
    const given = await post('admin', assignments, { reviewer: panel.person('ana') }, key);
    expect(given.status).toBe(201);
    const again = await post('admin', assignments, { reviewer: panel.person('ana') }, key);
    expect(again.body).toEqual(given.body);
    const twice = await post('admin', assignments, { reviewer: panel.person('ana') });
    expect({ status: twice.status, reason: twice.reason }).toEqual({
      status: 409,
      reason: 'already_assigned',
    });
    const id = String(given.body.id);
    expect((await call('admin', `/panels/${here.panelId}`)).body.counts).toMatchObject({
      assigned: 1,
      awaited: 1,
    });

    expect(idsOf(await call('ana', '/reviews'))).toContain(id);
    expect((await post('ana', `/reviews/${id}/accept`)).status).toBe(204);
    const open = await call('ana', `/reviews/${id}`);
    expect(open.body).toMatchObject({ state: 'accepted', application, draft: null, versions: [] });
    expect((open.body.criteria as { id: string }[]).map((each) => each.id)).toEqual(
      CRITERIA.map((each) => each.id),
    );

    const untagged = await call('ana', `/reviews/${id}/draft`, { method: 'PUT', body: written(8) });
    expect({ status: untagged.status, reason: untagged.reason }).toEqual({
      status: 422,
      reason: 'if_match_missing',
    });
    const half = await put('ana', `/reviews/${id}/draft`, open.tag, { scores: [] });
    expect(half.body).toEqual({ revision: 1 });
    expect((await put('ana', `/reviews/${id}/draft`, open.tag, written(8))).status).toBe(412);
    const early = await post('ana', `/reviews/${id}/submit`, {}, { 'if-match': half.tag });
    expect(early.status).toBe(422);
    expect(early.fields).toEqual(
      expect.arrayContaining([`scores.${FIRST}.value`, 'overall', 'recommendation']),
    );
    const whole = await put('ana', `/reviews/${id}/draft`, half.tag, written(8));
    expect((await post('ana', `/reviews/${id}/submit`, {}, { 'if-match': half.tag })).status).toBe(412);
    expect((await post('ana', `/reviews/${id}/submit`, {}, { 'if-match': whole.tag })).status).toBe(204);

    const done = await call('ana', `/reviews/${id}`);
    expect(done.body).toMatchObject({ state: 'submitted', versions: [{ version: 1, points: 80_000 }] });
    expect((await post('ana', `/reviews/${id}/submit`, {}, { 'if-match': done.tag })).status).toBe(409);
    const anew = { ...written(5), reason: 'Погрешно сам прочитала план.' };
    const unsaid = await post('ana', `/reviews/${id}/amend`, written(5), { 'if-match': done.tag });
    expect({ status: unsaid.status, fields: unsaid.fields }).toEqual({ status: 422, fields: ['reason'] });
    const amended = await post('ana', `/reviews/${id}/amend`, anew, { 'if-match': done.tag });
    expect(amended.body).toEqual({ version: 2 });
    expect((await post('ana', `/reviews/${id}/amend`, anew, { 'if-match': done.tag })).status).toBe(412);
    expect((await call('ana', `/reviews/${id}`)).body.versions).toMatchObject([
      { version: 2, points: 50_000, reason: anew.reason },
      { version: 1, points: 80_000, reason: null },
    ]);
  }, 60_000);

  it('declines with a reason, and somebody else is asked; what was given is taken back', async () => {
    const { here, application } = await reviewing();
    const id = await panel.give(here, 'ana', application);
    const mute = await post('ana', `/reviews/${id}/decline`);
    expect({ status: mute.status, fields: mute.fields }).toEqual({ status: 422, fields: ['reason'] });
    expect((await post('ana', `/reviews/${id}/decline`, { reason: 'Није моја област.' })).status).toBe(204);
    const unfit = await post('secretary', `/reviews/${id}/replace`, { reviewer: panel.person('home') });
    expect({ status: unfit.status, reason: unfit.reason }).toEqual({ status: 409, reason: 'not_member' });
    const next = await post('secretary', `/reviews/${id}/replace`, { reviewer: panel.person('boris') });
    expect(next.status).toBe(201);
    expect(await stateOf(id)).toBe('replaced');
    const taken = `/reviews/${String(next.body.id)}/withdraw`;
    expect((await post('admin', taken)).fields).toEqual(['reason']);
    expect((await post('admin', taken, { reason: 'Пријава је повучена.' })).status).toBe(204);
    expect(await stateOf(String(next.body.id))).toBe('withdrawn');
    expect((await post('admin', taken, { reason: 'Још једном.' })).status).toBe(409);
  }, 60_000);

  it('reads what others said once their own is in, and no sooner', async () => {
    const { here, application } = await reviewing();
    const mine = await panel.give(here, 'vera', application);
    const theirs = await panel.give(here, 'boris', application);
    await handIn('boris', theirs, 9, SECRET);
    const readable = `/panels/${here.panelId}/applications/${application}/reviews`;

    const early = await call('vera', `/reviews/${mine}`);
    expect(early.body).toMatchObject({ others: [], othersWithheld: 'own_review_missing' });
    expect((await call('vera', readable)).status).toBe(404);
    const sight = await call('vera', `/panels/${here.panelId}`);
    expect(sight.body).toMatchObject({ readable: [], counts: null, applications: [] });
    for (const { given, awaited, id } of sight.body.members as Record<string, unknown>[]) {
      expect([given, awaited, id]).toEqual([null, null, null]);
    }
    for (const said of [early, sight, await call('vera', '/reviews')]) {
      expect(said.text).not.toContain(SECRET);
      expect(said.text).not.toContain(theirs);
    }
    expect((await call('vera', `/reviews/${theirs}`)).status).toBe(404);

    await handIn('vera', mine, 5);
    expect((await call('vera', `/reviews/${mine}`)).body).toMatchObject({
      others: [{ id: theirs, versions: [{ points: 90_000, overall: SECRET }] }],
      othersWithheld: null,
    });
    expect(idsOf(await call('vera', readable)).sort()).toEqual([mine, theirs].sort());
    expect((await call('vera', `/panels/${here.panelId}`)).body.readable).toMatchObject([
      { application, points: 70_000, reviews: 2, spread: 40_000, standsOut: false },
    ]);
    // Whose it is stays its author's: another may neither open it as theirs nor act on it.
    expect((await call('vera', `/reviews/${theirs}`)).status).toBe(404);
    expect((await post('vera', `/reviews/${theirs}/accept`)).status).toBe(403);
  }, 60_000);

  it('whom a conflict binds finds nothing any more', async () => {
    const { here, application } = await reviewing({ binding: ['co_author'] });
    const id = await panel.give(here, 'boris', application);
    const { tag } = await call('boris', `/reviews/${id}`);
    expect((await put('boris', `/reviews/${id}/draft`, tag, written(9))).status).toBe(200);
    const work = { dois: `10.1000/${newId()}`, orcid: '' };
    const profile = panel.scene.http.app.get(KeepProfile);
    await profile.saveWorks(await panel.as(await panel.applicantOf(application)), work);
    await profile.saveWorks(await panel.as('boris'), work);

    expect(idsOf(await call('boris', '/reviews'))).not.toContain(id);
    const any = { 'if-match': '*' };
    const refused = [
      await call('boris', `/reviews/${id}`),
      await call('boris', `/reviews/${id}/file`),
      await post('boris', `/reviews/${id}/accept`),
      await post('boris', `/reviews/${id}/decline`, { reason: 'Не.' }),
      await call('boris', `/reviews/${id}/draft`, { method: 'PUT', body: written(9), headers: any }),
      await post('boris', `/reviews/${id}/submit`, {}, any),
      await post('boris', `/reviews/${id}/amend`, { ...written(9), reason: 'Ипак.' }, any),
      await call('boris', `/panels/${here.panelId}/applications/${application}/reviews`),
    ];
    expect(refused.map(({ status }) => status)).toEqual(refused.map(() => 404));
    for (const { text } of refused) expect(text).not.toContain(application);
    const once = await post('admin', `/panels/${here.panelId}/applications/${application}/assignments`, {
      reviewer: panel.person('boris'),
    });
    expect({ status: once.status, reason: once.reason }).toEqual({ status: 409, reason: 'reviewer_bound' });
  }, 60_000);
});

describe('an application that is read without names', () => {
  it('names nobody in any answer', async () => {
    const here = await panel.selection(1, { anonymous: ['names', 'institutions'] });
    const application = here.ids[0] ?? '';
    const applicant = await panel.applicantOf(application);
    await panel.scene.http.owner.query(
      'update persons set native_family = $2, latin_family = $3, latin_given = $3 where id = $1',
      [applicant, FAMILY, LATIN],
    );
    await panel.lead(here, 'open_reviewing');
    const id = await panel.give(here, 'boris', application);
    const { rows } = await panel.scene.http.owner.query<{ number: string }>(
      'select number from applications where id = $1',
      [application],
    );
    const hidden = [
      rows[0]?.number ?? '',
      FAMILY,
      LATIN,
      applicant,
      'Универзитет у Београду',
      'University of Belgrade',
      'ana@example.org',
    ];
    const file = await call('boris', `/reviews/${id}/file`);
    expect(file.status).toBe(200);
    const { documents, sections } = file.body as {
      documents: { requirement: string; fileName: string }[];
      sections: object[];
    };
    expect(sections.length).toBeGreaterThan(0);
    const own = await call('boris', `/reviews/${id}`);
    expect(own.body).toMatchObject({ application: null, candidate: { number: null, pseudonym: 1 } });
    const ofReviewer = [await call('boris', '/reviews'), own, file];
    for (const { requirement } of documents) {
      const document = await call('boris', `/reviews/${id}/file/${requirement}`);
      expect(document.status).toBe(200);
      ofReviewer.push(document);
    }
    for (const { text } of ofReviewer) expect(text).not.toContain(application);

    await handIn('boris', id, 7);
    const said = [
      ...ofReviewer,
      await call('boris', `/reviews/${id}`),
      await call('boris', '/panels'),
      await call('boris', `/panels/${here.panelId}`),
      await call('ana', `/panels/${here.panelId}`),
      await call('boris', `/panels/${here.panelId}/applications/${application}/reviews`),
    ];
    for (const { status, text } of said) {
      expect(status).toBe(200);
      for (const word of hidden) expect(text).not.toContain(word);
    }
    // What one would write of oneself is there, or nothing would be hidden from anybody.
    expect((await call('admin', `/panels/${here.panelId}`)).text).toContain(rows[0]?.number);
  }, 60_000);

  it('and one that is read with names has no such file', async () => {
    const { here, application } = await reviewing();
    const id = await panel.give(here, 'ana', application);
    expect((await call('ana', `/reviews/${id}/file`)).status).toBe(404);
  }, 60_000);
});

describe('what is not somebody’s', () => {
  it('is refused at the door or not there, and nothing is done', async () => {
    const { here, application } = await reviewing();
    const other = await panel.selection(1);
    const id = await panel.give(here, 'ana', application);
    const aside = await panel.give(here, 'vera', application);
    // Of this panel no more.
    await panel.scene.http.owner.query(
      "update role_grants set valid_until = '2001-01-01' where person_id = $1 and call_id = $2",
      [panel.person('boris'), other.callId],
    );
    const assignments = `/panels/${here.panelId}/applications/${application}/assignments`;
    const someone = { reviewer: panel.person('boris') };
    const reason = { reason: 'Због овога.' };
    const any = { 'if-match': '*' };
    const routes: Readonly<Record<string, (who: string | null) => Promise<Said>>> = {
      'panel.read': (who) => call(who, `/panels/${here.panelId}`),
      'panel.assign': (who) => post(who, assignments, someone),
      'panel.assign, to look': (who) => call(who, assignments),
      'review.read': (who) => call(who, `/reviews/${id}`),
      'review.read_content': (who) =>
        call(who, `/panels/${here.panelId}/applications/${application}/reviews`),
      'review.read_file': (who) => call(who, `/reviews/${id}/file`),
      'review.answer': (who) => post(who, `/reviews/${id}/accept`),
      'review.answer, no': (who) => post(who, `/reviews/${id}/decline`, reason),
      'review.write': (who) =>
        call(who, `/reviews/${id}/draft`, { method: 'PUT', body: written(9), headers: any }),
      'review.write, whole': (who) => post(who, `/reviews/${id}/submit`, {}, any),
      'review.amend': (who) => post(who, `/reviews/${id}/amend`, { ...written(9), ...reason }, any),
      'review.withdraw': (who) => post(who, `/reviews/${id}/withdraw`, reason),
      'review.replace': (who) => post(who, `/reviews/${id}/replace`, someone),
    };
    const answers = async (who: string | null) =>
      Object.fromEntries(
        await Promise.all(
          Object.entries(routes).map(async ([action, ask]) => [action, (await ask(who)).status] as const),
        ),
      );
    const all = (status: number) => Object.fromEntries(Object.keys(routes).map((action) => [action, status]));

    expect(await answers(null)).toEqual(all(401));
    // The applicant, and a coordinator.
    expect(await answers(application)).toEqual(all(403));
    expect(await answers('home')).toEqual(all(403));
    expect(await answers('vera')).toEqual({
      ...all(404),
      'panel.read': 200,
      'panel.assign': 403,
      'panel.assign, to look': 403,
      'review.withdraw': 403,
      'review.replace': 403,
    });
    const scopeless = await call('ana', `/reviews/${id}`, { scope: 'panels:write' });
    expect({ status: scopeless.status, reason: scopeless.reason }).toEqual({
      status: 403,
      reason: 'token_scope',
    });
    // Whoever keeps a panel assesses nothing, and reads nothing that was said.
    for (const action of ['review.read_content', 'review.read_file', 'review.answer', 'review.write'])
      expect([action, (await routes[action]?.('admin'))?.status]).toEqual([action, 403]);
    expect((await call('admin', `/reviews/${id}`)).status).toBe(404);
    expect(items(await call('admin', '/reviews'))).toEqual([]);
    expect((await call('boris', `/panels/${other.panelId}`)).status).toBe(404);
    expect(idsOf(await call('boris', '/panels'))).not.toContain(other.panelId);
    expect([await stateOf(id), await stateOf(aside)]).toEqual(['assigned', 'assigned']);
  }, 60_000);

  it('is not written before the panel reviews', async () => {
    const here = await panel.selection(1);
    const id = await panel.give(here, 'ana', here.ids[0] ?? '');
    const { tag } = await call('ana', `/reviews/${id}`);
    const early = await put('ana', `/reviews/${id}/draft`, tag, written(9));
    expect({ status: early.status, reason: early.reason }).toEqual({
      status: 403,
      reason: 'panel_not_reviewing',
    });
  }, 60_000);
});

describe('malformed input', () => {
  let id: Id;
  let here: Selection;
  beforeAll(async () => {
    const made = await reviewing();
    here = made.here;
    id = await panel.give(here, 'ana', made.application);
  }, 60_000);

  const score = (more: object) => ({ ...written(8), scores: [{ criterion: FIRST, ...more }] });
  it.each([
    ['no scores', {}, 'scores'],
    ['scores that are none', { scores: 'many' }, 'scores'],
    ['too many scores', { scores: Array.from({ length: 101 }, () => ({ criterion: FIRST })) }, 'scores'],
    ['a score of a text', score({ value: 'eight' }), 'scores.0.value'],
    ['a score of a part', score({ value: 7.5 }), 'scores.0.value'],
    ['a score beyond the scale', score({ value: 1000 }), `scores.${FIRST}.value`],
    ['a score below it', score({ value: -1 }), `scores.${FIRST}.value`],
    ['a number beyond numbers', score({ value: 1e300 }), `scores.${FIRST}.value`],
    ['words that are none', score({ comment: { a: 1 } }), 'scores.0.comment'],
    ['words without an end', score({ comment: 'а'.repeat(4001) }), 'scores.0.comment'],
    ['a criterion of no call', { scores: [{ criterion: 'beauty', value: 1 }] }, 'scores.0.criterion'],
    ['a criterion of an object', { scores: [{ criterion: '__proto__', value: 1 }] }, 'scores.0.criterion'],
    ['a criterion twice', { scores: [{ criterion: FIRST }, { criterion: FIRST }] }, 'scores.1.criterion'],
    ['a recommendation of one’s own', { scores: [], recommendation: 'perhaps' }, 'recommendation'],
    ['a field that nobody knows', { scores: [], points: 100_000 }, 'points'],
  ])('%s is told at its field', async (_what, body, field) => {
    const { status, fields } = await put('ana', `/reviews/${id}/draft`, '*', body);
    expect({ status, fields }).toEqual({ status: 422, fields: expect.arrayContaining([field]) });
  });

  it.each([
    ['what is not JSON', '{"scores": ['],
    ['a list', '[]'],
    ['nothing', 'null'],
    ['a character that no text holds', JSON.stringify({ scores: [], overall: 'a\u0000b' })],
    ['half of a character', '{"scores": [], "overall": "\\ud800"}'],
    ['a nameless criterion', '{"scores": [null, 7, []]}'],
  ])('%s is refused', async (_what, body) => {
    expect([400, 422]).toContain((await put('ana', `/reviews/${id}/draft`, '*', body)).status);
  });

  it('never finds what has no such name, nor falls over it', async () => {
    const reviewer = { reviewer: 'nobody' };
    const application = here.ids[0] ?? '';
    const assignments = (which: string) => `/panels/${which}/applications/${application}/assignments`;
    expect((await post('admin', assignments(here.panelId), reviewer)).fields).toEqual(['reviewer']);
    expect((await post('admin', `/reviews/${id}/replace`, reviewer)).fields).toEqual(['reviewer']);
    for (const name of ['1', newId(), '%00', "'; drop table reviews", '%F0%9F%8C%89'].map(encodeOnce)) {
      const said = [
        await call('admin', `/panels/${name}`),
        await call('admin', assignments(name)),
        await call('ana', `/reviews/${name}`),
        await call('ana', `/reviews/${id}/file/${name}`),
        await post('ana', `/reviews/${name}/accept`),
        await call('ana', `/panels/${here.panelId}/applications/${name}/reviews`),
        await post('admin', `/panels/${here.panelId}/applications/${name}/assignments`, {
          reviewer: panel.person('ana'),
        }),
      ];
      for (const { status } of said) expect([400, 404, 422]).toContain(status);
    }
    expect(await stateOf(id)).toBe('assigned');
  }, 60_000);
});

const encodeOnce = (name: string) => (name.startsWith('%') ? name : encodeURIComponent(name));
