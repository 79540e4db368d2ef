import type { EntityMetadata, EntityTarget, ObjectLiteral, QueryRunner, SelectQueryBuilder } from 'typeorm';
import type { Ctx } from './context.js';
import { later } from './database.js';
import { shifted } from './preparing-client.js';
import type { Carriage } from './preparing-client.js';

interface Statement extends Carriage {
  readonly text: string;
  readonly values: unknown[];
}

/**
 * What a builder without joins finds, by a statement that PostgreSQL plans once and for all values. Through its walls a
 * list takes longer to plan than to read. For lists whose plan hangs on no value: a search does.
 */
export async function findPrepared<Row extends ObjectLiteral>(
  ctx: Ctx,
  query: SelectQueryBuilder<Row>,
): Promise<Row[]> {
  const runner = ctx.tx.queryRunner;
  const { mainAlias } = query.expressionMap;
  if (!runner || !mainAlias) return query.getMany();
  const [text, values] = query.getQueryAndParameters();
  const rows = await ask(runner, { text, values });
  const { metadata, name } = mainAlias;
  const { driver } = query.dataSource;
  return rows.map((row) => {
    const found = metadata.create(runner) as Row;
    for (const column of metadata.columns) {
      const value = row[`${name}_${column.databaseName}`];
      if (value === undefined) continue;
      column.setEntityValue(found, driver.prepareHydratedValue(value, column));
    }
    return found;
  });
}

/**
 * The rows of a statement as the driver reads them, planned once and for all values. With `dates`, the columns that are
 * instants, it can be asked with others (see `askedAsOne`): then all others are texts, whole numbers, truths or JSON.
 */
export async function readPrepared<Row>(
  ctx: Ctx,
  text: string,
  values: readonly unknown[] = [],
  dates?: readonly (keyof Row & string)[],
): Promise<Row[]> {
  const runner = ctx.tx.queryRunner;
  if (!runner) return ctx.tx.query<Row[]>(text, [...values]);
  const together = dates && asking.get(ctx.tx);
  if (!together) return (await ask(runner, { text, values: [...values] })) as Row[];
  const rows = (await together.add(text, values)) as Record<string, unknown>[];
  for (const row of rows) for (const name of dates) row[name] = instantOf(row[name]);
  return rows as Row[];
}

/**
 * What the work asks of `rowsOf` and `readPrepared` before it waits for anything, as one statement: it is of one moment, and
 * costs one answer. A row that is to be locked is asked for by itself and before, so that what is read with it is read after
 * the lock is had.
 */
export function askedAsOne<Result>(ctx: Ctx, work: () => Result): Result {
  const { tx } = ctx;
  const runner = tx.queryRunner;
  if (!runner || asking.has(tx)) return work();
  const together = new Together();
  asking.set(tx, together);
  try {
    return work();
  } finally {
    asking.delete(tx);
    together.send(runner);
  }
}

/** What is asked of a transaction as one statement, while it is being put together. */
const asking = new WeakMap<Ctx['tx'], Together>();

interface Part {
  readonly text: string;
  readonly values: readonly unknown[];
  readonly read: (rows: unknown[]) => void;
  readonly failed: (error: unknown) => void;
}

class Together {
  private static readonly known = new Map<string, string>();
  private readonly parts: Part[] = [];

  /** Its rows as JSON has them. */
  add(text: string, values: readonly unknown[]): Promise<unknown[]> {
    return new Promise((read, failed) => this.parts.push({ text, values, read, failed }));
  }

  send(runner: QueryRunner): void {
    const { parts } = this;
    if (parts.length === 0) return;
    const values = parts.flatMap((part) => part.values);
    ask(runner, { text: this.text(), values }).then(
      ([row]) => {
        parts.forEach(({ read }, place) => {
          read((row?.[`p${place}`] as unknown[] | null | undefined) ?? []);
        });
      },
      (error: unknown) => {
        for (const { failed } of parts) failed(error);
      },
    );
  }

  private text(): string {
    const key = this.parts.map(({ text }) => text).join('\n');
    const known = Together.known.get(key);
    if (known !== undefined) return known;
    let before = 0;
    const columns = this.parts.map(({ text, values }, place) => {
      const own = shifted(text, before);
      before += values.length;
      return `(select json_agg(q) from (${own}) q) as p${place}`;
    });
    const text = `select ${columns.join(', ')}`;
    if (Together.known.size >= MOST_TOGETHER) Together.known.clear();
    Together.known.set(key, text);
    return text;
  }
}

