import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { People } from '../../src/access/public.js';
import { applicationsPolicy } from '../../src/applications/domain/applications.policy.js';
import { ApplicationLists } from '../../src/applications/data/application-lists.js';
import { ApplicationsRepository } from '../../src/applications/data/applications.repository.js';
import type { ListedRow } from '../../src/applications/data/listed-rows.js';
import { EXPORT_COLUMNS } from '../../src/applications/http/export-columns.js';
import { ExportLines, exportHeader, kindsOf } from '../../src/applications/http/presenters/present-export.js';
import { WriteExport } from '../../src/applications/http/write-export.js';
import { ApplicationCounts } from '../../src/applications/data/application-counts.js';
import { ReadOffice } from '../../src/applications/http/read-office.js';
import type { WorklistEntry } from '../../src/applications/http/read-office.js';
import type { WorklistLine } from '../../src/applications/http/read-lines.js';
import { ExportWorklist } from '../../src/applications/operations/export-worklist.js';
import { PersonalAnswers } from '../../src/applications/operations/personal-answers.js';
import { LISTED_STATES } from '../../src/applications/http/worklist-address.js';
import { NO_WISH } from '../../src/applications/operations/worklist-filter.js';
import type { WorklistWish } from '../../src/applications/operations/worklist-filter.js';
import { CONNECTIONS, Database, systemContext } from '../../src/platform/database/database.js';
import { Translator } from '../../src/platform/i18n/translator.js';
import { BYTE_ORDER_MARK, csvRow } from '../../src/platform/tables/csv.js';
import { NO_TIES } from '../../src/shared/actor.js';
import { SettableClock } from '../../src/shared/clock.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import { LANGUAGES } from '../../src/shared/language.js';
import type { Page } from '../../src/shared/cursor.js';
import type { RequestContext } from '../../src/shared/request-context.js';
import { searchKey } from '../../src/shared/transliteration.js';
import { exchangeModules } from '../factories/exchange-modules.js';
import { grantRow, insertRows, personRow } from '../factories/rows.js';
import type { Row } from '../factories/rows.js';
import { buildWorld } from '../factories/world.js';
import { writeWorklist } from '../factories/worklist-rows.js';
import type { Drawn, WorklistRows } from '../factories/worklist-rows.js';
import { startHttpApp } from '../http/http-app.js';
import type { HttpApp } from '../http/http-app.js';

/** Whatever the worklist is narrowed to, it shows what the policy lets one list and the wish describes, and nothing else. */

const NOW = new Date('2027-03-10T12:00:00Z');
const clock = new SettableClock(NOW);

const application: fc.Arbitrary<Drawn> = fc.record({
  state: fc.constantFrom(
    ...['submitted', 'screening', 'eligible', 'eligible', 'eligible', 'eligible'],
    ...['returned', 'ineligible', 'in_review', 'offered', 'accepted', 'withdrawn'],
  ),
  call: fc.nat(2),
  home: fc.constantFrom('bg', 'ns', 'msu', 'nsu'),
  host: fc.nat(1),
  submitted: fc.integer({ min: -40, max: -1 }),
  due: fc.option(fc.integer({ min: -5, max: 5 }), { nil: null }),
  nomination: fc.constantFrom(
    ...[null, 'home_endorsed', 'sent', 'waitlisted', 'no_answer', 'host_accepted', 'rejected', 'returned'],
  ),
  sides: fc.tuple(
    fc.constantFrom('pending', 'in_review', 'approved', 'returned'),
    fc.constantFrom('pending', 'in_review', 'approved', 'returned'),
  ),
  name: fc.constantFrom('Ана', 'Љубица', 'Jelena', 'Мария'),
});

