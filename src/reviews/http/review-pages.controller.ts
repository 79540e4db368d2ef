import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { textOf } from '../../platform/http/form-fields.js';
import { answerFile, redirect, view } from '../../platform/http/page.js';
import type { FileResult, Redirect, View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import type { FormFields } from '../../platform/http/session-data.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';
import { DomainError } from '../../shared/domain-error.js';
import { hasRole } from '../../shared/policy.js';
import type { TypedReview } from '../domain/review-content.js';
import { PanelsRepository } from '../data/panels.repository.js';
import { DiscussApplication } from '../operations/discuss-application.js';
import { ReadReviews } from '../operations/read-reviews.js';
import type { OpenReview } from '../operations/read-reviews.js';
import { WriteReview } from '../operations/write-review.js';
import {
  presentAmend,
  presentAnonymousFile,
  presentCheck,
  presentDecline,
  presentMine,
  presentReview,
} from './presenters/present-reviews.js';
import type { ReviewView } from './views/review-views.js';
import type { ReviewReader } from './presenters/present-reviews.js';
import { discussionHref, presentNews } from './presenters/present-discussion.js';

const TITLE = { key: 'reviews.review.title' } as const;

/** The reviewer's pages: what waits, one review with its form, and the file where nobody is to know whose it is. */
@ApiExcludeController()
@Controller('reviews')
export class ReviewPagesController {
  constructor(
    private readonly database: Database,
    private readonly reading: ReadReviews,
    private readonly writing: WriteReview,
    private readonly panels: PanelsRepository,
    private readonly discussing: DiscussApplication,
    private readonly translator: Translator,
  ) {}

  @Get()
  @Can('panel.read')
  mine(@Web() web: WebRequest): Promise<View | Redirect> {
    return this.database.read(web.ctx, async (ctx) => {
      // Whoever assesses nothing keeps panels, or looks at them.
      if (!hasRole(ctx.actor, 'reviewer')) return redirect('/reviews/panels');
      const panels = await this.panels.list(ctx);
      return view(
        'reviews/mine.njk',
        {
          ...presentMine(this.reader(ctx), await this.reading.mine(ctx), panels.length > 0),
          news: presentNews(this.reader(ctx), await this.discussing.news(ctx)),
        },
        { title: { key: 'reviews.mine.title' } },
      );
    });
  }

  @Get(':id')
  @Can('review.read')
  review(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.reviewPage(web, id, null, null);
  }

  @Post(':id')
  @Can('review.write')
  async save(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    const typed = typedIn(web.body);
    try {
      await this.writing.save(web.ctx, id, typed, versionIn(web.body, 'revision'));
    } catch (error) {
      const refusal = told(error);
      // What was typed stays, also where nothing can be saved any more.
      return this.reviewPage(web, id, typed, refusal);
    }
    return textOf(web.body, 'then') === 'check'
      ? redirect(`/reviews/${id}/check`)
      : redirect(`/reviews/${id}`, { flash: { kind: 'success', key: 'reviews.review.saved' } });
  }

  @Post(':id/accept')
  @Can('review.answer')
  async accept(@Web() web: WebRequest, @Param('id') id: string): Promise<Redirect> {
    try {
      await this.writing.accept(web.ctx, id);
    } catch (error) {
      const { reason, values } = told(error);
      return redirect(`/reviews/${id}`, { flash: { kind: 'information', key: `reasons.${reason}`, values } });
    }
    return redirect(`/reviews/${id}`, { flash: { kind: 'success', key: 'reviews.review.accepted' } });
  }

  @Get(':id/decline')
  @Can('review.answer')
  askToDecline(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.page(web, id, (ctx, review) =>
      view('reviews/decline.njk', presentDecline(this.reader(ctx), review, '', null), {
        title: { key: 'reviews.decline.title' },
      }),
    );
  }

  @Post(':id/decline')
  @Can('review.answer')
  async decline(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    const reason = textOf(web.body, 'reason');
    try {
      await this.writing.decline(web.ctx, id, reason);
    } catch (error) {
      const refusal = told(error);
      return this.page(web, id, (ctx, review) =>
        view('reviews/decline.njk', presentDecline(this.reader(ctx), review, reason, refusal), {
          title: { key: 'reviews.decline.title' },
          status: STATUS[refusal.code],
        }),
      );
    }
    return redirect('/reviews', { flash: { kind: 'success', key: 'reviews.decline.done' } });
  }

  @Get(':id/check')
  @Can('review.write')
  check(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.page(web, id, (ctx, review) =>
      review.draft && review.versions.length === 0
        ? checkPage(this.reader(ctx), review, null)
        : redirect(`/reviews/${id}`),
    );
  }

  @Post(':id/submit')
  @Can('review.write')
  async submit(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    try {
      await this.writing.submit(web.ctx, id, versionIn(web.body, 'revision'));
    } catch (error) {
      const refusal = told(error);
      if (refusal.code === 'wrong_state') return redirect(`/reviews/${id}`);
      return this.page(web, id, (ctx, review) => checkPage(this.reader(ctx), review, refusal));
    }
    return redirect(`/reviews/${id}`, { flash: { kind: 'success', key: 'reviews.check.done' } });
  }

  @Get(':id/amend')
  @Can('review.amend')
  askToAmend(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.page(web, id, (ctx, review) =>
      review.versions.length > 0
        ? amendPage(this.reader(ctx), review, null, null)
        : redirect(`/reviews/${id}`),
    );
  }

  @Post(':id/amend')
  @Can('review.amend')
  async amend(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    const typed = { ...typedIn(web.body), reason: textOf(web.body, 'reason') };
    try {
      await this.writing.amend(web.ctx, id, typed, versionIn(web.body, 'version'));
    } catch (error) {
      const refusal = told(error);
      return this.page(web, id, (ctx, review) => amendPage(this.reader(ctx), review, typed, refusal));
    }
    return redirect(`/reviews/${id}`, { flash: { kind: 'success', key: 'reviews.amend.done' } });
  }

  @Get(':id/file')
  @Can('review.read_file')
  file(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const { review, content } = await this.reading.file(ctx, id);
      return view('reviews/file.njk', presentAnonymousFile(this.reader(ctx), review, content), {
        title: { key: 'reviews.file.title' },
      });
    });
  }

  @Get(':id/file/:requirement')
  @Can('review.read_file')
  async document(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('requirement') requirement: string,
  ): Promise<FileResult> {
    const { fileName, content, mediaType } = await this.database.read(web.ctx, (ctx) =>
      this.reading.document(ctx, id, requirement),
    );
    return answerFile({ content, contentType: mediaType, fileName, length: content.length });
  }

  private reviewPage(
    web: WebRequest,
    id: string,
    typed: TypedReview | null,
    error: DomainError | null,
  ): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const review = await this.reading.own(ctx, id);
      const { panelId, applicationId } = review.assignment;
      const discussed = await this.discussing.isOpen(ctx, panelId, applicationId);
      return view(
        'reviews/review.njk',
        {
          ...presentReview(this.reader(ctx), review, typed, error),
          discussionHref: discussed ? discussionHref(panelId, applicationId) : null,
        } satisfies ReviewView,
        { title: TITLE, ...(error ? { status: STATUS[error.code] } : {}) },
      );
    });
  }

  private page<T extends View | Redirect>(
    web: WebRequest,
    id: string,
    show: (ctx: Ctx, review: OpenReview) => T,
  ): Promise<T> {
    return this.database.read(web.ctx, async (ctx) => show(ctx, await this.reading.own(ctx, id)));
  }

  private reader({ actor, language, clock }: Ctx): ReviewReader {
    return { translator: this.translator, language, now: clock.now(), actor };
  }
}

