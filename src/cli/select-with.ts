import type pg from 'pg';
import type { Select } from '../platform/database/invariant.js';

/** Rows of one statement by the bare driver, in whatever transaction the client is in. */
export function selectWith(client: pg.Client): Select {
  return async <Row extends object>(sql: string, values: readonly unknown[] = []) => {
    const { rows } = await client.query<Row & pg.QueryResultRow>(sql, [...values]);
    return rows;
  };
}
