import { Body, Controller, Get, HttpCode, Param, Post, Query, applyDecorators } from '@nestjs/common';
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
  ApiPreconditionFailedResponse,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import { Database } from '../../platform/database/database.js';
import { Idempotent } from '../../platform/http/idempotency.js';
import { Can } from '../../platform/http/route-access.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Web } from '../../platform/http/web.decorator.js';
import { authorise } from '../../platform/database/authorise.js';
import { DomainError } from '../../shared/domain-error.js';
import { RoleDirectory } from '../data/role-directory.js';
import type { GrantScope } from '../domain/delegation.js';
import { invitationsPolicy } from '../domain/roles.policy.js';
import { AcceptInvitation } from '../operations/accept-invitation.js';
import { AppointDeputy } from '../operations/appoint-deputy.js';
import { ConfirmGrant } from '../operations/confirm-grant.js';
import { GrantRole } from '../operations/grant-role.js';
import type { WantedPerson } from '../operations/grant-role.js';
import { InviteToRole } from '../operations/invite-to-role.js';
import { RevokeGrant } from '../operations/revoke-grant.js';
import { SettleProposal } from '../operations/settle-proposal.js';
import { WithdrawInvitation } from '../operations/withdraw-invitation.js';
import {
  DeputyRequest,
  GrantRequest,
  InvitationQuery,
  InvitationRequest,
  InvitationToken,
  RoleQuery,
  RoleReason,
  SettlementRequest,
} from './dto/role-requests.js';
import {
  CreatedInvitation,
  GrantedResource,
  GrantOutcomeResource,
  InvitationPageResource,
  InvitationResource,
  ProposalListResource,
  RoleGrantPageResource,
  RoleGrantResource,
  invitationResource,
  outcomeResource,
  proposalResource,
  roleGrantResource,
  versionOfGrant,
} from './dto/role-resources.js';

/** Refusals of every act on roles. */
const Refusals = () =>
  applyDecorators(
    ApiForbiddenResponse({ description: 'Outside of what one may give, to oneself, or as a deputy' }),
    ApiNotFoundResponse({ description: 'There is none in one’s sight' }),
    ApiConflictResponse({
      description: 'Held already, not compatible with what is held, or not in this state',
    }),
    ApiUnprocessableEntityResponse({ description: 'Fields that are wrong' }),
  );
const IfMatch = () =>
  applyDecorators(
    ApiHeader({
      name: 'If-Match',
      required: false,
      description: '`ETag` of the grant; honoured where it is sent',
    }),
    ApiPreconditionFailedResponse({ description: 'Changed since it was read' }),
  );

/** Roles in one’s scope: who holds which, since when, by whose word. */
@ApiTags('roles')
@ApiBearerAuth('bearer')
@Controller('api/v1/roles')
export class RolesApiController {
  constructor(
    private readonly database: Database,
    private readonly directory: RoleDirectory,
    private readonly grantRole: GrantRole,
    private readonly confirmGrant: ConfirmGrant,
    private readonly revokeGrant: RevokeGrant,
    private readonly appointDeputy: AppointDeputy,
  ) {}

  @Get()
  @Can('role.list')
  @ApiOperation({ summary: 'Grants in one’s scope, the youngest first; ended ones too: that is the history' })
  @ApiOkResponse({ type: RoleGrantPageResource })
  async list(@Web() web: WebRequest, @Query() query: RoleQuery): Promise<RoleGrantPageResource> {
    const { person, institution, country, role, state, limit, after } = query;
    const page = await this.database.read(web.ctx, (ctx) =>
      this.directory.grants(ctx, {
        personId: person,
        institutionId: institution,
        country,
        role,
        states: state,
        limit,
        after,
      }),
    );
    return { items: page.items.map(roleGrantResource), next: page.next };
  }

  @Get(':id')
  @Can('role.read')
  @ApiOperation({ summary: 'One grant with everybody who had a hand in it' })
  @ApiOkResponse({ type: RoleGrantResource, headers: { ETag: { description: 'For `If-Match`' } } })
  @Refusals()
  async one(@Web() web: WebRequest, @Param('id') id: string): Promise<RoleGrantResource> {
    const view = await this.database.read(web.ctx, (ctx) => this.directory.grant(ctx, id));
    web.tagAnswer(versionOfGrant(view));
    return roleGrantResource(view);
  }

