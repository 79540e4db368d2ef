import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { daysLater } from '../../shared/zoned-time.js';
import { GateRuleRow } from '../data/gate-rule.entity.js';
import { GatesRepository } from '../data/gates.repository.js';
import { GatePorts } from '../gate-ports.js';
import { ruleProblems } from '../domain/gate-rule-draft.js';
import type { GateRuleDraft } from '../domain/gate-rule-draft.js';
import { gateRulesPolicy } from '../domain/gate-rules.policy.js';
import type { GateRuleFacts } from '../domain/gate-rules.policy.js';

/** A ministry says what its own country asks. Nothing is changed: a new rule takes the place of an old one, which stays. */
@Injectable()
export class EditGateRules {
  constructor(
    private readonly database: Database,
    private readonly gates: GatesRepository,
    private readonly audit: AuditTrail,
    private readonly ports: GatePorts,
  ) {}

  /** @param replaces the rule that ends on the day before this one begins */
  say(request: RequestContext, draft: GateRuleDraft, replaces: Id | null): Promise<Id> {
    return this.database.transaction(request, (ctx) => this.sayWithin(ctx, draft, replaces));
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
    const problems = [...ruleProblems(draft, today)];
    const known = this.ports.calls.categories;
    if (draft.categories.some((category) => !known.some(({ code }) => code === category))) {
      problems.push({ field: 'categories', problem: 'not_in_list' });
    }
    // A call that nobody knows, or that is none at all: told at its field, with everything else that is wrong.
    if (draft.callId !== null && !(await this.ports.calls.exists(ctx, draft.callId))) {
      problems.push({ field: 'callId', problem: 'not_in_list' });
    }
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
