import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Balances, Ledger, PERSON, PERSON_DAY, exchanged, paid } from '../../src/ledger/public.js';
import type { EntryId, LedgerEntry, LedgerKey } from '../../src/ledger/public.js';
import { recount } from '../../src/ledger/domain/balance.js';
import type { KnownPosting } from '../../src/ledger/domain/balance.js';
import { converted, reversed } from '../../src/ledger/domain/entry.js';
import { Database, systemContext } from '../../src/platform/database/database.js';
import { SettableClock, systemClock } from '../../src/shared/clock.js';
import { buildWorld } from '../factories/world.js';
import { exchangeModules } from '../factories/exchange-modules.js';
import { startHttpApp } from '../http/http-app.js';
import type { HttpApp } from '../http/http-app.js';
import { expectInvariants } from './expect-invariants.js';

/** The ledger on the real database: nothing is lost, nothing is changed, and every day is right. */

let http: HttpApp;
let scratch: string;
let agreementId: string;
let years = 1900;
const clock = new SettableClock(new Date());
const request = systemContext(clock);

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'most-ledger-'));
  http = await startHttpApp({ imports: exchangeModules(scratch) });
  const world = await buildWorld(http.app, http.owner, systemClock);
  agreementId = await world.agreementInForce();
}, 60_000);

afterAll(async () => {
  await expectInvariants(http.owner);
  await http.stop();
  rmSync(scratch, { recursive: true, force: true });
});

const ledger = () => http.app.get(Ledger);
const balances = () => http.app.get(Balances);
const database = () => http.app.get(Database);
const post = (entry: LedgerEntry): Promise<EntryId> =>
  database().transaction(request, (ctx) => ledger().post(ctx, entry));

/** A year of its own for each world, so that they share a database and nothing else. */
function keyOfYear(homeCountry = 'RS', hostCountry = 'RU'): LedgerKey {
  const academicYear = `${years}/${String((years + 1) % 100).padStart(2, '0')}`;
  return {
    homeCountry,
    hostCountry,
    agreementId,
    academicYear,
    category: 'student',
    homeInstitutionId: null,
    hostInstitutionId: null,
  };
}

const day = (offset: number) => new Date(Date.UTC(2030, 0, 1 + offset)).toISOString().slice(0, 10);
const instant = (offset: number) => new Date(Date.UTC(2030, 0, 1 + offset, 12));

/** What somebody may do to a ledger: post, take the n-th standing entry back, or put another in its place. */
const acts = fc.array(
  fc.record({
    act: fc.constantFrom('post', 'post', 'post', 'reverse', 'correct'),
    which: fc.nat({ max: 20 }),
    outward: fc.boolean(),
    teaches: fc.boolean(),
    planned: fc.boolean(),
    unit: fc.constantFrom(PERSON, PERSON_DAY, 'RSD', 'RUB', 'EUR'),
    amount: fc.integer({ min: 1, max: 1_000_000 }),
    occurred: fc.integer({ min: -20, max: 0 }),
    recorded: fc.integer({ min: 0, max: 20 }),
  }),
  { minLength: 1, maxLength: 14 },
);

