import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { RequestContext } from '../../shared/request-context.js';
import { DecisionRecusalRow } from '../data/decision-recusal.entity.js';
import { OFFICER_RECUSED } from '../domain/decisions.events.js';
import { RECUSAL_REASONS } from '../domain/recusal.js';
import type { RecusalReason } from '../domain/recusal.js';
import { SideActs } from './side-acts.js';

/** An officer says that they are bound to what their side decides: from then on they have no hand in it. */
@Injectable()
export class RecuseOfficer {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(SideActs) private readonly sides: SideActs,
  ) {}

  /** Answers whether somebody of the side is left who can decide; where nobody is, those who can help are told. */
  run(
    request: RequestContext,
    decisionId: string,
    { country, reason }: { readonly country: string; readonly reason: string },
  ): Promise<boolean> {
    return this.database.transaction(request, async (ctx) => {
      const open = await this.sides.begin(ctx, decisionId, country, 'decision.recuse');
      const { decision, side } = open;
      const { personId } = ctx.actor;
      if (personId === null) throw new DomainError('forbidden');
      if (!isReason(reason)) {
        throw new DomainError('invalid', { fields: [{ field: 'reason', problem: 'required_choice' }] });
      }
      await ctx.tx.insert(DecisionRecusalRow, {
        decisionId: decision.id,
        personId,
        country: side.country,
        reasonCode: reason,
        recusedAt: ctx.clock.now(),
      });
      side.recused = [...side.recused, personId];
      if (side.heldBy === personId) this.sides.release(ctx, side);
      if (side.delegateId === personId) side.delegateId = null;
      await this.sides.save(ctx, open, {
        action: 'decision.officer_recused',
        event: OFFICER_RECUSED,
        data: { person: personId, reason },
      });
      return this.sides.tellIfNobodyIsFree(ctx, open);
    });
  }
}

function isReason(code: string): code is RecusalReason {
  return (RECUSAL_REASONS as readonly string[]).includes(code);
}
