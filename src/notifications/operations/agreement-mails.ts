import { Inject, Injectable } from '@nestjs/common';
import { People } from '../../access/public.js';
import type { Addressee } from '../../access/public.js';
import { AgreementVersions, Agreements } from '../../agreements/public.js';
import type { AgreementView, VersionView } from '../../agreements/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Translator } from '../../platform/i18n/translator.js';
import type { DeliveredEvent } from '../../platform/outbox/outbox.js';
import type { Language } from '../../shared/language.js';
import { Countries } from '../../universities/public.js';
import type { CountryView } from '../../universities/public.js';
import type { MailContent } from '../domain/mail-content.js';
import type { Audience, Notice } from '../domain/recipients.js';

/** An event on an agreement, with the version that it is about where it is about one. */
export interface AgreementMatter {
  readonly event: DeliveredEvent;
  readonly agreement: AgreementView;
  readonly version: VersionView | null;
  readonly countries: readonly CountryView[];
}

/** Mails about agreements: to whoever signs for its institutions, coordinates there, and answers for its countries. */
@Injectable()
export class AgreementMails {
  constructor(
    @Inject(Agreements) private readonly agreements: Agreements,
    @Inject(AgreementVersions) private readonly versions: AgreementVersions,
    @Inject(Countries) private readonly countries: Countries,
    @Inject(People) private readonly people: People,
    @Inject(Translator) private readonly translator: Translator,
  ) {}

  async matterOf(ctx: Ctx, event: DeliveredEvent): Promise<AgreementMatter | null> {
    const agreement = await this.agreements.byId(ctx, event.subject.id);
    if (!agreement) return null;
    const { version } = event.payload;
    return {
      event,
      agreement,
      version: typeof version === 'number' ? await this.versions.number(ctx, agreement.id, version) : null,
      countries: await this.countries.all(ctx),
    };
  }

  /** Each once, whatever offices they hold. */
  async addressees(ctx: Ctx, matter: AgreementMatter, audience: Audience): Promise<readonly Addressee[]> {
    const found = await this.found(ctx, matter, audience);
    return [...new Map(found.map((person) => [person.id, person])).values()];
  }

  content(matter: AgreementMatter, { template, audience }: Notice, language: Language): MailContent {
    const { translator } = this;
    const { agreement, event } = matter;
    const title = translator.localized(language, matter.version?.content.title ?? agreement.title);
    const day = event.payload['lastDay'];
    const lastDay = typeof day === 'string' ? new Date(`${day}T00:00:00Z`) : null;
    const by = this.partyOf(matter, language);
    const quote =
      template === 'agreement_notice' ? agreement.termination?.reason : matter.version?.closing?.reason;
    const fact = (key: string, value: string) => ({
      label: translator.t(language, `notifications.facts.${key}`),
      value,
    });
    return {
      audience,
      path: `/agreements/${encodeURIComponent(agreement.reference)}`,
      values: {
        number: agreement.reference,
        what: title,
        ...(lastDay ? { last_day: translator.dateInSentence(language, lastDay, 'UTC') } : {}),
      },
      facts: [
        fact('agreement', `${agreement.reference} · ${title}`),
        ...agreement.parties.map(({ name }) => fact('party', translator.localized(language, name))),
        ...(by ? [fact('said_by', by)] : []),
        ...(lastDay ? [fact('last_day', translator.date(language, lastDay, 'UTC'))] : []),
      ],
      ...(quote ? { quote } : {}),
    };
  }

  private async found(
    ctx: Ctx,
    { agreement, version }: AgreementMatter,
    audience: Audience,
  ): Promise<readonly Addressee[]> {
    const found: Addressee[] = [];
    const institutions = agreement.parties.flatMap(({ institutionId }) => institutionId ?? []);
    switch (audience) {
      case 'administrators':
        return this.people.peopleWithRole(ctx, 'programme_administrator');
      case 'agreement_signatories':
        for (const institutionId of institutions)
          found.push(...(await this.people.peopleWithRole(ctx, 'signatory', { institutionId })));
        // Whoever wrote a text does not sign it.
        return version?.state === 'proposed'
          ? found.filter(({ id }) => !version.preparers.includes(id))
          : found;
      case 'agreement_coordinators':
        for (const institutionId of institutions) {
          found.push(...(await this.people.peopleWithRole(ctx, 'coordinator', { institutionId })));
          found.push(
            ...(await this.people.peopleWithRole(ctx, 'institution_administrator', { institutionId })),
          );
        }
        return found;
      case 'agreement_ministries':
        for (const country of new Set(agreement.parties.map((party) => party.country)))
          found.push(...(await this.people.peopleWithRole(ctx, 'ministry_officer', { country })));
        return found;
      default:
        return [];
    }
  }

  /** Who returned, declined or withdrew a version, or gave notice. Null where it was nobody of the parties, or all of them. */
  private partyOf({ event, agreement, countries }: AgreementMatter, language: Language): string | null {
    const { institution, country } = event.payload;
    const party =
      typeof institution === 'string'
        ? agreement.parties.find(({ institutionId }) => institutionId === institution)?.name
        : countries.find(({ code }) => code === country)?.ministry;
    return party ? this.translator.localized(language, party) : null;
  }
}
