import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiConflictResponse,
  ApiForbiddenResponse,
  ApiNotFoundResponse,
  ApiOperation,
  ApiProperty,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import { IsIn, IsUUID, Matches } from 'class-validator';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { redirect, view } from '../../platform/http/page.js';
import type { Redirect, View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';
import { DomainError } from '../../shared/domain-error.js';
import { RECUSAL_REASONS } from '../domain/recusal.js';
import type { RecusalReason } from '../domain/recusal.js';
import { BeginReview } from '../operations/begin-review.js';
import { NameDelegate } from '../operations/name-delegate.js';
import { RecuseOfficer } from '../operations/recuse-officer.js';
import { presentApproval } from './presenters/present-approval.js';
import { ReadApprovals } from './read-approvals.js';

/** Who of a side has a decision, who is bound to it, and who was named to decide it: forms on the page of the decision. */
@Controller('approvals')
export class SidePagesController {
  constructor(
    private readonly database: Database,
    private readonly translator: Translator,
    private readonly approvals: ReadApprovals,
    private readonly beginReview: BeginReview,
    private readonly recuseOfficer: RecuseOfficer,
    private readonly nameDelegate: NameDelegate,
  ) {}

  /** Reloaded after a refusal, or opened in another language: the page that the forms stand on. */
  @Get([':id/review', ':id/recusal', ':id/delegate'])
  @Can('decision.read')
  before(@Param('id') id: string): Redirect {
    return redirect(`/approvals/${id}`);
  }

  @Post(':id/review')
  @Can('decision.begin_review')
  review(@Web() web: WebRequest, @Param('id') id: string): Promise<Redirect | View> {
    return this.done(web, id, 'review', async () => {
      await this.beginReview.run(web.ctx, id, entry(web, 'country'));
      return 'approvals.hands.done.review';
    });
  }

  @Post(':id/recusal')
  @Can('decision.recuse')
  recuse(@Web() web: WebRequest, @Param('id') id: string): Promise<Redirect | View> {
    return this.done(web, id, 'recusal', async () => {
      const input = { country: entry(web, 'country'), reason: entry(web, 'reason') };
      const free = await this.recuseOfficer.run(web.ctx, id, input);
      return free ? 'approvals.hands.done.recusal' : 'approvals.hands.done.recusal_blocked';
    });
  }

  @Post(':id/delegate')
  @Can('decision.name_delegate')
  delegate(@Web() web: WebRequest, @Param('id') id: string): Promise<Redirect | View> {
    return this.done(web, id, 'delegate', async () => {
      const input = { country: entry(web, 'country'), delegate: entry(web, 'delegate') };
      await this.nameDelegate.run(web.ctx, id, input);
      return 'approvals.hands.done.delegate';
    });
  }

  /** Back to the page; what was not chosen, or came too late, is said there. */
  private async done(
    web: WebRequest,
    id: string,
    form: string,
    act: () => Promise<string>,
  ): Promise<Redirect | View> {
    try {
      return redirect(`/approvals/${id}`, { flash: { kind: 'success', key: await act() } });
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      if (error.code === 'invalid') {
        return this.page(web, id, form);
      }
      if (error.reason !== 'already_decided' && error.reason !== 'subject_withdrawn') throw error;
      return redirect(`/approvals/${id}`, {
        flash: { kind: 'information', key: `reasons.${error.reason}` },
      });
    }
  }

  private page(web: WebRequest, id: string, fault: string): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const open = await this.approvals.open(ctx, id);
      return view(
        'approvals/decision.njk',
        presentApproval(this.translator, ctx, open, { ...UNTYPED, fault }),
        {
          status: STATUS.invalid,
          title: { key: 'approvals.named', values: { reference: open.summary.reference } },
        },
      );
    });
  }
}

/** Of the panel beside these forms nothing was typed. */
const UNTYPED = {
  verdict: 'approve',
  typed: { reasonCode: '', reasonText: '', conditions: [] },
  problems: [],
  tooLate: false,
} as const;

function entry({ body }: WebRequest, name: string): string {
  const value = body[name];
  return typeof value === 'string' ? value : '';
}

class SideBody {
  @ApiProperty({ example: 'RS', description: 'For which country, ISO 3166-1 alpha-2' })
  @Matches(/^[A-Z]{2}$/, { context: { problem: 'not_in_list' } })
  country: string;
}

class RecusalBody extends SideBody {
  @ApiProperty({ enum: RECUSAL_REASONS })
  @IsIn(RECUSAL_REASONS)
  reason: RecusalReason;
}

class DelegateBody extends SideBody {
  @ApiProperty({
    format: 'uuid',
    description: 'An officer of the same side whom nothing keeps from deciding',
  })
  @IsUUID()
  delegate: string;
}

@ApiTags('approvals')
@ApiBearerAuth('bearer')
@Controller('api/v1/approvals')
export class SidesApiController {
  constructor(
    private readonly beginReview: BeginReview,
    private readonly recuseOfficer: RecuseOfficer,
    private readonly nameDelegate: NameDelegate,
  ) {}

  @Post(':id/review')
  @HttpCode(204)
  @Can('decision.begin_review')
  @ApiOperation({ summary: 'Begins the review of one side, or takes it over' })
  @ApiForbiddenResponse({ description: 'Another country’s side, or somebody who is bound' })
  @ApiNotFoundResponse({ description: 'There is no such decision in one’s sight' })
  @ApiConflictResponse({ description: 'That side has spoken' })
  async review(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Body() { country }: SideBody,
  ): Promise<void> {
    await this.beginReview.run(web.ctx, id, country);
  }

  @Post(':id/recusal')
  @HttpCode(204)
  @Can('decision.recuse')
  @ApiOperation({ summary: 'An officer says that they are bound, and has no hand in it from then on' })
  @ApiForbiddenResponse({ description: 'Another country’s side, or recused already' })
  @ApiNotFoundResponse({ description: 'There is no such decision in one’s sight' })
  @ApiConflictResponse({ description: 'That side has spoken' })
  async recuse(@Web() web: WebRequest, @Param('id') id: string, @Body() body: RecusalBody): Promise<void> {
    await this.recuseOfficer.run(web.ctx, id, body);
  }

  @Post(':id/delegate')
  @HttpCode(204)
  @Can('decision.name_delegate')
  @ApiOperation({ summary: 'Names the officer who decides for a side' })
  @ApiForbiddenResponse({ description: 'Another country’s side, or somebody who is bound' })
  @ApiNotFoundResponse({ description: 'There is no such decision in one’s sight' })
  @ApiUnprocessableEntityResponse({ description: 'No officer of that side whom nothing binds' })
  async delegate(@Web() web: WebRequest, @Param('id') id: string, @Body() body: DelegateBody): Promise<void> {
    await this.nameDelegate.run(web.ctx, id, body);
  }
}
