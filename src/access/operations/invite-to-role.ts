import { Injectable } from '@nestjs/common';
import { isEmail } from 'class-validator';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { DomainError } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { Language } from '../../shared/language.js';
import type { RequestContext } from '../../shared/request-context.js';
import { RoleGrants } from '../data/role-grants.js';
import { RoleInvitationEntity } from '../data/role-invitation.entity.js';
import { invitationsPolicy, rolesPolicy } from '../domain/roles.policy.js';
import { Granting, told } from './granting.js';
import type { CheckedRole, WantedRole } from './granting.js';
import { SignedLinks } from './signed-links.js';

export const INVITATION_PURPOSE = 'role_invitation';
const VALID_DAYS = 14;

export interface WantedInvitation extends WantedRole {
  readonly email: string;
  /** Of the mail. Absent: the inviter's. */
  readonly language?: Language | undefined;
}

/** Offers a role to an address, whoever has it. The link that is sent there is good for 14 days. */
@Injectable()
export class InviteToRole {
  constructor(
    private readonly database: Database,
    private readonly grants: RoleGrants,
    private readonly granting: Granting,
    private readonly links: SignedLinks,
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
  ) {}

  run(request: RequestContext, wanted: WantedInvitation): Promise<{ readonly id: Id }> {
    return this.database.transaction(request, (ctx) => this.within(ctx, wanted));
  }

  /** As part of another act. */
  async within(ctx: Ctx, wanted: WantedInvitation): Promise<{ readonly id: Id }> {
    requireAddress(wanted.email);
    const { checked, facts } = await this.granting.check(ctx, wanted);
    authorise(ctx, rolesPolicy, 'role.invite', facts, 'role.read');
    return { id: await this.enter(ctx, wanted, checked, null) };
  }

  /** Sends a new link, good for another 14 days; those that were sent before are none any more. */
  async resend(request: RequestContext, { invitationId }: { readonly invitationId: Id }): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const invitation = await this.grants.invitation(ctx, invitationId, true);
      authorise(ctx, invitationsPolicy, 'role.withdraw_invitation', invitation, 'role.read_invitation');
      if (invitation.deputyOf) {
        const origin = await this.grants.grant(ctx, invitation.deputyOf);
        authorise(ctx, rolesPolicy, 'role.deputise', origin, 'role.read');
      } else {
        const facts = {
          ...invitation,
          state: 'in_force' as const,
          personId: null,
          grantedBy: ctx.actor.personId,
          actingFor: null,
        };
        authorise(ctx, rolesPolicy, 'role.invite', facts, 'role.read');
      }
      await this.links.revoke(ctx, INVITATION_PURPOSE, { kind: 'role_invitation', id: invitationId });
      const link = await this.send(ctx, invitationId);
      await ctx.tx.query('update role_invitations set expires_at = $2 where id = $1', [
        invitationId,
        link.expiresAt,
      ]);
      await this.audit.record(ctx, {
        action: 'role.invitation_resent',
        subject: { kind: 'role_invitation', id: invitationId },
        data: { role: invitation.role },
      });
    });
  }

  /** The part of an act that invites: the caller has asked the policy. */
  async enter(
    ctx: Ctx,
    { email, language }: Pick<WantedInvitation, 'email' | 'language'>,
    { role, scope, reason, validFrom, validUntil }: CheckedRole,
    deputyOf: Id | null,
  ): Promise<Id> {
    requireAddress(email);
    const now = ctx.clock.now();
    const id = newId(now);
    const { personId } = ctx.actor;
    if (personId === null) throw new DomainError('forbidden', { reason: 'no_role' });
    await ctx.tx.insert(RoleInvitationEntity, {
      id,
      email: email.trim(),
      language: language ?? ctx.language,
      role,
      ...scope,
      deputyOf,
      reason,
      validFrom,
      validUntil,
      invitedBy: personId,
      createdAt: now,
      expiresAt: new Date(now.getTime() + VALID_DAYS * 86_400_000),
    });
    await this.audit.record(ctx, {
      action: 'role.invited',
      subject: { kind: 'role_invitation', id },
      data: { role, ...told(scope) },
    });
    await this.send(ctx, id);
    return id;
  }

  private async send(ctx: Ctx, id: Id): Promise<{ readonly expiresAt: Date }> {
    const subject = { kind: 'role_invitation', id };
    const link = await this.links.issue(ctx, { purpose: INVITATION_PURPOSE, subject, validDays: VALID_DAYS });
    await this.outbox.emit(ctx, { type: 'role.invited', subject, payload: { link: link.id } });
    return link;
  }
}

function requireAddress(email: string): void {
  if (email.length > 254 || !isEmail(email.trim())) {
    throw new DomainError('invalid', { fields: [{ field: 'email', problem: 'not_email' }] });
  }
}
