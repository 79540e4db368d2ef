import { Injectable } from '@nestjs/common';
import { Database, systemContext } from '../../platform/database/database.js';
import type { Clock } from '../../shared/clock.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import { AllocationJobs } from './allocation-jobs.js';
import { RunAllocation } from './run-allocation.js';

/** Longer than two beats: whoever is silent for so long does not reckon any more. */
const SILENT_MS = 60_000;
const BEAT_MS = 500;

/** Reckons in the worker what was asked for on the pages. A job of a worker that ended is taken up by another one. */
@Injectable()
export class WorkOffAllocations {
  constructor(
    private readonly database: Database,
    private readonly jobs: AllocationJobs,
    private readonly running: RunAllocation,
  ) {}

  async perform(clock: Clock, jobId: string): Promise<void> {
    const request = systemContext(clock);
    const silentSince = new Date(clock.now().getTime() - SILENT_MS);
    const job = await this.database.transaction(request, (ctx) => this.jobs.takeUp(ctx, jobId, silentSince));
    if (!job) return;
    let share = 0;
    let goesOn = true;
    const beat = setInterval(() => {
      this.database
        .transaction(request, (ctx) => this.jobs.beat(ctx, job.id, share))
        .then(
          (alive) => (goesOn = alive),
          // Whether it goes on is asked again with the next beat, and once more when the run is kept.
          () => undefined,
        );
    }, BEAT_MS);
    try {
      await this.running.run(
        request,
        job.callId,
        (done) => {
          share = done;
          return goesOn;
        },
        {
          personId: job.askedBy,
          before: async (ctx, runId) => {
            if (!(await this.jobs.end(ctx, job.id, 'done', runId))) {
              throw new DomainError('unavailable', { reason: 'reckoning_cancelled' });
            }
          },
        },
      );
    } catch (error) {
      await this.database.transaction(request, (ctx) => this.jobs.end(ctx, job.id, 'failed', null));
      // What was refused is told on the page; everything else is a fault of the program.
      if (!(error instanceof DomainError)) throw error;
    } finally {
      clearInterval(beat);
    }
  }

  /** By the clock: what a worker left behind that ended in the middle. */
  async takeUpSilent(clock: Clock): Promise<void> {
    const since = new Date(clock.now().getTime() - SILENT_MS);
    const ids = await this.database.read(systemContext(clock), (ctx) => this.jobs.silent(ctx, since));
    for (const id of ids satisfies readonly Id[]) await this.perform(clock, id);
  }
}
