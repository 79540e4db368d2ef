import { Injectable } from '@nestjs/common';
import { Decisions } from '../../approvals/public.js';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import { Database } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { AgreementEntity } from '../data/agreement.entity.js';
import { agreementStates } from '../domain/agreement.states.js';
import { AGREEMENT_IN_FORCE } from '../domain/agreements.events.js';
import { agreementsPolicy } from '../domain/agreements.policy.js';

/** Calendar days, YYYY-MM-DD. */
export interface AgreementTerm {
  readonly signedOn: string;
  readonly inForceFrom: string;
  /** The last day; null without an end. */
  readonly inForceUntil: string | null;
}

/** Enters that an agreement was signed and from when it binds. Possible only for the text that both countries approved. */
@Injectable()
export class BringIntoForce {
  constructor(
    private readonly database: Database,
    private readonly decisions: Decisions,
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
  ) {}

  async bringIntoForce(request: RequestContext, agreementId: Id, term: AgreementTerm): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const agreement = await ctx.tx
        .getRepository(AgreementEntity)
        .findOne({ where: { id: agreementId }, lock: { mode: 'pessimistic_write' } });
      if (!agreement) throw new DomainError('not_found');
      const countries = [...new Set(agreement.parties.map(({ country }) => country))];
      authorise(
        ctx,
        agreementsPolicy,
        'agreement.bring_into_force',
        { state: agreement.state, countries },
        'agreement.read',
      );
      const state = agreementStates.move(agreement.state, 'bring_into_force');
      const subject = { kind: 'agreement', id: agreementId };
      const outcome = await this.decisions.outcomeOf(ctx, subject, agreement.textHash);
      if (outcome !== 'agreed_yes') {
        throw new DomainError('blocked', {
          blockers: [{ code: 'agreement_not_approved', section: 'agreement', field: 'approval' }],
        });
      }
      await ctx.tx.update(AgreementEntity, agreementId, { state, ...term });
      await this.audit.record(ctx, { action: AGREEMENT_IN_FORCE, subject, data: { ...term } });
      await this.outbox.emit(ctx, { type: AGREEMENT_IN_FORCE, subject, payload: { ...term } });
    });
  }
}
