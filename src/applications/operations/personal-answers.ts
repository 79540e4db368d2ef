import { Inject, Injectable } from '@nestjs/common';
import { sensitivityOf } from '../../calls/public.js';
import type { FormDefinition, FormQuestion, Sensitivity } from '../../calls/public.js';
import type { Ctx } from '../../platform/database/context.js';
import type { Id } from '../../shared/ids.js';
import type { ApplicationRow } from '../data/application.entity.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { EditApplication } from './edit-application.js';
import { redacted, sightOf, withheldFrom } from './field-sight.js';

/** Answers of one kind as they read, or that they are not for the reader. */
export type KindOfAnswers = readonly { readonly label: string; readonly shown: string }[] | 'withheld';

/** Of many applications at once, what was submitted that is for some eyes only: by the same sight as the page of each. */
@Injectable()
export class PersonalAnswers {
  constructor(
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(EditApplication) private readonly edit: EditApplication,
  ) {}

  async of(
    ctx: Ctx,
    rows: readonly ApplicationRow[],
    kinds: readonly Sensitivity[],
  ): Promise<ReadonlyMap<Id, ReadonlyMap<Sensitivity, KindOfAnswers>>> {
    if (kinds.length === 0) return new Map();
    const submissions = await this.applications.latestSubmissions(
      ctx,
      rows.map(({ id }) => id),
    );
    const forms = new Map<string, FormDefinition>();
    const formOf = async (row: ApplicationRow) => {
      const key = `${row.callId} ${row.formVersion}`;
      const form = forms.get(key) ?? (await this.edit.form(ctx, row));
      forms.set(key, form);
      return form;
    };
    const found = new Map<Id, ReadonlyMap<Sensitivity, KindOfAnswers>>();
    for (const row of rows) {
      const sight = sightOf(ctx.actor, row);
      const form = await formOf(row);
      const content = submissions.get(row.id)?.content ?? null;
      const withheld = withheldFrom(sight, form, content);
      const asked = new Map<string, FormQuestion>(
        form.sections.flatMap((section) =>
          section.questions.map((question) => [`${section.id}.${question.id}`, question] as const),
        ),
      );
      const seen = content && redacted(content, form, withheld, sight);
      const answersOf = (kind: Sensitivity): KindOfAnswers =>
        sight.sees(kind)
          ? (seen?.sections ?? []).flatMap(({ section, answers }) =>
              answers.filter(({ question, shown }) => {
                const key = `${section}.${question}`;
                const itsKind = sensitivityOf(asked.get(key) ?? { id: question });
                return itsKind === kind && shown !== '' && !withheld.has(key);
              }),
            )
          : 'withheld';
      found.set(row.id, new Map(kinds.map((kind) => [kind, answersOf(kind)])));
    }
    return found;
  }
}
