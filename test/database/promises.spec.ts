import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ProposeAgreement } from '../../src/agreements/public.js';
import { Decisions } from '../../src/approvals/public.js';
import type { Ctx } from '../../src/platform/database/context.js';
import { Database, systemContext } from '../../src/platform/database/database.js';
import { PROMISE_STEPS } from '../../src/promises/domain/promise-record.js';
import { Promises, recordOf } from '../../src/promises/public.js';
import type { SettledPromises } from '../../src/promises/public.js';
import { SettableClock } from '../../src/shared/clock.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import { exchangeModules } from '../factories/exchange-modules.js';
import { buildWorld } from '../factories/world.js';
import type { World } from '../factories/world.js';
import { startHttpApp } from '../http/http-app.js';
import type { HttpApp } from '../http/http-app.js';
import { expectInvariants } from './expect-invariants.js';

/** Clocks begin and end in the act; sums are those of all clocks, whoever makes them and how often. */

let http: HttpApp;
let world: World;
let scratch: string;
let promises: Promises;
const clock = new SettableClock(new Date('2027-03-01T09:00:00Z'));

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'most-promises-'));
  http = await startHttpApp({ imports: exchangeModules(scratch) });
  world = await buildWorld(http.app, http.owner, clock);
  promises = http.app.get(Promises);
}, 60_000);

afterAll(async () => {
  await expectInvariants(http.owner);
  await http.stop();
  rmSync(scratch, { recursive: true, force: true });
});

const act = <T>(work: (ctx: Ctx) => Promise<T>) =>
  http.app.get(Database).transaction(systemContext(clock), work);

async function put(): Promise<Id> {
  const id = await world.prepareAgreement();
  await http.app.get(ProposeAgreement).proposeAgreement(systemContext(clock), id);
  return id;
}

describe('a clock', () => {
  it('runs for each ministry from the moment that something is before it, and ends with its word', async () => {
    const before = await act((ctx) => promises.settled(ctx));
    const id = await put();
    const waiting = await act((ctx) => promises.open(ctx, ['RS']));
    expect(waiting).toMatchObject([
      { office: 'ministry', country: 'RS', step: 'approval', open: 1, late: 0 },
      { office: 'ministry', country: 'RU', step: 'approval', open: 1, late: 0 },
    ]);
    await world.approve(id);
    expect(await act((ctx) => promises.open(ctx))).toEqual([]);
    const settled = await act((ctx) => promises.settled(ctx));
    expect(settled.length).toBeGreaterThan(before.length);
    expect(settled.every(({ kept, takenDays }) => kept && takenDays === 0)).toBe(true);
  });

  it('that has run out is late, and what is taken back then counts as broken; in time it was never owed', async () => {
    const late = await put();
    const early = await put();
    const withdraw = (id: Id) =>
      act((ctx) => http.app.get(Decisions).withdraw(ctx, { kind: 'agreement', id }));
    await withdraw(early);
    expect((await act((ctx) => promises.open(ctx))).map(({ open }) => open)).toEqual([1, 1]);
    clock.set(new Date('2028-03-01T09:00:00Z'));
    expect((await act((ctx) => promises.open(ctx))).map(({ late: so }) => so)).toEqual([1, 1]);
    await withdraw(late);
    expect(await act((ctx) => promises.open(ctx))).toEqual([]);
    const broken = (await act((ctx) => promises.settled(ctx))).filter(({ kept }) => !kept);
    expect(broken.map(({ country, count, takenDays }) => [country, count, takenDays])).toEqual([
      ['RS', 1, 366],
      ['RU', 1, 366],
    ]);
  });
});

/** A fixed seed: what fails here fails again. */
function diceOf(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * sides);
  };
}

