import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import { JobTable } from '../../platform/jobs/job-table.js';
import type { JobState } from '../../platform/jobs/job-table.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { DomainError } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';

/** The worker's task; payload `job`. */
export const RECKON_ALLOCATION = 'reckon_allocation';

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
  /** To be worked on by the worker. */
  readonly table = new JobTable<AllocationJob>('allocation_jobs', COLUMNS);

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
    await this.outbox.enqueue(ctx, RECKON_ALLOCATION, { job: id }, `allocation ${id}`, 'watched');
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
    const ended = await withSystemRights(ctx, () =>
      this.table.end(ctx, jobId, 'cancelled', {}, { call_id: callId }),
    );
    if (!ended) throw new DomainError('wrong_state');
    await this.audit.record(ctx, {
      action: 'selection.run_cancelled',
      subject: { kind: 'call', id: callId },
      data: { job: jobId },
    });
  }
}
