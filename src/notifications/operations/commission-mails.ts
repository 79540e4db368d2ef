import { Inject, Injectable } from '@nestjs/common';
import { People } from '../../access/public.js';
import type { Addressee } from '../../access/public.js';
import { ReadCommission } from '../../commission/public.js';
import type { SessionForMail } from '../../commission/public.js';
import { Settings } from '../../platform/config/settings.js';
import type { Ctx } from '../../platform/database/context.js';
import { Translator } from '../../platform/i18n/translator.js';
import type { DeliveredEvent } from '../../platform/outbox/outbox.js';
import type { Language } from '../../shared/language.js';
import type { MailCalendar, MailContent } from '../domain/mail-content.js';
import type { Audience, Notice } from '../domain/recipients.js';

export interface CommissionMatter {
  readonly event: DeliveredEvent;
  readonly session: SessionForMail;
}

/** Mails about sessions of the commission, with entries for calendars, and about their protocols. */
@Injectable()
export class CommissionMails {
  private readonly host: string;

  constructor(
    @Inject(ReadCommission) private readonly commission: ReadCommission,
    @Inject(People) private readonly people: People,
    @Inject(Translator) private readonly translator: Translator,
    @Inject(Settings) settings: Settings,
  ) {
    this.host = new URL(settings.publicUrl).host;
  }

  async matterOf(ctx: Ctx, event: DeliveredEvent): Promise<CommissionMatter | null> {
    const session = await this.commission.forMail(ctx, event.subject);
    return session && { event, session };
  }

  async addressees(
    ctx: Ctx,
    { session }: CommissionMatter,
    audience: Audience,
  ): Promise<readonly Addressee[]> {
    const ids =
      audience === 'protocol_signers' && session.protocol
        ? await this.commission.signers(ctx, session.protocol.id)
        : session.seats.map(({ personId }) => personId);
    const people: Addressee[] = [];
    for (const id of ids) {
      const person = await this.people.personById(ctx, id);
      if (person) people.push(person);
    }
    return people;
  }

  content(
    { event, session }: CommissionMatter,
    { template, audience }: Notice,
    language: Language,
  ): MailContent {
    const { translator } = this;
    const when = translator.dateTimeInSentence(language, session.startsAt, session.timeZone);
    const where = [session.place, session.link].filter((part) => part !== null).join(' · ');
    const number = session.protocol?.number ?? session.number;
    const fact = (key: string, value: string) => ({
      label: translator.t(language, `notifications.facts.${key}`),
      value,
    });
    const calendar =
      event.subject.kind === 'commission_session'
        ? this.entry(event, session, language, template === 'session_cancelled')
        : null;
    return {
      audience,
      path: session.protocol
        ? `/commission/protocols/${session.protocol.id}`
        : `/commission/sessions/${session.id}`,
      values: { number, when },
      facts: [
        fact('subject', number),
        ...(session.protocol ? [] : [fact('when', when)]),
        ...(where && !session.protocol && template !== 'session_cancelled' ? [fact('where', where)] : []),
      ],
      ...(calendar ? { calendar } : {}),
    };
  }

  private entry(
    event: DeliveredEvent,
    session: SessionForMail,
    language: Language,
    ends: boolean,
  ): MailCalendar {
    return {
      method: ends ? 'CANCEL' : 'REQUEST',
      uid: `${session.id}@${this.host}`,
      sequence: session.sequence,
      stamp: event.at.toISOString(),
      start: session.startsAt.toISOString(),
      minutes: session.minutes,
      summary: this.translator.t(language, 'commission.session.named', { number: session.number }),
      ...((session.place ?? session.link) ? { location: session.place ?? session.link ?? '' } : {}),
      ...(session.link ? { url: session.link } : {}),
    };
  }
}
