import { Injectable } from '@nestjs/common';
import type { CallRegister, CallWithPanels } from '../../access/public.js';
import type { Ctx } from '../../platform/database/context.js';

/** Calls with their panels, for whoever appoints reviewers. */
@Injectable()
export class CallsForReviewers implements CallRegister {
  withPanels(ctx: Ctx): Promise<readonly CallWithPanels[]> {
    return ctx.tx.query<CallWithPanels[]>(
      `select c.id, c.title, coalesce((select json_agg(json_build_object('id', p.id, 'name', p.name)
           order by p.created_at, p.id) from review_panels p where p.call_id = c.id), '[]') as panels
       from calls c where c.state not in ('draft', 'cancelled', 'archived') order by c.opens_at desc, c.id`,
    );
  }
}
