import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FormDefinition } from '../../src/calls/public.js';
import { systemClock } from '../../src/shared/clock.js';
import type { Id } from '../../src/shared/ids.js';
import { LANGUAGES } from '../../src/shared/language.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { exchangeModules } from '../factories/exchange-modules.js';
import { grantRow, insertRows } from '../factories/rows.js';
import { buildWorld } from '../factories/world.js';
import type { World } from '../factories/world.js';
import type { Answer, Browser } from './browser-of-text.js';
import { startHttpApp } from './http-app.js';
import type { HttpApp } from './http-app.js';

/** A form and its conditions composed in the browser, tried on a person, and seen as an applicant will see them. */

let http: HttpApp;
let world: World;
let scratch: string;
let admin: Browser;
let other: Browser;
let officer: Browser;
let student: Browser;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'most-composer-'));
  http = await startHttpApp({ imports: exchangeModules(scratch) });
  world = await buildWorld(http.app, http.owner, systemClock);
  admin = await somebody('admin@rs.demo', 'programme_administrator');
  other = await somebody('admin@ru.demo', 'programme_administrator');
  officer = await somebody('ministry@rs.demo', 'ministry_officer', { country: 'RS' });
  student = await somebody('student@rs.demo');
}, 90_000);

afterAll(async () => {
  await expectInvariants(http.owner);
  await http.stop();
  rmSync(scratch, { recursive: true, force: true });
});

async function somebody(
  email: string,
  role?: Parameters<typeof grantRow>[1],
  scope: Parameters<typeof grantRow>[2] = {},
): Promise<Browser> {
  const browser = await http.signedIn(email);
  const { rows } = await http.owner.query<{ id: Id }>('select id from persons where email = $1', [email]);
  if (role) await insertRows(http.owner, 'role_grants', [grantRow(rows[0]?.id ?? '', role, scope)]);
  await browser.open('/?lang=en');
  return browser;
}

type Fields = Readonly<Record<string, string | readonly string[]>>;

/** Opens a page and sends what its form holds with what is typed over it. */
async function send(browser: Browser, page: string, action: string, typed: Fields = {}): Promise<Answer> {
  const opened = await browser.open(page);
  expect(opened.status).toBe(200);
  return post(browser, opened, action, { version: versionOn(opened), ...typed });
}

async function post(browser: Browser, opened: Answer, action: string, typed: Fields): Promise<Answer> {
  const body = new URLSearchParams({ _csrf: browser.token(opened) });
  for (const [name, value] of Object.entries(typed)) {
    for (const each of typeof value === 'string' ? [value] : value) body.append(name, each);
  }
  return browser.post(action, body);
}

const versionOn = ({ body }: Answer) => /name="version" value="(\d+)"/.exec(body)?.[1] ?? '';
const words = ({ body }: Answer) =>
  body
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#39;/g, "'")
    .replace(/\s+/g, ' ');
const inAll = (name: string, sr: string, ru: string, en: string): Fields => ({
  [`${name}-sr`]: sr,
  [`${name}-ru`]: ru,
  [`${name}-en`]: en,
});

async function formOf(id: Id): Promise<FormDefinition> {
  const { rows } = await http.owner.query<{ definition: FormDefinition }>(
    'select definition from call_forms where call_id = $1',
    [id],
  );
  const [row] = rows;
  if (!row) throw new Error('no form');
  return row.definition;
}

const itemsOf = ({ sections }: FormDefinition, id: string) => {
  const section = sections.find((each) => each.id === id);
  return [...(section?.questions ?? []), ...(section?.documents ?? [])].map((each) => each.id);
};

const HOUSING: Fields = {
  type: 'choice',
  ...inAll('label', 'Смештај', 'Жильё', 'Housing'),
  required: 'yes',
  sensitivity: 'open',
  'option-rows': '4',
  ...inAll('option-0', 'Дом', 'Общежитие', 'Hall'),
  ...inAll('option-1', 'Приватно', 'Частное', 'Private'),
};

