import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { Detour } from '../../platform/http/detour.js';
import { STATUS } from '../../platform/http/error-status.js';
import { eachOnce, textOf } from '../../platform/http/form-fields.js';
import { answerFile, redirect, view } from '../../platform/http/page.js';
import type { FileResult, Redirect, View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';
import { DomainError } from '../../shared/domain-error.js';
import type { ErrorCode } from '../../shared/domain-error.js';
import { AdmitAppeal } from '../operations/admit-appeal.js';
import { JudgeAppeal } from '../operations/judge-appeal.js';
import { ReadAppeals } from '../operations/read-appeals.js';
import { SeatPanel } from '../operations/seat-panel.js';
import { presentAppeal, presentAppealFile, presentAppeals } from './presenters/present-appeals.js';
import type { RefusedAct } from './presenters/present-appeals.js';
import type { AppealReader } from './presenters/parts.js';

export const MOST_APPEALS = 200;
/** Refusals that the page itself tells; any other has no page to come back to. */
const TOLD: readonly ErrorCode[] = ['invalid', 'conflict', 'wrong_state', 'blocked'];

/** Appeals for those who hear them: the commission's secretary, the panel, and whoever watches over the clocks. */
@ApiExcludeController()
@Controller('appeals')
export class AppealPagesController {
  constructor(
    private readonly database: Database,
    private readonly reading: ReadAppeals,
    private readonly admitting: AdmitAppeal,
    private readonly seating: SeatPanel,
    private readonly judging: JudgeAppeal,
    private readonly translator: Translator,
  ) {}

  @Get()
  @Can('appeal.read')
  list(@Web() web: WebRequest): Promise<View> {
    return this.database.read(web.ctx, async (ctx) =>
      view('appeals/list.njk', presentAppeals(this.reader(ctx), await this.reading.list(ctx, MOST_APPEALS)), {
        title: { key: 'appeals.list.title' },
      }),
    );
  }

  @Get(':id')
  @Can('appeal.read')
  appeal(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.page(web, id, null);
  }

  @Post(':id/admit')
  @Can('appeal.admit')
  admit(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.act(web, id, 'admitted', () =>
      this.admitting.run(web.ctx, id, {
        admissible: textOf(web.body, 'admissible'),
        code: textOf(web.body, 'code'),
        reason: textOf(web.body, 'reason'),
      }),
    );
  }

  @Post(':id/seats')
  @Can('appeal.seat')
  seat(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.act(web, id, 'seated', () =>
      this.seating.seat(web.ctx, id, {
        personId: textOf(web.body, 'person'),
        head: textOf(web.body, 'head') === 'yes',
      }),
    );
  }

  @Post(':id/unseat')
  @Can('appeal.seat')
  unseat(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.act(web, id, 'unseated', () => this.seating.unseat(web.ctx, id, textOf(web.body, 'person')));
  }

  @Post(':id/declare')
  @Can('appeal.declare')
  declare(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.act(web, id, 'declared', () => this.judging.declare(web.ctx, id));
  }

  @Post(':id/recuse')
  @Can('appeal.recuse')
  async recuse(@Web() web: WebRequest, @Param('id') id: string): Promise<Redirect> {
    await this.judging.recuse(web.ctx, id);
    return redirect('/appeals', { flash: { kind: 'success', key: 'appeals.done.recused' } });
  }

  @Post(':id/vote')
  @Can('appeal.vote')
  vote(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.act(web, id, 'voted', () =>
      this.judging.vote(web.ctx, id, {
        vote: textOf(web.body, 'vote'),
        stage: textOf(web.body, 'stage'),
        reasons: textOf(web.body, 'reasons'),
      }),
    );
  }

  @Post(':id/decide')
  @Can('appeal.decide')
  decide(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.act(web, id, 'decided', () =>
      this.judging.decide(web.ctx, id, textOf(web.body, 'reasoning')),
    );
  }

  @Get(':id/file')
  @Can('appeal.read_file')
  file(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const { open, content, reviews } = await this.reading.file(ctx, id);
      return view('appeals/file.njk', presentAppealFile(this.reader(ctx), open, content, reviews), {
        title: { key: 'appeals.file.title' },
      });
    });
  }

  @Get(':id/file/:requirement')
  @Can('appeal.read_file')
  document(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('requirement') requirement: string,
  ): Promise<FileResult> {
    return this.send(web, (ctx) => this.reading.document(ctx, id, requirement));
  }

  @Get(':id/files/:file')
  @Can('appeal.read_content')
  attachment(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('file') uploadId: string,
  ): Promise<FileResult> {
    return this.send(web, (ctx) => this.reading.attachment(ctx, id, uploadId));
  }

  private async send(
    web: WebRequest,
    read: (
      ctx: Ctx,
    ) => Promise<{ readonly fileName: string; readonly content: Buffer; readonly mediaType: string }>,
  ): Promise<FileResult> {
    const { fileName, content, mediaType } = await this.database.read(web.ctx, read);
    return answerFile({ content, contentType: mediaType, fileName, length: content.length });
  }

  private async act(
    web: WebRequest,
    id: string,
    done: string,
    run: () => Promise<void>,
  ): Promise<View | Redirect> {
    try {
      await run();
    } catch (error) {
      if (!(error instanceof DomainError) || !TOLD.includes(error.code)) throw error;
      return this.page(web, id, { error, typed: eachOnce(web.body) });
    }
    return redirect(`/appeals/${id}`, { flash: { kind: 'success', key: `appeals.done.${done}` } });
  }

  private page(web: WebRequest, id: string, refused: RefusedAct | null): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const open = await this.reading.one(ctx, id);
      // One's own has a page of its own.
      if (open.appeal.applicantId === ctx.actor.personId) {
        throw new Detour(`/applications/${open.appeal.applicationId}/appeal`);
      }
      return view('appeals/appeal.njk', presentAppeal(this.reader(ctx), open, refused), {
        title: { key: 'appeals.page.title' },
        ...(refused ? { status: STATUS[refused.error.code] } : {}),
      });
    });
  }

  private reader({ actor, language, clock }: Ctx): AppealReader {
    return { translator: this.translator, language, now: clock.now(), actor };
  }
}
