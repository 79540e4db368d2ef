import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Database } from '../../platform/database/database.js';
import { redirect, view } from '../../platform/http/page.js';
import type { Redirect, View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { Sessions } from '../../platform/http/sessions.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';
import { DomainError } from '../../shared/domain-error.js';
import { isLanguage } from '../../shared/language.js';
import { AccessPorts } from '../access-ports.js';
import { People } from '../data/people.js';
import { ChooseLanguage } from '../operations/choose-language.js';
import { IdentityProviders } from '../operations/identity-providers.js';
import { SignOut } from '../operations/sign-out.js';
import { presentAccount } from './presenters/account.presenter.js';

/** One's own account: who one is here, in which roles, in which language, and where one is signed in. */
@ApiExcludeController()
@Controller('account')
export class AccountController {
  constructor(
    private readonly database: Database,
    private readonly people: People,
    private readonly ports: AccessPorts,
    private readonly sessions: Sessions,
    private readonly providers: IdentityProviders,
    private readonly signOut: SignOut,
    private readonly chooseLanguage: ChooseLanguage,
    private readonly translator: Translator,
  ) {}

  @Get()
  @Can('account.read')
  async show(@Web() web: WebRequest): Promise<View> {
    const { actor } = web.ctx;
    const personId = personOf(web);
    const model = await this.database.read(web.ctx, async (ctx) => {
      const person = await this.people.personById(ctx, personId);
      if (!person) throw new DomainError('not_found');
      const scopes = actor.grants.flatMap(({ institutionId }) => institutionId ?? []);
      const wanted = person.homeInstitutionId ? [...scopes, person.homeInstitutionId] : scopes;
      return presentAccount(this.translator, {
        language: ctx.language,
        person,
        actor,
        institutionNames: await this.ports.places.institutionNames(ctx, wanted),
        timeZone: await this.ports.places.timeZone(ctx, person.country),
        providers: this.providers.all(),
        sessions: await this.sessions.own(ctx, web.sessionId),
        sections: this.ports.accountSections,
      });
    });
    return view('access/account.njk', model, { title: { key: 'access.account.title' } });
  }

  @Post('language')
  @Can('account.change')
  async language(@Web() web: WebRequest): Promise<Redirect> {
    const { language } = web.body;
    if (!isLanguage(language)) {
      throw new DomainError('invalid', { fields: [{ field: 'language', problem: 'required_choice' }] });
    }
    await this.chooseLanguage.choose(web.ctx, language);
    web.rememberLanguage(language);
    return redirect('/account', { flash: { kind: 'success', key: 'access.account.languageSaved' } });
  }

  @Post('sessions/end-others')
  @Can('account.change')
  async endOthers(@Web() web: WebRequest): Promise<Redirect> {
    const count = await this.signOut.endOthers(web.ctx, web.sessionId);
    return redirect('/account', {
      flash: { kind: 'success', key: 'access.account.sessionsEnded', values: { count } },
    });
  }

  @Post('sessions/end-all')
  @Can('account.change')
  async endAll(@Web() web: WebRequest): Promise<Redirect> {
    await this.signOut.endEvery(web.ctx);
    await web.signOut();
    return redirect('/', { flash: { kind: 'success', key: 'access.signedOut' } });
  }

  @Post('sessions/:handle/end')
  @Can('account.change')
  async end(@Web() web: WebRequest, @Param('handle') handle: string): Promise<Redirect> {
    const ended = await this.signOut.end(web.ctx, handle);
    return redirect('/account', {
      flash: ended
        ? { kind: 'success', key: 'access.account.sessionsEnded', values: { count: 1 } }
        : { kind: 'information', key: 'access.account.sessionGone' },
    });
  }
}

function personOf(web: WebRequest): string {
  const { personId } = web.ctx.actor;
  if (personId === null) throw new DomainError('not_signed_in');
  return personId;
}
