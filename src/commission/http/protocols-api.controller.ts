import { Body, Controller, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { Database } from '../../platform/database/database.js';
import { IfMatch, Refusals } from '../../platform/http/described-refusals.js';
import { Idempotent } from '../../platform/http/idempotency.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import type { Language } from '../../shared/language.js';
import { KeepProtocol } from '../operations/keep-protocol.js';
import { ReadCommission } from '../operations/read-commission.js';
import { TAG, atVersion, byLanguage, typedIn } from './api-parts.js';
import { AmendmentBody, MadeResource, SectionBody, TextHashBody } from './dto/commission-bodies.js';
import { CommissionProtocolResource, protocolResource } from './dto/commission-resources.js';

/** Protocols of the joint commission, for programs. */
@ApiTags('commission')
@ApiBearerAuth('bearer')
@Controller('api/v1/commission/protocols')
export class ProtocolsApiController {
  constructor(
    private readonly database: Database,
    private readonly reading: ReadCommission,
    private readonly protocols: KeepProtocol,
  ) {}

  @Get(':id')
  @Can('commission_protocol.read')
  @ApiOperation({ summary: 'A protocol, with the sections that are yours to read' })
  @ApiOkResponse({ type: CommissionProtocolResource, headers: TAG })
  @Refusals()
  protocol(@Web() web: WebRequest, @Param('id') id: string): Promise<CommissionProtocolResource> {
    return this.answer(web, id);
  }

  @Put(':id/sections/:position')
  @Can('commission_protocol.draft')
  @ApiOperation({ summary: 'Other words in a section: whatever was agreed to is no longer agreed to' })
  @ApiOkResponse({ type: CommissionProtocolResource, headers: TAG })
  @IfMatch()
  async revise(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('position') position: string,
    @Body() { words }: SectionBody,
  ): Promise<CommissionProtocolResource> {
    const languages = await this.languages(web, id);
    const typed = typedIn('words', words, languages);
    await byLanguage(languages, this.protocols.revise(atVersion(web), id, Number(position), typed));
    return this.answer(web, id);
  }

  @Post(':id/agreement')
  @HttpCode(200)
  @Can('commission_protocol.agree')
  @ApiOperation({ summary: 'Agrees to exactly this text for your side' })
  @ApiOkResponse({ type: CommissionProtocolResource, headers: TAG })
  @IfMatch()
  async agree(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Body() { hash }: TextHashBody,
  ): Promise<CommissionProtocolResource> {
    await this.protocols.agree(atVersion(web), id, hash);
    return this.answer(web, id);
  }

  @Post(':id/signature')
  @HttpCode(200)
  @Can('commission_protocol.sign')
  @ApiOperation({
    summary: 'Signs exactly this text for your side',
    description: 'With the second signature what was decided takes effect; that cannot be undone.',
  })
  @ApiOkResponse({ type: CommissionProtocolResource, headers: TAG })
  @IfMatch()
  async sign(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Body() { hash }: TextHashBody,
  ): Promise<CommissionProtocolResource> {
    await this.protocols.sign(atVersion(web), id, hash);
    return this.answer(web, id);
  }

  @Post(':id/publication')
  @HttpCode(200)
  @Can('commission_protocol.publish')
  @ApiOperation({ summary: 'Lets everybody read what it says in numbers' })
  @ApiOkResponse({ type: CommissionProtocolResource, headers: TAG })
  @IfMatch()
  async publish(@Web() web: WebRequest, @Param('id') id: string): Promise<CommissionProtocolResource> {
    await this.protocols.publish(atVersion(web), id);
    return this.answer(web, id);
  }

  @Post(':id/amendments')
  @Can('commission_protocol.amend')
  @Idempotent()
  @ApiOperation({ summary: 'Drafts a later protocol that changes words of a published one' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiCreatedResponse({ type: MadeResource })
  @IfMatch()
  async amend(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Body() { section, words, reason }: AmendmentBody,
  ): Promise<MadeResource> {
    const languages = await this.languages(web, id);
    const typed = { ...typedIn('words', words, languages), ...typedIn('reason', reason, languages) };
    return { id: await byLanguage(languages, this.protocols.amend(atVersion(web), id, section, typed)) };
  }

  private languages(web: WebRequest, id: string): Promise<readonly Language[]> {
    return this.database.read(web.ctx, async (ctx) => (await this.reading.protocol(ctx, id)).languages);
  }

  private answer(web: WebRequest, id: string): Promise<CommissionProtocolResource> {
    return this.database.read(web.ctx, async (ctx) => {
      const open = await this.reading.protocol(ctx, id);
      web.tagAnswer(open.protocol.version);
      return protocolResource(open);
    });
  }
}
