import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import { Database } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import { isOfficerOf, signsFor } from '../../shared/policy.js';
import type { RequestContext } from '../../shared/request-context.js';
import { AgreementEntity } from '../data/agreement.entity.js';
import type { AgreementView } from '../domain/agreement.js';
import { AGREEMENT_NOTICE_GIVEN } from '../domain/agreements.events.js';
import { agreementsPolicy } from '../domain/agreements.policy.js';
import { dayAfter } from '../domain/draft.js';
import { AgreementRecords, factsOf } from './agreement-record.js';
import { requireReason } from './require-reason.js';

/** So long before the end it has to be told, where the text says nothing else. */
const NOTICE_DAYS = 90;

/** The last day of an agreement of which notice is given today. */
export function lastDayByNotice({ terms }: Pick<AgreementView, 'terms'>, today: string): string {
  return dayAfter(today, terms.noticeDays ?? NOTICE_DAYS);
}

/** Either side gives notice. It binds until the last day; stays that were agreed go on, and new ones end before it. */
@Injectable()
export class TerminateAgreement {
  constructor(
    private readonly database: Database,
    private readonly records: AgreementRecords,
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
  ) {}

  async terminateAgreement(request: RequestContext, agreementId: Id, reason: string): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const record = await this.records.lock(ctx, agreementId);
      const { agreement } = record;
      authorise(ctx, agreementsPolicy, 'agreement.terminate', factsOf(record, 'agreement'), 'agreement.read');
      if (agreement.terminatesOn !== null) throw new DomainError('conflict', { reason: 'already_decided' });
      const words = requireReason(reason);
      const party =
        agreement.parties.find(({ institutionId }) => signsFor(ctx.actor, institutionId)) ??
        agreement.parties.find(({ country }) => isOfficerOf(ctx.actor, country));
      if (!party) throw new DomainError('forbidden');
      const now = ctx.clock.now();
      const lastDay = lastDayByNotice(agreement, now.toISOString().slice(0, 10));
      const { country } = party;
      const institutionId = signsFor(ctx.actor, party.institutionId) ? party.institutionId : null;
      await ctx.tx.update(AgreementEntity, agreementId, {
        terminatesOn: lastDay,
        termination: { country, institutionId, reason: words, at: now.toISOString() },
      });
      const subject = { kind: 'agreement', id: agreementId };
      const data = { lastDay, country, institution: institutionId };
      await this.audit.record(ctx, { action: AGREEMENT_NOTICE_GIVEN, subject, data });
      await this.outbox.emit(ctx, { type: AGREEMENT_NOTICE_GIVEN, subject, payload: data });
    });
  }
}
