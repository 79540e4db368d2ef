import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { ERASED } from '../../privacy/public.js';
import type { Id } from '../../shared/ids.js';

/** What two countries said of a person who is erased: who decided what and when stays, the words do not. */
@Injectable()
export class ForgetWords {
  /** Answers how many sides and conditions lost words. Needs the rights of the system. */
  async of(ctx: Ctx, kind: string, subjects: readonly Id[]): Promise<number> {
    const [, changed] = await ctx.tx.query<[unknown[], number]>(
      `update decision_sides s set
         reason_text = case when reason_text is not null then $3 end,
         answer = case when answer is not null then $3 end,
         conditions = array_fill($3::text, array[cardinality(conditions)])
       from decisions d where d.id = s.decision_id and d.subject_kind = $1 and d.subject_id = any ($2)
         and (reason_text is not null or answer is not null or cardinality(conditions) > 0)`,
      [kind, subjects, ERASED],
    );
    const [, followed] = await ctx.tx.query<[unknown[], number]>(
      `update decision_conditions c set text = $3,
         evidence_text = case when c.evidence_text is not null then $3 end,
         settled_note = case when c.settled_note is not null then $3 end
       from decisions d where d.id = c.decision_id and d.subject_kind = $1 and d.subject_id = any ($2)`,
      [kind, subjects, ERASED],
    );
    return changed + followed;
  }
}
