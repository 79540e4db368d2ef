import { Controller, Get, Header, Param, Post } from '@nestjs/common';
import type { StreamableFile } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { authorise } from '../../platform/database/authorise.js';
import { Database } from '../../platform/database/database.js';
import { redirect } from '../../platform/http/page.js';
import type { Redirect } from '../../platform/http/page.js';
import { Can, ReadsNow } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { tellProgress } from '../../platform/jobs/tell-progress.js';
import { DomainError } from '../../shared/domain-error.js';
import { selectionsPolicy } from '../domain/selections.policy.js';
import { AllocationJobs } from '../operations/allocation-jobs.js';
import type { AllocationJob } from '../operations/allocation-jobs.js';
import { factsOf } from '../operations/selection-facts.js';
import { ReadSelection } from './read-selection.js';

/** How far a dry run of a large call is, and its end by hand. */
@ApiExcludeController()
@Controller('admin/calls/:id/allocation/jobs/:job')
@ReadsNow()
export class JobsController {
  constructor(
    private readonly database: Database,
    private readonly reading: ReadSelection,
    private readonly jobs: AllocationJobs,
  ) {}

  /** As server-sent events: a share of 1 as often as it grows, and the state at the end. */
  @Get('events')
  @Can('selection.read')
  @Header('content-type', 'text/event-stream; charset=utf-8')
  @Header('cache-control', 'no-store')
  @Header('x-accel-buffering', 'no')
  events(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('job') jobId: string,
  ): Promise<StreamableFile> {
    return tellProgress(() => this.look(web, id, jobId));
  }

  @Post('cancel')
  @Can('selection.run')
  async cancel(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('job') jobId: string,
  ): Promise<Redirect> {
    try {
      await this.database.transaction(web.ctx, async (ctx) => {
        const call = await this.reading.call(ctx, id);
        authorise(ctx, selectionsPolicy, 'selection.run', factsOf(call), 'selection.read');
        await this.jobs.cancel(ctx, call.id, jobId);
      });
    } catch (error) {
      // It ended in the meantime: its page says how.
      if (!(error instanceof DomainError) || error.code !== 'wrong_state') throw error;
      return redirect(`/admin/calls/${id}/allocation`);
    }
    return redirect(`/admin/calls/${id}/allocation`, {
      flash: { kind: 'success', key: 'allocation.job.cancelled' },
    });
  }

  /** By whoever may look into the selection; asked anew each time. */
  private look(web: WebRequest, id: string, jobId: string): Promise<AllocationJob> {
    return this.database.read(web.ctx, async (ctx) => {
      const call = await this.reading.call(ctx, id);
      const job = await this.jobs.newest(ctx, call.id);
      if (job?.id !== jobId) throw new DomainError('not_found');
      return job;
    });
  }
}
