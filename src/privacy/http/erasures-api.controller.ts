import { Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiForbiddenResponse,
  ApiNoContentResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import { Database } from '../../platform/database/database.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { ErasureRequests } from '../operations/erasure-requests.js';
import {
  AskErasureBody,
  AskedErasureAnswer,
  DecideErasureAnswer,
  DecideErasureBody,
  ErasureResource,
  ExtendErasureBody,
  ProposeErasureBody,
  erasureResource,
} from './dto/erasure-resource.js';

@ApiTags('erasures')
@ApiNotFoundResponse({ description: 'There is no such request in one’s sight' })
@Controller('api/v1/erasures')
export class ErasuresApiController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ErasureRequests) private readonly requests: ErasureRequests,
  ) {}

  @Get()
  @Can('erasure.list')
  @ApiOperation({
    summary: 'Requests to be erased that one’s country answers; what waits first, by its time',
  })
  @ApiOkResponse({ type: [ErasureResource] })
  async list(@Web() web: WebRequest): Promise<ErasureResource[]> {
    return (await this.database.read(web.ctx, (ctx) => this.requests.list(ctx))).map(erasureResource);
  }

  @Get('own')
  @Can('account.read')
  @ApiOperation({ summary: 'One’s own requests, the youngest first' })
  @ApiOkResponse({ type: [ErasureResource] })
  async own(@Web() web: WebRequest): Promise<ErasureResource[]> {
    const { requests } = await this.database.read(web.ctx, (ctx) => this.requests.outlook(ctx));
    return requests.map(erasureResource);
  }

  @Post()
  @Can('account.change')
  @ApiOperation({ summary: 'Asks to be erased; asked twice it is the request that waits' })
  @ApiCreatedResponse({ type: AskedErasureAnswer })
  @ApiUnprocessableEntityResponse({ description: 'Not confirmed' })
  async ask(@Web() web: WebRequest, @Body() body: AskErasureBody): Promise<AskedErasureAnswer> {
    return { id: await this.requests.ask(web.ctx, body.confirm) };
  }

  @Post(':id/withdrawal')
  @HttpCode(204)
  @Can('account.change')
  @ApiOperation({ summary: 'Takes one’s own request back, until it is carried out' })
  @ApiNoContentResponse()
  async withdraw(@Web() web: WebRequest, @Param('id') id: string): Promise<void> {
    await this.requests.takeBack(web.ctx, id);
  }

  @Get(':id')
  @Can('erasure.read')
  @ApiOperation({ summary: 'One request that one’s country answers' })
  @ApiOkResponse({ type: ErasureResource })
  async one(@Web() web: WebRequest, @Param('id') id: string): Promise<ErasureResource> {
    const { request } = await this.database.read(web.ctx, (ctx) => this.requests.file(ctx, id));
    return erasureResource(request);
  }

  @Post(':id/proposal')
  @HttpCode(204)
  @Can('erasure.propose')
  @ApiOperation({ summary: 'The first of two says what they would answer' })
  @ApiNoContentResponse()
  @ApiForbiddenResponse({ description: 'It is about oneself, or a conflict' })
  @ApiUnprocessableEntityResponse({
    description: 'No verdict, no reason of a refusal, or something stands against it',
  })
  async propose(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Body() { verdict, reasonCode, reason }: ProposeErasureBody,
  ): Promise<void> {
    await this.requests.propose(web.ctx, id, {
      verdict,
      reasonCode: reasonCode ?? '',
      reason: reason ?? '',
    });
  }

  @Post(':id/decision')
  @HttpCode(200)
  @Can('erasure.decide')
  @ApiOperation({ summary: 'The second confirms it, or sends it back' })
  @ApiOkResponse({ type: DecideErasureAnswer })
  @ApiForbiddenResponse({ description: 'Whoever proposed it is not the second' })
  async decide(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Body() { verdict, reason }: DecideErasureBody,
  ): Promise<DecideErasureAnswer> {
    return { state: await this.requests.decide(web.ctx, id, { verdict, reason: reason ?? '' }) };
  }

  @Post(':id/extension')
  @HttpCode(204)
  @Can('erasure.extend')
  @ApiOperation({ summary: 'The answer takes longer, once; the person is told why' })
  @ApiNoContentResponse()
  async extend(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Body() body: ExtendErasureBody,
  ): Promise<void> {
    await this.requests.extend(web.ctx, id, body);
  }
}
