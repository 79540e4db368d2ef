import { Body, Controller, Get, HttpCode, Param, Post, applyDecorators } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiForbiddenResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import { ApplicationsRepository } from '../../applications/public.js';
import { authorise } from '../../platform/database/authorise.js';
import { Database } from '../../platform/database/database.js';
import { Idempotent } from '../../platform/http/idempotency.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { DomainError } from '../../shared/domain-error.js';
import { CoApplicantsRepository } from '../data/co-applicants.repository.js';
import { coApplicantsPolicy } from '../domain/co-applicants.policy.js';
import { factsOf } from '../operations/co-applicant-record.js';
import { InviteCoApplicants } from '../operations/invite-co-applicants.js';
import { ReadShared } from '../operations/read-shared.js';
import { StandInApplication } from '../operations/stand-in-application.js';
import {
  CoApplicantListResource,
  CoApplicantResource,
  ConfirmationRequest,
  InvitationRequest,
  InvitedResource,
  ReasonRequest,
  SharedTextResource,
  coApplicantResource,
  sharedTextResource,
} from './dto/co-applicants.js';

const Refusals = () =>
  applyDecorators(
    ApiForbiddenResponse({ description: 'Not for this role or token' }),
    ApiNotFoundResponse({ description: 'There is none, or it is not open to you' }),
  );
const ActRefusals = () =>
  applyDecorators(
    Refusals(),
    ApiConflictResponse({ description: 'Not in this state, too soon, too late, or enough are invited' }),
    ApiUnprocessableEntityResponse({ description: 'Fields that are wrong' }),
  );

/** Co-applicants, for programs. An invitation is answered on the pages behind its link. */
@ApiTags('applications')
@ApiBearerAuth('bearer')
@Controller('api/v1/applications')
export class CoApplicantsApiController {
  constructor(
    private readonly database: Database,
    private readonly applications: ApplicationsRepository,
    private readonly coApplicants: CoApplicantsRepository,
    private readonly inviting: InviteCoApplicants,
    private readonly standing: StandInApplication,
    private readonly shared: ReadShared,
  ) {}

  @Get(':id/co-applicants')
  @Can('co_applicant.read')
  @ApiOperation({ summary: 'Whom the applicant invited, and where each stands' })
  @ApiOkResponse({ type: CoApplicantListResource })
  @Refusals()
  list(@Web() web: WebRequest, @Param('id') id: string): Promise<CoApplicantListResource> {
    return this.database.read(web.ctx, async (ctx) => {
      const application = await this.applications.find(ctx, id);
      const facts = factsOf({ id, state: 'invited', personId: null }, application);
      authorise(ctx, coApplicantsPolicy, 'co_applicant.read', facts, 'co_applicant.read');
      return { items: (await this.coApplicants.of(ctx, application.id)).map(coApplicantResource) };
    });
  }

  @Get(':id/co-applicants/:coApplicant')
  @Can('co_applicant.read')
  @ApiOperation({ summary: 'One of them, to the applicant and to themselves' })
  @ApiOkResponse({ type: CoApplicantResource })
  @Refusals()
  one(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('coApplicant') coApplicant: string,
  ): Promise<CoApplicantResource> {
    return this.database.read(web.ctx, async (ctx) => {
      const row = await this.coApplicants.find(ctx, coApplicant);
      const application = await this.applications.find(ctx, id);
      if (row.applicationId !== application.id) throw new DomainError('not_found');
      const facts = factsOf(row, application);
      authorise(ctx, coApplicantsPolicy, 'co_applicant.read', facts, 'co_applicant.read');
      return coApplicantResource(row);
    });
  }

  @Get(':id/co-applicant/text')
  @Can('application.read_shared')
  @ApiOperation({ summary: 'The text that a co-applicant reads and confirms' })
  @ApiOkResponse({ type: SharedTextResource })
  @Refusals()
  text(@Web() web: WebRequest, @Param('id') id: string): Promise<SharedTextResource> {
    return this.database.read(web.ctx, async (ctx) => sharedTextResource(await this.shared.one(ctx, id)));
  }

  @Post(':id/co-applicants')
  @Can('co_applicant.invite')
  @Idempotent()
  @ApiOperation({ summary: 'Invites somebody to apply together: they get a mail with a link' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiCreatedResponse({ type: InvitedResource })
  @ActRefusals()
  invite(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Body() body: InvitationRequest,
  ): Promise<InvitedResource> {
    return this.inviting.invite(web.ctx, id, body);
  }

  @Post(':id/co-applicants/:coApplicant/remind')
  @Can('co_applicant.remind')
  @HttpCode(204)
  @ApiOperation({ summary: 'Sends the invitation once more, some days after the last mail' })
  @ApiNoContentResponse()
  @ActRefusals()
  async remind(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('coApplicant') coApplicant: string,
  ): Promise<void> {
    await this.inviting.remind(web.ctx, await this.ofApplication(web, id, coApplicant));
  }

  @Post(':id/co-applicants/:coApplicant/withdraw')
  @Can('co_applicant.withdraw')
  @HttpCode(204)
  @ApiOperation({ summary: 'Takes an invitation back that was not answered' })
  @ApiNoContentResponse()
  @ActRefusals()
  async withdraw(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('coApplicant') coApplicant: string,
  ): Promise<void> {
    await this.inviting.withdraw(web.ctx, await this.ofApplication(web, id, coApplicant));
  }

  @Post(':id/co-applicants/:coApplicant/remove')
  @Can('co_applicant.remove')
  @HttpCode(204)
  @ApiOperation({ summary: 'Takes somebody out who had accepted, before the submission' })
  @ApiNoContentResponse()
  @ActRefusals()
  async remove(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('coApplicant') coApplicant: string,
    @Body() body: ReasonRequest,
  ): Promise<void> {
    await this.inviting.remove(web.ctx, await this.ofApplication(web, id, coApplicant), body.reason ?? '');
  }

  @Post(':id/co-applicant/confirm')
  @Can('co_applicant.confirm')
  @HttpCode(204)
  @ApiOperation({ summary: 'Confirms the text by its hash, as one of its co-applicants' })
  @ApiNoContentResponse()
  @ActRefusals()
  async confirm(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Body() body: ConfirmationRequest,
  ): Promise<void> {
    await this.standing.confirm(web.ctx, id, body.hash);
  }

  @Post(':id/co-applicant/leave')
  @Can('co_applicant.leave')
  @HttpCode(204)
  @ApiOperation({ summary: 'Leaves an application, as one of its co-applicants' })
  @ApiNoContentResponse()
  @ActRefusals()
  async leave(@Web() web: WebRequest, @Param('id') id: string, @Body() body: ReasonRequest): Promise<void> {
    await this.standing.leave(web.ctx, id, body.reason ?? '');
  }

  /** What the address says is what is acted on. */
  private ofApplication(web: WebRequest, id: string, coApplicant: string): Promise<string> {
    return this.database.read(web.ctx, async (ctx) => {
      const row = await this.coApplicants.find(ctx, coApplicant);
      if (row.applicationId !== id) throw new DomainError('not_found');
      return row.id;
    });
  }
}
