import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import pg from 'pg';
import { APPLICATION_STATES } from '../src/applications/public.js';
import { SealAudit } from '../src/audit/public.js';
import { Refusal } from '../src/cli/failures.js';
import { BulkLoad } from '../src/cli/seed/bulk-load.js';
import { RememberingTranslator } from '../src/cli/seed/remembering-translator.js';
import { seed } from '../src/cli/seed/seed.js';
import { Translator } from '../src/platform/i18n/translator.js';
import { systemClock } from '../src/shared/clock.js';
import { newId } from '../src/shared/ids.js';
import type { Id } from '../src/shared/ids.js';
import { programmeToSeed } from './factories/seeded-programme.js';
import type { ProgrammeToSeed } from './factories/seeded-programme.js';
import { expectInvariants } from './database/expect-invariants.js';

const APPLICATIONS = 2500;

let programme: ProgrammeToSeed;
let app: INestApplicationContext;
let owner: pg.Client;
let indexesBefore: unknown;
const shown: { share: number; doing: string }[] = [];

beforeAll(async () => {
  programme = await programmeToSeed();
  ({ app, owner } = programme);
  indexesBefore = await indexes();
  await seed(app, owner, {
    applications: APPLICATIONS,
    drafts: 5,
    seed: 11,
    large: true,
    progress: (share, doing) => shown.push({ share, doing }),
  });
}, 240_000);

afterAll(async () => {
  await programme.stop();
});

async function indexes(): Promise<unknown> {
  const { rows } = await owner.query<object>(
    "select indexname, indexdef from pg_indexes where schemaname = 'public' order by 1",
  );
  return rows;
}

async function number(query: string): Promise<number> {
  const { rows } = await owner.query<{ number: string }>(`select (${query})::text as number`);
  return Number(rows[0]?.number);
}

describe('a large programme', () => {
  it('keeps every invariant, with applications in every state', async () => {
    const { rows } = await owner.query<{ state: string }>('select distinct state from applications');
    expect(rows.map(({ state }) => state).sort()).toEqual([...APPLICATION_STATES].sort());
    expect(await number('select count(*) from applications')).toBe(APPLICATIONS + 5);
    await expectInvariants(owner);
  });

  it('leaves the indexes and the checks of foreign keys as they were', async () => {
    expect(await indexes()).toEqual(indexesBefore);
    await expect(
      owner.query(
        'update applications set applicant_id = gen_random_uuid() where id = (select id from applications limit 1)',
      ),
    ).rejects.toThrow('foreign key');
  });

  it('lies in the order in which it was begun, so that indexes by ids only grow at their end', async () => {
    for (const table of ['applications', 'persons']) {
      const behind = `select count(*) from (select created_at, lag(created_at) over (order by ctid) as before
        from ${table} where created_at < now() - interval '1 hour') each where created_at < before`;
      expect(await number(behind)).toBeLessThan(APPLICATIONS / 20);
    }
  });

  it('is known to the planner, and its pages are known to be visible to all', async () => {
    expect(
      await number(
        `select count(*) from pg_class where relname in ('applications', 'audit_entries', 'application_submissions')
           and reltuples > ${APPLICATIONS / 2} and relallvisible > relpages / 2`,
      ),
    ).toBe(3);
  });

  it('has its numbers in the sums, and leaves no list to add up what was loaded', async () => {
    expect(await number('select count(*) from application_count_changes')).toBe(0);
    expect(await number("select sum(count) from application_counts where grain = 'countries'")).toBe(
      await number('select count(*) from applications where number is not null'),
    );
    expect(await number('select count(*) from promise_queue_changes')).toBe(0);
    expect(await number('select sum(count) from promise_queues')).toBeGreaterThan(0);
    const promises = await number('select sum(count) from promise_sums');
    expect(promises).toBeGreaterThan(APPLICATIONS / 2);
    expect(promises).toBe(await number('select count(*) from promise_clocks where counted'));
  });

  it('finds where the sides disagree, whichever of them and their decision is loaded first', async () => {
    await owner.query(`begin;
      set local session_replication_role = replica;
      create temporary table loaded on commit drop as select d.* from decisions d join divergences v on v.decision_id = d.id;
      create temporary table loaded_sides on commit drop as select s.* from decision_sides s join loaded d on d.id = s.decision_id;
      delete from divergences;
      delete from decision_sides where decision_id in (select id from loaded);
      delete from decisions where id in (select id from loaded);
      insert into decision_sides select * from loaded_sides;
      insert into decisions select * from loaded`);
    try {
      expect(await number('select count(*) from loaded')).toBeGreaterThan(0);
      expect(await number('select count(*) from divergences')).toBe(
        await number('select count(*) from loaded'),
      );
    } finally {
      await owner.query('rollback');
    }
  });

  it('is sealed in pieces', async () => {
    const entries = await number('select count(*) from audit_entries');
    // Nothing is sealed that is younger than a transaction under way, which here may be another test's, in its own database.
    for (
      const seals = app.get(SealAudit);
      (await number('select sum(entries) from audit_seals')) < entries;
    ) {
      await setTimeout(100);
      await seals.run(systemClock);
    }
    expect(await number('select count(*) from audit_seals')).toBeGreaterThanOrEqual(
      Math.floor(entries / 20_000),
    );
    expect(await number('select max(entries) from audit_seals')).toBeLessThan(30_000);
    expect(await number('select sum(entries) from audit_seals')).toBe(entries);
  });

  it('has eight years, names of many people, and places of which some are sought far more than others', async () => {
    const year = new Date().getUTCFullYear();
    expect(await number('select min(extract(year from created_at)) from applications')).toBe(year - 7);
    expect(await number('select count(distinct (native_family, native_given)) from persons')).toBeGreaterThan(
      APPLICATIONS / 2,
    );
    const { rows } = await owner.query<{ most: number; middle: number }>(
      `select max(chosen)::float as most, percentile_cont(0.5) within group (order by chosen) as middle from (
         select count(*) as chosen from application_choices c join call_places p on p.id = c.place_id
         group by p.id) each`,
    );
    expect(rows[0]?.most).toBeGreaterThan(3 * (rows[0]?.middle ?? Infinity));
  });

  it('tells how far it is, never going back', () => {
    expect(shown.at(-1)?.share).toBe(1);
    expect(shown.every(({ share }, place) => share >= (shown[place - 1]?.share ?? 0))).toBe(true);
    expect(new Set(shown.map(({ doing }) => doing.replace(/[0-9]/g, '').trim()))).toEqual(
      new Set([
        'officials, the agreement and the calls',
        'applications',
        'indexes',
        'statistics',
        'foreign keys',
        'seals of the audit record',
        'all done',
      ]),
    );
  });

  it('is in a database once', async () => {
    await expect(
      seed(app, owner, { applications: 10, drafts: 0, seed: 11, progress: () => undefined }),
    ).rejects.toThrow(Refusal);
  });
});

