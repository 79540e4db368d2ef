import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { AgreementVersionEntity } from '../data/agreement-version.entity.js';
import { AgreementVersions } from '../data/agreement-versions.js';
import { AgreementEntity } from '../data/agreement.entity.js';
import { agreementStates, versionStates } from '../domain/agreement.states.js';
import { AGREEMENT_PROPOSED } from '../domain/agreements.events.js';
import { agreementsPolicy } from '../domain/agreements.policy.js';
import { missingOf, stepOf } from '../domain/draft.js';
import { AgreedVersions } from './agreed-versions.js';
import { AgreementRecords, requireOpen, factsOf, preparing } from './agreement-record.js';
import type { OpenRecord } from './agreement-record.js';

/** Puts a version before those who decide on it, by its hash: its institutions, then both countries. */
@Injectable()
export class ProposeAgreement {
  constructor(
    private readonly database: Database,
    private readonly records: AgreementRecords,
    private readonly versions: AgreementVersions,
    private readonly agreed: AgreedVersions,
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Answers the decision of both countries, null where institutions sign first.
   * @param hash what was read before it was proposed; another one is `stale`
   * @throws DomainError `blocked` with what is missing, and where its quotas are less than what is promised
   */
  async proposeAgreement(request: RequestContext, agreementId: Id, hash?: string): Promise<Id | null> {
    return this.database.transaction(request, async (ctx) => {
      const found = await this.records.lock(ctx, agreementId);
      authorise(ctx, agreementsPolicy, 'agreement.propose', factsOf(found, 'version'), 'agreement.read');
      return this.within(ctx, requireOpen(found), hash);
    });
  }

  /** The same inside an act of the caller's, who has authorised it and holds the agreement. */
  async within(ctx: Ctx, record: OpenRecord, hash?: string): Promise<Id | null> {
    const { agreement, open } = record;
    const agreementId = agreement.id;
    const state = versionStates.move(open.state, 'propose');
    if (hash !== undefined && hash !== open.contentHash) throw new DomainError('stale');
    const blockers = [
      ...missingOf(open.content).map(({ field }) => ({
        code: 'agreement_incomplete',
        section: stepOf(field),
        field,
      })),
      ...(await this.records.overdrawn(ctx, record)),
    ];
    if (blockers.length > 0) throw new DomainError('blocked', { blockers });
    const rules = await this.versions.rules(ctx, agreement.kind);
    // What was signed elsewhere counts by the word of both countries, whatever is asked of others of its kind.
    const ministries = rules.ministries || open.content.paper !== undefined;
    const proposed = {
      state,
      ministries,
      proposedAt: ctx.clock.now(),
      preparers: [...preparing(ctx, open.preparers)],
    };
    await ctx.tx.update(AgreementVersionEntity, { id: open.id }, proposed);
    if (agreement.state === 'draft') {
      await ctx.tx.update(AgreementEntity, agreementId, {
        state: agreementStates.move(agreement.state, 'propose'),
      });
    }
    const subject = { kind: 'agreement', id: agreementId };
    const decisionId = await this.agreed.goOn(ctx, { agreement, open: { ...open, ...proposed } });
    await this.audit.record(ctx, {
      action: AGREEMENT_PROPOSED,
      subject,
      data: { hash: open.contentHash, version: open.number },
    });
    await this.outbox.emit(ctx, {
      type: AGREEMENT_PROPOSED,
      subject,
      payload: { decisionId, version: open.number },
    });
    return decisionId;
  }
}
