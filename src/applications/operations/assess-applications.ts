import { Inject, Injectable } from '@nestjs/common';
import type { AuditEntry } from '../../audit/public.js';
import type { Ctx } from '../../platform/database/context.js';
import type { Id } from '../../shared/ids.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { REVIEW_BEGUN, REVIEW_REOPENED, SCORED, SCREENING_REOPENED } from '../domain/applications.events.js';
import { applicationStates } from '../domain/application.states.js';
import { ApplicationRecord } from './application-record.js';
import { AssessedAbroad } from './assessed-abroad.js';

/** The acts on an application that its panels cause, inside theirs: that its assessment begins, has ended, or begins anew. */
@Injectable()
export class AssessApplications {
  constructor(
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(ApplicationRecord) private readonly record: ApplicationRecord,
    @Inject(AssessedAbroad) private readonly abroad: AssessedAbroad,
  ) {}

  /** @returns whether it began: what was withdrawn in the meantime, or may not be read abroad, stays as it is */
  async begin(ctx: Ctx, applicationId: Id): Promise<boolean> {
    const application = await this.applications.lock(ctx, applicationId);
    if (!applicationStates.allows(application.state, 'begin_review')) return false;
    if (!(await this.abroad.allowed(ctx, application))) return false;
    await this.abroad.register(ctx, application);
    return this.lead(ctx, applicationId, 'begin_review', REVIEW_BEGUN);
  }

  score(ctx: Ctx, applicationId: Id): Promise<boolean> {
    return this.lead(ctx, applicationId, 'score', SCORED);
  }

  /** After an upheld appeal it is assessed again. */
  reopenReview(ctx: Ctx, applicationId: Id, appealId: Id): Promise<boolean> {
    return this.lead(ctx, applicationId, 'reopen_review', REVIEW_REOPENED, { appeal: appealId });
  }

  /** After an upheld appeal its home institution reads it again. */
  reopenScreening(ctx: Ctx, applicationId: Id, appealId: Id): Promise<boolean> {
    return this.lead(ctx, applicationId, 'reopen_screening', SCREENING_REOPENED, { appeal: appealId });
  }

  private async lead(
    ctx: Ctx,
    applicationId: Id,
    act: 'begin_review' | 'score' | 'reopen_review' | 'reopen_screening',
    event: string,
    data: AuditEntry['data'] = {},
  ): Promise<boolean> {
    const application = await this.applications.lock(ctx, applicationId);
    if (!applicationStates.allows(application.state, act)) return false;
    const change = act === 'reopen_screening' ? { closingReason: null } : {};
    await this.record.move(ctx, application, act, change, data);
    await this.record.tell(ctx, application, event);
    return true;
  }
}
