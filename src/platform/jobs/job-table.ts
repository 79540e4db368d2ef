import type { Ctx } from '../database/context.js';
import { isId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';

export type JobState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
export type JobEnd = Exclude<JobState, 'waiting' | 'running'>;

/** Whether anybody still works on it, or will. */
export function isAlive(state: JobState): boolean {
  return state === 'waiting' || state === 'running';
}

/**
 * Long work that somebody asked for, as a table keeps it: with the columns `id`, `state`, `share` (how much is done, of 1),
 * `asked_at`, `beat_at` (when whoever works on it last said so) and `ended_at`. Everything here needs the rights of the system.
 */
export class JobTable<Job extends object> {
  /** @param columns what a job is read as */
  constructor(
    private readonly table: string,
    private readonly columns: string,
  ) {}

  /** Takes a job up: one that waits, or that has been silent since `silentSince`. Null: another does it, or it has ended. */
  async takeUp(ctx: Ctx, jobId: string, silentSince: Date): Promise<Job | null> {
    if (!isId(jobId)) return null;
    const [rows] = await ctx.tx.query<[Job[], number]>(
      `update ${this.table} set state = 'running', share = 0, beat_at = $2
       where id = $1 and (state = 'waiting' or (state = 'running' and beat_at < $3)) returning ${this.columns}`,
      [jobId, ctx.clock.now(), silentSince],
    );
    return rows[0] ?? null;
  }

  /** Jobs that nobody has said anything of for some time. */
  async silent(ctx: Ctx, since: Date): Promise<readonly Id[]> {
    const rows = await ctx.tx.query<{ id: Id }[]>(
      `select id from ${this.table} where state in ('waiting', 'running') and beat_at < $1 order by asked_at`,
      [since],
    );
    return rows.map(({ id }) => id);
  }

  /** False: it was cancelled meanwhile. */
  async beat(ctx: Ctx, jobId: Id, share: number): Promise<boolean> {
    const [, touched] = await ctx.tx.query<[unknown[], number]>(
      `update ${this.table} set share = $2, beat_at = $3 where id = $1 and state = 'running'`,
      [jobId, share, ctx.clock.now()],
    );
    return touched > 0;
  }

  /**
   * Ends a job. False: it has ended already.
   * @param kept what else its row says from then on, by column
   * @param where what its row has to say already, by column
   */
  async end(
    ctx: Ctx,
    jobId: string,
    state: JobEnd,
    kept: Readonly<Record<string, unknown>> = {},
    where: Readonly<Record<string, unknown>> = {},
  ): Promise<boolean> {
    if (!isId(jobId)) return false;
    const values: unknown[] = [jobId, state, ctx.clock.now()];
    const equals = (of: Readonly<Record<string, unknown>>) =>
      Object.entries(of).map(([column, value]) => `${column} = $${values.push(value)}`);
    const [, touched] = await ctx.tx.query<[unknown[], number]>(
      `update ${this.table} set ${[
        'state = $2',
        'ended_at = $3',
        "share = case when $2 = 'done' then 1 else share end",
        ...equals(kept),
      ].join(', ')}
       where ${['id = $1', "state in ('waiting', 'running')", ...equals(where)].join(' and ')}`,
      values,
    );
    return touched > 0;
  }
}
