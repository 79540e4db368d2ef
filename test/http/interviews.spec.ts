import { buffer } from 'node:stream/consumers';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { WithdrawApplication } from '../../src/applications/public.js';
import { Translator } from '../../src/platform/i18n/translator.js';
import { ExportPerson } from '../../src/privacy/public.js';
import { AnswerInterview, ArrangeInterviews, KeepInterviews } from '../../src/reviews/public.js';
import { SettableClock } from '../../src/shared/clock.js';
import type { Id } from '../../src/shared/ids.js';
import { daysLater, wallTime } from '../../src/shared/zoned-time.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { PanelScene, refusal } from './panel-scene.js';
import type { Selection } from './panel-scene.js';

/** Talks with applicants: times, invitations, calendars, and nobody in two places at once. */

const ZONE = 'Europe/Belgrade';
const DAY_MS = 86_400_000;

let panel: PanelScene;

beforeAll(async () => {
  panel = await PanelScene.start();
}, 120_000);

afterAll(async () => {
  await expectInvariants(panel.scene.http.owner);
  await panel.scene.stop();
});

const arranging = () => panel.scene.http.app.get(ArrangeInterviews);
const answering = () => panel.scene.http.app.get(AnswerInterview);
const applicant = async (id: Id) => panel.scene.as(await panel.applicantOf(id));
let nextDay = 2;

/** A day of its own for each time, so that no test is in the way of another. */
function day(ahead: number): { date: string; typed: Record<string, string> } {
  const at = daysLater(wallTime(new Date(), ZONE).day, ahead);
  const [year = '', month = '', number = ''] = at.split('-');
  return {
    date: `${number} ${month} ${year}`,
    typed: { 'date-day': number, 'date-month': month, 'date-year': year },
  };
}
const timeOf = (members: readonly string[], change: Partial<Record<string, string>> = {}) => ({
  date: day((nextDay += 1)).date,
  time: '10:30',
  minutes: '30',
  place: 'Сала 3',
  link: '',
  ...change,
  members: members.map((who) => panel.person(who)),
});

async function reviewing(
  count: number,
  more: Parameters<PanelScene['selection']>[2] = {},
): Promise<Selection> {
  const here = await panel.selection(count, { interview: true }, more);
  await panel.lead(here, 'open_reviewing');
  return here;
}
const offer = async (here: Selection, members: readonly string[], change = {}) =>
  (await arranging().offer(await panel.as('secretary'), here.panelId, timeOf(members, change))).id;
const invite = async (here: Selection, applicationId: Id, slotId = '') =>
  (await arranging().invite(await panel.as('secretary'), here.panelId, { applicationId, slotId })).id;

