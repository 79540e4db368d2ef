import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Database } from '../../platform/database/database.js';
import { Public } from '../../platform/http/route-access.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Web } from '../../platform/http/web.decorator.js';
import { Calls } from '../data/calls.js';
import {
  CallPageResource,
  CallQuery,
  CallWithPlacesResource,
  callResource,
  placeResource,
  selectionResource,
} from './dto/call-resource.js';
import { ReadCalls } from './read-calls.js';

@ApiTags('calls')
@Controller('api/v1/calls')
export class CallsApiController {
  constructor(
    private readonly database: Database,
    private readonly calls: Calls,
    private readonly reading: ReadCalls,
  ) {}

  @Get()
  @Public()
  @ApiOperation({ summary: 'Calls, the one that closes first at first' })
  @ApiOkResponse({ type: CallPageResource })
  async list(@Web() web: WebRequest, @Query() query: CallQuery): Promise<CallPageResource> {
    const {
      phase,
      category,
      country,
      theme,
      field,
      level,
      language,
      paid,
      free,
      freemovers,
      q,
      limit,
      after,
    } = query;
    return this.database.read(web.ctx, async (ctx) => {
      const page = await this.calls.list(ctx, {
        ...(phase ? { phase } : {}),
        ...(category ? { category } : {}),
        ...(country ? { country } : {}),
        ...(q ? { text: q } : {}),
        ...(freemovers === '1' ? { freemovers: true } : {}),
        ...(theme ? { theme } : {}),
        place: {
          ...(field ? { field } : {}),
          ...(level ? { level } : {}),
          ...(language ? { language } : {}),
          ...(paid ? { paid } : {}),
          ...(free === '1' ? { free: true } : {}),
        },
        ...(after ? { after } : {}),
        limit,
      });
      const totals = await this.calls.placeTotals(
        ctx,
        page.items.map(({ id }) => id),
      );
      return { items: page.items.map((call) => callResource(call, totals.get(call.id))), next: page.next };
    });
  }

  @Get(':slug')
  @Public()
  @ApiOperation({ summary: 'One call with its places' })
  @ApiOkResponse({ type: CallWithPlacesResource })
  @ApiNotFoundResponse({ description: 'There is no such call, or it is not public' })
  async one(@Web() web: WebRequest, @Param('slug') slug: string): Promise<CallWithPlacesResource> {
    return this.database.read(web.ctx, async (ctx) => {
      const call = await this.reading.readable(ctx, slug);
      const places = await this.calls.places(ctx, call.id);
      const totals = await this.calls.placeTotals(ctx, [call.id]);
      return {
        ...callResource(call, totals.get(call.id)),
        selection: selectionResource(call, places),
        places: places.map(placeResource),
      };
    });
  }
}
