import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { RequestContext } from '../../shared/request-context.js';
import { REVIEW_BEGUN } from '../domain/decisions.events.js';
import { sideStates } from '../domain/decision-side.states.js';
import { SideActs } from './side-acts.js';

/** An officer begins the review of their side, or takes it over from a colleague; everybody of both sides sees who has it. */
@Injectable()
export class BeginReview {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(SideActs) private readonly sides: SideActs,
  ) {}

  run(request: RequestContext, decisionId: string, country: string): Promise<void> {
    return this.database.transaction(request, async (ctx) => {
      const open = await this.sides.begin(ctx, decisionId, country, 'decision.begin_review');
      const { side } = open;
      const { personId } = ctx.actor;
      if (personId === null) throw new DomainError('forbidden');
      const from = side.heldBy;
      // Sent twice, it is theirs already.
      if (from === personId) return;
      side.state = sideStates.move(side.state, 'begin_review');
      side.stateSince = ctx.clock.now();
      side.heldBy = personId;
      await this.sides.save(ctx, open, {
        action: from ? 'decision.review_taken_over' : 'decision.in_review',
        event: REVIEW_BEGUN,
        data: { holder: personId, ...(from ? { from } : {}) },
      });
    });
  }
}
