import { Inject, Injectable } from '@nestjs/common';
import { Amendments, Calls } from '../../calls/public.js';
import type { CallView } from '../../calls/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Translator } from '../../platform/i18n/translator.js';
import type { DeliveredEvent } from '../../platform/outbox/outbox.js';
import type { Id } from '../../shared/ids.js';
import type { Language, LocalizedText } from '../../shared/language.js';
import { Countries } from '../../universities/public.js';
import type { MailContent } from '../domain/mail-content.js';
import type { Notice } from '../domain/recipients.js';
import type { MailAddressee } from './role-mails.js';

/** So many people are written to in one transaction; the next follow in a job of their own. */
const BATCH = 200;

/** Whoever has begun an application `a` and not left it. */
export const STILL_IN = `a.state not in ('never_submitted', 'withdrawn', 'lapsed', 'ineligible')`;

/** What happened to a call, with what mails about it need. */
export interface CallMatter {
  readonly event: DeliveredEvent;
  readonly call: CallView;
  /** Of a deadline that was moved; null for anything else. */
  readonly moved: { readonly from: Date; readonly to: Date; readonly reason: LocalizedText } | null;
  /** Why the words or the form changed; null for anything else. */
  readonly amended: LocalizedText | null;
}

/** Somebody who began an application, and which. */
export type Applicant = MailAddressee & {
  readonly applicationId: Id;
  readonly country: string;
};

/** Mails about a call to everybody who began an application for it and has not left it: thousands, a batch at a time. */
@Injectable()
export class CallMails {
  constructor(
    @Inject(Calls) private readonly calls: Calls,
    @Inject(Amendments) private readonly amendments: Amendments,
    @Inject(Countries) private readonly countries: Countries,
    @Inject(Translator) private readonly translator: Translator,
  ) {}

  async matterOf(ctx: Ctx, event: DeliveredEvent): Promise<CallMatter | null> {
    const call = await this.calls.byId(ctx, event.subject.id);
    if (!call) return null;
    const { amendment } = event.payload;
    const moved = typeof amendment === 'string' ? await this.amendments.move(ctx, amendment) : null;
    const amended =
      typeof amendment === 'string' && !moved ? await this.amendments.text(ctx, amendment) : null;
    return { event, call, moved, amended: amended?.reason ?? null };
  }

  /** @param after the application that the batch before ended with; '' at the beginning */
  async applicants(ctx: Ctx, { call }: CallMatter, after: string): Promise<readonly Applicant[]> {
    return ctx.tx.query<Applicant[]>(
      `select p.id, p.email, p.language, p.country, a.id as "applicationId"
       from applications a join persons p on p.id = a.applicant_id
       where a.call_id = $1 and ${STILL_IN}
         and ($2 = '' or a.id > nullif($2, '')::uuid)
       order by a.id limit $3`,
      [call.id, after, BATCH],
    );
  }

  isFull(batch: readonly Applicant[]): boolean {
    return batch.length === BATCH;
  }

  async content(
    ctx: Ctx,
    { event, call, moved, amended }: CallMatter,
    { audience }: Notice,
    { language, country, applicationId }: Applicant,
  ): Promise<MailContent> {
    const { timeZone } = await this.countries.byCode(ctx, country);
    const title = this.translator.localized(language, call.title);
    const instant = (at: Date) => this.translator.dateTimeInSentence(language, at, timeZone);
    const reason = moved?.reason ?? amended;
    const quote = reason ? this.translator.localized(language, reason) : call.cancelledReason;
    return {
      audience,
      path: `/applications/${applicationId}`,
      values: {
        call: title,
        ...(moved ? { from: instant(moved.from), until: instant(moved.to) } : {}),
      },
      facts: [
        { label: this.word(language, 'call'), value: title },
        ...(moved
          ? [
              {
                label: this.word(language, 'until'),
                value: this.translator.deadline(language, moved.to, [timeZone, call.timeZone], event.at)
                  .absolute,
              },
            ]
          : []),
      ],
      ...(quote ? { quote } : {}),
    };
  }

  private word(language: Language, fact: string): string {
    return this.translator.t(language, `notifications.facts.${fact}`);
  }
}
