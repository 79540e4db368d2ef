import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { AccessPorts } from '../../access/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { eachOnce, textOf } from '../../platform/http/form-fields.js';
import { AcceptsFile } from '../../platform/http/multipart.interceptor.js';
import { answerFile, redirect, view } from '../../platform/http/page.js';
import type { FileResult, Redirect, View } from '../../platform/http/page.js';
import { Limited } from '../../platform/http/rate-limits.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { hasRole } from '../../shared/policy.js';
import type { CountryCode } from '../../shared/country.js';
import { CommissionRepository } from '../data/commission.repository.js';
import { pairOf } from '../domain/procedure.js';
import { AttachToItem } from '../operations/attach-to-item.js';
import { PlanSession } from '../operations/plan-session.js';
import { ReadCommission } from '../operations/read-commission.js';
import { TableItem } from '../operations/table-item.js';
import { ownCountry, CommissionReaders, termsIn, told } from './commission-controller.js';
import {
  presentCommission,
  presentItem,
  presentNewItem,
  presentNewSession,
  presentRules,
} from './presenters/present-commission.js';
import type { Search } from './presenters/present-commission.js';
import type { RefusedForm } from './presenters/parts.js';

const MOST = 100;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const TYPED_DAY = /^(\d{1,2})[. /]+(\d{1,2})[. /]+(\d{4})\.?$/;

/** What is before the joint commission, and its sessions. */
@ApiExcludeController()
@Controller('commission')
export class CommissionPagesController {
  constructor(
    private readonly database: Database,
    private readonly reading: ReadCommission,
    private readonly commission: CommissionRepository,
    private readonly tabling: TableItem,
    private readonly planning: PlanSession,
    private readonly attaching: AttachToItem,
    private readonly ports: AccessPorts,
    private readonly readers: CommissionReaders,
  ) {}

  @Get()
  @Can('commission_session.read')
  overview(@Web() web: WebRequest): Promise<View> {
    // One day, as it is asked for elsewhere.
    const { day = '', from = day, until = day, text = '' } = web.query;
    const search: Search = { from, until, text: text.slice(0, 200) };
    const noDays = SEARCHED_DAYS.filter((name) => search[name].trim() !== '' && dayIn(search[name]) === null);
    return this.database.read(web.ctx, async (ctx) =>
      view(
        'commission/overview.njk',
        presentCommission(
          await this.readers.of(ctx),
          await this.reading.waiting(ctx, MOST),
          // What was asked for is not known: all sessions would pass for the answer.
          noDays.length > 0
            ? []
            : await this.reading.list(
                ctx,
                { from: dayIn(from), until: dayIn(until), text: search.text.trim() },
                MOST,
              ),
          search,
          noDays,
          hasRole(ctx.actor, 'commission_secretary') ? await this.reading.late(ctx, MOST) : null,
        ),
        { title: { key: 'commission.title' }, status: noDays.length > 0 ? STATUS.invalid : 200 },
      ),
    );
  }

  @Get('rules')
  @Can('commission_session.read')
  rules(@Web() web: WebRequest): Promise<View> {
    return this.database.read(web.ctx, async (ctx) =>
      view(
        'commission/rules.njk',
        presentRules(await this.readers.of(ctx), await this.commission.rulesVersions(ctx)),
        { title: { key: 'commission.rules.title' } },
      ),
    );
  }

  @Get('items/new')
  @Can('commission_item.table')
  newItem(@Web() web: WebRequest): Promise<View> {
    return this.itemForm(web, null);
  }

  @Post('items')
  @Can('commission_item.table')
  async table(@Web() web: WebRequest): Promise<View | Redirect> {
    const typed = eachOnce(web.body);
    try {
      const id = await this.tabling.tableMatter(
        web.ctx,
        ownCountry(web.ctx.actor),
        textOf(web.body, 'other'),
        typed,
      );
      return redirect(`/commission/items/${id}`, {
        flash: { kind: 'success', key: 'commission.done.tabled' },
      });
    } catch (error) {
      return this.itemForm(web, { form: 'new', error: told(error), typed });
    }
  }

  /** A decision that nobody agreed on, or that is late. */
  @Post('items/decision')
  @Can('commission_item.table')
  async tableDecision(@Web() web: WebRequest): Promise<Redirect> {
    const decision = textOf(web.body, 'decision');
    try {
      const id = await this.tabling.tableDecision(web.ctx, decision);
      return redirect(`/commission/items/${id}`, {
        flash: { kind: 'success', key: 'commission.done.tabled' },
      });
    } catch (error) {
      const { reason } = told(error);
      return redirect('/commission', { flash: { kind: 'error', key: `reasons.${reason}` } });
    }
  }

