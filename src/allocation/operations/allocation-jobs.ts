import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId, newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';

/** The worker's task; payload `job`. */
export const RECKON_ALLOCATION = 'reckon_allocation';

export type JobState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';

/** A dry run that the worker reckons. */
export interface AllocationJob {
  readonly id: Id;
  readonly callId: Id;
  readonly state: JobState;
  /** How much is done, of 1. */
  readonly share: number;
  readonly askedBy: Id | null;
  readonly askedAt: Date;
  readonly beatAt: Date;
}

const COLUMNS = `id, call_id as "callId", state, share, asked_by as "askedBy", asked_at as "askedAt", beat_at as "beatAt"`;

/** Keeps which dry runs were asked for, how far each is, and what became of it. */
@Injectable()
export class AllocationJobs {
  constructor(
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
  ) {}

  /** Whoever may have asked the caller. Asked twice it is one run. */
  async ask(ctx: Ctx, callId: Id): Promise<void> {
    const now = ctx.clock.now();
    const id = newId(now);
    const [made] = await withSystemRights(ctx, () =>
      ctx.tx.query<{ id: Id }[]>(
        `insert into allocation_jobs (id, call_id, state, asked_by, asked_at, beat_at)
         values ($1, $2, 'waiting', $3, $4, $4)
         on conflict (call_id) where state in ('waiting', 'running') do nothing returning id`,
        [id, callId, ctx.actor.personId, now],
      ),
    );
    if (!made) return;
    await this.outbox.enqueue(ctx, RECKON_ALLOCATION, { job: id }, `allocation ${id}`);
    await this.audit.record(ctx, {
      action: 'selection.run_asked',
      subject: { kind: 'call', id: callId },
      data: { job: id },
    });
  }

  /** The newest of a call, with the rights of whoever asks. */
  async newest(ctx: Ctx, callId: Id): Promise<AllocationJob | null> {
    const [row] = await ctx.tx.query<AllocationJob[]>(
      `select ${COLUMNS} from allocation_jobs where call_id = $1 order by asked_at desc, id desc limit 1`,
      [callId],
    );
    return row ?? null;
  }

  /** Whoever may have asked the caller. @throws DomainError `wrong_state` where it has ended */
  async cancel(ctx: Ctx, callId: Id, jobId: string): Promise<void> {
    const ended = await withSystemRights(ctx, () => this.end(ctx, jobId, 'cancelled', null, callId));
    if (!ended) throw new DomainError('wrong_state');
    await this.audit.record(ctx, {
      action: 'selection.run_cancelled',
      subject: { kind: 'call', id: callId },
      data: { job: jobId },
    });
  }

  /**
   * Takes a job up: one that waits, or that has been silent since `silentSince`. Null: another does it, or it has ended.
   * With the rights of the system, as all that follows.
   */
  async takeUp(ctx: Ctx, jobId: string, silentSince: Date): Promise<AllocationJob | null> {
    if (!isId(jobId)) return null;
    const [rows] = await ctx.tx.query<[AllocationJob[], number]>(
      `update allocation_jobs set state = 'running', share = 0, beat_at = $2
       where id = $1 and (state = 'waiting' or (state = 'running' and beat_at < $3)) returning ${COLUMNS}`,
      [jobId, ctx.clock.now(), silentSince],
    );
    return rows[0] ?? null;
  }

  /** Jobs that nobody has said anything of for some time. */
  async silent(ctx: Ctx, since: Date): Promise<readonly Id[]> {
    const rows = await ctx.tx.query<{ id: Id }[]>(
      `select id from allocation_jobs where state in ('waiting', 'running') and beat_at < $1 order by asked_at`,
      [since],
    );
    return rows.map(({ id }) => id);
  }

  /** False: it was cancelled meanwhile. */
  async beat(ctx: Ctx, jobId: Id, share: number): Promise<boolean> {
    const [, touched] = await ctx.tx.query<[unknown[], number]>(
      `update allocation_jobs set share = $2, beat_at = $3 where id = $1 and state = 'running'`,
      [jobId, share, ctx.clock.now()],
    );
    return touched > 0;
  }

  /** False: it has ended already. */
  async end(
    ctx: Ctx,
    jobId: string,
    state: 'done' | 'failed' | 'cancelled',
    runId: Id | null,
    callId: Id | null = null,
  ): Promise<boolean> {
    if (!isId(jobId)) return false;
    const [, touched] = await ctx.tx.query<[unknown[], number]>(
      `update allocation_jobs set state = $2, run_id = $3, ended_at = $4, share = case when $2 = 'done' then 1 else share end
       where id = $1 and state in ('waiting', 'running') and ($5::uuid is null or call_id = $5)`,
      [jobId, state, runId, ctx.clock.now(), callId],
    );
    return touched > 0;
  }
}
