import type { Ctx } from './context.js';

/** So many rows are worked on at once. With more of them the database waits until whoever works on them takes what it sent. */
const BATCH = 1000;
/** So many batches are on their way while one is worked on. */
const AHEAD = 2;

let opened = 0;

/**
 * The rows of a statement in their order, by a cursor of PostgreSQL: in a transaction that lasts until the last of them was
 * taken. The next are asked for before the last are handed on, so that the database reads while they are worked on.
 */
export async function* rowsByCursor<Row>(
  ctx: Ctx,
  text: string,
  values: readonly unknown[],
  batch = BATCH,
): AsyncGenerator<readonly Row[]> {
  // A name of its own, or the connection would keep a plan for the columns of another.
  const cursor = `rows_${++opened}`;
  // All of it is read: what is quickest for the first rows is of no use.
  await ctx.tx.query("select set_config('cursor_tuple_fraction', '1', true)");
  await ctx.tx.query(`declare ${cursor} no scroll cursor for ${text}`, [...values]);
  const fetch = (): Promise<Row[]> => {
    const fetched = ctx.tx.query<Row[]>(`fetch ${batch} from ${cursor}`);
    // Whoever takes no more does not hear of it.
    fetched.catch(() => undefined);
    return fetched;
  };
  const ahead = Array.from({ length: AHEAD }, fetch);
  try {
    for (;;) {
      const rows = (await ahead.shift()) ?? [];
      if (rows.length === 0) return;
      if (rows.length === batch) ahead.push(fetch());
      yield rows;
    }
  } finally {
    await Promise.allSettled(ahead);
  }
}
