import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { STATUS } from '../../platform/http/error-status.js';
import { AcceptsFile } from '../../platform/http/multipart.interceptor.js';
import { answerFile, redirect, view } from '../../platform/http/page.js';
import type { FileResult, Redirect, View } from '../../platform/http/page.js';
import { Limited } from '../../platform/http/rate-limits.js';
import { ByLink, Public } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { UploadedFile } from '../../platform/http/uploaded-file.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';
import { DomainError } from '../../shared/domain-error.js';
import { LetterDesk } from '../operations/letter-desk.js';
import { WriteLetter } from '../operations/write-letter.js';
import type { TypedLetter } from '../operations/write-letter.js';
import {
  isOpen,
  presentCheckLetter,
  presentDecline,
  presentDesk,
  presentRefused,
  presentStanding,
  presentWrite,
} from './presenters/present-desk.js';
import type { Desk } from './presenters/present-desk.js';

const TITLE = { key: 'referees.title' } as const;
/** Refusals after which the page says what became of the letter: it is over, or the link was used meanwhile. */
const SETTLED = ['wrong_state', 'link_used', 'link_revoked', 'link_expired', 'reference_deadline_passed'];

/**
 * The pages that a referee's link opens, without an account and in any language. What is sent here is sent by whoever
 * knows the link, and by nobody who is signed in.
 */
@ApiExcludeController()
@Controller('letters')
export class LetterPagesController {
  constructor(
    private readonly desk: LetterDesk,
    private readonly letter: WriteLetter,
    private readonly translator: Translator,
  ) {}

  @Get(':token')
  @Public()
  @Limited('link')
  open(@Web() web: WebRequest, @Param('token') token: string): Promise<View | Redirect> {
    return this.page(web, token, (desk) => view('referees/desk.njk', presentDesk(desk), { title: TITLE }));
  }

  /** The button of the first page: only now it is known that somebody has begun. */
  @Post(':token')
  @Public()
  @ByLink()
  @Limited('link')
  begin(@Web() web: WebRequest, @Param('token') token: string): Promise<View | Redirect> {
    return this.act(web, token, async () => {
      await this.letter.begin(web.ctx, token);
      return redirect(`${pathOf(token)}/write`);
    });
  }

  @Get(':token/write')
  @Public()
  @Limited('link')
  write(@Web() web: WebRequest, @Param('token') token: string): Promise<View | Redirect> {
    const saved = web.query.saved === 'yes';
    return this.page(web, token, (desk) => writePage(desk, null, null, saved));
  }

  @Post(':token/write')
  @Public()
  @ByLink()
  @AcceptsFile()
  @Limited('upload')
  async save(@Web() web: WebRequest, @Param('token') token: string): Promise<View | Redirect> {
    const typed = typedIn(web);
    try {
      const sent = await fileOf(web);
      await this.letter.save(web.ctx, token, typed, sent.file);
      if (sent.refused) throw sent.refused;
      if (web.body.then === 'remove_file') await this.letter.removeFile(web.ctx, token);
    } catch (error) {
      if (!(error instanceof DomainError) || error.reason === 'own_letter') return this.refused(error);
      // The words were kept before the file was looked at: the page goes on from them.
      const goesOn = error.fields.some(({ field }) => field === 'file');
      return this.page(
        web,
        token,
        (desk) => writePage(desk, goesOn ? null : typed, error, false),
        // What was typed is shown to be copied, also where nothing can be saved any more.
        (desk) => writePage(desk, typed, error, false),
      );
    }
    return redirect(`${pathOf(token)}/${web.body.then === 'check' ? 'check' : 'write?saved=yes'}`);
  }

  @Get(':token/check')
  @Public()
  @Limited('link')
  check(@Web() web: WebRequest, @Param('token') token: string): Promise<View | Redirect> {
    return this.page(web, token, (desk) => checkPage(desk, null));
  }

  @Post(':token/check')
  @Public()
  @ByLink()
  @Limited('link')
  submit(@Web() web: WebRequest, @Param('token') token: string): Promise<View | Redirect> {
    return this.act(
      web,
      token,
      async () => {
        if (web.body.confirm !== 'yes') {
          throw new DomainError('invalid', { fields: [{ field: 'confirm', problem: 'must_accept' }] });
        }
        await this.letter.submit(web.ctx, token);
        return redirect(pathOf(token));
      },
      checkPage,
    );
  }

