import { Injectable } from '@nestjs/common';
import {
  Agreements,
  QuotaLedger,
  coversStay,
  daysOf,
  isInForce,
  quotaLeft,
} from '../../agreements/public.js';
import type { AgreementView, QuotaAmount, QuotaKey } from '../../agreements/public.js';
import { Decisions } from '../../approvals/public.js';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { calendarDay } from '../../platform/i18n/formats.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Blocker } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { CallEntity } from '../data/call.entity.js';
import type { CallView, PlaceView } from '../domain/call.js';
import { callStates } from '../domain/call.states.js';
import { CALL_PUBLISHED } from '../domain/calls.events.js';
import { callsPolicy } from '../domain/calls.policy.js';
import { CallRecords, factsOf } from './call-record.js';
import type { CallRecord } from './call-record.js';
import { HandOverSeats } from './hand-over-seats.js';

/** Publishes a draft whose very text both countries approved, and reserves its places of the agreement's quota. */
@Injectable()
export class PublishCall {
  constructor(
    private readonly database: Database,
    private readonly records: CallRecords,
    private readonly decisions: Decisions,
    private readonly agreements: Agreements,
    private readonly quotas: QuotaLedger,
    private readonly handOver: HandOverSeats,
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
  ) {}

  /** @throws DomainError `blocked` with everything that is missing; nothing is reserved then. */
  async publishCall(request: RequestContext, callId: Id): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const { call, places, hash } = await this.records.lock(ctx, callId);
      authorise(ctx, callsPolicy, 'call.publish', factsOf(call), 'call.read');
      const state = callStates.move(call.state, 'publish');
      const blockers = [
        ...(await this.approvalBlockers(ctx, call, hash)),
        // Held until this act is over: nobody ends the agreement, or changes its quotas, between this and the publication.
        ...this.agreementBlockers(ctx, call, await this.agreements.held(ctx, call.agreementId)),
        ...(await this.reserve(ctx, call, places)),
        ...(await this.handOver.give(ctx, call, places)),
      ];
      if (blockers.length > 0) throw new DomainError('blocked', { blockers });

      const now = ctx.clock.now();
      await ctx.tx.update(CallEntity, callId, { state, publishedHash: hash, publishedAt: now });
      const subject = { kind: 'call', id: callId };
      await this.audit.record(ctx, { action: CALL_PUBLISHED, subject, data: { hash } });
      await this.outbox.emit(ctx, { type: CALL_PUBLISHED, subject, payload: { slug: call.slug } });
    });
  }

  /** Everything that keeps a draft from being published, as it looks now; nothing is reserved. */
  async blockers(ctx: Ctx, { call, places, hash }: CallRecord): Promise<readonly Blocker[]> {
    const agreement = await this.agreements.byId(ctx, call.agreementId);
    const quotas = agreement?.quotas ?? [];
    return [
      ...(await this.approvalBlockers(ctx, call, hash)),
      ...this.agreementBlockers(ctx, call, agreement),
      ...quotasOf(call, places)
        .filter(({ quota, amount }) => {
          const held = quotas.find(
            ({ homeCountry, hostCountry, category, academicYear }) =>
              homeCountry === quota.homeCountry &&
              hostCountry === quota.hostCountry &&
              category === quota.category &&
              academicYear === quota.academicYear,
          );
          if (!held) return true;
          const left = quotaLeft(held);
          return left.persons < amount.persons || (left.days !== null && left.days < amount.days);
        })
        .map(quotaBlocker),
      ...(await this.handOver.blockers(ctx, call, places)),
    ];
  }

  private async approvalBlockers(ctx: Ctx, call: CallView, hash: string): Promise<Blocker[]> {
    const outcome = await this.decisions.outcomeOf(ctx, { kind: 'call', id: call.id }, hash);
    return outcome === 'agreed_yes' ? [] : [blocker('call_not_approved', 'approval')];
  }

  /** The agreement has to bind today, and on every day of the stay. */
  private agreementBlockers(ctx: Ctx, call: CallView, agreement: AgreementView | null): Blocker[] {
    const today = calendarDay(ctx.clock.now(), call.timeZone);
    if (!agreement || !isInForce(agreement, today)) return [blocker('agreement_not_in_force', 'agreement')];
    const stay = { from: call.stayFrom, until: call.stayUntil };
    return coversStay(agreement, stay) ? [] : [blocker('agreement_not_for_stay', 'agreement')];
  }

  /** Reserves as far as it goes: a refusal undoes it with the rest of the act. */
  private async reserve(ctx: Ctx, call: CallView, places: readonly PlaceView[]): Promise<Blocker[]> {
    const blockers: Blocker[] = [];
    for (const { quota, amount } of quotasOf(call, places)) {
      if (!(await this.quotas.commit(ctx, quota, amount))) {
        blockers.push(quotaBlocker({ quota, amount }));
      }
    }
    return blockers;
  }
}

/** How much of which quota a call needs: for each direction the places in its host country, and the days of their stays. */
export function quotasOf(
  call: CallView,
  places: readonly PlaceView[],
): readonly { readonly quota: QuotaKey; readonly amount: QuotaAmount }[] {
  return call.directions
    .map(({ homeCountry, hostCountry }) => {
      const there = places
        // Those of a second round were reserved by the call that hands them over.
        .filter(
          ({ institution, fromPlaceId }) => institution.country === hostCountry && fromPlaceId === null,
        );
      return {
        quota: {
          agreementId: call.agreementId,
          homeCountry,
          hostCountry,
          category: call.category,
          academicYear: call.academicYear,
        },
        amount: {
          persons: there.reduce((sum, { capacity }) => sum + capacity, 0),
          days: there.reduce((sum, { capacity, months }) => sum + capacity * daysOf(months), 0),
        },
      };
    })
    .filter(({ amount }) => amount.persons > 0);
}

function quotaBlocker({
  quota,
  amount,
}: {
  readonly quota: QuotaKey;
  readonly amount: QuotaAmount;
}): Blocker {
  return blocker('quota_too_small', 'places', {
    home: quota.homeCountry,
    host: quota.hostCountry,
    persons: amount.persons,
    days: amount.days,
  });
}

function blocker(code: string, field: string, values?: Blocker['values']): Blocker {
  return { code, section: 'call', field, ...(values ? { values } : {}) };
}
