import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { RoleGrants } from '../data/role-grants.js';
import type { GrantRecord } from '../data/role-grants.js';
import { rolesPolicy } from '../domain/roles.policy.js';
import { Granting, requireReason } from './granting.js';

/** The second pair of eyes: a grant that one programme administrator gave holds when another has said yes. */
@Injectable()
export class ConfirmGrant {
  constructor(
    private readonly database: Database,
    private readonly grants: RoleGrants,
    private readonly granting: Granting,
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
  ) {}

  /** @throws DomainError `forbidden` (`confirm_by_another`, `role_to_oneself`), `wrong_state`, `conflict` */
  async run(request: RequestContext, { grantId }: { readonly grantId: Id }): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const grant = await this.load(ctx, grantId);
      // What the person was given since then may not go with it.
      await this.granting.requireCompatible(ctx, grant.personId, grant);
      await ctx.tx.query('update role_grants set confirmed_by = $2, confirmed_at = $3 where id = $1', [
        grantId,
        ctx.actor.personId,
        ctx.clock.now(),
      ]);
      await this.tell(ctx, grant, 'role.confirmed');
    });
  }

  /** Says no: the grant ends before it began. */
  async refuse(
    request: RequestContext,
    { grantId, reason }: { readonly grantId: Id; readonly reason: string },
  ): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const why = requireReason(reason);
      const grant = await this.load(ctx, grantId);
      await ctx.tx.query(
        'update role_grants set revoked_by = $2, revoked_at = $3, revoke_reason = $4 where id = $1',
        [grantId, ctx.actor.personId, ctx.clock.now(), why],
      );
      await this.tell(ctx, grant, 'role.refused');
    });
  }

  private async load(ctx: Ctx, grantId: Id): Promise<GrantRecord> {
    const grant = await this.grants.grant(ctx, grantId, true);
    authorise(ctx, rolesPolicy, 'role.confirm', grant, 'role.read');
    return grant;
  }

  private async tell(ctx: Ctx, { id, role, personId }: GrantRecord, type: string): Promise<void> {
    const subject = { kind: 'person', id: personId };
    await this.audit.record(ctx, { action: type, subject, data: { grant: id, role } });
    await this.outbox.emit(ctx, { type, subject, payload: { grant: id, role } });
  }
}
