import { Body, Controller, Get, HttpCode, Inject, Param, Post, Put } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiConflictResponse,
  ApiForbiddenResponse,
  ApiNoContentResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiPreconditionFailedResponse,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { redirect, view } from '../../platform/http/page.js';
import type { Redirect, View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';
import { DomainError } from '../../shared/domain-error.js';
import type { ErrorCode } from '../../shared/domain-error.js';
import { ORDER_MOVES } from '../domain/nomination-order.js';
import { AnswerNomination } from '../operations/answer-nomination.js';
import { BulkActs } from '../operations/bulk-acts.js';
import { RankCandidates } from '../operations/rank-candidates.js';
import { SubstituteNominee } from '../operations/substitute-nominee.js';
import {
  EndorsementRequest,
  OrderVersionResource,
  RankRequest,
  RankResource,
  SubstituteRequest,
  SubstituteResource,
} from './dto/nomination-requests.js';
import {
  presentNominationCalls,
  presentNominations,
  presentSubstitution,
} from './presenters/present-nominations.js';
import type { NominationsState } from './presenters/present-nominations.js';
import { ReadNominations } from './read-nominations.js';

/** Refusals that the page itself tells, beside what was typed. */
const ANSWERED_HERE: readonly ErrorCode[] = ['invalid', 'stale', 'conflict'];

/** Whom an institution nominates for a call, in which order, and who follows where somebody falls out. */
@Controller('nominations')
export class NominationPagesController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Translator) private readonly translator: Translator,
    @Inject(ReadNominations) private readonly reading: ReadNominations,
    @Inject(RankCandidates) private readonly ranking: RankCandidates,
    @Inject(SubstituteNominee) private readonly substitution: SubstituteNominee,
    @Inject(BulkActs) private readonly bulk: BulkActs,
  ) {}

  @Get()
  @Can('application.rank')
  calls(@Web() web: WebRequest): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const { counts, calls } = await this.reading.callsOf(ctx);
      return view(
        'applications/office/nominations-calls.njk',
        presentNominationCalls(this.translator, ctx, calls, counts),
        { title: { key: 'applications.nominations.title' } },
      );
    });
  }

  @Get(':call')
  @Can('application.rank')
  order(@Web() web: WebRequest, @Param('call') slug: string): Promise<View> {
    return this.database.read(web.ctx, (ctx) => this.page(ctx, slug, null));
  }

  /** All nominees of one institution who are not sent yet: to the page that says of each whether it goes through. */
  @Post(':call/send')
  @Can('application.rank')
  async send(@Web() web: WebRequest, @Param('call') slug: string): Promise<Redirect> {
    const ids = [web.body.nominee ?? []].flat();
    if (ids.length === 0) {
      return redirect(`/nominations/${slug}`, {
        flash: { kind: 'information', key: 'reasons.nothing_selected' },
      });
    }
    return redirect(`/applications/bulk/${await this.bulk.prepare(web.ctx, 'nominate', ids)}`);
  }

  /** Reloaded after a refusal, or opened in another language: the page that the forms stand on. */
  @Get(':call/send')
  @Can('application.rank')
  beforeSending(@Param('call') slug: string): Redirect {
    return redirect(`/nominations/${slug}`);
  }

  @Get(':call/:application')
  @Can('application.rank')
  beforeMoving(@Param('call') slug: string): Redirect {
    return redirect(`/nominations/${slug}`);
  }

  @Post(':call/:application')
  @Can('application.rank')
  async change(
    @Web() web: WebRequest,
    @Param('call') slug: string,
    @Param('application') applicationId: string,
  ): Promise<View | Redirect> {
    const { move: wanted, version, endorsement } = web.body;
    const typed = typeof endorsement === 'string' ? endorsement : null;
    const move = ORDER_MOVES.find((each) => each === wanted);
    const seen = typeof version === 'string' && /^\d{1,9}$/.test(version) ? Number(version) : 0;
    try {
      if (move) await this.ranking.move(web.ctx, applicationId, move, seen);
      else await this.ranking.endorse(web.ctx, applicationId, typed ?? '', seen);
    } catch (error) {
      if (!(error instanceof DomainError) || !ANSWERED_HERE.includes(error.code)) throw error;
      const state = { applicationId, typed: move ? null : typed, error };
      return this.database.read(web.ctx, (ctx) => this.page(ctx, slug, state));
    }
    return redirect(`/nominations/${slug}#candidate-${applicationId}`, {
      flash: { kind: 'success', key: `applications.nominations.done.${move ?? 'endorse'}` },
    });
  }

  @Get(':call/:application/substitute')
  @Can('application.substitute')
  asksForSubstitute(
    @Web() web: WebRequest,
    @Param('call') slug: string,
    @Param('application') applicationId: string,
  ): Promise<View | Redirect> {
    return this.database.read(web.ctx, async (ctx) => {
      try {
        return await this.substitutePage(ctx, applicationId, null);
      } catch (error) {
        if (!(error instanceof DomainError) || error.code !== 'conflict') throw error;
        return redirect(`/nominations/${slug}`, {
          flash: { kind: 'information', key: `reasons.${error.reason}` },
        });
      }
    });
  }

  @Post(':call/:application/substitute')
  @Can('application.substitute')
  async substitute(
    @Web() web: WebRequest,
    @Param('call') slug: string,
    @Param('application') applicationId: string,
  ): Promise<View | Redirect> {
    const { reason: typed, successor } = web.body;
    const reason = typeof typed === 'string' ? typed : '';
    let sent: string;
    try {
      sent = await this.substitution.run(web.ctx, applicationId, {
        reason,
        seen: typeof successor === 'string' ? successor : undefined,
      });
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const { code } = error;
      if (code === 'conflict' && error.reason !== 'no_reserve') {
        return redirect(`/nominations/${slug}`, {
          flash: { kind: 'information', key: `reasons.${error.reason}` },
        });
      }
      if (!ANSWERED_HERE.includes(code) && code !== 'blocked') throw error;
      return this.database.read(web.ctx, (ctx) => this.substitutePage(ctx, applicationId, { reason, error }));
    }
    return redirect(`/nominations/${slug}#candidate-${sent}`, {
      flash: { kind: 'success', key: 'applications.nominations.done.substitute' },
    });
  }

  private async page(ctx: Ctx, slug: string, state: NominationsState | null): Promise<View> {
    const model = presentNominations(this.translator, ctx, await this.reading.of(ctx, slug), state);
    return view('applications/office/nominations.njk', model, {
      status: state ? STATUS[state.error.code] : 200,
      title: { key: 'applications.nominations.title' },
    });
  }

  private async substitutePage(
    ctx: Ctx,
    applicationId: string,
    tried: { readonly reason: string; readonly error: DomainError } | null,
  ): Promise<View> {
    const reading = await this.reading.substitutionOf(ctx, applicationId);
    return view(
      'applications/office/substitute.njk',
      presentSubstitution(this.translator, ctx, reading, tried),
      {
        status: tried ? STATUS[tried.error.code] : 200,
        title: { key: 'applications.nominations.substitute.title' },
      },
    );
  }
}

