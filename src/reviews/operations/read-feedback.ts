import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import type { PersonDataSource, PersonPart } from '../../privacy/public.js';
import type { Id } from '../../shared/ids.js';
import { DiscussionsRepository } from '../data/discussions.repository.js';
import type { FeedbackRow } from '../data/feedback.entity.js';

/**
 * What panels wrote to an applicant: theirs to read once the result is announced, where the call lets them; of each panel
 * its last word. The database answers both questions.
 */
@Injectable()
export class ReadFeedback implements PersonDataSource {
  constructor(private readonly discussions: DiscussionsRepository) {}

  /** To the actor's own application. Nothing where it is somebody else's. */
  async of(ctx: Ctx, personId: Id): Promise<PersonPart> {
    const rows = await this.discussions.feedbackTo(ctx, personId);
    return {
      data: {
        feedback: rows.map(({ applicationId, number, text, language }) => ({
          applicationId,
          number,
          text,
          language,
        })),
      },
      files: [],
    };
  }

  async ofApplication(
    ctx: Ctx,
    applicationId: Id,
  ): Promise<readonly Pick<FeedbackRow, 'text' | 'language'>[]> {
    const { personId } = ctx.actor;
    if (personId === null) return [];
    const rows = await this.discussions.feedbackTo(ctx, personId);
    return rows.filter((row) => row.applicationId === applicationId);
  }
}
