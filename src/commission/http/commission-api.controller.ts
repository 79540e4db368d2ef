import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiConflictResponse,
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
import { ConductSession } from '../operations/conduct-session.js';
import { ReadCommission } from '../operations/read-commission.js';
import {
  CommissionItemsResource,
  CommissionProtocolResource,
  CommissionSessionResource,
  CommissionSessionsResource,
  SessionsQuery,
  itemResource,
  protocolResource,
  sessionResource,
} from './dto/commission-resources.js';

const MOST = 100;

/** The joint commission, for programs. */
@ApiTags('commission')
@ApiBearerAuth('bearer')
@ApiForbiddenResponse({ description: 'Not for this role or token' })
@ApiNotFoundResponse({ description: 'There is none, or it is not open to you' })
@Controller('api/v1/commission')
export class CommissionApiController {
  constructor(
    private readonly database: Database,
    private readonly reading: ReadCommission,
    private readonly conducting: ConductSession,
  ) {}

  @Get('items')
  @Can('commission_item.read')
  @ApiOperation({ summary: 'What waits for a session of the commission, the oldest first' })
  @ApiOkResponse({ type: CommissionItemsResource })
  items(@Web() web: WebRequest): Promise<CommissionItemsResource> {
    return this.database.read(web.ctx, async (ctx) => ({
      items: (await this.reading.waiting(ctx, MOST)).map(itemResource),
    }));
  }

  @Get('sessions')
  @Can('commission_session.read')
  @ApiOperation({
    summary: 'Sessions by their days, the newest first, with what was decided and who stood aside',
  })
  @ApiOkResponse({ type: CommissionSessionsResource })
  sessions(@Web() web: WebRequest, @Query() query: SessionsQuery): Promise<CommissionSessionsResource> {
    return this.database.read(web.ctx, async (ctx) => ({
      items: (
        await this.reading.list(
          ctx,
          { from: query.from ?? null, until: query.until ?? null, text: query.text ?? '' },
          MOST,
        )
      ).map(({ record, items }) => sessionResource(record, items)),
    }));
  }

  @Get('sessions/:id')
  @Can('commission_session.read')
  @ApiOperation({ summary: 'A session: of a secret vote who voted, and never how' })
  @ApiOkResponse({ type: CommissionSessionResource })
  session(@Web() web: WebRequest, @Param('id') id: string): Promise<CommissionSessionResource> {
    return this.database.read(web.ctx, async (ctx) => {
      const { record, items } = await this.reading.session(ctx, id);
      web.tagAnswer(record.session.version);
      return sessionResource(record, items);
    });
  }

  @Post('sessions/:id/presence')
  @HttpCode(204)
  @Can('commission_session.attend')
  @ApiOperation({ summary: 'Says that you are there' })
  async attend(@Web() web: WebRequest, @Param('id') id: string): Promise<void> {
    await this.conducting.attend(web.ctx, id);
  }

  @Post('sessions/:id/items/:item/stand-aside')
  @HttpCode(204)
  @Can('commission_session.stand_aside')
  @ApiOperation({ summary: 'Says that something binds you to an item' })
  @ApiConflictResponse({ description: '`already_voted`' })
  async standAside(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('item') item: string,
  ): Promise<void> {
    await this.conducting.standAside(web.ctx, id, item);
  }

  @Get('protocols/:id')
  @Can('commission_protocol.read')
  @ApiOperation({ summary: 'A protocol, with the sections that are yours to read' })
  @ApiOkResponse({ type: CommissionProtocolResource })
  protocol(@Web() web: WebRequest, @Param('id') id: string): Promise<CommissionProtocolResource> {
    return this.database.read(web.ctx, async (ctx) => {
      const open = await this.reading.protocol(ctx, id);
      web.tagAnswer(open.protocol.version);
      return protocolResource(open);
    });
  }
}
