import { Inject, Injectable } from '@nestjs/common';
import { Calls, PlaceCounters } from '../../calls/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { ApplicationRow } from '../data/application.entity.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { PLACED_IN_RESERVE, PLACE_OFFERED } from '../domain/applications.events.js';
import { ApplicationRecord, daysAfter } from './application-record.js';

/** Gives free places to those who are selected, and freed ones to the next on the reserve list, inside the act that caused it. */
@Injectable()
export class Places {
  constructor(
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(ApplicationRecord) private readonly record: ApplicationRecord,
    @Inject(PlaceCounters) private readonly counters: PlaceCounters,
    @Inject(Calls) private readonly calls: Calls,
  ) {}

  /** An eligible application whose pair agreed: a place where one is free, otherwise the next number of the reserve list. */
  async offerOrReserve(ctx: Ctx, application: ApplicationRow, placeId: Id): Promise<void> {
    await this.oneAtATime(ctx, placeId);
    if (await this.counters.take(ctx, placeId)) {
      await this.record.move(ctx, application, 'conclude', { result: 'selected', placeId }, { placeId });
      await this.offer(ctx, application);
      return;
    }
    const reserveNumber =
      1 + (await withSystemRights(ctx, () => this.applications.lastReserveNumber(ctx, placeId)));
    await this.record.move(
      ctx,
      application,
      'conclude',
      { result: 'reserve', reserveNumber, placeId },
      { placeId, reserveNumber },
    );
    await this.record.tell(ctx, application, PLACED_IN_RESERVE, { reserveNumber });
  }

  /** Frees the place that an application held and offers it to the next reserve. */
  async release(ctx: Ctx, placeId: Id): Promise<void> {
    await this.oneAtATime(ctx, placeId);
    await this.counters.release(ctx, placeId);
    // Whoever declines has no right to see who comes next, and yet causes it.
    await withSystemRights(ctx, async () => {
      const next = await this.applications.nextReserve(ctx, placeId);
      if (!next || !(await this.counters.take(ctx, placeId))) return;
      next.result = 'selected';
      next.reserveNumber = null;
      await this.offer(ctx, next);
    });
  }

  private async offer(ctx: Ctx, application: ApplicationRow): Promise<void> {
    const call = await this.calls.byId(ctx, application.callId);
    if (!call) throw new DomainError('not_found');
    const dueAt = daysAfter(ctx.clock.now(), call.promises.offerDays);
    await this.record.move(ctx, application, 'offer', { dueAt }, { placeId: application.placeId });
    await this.record.tell(ctx, application, PLACE_OFFERED);
  }

  /** Two acts on one place come one after the other, so that a reserve number is given once and no place twice. */
  private async oneAtATime(ctx: Ctx, placeId: Id): Promise<void> {
    await ctx.tx.query("select pg_advisory_xact_lock(hashtext('place'), hashtext($1))", [placeId]);
  }
}
