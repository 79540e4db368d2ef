import { Body, Controller, Get, Header, Param, Post, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiTags,
} from '@nestjs/swagger';
import { Database } from '../../platform/database/database.js';
import { ActRefusals, Refusals } from '../../platform/http/described-refusals.js';
import { Idempotent } from '../../platform/http/idempotency.js';
import { answerFile } from '../../platform/http/page.js';
import type { FileResult } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { CommissionRepository } from '../data/commission.repository.js';
import { pairOf } from '../domain/procedure.js';
import { AttachToItem } from '../operations/attach-to-item.js';
import { ReadCommission } from '../operations/read-commission.js';
import { TableItem } from '../operations/table-item.js';
import { byLanguage, typedIn } from './api-parts.js';
import { ownCountry } from './commission-controller.js';
import { MadeResource, MatterBody, TabledDecisionBody } from './dto/commission-bodies.js';
import {
  CommissionItemsResource,
  CommissionMatterResource,
  CommissionSessionsResource,
  SessionsQuery,
  itemResource,
  matterResource,
  sessionResource,
} from './dto/commission-resources.js';

const MOST = 100;

/** What is before the joint commission, and its sessions by day, for programs. */
@ApiTags('commission')
@ApiBearerAuth('bearer')
@Controller('api/v1/commission')
export class CommissionApiController {
  constructor(
    private readonly database: Database,
    private readonly commission: CommissionRepository,
    private readonly reading: ReadCommission,
    private readonly tabling: TableItem,
    private readonly attaching: AttachToItem,
  ) {}

  @Get('items')
  @Can('commission_item.read')
  @ApiOperation({ summary: 'What waits for a session of the commission, the oldest first' })
  @ApiOkResponse({ type: CommissionItemsResource })
  @Refusals()
  items(@Web() web: WebRequest): Promise<CommissionItemsResource> {
    return this.database.read(web.ctx, async (ctx) => ({
      items: (await this.reading.waiting(ctx, MOST)).map(itemResource),
    }));
  }

  @Post('items')
  @Can('commission_item.table')
  @Idempotent()
  @ApiOperation({ summary: 'Tables a matter, or rules of procedure, in the language of each country' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiCreatedResponse({ type: MadeResource })
  @ActRefusals()
  async table(@Web() web: WebRequest, @Body() body: MatterBody): Promise<MadeResource> {
    const own = ownCountry(web.ctx.actor);
    const languages = await this.database.read(web.ctx, (ctx) =>
      this.commission.languages(ctx, pairOf(own, body.other)),
    );
    const rules = Object.entries(body.rules ?? {}).map(([name, value]) => [name, String(value)]);
    const typed = {
      ...(body.rules ? { kind: 'rules', ...(Object.fromEntries(rules) as Record<string, string>) } : {}),
      ...typedIn('title', body.title, languages),
      ...typedIn('text', body.text, languages),
    };
    return { id: await byLanguage(languages, this.tabling.tableMatter(web.ctx, own, body.other, typed)) };
  }

  @Post('items/decision')
  @Can('commission_item.table')
  @Idempotent()
  @ApiOperation({ summary: 'Tables a decision for which a side is late' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiCreatedResponse({ type: MadeResource })
  @ActRefusals()
  async tableDecision(
    @Web() web: WebRequest,
    @Body() { decision }: TabledDecisionBody,
  ): Promise<MadeResource> {
    return { id: await this.tabling.tableDecision(web.ctx, decision) };
  }

  @Get('items/:id')
  @Can('commission_item.read')
  @ApiOperation({ summary: 'An item with its words and its documents' })
  @ApiOkResponse({ type: CommissionMatterResource })
  @Refusals()
  item(@Web() web: WebRequest, @Param('id') id: string): Promise<CommissionMatterResource> {
    return this.database.read(web.ctx, async (ctx) => matterResource(await this.reading.item(ctx, id)));
  }

  @Get('items/:id/files/:file')
  @Can('commission_item.read')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'A document on a matter' })
  @ApiProduces('application/pdf')
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  @Refusals()
  file(@Web() web: WebRequest, @Param('id') id: string, @Param('file') file: string): Promise<FileResult> {
    return this.database.read(web.ctx, async (ctx) => {
      const { content, mediaType, fileName } = await this.attaching.open(ctx, id, file);
      return answerFile({ content: await content(), contentType: mediaType, fileName });
    });
  }

  @Get('sessions')
  @Can('commission_session.read')
  @ApiOperation({
    summary: 'Sessions by their days, the newest first, with what was decided and who stood aside',
  })
  @ApiOkResponse({ type: CommissionSessionsResource })
  @Refusals()
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
}
