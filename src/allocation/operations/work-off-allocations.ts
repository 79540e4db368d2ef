import { Injectable } from '@nestjs/common';
import { Database, systemContext } from '../../platform/database/database.js';
import { silentJobs, workOff } from '../../platform/jobs/work-off.js';
import type { Clock } from '../../shared/clock.js';
import { DomainError } from '../../shared/domain-error.js';
import { AllocationJobs } from './allocation-jobs.js';
import { RunAllocation } from './run-allocation.js';

/** Reckons in the worker what was asked for on the pages. A job of a worker that ended is taken up by another one. */
@Injectable()
export class WorkOffAllocations {
  constructor(
    private readonly database: Database,
    private readonly jobs: AllocationJobs,
    private readonly running: RunAllocation,
  ) {}

  perform(clock: Clock, jobId: string): Promise<void> {
    return workOff(this.database, this.jobs.table, clock, jobId, async (job, report) => {
      await this.running.run(systemContext(clock), job.callId, report, {
        personId: job.askedBy,
        before: async (ctx, runId) => {
          if (!(await this.jobs.table.end(ctx, job.id, 'done', { run_id: runId }))) {
            throw new DomainError('unavailable', { reason: 'reckoning_cancelled' });
          }
        },
      });
    });
  }

  /** By the clock: what a worker left behind that ended in the middle. */
  async takeUpSilent(clock: Clock): Promise<void> {
    for (const id of await silentJobs(this.database, this.jobs.table, clock)) await this.perform(clock, id);
  }
}
