import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import { Database } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { Amendments } from '../data/amendments.js';
import { CallEntity } from '../data/call.entity.js';
import type { CallPhase } from '../domain/call.js';
import { CALL_DEADLINE_MOVED } from '../domain/calls.events.js';
import { callsPolicy } from '../domain/calls.policy.js';
import { moveProblems } from '../domain/deadline-move.js';
import type { DeadlineMove } from '../domain/deadline-move.js';
import { CallRecords, factsOf } from './call-record.js';

/** While somebody can still submit. What has closed was closed for everybody: to open it again would be another call. */
export const MOVABLE: readonly CallPhase[] = ['upcoming', 'open', 'grace'];

/** Moves the deadline of a published call for everybody: one recorded act, with its reason, that tells everybody. */
@Injectable()
export class MoveDeadline {
  constructor(
    private readonly database: Database,
    private readonly records: CallRecords,
    private readonly amendments: Amendments,
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
  ) {}

  /**
   * @param version the one that whoever moves it has seen: two moves at once are never both done
   * @returns the new version
   */
  async moveDeadline(
    request: RequestContext,
    callId: Id,
    version: number,
    move: DeadlineMove,
  ): Promise<number> {
    return this.database.transaction(request, async (ctx) => {
      const { call } = await this.records.lock(ctx, callId);
      authorise(ctx, callsPolicy, 'call.move_deadline', factsOf(call), 'call.read');
      if (!MOVABLE.includes(call.phase)) throw new DomainError('wrong_state', { reason: 'call_has_closed' });
      if (call.version !== version) throw new DomainError('stale');
      const problems = moveProblems(call, move, ctx.clock.now());
      if (problems.length > 0) throw new DomainError('invalid', { fields: problems });

      const [from, to] = [call.closesAt, move.closesAt];
      const amendment = await this.amendments.addMove(ctx, callId, { from, to, reason: move.reason });
      await ctx.tx.update(CallEntity, callId, { closesAt: to, version: version + 1 });
      const subject = { kind: 'call', id: callId };
      const payload = { amendment, from: from.toISOString(), to: to.toISOString() };
      await this.audit.record(ctx, { action: CALL_DEADLINE_MOVED, subject, data: payload });
      await this.outbox.emit(ctx, { type: CALL_DEADLINE_MOVED, subject, payload });
      return version + 1;
    });
  }
}
