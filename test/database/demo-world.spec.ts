import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { APPLICATION_STATES } from '../../src/applications/public.js';
import { DecideSide } from '../../src/approvals/public.js';
import { CALL_CATEGORIES } from '../../src/calls/public.js';
import type { FormDefinition } from '../../src/calls/public.js';
import { DEMO_ACCOUNTS } from '../../src/demo/public.js';
import { DemoCalendar } from '../../src/demo/world/calendar.js';
import { demoCalls } from '../../src/demo/world/calls.js';
import { DemoWorld } from '../../src/demo/world/demo-world.js';
import { DemoWorldModule } from '../../src/demo/world/demo-world.module.js';
import { memorandum } from '../../src/demo/world/memorandum.js';
import { startHttpApp } from '../http/http-app.js';
import type { HttpApp } from '../http/http-app.js';
import { expectInvariants } from './expect-invariants.js';
import { exchangeModules } from '../factories/exchange-modules.js';

/** The world that a newcomer finds, made on a real database. */

let http: HttpApp;
let scratch: string;
let began: number;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'most-demo-world-'));
  http = await startHttpApp({
    imports: [...exchangeModules(scratch), DemoWorldModule],
  });
  began = Date.now();
  const world = http.app.get(DemoWorld);
  const sides = http.app.get(DecideSide);
  const decide = sides.run.bind(sides);
  let untilPowerCut = 30;
  sides.run = (...act) => {
    untilPowerCut -= 1;
    return untilPowerCut === 0 ? Promise.reject(new Error('power cut')) : decide(...act);
  };
  await expect(world.load(() => undefined)).rejects.toThrow('The demonstration stopped at');
  // The next start goes on where that one ended: everything below is said of a world that was made in two starts.
  await world.load(() => undefined);
}, 120_000);

afterAll(async () => {
  await expectInvariants(http.owner);
  await http.stop();
  rmSync(scratch, { recursive: true, force: true });
});

async function column<T>(sql: string, ...values: unknown[]): Promise<T[]> {
  const { rows } = await http.owner.query<{ value: T }>(sql, values);
  return rows.map(({ value }) => value);
}

const OPEN = `state = 'published' and opens_at <= now() and closes_at > now()`;

