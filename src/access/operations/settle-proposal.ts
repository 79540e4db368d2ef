import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import type { ExchangeSide } from '../../shared/actor.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { RoleGrants } from '../data/role-grants.js';
import type { ProposalRecord } from '../data/role-grants.js';
import { rolesPolicy } from '../domain/roles.policy.js';
import { Granting } from './granting.js';
import type { Granted } from './granting.js';

export interface WantedSettlement {
  readonly proposalId: Id;
  readonly reason: string;
  readonly validUntil?: Date | null | undefined;
  readonly unitId?: Id | null | undefined;
  readonly side?: ExchangeSide | null | undefined;
}

/** A provider's claim proposed a role; here a person grants it, or lets it be. */
@Injectable()
export class SettleProposal {
  constructor(
    private readonly database: Database,
    private readonly grants: RoleGrants,
    private readonly granting: Granting,
    private readonly audit: AuditTrail,
  ) {}

  grant(request: RequestContext, wanted: WantedSettlement): Promise<Granted> {
    return this.database.transaction(request, async (ctx) => {
      const proposal = await this.load(ctx, wanted.proposalId);
      const { role, institutionId, personId } = proposal;
      const { unitId = null, side = null, reason, validUntil } = wanted;
      const { checked } = await this.granting.check(ctx, {
        role,
        scope: { institutionId, unitId, side },
        reason,
        validUntil,
      });
      const grantedBy = ctx.actor.personId;
      if (grantedBy === null) throw new DomainError('forbidden', { reason: 'no_role' });
      const granted = await this.granting.enter(ctx, checked, { personId, grantedBy, origin: null });
      await this.settle(ctx, proposal, granted.id);
      return granted;
    });
  }

  async dismiss(request: RequestContext, { proposalId }: { readonly proposalId: Id }): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const proposal = await this.load(ctx, proposalId);
      await this.settle(ctx, proposal, null);
      await this.audit.record(ctx, {
        action: 'role.proposal_dismissed',
        subject: { kind: 'person', id: proposal.personId },
        data: { proposal: proposalId, role: proposal.role },
      });
    });
  }

  private async load(ctx: Ctx, proposalId: Id): Promise<ProposalRecord> {
    const proposal = await this.grants.proposal(ctx, proposalId);
    authorise(ctx, rolesPolicy, 'role.settle_proposal', proposal, 'role.settle_proposal');
    return proposal;
  }

  private async settle(ctx: Ctx, { id }: ProposalRecord, grantId: Id | null): Promise<void> {
    await ctx.tx.query(
      'update role_proposals set settled_at = $2, settled_by = $3, grant_id = $4 where id = $1',
      [id, ctx.clock.now(), ctx.actor.personId, grantId],
    );
  }
}
