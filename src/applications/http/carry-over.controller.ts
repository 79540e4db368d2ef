import { Controller, Get, Inject, Param, Post } from '@nestjs/common';
import { acceptsSubmissions } from '../../calls/public.js';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { redirect, view } from '../../platform/http/page.js';
import type { Message, Redirect, View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { DomainError } from '../../shared/domain-error.js';
import { CarryOver } from '../operations/carry-over.js';
import { OpenApplications } from './own-application.js';
import { presentRound } from './presenters/present-round.js';

const TITLE: Message = { key: 'applications.round.title' };

/** Whoever got no place takes part in the second round of the call, with the application that they have. */
@Controller('applications')
export class CarryOverController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(OpenApplications) private readonly applications: OpenApplications,
    @Inject(CarryOver) private readonly carryOver: CarryOver,
  ) {}

  @Get(':id/second-round')
  @Can('application.read')
  ask(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.page(web, id, null, {});
  }

  @Post(':id/second-round')
  @Can('application.carry_over')
  async send(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    const { agreed, ...typed } = web.body;
    try {
      const carried = await this.carryOver.run(web.ctx, id, { typed, agreed: agreed === 'yes' });
      return redirect(`/applications/${carried}`, {
        flash: { kind: 'success', key: 'applications.round.done' },
      });
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      if (error.code === 'invalid' || error.code === 'blocked') return this.page(web, id, error, web.body);
      const told = ['applied_already', 'carry_over_together'].includes(error.reason);
      if (error.code !== 'too_late' && !told) throw error;
      return redirect(`/applications/${id}`, {
        flash: { kind: 'information', key: `reasons.${error.reason}` },
      });
    }
  }

  private page(
    web: WebRequest,
    id: string,
    refused: DomainError | null,
    typed: WebRequest['body'],
  ): Promise<View | Redirect> {
    return this.database.read(web.ctx, async (ctx) => {
      const open = await this.applications.own(ctx, id);
      const round = await this.carryOver.round(ctx, open.file.application);
      if (!round) return redirect(`/applications/${id}`);
      if (round.mine) return redirect(`/applications/${round.mine.id}`);
      const model = presentRound(
        open,
        round,
        open.file.application.state === 'final' && acceptsSubmissions(round.call, ctx.clock.now()),
        { typed, agreed: typed['agreed'] === 'yes', refused },
      );
      return view('applications/second-round.njk', model, {
        title: TITLE,
        ...(refused ? { status: STATUS[refused.code] } : {}),
      });
    });
  }
}
