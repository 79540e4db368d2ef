import { Inject, Injectable } from '@nestjs/common';
import { Conditions } from '../../approvals/public.js';
import { authorise } from '../../platform/database/authorise.js';
import { Database } from '../../platform/database/database.js';
import type { Ctx } from '../../platform/database/context.js';
import { DomainError } from '../../shared/domain-error.js';
import type { RequestContext } from '../../shared/request-context.js';
import type { ApplicationRow } from '../data/application.entity.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { CONDITIONS_SET, HOST_SAW, OFFER_ACCEPTED, OFFER_DECLINED } from '../domain/applications.events.js';
import { applicationsPolicy } from '../domain/applications.policy.js';
import { ApplicationRecord } from './application-record.js';
import { IssueAwardLetter } from './issue-award-letter.js';
import { Places, heldPlace } from './places.js';

/**
 * The applicant answers the offer of a place. Accepting issues the award letter, and waits for the conditions of both
 * countries where some are open; declining frees the place for the next.
 */
@Injectable()
export class AnswerOffer {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(ApplicationRecord) private readonly record: ApplicationRecord,
    @Inject(Places) private readonly places: Places,
    @Inject(IssueAwardLetter) private readonly letter: IssueAwardLetter,
    @Inject(Conditions) private readonly conditions: Conditions,
  ) {}

  accept(request: RequestContext, applicationId: string): Promise<void> {
    return this.database.transaction(request, async (ctx) => {
      const application = await this.begin(ctx, applicationId);
      const conditions = await this.conditions.ofSubject(ctx, { kind: 'application', id: application.id });
      const open = conditions.filter(({ state }) => state === 'open');
      await this.record.move(ctx, application, 'accept');
      if (open.length > 0) {
        const dueAt = new Date(Math.max(...open.map((condition) => condition.dueAt.getTime())));
        await this.record.move(ctx, application, 'set_conditions', { dueAt }, { conditions: open.length });
        await this.record.tell(ctx, application, CONDITIONS_SET, { until: dueAt.toISOString() });
      }
      await this.letter.run(ctx, application);
      await this.record.tell(ctx, application, OFFER_ACCEPTED, {
        conditions: open.length,
        certain: open.length === 0 ? 'yes' : 'no',
      });
    });
  }

  decline(request: RequestContext, applicationId: string): Promise<void> {
    return this.database.transaction(request, async (ctx) => {
      const application = await this.begin(ctx, applicationId);
      const freed = heldPlace(application);
      await this.record.move(ctx, application, 'decline');
      await this.record.tell(ctx, application, OFFER_DECLINED, HOST_SAW);
      if (freed) await this.places.release(ctx, freed);
    });
  }

  private async begin(ctx: Ctx, applicationId: string): Promise<ApplicationRow> {
    const application = await this.applications.lock(ctx, applicationId);
    authorise(ctx, applicationsPolicy, 'application.answer_offer', application, 'application.read');
    if (application.dueAt && ctx.clock.now() > application.dueAt) {
      throw new DomainError('too_late', { reason: 'offer_expired' });
    }
    return application;
  }
}
