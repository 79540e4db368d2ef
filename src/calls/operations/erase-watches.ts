import type { Ctx } from '../../platform/database/context.js';
import { changeRows } from '../../privacy/public.js';
import type { ErasureSource } from '../../privacy/public.js';
import type { Id } from '../../shared/ids.js';

/** Whoever is erased follows no call any more, by their account or by its address. */
export const eraseWatches: ErasureSource = {
  part: 'watches',

  holds: () => Promise.resolve([]),

  async erase(ctx: Ctx, persons: readonly Id[]) {
    const gone = `select id from call_watches where person_id = any ($1)
      or lower(email) in (select lower(email) from persons where id = any ($1))`;
    await changeRows(ctx, `delete from mail_messages where watch_id in (${gone})`, [persons]);
    return {
      erased: {
        call_watches: await changeRows(ctx, `delete from call_watches where id in (${gone})`, [persons]),
      },
      kept: [],
    };
  },
};
