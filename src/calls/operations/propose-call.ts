import { Injectable } from '@nestjs/common';
import { Decisions, NO_INTERESTS } from '../../approvals/public.js';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import { Database } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { draftOf, draftProblems, hostsOf } from '../domain/call-draft.js';
import { CALL_PROPOSED } from '../domain/calls.events.js';
import { callsPolicy } from '../domain/calls.policy.js';
import { CallRecords, factsOf } from './call-record.js';

/** Puts the text of a draft before both countries. What they approve is this very text, by its hash. */
@Injectable()
export class ProposeCall {
  constructor(
    private readonly database: Database,
    private readonly records: CallRecords,
    private readonly decisions: Decisions,
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Answers the decision's id.
   *
   * @param version the one that whoever asks has seen; without it whatever the text is now
   * @throws DomainError `invalid` with everything that is missing, `conflict` where this text is before them already
   */
  async proposeCall(request: RequestContext, callId: Id, version?: number): Promise<Id> {
    return this.database.transaction(request, async (ctx) => {
      const { call, form, places, hash } = await this.records.lock(ctx, callId);
      authorise(ctx, callsPolicy, 'call.propose', factsOf(call), 'call.read');
      if (version !== undefined && version !== call.version) throw new DomainError('stale');
      const problems = draftProblems(draftOf(call, form, places), ctx.clock.now(), hostsOf(places));
      if (problems.length > 0)
        throw new DomainError('invalid', { reason: 'call_not_whole', fields: problems });
      const subject = { kind: 'call', id: callId };
      if ((await this.decisions.outcomeOf(ctx, subject, hash)) !== null) {
        throw new DomainError('conflict', { reason: 'already_proposed' });
      }
      const [direction] = call.directions;
      if (!direction) throw new DomainError('invalid', { reason: 'call_not_whole' });
      const decisionId = await this.decisions.open(ctx, {
        subject,
        subjectHash: hash,
        homeCountry: direction.homeCountry,
        hostCountry: direction.hostCountry,
        preparers: ctx.actor.personId ? [ctx.actor.personId] : [],
        interests: NO_INTERESTS,
        dueDays: call.promises.approvalDays,
      });
      await this.audit.record(ctx, { action: CALL_PROPOSED, subject, data: { hash } });
      await this.outbox.emit(ctx, { type: CALL_PROPOSED, subject, payload: { decisionId } });
      return decisionId;
    });
  }
}
