import { Inject, Injectable } from '@nestjs/common';
import { Calls } from '../../calls/public.js';
import type { ApplicationRegister, Begun } from '../../calls/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import type { DomainEvent } from '../../platform/outbox/outbox.js';
import type { Id } from '../../shared/ids.js';

/** What leading a call means for the applications that were begun for it. */
@Injectable()
export class ApplicationsOfCall implements ApplicationRegister {
  constructor(@Inject(Calls) private readonly calls: Calls) {}

  /** Numbers alone: whoever leads a call sees nobody's application by it. */
  begun(ctx: Ctx, callId: Id): Promise<Begun> {
    return withSystemRights(ctx, async () => {
      const [row] = await ctx.tx.query<Begun[]>(
        `select count(*) filter (where state = 'draft')::integer as drafts,
           count(*) filter (where state not in ('draft', 'never_submitted', 'withdrawn', 'lapsed'))::integer as submitted
         from applications where call_id = $1`,
        [callId],
      );
      return row ?? { drafts: 0, submitted: 0 };
    });
  }

  /** Drafts are due when their call closes: within the act that moves its deadline, both ways. */
  async followDeadline(ctx: Ctx, { subject }: DomainEvent): Promise<void> {
    const call = await this.calls.byId(ctx, subject.id);
    if (!call) return;
    await withSystemRights(ctx, () =>
      ctx.tx.query(
        `update applications set due_at = greatest($2, access_until) where call_id = $1 and state = 'draft'`,
        [call.id, call.acceptsUntil],
      ),
    );
  }

  /** A code that was revoked lets nobody in any longer who has not submitted. */
  async followRevocation(ctx: Ctx, { subject, payload }: DomainEvent): Promise<void> {
    const call = await this.calls.byId(ctx, subject.id);
    if (!call) return;
    await withSystemRights(ctx, () =>
      ctx.tx.query(
        `update applications set access_until = least(access_until, $3), due_at = greatest($4, least(access_until, $3))
         where call_id = $1 and access_code_id = $2 and state = 'draft'`,
        [call.id, payload['code'], ctx.clock.now(), call.acceptsUntil],
      ),
    );
  }

  async appliesByCode(ctx: Ctx, callId: Id): Promise<boolean> {
    const { personId } = ctx.actor;
    if (!personId) return false;
    const rows = await ctx.tx.query<unknown[]>(
      `select from applications where call_id = $1 and applicant_id = $2 and access_code_id is not null limit 1`,
      [callId, personId],
    );
    return rows.length > 0;
  }
}
