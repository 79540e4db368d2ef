import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { People } from '../../access/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, withSystemRights } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { textOf } from '../../platform/http/form-fields.js';
import { redirect, view } from '../../platform/http/page.js';
import type { Redirect, View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';
import { DomainError } from '../../shared/domain-error.js';
import { isDismissible } from '../domain/conflict-graph.js';
import { DismissConflict } from '../operations/dismiss-conflict.js';
import type { ConflictAt } from '../operations/dismiss-conflict.js';
import { ReadPanels } from '../operations/read-panels.js';
import { presentConflicts, presentDismissal } from './presenters/present-conflicts.js';
import type { ReviewReader } from './presenters/present-reviews.js';

const PANELS = '/reviews/panels';

/** What stands between reviewers and applications, for whoever keeps the panel to look at and to dismiss. */
@ApiExcludeController()
@Controller('reviews/panels/:id/conflicts')
export class PanelConflictsController {
  constructor(
    private readonly database: Database,
    private readonly reading: ReadPanels,
    private readonly dismissing: DismissConflict,
    private readonly people: People,
    private readonly translator: Translator,
  ) {}

  @Get()
  @Can('panel.read_conflicts')
  list(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const { conflicts } = await this.dismissing.read(ctx, id);
      const dismissers = await withSystemRights(ctx, () =>
        this.people.displayNames(
          ctx,
          conflicts.flatMap(({ dismissed }) => dismissed?.by ?? []),
        ),
      );
      return view(
        'reviews/conflicts.njk',
        presentConflicts(this.reader(ctx), await this.reading.one(ctx, id), conflicts, dismissers),
        { title: { key: 'reviews.found.title' } },
      );
    });
  }

  @Get(':application/:reviewer/:kind')
  @Can('panel.dismiss_conflict')
  ask(@Web() web: WebRequest, @Param() at: Params): Promise<View> {
    return this.page(web, at, '', null);
  }

  @Post(':application/:reviewer/:kind')
  @Can('panel.dismiss_conflict')
  async dismiss(@Web() web: WebRequest, @Param() at: Params): Promise<View | Redirect> {
    const reason = textOf(web.body, 'reason');
    try {
      await this.dismissing.run(web.ctx, at.id, atOf(at), reason);
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'invalid') throw error;
      return this.page(web, at, reason, error);
    }
    return redirect(`${PANELS}/${at.id}/conflicts`, {
      flash: { kind: 'success', key: 'reviews.found.dismissed' },
    });
  }

  private page(web: WebRequest, at: Params, typed: string, error: DomainError | null): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const { conflicts } = await this.dismissing.read(ctx, at.id);
      const wanted = atOf(at);
      const conflict = conflicts.find(
        (one) =>
          one.reviewerId === wanted.reviewerId &&
          one.applicationId === wanted.applicationId &&
          one.kind === wanted.kind,
      );
      if (!conflict || conflict.dismissed || !isDismissible(conflict)) throw new DomainError('not_found');
      return view(
        'reviews/dismiss.njk',
        presentDismissal(this.reader(ctx), await this.reading.one(ctx, at.id), conflict, typed, error),
        { title: { key: 'reviews.found.dismiss' }, ...(error ? { status: STATUS[error.code] } : {}) },
      );
    });
  }

  private reader({ actor, language, clock }: Ctx): ReviewReader {
    return { translator: this.translator, language, now: clock.now(), actor };
  }
}

interface Params {
  readonly id: string;
  readonly application: string;
  readonly reviewer: string;
  readonly kind: string;
}

function atOf({ application, reviewer, kind }: Params): ConflictAt {
  return { applicationId: application, reviewerId: reviewer, kind };
}