describe('the demonstration', () => {
  it('has applications in every state', async () => {
    const states = await column<string>('select distinct state as value from applications');
    expect(states.sort()).toEqual([...APPLICATION_STATES].sort());
  });

  it('holds one person under two accounts, for officers to find', async () => {
    const people = await column<string>(
      `select distinct p.native_given || ' ' || p.native_family as value from application_matches m
       join applications a on a.id = m.application_id join persons p on p.id = a.applicant_id where not m.settled`,
    );
    expect(people.sort()).toEqual(['Stefan Ilić', 'Стефан Илић']);
  });

  it('has stays, some of them going on, and years before them in the ledger, one way more than the other', async () => {
    const states = await column<string>('select distinct state as value from mobilities');
    // On the first day of a month those of the month have only just come.
    expect(states).toContain(new Date().getUTCDate() > 2 ? 'ongoing' : 'planned');
    const years = await column<number>(
      `select sum(d.amount)::integer as value from ledger_accounts a join ledger_days d on d.account_id = a.id
       where a.book = 'received' and a.basis = 'happened' and d.unit = 'person' group by a.home_country order by a.home_country`,
    );
    expect(years).toHaveLength(2);
    expect(years[0]).not.toBe(years[1]);
  });

  it('says everything of its calls in each written language', async () => {
    const calls = await column<object>(
      `select jsonb_build_object('slug', c.slug, 'title', c.title, 'summary', c.summary, 'who', c.who_may_apply,
         'funding', c.funding, 'form', f.definition, 'places', (select jsonb_agg(to_jsonb(p)) from call_places p
           where p.call_id = c.id)) as value
       from calls c join call_forms f on f.call_id = c.id`,
    );
    const gaps: string[] = [];
    let texts = 0;
    const visit = (value: unknown, path: string): void => {
      if (typeof value !== 'object' || value === null) return;
      if ('sr' in value || 'ru' in value || 'en' in value) {
        texts += 1;
        const { sr, ru, en } = value as Partial<Record<'sr' | 'ru' | 'en', string>>;
        if (!/\p{Script=Cyrillic}/u.test(sr ?? '')) gaps.push(`${path}.sr`);
        if (!/\p{Script=Cyrillic}/u.test(ru ?? '')) gaps.push(`${path}.ru`);
        if (!/[a-z]/i.test(en ?? '') || /\p{Script=Cyrillic}/u.test(en ?? '')) gaps.push(`${path}.en`);
      }
      for (const [name, part] of Object.entries(value)) visit(part, `${path}.${name}`);
    };
    for (const call of calls) visit(call, '');
    // Names of degrees and levels are written alike everywhere (B2, CEFR).
    expect(gaps.filter((path) => !/language_level|options/.test(path))).toEqual([]);
    expect(texts).toBeGreaterThan(calls.length * 40);
  });

  it('has an open call of each category, and calls in every phase that a newcomer should see', async () => {
    const open = await column<string>(`select distinct category as value from calls where ${OPEN}`);
    expect(open.sort()).toEqual([...CALL_CATEGORIES].sort());
    const states = await column<string>('select distinct state as value from calls');
    expect(states).toEqual(
      expect.arrayContaining(['draft', 'in_selection', 'provisional_published', 'final_published']),
    );
    const [today] = await column<string>(
      `select to_char(closes_at at time zone time_zone, 'HH24:MI') as value from calls
       where (closes_at at time zone time_zone)::date = (to_timestamp($1) at time zone time_zone)::date`,
      began / 1000,
    );
    expect(today).toBe('23:59');
    const [count] = await column<number>('select count(*)::integer as value from calls');
    expect(count).toBeGreaterThanOrEqual(9);
  });

  it('shows every kind of question in its open calls, and answers that fit them', async () => {
    const shown = await column<object>(
      `select jsonb_build_object('slug', c.slug, 'form', f.definition) as value
       from calls c join call_forms f on f.call_id = c.id and f.version = c.form_version where ${OPEN}`,
    );
    const forms = shown as { slug: string; form: FormDefinition }[];
    const kinds = new Map<string, Set<string>>();
    const note = (kind: string, slug: string) => kinds.set(kind, (kinds.get(kind) ?? new Set()).add(slug));
    for (const { slug, form } of forms) {
      if (form.eligibility) note('conditions', slug);
      for (const { questions, documents, references } of form.sections) {
        if (references) note('references', slug);
        for (const { type, visibleIf, places } of questions) {
          note(type, slug);
          if (visibleIf) note('visible-if', slug);
          if (places && places.length > 0) note('per place', slug);
        }
        if (documents.some(({ dueDaysAfterClose }) => dueDaysAfterClose !== undefined))
          note('due later', slug);
      }
    }
    expect([...kinds.keys()]).toEqual(
      expect.arrayContaining([
        ...[
          'table',
          'person',
          'identifier',
          'visible-if',
          'per place',
          'due later',
          'conditions',
          'references',
        ],
      ]),
    );
    const withNew = new Set(
      ['table', 'person', 'identifier', 'visible-if'].flatMap((kind) => [...(kinds.get(kind) ?? [])]),
    );
    expect(withNew.size).toBeGreaterThanOrEqual(4);
    // Questions of a host name places of their own call.
    const strays = await column<string>(
      `select q->>'id' as value from call_forms f, jsonb_array_elements(f.definition->'sections') s,
         jsonb_array_elements(s->'questions') q, jsonb_array_elements_text(q->'places') p
       where not exists (select from call_places c where c.id::text = p and c.call_id = f.call_id)`,
    );
    expect(strays).toEqual([]);
    const [tables] = await column<number>(
      `select count(*)::integer as value from application_submissions where content::text like '%exams%'`,
    );
    expect(tables).toBeGreaterThan(0);
    const terms = await column<string>(
      `select distinct kind as value from calls c join call_places p on p.call_id = c.id,
         lateral (select 'reserve' as kind where p.reserved is not null union all
           select 'cost' where p.cost is not null union all
           select f->>'kind' from jsonb_array_elements(p.facilities) f) t
       where ${OPEN.replaceAll(/\b(state|opens_at|closes_at)\b/g, 'c.$1')}`,
    );
    expect(terms).toEqual(expect.arrayContaining(['reserve', 'cost', 'data', 'cloud_credits', 'equipment']));
  });

  it('leads the walk both ways: places of both countries, and nothing begun by its four students', async () => {
    const slug = `student-exchange-${new DemoCalendar(new Date(began)).nextYear}`;
    const [call] = await column<string>(
      `select id as value from calls where slug = $1 and route = 'direct' and ${OPEN} and closes_at > now() + interval '21 days'`,
      slug,
    );
    expect(call).toBeDefined();
    const hosts = await column<string>(
      'select i.domain as value from call_places p join institutions i on i.id = p.institution_id where p.call_id = $1',
      call,
    );
    expect(hosts).toEqual(expect.arrayContaining(['msu.ru', 'nsu.ru', 'bg.ac.rs', 'uns.ac.rs']));
    const begun = await column<string>(
      `select p.email as value from applications a join persons p on p.id = a.applicant_id
       where p.email like 'student%'`,
    );
    expect(begun).toEqual([]);
  });

  it('has something waiting for each office that has an account', async () => {
    const screened = await column<string>(
      `select distinct i.domain as value from applications a join institutions i on i.id = a.home_institution_id
       where a.state in ('submitted', 'screening')`,
    );
    const answered = await column<string>(
      `select distinct i.domain as value from nominations n join institutions i on i.id = n.host_institution_id
       where n.state in ('sent', 'no_answer', 'waitlisted')`,
    );
    const confirmed = await column<string>(
      `select distinct a.home_country as value from applications a join nominations n on n.application_id = a.id
       where n.state = 'home_endorsed'`,
    );
    const decided = await column<string>(
      "select distinct country as value from decision_sides where state = 'pending'",
    );
    const divergent = await column<string>(
      "select distinct decision_id as value from decision_outcomes where outcome = 'divergent'",
    );
    for (const domain of ['bg.ac.rs', 'uns.ac.rs', 'msu.ru', 'nsu.ru']) {
      expect(screened).toContain(domain);
      expect(answered).toContain(domain);
    }
    for (const country of ['RS', 'RU']) {
      expect(confirmed).toContain(country);
      expect(decided).toContain(country);
    }
    expect(divergent).toHaveLength(2);
  });

  it('has a list of restricted parties, and on it one name that a person decides about', async () => {
    expect(await column<number>('select entries as value from restricted_list_versions')).toEqual([5]);
    const found = await column<string>(
      `select concat_ws(' ', h.entry_key, h.state, h.birth_year, p.native_family, g.state) as value
       from screening_hits h join gates g on g.id = h.gate_id join persons p on p.id = h.party_id`,
    );
    expect(found).toEqual(['D-001 open unknown Галиев pending']);
    const cleared = await column<string>(
      "select state as value from gates where kind = 'restricted_parties' and state <> 'pending'",
    );
    expect(cleared).toEqual(['cleared']);
  });

  it('says everything in three languages', () => {
    const calendar = new DemoCalendar(new Date());
    const texts: string[] = [];
    collectTexts(memorandum(calendar), texts);
    collectTexts(demoCalls(calendar), texts);
    expect(texts.length).toBeGreaterThan(200);
    expect(texts.filter((text) => text.trim() === '')).toEqual([]);
  });

  it('knows its accounts at the providers that run, and lets them sign in as themselves', async () => {
    const known = await column<string>(
      `select p.email as value from identities d join persons p on p.id = d.person_id where d.issuer like 'http://127.0.0.1:%'`,
    );
    expect(known.sort()).toEqual(DEMO_ACCOUNTS.map(({ email }) => email).sort());
    const people = await column<number>('select count(*)::integer as value from persons');
    await http.signedIn('coordinator@msu.ru.demo');
    expect(await column<number>('select count(*)::integer as value from persons')).toEqual(people);
  });

  it('leaves a handful of mails and letters to the worker, not the whole past', async () => {
    const [waiting] = await column<number>(
      'select count(*)::integer as value from outbox_events where delivered_at is null',
    );
    const jobs = await column<string>('select task_identifier as value from graphile_worker.jobs');
    expect(waiting).toBe(6);
    expect(jobs.filter((task) => task === 'deliver_event')).toHaveLength(6);
    // Besides: the signed papers of the agreements, and what is set and signed of the exchanges that go on.
    const others = jobs.filter((task) => task !== 'deliver_event' && task !== 'render_document');
    expect(others).toEqual(['screen_again']);
    expect(jobs.length).toBeLessThan(30);
  });

  it('changes nothing when it is loaded again, and follows the providers to other ports', async () => {
    const counts = () =>
      column<string>(
        `select table_name || ' ' || (xpath('/row/c/text()', query_to_xml(
           format('select count(*) as c from %I', table_name), false, true, '')))[1]::text as value
         from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`,
      );
    const before = await counts();
    await http.owner.query("update identities set issuer = replace(issuer, '127.0.0.1', '127.0.0.9')");
    await http.app.get(DemoWorld).load(() => undefined);
    expect(await counts()).toEqual(before);
    expect(
      await column<string>("select issuer as value from identities where issuer like '%127.0.0.9%'"),
    ).toEqual([]);
  });
});