describe('an interview', () => {
  it('is arranged on the pages, with its mails and entries for calendars', async () => {
    const here = await reviewing(2);
    const [first = '', second = ''] = here.ids;
    const { scene } = panel;
    const page = `/reviews/panels/${here.panelId}/interviews`;
    expect((await scene.browser('secretary').open(`/reviews/panels/${here.panelId}`)).body).toContain(page);
    for (const who of ['ana', 'vera']) expect((await scene.browser(who).open(page)).status).toBe(200);
    expect((await scene.browser('home').open(page)).status).toBeGreaterThanOrEqual(403);

    const wrong = await scene.send('secretary', page, `${page}/times`, {
      ...day(30).typed,
      time: '25:00',
      minutes: '1',
      place: '',
      link: 'javascript:alert(1)',
    });
    expect(wrong.status).toBe(422);
    for (const words of ['Write the time', 'from 5 to 480', 'begins with https://', 'javascript:alert(1)']) {
      expect(wrong.body).toContain(words);
    }
    expect(wrong.body).not.toContain('href="javascript');
    const made = await scene.send('secretary', page, `${page}/times`, [
      ...Object.entries(day(31).typed),
      ['time', '9.15'],
      ['minutes', '45'],
      ['place', 'Сала 3, Београд'],
      ['members', panel.person('ana')],
      ['members', panel.person('boris')],
    ]);
    expect(made.status).toBe(303);
    const { rows: slots } = await scene.http.owner.query<{ id: Id; at: Date }>(
      'select id, starts_at as at from interview_slots where panel_id = $1',
      [here.panelId],
    );
    const [slot] = slots;
    expect(wallTime(slot?.at ?? new Date(), ZONE).time).toBe('09:15');

    expect((await scene.send('ana', page, `${page}/invite`, { application: first })).status).toBe(403);
    expect((await scene.send('secretary', page, `${page}/invite`, { application: first })).status).toBe(303);
    const again = await scene.send('secretary', page, `${page}/invite`, { application: first });
    expect(again.status).toBe(409);
    const { rows } = await scene.http.owner.query<{ id: Id }>(
      'select id from interviews where application_id = $1',
      [first],
    );
    const id = rows[0]?.id ?? '';
    expect((await panel.mails(['interview.invited'], id)).map(({ template }) => template)).toEqual([
      'interview_invited',
    ]);
    // Nobody else's: neither to read nor to answer.
    expect(await refusal(answering().choose(await applicant(second), id, slot?.id ?? ''))).toBe('not_found');
    await answering().choose(await applicant(first), id, slot?.id ?? '');
    const mails = await panel.mails(['interview.scheduled'], id);
    expect(mails.map(({ person }) => person).sort()).toEqual(
      [await panel.applicantOf(first), panel.person('ana'), panel.person('boris')].sort(),
    );
    for (const { data } of mails) {
      expect(JSON.parse(data)).toMatchObject({
        calendar: { method: 'REQUEST', sequence: 0, minutes: 45, start: slot?.at.toISOString() },
      });
      expect((JSON.parse(data) as { calendar: { uid: string } }).calendar.uid).toMatch(new RegExp(`^${id}@`));
    }
    // To the applicant it is not said who will be there.
    const toApplicant = mails.find(
      ({ person }) => person !== panel.person('ana') && person !== panel.person('boris'),
    );
    const { rows: names } = await scene.http.owner.query<{ name: string }>(
      'select native_family as name from persons where id = $1',
      [panel.person('ana')],
    );
    expect(toApplicant?.data).not.toContain(names[0]?.name ?? '');

    // The same hour elsewhere: another version of the same entry, and out of the calendar of who is not there any more.
    await arranging().change(await panel.as('secretary'), here.panelId, slot?.id ?? '', {
      ...timeOf(['ana']),
      date: day(31).date,
      time: '9:15',
      place: 'Сала 4',
    });
    const changed = (await panel.mails(['interview.scheduled'], id)).filter(({ data }) =>
      data.includes('Сала 4'),
    );
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.every(({ data }) => data.includes('"sequence": 1'))).toBe(true);
    const off = await panel.mails(['interview.called_off'], id);
    expect(off.map(({ person }) => person)).toEqual([panel.person('boris')]);
    expect(off[0]?.data).toContain('"CANCEL"');

    await arranging().cancel(await panel.as('secretary'), id, 'Зграда је затворена.');
    const cancelled = (await panel.mails(['interview.called_off'], id)).filter(({ data }) =>
      data.includes('"sequence": 2'),
    );
    expect(cancelled).toHaveLength(2);
    expect(cancelled.every(({ data }) => data.includes('"CANCEL"'))).toBe(true);
    expect(cancelled[0]?.data).toContain('Зграда је затворена.');
  }, 60_000);

  it('is confirmed, asked to be another time, and moved', async () => {
    const here = await reviewing(1);
    const [id = ''] = here.ids;
    const one = await offer(here, ['ana']);
    const other = await offer(here, ['boris']);
    const interview = await invite(here, id, one);
    await answering().confirm(await applicant(id), interview);
    expect(await refusal(answering().confirm(await applicant(id), interview))).toBe('wrong_state');
    expect(await refusal(answering().askOther(await applicant(id), interview, ' '))).toBe('reason required');
    await answering().askOther(await applicant(id), interview, 'Имам испит.');
    expect((await panel.mails(['interview.change_asked'], interview)).map(({ person }) => person)).toEqual([
      panel.person('secretary'),
    ]);
    // Theirs until it is answered.
    expect(await refusal(arranging().withdraw(await panel.as('admin'), here.panelId, one))).toBe(
      'slot_taken',
    );
    await arranging().move(await panel.as('admin'), interview, other);
    const off = await panel.mails(['interview.called_off'], interview);
    expect(off.map(({ person }) => person)).toEqual([panel.person('ana')]);
    await arranging().withdraw(await panel.as('admin'), here.panelId, one);
    // What was let go of and taken again is a later version in every calendar.
    await arranging().move(await panel.as('admin'), interview, '');
    await answering().choose(await applicant(id), interview, other);
    const sequences = (await panel.mails(['interview.scheduled'], interview)).map(
      ({ data }) => (JSON.parse(data) as { calendar: { sequence: number } }).calendar.sequence,
    );
    expect(Math.max(...sequences)).toBe(3);
    expect(await refusal(arranging().attend(await panel.as('admin'), interview, true))).toBe(
      'interview_not_begun',
    );
    const later = {
      ...(await panel.as('admin')),
      clock: new SettableClock(new Date(Date.now() + 400 * DAY_MS)),
    };
    await arranging().attend(later, interview, true);
    const { rows } = await panel.scene.http.owner.query<{ state: string }>(
      'select state from interviews where id = $1',
      [interview],
    );
    expect(rows).toEqual([{ state: 'held' }]);
  }, 60_000);

  it('is seen by the applicant by the clocks of the call and by their own', async () => {
    const { scene } = panel;
    await scene.signIn('student', 'student@rs.demo');
    const here = await reviewing(0, { applicants: [panel.person('student')], timeZone: 'Europe/Moscow' });
    const [id = ''] = here.ids;
    await offer(here, ['ana']);
    await invite(here, id);
    const page = `/applications/${id}/interview`;
    const open = await scene.browser('student').open(page);
    const [slot] = (
      await scene.http.owner.query<{ id: Id; at: Date }>(
        'select id, starts_at as at from interview_slots where panel_id = $1',
        [here.panelId],
      )
    ).rows;
    const translator = scene.http.app.get(Translator);
    for (const zone of [ZONE, 'Europe/Moscow']) {
      expect(open.body).toContain(translator.dateTime('en', slot?.at ?? new Date(), zone));
    }
    const interview = /name="slot-([^"]+)"/.exec(open.body)?.[1] ?? '';
    const none = await scene.send('student', page, `${page}/${interview}/choose`, {});
    expect(none.status).toBe(422);
    const chosen = await scene.send('student', page, `${page}/${interview}/choose`, {
      [`slot-${interview}`]: slot?.id ?? '',
    });
    expect(chosen.status).toBe(303);
    expect((await scene.browser('student').open(page)).body).toContain('Your interview is at this time.');
    expect((await scene.browser('student').open(`/applications/${id}`)).body).toContain(page);
    const other = await scene.send('student', page, `${page}/${interview}/other`, {
      [`reason-${interview}`]: '',
    });
    expect(other.status).toBe(422);
    for (const who of ['ana', 'secretary', 'home']) {
      expect((await scene.browser(who).open(page)).status).toBeGreaterThanOrEqual(403);
    }
  }, 60_000);

  it('is given to one of twenty who ask at once, and nobody is in two places', async () => {
    const here = await reviewing(20);
    const slot = await offer(here, ['ana']);
    const invited: { id: Id; who: Id }[] = [];
    for (const id of here.ids) invited.push({ id: await invite(here, id), who: id });
    const requests = await Promise.all(invited.map(({ who }) => applicant(who)));
    const tries = await Promise.allSettled(
      invited.map(({ id }, index) => answering().choose(requests[index] ?? panel.scene.as(''), id, slot)),
    );
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const refused of tries) {
      if (refused.status === 'rejected') expect(refused.reason).toMatchObject({ reason: 'slot_taken' });
    }
    const { rows } = await panel.scene.http.owner.query<{ count: number }>(
      'select count(*)::integer as count from interviews where slot_id = $1',
      [slot],
    );
    expect(rows).toEqual([{ count: 1 }]);

    // The same member in two panels at once, whoever offers first.
    const there = await reviewing(1);
    const when = timeOf(['boris']);
    const offers = await Promise.allSettled(
      Array.from({ length: 20 }, async (_each, index) =>
        arranging().offer(await panel.as('secretary'), index % 2 ? here.panelId : there.panelId, {
          ...when,
          time: index % 3 ? '10:30' : '10:45',
        }),
      ),
    );
    expect(offers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const refused of offers) {
      if (refused.status === 'rejected') expect(refused.reason).toMatchObject({ reason: 'member_elsewhere' });
    }
    // One applicant of two panels, at overlapping times.
    const busy = await panel.applicantOf(invited[1]?.who ?? '');
    const elsewhere = await reviewing(0, { applicants: [busy] });
    const [mine = ''] = elsewhere.ids;
    const early = timeOf(['vera']);
    const first = (await arranging().offer(await panel.as('secretary'), here.panelId, early)).id;
    const second = (
      await arranging().offer(await panel.as('secretary'), elsewhere.panelId, {
        ...early,
        time: '10:50',
        members: [panel.person('ana')],
      })
    ).id;
    await arranging().move(await panel.as('secretary'), invited[1]?.id ?? '', first);
    expect(await refusal(invite(elsewhere, mine, second))).toBe('applicant_elsewhere');
  }, 120_000);

  it('is reminded of once, a day before, and ends with its application and its panel', async () => {
    const here = await reviewing(2);
    const [first = '', second = ''] = here.ids;
    const slot = await offer(here, ['ana']);
    const interview = await invite(here, first, slot);
    const kept = await invite(here, second, await offer(here, ['boris']));
    const { rows } = await panel.scene.http.owner.query<{ at: Date }>(
      'select starts_at as at from interview_slots where id = $1',
      [slot],
    );
    const start = rows[0]?.at.getTime() ?? 0;
    const keep = panel.scene.http.app.get(KeepInterviews);
    await keep.run(new SettableClock(new Date(start - 2 * DAY_MS)));
    expect(await panel.mails(['interview.due_soon'], interview)).toEqual([]);
    await keep.run(new SettableClock(new Date(start - DAY_MS / 2)));
    await keep.run(new SettableClock(new Date(start - DAY_MS / 3)));
    const mails = await panel.mails(['interview.due_soon'], interview);
    expect(mails.map(({ person }) => person).sort()).toEqual(
      [await panel.applicantOf(first), panel.person('ana')].sort(),
    );
    await panel.scene.http.app.get(WithdrawApplication).run(await applicant(first), first);
    const stateOf = async (id: Id) =>
      (
        await panel.scene.http.owner.query<{ state: string }>('select state from interviews where id = $1', [
          id,
        ])
      ).rows[0]?.state;
    expect(await stateOf(interview)).toBe('cancelled');
    expect(await stateOf(kept)).toBe('proposed');
    await panel.review(here, 'boris', second, 8);
    await panel.lead(here, 'close');
    expect(await stateOf(kept)).toBe('cancelled');
  }, 60_000);

  it('is noted by members, who read one another’s notes once their own review is in', async () => {
    const here = await reviewing(1);
    const [id = ''] = here.ids;
    const { scene } = panel;
    const interview = await invite(here, id, await offer(here, ['ana', 'boris']));
    await panel.give(here, 'boris', id);
    const page = `/reviews/panels/${here.panelId}/interviews`;
    const sent = await scene.send('ana', page, `${page}/${interview}/notes`, {
      [`text-${interview}`]: 'ТАЈНА БЕЛЕШКА',
      [`language-${interview}`]: 'sr-Cyrl',
    });
    expect(sent.status).toBe(303);
    expect((await scene.browser('ana').open(page)).body).toContain('ТАЈНА БЕЛЕШКА');
    for (const who of ['boris', 'vera', 'secretary', 'admin']) {
      expect((await scene.browser(who).open(page)).body).not.toContain('ТАЈНА БЕЛЕШКА');
    }
    await panel.lead(here, 'open_discussion');
    expect((await scene.browser('vera').open(page)).body).toContain('ТАЈНА БЕЛЕШКА');
    expect((await scene.browser('boris').open(page)).body).not.toContain('ТАЈНА БЕЛЕШКА');
    // The copy of what is held about the applicant has the talk, and nothing of what was noted.
    const { content } = await scene.http.app
      .get(ExportPerson)
      .run(await applicant(id), await panel.applicantOf(id));
    const data = strFromU8(unzipSync(await buffer(content))['data.json'] ?? new Uint8Array());
    expect(JSON.parse(data)).toMatchObject({
      interviews: [{ applicationId: id, state: 'proposed', minutes: 30, place: 'Сала 3' }],
    });
    expect(data).not.toContain('ТАЈНА БЕЛЕШКА');
    const conflict = `/applications/${id}/review/conflict`;
    await scene.send('vera', conflict, conflict, { kind: 'supervision' });
    expect((await scene.browser('vera').open(page)).body).not.toMatch(/ТАЈНА|RS-2/);
    expect(
      await refusal(answering().note(await panel.as('vera'), interview, { text: 'x', language: 'ru' })),
    ).toBe('not_found');
  }, 60_000);

  it('is none where the call has none, and nobody who is bound talks to the applicant', async () => {
    const here = await panel.selection(1);
    const [id = ''] = here.ids;
    expect((await panel.scene.browser('ana').open(`/reviews/panels/${here.panelId}/interviews`)).status).toBe(
      404,
    );
    expect(await refusal(invite(here, id))).toBe('call_without_interviews');
    const there = await reviewing(1);
    const [other = ''] = there.ids;
    const conflict = `/applications/${other}/review/conflict`;
    await panel.scene.send('vera', conflict, conflict, { kind: 'supervision' });
    const slot = await offer(there, ['vera']);
    expect(await refusal(invite(there, other, slot))).toBe('reviewer_bound');
    const interview = await invite(there, other);
    expect(await refusal(answering().choose(await applicant(other), interview, slot))).toBe('slot_taken');
    // Who wrote it together with the applicant is bound as they are.
    const written = await offer(there, ['boris']);
    const authors = (ids: readonly Id[]) =>
      panel.scene.http.owner.query('update applications set co_authors = $2 where id = $1', [other, ids]);
    await authors([panel.person('boris')]);
    expect(await refusal(answering().choose(await applicant(other), interview, written))).toBe('slot_taken');
    expect(await refusal(arranging().move(await panel.as('secretary'), interview, written))).toBe(
      'reviewer_bound',
    );
    // Nor does such a one arrange it for the panel.
    await authors([panel.person('secretary')]);
    const secretary = await panel.as('secretary');
    for (const act of [
      () => arranging().move(secretary, interview, written),
      () => arranging().cancel(secretary, interview, 'Нема потребе.'),
    ])
      expect(await refusal(act())).toBe('separation_of_duties');
    await authors([]);
  }, 60_000);
});
