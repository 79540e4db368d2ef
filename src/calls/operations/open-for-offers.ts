import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { CallOfferFrameEntity } from '../data/call-offer-frame.entity.js';
import { callsPolicy } from '../domain/calls.policy.js';
import type { OfferFrame } from '../domain/place-offer.js';
import { CallRecords, factsOf } from './call-record.js';

const LONGEST = 60;

/** Opens a draft for offers of places by hosts, moves the frame, or closes it: what was offered stays. */
@Injectable()
export class OpenForOffers {
  constructor(
    private readonly database: Database,
    private readonly records: CallRecords,
    private readonly audit: AuditTrail,
  ) {}

  open(request: RequestContext, callId: Id, frame: OfferFrame): Promise<void> {
    return this.database.transaction(request, async (ctx) => {
      const { call } = await this.records.lock(ctx, callId);
      authorise(ctx, callsPolicy, 'call.invite_offers', factsOf(call), 'call.read');
      const now = ctx.clock.now();
      const problems: FieldProblem[] = [];
      const isMonths = (months: number) => months > 0 && months <= LONGEST;
      if (frame.until <= now) problems.push({ field: 'until', problem: 'date_in_past' });
      if (!isMonths(frame.minMonths)) problems.push({ field: 'minMonths', problem: 'not_number' });
      if (!isMonths(frame.maxMonths)) problems.push({ field: 'maxMonths', problem: 'not_number' });
      else if (frame.maxMonths < frame.minMonths) {
        problems.push({ field: 'maxMonths', problem: 'less_than_least' });
      }
      if (problems.length > 0) throw new DomainError('invalid', { fields: problems });
      await ctx.tx.upsert(CallOfferFrameEntity, { callId, ...frame, openedAt: now }, ['callId']);
      await this.audit.record(ctx, {
        action: 'call.opened_for_offers',
        subject: { kind: 'call', id: callId },
        data: { until: frame.until.toISOString(), min: frame.minMonths, max: frame.maxMonths },
      });
    });
  }

  close(request: RequestContext, callId: Id): Promise<void> {
    return this.database.transaction(request, async (ctx) => {
      const { call } = await this.records.lock(ctx, callId);
      authorise(ctx, callsPolicy, 'call.invite_offers', factsOf(call), 'call.read');
      const { affected } = await ctx.tx.delete(CallOfferFrameEntity, { callId });
      if (!affected) return;
      await this.audit.record(ctx, {
        action: 'call.closed_for_offers',
        subject: { kind: 'call', id: callId },
        data: {},
      });
    });
  }
}
