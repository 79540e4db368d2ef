import { Controller, Get, Inject, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { textOf } from '../../platform/http/form-fields.js';
import { redirect, view } from '../../platform/http/page.js';
import type { Redirect, View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';
import { COUNTRY_CODES } from '../../shared/countries-of-the-world.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import { Residencies } from '../operations/residencies.js';
import type { Residency } from '../operations/residencies.js';
import { problemsOf } from './presenters/form-problems.js';

const QUESTIONS = ['citizenship', 'residence'] as const;

/** Which country answers for one's record, and the two facts that say so. */
@ApiExcludeController()
@Controller('account/residency')
export class ResidencyController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Residencies) private readonly residencies: Residencies,
    @Inject(Translator) private readonly translator: Translator,
  ) {}

  @Get()
  @Can('account.read')
  show(@Web() web: WebRequest): Promise<View> {
    return this.page(web, null, []);
  }

  @Post()
  @Can('account.change')
  async state(@Web() web: WebRequest): Promise<View | Redirect> {
    const said = { citizenship: textOf(web.body, 'citizenship'), residence: textOf(web.body, 'residence') };
    try {
      await this.residencies.state(web.ctx, said);
      return redirect('/account/residency', { flash: { kind: 'success', key: 'privacy.residency.saved' } });
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'invalid') throw error;
      return this.page(web, said, error.fields, STATUS.invalid);
    }
  }

  private page(
    web: WebRequest,
    typed: { readonly citizenship: string; readonly residence: string } | null,
    problems: readonly FieldProblem[],
    status = 200,
  ): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const { owner, current, earlier, programme } = await this.residencies.own(ctx);
      const shown = problemsOf(this.translator, ctx.language, problems, 'privacy.residency.fields');
      const options = this.countries(ctx, programme);
      return view(
        'privacy/residency.njk',
        {
          owner: this.translator.countryName(ctx.language, owner.country),
          law: { key: `privacy.residency.laws.${owner.law}` },
          known: current !== null,
          since: current && this.when(ctx, current.statedAt),
          fields: QUESTIONS.map((name) => ({
            kind: 'select',
            name,
            label: { key: `privacy.residency.fields.${name}` },
            value: typed?.[name] ?? current?.[name] ?? '',
            options,
            ...shown.errorOf(name),
          })),
          problems: shown.lines,
          earlier: earlier.map((each) => this.past(ctx, each)),
        },
        { title: { key: 'privacy.residency.title' }, status },
      );
    });
  }

  private past(ctx: Ctx, { country, citizenship, residence, statedAt, endedAt }: Residency) {
    const name = (code: string | null) => (code ? this.translator.countryName(ctx.language, code) : '—');
    return {
      owner: name(country),
      citizenship: name(citizenship),
      residence: name(residence),
      from: this.when(ctx, statedAt),
      until: endedAt && this.when(ctx, endedAt),
    };
  }

  /** The countries of the programme first, then the others by the reader's alphabet. */
  private countries({ language }: Ctx, programme: readonly string[]) {
    const compare = this.translator.compare(language);
    const name = (code: string) => this.translator.countryName(language, code);
    const others = COUNTRY_CODES.filter((code) => !programme.includes(code));
    return [...programme, ...others.toSorted((a, b) => compare(name(a), name(b)))].map((code) => ({
      value: code,
      label: name(code),
    }));
  }

  private when({ language }: Ctx, instant: Date): string {
    return this.translator.dateTime(language, instant, 'UTC');
  }
}