/** Of so many statements that others were put together to the text is kept. */
const MOST_TOGETHER = 300;

function instantOf(value: unknown): unknown {
  return typeof value === 'string' ? new Date(value) : value;
}

/**
 * Writes what the act needs no answer of, by a statement that is planned once and for all values: what it writes, or finds
 * by a key, hangs on none of them. It is written before whatever is asked next, at the latest at the end of the transaction,
 * which fails if it failed. What is written so one after the other into different tables is one statement, in which none
 * sees what another wrote.
 */
export function writeLater(ctx: Ctx, into: string, text: string, values: readonly unknown[]): void {
  const runner = ctx.tx.queryRunner;
  later(
    ctx,
    runner ? ask(runner, { text, values: [...values], rides: into }) : ctx.tx.query(text, [...values]),
  );
}

async function ask(runner: QueryRunner, statement: Statement): Promise<Record<string, unknown>[]> {
  // By the library's own way, so that it is asked after what was asked before it; the driver takes it as it is.
  const asked = { ...statement, forAllValues: true } as unknown as string;
  return (await runner.query(asked)) as Record<string, unknown>[];
}

/** Any of those that a select finds by one value; `text` takes the place of that value in the statement. */
export class FoundBy {
  constructor(
    readonly text: (parameter: string) => string,
    readonly value: unknown,
  ) {}
}

type Equal<Row> = { readonly [Column in keyof Row]?: Row[Column] | readonly Row[Column][] };
type Sought<Row> = { readonly [Column in keyof Row]?: Equal<Row>[Column] | FoundBy };
interface Wanted<Row> {
  readonly order?: Readonly<Partial<Record<keyof Row & string, 'asc' | 'desc'>>>;
  readonly limit?: number;
  /** Locks the rows until the transaction ends. */
  readonly lock?: true;
}
type Hydrate = (row: Record<string, unknown>, runner: QueryRunner) => unknown;
interface Recipe {
  readonly text: string;
  readonly hydrate: Hydrate;
  /** The same for what is asked with others, by the names that the entity has; null where JSON cannot carry it. */
  readonly together: { readonly text: string; readonly hydrate: Hydrate } | null;
}

/** What the driver reads as the entity has it. */
const AS_READ = new Set(['uuid', 'text', 'integer', 'boolean', 'jsonb', 'timestamptz']);
const recipes = new WeakMap<EntityMetadata, Map<string, Recipe>>();

/**
 * Rows of one table whose columns are equal to these values; of several values to any of them. What the library's `find`
 * answers, without what that does for relations: its statement is written once and planned once.
 */
export async function rowsOf<Row extends ObjectLiteral>(
  ctx: Ctx,
  entity: EntityTarget<Row>,
  where: Sought<Row>,
  wanted: Wanted<Row> = {},
): Promise<Row[]> {
  const runner = ctx.tx.queryRunner;
  if (!runner) throw new Error('rows are read within a transaction');
  const metadata = ctx.tx.connection.getMetadata(entity);
  const known = recipes.get(metadata) ?? new Map<string, Recipe>();
  recipes.set(metadata, known);
  const entries = Object.entries(where);
  const key = `${entries.map(([column, value]) => `${column}${sort(value)}`).join()} ${JSON.stringify(wanted)}`;
  let recipe = known.get(key);
  if (!recipe) known.set(key, (recipe = recipeOf(metadata, entries, wanted)));
  const values = entries.map(([, value]) => (value instanceof FoundBy ? value.value : value) as unknown);
  const together = recipe.together && asking.get(ctx.tx);
  if (recipe.together && together) {
    const { text, hydrate } = recipe.together;
    const found = (await together.add(text, values)) as Record<string, unknown>[];
    return found.map((row) => hydrate(row, runner) as Row);
  }
  const rows = await ask(runner, { text: recipe.text, values });
  const { hydrate } = recipe;
  return rows.map((row) => hydrate(row, runner) as Row);
}

/** Tells apart by what a column is found. */
function sort(value: unknown): string {
  if (value instanceof FoundBy) return ` in (${value.text('')})`;
  return Array.isArray(value) ? '[]' : '';
}

