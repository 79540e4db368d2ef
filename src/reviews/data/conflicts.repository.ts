import { Injectable } from '@nestjs/common';
import { In, IsNull } from 'typeorm';
import type { Ctx } from '../../platform/database/context.js';
import type { Id } from '../../shared/ids.js';
import type { ConflictKind } from '../domain/conflict-graph.js';
import { ReviewConflictRow } from './review-conflict.entity.js';

/** What was found between reviewers and applications and is still so, dismissed or not. */
@Injectable()
export class ConflictsRepository {
  standing(
    ctx: Ctx,
    reviewerIds: readonly Id[],
    applicationIds: readonly Id[],
  ): Promise<ReviewConflictRow[]> {
    if (reviewerIds.length === 0 || applicationIds.length === 0) return Promise.resolve([]);
    return ctx.tx.find(ReviewConflictRow, {
      where: {
        reviewerId: In([...reviewerIds]),
        applicationId: In([...applicationIds]),
        endedAt: IsNull(),
      },
      order: { foundAt: 'ASC', id: 'ASC' },
    });
  }

  async insert(ctx: Ctx, rows: readonly ReviewConflictRow[]): Promise<void> {
    for (let from = 0; from < rows.length; from += BATCH) {
      await ctx.tx.insert(ReviewConflictRow, rows.slice(from, from + BATCH));
    }
  }

  async end(ctx: Ctx, ids: readonly Id[]): Promise<void> {
    if (ids.length > 0) {
      await ctx.tx.update(ReviewConflictRow, { id: In([...ids]) }, { endedAt: ctx.clock.now() });
    }
  }

  async rebind(ctx: Ctx, ids: readonly Id[], binding: boolean): Promise<void> {
    if (ids.length > 0) await ctx.tx.update(ReviewConflictRow, { id: In([...ids]) }, { binding });
  }

  /** All evidence of one kind between two, by the actor. Returns how many there were. */
  async dismiss(
    ctx: Ctx,
    { reviewerId, applicationId, kind }: { reviewerId: Id; applicationId: Id; kind: ConflictKind },
    dismissal: string,
  ): Promise<number> {
    const { affected } = await ctx.tx.update(
      ReviewConflictRow,
      { reviewerId, applicationId, kind, endedAt: IsNull(), dismissedAt: IsNull() },
      { dismissedAt: ctx.clock.now(), dismissedBy: ctx.actor.personId, dismissal },
    );
    return affected ?? 0;
  }

  /** Calls in which something is assessed, or about to be, with who holds the role of a reviewer there. Needs the rights of the system. */
  async reviewed(
    ctx: Ctx,
    only: { readonly callId?: Id; readonly reviewerId?: Id; readonly applicantId?: Id } = {},
  ): Promise<
    readonly {
      readonly callId: Id;
      readonly reviewers: readonly Id[];
      readonly applications: readonly Id[];
    }[]
  > {
    return ctx.tx.query(
      `select c.id as "callId",
         (select coalesce(array_agg(distinct g.person_id order by g.person_id), '{}') from role_grants g
           where g.role = 'reviewer' and g.call_id = c.id and ($3::uuid is null or g.person_id = $3)
             and exists (select from grants_in_force(g.person_id, $1) held where held.id = g.id)) as reviewers,
         (select coalesce(array_agg(a.id order by a.id), '{}') from applications a
           where a.call_id = c.id and a.state in ('eligible', 'in_review', 'scored')
             and ($4::uuid is null or a.applicant_id = $4 or $4 = any (a.co_authors))) as applications
       from calls c where ($2::uuid is null or c.id = $2) and c.state in ('published', 'in_selection')
         and exists (select from review_panels p where p.call_id = c.id and p.phase <> 'closed')
         and ($3::uuid is null or exists (select from role_grants g
           where g.role = 'reviewer' and g.call_id = c.id and g.person_id = $3))
         and ($4::uuid is null or exists (select from applications a where a.call_id = c.id and (a.applicant_id = $4 or $4 = any (a.co_authors))))
       order by c.id`,
      [ctx.clock.now(), only.callId ?? null, only.reviewerId ?? null, only.applicantId ?? null],
    );
  }

  /** What stands between these two and was given all the same, in panels that are still at work. Needs the rights of the system. */
  async assigned(
    ctx: Ctx,
    reviewerIds: readonly Id[],
    applicationIds: readonly Id[],
  ): Promise<readonly Id[]> {
    const rows = await ctx.tx.query<{ id: Id }[]>(
      `select r.id from review_assignments r join review_panels p on p.id = r.panel_id
       where r.reviewer_id = any ($1) and r.application_id = any ($2) and p.phase <> 'closed'
         and r.state in ('assigned', 'accepted', 'submitted') and exists (select from review_conflicts c
           where c.reviewer_id = r.reviewer_id and c.application_id = r.application_id and c.binding
             and c.ended_at is null and c.dismissed_at is null)
       order by r.id`,
      [reviewerIds, applicationIds],
    );
    return rows.map(({ id }) => id);
  }
}

const BATCH = 500;
