import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { NominateCandidate, SubmitApplication } from '../../src/applications/public.js';
import { MoveCall, standardSelection } from '../../src/calls/public.js';
import { systemContext } from '../../src/platform/database/database.js';
import { systemClock } from '../../src/shared/clock.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { actingAs } from '../factories/acting.js';
import { insertRows } from '../factories/rows.js';
import { OfficeScene } from '../http/office-scene.js';
import { write } from './applicant.js';
import { expectAccessible, openBrowser, PHONE, shot } from './browser.js';
import type { Person, PersonOptions, TestBrowser } from './browser.js';

/** A whole selection of a ranked call by those who make it, from the panel to the seat that somebody gives back. */

const SLUG = 'across-by-merit';
const KEPT = { sr: 'За Нови Сад', ru: 'Для Нови-Сада', en: 'For Novi Sad' };

/** Home, places in the applicant's order, and the points that whoever assesses them gives on every criterion. */
type Candidate = readonly [home: 'belgrade' | 'novi_sad', choices: readonly number[], score: number];
/** Of the second place two equals would like the last seat; of the first one seat is kept for Novi Sad. */
const CANDIDATES: readonly Candidate[] = [
  ['belgrade', [0, 1], 10],
  ['belgrade', [0, 1], 9],
  ['novi_sad', [0], 6],
  ['belgrade', [0], 8],
  ['belgrade', [1], 8],
  ['novi_sad', [1], 8],
  ['belgrade', [2], 7],
  ['belgrade', [2, 3], 5],
  ['novi_sad', [3], 5],
  ['belgrade', [3], 4],
  ['belgrade', [3, 0], 3],
  ['novi_sad', [2], 2],
];
const CAPACITIES = [3, 1, 2, 2] as const;

let scene: OfficeScene;
let browser: TestBrowser;
let callId: Id;
let places: readonly Id[];
const ids: Id[] = [];
const numbers: string[] = [];
const present: Person[] = [];

beforeAll(async () => {
  scene = await OfficeScene.start();
  const { http, world } = scene;
  const homes = {
    belgrade: await world.institution('university-of-belgrade'),
    novi_sad: await world.institution('university-of-novi-sad'),
  };
  const host = await world.institution('lomonosov-moscow-state-university');
  await scene.signIn('admin', 'admin@rs.demo', { role: 'programme_administrator', scope: {} });
  await scene.signIn('secretary', 'secretary@rs.demo', {
    role: 'commission_secretary',
    scope: { country: 'RS' },
  });
  for (const country of ['RS', 'RU']) {
    await scene.signIn(`ministry ${country}`, `ministry@${country.toLowerCase()}.demo`, {
      role: 'ministry_officer',
      scope: { country },
    });
    await scene.signIn(`commission ${country}`, `commission@${country.toLowerCase()}.demo`, {
      role: 'commission_member',
      scope: { country },
    });
  }
  for (const [name, home] of Object.entries(homes)) {
    const email = `coordinator@${name === 'belgrade' ? 'bg' : 'ns'}.rs.demo`;
    await scene.signIn(name, email, { role: 'coordinator', scope: { institution_id: home } });
  }
  for (const email of ['reviewer@rs.demo', 'reviewer@ru.demo', 'professor@rs.demo'])
    await scene.signIn(email, email);
  // The two whose pages are looked at come with a browser.
  for (const email of ['student@rs.demo', 'student2@rs.demo']) await scene.signIn(email, email);
  await http.owner.query('update persons set home_institution_id = null where email not like $1', [
    'student%',
  ]);
  await http.owner.query('update persons set home_institution_id = $1 where email like $2', [
    homes.belgrade,
    'student%',
  ]);

  callId = await world.publishedCall({
    slug: SLUG,
    route: 'ranked',
    maxChoices: 4,
    selection: {
      ...standardSelection(),
      review: { perApplication: 1, bySide: false, anonymous: [], interview: false },
    },
    places: CAPACITIES.map((capacity, index) => ({
      institutionId: host,
      fieldCode: `061${index}`,
      level: 7,
      language: 'en',
      languageLevel: 'B1',
      months: 5,
      services: null,
      capacity,
      reserved:
        index > 0
          ? []
          : [
              {
                id: 'novi_sad',
                label: KEPT,
                count: 1,
                condition: { kind: 'home_institution', institutions: [homes.novi_sad] },
              },
            ],
    })),
  });
  const { rows } = await http.owner.query<{ id: Id }>(
    'select id from call_places where call_id = $1 order by field_code',
    [callId],
  );
  places = rows.map(({ id }) => id);
  for (const [index, [home, choices]] of CANDIDATES.entries()) {
    const wished = choices.map((choice) => places[choice] ?? '');
    const known = { 0: 'student@rs.demo', 3: 'student2@rs.demo' }[index];
    const id = known
      ? await submitAs(scene.people[known] ?? '', wished)
      : ((await scene.submitted(SLUG, homes[home], 1, wished))[0] ?? '');
    ids.push(id);
    await http.app.get(NominateCandidate).run(await actingAs(http.app, scene.people[home] ?? ''), id, {
      placeId: wished[0] ?? '',
      endorsement: '',
    });
  }
  const { rows: numbered } = await http.owner.query<{ id: Id; number: string }>(
    'select id, number from applications where call_id = $1',
    [callId],
  );
  numbers.push(...ids.map((id) => numbered.find((each) => each.id === id)?.number ?? ''));
  await http.owner.query(
    "update calls set opens_at = now() - interval '9 days', closes_at = now() - interval '1 day' where id = $1",
    [callId],
  );
  await http.app.get(MoveCall).moveCall(systemContext(systemClock), callId, 'begin_selection');
  for (const email of ['reviewer@rs.demo', 'reviewer@ru.demo', 'professor@rs.demo']) {
    await insertRows(http.owner, 'role_grants', [
      {
        id: newId(),
        person_id: scene.people[email],
        role: 'reviewer',
        call_id: callId,
        reason: 'test',
        valid_from: new Date('2000-01-01'),
      },
    ]);
  }
  browser = await openBrowser(http.url);
}, 180_000);

