import { Injectable } from '@nestjs/common';
import { ApplicationRow } from '../../applications/public.js';
import type { ApplicationState } from '../../applications/public.js';
import type { Ctx } from '../../platform/database/context.js';
import type { Id } from '../../shared/ids.js';

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

  /** How many applications of a call are in each state. */
  async counts(ctx: Ctx, callId: Id): Promise<ReadonlyMap<ApplicationState, number>> {
    const rows = await ctx.tx.query<{ state: ApplicationState; count: number }[]>(
      'select state, count(*)::integer as count from applications where call_id = $1 group by state',
      [callId],
    );
    return new Map(rows.map(({ state, count }) => [state, count]));
  }
}
