import { Controller, Get, Inject, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { textOf } from '../../platform/http/form-fields.js';
import { redirect, view } from '../../platform/http/page.js';
import type { Redirect, View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import { Corrections } from '../operations/corrections.js';
import { problemsOf } from './presenters/form-problems.js';
import { presentAuthority } from './presenters/present-erasure.js';
import { presentCorrection } from './presenters/present-correction.js';

/** Where officers of the owner side answer what people ask to have put right, and those of the other side read what was. */
@ApiExcludeController()
@Controller('corrections')
export class CorrectionsController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Corrections) private readonly corrections: Corrections,
    @Inject(Translator) private readonly translator: Translator,
  ) {}

  @Get()
  @Can('correction.list')
  list(@Web() web: WebRequest): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const listed = await this.corrections.list(ctx);
      const names = await this.corrections.namesOf(ctx, listed);
      const institutions = await this.corrections.institutionNames(ctx, listed);
      return view(
        'privacy/corrections.njk',
        {
          corrections: listed.map((each) => ({
            ...presentCorrection(this.translator, ctx.language, each, institutions, ctx.clock.now()),
            person: names.get(each.personId) ?? '',
          })),
        },
        { title: { key: 'privacy.corrections.list_title' } },
      );
    });
  }

  @Get(':id')
  @Can('correction.read')
  one(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.page(web, id, { verdict: '', answer: '' }, []);
  }

  /** Reloaded after a refusal, or opened in another language: the page that the form stands on. */
  @Get(':id/answer')
  @Can('correction.read')
  beforeSending(@Param('id') id: string): Redirect {
    return redirect(`/corrections/${id}`);
  }

  @Post(':id/answer')
  @Can('correction.answer')
  async answer(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    const said = { verdict: textOf(web.body, 'verdict'), answer: textOf(web.body, 'answer') };
    try {
      const state = await this.corrections.answer(web.ctx, id, said);
      return redirect(`/corrections/${id}`, {
        flash: { kind: 'success', key: `privacy.corrections.answered.${state}` },
      });
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'invalid') throw error;
      return this.page(web, id, said, error.fields, STATUS.invalid);
    }
  }

  private page(
    web: WebRequest,
    id: string,
    typed: { readonly verdict: string; readonly answer: string },
    problems: readonly FieldProblem[],
    status = 200,
  ): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const file = await this.corrections.file(ctx, id);
      const institutions = await this.corrections.institutionNames(ctx, [file]);
      const shown = problemsOf(this.translator, ctx.language, problems, 'privacy.corrections.form');
      return view(
        'privacy/correction.njk',
        {
          ...presentCorrection(this.translator, ctx.language, file, institutions, ctx.clock.now()),
          authority: presentAuthority(this.translator, ctx.language, file.authority),
          person: file.person,
          record: file.record,
          current: file.current,
          mayAnswer: file.mayAnswer,
          fields: [
            {
              kind: 'radios',
              name: 'verdict',
              label: { key: 'privacy.corrections.form.verdict' },
              value: typed.verdict,
              options: (['done', 'refused'] as const).map((value) => ({
                value,
                label: { key: `privacy.corrections.verdicts.${value}` },
              })),
              ...shown.errorOf('verdict'),
            },
            {
              kind: 'textarea',
              name: 'answer',
              rows: 4,
              label: { key: 'privacy.corrections.form.answer' },
              hint: { key: 'privacy.corrections.form.answer_hint' },
              value: typed.answer,
              ...shown.errorOf('answer'),
            },
          ],
          problems: shown.lines,
        },
        { title: { key: 'privacy.corrections.one_title' }, status },
      );
    });
  }
}
