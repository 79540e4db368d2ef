import { Controller, Get, Param, Post } from '@nestjs/common';
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
import { DomainError } from '../../shared/domain-error.js';
import { BIDS } from '../domain/reviewer-fit.js';
import type { Bid } from '../domain/reviewer-fit.js';
import { SayBids } from '../operations/say-bids.js';
import { presentBids, presentDeclaration } from './presenters/present-bids.js';
import type { ReviewReader } from './presenters/present-reviews.js';

const PANELS = '/reviews/panels';
const FIELD = /^bid-([0-9a-f-]{36})$/;

/** What members of a panel say before anything is given out, and when something binds them. */
@ApiExcludeController()
@Controller('reviews/panels/:id')
export class BidPagesController {
  constructor(
    private readonly database: Database,
    private readonly bids: SayBids,
    private readonly translator: Translator,
  ) {}

  @Get('bids')
  @Can('panel.bid')
  list(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.database.read(web.ctx, async (ctx) =>
      view(
        'reviews/bids.njk',
        presentBids(this.reader(ctx), await this.bids.read(ctx, id), pageIn(web.query.page)),
        { title: { key: 'reviews.bids.title' } },
      ),
    );
  }

  @Post('bids')
  @Can('panel.bid')
  async say(@Web() web: WebRequest, @Param('id') id: string): Promise<Redirect> {
    const told = new Map<string, Bid>();
    for (const name of Object.keys(web.body)) {
      const application = FIELD.exec(name)?.[1];
      const bid = BIDS.find((each) => each === textOf(web.body, name));
      if (application && bid) told.set(application, bid);
    }
    await this.bids.say(web.ctx, id, told);
    const page = pageIn(textOf(web.body, 'page'));
    return redirect(`${PANELS}/${id}/bids${page > 1 ? `?page=${page}` : ''}`, {
      flash: { kind: 'success', key: 'reviews.bids.saved' },
    });
  }

  @Get('applications/:application/conflict')
  @Can('panel.declare_conflict')
  ask(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('application') application: string,
  ): Promise<View> {
    return this.declarePage(web, id, application, null);
  }

  @Post('applications/:application/conflict')
  @Can('panel.declare_conflict')
  async declare(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('application') application: string,
  ): Promise<View | Redirect> {
    try {
      await this.bids.declare(web.ctx, id, application, textOf(web.body, 'kind'));
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'invalid') throw error;
      return this.declarePage(web, id, application, error);
    }
    return redirect(`${PANELS}/${id}`, { flash: { kind: 'success', key: 'reviews.declare.done' } });
  }

  private declarePage(
    web: WebRequest,
    id: string,
    applicationId: string,
    error: DomainError | null,
  ): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const { record, application } = await this.bids.toDeclare(ctx, id, applicationId);
      return view(
        'reviews/declare.njk',
        presentDeclaration(this.reader(ctx), record, application, '', error),
        { title: { key: 'reviews.declare.title' }, ...(error ? { status: STATUS[error.code] } : {}) },
      );
    });
  }

  private reader({ actor, language, clock }: Ctx): ReviewReader {
    return { translator: this.translator, language, now: clock.now(), actor };
  }
}

function pageIn(typed: unknown): number {
  return typeof typed === 'string' && /^\d{1,4}$/.test(typed) ? Number(typed) : 1;
}