const wish: fc.Arbitrary<Partial<WorklistWish>> = fc.record(
  {
    state: fc.constantFrom('submitted' as const, 'eligible' as const, 'offered' as const),
    text: fc.constantFrom('ljubica', 'Мария', 'RS 2027'),
    home: fc.constantFrom('Novi Sad', 'београд', 'МГУ', 'nowhere at all'),
    host: fc.constantFrom('Новосибирск', 'Belgrade', 'msu.ru'),
    category: fc.constantFrom('student' as const, 'professor' as const, 'staff' as const),
    field: fc.constantFrom('06', '0541', '023'),
    level: fc.constantFrom(6, 7, 8),
    overdue: fc.boolean(),
    from: fc.constantFrom('2027-02-10', '2027-03-01'),
    until: fc.constantFrom('2027-02-20', '2027-03-01'),
  },
  { requiredKeys: [] },
);

let http: HttpApp;
let scratch: string;
let rows: WorklistRows;
const people: Record<string, RequestContext> = {};
/** Everything that there is, as nobody sees it but the house itself. */
let everything: readonly WorklistEntry[];

const WANTED = { names: true, places: true, custody: true };

/** What a line tells, of a whole record or of the few columns that are read for it. */
function toldOf(line: WorklistLine, named: boolean) {
  const { id, number, freemover, state, result, stateSince, submittedAt } = line.application;
  const { title, category, timeZone, promises } = line.call;
  const { name, place } = line;
  const headOf = (institution: WorklistLine['home']) =>
    institution && { country: institution.country, names: institution.names };
  return {
    application: { id, number, freemover, state, result, stateSince, submittedAt },
    call: { title, category, timeZone, promises },
    name: !named ? null : name && typeof name === 'object' ? [name.name, name.language] : name,
    home: headOf(line.home),
    host: headOf(line.host),
    countries: [line.homeCountry, line.hostCountry],
    place: place && { id: place.id, fieldCode: place.fieldCode, level: place.level },
    custody: line.custody,
  };
}

/** Pages of seven, of which each line tells what the whole records of the same applications say. */
const read = (who: RequestContext, asked: WorklistWish) =>
  http.app.get(Database).read(who, async (ctx) => {
    const seen: WorklistEntry[] = [];
    let after: string | null = null;
    do {
      const office = http.app.get(ReadOffice);
      const page: Page<WorklistLine> = await office.page(ctx, {
        wish: asked,
        after,
        limit: 7,
        wanted: WANTED,
      });
      const ids = page.items.map(({ application: { id } }) => id);
      const found = await http.app.get(ApplicationsRepository).findMany(ctx, ids);
      const records = new Map(found.map((record) => [record.id, record]));
      const entries = await office.entries(
        ctx,
        ids.flatMap((id) => records.get(id) ?? []),
        true,
      );
      // The house itself is a party to no file, and is told no names.
      const named = who.actor.kind !== 'system';
      expect(page.items.map((line) => toldOf(line, named))).toEqual(
        entries.map((entry) => toldOf(entry, named)),
      );
      // Without places a nomination is looked up for other reasons.
      const wanted = { ...WANTED, places: false };
      const placeless = await office.page(ctx, { wish: asked, after, limit: 7, wanted });
      expect(placeless.items.map((line) => toldOf(line, named))).toEqual(
        entries.map((entry) => toldOf({ ...entry, place: null }, named)),
      );
      seen.push(...entries);
      after = page.next;
    } while (after !== null);
    return seen;
  });

