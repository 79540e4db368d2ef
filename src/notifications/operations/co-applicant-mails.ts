import { Inject, Injectable } from '@nestjs/common';
import { People } from '../../access/public.js';
import type { DisplayName } from '../../access/public.js';
import { ApplicationsRepository } from '../../applications/public.js';
import type { ApplicationRow } from '../../applications/public.js';
import { Calls } from '../../calls/public.js';
import type { CallView } from '../../calls/public.js';
import { CoApplicantsRepository, nameOfCoApplicant } from '../../coapplicants/public.js';
import type { CoApplicantRow } from '../../coapplicants/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Translator } from '../../platform/i18n/translator.js';
import type { DeliveredEvent } from '../../platform/outbox/outbox.js';
import type { Id } from '../../shared/ids.js';
import type { Language } from '../../shared/language.js';
import type { MailContent } from '../domain/mail-content.js';
import type { Audience, MailTemplate, Notice } from '../domain/recipients.js';
import type { MailAddressee } from './role-mails.js';

/** Somebody who applies together with an applicant, or is asked to, as it is when the mail is written. */
export interface CoApplicantMatter {
  readonly event: DeliveredEvent;
  readonly coApplicant: CoApplicantRow;
  readonly application: ApplicationRow;
  readonly applicant: DisplayName;
  readonly call: CallView;
}

/** Mails that ask somebody to answer, and so carry the link. */
const ASKING: readonly MailTemplate[] = ['co_applicant_invited', 'co_applicant_reminded'];
/** Mails to whoever is out of it, and has no page to be led to. */
const ENDED: readonly MailTemplate[] = ['co_applicant_called_off', 'co_applicant_removed'];

/** Mails about applying together: to whoever is invited, to whoever accepted, and to the applicant. */
@Injectable()
export class CoApplicantMails {
  constructor(
    @Inject(CoApplicantsRepository) private readonly coApplicants: CoApplicantsRepository,
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(Calls) private readonly calls: Calls,
    @Inject(People) private readonly people: People,
    @Inject(Translator) private readonly translator: Translator,
  ) {}

  async matterOf(ctx: Ctx, event: DeliveredEvent): Promise<CoApplicantMatter | null> {
    const coApplicant = await this.coApplicants.find(ctx, String(event.payload.coApplicant));
    // What was answered or taken back before the mail was written asks for nothing any more.
    if (typeof event.payload.link === 'string' && coApplicant.state !== 'invited') return null;
    const application = await this.applications.find(ctx, coApplicant.applicationId);
    const call = await this.calls.byId(ctx, application.callId);
    const names = await this.people.displayNames(ctx, [application.applicantId]);
    const applicant = names.get(application.applicantId);
    return call && applicant ? { event, coApplicant, application, applicant, call } : null;
  }

  async addressees(
    ctx: Ctx,
    { coApplicant, application }: CoApplicantMatter,
    audience: Audience,
  ): Promise<readonly MailAddressee[]> {
    switch (audience) {
      case 'asked_co_applicant': {
        const { id, email, language } = coApplicant;
        return [{ id: null, coApplicantId: id, email, language }];
      }
      case 'co_applicant':
        return coApplicant.personId === null ? [] : this.one(ctx, coApplicant.personId);
      case 'applicant':
        return this.one(ctx, application.applicantId);
      // Before the submission it is nobody's business at home, and before it crossed nobody's at the host.
      case 'home_coordinators':
        return application.number === null || application.homeInstitutionId === null
          ? []
          : this.people.peopleWithRole(ctx, 'coordinator', {
              institutionId: application.homeInstitutionId,
              side: 'home',
              unitId: application.homeUnitId,
            });
      case 'host_coordinators':
        return application.transferredAt === null || application.hostInstitutionId === null
          ? []
          : this.people.peopleWithRole(ctx, 'coordinator', {
              institutionId: application.hostInstitutionId,
              side: 'host',
              unitId: application.hostUnitId,
            });
      default:
        return [];
    }
  }

  content(matter: CoApplicantMatter, { template, audience }: Notice, language: Language): MailContent {
    const { event, coApplicant, application, applicant, call } = matter;
    const { translator } = this;
    const title = translator.localized(language, call.title);
    const lead =
      language === 'ru' || language === 'sr-Cyrl' ? applicant.name : (applicant.latin ?? applicant.name);
    const until = translator.deadline(language, coApplicant.linkUntil, [call.timeZone], event.at);
    const fact = (key: string, value: string) => ({
      label: translator.t(language, `notifications.facts.${key}`),
      value,
    });
    const asks = ASKING.includes(template);
    const toThem = audience === 'asked_co_applicant' || audience === 'co_applicant';
    // The invitation itself, and not a later one: of each mail the link is the one that it was sent with.
    const link = asks ? String(event.payload.link) : null;
    return {
      audience,
      path: this.path(matter, { template, audience }),
      ...(link ? { link, query: `?lang=${language}` } : {}),
      values: {
        name: nameOfCoApplicant(coApplicant),
        number: application.number ?? '',
        what: application.number ?? title,
        applicant: lead,
        call: title,
        part: coApplicant.part,
        until: translator.dateInSentence(language, coApplicant.linkUntil, call.timeZone),
      },
      facts: [
        ...(toThem ? [fact('applicant', lead)] : [fact('co_applicant', nameOfCoApplicant(coApplicant))]),
        fact('call', title),
        fact('part', coApplicant.part),
        ...(asks ? [fact('until', until.absolute)] : []),
      ],
      ...(coApplicant.reason && audience !== 'home_coordinators' && audience !== 'host_coordinators'
        ? { quote: coApplicant.reason }
        : {}),
    };
  }

  private path(
    { application }: CoApplicantMatter,
    { template, audience }: Pick<Notice, 'template' | 'audience'>,
  ): string {
    if (ASKING.includes(template)) return '/co-applicants/';
    if (ENDED.includes(template)) return '/';
    if (audience === 'co_applicant') return `/co-applications/${application.id}`;
    return audience === 'applicant'
      ? `/applications/${application.id}/co_applicants`
      : `/applications/${application.id}/review`;
  }

  private async one(ctx: Ctx, id: Id): Promise<readonly MailAddressee[]> {
    const person = await this.people.personById(ctx, id);
    return person ? [person] : [];
  }
}