  @Get('items/:id')
  @Can('commission_item.read')
  item(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.itemPage(web, id, null);
  }

  @Post('items/:id/files')
  @Can('commission_item.attach')
  @AcceptsFile()
  @Limited('upload')
  async attach(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    try {
      await this.attaching.attach(web.ctx, id, await web.file());
    } catch (error) {
      return this.itemPage(web, id, { form: 'attach', error: told(error), typed: {} });
    }
    return redirect(`/commission/items/${id}`, {
      flash: { kind: 'success', key: 'commission.done.attached' },
    });
  }

  @Post('items/:id/files/:file/remove')
  @Can('commission_item.attach')
  async removeFile(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('file') file: string,
  ): Promise<Redirect> {
    await this.attaching.remove(web.ctx, id, file);
    return redirect(`/commission/items/${id}`, {
      flash: { kind: 'success', key: 'commission.done.file_removed' },
    });
  }

  @Get('items/:id/files/:file')
  @Can('commission_item.read')
  file(@Web() web: WebRequest, @Param('id') id: string, @Param('file') file: string): Promise<FileResult> {
    return this.database.read(web.ctx, async (ctx) => {
      const { content, mediaType, fileName } = await this.attaching.open(ctx, id, file);
      return answerFile({ content: await content(), contentType: mediaType, fileName });
    });
  }

  @Get('sessions/new')
  @Can('commission_session.plan')
  newSession(@Web() web: WebRequest): Promise<View> {
    return this.sessionForm(web, null);
  }

  @Post('sessions')
  @Can('commission_session.plan')
  async plan(@Web() web: WebRequest): Promise<View | Redirect> {
    const terms = termsIn(web.body);
    try {
      const id = await this.planning.plan(
        web.ctx,
        ownCountry(web.ctx.actor),
        textOf(web.body, 'other'),
        terms,
      );
      return redirect(`/commission/sessions/${id}`, {
        flash: { kind: 'success', key: 'commission.done.planned' },
      });
    } catch (error) {
      return this.sessionForm(web, { form: 'new', error: told(error), typed: eachOnce(web.body) });
    }
  }

  private itemPage(web: WebRequest, id: string, refused: RefusedForm | null): Promise<View> {
    return this.database.read(web.ctx, async (ctx) =>
      view(
        'commission/item.njk',
        presentItem(await this.readers.of(ctx), await this.reading.item(ctx, id), refused),
        {
          title: { key: 'commission.item.title' },
          ...(refused ? { status: STATUS[refused.error.code] } : {}),
        },
      ),
    );
  }

  private itemForm(web: WebRequest, refused: RefusedForm | null): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const own = ownCountry(ctx.actor);
      const others = await this.others(ctx, own);
      const chosen = others.find((code) => code === refused?.typed.other) ?? others[0] ?? own;
      const languages = await this.commission.languages(ctx, pairOf(own, chosen));
      const { rules } = await this.commission.newestRules(ctx);
      return view(
        'commission/form.njk',
        presentNewItem(await this.readers.of(ctx), languages, others, rules, refused),
        {
          title: { key: 'commission.new_item.title' },
          ...(refused ? { status: STATUS[refused.error.code] } : {}),
        },
      );
    });
  }

  private sessionForm(web: WebRequest, refused: RefusedForm | null): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const own = ownCountry(ctx.actor);
      const others = await this.others(ctx, own);
      const zones = new Set<string>();
      for (const country of [own, ...others]) zones.add(await this.ports.places.timeZone(ctx, country));
      return view(
        'commission/form.njk',
        presentNewSession(await this.readers.of(ctx), others, [...zones], refused),
        {
          title: { key: 'commission.new_session.title' },
          ...(refused ? { status: STATUS[refused.error.code] } : {}),
        },
      );
    });
  }

  private async others(ctx: Ctx, own: CountryCode): Promise<readonly CountryCode[]> {
    return (await this.ports.places.countries(ctx)).filter((code) => code !== own);
  }
}

const SEARCHED_DAYS = ['from', 'until'] as const;

/** A calendar day as it is typed; null where there is none. */
function dayIn(typed: string): string | null {
  const [, day, month, year] = TYPED_DAY.exec(typed.trim()) ?? [];
  const iso =
    day && month && year ? `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}` : typed.trim();
  return DAY.test(iso) && !Number.isNaN(Date.parse(iso)) && new Date(iso).toISOString().startsWith(iso)
    ? iso
    : null;
}
