import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { redirect, view } from '../../platform/http/page.js';
import type { Redirect, View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import { JoinAccounts } from '../operations/join-accounts.js';
import { presentJoin } from './presenters/join.presenter.js';

const PAGE = '/account/join';

/** Where somebody makes one of two accounts, after an officer asked for it and they have signed in at both. */
@ApiExcludeController()
@Controller('account/join')
export class JoinAccountsController {
  constructor(
    private readonly database: Database,
    private readonly joins: JoinAccounts,
    private readonly translator: Translator,
  ) {}

  @Get()
  @Can('account.read')
  show(@Web() web: WebRequest): Promise<View> {
    return this.page(web, []);
  }

  @Post()
  @Can('account.change')
  async join(@Web() web: WebRequest): Promise<View | Redirect> {
    const other = web.provedAccount;
    if (other === null) {
      return redirect(PAGE, { flash: { kind: 'information', key: 'access.join.prove_again' } });
    }
    const chosen = new Map(
      Object.entries(web.body).flatMap(([name, value]) =>
        typeof value === 'string' ? [[name, value] as const] : [],
      ),
    );
    try {
      await this.joins.run(web.ctx, other, chosen);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      if (error.code === 'invalid') return this.page(web, error.fields, STATUS.invalid);
      if (error.code !== 'conflict') throw error;
      return redirect(PAGE, { flash: { kind: 'error', key: `reasons.${error.reason}` } });
    }
    web.forgetProvedAccount();
    return redirect('/', { flash: { kind: 'success', key: 'access.join.done' } });
  }

  @Post(':id/refuse')
  @Can('account.change')
  async refuse(@Web() web: WebRequest, @Param('id') id: string): Promise<Redirect> {
    await this.joins.refuse(web.ctx, id);
    web.forgetProvedAccount();
    return redirect('/account', { flash: { kind: 'success', key: 'access.join.refused' } });
  }

  private page(web: WebRequest, problems: readonly FieldProblem[], status = 200): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const open = await this.joins.own(ctx);
      const other = web.provedAccount;
      const asked = other === null ? null : await this.joins.askedOf(ctx, other);
      const outlook = other !== null && asked ? await this.joins.outlook(ctx, other) : null;
      return view(
        'access/join.njk',
        presentJoin(this.translator, {
          language: ctx.language,
          open: asked ?? open[0] ?? null,
          outlook,
          typed: web.body,
          problems,
        }),
        { title: { key: 'access.join.title' }, status },
      );
    });
  }
}