afterAll(async () => {
  await browser.close();
  await expectInvariants(scene.http.owner);
  await scene.stop();
}, 60_000);

afterEach(async () => {
  for (const each of present.splice(0)) await each.leave();
});

async function submitAs(person: Id, wished: readonly Id[]): Promise<Id> {
  const id = await scene.draft(person, SLUG, wished);
  await scene.http.app.get(SubmitApplication).run(scene.as(person), id);
  return id;
}

async function somebody(email: string, options: PersonOptions = {}): Promise<Page> {
  const come = await browser.newPerson({ locale: 'en-GB', ...options, as: email });
  present.push(come);
  await come.page.goto('/?lang=en');
  return come.page;
}

/** Presses a button of the page that stands; what is wrong would come back with a list. */
async function press(page: Page, selector: string): Promise<void> {
  await page.locator(selector).first().click();
  await page.waitForLoadState();
  const problems = page.locator('.govuk-error-summary, .most-note--brick');
  if ((await problems.count()) > 0) throw new Error(`${page.url()}: ${await problems.first().innerText()}`);
}

async function stateOf(index: number) {
  const { rows } = await scene.http.owner.query<{
    state: string;
    result: string | null;
    place_id: Id | null;
    place_reserve: string | null;
  }>('select state, result, place_id, place_reserve from applications where id = $1', [ids[index]]);
  const [row] = rows;
  return [
    row?.state,
    row?.result,
    row?.place_id ? places.indexOf(row.place_id) : null,
    row?.place_reserve ?? null,
  ];
}

