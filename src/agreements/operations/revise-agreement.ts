import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import { Database } from '../../platform/database/database.js';
import { contentHash } from '../../shared/content-hash.js';
import { DomainError } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { AgreementVersionEntity } from '../data/agreement-version.entity.js';
import { AgreementVersions } from '../data/agreement-versions.js';
import { agreementContent } from '../domain/agreement.js';
import { versionStates } from '../domain/agreement.states.js';
import { agreementsPolicy } from '../domain/agreements.policy.js';
import { renewed } from '../domain/draft.js';
import { AgreementRecords, factsOf, preparing } from './agreement-record.js';

/**
 * Begins the next version of an agreement as a copy: of what is in force, to change or to renew it, or of what came back,
 * to propose it anew. What was before stays as it was.
 */
@Injectable()
export class ReviseAgreement {
  constructor(
    private readonly database: Database,
    private readonly records: AgreementRecords,
    private readonly versions: AgreementVersions,
    private readonly audit: AuditTrail,
  ) {}

  /** @throws DomainError `conflict` (`version_is_open`) where one is being prepared or decided already */
  async reviseAgreement(request: RequestContext, agreementId: Id, how: 'change' | 'renew'): Promise<number> {
    return this.database.transaction(request, async (ctx) => {
      const record = await this.records.lock(ctx, agreementId);
      authorise(ctx, agreementsPolicy, 'agreement.revise', factsOf(record, 'agreement'), 'agreement.read');
      if (record.open) throw new DomainError('conflict', { reason: 'version_is_open' });
      const all = await this.versions.of(ctx, agreementId);
      const [newest] = all;
      const bound = all.find(({ number }) => number === record.agreement.version);
      const source = record.agreement.inForceFrom === null ? newest : (bound ?? newest);
      if (!newest || !source) throw new DomainError('wrong_state');
      const now = ctx.clock.now();
      const content =
        how === 'renew' ? renewed(source.content, now.toISOString().slice(0, 10)) : source.content;
      const number = newest.number + 1;
      await ctx.tx.insert(AgreementVersionEntity, {
        id: newId(now),
        agreementId,
        number,
        state: versionStates.initial,
        content,
        contentHash: contentHash(agreementContent(content, number)),
        edit: 1,
        preparers: [...preparing(ctx, [])],
        createdAt: now,
      });
      await this.audit.record(ctx, {
        action: 'agreement.revised',
        subject: { kind: 'agreement', id: agreementId },
        data: { version: number, from: source.number, how },
      });
      return number;
    });
  }
}
