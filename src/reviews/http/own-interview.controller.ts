import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { eachOnce, textOf } from '../../platform/http/form-fields.js';
import { redirect, view } from '../../platform/http/page.js';
import type { Redirect, View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';
import { DomainError } from '../../shared/domain-error.js';
import { AnswerInterview } from '../operations/answer-interview.js';
import { ReadInterviews } from '../operations/read-interviews.js';
import { presentOwnInterview } from './presenters/present-interviews.js';
import type { ReviewReader } from './presenters/present-reviews.js';

/** What an applicant is invited to, and what they say to it. */
@ApiExcludeController()
@Controller('applications/:id/interview')
export class OwnInterviewController {
  constructor(
    private readonly database: Database,
    private readonly reading: ReadInterviews,
    private readonly answering: AnswerInterview,
    private readonly translator: Translator,
  ) {}

  @Get()
  @Can('interview.read')
  own(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.page(web, id, {}, null);
  }

  @Post(':interview/choose')
  @Can('interview.answer')
  choose(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('interview') interview: string,
  ): Promise<View | Redirect> {
    const slot = textOf(web.body, `slot-${interview}`);
    return this.act(web, id, 'chosen', async () => {
      if (!slot)
        throw new DomainError('invalid', { fields: [{ field: 'slot', problem: 'required_choice' }] });
      await this.answering.choose(web.ctx, interview, slot);
    });
  }

  @Post(':interview/confirm')
  @Can('interview.answer')
  confirm(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('interview') interview: string,
  ): Promise<View | Redirect> {
    return this.act(web, id, 'confirmed', () => this.answering.confirm(web.ctx, interview));
  }

  @Post(':interview/other')
  @Can('interview.answer')
  other(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('interview') interview: string,
  ): Promise<View | Redirect> {
    return this.act(web, id, 'asked', () =>
      this.answering.askOther(web.ctx, interview, textOf(web.body, `reason-${interview}`)),
    );
  }

  private async act(
    web: WebRequest,
    id: string,
    done: string,
    work: () => Promise<unknown>,
  ): Promise<View | Redirect> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof DomainError) || !TOLD.includes(error.code)) throw error;
      return this.page(web, id, eachOnce(web.body), error);
    }
    return redirect(`/applications/${id}/interview`, {
      flash: { kind: 'success', key: `reviews.own_interview.done.${done}` },
    });
  }

  private page(
    web: WebRequest,
    id: string,
    typed: Readonly<Record<string, string>>,
    error: DomainError | null,
  ): Promise<View> {
    return this.database.read(web.ctx, async (ctx) =>
      view(
        'reviews/own-interview.njk',
        presentOwnInterview(this.reader(ctx), await this.reading.own(ctx, id), typed, error),
        { title: { key: 'reviews.own_interview.title' }, ...(error ? { status: STATUS[error.code] } : {}) },
      ),
    );
  }

  private reader({ actor, language, clock }: Ctx): ReviewReader {
    return { translator: this.translator, language, now: clock.now(), actor };
  }
}

/** Refusals that the page itself tells; any other has no page to come back to. */
const TOLD: readonly string[] = ['invalid', 'conflict', 'wrong_state'];
