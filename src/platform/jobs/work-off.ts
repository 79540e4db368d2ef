import type { Clock } from '../../shared/clock.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { Database } from '../database/database.js';
import { systemContext } from '../database/database.js';
import type { JobTable } from './job-table.js';

/** Longer than two beats: whoever is silent for so long does not work any more. */
const SILENT_MS = 60_000;
const BEAT_MS = 500;

/** What somebody who works on a job says of it: how much is done, of 1. False: it was cancelled, and nobody wants the rest. */
export type Report = (share: number) => boolean;

const silentSince = (clock: Clock) => new Date(clock.now().getTime() - SILENT_MS);

/**
 * Works on a job in the worker, and says every half second that it does. `work` ends the job as done, in the act that keeps
 * what came of it; where it throws the job has failed.
 * @param whyFailed what the row of a failed job says besides, by column
 */
export async function workOff<Job extends { readonly id: Id }>(
  database: Database,
  jobs: JobTable<Job>,
  clock: Clock,
  jobId: string,
  work: (job: Job, report: Report) => Promise<void>,
  whyFailed: (error: unknown) => Readonly<Record<string, unknown>> = () => ({}),
): Promise<void> {
  const request = systemContext(clock);
  const job = await database.transaction(request, (ctx) => jobs.takeUp(ctx, jobId, silentSince(clock)));
  if (!job) return;
  let share = 0;
  let goesOn = true;
  const beat = setInterval(() => {
    database
      .transaction(request, (ctx) => jobs.beat(ctx, job.id, share))
      .then(
        (alive) => (goesOn = alive),
        // Whether it goes on is asked again with the next beat, and once more when what came of it is kept.
        () => undefined,
      );
  }, BEAT_MS);
  try {
    await work(job, (done) => {
      share = done;
      return goesOn;
    });
  } catch (error) {
    await database.transaction(request, (ctx) => jobs.end(ctx, job.id, 'failed', whyFailed(error)));
    // What was refused is told on the page; everything else is a fault of the program.
    if (!(error instanceof DomainError)) throw error;
  } finally {
    clearInterval(beat);
  }
}

/** By the clock: the jobs that a worker left behind which ended in the middle. */
export function silentJobs<Job extends object>(
  database: Database,
  jobs: JobTable<Job>,
  clock: Clock,
): Promise<readonly Id[]> {
  return database.read(systemContext(clock), (ctx) => jobs.silent(ctx, silentSince(clock)));
}
