import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiForbiddenResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { Database } from '../../platform/database/database.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { pageOf } from '../../shared/cursor.js';
import { ReadStates } from '../operations/read-states.js';
import { filterOf } from './application-filter.js';
import { ApplicationQuery } from './dto/application-requests.js';
import { StandingPageResource, StandingResource, standingResource } from './dto/standing-resource.js';

/** Where applications stand, for support: no name and no content. */
@ApiTags('applications')
@ApiBearerAuth('bearer')
@Controller('api/v1/application-states')
export class StandingsApiController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ReadStates) private readonly states: ReadStates,
  ) {}

  @Get()
  @Can('application.read_state')
  @ApiOperation({ summary: 'Support: where the submitted applications stand, found by number' })
  @ApiOkResponse({ type: StandingPageResource })
  @ApiForbiddenResponse({ description: 'Not for this role or token' })
  list(@Web() web: WebRequest, @Query() query: ApplicationQuery): Promise<StandingPageResource> {
    return this.database.read(web.ctx, async (ctx) => {
      const found = await this.states.list(ctx, filterOf(query));
      const page = pageOf(
        found,
        query.limit,
        ({ row }) => [row.stateSince.toISOString(), row.id],
        ({ standing }) => standingResource(standing),
      );
      return { items: [...page.items], next: page.next };
    });
  }

  @Get(':id')
  @Can('application.read_state')
  @ApiOperation({ summary: 'Support: where one application stands' })
  @ApiOkResponse({ type: StandingResource })
  @ApiForbiddenResponse({ description: 'Not for this role or token' })
  @ApiNotFoundResponse({ description: 'There is none that was submitted' })
  one(@Web() web: WebRequest, @Param('id') id: string): Promise<StandingResource> {
    return this.database.read(web.ctx, async (ctx) => standingResource(await this.states.one(ctx, id)));
  }
}
