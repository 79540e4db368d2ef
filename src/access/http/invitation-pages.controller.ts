import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { redirect, view } from '../../platform/http/page.js';
import type { Redirect, View } from '../../platform/http/page.js';
import { Limited } from '../../platform/http/rate-limits.js';
import { Can, Public } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { DomainError } from '../../shared/domain-error.js';
import { AcceptInvitation } from '../operations/accept-invitation.js';
import { INVITATION_PURPOSE } from '../operations/invite-to-role.js';
import { SignedLinks } from '../operations/signed-links.js';
import { presentInvitation, presentRefusal } from './presenters/invitation.presenter.js';
import { ReadRoles } from './read-roles.js';

/** What the link of an invitation opens: who offers what, until when, and the button that takes it up. */
@ApiExcludeController()
@Controller('invitations')
export class InvitationPagesController {
  constructor(
    private readonly database: Database,
    private readonly roles: ReadRoles,
    private readonly links: SignedLinks,
    private readonly invitation: AcceptInvitation,
  ) {}

  @Get(':token')
  @Public()
  @Limited('link')
  async open(@Web() web: WebRequest, @Param('token') token: string): Promise<View> {
    try {
      if (web.ctx.actor.kind !== 'person') {
        // Whoever holds the link learns whether it is good, and the rest when they have signed in.
        await this.links.open(web.ctx, token, INVITATION_PURPOSE);
        const back = encodeURIComponent(`/invitations/${encodeURIComponent(token)}`);
        return view(
          'access/invitation.njk',
          { offer: null, signInHref: `/sign-in?return=${back}`, problem: null },
          { title: { key: 'access.invitation.title' } },
        );
      }
      return await this.offer(web, token, null);
    } catch (error) {
      return refusal(error);
    }
  }

  @Post(':token')
  @Can('role.accept_invitation')
  @Limited('link')
  async accept(@Web() web: WebRequest, @Param('token') token: string): Promise<View | Redirect> {
    try {
      const { state } = await this.invitation.run(web.ctx, token);
      return redirect('/account/rights', {
        flash: {
          kind: 'success',
          key: `access.invitation.accepted_${state === 'pending' ? 'pending' : 'now'}`,
        },
      });
    } catch (error) {
      if (
        error instanceof DomainError &&
        !error.reason.startsWith('link_') &&
        error.code !== 'not_signed_in'
      ) {
        return this.offer(web, token, error);
      }
      return refusal(error);
    }
  }

  private async offer(web: WebRequest, token: string, error: DomainError | null): Promise<View> {
    const offer = await this.invitation.look(web.ctx, token);
    const reading = await this.database.read(web.ctx, (ctx) => this.roles.reading(ctx, [offer]));
    const model = {
      offer: presentInvitation(reading, offer, `/invitations/${encodeURIComponent(token)}`, web.ctx.actor),
      signInHref: null,
      problem: error && { key: `reasons.${error.reason}`, values: error.values },
    };
    return view('access/invitation.njk', model, {
      title: { key: 'access.invitation.title' },
      ...(error ? { status: STATUS[error.code] } : {}),
    });
  }
}

/** Each way in which a link is no use has a page that says what to do now. */
function refusal(error: unknown): View {
  if (!(error instanceof DomainError) || error.code === 'not_signed_in') throw error;
  return view('access/invitation-refused.njk', presentRefusal(error.reason), {
    status: STATUS[error.code],
    title: { key: 'access.invitation.title' },
  });
}
