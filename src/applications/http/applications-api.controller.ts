import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Put, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiConsumes,
  ApiCreatedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiPreconditionFailedResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { FormSection } from '../../calls/public.js';
import { Database } from '../../platform/database/database.js';
import { Idempotent } from '../../platform/http/idempotency.js';
import { AcceptsFile } from '../../platform/http/multipart.interceptor.js';
import { Limited } from '../../platform/http/rate-limits.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { pageOf } from '../../shared/cursor.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import { ApplicationLists } from '../data/application-lists.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { AnswerNomination } from '../operations/answer-nomination.js';
import { AnswerOffer } from '../operations/answer-offer.js';
import { ApplicationFiles } from '../operations/application-file.js';
import { AttachDocument } from '../operations/attach-document.js';
import { GiveConsents } from '../operations/give-consents.js';
import { NominateCandidate } from '../operations/nominate-candidate.js';
import { ReviveApplication } from '../operations/revive-application.js';
import { SaveSection } from '../operations/save-section.js';
import { ScreenApplication } from '../operations/screen-application.js';
import { StartApplication } from '../operations/start-application.js';
import { SubmitApplication } from '../operations/submit-application.js';
import { WithdrawApplication } from '../operations/withdraw-application.js';
import { WorklistFilters } from '../operations/worklist-filter.js';
import { positionOf, wishIn } from './application-filter.js';
import {
  ConsentsRequest,
  IneligibleRequest,
  NominateRequest,
  NominationAnswerRequest,
  OfferRequest,
  ReturnRequest,
  SectionRequest,
  StartRequest,
  WorklistQuery,
} from './dto/application-requests.js';
import {
  ApplicationPageResource,
  ApplicationResource,
  AttachedResource,
  ProblemResource,
  ReceiptResource,
  RevivedResource,
  SectionResource,
  StartedResource,
  applicationResource,
  applicationSummary,
  receiptResource,
} from './dto/application-resources.js';
import { ActRefusals, Refusals } from './dto/refusals.js';
import { isOwn } from './own-application.js';

