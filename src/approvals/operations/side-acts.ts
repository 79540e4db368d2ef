import { Inject, Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import type { AuditEntry } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { DomainError } from '../../shared/domain-error.js';
import { DecisionSideRow } from '../data/decision-side.entity.js';
import { DecisionsRepository, sideFacts } from '../data/decisions.repository.js';
import type { Decision } from '../data/decisions.repository.js';
import { NOBODY_FREE } from '../domain/decisions.events.js';
import { decisionsPolicy } from '../domain/decisions.policy.js';
import { isVerdictGiven, sideStates } from '../domain/decision-side.states.js';

export interface OpenSide {
  readonly decision: Decision;
  readonly side: DecisionSideRow;
}

/** What every act on a side that has not spoken does with its record. */
@Injectable()
export class SideActs {
  constructor(
    @Inject(DecisionsRepository) private readonly decisions: DecisionsRepository,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(Outbox) private readonly outbox: Outbox,
  ) {}

  /** The side of a country, locked with its decision, for whoever may do this to it. */
  async begin(ctx: Ctx, decisionId: string, country: string, action: string): Promise<OpenSide> {
    const decision = await this.decisions.lock(ctx, decisionId);
    const side = decision.sides.find((each) => each.country === country);
    if (!side) throw new DomainError('not_found');
    authorise(ctx, decisionsPolicy, action, sideFacts(decision, side), 'decision.read');
    if (isVerdictGiven(side.state)) throw new DomainError('conflict', { reason: 'already_decided' });
    if (decision.withdrawnAt) throw new DomainError('conflict', { reason: 'subject_withdrawn' });
    return { decision, side };
  }

  /** Nobody has it any more. */
  release(ctx: Ctx, side: DecisionSideRow): void {
    if (side.state !== 'in_review') return;
    side.state = sideStates.move(side.state, 'give_back');
    side.stateSince = ctx.clock.now();
    side.heldBy = null;
  }

  async save(
    ctx: Ctx,
    { decision, side }: OpenSide,
    entry: { readonly action: string; readonly event: string; readonly data?: AuditEntry['data'] },
  ): Promise<void> {
    await ctx.tx.save(DecisionSideRow, side);
    const about = {
      country: side.country,
      subjectKind: decision.subjectKind,
      subjectId: decision.subjectId,
    };
    const subject = { kind: 'decision', id: decision.id };
    await this.audit.record(ctx, { action: entry.action, subject, data: { ...about, ...entry.data } });
    await this.outbox.emit(ctx, {
      type: entry.event,
      subject,
      payload: { ...about, side: side.side, ...entry.data },
    });
  }

  /**
   * Where nobody of the side is left who could decide, the side and the commission are told: once, until somebody is free.
   * Answers whether somebody is.
   */
  async tellIfNobodyIsFree(ctx: Ctx, open: OpenSide): Promise<boolean> {
    const { decision, side } = open;
    const free = await this.decisions.officersFree(ctx, decision.id, side.country);
    if (free.length > 0) {
      if (side.blockedAt) await ctx.tx.save(DecisionSideRow, Object.assign(side, { blockedAt: null }));
      return true;
    }
    if (side.blockedAt) return false;
    side.blockedAt = ctx.clock.now();
    await this.save(ctx, open, { action: 'decision.nobody_free', event: NOBODY_FREE });
    return false;
  }
}
