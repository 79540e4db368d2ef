import { Inject, Injectable } from '@nestjs/common';
import { Settings } from '../../platform/config/settings.js';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import { Translator } from '../../platform/i18n/translator.js';
import type { CountryCode } from '../../shared/country.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { Language } from '../../shared/language.js';
import type { ErasureReport } from '../domain/erasure.js';
import type { PersonPaper } from '../domain/person-paper.js';

/** What was done for somebody who was erased. It names nobody. */
export interface ErasureReceipt {
  readonly id: Id;
  readonly ownerCountry: CountryCode;
  readonly askedAt: Date;
  readonly endedAt: Date;
  readonly report: ErasureReport;
}

interface Worded {
  readonly erased: readonly { readonly part: string; readonly count: string }[];
  readonly kept: readonly {
    readonly category: string;
    readonly count: string;
    readonly until: string;
    readonly law: string;
  }[];
  readonly asked: string;
  readonly done: string;
  readonly owner: string;
}

/** The receipt of an erasure, for whoever holds its link, and as a document. */
@Injectable()
export class ComposeErasureReceipt {
  constructor(
    @Inject(Translator) private readonly translator: Translator,
    @Inject(Settings) private readonly settings: Settings,
  ) {}

  /** The caller has recognised the link of this very receipt. */
  read(ctx: Ctx, erasureId: Id): Promise<ErasureReceipt> {
    return withSystemRights(ctx, async () => {
      const [receipt] = await ctx.tx.query<ErasureReceipt[]>(
        `select id, owner_country as "ownerCountry", asked_at as "askedAt", ended_at as "endedAt", report
         from erasures where id = $1 and state = 'done'`,
        [erasureId],
      );
      if (!receipt) throw new DomainError('not_found');
      return receipt;
    });
  }

  paper(language: Language, issuedAt: Date, { id }: ErasureReceipt, worded: Worded): PersonPaper {
    const say = (key: string) => this.translator.t(language, `privacy.erasure.receipt.${key}`);
    const row = (key: string, text: string) => ({ label: say(key), text });
    const block = (rows: PersonPaper['parts'][number]['blocks'][number]['rows']) => ({
      level: 0,
      heading: '',
      rows,
    });
    return {
      language,
      issuedAt: issuedAt.toISOString(),
      title: say('title'),
      name: '',
      lead: [say('lead')],
      parts: [
        {
          heading: say('request'),
          none: '',
          blocks: [
            block([
              row('number', id),
              row('asked', worded.asked),
              row('done', worded.done),
              row('owner', worded.owner),
            ]),
          ],
        },
        {
          heading: say('erased'),
          none: say('nothing_erased'),
          blocks:
            worded.erased.length > 0
              ? [block(worded.erased.map(({ part, count }) => ({ label: part, text: count })))]
              : [],
        },
        {
          heading: say('kept'),
          none: say('nothing_kept'),
          blocks: worded.kept.map(({ category, count, until, law }) =>
            block([row('what', category), row('how_many', count), row('until', until), row('law', law)]),
          ),
        },
      ],
      pageOf: this.translator.t(language, 'documents.pageOf'),
      ...(this.settings.demonstration
        ? { notice: this.translator.t(language, 'documents.demonstration') }
        : {}),
    };
  }
}
