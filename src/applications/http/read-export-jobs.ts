import { Inject, Injectable } from '@nestjs/common';
import { People } from '../../access/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Translator } from '../../platform/i18n/translator.js';
import { Countries } from '../../universities/public.js';
import { ExportJobs } from '../operations/export-jobs.js';
import { presentExportJob } from './presenters/present-export-job.js';
import type { ExportJobView } from './views/office-views.js';

/** The files of long lists that the reader asked for, as pages show them. */
@Injectable()
export class ReadExportJobs {
  constructor(
    @Inject(ExportJobs) private readonly jobs: ExportJobs,
    @Inject(People) private readonly people: People,
    @Inject(Countries) private readonly countries: Countries,
    @Inject(Translator) private readonly translator: Translator,
  ) {}

  /** @throws DomainError `not_found` where it is not the reader's */
  async one(ctx: Ctx, jobId: string): Promise<ExportJobView> {
    return presentExportJob(this.translator, ctx, await this.jobs.own(ctx, jobId), await this.zone(ctx));
  }

  /** Those that can still be followed or fetched. */
  async all(ctx: Ctx): Promise<readonly ExportJobView[]> {
    const jobs = await this.jobs.ofActor(ctx);
    if (jobs.length === 0) return [];
    const zone = await this.zone(ctx);
    return jobs.map((job) => presentExportJob(this.translator, ctx, job, zone));
  }

  private async zone(ctx: Ctx): Promise<string> {
    const { personId } = ctx.actor;
    const reader = personId === null ? null : await this.people.personById(ctx, personId);
    return reader ? (await this.countries.byCode(ctx, reader.country)).timeZone : 'UTC';
  }
}
