import { Injectable } from '@nestjs/common';
import type { DecisionSubjectPort, SubjectName, SubjectSummary } from '../../approvals/public.js';
import { Calls } from '../../calls/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Translator } from '../../platform/i18n/translator.js';
import type { Language, LocalizedText } from '../../shared/language.js';
import { Countries } from '../../universities/public.js';
import { ListsRepository } from '../data/lists.repository.js';
import { LIST_SUBJECT } from '../domain/allocation.events.js';

/** Answers for final lists when two countries decide on them. */
@Injectable()
export class ListsAsDecisionSubjects implements DecisionSubjectPort {
  readonly kind = LIST_SUBJECT;
  readonly conditions = 'refused';

  constructor(
    private readonly lists: ListsRepository,
    private readonly calls: Calls,
    private readonly countries: Countries,
    private readonly translator: Translator,
  ) {}

  async describe(
    ctx: Ctx,
    language: Language,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, SubjectSummary>> {
    const lists = await this.lists.byIds(ctx, ids);
    const calls = await this.calls.byIds(
      ctx,
      lists.map(({ callId }) => callId),
    );
    const ministries = new Map(
      (await this.countries.all(ctx)).map(({ code, ministry }) => [
        code,
        this.translator.localized(language, ministry),
      ]),
    );
    const t = (key: string) => this.translator.t(language, key);
    const number = (value: number) => this.translator.number(language, value);
    return new Map(
      lists.flatMap(({ id, content, contentHash }): [string, SubjectSummary][] => {
        const call = calls.get(content.callId);
        const [direction] = call?.directions ?? [];
        if (!call || !direction) return [];
        const count = (result: string) => content.entries.filter((entry) => entry.result === result).length;
        return [
          [
            id,
            {
              reference: shortOf(contentHash),
              title: this.titleOf(language, call.title),
              titleLang: language,
              homeParty: ministries.get(direction.homeCountry) ?? '',
              hostParty: ministries.get(direction.hostCountry) ?? '',
              facts: [
                { label: t('allocation.results.selected'), value: number(count('selected')) },
                { label: t('allocation.results.reserve'), value: number(count('reserve')) },
                { label: t('allocation.results.not_selected'), value: number(count('not_selected')) },
                { label: t('allocation.hash'), value: contentHash },
              ],
              href: pageOf(call.id),
            },
          ],
        ];
      }),
    );
  }

  async name(
    ctx: Ctx,
    language: Language,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, SubjectName>> {
    const lists = await this.lists.titles(ctx, ids);
    return new Map(
      lists.map(({ id, callId, contentHash, title }) => [
        id,
        {
          reference: shortOf(contentHash),
          title: this.titleOf(language, title),
          titleLang: language,
          href: pageOf(callId),
        },
      ]),
    );
  }

  private titleOf(language: Language, title: LocalizedText): string {
    return this.translator.t(language, 'allocation.final_list_of', {
      call: this.translator.localized(language, title),
    });
  }
}

function shortOf(contentHash: string): string {
  return contentHash.slice(0, 12);
}

function pageOf(callId: string): string {
  return `/admin/calls/${callId}/allocation`;
}
