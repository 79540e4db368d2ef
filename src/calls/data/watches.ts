import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import type { Id } from '../../shared/ids.js';
import type { Language } from '../../shared/language.js';

/** Somebody who wants to hear of a call, as they are written to. */
export interface Follower {
  readonly watchId: Id;
  /** Null for an address without an account. */
  readonly personId: Id | null;
  readonly email: string;
  readonly language: Language;
  /** Takes them off, and confirms an address. */
  readonly linkId: Id;
}

export interface WatchView {
  readonly id: Id;
  readonly callId: Id;
  readonly askedAt: Date;
  readonly confirmedAt: Date | null;
}

export interface NewWatch {
  readonly id: Id;
  readonly callId: Id;
  readonly personId: Id | null;
  readonly email: string | null;
  readonly emailKey: string | null;
  readonly language: Language | null;
  readonly linkId: Id;
}

const VIEW = 'id, call_id as "callId", asked_at as "askedAt", confirmed_at as "confirmedAt"';
const FOLLOWER = `select w.id as "watchId", w.person_id as "personId", coalesce(p.email, w.email) as email,
  coalesce(p.language, w.language) as language, w.link_id as "linkId"
  from call_watches w left join persons p on p.id = w.person_id`;

/** Who follows a call. */
@Injectable()
export class Watches {
  async ofPerson(ctx: Ctx, callId: Id, personId: Id): Promise<WatchView | null> {
    const [watch] = await ctx.tx.query<WatchView[]>(
      `select ${VIEW} from call_watches where call_id = $1 and person_id = $2`,
      [callId, personId],
    );
    return watch ?? null;
  }

  /** Locked, so that of two questions at once the second finds what the first one did. */
  async ofAddress(ctx: Ctx, callId: Id, emailKey: string): Promise<WatchView | null> {
    const [watch] = await ctx.tx.query<WatchView[]>(
      `select ${VIEW} from call_watches where call_id = $1 and email_key = $2 for update`,
      [callId, emailKey],
    );
    return watch ?? null;
  }

  async byId(ctx: Ctx, id: Id): Promise<WatchView | null> {
    const [watch] = await ctx.tx.query<WatchView[]>(`select ${VIEW} from call_watches where id = $1`, [id]);
    return watch ?? null;
  }

  /** Answers whether it was not there yet. An address is not confirmed by being given. */
  async add(ctx: Ctx, watch: NewWatch): Promise<boolean> {
    const now = ctx.clock.now();
    const added = await ctx.tx.query<unknown[]>(
      `insert into call_watches (id, call_id, person_id, email, email_key, language, link_id, asked_at, confirmed_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing returning id`,
      [
        watch.id,
        watch.callId,
        watch.personId,
        watch.email,
        watch.emailKey,
        watch.language,
        watch.linkId,
        now,
        watch.personId ? now : null,
      ],
    );
    return added.length > 0;
  }

  async askAgain(ctx: Ctx, id: Id, language: Language): Promise<void> {
    await ctx.tx.query('update call_watches set asked_at = $2, language = $3 where id = $1', [
      id,
      ctx.clock.now(),
      language,
    ]);
  }

  /** Answers whether it was there and not confirmed yet. */
  async confirm(ctx: Ctx, id: Id): Promise<boolean> {
    const [, confirmed] = await ctx.tx.query<[unknown[], number]>(
      'update call_watches set confirmed_at = $2 where id = $1 and confirmed_at is null',
      [id, ctx.clock.now()],
    );
    return confirmed > 0;
  }

  /** With the mails about it that stand under its address. */
  async remove(ctx: Ctx, id: Id): Promise<void> {
    await ctx.tx.query('delete from call_watches where id = $1', [id]);
  }

  /** An address that was asked for and is not confirmed. */
  async unconfirmed(ctx: Ctx, id: Id): Promise<readonly Follower[]> {
    return ctx.tx.query<Follower[]>(`${FOLLOWER} where w.id = $1 and w.confirmed_at is null`, [id]);
  }

  /** Those who are confirmed, in batches. @param after the watch that the batch before ended with; '' at the beginning */
  async followers(
    ctx: Ctx,
    callId: Id,
    { after, limit }: { readonly after: string; readonly limit: number },
  ): Promise<readonly Follower[]> {
    return ctx.tx.query<Follower[]>(
      `${FOLLOWER} where w.call_id = $1 and w.confirmed_at is not null and ($2 = '' or w.id > nullif($2, '')::uuid)
       order by w.id limit $3`,
      [callId, after, limit],
    );
  }
}
