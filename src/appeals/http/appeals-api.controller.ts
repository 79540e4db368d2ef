import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiForbiddenResponse,
  ApiHeader,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import { Database } from '../../platform/database/database.js';
import { Idempotent } from '../../platform/http/idempotency.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { DomainError } from '../../shared/domain-error.js';
import { LodgeAppeal } from '../operations/lodge-appeal.js';
import { ReadAppeals } from '../operations/read-appeals.js';
import { MOST_APPEALS } from './appeal-pages.controller.js';
import {
  AppealContentResource,
  AppealRequest,
  AppealsResource,
  appealContentResource,
  appealResource,
} from './dto/appeal-resources.js';

/** Appeals, for programs. */
@ApiTags('appeals')
@ApiBearerAuth('bearer')
@ApiForbiddenResponse({ description: 'Not for this role or token' })
@ApiNotFoundResponse({ description: 'There is none, or it is not open to you' })
@Controller('api/v1')
export class AppealsApiController {
  constructor(
    private readonly database: Database,
    private readonly reading: ReadAppeals,
    private readonly lodging: LodgeAppeal,
  ) {}

  @Get('appeals')
  @Can('appeal.read')
  @ApiOperation({ summary: 'Appeals that you may see: what is open and due first before' })
  @ApiOkResponse({ type: AppealsResource })
  list(@Web() web: WebRequest): Promise<AppealsResource> {
    return this.database.read(web.ctx, async (ctx) => ({
      items: (await this.reading.list(ctx, MOST_APPEALS)).map(({ appeal }) => appealResource(appeal)),
    }));
  }

  @Get('appeals/:id')
  @Can('appeal.read')
  @ApiOperation({ summary: 'An appeal, with what it says where that is yours to read' })
  @ApiOkResponse({ type: AppealContentResource })
  one(@Web() web: WebRequest, @Param('id') id: string): Promise<AppealContentResource> {
    return this.database.read(web.ctx, async (ctx) => {
      const { appeal, content } = await this.reading.one(ctx, id);
      return appealContentResource(appeal, content?.words ?? new Map());
    });
  }

  @Get('applications/:id/appeal')
  @Can('appeal.lodge')
  @ApiOperation({ summary: 'Your appeal against the result of your application: the draft, or the last one' })
  @ApiOkResponse({ type: AppealContentResource })
  own(@Web() web: WebRequest, @Param('id') id: string): Promise<AppealContentResource> {
    return this.database.read(web.ctx, async (ctx) => {
      const { appeal, words } = await this.reading.own(ctx, id);
      if (!appeal) throw new DomainError('not_found');
      return appealContentResource(appeal, words);
    });
  }

  @Post('applications/:id/appeal')
  @Can('appeal.lodge')
  @Idempotent()
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiOperation({ summary: 'Lodges an appeal against the result, once; a draft is replaced by it' })
  @ApiCreatedResponse({ type: AppealContentResource })
  @ApiConflictResponse({ description: 'The window is over, or there is one already' })
  @ApiUnprocessableEntityResponse({ description: 'No ground, or no text' })
  async lodge(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Body() { ground, text }: AppealRequest,
  ): Promise<AppealContentResource> {
    const before = await this.database.read(web.ctx, async (ctx) => (await this.reading.own(ctx, id)).draft);
    const saved = await this.lodging.save(web.ctx, id, { ground, text }, before?.revision ?? 0);
    await this.lodging.lodge(web.ctx, id, saved.revision);
    return this.own(web, id);
  }

  @Post('appeals/:id/withdraw')
  @Can('appeal.withdraw')
  @HttpCode(204)
  @ApiOperation({ summary: 'Takes your appeal back' })
  async withdraw(@Web() web: WebRequest, @Param('id') id: string): Promise<void> {
    await this.lodging.withdraw(web.ctx, id);
  }
}
