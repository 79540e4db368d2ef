import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { AgreementVersions } from '../data/agreement-versions.js';
import { agreementsPolicy } from '../domain/agreements.policy.js';
import { renewed } from '../domain/draft.js';
import { AgreementRecords, beginVersion, factsOf } from './agreement-record.js';
import { KeepAnnexes } from './keep-annexes.js';

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
    private readonly annexes: KeepAnnexes,
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
      const { paper, ...said } =
        how === 'renew' ? renewed(source.content, now.toISOString().slice(0, 10)) : source.content;
      // What follows an agreement on paper is signed here; what came back before it counted is still on paper.
      const content = paper && record.agreement.inForceFrom === null ? { ...said, paper } : said;
      const number = newest.number + 1;
      const id = await beginVersion(ctx, agreementId, number, content);
      await this.annexes.carry(ctx, source, id);
      await this.audit.record(ctx, {
        action: 'agreement.revised',
        subject: { kind: 'agreement', id: agreementId },
        data: { version: number, from: source.number, how },
      });
      return number;
    });
  }
}
