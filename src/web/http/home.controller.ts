import { Controller, Get, Inject } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { JoinAccounts, RoleDirectory } from '../../access/public.js';
import { ApplicationsRepository } from '../../applications/public.js';
import { Calls, ReadCalls } from '../../calls/public.js';
import { Database } from '../../platform/database/database.js';
import type { Ctx } from '../../platform/database/context.js';
import { view } from '../../platform/http/page.js';
import type { Message, View } from '../../platform/http/page.js';
import { Public } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';
import { OFFICIAL_ROLES } from '../../shared/actor.js';
import { WaitingFor } from '../waiting-for.js';
import { presentOwnApplications } from './presenters/home.presenter.js';

const OPEN_CALLS_SHOWN = 6;
const DEPUTIES_SHOWN = 20;

/** The first page: for a visitor what it is and what is open, for everybody signed in what waits for them. */
@ApiExcludeController()
@Controller()
export class HomeController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(Calls) private readonly calls: Calls,
    @Inject(ReadCalls) private readonly readCalls: ReadCalls,
    @Inject(RoleDirectory) private readonly roles: RoleDirectory,
    @Inject(JoinAccounts) private readonly joins: JoinAccounts,
    @Inject(WaitingFor) private readonly waitingFor: WaitingFor,
    @Inject(Translator) private readonly translator: Translator,
  ) {}

  @Get()
  @Public()
  home(@Web() web: WebRequest): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const open = await this.readCalls.open(ctx, OPEN_CALLS_SHOWN);
      if (ctx.actor.kind !== 'person') return view('web/welcome.njk', { open });
      const own = await this.applications.mine(ctx);
      const calls = await this.calls.byIds(
        ctx,
        own.map((application) => application.callId),
      );
      return view(
        'web/home.njk',
        {
          name: ctx.actor.name,
          official: ctx.actor.grants.length > 0,
          idle: !ctx.actor.secondFactor && ctx.actor.grants.some(({ role }) => OFFICIAL_ROLES.includes(role)),
          lent: await this.lent(ctx),
          waiting: await this.waitingFor.of(ctx),
          joins: (await this.joins.own(ctx)).length,
          applications: presentOwnApplications(this.translator, ctx, own, calls),
          open,
        },
        { title: { key: 'web.home.title' } },
      );
    });
  }

  /** For whom the person acts as a deputy, until when. */
  private async lent(ctx: Ctx): Promise<readonly Message[]> {
    const { personId, grants } = ctx.actor;
    if (personId === null || !grants.some(({ actingFor }) => actingFor)) return [];
    const { items } = await this.roles.grants(ctx, { personId, states: ['in_force'], limit: DEPUTIES_SHOWN });
    return items.flatMap(({ actingForName, validUntil, role }) =>
      actingForName !== null && validUntil !== null
        ? [
            {
              key: 'web.home.deputy',
              values: {
                name: actingForName,
                role: this.translator.t(ctx.language, `roles.${role}`),
                date: this.translator.date(ctx.language, validUntil, 'UTC'),
              },
            },
          ]
        : [],
    );
  }
}
