import { Inject, Injectable } from '@nestjs/common';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, withSystemRights } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import type { ApplicationRow } from '../data/application.entity.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import type { NominationCandidateRow } from '../data/nomination-candidate.entity.js';
import type { NominationOrderRow } from '../data/nomination-order.entity.js';
import { FIRST_VERSION, NominationOrders } from '../data/nomination-orders.js';
import { applicationsPolicy } from '../domain/applications.policy.js';
import { moved } from '../domain/nomination-order.js';
import type { NominationOrder, OrderMove } from '../domain/nomination-order.js';
import { ENDED_NOMINATIONS } from '../domain/nomination.states.js';
import { optionalText } from '../domain/plain-text.js';
import { ApplicationRecord } from './application-record.js';

export const ENDORSEMENT_MAX = 4000;

/**
 * The order in which an institution nominates for a call, its reserve, and what it is going to say of each. Who changes it
 * says which version they saw: whoever comes second is told (`stale`), and nothing of the first is undone.
 */
@Injectable()
export class RankCandidates {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(NominationOrders) private readonly orders: NominationOrders,
    @Inject(ApplicationRecord) private readonly record: ApplicationRecord,
  ) {}

  /** Answers the version that the order has afterwards. */
  move(request: RequestContext, applicationId: string, move: OrderMove, version: number): Promise<number> {
    return this.change(request, applicationId, version, async (ctx, application, row) => {
      // Whoever was sent is no reserve any more, and is not taken off the list by which the host reads.
      if (move === 'reserve' || move === 'off') await this.requireUnsent(ctx, application.id);
      const before = await this.wholeOrder(ctx, row);
      const after = moved(before, application.id, move);
      await withSystemRights(ctx, () => this.orders.save(ctx, row, after));
      await this.note(ctx, application, after);
    });
  }

  /** What the nomination will say of somebody on the lists. */
  endorse(request: RequestContext, applicationId: string, typed: string, version: number): Promise<number> {
    const endorsement = optionalText(typed, 'endorsement', ENDORSEMENT_MAX);
    return this.change(request, applicationId, version, async (ctx, application, row) => {
      await this.requireUnsent(ctx, application.id);
      if (!(await this.orders.of(ctx, application.id))) {
        throw new DomainError('conflict', { reason: 'not_in_order' });
      }
      await this.orders.endorse(ctx, row, application.id, endorsement);
      await this.record.note(ctx, application, 'nomination.endorsement_written');
    });
  }

  /**
   * Where an application stands, for whoever may know; null where it is on no list.
   * @throws DomainError `forbidden` where that is not for them, `not_found` where the application is not.
   */
  async standing(
    ctx: Ctx,
    applicationId: string,
  ): Promise<{ readonly candidate: NominationCandidateRow | null; readonly version: number | null }> {
    const application = await this.applications.find(ctx, applicationId);
    authorise(ctx, applicationsPolicy, 'application.read_rank', application, 'application.read');
    const { callId, homeInstitutionId } = application;
    const ranks = applicationsPolicy.decide(ctx.actor, 'application.rank', application).allowed;
    const order =
      ranks && homeInstitutionId
        ? ((await this.orders.find(ctx, { callId, institutionId: homeInstitutionId }))?.version ??
          FIRST_VERSION)
        : null;
    return { candidate: await this.orders.of(ctx, application.id), version: order };
  }

  private change(
    request: RequestContext,
    applicationId: string,
    version: number,
    work: (ctx: Ctx, application: ApplicationRow, row: NominationOrderRow) => Promise<void>,
  ): Promise<number> {
    return this.database.transaction(request, async (ctx) => {
      const application = await this.applications.find(ctx, applicationId);
      authorise(ctx, applicationsPolicy, 'application.rank', application, 'application.read');
      const { callId, homeInstitutionId } = application;
      if (!homeInstitutionId) throw new DomainError('forbidden');
      const row = await this.orders.lock(ctx, { callId, institutionId: homeInstitutionId });
      if (row.version !== version) throw new DomainError('stale', { reason: 'order_changed' });
      await work(ctx, application, row);
      return row.version;
    });
  }

  /** All of it: whoever may not see one of the candidates does not lose them either. */
  private async wholeOrder(ctx: Ctx, row: NominationOrderRow): Promise<NominationOrder> {
    return orderOf(await withSystemRights(ctx, () => this.orders.candidates(ctx, row)));
  }

  private async requireUnsent(ctx: Ctx, applicationId: Id): Promise<void> {
    const [nomination] = await this.applications.nominations(ctx, applicationId);
    if (nomination && !ENDED_NOMINATIONS.includes(nomination.state)) {
      throw new DomainError('conflict', { reason: 'already_nominated' });
    }
  }

  private async note(ctx: Ctx, application: ApplicationRow, order: NominationOrder): Promise<void> {
    const list = (['nominees', 'reserve'] as const).find((each) => order[each].includes(application.id));
    await this.record.note(ctx, application, 'nomination.ranked', {
      list: list ?? null,
      position: list ? order[list].indexOf(application.id) + 1 : null,
    });
  }
}

export function orderOf(rows: readonly NominationCandidateRow[]): NominationOrder {
  const listed = (list: NominationCandidateRow['list']) =>
    rows
      .filter((row) => row.list === list)
      .toSorted((a, b) => a.position - b.position)
      .map(({ applicationId }) => applicationId);
  return { nominees: listed('nominees'), reserve: listed('reserve') };
}
