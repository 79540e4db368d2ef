import { Inject, Injectable } from '@nestjs/common';
import { CALL_CANCELLED, Watches } from '../../calls/public.js';
import type { Follower } from '../../calls/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Translator } from '../../platform/i18n/translator.js';
import type { Id } from '../../shared/ids.js';
import type { MailContent } from '../domain/mail-content.js';
import type { Notice } from '../domain/recipients.js';
import { STILL_IN } from './call-mails.js';
import type { CallMatter } from './call-mails.js';

/** So many followers are written to in one transaction; the next follow in a job of their own. */
const BATCH = 200;

/** Mails to those who follow a call, with an account or by an address alone. */
@Injectable()
export class FollowerMails {
  constructor(
    @Inject(Watches) private readonly watches: Watches,
    @Inject(Translator) private readonly translator: Translator,
  ) {}

  /** @param after the watch that the batch before ended with; '' at the beginning */
  async followers(ctx: Ctx, { event, call }: CallMatter, after: string): Promise<readonly Follower[]> {
    const { watch } = event.payload;
    return typeof watch === 'string'
      ? this.watches.unconfirmed(ctx, watch)
      : this.watches.followers(ctx, call.id, { after, limit: BATCH });
  }

  isFull(batch: readonly Follower[]): boolean {
    return batch.length === BATCH;
  }

  /** Who of them began an application, and is told of a deadline that was moved, or of the end, by a mail about that. */
  async applicantsAmong(
    ctx: Ctx,
    { event, call, moved }: CallMatter,
    followers: readonly Follower[],
  ): Promise<ReadonlySet<Id>> {
    if (!moved && event.type !== CALL_CANCELLED) return new Set();
    const rows = await ctx.tx.query<{ id: Id }[]>(
      `select a.applicant_id as id from applications a
       where a.call_id = $1 and a.applicant_id = any ($2) and ${STILL_IN}`,
      [call.id, followers.flatMap(({ personId }) => personId ?? [])],
    );
    return new Set(rows.map(({ id }) => id));
  }

  content({ event, call, moved }: CallMatter, { template }: Notice, follower: Follower): MailContent {
    const { language, linkId } = follower;
    const { translator } = this;
    const title = translator.localized(language, call.title);
    const instant = (at: Date) => translator.dateTimeInSentence(language, at, call.timeZone);
    const until = moved?.to ?? call.closesAt;
    const confirms = template === 'watch_confirm';
    const query = `?lang=${language}`;
    // Nothing follows any more that they could be taken off from, and no date stands.
    const ended = template === 'watched_cancelled';
    const quote = moved ? translator.localized(language, moved.reason) : ended ? call.cancelledReason : null;
    return {
      audience: 'followers',
      ...(confirms
        ? { path: '/watches/', link: linkId, query }
        : { path: `/calls/${call.slug}${query}`, ...(ended ? {} : { stop: linkId }) }),
      values: {
        call: title,
        opens: instant(call.opensAt),
        until: instant(until),
        ...(moved ? { from: instant(moved.from) } : {}),
      },
      facts: [
        { label: translator.t(language, 'notifications.facts.call'), value: title },
        ...(ended
          ? []
          : [
              {
                label: translator.t(language, 'notifications.facts.until'),
                value: translator.deadline(language, until, [call.timeZone], event.at).absolute,
              },
            ]),
      ],
      ...(quote ? { quote } : {}),
    };
  }
}
