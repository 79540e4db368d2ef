import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { eachOnce } from '../../platform/http/form-fields.js';
import { redirect, view } from '../../platform/http/page.js';
import type { Redirect, View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';
import { DomainError } from '../../shared/domain-error.js';
import { InviteReviewer } from '../operations/invite-reviewer.js';
import type { TypedInvitation } from '../operations/invite-reviewer.js';
import { presentInvitation } from './presenters/present-invite.js';
import type { ReviewReader } from './presenters/present-reviews.js';

const NOTHING: TypedInvitation = { email: '', language: '', reason: '', seen: '' };

/** Inviting somebody by mail to sit in a panel. */
@ApiExcludeController()
@Controller('reviews/panels/:id/invite')
export class InviteReviewerController {
  constructor(
    private readonly database: Database,
    private readonly inviting: InviteReviewer,
    private readonly translator: Translator,
  ) {}

  @Get()
  @Can('panel.invite')
  ask(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.page(web, id, { ...NOTHING, language: web.ctx.language }, null);
  }

  @Post()
  @Can('panel.invite')
  async invite(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    const typed = { ...NOTHING, ...eachOnce(web.body) };
    try {
      await this.inviting.run(web.ctx, id, typed);
    } catch (error) {
      if (!(error instanceof DomainError) || !['invalid', 'conflict'].includes(error.code)) throw error;
      return this.page(web, id, typed, error);
    }
    return redirect(`/reviews/panels/${id}`, { flash: { kind: 'success', key: 'reviews.invite.done' } });
  }

  private page(
    web: WebRequest,
    id: string,
    typed: TypedInvitation,
    error: DomainError | null,
  ): Promise<View> {
    return this.database.read(web.ctx, async (ctx: Ctx) => {
      const record = await this.inviting.open(ctx, id);
      const { actor, language, clock } = ctx;
      const reader: ReviewReader = { translator: this.translator, language, now: clock.now(), actor };
      const known = error ? await this.inviting.known(ctx, record, typed.email) : null;
      return view('reviews/invite.njk', presentInvitation(reader, record, typed, known, error), {
        title: { key: 'reviews.invite.title' },
        ...(error ? { status: STATUS[error.code] } : {}),
      });
    });
  }
}