  @Post()
  @Can('role.grant')
  @Idempotent()
  @ApiOperation({ summary: 'Gives a role within a scope, or invites to it' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiCreatedResponse({ type: GrantOutcomeResource })
  @Refusals()
  async grant(@Web() web: WebRequest, @Body() body: GrantRequest): Promise<GrantOutcomeResource> {
    const { role, reason, validFrom, validUntil } = body;
    const wanted = { role, scope: scopeOf(body), reason, validFrom, validUntil };
    return outcomeResource(await this.grantRole.run(web.ctx, { ...wanted, ...personOf(body) }));
  }

  @Post(':id/confirm')
  @Can('role.confirm')
  @HttpCode(204)
  @ApiOperation({ summary: 'A second programme administrator confirms a grant, which holds from then on' })
  @ApiNoContentResponse()
  @IfMatch()
  @Refusals()
  async confirm(@Web() web: WebRequest, @Param('id') id: string): Promise<void> {
    await this.honourMatch(web, id);
    await this.confirmGrant.run(web.ctx, { grantId: id });
  }

  @Post(':id/refuse')
  @Can('role.confirm')
  @HttpCode(204)
  @ApiOperation({ summary: 'A second programme administrator says no' })
  @ApiNoContentResponse()
  @IfMatch()
  @Refusals()
  async refuse(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Body() { reason }: RoleReason,
  ): Promise<void> {
    await this.honourMatch(web, id);
    await this.confirmGrant.refuse(web.ctx, { grantId: id, reason });
  }

  @Post(':id/revoke')
  @Can('role.revoke')
  @HttpCode(204)
  @ApiOperation({ summary: 'Ends a grant: another’s, one’s deputy’s, one’s own' })
  @ApiNoContentResponse()
  @IfMatch()
  @Refusals()
  async revoke(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Body() { reason }: RoleReason,
  ): Promise<void> {
    await this.honourMatch(web, id);
    await this.revokeGrant.run(web.ctx, { grantId: id, reason });
  }

  @Post(':id/deputies')
  @Can('role.deputise')
  @Idempotent()
  @ApiOperation({ summary: 'Lets somebody act for oneself under this grant, until a day' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiCreatedResponse({ type: GrantOutcomeResource })
  @Refusals()
  async deputise(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Body() body: DeputyRequest,
  ): Promise<GrantOutcomeResource> {
    const { reason, validFrom, validUntil } = body;
    const wanted = { grantId: id, reason, validFrom, validUntil, ...personOf(body) };
    return outcomeResource(await this.appointDeputy.run(web.ctx, wanted));
  }

  private async honourMatch(web: WebRequest, id: string): Promise<void> {
    if (web.header('if-match') === undefined) return;
    const view = await this.database.read(web.ctx, (ctx) => this.directory.grant(ctx, id));
    web.requireMatch(versionOfGrant(view));
  }
}

/** Roles that were offered to an address. */
@ApiTags('roles')
@ApiBearerAuth('bearer')
@Controller('api/v1/invitations')
export class InvitationsApiController {
  constructor(
    private readonly database: Database,
    private readonly directory: RoleDirectory,
    private readonly inviteToRole: InviteToRole,
    private readonly withdrawInvitation: WithdrawInvitation,
    private readonly acceptInvitation: AcceptInvitation,
  ) {}

  @Get()
  @Can('role.read_invitation')
  @ApiOperation({ summary: 'Invitations in one’s scope, the youngest first' })
  @ApiOkResponse({ type: InvitationPageResource })
  async list(
    @Web() web: WebRequest,
    @Query() { state, limit, after }: InvitationQuery,
  ): Promise<InvitationPageResource> {
    const page = await this.database.read(web.ctx, (ctx) =>
      this.directory.invitations(ctx, { states: state, limit, after }),
    );
    return { items: page.items.map(invitationResource), next: page.next };
  }

  @Get(':id')
  @Can('role.read_invitation')
  @ApiOperation({ summary: 'One invitation' })
  @ApiOkResponse({ type: InvitationResource })
  @Refusals()
  one(@Web() web: WebRequest, @Param('id') id: string): Promise<InvitationResource> {
    return this.database.read(web.ctx, async (ctx) => {
      const view = await this.directory.invitation(ctx, id);
      authorise(ctx, invitationsPolicy, 'role.read_invitation', view, 'role.read_invitation');
      return invitationResource(view);
    });
  }

  @Post()
  @Can('role.invite')
  @Idempotent()
  @ApiOperation({ summary: 'Invites an address to a role; the link is good for 14 days' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiCreatedResponse({ type: CreatedInvitation })
  @Refusals()
  invite(@Web() web: WebRequest, @Body() body: InvitationRequest): Promise<CreatedInvitation> {
    const { email, language, role, reason, validFrom, validUntil } = body;
    const scope = scopeOf(body);
    return this.inviteToRole.run(web.ctx, { email, language, role, scope, reason, validFrom, validUntil });
  }

  @Post('open')
  @HttpCode(200)
  @Can('role.accept_invitation')
  @ApiOperation({ summary: 'What a link invites to; nothing is used up' })
  @ApiOkResponse({ type: InvitationResource })
  @Refusals()
  async open(@Web() web: WebRequest, @Body() { token }: InvitationToken): Promise<InvitationResource> {
    return invitationResource(await this.acceptInvitation.look(web.ctx, token));
  }

  @Post('accept')
  @Can('role.accept_invitation')
  @ApiOperation({ summary: 'Takes the invitation of a link up, once' })
  @ApiCreatedResponse({ type: GrantedResource })
  @Refusals()
  accept(@Web() web: WebRequest, @Body() { token }: InvitationToken): Promise<GrantedResource> {
    return this.acceptInvitation.run(web.ctx, token);
  }

  @Post(':id/resend')
  @Can('role.withdraw_invitation')
  @HttpCode(204)
  @ApiOperation({ summary: 'Sends a new link; those before it open nothing any more' })
  @ApiNoContentResponse()
  @Refusals()
  resend(@Web() web: WebRequest, @Param('id') id: string): Promise<void> {
    return this.inviteToRole.resend(web.ctx, { invitationId: id });
  }

  @Post(':id/withdraw')
  @Can('role.withdraw_invitation')
  @HttpCode(204)
  @ApiOperation({ summary: 'Takes an invitation back that nobody has taken up' })
  @ApiNoContentResponse()
  @Refusals()
  withdraw(@Web() web: WebRequest, @Param('id') id: string): Promise<void> {
    return this.withdrawInvitation.run(web.ctx, { invitationId: id });
  }
}

/** Roles that the claims of identity providers propose. */
@ApiTags('roles')
@ApiBearerAuth('bearer')
@Controller('api/v1/role-proposals')
export class RoleProposalsApiController {
  constructor(
    private readonly database: Database,
    private readonly directory: RoleDirectory,
    private readonly settleProposal: SettleProposal,
  ) {}

  @Get()
  @Can('role.settle_proposal')
  @ApiOperation({ summary: 'Proposals that wait for one’s word, the oldest first' })
  @ApiOkResponse({ type: ProposalListResource })
  async list(@Web() web: WebRequest): Promise<ProposalListResource> {
    const proposals = await this.database.read(web.ctx, (ctx) => this.directory.proposals(ctx));
    return { items: proposals.map(proposalResource) };
  }

  @Post(':id/grant')
  @Can('role.settle_proposal')
  @Idempotent()
  @ApiOperation({ summary: 'Grants what was proposed' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiCreatedResponse({ type: GrantedResource })
  @Refusals()
  grant(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Body() { unit, ...terms }: SettlementRequest,
  ): Promise<GrantedResource> {
    return this.settleProposal.grant(web.ctx, { proposalId: id, ...terms, unitId: unit });
  }

  @Post(':id/dismiss')
  @Can('role.settle_proposal')
  @HttpCode(204)
  @ApiOperation({ summary: 'Lets the proposal be; it is not made again' })
  @ApiNoContentResponse()
  @Refusals()
  dismiss(@Web() web: WebRequest, @Param('id') id: string): Promise<void> {
    return this.settleProposal.dismiss(web.ctx, { proposalId: id });
  }
}

function scopeOf(body: Omit<InvitationRequest, 'email'>): GrantScope {
  const { institution = null, unit = null, side = null, country = null, call = null, panel = null } = body;
  return { institutionId: institution, unitId: unit, side, country, callId: call, panelId: panel };
}

function personOf({ person, email, language }: DeputyRequest | GrantRequest): WantedPerson {
  if (person !== undefined && email === undefined) return { personId: person };
  if (email !== undefined && person === undefined) return { email, language };
  throw new DomainError('invalid', { fields: [{ field: 'person', problem: 'required_choice' }] });
}
