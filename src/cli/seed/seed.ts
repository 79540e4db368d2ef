import type { INestApplicationContext } from '@nestjs/common';
import { PDFDocument } from 'pdf-lib';
import type pg from 'pg';
import { People } from '../../access/public.js';
import { SealAudit } from '../../audit/public.js';
import { ApplicationCounts, ComposeAwardLetter } from '../../applications/public.js';
import { STANDARD_FORM } from '../../calls/public.js';
import { Settings } from '../../platform/config/settings.js';
import { Database, systemContext } from '../../platform/database/database.js';
import { URGENCY } from '../../platform/outbox/outbox.js';
import { FileStore } from '../../platform/storage/file-store.js';
import { systemClock } from '../../shared/clock.js';
import type { Id } from '../../shared/ids.js';
import { COUNT_LOADED_PROMISES, Promises } from '../../promises/public.js';
import { Countries, Institutions } from '../../universities/public.js';
import { Refusal } from '../failures.js';
import { BulkLoad } from './bulk-load.js';
import { Dice } from './dice.js';
import { RememberingTranslator } from './remembering-translator.js';
import { READY, SCENARIOS } from './scenarios.js';
import type { CallAge } from './scenarios.js';
import { SeedWorldBuilder } from './seed-world.js';
import { SeededApplication } from './seeded-application.js';
import type { SeedTools, StoredDocument } from './seeded-application.js';
import { Timetable } from './timetable.js';

/** From so many applications on a programme is loaded as a large one. */
const LARGE_FROM = 20_000;
/** The entries of so many applications name one transaction: some thousand, which one seal takes whole. */
const APPLICATIONS_PER_TRANSACTION = 500;
const SHOWN_EACH = 100;
/** What each kind of work takes of a large load; between them the bar goes on evenly. */
const SHARES = { world: 0.02, applications: 0.6, finish: 0.25, settle: 0.05, seal: 0.08 };
/** Letters that the application sets and signs when it runs next: the newest. Those of years past would keep it busy for days. */
const LETTERS_QUEUED = 10_000;
const SMALLEST_BLOCK = 20;
const LARGEST_BLOCK = 1000;
const AGES: readonly { readonly age: CallAge; readonly weight: number }[] = [
  { age: 'past', weight: 70 },
  { age: 'running', weight: 18 },
  { age: 'open', weight: 12 },
];

export interface SeedOptions {
  readonly applications: number;
  /** So many more that are complete and not yet submitted, for the night of a deadline. */
  readonly drafts: number;
  readonly seed: number;
  /** With more universities and places, and with the indexes written at the end; by default where there are many. */
  readonly large?: boolean;
  /** What was done of all, from 0 to 1. */
  readonly progress: (share: number, doing: string) => void;
}

/**
 * Fills a database with a programme of eight years. Memory does not grow with the number of applications.
 * @param owner a connection of the database's owner, which may switch triggers off and reads and writes past the walls
 */
export async function seed(
  app: INestApplicationContext,
  owner: pg.Client,
  options: SeedOptions,
): Promise<void> {
  const { applications, drafts, progress } = options;
  const all = applications + drafts;
  const large = options.large ?? all >= LARGE_FROM;
  const dice = new Dice(options.seed);
  const now = systemClock.now();
  const request = systemContext(systemClock);
  const database = app.get(Database);
  const label = String(options.seed);
  const [before] = await database.read(request, (ctx) =>
    ctx.tx.query<object[]>('select from agreements where reference = $1', [`SEED-${label}`]),
  );
  if (before) throw new Refusal(`The seed ${label} is in this database already. Choose another --seed.`);

  const world = await new SeedWorldBuilder(app, dice, label, now, applications, large).build((share) =>
    progress(share * SHARES.world, 'officials, the agreement and the calls'),
  );
  await quieten(database, now);
  const documents = await storeDocuments(app.get(FileStore));
  const load = await BulkLoad.begin(owner, large);
  let entries = 0;
  try {
    const translator = new RememberingTranslator();
    const tools: SeedTools = {
      letters: new ComposeAwardLetter(
        translator,
        app.get(Countries),
        app.get(Institutions),
        app.get(People),
        app.get(Settings),
      ),
      translator,
      world,
      dice,
      load,
      documents,
      numbers: new Numbers(database),
      taken: new Map(),
      reserves: new Map(),
      requestId: request.requestId,
      now,
    };
    const timetable = new Timetable(dice, now);
    const shuffled = dice.some(SCENARIOS, SCENARIOS.length);
    for (let index = 0; index < all; index++) {
      // Every scenario once, so that every state is there; then by chance.
      const scenario = index >= applications ? READY : (shuffled[index] ?? pickScenario(dice));
      const calls = world.calls.filter(
        ({ age, call }) => age === scenario.age && call.route === scenario.route,
      );
      timetable.expect(dice.pick(calls), scenario);
    }
    const held = new Map<Id, number>();
    let transaction = '';
    let done = 0;
    for (const { seedCall, scenario, at } of timetable.inOrder()) {
      if (done % APPLICATIONS_PER_TRANSACTION === 0) transaction = await endedTransaction(database);
      const lived = await new SeededApplication(tools, seedCall, at, transaction).live(scenario);
      if (lived.holds) held.set(lived.holds, (held.get(lived.holds) ?? 0) + 1);
      entries += lived.entries;
      done += 1;
      await load.turn();
      if (done % SHOWN_EACH === 0 || done === all) {
        progress(SHARES.world + SHARES.applications * (done / all), `${done} applications`);
      }
    }
    await load.write();
    await load.query(
      `update call_places p set taken = taken + held.count
       from unnest($1::uuid[], $2::integer[]) held (id, count) where p.id = held.id`,
      [[...held.keys()], [...held.values()]],
    );
    await load.query(COUNT_LOADED_PROMISES, []);
    const loaded = SHARES.world + SHARES.applications;
    await load.finish((share, doing) => progress(loaded + SHARES.finish * share, doing));
  } catch (error) {
    await load.abandon().catch(() => undefined);
    throw error;
  }
  // What was loaded at once is in the sums at once, and no list adds up so many changes until the worker has been by.
  await database.transaction(request, async (ctx) => {
    await app.get(ApplicationCounts).gather(ctx);
    await app.get(Promises).gather(ctx);
  });
  // The one is the database's work and the other mostly ours.
  const after = { settled: 0, sealed: 0 };
  const tell = (doing: string) => {
    const share = SHARES.settle * after.settled + SHARES.seal * Math.min(0.99, after.sealed / entries);
    progress(1 - SHARES.settle - SHARES.seal + share, doing);
  };
  await Promise.all([
    load.settle((share) => {
      after.settled = share;
      tell('statistics');
    }),
    app.get(SealAudit).run(systemClock, (count) => {
      after.sealed += count;
      tell('seals of the audit record');
    }),
  ]);
  await queueLetters(database);
  progress(1, 'all done');
}

