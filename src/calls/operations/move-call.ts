import { Injectable } from '@nestjs/common';
import { QuotaLedger } from '../../agreements/public.js';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { CallEntity } from '../data/call.entity.js';
import type { CallView } from '../domain/call.js';
import { callStates } from '../domain/call.states.js';
import { CALL_CANCELLED, CALL_MOVED } from '../domain/calls.events.js';
import { callsPolicy, isByList } from '../domain/calls.policy.js';
import type { CallMove, ListMove } from '../domain/calls.policy.js';
import { CallRecords, factsOf } from './call-record.js';
import type { CallRecord } from './call-record.js';
import { HandOverSeats } from './hand-over-seats.js';
import { quotasOf } from './publish-call.js';

/** Leads a published call on: to selection, to its lists, to the archive, aside, or to an end with a reason. */
@Injectable()
export class MoveCall {
  constructor(
    private readonly database: Database,
    private readonly records: CallRecords,
    private readonly quotas: QuotaLedger,
    private readonly handOver: HandOverSeats,
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
  ) {}

  /** @param reason required to cancel, in the words that those who began will read */
  async moveCall(request: RequestContext, callId: Id, act: CallMove, reason?: string): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const record = await this.records.lock(ctx, callId);
      authorise(ctx, callsPolicy, 'call.move', factsOf(record.call), 'call.read');
      if (isByList(record.call, act)) throw new DomainError('wrong_state', { reason: 'moved_by_its_list' });
      await this.move(ctx, record, act, act === 'cancel' ? requireReason(reason) : null);
    });
  }

  /**
   * Leads a ranked call on inside the act that publishes its list, or that sets it aside, so that neither is ever without
   * the other. Whoever may do it was asked by the caller.
   */
  async moveByList(ctx: Ctx, callId: Id, act: ListMove): Promise<void> {
    await this.move(ctx, await this.records.lock(ctx, callId), act, null);
  }

  private async move(
    ctx: Ctx,
    record: CallRecord,
    act: CallMove,
    cancelledReason: string | null,
  ): Promise<void> {
    const { call } = record;
    const state = callStates.move(call.state, act);
    this.refuseTooEarly(call, act);
    if (act === 'cancel') {
      await this.giveQuotaBack(ctx, record);
      await this.handOver.takeBack(ctx, call);
    }
    await ctx.tx.update(CallEntity, call.id, { state, cancelledReason });
    const subject = { kind: 'call', id: call.id };
    await this.audit.record(ctx, { action: `call.${act}`, subject, data: { from: call.state, to: state } });
    await this.outbox.emit(
      ctx,
      act === 'cancel'
        ? { type: CALL_CANCELLED, subject, payload: { state: call.state } }
        : { type: CALL_MOVED, subject, payload: { act, state } },
    );
  }

  /** Selection begins when the last second in which somebody may submit is over. */
  private refuseTooEarly(call: CallView, act: CallMove): void {
    if (act === 'begin_selection' && call.phase !== 'closed') {
      throw new DomainError('wrong_state', { reason: 'call_still_open' });
    }
  }

  private async giveQuotaBack(ctx: Ctx, { call, places }: CallRecord): Promise<void> {
    // A place that somebody holds does not come back.
    const free = places.map((place) => ({ ...place, capacity: place.free }));
    for (const { quota, amount } of quotasOf(call, free)) await this.quotas.release(ctx, quota, amount);
  }
}

function requireReason(reason: string | undefined): string {
  const text = reason?.trim();
  if (!text) throw new DomainError('invalid', { fields: [{ field: 'reason', problem: 'required' }] });
  return text;
}
