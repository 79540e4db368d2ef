import { Inject, Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId, newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import { lastSecondOf } from '../../shared/zoned-time.js';
import { DecisionConditionRow } from '../data/decision-condition.entity.js';
import { DecisionsRepository } from '../data/decisions.repository.js';
import type { Decision } from '../data/decisions.repository.js';
import { CONDITION_ANSWERED } from '../domain/decisions.events.js';
import { standingOf } from '../domain/conditions.js';
import type { Standing } from '../domain/conditions.js';
import type { SubjectRef } from '../domain/subject.js';

/** A condition as a verdict sets it: until the end of a day (YYYY-MM-DD). */
export interface ConditionInput {
  readonly text: string;
  readonly dueOn: string;
}

/** A condition as pages and other modules read it. */
export type ConditionView = Readonly<Omit<DecisionConditionRow, 'remindedAt' | 'overdueAt'>>;

/** The conditions under which sides approved, each followed until it is settled. */
@Injectable()
export class Conditions {
  constructor(
    @Inject(DecisionsRepository) private readonly decisions: DecisionsRepository,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(Outbox) private readonly outbox: Outbox,
  ) {}

  /** In the order in which they were set, home side first where both set some at once. */
  async ofDecision(ctx: Ctx, decisionId: Id): Promise<DecisionConditionRow[]> {
    return ctx.tx.find(DecisionConditionRow, {
      where: { decisionId },
      order: { setAt: 'ASC', country: 'ASC', ordinal: 'ASC' },
    });
  }

  /** Those of the newest decision on a subject that counts; none where there is no such decision. */
  async ofSubject(ctx: Ctx, subject: SubjectRef): Promise<readonly ConditionView[]> {
    const decision = await this.decisions.ofSubject(ctx, subject);
    return decision && !decision.withdrawnAt ? this.ofDecision(ctx, decision.id) : [];
  }

  /** What those of a subject come to, of both sides together. */
  async standing(ctx: Ctx, subject: SubjectRef): Promise<Standing> {
    return standingOf((await this.ofSubject(ctx, subject)).map(({ state }) => state));
  }

  /** Makes the conditions of a verdict, inside its act. `zone`: by whose clocks their days end. */
  async set(
    ctx: Ctx,
    decision: Decision,
    country: string,
    conditions: readonly ConditionInput[],
    zone: string,
  ): Promise<void> {
    const now = ctx.clock.now();
    await ctx.tx.insert(
      DecisionConditionRow,
      conditions.map(({ text, dueOn }, index) => ({
        id: newId(now),
        decisionId: decision.id,
        country,
        ordinal: index + 1,
        text,
        dueAt: lastSecondOf(dueOn, zone),
        setAt: now,
        state: 'open' as const,
        stateSince: now,
      })),
    );
  }

  /**
   * Whoever it is asked of says how it is met, in words, by a file, or by both; inside the act of the caller, who has
   * authorised it. What was given before for the same condition is followed by it.
   */
  async answer(
    ctx: Ctx,
    subject: SubjectRef,
    conditionId: Id,
    evidence: { readonly text: string | null; readonly uploadId: Id | null },
  ): Promise<void> {
    const condition = await this.openOf(ctx, subject, conditionId);
    const now = ctx.clock.now();
    await ctx.tx.update(
      DecisionConditionRow,
      { id: condition.id, state: 'open' },
      {
        evidenceText: evidence.text,
        evidenceUploadId: evidence.uploadId ?? condition.evidenceUploadId,
        evidenceBy: ctx.actor.personId,
        evidenceAt: now,
      },
    );
    const about = { country: condition.country, condition: condition.id };
    await this.audit.record(ctx, {
      action: 'decision.condition_answered',
      subject: { kind: 'decision', id: condition.decisionId },
      data: { ...about, upload: evidence.uploadId },
    });
    const decision = await this.decisions.find(ctx, condition.decisionId);
    await this.outbox.emit(ctx, {
      type: CONDITION_ANSWERED,
      subject: { kind: 'decision', id: condition.decisionId },
      payload: {
        ...about,
        subjectKind: subject.kind,
        subjectId: subject.id,
        side: decision.homeCountry === condition.country ? 'home' : 'host',
      },
    });
  }

  /** @throws DomainError `not_found`; `wrong_state` where it is settled */
  async openOf(ctx: Ctx, subject: SubjectRef, conditionId: string): Promise<DecisionConditionRow> {
    const condition = await this.oneOf(ctx, subject, conditionId);
    if (condition.state !== 'open') throw new DomainError('wrong_state', { reason: 'condition_settled' });
    return condition;
  }

  /** @throws DomainError `not_found` where it is none of this subject's */
  async oneOf(ctx: Ctx, subject: SubjectRef, conditionId: string): Promise<DecisionConditionRow> {
    const decision = await this.decisions.ofSubject(ctx, subject);
    const condition =
      decision && isId(conditionId)
        ? await ctx.tx.findOne(DecisionConditionRow, {
            where: { id: conditionId, decisionId: decision.id },
          })
        : null;
    if (!condition) throw new DomainError('not_found');
    return condition;
  }
}