it('goes from a panel with a conflict to the seat that is given back', async () => {
  // 1. The secretary makes a panel of three, and lets it begin.
  const secretary = await somebody('secretary@rs.demo');
  await secretary.goto('/reviews/panels');
  await write(secretary, {
    call: callId,
    'name.sr': 'Панел',
    'name.ru': 'Группа',
    'name.en': 'The panel',
  });
  await press(secretary, 'main form[action="/reviews/panels"] button');
  const panel = new URL(secretary.url()).pathname;
  expect(panel).toMatch(/^\/reviews\/panels\/[0-9a-f-]{36}$/);
  for (const email of ['reviewer@rs.demo', 'reviewer@ru.demo', 'professor@rs.demo']) {
    await write(secretary, { person: scene.people[email] ?? '' });
    await press(secretary, `form[action="${panel}/seats"] button`);
  }
  await press(secretary, `form[action="${panel}/phase"] button[value=open_reviewing]`);
  await expectAccessible(secretary);
  await shot(secretary, 'panel');

  // 2. One of them is related to the first applicant, and says so: the file is gone for them.
  const related = await somebody('professor@rs.demo');
  await related.goto(`/applications/${ids[0] ?? ''}/review/conflict`);
  await related.locator('input[type=radio]').first().check();
  await press(related, 'main form button.govuk-button');
  expect((await related.goto(`/applications/${ids[0] ?? ''}`))?.status()).toBe(404);

  // 3. What is proposed keeps them apart, is accepted, and everybody assesses what they were given.
  await secretary.goto(`${panel}/proposal`);
  await expectAccessible(secretary);
  await press(secretary, 'main form button.govuk-button');
  const given = await assignments();
  expect(given).toHaveLength(CANDIDATES.length);
  expect(given.filter(({ application }) => application === ids[0])).not.toContainEqual(
    expect.objectContaining({ reviewer: scene.people['professor@rs.demo'] }),
  );
  for (const email of ['reviewer@rs.demo', 'reviewer@ru.demo', 'professor@rs.demo']) {
    const own = given.filter(({ reviewer }) => reviewer === scene.people[email]);
    expect(own.length).toBeGreaterThan(0);
    const reviewer = email === 'professor@rs.demo' ? related : await somebody(email);
    for (const [turn, { id, application }] of own.entries()) {
      await assess(reviewer, id, application, turn === 0);
    }
  }
  await secretary.goto(panel);
  await press(secretary, `form[action="${panel}/phase"] button[value=open_discussion]`);
  await press(secretary, `form[action="${panel}/phase"] button[value=close]`);
  expect((await stateOf(0))[0]).toBe('scored');

  // 4. The provisional list is tried and published; whoever was not selected reads why, at a phone's width.
  const admin = await somebody('admin@rs.demo');
  const allocation = `/admin/calls/${callId}/allocation`;
  await admin.goto(allocation);
  await press(admin, `form[action="${allocation}/run"] button`);
  await expectAccessible(admin);
  await shot(admin, 'allocation');
  await press(admin, `form[action="${allocation}/publish_provisional"] button`);
  expect(await stateOf(2)).toEqual(['provisional', 'selected', 0, null]);
  expect((await stateOf(3)).slice(0, 2)).toEqual(['provisional', 'reserve']);
  const winners = [await stateOf(4), await stateOf(5)].filter(([, result]) => result === 'selected');
  expect(winners).toEqual([['provisional', 'selected', 1, null]]);
  const passed = await somebody('student2@rs.demo', { viewport: PHONE });
  await passed.goto(`/applications/${ids[3] ?? ''}/ranking`);
  await expectAccessible(passed);
  await shot(passed, 'ranking-phone');
  const text = await passed.locator('main').innerText();
  for (const other of numbers.filter((number) => number !== numbers[3])) expect(text).not.toContain(other);

  // 5. They appeal against it, at the same width; the secretary has a panel of others decide.
  const own = `/applications/${ids[3] ?? ''}/appeal`;
  await passed.goto(own);
  await expectAccessible(passed);
  await passed.locator('input[name=ground][value=error_of_fact]').check();
  await write(passed, { text: 'The transcript of somebody else was read as mine.' });
  await press(passed, 'main form button[value=check]');
  await expectAccessible(passed);
  await press(passed, `main form[action="${own}/lodge"] button`);
  await expectAccessible(passed);
  await shot(passed, 'appeal-phone');
  await secretary.goto('/appeals');
  await expectAccessible(secretary);
  await secretary.locator('main .most-card a').first().click();
  await secretary.locator('input[name=admissible][value=yes]').check();
  await press(secretary, 'main form[action$="/admit"] button');
  const appeal = new URL(secretary.url()).pathname;
  await scene.http.owner.query(
    `update allocation_lists set published_at = published_at - interval '8 days',
       objections_until = objections_until - interval '8 days' where call_id = $1 and kind = 'provisional'`,
    [callId],
  );
  await admin.goto(allocation);
  expect(await admin.locator('main').innerText()).toContain('1 appeal is open, to be decided until');
  const unassessed = await reviewerOfNone(ids[3] ?? '');
  const panel3 = ['commission@rs.demo', 'commission@ru.demo', unassessed];
  const members: Page[] = [];
  for (const [turn, email] of panel3.entries()) {
    await write(secretary, { person: await idOf(email) });
    if (turn === 0) await secretary.locator('input[name=head]').check();
    await press(secretary, `form[action="${appeal}/seats"] button`);
    const member = email === 'professor@rs.demo' ? related : await somebody(email);
    members.push(member);
    await member.goto(appeal);
    await press(member, `form[action="${appeal}/declare"] button`);
  }
  await expectAccessible(secretary);
  await shot(secretary, 'appeal-panel');
  for (const [turn, member] of members.entries()) {
    await member.goto(appeal);
    if (turn === 0) {
      await member.goto(`${appeal}/file`);
      await expectAccessible(member);
      await member.goto(appeal);
      await expectAccessible(member);
    }
    await member.locator(`input[name=vote][value=${turn === 2 ? 'reject' : 'uphold'}]`).check();
    if (turn < 2) await member.locator('input[name=stage][value=review]').check();
    await write(member, { reasons: 'As the file shows.' });
    await press(member, `form[action="${appeal}/vote"] button`);
  }
  const [head] = members;
  if (!head) throw new Error('nobody leads the panel');
  await head.goto(appeal);
  await write(head, { reasoning: 'The transcript was not yours. Others review your application.' });
  await press(head, `form[action="${appeal}/decide"] button`);
  expect([(await stateOf(3))[0], (await stateOf(0))[0]]).toEqual(['in_review', 'scored']);
  await passed.goto(own);
  await expectAccessible(passed);
  expect(await passed.locator('main').innerText()).toContain('The transcript was not yours.');

  // 6. Somebody else assesses it, as highly as before, and the list is made again with the same lot.
  await secretary.goto(panel);
  await secretary.goto(`${panel}/applications/${ids[3] ?? ''}`);
  await press(secretary, `form[action$="/assign"]:has(input[value="${await idOf(unassessed)}"]) button`);
  const [again] = (await assignments()).filter(
    ({ application, reviewer }) => application === ids[3] && reviewer === scene.people[unassessed],
  );
  await assess(members[2] ?? head, again?.id ?? '', ids[3] ?? '');
  await secretary.goto(panel);
  await press(secretary, `form[action="${panel}/phase"] button[value=close]`);
  await admin.goto(allocation);
  await press(admin, `form[action="${allocation}/publish_provisional"] button`);
  expect(await stateOf(2)).toEqual(['provisional', 'selected', 0, null]);
  expect((await stateOf(3)).slice(0, 2)).toEqual(['provisional', 'reserve']);

  // 7. When nothing more can be said against it, both countries approve the final list, and the places are offered.
  await scene.http.owner.query(
    `update allocation_lists set published_at = published_at - interval '8 days',
       objections_until = objections_until - interval '8 days' where call_id = $1 and kind = 'provisional'`,
    [callId],
  );
  await admin.goto(allocation);
  await press(admin, `form[action="${allocation}/propose_final"] button`);
  const { rows } = await scene.http.owner.query<{ id: Id }>(
    `select d.id from decisions d join decision_sides s on s.decision_id = d.id
     where d.subject_kind = 'selection_list' and s.state = 'pending' group by d.id`,
  );
  for (const country of ['rs', 'ru']) {
    const ministry = await somebody(`ministry@${country}.demo`);
    await ministry.goto(`/approvals/${rows[0]?.id ?? ''}`);
    await press(ministry, '.most-decision form button.govuk-button');
  }
  await admin.goto(allocation);
  await press(admin, `form[action="${allocation}/publish_final"] button`);
  expect(await stateOf(0)).toEqual(['offered', 'selected', 0, null]);
  expect(await stateOf(2)).toEqual(['offered', 'selected', 0, 'novi_sad']);
  const list = await somebody('ministry@ru.demo');
  await list.goto(`/calls/${SLUG}/list`);
  await expectAccessible(list);
  for (const number of numbers) expect(await list.locator('main').innerText()).toContain(number);

  // 8. Whoever is first gives the place back, and the first of those who wait has it in the same moment.
  const first = await somebody('student@rs.demo');
  await first.goto(`/applications/${ids[0] ?? ''}/offer`);
  await press(first, 'main form:has(input[value=decline]) button');
  await press(first, 'main form:has(input[name=confirm]) button');
  await expectAccessible(first);
  expect((await stateOf(0))[0]).toBe('declined');
  expect(await stateOf(3)).toEqual(['offered', 'selected', 0, null]);
}, 300_000);

