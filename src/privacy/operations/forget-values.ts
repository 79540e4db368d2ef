import type { Ctx } from '../../platform/database/context.js';
import type { Id } from '../../shared/ids.js';

/** What stands where a word of an erased person stood: a mark in no language. */
export const ERASED = '—';

/**
 * Puts one value in place of whatever stands in a column of a table that nobody changes, for those keys. Answers in how many
 * rows. The database lets it through only in an erasure, and for columns that a migration named in `erasable_columns`.
 */
export async function forgetValues(
  ctx: Ctx,
  of: { readonly table: string; readonly by: string; readonly column: string },
  keys: readonly Id[],
  value: string = ERASED,
): Promise<number> {
  if (keys.length === 0) return 0;
  const [row] = await ctx.tx.query<{ forgotten: number }[]>(
    'select forget_values($1, $2, $3, $4, $5) as forgotten',
    [of.table, of.by, of.column, keys, value],
  );
  return row?.forgotten ?? 0;
}

/** A statement that changes or removes rows of a table that can be changed. Answers how many. */
export async function changeRows(ctx: Ctx, sql: string, values: readonly unknown[]): Promise<number> {
  const [, changed] = await ctx.tx.query<[unknown[], number]>(sql, [...values]);
  return changed;
}