async function person(name: string, grants: readonly (readonly [string, Row])[]): Promise<string> {
  const id = newId();
  await insertRows(http.owner, 'persons', [personRow(id, 'RS', name)]);
  await insertRows(
    http.owner,
    'role_grants',
    grants.map(([role, scope]) => grantRow(id, role, scope)),
  );
  const found = await http.app
    .get(Database)
    .read(systemContext(clock), (ctx) => http.app.get(People).withGrants(ctx, id));
  people[name] = {
    actor: {
      kind: 'person',
      personId: id,
      name,
      grants: found?.grants ?? [],
      secondFactor: true,
      scopes: null,
      ties: found?.ties ?? NO_TIES,
    },
    language: 'sr-Cyrl',
    clock,
    requestId: `test-${name}`,
  };
  return id;
}

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'most-worklist-'));
  http = await startHttpApp({ imports: exchangeModules(scratch) });
  const world = await buildWorld(http.app, http.owner);
  const institutions = {
    bg: await world.institution('university-of-belgrade'),
    ns: await world.institution('university-of-novi-sad'),
    msu: await world.institution('lomonosov-moscow-state-university'),
    nsu: await world.institution('novosibirsk-state-university'),
  };
  const official = await person('home', [['coordinator', { institution_id: institutions.bg }]]);
  const drawn = fc.sample(application, { numRuns: 160, seed: 7 });
  rows = await writeWorklist(http.owner, institutions, official, drawn, NOW);
  await person('host', [['coordinator', { institution_id: institutions.msu, side: 'host' }]]);
  await person('home_ministry', [['ministry_officer', { country: 'RS' }]]);
  await person('host_ministry', [['ministry_officer', { country: 'RU' }]]);
  await person('commission', [['commission_member', { country: 'RU' }]]);
  await person('reviewer', [['reviewer', { call_id: rows.calls[0] }]]);
  await person('nobody', []);
  everything = await read(systemContext(clock), NO_WISH);
}, 120_000);

afterAll(async () => {
  await http.stop();
  rmSync(scratch, { recursive: true, force: true });
});

