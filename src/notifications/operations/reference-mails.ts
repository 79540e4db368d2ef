import { Inject, Injectable } from '@nestjs/common';
import { People } from '../../access/public.js';
import type { DisplayName } from '../../access/public.js';
import { ApplicationsRepository } from '../../applications/public.js';
import type { ApplicationRow } from '../../applications/public.js';
import { Calls } from '../../calls/public.js';
import type { CallView } from '../../calls/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Translator } from '../../platform/i18n/translator.js';
import type { DeliveredEvent } from '../../platform/outbox/outbox.js';
import { ReferencesRepository } from '../../referees/public.js';
import type { ReferenceRequestRow } from '../../referees/public.js';
import type { Id } from '../../shared/ids.js';
import type { Language } from '../../shared/language.js';
import { Countries } from '../../universities/public.js';
import type { MailContent } from '../domain/mail-content.js';
import type { Audience, MailTemplate, Notice } from '../domain/recipients.js';
import type { MailAddressee } from './role-mails.js';

/** A letter of reference, as it is when the mail is written. */
export interface ReferenceMatter {
  readonly event: DeliveredEvent;
  readonly reference: ReferenceRequestRow;
  readonly application: ApplicationRow;
  readonly applicant: DisplayName;
  readonly call: CallView;
  /** Of the applicant's country: the clock beside the call's own. */
  readonly homeZone: string;
}

/** Mails that ask a referee for something, and so carry the link. */
/** Mails to a referee whose link was taken back. */
const ENDED: readonly MailTemplate[] = ['reference_called_off', 'reference_call_cancelled'];

const ASKING: readonly MailTemplate[] = ['reference_invited', 'reference_reminded', 'reference_due_soon'];

/** Mails about letters of reference: to the referee, who has no account, and to the applicant. */
@Injectable()
export class ReferenceMails {
  constructor(
    @Inject(ReferencesRepository) private readonly references: ReferencesRepository,
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(Calls) private readonly calls: Calls,
    @Inject(People) private readonly people: People,
    @Inject(Countries) private readonly countries: Countries,
    @Inject(Translator) private readonly translator: Translator,
  ) {}

  async matterOf(ctx: Ctx, event: DeliveredEvent): Promise<ReferenceMatter | null> {
    const reference = await this.references.find(ctx, String(event.payload.reference));
    const asks = typeof event.payload.link === 'string';
    // What was withdrawn or came in before the mail was written asks for nothing any more.
    if (asks && reference.state !== 'invited' && reference.state !== 'opened') return null;
    const application = await this.applications.find(ctx, reference.applicationId);
    const call = await this.calls.byId(ctx, application.callId);
    const names = await this.people.displayNames(ctx, [application.applicantId]);
    const applicant = names.get(application.applicantId);
    if (!call || !applicant) return null;
    const { timeZone } = await this.countries.byCode(ctx, application.homeCountry);
    return { event, reference, application, applicant, call, homeZone: timeZone };
  }

  async addressees(
    ctx: Ctx,
    { reference, application }: ReferenceMatter,
    audience: Audience,
  ): Promise<readonly MailAddressee[]> {
    if (audience === 'referee') {
      const { id, email, language } = reference;
      return [{ id: null, referenceId: id, email, language }];
    }
    if (audience === 'home_coordinators') return this.homeCoordinators(ctx, application);
    return audience === 'applicant' ? this.one(ctx, application.applicantId) : [];
  }

  content(matter: ReferenceMatter, { template, audience }: Notice, language: Language): MailContent {
    const { event, reference, application, applicant, call, homeZone } = matter;
    const { translator } = this;
    const title = translator.localized(language, call.title);
    const own =
      language === 'ru' || language === 'sr-Cyrl' ? applicant.name : (applicant.latin ?? applicant.name);
    const until = translator.deadline(language, reference.dueAt, [call.timeZone, homeZone], event.at);
    const fact = (key: string, value: string) => ({
      label: translator.t(language, `notifications.facts.${key}`),
      value,
    });
    const toReferee = audience === 'referee';
    const link = toReferee && !ENDED.includes(template) ? reference.linkId : null;
    return {
      audience,
      path: toReferee
        ? link
          ? '/letters/'
          : '/'
        : `/applications/${application.id}/${audience === 'applicant' ? 'references' : 'review'}`,
      ...(link ? { link, query: `?lang=${language}` } : {}),
      values: {
        name: reference.name,
        number: application.number ?? '',
        applicant: own,
        call: title,
        until: translator.dateInSentence(language, reference.dueAt, call.timeZone),
        reading: translator.t(
          language,
          reference.confidential ? 'referees.desk.confidential' : 'referees.desk.open',
        ),
      },
      facts: [
        ...(toReferee ? [fact('applicant', own)] : [fact('referee', reference.name)]),
        fact('call', title),
        ...(ASKING.includes(template) ? [fact('until', until.absolute)] : []),
      ],
      ...(template === 'letter_declined' && reference.declineReason
        ? { quote: reference.declineReason }
        : {}),
    };
  }

  /** Before the submission it is nobody's business at home. */
  private async homeCoordinators(
    ctx: Ctx,
    { number, homeCountry, freemover, homeInstitutionId, homeUnitId }: ReferenceMatter['application'],
  ): Promise<readonly MailAddressee[]> {
    if (number === null) return [];
    // Whom no institution nominates, their ministry does.
    if (freemover) return this.people.peopleWithRole(ctx, 'ministry_officer', { country: homeCountry });
    if (homeInstitutionId === null) return [];
    return this.people.peopleWithRole(ctx, 'coordinator', {
      institutionId: homeInstitutionId,
      side: 'home',
      unitId: homeUnitId,
    });
  }

  private async one(ctx: Ctx, id: Id): Promise<readonly MailAddressee[]> {
    const person = await this.people.personById(ctx, id);
    return person ? [person] : [];
  }
}