function checkPage(reader: ReviewReader, review: OpenReview, error: DomainError | null): View {
  return view('reviews/check.njk', presentCheck(reader, review, error), {
    title: { key: 'reviews.check.title' },
    ...(error ? { status: STATUS[error.code] } : {}),
  });
}

function amendPage(
  reader: ReviewReader,
  review: OpenReview,
  typed: (TypedReview & { readonly reason: string }) | null,
  error: DomainError | null,
): View {
  return view('reviews/amend.njk', presentAmend(reader, review, typed, error), {
    title: { key: 'reviews.amend.title' },
    ...(error ? { status: STATUS[error.code] } : {}),
  });
}

/** Refusals that the page itself tells; any other has no page to come back to. */
const TOLD: readonly string[] = ['invalid', 'conflict', 'stale', 'wrong_state'];
const TOLD_REASONS: readonly string[] = ['panel_closed', 'panel_not_reviewing'];

function told(error: unknown): DomainError {
  if (error instanceof DomainError) {
    if (TOLD.includes(error.code) || TOLD_REASONS.includes(error.reason)) return error;
  }
  throw error;
}

function typedIn(fields: FormFields): TypedReview {
  const scores: Record<string, { value: string; comment: string }> = {};
  for (const name of Object.keys(fields)) {
    const [, kind, id] = /^(score|comment)-([a-z0-9_]{1,40})$/.exec(name) ?? [];
    if (!kind || !id) continue;
    const before = scores[id] ?? { value: '', comment: '' };
    scores[id] =
      kind === 'score'
        ? { ...before, value: textOf(fields, name) }
        : { ...before, comment: textOf(fields, name) };
  }
  return { scores, overall: textOf(fields, 'overall'), recommendation: textOf(fields, 'recommendation') };
}

/** Of what the page showed; nothing that it could have shown is none of them. */
function versionIn(fields: FormFields, name: string): number {
  const written = textOf(fields, name);
  return /^\d{1,9}$/.test(written) ? Number(written) : -1;
}
