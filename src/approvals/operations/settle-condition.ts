import { Inject, Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import { Database } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { DecisionConditionRow } from '../data/decision-condition.entity.js';
import { DecisionsRepository, sideFacts } from '../data/decisions.repository.js';
import { conditionStates } from '../domain/condition.states.js';
import type { ConditionAct } from '../domain/condition.states.js';
import { standingOf } from '../domain/conditions.js';
import type { Standing } from '../domain/conditions.js';
import { CONDITION_SETTLED } from '../domain/decisions.events.js';
import { decisionsPolicy } from '../domain/decisions.policy.js';
import { Conditions } from './conditions.js';

const NOTE_MAX = 4000;

/**
 * An officer of the side that set a condition says that it is met, is not, or is waived: once, and with their reason where it
 * is not met by what was given. What follows for the subject follows in the same transaction.
 */
@Injectable()
export class SettleCondition {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(DecisionsRepository) private readonly decisions: DecisionsRepository,
    @Inject(Conditions) private readonly conditions: Conditions,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(Outbox) private readonly outbox: Outbox,
  ) {}

  /** Answers what all conditions of the decision come to now. */
  run(
    request: RequestContext,
    decisionId: string,
    conditionId: string,
    { act, note }: { readonly act: ConditionAct; readonly note: string },
  ): Promise<Standing> {
    return this.database.transaction(request, async (ctx) => {
      // Two who settle conditions of one decision come one after the other: the last of them finds all settled.
      const decision = await this.decisions.lock(ctx, decisionId);
      const condition = isId(conditionId)
        ? await ctx.tx.findOne(DecisionConditionRow, { where: { id: conditionId, decisionId: decision.id } })
        : null;
      const side = decision.sides.find(({ country }) => country === condition?.country);
      if (!condition || !side) throw new DomainError('not_found');
      authorise(
        ctx,
        decisionsPolicy,
        'decision.settle_condition',
        sideFacts(decision, side),
        'decision.read',
      );
      if (decision.withdrawnAt) throw new DomainError('conflict', { reason: 'subject_withdrawn' });
      if (condition.state !== 'open') throw new DomainError('conflict', { reason: 'condition_settled' });
      const words = note.trim();
      if (act !== 'meet' && !words) {
        throw new DomainError('invalid', { fields: [{ field: 'note', problem: 'required' }] });
      }
      if (words.length > NOTE_MAX) {
        const values = { max: NOTE_MAX };
        throw new DomainError('invalid', { fields: [{ field: 'note', problem: 'too_long', values }] });
      }
      const now = ctx.clock.now();
      const state = conditionStates.move(condition.state, act);
      await ctx.tx.update(
        DecisionConditionRow,
        { id: condition.id },
        {
          state,
          stateSince: now,
          settledBy: ctx.actor.personId,
          settledAt: now,
          settledNote: words || null,
        },
      );
      const all = await this.conditions.ofDecision(ctx, decision.id);
      const standing = standingOf(all.map((each) => each.state));
      const about = { country: side.country, condition: condition.id };
      await this.audit.record(ctx, {
        action: `decision.condition_${state}`,
        subject: { kind: 'decision', id: decision.id },
        data: about,
      });
      await this.outbox.emit(ctx, {
        type: CONDITION_SETTLED,
        subject: { kind: 'decision', id: decision.id },
        payload: {
          ...about,
          side: side.side,
          subjectKind: decision.subjectKind,
          subjectId: decision.subjectId,
          state,
          standing,
        },
      });
      return standing;
    });
  }
}
