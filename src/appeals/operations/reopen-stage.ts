import { Injectable } from '@nestjs/common';
import { AnnouncedResults, ReopenSelection } from '../../allocation/public.js';
import { AssessApplications } from '../../applications/public.js';
import { Calls } from '../../calls/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import { ReopenReview } from '../../reviews/public.js';
import { DomainError } from '../../shared/domain-error.js';
import type { AppealRow } from '../data/appeal.entity.js';
import { AppealsRepository } from '../data/appeals.repository.js';
import type { Stage } from '../domain/appeal-rules.js';

/** What everybody on a list reads of why it counts no more: nothing of whose appeal it was. */
export const reasonFor = (stage: Stage): string => `appeal:${stage}`;

/**
 * What follows from an upheld appeal, inside the act that decides it: what stood is kept, a list that counts is taken back,
 * and the application goes back to the stage that is reopened.
 */
@Injectable()
export class ReopenStage {
  constructor(
    private readonly appeals: AppealsRepository,
    private readonly calls: Calls,
    private readonly results: AnnouncedResults,
    private readonly selection: ReopenSelection,
    private readonly review: ReopenReview,
    private readonly applications: AssessApplications,
  ) {}

  async run(ctx: Ctx, appeal: AppealRow, stage: Stage): Promise<void> {
    const call = await this.calls.byId(ctx, appeal.callId);
    if (!call) throw new DomainError('not_found');
    await withSystemRights(ctx, async () => {
      const announced = await this.results.of(ctx, appeal.callId, appeal.applicationId);
      const reviews = await this.review.counted(ctx, appeal.applicationId);
      await this.appeals.keepSnapshot(ctx, appeal.id, {
        subject: appeal.subject,
        stage,
        against: appeal.listId,
        announced: announced && {
          list: announced.listId,
          listHash: announced.listHash,
          run: announced.runId,
          result: announced.result,
          place: announced.placeId,
          points: announced.points,
        },
        reviews: reviews.map((each) => ({ ...each })),
      });
      // Another upheld appeal may have taken it back already; a list that was made since goes as well.
      if (call.state === 'provisional_published') {
        await this.selection.takeBack(ctx, call.id, reasonFor(stage), { appeal: appeal.id });
      }
      if (stage === 'review') await this.review.forAppeal(ctx, appeal.applicationId, appeal.id);
      if (stage === 'screening') {
        const begun = await this.applications.reopenScreening(ctx, appeal.applicationId, appeal.id);
        if (!begun) throw new DomainError('wrong_state');
      }
    });
  }
}
