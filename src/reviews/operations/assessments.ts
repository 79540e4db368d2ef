import { Injectable } from '@nestjs/common';
import { Calls } from '../../calls/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import { PanelsRepository } from '../data/panels.repository.js';
import { ReviewsRepository } from '../data/reviews.repository.js';
import { standingsOf } from '../domain/standing.js';
import type { Standing } from '../domain/standing.js';
import { rulesOf } from './keep-panels.js';

/** What the panels of a call found, for whoever ranks. */
@Injectable()
export class Assessments {
  constructor(
    private readonly calls: Calls,
    private readonly panels: PanelsRepository,
    private readonly reviews: ReviewsRepository,
  ) {}

  /**
   * Every application that is before the panels of the call, or was, with its points by the call's rule; in the order of
   * their ids. Inside an act that the caller has authorised: it holds the whole truth, whoever asks.
   */
  async standings(ctx: Ctx, callId: Id): Promise<readonly Standing[]> {
    const call = await this.calls.byId(ctx, callId);
    if (!call) throw new DomainError('not_found');
    const rules = rulesOf(call);
    const sides = await this.panels.countriesOf(ctx, callId);
    return withSystemRights(ctx, async () =>
      standingsOf(
        rules,
        sides,
        await this.reviews.assessed(ctx, callId),
        await this.reviews.ofCall(ctx, callId),
      ),
    );
  }
}
