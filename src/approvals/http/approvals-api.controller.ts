import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ApiConflictResponse,
  ApiForbiddenResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import { Database } from '../../platform/database/database.js';
import { Can } from '../../platform/http/route-access.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Web } from '../../platform/http/web.decorator.js';
import { DecideSide } from '../operations/decide-side.js';
import type { DecisionView } from '../operations/decisions.js';
import { SettleCondition } from '../operations/settle-condition.js';
import {
  DecisionQuery,
  DecisionResource,
  SettleAnswer,
  SettleBody,
  VerdictAnswer,
  VerdictBody,
  WaitingSidePageResource,
  decisionResource,
  waitingSideResource,
} from './dto/decision-resource.js';
import { ReadApprovals } from './read-approvals.js';

@ApiTags('approvals')
@Controller('api/v1/approvals')
export class ApprovalsApiController {
  constructor(
    private readonly database: Database,
    private readonly approvals: ReadApprovals,
    private readonly decideSide: DecideSide,
    private readonly settleCondition: SettleCondition,
  ) {}

  @Get()
  @Can('decision.list')
  @ApiOperation({
    summary: 'Sides of decisions in one’s sight: waiting by their promise, decided by their time',
  })
  @ApiOkResponse({ type: WaitingSidePageResource })
  async list(@Web() web: WebRequest, @Query() query: DecisionQuery): Promise<WaitingSidePageResource> {
    const { tab, limit, after } = query;
    const page = await this.database.read(web.ctx, (ctx) =>
      this.approvals.list(ctx, { tab, limit, ...(after ? { after } : {}) }),
    );
    return {
      items: page.items.map((side) => waitingSideResource(side, side.summary)),
      next: page.next,
    };
  }

  @Get(':id')
  @Can('decision.read')
  @ApiOperation({ summary: 'A decision with both sides and what follows from them' })
  @ApiOkResponse({ type: DecisionResource })
  @ApiNotFoundResponse({ description: 'There is no such decision in one’s sight' })
  async one(@Web() web: WebRequest, @Param('id') id: string): Promise<DecisionResource> {
    const { decision, summary, conditions, record } = await this.database.read(web.ctx, (ctx) =>
      this.approvals.open(ctx, id),
    );
    web.tagAnswer(versionOf(decision));
    return decisionResource(decision, summary, conditions, record);
  }

  @Post(':id/decision')
  @HttpCode(200)
  @Can('decision.decide')
  @ApiOperation({
    summary: 'One country decides; `If-Match` is honoured where it is sent',
    description: 'Answers what both sides together say from now on.',
  })
  @ApiOkResponse({ type: VerdictAnswer })
  @ApiForbiddenResponse({ description: 'Another country’s side, or separation of duties' })
  @ApiConflictResponse({ description: '`already_decided`: somebody of the same side was first' })
  @ApiUnprocessableEntityResponse({ description: 'A verdict without what it needs' })
  async decide(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Body() body: VerdictBody,
  ): Promise<VerdictAnswer> {
    if (web.header('if-match') !== undefined) {
      const { decision } = await this.database.read(web.ctx, (ctx) => this.approvals.open(ctx, id));
      web.requireMatch(versionOf(decision));
    }
    return { outcome: await this.decideSide.run(web.ctx, id, body) };
  }

  @Post(':id/conditions/:condition')
  @HttpCode(200)
  @Can('decision.settle_condition')
  @ApiOperation({ summary: 'The side that set a condition says what becomes of it, once' })
  @ApiOkResponse({ type: SettleAnswer })
  @ApiForbiddenResponse({ description: 'Another country’s condition, or separation of duties' })
  @ApiNotFoundResponse({ description: 'There is no such condition in one’s sight' })
  @ApiConflictResponse({ description: '`condition_settled`: somebody of the same side was first' })
  @ApiUnprocessableEntityResponse({ description: 'Without the words that it needs' })
  async settle(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('condition') condition: string,
    @Body() { act, note }: SettleBody,
  ): Promise<SettleAnswer> {
    return { standing: await this.settleCondition.run(web.ctx, id, condition, { act, note }) };
  }
}

/** Changes with each word of either side. */
function versionOf({ home, host }: DecisionView): string {
  return [home, host].map(({ state, since }) => `${state} ${since.toISOString()}`).join(', ');
}