describe('the calendar of the demonstration', () => {
  it('finds the instant of a wall clock, also on the days on which it changes', () => {
    const spring = new DemoCalendar(new Date('2027-03-28T10:00:00Z'));
    expect(spring.at(0, '23:59', 'Europe/Belgrade').toISOString()).toBe('2027-03-28T21:59:00.000Z');
    expect(spring.at(-1, '23:59', 'Europe/Belgrade').toISOString()).toBe('2027-03-27T22:59:00.000Z');
    expect(spring.at(0, '00:30', 'Europe/Moscow').toISOString()).toBe('2027-03-27T21:30:00.000Z');
  });

  it('is a day ahead where the sun rises earlier', () => {
    const late = new DemoCalendar(new Date('2027-05-03T21:30:00Z'));
    expect(late.day(0, 'Europe/Belgrade')).toBe('2027-05-03');
    expect(late.day(0, 'Europe/Moscow')).toBe('2027-05-04');
  });

  it.each([
    ['2026-11-23', 2027],
    ['2027-02-01', 2027],
    ['2027-05-01', 2028],
  ])('on %s looks at the academic year that begins in %i', (day, year) => {
    expect(new DemoCalendar(new Date(`${day}T09:00:00Z`)).nextYear).toBe(year);
  });

  it.each(['2026-11-23', '2027-01-31', '2027-04-30', '2027-06-15', '2028-02-29', '2027-09-01', '2027-12-31'])(
    'makes on %s calls that hold together',
    (day) => {
      const calendar = new DemoCalendar(new Date(`${day}T22:30:00Z`));
      const covered = new Set(memorandum(calendar).quotas.map(({ academicYear }) => academicYear));
      for (const { draft } of demoCalls(calendar)) {
        expect(draft.opensAt.getTime()).toBeLessThan(draft.closesAt.getTime());
        expect(draft.stayFrom < draft.stayUntil).toBe(true);
        expect(draft.closesAt.toISOString().slice(0, 10) < draft.stayFrom).toBe(true);
        expect(covered).toContain(draft.academicYear);
      }
    },
  );
});

/** Every wording: objects with exactly the three languages in which texts are written. */
function collectTexts(value: unknown, found: string[]): void {
  if (typeof value !== 'object' || value === null) return;
  const entries = Object.entries(value);
  if (entries.some(([key]) => key === 'sr')) {
    expect(Object.keys(value).sort()).toEqual(['en', 'ru', 'sr']);
    found.push(...entries.map(([, text]) => String(text)));
    return;
  }
  for (const [, each] of entries) collectTexts(each, found);
}
