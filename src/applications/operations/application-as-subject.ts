import { Inject, Injectable } from '@nestjs/common';
import { People } from '../../access/public.js';
import type { DecisionSubjectPort, SubjectName, SubjectSummary } from '../../approvals/public.js';
import { Calls, fieldOfStudy } from '../../calls/public.js';
import type { CallView, PlaceView } from '../../calls/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Translator } from '../../platform/i18n/translator.js';
import type { Id } from '../../shared/ids.js';
import type { Language } from '../../shared/language.js';
import { Countries, Institutions, institutionName } from '../../universities/public.js';
import type { ApplicationRow } from '../data/application.entity.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { AWAITS_CONDITIONS } from '../domain/application.states.js';
import { sightOf } from './field-sight.js';

/** Answers for applications when two countries decide on them. */
@Injectable()
export class ApplicationsAsDecisionSubjects implements DecisionSubjectPort {
  readonly kind = 'application';
  readonly conditions = 'followed';

  constructor(
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(Calls) private readonly calls: Calls,
    @Inject(Institutions) private readonly institutions: Institutions,
    @Inject(Countries) private readonly countries: Countries,
    @Inject(People) private readonly people: People,
    @Inject(Translator) private readonly translator: Translator,
  ) {}

  async describe(
    ctx: Ctx,
    language: Language,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, SubjectSummary>> {
    const applications = await this.applications.findMany(ctx, ids);
    const nominations = await this.applications.latestNominations(ctx, ids);
    const calls = await this.calls.byIds(
      ctx,
      applications.map(({ callId }) => callId),
    );
    const places = await this.calls.placesByIds(
      ctx,
      [...nominations.values()].map(({ placeId }) => placeId),
    );
    const names = await this.people.displayNames(
      ctx,
      applications.map(({ applicantId }) => applicantId),
    );
    const institutions = await this.institutions.byIds(
      ctx,
      applications.flatMap(({ homeInstitutionId }) => homeInstitutionId ?? []),
    );
    const nameOf = (id: Id | null) => {
      const institution = id ? institutions.get(id) : undefined;
      return institution ? institutionName(language, institution).text : '';
    };
    const described = new Map<string, SubjectSummary>();
    for (const application of applications) {
      const nomination = nominations.get(application.id);
      const place = nomination && places.get(nomination.placeId);
      const call = calls.get(application.callId);
      const name = names.get(application.applicantId);
      const country = await this.countries.byCode(ctx, application.homeCountry);
      if (!call) continue;
      const sight = sightOf(ctx.actor, application);
      described.set(application.id, {
        reference: application.number ?? '',
        title: (sight.sees('identity') && name?.name) || (application.number ?? ''),
        titleLang: name?.language ?? country.language,
        homeParty: application.freemover
          ? this.translator.t(language, 'applications.freemover.party', {
              ministry: this.translator.localized(language, country.ministry),
            })
          : nameOf(application.homeInstitutionId),
        hostParty: place ? institutionName(language, place.institution).text : '',
        facts: this.facts(
          language,
          application,
          call,
          place ?? null,
          sight.sees('notes') ? (nomination?.endorsement ?? null) : null,
        ),
        href: reviewOf(application.id),
      });
    }
    return described;
  }

  async name(
    ctx: Ctx,
    language: Language,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, SubjectName>> {
    const [files, countries] = await Promise.all([
      this.applications.names(ctx, ids),
      this.countries.all(ctx),
    ]);
    return new Map(
      files.map(({ id, number, homeCountry, name, nameLanguage }) => [
        id,
        {
          reference: number ?? '',
          title: name ?? number ?? '',
          titleLang: nameLanguage ?? countries.find(({ code }) => code === homeCountry)?.language ?? language,
          href: reviewOf(id),
        },
      ]),
    );
  }

  async timeZone(ctx: Ctx, id: string): Promise<string | null> {
    const [call] = await ctx.tx.query<{ timeZone: string }[]>(
      'select c.time_zone as "timeZone" from applications a join calls c on c.id = a.call_id where a.id = $1',
      [id],
    );
    return call?.timeZone ?? null;
  }

  evidenceHref(id: string, conditionId: string): string {
    return `/applications/${id}/conditions/${conditionId}/file`;
  }

  async awaiting(ctx: Ctx, ids: readonly string[]): Promise<ReadonlySet<string>> {
    const found = await this.applications.findMany(ctx, ids);
    return new Set(found.filter(({ state }) => AWAITS_CONDITIONS.includes(state)).map(({ id }) => id));
  }

  private facts(
    language: Language,
    application: ApplicationRow,
    call: CallView,
    place: PlaceView | null,
    endorsement: string | null,
  ): SubjectSummary['facts'] {
    const label = (key: string) => this.translator.t(language, `applications.office.facts.${key}`);
    const day = (date: string) => this.translator.date(language, new Date(`${date}T12:00:00Z`), 'UTC');
    const field = place && fieldOfStudy(place.fieldCode);
    return [
      { label: label('call'), value: this.translator.localized(language, call.title) },
      ...(place
        ? [
            {
              label: label('place'),
              value: [
                field ? this.translator.localized(language, field) : place.fieldCode,
                this.translator.languageName(language, place.language),
                this.translator.t(language, 'applications.place.months', { count: place.months }),
              ].join(' · '),
            },
          ]
        : []),
      {
        label: label('period'),
        value: this.translator.t(language, 'common.date_range', {
          from: day(call.stayFrom),
          to: day(call.stayUntil),
        }),
      },
      ...(application.submittedAt
        ? [
            {
              label: label('submitted'),
              value: this.translator.dateTime(language, application.submittedAt, call.timeZone),
            },
          ]
        : []),
      ...(endorsement ? [{ label: label('endorsement'), value: endorsement }] : []),
    ];
  }
}

function reviewOf(id: Id): string {
  return `/applications/${id}/review`;
}
