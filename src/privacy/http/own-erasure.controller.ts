import { Controller, Get, Inject, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { AccessPorts } from '../../access/public.js';
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
import { ERASED_PARTS } from '../domain/erasure.js';
import { OPEN_ERASURES } from '../domain/erasure.states.js';
import { ErasureRequests } from '../operations/erasure-requests.js';
import { problemsOf } from './presenters/form-problems.js';
import { presentAuthority, presentErasure, presentHolds, presentKept } from './presenters/present-erasure.js';

/** What is erased, what is kept and what follows; asking for it, and taking it back. */
@ApiExcludeController()
@Controller('account/erasure')
export class OwnErasureController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ErasureRequests) private readonly requests: ErasureRequests,
    @Inject(AccessPorts) private readonly ports: AccessPorts,
    @Inject(Translator) private readonly translator: Translator,
  ) {}

  @Get()
  @Can('account.read')
  show(@Web() web: WebRequest): Promise<View> {
    return this.page(web, []);
  }

  @Post()
  @Can('account.change')
  async ask(@Web() web: WebRequest): Promise<View | Redirect> {
    try {
      await this.requests.ask(web.ctx, textOf(web.body, 'confirm') === 'yes');
      return redirect('/account/erasure', { flash: { kind: 'success', key: 'privacy.erasure.asked' } });
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'invalid') throw error;
      return this.page(web, error.fields, STATUS.invalid);
    }
  }

  /** Reloaded after a refusal, or opened in another language: the page that the button stands on. */
  @Get(':id/withdraw')
  @Can('account.read')
  beforeWithdrawing(): Redirect {
    return redirect('/account/erasure');
  }

  @Post(':id/withdraw')
  @Can('account.change')
  async withdraw(@Web() web: WebRequest, @Param('id') id: string): Promise<Redirect> {
    await this.requests.takeBack(web.ctx, id);
    return redirect('/account/erasure', { flash: { kind: 'success', key: 'privacy.erasure.withdrawn' } });
  }

  private page(web: WebRequest, problems: readonly FieldProblem[], status = 200): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const { translator } = this;
      const { language } = ctx;
      const told = await this.requests.outlook(ctx);
      const reader = { translator, language, zone: await this.ports.places.timeZone(ctx, told.owner) };
      const shown = problemsOf(translator, language, problems, 'privacy.erasure.form');
      const open = told.requests.find(({ state }) => OPEN_ERASURES.includes(state));
      return view(
        'privacy/own-erasure.njk',
        {
          open: open ? presentErasure(reader, open, ctx.clock.now()) : null,
          earlier: told.requests
            .filter((each) => each !== open)
            .map((each) => presentErasure(reader, each, ctx.clock.now())),
          parts: ERASED_PARTS.map((part) => ({ key: `privacy.erasure.parts.${part}` })),
          keeps: presentKept(reader, told.keeps),
          holds: presentHolds(reader, told.holds),
          owner: translator.countryName(language, told.owner),
          term: {
            answer: told.term.answerDays,
            extension: told.term.extensionDays,
            withdraw: told.term.withdrawDays,
            law: { key: `privacy.answer_laws.${told.term.law}` },
          },
          authority: presentAuthority(translator, language, told.authority),
          confirm: {
            kind: 'checkboxes',
            name: 'confirm',
            label: { key: 'privacy.erasure.form.confirm' },
            values: [],
            options: [{ value: 'yes', label: { key: 'privacy.erasure.confirm' } }],
            ...shown.errorOf('confirm'),
          },
          problems: shown.lines,
        },
        { title: { key: 'privacy.erasure.title' }, status },
      );
    });
  }
}
