import { Inject, Injectable } from '@nestjs/common';
import { People } from '../../access/public.js';
import type { Addressee } from '../../access/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Translator } from '../../platform/i18n/translator.js';
import type { DeliveredEvent } from '../../platform/outbox/outbox.js';
import { DiscussApplication } from '../../reviews/public.js';
import type { DiscussionForMail } from '../../reviews/public.js';
import type { Language } from '../../shared/language.js';
import type { MailContent } from '../domain/mail-content.js';
import type { Audience, Notice } from '../domain/recipients.js';

export interface DiscussionMatter {
  readonly event: DeliveredEvent;
  readonly discussion: DiscussionForMail;
}

/** Mails about what a panel says of an application: that something is said, never what, and never by whom. */
@Injectable()
export class DiscussionMails {
  constructor(
    @Inject(DiscussApplication) private readonly discussions: DiscussApplication,
    @Inject(People) private readonly people: People,
    @Inject(Translator) private readonly translator: Translator,
  ) {}

  async matterOf(ctx: Ctx, event: DeliveredEvent): Promise<DiscussionMatter | null> {
    const { application } = event.payload;
    const about = typeof application === 'string' ? application : null;
    const discussion = await this.discussions.forMail(ctx, event.subject.id, about);
    // What is over asks for nothing any more.
    return discussion?.open ? { event, discussion } : null;
  }

  async addressees(
    ctx: Ctx,
    { event, discussion }: DiscussionMatter,
    audience: Audience,
  ): Promise<readonly Addressee[]> {
    const { person } = event.payload;
    const ids =
      audience === 'panel_lead'
        ? [discussion.summariserId]
        : discussion.readers.filter((id) => typeof person !== 'string' || id === person);
    const found: Addressee[] = [];
    for (const id of ids) {
      const addressee = id === null ? null : await this.people.personById(ctx, id);
      if (addressee) found.push(addressee);
    }
    return found;
  }

  content({ event, discussion }: DiscussionMatter, { audience }: Notice, language: Language): MailContent {
    const { translator } = this;
    const { call, panel, panelId, applicationId, name } = discussion;
    const title = translator.localized(language, call.title);
    const number =
      name?.number ??
      ((name?.pseudonym ?? null) === null
        ? translator.t(language, 'reviews.candidate_unnumbered')
        : translator.t(language, 'reviews.candidate', { number: String(name?.pseudonym) }));
    const { entries } = event.payload;
    const fact = (key: string, value: string) => ({
      label: translator.t(language, `notifications.facts.${key}`),
      value,
    });
    return {
      audience,
      path:
        applicationId === null
          ? '/reviews'
          : `/reviews/panels/${panelId}/applications/${applicationId}/discussion`,
      values: {
        number,
        call: title,
        panel: translator.localized(language, panel),
        entries: translator.t(language, 'reviews.discussion.entries_count', {
          count: typeof entries === 'number' ? entries : 0,
        }),
      },
      facts: [...(applicationId === null ? [] : [fact('subject', number)]), fact('call', title)],
    };
  }
}
