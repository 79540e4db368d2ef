import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { Database } from '../../platform/database/database.js';
import { ActRefusals, IfMatch, Refusals } from '../../platform/http/described-refusals.js';
import { Idempotent } from '../../platform/http/idempotency.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import type { Language } from '../../shared/language.js';
import type { SessionTerms } from '../operations/plan-session.js';
import { ConductSession } from '../operations/conduct-session.js';
import { KeepProtocol } from '../operations/keep-protocol.js';
import { PlanSession } from '../operations/plan-session.js';
import { ReadCommission } from '../operations/read-commission.js';
import { VoteOnItem } from '../operations/vote-on-item.js';
import { TAG, atVersion, atVersionNamed, byLanguage, typedIn } from './api-parts.js';
import { ownCountry } from './commission-controller.js';
import {
  AgendaBody,
  BreakOffBody,
  CastBody,
  MadeResource,
  NoteBody,
  OpenVoteBody,
  OutcomeBody,
  PlanBody,
  SeatsBody,
  TermsBody,
} from './dto/commission-bodies.js';
import { CommissionSessionResource, sessionResource } from './dto/commission-resources.js';

/** A session of the joint commission, for programs: every act that its page has. */
@ApiTags('commission')
@ApiBearerAuth('bearer')
@Controller('api/v1/commission/sessions')
export class SessionsApiController {
  constructor(
    private readonly database: Database,
    private readonly reading: ReadCommission,
    private readonly planning: PlanSession,
    private readonly conducting: ConductSession,
    private readonly voting: VoteOnItem,
    private readonly protocols: KeepProtocol,
  ) {}

