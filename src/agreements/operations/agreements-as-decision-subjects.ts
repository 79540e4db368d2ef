import { Injectable } from '@nestjs/common';
import type { DecisionSubjectPort, SubjectName, SubjectSummary } from '../../approvals/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Translator } from '../../platform/i18n/translator.js';
import type { Language } from '../../shared/language.js';
import { Agreements } from '../data/agreements.js';

/** Answers for agreements when two officers decide on their text. */
@Injectable()
export class AgreementsAsDecisionSubjects implements DecisionSubjectPort {
  readonly kind = 'agreement';
  readonly conditions = 'refused';

  constructor(
    private readonly agreements: Agreements,
    private readonly translator: Translator,
  ) {}

  async describe(
    ctx: Ctx,
    language: Language,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, SubjectSummary>> {
    const summaries = new Map<string, SubjectSummary>();
    for (const agreement of await this.agreements.byIds(ctx, ids)) {
      const [home, host] = agreement.parties;
      summaries.set(agreement.id, {
        reference: agreement.reference,
        title: this.translator.localized(language, agreement.title),
        titleLang: language,
        homeParty: home ? this.translator.localized(language, home.name) : '',
        hostParty: host ? this.translator.localized(language, host.name) : '',
        facts: [
          {
            label: this.translator.t(language, 'agreements.facts.kind'),
            value: this.translator.t(language, `agreements.kinds.${agreement.kind}`),
          },
          {
            label: this.translator.t(language, 'agreements.facts.quotas'),
            value: this.translator.number(
              language,
              agreement.quotas.reduce((sum, { persons }) => sum + persons, 0),
            ),
          },
        ],
        href: `/agreements/${agreement.reference}`,
      });
    }
    return summaries;
  }

  async name(
    ctx: Ctx,
    language: Language,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, SubjectName>> {
    const agreements = await this.agreements.titles(ctx, ids);
    return new Map(
      agreements.map(({ id, reference, title }) => [
        id,
        {
          reference,
          title: this.translator.localized(language, title),
          titleLang: language,
          href: `/agreements/${reference}`,
        },
      ]),
    );
  }
}