describe('the form of a call', () => {
  it('gets a choice, a question that hangs on it, a document and a page of letters, in the browser alone', async () => {
    const id = await world.prepareCall();
    const form = `/admin/calls/${id}/form`;
    const page = await admin.open(form);
    expect(words(page)).toContain('About you');
    expect(words(page)).toContain('The award letter, the invitation and the visa are made out by it.');

    const kinds = await admin.open(`${form}/sections/motivation/add`);
    expect(kinds.body).toContain(`href="${form}/sections/motivation/add?type=choice"`);
    const added = await send(
      admin,
      `${form}/sections/motivation/add?type=choice`,
      `${form}/sections/motivation/add`,
      HOUSING,
    );
    expect(added.status).toBe(303);
    expect(added.headers.get('location')).toBe(`${form}?done=housing#item-housing`);
    const saved = await admin.follow(added);
    expect(words(saved)).toContain('Saved');

    const hanging = await send(
      admin,
      `${form}/sections/motivation/add?type=text`,
      `${form}/sections/motivation/add`,
      {
        type: 'text',
        ...inAll('label', 'Који дом', 'Какое общежитие', 'Which hall'),
        sensitivity: 'open',
        visibleIf: 'housing',
        'visibleIf-housing': ['hall'],
        frozen: '7',
      },
    );
    expect(hanging.status).toBe(303);
    const document = await send(admin, `${form}/sections/documents/add`, `${form}/sections/documents/add`, {
      ...inAll('label', 'Потврда о смештају', 'Подтверждение жилья', 'Proof of housing'),
      required: 'yes',
      sensitivity: 'open',
      visibleIf: 'housing',
      'visibleIf-housing': ['private'],
      dueDaysAfterClose: '14',
      translation: 'certified',
      waivable: 'yes',
    });
    expect(document.status).toBe(303);
    const letters = await send(admin, `${form}/add-section?kind=references`, `${form}/sections`, {
      kind: 'references',
      ...inAll('title', 'Препоруке', 'Рекомендации', 'References'),
      min: '1',
      max: '2',
      daysAfterClose: '',
      confidential: 'yes',
    });
    expect(letters.status).toBe(303);
    const known = await send(admin, `${form}/sections/study/add`, `${form}/sections/study/add`, {
      known: 'experience_years',
    });
    expect(known.status).toBe(303);

    const definition = await formOf(id);
    expect(itemsOf(definition, 'motivation')).toEqual(['motivation', 'plan', 'housing', 'which_hall']);
    expect(itemsOf(definition, 'documents')).toEqual(['transcript', 'passport_copy', 'proof_of_housing']);
    expect(itemsOf(definition, 'study')).toContain('experience_years');
    const motivation = definition.sections.find((section) => section.id === 'motivation');
    expect(motivation?.questions.at(-1)).toEqual({
      id: 'which_hall',
      type: 'text',
      label: { sr: 'Који дом', ru: 'Какое общежитие', en: 'Which hall' },
      required: false,
      sensitivity: 'open',
      visibleIf: { question: 'housing', is: ['hall'] },
      frozenDaysBeforeClose: 7,
    });
    expect(definition.sections.map((section) => section.id).slice(-2)).toEqual(['references', 'consents']);
    expect(words(await admin.open(form))).toContain('Only if “Housing” was answered: Hall');
  });

  it('moves and removes what may go, and says why the rest stays', async () => {
    const id = await world.prepareCall();
    const form = `/admin/calls/${id}/form`;
    expect((await send(admin, form, `${form}/items/plan/move`, { step: 'up' })).headers.get('location')).toBe(
      `${form}#item-plan`,
    );
    expect(itemsOf(await formOf(id), 'motivation')).toEqual(['plan', 'motivation']);
    expect((await send(admin, form, `${form}/sections/documents/move`, { step: 'up' })).status).toBe(303);
    expect((await formOf(id)).sections.map((section) => section.id).slice(3, 5)).toEqual([
      'documents',
      'motivation',
    ]);

    await send(admin, `${form}/sections/study/add?type=choice`, `${form}/sections/study/add`, HOUSING);
    await send(admin, `${form}/sections/motivation/add?type=text`, `${form}/sections/motivation/add`, {
      type: 'text',
      ...inAll('label', 'Који дом', 'Какое общежитие', 'Which hall'),
      visibleIf: 'housing',
      'visibleIf-housing': 'hall',
    });
    // A page cannot go before the question that something on it hangs on.
    const early = await send(admin, form, `${form}/sections/study/move`, { step: 'down' });
    expect(words(await admin.follow(early))).not.toContain('has to stand after');
    const confirm = await admin.open(`${form}/items/housing/remove`);
    expect(words(confirm)).toContain('it will be asked of everybody: Which hall');
    expect((await send(admin, `${form}/items/housing/remove`, `${form}/items/housing/remove`)).status).toBe(
      303,
    );
    expect(itemsOf(await formOf(id), 'motivation')).toContain('which_hall');
    expect(JSON.stringify(await formOf(id))).not.toContain('visibleIf');

    const before = await formOf(id);
    const kept = await send(admin, form, `${form}/items/citizenship/remove`);
    expect(words(await admin.follow(kept))).toContain('The programme relies on it, so it stays in the form.');
    await send(admin, form, `${form}/sections/choices/remove`);
    expect(await formOf(id)).toEqual(before);
  });

  it('keeps what was typed where it cannot be taken, and its rows move without a script', async () => {
    const id = await world.prepareCall();
    const form = `/admin/calls/${id}/form`;
    const add = `${form}/sections/study/add`;
    const wrong = await send(admin, `${add}?type=choice`, add, {
      ...HOUSING,
      ...inAll('label', '', '', ''),
      frozen: 'soon',
    });
    expect(wrong.status).toBe(422);
    expect(wrong.body).toContain('href="#field-label-sr"');
    expect(wrong.body).toContain('href="#field-frozen"');
    expect(wrong.body).toContain('value="soon"');
    expect(wrong.body).toContain('value="Приватно"');

    const moved = await post(admin, wrong, add, {
      ...HOUSING,
      version: versionOn(wrong),
      act: 'option-down-0',
    });
    expect(moved.status).toBe(200);
    expect(moved.body.indexOf('value="Private"')).toBeLessThan(moved.body.indexOf('value="Hall"'));
    expect((await formOf(id)).sections.flatMap(({ questions }) => questions.map((q) => q.id))).not.toContain(
      'housing',
    );
    const more = await post(admin, moved, add, { ...HOUSING, version: versionOn(wrong), act: 'option-more' });
    expect(more.body).toContain('name="option-6-en"');

    // One language is enough to keep it; what is missing is told.
    await send(admin, `${add}?type=text`, add, {
      type: 'text',
      'label-ru': 'Тема',
      'label-sr': '',
      'label-en': '',
    });
    expect(words(await admin.open(form))).toContain('not written: Serbian (Cyrillic) and English');
  });

  it('shows both versions where somebody else was first', async () => {
    const id = await world.prepareCall();
    const item = `/admin/calls/${id}/form/items/faculty`;
    const mine = await admin.open(item);
    const theirs = await other.open(item);
    const change = (label: string) => ({
      ...inAll('label', label, label, label),
      required: 'yes',
      sensitivity: 'open',
    });
    expect(
      (await post(other, theirs, item, { version: versionOn(theirs), ...change('Theirs') })).status,
    ).toBe(303);
    const stale = await post(admin, mine, item, { version: versionOn(mine), ...change('Mine') });
    expect(stale.status).toBe(412);
    expect(words(stale)).toMatch(/Question \(English\) Mine Theirs/);
    expect((await post(admin, stale, item, { version: versionOn(stale), ...change('Mine') })).status).toBe(
      303,
    );
    const arrow = await post(admin, mine, `${item}/move`, { version: versionOn(mine), step: 'up' });
    expect(words(await admin.follow(arrow))).toContain('Somebody has changed the call meanwhile');
  });
});

