import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, withSystemRights } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { ANONYMOUS } from '../../shared/actor.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { RoleDirectory } from '../data/role-directory.js';
import type { InvitationView } from '../data/role-directory.js';
import { RoleGrants } from '../data/role-grants.js';
import type { GrantRecord, InvitationRecord } from '../data/role-grants.js';
import { needsConfirmation } from '../domain/delegation.js';
import { rolesPolicy } from '../domain/roles.policy.js';
import type { RoleFacts } from '../domain/roles.policy.js';
import { Granting } from './granting.js';
import type { Granted } from './granting.js';
import { INVITATION_PURPOSE } from './invite-to-role.js';
import { SignedLinks } from './signed-links.js';

/** What somebody is invited to, before they say yes. */
export interface InvitationOffer extends Omit<InvitationView, 'may'> {
  /** Whether a second administrator has to say yes besides. */
  readonly needsConfirmation: boolean;
}

/**
 * Takes an invitation up. It is whoever holds the link and has signed in who gets the role: the address was only the way
 * there. Whether the inviter may still give it is asked again.
 */
@Injectable()
export class AcceptInvitation {
  constructor(
    private readonly database: Database,
    private readonly grants: RoleGrants,
    private readonly directory: RoleDirectory,
    private readonly granting: Granting,
    private readonly links: SignedLinks,
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
  ) {}

  /**
   * What the link offers; nothing is used up.
   * @throws DomainError a reason of `LinkRefusal`, or `not_signed_in`
   */
  async look(request: RequestContext, token: string): Promise<InvitationOffer> {
    requirePerson(request);
    const link = await this.links.open(request, token, INVITATION_PURPOSE);
    return this.database.read(request, (ctx) =>
      withSystemRights(ctx, async () => {
        const { may: _may, ...invitation } = await this.directory.invitation(ctx, link.subject.id);
        return {
          ...invitation,
          needsConfirmation: invitation.deputyOf === null && needsConfirmation(invitation.role),
        };
      }),
    );
  }

  /**
   * @throws DomainError a reason of `LinkRefusal`, `invitation_not_open`, `inviter_lost_authority`, `role_to_oneself`, or
   * why the role does not go with those that the person holds
   */
  async run(request: RequestContext, token: string): Promise<Granted> {
    const personId = requirePerson(request);
    return this.links.redeem(request, token, INVITATION_PURPOSE, async (ctx, link) => {
      // The invitation, its inviter and their grants are no sight of the invited.
      const granted = await withSystemRights(ctx, () => this.accept(ctx, link.subject.id, personId));
      await this.audit.record(ctx, {
        action: 'role.invitation_accepted',
        subject: { kind: 'role_invitation', id: link.subject.id },
        data: { grant: granted.id },
      });
      return granted;
    });
  }

  private async accept(ctx: Ctx, invitationId: Id, personId: Id): Promise<Granted> {
    const invitation = await this.grants.invitation(ctx, invitationId, true);
    if (invitation.state !== 'open') throw new DomainError('conflict', { reason: 'invitation_not_open' });
    if (invitation.invitedBy === personId) throw new DomainError('forbidden', { reason: 'role_to_oneself' });
    const now = ctx.clock.now();
    if (invitation.validUntil && invitation.validUntil <= now) {
      throw new DomainError('too_late', { reason: 'invitation_not_open' });
    }
    const facts: RoleFacts = {
      ...invitation,
      state: 'in_force',
      personId,
      grantedBy: invitation.invitedBy,
      actingFor: null,
    };
    authorise(ctx, rolesPolicy, 'role.accept_invitation', facts, 'role.accept_invitation');
    const origin = invitation.deputyOf ? await this.grants.grant(ctx, invitation.deputyOf, true) : null;
    await this.requireInviterStillMay(ctx, invitation, facts, origin);
    const { role, institutionId, unitId, side, country, callId, panelId, reason, validUntil } = invitation;
    const granted = await this.granting.enter(
      ctx,
      {
        role,
        scope: { institutionId, unitId, side, country, callId, panelId },
        reason,
        validFrom: invitation.validFrom < now ? now : invitation.validFrom,
        validUntil,
      },
      { personId, grantedBy: invitation.invitedBy, origin },
    );
    await ctx.tx.query(
      'update role_invitations set accepted_at = $2, accepted_by = $3, grant_id = $4 where id = $1',
      [invitationId, now, personId, granted.id],
    );
    await this.outbox.emit(ctx, {
      type: 'role.invitation_accepted',
      subject: { kind: 'role_invitation', id: invitationId },
      payload: { grant: granted.id },
    });
    return granted;
  }

  private async requireInviterStillMay(
    ctx: Ctx,
    invitation: InvitationRecord,
    facts: RoleFacts,
    origin: GrantRecord | null,
  ): Promise<void> {
    const inviter = {
      ...ANONYMOUS,
      kind: 'person' as const,
      personId: invitation.invitedBy,
      grants: await this.grants.inForce(ctx, invitation.invitedBy),
      // They had it when they invited: an office without its second factor invites nobody.
      secondFactor: true,
    };
    const decision = origin
      ? rolesPolicy.decide(inviter, 'role.deputise', origin)
      : rolesPolicy.decide(inviter, 'role.invite', facts);
    if (!decision.allowed) throw new DomainError('forbidden', { reason: 'inviter_lost_authority' });
  }
}

function requirePerson({ actor }: RequestContext): Id {
  if (actor.kind !== 'person' || actor.personId === null) throw new DomainError('not_signed_in');
  return actor.personId;
}
