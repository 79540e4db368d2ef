import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import { Database } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { RoleGrants } from '../data/role-grants.js';
import { rolesPolicy } from '../domain/roles.policy.js';
import { requireReason } from './granting.js';

/** Ends a grant from this moment: another's, one's deputy's, or one's own. What was done under it stays done. */
@Injectable()
export class RevokeGrant {
  constructor(
    private readonly database: Database,
    private readonly grants: RoleGrants,
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
  ) {}

  /** @throws DomainError `invalid`, `forbidden`, `wrong_state`, `not_found` */
  async run(
    request: RequestContext,
    { grantId, reason }: { readonly grantId: Id; readonly reason: string },
  ): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const why = requireReason(reason);
      const grant = await this.grants.grant(ctx, grantId, true);
      authorise(ctx, rolesPolicy, 'role.revoke', grant, 'role.read');
      await ctx.tx.query(
        'update role_grants set revoked_by = $2, revoked_at = $3, revoke_reason = $4 where id = $1',
        [grantId, ctx.actor.personId, ctx.clock.now(), why],
      );
      const subject = { kind: 'person', id: grant.personId };
      const payload = { grant: grantId, role: grant.role };
      await this.audit.record(ctx, { action: 'role.revoked', subject, data: payload });
      await this.outbox.emit(ctx, { type: 'role.revoked', subject, payload });
    });
  }
}