describe('the queues', () => {
  interface Running {
    readonly office: string;
    readonly country: string;
    readonly institution_id: string | null;
    readonly step: string;
    readonly home_country: string;
    readonly host_country: string | null;
    readonly began_at: Date;
    readonly due_at: Date;
  }
  const noon = new Date('2027-06-15T12:00:00Z');

  /** Each clock that runs by itself, reckoned in JavaScript. */
  const live = async (now: Date, countries: readonly string[] | null) => {
    const { rows } = await http.owner.query<Running>('select * from promise_clocks where ended_at is null');
    const queues = new Map<string, Running[]>();
    for (const row of rows) {
      if (countries && ![row.home_country, row.host_country].some((code) => code && countries.includes(code)))
        continue;
      const key = [row.office, row.country, row.institution_id, row.step].join(' ');
      queues.set(key, [...(queues.get(key) ?? []), row]);
    }
    const first = (instants: readonly Date[]) =>
      new Date(Math.min(...instants.map((at) => at.getTime()))).toISOString();
    return [...queues]
      .map(([key, clocks]) => [
        key,
        clocks.length,
        clocks.filter(({ due_at }) => due_at < now).length,
        first(clocks.map(({ began_at }) => began_at)),
        first(clocks.map(({ due_at }) => due_at)),
      ])
      .sort();
  };
  const told = async (now: Date, countries: readonly string[] | null) => {
    clock.set(now);
    const open = await act((ctx) => promises.open(ctx, countries));
    expect(open.map(({ oldestAt }) => oldestAt.getTime())).toEqual(
      open.map(({ oldestAt }) => oldestAt.getTime()).sort((a, b) => a - b),
    );
    return open
      .map(({ office, country, institutionId, step, open: count, late, oldestAt, nextDueAt }) => [
        [office, country, institutionId, step].join(' '),
        count,
        late,
        oldestAt.toISOString(),
        nextDueAt.toISOString(),
      ])
      .sort();
  };

  it('of a random world are what a live count says, whatever becomes of a clock and whenever they are gathered', async () => {
    const institution = await world.institution('university-of-belgrade');
    const dice = diceOf(20_270_615);
    for (let round = 0; round < 4; round += 1) {
      const rows = Array.from({ length: 120 }, () => {
        const office = dice(3) === 0 ? 'ministry' : 'institution';
        const due = noon.getTime() + (dice(96) - 48) * 3_600_000;
        return {
          step: office === 'ministry' ? 'gate' : 'screening',
          subject_id: newId(),
          office,
          country: dice(2) === 0 && office === 'ministry' ? 'RU' : 'RS',
          institution_id: office === 'institution' ? institution : null,
          home_country: dice(2) === 0 ? 'RS' : 'RU',
          host_country: [null, 'RS', 'RU'][dice(3)],
          began_at: new Date(due - (1 + dice(30)) * 86_400_000),
          due_at: new Date(due),
          counted: false,
        };
      });
      // New ones, a later day, the other side told of it, an answer, and what was never owed; also where other triggers are
      // silent, as in a load.
      await http.owner.query(`set session_replication_role = ${round % 2 === 0 ? 'replica' : 'origin'}`);
      try {
        await http.owner.query(
          `insert into promise_clocks (step, subject_id, office, country, institution_id, home_country, host_country, began_at, due_at,
             counted)
           select step, subject_id, office, country, institution_id, home_country, host_country, began_at, due_at, counted
           from jsonb_populate_recordset(null::promise_clocks, $1)`,
          [JSON.stringify(rows)],
        );
        for (const [place, change] of [
          "update promise_clocks set due_at = due_at + interval '31 hours'",
          "update promise_clocks set host_country = 'RU'",
          'update promise_clocks set ended_at = due_at',
          'delete from promise_clocks',
        ].entries())
          await http.owner.query(
            `${change} where ended_at is null and step in ('gate', 'screening') and id % 7 = $1`,
            [place],
          );
      } finally {
        await http.owner.query('set session_replication_role = origin');
      }
      if (round % 2 === 1) await Promise.all([1, 2].map(() => act((ctx) => promises.gather(ctx))));
      for (const hours of [-60, -13, -12, 0, 5, 60])
        for (const countries of [null, ['RS'], ['RU']]) {
          const now = new Date(noon.getTime() + hours * 3_600_000);
          expect(await told(now, countries)).toEqual(await live(now, countries));
        }
    }
    await act((ctx) => promises.gather(ctx));
    const { rows } = await http.owner.query('select 1 from promise_queue_changes');
    expect(rows).toEqual([]);
    await http.owner.query("delete from promise_clocks where step in ('gate', 'screening')");
  });
});