describe('balances', () => {
  it('are a naive recount, for any order of entries and corrections, of any day and as known on any', async () => {
    await fc.assert(
      fc.asyncProperty(
        acts,
        fc.integer({ min: -22, max: 22 }),
        fc.integer({ min: -1, max: 22 }),
        async (steps, on, known) => {
          years += 1;
          const naive: KnownPosting[] = [];
          const standing: { id: EntryId; entry: LedgerEntry }[] = [];
          const write = (entry: LedgerEntry, recorded: number) => {
            const { key, basis, occurredOn } = entry;
            naive.push(
              ...entry.lines.map((line) => ({ ...line, key, basis, occurredOn, recordedOn: day(recorded) })),
            );
          };
          for (const step of steps) {
            const entry: LedgerEntry = {
              act: 'opening',
              basis: step.planned ? 'planned' : 'happened',
              key: {
                ...(step.outward ? keyOfYear('RS', 'RU') : keyOfYear('RU', 'RS')),
                category: step.teaches ? 'professor' : 'student',
              },
              occurredOn: day(step.occurred),
              stayId: null,
              lines:
                step.unit === PERSON || step.unit === PERSON_DAY
                  ? exchanged(step.unit, step.amount)
                  : paid(step.teaches ? 'host_institution' : 'home_country', {
                      minor: step.amount,
                      currency: step.unit,
                    }),
            };
            clock.set(instant(step.recorded));
            const chosen = standing[step.which % Math.max(1, standing.length)];
            if (step.act === 'post' || !chosen) {
              standing.push({ id: await post(entry), entry });
              write(entry, step.recorded);
              continue;
            }
            standing.splice(standing.indexOf(chosen), 1);
            write({ ...chosen.entry, lines: reversed(chosen.entry.lines) }, step.recorded);
            const id = await database().transaction(request, (ctx) =>
              step.act === 'reverse'
                ? ledger().reverse(ctx, chosen.id, 'mistyped')
                : ledger().correct(ctx, chosen.id, entry, 'amount_changed'),
            );
            if (step.act === 'correct') {
              standing.push({ id, entry });
              write(entry, step.recorded);
            }
          }
          const asOf = { on: day(on), ...(known < 0 ? {} : { knownOn: day(known) }) };
          const { academicYear } = keyOfYear();
          const rows = await database().read(request, (ctx) =>
            balances().of(ctx, asOf, ['year'], { academicYear }),
          );
          for (const homeCountry of ['RS', 'RU']) {
            for (const basis of ['planned', 'happened']) {
              for (const unit of [PERSON, PERSON_DAY, 'RSD', 'RUB', 'EUR']) {
                const expected = recount(
                  naive,
                  asOf,
                  (posting) =>
                    (posting.book === 'received' || posting.book === 'cost') &&
                    posting.key.homeCountry === homeCountry &&
                    posting.basis === basis &&
                    posting.unit === unit,
                );
                const found = rows.find(
                  (row) => row.homeCountry === homeCountry && row.basis === basis && row.unit === unit,
                );
                expect(found?.amount ?? 0).toBe(expected);
              }
            }
          }
          // Those of all years come from sums of their own.
          const { ofThis, ofAll } = await database().read(request, async (ctx) => ({
            ofThis: await balances().of(ctx, { on: day(on) }, ['year'], { academicYear }),
            ofAll: await balances().of(ctx, { on: day(on) }, ['year']),
          }));
          expect(ofAll.filter((row) => row.academicYear === academicYear)).toEqual(ofThis);
          // The same by category and agreement, and by who paid: no sum is lost, none is in two places.
          const { finest, payers } = await database().read(request, async (ctx) => ({
            finest: await balances().of(ctx, asOf, ['agreement', 'category'], { academicYear }),
            payers: await balances().payers(ctx, asOf, { academicYear }),
          }));
          for (const { category, homeCountry, basis, unit, amount, agreementId: agreement } of finest) {
            expect(agreement).toBe(agreementId);
            const same = (posting: KnownPosting) =>
              (posting.book === 'received' || posting.book === 'cost') &&
              posting.key.category === category &&
              posting.key.homeCountry === homeCountry &&
              posting.basis === basis &&
              posting.unit === unit;
            expect(amount).toBe(recount(naive, asOf, same));
          }
          const total = (of: readonly { readonly amount: number; readonly unit: string }[], unit: string) =>
            of.filter((row) => row.unit === unit).reduce((sum, { amount }) => sum + amount, 0);
          for (const unit of [PERSON, PERSON_DAY, 'RSD', 'RUB', 'EUR']) {
            expect(total(finest, unit)).toBe(total(rows, unit));
          }
          for (const unit of ['RSD', 'RUB', 'EUR']) {
            const byPayer = payers.map(({ currency, minor }) => ({ unit: currency, amount: minor }));
            expect(total(byPayer, unit)).toBe(total(rows, unit));
          }
          // Nothing comes from nowhere: with both halves of every pair the whole is nothing.
          const all = { on: day(400) };
          for (const unit of [PERSON, PERSON_DAY, 'RSD', 'RUB', 'EUR']) {
            expect(recount(naive, all, (posting) => posting.unit === unit)).toBe(0);
          }
        },
      ),
      { numRuns: 15 },
    );
  }, 60_000);
});

