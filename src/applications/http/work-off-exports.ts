import { Inject, Injectable } from '@nestjs/common';
import { People } from '../../access/public.js';
import { Database, systemContext } from '../../platform/database/database.js';
import { silentJobs, workOff } from '../../platform/jobs/work-off.js';
import type { Report } from '../../platform/jobs/work-off.js';
import { FileStore } from '../../platform/storage/file-store.js';
import type { Clock } from '../../shared/clock.js';
import { DomainError } from '../../shared/domain-error.js';
import type { RequestContext } from '../../shared/request-context.js';
import { ExportJobs } from '../operations/export-jobs.js';
import type { ExportJob, WaitingOrder } from '../operations/export-jobs.js';
import { EXPORT_COLUMNS } from './export-columns.js';
import { WriteExport } from './write-export.js';

const cancelled = () => new DomainError('unavailable', { reason: 'export_cancelled' });

/** Writes in the worker what was asked for on the pages, as whoever asked. What a worker left behind is taken up by another. */
@Injectable()
export class WorkOffExports {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ExportJobs) private readonly jobs: ExportJobs,
    @Inject(WriteExport) private readonly write: WriteExport,
    @Inject(People) private readonly people: People,
    @Inject(FileStore) private readonly store: FileStore,
  ) {}

  perform(clock: Clock, jobId: string): Promise<void> {
    return workOff(
      this.database,
      this.jobs.table,
      clock,
      jobId,
      (job, report) => this.work(clock, job, report),
      (error) => ({ reason: error instanceof DomainError ? (error.reason ?? error.code) : null }),
    );
  }

  /** By the clock: what a worker left behind that ended in the middle. */
  async takeUpSilent(clock: Clock): Promise<void> {
    for (const id of await silentJobs(this.database, this.jobs.table, clock)) await this.perform(clock, id);
  }

  private async work(clock: Clock, job: ExportJob, report: Report): Promise<void> {
    const { wanted } = job;
    if (!wanted) throw new Error(`an export without an order: ${job.id}`);
    const request = await this.asker(clock, job, wanted);
    const columns = EXPORT_COLUMNS.filter((column) => wanted.columns.includes(column));
    const { file } = await this.write.file(
      request,
      { ...wanted, columns },
      {
        id: job.id,
        rights: job.rights,
        told: (share) => {
          if (!report(share)) throw cancelled();
        },
      },
    );
    const stored = await this.store.put(file.content);
    const { fileName: name, contentType } = file;
    if (!(await this.jobs.keep(request, job.id, stored, { name, contentType }))) throw cancelled();
  }

  /** Whoever asked, with the roles that they have now: whether those are what they were is for the export to see to. */
  private async asker(clock: Clock, job: ExportJob, { language }: WaitingOrder): Promise<RequestContext> {
    const request = systemContext(clock);
    const person = await this.database.read(request, (ctx) => this.people.withGrants(ctx, job.askedBy));
    if (!person) throw new DomainError('forbidden', { reason: 'rights_changed' });
    const { name, grants, ties } = person;
    const { secondFactor, askedBy } = job;
    return {
      ...request,
      language,
      actor: { kind: 'person', personId: askedBy, name, grants, ties, secondFactor, scopes: null },
    };
  }
}
