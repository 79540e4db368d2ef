import { Inject, Injectable } from '@nestjs/common';
import { People } from '../../access/public.js';
import type { Addressee } from '../../access/public.js';
import { Calls, PlaceOffers } from '../../calls/public.js';
import type { CallView, PlaceOfferView } from '../../calls/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Translator } from '../../platform/i18n/translator.js';
import type { DeliveredEvent } from '../../platform/outbox/outbox.js';
import type { Language } from '../../shared/language.js';
import { Institutions, institutionName } from '../../universities/public.js';
import type { InstitutionView } from '../../universities/public.js';
import type { MailContent } from '../domain/mail-content.js';
import type { Audience } from '../domain/recipients.js';

/** An offer of places, as it is when the mail is written. */
export interface OfferMatter {
  readonly event: DeliveredEvent;
  readonly offer: PlaceOfferView;
  readonly call: CallView;
  readonly host: InstitutionView;
}

/** Mails about offers of places: to the programme that one is there, to the host what was answered. */
@Injectable()
export class OfferMails {
  constructor(
    @Inject(PlaceOffers) private readonly offers: PlaceOffers,
    @Inject(Calls) private readonly calls: Calls,
    @Inject(Institutions) private readonly institutions: Institutions,
    @Inject(People) private readonly people: People,
    @Inject(Translator) private readonly translator: Translator,
  ) {}

  async matterOf(ctx: Ctx, event: DeliveredEvent): Promise<OfferMatter | null> {
    const offer = await this.offers.find(ctx, String(event.payload.offer));
    const call = await this.calls.byId(ctx, offer.callId);
    const host = await this.institutions.byId(ctx, offer.institutionId);
    return call && host ? { event, offer, call, host } : null;
  }

  async addressees(ctx: Ctx, { offer }: OfferMatter, audience: Audience): Promise<readonly Addressee[]> {
    if (audience === 'administrators') return this.people.peopleWithRole(ctx, 'programme_administrator');
    const person = audience === 'offerer' ? await this.people.personById(ctx, offer.preparedBy) : null;
    return person ? [person] : [];
  }

  content({ event, offer, call, host }: OfferMatter, audience: Audience, language: Language): MailContent {
    const { translator } = this;
    const title = translator.localized(language, call.title);
    const name = institutionName(language, host);
    const fact = (key: string) => translator.t(language, `notifications.facts.${key}`);
    const { state } = event.payload;
    return {
      audience,
      path: `/offers/${offer.id}`,
      values: { call: title, host: name.text },
      facts: [
        { label: fact('call'), value: title },
        {
          label: fact('host'),
          value: name.text,
          ...(name.lang === language ? {} : { lang: name.lang }),
        },
        ...(typeof state === 'string'
          ? [{ label: fact('answer'), value: translator.t(language, `calls.offers.states.${state}`) }]
          : []),
      ],
      ...(typeof state === 'string' && offer.reason ? { quote: offer.reason } : {}),
    };
  }
}
