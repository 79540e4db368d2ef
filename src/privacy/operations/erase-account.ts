import { Inject, Injectable } from '@nestjs/common';
import { ForgetPerson } from '../../access/public.js';
import type { Ctx } from '../../platform/database/context.js';
import type { Id } from '../../shared/ids.js';
import type { ErasedPart, ErasureHold, ErasureSource, ForgetApplications } from '../privacy-ports.js';
import { ERASED, changeRows, forgetValues } from './forget-values.js';

/** Whatever was written about a correction. */
const CORRECTION_WORDS = ['wanted', 'because', 'answer'] as const;

/** What was asked to be put right in an application goes with what the application held. */
export const correctionsOfApplications: ForgetApplications = async (ctx, applications) => {
  let rows = 0;
  for (const column of CORRECTION_WORDS) {
    const of = { table: 'corrections', by: 'application_id', column };
    rows = Math.max(rows, await forgetValues(ctx, of, applications));
  }
  return { corrections: rows };
};

/**
 * What the rooms to the left and this one hold about a person: the account with its ways in, roles, mails. Receipts of
 * consent and the register of transfers stay: ids, codes and dates that prove that what was done was lawful.
 */
@Injectable()
export class EraseAccount implements ErasureSource {
  readonly part = 'account';

  constructor(@Inject(ForgetPerson) private readonly forget: ForgetPerson) {}

  async holds(ctx: Ctx, persons: readonly Id[]): Promise<readonly ErasureHold[]> {
    return (await this.forget.holdsOffice(ctx, persons))
      ? [{ code: 'holds_office', subject: null, until: null }]
      : [];
  }

  async erase(ctx: Ctx, persons: readonly Id[]): Promise<ErasedPart> {
    const words = async (table: string, columns: readonly string[], by = 'person_id', keys = persons) => {
      let rows = 0;
      for (const column of columns)
        rows = Math.max(rows, await forgetValues(ctx, { table, by, column }, keys));
      return rows;
    };
    // Found by an address that is gone afterwards.
    const invitations = await this.forget.invitationsOf(ctx, persons);
    return {
      erased: {
        role_invitations: await words('role_invitations', ['email', 'reason'], 'id', invitations),
        role_grants: await words('role_grants', ['reason', 'revoke_reason']),
        role_proposals: await words('role_proposals', ['claim']),
        conflict_declarations:
          (await words('conflict_declarations', ['lift_reason'])) +
          (await words('conflict_declarations', ['lift_reason'], 'about_id')),
        corrections_waiting: await changeRows(
          ctx,
          `update corrections set state = 'withdrawn', ended_at = $2 where person_id = any ($1) and state = 'asked'`,
          [persons, ctx.clock.now()],
        ),
        corrections: await words('corrections', CORRECTION_WORDS),
        // Of a request that was answered before it stays what was answered, by its code.
        erasures: await changeRows(
          ctx,
          `update erasures set reason = case when reason is null then null else $2 end,
             extension_reason = case when extension_reason is null then null else $2 end,
             returned_reason = case when returned_reason is null then null else $2 end
           where person_id = any ($1) and coalesce(reason, extension_reason, returned_reason) is not null`,
          [persons, ERASED],
        ),
        // One on its way is not sent any more; of one that was it stays that it was.
        mails_on_their_way: await changeRows(
          ctx,
          `delete from mail_messages where person_id = any ($1) and state = 'queued'`,
          [persons],
        ),
        mail_messages: await changeRows(
          ctx,
          `update mail_messages set address = $2, data = '{}' where person_id = any ($1)`,
          [persons, ERASED],
        ),
        residencies: await changeRows(ctx, 'delete from residencies where person_id = any ($1)', [persons]),
        idempotency_keys: await changeRows(ctx, 'delete from idempotency_keys where actor_id = any ($1)', [
          persons,
        ]),
        ...(await this.forget.run(ctx, persons, ERASED)),
      },
      kept: [],
    };
  }
}
