import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Database } from '../../platform/database/database.js';
import { redirect, view } from '../../platform/http/page.js';
import type { Redirect, View } from '../../platform/http/page.js';
import { Limited } from '../../platform/http/rate-limits.js';
import { Can } from '../../platform/http/route-access.js';
import type { SignedInHere } from '../../platform/http/session-data.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';
import { DomainError } from '../../shared/domain-error.js';
import { AccessPorts } from '../access-ports.js';
import { People } from '../data/people.js';
import { IdentityProviders } from '../operations/identity-providers.js';
import { LinkIdentity } from '../operations/link-identity.js';
import { ProviderFault } from '../operations/provider-answer.js';
import { presentIdentities } from './presenters/identities.presenter.js';

const PAGE = '/account/identities';

/** The ways in which one signs in. To change them asks for a fresh sign-in: a browser left open is not enough. */
@ApiExcludeController()
@Controller('account/identities')
export class IdentitiesController {
  constructor(
    private readonly database: Database,
    private readonly people: People,
    private readonly ports: AccessPorts,
    private readonly providers: IdentityProviders,
    private readonly links: LinkIdentity,
    private readonly translator: Translator,
  ) {}

  @Get()
  @Can('account.read')
  async show(@Web() web: WebRequest): Promise<View> {
    const signedIn = signedInOf(web);
    const model = await this.database.read(web.ctx, async (ctx) => {
      const person = await this.people.personById(ctx, signedIn.personId);
      if (!person) throw new DomainError('not_found');
      return presentIdentities(this.translator, {
        language: ctx.language,
        timeZone: await this.ports.places.timeZone(ctx, person.country),
        identities: await this.links.own(ctx, signedIn),
        providers: this.providers.all(),
        provider: signedIn.provider,
        fresh: web.isFresh,
      });
    });
    return view('access/identities.njk', model, { title: { key: 'access.identities.title' } });
  }

  @Post('again')
  @Can('account.change')
  @Limited('sign_in')
  again(@Web() web: WebRequest): Promise<Redirect> {
    const { provider } = signedInOf(web);
    web.rememberReturn(PAGE);
    return this.leadTo(web, 'again', provider);
  }

  @Post('link/:provider')
  @Can('account.change')
  @Limited('sign_in')
  async link(@Web() web: WebRequest, @Param('provider') key: string): Promise<Redirect> {
    this.providers.entry(key);
    return web.isFresh ? this.leadTo(web, 'link', key) : firstAgain();
  }

  @Post(':handle/unlink')
  @Can('account.change')
  async unlink(@Web() web: WebRequest, @Param('handle') handle: string): Promise<Redirect> {
    if (!web.isFresh) return firstAgain();
    await this.links.unlink(web.ctx, handle, signedInOf(web));
    return redirect(PAGE, { flash: { kind: 'success', key: 'access.identities.unlinked' } });
  }

  private async leadTo(web: WebRequest, purpose: 'again' | 'link', key: string): Promise<Redirect> {
    try {
      const result = await this.providers.step(key, web, { again: true });
      if (result.kind !== 'redirect') throw new Error('the way to a provider led nowhere');
      web.awaitSignIn(purpose, key);
      return redirect(result.location);
    } catch (error) {
      if (!(error instanceof ProviderFault)) throw error;
      await this.links.refused(web.ctx, key, error.fault);
      return redirect(PAGE, { flash: { kind: 'error', key: 'reasons.provider_unavailable' } });
    }
  }
}

function firstAgain(): Redirect {
  return redirect(PAGE, { flash: { kind: 'information', key: 'access.identities.againFirst' } });
}

function signedInOf(web: WebRequest): SignedInHere {
  if (!web.signedIn) throw new DomainError('not_signed_in');
  return web.signedIn;
}
