import { buffer } from 'node:stream/consumers';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ExportPerson } from '../../src/privacy/public.js';
import { DiscussApplication, KeepDiscussions, SumUpApplication } from '../../src/reviews/public.js';
import { Database } from '../../src/platform/database/database.js';
import { SettableClock } from '../../src/shared/clock.js';
import type { RequestContext } from '../../src/shared/request-context.js';
import type { Id } from '../../src/shared/ids.js';
import { standardSelection } from '../../src/calls/public.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { PanelScene, refusal } from './panel-scene.js';
import type { Selection } from './panel-scene.js';

/** What a panel says of an application when its reviews are in, and what its lead sums up. */

let panel: PanelScene;

beforeAll(async () => {
  panel = await PanelScene.start();
}, 120_000);

afterAll(async () => {
  await expectInvariants(panel.scene.http.owner);
  await panel.scene.stop();
});

const discussing = () => panel.scene.http.app.get(DiscussApplication);
const summing = () => panel.scene.http.app.get(SumUpApplication);
const pathOf = ({ panelId }: Selection, id: Id, page = 'discussion') =>
  `/reviews/panels/${panelId}/applications/${id}/${page}`;
const open = (who: string, path: string) => panel.scene.browser(who).open(path);
const say = async (who: string, here: Selection, id: Id, text: string) =>
  discussing().write(await panel.as(who), here.panelId, id, { text, language: 'sr-Cyrl' });

/** Everything that a person gets as a copy of what is held about them, but for the paper. */
async function copyOf(request: RequestContext, person: Id): Promise<string> {
  const { content } = await panel.scene.http.app.get(ExportPerson).run(request, person);
  const files = unzipSync(await buffer(content));
  return Object.entries(files)
    .filter(([name]) => !name.endsWith('.pdf'))
    .map(([, bytes]) => strFromU8(bytes))
    .join('\n');
}