function recipeOf<Row>(
  metadata: EntityMetadata,
  where: readonly (readonly [string, unknown])[],
  { order, limit, lock }: Wanted<Row>,
): Recipe {
  const column = (property: string) => {
    const found = metadata.findColumnWithPropertyName(property);
    if (!found) throw new RangeError(`${metadata.name} has no ${property}`);
    return found;
  };
  const conditions = where.map(([property, value], place) => {
    const { databaseName, type } = column(property);
    const parameter = `$${place + 1}`;
    if (value instanceof FoundBy) return `t."${databaseName}" in (${value.text(parameter)})`;
    return Array.isArray(value)
      ? `t."${databaseName}" = any (${parameter}::${String(type)}[])`
      : `t."${databaseName}" = ${parameter}`;
  });
  const sorted = Object.entries(order ?? {}).map(
    ([property, direction]) => `t."${column(property).databaseName}" ${String(direction)}`,
  );
  const columns = metadata.columns.filter(({ isSelect }) => isSelect);
  const of =
    ` from ${metadata.tablePath} t` +
    ` where ${conditions.join(' and ')}` +
    (sorted.length > 0 ? ` order by ${sorted.join(', ')}` : '') +
    (limit === undefined ? '' : ` limit ${limit}`) +
    (lock ? ' for update' : '');
  const text = `select ${columns.map(({ databaseName }) => `t."${databaseName}"`).join(', ')}${of}`;
  const { driver } = metadata.connection;
  const read = columns.map((each) => ({
    each,
    name: each.databaseName,
    property: each.propertyName,
    asRead: each.transformer === undefined && AS_READ.has(String(each.type)),
  }));
  return {
    text,
    hydrate: (row, runner) => {
      const found = metadata.create(runner) as Record<string, unknown>;
      for (const { each, name, property, asRead } of read) {
        const value = row[name];
        found[property] = asRead ? value : driver.prepareHydratedValue(value, each);
      }
      return found;
    },
    together: lock ? null : asJson(metadata, columns, of),
  };
}

/** As JSON has it, the driver reads it too. */
const IN_JSON = new Set(['uuid', 'text', 'integer', 'boolean', 'jsonb']);
/** What the driver leaves as a text, for the entity to make of it what it will. */
const AS_TEXT = new Set(['date', 'numeric', 'bigint']);

function asJson(
  metadata: EntityMetadata,
  columns: EntityMetadata['columns'],
  of: string,
): Recipe['together'] {
  const { driver } = metadata.connection;
  const kinds = columns.map(({ type, isArray }) => {
    if (IN_JSON.has(String(type))) return 'json';
    if (isArray) return null;
    if (type === 'timestamptz') return 'instant';
    return AS_TEXT.has(String(type)) ? 'text' : null;
  });
  if (kinds.includes(null)) return null;
  const changed = columns
    .map((each, place) => ({ each, name: each.propertyName, kind: kinds[place] }))
    .filter(({ each, kind }) => each.transformer !== undefined || kind !== 'json');
  const listed = columns.map(({ databaseName, propertyName }, place) => {
    const as = kinds[place] === 'text' ? '::text' : '';
    return `t."${databaseName}"${as} as "${propertyName}"`;
  });
  return {
    text: `select ${listed.join(', ')}${of}`,
    hydrate: (row, runner) => {
      for (const { each, name, kind } of changed) {
        const value = kind === 'instant' ? instantOf(row[name]) : row[name];
        row[name] = driver.prepareHydratedValue(value, each);
      }
      return Object.assign(metadata.create(runner) as object, row);
    },
  };
}

/** The columns of a row that are not what they were, as far as they can be told apart: what is an object is compared as JSON. */
export function changesOf<Row extends object>(before: Readonly<Row>, after: Row): Partial<Row> {
  const changed = (Object.keys(after) as (keyof Row)[]).filter(
    (column) => !isSame(before[column], after[column]),
  );
  return Object.fromEntries(changed.map((column) => [column, after[column]])) as Partial<Row>;
}

function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Writes these columns of one row, as `writeLater` does. Columns that the database keeps itself are left to it. */
export function updateLater<Row extends ObjectLiteral>(
  ctx: Ctx,
  entity: EntityTarget<Row>,
  key: Equal<Row>,
  change: Partial<Row>,
): void {
  const metadata = ctx.tx.connection.getMetadata(entity);
  const { driver } = metadata.connection;
  const values: unknown[] = [];
  const assigned = (own: object, separator: string) =>
    Object.entries(own)
      .flatMap(([property, value]) => {
        const column = metadata.findColumnWithPropertyName(property);
        if (!column?.isUpdate) return [];
        values.push(driver.preparePersistentValue(value, column));
        return [`"${column.databaseName}" = $${values.length}`];
      })
      .join(separator);
  const set = assigned(change, ', ');
  if (set === '') return;
  const where = assigned(key, ' and ');
  writeLater(ctx, metadata.tablePath, `update ${metadata.tablePath} set ${set} where ${where}`, values);
}
