import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { AccessPorts, People } from '../../access/public.js';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { eachOnce } from '../../platform/http/form-fields.js';
import { redirect, view } from '../../platform/http/page.js';
import type { Redirect, View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { FormFields } from '../../platform/http/session-data.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';
import { DomainError } from '../../shared/domain-error.js';
import { KeepProfile } from '../operations/keep-profile.js';
import { presentProfile } from './presenters/present-profile.js';
import type { TypedProfile } from './presenters/present-profile.js';

const PROFILE = '/account/assessing';
const TOLD: readonly string[] = ['invalid', 'conflict', 'unavailable'];

/** What one says of oneself so that nobody judges whom they should not. */
@ApiExcludeController()
@Controller('account/assessing')
export class ProfileController {
  constructor(
    private readonly database: Database,
    private readonly profile: KeepProfile,
    private readonly people: People,
    private readonly access: AccessPorts,
    private readonly translator: Translator,
  ) {}

  @Get()
  @Can('account.read')
  show(@Web() web: WebRequest): Promise<View> {
    return this.page(web, {}, null);
  }

  @Post('works')
  @Can('account.change')
  works(@Web() web: WebRequest): Promise<View | Redirect> {
    const { dois = '', orcid = '' } = eachOnce(web.body);
    return this.act(web, 'works', { dois, orcid }, () => this.profile.saveWorks(web.ctx, { dois, orcid }));
  }

  @Post('record')
  @Can('account.change')
  record(@Web() web: WebRequest): Promise<View | Redirect> {
    return this.act(web, 'record', {}, () => this.profile.readRecord(web.ctx));
  }

  @Post('ties')
  @Can('account.change')
  tie(@Web() web: WebRequest): Promise<View | Redirect> {
    const { kind = '', name = '', email = '' } = eachOnce(web.body);
    const typed = { kind, name, email };
    return this.act(web, 'tie', typed, () => this.profile.nameTie(web.ctx, typed));
  }

  @Post('ties/:tie/end')
  @Can('account.change')
  end(@Web() web: WebRequest, @Param('tie') tie: string): Promise<View | Redirect> {
    return this.act(web, 'tie_ended', {}, () => this.profile.endTie(web.ctx, tie));
  }

  @Post('fields')
  @Can('account.change')
  fields(@Web() web: WebRequest): Promise<View | Redirect> {
    const typed = {
      fields: listOf(web.body, 'fields'),
      languages: listOf(web.body, 'languages'),
      unit: eachOnce(web.body).unit ?? '',
    };
    return this.act(web, 'fields', typed, () => this.profile.saveReviewer(web.ctx, typed));
  }

  private async act(
    web: WebRequest,
    done: string,
    typed: TypedProfile,
    work: () => Promise<unknown>,
  ): Promise<View | Redirect> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof DomainError) || !TOLD.includes(error.code)) throw error;
      return this.page(web, typed, error);
    }
    return redirect(PROFILE, { flash: { kind: 'success', key: `reviews.profile.done.${done}` } });
  }

  private page(web: WebRequest, typed: TypedProfile, error: DomainError | null): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const { actor, language, clock } = ctx;
      const profile = await this.profile.read(ctx);
      const person = actor.personId ? await this.people.personById(ctx, actor.personId) : null;
      const zone = person ? await this.access.places.timeZone(ctx, person.country) : 'UTC';
      return view(
        'reviews/profile.njk',
        presentProfile(
          { translator: this.translator, language, now: clock.now(), actor },
          profile,
          zone,
          typed,
          error,
        ),
        { title: { key: 'reviews.profile.title' }, ...(error ? { status: STATUS[error.code] } : {}) },
      );
    });
  }
}

/** Every value of a field that may come several times. */
function listOf(fields: FormFields, name: string): readonly string[] {
  const value = fields[name] ?? [];
  return typeof value === 'string' ? [value] : value;
}