async function assess(page: Page, review: Id, application: Id, look = false): Promise<void> {
  await page.goto(`/reviews/${review}`);
  const score = String(CANDIDATES[ids.indexOf(application)]?.[2] ?? '');
  for (const criterion of standardSelection().criteria) {
    await write(page, { [`score-${criterion.id}`]: score, [`comment-${criterion.id}`]: 'Seen.' });
  }
  await write(page, { overall: 'As the file says.', recommendation: 'support' });
  if (look) await expectAccessible(page);
  await press(page, 'button[name=then][value=check]');
  await press(page, 'main form[action$="/submit"] button');
}

/** One of the reviewers who has not assessed it. */
async function reviewerOfNone(application: Id): Promise<string> {
  const assessed = (await assignments()).filter((each) => each.application === application);
  const free = ['reviewer@rs.demo', 'reviewer@ru.demo', 'professor@rs.demo'].find(
    (email) => !assessed.some(({ reviewer }) => reviewer === scene.people[email]),
  );
  if (!free) throw new Error('every reviewer has assessed it');
  return free;
}

async function idOf(email: string): Promise<Id> {
  const { rows } = await scene.http.owner.query<{ id: Id }>('select id from persons where email = $1', [
    email,
  ]);
  return rows[0]?.id ?? '';
}

async function assignments() {
  const { rows } = await scene.http.owner.query<{ id: Id; application: Id; reviewer: Id }>(
    `select r.id, r.application_id as application, r.reviewer_id as reviewer
     from review_assignments r join review_panels p on p.id = r.panel_id where p.call_id = $1`,
    [callId],
  );
  return rows;
}
