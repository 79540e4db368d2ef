import { Injectable } from '@nestjs/common';
import { Decisions, NO_INTERESTS } from '../../approvals/public.js';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import { Database } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { AgreementEntity } from '../data/agreement.entity.js';
import { agreementStates } from '../domain/agreement.states.js';
import { AGREEMENT_PROPOSED } from '../domain/agreements.events.js';
import { agreementsPolicy } from '../domain/agreements.policy.js';

/** How long each state may take over the text of an agreement. */
const APPROVAL_DAYS = 30;

/** Puts the text of an agreement before both of its countries, by its hash. */
@Injectable()
export class ProposeAgreement {
  constructor(
    private readonly database: Database,
    private readonly decisions: Decisions,
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
  ) {}

  /** Answers the decision's id. */
  async proposeAgreement(request: RequestContext, agreementId: Id): Promise<Id> {
    return this.database.transaction(request, async (ctx) => {
      const agreement = await ctx.tx
        .getRepository(AgreementEntity)
        .findOne({ where: { id: agreementId }, lock: { mode: 'pessimistic_write' } });
      if (!agreement) throw new DomainError('not_found');
      const countries = [...new Set(agreement.parties.map(({ country }) => country))];
      authorise(
        ctx,
        agreementsPolicy,
        'agreement.propose',
        { state: agreement.state, countries },
        'agreement.read',
      );
      const state = agreementStates.move(agreement.state, 'propose');
      const [first, second] = countries;
      if (!first || !second) throw new Error(`agreement ${agreementId} has one side only`);
      await ctx.tx.update(AgreementEntity, agreementId, { state });
      const subject = { kind: 'agreement', id: agreementId };
      const decisionId = await this.decisions.open(ctx, {
        subject,
        subjectHash: agreement.textHash,
        homeCountry: first,
        hostCountry: second,
        preparers: ctx.actor.personId ? [ctx.actor.personId] : [],
        interests: NO_INTERESTS,
        dueDays: APPROVAL_DAYS,
      });
      await this.audit.record(ctx, {
        action: AGREEMENT_PROPOSED,
        subject,
        data: { hash: agreement.textHash },
      });
      await this.outbox.emit(ctx, { type: AGREEMENT_PROPOSED, subject, payload: { decisionId } });
      return decisionId;
    });
  }
}
