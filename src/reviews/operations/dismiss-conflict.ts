import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import { isOrActsFor } from '../../shared/actor.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, withSystemRights } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { ConflictsRepository } from '../data/conflicts.repository.js';
import { PanelsRepository } from '../data/panels.repository.js';
import type { PanelRecord } from '../data/panels.repository.js';
import { ReviewsRepository } from '../data/reviews.repository.js';
import { TiesRepository } from '../data/ties.repository.js';
import { isDismissible } from '../domain/conflict-graph.js';
import type { ConflictKind } from '../domain/conflict-graph.js';
import { panelsPolicy } from '../domain/panels.policy.js';
import { wordsOf } from './assign-reviewers.js';
import { FindConflicts } from './find-conflicts.js';
import type { JudgedConflict } from './find-conflicts.js';
import { KeepPanels } from './keep-panels.js';
import { requireUnboundKeeper } from './unbound-keeper.js';

/** Between whom and which application, for one reason. */
export interface ConflictAt {
  readonly reviewerId: string;
  readonly applicationId: string;
  readonly kind: string;
}

/** Whoever keeps a panel looks at what was found, and says with a reason that it is nothing. New evidence opens it again. */
@Injectable()
export class DismissConflict {
  constructor(
    private readonly database: Database,
    private readonly panels: PanelsRepository,
    private readonly reviews: ReviewsRepository,
    private readonly conflicts: ConflictsRepository,
    private readonly ties: TiesRepository,
    private readonly finding: FindConflicts,
    private readonly keep: KeepPanels,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * All that stands between those who may sit in the panel and what is before it. What concerns the reader themselves is for
   * others to judge, and not shown to them.
   */
  async read(
    ctx: Ctx,
    panelId: string,
  ): Promise<{ readonly record: PanelRecord; readonly conflicts: readonly JudgedConflict[] }> {
    const record = await this.panels.find(ctx, panelId);
    authorise(ctx, panelsPolicy, 'panel.read_conflicts', record.facts, 'panel.read');
    const conflicts = await withSystemRights(ctx, async () =>
      this.finding.look(
        ctx,
        (await this.keep.reviewersOf(ctx, record.panel)).filter((id) => !isOrActsFor(ctx.actor, id)),
        await this.reviews.applicationsOf(ctx, record.panel, ['eligible', 'in_review', 'scored']),
      ),
    );
    return { record, conflicts };
  }

  /** @throws DomainError `not_found`, `forbidden` (`separation_of_duties`), `invalid` (field `reason`), `conflict` */
  async run(request: RequestContext, panelId: string, at: ConflictAt, typed: string): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const record = await this.panels.lock(ctx, panelId);
      authorise(ctx, panelsPolicy, 'panel.dismiss_conflict', record.facts, 'panel.read');
      if (isOrActsFor(ctx.actor, at.reviewerId)) {
        throw new DomainError('forbidden', { reason: 'separation_of_duties' });
      }
      const { panel } = record;
      // What is dismissed is what stands at this moment, and is kept before somebody says that it is nothing.
      const found = await withSystemRights(ctx, async () => {
        const [reviewers, applications] = await this.pairOf(ctx, record, at);
        await this.finding.between(ctx, panel.callId, reviewers, applications);
        return (await this.finding.look(ctx, reviewers, applications)).find(({ kind }) => kind === at.kind);
      });
      if (!found) throw new DomainError('not_found');
      await requireUnboundKeeper(ctx, this.ties, found.applicationId);
      if (!isDismissible(found)) throw new DomainError('conflict', { reason: 'conflict_not_dismissible' });
      if (found.dismissed) throw new DomainError('conflict', { reason: 'conflict_dismissed' });
      const { reviewerId, applicationId, kind } = found;
      await this.conflicts.dismiss(ctx, { reviewerId, applicationId, kind }, wordsOf(typed));
      await this.note(ctx, panel.id, { reviewerId, applicationId, kind });
    });
  }

  private async pairOf(
    ctx: Ctx,
    { panel }: PanelRecord,
    { reviewerId, applicationId }: ConflictAt,
  ): Promise<readonly [reviewers: readonly Id[], applications: readonly Id[]]> {
    if (!isId(reviewerId) || !isId(applicationId)) throw new DomainError('not_found');
    const reviewers = await this.keep.reviewersOf(ctx, panel);
    const applications = await this.reviews.applicationsOf(ctx, panel, ['eligible', 'in_review', 'scored']);
    if (!reviewers.includes(reviewerId) || !applications.includes(applicationId)) {
      throw new DomainError('not_found');
    }
    return [[reviewerId], [applicationId]];
  }

  private async note(
    ctx: Ctx,
    panelId: Id,
    { reviewerId, applicationId, kind }: { reviewerId: Id; applicationId: Id; kind: ConflictKind },
  ): Promise<void> {
    await this.audit.record(ctx, {
      action: 'conflict.dismissed',
      subject: { kind: 'panel', id: panelId },
      data: { reviewer: reviewerId, application: applicationId, kind },
    });
  }
}
