import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { redirect, view } from '../../platform/http/page.js';
import type { Flash, Redirect, View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import { RoleDirectory } from '../data/role-directory.js';
import { INVITATION_STATES } from '../domain/roles.policy.js';
import { ConfirmGrant } from '../operations/confirm-grant.js';
import { InviteToRole } from '../operations/invite-to-role.js';
import { SettleProposal } from '../operations/settle-proposal.js';
import { WithdrawInvitation } from '../operations/withdraw-invitation.js';
import {
  presentConfirmations,
  presentInvitations,
  presentProposals,
} from './presenters/delegation.presenter.js';
import { presentGrant, presentScope } from './presenters/present-grant.js';
import { ReadRoles } from './read-roles.js';
import { NO_PROBLEMS, RoleForm, problemsFrom } from './role-form.js';
import type { FormProblems, TypedRole } from './role-form.js';
import type { GrantFormView, ReasonFormView } from './views/people-views.js';

const PAGE_SIZE = 50;

/** What is under way before a role is held: invitations, grants that wait for a second administrator, proposals. */
@ApiExcludeController()
@Controller('admin')
export class DelegationPagesController {
  constructor(
    private readonly database: Database,
    private readonly directory: RoleDirectory,
    private readonly roles: ReadRoles,
    private readonly form: RoleForm,
    private readonly inviteToRole: InviteToRole,
    private readonly withdrawInvitation: WithdrawInvitation,
    private readonly confirmGrant: ConfirmGrant,
    private readonly settleProposal: SettleProposal,
  ) {}

  @Get('invitations')
  @Can('role.invite')
  invitations(@Web() web: WebRequest): Promise<View> {
    const { query } = web;
    const state = INVITATION_STATES.find((each) => each === query['state']) ?? 'open';
    const after = query['after'] ?? null;
    return this.database.read(web.ctx, async (ctx) => {
      const page = await this.directory.invitations(ctx, {
        states: [state],
        limit: PAGE_SIZE,
        ...(after ? { after } : {}),
      });
      const model = presentInvitations(
        await this.roles.reading(ctx, page.items),
        page,
        { state, after },
        this.roles.administration(ctx, '/admin/invitations'),
      );
      return view('access/invitations.njk', model, { title: { key: 'access.invitations.title' } });
    });
  }

  @Post('invitations/:id/resend')
  @Can('role.invite')
  async resend(@Web() web: WebRequest, @Param('id') invitationId: string): Promise<Redirect> {
    await this.inviteToRole.resend(web.ctx, { invitationId });
    return redirect('/admin/invitations', { flash: done('invitation_resent') });
  }

  @Post('invitations/:id/withdraw')
  @Can('role.withdraw_invitation')
  async withdraw(@Web() web: WebRequest, @Param('id') invitationId: string): Promise<Redirect> {
    await this.withdrawInvitation.run(web.ctx, { invitationId });
    return redirect('/admin/invitations', { flash: done('invitation_withdrawn') });
  }

  @Get('confirmations')
  @Can('role.confirm')
  confirmations(@Web() web: WebRequest): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      // All that waits, also what waits for another: whoever gave it sees that it is under way, and why not by them.
      const { items } = await this.directory.grants(ctx, { states: ['pending'], limit: PAGE_SIZE });
      const model = presentConfirmations(
        await this.roles.reading(ctx, items),
        items,
        this.roles.administration(ctx, '/admin/confirmations'),
      );
      return view('access/confirmations.njk', model, { title: { key: 'access.confirmations.title' } });
    });
  }

  @Post('confirmations/:id/confirm')
  @Can('role.confirm')
  async confirm(@Web() web: WebRequest, @Param('id') grantId: string): Promise<Redirect> {
    await this.confirmGrant.run(web.ctx, { grantId });
    return redirect('/admin/confirmations', { flash: done('confirmed') });
  }

  @Get('confirmations/:id/refuse')
  @Can('role.confirm')
  refuseForm(@Web() web: WebRequest, @Param('id') grantId: string): Promise<View> {
    return this.showRefusal(web, grantId, this.form.typed(web.takeStash() ?? {}), NO_PROBLEMS, 200);
  }

  @Post('confirmations/:id/refuse')
  @Can('role.confirm')
  async refuse(@Web() web: WebRequest, @Param('id') grantId: string): Promise<View | Redirect> {
    const typed = this.form.typed(web.body);
    try {
      await this.confirmGrant.refuse(web.ctx, { grantId, reason: typed['reason'] ?? '' });
    } catch (error) {
      return this.showRefusal(web, grantId, typed, problemsFrom(error), statusOf(error));
    }
    return redirect('/admin/confirmations', { flash: done('refused') });
  }

  @Get('proposals')
  @Can('role.settle_proposal')
  proposals(@Web() web: WebRequest): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const proposals = await this.directory.proposals(ctx);
      const model = presentProposals(
        await this.roles.reading(ctx, proposals),
        proposals,
        this.roles.administration(ctx, '/admin/proposals'),
      );
      return view('access/proposals.njk', model, { title: { key: 'access.proposals.title' } });
    });
  }

  @Get('proposals/:id/grant')
  @Can('role.settle_proposal')
  proposalForm(@Web() web: WebRequest, @Param('id') proposalId: string): Promise<View> {
    return this.showProposal(web, proposalId, this.form.typed(web.takeStash() ?? {}), NO_PROBLEMS, 200);
  }

  @Post('proposals/:id/grant')
  @Can('role.settle_proposal')
  async grantProposal(@Web() web: WebRequest, @Param('id') proposalId: string): Promise<View | Redirect> {
    const typed = this.form.typed(web.body);
    const terms = await this.database.read(web.ctx, (ctx) => this.form.terms(ctx, typed));
    if (terms.problems.length > 0) {
      return this.showProposal(web, proposalId, typed, { fields: terms.problems, refusal: null });
    }
    try {
      await this.settleProposal.grant(web.ctx, {
        proposalId,
        reason: typed['reason'] ?? '',
        validUntil: terms.validUntil,
        side: this.form.side(typed),
      });
    } catch (error) {
      return this.showProposal(web, proposalId, typed, problemsFrom(error), statusOf(error));
    }
    return redirect('/admin/proposals', { flash: done('proposal_granted') });
  }

  @Post('proposals/:id/dismiss')
  @Can('role.settle_proposal')
  async dismiss(@Web() web: WebRequest, @Param('id') proposalId: string): Promise<Redirect> {
    await this.settleProposal.dismiss(web.ctx, { proposalId });
    return redirect('/admin/proposals', { flash: done('proposal_dismissed') });
  }

  private showRefusal(
    web: WebRequest,
    grantId: Id,
    typed: TypedRole,
    problems: FormProblems,
    status: number,
  ): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const grant = await this.directory.grant(ctx, grantId);
      const { confirm } = grant.may;
      const refusal = problems.refusal ?? (confirm.allowed ? null : { key: `reasons.${confirm.reason}` });
      const model: ReasonFormView = {
        title: { key: 'access.confirmations.refuse_title', values: { name: grant.personName } },
        lead: { key: 'access.confirmations.refuse_lead' },
        grant: presentGrant(await this.roles.reading(ctx, [grant]), grant),
        action: confirm.allowed ? `/admin/confirmations/${grant.id}/refuse` : '',
        field: this.form.reason(typed, problems, 'access.end.reason_hint'),
        problems: this.form.problemLines(ctx, { ...problems, refusal }),
        button: { key: 'access.confirmations.refuse' },
        cancelHref: '/admin/confirmations',
      };
      return view('access/end.njk', model, { status, title: model.title });
    });
  }

  private showProposal(
    web: WebRequest,
    id: Id,
    typed: TypedRole,
    problems: FormProblems,
    status: number = STATUS.invalid,
  ): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const proposal = (await this.directory.proposals(ctx)).find((each) => each.id === id);
      if (!proposal) throw new DomainError('not_found');
      const { role } = proposal;
      const model: GrantFormView = {
        title: { key: 'access.grant.title_known', values: { name: proposal.personName } },
        lead: { key: 'access.proposals.lead_grant' },
        roles: null,
        action: `/admin/proposals/${id}/grant`,
        hidden: {},
        chosen: {
          role: { key: `roles.${role}` },
          about: { key: `access.roles.about.${role}` },
          scope: presentScope(await this.roles.reading(ctx, [proposal]), proposal),
          changeHref: null,
        },
        fields: this.form.proposalFields(role, typed, problems),
        problems: this.form.problemLines(ctx, problems),
        fourEyes: false,
        button: { key: 'access.grant.button_grant' },
        cancelHref: '/admin/proposals',
      };
      return view('access/grant.njk', model, { status, title: model.title });
    });
  }
}

function done(key: string): Flash {
  return { kind: 'success', key: `access.done.${key}` };
}

function statusOf(error: unknown): number {
  return error instanceof DomainError ? STATUS[error.code] : STATUS.invalid;
}
