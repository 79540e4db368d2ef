import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, sqlState } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { daysLater } from '../../shared/zoned-time.js';
import { GateRuleRow } from '../data/gate-rule.entity.js';
import { GatesRepository } from '../data/gates.repository.js';
import { ruleProblems } from '../domain/gate-rule-draft.js';
import type { GateRuleDraft } from '../domain/gate-rule-draft.js';
import { gateRulesPolicy } from '../domain/gate-rules.policy.js';
import type { GateRuleFacts } from '../domain/gate-rules.policy.js';

const FOREIGN_KEY_VIOLATION = '23503';

/** A ministry says what its own country asks. Nothing is changed: a new rule takes the place of an old one, which stays. */
@Injectable()
export class EditGateRules {
  constructor(
    private readonly database: Database,
    private readonly gates: GatesRepository,
    private readonly audit: AuditTrail,
  ) {}

  /** @param replaces the rule that ends on the day before this one begins */
  async say(request: RequestContext, draft: GateRuleDraft, replaces: Id | null): Promise<Id> {
    try {
      return await this.database.transaction(request, (ctx) => this.sayWithin(ctx, draft, replaces));
    } catch (error) {
      // No other key of a rule can be wrong: its country is the actor's own.
      if (sqlState(error) !== FOREIGN_KEY_VIOLATION) throw error;
      throw new DomainError('invalid', { fields: [{ field: 'callId', problem: 'not_in_list' }] });
    }
  }

  /** The same inside an act of the caller's. */
  async sayWithin(ctx: Ctx, draft: GateRuleDraft, replaces: Id | null): Promise<Id> {
    authorise(
      ctx,
      gateRulesPolicy,
      'gate_rule.edit',
      { state: 'in_force', country: draft.country },
      'gate_rule.read',
    );
    const now = ctx.clock.now();
    const today = now.toISOString().slice(0, 10);
    const problems = ruleProblems(draft, today);
    if (problems.length > 0) throw new DomainError('invalid', { fields: problems });
    if (replaces) await this.replace(ctx, replaces, draft);
    const id = newId(now);
    await ctx.tx.insert(GateRuleRow, {
      ...draft,
      fields: [...draft.fields],
      categories: [...draft.categories],
      sides: [...draft.sides],
      evidence: [...draft.evidence],
      id,
      validUntil: null,
      replacesId: replaces,
      createdBy: ctx.actor.personId,
      createdAt: now,
      endedBy: null,
      endedAt: null,
    });
    await this.note(ctx, 'gate_rule.said', id, { country: draft.country, kind: draft.kind, replaces });
    return id;
  }

  /** Gates that the rule has opened stay: what is asked of somebody is not taken back by the clock. */
  end(request: RequestContext, id: string): Promise<void> {
    return this.database.transaction(request, async (ctx) => {
      const rule = await this.gates.rule(ctx, id);
      authorise(ctx, gateRulesPolicy, 'gate_rule.edit', ruleFacts(rule), 'gate_rule.read');
      const today = ctx.clock.now().toISOString().slice(0, 10);
      await this.close(ctx, rule, rule.validFrom > today ? rule.validFrom : today);
      await this.note(ctx, 'gate_rule.ended', rule.id, { country: rule.country, kind: rule.kind });
    });
  }

  private async replace(ctx: Ctx, id: Id, draft: GateRuleDraft): Promise<void> {
    const rule = await this.gates.rule(ctx, id);
    authorise(ctx, gateRulesPolicy, 'gate_rule.edit', ruleFacts(rule), 'gate_rule.read');
    if (rule.kind !== draft.kind || rule.country !== draft.country) {
      throw new DomainError('invalid', { fields: [{ field: 'kind', problem: 'not_in_list' }] });
    }
    const last = daysLater(draft.validFrom, -1);
    await this.close(ctx, rule, last < rule.validFrom ? rule.validFrom : last);
  }

  private async close(ctx: Ctx, { id }: GateRuleRow, validUntil: string): Promise<void> {
    await ctx.tx.update(
      GateRuleRow,
      { id },
      { validUntil, endedBy: ctx.actor.personId, endedAt: ctx.clock.now() },
    );
  }

  private async note(ctx: Ctx, action: string, id: Id, data: Record<string, string | null>): Promise<void> {
    await this.audit.record(ctx, { action, subject: { kind: 'gate_rule', id }, data });
  }
}

export function ruleFacts({ country, endedAt }: Pick<GateRuleRow, 'country' | 'endedAt'>): GateRuleFacts {
  return { state: endedAt ? 'ended' : 'in_force', country };
}
