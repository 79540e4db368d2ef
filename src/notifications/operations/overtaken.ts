import type { Ctx } from '../../platform/database/context.js';
import type { MailTemplate } from '../domain/recipients.js';

/** Mails that ask for a submission. */
export const ASKING_TO_SUBMIT: readonly MailTemplate[] = ['draft_due_soon', 'return_due_soon'];

/**
 * Whether a reminder of a deadline asks for nothing any more, because the application was submitted or withdrawn since, its
 * deadline was moved, or its call was cancelled. Asked when it is written, and once more when it leaves: a mail server can
 * be away for days.
 */
export async function isOvertaken(ctx: Ctx, eventId: string): Promise<boolean> {
  const [asks] = await ctx.tx.query<unknown[]>(
    `select e.id from outbox_events e join applications a on a.id = e.subject_id::uuid join calls c on c.id = a.call_id
     where e.id = $1 and a.state in ('draft', 'returned') and c.state <> 'cancelled'
       and a.due_at = (e.payload->>'dueAt')::timestamptz`,
    [eventId],
  );
  return asks === undefined;
}
