import { Inject, Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import type { Id } from '../../shared/ids.js';
import { DecisionRow } from '../data/decision.entity.js';
import { DecisionsRepository, bothSides } from '../data/decisions.repository.js';
import type { Decision } from '../data/decisions.repository.js';
import { DECISION_REMITTED, DECISION_SETTLED } from '../domain/decisions.events.js';
import type { SettledOutcome } from '../domain/outcome.js';
import { Decisions, outcomeThatCounts } from './decisions.js';

const DAY_MS = 86_400_000;

/**
 * What the joint commission decided of what the two sides did not agree on. What both said stays as it is; beside it stands
 * what holds. All of it happens once, inside the act by which the protocol is signed, with the rights of the system.
 */
@Injectable()
export class SettleDivergence {
  constructor(
    @Inject(DecisionsRepository) private readonly repository: DecisionsRepository,
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(Outbox) private readonly outbox: Outbox,
  ) {}

  /** False where nothing is left to settle: it was withdrawn, or both sides agreed in the meantime. */
  async settle(ctx: Ctx, decisionId: Id, outcome: SettledOutcome, protocolId: Id): Promise<boolean> {
    const decision = await this.repository.lock(ctx, decisionId);
    if (!isUnsettled(decision)) return false;
    const now = ctx.clock.now();
    await ctx.tx.update(
      DecisionRow,
      { id: decision.id },
      { settledAs: outcome, settledAt: now, protocolId, closedAt: decision.closedAt ?? now },
    );
    const about = { subjectKind: decision.subjectKind, subjectId: decision.subjectId };
    const subject = { kind: 'decision', id: decision.id };
    await this.audit.record(ctx, {
      action: DECISION_SETTLED,
      subject,
      data: { ...about, outcome, protocol: protocolId },
    });
    await this.outbox.emit(ctx, { type: DECISION_SETTLED, subject, payload: { ...about, outcome } });
    return true;
  }

  /** Puts the same content before both sides again, with a new promise. Null where nothing is left to put. */
  async remit(ctx: Ctx, decisionId: Id, protocolId: Id): Promise<Id | null> {
    const decision = await this.repository.lock(ctx, decisionId);
    if (!isUnsettled(decision)) return null;
    const { home, host } = bothSides(decision);
    const subject = { kind: 'decision', id: decision.id };
    const about = { subjectKind: decision.subjectKind, subjectId: decision.subjectId };
    // Named first: of one content only one decision has no successor.
    const successorId = await this.decisions.openInPlaceOf(ctx, decision, protocolId, {
      subject: { kind: decision.subjectKind, id: decision.subjectId },
      subjectHash: decision.subjectHash,
      homeCountry: home.country,
      hostCountry: host.country,
      preparers: decision.preparers,
      interests: { persons: decision.aboutPersons, barredInstitutions: decision.barredInstitutions },
      dueDays: Math.max(1, Math.round((home.dueAt.getTime() - decision.openedAt.getTime()) / DAY_MS)),
      tabledAfterDays: decision.tabledAfterDays,
    });
    await this.audit.record(ctx, {
      action: DECISION_REMITTED,
      subject,
      data: { ...about, successor: successorId, protocol: protocolId },
    });
    return successorId;
  }
}

function isUnsettled(decision: Decision): boolean {
  const { home, host } = bothSides(decision);
  const counts = outcomeThatCounts(decision, home, host);
  return !decision.withdrawnAt && (counts === 'divergent' || counts === 'open');
}
