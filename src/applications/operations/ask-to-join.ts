import { Inject, Injectable } from '@nestjs/common';
import { JoinAccounts } from '../../access/public.js';
import { authorise } from '../../platform/database/authorise.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { DuplicatesRepository } from '../data/duplicates.repository.js';
import { applicationsPolicy } from '../domain/applications.policy.js';

/** An officer who found that two accounts are one person's asks that person to make them one. Nobody but them does it. */
@Injectable()
export class AskToJoin {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(DuplicatesRepository) private readonly duplicates: DuplicatesRepository,
    @Inject(JoinAccounts) private readonly joins: JoinAccounts,
  ) {}

  /**
   * @throws DomainError `not_found` where one of the two is not for the actor; `conflict`: `not_one_person` where the latest
   *   word on the two does not say so, `join_asked_already`
   */
  run(request: RequestContext, applicationId: string, otherId: string): Promise<void> {
    return this.database.transaction(request, async (ctx) => {
      const application = await this.applications.find(ctx, applicationId);
      authorise(ctx, applicationsPolicy, 'application.settle_duplicate', application, 'application.read');
      const [other] = isId(otherId) ? await this.applications.findMany(ctx, [otherId]) : [];
      if (!other) throw new DomainError('not_found');
      authorise(ctx, applicationsPolicy, 'application.settle_duplicate', other, 'application.read');
      await this.duplicates.lockPair(ctx, application.applicantId, other.applicantId);
      const verdicts = await this.duplicates.verdictsOn(ctx, application.applicantId);
      const verdict = verdicts.get(other.applicantId);
      if (verdict?.verdict !== 'same_person') throw new DomainError('conflict', { reason: 'not_one_person' });
      const { firstId, secondId, id: verdictId } = verdict;
      await this.joins.ask(ctx, { firstId, secondId, verdictId });
    });
  }
}
