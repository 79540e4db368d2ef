import { Injectable } from '@nestjs/common';
import { authorise } from '../../platform/database/authorise.js';
import { Database } from '../../platform/database/database.js';
import type { Id } from '../../shared/ids.js';
import { administers, coordinates, signsFor } from '../../shared/policy.js';
import type { RequestContext } from '../../shared/request-context.js';
import { agreementsPolicy } from '../domain/agreements.policy.js';
import { AgreedVersions } from './agreed-versions.js';
import { AgreementRecords, requireOpen, factsOf } from './agreement-record.js';
import { requireReason } from './require-reason.js';

/** Whoever proposed a version takes it back, with words, before it is in force. */
@Injectable()
export class WithdrawAgreement {
  constructor(
    private readonly database: Database,
    private readonly records: AgreementRecords,
    private readonly agreed: AgreedVersions,
  ) {}

  async withdrawAgreement(request: RequestContext, agreementId: Id, reason: string): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const found = await this.records.lock(ctx, agreementId);
      authorise(ctx, agreementsPolicy, 'agreement.withdraw', factsOf(found, 'version'), 'agreement.read');
      const record = requireOpen(found);
      const words = requireReason(reason);
      const own = record.agreement.parties.find(
        ({ institutionId: id }) =>
          coordinates(ctx.actor, id) || administers(ctx.actor, id) || signsFor(ctx.actor, id),
      );
      await this.agreed.close(ctx, record, 'withdraw', {
        country: own?.country ?? null,
        institutionId: own?.institutionId ?? null,
        reason: words,
      });
    });
  }
}