  @Get(':token/decline')
  @Public()
  @Limited('link')
  askToDecline(@Web() web: WebRequest, @Param('token') token: string): Promise<View | Redirect> {
    return this.page(web, token, (desk) => declinePage(desk, '', null));
  }

  @Post(':token/decline')
  @Public()
  @ByLink()
  @Limited('link')
  decline(@Web() web: WebRequest, @Param('token') token: string): Promise<View | Redirect> {
    const reason = text(web, 'reason');
    return this.act(
      web,
      token,
      async () => {
        await this.letter.decline(web.ctx, token, reason);
        return redirect(pathOf(token));
      },
      (desk, error) => declinePage(desk, reason, error),
    );
  }

  @Get(':token/letter.pdf')
  @Public()
  @Limited('link')
  async file(@Web() web: WebRequest, @Param('token') token: string): Promise<FileResult | View> {
    try {
      const file = await this.desk.file(web.ctx, token);
      return answerFile({
        content: await file.content(),
        contentType: file.mediaType,
        fileName: file.fileName,
        length: file.sizeBytes,
      });
    } catch (error) {
      return this.refused(error);
    }
  }

  /** An act of the holder; what it is refused for is told on its page, or by what became of the letter. */
  private async act(
    web: WebRequest,
    token: string,
    work: () => Promise<Redirect>,
    again: ((desk: Desk, error: DomainError) => View) | null = null,
  ): Promise<View | Redirect> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      if (again && error.fields.length > 0) return this.page(web, token, (desk) => again(desk, error));
      if (!SETTLED.includes(error.reason)) return this.refused(error);
      return this.page(
        web,
        token,
        (desk) => view('referees/desk.njk', presentDesk(desk), { title: TITLE }),
        null,
        STATUS[error.code],
      );
    }
  }

  /** The page of a letter that can still be written; otherwise what became of it. */
  private async page(
    web: WebRequest,
    token: string,
    present: (desk: Desk) => View,
    settled: ((desk: Desk) => View) | null = null,
    status = 200,
  ): Promise<View> {
    try {
      const opened = await this.desk.look(web.ctx, token);
      if (opened.refusal === 'link_expired') {
        throw new DomainError('too_late', { reason: 'link_expired' });
      }
      const desk: Desk = { translator: this.translator, request: web.ctx, href: pathOf(token), opened };
      if (isOpen(desk)) return present(desk);
      if (settled) return settled(desk);
      return view('referees/standing.njk', presentStanding(desk), { title: TITLE, status });
    } catch (error) {
      return this.refused(error);
    }
  }

  /** Each way in which a link is no use has a page that says so. */
  private refused(error: unknown): View {
    if (!(error instanceof DomainError)) throw error;
    const told = error.reason.startsWith('link_') || error.reason === 'own_letter';
    if (!told) throw error;
    return view('referees/standing.njk', presentRefused(error.reason), {
      status: STATUS[error.code],
      title: TITLE,
    });
  }
}

/** The file, or why it was not taken: what was written with it is kept all the same. */
async function fileOf(
  web: WebRequest,
): Promise<{ readonly file: UploadedFile | null; readonly refused: DomainError | null }> {
  try {
    return { file: await web.file(), refused: null };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { file: null, refused: error };
  }
}

function writePage(desk: Desk, typed: TypedLetter | null, error: DomainError | null, saved: boolean): View {
  return view('referees/write.njk', presentWrite(desk, { typed, error, saved }), {
    title: TITLE,
    ...(error ? { status: STATUS[error.code] } : {}),
  });
}

function checkPage(desk: Desk, error: DomainError | null): View {
  return view('referees/check.njk', presentCheckLetter(desk, error), {
    title: TITLE,
    ...(error ? { status: STATUS[error.code] } : {}),
  });
}

function declinePage(desk: Desk, reason: string, error: DomainError | null): View {
  return view('referees/decline.njk', presentDecline(desk, reason, error), {
    title: TITLE,
    ...(error ? { status: STATUS[error.code] } : {}),
  });
}

function pathOf(token: string): string {
  return `/letters/${encodeURIComponent(token)}`;
}

function typedIn(web: WebRequest): TypedLetter {
  const revision = Number(text(web, 'revision'));
  return {
    body: text(web, 'body'),
    capacity: text(web, 'capacity'),
    knownFor: text(web, 'knownFor'),
    revision: Number.isInteger(revision) ? revision : 0,
  };
}

/** A field of the form; of a repeated one what stands last. */
function text(web: WebRequest, name: string): string {
  const value = web.body[name];
  return (typeof value === 'string' ? value : value?.at(-1)) ?? '';
}
