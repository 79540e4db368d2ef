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
import { CORRECTION_FIELDS } from '../domain/correction.js';
import { AnswerTerms } from '../operations/answer-terms.js';
import type { Authority } from '../operations/answer-terms.js';
import { Corrections } from '../operations/corrections.js';
import { problemsOf } from './presenters/form-problems.js';
import { presentAuthority } from './presenters/present-erasure.js';
import { presentCorrection } from './presenters/present-correction.js';

type Typed = Readonly<Record<'field' | 'application' | 'wanted' | 'because', string>>;

/** What a person asks to have put right where they cannot write themselves, and what was answered. */
@ApiExcludeController()
@Controller('account/corrections')
export class OwnCorrectionsController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Corrections) private readonly corrections: Corrections,
    @Inject(AnswerTerms) private readonly terms: AnswerTerms,
    @Inject(Translator) private readonly translator: Translator,
  ) {}

  @Get()
  @Can('account.read')
  show(@Web() web: WebRequest): Promise<View> {
    return this.page(web, { field: '', application: '', wanted: '', because: '' }, []);
  }

  @Post()
  @Can('account.change')
  async ask(@Web() web: WebRequest): Promise<View | Redirect> {
    const typed: Typed = {
      field: textOf(web.body, 'field'),
      application: textOf(web.body, 'application'),
      wanted: textOf(web.body, 'wanted'),
      because: textOf(web.body, 'because'),
    };
    try {
      await this.corrections.ask(web.ctx, { ...typed, applicationId: typed.application });
      return redirect('/account/corrections', {
        flash: { kind: 'success', key: 'privacy.corrections.asked' },
      });
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'invalid') throw error;
      return this.page(web, typed, error.fields, STATUS.invalid);
    }
  }

  /** Reloaded after a refusal, or opened in another language: the page that the button stands on. */
  @Get(':id/withdraw')
  @Can('account.read')
  beforeWithdrawing(): Redirect {
    return redirect('/account/corrections');
  }

  @Post(':id/withdraw')
  @Can('account.change')
  async withdraw(@Web() web: WebRequest, @Param('id') id: string): Promise<Redirect> {
    await this.corrections.withdraw(web.ctx, id);
    return redirect('/account/corrections', {
      flash: { kind: 'success', key: 'privacy.corrections.withdrawn' },
    });
  }

  private page(
    web: WebRequest,
    typed: Typed,
    problems: readonly FieldProblem[],
    status = 200,
  ): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const records = await this.corrections.records(ctx);
      const own = await this.corrections.own(ctx);
      const institutions = await this.corrections.institutionNames(ctx, own);
      const authorities = new Map<string, Authority | null>();
      for (const { ownerCountry } of own) {
        if (!authorities.has(ownerCountry)) {
          authorities.set(ownerCountry, await this.terms.authority(ctx, ownerCountry));
        }
      }
      const shown = problemsOf(this.translator, ctx.language, problems, 'privacy.corrections.form');
      const asked = (name: keyof Typed) => ({
        name,
        label: { key: `privacy.corrections.form.${name}` },
        value: typed[name],
        ...shown.errorOf(name),
      });
      return view(
        'privacy/own-corrections.njk',
        {
          corrections: own.map((each) => ({
            ...presentCorrection(this.translator, ctx.language, each, institutions, ctx.clock.now()),
            refused: each.state === 'refused',
            authority: presentAuthority(
              this.translator,
              ctx.language,
              authorities.get(each.ownerCountry) ?? null,
            ),
            record: records.find(({ id }) => id === each.applicationId)?.name ?? null,
          })),
          fields: [
            {
              ...asked('field'),
              kind: 'select',
              options: CORRECTION_FIELDS.map((value) => ({
                value,
                label: { key: `privacy.corrections.fields.${value}` },
              })),
            },
            ...(records.length > 0
              ? [
                  {
                    ...asked('application'),
                    kind: 'select',
                    hint: { key: 'privacy.corrections.form.application_hint' },
                    options: records.map(({ id, name }) => ({ value: id, label: name })),
                  },
                ]
              : []),
            {
              ...asked('wanted'),
              kind: 'textarea',
              rows: 3,
              hint: { key: 'privacy.corrections.form.wanted_hint' },
            },
            {
              ...asked('because'),
              kind: 'textarea',
              rows: 4,
              hint: { key: 'privacy.corrections.form.because_hint' },
            },
          ],
          problems: shown.lines,
        },
        { title: { key: 'privacy.corrections.title' }, status },
      );
    });
  }
}
