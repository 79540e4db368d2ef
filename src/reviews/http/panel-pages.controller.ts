import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Calls } from '../../calls/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { eachOnce, textOf } from '../../platform/http/form-fields.js';
import { redirect, view } from '../../platform/http/page.js';
import type { Redirect, View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';
import { DomainError } from '../../shared/domain-error.js';
import { parseDate } from '../../shared/parse-entry.js';
import { lastSecondOf } from '../../shared/zoned-time.js';
import { PanelsRepository } from '../data/panels.repository.js';
import type { PanelAct } from '../domain/panel.states.js';
import { AssignReviewers } from '../operations/assign-reviewers.js';
import { DiscussApplication } from '../operations/discuss-application.js';
import { KeepPanels } from '../operations/keep-panels.js';
import { ProposeReviewers } from '../operations/propose-reviewers.js';
import { ReadPanels } from '../operations/read-panels.js';
import { ReadReviews } from '../operations/read-reviews.js';
import {
  presentAssignment,
  presentPanel,
  presentPanels,
  presentProposal,
} from './presenters/present-panels.js';
import type { TypedFields } from './presenters/present-panels.js';
import { discussionHref } from './presenters/present-discussion.js';
import { presentReadable } from './presenters/present-reviews.js';
import type { ReviewReader } from './presenters/present-reviews.js';

const PANELS = '/reviews/panels';
const MOVES: readonly PanelAct[] = ['open_reviewing', 'open_discussion', 'reopen_reviewing', 'close'];

/** Panels for whoever keeps them: who sits there, which phase it is, who assesses what, and who is missing. */
@ApiExcludeController()
@Controller('reviews/panels')
export class PanelPagesController {
  constructor(
    private readonly database: Database,
    private readonly panels: PanelsRepository,
    private readonly reading: ReadPanels,
    private readonly given: ReadReviews,
    private readonly discussing: DiscussApplication,
    private readonly keep: KeepPanels,
    private readonly assigning: AssignReviewers,
    private readonly proposing: ProposeReviewers,
    private readonly calls: Calls,
    private readonly translator: Translator,
  ) {}

  @Get()
  @Can('panel.read')
  list(@Web() web: WebRequest): Promise<View> {
    return this.listPage(web, {}, null);
  }

  @Post()
  @Can('panel.make')
  async make(@Web() web: WebRequest): Promise<View | Redirect> {
    const typed = eachOnce(web.body);
    try {
      const { id } = await this.keep.make(web.ctx, {
        callId: typed.call ?? '',
        name: { sr: typed['name.sr'] ?? '', ru: typed['name.ru'] ?? '', en: typed['name.en'] ?? '' },
        country: typed.country ?? '',
      });
      return redirect(`${PANELS}/${id}`, { flash: { kind: 'success', key: 'reviews.panels.made' } });
    } catch (error) {
      return this.listPage(web, typed, told(error));
    }
  }

  @Get(':id')
  @Can('panel.read')
  panel(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.panelPage(web, id, {}, null);
  }

  @Post(':id/seats')
  @Can('panel.keep')
  seat(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    const typed = eachOnce(web.body);
    return this.act(web, id, 'seated', typed, () =>
      this.keep.seat(web.ctx, id, {
        personId: typed.person ?? '',
        lead: typed.lead === 'yes',
        loadLimit: typed.loadLimit ?? '',
      }),
    );
  }

  @Post(':id/unseat')
  @Can('panel.keep')
  unseat(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.act(web, id, 'unseated', {}, () => this.keep.unseat(web.ctx, id, textOf(web.body, 'person')));
  }

  @Post(':id/due')
  @Can('panel.keep')
  due(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    const typed = eachOnce(web.body);
    return this.act(web, id, 'due_set', typed, async () => {
      const zone = await this.database.read(web.ctx, async (ctx) => {
        const { panel } = await this.panels.find(ctx, id);
        return (await this.calls.byId(ctx, panel.callId))?.timeZone ?? 'UTC';
      });
      await this.keep.setDueDay(web.ctx, id, endOfDay(typed, zone));
    });
  }

  @Post(':id/phase')
  @Can('panel.lead')
  lead(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    const act = MOVES.find((each) => each === textOf(web.body, 'act'));
    return this.act(web, id, 'moved', {}, async () => {
      if (!act) throw new DomainError('wrong_state', { reason: 'wrong_state' });
      await this.keep.lead(web.ctx, id, act);
    });
  }

  @Post(':id/take-in')
  @Can('panel.assign')
  takeIn(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.act(web, id, 'taken_in', {}, () => this.keep.takeInLater(web.ctx, id));
  }

  @Get(':id/proposal')
  @Can('panel.assign')
  proposal(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.proposalPage(web, id, null);
  }

  @Post(':id/proposal')
  @Can('panel.assign')
  async accept(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    try {
      const number = await this.proposing.accept(web.ctx, id, textOf(web.body, 'fingerprint'));
      return redirect(`${PANELS}/${id}`, {
        flash: { kind: 'success', key: 'reviews.proposal.done', values: { number } },
      });
    } catch (error) {
      return this.proposalPage(web, id, told(error));
    }
  }

  @Get(':id/applications/:application')
  @Can('panel.assign')
  application(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('application') application: string,
  ): Promise<View> {
    return this.assignPage(web, id, application, null);
  }

  @Get(':id/applications/:application/reviews')
  @Can('review.read_content')
  reviews(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('application') application: string,
  ): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const open = await this.given.ofApplication(ctx, id, application);
      const discussed = await this.discussing.isOpen(ctx, id, application);
      return view(
        'reviews/readable.njk',
        {
          ...presentReadable(this.reader(ctx), open),
          discussionHref: discussed ? discussionHref(id, application) : null,
        },
        { title: { key: 'reviews.readable.title' } },
      );
    });
  }

  @Post(':id/applications/:application/assign')
  @Can('panel.assign')
  async assign(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('application') application: string,
  ): Promise<View | Redirect> {
    const wanted = { applicationId: application, reviewerId: textOf(web.body, 'reviewer') };
    return this.assignAct(web, id, application, 'assigned', () => this.assigning.assign(web.ctx, id, wanted));
  }

  @Post(':id/applications/:application/withdraw')
  @Can('review.withdraw')
  withdraw(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('application') application: string,
  ): Promise<View | Redirect> {
    return this.assignAct(web, id, application, 'withdrawn', () =>
      this.assigning.withdraw(web.ctx, textOf(web.body, 'review'), textOf(web.body, 'reason')),
    );
  }

  @Post(':id/applications/:application/replace')
  @Can('review.replace')
  replace(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('application') application: string,
  ): Promise<View | Redirect> {
    return this.assignAct(web, id, application, 'replaced', () =>
      this.assigning.replace(web.ctx, textOf(web.body, 'review'), {
        reviewerId: textOf(web.body, 'reviewer'),
      }),
    );
  }

  private async act(
    web: WebRequest,
    id: string,
    done: string,
    typed: TypedFields,
    work: () => Promise<unknown>,
  ): Promise<View | Redirect> {
    try {
      await work();
    } catch (error) {
      return this.panelPage(web, id, typed, told(error));
    }
    return redirect(`${PANELS}/${id}`, { flash: { kind: 'success', key: `reviews.panel.done.${done}` } });
  }

  private async assignAct(
    web: WebRequest,
    id: string,
    application: string,
    done: string,
    work: () => Promise<unknown>,
  ): Promise<View | Redirect> {
    try {
      await work();
    } catch (error) {
      return this.assignPage(web, id, application, told(error));
    }
    return redirect(`${PANELS}/${id}/applications/${application}`, {
      flash: { kind: 'success', key: `reviews.assign.done.${done}` },
    });
  }

  private listPage(web: WebRequest, typed: TypedFields, error: DomainError | null): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const panels = await this.panels.list(ctx);
      const calls = await this.calls.byIds(
        ctx,
        panels.map(({ callId }) => callId),
      );
      const toMake = [];
      for (const call of await this.reading.callsToAssess(ctx)) {
        toMake.push({ call, countries: await this.panels.countriesOf(ctx, call.id) });
      }
      return view(
        'reviews/panels.njk',
        presentPanels(
          this.reader(ctx),
          panels.map((panel) => ({ panel, call: calls.get(panel.callId) ?? null })),
          toMake,
          typed,
          error,
        ),
        { title: { key: 'reviews.panels.title' }, ...(error ? { status: STATUS[error.code] } : {}) },
      );
    });
  }

  private panelPage(
    web: WebRequest,
    id: string,
    typed: TypedFields,
    error: DomainError | null,
  ): Promise<View> {
    return this.database.read(web.ctx, async (ctx) =>
      view(
        'reviews/panel.njk',
        presentPanel(this.reader(ctx), await this.reading.one(ctx, id), typed, error),
        { title: { key: 'reviews.panel.title' }, ...(error ? { status: STATUS[error.code] } : {}) },
      ),
    );
  }

  private proposalPage(web: WebRequest, id: string, error: DomainError | null): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const proposal = await this.proposing.propose(ctx, id);
      return view(
        'reviews/proposal.njk',
        presentProposal(this.reader(ctx), await this.reading.one(ctx, id), proposal, error),
        { title: { key: 'reviews.proposal.title' }, ...(error ? { status: STATUS[error.code] } : {}) },
      );
    });
  }

  private assignPage(
    web: WebRequest,
    id: string,
    application: string,
    error: DomainError | null,
  ): Promise<View> {
    return this.database.read(web.ctx, async (ctx) =>
      view(
        'reviews/assign.njk',
        presentAssignment(this.reader(ctx), await this.reading.assignment(ctx, id, application), error),
        { title: { key: 'reviews.assign.title' }, ...(error ? { status: STATUS[error.code] } : {}) },
      ),
    );
  }

  private reader({ actor, language, clock }: Ctx): ReviewReader {
    return { translator: this.translator, language, now: clock.now(), actor };
  }
}

/** The end of the day that was typed, by the clocks of the call. */
function endOfDay(typed: TypedFields, zone: string): Date {
  const entry = parseDate(`${typed['due-day'] ?? ''} ${typed['due-month'] ?? ''} ${typed['due-year'] ?? ''}`);
  if (!entry.ok) throw new DomainError('invalid', { fields: [{ field: 'due', problem: entry.problem }] });
  return lastSecondOf(entry.value, zone);
}

/** Refusals that the page itself tells; any other has no page to come back to. */
const TOLD: readonly string[] = ['invalid', 'conflict', 'wrong_state'];

function told(error: unknown): DomainError {
  if (error instanceof DomainError && TOLD.includes(error.code)) return error;
  throw error;
}
