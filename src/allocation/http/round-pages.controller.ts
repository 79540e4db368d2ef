import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import {
  Calls,
  Entries,
  PrepareRound,
  callsPolicy,
  freeSeats,
  seatsField,
  typedFromForm,
} from '../../calls/public.js';
import type { RoundPlan, Typed } from '../../calls/public.js';
import { authorise } from '../../platform/database/authorise.js';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { redirect, view } from '../../platform/http/page.js';
import type { Redirect, View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import { factsOf } from '../operations/selection-facts.js';
import type { RefusedRound } from './presenters/present-rounds.js';
import { ReadRounds } from './read-rounds.js';

/** Which places a final list left unfilled, and the second round that gives them. */
@ApiExcludeController()
@Controller('admin/calls/:id/allocation/second-round')
export class RoundPagesController {
  constructor(
    private readonly database: Database,
    private readonly rounds: ReadRounds,
    private readonly calls: Calls,
    private readonly prepareRound: PrepareRound,
  ) {}

  @Get()
  @Can('selection.read')
  unfilled(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.page(web, id, null);
  }

  @Post()
  @Can('call.open_round')
  async open(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    const typed = typedFromForm(web.body);
    try {
      const round = await this.prepareRound.prepareRound(web.ctx, id, await this.plan(web, id, typed));
      return redirect(`/admin/calls/${round}`, {
        flash: { kind: 'success', key: 'allocation.rounds.done' },
      });
    } catch (error) {
      if (!(error instanceof DomainError) || (error.code !== 'invalid' && error.code !== 'conflict')) {
        throw error;
      }
      return this.page(web, id, { typed, error });
    }
  }

  /** @throws DomainError `invalid` for what cannot be read */
  private plan(web: WebRequest, id: string, typed: Typed): Promise<RoundPlan> {
    return this.database.read(web.ctx, async (ctx) => {
      const call = isId(id) ? await this.calls.byId(ctx, id) : null;
      if (!call) throw new DomainError('not_found');
      authorise(ctx, callsPolicy, 'call.open_round', factsOf(call), 'call.read');
      const { timeZone } = call;
      const entries = new Entries(typed);
      const [opensAt, closesAt] = [
        entries.instant('opensAt', timeZone),
        entries.instant('closesAt', timeZone),
      ];
      const [stayFrom, stayUntil] = [entries.day('stayFrom'), entries.day('stayUntil')];
      if (!opensAt || !closesAt || !stayFrom || !stayUntil) {
        throw new DomainError('invalid', { fields: entries.problems });
      }
      const seats = (await this.calls.places(ctx, id)).flatMap(freeSeats).map((each) => ({
        ...each,
        seats: entries.text(seatsField(each)) === '' ? 0 : entries.number(seatsField(each)),
      }));
      return {
        seats,
        opensAt,
        closesAt,
        stayFrom,
        stayUntil,
        objectionDays: entries.number('objectionDays'),
        newApplicants: entries.isChecked('newApplicants'),
      };
    });
  }

  private page(web: WebRequest, id: string, refused: RefusedRound | null): Promise<View> {
    return this.database.read(web.ctx, async (ctx) =>
      view('allocation/rounds.njk', await this.rounds.page(ctx, id, refused), {
        title: { key: 'allocation.rounds.title' },
        ...(refused ? { status: STATUS[refused.error.code] } : {}),
      }),
    );
  }
}
