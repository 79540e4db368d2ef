import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Settings } from '../../platform/config/settings.js';
import { STATUS } from '../../platform/http/error-status.js';
import { redirect, view } from '../../platform/http/page.js';
import type { Redirect, View } from '../../platform/http/page.js';
import { Limited } from '../../platform/http/rate-limits.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import { ConfirmProvider } from '../operations/confirm-provider.js';
import { EndProvider } from '../operations/end-provider.js';
import type { DiscoveryFailure, DiscoveryReport } from '../operations/provider-discovery.js';
import { ProposeProvider } from '../operations/propose-provider.js';
import { ReadProviders } from '../operations/read-providers.js';
import type { KnownProvider } from '../operations/read-providers.js';
import { presentProvider, presentProviderForm, presentProviders } from './presenters/present-providers.js';
import { candidateFrom, typedFromEntry, typedFromForm } from './provider-form.js';
import type { TypedProvider } from './provider-form.js';

/** What a page of one provider shows besides the provider. */
interface PageState {
  readonly report?: DiscoveryReport | DiscoveryFailure;
  /** An ending that came back: of which version, and what was typed. */
  readonly ending?: {
    readonly version: string;
    readonly typed: string;
    readonly problems: readonly FieldProblem[];
  };
}

/** Who may vouch for people: the register of identity providers, kept by two administrators together. */
@ApiExcludeController()
@Controller('admin/providers')
export class ProvidersPagesController {
  constructor(
    private readonly providers: ReadProviders,
    private readonly proposeProvider: ProposeProvider,
    private readonly confirmProvider: ConfirmProvider,
    private readonly endProvider: EndProvider,
    private readonly translator: Translator,
    private readonly settings: Settings,
  ) {}

  @Get()
  @Can('provider.read')
  async list(@Web() web: WebRequest): Promise<View> {
    const model = presentProviders(this.translator, web.ctx, await this.providers.all(web.ctx));
    return view('access/providers.njk', model, { title: { key: 'access.providers.title' } });
  }

  @Get('new')
  @Can('provider.propose')
  blank(@Web() web: WebRequest): Promise<View> {
    const kept = web.takeStash('/admin/providers');
    return this.form(web, null, kept ? typedFromForm(kept) : {}, []);
  }

  @Post()
  @Can('provider.propose')
  propose(@Web() web: WebRequest): Promise<View | Redirect> {
    return this.take(web, null, typedFromForm(web.body));
  }

  @Get(':key')
  @Can('provider.read')
  async one(@Web() web: WebRequest, @Param('key') key: string): Promise<View> {
    return this.page(web, await this.providers.one(web.ctx, key), {});
  }

  @Get(':key/change')
  @Can('provider.propose')
  async edit(@Web() web: WebRequest, @Param('key') key: string): Promise<View> {
    const provider = await this.changeable(web, key);
    const entry = provider.inForce?.entry ?? provider.versions[0]?.entry;
    if (!entry) throw new DomainError('not_found');
    const kept = web.takeStash();
    return this.form(web, provider, kept ? typedFromForm(kept) : typedFromEntry(entry), []);
  }

  @Post(':key/change')
  @Can('provider.propose')
  async change(@Web() web: WebRequest, @Param('key') key: string): Promise<View | Redirect> {
    const provider = await this.changeable(web, key);
    return this.take(web, provider, { ...typedFromForm(web.body), key });
  }

  @Post(':key/try')
  @Can('provider.propose')
  @Limited('verify')
  async try(@Web() web: WebRequest, @Param('key') key: string): Promise<View> {
    const report = await this.providers.try(web.ctx, key);
    return this.page(web, await this.providers.one(web.ctx, key), { report });
  }

  @Post(':key/confirm')
  @Can('provider.confirm')
  async confirm(@Web() web: WebRequest, @Param('key') key: string): Promise<Redirect> {
    await this.confirmProvider.run(web.ctx, key, text(web, 'version'));
    return redirect(`/admin/providers/${key}`, {
      flash: { kind: 'success', key: 'access.providers.done.confirmed' },
    });
  }

  @Post(':key/end')
  @Can('provider.end')
  async end(@Web() web: WebRequest, @Param('key') key: string): Promise<View | Redirect> {
    const [version, reason] = [text(web, 'version'), text(web, 'reason')];
    try {
      await this.endProvider.run(web.ctx, key, version, reason);
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'invalid') throw error;
      const ending = { version, typed: reason, problems: error.fields };
      return this.page(web, await this.providers.one(web.ctx, key), { ending }, STATUS.invalid);
    }
    return redirect(`/admin/providers/${key}`, {
      flash: { kind: 'success', key: 'access.providers.done.ended' },
    });
  }

  /** Reloaded, or opened in another language, after an act that answered with the page itself. */
  @Get(':key/:act')
  @Can('provider.read')
  async afterAct(
    @Web() web: WebRequest,
    @Param('key') key: string,
    @Param('act') act: string,
  ): Promise<Redirect> {
    if (!['try', 'confirm', 'end'].includes(act)) throw new DomainError('not_found');
    const { key: known } = await this.providers.one(web.ctx, key);
    return redirect(`/admin/providers/${known}`);
  }

  private async take(
    web: WebRequest,
    provider: KnownProvider | null,
    typed: TypedProvider,
  ): Promise<View | Redirect> {
    const candidate = candidateFrom(typed, text(web, 'clientSecret'));
    try {
      await this.proposeProvider.run(web.ctx, {
        entry: candidate,
        keepSecret: text(web, 'noSecret') !== 'yes',
        reason: typed['reason'] ?? '',
      });
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'invalid') throw error;
      return this.form(web, provider, typed, error.fields, STATUS.invalid);
    }
    return redirect(`/admin/providers/${typed['key']?.trim() ?? ''}`, {
      flash: { kind: 'success', key: 'access.providers.done.proposed' },
    });
  }

  /** Those of the file are the operator's. */
  private async changeable(web: WebRequest, key: string): Promise<KnownProvider> {
    const provider = await this.providers.one(web.ctx, key);
    if (provider.source === 'file') throw new DomainError('not_found', { reason: 'provider_of_file' });
    return provider;
  }

  private async form(
    web: WebRequest,
    provider: KnownProvider | null,
    typed: TypedProvider,
    problems: readonly FieldProblem[],
    status = 200,
  ): Promise<View> {
    const countries = await this.providers.countries(web.ctx);
    const model = presentProviderForm(this.translator, web.ctx.language, {
      provider,
      countries,
      typed,
      problems,
    });
    return view('access/provider-form.njk', model, { status, title: model.title });
  }

  private page(web: WebRequest, provider: KnownProvider, state: PageState, status = 200): View {
    const model = presentProvider(this.translator, web.ctx, this.settings.publicUrl, provider, {
      report: state.report ?? null,
      ending: state.ending ?? null,
    });
    return view('access/provider.njk', model, {
      status,
      title: { key: 'access.providers.named', values: { name: model.name } },
    });
  }
}

function text(web: WebRequest, name: string): string {
  const value = web.body[name];
  return typeof value === 'string' ? value.trim() : '';
}
