import { Inject, Injectable } from '@nestjs/common';
import { Calls, PlaceCounters } from '../../calls/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import { ApplicationPorts } from '../application-ports.js';
import type { ApplicationRow } from '../data/application.entity.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { HOLDS_PLACE } from '../domain/application.states.js';
import { PLACED_IN_RESERVE, PLACE_HELD, PLACE_OFFERED } from '../domain/applications.events.js';
import { ApplicationGates, latestDue } from './application-gates.js';
import { ApplicationRecord, daysAfter } from './application-record.js';
import { ReservesMet } from './reserves-met.js';

/** A place that somebody holds, and of which reserve of it; null: of the places that are kept for nobody. */
export interface HeldPlace {
  readonly placeId: Id;
  readonly reserve: string | null;
}

const NO_LIMIT = { maximum: null } as const;

/** What an application holds in the state that it is in. */
export function heldPlace({
  state,
  placeId,
  placeReserve,
}: Pick<ApplicationRow, 'state' | 'placeId' | 'placeReserve'>): HeldPlace | null {
  return placeId !== null && HOLDS_PLACE.includes(state) ? { placeId, reserve: placeReserve } : null;
}

/** Gives free places to those who are selected, and freed ones to the next on the reserve list, inside the act that caused it. */
@Injectable()
export class Places {
  constructor(
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(ApplicationRecord) private readonly record: ApplicationRecord,
    @Inject(ReservesMet) private readonly reserves: ReservesMet,
    @Inject(ApplicationPorts) private readonly ports: ApplicationPorts,
    @Inject(PlaceCounters) private readonly counters: PlaceCounters,
    @Inject(Calls) private readonly calls: Calls,
    @Inject(ApplicationGates) private readonly gates: ApplicationGates,
  ) {}

  /** An eligible application whose pair agreed: a place where one is free, otherwise the next number of the reserve list. */
  async offerOrReserve(ctx: Ctx, application: ApplicationRow, placeId: Id): Promise<void> {
    const { maximum } = await this.freemoverLimit(ctx, application.callId);
    await this.oneAtATime(ctx, placeId);
    const taken = await this.take(ctx, application, placeId, maximum);
    if (taken) {
      await this.record.move(
        ctx,
        application,
        'conclude',
        { result: 'selected', placeId, placeReserve: taken.reserve },
        { placeId, reserve: taken.reserve },
      );
      await this.offer(ctx, application);
      return;
    }
    const reserveNumber =
      1 + (await withSystemRights(ctx, () => this.applications.lastReserveNumber(ctx, placeId)));
    await this.record.move(
      ctx,
      application,
      'conclude',
      { result: 'reserve', reserveNumber, placeId, placeReserve: null },
      { placeId, reserveNumber },
    );
    await this.record.tell(ctx, application, PLACED_IN_RESERVE, { reserveNumber });
  }

  /** Frees the place that an application held and offers it to the next reserve who may have it. */
  async release(ctx: Ctx, { placeId, reserve }: HeldPlace): Promise<void> {
    const place = await this.calls.place(ctx, placeId);
    const { maximum } = place ? await this.freemoverLimit(ctx, place.callId) : NO_LIMIT;
    await this.oneAtATime(ctx, placeId);
    await this.counters.release(ctx, placeId, reserve);
    // Whoever declines has no right to see who comes next, and yet causes it.
    await withSystemRights(ctx, async () => {
      if (await this.ports.waiting.promote(ctx, placeId)) return;
      await this.promoteOne(ctx, placeId, maximum);
      if (!place || maximum === null) return;
      // A freemover may have waited at another place for one of them to go, and not for a place.
      for (const other of await this.applications.placesWithFreemoversWaiting(ctx, place.callId)) {
        await this.oneAtATime(ctx, other);
        await this.promoteOne(ctx, other, maximum);
      }
    });
  }

  /** The next reserve who may have a free place, if there is one. */
  private async promoteOne(ctx: Ctx, placeId: Id, maximum: number | null): Promise<void> {
    let next = await this.applications.nextReserve(ctx, placeId);
    while (next) {
      const taken = await this.take(ctx, next, placeId, maximum);
      if (taken) {
        next.result = 'selected';
        next.reserveNumber = null;
        next.placeReserve = taken.reserve;
        await this.offer(ctx, next);
        return;
      }
      // The place is kept for others than this one: their number stays, and whoever follows may have it.
      next = await this.applications.nextReserve(ctx, placeId, next.reserveNumber ?? 0);
    }
  }

  /** From a reserve whose condition is met where one is left, otherwise from what is kept for nobody. Null: none is free. */
  private async take(
    ctx: Ctx,
    application: ApplicationRow,
    placeId: Id,
    maximum: number | null,
  ): Promise<HeldPlace | null> {
    if (application.freemover && maximum !== null) {
      const held = await withSystemRights(ctx, () =>
        this.applications.countFreemoversWithPlace(ctx, application.callId),
      );
      if (held >= maximum) return null;
    }
    const place = await this.calls.place(ctx, placeId);
    const met = place ? ((await this.reserves.of(ctx, application, [place])).get(placeId) ?? []) : [];
    for (const { id } of met) {
      if (await this.counters.take(ctx, placeId, id)) return { placeId, reserve: id };
    }
    return (await this.counters.take(ctx, placeId)) ? { placeId, reserve: null } : null;
  }

  /** Where freemovers may hold only so many places of a call, its places are given one after the other. */
  private async freemoverLimit(ctx: Ctx, callId: Id): Promise<{ readonly maximum: number | null }> {
    const call = await this.calls.byId(ctx, callId);
    const maximum = call?.freemovers?.maximum ?? null;
    if (maximum !== null) {
      await ctx.tx.query("select pg_advisory_xact_lock(hashtext('freemovers'), hashtext($1))", [callId]);
    }
    return { maximum };
  }

  /** The last gate was passed: the place that was held is offered. */
  async offerHeld(ctx: Ctx, application: ApplicationRow): Promise<void> {
    await this.offer(ctx, application);
  }

  /** Offers the place, or holds it while a gate waits. */
  private async offer(ctx: Ctx, application: ApplicationRow): Promise<void> {
    const data = { placeId: application.placeId, reserve: application.placeReserve };
    const waiting = await this.gates.waiting(ctx, application);
    if (waiting.length > 0) {
      await this.record.move(ctx, application, 'hold', { dueAt: latestDue(waiting) }, data);
      await this.record.tell(ctx, application, PLACE_HELD);
      return;
    }
    const call = await this.calls.byId(ctx, application.callId);
    if (!call) throw new DomainError('not_found');
    const dueAt = daysAfter(ctx.clock.now(), call.promises.offerDays);
    await this.record.move(ctx, application, 'offer', { dueAt }, data);
    await this.record.tell(ctx, application, PLACE_OFFERED);
  }

  /** Two acts on one place come one after the other, so that a reserve number is given once and no place twice. */
  private async oneAtATime(ctx: Ctx, placeId: Id): Promise<void> {
    await ctx.tx.query("select pg_advisory_xact_lock(hashtext('place'), hashtext($1))", [placeId]);
  }
}
