import type { INestApplicationContext } from '@nestjs/common';
import { PDFDocument } from 'pdf-lib';
import { SealAudit } from '../../audit/public.js';
import { STANDARD_FORM } from '../../calls/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, systemContext } from '../../platform/database/database.js';
import { Translator } from '../../platform/i18n/translator.js';
import { FileStore } from '../../platform/storage/file-store.js';
import { systemClock } from '../../shared/clock.js';
import type { Id } from '../../shared/ids.js';
import { Refusal } from '../failures.js';
import { Dice } from './dice.js';
import { RowWriter } from './row-writer.js';
import { DRAFT, SCENARIOS } from './scenarios.js';
import type { CallAge } from './scenarios.js';
import { SeedWorldBuilder } from './seed-world.js';
import { SeededApplication } from './seeded-application.js';
import type { SeedTools, StoredDocument } from './seeded-application.js';

const BATCH = 500;
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
  /** What was done of all, from 0 to 1. */
  readonly progress: (share: number, doing: string) => void;
}

/** Fills a database with a programme of eight years. Memory does not grow with the number of applications. */
export async function seed(app: INestApplicationContext, options: SeedOptions): Promise<void> {
  const { applications, drafts, progress } = options;
  const all = applications + drafts;
  const dice = new Dice(options.seed);
  const now = systemClock.now();
  const request = systemContext(systemClock);
  const database = app.get(Database);
  const label = String(options.seed);
  const [before] = await database.read(request, (ctx) =>
    ctx.tx.query<object[]>('select from agreements where reference = $1', [`SEED-${label}`]),
  );
  if (before) throw new Refusal(`The seed ${label} is in this database already. Choose another --seed.`);

  const world = await new SeedWorldBuilder(app, dice, label, now).build(applications, (share) =>
    progress(share * 0.05, 'officials, the agreement and the calls'),
  );
  await quieten(database, now);
  const tools: SeedTools = {
    app,
    translator: app.get(Translator),
    world,
    dice,
    rows: new RowWriter(),
    documents: await storeDocuments(app.get(FileStore)),
    numbers: new Numbers(),
    taken: new Map(),
    reserves: new Map(),
    requestId: request.requestId,
    now,
  };
  const shuffled = dice.some(SCENARIOS, SCENARIOS.length);
  for (let done = 0; done < all; done += BATCH) {
    await database.transaction(request, async (ctx) => {
      const held = new Map<Id, number>();
      for (let index = done; index < Math.min(done + BATCH, all); index++) {
        // Every scenario once, so that every state is there; then by chance.
        const scenario = index >= applications ? DRAFT : (shuffled[index] ?? pickScenario(dice));
        const seedCall = dice.pick(
          world.calls.filter(({ age, call }) => age === scenario.age && call.route === scenario.route),
        );
        const placeId = await new SeededApplication(tools, seedCall).live(ctx, scenario);
        if (placeId) held.set(placeId, (held.get(placeId) ?? 0) + 1);
      }
      await tools.rows.write(ctx);
      await ctx.tx.query(
        `update call_places p set taken = taken + held.count
         from unnest($1::uuid[], $2::integer[]) held (id, count) where p.id = held.id`,
        [[...held.keys()], [...held.values()]],
      );
    });
    // One seal over millions of entries would have to be verified in one piece.
    await app.get(SealAudit).run(systemClock);
    progress(0.05 + 0.95 * Math.min(1, (done + BATCH) / all), 'applications');
  }
  await queueLetters(database);
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
      `select enqueue_job('render_document', jsonb_build_object('documentId', d.id), 'render_document:' || d.id)
       from issued_documents d join persons p on p.id = d.holder_id
       where d.storage_key is null and p.email like '%@seed.invalid'`,
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

/** Takes numbers in blocks: one at a time costs a round trip each. What is left of a block stays a gap. */
class Numbers {
  private readonly blocks = new Map<string, number[]>();

  async next(ctx: Ctx, kind: string, country: string, year: number): Promise<number> {
    const name = `${kind} ${country} ${year}`;
    let block = this.blocks.get(name);
    if (!block || block.length === 0) {
      const rows = await ctx.tx.query<{ running: string }[]>(
        'select next_number($1, $2, $3)::text as running from generate_series(1, $4)',
        [kind, country, year, 50],
      );
      block = rows.map(({ running }) => Number(running));
      this.blocks.set(name, block);
    }
    const running = block.shift();
    if (running === undefined) throw new Error(`no number of ${name}`);
    return running;
  }
}
