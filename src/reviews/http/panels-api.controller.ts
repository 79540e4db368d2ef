import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Calls } from '../../calls/public.js';
import { Database } from '../../platform/database/database.js';
import { Idempotent } from '../../platform/http/idempotency.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { PanelsRepository } from '../data/panels.repository.js';
import { AssignReviewers } from '../operations/assign-reviewers.js';
import { ReadPanels } from '../operations/read-panels.js';
import { ReadReviews } from '../operations/read-reviews.js';
import {
  AssignedResource,
  AssignmentsResource,
  PanelResource,
  PanelsResource,
  assignmentsResource,
  panelResource,
  panelSummaryResource,
} from './dto/panel-resources.js';
import { ActRefusals, IdempotencyKey, Refusals } from '../../platform/http/described-refusals.js';
import { AssignRequest } from './dto/review-requests.js';
import { ReadableReviewsResource, readableReviewsResource } from './dto/review-resources.js';

/** Panels, for programs: who sits there, which phase it is, who assesses what. */
@ApiTags('panels')
@ApiBearerAuth('bearer')
@Controller('api/v1/panels')
export class PanelsApiController {
  constructor(
    private readonly database: Database,
    private readonly panels: PanelsRepository,
    private readonly reading: ReadPanels,
    private readonly given: ReadReviews,
    private readonly assigning: AssignReviewers,
    private readonly calls: Calls,
  ) {}

  @Get()
  @Can('panel.read')
  @ApiOperation({ summary: 'Panels that you keep, sit in or may look at' })
  @ApiOkResponse({ type: PanelsResource })
  list(@Web() web: WebRequest): Promise<PanelsResource> {
    return this.database.read(web.ctx, async (ctx) => {
      const panels = await this.panels.list(ctx);
      const calls = await this.calls.byIds(
        ctx,
        panels.map(({ callId }) => callId),
      );
      return { items: panels.map((panel) => panelSummaryResource(panel, calls.get(panel.callId) ?? null)) };
    });
  }

  @Get(':id')
  @Can('panel.read')
  @ApiOperation({ summary: 'A panel with its members, and what you may see of its work' })
  @ApiOkResponse({ type: PanelResource })
  @Refusals()
  one(@Web() web: WebRequest, @Param('id') id: string): Promise<PanelResource> {
    return this.database.read(web.ctx, async (ctx) =>
      panelResource(ctx.actor, await this.reading.one(ctx, id)),
    );
  }

  @Get(':id/applications/:application/assignments')
  @Can('panel.assign')
  @ApiOperation({ summary: 'Who assesses an application, and who could: with the reason why not' })
  @ApiOkResponse({ type: AssignmentsResource })
  @Refusals()
  assignments(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('application') application: string,
  ): Promise<AssignmentsResource> {
    return this.database.read(web.ctx, async (ctx) =>
      assignmentsResource(await this.reading.assignment(ctx, id, application)),
    );
  }

  @Post(':id/applications/:application/assignments')
  @Can('panel.assign')
  @Idempotent()
  @ApiOperation({ summary: 'Gives an application to a reviewer' })
  @IdempotencyKey()
  @ApiCreatedResponse({ type: AssignedResource })
  @ActRefusals()
  assign(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('application') application: string,
    @Body() { reviewer }: AssignRequest,
  ): Promise<AssignedResource> {
    return this.assigning.assign(web.ctx, id, { applicationId: application, reviewerId: reviewer });
  }

  @Get(':id/applications/:application/reviews')
  @Can('review.read_content')
  @ApiOperation({ summary: 'What was said of an application, for whoever may read it' })
  @ApiOkResponse({ type: ReadableReviewsResource })
  @Refusals()
  reviews(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('application') application: string,
  ): Promise<ReadableReviewsResource> {
    return this.database.read(web.ctx, async (ctx) =>
      readableReviewsResource(await this.given.ofApplication(ctx, id, application)),
    );
  }
}
