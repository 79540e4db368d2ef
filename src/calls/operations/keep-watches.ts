import { Injectable } from '@nestjs/common';
import { Database, systemContext } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import type { Clock } from '../../shared/clock.js';
import type { Id } from '../../shared/ids.js';
import { CALL_CANCELLED, CALL_OPENED } from '../domain/calls.events.js';

const BATCH = 500;
const DAY_MS = 86_400_000;
/** Whoever has not confirmed their address by then did not mean it. */
const CONFIRM_DAYS = 7;
/** So long whoever follows a call that was cancelled is kept for being told, whatever holds up the mails. */
const TELL_DAYS = 7;

/** What the clock does for those who follow calls: it tells that one has opened, once, and forgets who waited. */
@Injectable()
export class KeepWatches {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {}

  /** Returns how many openings were told. */
  async tellOpenings(clock: Clock): Promise<number> {
    const request = systemContext(clock);
    const opened = await this.database.read(request, (ctx) =>
      ctx.tx.query<{ id: Id }[]>(
        `select id from calls c where state = 'published' and opens_at <= $1 and closes_at > $1
           and not exists (select from call_openings o where o.call_id = c.id)
         order by opens_at, id limit $2`,
        [clock.now(), BATCH],
      ),
    );
    let told = 0;
    for (const { id } of opened) {
      const first = await this.database.transaction(request, async (ctx) => {
        // Another worker waits here for this one, and then finds that it is told.
        const [mine] = await ctx.tx.query<unknown[]>(
          'insert into call_openings (call_id, told_at) values ($1, $2) on conflict do nothing returning call_id',
          [id, ctx.clock.now()],
        );
        if (!mine) return false;
        await this.outbox.emit(ctx, { type: CALL_OPENED, subject: { kind: 'call', id }, payload: {} });
        return true;
      });
      if (first) told += 1;
    }
    return told;
  }

  /** Addresses are kept no longer than there is something to tell them. Returns how many were forgotten. */
  async forget(clock: Clock): Promise<number> {
    return this.database.transaction(systemContext(clock), async (ctx) => {
      const now = clock.now();
      const [, forgotten] = await ctx.tx.query<[unknown[], number]>(
        `delete from call_watches w using calls c where c.id = w.call_id and (
           (w.confirmed_at is null and w.asked_at < $2)
           or ((c.state not in ('published', 'standby')
               or c.closes_at + c.grace_minutes * interval '1 minute' <= $1)
             and not exists (select from mail_messages m where m.watch_id = w.id and m.state = 'queued')
             and not (c.state = 'cancelled' and w.confirmed_at is not null and exists (select from outbox_events e
               where e.subject_kind = 'call' and e.subject_id = c.id::text and e.type = $3 and e.at > $4
                 and not exists (select from mail_messages m where m.event_id = e.id
                   and (m.watch_id = w.id or m.person_id = w.person_id))))))`,
        [
          now,
          new Date(now.getTime() - CONFIRM_DAYS * DAY_MS),
          CALL_CANCELLED,
          new Date(now.getTime() - TELL_DAYS * DAY_MS),
        ],
      );
      return forgotten;
    });
  }
}
