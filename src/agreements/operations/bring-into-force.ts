import { Injectable } from '@nestjs/common';
import { authorise } from '../../platform/database/authorise.js';
import { Database } from '../../platform/database/database.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { agreementsPolicy } from '../domain/agreements.policy.js';
import { AgreedVersions } from './agreed-versions.js';
import type { AgreementTerm } from './agreed-versions.js';
import { AgreementRecords, requireOpen, factsOf } from './agreement-record.js';

/** Enters that a version was signed and from when it binds. Possible only for the text that all who had to approved. */
@Injectable()
export class BringIntoForce {
  constructor(
    private readonly database: Database,
    private readonly records: AgreementRecords,
    private readonly agreed: AgreedVersions,
  ) {}

  async bringIntoForce(request: RequestContext, agreementId: Id, term: AgreementTerm): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const record = await this.records.lock(ctx, agreementId);
      authorise(
        ctx,
        agreementsPolicy,
        'agreement.bring_into_force',
        factsOf(record, 'version'),
        'agreement.read',
      );
      await this.agreed.enter(ctx, requireOpen(record), term);
    });
  }
}