describe('the conditions of a call', () => {
  it('are composed of groups and tried on a person, condition by condition', async () => {
    const id = await world.prepareCall();
    const all = `/admin/calls/${id}/conditions`;
    expect(words(await admin.open(all))).toContain('There are no conditions: everybody may apply.');
    const add = (path: string, kind: string, typed: Fields) =>
      send(admin, `${all}/add?in=${path}&kind=${kind}`, `${all}/add`, { in: path, kind, ...typed });

    expect((await add('root', 'year', { min: '' })).status).toBe(422);
    const first = await add('root', 'citizenship', { countries: ['RS'], country: 'ME' });
    expect(first.headers.get('location')).toBe(`${all}#part-0`);
    expect((await send(admin, all, `${all}/root/group`)).status).toBe(303);
    expect((await add('1', 'level', { levels: ['7', '8'] })).status).toBe(303);
    expect((await add('1', 'year', { min: '3' })).status).toBe(303);
    expect((await add('root', 'experience', { min: '1' })).status).toBe(303);
    expect((await formOf(id)).eligibility).toEqual({
      kind: 'all',
      of: [
        { kind: 'citizenship', countries: ['RS', 'ME'] },
        {
          kind: 'any',
          of: [
            { kind: 'level', levels: [7, 8] },
            { kind: 'year', min: 3 },
          ],
        },
        { kind: 'experience', min: 1 },
      ],
    });
    expect(words(await admin.open(all))).toContain('The form does not ask about this.');

    const facts = 't-citizenship=ME&t-level=6&t-year=2&t-experience=4';
    const tried = await admin.open(`${all}?${facts}`);
    expect(words(tried)).toContain('May not apply');
    expect(words(tried)).toMatch(/At least one of these: Not met/);
    expect(words(tried)).toMatch(/Citizenship: Serbia and Montenegro Met entered: Montenegro/);
    expect(words(tried)).toMatch(/At least year 3 of study Not met entered: 2/);

    // The facts stay while the rule changes, and are kept nowhere.
    const eased = await post(admin, tried, `${all}/1-1?${facts}`, { version: versionOn(tried), min: '2' });
    expect(eased.headers.get('location')).toBe(`${all}?${facts}#part-1-1`);
    expect(words(await admin.follow(eased))).toContain('May apply');
    expect(JSON.stringify(await formOf(id))).not.toContain('t-year');

    expect((await send(admin, all, `${all}/2/move`, { step: 'up' })).status).toBe(303);
    expect((await send(admin, all, `${all}/2/switch`)).status).toBe(303);
    expect((await send(admin, all, `${all}/0/remove`)).status).toBe(303);
    expect((await formOf(id)).eligibility).toEqual({
      kind: 'all',
      of: [
        { kind: 'experience', min: 1 },
        {
          kind: 'all',
          of: [
            { kind: 'level', levels: [7, 8] },
            { kind: 'year', min: 2 },
          ],
        },
      ],
    });
    // What a condition is answered by cannot be taken from the form while the condition stands.
    const kept = await send(admin, `/admin/calls/${id}/form`, `/admin/calls/${id}/form/items/year/remove`);
    expect(words(await admin.follow(kept))).toContain('The programme relies on it');
  });

  it('are told in words in each language, and their kinds explained', async () => {
    const id = await world.prepareCall();
    const all = `/admin/calls/${id}/conditions`;
    for (const [kind, typed] of [
      ['age', { min: '18', max: '35' }],
      ['grade_average', { grading: 'RS', 'least-RS': '8,5' }],
      ['language', {}],
      ['home_institution', { institution: await world.institution('university-of-belgrade') }],
      ['no_other_award', {}],
    ] as const) {
      const answer = await send(admin, `${all}/add?in=root&kind=${kind}`, `${all}/add`, {
        in: 'root',
        kind,
        ...typed,
      });
      expect([kind, answer.status]).toEqual([kind, 303]);
    }
    for (const language of LANGUAGES) {
      for (const path of [all, `${all}/add`, `${all}/0`, `${all}/3`, `${all}?t-level=6`]) {
        const page = await admin.open(`${path}${path.includes('?') ? '&' : '?'}lang=${language}`);
        expect(page.status).toBe(200);
        expect(page.body).not.toMatch(/calls\.composer\.|problems\./);
      }
    }
    await admin.open('/?lang=en');
  });

  it.each(['9', '0-0', 'root-1', 'x', '-1'])('has no condition at %s', async (path) => {
    const id = await world.prepareCall();
    expect((await admin.get(`/admin/calls/${id}/conditions/${path}`)).status).toBe(404);
  });
});