/** Everything that the pages of an application do, for programs. */
@ApiTags('applications')
@ApiBearerAuth('bearer')
@Controller('api/v1/applications')
export class ApplicationsApiController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(ApplicationLists) private readonly lists: ApplicationLists,
    @Inject(WorklistFilters) private readonly filters: WorklistFilters,
    @Inject(ApplicationFiles) private readonly files: ApplicationFiles,
    @Inject(StartApplication) private readonly startApplication: StartApplication,
    @Inject(SaveSection) private readonly saveSection: SaveSection,
    @Inject(AttachDocument) private readonly attachDocument: AttachDocument,
    @Inject(GiveConsents) private readonly giveConsents: GiveConsents,
    @Inject(SubmitApplication) private readonly submitApplication: SubmitApplication,
    @Inject(ReviveApplication) private readonly reviveApplication: ReviveApplication,
    @Inject(WithdrawApplication) private readonly withdrawApplication: WithdrawApplication,
    @Inject(AnswerOffer) private readonly answerOffer: AnswerOffer,
    @Inject(ScreenApplication) private readonly screenApplication: ScreenApplication,
    @Inject(NominateCandidate) private readonly nominateCandidate: NominateCandidate,
    @Inject(AnswerNomination) private readonly answerNomination: AnswerNomination,
  ) {}

  @Post()
  @Can('application.create')
  @Idempotent()
  @ApiOperation({ summary: 'Begins an application for an open call, or finds the one that is there' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiCreatedResponse({ type: StartedResource })
  @ActRefusals()
  start(@Web() web: WebRequest, @Body() body: StartRequest): Promise<StartedResource> {
    return this.startApplication.run(web.ctx, body.call);
  }

  @Get()
  @Can('application.read')
  @ApiOperation({ summary: 'One’s own applications, or the worklist of one’s offices' })
  @ApiOkResponse({ type: ApplicationPageResource })
  @Refusals()
  list(@Web() web: WebRequest, @Query() query: WorklistQuery): Promise<ApplicationPageResource> {
    return this.database.read(web.ctx, async (ctx) => {
      if (query.scope === 'mine') {
        const own = await this.applications.mine(ctx);
        const rows = query.state ? own.filter(({ state }) => state === query.state) : own;
        // Somebody applies to a few calls in a year: one page holds them all.
        return { items: rows.map(applicationSummary), next: null };
      }
      const { limit, after } = query;
      const filter = await this.filters.resolve(ctx, wishIn(query));
      const position = after ? { after: positionOf(after) } : {};
      const rows = filter ? await this.lists.lines(ctx, { ...filter, ...position, limit: limit + 1 }) : [];
      const page = pageOf(
        rows,
        limit,
        ({ stateSince, id }) => [stateSince.toISOString(), id],
        applicationSummary,
      );
      return { items: [...page.items], next: page.next };
    });
  }

  @Get(':id')
  @Can('application.read')
  @ApiOperation({ summary: 'One application with all that belongs to it' })
  @ApiOkResponse({ type: ApplicationResource, headers: { ETag: { description: 'For `If-Match`' } } })
  @Refusals()
  one(@Web() web: WebRequest, @Param('id') id: string): Promise<ApplicationResource> {
    return this.database.read(web.ctx, async (ctx) => {
      const file = await this.files.load(ctx, id);
      web.tagAnswer(file.application.version);
      return applicationResource(file, isOwn(ctx, file));
    });
  }

  @Put(':id/sections/:section')
  @Can('application.edit')
  @ApiOperation({ summary: 'Saves one page of the form' })
  @ApiHeader({ name: 'If-Match', required: true, description: '`ETag` of the application' })
  @ApiOkResponse({ type: SectionResource, headers: { ETag: { description: 'The new version' } } })
  @ApiPreconditionFailedResponse({ type: ProblemResource, description: 'Changed since it was read' })
  @ActRefusals()
  async save(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('section') sectionId: string,
    @Body() { answers }: SectionRequest,
  ): Promise<SectionResource> {
    const revision = await this.database.read(web.ctx, async (ctx) => {
      const file = await this.files.load(ctx, id);
      const section = file.wholeForm.sections.find((candidate) => candidate.id === sectionId);
      if (!section || (section.kind !== 'questions' && section.kind !== 'choices')) {
        throw new DomainError('not_found');
      }
      web.requireMatch(file.application.version);
      const problems = unreadable(section, answers, file.call.maxChoices);
      if (problems.length > 0) throw new DomainError('invalid', { fields: problems });
      return file.sections.get(sectionId)?.revision ?? 0;
    });
    const saved = await this.saveSection.run(web.ctx, id, sectionId, answers, revision);
    const { version } = await this.database.read(web.ctx, (ctx) => this.applications.find(ctx, id));
    web.tagAnswer(version);
    return { section: saved.section, revision: saved.revision, answers: saved.answers };
  }

  @Post(':id/documents')
  @Can('application.edit')
  @AcceptsFile()
  @Limited('upload')
  @ApiOperation({ summary: 'Attaches a PDF, in place of the one that answered the same requirement' })
  @ApiConsumes('multipart/form-data')
  @ApiBody({
    schema: {
      type: 'object',
      required: ['requirement', 'file'],
      properties: {
        requirement: { type: 'string', example: 'transcript' },
        file: { type: 'string', format: 'binary', description: 'PDF, at most 20 MB' },
      },
    },
  })
  @ApiCreatedResponse({ type: AttachedResource })
  @ActRefusals()
  async attach(@Web() web: WebRequest, @Param('id') id: string): Promise<AttachedResource> {
    const { requirement } = web.body;
    if (typeof requirement !== 'string' || requirement === '') {
      throw new DomainError('invalid', { fields: [{ field: 'requirement', problem: 'required' }] });
    }
    const file = await web.file();
    if (!file) throw new DomainError('invalid', { fields: [{ field: 'file', problem: 'required_file' }] });
    return { id: await this.attachDocument.attach(web.ctx, id, requirement, file) };
  }

  @Delete(':id/documents/:requirement')
  @Can('application.edit')
  @HttpCode(204)
  @ApiOperation({ summary: 'Takes a document away; it remains in the history' })
  @ApiNoContentResponse()
  @ActRefusals()
  removeDocument(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('requirement') requirement: string,
  ): Promise<void> {
    return this.attachDocument.remove(web.ctx, id, requirement);
  }

  @Put(':id/consents')
  @Can('application.edit')
  @HttpCode(204)
  @ApiOperation({ summary: 'Gives consents, each in the wording of the form in the language of the request' })
  @ApiNoContentResponse()
  @ActRefusals()
  async consent(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Body() { purposes }: ConsentsRequest,
  ): Promise<void> {
    const sections = await this.database.read(web.ctx, async (ctx) => {
      const { form } = await this.files.load(ctx, id);
      return form.sections.filter(({ kind }) => kind === 'consents');
    });
    const known = sections.flatMap((section) => section.consents.map(({ purpose }) => purpose));
    if (purposes.some((purpose) => !known.includes(purpose))) {
      throw new DomainError('invalid', { fields: [{ field: 'purposes', problem: 'not_in_list' }] });
    }
    for (const section of sections) await this.giveConsents.run(web.ctx, id, section.id, purposes);
  }

  @Post(':id/submit')
  @Can('application.submit')
  @HttpCode(200)
  @ApiOperation({ summary: 'Submits it; a second call finds the receipt of the first' })
  @ApiOkResponse({ type: ReceiptResource })
  @ActRefusals()
  async submit(@Web() web: WebRequest, @Param('id') id: string): Promise<ReceiptResource> {
    return receiptResource(await this.submitApplication.run(web.ctx, id));
  }

  @Post(':id/withdraw')
  @Can('application.withdraw')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Takes it back, at any time before its end; until the deadline of the call it can be revived',
  })
  @ApiNoContentResponse()
  @ActRefusals()
  withdraw(@Web() web: WebRequest, @Param('id') id: string): Promise<void> {
    return this.withdrawApplication.run(web.ctx, id);
  }

  @Post(':id/revive')
  @Can('application.revive')
  @HttpCode(200)
  @ApiOperation({
    summary:
      'Takes up again what was withdrawn, until the deadline of the call: submitted as it was, or a draft',
  })
  @ApiOkResponse({ type: RevivedResource })
  @ActRefusals()
  async revive(@Web() web: WebRequest, @Param('id') id: string): Promise<RevivedResource> {
    return { state: await this.reviveApplication.run(web.ctx, id) };
  }

  @Post(':id/offer')
  @Can('application.answer_offer')
  @HttpCode(204)
  @ApiOperation({ summary: 'Answers the offer of a place' })
  @ApiNoContentResponse()
  @ActRefusals()
  offer(@Web() web: WebRequest, @Param('id') id: string, @Body() { answer }: OfferRequest): Promise<void> {
    return answer === 'accept' ? this.answerOffer.accept(web.ctx, id) : this.answerOffer.decline(web.ctx, id);
  }

  @Post(':id/return')
  @Can('application.screen')
  @HttpCode(204)
  @ApiOperation({ summary: 'Home institution: returns it for correction; only the named fields unlock' })
  @ApiNoContentResponse()
  @ActRefusals()
  returnForCorrection(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Body() { fields, reason }: ReturnRequest,
  ): Promise<void> {
    return this.screenApplication.returnForCorrection(web.ctx, id, { fields, reason });
  }

  @Post(':id/ineligible')
  @Can('application.screen')
  @HttpCode(204)
  @ApiOperation({ summary: 'Home institution: finds that it does not meet the conditions' })
  @ApiNoContentResponse()
  @ActRefusals()
  ineligible(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Body() { reason }: IneligibleRequest,
  ): Promise<void> {
    return this.screenApplication.findIneligible(web.ctx, id, { reason });
  }

  @Post(':id/nominate')
  @Can('application.nominate')
  @HttpCode(204)
  @ApiOperation({ summary: 'Home institution: finds it eligible and nominates for one of the chosen places' })
  @ApiNoContentResponse()
  @ActRefusals()
  nominate(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Body() { placeId, endorsement }: NominateRequest,
  ): Promise<void> {
    return this.nominateCandidate.run(web.ctx, id, { placeId, endorsement: endorsement ?? null });
  }

  @Post(':id/confirm')
  @Can('application.confirm_nomination')
  @HttpCode(204)
  @ApiOperation({ summary: 'Home ministry: confirms the nomination, where the call asks for it' })
  @ApiNoContentResponse()
  @ActRefusals()
  confirm(@Web() web: WebRequest, @Param('id') id: string): Promise<void> {
    return this.nominateCandidate.confirm(web.ctx, id);
  }

  @Post(':id/nomination-answer')
  @Can('application.answer_nomination')
  @HttpCode(204)
  @ApiOperation({ summary: 'Host institution: answers the nomination' })
  @ApiNoContentResponse()
  @ActRefusals()
  nominationAnswer(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Body() { answer, reasonCode, reasonText }: NominationAnswerRequest,
  ): Promise<void> {
    return this.answerNomination.run(web.ctx, id, {
      answer,
      ...(reasonCode ? { reasonCode } : {}),
      ...(reasonText ? { reasonText } : {}),
    });
  }
}

/** Names that the page does not ask for, and values that nobody could type: a program is told, not guessed at. */
function unreadable(
  section: FormSection,
  answers: Readonly<Record<string, unknown>>,
  maxChoices: number,
): FieldProblem[] {
  const known = new Map(
    section.kind === 'choices'
      ? Array.from({ length: maxChoices }, (_, index) => [`choice_${index + 1}`, 'choice'] as const)
      : section.questions.map(({ id, type }) => [id, type] as const),
  );
  return Object.entries(answers).flatMap(([field, value]): FieldProblem[] => {
    const type = known.get(field);
    if (!type) return [{ field, problem: 'unknown_field' }];
    // What has several parts comes as they are, or as the text that the answer is kept as.
    const inParts = (type === 'table' || type === 'person') && typeof value === 'object' && value !== null;
    return typeof value === 'string' || inParts ? [] : [{ field, problem: 'invalid' }];
  });
}
