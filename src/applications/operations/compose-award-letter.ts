import { Inject, Injectable } from '@nestjs/common';
import { People } from '../../access/public.js';
import type { DisplayName } from '../../access/public.js';
import type { SideView } from '../../approvals/public.js';
import { fieldOfStudy } from '../../calls/public.js';
import type { PlaceView } from '../../calls/public.js';
import { showCheckCode } from '../../documents/public.js';
import type {
  AgreedAct,
  AgreedSide,
  AwardLetterData,
  AwardLetterVersion,
  LabelledText,
  LetterheadSide,
} from '../../documents/public.js';
import { Settings } from '../../platform/config/settings.js';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import { Translator } from '../../platform/i18n/translator.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { Language } from '../../shared/language.js';
import { Countries, institutionCity, institutionName, Institutions } from '../../universities/public.js';
import type { CountryView, InstitutionView } from '../../universities/public.js';
import type { NominationRow } from '../data/nomination.entity.js';
import { nameForms } from '../domain/name-forms.js';
import type { ApplicationFile } from './application-file.js';

/** What a letter is written from. */
export type AwardedFile = Pick<
  ApplicationFile,
  'application' | 'call' | 'choices' | 'nominations' | 'decision' | 'contents'
>;

/** All that both versions of a letter are written from. */
export interface Awarded {
  readonly file: AwardedFile;
  readonly number: string;
  readonly at: Date;
  readonly place: PlaceView;
  readonly nomination: NominationRow;
  readonly home: AwardedSide;
  readonly host: AwardedSide & { readonly institution: InstitutionView };
  readonly names: ReadonlyMap<Id, DisplayName>;
}

export interface AwardedSide {
  readonly country: CountryView;
  /** Null: of a freemover, for whom their ministry acted at home. */
  readonly institution: InstitutionView | null;
  readonly verdict: SideView;
}

const NOON = 'T12:00:00Z';

/**
 * Writes the award letter from the file of an application: the whole of it twice, in the official language of each of the
 * two countries, whatever the reader's own language is.
 */
@Injectable()
export class ComposeAwardLetter {
  constructor(
    @Inject(Translator) private readonly translator: Translator,
    @Inject(Countries) private readonly countries: Countries,
    @Inject(Institutions) private readonly institutions: Institutions,
    @Inject(People) private readonly people: People,
    @Inject(Settings) private readonly settings: Settings,
  ) {}

  /** @throws DomainError `wrong_state` where the two sides have not agreed on a place yet. */
  async of(ctx: Ctx, file: AwardedFile, number: string, checkCode: string): Promise<AwardLetterData> {
    return this.write(await this.awarded(ctx, file, number), checkCode);
  }

  /** The same for whoever has everything at hand that it is written from. */
  write(awarded: Awarded, checkCode: string): AwardLetterData {
    const { file, number, home, host } = awarded;
    const url = new URL(`${this.settings.publicUrl}/verify/${number}`);
    url.searchParams.set('code', checkCode);
    return {
      number,
      checkCode: showCheckCode(checkCode),
      verificationUrl: url.href,
      issuedAt: awarded.at.toISOString(),
      letterhead: [this.letterhead(home), this.letterhead(host)],
      holder: nameForms(file.contents.answers.person ?? {}, home.country.language),
      versions: [this.version(awarded, home.country.language), this.version(awarded, host.country.language)],
    };
  }

  private async awarded(ctx: Ctx, file: AwardedFile, number: string): Promise<Awarded> {
    const { homeCountry, hostCountry, homeInstitutionId, hostInstitutionId, freemover } = file.application;
    const [nomination] = file.nominations;
    const { decision } = file;
    if (
      !hostCountry ||
      (!homeInstitutionId && !freemover) ||
      !hostInstitutionId ||
      !nomination ||
      !decision
    ) {
      throw new DomainError('wrong_state');
    }
    const institutions = await this.institutions.byIds(
      ctx,
      [homeInstitutionId, hostInstitutionId].filter((id) => id !== null),
    );
    const homeInstitution = homeInstitutionId === null ? null : institutions.get(homeInstitutionId);
    const hostInstitution = institutions.get(hostInstitutionId);
    const place = file.choices.find((choice) => choice.id === nomination.placeId);
    if (homeInstitution === undefined || !hostInstitution || !place) throw new DomainError('not_found');
    const officials = [
      nomination.proposedBy,
      nomination.answeredBy,
      decision.home.decidedBy,
      decision.host.decidedBy,
    ].filter((id) => id !== null);
    return {
      file,
      number,
      at: ctx.clock.now(),
      place,
      nomination,
      home: {
        country: await this.countries.byCode(ctx, homeCountry),
        institution: homeInstitution,
        verdict: decision.home,
      },
      host: {
        country: await this.countries.byCode(ctx, hostCountry),
        institution: hostInstitution,
        verdict: decision.host,
      },
      // The holder, who causes the letter, sees no officials in the pages; the letter names those who signed for their side.
      names: await withSystemRights(ctx, () => this.people.displayNames(ctx, officials)),
    };
  }