/** The same wish, asked of one entry in plain words. */
function fits(entry: WorklistEntry, asked: WorklistWish): boolean {
  const { application: record, call, custody, home, host, place } = entry;
  const words = (institution: typeof home) =>
    JSON.stringify(institution).toLocaleLowerCase('sr').replaceAll(/["{}]/g, ' ');
  const called = (institution: typeof home, text: string) =>
    text === '' || (institution !== null && words(institution).includes(text.toLocaleLowerCase('sr')));
  const local = (instant: Date | null) =>
    instant?.toLocaleDateString('sv-SE', { timeZone: call.timeZone }) ?? '';
  const alive =
    record.hostInstitutionId !== null ||
    (record.state === 'eligible' && custody[0]?.office === 'home_ministry');
  return (
    (!asked.state || record.state === asked.state) &&
    (asked.text === '' ||
      record.searchKey.includes(searchKey(asked.text)) ||
      searchKey(record.number ?? '').includes(searchKey(asked.text))) &&
    called(home, asked.home) &&
    (asked.host === '' || (alive && called(host, asked.host))) &&
    (!asked.category || call.category === asked.category) &&
    (!asked.field || place?.fieldCode.startsWith(asked.field) === true) &&
    (!asked.level || place?.level === asked.level) &&
    (!asked.overdue || custody.some(({ until }) => until !== null && until < NOW)) &&
    (!asked.from || local(record.submittedAt) >= asked.from) &&
    (!asked.until || local(record.submittedAt) <= asked.until)
  );
}

describe('the worklist of an office', () => {
  it('has a world that tries it: every filter finds some and leaves some out', () => {
    expect(everything).toHaveLength(rows.applications.length);
    for (const asked of fc.sample(wish, { numRuns: 30, seed: 3 })) {
      const found = everything.filter((entry) => fits(entry, { ...NO_WISH, ...asked }));
      expect(found.length).toBeLessThanOrEqual(everything.length);
    }
    for (const asked of [
      { overdue: true },
      { host: 'Новосибирск' },
      { field: '06' },
      { until: '2027-03-01' },
    ]) {
      const found = everything.filter((entry) => fits(entry, { ...NO_WISH, ...asked }));
      expect(found.length).toBeGreaterThan(0);
      expect(found.length).toBeLessThan(everything.length);
    }
  });

  it('shows exactly what the policy allows and the filter describes, whoever asks for whatever', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...Object.keys(people)), wish, async (who, asked) => {
        const request = people[who];
        if (!request) throw new Error(who);
        const full = { ...NO_WISH, ...asked };
        const found = await read(request, full);
        const { actor } = request;
        const may = (entry: WorklistEntry, action: string) =>
          applicationsPolicy.decide(actor, action, entry.application).allowed;
        const expected = everything.filter(
          (entry) =>
            may(entry, 'application.list') &&
            fits(entry, full) &&
            // Nobody finds by a name that they may not know.
            (['', 'RS 2027'].includes(full.text) || may(entry, 'application.read_identity')),
        );
        const numbers = (entries: readonly WorklistEntry[]) =>
          entries.map((entry) => entry.application.number);
        expect(numbers(found)).toEqual(numbers(expected));
        const order = { wish: full, columns: ['number'], format: 'csv' as const };
        const made = await http.app
          .get(ExportWorklist)
          .begin(request, order, (_ctx, records) => Promise.resolve(records.map(({ number }) => number)));
        const taken: (string | null)[] = [];
        for await (const lines of made.rows) taken.push(...lines);
        expect(taken).toEqual(numbers(expected));
        expect(made.count).toBe(expected.length);
      }),
      { numRuns: 150, seed: 11 },
    );
  }, 60_000);

  it('is in a file, cell by cell, what the page reads of each, for whoever asks in whatever language', async () => {
    const asked = { wish: NO_WISH, columns: EXPORT_COLUMNS, format: 'csv' as const };
    const app = http.app;
    const translator = app.get(Translator);
    let lines = 0;
    for (const [index, request] of Object.values(people).entries()) {
      const language = LANGUAGES[index % LANGUAGES.length] ?? 'en';
      const who = { ...request, language };
      const { file } = await app.get(WriteExport).file(who, asked);
      const entries = await read(who, NO_WISH);
      const ordinary = await app.get(Database).read(who, async (ctx) => {
        const items = entries.map(({ application: record }) => record);
        const answers = await app.get(PersonalAnswers).of(ctx, items, kindsOf(EXPORT_COLUMNS));
        // Each line by itself: nothing that was said of another is said again.
        return entries.map((entry) =>
          new ExportLines(translator, language, EXPORT_COLUMNS).line(
            entry,
            answers.get(entry.application.id),
          ),
        );
      });
      lines += ordinary.length;
      const expected = [exportHeader(translator, language, EXPORT_COLUMNS), ...ordinary].map(csvRow);
      const written = await buffer(file.content as Readable);
      expect(written.toString()).toBe(BYTE_ORDER_MARK + expected.join(''));
    }
    expect(lines).toBeGreaterThan(rows.applications.length);
  }, 60_000);

  it('is walked through in many batches as in one, and may be left in the middle', async () => {
    const request = people['home_ministry'] as RequestContext;
    const lists = http.app.get(ApplicationLists);
    const walk = (batch: number) =>
      http.app.get(Database).readAlong(request, (ctx) => lists.walk(ctx, { limit: 1000 }, WANTED, batch));
    const seen = await read(request, NO_WISH);
    for (const batch of [1, 7, seen.length, 1000]) {
      const walked: ListedRow[] = [];
      for await (const each of walk(batch)) walked.push(...each);
      expect(walked.map(({ id, name, placeId }) => [id, name, placeId])).toEqual(
        seen.map(({ application: { id }, name, place }) => [
          id,
          typeof name === 'string' ? name : name?.name,
          place?.id,
        ]),
      );
    }
    for await (const each of walk(7)) {
      expect(each).toHaveLength(7);
      break;
    }
  });

  it('keeps nobody from a page, however many are walked through slowly', async () => {
    const request = people['home_ministry'] as RequestContext;
    const lists = http.app.get(ApplicationLists);
    const walks = Array.from({ length: CONNECTIONS + 2 }, () =>
      http.app.get(Database).readAlong(request, (ctx) => lists.walk(ctx, { limit: 1000 }, WANTED, 7)),
    );
    const begun = walks.map((walk) => walk.next());
    await begun[0];
    expect((await read(request, NO_WISH)).length).toBeGreaterThan(0);
    // Each has its turn as others are left.
    for (const [place, walk] of walks.entries()) {
      expect((await begun[place])?.value).toHaveLength(7);
      await walk.return(undefined);
    }
  });

  it('shows once what moves on while a search is looked through', async () => {
    const lists = http.app.get(ApplicationLists);
    const key = 'rs 20';
    const found = await http.app
      .get(Database)
      .read(people['home_ministry'] as RequestContext, (ctx) =>
        lists.list(ctx, { searchKey: key, limit: 3 }),
      );
    expect(found).toHaveLength(3);
    const [first, second, third] = found.map(({ id, stateSince }) => ({
      id,
      stateSince: stateSince.toISOString(),
    }));
    // Between the two questions the first of them has moved behind the second.
    const matching = jest
      .spyOn(lists as unknown as { matching(): Promise<unknown> }, 'matching')
      .mockResolvedValueOnce({ candidates: [first, second], ofAll: 3 })
      .mockResolvedValueOnce({ candidates: [first, third], ofAll: 2 });
    try {
      const page = await http.app
        .get(Database)
        .read(people['home_ministry'] as RequestContext, (ctx) =>
          lists.list(ctx, { searchKey: key, limit: 4 }),
        );
      expect(page.map(({ id }) => id)).toEqual([first?.id, second?.id, third?.id]);
    } finally {
      matching.mockRestore();
    }
  });

  it('names in a file whom the wall around persons lets somebody know, and nobody else', async () => {
    for (const request of [...Object.values(people), systemContext(clock)]) {
      await http.app.get(Database).read(request, async (ctx) => {
        const all = rows.applications;
        const seen = await ctx.tx.query<{ id: string; name: string }[]>(
          `select a.id, p.native_given || ' ' || p.native_family as name
           from applications a join persons p on p.id = a.applicant_id where a.id = any ($1) order by a.id`,
          [all],
        );
        const told = await ctx.tx.query<{ id: string; name: string }[]>(
          'select id, name from applicants_of_files($1) order by id',
          [all],
        );
        // The application itself, which is a party to none, knows them without being told.
        expect(told).toEqual(request.actor.kind === 'system' ? [] : seen);
      });
    }
  });

  describe('that is taken out by somebody whose role ends', () => {
    const begin = (request: RequestContext) => {
      const order = { wish: NO_WISH, columns: ['number'], format: 'csv' as const };
      return http.app
        .get(ExportWorklist)
        .begin(request, order, (_ctx, records) => Promise.resolve(records.map(({ number }) => number)));
    };
    const ends = (personId: Id) =>
      http.owner.query(
        "update role_grants set valid_until = valid_from + interval '1 hour' where person_id = $1",
        [personId],
      );
    const lastEntry = async (id: Id) => {
      const { rows: entries } = await http.owner.query<{ action: string; data: unknown }>(
        'select action, data from audit_entries where subject_id = $1 order by id desc limit 1',
        [id],
      );
      return entries[0];
    };

    it('gives nothing more before the first line, and less than all in the middle', async () => {
      const early = await person('leaves early', [['ministry_officer', { country: 'RS' }]]);
      const before = await begin(people['leaves early'] as RequestContext);
      expect(before.count).toBeGreaterThan(0);
      await ends(early);
      await expect(before.rows.next()).rejects.toMatchObject({ reason: 'rights_changed' });
      expect(await lastEntry(before.id)).toEqual({
        action: 'application_export.ended',
        data: { rows: 0, complete: false },
      });

      const late = await person('leaves late', [['ministry_officer', { country: 'RS' }]]);
      const request = people['leaves late'] as RequestContext;
      const made = await http.app
        .get(ExportWorklist)
        .begin(
          request,
          { wish: NO_WISH, columns: ['number'], format: 'csv' as const },
          async (_ctx, records) => {
            // While the first of them are worked on.
            await ends(late);
            return records.map(({ number }) => number);
          },
        );
      const now = performance.now();
      const later = jest
        .spyOn(performance, 'now')
        .mockReturnValueOnce(now)
        .mockReturnValue(now + 6000);
      await expect(made.rows.next()).rejects.toMatchObject({ reason: 'rights_changed' });
      later.mockRestore();
      expect(await lastEntry(made.id)).toMatchObject({ data: { rows: 0, complete: false } });
      delete people['leaves early'];
      delete people['leaves late'];
    });
  });

  it('holds no moment of the database for whoever does not go on reading it', async () => {
    const request = people['home_ministry'] as RequestContext;
    const order = { wish: NO_WISH, columns: ['number'], format: 'csv' as const };
    const made = await http.app.get(ExportWorklist).begin(request, order, async (ctx, records) => {
      // Sooner than in life.
      await ctx.tx.query("select set_config('idle_in_transaction_session_timeout', '100', true)");
      return records.map(({ number }) => number);
    });
    expect((await made.rows.next()).done).toBe(false);
    await pause(600);
    await expect(made.rows.next()).rejects.toThrow();
    const { rows: entries } = await http.owner.query<{ data: unknown }>(
      'select data from audit_entries where subject_id = $1 order by id desc limit 1',
      [made.id],
    );
    expect(entries[0]).toMatchObject({ data: { complete: false } });
    expect(await read(request, NO_WISH)).not.toEqual([]);
  });

  it('takes a day where it begins at the call', async () => {
    const { applications } = rows;
    const id = applications[0] ?? '';
    const submittedAt = (instant: string) =>
      http.owner.query('update applications set submitted_at = $2 where id = $1', [id, instant]);
    const { rows: before } = await http.owner.query<{ submitted_at: Date }>(
      'select submitted_at from applications where id = $1',
      [id],
    );
    const shown = async (from: string, until: string) =>
      (await read(systemContext(clock), { ...NO_WISH, from, until })).some(
        (entry) => entry.application.id === id,
      );
    // In Belgrade the 29th of March begins at 22:00 of the 28th in Greenwich: summer time began that night.
    await submittedAt('2027-03-28T21:59:59Z');
    expect(await shown('2027-03-28', '2027-03-28')).toBe(true);
    expect(await shown('2027-03-29', '2027-03-29')).toBe(false);
    await submittedAt('2027-03-28T22:00:00Z');
    expect(await shown('2027-03-28', '2027-03-28')).toBe(false);
    expect(await shown('2027-03-29', '2027-03-29')).toBe(true);
    await submittedAt((before[0]?.submitted_at ?? NOW).toISOString());
  });
});

