import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import { Database } from '../../platform/database/database.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { RoleGrants } from '../data/role-grants.js';
import { invitationsPolicy } from '../domain/roles.policy.js';
import { INVITATION_PURPOSE } from './invite-to-role.js';
import { SignedLinks } from './signed-links.js';

/** Takes an invitation back that nobody has taken up; its links open nothing from then on. */
@Injectable()
export class WithdrawInvitation {
  constructor(
    private readonly database: Database,
    private readonly grants: RoleGrants,
    private readonly links: SignedLinks,
    private readonly audit: AuditTrail,
  ) {}

  async run(request: RequestContext, { invitationId }: { readonly invitationId: Id }): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const invitation = await this.grants.invitation(ctx, invitationId, true);
      authorise(ctx, invitationsPolicy, 'role.withdraw_invitation', invitation, 'role.read_invitation');
      await ctx.tx.query('update role_invitations set withdrawn_at = $2, withdrawn_by = $3 where id = $1', [
        invitationId,
        ctx.clock.now(),
        ctx.actor.personId,
      ]);
      await this.links.revoke(ctx, INVITATION_PURPOSE, { kind: 'role_invitation', id: invitationId });
      await this.audit.record(ctx, {
        action: 'role.invitation_withdrawn',
        subject: { kind: 'role_invitation', id: invitationId },
        data: { role: invitation.role },
      });
    });
  }
}