/**
 * The number of a transaction that wrote nothing and is over. Entries of the record name one for each batch, so that they
 * are sealed in pieces, though all of them come in a single transaction.
 */
async function endedTransaction(database: Database): Promise<string> {
  return database.transaction(systemContext(systemClock), async (ctx) => {
    const [row] = await ctx.tx.query<{ id: string }[]>('select pg_current_xact_id()::text as id');
    if (!row) throw new Error('no number of a transaction');
    return row.id;
  });
}

function pickScenario(dice: Dice) {
  const { age } = dice.weighted(AGES);
  return dice.weighted(SCENARIOS.filter((scenario) => scenario.age === age));
}

/** What was announced in the past is no news: nobody gets mail of it. */
async function quieten(database: Database, now: Date): Promise<void> {
  await database.transaction(systemContext(systemClock), (ctx) =>
    ctx.tx.query(
      `update outbox_events set delivered_at = $1 where delivered_at is null and at < $1::timestamptz
         and subject_kind in ('agreement', 'call', 'decision')
         and (subject_id in (select id::text from agreements where reference like 'SEED-%')
           or subject_id in (select c.id::text from calls c join agreements a on a.id = c.agreement_id
             where a.reference like 'SEED-%')
           or subject_id in (select d.id::text from decisions d left join calls c on c.id = d.subject_id
             join agreements a on a.id in (d.subject_id, c.agreement_id) where a.reference like 'SEED-%'))`,
      [now],
    ),
  );
}

/** Letters are set and signed by the worker, like any other; a second job for the same letter finds it done. */
async function queueLetters(database: Database): Promise<void> {
  await database.transaction(systemContext(systemClock), (ctx) =>
    ctx.tx.query(
      `select enqueue_job('render_document', jsonb_build_object('documentId', d.id), 'render_document:' || d.id, ${URGENCY.mass})
       from issued_documents d join persons p on p.id = d.holder_id
       where d.storage_key is null and p.email like '%@seed.invalid' order by d.issued_at desc limit ${LETTERS_QUEUED}`,
    ),
  );
}

/** One sample PDF for each document that a form can ask for: equal files share one place in the store anyway. */
async function storeDocuments(store: FileStore): Promise<ReadonlyMap<string, StoredDocument>> {
  const requirements = new Set(
    (['student', 'researcher'] as const).flatMap((category) =>
      STANDARD_FORM(category).sections.flatMap(({ documents }) => documents.map(({ id }) => id)),
    ),
  );
  const stored = new Map<string, StoredDocument>();
  for (const requirement of requirements) {
    const pdf = await PDFDocument.create();
    pdf.setTitle(requirement);
    pdf.addPage().drawText(`Sample: ${requirement}. It certifies nothing.`, { x: 72, y: 700, size: 14 });
    const { key, sha256, size } = await store.put(Buffer.from(await pdf.save()));
    stored.set(requirement, { storageKey: key, sha256, sizeBytes: size });
  }
  return stored;
}

/**
 * Takes numbers in blocks: one at a time costs a round trip each. What is left of a block stays a gap, so a number that is
 * asked for often gets ever larger ones.
 */
class Numbers {
  private readonly blocks = new Map<string, { numbers: number[]; size: number }>();

  constructor(private readonly database: Database) {}

  async next(kind: string, country: string, year: number): Promise<number> {
    const name = `${kind} ${country} ${year}`;
    const block = this.blocks.get(name) ?? { numbers: [], size: SMALLEST_BLOCK };
    this.blocks.set(name, block);
    if (block.numbers.length === 0) {
      const rows = await this.database.transaction(systemContext(systemClock), (ctx) =>
        ctx.tx.query<{ running: string }[]>(
          'select next_number($1, $2, $3)::text as running from generate_series(1, $4)',
          [kind, country, year, block.size],
        ),
      );
      block.numbers = rows.map(({ running }) => Number(running)).sort((a, b) => b - a);
      block.size = Math.min(LARGEST_BLOCK, 2 * block.size);
    }
    const running = block.numbers.pop();
    if (running === undefined) throw new Error(`no number of ${name}`);
    return running;
  }
}
