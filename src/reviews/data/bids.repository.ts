import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import type { Id } from '../../shared/ids.js';
import { ReviewBidRow } from './review-bid.entity.js';

@Injectable()
export class BidsRepository {
  /** All that the actor may see: reviewers their own, whoever keeps the panel everybody's. */
  ofPanel(ctx: Ctx, panelId: Id): Promise<ReviewBidRow[]> {
    return ctx.tx.find(ReviewBidRow, {
      where: { panelId },
      order: { reviewerId: 'ASC', applicationId: 'ASC' },
    });
  }

  async save(ctx: Ctx, rows: readonly ReviewBidRow[]): Promise<void> {
    for (const row of rows) {
      await ctx.tx.query(
        `insert into review_bids (panel_id, application_id, reviewer_id, bid, said_at) values ($1, $2, $3, $4, $5)
         on conflict (panel_id, application_id, reviewer_id) do update set bid = excluded.bid, said_at = excluded.said_at
         where review_bids.bid <> excluded.bid`,
        [row.panelId, row.applicationId, row.reviewerId, row.bid, row.saidAt],
      );
    }
  }

  /** Fields of ISCED-F of the places that were chosen. Needs the rights of the system. */
  async fieldsOf(ctx: Ctx, applicationIds: readonly Id[]): Promise<ReadonlyMap<Id, readonly string[]>> {
    const rows = await ctx.tx.query<{ id: Id; fields: string[] }[]>(
      `select o.application_id as id, array_agg(distinct p.field_code order by p.field_code) as fields
       from application_choices o join call_places p on p.id = o.place_id
       where o.application_id = any ($1) group by o.application_id`,
      [applicationIds],
    );
    return new Map(rows.map(({ id, fields }) => [id, fields]));
  }

  /** To which of these nothing binds the actor, by the database's own word. */
  async unbound(ctx: Ctx, applicationIds: readonly Id[]): Promise<readonly Id[]> {
    const rows = await ctx.tx.query<{ id: Id }[]>(
      'select id from unnest($1::uuid[]) id where not actor_is_tied_to(id) order by id',
      [applicationIds],
    );
    return rows.map(({ id }) => id);
  }
}