describe('loading', () => {
  it('brings in nothing where a reference leads nowhere', async () => {
    const before = await number('select count(*) from application_choices');
    const load = await BulkLoad.begin(owner, true);
    load.add('application_choices', { application_id: newId(), rank: 1, place_id: newId() });
    await load.write();
    await expect(load.finish(() => undefined)).rejects.toThrow(
      'application_choices_application_id_fkey 1, application_choices_place_id_fkey 1',
    );
    await load.abandon();
    expect(await number('select count(*) from application_choices')).toBe(before);
    expect(await indexes()).toEqual(indexesBefore);
  });

  it('takes more than it keeps at once, and fails everybody who waits where a row is refused', async () => {
    const load = await BulkLoad.begin(owner, false);
    const event = (id: Id) => ({
      at: new Date(0),
      type: 'x'.repeat(50_000),
      subject_kind: 'x',
      subject_id: id,
      payload: {},
      request_id: 'x',
      delivered_at: new Date(0),
    });
    for (let made = 0; made < 100; made++) {
      load.add('outbox_events', event(newId()));
      await load.turn();
    }
    await load.write();
    const { rows } = await owner.query<{ count: string }>(
      'select count(*) from outbox_events where length(type) = 50000',
    );
    expect(rows[0]?.count).toBe('100');
    expect(() => load.add('outbox_events', { ...event(newId()), type: 'x'.repeat(200_000) })).toThrow(
      RangeError,
    );
    load.add('application_choices', { application_id: 'no id', rank: 1, place_id: newId() });
    await expect(load.write()).rejects.toThrow('invalid input syntax');
    await expect(load.write()).rejects.toThrow();
    await load.abandon();
    expect(await number('select count(*) from outbox_events where length(type) = 50000')).toBe(0);
  });

  it('is refused to a login that may not switch triggers off', async () => {
    const bound = new pg.Client({ connectionString: programme.appUrl });
    await bound.connect();
    await expect(BulkLoad.begin(bound, false)).rejects.toThrow(Refusal);
    await bound.end();
  });

  it('writes what COPY would take for its own signs', async () => {
    const text = 'a\tb\\n\r\n"{}", \\. Љ\\';
    const id = newId();
    const load = await BulkLoad.begin(owner, false);
    load.add('outbox_events', {
      at: new Date(0),
      type: text,
      subject_kind: 'x',
      subject_id: id,
      payload: { text },
      request_id: 'x',
      delivered_at: new Date(0),
      actor_id: null,
    });
    load.add('transfers', {
      id,
      person_id: id,
      subject_kind: 'application',
      subject_id: id,
      from_country: 'RS',
      to_country: 'RU',
      recipient_institution_id: id,
      purpose: 'nomination',
      legal_basis: 'consent',
      fields: [text, ''],
      act: text,
      at: new Date(0),
    });
    await load.write();
    const events = await owner.query<object>(
      'select type, payload, actor_id from outbox_events where subject_id = $1',
      [id],
    );
    expect(events.rows).toEqual([{ type: text, payload: { text }, actor_id: null }]);
    const transfers = await owner.query<object>('select fields, act from transfers where id = $1', [id]);
    expect(transfers.rows).toEqual([{ fields: [text, ''], act: text }]);
    await load.abandon();
  });

  it('says the same as the translator that remembers nothing', () => {
    const [plain, remembering] = [new Translator(), new RememberingTranslator()];
    const at = new Date('2026-03-15T21:30:00Z');
    for (const language of ['sr-Cyrl', 'sr-Latn', 'ru', 'en'] as const) {
      const said = (translator: Translator) => [
        translator.dateTime(language, at, 'Europe/Belgrade'),
        translator.date(language, new Date('2026-03-15T12:00:00Z'), 'UTC'),
        translator.t(language, 'applications.place.months', { count: 5 }),
        translator.t(language, 'documents.letter.statement', {
          acceptedOn: translator.date(language, at, 'Europe/Moscow'),
        }),
        translator.localized(language, { sr: 'Размена', ru: 'Обмен', en: 'Exchange' }),
        translator.countryName(language, 'RS'),
      ];
      // Twice: what is remembered is what was said.
      for (let turn = 0; turn < 2; turn++) expect(said(remembering)).toEqual(said(plain));
    }
  });
});
