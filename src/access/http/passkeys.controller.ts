import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Settings } from '../../platform/config/settings.js';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { localPath } from '../../platform/http/local-path.js';
import { redirect, view } from '../../platform/http/page.js';
import type { Message, Redirect, View } from '../../platform/http/page.js';
import { Limited } from '../../platform/http/rate-limits.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';
import { DomainError } from '../../shared/domain-error.js';
import { AccessPorts } from '../access-ports.js';
import { People } from '../data/people.js';
import { hasName, holdsOffice } from '../domain/passkey-rules.js';
import { EnrolPasskey } from '../operations/enrol-passkey.js';
import { Passkeys } from '../operations/passkeys.js';
import type { PasskeyView } from '../operations/passkeys.js';
import { ShowPasskey } from '../operations/show-passkey.js';
import { presentPasskeys, presentSecondFactor } from './presenters/passkeys.presenter.js';

/** Refusals that the page itself explains, with a way to try again; every other one is an error's page. */
const EXPLAINED = new Set([
  'passkey_challenge_gone',
  'passkey_refused',
  'passkey_known',
  'passkey_unknown',
  'passkey_copied',
  'too_many_passkeys',
  'last_passkey',
  'no_passkeys',
  'invalid',
]);

interface Problem {
  readonly status: number;
  readonly message: Message;
}

/** The second step of signing in, by a passkey, and the passkeys of one's own account. */
@ApiExcludeController()
@Controller('account')
export class PasskeysController {
  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
    private readonly people: People,
    private readonly ports: AccessPorts,
    private readonly passkeys: Passkeys,
    private readonly enrolPasskey: EnrolPasskey,
    private readonly showPasskey: ShowPasskey,
    private readonly translator: Translator,
  ) {}

  @Get('second-factor')
  @Can('account.read')
  async secondFactor(@Web() web: WebRequest): Promise<View | Redirect> {
    const back = localPath(web.query.return);
    if (web.ctx.actor.secondFactor) return redirect(back);
    const known = await this.passkeys.list(web.ctx);
    if (known.length === 0 && !holdsOffice(web.ctx.actor)) return redirect('/account/passkeys');
    return this.secondFactorPage(web, back, known, null);
  }

  @Post('second-factor')
  @Can('account.change')
  @Limited('sign_in')
  async prove(@Web() web: WebRequest): Promise<View | Redirect> {
    const back = localPath(web.body.return);
    const label = text(web.body.label);
    const enrols = web.body.act === 'enrol';
    try {
      if (enrols) await this.enrolPasskey.finish(web.ctx, web.sessionId, { ...answerOf(web), label });
      else await this.showPasskey.finish(web.ctx, web.sessionId, answerOf(web).response);
    } catch (error) {
      return this.secondFactorPage(web, back, await this.passkeys.list(web.ctx), explained(error));
    }
    await web.secondFactorShown();
    return redirect(back, {
      flash: enrols
        ? { kind: 'success', key: 'access.passkeys.enrolled', values: { label } }
        : { kind: 'success', key: 'access.secondFactor.shown' },
    });
  }

  @Get('passkeys')
  @Can('account.read')
  list(@Web() web: WebRequest): Promise<View> {
    return this.listPage(web, null);
  }

  /** What the script of the page hands to the browser. */
  @Post('passkeys/options')
  @HttpCode(200)
  @Can('account.change')
  @Limited('sign_in')
  options(@Web() web: WebRequest): Promise<object> {
    return web.body.act === 'enrol'
      ? this.enrolPasskey.begin(web.ctx, web.sessionId)
      : this.showPasskey.begin(web.ctx, web.sessionId);
  }

  @Post('passkeys')
  @Can('account.change')
  @Limited('sign_in')
  async enrol(@Web() web: WebRequest): Promise<View | Redirect> {
    const label = text(web.body.label);
    try {
      await this.enrolPasskey.finish(web.ctx, web.sessionId, { ...answerOf(web), label });
    } catch (error) {
      return this.listPage(web, explained(error));
    }
    if (!web.ctx.actor.secondFactor) await web.secondFactorShown();
    return redirect('/account/passkeys', {
      flash: { kind: 'success', key: 'access.passkeys.enrolled', values: { label } },
    });
  }

  @Post('passkeys/:id/rename')
  @Can('account.change')
  async rename(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    try {
      await this.passkeys.rename(web.ctx, id, text(web.body.label));
    } catch (error) {
      return this.listPage(web, explained(error));
    }
    return redirect('/account/passkeys', { flash: { kind: 'success', key: 'access.passkeys.renamed' } });
  }

  @Post('passkeys/:id/remove')
  @Can('account.change')
  async remove(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    try {
      await this.passkeys.remove(web.ctx, id, { id: web.sessionId, asserted: assertedByProvider(web) });
    } catch (error) {
      return this.listPage(web, explained(error));
    }
    return redirect('/account/passkeys', { flash: { kind: 'success', key: 'access.passkeys.removed' } });
  }

  private secondFactorPage(
    web: WebRequest,
    back: string,
    known: readonly PasskeyView[],
    problem: Problem | null,
  ): View {
    const model = presentSecondFactor(this.translator, {
      language: web.ctx.language,
      known: known.length,
      back,
      possible: hasName(this.settings.publicUrl),
      problem: problem?.message ?? null,
    });
    return view('access/second-factor.njk', model, {
      title: { key: 'access.secondFactor.title' },
      status: problem?.status ?? 200,
    });
  }

  private async listPage(web: WebRequest, problem: Problem | null): Promise<View> {
    const known = await this.passkeys.list(web.ctx);
    const timeZone = await this.database.read(web.ctx, async (ctx) => {
      const person = await this.people.personById(ctx, web.ctx.actor.personId ?? '');
      if (!person) throw new DomainError('not_found');
      return this.ports.places.timeZone(ctx, person.country);
    });
    const model = presentPasskeys(this.translator, {
      language: web.ctx.language,
      actor: web.ctx.actor,
      known,
      timeZone,
      asserted: assertedByProvider(web),
      possible: hasName(this.settings.publicUrl),
      problem: problem?.message ?? null,
    });
    return view('access/passkeys.njk', model, {
      title: { key: 'access.passkeys.title' },
      status: problem?.status ?? 200,
    });
  }
}

/** Whether the second factor of this session is the provider's word, and not a passkey. */
function assertedByProvider({ signedIn }: WebRequest): boolean {
  return signedIn?.secondFactor === true && signedIn.secondFactorAt === undefined;
}

function answerOf(web: WebRequest): { readonly response: string } {
  return { response: text(web.body.response) };
}

function text(value: string | readonly string[] | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** Throws on what the page has no words for. */
function explained(error: unknown): Problem {
  if (!(error instanceof DomainError) || !EXPLAINED.has(error.reason)) throw error;
  const [field] = error.fields;
  return {
    status: STATUS[error.code],
    message: { key: field ? `problems.${field.problem}` : `reasons.${error.reason}` },
  };
}
