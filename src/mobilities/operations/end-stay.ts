import { Injectable } from '@nestjs/common';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, withSystemRights } from '../../platform/database/database.js';
import type { DomainEvent } from '../../platform/outbox/outbox.js';
import { DomainError } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { MobilitiesRepository } from '../data/mobilities.repository.js';
import type { MobilityRow } from '../data/mobility.entity.js';
import { STAY_CANCELLED, STAY_NO_SHOW } from '../domain/mobilities.events.js';
import { mobilitiesPolicy } from '../domain/mobilities.policy.js';
import { standsAgainst } from '../domain/mobility.states.js';
import { REASON_MAX, StayRecord, wordsOf } from './stay-record.js';

/** A stay that does not come about. What was cancelled is taken out of the plan; who did not come stays in it. */
@Injectable()
export class EndStay {
  constructor(
    private readonly database: Database,
    private readonly stays: MobilitiesRepository,
    private readonly record: StayRecord,
  ) {}

  cancel(request: RequestContext, id: string, typed: { readonly reason: string }): Promise<void> {
    return this.database.transaction(request, async (ctx) => {
      const stay = await this.stays.lock(ctx, id);
      authorise(ctx, mobilitiesPolicy, 'mobility.cancel', stay, 'mobility.read');
      const reason = wordsOf(typed.reason, 'reason', REASON_MAX);
      await this.end(ctx, stay, 'cancellation', reason);
      await this.record.takeBack(ctx, stay, 'plan', 'cancelled');
      await this.record.move(ctx, stay, 'cancel');
      await this.record.tell(ctx, stay, STAY_CANCELLED, { withdrawn: 'no' });
    });
  }

  noShow(request: RequestContext, id: string, typed: { readonly reason: string }): Promise<void> {
    return this.database.transaction(request, async (ctx) => {
      const stay = await this.stays.lock(ctx, id);
      authorise(ctx, mobilitiesPolicy, 'mobility.record_no_show', stay, 'mobility.read');
      if ((await this.record.today(ctx, stay)) <= stay.plannedFrom) {
        throw new DomainError('wrong_state', { reason: 'stay_not_yet_due' });
      }
      const reason = wordsOf(typed.reason, 'reason', REASON_MAX);
      await this.end(ctx, stay, 'no_show', reason);
      await this.record.move(ctx, stay, 'no_show');
      await this.record.tell(ctx, stay, STAY_NO_SHOW);
    });
  }

  /** Part of the act by which an application is withdrawn: while nobody has come, and was not waited for in vain. */
  async withdrawn(ctx: Ctx, { subject }: DomainEvent): Promise<void> {
    await withSystemRights(ctx, async () => {
      const stay = await this.stays.lockOfApplication(ctx, subject.id);
      if (!stay) return;
      const stands = standsAgainst(stay.state);
      if (stands) throw new DomainError('wrong_state', { reason: stands });
      await this.goesWithApplication(ctx, stay, 'withdrawn');
    });
  }

  /** Part of the act by which an office refuses a gate: what has not begun does not begin. Who is there is for the host to send home. */
  async notCleared(ctx: Ctx, { subject }: DomainEvent): Promise<void> {
    await withSystemRights(ctx, async () => {
      const stay = await this.stays.lockOfApplication(ctx, subject.id);
      if (stay?.state === 'planned') await this.goesWithApplication(ctx, stay, 'cancelled');
    });
  }

  /** Whoever hears of the application hears nothing more of its stay. */
  private async goesWithApplication(
    ctx: Ctx,
    stay: MobilityRow,
    reason: 'withdrawn' | 'cancelled',
  ): Promise<void> {
    await this.end(ctx, stay, 'cancellation', null);
    await this.record.takeBack(ctx, stay, 'plan', reason);
    await this.record.move(ctx, stay, 'cancel');
    await this.record.tell(ctx, stay, STAY_CANCELLED, { withdrawn: 'yes' });
  }

  private end(
    ctx: Ctx,
    stay: MobilityRow,
    kind: 'cancellation' | 'no_show',
    reason: string | null,
  ): Promise<void> {
    const now = ctx.clock.now();
    return this.stays.certify(ctx, {
      id: newId(now),
      mobilityId: stay.id,
      kind,
      certifiedOn: null,
      replaces: null,
      reason,
      certifiedBy: ctx.actor.personId,
      certifiedAt: now,
    });
  }
}
