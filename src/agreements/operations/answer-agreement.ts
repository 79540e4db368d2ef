import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { isOrActsFor } from '../../shared/actor.js';
import { DomainError } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import { signsFor } from '../../shared/policy.js';
import type { RequestContext } from '../../shared/request-context.js';
import { AgreementPersonEntity } from '../data/agreement-person.entity.js';
import { AgreementVerdictEntity } from '../data/agreement-verdict.entity.js';
import type { AgreementVerdict } from '../data/agreement-verdict.entity.js';
import { AgreementVersions } from '../data/agreement-versions.js';
import { AGREEMENT_ANSWERED } from '../domain/agreements.events.js';
import { agreementsPolicy } from '../domain/agreements.policy.js';
import { LONGEST_REASON, LONGEST_TITLE } from '../domain/draft.js';
import { AgreedVersions } from './agreed-versions.js';
import { AgreementRecords, requireOpen, factsOf } from './agreement-record.js';

export interface AgreementAnswer {
  /** Of the text that was read. */
  readonly hash: string;
  readonly verdict: AgreementVerdict;
  /** Of whoever signs, as it is to stand beside the name. */
  readonly office: string;
  /** Required to return or decline. */
  readonly reason?: string;
}

/** The signatory of an institution approves, returns or declines the version that is proposed. */
@Injectable()
export class AnswerAgreement {
  constructor(
    private readonly database: Database,
    private readonly records: AgreementRecords,
    private readonly versions: AgreementVersions,
    private readonly agreed: AgreedVersions,
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
  ) {}

  /** @throws DomainError `stale` for another text, `conflict` (`already_decided`) for the second of one institution */
  async answerAgreement(request: RequestContext, agreementId: Id, answer: AgreementAnswer): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const found = await this.records.lock(ctx, agreementId);
      authorise(ctx, agreementsPolicy, 'agreement.answer', factsOf(found, 'version'), 'agreement.read');
      const record = requireOpen(found);
      const { agreement, open } = record;
      const said = await this.versions.verdicts(ctx, [open.id]);
      const own = agreement.parties.filter(({ institutionId }) => signsFor(ctx.actor, institutionId));
      const party = own.find(
        ({ institutionId }) => !said.some((verdict) => verdict.institutionId === institutionId),
      );
      if (!party?.institutionId) throw new DomainError('conflict', { reason: 'already_decided' });
      if (answer.hash !== open.contentHash) throw new DomainError('stale');
      await this.refuseBothSides(ctx, open.id);
      const { office, reason } = checked(answer);
      const { institutionId, country } = party;
      const now = ctx.clock.now();
      await ctx.tx.insert(AgreementVerdictEntity, {
        versionId: open.id,
        institutionId,
        country,
        verdict: answer.verdict,
        contentHash: open.contentHash,
        reason,
        givenAt: now,
      });
      await ctx.tx.insert(AgreementPersonEntity, {
        id: newId(now),
        agreementId,
        institutionId,
        country,
        part: 'signed',
        name: ctx.actor.name ?? '',
        office,
        email: null,
        versionId: open.id,
        personId: ctx.actor.personId,
        notedAt: now,
      });
      const subject = { kind: 'agreement', id: agreementId };
      const data = { version: open.number, institution: institutionId, verdict: answer.verdict };
      await this.audit.record(ctx, { action: AGREEMENT_ANSWERED, subject, data });
      await this.outbox.emit(ctx, { type: AGREEMENT_ANSWERED, subject, payload: data });
      if (answer.verdict === 'approved') await this.agreed.goOn(ctx, record);
      else {
        await this.agreed.close(ctx, record, answer.verdict === 'returned' ? 'return' : 'decline', {
          country,
          institutionId,
          reason: reason ?? '',
        });
      }
    });
  }

  /** Nobody signs for both institutions, whatever offices they hold. */
  private async refuseBothSides(ctx: Ctx, versionId: Id): Promise<void> {
    const signed = await ctx.tx.findBy(AgreementPersonEntity, { versionId, part: 'signed' });
    if (signed.some(({ personId }) => isOrActsFor(ctx.actor, personId))) {
      throw new DomainError('forbidden', { reason: 'separation_of_duties' });
    }
  }
}

function checked(answer: AgreementAnswer): { readonly office: string; readonly reason: string | null } {
  const office = answer.office.trim();
  const reason = answer.reason?.trim() ?? '';
  const approves = answer.verdict === 'approved';
  const fields = [
    ...(office === '' ? [{ field: 'office', problem: 'required' }] : []),
    ...(office.length > LONGEST_TITLE
      ? [{ field: 'office', problem: 'too_long', values: { max: LONGEST_TITLE } }]
      : []),
    ...(!approves && reason === '' ? [{ field: 'reason', problem: 'required' }] : []),
    ...(reason.length > LONGEST_REASON
      ? [{ field: 'reason', problem: 'too_long', values: { max: LONGEST_REASON } }]
      : []),
  ];
  if (fields.length > 0) throw new DomainError('invalid', { fields });
  return { office, reason: approves ? null : reason };
}
