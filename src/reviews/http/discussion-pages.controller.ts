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
import { authorise } from '../../platform/database/authorise.js';
import { DomainError } from '../../shared/domain-error.js';
import { discussionsPolicy } from '../domain/discussions.policy.js';
import { DiscussApplication } from '../operations/discuss-application.js';
import type { OpenDiscussion } from '../operations/discuss-application.js';
import { SumUpApplication } from '../operations/sum-up-application.js';
import { discussionHref, presentDiscussion, presentSumUp } from './presenters/present-discussion.js';
import type { TypedWords } from './presenters/present-discussion.js';
import type { ReviewReader } from './presenters/present-reviews.js';

/** What the members of a panel say to one another of an application, and what their lead sums up. */
@ApiExcludeController()
@Controller('reviews/panels/:id/applications/:application')
export class DiscussionPagesController {
  constructor(
    private readonly database: Database,
    private readonly discussing: DiscussApplication,
    private readonly summing: SumUpApplication,
    private readonly translator: Translator,
  ) {}

  @Get('discussion')
  @Can('discussion.read')
  async discussion(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('application') application: string,
  ): Promise<View> {
    const { page, open } = await this.page(web, id, application, {}, null);
    await this.discussing.markRead(web.ctx, open);
    return page;
  }

  @Post('discussion')
  @Can('discussion.write')
  write(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('application') application: string,
  ): Promise<View | Redirect> {
    const typed = eachOnce(web.body);
    return this.act(web, id, application, typed, 'written', () =>
      this.discussing.write(web.ctx, id, application, {
        text: typed.text ?? '',
        language: typed.language ?? '',
      }),
    );
  }

  @Post('discussion/strike')
  @Can('discussion.strike')
  strike(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('application') application: string,
  ): Promise<View | Redirect> {
    return this.act(web, id, application, {}, 'struck', () =>
      this.discussing.strike(web.ctx, id, application, textOf(web.body, 'entry')),
    );
  }

  @Post('discussion/answer')
  @Can('discussion.answer_summary')
  answer(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('application') application: string,
  ): Promise<View | Redirect> {
    const typed = eachOnce(web.body);
    return this.act(web, id, application, typed, 'answered', () =>
      this.summing.answer(web.ctx, id, application, {
        version: numberIn(typed.version),
        answer: typed.answer ?? '',
        remark: typed.remark ?? '',
        language: typed['answer-language'] ?? '',
      }),
    );
  }

  @Get('summary')
  @Can('discussion.sum_up')
  summary(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('application') application: string,
  ): Promise<View> {
    return this.sumUpPage(web, id, application, null, null);
  }

  @Post('summary')
  @Can('discussion.sum_up')
  async sumUp(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('application') application: string,
  ): Promise<View | Redirect> {
    const typed = eachOnce(web.body);
    const back = `/reviews/panels/${id}/applications/${application}`;
    try {
      const { revision } = await this.summing.save(
        web.ctx,
        id,
        application,
        { text: typed.text ?? '', feedback: typed.feedback ?? '' },
        numberIn(typed.revision),
      );
      if (typed.then !== 'submit') {
        return redirect(`${back}/summary`, { flash: { kind: 'success', key: 'reviews.summary.saved' } });
      }
      await this.summing.submit(web.ctx, id, application, {
        revision,
        language: typed.language ?? '',
        reason: typed.reason ?? '',
      });
    } catch (error) {
      return this.sumUpPage(web, id, application, typed, told(error));
    }
    return redirect(`${back}/discussion#summary`, {
      flash: { kind: 'success', key: 'reviews.summary.submitted' },
    });
  }

  /** Who sums this one up: said by whoever keeps the panel. */
  @Post('lead')
  @Can('panel.assign')
  async lead(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('application') application: string,
  ): Promise<Redirect> {
    const back = `/reviews/panels/${id}/applications/${application}`;
    try {
      await this.discussing.nameLead(web.ctx, id, application, textOf(web.body, 'lead'));
    } catch (error) {
      const { reason, values, fields } = told(error);
      const key = fields[0] ? `problems.${fields[0].problem}` : `reasons.${reason}`;
      return redirect(back, { flash: { kind: 'error', key, values } });
    }
    return redirect(back, { flash: { kind: 'success', key: 'reviews.assign.done.lead_named' } });
  }

  private async act(
    web: WebRequest,
    id: string,
    application: string,
    typed: TypedWords,
    done: string,
    work: () => Promise<unknown>,
  ): Promise<View | Redirect> {
    try {
      await work();
    } catch (error) {
      return (await this.page(web, id, application, typed, told(error))).page;
    }
    return redirect(discussionHref(id, application), {
      flash: { kind: 'success', key: `reviews.discussion.done.${done}` },
    });
  }

  private page(
    web: WebRequest,
    id: string,
    application: string,
    typed: TypedWords,
    error: DomainError | null,
  ): Promise<{ readonly page: View; readonly open: OpenDiscussion }> {
    return this.database.read(web.ctx, async (ctx) => {
      const open = await this.discussing.open(ctx, id, application);
      const page = view('reviews/discussion.njk', presentDiscussion(this.reader(ctx), open, typed, error), {
        title: { key: 'reviews.discussion.title' },
        ...(error ? { status: STATUS[error.code] } : {}),
      });
      return { page, open };
    });
  }

  private sumUpPage(
    web: WebRequest,
    id: string,
    application: string,
    typed: TypedWords | null,
    error: DomainError | null,
  ): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const open = await this.discussing.open(ctx, id, application);
      authorise(ctx, discussionsPolicy, 'discussion.sum_up', open.facts, 'discussion.read');
      return view('reviews/summary.njk', presentSumUp(this.reader(ctx), open, typed, error), {
        title: { key: 'reviews.summary.title' },
        ...(error ? { status: STATUS[error.code] } : {}),
      });
    });
  }

  private reader({ actor, language, clock }: Ctx): ReviewReader {
    return { translator: this.translator, language, now: clock.now(), actor };
  }
}

/** Refusals that the page itself tells; any other has no page to come back to. */
const TOLD: readonly string[] = ['invalid', 'conflict', 'stale', 'wrong_state', 'too_many_requests'];

function told(error: unknown): DomainError {
  if (error instanceof DomainError && TOLD.includes(error.code)) return error;
  throw error;
}

/** Of what the page showed; nothing that it could have shown is none of them. */
function numberIn(written = ''): number {
  return /^\d{1,9}$/.test(written) ? Number(written) : -1;
}
