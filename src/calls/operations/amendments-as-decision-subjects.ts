import { Injectable } from '@nestjs/common';
import type { DecisionSubjectPort, SubjectName, SubjectSummary } from '../../approvals/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Translator } from '../../platform/i18n/translator.js';
import type { Language } from '../../shared/language.js';
import { Amendments } from '../data/amendments.js';
import { CallsAsDecisionSubjects } from './calls-as-decision-subjects.js';

/** Answers for amendments of calls when two officers decide on them: the call, and what would change of it. */
@Injectable()
export class AmendmentsAsDecisionSubjects implements DecisionSubjectPort {
  readonly kind = 'call_amendment';
  readonly conditions = 'refused';

  constructor(
    private readonly amendments: Amendments,
    private readonly calls: CallsAsDecisionSubjects,
    private readonly translator: Translator,
  ) {}

  async describe(
    ctx: Ctx,
    language: Language,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, SubjectSummary>> {
    const written = await this.amendments.written(ctx, ids);
    const calls = await this.calls.describe(
      ctx,
      language,
      written.map(({ callId }) => callId),
    );
    const t = (key: string) => this.translator.t(language, key);
    return new Map(
      written.flatMap((amendment) => {
        const call = calls.get(amendment.callId);
        if (!call) return [];
        const parts = [
          ...Object.keys(amendment.words).map((field) => t(`calls.editor.fields.${field}`)),
          ...(amendment.form ? [t('calls.editor.fields.form')] : []),
        ];
        const summary: SubjectSummary = {
          ...call,
          facts: [
            { label: t('calls.amendment.changes'), value: this.translator.list(language, parts) || '—' },
            {
              label: t('calls.editor.reason'),
              value: this.translator.localized(language, amendment.reason) || '—',
            },
            ...call.facts,
          ],
          href: amendmentOf(call.reference, amendment.id),
        };
        return [[amendment.id, summary] as const];
      }),
    );
  }

  async name(
    ctx: Ctx,
    language: Language,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, SubjectName>> {
    const amendments = await this.amendments.titles(ctx, ids);
    return new Map(
      amendments.map(({ id, slug, title }) => [
        id,
        {
          reference: slug,
          title: this.translator.localized(language, title),
          titleLang: language,
          href: amendmentOf(slug, id),
        },
      ]),
    );
  }
}

function amendmentOf(slug: string, id: string): string {
  return `/calls/${slug}/amendments/${id}`;
}
