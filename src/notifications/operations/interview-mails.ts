import { Inject, Injectable } from '@nestjs/common';
import { People } from '../../access/public.js';
import type { Addressee } from '../../access/public.js';
import { Settings } from '../../platform/config/settings.js';
import type { Ctx } from '../../platform/database/context.js';
import { Translator } from '../../platform/i18n/translator.js';
import type { DeliveredEvent } from '../../platform/outbox/outbox.js';
import { ReadInterviews } from '../../reviews/public.js';
import type { InterviewForMail } from '../../reviews/public.js';
import type { Language } from '../../shared/language.js';
import type { MailCalendar, MailContent } from '../domain/mail-content.js';
import type { Audience, MailTemplate, Notice } from '../domain/recipients.js';

/** Mails that say when and where it is. */
const WITH_TIME: readonly MailTemplate[] = ['interview_scheduled', 'interview_due_soon'];
/** Mails that take it out of a calendar. */
const ENDING: readonly MailTemplate[] = ['interview_cancelled', 'interview_released'];

export interface InterviewMatter {
  readonly event: DeliveredEvent;
  readonly interview: InterviewForMail;
}

/** Mails about interviews, with entries for calendars: to whoever applied, and to those of the panel who are there. */
@Injectable()
export class InterviewMails {
  private readonly host: string;

  constructor(
    @Inject(ReadInterviews) private readonly interviews: ReadInterviews,
    @Inject(People) private readonly people: People,
    @Inject(Translator) private readonly translator: Translator,
    @Inject(Settings) settings: Settings,
  ) {
    this.host = new URL(settings.publicUrl).host;
  }

  async matterOf(ctx: Ctx, event: DeliveredEvent): Promise<InterviewMatter | null> {
    const { slot } = event.payload;
    const interview = await this.interviews.forMail(
      ctx,
      event.subject.id,
      typeof slot === 'string' ? slot : null,
    );
    return interview && { event, interview };
  }

  /** What has another time by now is told of by the mail about that one. */
  isDue({ event, interview }: InterviewMatter, { template }: Notice): boolean {
    if (template === 'interview_invited') return interview.interview.state === 'invited';
    return !WITH_TIME.includes(template) || interview.interview.slotId === event.payload.slot;
  }

  async addressees(ctx: Ctx, matter: InterviewMatter, audience: Audience): Promise<readonly Addressee[]> {
    const { event, interview } = matter;
    if (audience === 'panel_keepers') {
      const found = new Map<string, Addressee>();
      for (const country of interview.countries) {
        for (const person of await this.people.peopleWithRole(ctx, 'commission_secretary', { country })) {
          found.set(person.id, person);
        }
      }
      return [...found.values()];
    }
    const ids =
      audience === 'interviewee'
        ? [interview.interview.applicantId]
        : await this.ofPanel(ctx, event, interview);
    const people: Addressee[] = [];
    for (const id of ids) {
      const person = await this.people.personById(ctx, id);
      if (person) people.push(person);
    }
    return people;
  }

  async content(ctx: Ctx, matter: InterviewMatter, notice: Notice, person: Addressee): Promise<MailContent> {
    const { event, interview } = matter;
    const { translator } = this;
    const { language } = person;
    const { call, slot, number, panelId } = interview;
    const { template, audience } = notice;
    const title = translator.localized(language, call.title);
    const named = number ?? title;
    const zone = await this.interviews.zoneOf(ctx, person.id, call);
    const at = slot ? this.both(language, slot.startsAt, call.timeZone, zone) : '';
    const where = slot ? [slot.place, slot.link].filter((part) => part !== null).join(' · ') : '';
    const fact = (key: string, value: string) => ({
      label: translator.t(language, `notifications.facts.${key}`),
      value,
    });
    const calendar = this.entry(matter, notice, language, named, title);
    const quote = template === 'interview_cancelled' ? interview.interview.reason : null;
    return {
      audience,
      path:
        audience === 'interviewee'
          ? `/applications/${interview.interview.applicationId}/interview`
          : `/reviews/panels/${panelId}/interviews`,
      values: { number: named, call: title, when: at },
      facts: [
        fact('subject', named),
        fact('call', title),
        ...(slot ? [fact('when', at)] : []),
        ...(where && WITH_TIME.includes(template) ? [fact('where', where)] : []),
      ],
      ...(quote && event.payload.how === 'cancelled' ? { quote } : {}),
      ...(calendar ? { calendar } : {}),
    };
  }

  /** Those who are there; of a time that was left only those who are not at the next one. */
  private async ofPanel(ctx: Ctx, { payload }: DeliveredEvent, interview: InterviewForMail) {
    const { person, to } = payload;
    if (typeof person === 'string') return [person];
    if (typeof to !== 'string') return interview.present;
    const next = await this.interviews.forMail(ctx, interview.interview.id, to);
    return interview.present.filter((id) => !next?.present.includes(id));
  }

  private entry(
    { event, interview }: InterviewMatter,
    { template, audience }: Notice,
    language: Language,
    named: string,
    title: string,
  ): MailCalendar | null {
    const { slot } = interview;
    const { sequence } = event.payload;
    const ends = ENDING.includes(template);
    if (!slot || typeof sequence !== 'number' || !(ends || template === 'interview_scheduled')) return null;
    return {
      method: ends ? 'CANCEL' : 'REQUEST',
      uid: `${interview.interview.id}@${this.host}`,
      sequence,
      stamp: event.at.toISOString(),
      start: slot.startsAt.toISOString(),
      minutes: slot.minutes,
      summary: this.translator.t(language, 'reviews.interviews.calendar', {
        what: audience === 'interviewee' ? title : named,
      }),
      ...((slot.place ?? slot.link) ? { location: slot.place ?? slot.link ?? '' } : {}),
      ...(slot.link ? { url: slot.link } : {}),
    };
  }

  /** By the clocks of the call, and by the reader's where they differ. */
  private both(language: Language, at: Date, zone: string, own: string): string {
    const first = this.translator.dateTimeInSentence(language, at, zone);
    const second = this.translator.dateTimeInSentence(language, at, own);
    return own === zone || first === second ? first : `${first} (${second})`;
  }
}