@ApiTags('applications')
@ApiBearerAuth('bearer')
@ApiForbiddenResponse({ description: 'Not for this role or token' })
@ApiNotFoundResponse({ description: 'There is none, or it is not open to you' })
@ApiConflictResponse({ description: 'Not in its state, or somebody was first' })
@Controller('api/v1/applications')
export class NominationsApiController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(RankCandidates) private readonly ranking: RankCandidates,
    @Inject(SubstituteNominee) private readonly substitution: SubstituteNominee,
    @Inject(AnswerNomination) private readonly answers: AnswerNomination,
  ) {}

  @Get(':id/rank')
  @Can('application.read_rank')
  @ApiOperation({ summary: 'Where its home institution puts it in the order of those whom it nominates' })
  @ApiOkResponse({ type: RankResource })
  standing(@Web() web: WebRequest, @Param('id') id: string): Promise<RankResource> {
    return this.database.read(web.ctx, async (ctx) => {
      const { candidate, version } = await this.ranking.standing(ctx, id);
      return { list: candidate?.list ?? null, position: candidate?.position ?? null, version };
    });
  }

  @Post(':id/rank')
  @HttpCode(200)
  @Can('application.rank')
  @ApiOperation({ summary: 'Home institution: moves it in the order in which it nominates for the call' })
  @ApiOkResponse({ type: OrderVersionResource })
  @ApiPreconditionFailedResponse({ description: 'Somebody changed the order meanwhile' })
  async rank(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Body() { move, version }: RankRequest,
  ): Promise<OrderVersionResource> {
    return { version: await this.ranking.move(web.ctx, id, move, version) };
  }

  @Put(':id/endorsement')
  @Can('application.rank')
  @ApiOperation({ summary: 'Home institution: what the nomination will say, as long as it is not sent' })
  @ApiOkResponse({ type: OrderVersionResource })
  @ApiPreconditionFailedResponse({ description: 'Somebody changed the order meanwhile' })
  async endorse(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Body() { endorsement, version }: EndorsementRequest,
  ): Promise<OrderVersionResource> {
    return { version: await this.ranking.endorse(web.ctx, id, endorsement, version) };
  }

  @Post(':id/substitute')
  @HttpCode(200)
  @Can('application.substitute')
  @ApiOperation({
    summary: 'Home institution: sends the next of the reserve in its place, by a nomination of its own',
  })
  @ApiOkResponse({ type: SubstituteResource })
  @ApiUnprocessableEntityResponse({ description: 'No reason, or too long a one' })
  async substitute(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Body() { reason }: SubstituteRequest,
  ): Promise<SubstituteResource> {
    return { successor: await this.substitution.run(web.ctx, id, { reason }) };
  }

  @Post(':id/acknowledge')
  @HttpCode(204)
  @Can('application.answer_nomination')
  @ApiOperation({ summary: 'Host institution: has seen the nomination and works on it' })
  @ApiNoContentResponse()
  acknowledge(@Web() web: WebRequest, @Param('id') id: string): Promise<void> {
    return this.answers.acknowledge(web.ctx, id);
  }
}
