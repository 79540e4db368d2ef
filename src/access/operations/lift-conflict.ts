import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import { Database } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { ConflictDeclarationEntity } from '../data/conflict-declaration.entity.js';
import { RoleGrants } from '../data/role-grants.js';
import { peoplePolicy } from '../domain/roles.policy.js';
import { requireReason } from './granting.js';

/** Whoever declared a conflict of interest does not take it back: somebody who answers for their roles does, with a reason. */
@Injectable()
export class LiftConflict {
  constructor(
    private readonly database: Database,
    private readonly grants: RoleGrants,
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
  ) {}

  /** @throws DomainError `not_found`, `forbidden`, `invalid` (field `reason`), `conflict` (`conflict_lifted`) */
  async run(request: RequestContext, personId: string, conflictId: string, typed: string): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      if (!isId(personId) || !isId(conflictId) || !(await this.grants.isSeen(ctx, personId))) {
        throw new DomainError('not_found');
      }
      const facts = await this.grants.personFacts(ctx, personId);
      authorise(ctx, peoplePolicy, 'person.lift_conflict', facts, 'person.read_roles');
      const reason = requireReason(typed);
      const declared = await ctx.tx.findOneBy(ConflictDeclarationEntity, { id: conflictId, personId });
      if (!declared) throw new DomainError('not_found');
      const lifted = await ctx.tx.update(
        ConflictDeclarationEntity,
        { id: conflictId, liftedAt: IsNull() },
        { liftedAt: ctx.clock.now(), liftedBy: ctx.actor.personId, liftReason: reason },
      );
      if (!lifted.affected) throw new DomainError('conflict', { reason: 'conflict_lifted' });
      const data = { kind: declared.kind, application: declared.applicationId };
      const subject = { kind: 'person', id: personId };
      await this.audit.record(ctx, { action: 'conflict.lifted', subject, data });
      await this.outbox.emit(ctx, { type: 'conflict.lifted', subject, payload: data });
    });
  }
}
