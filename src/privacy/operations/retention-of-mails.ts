import { ERASED, changeRows } from './forget-values.js';
import type { DueRecord, RetentionSource } from '../privacy-ports.js';

/** Of a mail it stays that it was sent: to whom by their id, of what by its template. */
export const retentionOfMails: RetentionSource = {
  category: 'mails',

  due: (ctx, { country, except, before, after, limit }) =>
    ctx.tx.query<DueRecord[]>(
      `select m.id, m.person_id as "personId", null as label from mail_messages m
       left join persons p on p.id = m.person_id
       where m.state <> 'queued' and m.queued_at < $1 and m.address <> $2
         and (p.country = $3 or ($3::text is null and coalesce(p.country, '') <> all ($4::text[])))
         and ($5::uuid is null or m.id > $5) order by m.id limit $6`,
      [before, ERASED, country, except, after, limit],
    ),

  async forget(ctx, ids) {
    await changeRows(ctx, `update mail_messages set address = $2, data = '{}' where id = any ($1)`, [
      ids,
      ERASED,
    ]);
  },
};