describe('the numbers beside the worklist', () => {
  type Numbers = Readonly<Record<string, number>>;
  const numbersOf = (counted: readonly { readonly state: string; readonly count: number }[]): Numbers =>
    Object.fromEntries(
      counted.filter(({ count }) => count > 0).map(({ state, count }) => [state, count] as const),
    );
  const counts = () => http.app.get(ApplicationCounts);
  const gather = () =>
    http.app.get(Database).transaction(systemContext(clock), (ctx) => counts().gather(ctx));
  const SUMS = `select state, sum(count)::integer as count from (
      select state, count from application_counts where grain = $1
      union all select state, count from application_count_changes) sums group by state order by state`;
  const LIVE = `select state, count(*)::integer as count from applications where number is not null group by state order by state`;

  /** What the page shows of each state, what the list itself holds, and what the wall leaves of either. */
  const seenBy = (who: RequestContext) =>
    http.app.get(Database).read(who, async (ctx) => {
      const shown = await counts().byState(ctx, LISTED_STATES);
      const listed = await ctx.tx.query<{ state: string; count: number }[]>(
        `select state, count(*)::integer as count from applications a
         where ${applicationsPolicy.filter(ctx.actor, 'application.list', 'a')} group by state`,
      );
      const sums = (grain: string) => ctx.tx.query<{ state: string; count: number }[]>(SUMS, [grain]);
      return {
        shown: numbersOf([...shown].map(([state, { count }]) => ({ state, count }))),
        more: [...shown.values()].some(({ more }) => more),
        listed: numbersOf(listed),
        behindWall: numbersOf(await sums('institutions')),
        countriesBehindWall: numbersOf(await sums('countries')),
        filesBehindWall: numbersOf(await ctx.tx.query(LIVE)),
      };
    });

  async function expectSameNumbers(): Promise<void> {
    for (const [name, who] of Object.entries(people)) {
      const seen = await seenBy(who);
      expect({ name, numbers: seen.shown }).toEqual({ name, numbers: seen.listed });
      expect(seen.more).toBe(false);
      // A reviewer lists file by file: no sum is theirs to see. Everybody else sees of the sums what they see of the files.
      const files = name === 'reviewer' ? {} : seen.filesBehindWall;
      expect({ name, numbers: seen.behindWall }).toEqual({ name, numbers: files });
      for (const [state, count] of Object.entries(seen.countriesBehindWall)) {
        expect(count).toBeLessThanOrEqual(files[state] ?? 0);
      }
    }
  }

  beforeAll(async () => {
    const [bg] = rows.applications;
    const { rows: found } = await http.owner.query<{ institution: string }>(
      'select home_institution_id as institution from applications where id = $1',
      [bg],
    );
    const institution = found[0]?.institution ?? '';
    const unit = newId();
    await http.owner.query(
      `insert into institution_units (id, institution_id, name, created_at) values ($1, $2, $3, now())`,
      [unit, institution, JSON.stringify({ sr: 'Факултет', ru: 'Факультет', en: 'Faculty' })],
    );
    await http.owner.query('update applications set home_unit_id = $2 where id = $1', [bg, unit]);
    await person('unit', [['coordinator', { institution_id: institution, unit_id: unit }]]);
    await person('both', [
      ['coordinator', { institution_id: institution }],
      ['ministry_officer', { country: 'RU' }],
    ]);
  });

  it('are those of the list and of the wall, whoever asks, before they are gathered and after', async () => {
    expect(numbersOf((await http.owner.query(SUMS, ['institutions'])).rows)).toEqual(
      numbersOf((await http.owner.query(LIVE)).rows),
    );
    await expectSameNumbers();
    await gather();
    await expectSameNumbers();
    // Nothing is left to be gathered twice.
    await Promise.all([gather(), gather()]);
    await expectSameNumbers();
  });

  it('follow what becomes of an application, what leaves the sight of a side, and what is undone', async () => {
    const changes = [
      `update applications set state = 'screening' where id = $1 and state = 'submitted'`,
      `update applications set transferred_at = case when transferred_at is null and host_institution_id is not null then now() end
         where id = $1 and state not in ('offered', 'accepted')`,
      `update applications set home_unit_id = null where id = $1`,
      // What touches no number of a list is not counted anew.
      `update applications set version = version + 1 where id = $1`,
    ];
    for (const [place, change] of changes.entries()) {
      for (const id of rows.applications.slice(0, 40)) await http.owner.query(change, [id]);
      if (place === 1) await gather();
      await expectSameNumbers();
    }
    await http.owner.query('begin');
    await http.owner
      .query('delete from applications where id = $1', [rows.applications[3]])
      .catch(() => undefined);
    await http.owner.query('rollback');
    await expectSameNumbers();
  });

  it('count what is loaded with the triggers switched off', async () => {
    await http.owner.query('begin');
    await http.owner.query("set local session_replication_role = 'replica'");
    await http.owner.query(
      `insert into applications select (jsonb_populate_record(a, jsonb_build_object('id', gen_random_uuid(),
         'number', 'RS-2027-' || (900000 + row_number() over ()), 'applicant_id', gen_random_uuid()))).* from applications a limit 5`,
    );
    const sums = (await http.owner.query(SUMS, ['institutions'])).rows as { state: string; count: number }[];
    const live = (await http.owner.query(LIVE)).rows as { state: string; count: number }[];
    await http.owner.query('rollback');
    expect(numbersOf(sums)).toEqual(numbersOf(live));
  });
});
