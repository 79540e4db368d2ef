import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { FreezeContent } from '../../applications/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { answerFile, redirect, view } from '../../platform/http/page.js';
import type { FileResult, Redirect, View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';
import { DomainError } from '../../shared/domain-error.js';
import { ReadShared } from '../operations/read-shared.js';
import type { SharedApplication } from '../operations/read-shared.js';
import { StandInApplication } from '../operations/stand-in-application.js';
import { presentLeave, presentShared, presentSharedList } from './presenters/present-shared.js';
import type { ShownAnswers } from './presenters/present-shared.js';

/** Applications of others in which one stands: to read, to confirm, to leave. */
@ApiExcludeController()
@Controller('co-applications')
export class SharedPagesController {
  constructor(
    private readonly database: Database,
    private readonly shared: ReadShared,
    private readonly standing: StandInApplication,
    private readonly freeze: FreezeContent,
    private readonly translator: Translator,
  ) {}

  @Get()
  @Can('application.read_shared')
  list(@Web() web: WebRequest): Promise<View> {
    return this.database.read(web.ctx, async (ctx) =>
      view(
        'coapplicants/list.njk',
        presentSharedList(this.translator, ctx.language, await this.shared.mine(ctx)),
        { title: { key: 'coapplicants.list.title' } },
      ),
    );
  }

  @Get(':id')
  @Can('application.read_shared')
  one(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.page(web, id, null);
  }

  @Post(':id/confirm')
  @Can('co_applicant.confirm')
  async confirm(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    try {
      if (web.body.confirm !== 'yes') {
        throw new DomainError('invalid', { fields: [{ field: 'confirm', problem: 'must_accept' }] });
      }
      await this.standing.confirm(web.ctx, id, textIn(web, 'hash'));
    } catch (error) {
      const told =
        error instanceof DomainError &&
        (error.code === 'invalid' || error.code === 'stale' || error.reason === 'co_applicants_settled');
      if (!told) throw error;
      return this.page(web, id, error);
    }
    return redirect(`/co-applications/${id}`, {
      flash: { kind: 'success', key: 'coapplicants.shared.confirmed' },
    });
  }

  @Get(':id/leave')
  @Can('application.read_shared')
  askToLeave(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.leavePage(web, id, '', null);
  }

  @Post(':id/leave')
  @Can('co_applicant.leave')
  async leave(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    const reason = textIn(web, 'reason');
    try {
      await this.standing.leave(web.ctx, id, reason);
    } catch (error) {
      if (!(error instanceof DomainError) || error.fields.length === 0) throw error;
      return this.leavePage(web, id, reason, error);
    }
    return redirect('/co-applications', { flash: { kind: 'success', key: 'coapplicants.leave.done' } });
  }

  @Get(':id/documents/:upload')
  @Can('application.read_shared')
  async document(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('upload') upload: string,
  ): Promise<FileResult> {
    const file = await this.database.read(web.ctx, (ctx) => this.shared.document(ctx, id, upload));
    return answerFile({
      content: await file.content(),
      contentType: file.mediaType,
      fileName: file.fileName,
      length: file.sizeBytes,
    });
  }

  private page(web: WebRequest, id: string, error: DomainError | null): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const shared = await this.shared.one(ctx, id);
      const shown = await this.shownAnswers(ctx, shared);
      const reading = { translator: this.translator, request: web.ctx, shared, shown };
      return view(
        'coapplicants/shared.njk',
        {
          ...presentShared(reading, error?.code === 'invalid' ? null : error),
          unticked: error?.code === 'invalid',
        },
        {
          title: { key: 'coapplicants.shared.title' },
          ...(error ? { status: STATUS[error.code] } : {}),
        },
      );
    });
  }

  private leavePage(web: WebRequest, id: string, typed: string, error: DomainError | null): Promise<View> {
    return this.database.read(web.ctx, async (ctx) =>
      view(
        'coapplicants/reason.njk',
        presentLeave(this.translator, ctx.language, await this.shared.one(ctx, id), { typed, error }),
        {
          title: { key: 'coapplicants.leave.title' },
          ...(error ? { status: STATUS[error.code] } : {}),
        },
      ),
    );
  }

  private async shownAnswers(ctx: Ctx, { text }: SharedApplication): Promise<ShownAnswers> {
    const shown = new Map<string, NonNullable<ReturnType<ShownAnswers['get']>>>();
    for (const section of text.sections) {
      for (const question of section.questions) {
        const answer = text.answers[section.id]?.[question.id];
        if (!answer) continue;
        shown.set(`${section.id}.${question.id}`, {
          value: await this.freeze.shown(ctx, ctx.language, question, answer),
          ...(question.type === 'table' ? { table: this.freeze.table(ctx.language, question, answer) } : {}),
        });
      }
    }
    return shown;
  }
}

/** A field of the form; of a repeated one what stands last. */
function textIn(web: WebRequest, name: string): string {
  const value = web.body[name];
  return (typeof value === 'string' ? value : value?.at(-1)) ?? '';
}
