import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { rowsOf } from '../../platform/database/prepared.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import { CoApplicantRow } from './co-applicant.entity.js';

/** Co-applicants, as the actor of the context may see them. */
@Injectable()
export class CoApplicantsRepository {
  /** Of an application, in the order in which they were invited. */
  of(ctx: Ctx, applicationId: Id): Promise<CoApplicantRow[]> {
    return rowsOf(ctx, CoApplicantRow, { applicationId }, { order: { createdAt: 'asc', id: 'asc' } });
  }

  /** Where the actor applies together with somebody, or did, the youngest first. */
  mine(ctx: Ctx): Promise<CoApplicantRow[]> {
    const { personId } = ctx.actor;
    if (personId === null) return Promise.resolve([]);
    return ctx.tx.find(CoApplicantRow, { where: { personId }, order: { acceptedAt: 'DESC', id: 'DESC' } });
  }

  /** The actor's own row in an application: the one that stands, or the last that did. */
  async mineIn(ctx: Ctx, applicationId: Id): Promise<CoApplicantRow | null> {
    const mine = (await this.mine(ctx)).filter((row) => row.applicationId === applicationId);
    return mine.find(({ state }) => state === 'accepted' || state === 'confirmed') ?? mine[0] ?? null;
  }

  async find(ctx: Ctx, id: string): Promise<CoApplicantRow> {
    const row = isId(id) ? await ctx.tx.findOne(CoApplicantRow, { where: { id } }) : null;
    if (!row) throw new DomainError('not_found');
    return row;
  }

  /** Locked until the transaction ends. Whoever may only look gets it as it stands, for the policy to refuse. */
  async lock(ctx: Ctx, id: string): Promise<CoApplicantRow> {
    const row = isId(id)
      ? await ctx.tx.findOne(CoApplicantRow, { where: { id }, lock: { mode: 'pessimistic_write' } })
      : null;
    return row ?? this.find(ctx, id);
  }

  async save(ctx: Ctx, row: CoApplicantRow): Promise<void> {
    await ctx.tx.save(CoApplicantRow, row);
  }

  /** A page of the invitations to a call that are still out, in whatever state their applications are. */
  async invitedTo(
    ctx: Ctx,
    callId: Id,
    { after, limit }: { readonly after: Id | null; readonly limit: number },
  ): Promise<readonly Id[]> {
    const rows = await ctx.tx.query<{ id: Id }[]>(
      `select c.id from co_applicants c join applications a on a.id = c.application_id
       where a.call_id = $1 and c.state = 'invited' and ($2::uuid is null or c.id > $2)
       order by c.id limit $3`,
      [callId, after, limit],
    );
    return rows.map(({ id }) => id);
  }
}
