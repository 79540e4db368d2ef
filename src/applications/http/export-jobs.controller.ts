import { Controller, Get, Header, Inject, Param, Post } from '@nestjs/common';
import type { StreamableFile } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { answerFile, redirect, view } from '../../platform/http/page.js';
import type { FileResult, Redirect, View } from '../../platform/http/page.js';
import { Limited } from '../../platform/http/rate-limits.js';
import { Can, ReadsNow } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { tellProgress } from '../../platform/jobs/tell-progress.js';
import { FileStore } from '../../platform/storage/file-store.js';
import { DomainError } from '../../shared/domain-error.js';
import { ExportJobs } from '../operations/export-jobs.js';
import { ReadExportJobs } from './read-export-jobs.js';

/** The file of a long list: how far it is, its end by hand, and the file itself. For whoever asked for it alone. */
@Controller('applications/export/jobs/:job')
@ReadsNow()
export class ExportJobsController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ExportJobs) private readonly jobs: ExportJobs,
    @Inject(ReadExportJobs) private readonly reading: ReadExportJobs,
    @Inject(FileStore) private readonly store: FileStore,
  ) {}

  @Get()
  @Can('application.list')
  async page(@Web() web: WebRequest, @Param('job') jobId: string): Promise<View> {
    const job = await this.database.read(web.ctx, (ctx) => this.reading.one(ctx, jobId));
    return view('applications/office/export-job.njk', job, {
      title: { key: 'applications.export.job.title' },
    });
  }

  @Get('events')
  @Can('application.list')
  @Header('content-type', 'text/event-stream; charset=utf-8')
  @Header('cache-control', 'no-store')
  @Header('x-accel-buffering', 'no')
  events(@Web() web: WebRequest, @Param('job') jobId: string): Promise<StreamableFile> {
    return tellProgress(() => this.database.read(web.ctx, (ctx) => this.jobs.own(ctx, jobId)));
  }

  @Post('cancel')
  @Can('application.list')
  async cancel(@Web() web: WebRequest, @Param('job') jobId: string): Promise<Redirect> {
    const page = `/applications/export/jobs/${jobId}`;
    try {
      await this.jobs.cancel(web.ctx, jobId);
    } catch (error) {
      // It ended in the meantime: its page says how.
      if (!(error instanceof DomainError) || error.code !== 'wrong_state') throw error;
    }
    return redirect(page);
  }

  @Get('file')
  @Can('application.list')
  @Limited('export')
  async file(@Web() web: WebRequest, @Param('job') jobId: string): Promise<FileResult> {
    const { name, contentType, key, sha256, size } = await this.jobs.fetch(web.ctx, jobId);
    const content = await this.store.get(key, sha256);
    return answerFile({ content, contentType, fileName: name, length: size });
  }
}
