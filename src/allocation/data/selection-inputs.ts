import { Injectable } from '@nestjs/common';
import { ApplicationRow, HOLDS_PLACE } from '../../applications/public.js';
import type { ApplicationState } from '../../applications/public.js';
import type { Ctx } from '../../platform/database/context.js';
import type { Id } from '../../shared/ids.js';
import type { HeldSeat } from '../domain/build-instance.js';

/** Somebody who was found eligible and may be ranked. */
export interface RankableRow {
  readonly application: ApplicationRow;
  /** Places in their own order. */
  readonly choices: readonly Id[];
}

/** Reads what a list is made of, with the rights of the system. */
@Injectable()
export class SelectionInputs {
  /** Applications of a call in these states, in the order of their numbers. */
  async rankable(
    ctx: Ctx,
    callId: Id,
    states: readonly ApplicationState[],
    lock: boolean,
  ): Promise<readonly RankableRow[]> {
    const query = ctx.tx
      .createQueryBuilder(ApplicationRow, 'a')
      .where('a.call_id = :callId and a.state in (:...states)', { callId, states })
      .orderBy('a.number', 'ASC');
    if (lock) query.setLock('pessimistic_write');
    const applications = await query.getMany();
    const choices = await ctx.tx.query<{ id: Id; places: Id[] }[]>(
      `select c.application_id as id, array_agg(c.place_id order by c.rank) as places
       from application_choices c join applications a on a.id = c.application_id
       where a.call_id = $1 and a.state = any ($2) group by c.application_id`,
      [callId, states],
    );
    const byId = new Map(choices.map(({ id, places }) => [id, places]));
    return applications.map((application) => ({ application, choices: byId.get(application.id) ?? [] }));
  }

  /** Points with which applications were carried over, by number: those of the final list of the round before. */
  async carriedPoints(ctx: Ctx, callId: Id): Promise<ReadonlyMap<string, number | null>> {
    const rows = await ctx.tx.query<{ number: string; points: number | null }[]>(
      `select a.number, e.points from applications a
         join allocation_entries e on e.application_id = a.carried_from
         join allocation_lists l on l.id = e.list_id and l.kind = 'final' and l.published_at is not null
           and l.set_aside_at is null
       where a.call_id = $1 and a.number is not null`,
      [callId],
    );
    return new Map(rows.map(({ number, points }) => [number, points]));
  }

  /** What is held in the other rounds of the same call, each with the place of this one that has its seats. */
  heldElsewhere(ctx: Ctx, callId: Id): Promise<readonly HeldSeat[]> {
    return ctx.tx.query<HeldSeat[]>(
      `select (select mine.id from call_places mine where mine.call_id = $1 and place_root(mine.id) = place_root(p.id))
           as "placeId",
         p.institution_id as "hostInstitutionId", i.country as "hostCountry", a.home_country as "homeCountry",
         a.home_institution_id as "homeInstitutionId"
       from applications a join call_places p on p.id = a.place_id join institutions i on i.id = p.institution_id
       where a.call_id = any (rounds_of($1)) and a.call_id <> $1 and a.state = any ($2) order by a.number`,
      [callId, HOLDS_PLACE],
    );
  }

  /** Whether the seats of a place went to a second round: nobody waits for it any more. */
  async handedOver(ctx: Ctx, placeIds: readonly Id[]): Promise<ReadonlySet<Id>> {
    const rows = await ctx.tx.query<{ id: Id }[]>(
      `select distinct from_place_id as id from place_handovers where from_place_id = any ($1) and returned_at is null`,
      [placeIds],
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** How many seats of each place of a call a second round has. */
  async seatsGiven(ctx: Ctx, callId: Id): Promise<ReadonlyMap<Id, number>> {
    const rows = await ctx.tx.query<{ id: Id; seats: number }[]>(
      `select h.from_place_id as id, sum(h.seats)::integer as seats from place_handovers h
         join call_places p on p.id = h.from_place_id
       where p.call_id = $1 and h.returned_at is null group by h.from_place_id`,
      [callId],
    );
    return new Map(rows.map(({ id, seats }) => [id, seats]));
  }

  /** How many applications of a call are in each state. */
  async counts(ctx: Ctx, callId: Id): Promise<ReadonlyMap<ApplicationState, number>> {
    const rows = await ctx.tx.query<{ state: ApplicationState; count: number }[]>(
      'select state, count(*)::integer as count from applications where call_id = $1 group by state',
      [callId],
    );
    return new Map(rows.map(({ state, count }) => [state, count]));
  }
}
