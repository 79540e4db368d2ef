import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import type { Ctx } from '../../platform/database/context.js';
import type { Blocker } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import { Calls } from '../data/calls.js';
import { PlaceCounters } from '../data/place-counters.js';
import type { CallView, PlaceView } from '../domain/call.js';
import { SEATS_GIVEN_BACK, SEATS_HANDED_OVER } from '../domain/calls.events.js';
import { freeSeats, seatsField, seatsNeeded } from '../domain/round.js';

/**
 * Hands the unfilled seats of a call over to its next round, and takes them back where that is cancelled. In the call that
 * gives them they are taken, by nobody: a seat is never in two calls at once, whoever asks at the same moment.
 */
@Injectable()
export class HandOverSeats {
  constructor(
    private readonly calls: Calls,
    private readonly counters: PlaceCounters,
    private readonly audit: AuditTrail,
  ) {}

  /** Inside the act that publishes the round: takes as far as it goes; a refusal undoes it with the rest of the act. */
  async give(ctx: Ctx, round: CallView, places: readonly PlaceView[]): Promise<readonly Blocker[]> {
    const former = round.round && (await this.calls.byId(ctx, round.round.of));
    if (!former) return [];
    const blockers = [...unfit(former, places, await this.calls.places(ctx, former.id))];
    const given: { readonly from: Id; readonly seats: number }[] = [];
    const now = ctx.clock.now();
    for (const place of inOrder(places)) {
      await this.oneAtATime(ctx, place.fromPlaceId);
      for (const { placeId, reserve, seats } of seatsNeeded(place)) {
        if (!(await this.counters.take(ctx, placeId, reserve, seats))) {
          const left = freeSeats((await this.calls.place(ctx, placeId)) ?? place);
          const found = left.find((each) => seatsField(each) === seatsField({ placeId, reserve }));
          blockers.push(short(seats, found?.seats ?? 0));
          continue;
        }
        await ctx.tx.query(
          `insert into place_handovers (id, round_id, place_id, from_place_id, reserve, seats, given_at)
           values ($1, $2, $3, $4, $5, $6, $7)`,
          [newId(now), round.id, place.id, placeId, reserve, seats, now],
        );
        given.push({ from: placeId, seats });
      }
    }
    if (blockers.length === 0) {
      await this.audit.record(ctx, {
        action: SEATS_HANDED_OVER,
        subject: { kind: 'call', id: former.id },
        data: {
          round: round.id,
          seats: given.reduce((sum, { seats }) => sum + seats, 0),
          places: given.length,
        },
      });
    }
    return blockers;
  }

  /** Why the seats cannot be handed over as it looks now; nothing is taken. */
  async blockers(ctx: Ctx, round: CallView, places: readonly PlaceView[]): Promise<readonly Blocker[]> {
    const former = round.round && (await this.calls.byId(ctx, round.round.of));
    if (!former) return [];
    const theirs = await this.calls.places(ctx, former.id);
    const free = new Map(theirs.flatMap(freeSeats).map((each) => [seatsField(each), each.seats]));
    return [
      ...unfit(former, places, theirs),
      ...places.flatMap(seatsNeeded).flatMap((each) => {
        const left = free.get(seatsField(each)) ?? 0;
        return left < each.seats ? [short(each.seats, left)] : [];
      }),
    ];
  }

  /** Inside the act that cancels the round. Answers the places that have seats again. */
  async takeBack(ctx: Ctx, round: CallView): Promise<void> {
    if (!round.round) return;
    const rows = await ctx.tx.query<{ from: Id; reserve: string | null; seats: number }[]>(
      `select from_place_id as "from", reserve, seats from place_handovers
       where round_id = $1 and returned_at is null order by from_place_id, reserve`,
      [round.id],
    );
    for (const { from, reserve, seats } of rows) {
      await this.oneAtATime(ctx, from);
      await this.counters.release(ctx, from, reserve, seats);
    }
    await ctx.tx.query(
      'update place_handovers set returned_at = $2 where round_id = $1 and returned_at is null',
      [round.id, ctx.clock.now()],
    );
    await this.audit.record(ctx, {
      action: SEATS_GIVEN_BACK,
      subject: { kind: 'call', id: round.round.of },
      data: { round: round.id, seats: rows.reduce((sum, { seats }) => sum + seats, 0) },
    });
  }

  /** The same lock as of whoever promotes the next who waits: a waiting list ends either before or after that, and not in it. */
  private async oneAtATime(ctx: Ctx, placeId: Id | null): Promise<void> {
    if (placeId === null) return;
    await ctx.tx.query("select pg_advisory_xact_lock(hashtext('place'), hashtext($1))", [placeId]);
  }
}

/** Two rounds that are opened at once take the same places in the same order. */
function inOrder(places: readonly PlaceView[]): readonly PlaceView[] {
  return [...places].sort((a, b) => ((a.fromPlaceId ?? '') < (b.fromPlaceId ?? '') ? -1 : 1));
}

/** A round has seats of the call before it and no others, where they were, once that call has given all that it could. */
function unfit(
  former: CallView,
  places: readonly PlaceView[],
  theirs: readonly PlaceView[],
): readonly Blocker[] {
  const known = new Map(theirs.map((place) => [place.id, place]));
  const strange = places.some(({ fromPlaceId, institution }) => {
    const from = known.get(fromPlaceId ?? '');
    return from?.institution.id !== institution.id;
  });
  return [
    ...(former.state === 'final_published' ? [] : [blocker('round_before_final')]),
    ...(strange ? [blocker('round_place_of_its_own')] : []),
  ];
}

function short(seats: number, free: number): Blocker {
  return blocker('round_seats_gone', { seats, free });
}

function blocker(code: string, values?: Blocker['values']): Blocker {
  return { code, section: 'call', field: 'places', ...(values ? { values } : {}) };
}
