import { Controller, Get, Param, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiForbiddenResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import { Database } from '../../platform/database/database.js';
import type { FileResult } from '../../platform/http/page.js';
import { Limited } from '../../platform/http/rate-limits.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { XLSX } from '../../platform/tables/table-file.js';
import { pageOf } from '../../shared/cursor.js';
import { ReadStays } from '../operations/read-stays.js';
import {
  StayPageResource,
  StayResource,
  StaysExportQuery,
  StaysQuery,
  askedFor,
  stayResource,
} from './dto/mobility-resources.js';
import { stayCursor } from './stay-cursor.js';
import { WriteStays } from './write-stays.js';

/** Stays for programs: days and states; whose they are is read with the application. */
@ApiTags('mobilities')
@ApiBearerAuth('bearer')
@ApiForbiddenResponse({ description: 'Not for this role or token' })
@ApiUnprocessableEntityResponse({ description: 'A filter that there is not' })
@Controller('api/v1/mobilities')
export class MobilitiesApiController {
  constructor(
    private readonly database: Database,
    private readonly reading: ReadStays,
    private readonly write: WriteStays,
  ) {}

  @Get()
  @Can('mobility.list')
  @ApiOperation({ summary: 'Stays of one’s offices, by when they are to begin, the latest first' })
  @ApiOkResponse({ type: StayPageResource })
  list(@Web() web: WebRequest, @Query() query: StaysQuery): Promise<StayPageResource> {
    const { limit, after } = query;
    return this.database.read(web.ctx, async (ctx) => {
      const rows = await this.reading.list(ctx, {
        ...askedFor(query, today(web)),
        ...(after ? { after: stayCursor(after) } : {}),
        limit: limit + 1,
      });
      return pageOf(rows, limit, ({ plannedFrom, id }) => [plannedFrom, id], stayResource);
    });
  }

  @Get('export')
  @Can('mobility.list')
  @Limited('export')
  @ApiOperation({ summary: 'The same as a file, a row for each stay; each export is put on record' })
  @ApiProduces('text/csv', XLSX)
  @ApiOkResponse({ description: 'CSV (RFC 4180) or XLSX', schema: { type: 'string', format: 'binary' } })
  file(@Web() web: WebRequest, @Query() query: StaysExportQuery): Promise<FileResult> {
    return this.write.file(web.ctx, askedFor(query, today(web)), query.format);
  }

  @Get(':id')
  @Can('mobility.read')
  @ApiOperation({ summary: 'One stay' })
  @ApiOkResponse({ type: StayResource })
  @ApiNotFoundResponse({ description: 'There is no such stay in one’s sight' })
  async one(@Web() web: WebRequest, @Param('id') id: string): Promise<StayResource> {
    return stayResource(await this.database.read(web.ctx, (ctx) => this.reading.load(ctx, id)));
  }
}

function today(web: WebRequest): string {
  return web.ctx.clock.now().toISOString().slice(0, 10);
}
