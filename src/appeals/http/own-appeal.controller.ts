import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { textOf } from '../../platform/http/form-fields.js';
import { AcceptsFile } from '../../platform/http/multipart.interceptor.js';
import { answerFile, redirect, view } from '../../platform/http/page.js';
import type { FileResult, Redirect, View } from '../../platform/http/page.js';
import { Limited } from '../../platform/http/rate-limits.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';
import { DomainError } from '../../shared/domain-error.js';
import type { ErrorCode } from '../../shared/domain-error.js';
import { LodgeAppeal } from '../operations/lodge-appeal.js';
import type { TypedAppeal } from '../operations/lodge-appeal.js';
import { ReadAppeals } from '../operations/read-appeals.js';
import type { OwnAppeal } from '../operations/read-appeals.js';
import { presentCheck, presentOwnAppeal } from './presenters/present-own-appeal.js';
import type { AppealReader } from './presenters/parts.js';

/** Refusals that the page itself tells; any other has no page to come back to. */
const TOLD: readonly ErrorCode[] = [
  'invalid',
  'stale',
  'conflict',
  'wrong_state',
  'too_late',
  'too_large',
  'unsupported_type',
];

/** The applicant's appeal: written, checked, lodged, taken back. */
@ApiExcludeController()
@Controller('applications')
export class OwnAppealController {
  constructor(
    private readonly database: Database,
    private readonly reading: ReadAppeals,
    private readonly lodging: LodgeAppeal,
    private readonly translator: Translator,
  ) {}

  @Get(':id/appeal')
  @Can('appeal.lodge')
  appeal(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.page(web, id, null, null);
  }

  @Post(':id/appeal')
  @Can('appeal.lodge')
  @AcceptsFile()
  @Limited('upload')
  async save(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    const typed = { ground: textOf(web.body, 'ground'), text: textOf(web.body, 'text') };
    const then = textOf(web.body, 'then');
    try {
      const sent = await fileOf(web);
      await this.lodging.save(web.ctx, id, typed, revisionIn(web), sent.file);
      if (sent.refused) throw sent.refused;
      const [, slot] = /^remove-(file-\d)$/.exec(then) ?? [];
      if (slot) await this.lodging.removeFile(web.ctx, id, slot);
    } catch (error) {
      const refusal = told(error);
      // The words were kept before the file was looked at: the page goes on from them.
      const goesOn = refusal.fields.some(({ field }) => field === 'file');
      return this.page(web, id, goesOn ? null : typed, refusal);
    }
    return then === 'check'
      ? redirect(`/applications/${id}/appeal/check`)
      : redirect(`/applications/${id}/appeal`, { flash: { kind: 'success', key: 'appeals.own.saved' } });
  }

  @Get(':id/appeal/check')
  @Can('appeal.lodge')
  check(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.read(web, id, (ctx, own) =>
      own.draft && own.whyNot === null
        ? checkPage(this.reader(ctx), own, null)
        : redirect(`/applications/${id}/appeal`),
    );
  }

  @Post(':id/appeal/lodge')
  @Can('appeal.lodge')
  async lodge(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    try {
      await this.lodging.lodge(web.ctx, id, revisionIn(web));
    } catch (error) {
      const refusal = told(error);
      if (refusal.code === 'wrong_state' || refusal.code === 'too_late') {
        return this.page(web, id, null, refusal);
      }
      return this.read(web, id, (ctx, own) => checkPage(this.reader(ctx), own, refusal));
    }
    return redirect(`/applications/${id}/appeal`, { flash: { kind: 'success', key: 'appeals.check.done' } });
  }

  @Post(':id/appeal/withdraw')
  @Can('appeal.withdraw')
  async withdraw(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    const appeal = await this.read(web, id, (_ctx, own) => own.last);
    if (!appeal) throw new DomainError('not_found');
    try {
      await this.lodging.withdraw(web.ctx, appeal.id);
    } catch (error) {
      return this.page(web, id, null, told(error));
    }
    return redirect(`/applications/${id}/appeal`, {
      flash: { kind: 'success', key: 'appeals.own.withdrawn' },
    });
  }

  @Get(':id/appeal/files/:file')
  @Can('appeal.lodge')
  async file(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('file') uploadId: string,
  ): Promise<FileResult> {
    const found = await this.database.read(web.ctx, async (ctx) => {
      const { appeal } = await this.reading.own(ctx, id);
      if (!appeal) throw new DomainError('not_found');
      return this.reading.attachment(ctx, appeal.id, uploadId);
    });
    return answerFile({
      content: found.content,
      contentType: found.mediaType,
      fileName: found.fileName,
      length: found.content.length,
    });
  }

  private page(
    web: WebRequest,
    id: string,
    typed: TypedAppeal | null,
    error: DomainError | null,
  ): Promise<View> {
    return this.read(web, id, (ctx, own) =>
      view('appeals/own.njk', presentOwnAppeal(this.reader(ctx), own, typed, error), {
        title: { key: 'appeals.own.title' },
        ...(error ? { status: STATUS[error.code] } : {}),
      }),
    );
  }

  private read<T>(web: WebRequest, id: string, show: (ctx: Ctx, own: OwnAppeal) => T): Promise<T> {
    return this.database.read(web.ctx, async (ctx) => show(ctx, await this.reading.own(ctx, id)));
  }

  private reader({ actor, language, clock }: Ctx): AppealReader {
    return { translator: this.translator, language, now: clock.now(), actor };
  }
}

function checkPage(reader: AppealReader, own: OwnAppeal, error: DomainError | null): View {
  return view('appeals/check.njk', presentCheck(reader, own, error), {
    title: { key: 'appeals.check.title' },
    ...(error ? { status: STATUS[error.code] } : {}),
  });
}

function told(error: unknown): DomainError {
  if (error instanceof DomainError && TOLD.includes(error.code)) return error;
  throw error;
}

/** The file, or why it was not taken: what was written with it is kept all the same. */
async function fileOf(web: WebRequest) {
  try {
    return { file: await web.file(), refused: null };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { file: null, refused: error };
  }
}

/** Of what the page showed; nothing that it could have shown is none of them. */
function revisionIn(web: WebRequest): number {
  const written = textOf(web.body, 'revision');
  return /^\d{1,9}$/.test(written) ? Number(written) : -1;
}
