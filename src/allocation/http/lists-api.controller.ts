import { Controller, Get, Param } from '@nestjs/common';
import { ApiBearerAuth, ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Database } from '../../platform/database/database.js';
import { Can, Public } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { ListResource, OwnRankingResource, listResource, ownRankingResource } from './dto/list-resources.js';
import { ReadSelection } from './read-selection.js';

/** Lists of ranked calls, for programs. */
@ApiTags('calls')
@Controller('api/v1')
export class ListsApiController {
  constructor(
    private readonly database: Database,
    private readonly reading: ReadSelection,
  ) {}

  @Get('calls/:slug/list')
  @Public()
  @ApiOperation({ summary: 'The published list of a ranked call, by the numbers of applications' })
  @ApiOkResponse({ type: ListResource })
  @ApiNotFoundResponse({ description: 'There is no such call, or no list of it is published' })
  list(@Web() web: WebRequest, @Param('slug') slug: string): Promise<ListResource> {
    return this.database.read(web.ctx, async (ctx) => listResource(await this.reading.published(ctx, slug)));
  }

  @Get('applications/:id/ranking')
  @Can('application.read')
  @ApiBearerAuth('bearer')
  @ApiOperation({ summary: 'What the newest list says of one’s own application, and why' })
  @ApiOkResponse({ type: OwnRankingResource })
  @ApiNotFoundResponse({ description: 'It is not yours, or it is on no published list' })
  own(@Web() web: WebRequest, @Param('id') id: string): Promise<OwnRankingResource> {
    return this.database.read(web.ctx, async (ctx) =>
      ownRankingResource((await this.reading.ownEntry(ctx, id)).entry),
    );
  }
}