describe('the record', () => {
  const one = (): LedgerEntry => ({
    act: 'opening',
    basis: 'happened',
    key: keyOfYear(),
    occurredOn: day(-30),
    stayId: null,
    lines: exchanged(PERSON, 3),
  });

  beforeAll(() => {
    clock.set(instant(0));
  });

  it.each([
    'update ledger_entries set occurred_on = occurred_on',
    'delete from ledger_entries',
    'truncate ledger_postings',
    'update ledger_postings set amount = amount',
    'delete from ledger_postings',
  ])('is never changed: %s', async (statement) => {
    await post(one());
    // Neither by the application's role, which has no right to, nor by whoever owns the table.
    await expect(database().transaction(request, (ctx) => ctx.tx.query(statement))).rejects.toThrow(
      'permission denied',
    );
    await expect(http.owner.query(statement)).rejects.toThrow(/append-only/);
  });

  it('lets nobody write the sums of the days but the database itself', async () => {
    for (const statement of ['update ledger_days set amount = 0', 'delete from ledger_days']) {
      await expect(database().transaction(request, (ctx) => ctx.tx.query(statement))).rejects.toThrow(
        'permission denied',
      );
    }
  });

  it('takes no entry that does not balance, whoever writes it, and nothing into a closed one', async () => {
    const id = await post(one());
    const line = `insert into ledger_postings (entry_id, line, account_id, unit, amount)
      select $1, $2, account_id, unit, $3 from ledger_postings where entry_id = $4 and line = 1`;
    await expect(
      database().transaction(request, (ctx) => ctx.tx.query(line, [id, 9, 1, id])),
    ).rejects.toThrow('is closed');
    const entry = `insert into ledger_entries (act, basis, occurred_on, recorded_at)
      values ('opening', 'happened', '2029-01-01', '2030-01-01') returning id`;
    await expect(database().transaction(request, (ctx) => ctx.tx.query(entry))).rejects.toThrow(
      'does not balance',
    );
    await expect(
      database().transaction(request, async (ctx) => {
        const [row] = await ctx.tx.query<{ id: string }[]>(entry);
        await ctx.tx.query(line, [row?.id, 1, 5, id]);
        await ctx.tx.query(line, [row?.id, 2, -4, id]);
      }),
    ).rejects.toThrow('does not balance');
    await expect(post({ ...one(), lines: exchanged(PERSON, 3).slice(1) })).rejects.toThrow('not an entry');
  });

  it('takes an entry back once, whoever is first', async () => {
    const id = await post(one());
    const outcomes = await Promise.allSettled(
      [1, 2, 3, 4].map(() => database().transaction(request, (ctx) => ledger().reverse(ctx, id, 'mistyped'))),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('takes nothing back by halves: a reversal is the exact reverse on the same day', async () => {
    const id = await post(one());
    await expect(
      database().transaction(request, async (ctx) => {
        const [row] = await ctx.tx.query<{ id: string }[]>(
          `insert into ledger_entries (act, basis, occurred_on, recorded_at, reverses, reason)
           select act, basis, occurred_on, recorded_at, id, 'mistyped' from ledger_entries where id = $1 returning id`,
          [id],
        );
        await ctx.tx.query(
          `insert into ledger_postings (entry_id, line, account_id, unit, amount)
           select $1, line, account_id, unit, -sign(amount) from ledger_postings where entry_id = $2`,
          [row?.id, id],
        );
      }),
    ).rejects.toThrow('is not the reverse');
  });

  it('converts money by a named rate only', async () => {
    years += 1;
    const lines = converted({ minor: 117_00, currency: 'RSD' }, { minor: 1_00, currency: 'EUR' });
    const conversion: LedgerEntry = { ...one(), act: 'conversion', lines };
    await expect(post(conversion)).rejects.toThrow('names its rate');
    await post({
      ...conversion,
      rate: { value: '0.0085', source: 'National Bank of Serbia', day: day(-31) },
    });
    const rows = await database().read(request, (ctx) =>
      balances().of(ctx, { on: day(0) }, ['year'], { academicYear: keyOfYear().academicYear }),
    );
    expect(
      rows.filter(({ unit }) => unit === 'RSD' || unit === 'EUR').map(({ unit, amount }) => [unit, amount]),
    ).toEqual([
      ['EUR', 1_00],
      ['RSD', -117_00],
    ]);
  });

  it('balances where many write at once', async () => {
    years += 1;
    const academicYear = keyOfYear().academicYear;
    await Promise.all(
      Array.from({ length: 24 }, (_, index) =>
        post({ ...one(), key: index % 2 ? keyOfYear() : keyOfYear('RU', 'RS'), lines: exchanged(PERSON, 1) }),
      ),
    );
    const rows = await database().read(request, (ctx) =>
      balances().of(ctx, { on: day(0) }, ['year'], { academicYear }),
    );
    expect(rows.map(({ amount }) => amount)).toEqual([12, 12]);
  });
});
