import { Inject, Injectable } from '@nestjs/common';
import { People } from '../../access/public.js';
import type { Addressee } from '../../access/public.js';
import { ReadAppeals } from '../../appeals/public.js';
import type { AppealForMail } from '../../appeals/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Translator } from '../../platform/i18n/translator.js';
import type { DeliveredEvent } from '../../platform/outbox/outbox.js';
import type { Id } from '../../shared/ids.js';
import type { Language } from '../../shared/language.js';
import type { MailContent } from '../domain/mail-content.js';
import type { Audience, MailTemplate, Notice } from '../domain/recipients.js';

/** Who sits in a panel knows an application as those who assess it do. */
const PANEL: readonly Audience[] = ['appeal_member', 'appeal_members', 'appeal_head'];
/** Until when it is to be done stands among the facts. */
const ASKING: readonly MailTemplate[] = [
  'appeal_to_admit',
  'appeal_seat',
  'appeal_votes_in',
  'appeal_due_soon',
  'appeal_overdue',
];

export interface AppealMatter {
  readonly event: DeliveredEvent;
  readonly appeal: AppealForMail;
}

/**
 * Mails about appeals: to whoever appeals, with what was answered to them, and to those who hear it. What the appeal says
 * stands in none.
 */
@Injectable()
export class AppealMails {
  constructor(
    @Inject(ReadAppeals) private readonly appeals: ReadAppeals,
    @Inject(People) private readonly people: People,
    @Inject(Translator) private readonly translator: Translator,
  ) {}

  async matterOf(ctx: Ctx, event: DeliveredEvent): Promise<AppealMatter> {
    return { event, appeal: await this.appeals.forMail(ctx, event.subject.id) };
  }

  async addressees(
    ctx: Ctx,
    { event, appeal: { appeal, members, headId, countries } }: AppealMatter,
    audience: Audience,
  ): Promise<readonly Addressee[]> {
    if (audience === 'applicant') return this.persons(ctx, [appeal.applicantId]);
    if (audience === 'appeal_member') return this.persons(ctx, [String(event.payload.person)]);
    // Until it is heard nobody sits anywhere.
    if (audience === 'appeal_members') return this.persons(ctx, members);
    if (audience === 'appeal_head') return this.persons(ctx, headId ? [headId] : []);
    if (audience === 'administrators') return this.people.peopleWithRole(ctx, 'programme_administrator');
    if (audience === 'home_ministry') {
      return this.people.peopleWithRole(ctx, 'ministry_officer', { country: appeal.homeCountry });
    }
    if (audience !== 'appeal_secretaries') return [];
    const found = new Map<Id, Addressee>();
    for (const country of countries) {
      for (const person of await this.people.peopleWithRole(ctx, 'commission_secretary', { country })) {
        found.set(person.id, person);
      }
    }
    return [...found.values()];
  }

  content(
    { event, appeal: { appeal, call, number, name, words } }: AppealMatter,
    { template, audience }: Notice,
    language: Language,
  ): MailContent {
    const { translator } = this;
    const title = translator.localized(language, call.title);
    const day = (at: Date | null) => (at ? translator.dateInSentence(language, at, call.timeZone) : '');
    const due = appeal.state === 'lodged' ? appeal.admitUntil : appeal.decideUntil;
    const pseudonym =
      name.pseudonym === null
        ? translator.t(language, 'reviews.candidate_unnumbered')
        : translator.t(language, 'reviews.candidate', { number: String(name.pseudonym) });
    const subject = PANEL.includes(audience) ? (name.number ?? pseudonym) : (number ?? pseudonym);
    const answer = words.get(template === 'appeal_inadmissible' ? 'admissibility' : 'reasoning');
    const answers = ['appeal_inadmissible', 'appeal_upheld', 'appeal_rejected'].includes(template);
    const fact = (key: string, value: string) => ({
      label: translator.t(language, `notifications.facts.${key}`),
      value,
    });
    return {
      audience,
      path:
        audience === 'applicant'
          ? `/applications/${appeal.applicationId}/appeal`
          : `/appeals/${event.subject.id}`,
      values: {
        number: subject,
        call: title,
        lodged: day(appeal.lodgedAt),
        admit: day(appeal.admitUntil),
        decide: day(appeal.decideUntil),
        due: day(due),
        stage: appeal.stage ? translator.t(language, `appeals.stages.${appeal.stage}`) : '',
      },
      facts: [
        fact('subject', subject),
        fact('call', title),
        ...(ASKING.includes(template) && due
          ? [fact('until', translator.deadline(language, due, [call.timeZone], event.at).absolute)]
          : []),
      ],
      ...(answers && answer ? { quote: answer.text } : {}),
    };
  }

  private async persons(ctx: Ctx, ids: readonly Id[]): Promise<readonly Addressee[]> {
    const found: Addressee[] = [];
    for (const id of ids) {
      const person = await this.people.personById(ctx, id);
      if (person) found.push(person);
    }
    return found;
  }
}
