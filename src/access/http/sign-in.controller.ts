import { isNativeError } from 'node:util/types';
import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { HttpLog } from '../../platform/http/http-log.js';
import { localPath } from '../../platform/http/local-path.js';
import { redirect, view } from '../../platform/http/page.js';
import type { Redirect, View } from '../../platform/http/page.js';
import { Limited } from '../../platform/http/rate-limits.js';
import { Can, Public } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';
import { DomainError } from '../../shared/domain-error.js';
import { IdentityProviders } from '../operations/identity-providers.js';
import type { VouchedIdentity } from '../operations/provider-answer.js';
import { SignIn } from '../operations/sign-in.js';
import { SignOut } from '../operations/sign-out.js';
import { presentSignIn } from './presenters/sign-in.presenter.js';
import type { SignInProblem } from './presenters/sign-in.presenter.js';

const STATUS: Readonly<Record<SignInProblem, number>> = {
  provider_unavailable: 503,
  sign_in_cancelled: 200,
  sign_in_broken: 400,
  identity_incomplete: 403,
};

/** Signing in through one of the providers, and out again. */
@ApiExcludeController()
@Controller()
export class SignInController {
  constructor(
    private readonly providers: IdentityProviders,
    private readonly signIn: SignIn,
    private readonly signOut: SignOut,
    private readonly translator: Translator,
    private readonly log: HttpLog,
  ) {}

  @Get('sign-in')
  @Public()
  choose(@Web() web: WebRequest): View | Redirect {
    const back = localPath(web.query.return);
    if (web.ctx.actor.kind === 'person') return redirect(back);
    return this.page(web, back, null);
  }

  @Get('sign-in/:provider')
  @Public()
  @Limited('sign_in')
  async start(@Web() web: WebRequest, @Param('provider') key: string): Promise<View | Redirect> {
    const back = localPath(web.query.return);
    this.providers.entry(key);
    web.rememberReturn(back);
    try {
      const result = await this.providers.step(key, web);
      if (result.kind === 'redirect') return redirect(result.location);
      return this.page(web, back, { why: 'sign_in_broken', provider: key });
    } catch (error) {
      return this.page(web, back, { why: this.problemOf(web, key, error), provider: key });
    }
  }

  @Get('sign-in/:provider/callback')
  @Public()
  @Limited('sign_in')
  async callback(@Web() web: WebRequest, @Param('provider') key: string): Promise<View | Redirect> {
    const provider = this.providers.entry(key);
    // Reloading the address that somebody came back to finds its proof used up, and them signed in.
    if (web.ctx.actor.kind === 'person') return redirect('/');
    const result = await this.answerOf(web, key);
    if (result.kind === 'refused') {
      await this.signIn.refused(web.ctx, key, result.why);
      return this.page(web, web.takeReturn(), { why: result.why, provider: key });
    }
    try {
      const { signedIn, limits, language, idleOffice } = await this.signIn.withIdentity(
        web.ctx,
        provider,
        result.user,
      );
      await web.signIn(signedIn, limits);
      if (!web.hasRememberedLanguage) web.rememberLanguage(language);
      const back = web.takeReturn();
      return redirect(idleOffice ? `/account/second-factor?return=${encodeURIComponent(back)}` : back);
    } catch (error) {
      if (!(error instanceof DomainError && error.reason === 'identity_incomplete')) throw error;
      await this.signIn.refused(web.ctx, key, error.reason);
      return this.page(web, web.takeReturn(), { why: error.reason, provider: key });
    }
  }

  @Post('sign-out')
  @Can('account.change')
  async leave(@Web() web: WebRequest): Promise<Redirect> {
    const { signedIn } = web;
    if (!signedIn) return redirect('/');
    await this.signOut.record(web.ctx);
    await web.signOut();
    const elsewhere = await this.providers.signOutUrl(signedIn.provider, signedIn.idToken);
    return elsewhere === null
      ? redirect('/', { flash: { kind: 'success', key: 'access.signedOut' } })
      : redirect(elsewhere);
  }

  /** What a provider's answer comes to: whom it vouches for, or why nobody. */
  private async answerOf(
    web: WebRequest,
    key: string,
  ): Promise<
    | { readonly kind: 'signed_in'; readonly user: VouchedIdentity }
    | { readonly kind: 'refused'; readonly why: SignInProblem }
  > {
    // Without an answer this is nobody's return, and must not begin a new sign-in either.
    if (!('code' in web.query) && !('error' in web.query)) return { kind: 'refused', why: 'sign_in_broken' };
    try {
      const result = await this.providers.step(key, web);
      if (result.kind === 'signed_in') return result;
    } catch (error) {
      return { kind: 'refused', why: this.problemOf(web, key, error) };
    }
    const cancelled = web.query.error === 'access_denied';
    return { kind: 'refused', why: cancelled ? 'sign_in_cancelled' : 'sign_in_broken' };
  }

  private problemOf(web: WebRequest, key: string, error: unknown): SignInProblem {
    if (error instanceof DomainError && error.reason === 'provider_unavailable') return error.reason;
    // The library's errors hold the provider's answer: of these only the code goes into the log.
    const code = isNativeError(error) && 'code' in error ? error.code : undefined;
    this.log.logger.warn({ provider: key, code, requestId: web.ctx.requestId }, 'sign-in refused');
    return 'sign_in_broken';
  }

  private page(
    web: WebRequest,
    back: string,
    refusal: { readonly why: SignInProblem; readonly provider: string } | null,
  ): View {
    const model = presentSignIn(this.translator, web.ctx.language, this.providers.all(), back, refusal);
    return view('access/sign-in.njk', model, {
      status: refusal ? STATUS[refusal.why] : 200,
      title: { key: 'access.signIn.title' },
    });
  }
}
