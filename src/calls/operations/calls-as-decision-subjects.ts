import { Injectable } from '@nestjs/common';
import type { DecisionSubjectPort, SubjectName, SubjectSummary } from '../../approvals/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Translator } from '../../platform/i18n/translator.js';
import type { Language } from '../../shared/language.js';
import { Countries } from '../../universities/public.js';
import { Calls } from '../data/calls.js';

/** Answers for calls when two officers decide on their text. */
@Injectable()
export class CallsAsDecisionSubjects implements DecisionSubjectPort {
  readonly kind = 'call';
  readonly conditions = 'refused';

  constructor(
    private readonly calls: Calls,
    private readonly countries: Countries,
    private readonly translator: Translator,
  ) {}

  async describe(
    ctx: Ctx,
    language: Language,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, SubjectSummary>> {
    const calls = await this.calls.byIds(ctx, ids);
    const totals = await this.calls.placeTotals(ctx, ids);
    const ministries = new Map(
      (await this.countries.all(ctx)).map(({ code, ministry }) => [
        code,
        this.translator.localized(language, ministry),
      ]),
    );
    const t = (key: string, values?: Record<string, string | number>) =>
      this.translator.t(language, key, values);
    return new Map(
      [...calls.values()].map((call) => {
        const [direction] = call.directions;
        return [
          call.id,
          {
            reference: call.slug,
            title: this.translator.localized(language, call.title),
            titleLang: language,
            homeParty: ministries.get(direction?.homeCountry ?? '') ?? '',
            hostParty: ministries.get(direction?.hostCountry ?? '') ?? '',
            facts: [
              { label: t('calls.facts.category'), value: t(`calls.categories.${call.category}`) },
              { label: t('calls.facts.year'), value: call.academicYear },
              {
                label: t('calls.facts.places'),
                value: this.translator.number(language, totals.get(call.id)?.capacity ?? 0),
              },
              {
                label: t('calls.facts.closes'),
                value: this.translator.dateTime(language, call.closesAt, call.timeZone),
              },
            ],
            href: `/calls/${call.slug}`,
          },
        ];
      }),
    );
  }

  async name(
    ctx: Ctx,
    language: Language,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, SubjectName>> {
    const calls = await this.calls.titles(ctx, ids);
    return new Map(
      calls.map(({ id, slug, title }) => [
        id,
        {
          reference: slug,
          title: this.translator.localized(language, title),
          titleLang: language,
          href: `/calls/${slug}`,
        },
      ]),
    );
  }
}
