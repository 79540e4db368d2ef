import { Inject, Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import type { Id } from '../../shared/ids.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { REVIEW_BEGUN, SCORED } from '../domain/applications.events.js';
import { applicationStates } from '../domain/application.states.js';
import { ApplicationRecord } from './application-record.js';

/** The two acts on an application that its panels cause, inside theirs: that its assessment begins, and that it has ended. */
@Injectable()
export class AssessApplications {
  constructor(
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(ApplicationRecord) private readonly record: ApplicationRecord,
  ) {}

  /** @returns whether it began: what was withdrawn in the meantime stays as it is */
  begin(ctx: Ctx, applicationId: Id): Promise<boolean> {
    return this.lead(ctx, applicationId, 'begin_review', REVIEW_BEGUN);
  }

  score(ctx: Ctx, applicationId: Id): Promise<boolean> {
    return this.lead(ctx, applicationId, 'score', SCORED);
  }

  private async lead(
    ctx: Ctx,
    applicationId: Id,
    act: 'begin_review' | 'score',
    event: string,
  ): Promise<boolean> {
    const application = await this.applications.lock(ctx, applicationId);
    if (!applicationStates.allows(application.state, act)) return false;
    await this.record.move(ctx, application, act);
    await this.record.tell(ctx, application, event);
    return true;
  }
}