describe('a discussion', () => {
  it('begins with its phase, for those whose own review is in, and is kept from everybody else', async () => {
    const here = await panel.selection(1);
    const [id = ''] = here.ids;
    await panel.lead(here, 'open_reviewing');
    await panel.review(here, 'ana', id, 9);
    const boriss = await panel.give(here, 'boris', id);
    expect(await refusal(say('ana', here, id, 'Рано.'))).toBe('not_found');
    await panel.lead(here, 'open_discussion');
    await say('ana', here, id, 'ТАЈНА РЕЧ о плану.');
    // Boris owes his own; vera owes none; the others are no members.
    expect((await open('boris', pathOf(here, id))).status).toBe(404);
    expect((await open('boris', '/reviews')).body).not.toContain(pathOf(here, id));
    expect(await refusal(say('boris', here, id, 'И ја.'))).toBe('not_found');
    for (const who of ['admin', 'secretary', 'home']) {
      expect((await open(who, pathOf(here, id))).status).toBeGreaterThanOrEqual(403);
    }
    const veras = await open('vera', '/reviews');
    expect(veras.body).toContain('1 unread entry');
    const page = await open('vera', pathOf(here, id));
    expect(page.body).toContain('ТАЈНА РЕЧ');
    expect(page.body).toMatch(/<p[^>]* lang="sr-Cyrl">ТАЈНА/);
    expect((await open('vera', '/reviews')).body).not.toContain('unread');
    await panel.handIn('boris', boriss, 5);
    expect((await open('boris', `/reviews/${boriss}`)).body).toContain(pathOf(here, id));
    expect((await open('boris', pathOf(here, id))).body).toContain('ТАЈНА РЕЧ');

    // Neither by the applicant's pages nor by any copy of anybody's data.
    const applicant = await panel.applicantOf(id);
    expect(await copyOf(panel.scene.as(applicant), applicant)).not.toContain('ТАЈНА');
    for (const path of ['', '/history', '/messages']) {
      const answer = await panel.scene.api(id, `/applications/${id}${path}`);
      expect(JSON.stringify(answer.body)).not.toMatch(/ТАЈНА|discussion/);
    }
    expect(await copyOf(await panel.as('boris'), panel.person('boris'))).not.toContain('ТАЈНА');

    // Read after the end, and nothing more said.
    await panel.lead(here, 'close');
    const closed = await open('vera', pathOf(here, id));
    expect(closed.body).toContain('ТАЈНА РЕЧ');
    expect(closed.body).toContain('The discussion is over.');
    expect(await refusal(say('vera', here, id, 'Касно.'))).toBe('wrong_state');
  }, 60_000);

  it('is written on its page, keeps what was typed, and strikes out only what is one’s own', async () => {
    const here = await panel.selection(1);
    const [id = ''] = here.ids;
    const { scene } = panel;
    await panel.lead(here, 'open_reviewing');
    await panel.review(here, 'ana', id, 9);
    await panel.lead(here, 'open_discussion');
    const path = pathOf(here, id);
    const empty = await scene.send('ana', path, path, { text: ' ', language: 'ru' });
    expect(empty.status).toBe(422);
    const strange = await scene.send('ana', path, path, { text: 'Слово остаје.', language: 'xx' });
    expect(strange.status).toBe(422);
    expect(strange.body).toContain('Слово остаје.');
    const long = await scene.send('ana', path, path, { text: 'a'.repeat(4001), language: 'ru' });
    expect(long.status).toBe(422);
    const sent = await scene.send('ana', path, path, { text: 'Прво\r\nдруго <b>', language: 'ru' });
    expect(sent.status).toBe(303);
    const page = await open('ana', path);
    expect(page.body).toMatch(/lang="ru">Прво<br>друго &lt;b&gt;/);
    const entry = /name="entry" value="([^"]+)"/.exec(page.body)?.[1] ?? '';
    // Nobody strikes out what another said, by whatever address.
    expect((await open('vera', path)).body).not.toContain('name="entry"');
    expect(await refusal(discussing().strike(await panel.as('vera'), here.panelId, id, entry))).toBe(
      'out_of_scope',
    );
    expect((await scene.send('ana', path, `${path}/strike`, { entry })).status).toBe(303);
    const after = await open('vera', path);
    expect(after.body).toContain('<del>Прво');
    expect(after.body).toContain('Struck out by its author');
    expect((await scene.send('ana', path, `${path}/strike`, { entry })).status).toBe(409);
    expect((await scene.send('ana', path, `${path}/strike`, { entry: 'x' })).status).toBe(404);
    const { rows } = await scene.http.owner.query<{ action: string }>(
      "select action from audit_entries where subject_id = $1 and action like 'discussion.%' order by id",
      [here.panelId],
    );
    expect(rows.map(({ action }) => action)).toEqual(['discussion.write', 'discussion.strike']);
  }, 60_000);

  it('is shut for whoever declares a tie, also where they have spoken', async () => {
    const here = await panel.selection(1);
    const [id = ''] = here.ids;
    const { scene } = panel;
    await panel.lead(here, 'open_reviewing');
    await panel.review(here, 'ana', id, 9);
    await panel.review(here, 'vera', id, 8);
    await panel.lead(here, 'open_discussion');
    await say('ana', here, id, 'Остаје.');
    await say('vera', here, id, 'Нека стоји.');
    const conflict = `/applications/${id}/review/conflict`;
    await scene.send('vera', conflict, conflict, { kind: 'supervision' });
    expect((await open('vera', pathOf(here, id))).status).toBe(404);
    expect((await open('vera', '/reviews')).body).not.toContain(pathOf(here, id));
    expect((await open('ana', pathOf(here, id))).body).toContain('Нека стоји.');
  }, 60_000);

  it('is told of once a day, without a word of it and without a name', async () => {
    const here = await panel.selection(2, { anonymous: ['names'] });
    const [first = '', second = ''] = here.ids;
    await panel.lead(here, 'open_reviewing');
    await panel.review(here, 'ana', first, 9);
    await panel.review(here, 'ana', second, 9);
    const owed = await panel.give(here, 'boris', first);
    await panel.lead(here, 'open_discussion');
    await say('ana', here, first, 'ТАЈНА један.');
    await say('ana', here, first, 'ТАЈНА два.');
    await say('ana', here, second, 'ТАЈНА три.');
    const keep = panel.scene.http.app.get(KeepDiscussions);
    const clock = new SettableClock(new Date());
    await keep.run(clock);
    await keep.run(clock);
    const mails = await panel.mails(['discussion.news'], here.panelId);
    expect(mails.map(({ person }) => person).sort()).toEqual(
      [panel.person('boris'), panel.person('vera')].sort(),
    );
    // Boris owes a review of the first: of that discussion he is told nothing.
    expect(mails.find(({ person }) => person === panel.person('boris'))?.data).toMatch(/\b1 /);
    expect(mails.find(({ person }) => person === panel.person('vera'))?.data).toMatch(/\b3 /);
    const { rows } = await panel.scene.http.owner.query<{ number: string; name: string }>(
      `select a.number, p.native_family as name from applications a join persons p on p.id = a.applicant_id
       where a.call_id = $1 union all select 'ТАЈНА', native_family from persons where id = $2`,
      [here.callId, panel.person('ana')],
    );
    for (const { data } of mails) {
      for (const { number, name } of rows) {
        expect(data).not.toContain(number);
        expect(data).not.toContain(name);
      }
    }
    // What came later is news again, and what was read meanwhile is none.
    await open('vera', pathOf(here, first));
    await open('vera', pathOf(here, second));
    await panel.handIn('boris', owed, 7);
    await say('ana', here, second, 'ТАЈНА четири.');
    await open('vera', pathOf(here, second));
    clock.set(new Date(Date.now() + 86_400_000));
    await keep.run(clock);
    const later = await panel.mails(['discussion.news'], here.panelId);
    expect(later.length).toBe(3);
  }, 60_000);
});