describe('the preview of a call', () => {
  it('shows each page as the applicant will see it, with what hangs on an answer, and keeps nothing', async () => {
    const id = await world.prepareCall();
    const form = `/admin/calls/${id}/form`;
    await send(admin, `${form}/sections/study/add?type=choice`, `${form}/sections/study/add`, HOUSING);
    await send(admin, `${form}/sections/documents/add`, `${form}/sections/documents/add`, {
      ...inAll('label', 'Потврда о смештају', 'Подтверждение жилья', 'Proof of housing'),
      visibleIf: 'housing',
      'visibleIf-housing': 'private',
    });
    const preview = `/admin/calls/${id}/preview`;
    const first = await admin.open(preview);
    expect(words(first)).toContain('A semester in Moscow');
    expect(words(first)).toContain('This is how an applicant sees the page. Nothing is kept.');

    for (const section of (await formOf(id)).sections) {
      for (const language of LANGUAGES) {
        const page = await admin.open(`${preview}?section=${section.id}&in=${language}`);
        expect([section.id, language, page.status]).toEqual([section.id, language, 200]);
        // The page is in the language of the preview, the bar in that of whoever looks.
        expect(page.body).toContain(`<html lang="${language}"`);
        expect(words(page)).toContain('Nothing is kept.');
        expect(page.body).not.toMatch(/action="\/applications/);
      }
    }
    expect(words(await admin.open(`${preview}?section=documents&in=en`))).not.toContain('Proof of housing');
    const study = await admin.open(`${preview}?section=study&in=ru`);
    expect(words(study)).toContain('Жильё');
    const led = await post(admin, study, `${preview}?section=study&in=ru`, {
      housing: 'private',
      faculty: 'Secret',
    });
    expect(led.status).toBe(303);
    const address = led.headers.get('location') ?? '';
    expect(address).toContain('section=choices');
    expect(address).toContain('a-housing=private');
    expect(address).not.toContain('Secret');
    const after = await admin.open(address.replace('section=choices', 'section=documents'));
    expect(words(after)).toContain('Подтверждение жилья');
    expect((await http.owner.query('select from applications')).rows).toHaveLength(0);
    expect((await http.owner.query('select from application_sections')).rows).toHaveLength(0);
  });
});

describe('the composer', () => {
  it.each([
    'form',
    'form/add-section',
    'form/items/faculty',
    'form/sections/study/add',
    'conditions',
    'conditions/add',
    'preview',
  ])('is for those who prepare calls: %s', async (page) => {
    const id = await world.prepareCall();
    expect((await admin.get(`/admin/calls/${id}/${page}`)).status).toBe(200);
    expect((await student.get(`/admin/calls/${id}/${page}`)).status).toBeGreaterThanOrEqual(403);
    expect((await officer.get(`/admin/calls/${id}/${page}`)).status).toBeGreaterThanOrEqual(403);
  });

  it('reads in four languages', async () => {
    const id = await world.prepareCall();
    const form = `/admin/calls/${id}/form`;
    const types = ['text', 'long_text', 'choice', 'number', 'date', 'country', 'institution', 'table'];
    const pages = [
      form,
      `${form}/add-section`,
      `${form}/add-section?kind=references`,
      `${form}/sections/study`,
      `${form}/sections/study/remove`,
      `${form}/sections/study/add`,
      `${form}/items/processing`,
      `${form}/items/transcript`,
      `${form}/items/level`,
      `${form}/items/plan/remove`,
      `${form}/sections/documents/add`,
      `${form}/sections/consents/add`,
      ...[...types, 'person', 'identifier', 'email', 'phone'].map(
        (type) => `${form}/sections/study/add?type=${type}`,
      ),
    ];
    for (const language of LANGUAGES) {
      for (const path of pages) {
        const page = await admin.open(`${path}${path.includes('?') ? '&' : '?'}lang=${language}`);
        expect([path, page.status]).toEqual([path, 200]);
      }
    }
    await admin.open('/?lang=en');
  });

  it('reads what is published and changes nothing of it', async () => {
    const id = await world.publishedCall();
    const form = `/admin/calls/${id}/form`;
    const page = await admin.open(form);
    expect(page.body).not.toContain(`${form}/items/plan/move`);
    const before = await formOf(id);
    const opened = await admin.open(`${form}/items/faculty`);
    const typed = { version: versionOn(opened), ...inAll('label', 'Х', 'Х', 'X') };
    expect((await post(admin, opened, `${form}/items/faculty`, typed)).status).toBe(409);
    expect(await formOf(id)).toEqual(before);
  });

  it('answers what makes no sense with a refusal, and never with a fault', async () => {
    const id = await world.prepareCall();
    const form = `/admin/calls/${id}/form`;
    for (const [path, typed] of [
      [`${form}/sections/nowhere/add`, { type: 'text' }],
      [`${form}/sections/study/add`, { type: 'nothing', ...inAll('label', 'a', 'b', 'c') }],
      [`${form}/sections/choices/add`, { type: 'text', ...inAll('label', 'a', 'b', 'c') }],
      [`${form}/items/nothing`, {}],
      [`${form}/items/faculty`, { 'label-sr': ['a', 'b'], maxLength: '1e9', 'option-rows': '99999999' }],
      [`${form}/sections`, { kind: 'choices' }],
      [`/admin/calls/${id}/conditions/add`, { kind: 'wisdom' }],
      [`/admin/calls/${id}/conditions/add`, { kind: 'citizenship', countries: ['R', '<b>', 'RUS'] }],
      [`/admin/calls/${id}/conditions/root/remove`, {}],
    ] as readonly (readonly [string, Fields])[]) {
      const answer = await send(admin, form, path, typed);
      expect([path, answer.status >= 400 && answer.status < 500]).toEqual([path, true]);
    }
    const odd = await admin.get(
      `/admin/calls/${id}/preview?section=study&in=xx&home=%00&a-level=%3Cscript%3E`,
    );
    expect(odd.status).toBe(200);
    expect(odd.body).not.toContain('<script>');
  });
});
