import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
  ApiPropertyOptional,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsIn, IsOptional, IsString, IsUUID } from 'class-validator';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { redirect, view } from '../../platform/http/page.js';
import type { Redirect, View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import { OUTCOMES } from '../domain/outcome.js';
import { REASON_CODES } from '../operations/decide-side.js';
import type { ReasonCode } from '../operations/decide-side.js';
import { BULK_VERDICTS, DECIDED_MOST, DecideMany, isSideState } from '../operations/decide-many.js';
import type { BulkVerdict, Decided, SeenDecision } from '../operations/decide-many.js';
import { presentBulk } from './presenters/present-bulk.js';
import { ReadApprovals } from './read-approvals.js';

/** One word on many files: first what would happen with each, then what did. Works without scripts. */
@Controller('approvals/bulk')
export class BulkDecisionsController {
  constructor(
    private readonly database: Database,
    private readonly approvals: ReadApprovals,
    private readonly many: DecideMany,
  ) {}

  /** The list of where the selection was made, opened again after a refusal. */
  @Get()
  @Can('decision.list')
  list(): Redirect {
    return redirect('/approvals');
  }

  @Get('decision')
  @Can('decision.list')
  listAgain(): Redirect {
    return redirect('/approvals');
  }

  @Post()
  @Can('decision.list')
  async check(@Web() web: WebRequest): Promise<View | Redirect> {
    const verdict = BULK_VERDICTS.find((each) => each === web.body.verdict);
    if (!verdict) {
      return redirect('/approvals', { flash: { kind: 'error', key: 'approvals.bulk.choose' } });
    }
    try {
      return await this.page(web, [web.body.select ?? []].flat(), verdict, []);
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'invalid') throw error;
      return redirect('/approvals', {
        flash: { kind: 'error', key: `reasons.${error.reason}`, values: error.values },
      });
    }
  }

  @Post('decision')
  @Can('decision.decide')
  async decide(@Web() web: WebRequest): Promise<View | Redirect> {
    const verdict = BULK_VERDICTS.find((each) => each === web.body.verdict);
    const seen = seenIn(web.body.seen);
    if (!verdict || seen.length === 0) return redirect('/approvals');
    try {
      const decided = await this.many.run(web.ctx, seen, { verdict, ...reasonIn(web) });
      return await this.result(web, verdict, decided);
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'invalid' || error.fields.length === 0)
        throw error;
      const ids = seen.map(({ id }) => id);
      return this.page(web, ids, verdict, error.fields);
    }
  }

  private page(
    web: WebRequest,
    ids: readonly string[],
    verdict: BulkVerdict,
    problems: readonly FieldProblem[],
  ): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const foreseen = await this.many.check(ctx, ids, verdict);
      const summaries = await this.approvals.summariesOf(
        ctx,
        foreseen.map(({ id }) => id),
      );
      const typed = { reasonCode: text(web, 'reasonCode'), reasonText: text(web, 'reasonText') };
      const model = presentBulk(verdict, summaries, { foreseen, typed, problems });
      return view('approvals/bulk.njk', model, {
        title: { key: 'approvals.bulk.title' },
        ...(problems.length > 0 ? { status: STATUS.invalid } : {}),
      });
    });
  }

  private result(web: WebRequest, verdict: BulkVerdict, decided: readonly Decided[]): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const summaries = await this.approvals.summariesOf(
        ctx,
        decided.map(({ id }) => id),
      );
      return view('approvals/bulk.njk', presentBulk(verdict, summaries, { decided }), {
        title: { key: 'approvals.bulk.title' },
      });
    });
  }
}

function text({ body }: WebRequest, name: string): string {
  const value = body[name];
  return typeof value === 'string' ? value : '';
}

function reasonIn(web: WebRequest): { readonly reasonCode?: ReasonCode; readonly reasonText?: string } {
  const code = REASON_CODES.find((each) => each === web.body.reasonCode);
  return { ...(code ? { reasonCode: code } : {}), reasonText: text(web, 'reasonText') };
}

/** Ids with the state of the other side that the page showed, as `<id> <state>`. */
function seenIn(value: string | readonly string[] | undefined): SeenDecision[] {
  return [value ?? []].flat().flatMap((line) => {
    const [id = '', otherState = ''] = line.split(' ');
    return isSideState(otherState) ? [{ id, otherState }] : [];
  });
}

class BulkDecisionsBody {
  @ApiProperty({ type: [String], format: 'uuid', maxItems: DECIDED_MOST })
  @IsArray()
  @ArrayMaxSize(DECIDED_MOST)
  @IsUUID(undefined, { each: true })
  decisions: string[];

  @ApiProperty({ enum: BULK_VERDICTS })
  @IsIn(BULK_VERDICTS)
  verdict: BulkVerdict;

  @ApiPropertyOptional({ enum: REASON_CODES, description: 'Needed to return or reject' })
  @IsOptional()
  @IsIn(REASON_CODES)
  reasonCode?: ReasonCode;

  @ApiPropertyOptional({ maxLength: 4000, description: 'Needed to return or reject' })
  @IsOptional()
  @IsString()
  reasonText?: string;
}

class BulkDecisionItem {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ type: String, nullable: true, enum: [...OUTCOMES, null] })
  outcome: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why not; null: it goes through, or did' })
  reason: string | null;
}

class BulkDecisionsResource {
  @ApiProperty({ type: [BulkDecisionItem] })
  items: BulkDecisionItem[];
}

@ApiTags('approvals')
@ApiBearerAuth('bearer')
@Controller('api/v1/approvals')
export class BulkDecisionsApiController {
  constructor(
    private readonly database: Database,
    private readonly many: DecideMany,
  ) {}

  @Post('bulk-checks')
  @HttpCode(200)
  @Can('decision.list')
  @ApiOperation({
    summary: 'Of many decisions, what a word of one’s side would lead to with each, and why not',
  })
  @ApiOkResponse({ type: BulkDecisionsResource })
  @ApiUnprocessableEntityResponse({ description: 'Nothing is chosen, or too much' })
  check(@Web() web: WebRequest, @Body() body: BulkDecisionsBody): Promise<BulkDecisionsResource> {
    return this.database.read(web.ctx, async (ctx) => {
      const foreseen = await this.many.check(ctx, body.decisions, body.verdict);
      return { items: foreseen.map(({ id, outcome, reason }) => ({ id, outcome, reason })) };
    });
  }

  @Post('bulk-decisions')
  @HttpCode(200)
  @Can('decision.decide')
  @ApiOperation({ summary: 'The same word of one’s side on many decisions, each an act of its own' })
  @ApiOkResponse({ type: BulkDecisionsResource })
  @ApiUnprocessableEntityResponse({
    description: 'Nothing is chosen, too much, or a refusal without its reason',
  })
  async decide(@Web() web: WebRequest, @Body() body: BulkDecisionsBody): Promise<BulkDecisionsResource> {
    const { decisions, verdict, reasonCode, reasonText } = body;
    const foreseen = await this.database.read(web.ctx, (ctx) => this.many.check(ctx, decisions, verdict));
    const decided = await this.many.run(web.ctx, foreseen, {
      verdict,
      ...(reasonCode ? { reasonCode } : {}),
      ...(reasonText ? { reasonText } : {}),
    });
    return { items: [...decided] };
  }
}