describe('a summary', () => {
  it('is the lead’s to write and the members’ to answer, version by version', async () => {
    const here = await panel.selection(1, { feedback: 'summary' });
    const [id = ''] = here.ids;
    const { scene } = panel;
    await panel.lead(here, 'open_reviewing');
    await panel.review(here, 'ana', id, 9);
    const boriss = await panel.review(here, 'boris', id, 8);
    await panel.review(here, 'vera', id, 3);
    await panel.lead(here, 'open_discussion');
    const path = pathOf(here, id, 'summary');
    const talk = pathOf(here, id);
    // The figures that the lead looks at: how far they lie apart, and who stands out by which rule.
    const figures = await open('ana', talk);
    expect(figures.body).toContain('60 between the highest and the lowest');
    expect(figures.body).toContain('stands apart');
    expect((await open('boris', path)).status).toBe(403);
    expect(
      await refusal(
        summing().save(await panel.as('boris'), here.panelId, id, { text: 'x', feedback: '' }, 0),
      ),
    ).toBe('out_of_scope');
    const words = { text: 'Панел је подељен око плана.', feedback: '', language: 'sr-Cyrl', then: 'submit' };
    const half = await scene.send('ana', path, path, { ...words, revision: '0' });
    expect(half.status).toBe(422);
    expect(half.body).toContain('Панел је подељен око плана.');
    expect((await open('boris', talk)).body).not.toContain('Панел је подељен');
    const stale = await scene.send('ana', path, path, { ...words, revision: '0' });
    expect(stale.status).toBe(412);
    const whole = { ...words, feedback: 'ПОРУКА подносиоцу.', revision: '1' };
    expect((await scene.send('ana', path, path, whole)).status).toBe(303);
    const read = await open('boris', talk);
    expect(read.body).toContain('Панел је подељен око плана.');
    expect(read.body).toContain('ПОРУКА подносиоцу.');
    const answer = { version: '1', 'answer-language': 'ru', remark: '' };
    expect(
      (await scene.send('boris', talk, `${talk}/answer`, { ...answer, answer: 'ask_change' })).status,
    ).toBe(422);
    await scene.send('boris', talk, `${talk}/answer`, {
      ...answer,
      answer: 'ask_change',
      remark: 'План је јасан.',
    });
    await scene.send('vera', talk, `${talk}/answer`, { ...answer, answer: 'agree' });
    expect(
      await refusal(
        summing().answer(await panel.as('ana'), here.panelId, id, {
          version: 1,
          answer: 'agree',
          remark: '',
          language: 'ru',
        }),
      ),
    ).toBe('own_summary');
    const form = await open('ana', path);
    expect(form.body).toContain('План је јасан.');
    const second = { ...whole, text: 'Панел се сложио.', revision: '2', reason: '' };
    expect((await scene.send('ana', path, path, second)).status).toBe(422);
    expect(
      (await scene.send('ana', path, path, { ...second, revision: '3', reason: 'Примедба Б.' })).status,
    ).toBe(303);
    const late = await scene.send('boris', talk, `${talk}/answer`, { ...answer, answer: 'agree' });
    expect(late.status).toBe(412);
    const after = await open('vera', talk);
    expect(after.body).toContain('Панел се сложио.');
    expect(after.body).toContain('Панел је подељен око плана.');
    // To the applicant: nothing before the result is announced, then the last words to them, and nothing else.
    const applicant = await panel.applicantOf(id);
    const toApplicant = () => copyOf(panel.scene.as(applicant), applicant);
    expect(await toApplicant()).not.toMatch(/ПОРУКА|сложио|подељен/);
    await scene.http.owner.query(
      "update applications set state = 'final', result = 'not_selected' where id = $1",
      [id],
    );
    expect(await toApplicant()).toContain('ПОРУКА подносиоцу.');
    expect(await toApplicant()).not.toMatch(/сложио|подељен|План је јасан/);
    const stranger = await panel.scene.http.app
      .get(Database)
      .read(await panel.as('home'), (ctx) => ctx.tx.query<unknown[]>('select from review_feedback'));
    expect(stranger).toEqual([]);
    await scene.http.owner.query("update applications set state = 'in_review', result = null where id = $1", [
      id,
    ]);
    // No score has changed by any of it.
    const { rows } = await scene.http.owner.query<{ points: number }>(
      'select points from reviews where assignment_id = $1',
      [boriss],
    );
    expect(rows).toEqual([{ points: 80_000 }]);
    const mails = await panel.mails(['discussion.summed_up', 'discussion.change_asked'], here.panelId);
    expect(mails.map(({ template, person }) => [template, person])).toEqual(
      [
        ['discussion_change_asked', panel.person('ana')],
        ...[panel.person('boris'), panel.person('vera')].flatMap((who) => [
          ['discussion_summed_up', who],
          ['discussion_summed_up', who],
        ]),
      ].sort((a, b) => (a.join() < b.join() ? -1 : 1)),
    );
    for (const { data } of mails) expect(data).not.toMatch(/подељен|ПОРУКА|План/);
  }, 60_000);

  it('is written by whoever was named for the application, and by nobody who is bound to it', async () => {
    const here = await panel.selection(1);
    const [id = ''] = here.ids;
    const { scene } = panel;
    await panel.lead(here, 'open_reviewing');
    await panel.review(here, 'boris', id, 8);
    const assign = `/reviews/panels/${here.panelId}/applications/${id}`;
    expect((await open('secretary', assign)).body).toContain('Who sums up');
    expect(
      (await scene.send('secretary', assign, `${assign}/lead`, { lead: panel.person('boris') })).status,
    ).toBe(303);
    expect(
      await refusal(discussing().nameLead(await panel.as('ana'), here.panelId, id, panel.person('ana'))),
    ).toBe('no_role');
    expect(
      await refusal(discussing().nameLead(await panel.as('admin'), here.panelId, id, panel.person('admin'))),
    ).toBe('lead not_in_list');
    await panel.lead(here, 'open_discussion');
    await summing().save(await panel.as('boris'), here.panelId, id, { text: 'Одлично.', feedback: '' }, 0);
    expect(
      await refusal(summing().save(await panel.as('ana'), here.panelId, id, { text: 'x', feedback: '' }, 0)),
    ).toBe('out_of_scope');
    const boris = await panel.as('boris');
    const handIn = () =>
      summing().submit(boris, here.panelId, id, { revision: 1, language: 'ru', reason: '' });
    // Of two clicks at once the second would be another version, for which there is no reason.
    const clicks = await Promise.allSettled([handIn(), handIn()]);
    expect(clicks.find(({ status }) => status === 'fulfilled')).toMatchObject({ value: { version: 1 } });
    expect(clicks.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { fields: [{ field: 'reason', problem: 'required' }] },
    });
    // A call without the rule writes nothing to the applicant.
    const { rows } = await scene.http.owner.query('select from review_feedback where panel_id = $1', [
      here.panelId,
    ]);
    expect(rows).toHaveLength(0);
    expect(standardSelection().review).not.toHaveProperty('feedback');
  }, 60_000);
});
