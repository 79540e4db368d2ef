import { Inject, Injectable } from '@nestjs/common';
import { Calls, reservesFor } from '../../calls/public.js';
import type { PlaceReserve, PlaceView } from '../../calls/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { ApplicationRow } from '../data/application.entity.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { answersOf } from '../domain/submitted-content.js';
import { EditApplication } from './edit-application.js';
import { eligibilityFacts } from './eligibility-facts.js';

/** Which of the places that are kept for some an applicant may have. */
@Injectable()
export class ReservesMet {
  constructor(
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(EditApplication) private readonly edit: EditApplication,
    @Inject(Calls) private readonly calls: Calls,
  ) {}

  /** Of each of these places, by what was submitted last: that is what was decided on. */
  async of(
    ctx: Ctx,
    application: ApplicationRow,
    places: readonly PlaceView[],
  ): Promise<ReadonlyMap<Id, readonly PlaceReserve[]>> {
    const keeping = places.filter(({ reserved }) => reserved.length > 0);
    if (keeping.length === 0) return new Map();
    const call = await this.calls.byId(ctx, application.callId);
    if (!call) throw new DomainError('not_found');
    const form = await this.edit.form(ctx, application);
    // Whoever decides need not see all the answers; that a condition is met is all that comes of them.
    const known = await withSystemRights(ctx, async () => {
      const submission = await this.applications.latestSubmission(ctx, application.id);
      return {
        application,
        call,
        form,
        answers: submission ? answersOf(submission.content) : {},
        otherAwards: await this.applications.countOtherAwards(ctx, application, call),
      };
    });
    return new Map(
      keeping.map((place) => [
        place.id,
        reservesFor(place.reserved, eligibilityFacts({ ...known, places: [place] })),
      ]),
    );
  }
}