describe('the sums', () => {
  it('of a random world are what a live count says, whenever and by however many they are made', async () => {
    const institutions = [
      await world.institution('university-of-belgrade'),
      await world.institution('university-of-novi-sad'),
    ];
    const dice = diceOf(20_270_301);
    for (let round = 0; round < 4; round += 1) {
      const rows = Array.from({ length: 150 }, () => {
        const office = dice(3) === 0 ? 'ministry' : 'institution';
        const began = Date.UTC(2026 + dice(2), dice(12), 1 + dice(28), dice(24));
        return {
          step: office === 'ministry' ? 'approval' : 'screening',
          subject_id: newId(),
          office,
          country: dice(2) === 0 && office === 'ministry' ? 'RU' : 'RS',
          institution_id: office === 'institution' ? institutions[dice(2)] : null,
          home_country: 'RS',
          began_at: new Date(began),
          due_at: new Date(began + (1 + dice(20)) * 86_400_000),
          ended_at: new Date(began + dice(30 * 24) * 3_600_000),
          counted: false,
        };
      });
      await http.owner.query(
        `insert into promise_clocks (step, subject_id, office, country, institution_id, home_country, began_at, due_at, ended_at,
           counted)
         select step, subject_id, office, country, institution_id, home_country, began_at, due_at, ended_at, counted
         from jsonb_populate_recordset(null::promise_clocks, $1)`,
        [JSON.stringify(rows)],
      );
      expect(await told()).toEqual(await live());
      // Two workers at once count each clock once.
      if (round % 2 === 1) await Promise.all([1, 2].map(() => act((ctx) => promises.count(ctx))));
      expect(await told()).toEqual(await live());
      for (const countries of [null, ['RS'], ['RU'], ['RS', 'RU']]) {
        expect(await act((ctx) => promises.records(ctx, countries))).toEqual(await recorded(countries));
      }
    }
    expect(await act((ctx) => promises.count(ctx))).toBe(0);
  });

  const keyed = (
    rows: readonly Pick<
      SettledPromises,
      'country' | 'institutionId' | 'step' | 'year' | 'takenDays' | 'kept' | 'count'
    >[],
  ) => {
    const sums = new Map<string, number>();
    for (const { country, institutionId, step, year, takenDays, kept, count } of rows) {
      const key = [country, institutionId ?? '', step, year, takenDays, kept].join(' ');
      sums.set(key, (sums.get(key) ?? 0) + count);
    }
    return [...sums].sort();
  };
  /** The record of each step, reckoned in JavaScript from the sums of offices. */
  const recorded = async (countries: readonly string[] | null) => {
    const settled = (await act((ctx) => promises.settled(ctx))).filter(
      ({ country }) => countries === null || countries.includes(country),
    );
    return PROMISE_STEPS.flatMap((step) => {
      const counts = settled.filter((each) => each.step === step);
      if (counts.length === 0) return [];
      const { kept, broken, medianDays, longestDays } = recordOf(counts);
      return [{ step, kept, broken, medianDays, longestDays }];
    });
  };
  const told = async () => keyed(await act((ctx) => promises.settled(ctx)));
  /** Each clock by itself, reckoned in JavaScript. */
  const live = async () => {
    const { rows } = await http.owner.query<{
      country: string;
      institution_id: string | null;
      step: SettledPromises['step'];
      began_at: Date;
      due_at: Date;
      ended_at: Date;
    }>('select * from promise_clocks where ended_at is not null');
    return keyed(
      rows.map(({ country, institution_id: institutionId, step, began_at, due_at, ended_at }) => ({
        country,
        institutionId,
        step,
        year: ended_at.getUTCFullYear(),
        takenDays: Math.max(0, Math.ceil((ended_at.getTime() - began_at.getTime()) / 86_400_000)),
        kept: ended_at <= due_at,
        count: 1,
      })),
    );
  };
});
