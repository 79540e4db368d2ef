import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { localPath } from '../../platform/http/local-path.js';
import { redirect, view } from '../../platform/http/page.js';
import type { Redirect, View } from '../../platform/http/page.js';
import { Limited } from '../../platform/http/rate-limits.js';
import { Can, FromMachine, Public } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';
import { DomainError } from '../../shared/domain-error.js';
import { FindWays } from '../operations/find-ways.js';
import type { FoundWays } from '../operations/find-ways.js';
import { IdentityProviders } from '../operations/identity-providers.js';
import { LinkIdentity } from '../operations/link-identity.js';
import { ProviderFault } from '../operations/provider-answer.js';
import type { SignInWish, VouchedIdentity } from '../operations/provider-answer.js';
import { SignIn } from '../operations/sign-in.js';
import { SignOut } from '../operations/sign-out.js';
import { presentSignIn } from './presenters/sign-in.presenter.js';
import type { SignInProblem } from './presenters/sign-in.presenter.js';

const STATUS: Readonly<Record<SignInProblem, number>> = {
  provider_unavailable: 503,
  sign_in_cancelled: 200,
  sign_in_broken: 400,
  sign_in_lapsed: 400,
  identity_incomplete: 403,
  email_unverified: 403,
};
const OF_PERSON: readonly string[] = [
  'identity_incomplete',
  'email_unverified',
] satisfies readonly SignInProblem[];

/** Why a step of signing in came to nothing: what the page says, and finer, for the record of acts alone. */
interface Refusal {
  readonly why: SignInProblem;
  readonly fault: string;
}

/** Signing in through one of the providers, and out again. */
@ApiExcludeController()
@Controller()
export class SignInController {
  constructor(
    private readonly providers: IdentityProviders,
    private readonly signIn: SignIn,
    private readonly signOut: SignOut,
    private readonly translator: Translator,
    private readonly links: LinkIdentity,
    private readonly ways: FindWays,
  ) {}

  @Get('sign-in')
  @Public()
  async choose(@Web() web: WebRequest): Promise<View | Redirect> {
    const back = localPath(web.query.return);
    if (web.ctx.actor.kind === 'person') return redirect(back);
    return this.page(web, back, null, await this.ways.find(web.ctx, web.query.q));
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
      return await this.refuse(web, key, back, { why: 'sign_in_broken', fault: 'answer_missing' });
    } catch (error) {
      return this.refuse(web, key, back, refusalOf(error));
    }
  }

  @Get('sign-in/:provider/callback')
  @Public()
  @Limited('sign_in')
  async callback(@Web() web: WebRequest, @Param('provider') key: string): Promise<View | Redirect> {
    const provider = this.providers.entry(key);
    const awaited = web.takeAwaited(key);
    const { personId } = web.ctx.actor;
    // Reloading the address that somebody came back to finds its proof used up, and them signed in.
    if (personId !== null && awaited === null) return redirect('/');
    if (awaited === 'lapsed') {
      const refusal: Refusal = { why: 'sign_in_lapsed', fault: 'sign_in_lapsed' };
      return this.refuse(web, key, web.takeReturn(), refusal);
    }
    const result = await this.answerOf(web, key, { again: awaited !== null });
    if (result.kind === 'refused') return this.refuse(web, key, web.takeReturn(), result);
    try {
      if (awaited === 'link') {
        const added = await this.links.link(web.ctx, provider, result.user);
        if (typeof added === 'object') {
          web.proveAccount(added.otherAccount);
          return redirect('/account/join');
        }
        const flash = { kind: 'success', key: `access.identities.${added}` } as const;
        return redirect('/account/identities', { flash });
      }
      const { signedIn, limits, language, idleOffice } = await this.signIn.withIdentity(
        web.ctx,
        provider,
        result.user,
        awaited === 'again' ? personId : null,
      );
      await web.signIn(signedIn, limits);
      if (!web.hasRememberedLanguage) web.rememberLanguage(language);
      const back = web.takeReturn();
      return redirect(idleOffice ? `/account/second-factor?return=${encodeURIComponent(back)}` : back);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const { reason } = error;
      if (awaited !== null) {
        await this.links.refused(web.ctx, key, reason);
        const flash = { kind: 'error', key: `reasons.${reason}`, values: error.values } as const;
        return redirect('/account/identities', { flash });
      }
      if (!isOfPerson(reason)) throw error;
      return this.refuse(web, key, web.takeReturn(), { why: reason, fault: reason });
    }
  }

  /** A provider tells by itself that somebody signed out there (OpenID Connect Back-Channel Logout 1.0). */
  @Post('sign-in/:provider/backchannel-logout')
  @Public()
  @FromMachine()
  @Limited('sign_in')
  @HttpCode(200)
  async leftElsewhere(@Web() web: WebRequest, @Param('provider') key: string): Promise<object> {
    const { logout_token: token } = web.body;
    if (typeof token !== 'string') throw new DomainError('invalid', { reason: 'token_invalid' });
    const left = await this.providers.loggedOut(key, token, web.ctx.clock.now());
    await this.signOut.endAtProvider(web.ctx, key, left);
    return {};
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
    wish: SignInWish,
  ): Promise<
    { readonly kind: 'signed_in'; readonly user: VouchedIdentity } | ({ readonly kind: 'refused' } & Refusal)
  > {
    // Without an answer this is nobody's return, and must not begin a new sign-in either.
    if (!('code' in web.query) && !('error' in web.query))
      return { kind: 'refused', why: 'sign_in_broken', fault: 'answer_missing' };
    try {
      const result = await this.providers.step(key, web, wish);
      if (result.kind === 'signed_in') return result;
    } catch (error) {
      return { kind: 'refused', ...refusalOf(error) };
    }
    return web.query.error === 'access_denied'
      ? { kind: 'refused', why: 'sign_in_cancelled', fault: 'sign_in_cancelled' }
      : { kind: 'refused', why: 'sign_in_broken', fault: 'state_mismatch' };
  }

  private async refuse(web: WebRequest, key: string, back: string, refusal: Refusal): Promise<View> {
    await this.signIn.refused(web.ctx, key, refusal.fault);
    return this.page(web, back, { why: refusal.why, provider: key });
  }

  private page(
    web: WebRequest,
    back: string,
    refusal: { readonly why: SignInProblem; readonly provider: string } | null,
    found: FoundWays | null = null,
  ): View {
    const { language } = web.ctx;
    const model = presentSignIn(this.translator, language, this.providers.all(), back, refusal, found);
    return view('access/sign-in.njk', model, {
      status: refusal ? STATUS[refusal.why] : 200,
      title: { key: 'access.signIn.title' },
    });
  }
}

/** Throws on what is no fault of a provider: that is one of ours. */
function refusalOf(error: unknown): Refusal {
  if (!(error instanceof ProviderFault)) throw error;
  return {
    why: error.code === 'unavailable' ? 'provider_unavailable' : 'sign_in_broken',
    fault: error.fault,
  };
}

function isOfPerson(reason: string): reason is 'identity_incomplete' | 'email_unverified' {
  return OF_PERSON.includes(reason);
}
