import { Injectable } from '@nestjs/common';
import { ForgetFiles } from '../../documents/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { ERASED, changeRows, forgetValues } from '../../privacy/public.js';
import type { ErasedPart, ErasureHold, ErasureSource } from '../../privacy/public.js';
import type { Id } from '../../shared/ids.js';

/** Gates before what an erased person applied for: that there were some, of which kind, and how they ended stays. */
@Injectable()
export class EraseGates implements ErasureSource {
  readonly part = 'gates';

  constructor(private readonly files: ForgetFiles) {}

  /** A gate that waits stands before an application that runs, which holds its person itself. */
  holds(): Promise<readonly ErasureHold[]> {
    return Promise.resolve([]);
  }

  async erase(ctx: Ctx, persons: readonly Id[]): Promise<ErasedPart> {
    const rows = await ctx.tx.query<{ id: Id }[]>('select id from gates where about_persons && $1::uuid[]', [
      persons,
    ]);
    const ids = rows.map(({ id }) => id);
    return {
      erased: {
        gates: await changeRows(
          ctx,
          `update gates set reason_text = case when reason_text is null then null else $2 end,
             told_text = case when told_text is null then null else $2 end,
             conditions = array(select $2::text from unnest(conditions)) where id = any ($1)`,
          [ids, ERASED],
        ),
        gate_evidence: await forgetValues(
          ctx,
          { table: 'gate_evidence', by: 'gate_id', column: 'words' },
          ids,
        ),
        uploads: await this.files.ofSubjects(ctx, 'gate', ids),
        screening_hits: await changeRows(
          ctx,
          `update screening_hits set own_name = $2, reason = case when reason is null then null else $2 end
           where gate_id = any ($1) and party_kind = 'person'`,
          [ids, ERASED],
        ),
      },
      kept: [],
    };
  }
}
