import { Injectable } from '@nestjs/common';
import { authorise } from '../../platform/database/authorise.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { ScreeningHitRow } from '../data/screening-hit.entity.js';
import { gatesPolicy } from '../domain/gates.policy.js';
import { GateRecord } from './gate-record.js';
import { SettleGate } from './settle-gate.js';

export const HIT_VERDICTS = ['true_positive', 'false_positive'] as const;
export type HitVerdict = (typeof HIT_VERDICTS)[number];

const TEXT_MAX = 4000;

/** An officer says whether the party is whom the entry means, with a reason. The last word counts, and each is on record. */
@Injectable()
export class DecideHit {
  constructor(
    private readonly database: Database,
    private readonly settle: SettleGate,
    private readonly record: GateRecord,
  ) {}

  run(
    request: RequestContext,
    gateId: string,
    hitId: string,
    input: { readonly verdict: HitVerdict; readonly reason: string },
  ): Promise<void> {
    return this.database.transaction(request, async (ctx) => {
      const gate = await this.settle.locked(ctx, gateId);
      authorise(ctx, gatesPolicy, 'gate.screen', gate, 'gate.read');
      const hit = isId(hitId)
        ? await ctx.tx.findOne(ScreeningHitRow, { where: { id: hitId, gateId: gate.id } })
        : null;
      if (!hit) throw new DomainError('not_found');
      if (hit.state === 'gone') throw new DomainError('wrong_state');
      const reason = input.reason.trim();
      const problems: FieldProblem[] = [];
      if (!reason) problems.push({ field: 'hitReason', problem: 'required' });
      if (reason.length > TEXT_MAX) {
        problems.push({ field: 'hitReason', problem: 'too_long', values: { max: TEXT_MAX } });
      }
      if (problems.length > 0) throw new DomainError('invalid', { fields: problems });
      const now = ctx.clock.now();
      Object.assign(hit, {
        state: input.verdict,
        stateSince: now,
        decidedBy: ctx.actor.personId,
        decidedAt: now,
        reason,
      });
      await ctx.tx.save(ScreeningHitRow, hit);
      await this.record.note(ctx, gate, `gate.hit_${input.verdict}`, { hit: hit.id });
    });
  }
}
