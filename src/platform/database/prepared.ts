import type { EntityMetadata, EntityTarget, ObjectLiteral, QueryRunner, SelectQueryBuilder } from 'typeorm';
import type { Ctx } from './context.js';

interface Statement {
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

/** The rows of a statement as the driver reads them, planned once and for all values. */
export async function readPrepared<Row>(
  ctx: Ctx,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const runner = ctx.tx.queryRunner;
  if (!runner) return ctx.tx.query<Row[]>(text, [...values]);
  return (await ask(runner, { text, values: [...values] })) as Row[];
}

/** Writes by a statement that is planned once and for all values: what it writes, or finds by a key, hangs on none of them. */
export async function writePrepared(ctx: Ctx, text: string, values: readonly unknown[]): Promise<void> {
  const runner = ctx.tx.queryRunner;
  await (runner ? ask(runner, { text, values: [...values] }) : ctx.tx.query(text, [...values]));
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
interface Recipe {
  readonly text: string;
  readonly hydrate: (row: Record<string, unknown>, runner: QueryRunner) => unknown;
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
  const rows = await ask(runner, {
    text: recipe.text,
    values: entries.map(([, value]) => (value instanceof FoundBy ? value.value : value) as unknown),
  });
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
  const text =
    `select ${columns.map(({ databaseName }) => `t."${databaseName}"`).join(', ')} from ${metadata.tablePath} t` +
    ` where ${conditions.join(' and ')}` +
    (sorted.length > 0 ? ` order by ${sorted.join(', ')}` : '') +
    (limit === undefined ? '' : ` limit ${limit}`) +
    (lock ? ' for update' : '');
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

/** Writes these columns of one row by a prepared statement. Columns that the database keeps itself are left to it. */
export async function updateRow<Row extends ObjectLiteral>(
  ctx: Ctx,
  entity: EntityTarget<Row>,
  key: Equal<Row>,
  change: Partial<Row>,
): Promise<void> {
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
  await writePrepared(ctx, `update ${metadata.tablePath} set ${set} where ${where}`, values);
}
