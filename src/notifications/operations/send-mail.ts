import { Inject, Injectable } from '@nestjs/common';
import { SignedLinks } from '../../access/public.js';
import { Settings } from '../../platform/config/settings.js';
import { Database, systemContext } from '../../platform/database/database.js';
import { Mailer } from '../../platform/mail/mailer.js';
import { ERASED } from '../../privacy/public.js';
import { systemClock } from '../../shared/clock.js';
import type { Id } from '../../shared/ids.js';
import type { Language } from '../../shared/language.js';
import type { MailCalendar, MailContent } from '../domain/mail-content.js';
import type { MailTemplate } from '../domain/recipients.js';
import { calendarEntry } from '../rendering/calendar-entry.js';
import { MailRenderer } from '../rendering/mail-renderer.js';
import { ASKING_TO_SUBMIT, isOvertaken } from './overtaken.js';

/** The worker's task that sends one queued mail; payload `mailId`. */
export const SEND_MAIL = 'send_mail';

interface QueuedMail {
  readonly eventId: string;
  readonly address: string;
  /** Null for somebody who was invited and whom the programme does not know yet. */
  readonly name: string | null;
  readonly language: Language;
  readonly template: MailTemplate;
  readonly content: MailContent;
  readonly messageId: string;
}

/**
 * Sends a queued mail and marks it sent. Where the process dies between the two it is sent again under the same
 * Message-ID, by which mailboxes recognise it. A server that is away makes it throw, and the queue tries again; an
 * address that the server refuses for good ends it.
 */
@Injectable()
export class SendMail {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Mailer) private readonly mailer: Mailer,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(MailRenderer) private readonly renderer: MailRenderer,
    @Inject(SignedLinks) private readonly links: SignedLinks,
  ) {}

  async run(mailId: Id): Promise<void> {
    const mail = await this.queued(mailId);
    if (!mail) return;
    const { language, template, content } = mail;
    if (ASKING_TO_SUBMIT.includes(template) && (await this.forgetOvertaken(mailId, mail))) return;
    const stop =
      content.stop === undefined ? null : `/watches/${await this.token(content.stop)}?lang=${language}`;
    const rendered = this.renderer.render(language, template, await this.withLink(content), stop);
    try {
      await this.mailer.send({
        to: { name: mail.name ?? '', address: mail.address },
        messageId: mail.messageId,
        language,
        ...rendered,
        ...(content.calendar ? { calendar: this.entry(content.calendar, mail) } : {}),
      });
    } catch (error) {
      if (!isRefusedForGood(error)) throw error;
      await this.mark(mailId, 'failed');
      return;
    }
    await this.mark(mailId, 'sent');
  }

  private forgetOvertaken(mailId: Id, { eventId }: QueuedMail): Promise<boolean> {
    return this.database.transaction(systemContext(systemClock), async (ctx) => {
      if (!(await isOvertaken(ctx, eventId))) return false;
      await ctx.tx.query(`delete from mail_messages where id = $1 and state = 'queued'`, [mailId]);
      return true;
    });
  }

  private entry(calendar: MailCalendar, { name, address }: QueuedMail) {
    const [, from = this.settings.mailFrom] = /<([^>]+)>/.exec(this.settings.mailFrom) ?? [];
    const content = calendarEntry(
      calendar,
      { name: 'MOST', email: from },
      { name: name ?? address, email: address },
    );
    return { method: calendar.method, content };
  }

  private async withLink(content: MailContent): Promise<MailContent> {
    const { link } = content;
    if (link === undefined) return content;
    return { ...content, path: `${content.path}${await this.token(link)}${content.query ?? ''}` };
  }

  private token(link: Id): Promise<string> {
    return this.database.read(systemContext(systemClock), (ctx) => this.links.tokenOf(ctx, link));
  }

  private queued(mailId: Id): Promise<QueuedMail | undefined> {
    return this.database.read(systemContext(systemClock), async (ctx) => {
      const [mail] = await ctx.tx.query<QueuedMail[]>(
        `select m.event_id::text as "eventId", m.address, p.native_given || ' ' || p.native_family as name, m.language, m.template, m.data as content,
           m.message_id as "messageId"
         from mail_messages m left join persons p on p.id = m.person_id where m.id = $1 and m.state = 'queued'`,
        [mailId],
      );
      return mail;
    });
  }

  private async mark(mailId: Id, state: 'sent' | 'failed'): Promise<void> {
    await this.database.transaction(systemContext(systemClock), (ctx) =>
      ctx.tx.query(
        // Of whoever was erased the address ends with the mail that it was kept for.
        `update mail_messages set state = $2, sent_at = case when $2 = 'sent' then $3::timestamptz end,
           address = case when erasure_id is null then address else $4 end,
           data = case when erasure_id is null then data else '{}' end
         where id = $1 and state = 'queued'`,
        [mailId, state, ctx.clock.now(), ERASED],
      ),
    );
  }
}

/** The server answered that there is no such mailbox (RFC 5321, 550–553): asking again changes nothing. */
function isRefusedForGood(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, responseCode } = error as { readonly code?: unknown; readonly responseCode?: unknown };
  return (
    code === 'EENVELOPE' && typeof responseCode === 'number' && responseCode >= 550 && responseCode <= 553
  );
}
