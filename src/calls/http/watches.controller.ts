import { Controller, Get, Param, Post } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { redirect, view } from '../../platform/http/page.js';
import type { Redirect, View } from '../../platform/http/page.js';
import { Limited } from '../../platform/http/rate-limits.js';
import { ByLink, Public } from '../../platform/http/route-access.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Web } from '../../platform/http/web.decorator.js';
import { Translator } from '../../platform/i18n/translator.js';
import { DomainError } from '../../shared/domain-error.js';
import { WatchCalls } from '../operations/watch-calls.js';
import type { TypedAddress } from '../operations/watch-calls.js';
import { presentWatch, presentWatchForm } from './presenters/present-watch.js';
import { ReadCalls } from './read-calls.js';

const TITLE = { key: 'calls.watch.title' } as const;

/** "Tell me when it opens": with an account by one press, without one by an address that is confirmed. */
@Controller()
export class WatchesController {
  constructor(
    private readonly database: Database,
    private readonly calls: ReadCalls,
    private readonly watch: WatchCalls,
    private readonly translator: Translator,
  ) {}

  @Get('calls/:slug/watch')
  @Public()
  form(@Web() web: WebRequest, @Param('slug') slug: string): Promise<View | Redirect> {
    return this.formPage(web, slug, { email: '', language: web.ctx.language }, null);
  }

  @Post('calls/:slug/watch')
  @Public()
  @Limited('link')
  async follow(@Web() web: WebRequest, @Param('slug') slug: string): Promise<View | Redirect> {
    if (web.ctx.actor.kind === 'person') {
      const followed = await this.watch.follow(web.ctx, slug);
      return toCall(slug, followed ? 'calls.watch.followed' : null);
    }
    const typed = { email: text(web, 'email'), language: text(web, 'language') };
    try {
      const asked = await this.watch.ask(web.ctx, slug, typed);
      return toCall(slug, asked ? 'calls.watch.asked' : null);
    } catch (error) {
      if (!(error instanceof DomainError) || error.fields.length === 0) throw error;
      return this.formPage(web, slug, typed, error);
    }
  }

  @Post('calls/:slug/watch/stop')
  @Public()
  @Limited('link')
  async unfollow(@Web() web: WebRequest, @Param('slug') slug: string): Promise<Redirect> {
    await this.watch.unfollow(web.ctx, slug);
    return toCall(slug, 'calls.watch.stopped');
  }

  /** Mail readers open links on their own: nothing happens before a button is pressed. */
  @Get('watches/:token')
  @Public()
  @Limited('link')
  open(@Web() web: WebRequest, @Param('token') token: string): Promise<View> {
    return this.linkPage(web, token);
  }

  @Post('watches/:token')
  @Public()
  @ByLink()
  @Limited('link')
  async confirm(@Web() web: WebRequest, @Param('token') token: string): Promise<View | Redirect> {
    return this.act(web, token, () => this.watch.confirm(web.ctx, token));
  }

  @Post('watches/:token/stop')
  @Public()
  @ByLink()
  @Limited('link')
  async stop(@Web() web: WebRequest, @Param('token') token: string): Promise<View | Redirect> {
    return this.act(web, token, () => this.watch.stop(web.ctx, token));
  }

  private async formPage(
    web: WebRequest,
    slug: string,
    typed: TypedAddress,
    error: DomainError | null,
  ): Promise<View | Redirect> {
    const call = await this.database.read(web.ctx, (ctx) => this.calls.readable(ctx, slug));
    if (call.phase !== 'upcoming' || web.ctx.actor.kind === 'person') return toCall(slug, null);
    const model = {
      ...presentWatchForm(this.translator, web.ctx.language, call, typed, error),
      csrf: web.csrfToken(),
    };
    return view('calls/watch.njk', model, {
      title: TITLE,
      ...(error ? { status: STATUS[error.code] } : {}),
    });
  }

  /** What became of it stands on the page of the link, also for whoever presses twice. */
  private async act(web: WebRequest, token: string, work: () => Promise<void>): Promise<View | Redirect> {
    try {
      await work();
    } catch (error) {
      if (!isLinkRefusal(error)) throw error;
      return this.linkPage(web, token);
    }
    return redirect(`/watches/${encodeURIComponent(token)}`);
  }

  private async linkPage(web: WebRequest, token: string): Promise<View> {
    try {
      const open = await this.watch.look(web.ctx, token);
      return view('calls/watched.njk', presentWatch(this.translator, web.ctx, token, open), { title: TITLE });
    } catch (error) {
      if (!isLinkRefusal(error)) throw error;
      return view('calls/watched.njk', presentWatch(this.translator, web.ctx, token, 'unknown'), {
        title: TITLE,
        status: STATUS[error.code],
      });
    }
  }
}

function isLinkRefusal(error: unknown): error is DomainError {
  return error instanceof DomainError && error.reason.startsWith('link_');
}

function toCall(slug: string, told: string | null): Redirect {
  return redirect(
    `/calls/${encodeURIComponent(slug)}`,
    told ? { flash: { kind: 'success', key: told } } : {},
  );
}

/** A field of the form; of a repeated one what stands last. */
function text(web: WebRequest, name: string): string {
  const value = web.body[name];
  return (typeof value === 'string' ? value : value?.at(-1)) ?? '';
}
