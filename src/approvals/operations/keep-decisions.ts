import { Inject, Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, systemContext } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import type { Clock } from '../../shared/clock.js';
import type { Id } from '../../shared/ids.js';
import { DecisionConditionRow } from '../data/decision-condition.entity.js';
import { DecisionsRepository } from '../data/decisions.repository.js';
import { TELLABLE, clockTells, isToTable } from '../domain/clock.js';
import {
  CONDITION_DUE_SOON,
  CONDITION_OVERDUE,
  SIDE_DUE_SOON,
  SIDE_OVERDUE,
  SIDE_SILENT,
} from '../domain/decisions.events.js';
import { isVerdictGiven } from '../domain/decision-side.states.js';
import { DecisionSubjects } from './decision-subjects.js';
import { SideActs } from './side-acts.js';

const BATCH = 500;

/** What the clock does with what was promised: it reminds, and tells of what is late. It speaks for no side. */
@Injectable()
export class KeepDecisions {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(DecisionsRepository) private readonly decisions: DecisionsRepository,
    @Inject(DecisionSubjects) private readonly subjects: DecisionSubjects,
    @Inject(SideActs) private readonly sides: SideActs,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(Outbox) private readonly outbox: Outbox,
  ) {}

  /** Returns of how many something was told, each in an act of its own. Rejects at the end where some could not be. */
  async run(clock: Clock): Promise<number> {
    const request = systemContext(clock);
    const { sides, conditions } = await this.database.read(request, async (ctx) => ({
      sides: await this.decisions.sidesToTell(ctx, BATCH),
      conditions: await ctx.tx.query<{ id: Id; decisionId: Id }[]>(
        `select c.id, c.decision_id as "decisionId" from decision_conditions c join decisions d on d.id = c.decision_id
         where c.state = 'open' and d.withdrawn_at is null and ${TELLABLE('set_at')} order by c.due_at desc limit $2`,
        [clock.now(), BATCH],
      ),
    }));
    const acts = [
      ...sides.map((side) => (ctx: Ctx) => this.side(ctx, side.decisionId, side.country)),
      ...conditions.map((each) => (ctx: Ctx) => this.condition(ctx, each.decisionId, each.id)),
    ];
    let told = 0;
    const failures: unknown[] = [];
    for (const act of acts) {
      try {
        if (await this.database.transaction(request, act)) told += 1;
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} promises were not kept`);
    return told;
  }

  private async side(ctx: Ctx, decisionId: Id, country: string): Promise<boolean> {
    const decision = await this.decisions.lock(ctx, decisionId);
    const side = decision.sides.find((each) => each.country === country);
    if (!side || decision.withdrawnAt || decision.closedAt || isVerdictGiven(side.state)) return false;
    const now = ctx.clock.now();
    if (isToTable(side, decision.tabledAfterDays, now)) {
      side.tabledAt = now;
      await this.sides.save(
        ctx,
        { decision, side },
        { action: 'decision.silent', event: SIDE_SILENT, data: { until: side.dueAt.toISOString() } },
      );
      return true;
    }
    const tells = clockTells({ ...side, since: side.stateSince }, now);
    if (tells === null) return false;
    if (tells === 'overdue') Object.assign(side, { overdueAt: now, remindedAt: side.remindedAt ?? now });
    else side.remindedAt = now;
    await this.sides.save(
      ctx,
      { decision, side },
      {
        action: `decision.${tells}`,
        event: tells === 'overdue' ? SIDE_OVERDUE : SIDE_DUE_SOON,
        data: { until: side.dueAt.toISOString() },
      },
    );
    await this.sides.tellIfNobodyIsFree(ctx, { decision, side });
    return true;
  }

  private async condition(ctx: Ctx, decisionId: Id, id: Id): Promise<boolean> {
    const decision = await this.decisions.lock(ctx, decisionId);
    const condition = await ctx.tx.findOne(DecisionConditionRow, { where: { id } });
    if (condition?.state !== 'open' || decision.withdrawnAt) return false;
    const now = ctx.clock.now();
    const tells = clockTells({ ...condition, since: condition.setAt }, now);
    if (tells === null) return false;
    await ctx.tx.update(
      DecisionConditionRow,
      { id },
      tells === 'overdue' ? { overdueAt: now, remindedAt: condition.remindedAt ?? now } : { remindedAt: now },
    );
    // Of what came to its end nobody waits for the condition any more, and nobody is reminded.
    const port = this.subjects.of(decision.subjectKind);
    const awaited = await port.awaiting?.(ctx, [decision.subjectId]);
    if (awaited && !awaited.has(decision.subjectId)) return false;
    const about = { country: condition.country, condition: id };
    const subject = { kind: 'decision', id: decision.id };
    await this.audit.record(ctx, { action: `decision.condition_${tells}`, subject, data: about });
    await this.outbox.emit(ctx, {
      type: tells === 'overdue' ? CONDITION_OVERDUE : CONDITION_DUE_SOON,
      subject,
      payload: {
        ...about,
        side: condition.country === decision.homeCountry ? 'home' : 'host',
        subjectKind: decision.subjectKind,
        subjectId: decision.subjectId,
        until: condition.dueAt.toISOString(),
      },
    });
    return true;
  }
}
