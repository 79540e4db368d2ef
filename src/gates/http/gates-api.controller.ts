import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ApiBody,
  ApiConflictResponse,
  ApiConsumes,
  ApiCreatedResponse,
  ApiForbiddenResponse,
  ApiNoContentResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import { Database } from '../../platform/database/database.js';
import { eachOnce } from '../../platform/http/form-fields.js';
import { AcceptsFile } from '../../platform/http/multipart.interceptor.js';
import { answerFile } from '../../platform/http/page.js';
import type { FileResult } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Web } from '../../platform/http/web.decorator.js';
import { DomainError } from '../../shared/domain-error.js';
import { DecideHit } from '../operations/decide-hit.js';
import { EditGateRules } from '../operations/edit-gate-rules.js';
import { ReadGates } from '../operations/read-gates.js';
import { SettleGate } from '../operations/settle-gate.js';
import {
  EvidenceBody,
  EvidenceFileBody,
  GatePageResource,
  GateQuery,
  GateRuleBody,
  GateRuleResource,
  HitBody,
  OpenGateResource,
  ReopeningBody,
  SaidRuleAnswer,
  SettlementAnswer,
  SettlementBody,
  gateResource,
  gateRuleResource,
  openGateResource,
} from './dto/gate-resource.js';

@ApiTags('gates')
@Controller('api/v1')
export class GatesApiController {
  constructor(
    private readonly database: Database,
    private readonly gates: ReadGates,
    private readonly settleGate: SettleGate,
    private readonly editRules: EditGateRules,
    private readonly decideHit: DecideHit,
  ) {}

  @Get('gates')
  @Can('gate.list')
  @ApiOperation({ summary: 'Gates of one’s country: waiting by their promise, settled by their time' })
  @ApiOkResponse({ type: GatePageResource })
  async list(@Web() web: WebRequest, @Query() query: GateQuery): Promise<GatePageResource> {
    const { tab, limit, after } = query;
    const page = await this.database.read(web.ctx, (ctx) =>
      this.gates.list(ctx, { tab, limit, ...(after ? { after } : {}) }),
    );
    return { items: page.items.map(gateResource), next: page.next };
  }

  @Get('gates/:id')
  @Can('gate.read')
  @ApiOperation({ summary: 'A gate with its evidence; of one’s own country only' })
  @ApiOkResponse({ type: OpenGateResource })
  @ApiNotFoundResponse({ description: 'There is no such gate in one’s sight' })
  async one(@Web() web: WebRequest, @Param('id') id: string): Promise<OpenGateResource> {
    return openGateResource(await this.database.read(web.ctx, (ctx) => this.gates.open(ctx, id)));
  }

  @Post('gates/:id/settlement')
  @HttpCode(200)
  @Can('gate.settle')
  @ApiOperation({ summary: 'An officer says their country’s word; the last one makes the offer that waited' })
  @ApiOkResponse({ type: SettlementAnswer })
  @ApiForbiddenResponse({ description: 'Separation of duties, or a conflict' })
  @ApiConflictResponse({ description: '`already_decided`: somebody of the same country was first' })
  @ApiUnprocessableEntityResponse({ description: 'A verdict without what it needs' })
  async settle(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Body() body: SettlementBody,
  ): Promise<SettlementAnswer> {
    return { state: await this.settleGate.run(web.ctx, id, body) };
  }

  @Post('gates/:id/evidence')
  @HttpCode(204)
  @Can('gate.add_evidence')
  @ApiOperation({ summary: 'Evidence in words' })
  @ApiNoContentResponse()
  @ApiUnprocessableEntityResponse({ description: 'No words, or an item that the rule does not ask for' })
  async evidence(@Web() web: WebRequest, @Param('id') id: string, @Body() body: EvidenceBody): Promise<void> {
    await this.settleGate.addEvidence(web.ctx, id, body);
  }

