import { createHash } from 'node:crypto';
import { QueryFailedError } from 'typeorm';
import type { DataSource, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import type { Ctx } from './context.js';

interface NamedStatement {
  readonly name: string;
  readonly text: string;
  readonly values: unknown[];
}
interface Connection {
  query(statement: NamedStatement): Promise<{ rows: Record<string, unknown>[] }>;
}

/** Names by statement. There are as many as ways to narrow the lists that ask here. */
const names = new Map<string, string>();

/**
 * What a builder without joins finds, by a statement that PostgreSQL has planned before. Through its walls a list takes
 * longer to plan than to read, and the library plans each anew. For lists whose plan hangs on no value: a search does.
 * Behind a pooler, which gives each transaction another connection, it is an ordinary query.
 */
export async function findPrepared<Row extends ObjectLiteral>(
  ctx: Ctx,
  query: SelectQueryBuilder<Row>,
): Promise<Row[]> {
  const runner = ctx.tx.queryRunner;
  const { mainAlias } = query.expressionMap;
  if (!runner || !mainAlias || isPooled(query.dataSource)) return query.getMany();
  const [text, values] = query.getQueryAndParameters();
  const connection = (await runner.connect()) as Connection;
  try {
    const { rows } = await connection.query({ name: nameOf(text), text, values });
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
  } catch (error) {
    // As the library tells it, so that a deadlock is known as one.
    throw error instanceof Error ? new QueryFailedError(text, values, error) : error;
  }
}

function nameOf(text: string): string {
  let name = names.get(text);
  if (!name) {
    name = `most_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
    names.set(text, name);
  }
  return name;
}

function isPooled({ options }: DataSource): boolean {
  return options.type === 'postgres' && (options.extra as { pooled?: boolean } | undefined)?.pooled === true;
}