  private letterhead({ country, institution }: AwardedSide): LetterheadSide {
    const { language } = country;
    return {
      language,
      country: this.translator.countryName(language, country.code),
      ministry: this.translator.localized(language, country.ministry),
      institution: institution ? institutionName(language, institution).text : '',
    };
  }

  private version(awarded: Awarded, language: Language): AwardLetterVersion {
    const { translator } = this;
    // One letter has one date: the home country's, also in the version of a country where it is already the next day.
    const day = translator.date(language, awarded.at, awarded.home.country.timeZone);
    const say = (key: string, values?: Record<string, string>) =>
      translator.t(language, `documents.letter.${key}`, values);
    return {
      language,
      title: say('title'),
      number: { label: say('number'), text: awarded.number },
      date: { label: say('date'), text: day },
      opening: say('opening'),
      statement: say('statement', { acceptedOn: day }),
      facts: this.facts(awarded, language),
      agreedHeading: say('agreed'),
      agreed: this.agreed(awarded, language),
      closing: [say('closing')],
      verification: say('verification'),
      checkCodeLabel: say('checkCode'),
      pageOf: translator.t(language, 'documents.pageOf'),
      ...(this.settings.demonstration ? { notice: translator.t(language, 'documents.demonstration') } : {}),
    };
  }

  private facts({ file, place, home, host }: Awarded, language: Language): LabelledText[] {
    const { translator } = this;
    const { call } = file;
    const say = (key: string) => translator.t(language, `documents.letter.${key}`);
    const day = (isoDate: string) => translator.date(language, new Date(`${isoDate}${NOON}`), 'UTC');
    const field = fieldOfStudy(place.fieldCode);
    const conditions = [...home.verdict.conditions, ...host.verdict.conditions];
    return [
      { label: say('call'), text: translator.localized(language, call.title) },
      { label: say('category'), text: translator.t(language, `calls.categories.${call.category}`) },
      ...(home.institution
        ? []
        : [
            {
              label: translator.t(language, 'applications.letter.route'),
              text: translator.t(language, 'applications.freemover.short'),
            },
          ]),
      {
        label: say('place'),
        text: [
          institutionName(language, host.institution).text,
          institutionCity(language, host.institution)?.text,
          field && translator.localized(language, field),
        ]
          .filter(Boolean)
          .join(', '),
      },
      {
        label: say('period'),
        text: translator.t(language, 'common.date_range', {
          from: day(call.stayFrom),
          to: day(call.stayUntil),
        }),
      },
      { label: say('funding'), text: translator.localized(language, call.funding) },
      ...(conditions.length > 0
        ? [
            {
              label: translator.t(language, 'applications.letter.conditions'),
              text: conditions.join('\n'),
            },
          ]
        : []),
    ];
  }

  private agreed(awarded: Awarded, language: Language): [AgreedSide, AgreedSide] {
    const { home, host, nomination } = awarded;
    const say = (key: string) => this.translator.t(language, `documents.letter.${key}`);
    const act = (name: string, body: string, by: Id | null, office: string, at: Date, zone: string) => ({
      act: name,
      body,
      person: this.official(awarded.names, by, office, language),
      at: this.translator.dateTime(language, at, zone),
    });
    const ministry = ({ country, verdict }: AwardedSide): AgreedAct =>
      act(
        say('ministryApproval'),
        this.translator.localized(language, country.ministry),
        verdict.decidedBy,
        'ministry_officer',
        verdict.since,
        country.timeZone,
      );
    return [
      {
        heading: say('homeSide'),
        acts: [
          act(
            say('nomination'),
            home.institution
              ? institutionName(language, home.institution).text
              : this.translator.localized(language, home.country.ministry),
            nomination.proposedBy,
            home.institution ? 'coordinator' : 'ministry_officer',
            nomination.createdAt,
            home.country.timeZone,
          ),
          ministry(home),
        ],
      },
      {
        heading: say('hostSide'),
        acts: [
          act(
            say('acceptance'),
            institutionName(language, host.institution).text,
            nomination.answeredBy,
            'coordinator',
            nomination.stateSince,
            host.country.timeZone,
          ),
          ministry(host),
        ],
      },
    ];
  }

  /** "Јелена Петровић, координатор установе"; in a version of another language in Latin letters, where these are known. */
  private official(
    names: ReadonlyMap<Id, DisplayName>,
    id: Id | null,
    office: string,
    language: Language,
  ): string {
    const name = id === null ? undefined : names.get(id);
    const duty = this.translator.t(language, `applications.letter.office.${office}`);
    if (!name) return duty;
    const own = name.language.slice(0, 2) === language.slice(0, 2);
    return `${own ? name.name : (name.latin ?? name.name)}, ${duty}`;
  }
}