  @Post('gates/:id/evidence/files')
  @HttpCode(204)
  @Can('gate.add_evidence')
  @AcceptsFile()
  @ApiConsumes('multipart/form-data')
  @ApiBody({ type: EvidenceFileBody })
  @ApiOperation({ summary: 'Evidence in a PDF with words; for the same item it is a new version' })
  @ApiNoContentResponse()
  @ApiUnprocessableEntityResponse({ description: 'No words, no file, or a file that is not what it says' })
  async evidenceFile(@Web() web: WebRequest, @Param('id') id: string): Promise<void> {
    const file = await web.file();
    if (!file) throw new DomainError('invalid', { fields: [{ field: 'file', problem: 'required_file' }] });
    const { item, words = '', validUntil } = eachOnce(web.body);
    await this.settleGate.addEvidence(
      web.ctx,
      id,
      { words, ...(item ? { item } : {}), ...(validUntil ? { validUntil } : {}) },
      file,
    );
  }

  @Get('gates/:id/evidence/:file')
  @Can('gate.read')
  @ApiOperation({ summary: 'A file of the evidence, whichever version; of one’s own country only' })
  @ApiProduces('application/pdf')
  @ApiOkResponse({ description: 'The file' })
  @ApiNotFoundResponse({ description: 'There is no such file in one’s sight' })
  async file(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('file') file: string,
  ): Promise<FileResult> {
    const { fileName, mediaType, sizeBytes, content } = await this.database.read(web.ctx, (ctx) =>
      this.gates.file(ctx, id, file),
    );
    return answerFile({ content: await content(), contentType: mediaType, fileName, length: sizeBytes });
  }

  @Post('gates/:id/hits/:hit')
  @HttpCode(204)
  @Can('gate.screen')
  @ApiOperation({ summary: 'An officer says whether the party is whom the entry of a list means' })
  @ApiNoContentResponse()
  @ApiUnprocessableEntityResponse({ description: 'No reason' })
  async hit(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('hit') hit: string,
    @Body() body: HitBody,
  ): Promise<void> {
    await this.decideHit.run(web.ctx, id, hit, body);
  }

  @Post('gates/:id/reopening')
  @HttpCode(204)
  @Can('gate.reopen')
  @ApiOperation({ summary: 'A word counts no more, and the gate waits again' })
  @ApiNoContentResponse()
  @ApiUnprocessableEntityResponse({ description: 'No reason' })
  async reopen(@Web() web: WebRequest, @Param('id') id: string, @Body() body: ReopeningBody): Promise<void> {
    await this.settleGate.reopen(web.ctx, id, body.reason);
  }

  @Get('gate-rules')
  @Can('gate_rule.read')
  @ApiOperation({ summary: 'What each country asks before somebody may come or go, and asked before' })
  @ApiOkResponse({ type: [GateRuleResource] })
  async rules(@Web() web: WebRequest): Promise<GateRuleResource[]> {
    const rules = await this.database.read(web.ctx, (ctx) => this.gates.rules(ctx));
    return rules.map(({ rule }) => gateRuleResource(rule));
  }

  @Post('gate-rules')
  @Can('gate_rule.edit')
  @ApiOperation({
    summary: 'A ministry says what its country asks; the rule whose place it takes stays on record',
  })
  @ApiCreatedResponse({ type: SaidRuleAnswer })
  @ApiForbiddenResponse({ description: 'Another country’s rule' })
  @ApiUnprocessableEntityResponse({ description: 'A rule that is not sound' })
  async say(@Web() web: WebRequest, @Body() body: GateRuleBody): Promise<SaidRuleAnswer> {
    const { replaces, callId, fields, categories, evidence, validityDays, ...rest } = body;
    const id = await this.editRules.say(
      web.ctx,
      {
        ...rest,
        callId: callId ?? null,
        fields: fields ?? [],
        categories: categories ?? [],
        evidence: evidence ?? [],
        validityDays: validityDays ?? null,
        toVerify: false,
      },
      replaces ?? null,
    );
    return { id };
  }

  @Post('gate-rules/:id/end')
  @HttpCode(204)
  @Can('gate_rule.edit')
  @ApiOperation({ summary: 'Ends a rule today; gates that it has opened stay' })
  @ApiNoContentResponse()
  async end(@Web() web: WebRequest, @Param('id') id: string): Promise<void> {
    await this.editRules.end(web.ctx, id);
  }
}