  @Post()
  @Can('commission_session.plan')
  @Idempotent()
  @ApiOperation({ summary: 'Plans a session: everybody who sits for either country is invited' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiCreatedResponse({ type: MadeResource })
  @ActRefusals()
  async plan(@Web() web: WebRequest, @Body() body: PlanBody): Promise<MadeResource> {
    return {
      id: await this.planning.plan(web.ctx, ownCountry(web.ctx.actor), body.other, termsOf(body)),
    };
  }

  @Get(':id')
  @Can('commission_session.read')
  @ApiOperation({ summary: 'A session: of a secret vote who voted, and never how' })
  @ApiOkResponse({ type: CommissionSessionResource, headers: TAG })
  @Refusals()
  session(@Web() web: WebRequest, @Param('id') id: string): Promise<CommissionSessionResource> {
    return this.answer(web, id);
  }

  @Put(':id/terms')
  @Can('commission_session.plan')
  @ApiOperation({ summary: 'Moves a session that has not begun' })
  @ApiOkResponse({ type: CommissionSessionResource, headers: TAG })
  @IfMatch()
  async move(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Body() body: TermsBody,
  ): Promise<CommissionSessionResource> {
    await this.planning.move(atVersion(web), id, termsOf(body));
    return this.answer(web, id);
  }

  @Put(':id/agenda')
  @Can('commission_session.plan')
  @ApiOperation({ summary: 'Sets what is dealt with, before it begins' })
  @ApiOkResponse({ type: CommissionSessionResource, headers: TAG })
  @IfMatch()
  async agenda(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Body() { items }: AgendaBody,
  ): Promise<CommissionSessionResource> {
    await this.planning.setAgenda(atVersion(web), id, items);
    return this.answer(web, id);
  }

  @Put(':id/seats')
  @Can('commission_session.plan')
  @ApiOperation({ summary: 'Sets who is invited, before it begins' })
  @ApiOkResponse({ type: CommissionSessionResource, headers: TAG })
  @IfMatch()
  async invite(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Body() { persons }: SeatsBody,
  ): Promise<CommissionSessionResource> {
    await this.planning.invite(atVersion(web), id, persons);
    return this.answer(web, id);
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Can('commission_session.plan')
  @ApiOperation({ summary: 'Calls a session off' })
  @ApiOkResponse({ type: CommissionSessionResource, headers: TAG })
  @IfMatch()
  async cancel(@Web() web: WebRequest, @Param('id') id: string): Promise<CommissionSessionResource> {
    await this.planning.cancel(atVersion(web), id);
    return this.answer(web, id);
  }

  @Post(':id/presence')
  @HttpCode(204)
  @Can('commission_session.attend')
  @ApiOperation({ summary: 'Says that you are there; `If-Match` is honoured where it is sent' })
  @ApiNoContentResponse()
  @ActRefusals()
  async attend(@Web() web: WebRequest, @Param('id') id: string): Promise<void> {
    await this.conducting.attend(atVersionNamed(web), id);
  }

  @Delete(':id/presence')
  @HttpCode(204)
  @Can('commission_session.attend')
  @ApiOperation({ summary: 'Says that you leave; `If-Match` is honoured where it is sent' })
  @ApiNoContentResponse()
  @ActRefusals()
  async leave(@Web() web: WebRequest, @Param('id') id: string): Promise<void> {
    await this.conducting.leave(atVersionNamed(web), id);
  }

  @Post(':id/open')
  @HttpCode(200)
  @Can('commission_session.conduct')
  @ApiOperation({ summary: 'Opens a session on its day, or goes on after an interruption' })
  @ApiOkResponse({ type: CommissionSessionResource, headers: TAG })
  @IfMatch()
  async open(@Web() web: WebRequest, @Param('id') id: string): Promise<CommissionSessionResource> {
    await this.conducting.open(atVersion(web), id);
    return this.answer(web, id);
  }

  @Post(':id/interrupt')
  @HttpCode(200)
  @Can('commission_session.conduct')
  @ApiOperation({ summary: 'Interrupts a session' })
  @ApiOkResponse({ type: CommissionSessionResource, headers: TAG })
  @IfMatch()
  async interrupt(@Web() web: WebRequest, @Param('id') id: string): Promise<CommissionSessionResource> {
    await this.conducting.interrupt(atVersion(web), id);
    return this.answer(web, id);
  }

  @Post(':id/close')
  @HttpCode(200)
  @Can('commission_session.conduct')
  @ApiOperation({ summary: 'Closes a session of which nothing is left undecided' })
  @ApiOkResponse({ type: CommissionSessionResource, headers: TAG })
  @IfMatch()
  async close(@Web() web: WebRequest, @Param('id') id: string): Promise<CommissionSessionResource> {
    await this.conducting.close(atVersion(web), id);
    return this.answer(web, id);
  }

  @Post(':id/items/:item/take-up')
  @HttpCode(200)
  @Can('commission_session.conduct')
  @ApiOperation({ summary: 'Takes up an item of the agenda' })
  @ApiOkResponse({ type: CommissionSessionResource, headers: TAG })
  @IfMatch()
  async takeUp(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('item') item: string,
  ): Promise<CommissionSessionResource> {
    await this.conducting.takeUp(atVersion(web), id, item);
    return this.answer(web, id);
  }

  @Post(':id/items/:item/stand-aside')
  @HttpCode(204)
  @Can('commission_session.stand_aside')
  @ApiOperation({
    summary: 'Says that something binds you to an item; `If-Match` is honoured where it is sent',
  })
  @ApiNoContentResponse()
  @ActRefusals()
  async standAside(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('item') item: string,
  ): Promise<void> {
    await this.conducting.standAside(atVersionNamed(web), id, item);
  }

  @Post(':id/items/:item/notes')
  @HttpCode(204)
  @Can('commission_session.note')
  @ApiOperation({ summary: 'Notes what was said; `If-Match` is honoured where it is sent' })
  @ApiNoContentResponse()
  @ActRefusals()
  async note(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('item') item: string,
    @Body() { words, text }: NoteBody,
  ): Promise<void> {
    const languages = await this.languages(web, id);
    const typed = words ? typedIn('note', words, languages) : { 'note-0': text ?? '' };
    await byLanguage(words ? languages : [], this.conducting.note(atVersionNamed(web), id, item, typed));
  }

  @Post(':id/items/:item/votes')
  @Can('commission_session.lead_item')
  @ApiOperation({ summary: 'Puts what is being dealt with to the vote' })
  @ApiCreatedResponse({ type: MadeResource })
  @IfMatch()
  async openVote(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('item') item: string,
    @Body() { ballot }: OpenVoteBody,
  ): Promise<MadeResource> {
    return { id: await this.voting.open(atVersion(web), id, item, ballot ?? '') };
  }

  /** No key is kept of it with what was sent: of a secret vote that would say how somebody voted. */
  @Post(':id/votes/:vote/ballot')
  @HttpCode(204)
  @Can('commission_session.vote')
  @ApiOperation({
    summary: 'Gives your vote, once; of a secret one nothing says how you voted',
    description: '`If-Match` is honoured where it is sent: everybody votes at the same time.',
  })
  @ApiNoContentResponse()
  @ActRefusals()
  async cast(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('vote') vote: string,
    @Body() { choice }: CastBody,
  ): Promise<void> {
    await this.voting.cast(atVersionNamed(web), id, vote, choice);
  }

  @Post(':id/votes/:vote/close')
  @HttpCode(200)
  @Can('commission_session.lead_item')
  @ApiOperation({ summary: 'Ends a vote before everybody voted' })
  @ApiOkResponse({ type: CommissionSessionResource, headers: TAG })
  @IfMatch()
  async closeVote(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('vote') vote: string,
  ): Promise<CommissionSessionResource> {
    await this.voting.close(atVersion(web), id, vote);
    return this.answer(web, id);
  }

  @Post(':id/votes/:vote/break-off')
  @HttpCode(200)
  @Can('commission_session.lead_item')
  @ApiOperation({ summary: 'Breaks a vote off, which then has no result' })
  @ApiOkResponse({ type: CommissionSessionResource, headers: TAG })
  @IfMatch()
  async breakOff(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('vote') vote: string,
    @Body() { reason, words }: BreakOffBody,
  ): Promise<CommissionSessionResource> {
    const languages = await this.languages(web, id);
    const typed = typedIn('why', words, languages);
    await byLanguage(languages, this.voting.breakOff(atVersion(web), id, vote, reason, typed));
    return this.answer(web, id);
  }

  @Post(':id/items/:item/decision')
  @HttpCode(200)
  @Can('commission_session.lead_item')
  @ApiOperation({ summary: 'Enters what the commission decided' })
  @ApiOkResponse({ type: CommissionSessionResource, headers: TAG })
  @IfMatch()
  async decide(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('item') item: string,
    @Body() { outcome, words }: OutcomeBody,
  ): Promise<CommissionSessionResource> {
    const languages = await this.languages(web, id);
    const typed = typedIn('decision', words, languages);
    await byLanguage(languages, this.voting.decide(atVersion(web), id, item, outcome, typed));
    return this.answer(web, id);
  }

  @Post(':id/protocol')
  @Can('commission_protocol.draft')
  @Idempotent()
  @ApiOperation({ summary: 'Drafts the protocol of a session that has ended, from its record' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiCreatedResponse({ type: MadeResource })
  @IfMatch()
  async draft(@Web() web: WebRequest, @Param('id') id: string): Promise<MadeResource> {
    return { id: await this.protocols.draft(atVersion(web), id) };
  }

  private languages(web: WebRequest, id: string): Promise<readonly Language[]> {
    return this.database.read(web.ctx, async (ctx) => (await this.reading.session(ctx, id)).languages);
  }

  private answer(web: WebRequest, id: string): Promise<CommissionSessionResource> {
    return this.database.read(web.ctx, async (ctx) => {
      const { record, items } = await this.reading.session(ctx, id);
      web.tagAnswer(record.session.version);
      return sessionResource(record, items);
    });
  }
}

function termsOf({ startsAt, minutes, timeZone, place, link }: TermsBody): SessionTerms {
  return { startsAt: new Date(startsAt), minutes, timeZone, place: place ?? '', link: link ?? '' };
}
