import { Injectable } from '@nestjs/common';
import { ApplicationsRepository, RankedRoute } from '../../applications/public.js';
import { Decisions } from '../../approvals/public.js';
import { AuditTrail } from '../../audit/public.js';
import { Calls, MoveCall } from '../../calls/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, withSystemRights } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import type { AllocationListRow } from '../data/allocation-list.entity.js';
import { ListsRepository } from '../data/lists.repository.js';
import { FINAL_PUBLISHED, LIST_SUBJECT } from '../domain/allocation.events.js';
import { selectionsPolicy } from '../domain/selections.policy.js';
import { AwaitAppeals } from './await-appeals.js';
import { DrawUpList } from './draw-up-list.js';
import { PromoteWaiting } from './promote-waiting.js';
import { factsOf } from './selection-facts.js';

/**
 * Publishes the final list that both countries approved, and offers the places on it, in one act. Whoever left in the
 * meantime is passed over: the next who waits gets the offer.
 */
@Injectable()
export class PublishFinal {
  constructor(
    private readonly database: Database,
    private readonly drawUp: DrawUpList,
    private readonly lists: ListsRepository,
    private readonly applications: ApplicationsRepository,
    private readonly route: RankedRoute,
    private readonly waiting: PromoteWaiting,
    private readonly appeals: AwaitAppeals,
    private readonly calls: Calls,
    private readonly moves: MoveCall,
    private readonly decisions: Decisions,
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
  ) {}

  publish(request: RequestContext, callId: Id): Promise<void> {
    return this.database.transaction(request, async (ctx) => {
      const call = await this.drawUp.call(ctx, callId);
      authorise(ctx, selectionsPolicy, 'selection.publish_final', factsOf(call), 'selection.read');
      await this.lists.lockCall(ctx, callId);
      await this.appeals.require(ctx, call);
      await this.moves.moveByList(ctx, callId, 'publish_final');
      const list = await this.approved(ctx, callId);
      await withSystemRights(ctx, async () => {
        await this.lists.publish(ctx, list.id);
        await this.conclude(ctx, list);
      });
      const subject = { kind: 'call', id: callId };
      const data = { list: list.id, hash: list.contentHash };
      await this.audit.record(ctx, { action: FINAL_PUBLISHED, subject, data });
      await this.outbox.emit(ctx, { type: FINAL_PUBLISHED, subject, payload: data });
    });
  }

  private async approved(ctx: Ctx, callId: Id): Promise<AllocationListRow> {
    const list = await withSystemRights(ctx, () => this.lists.inForce(ctx, callId, 'final'));
    const outcome =
      list && (await this.decisions.outcomeOf(ctx, { kind: LIST_SUBJECT, id: list.id }, list.contentHash));
    if (!list || outcome !== 'agreed_yes') {
      throw new DomainError('blocked', {
        reason: 'list_not_approved',
        blockers: [{ code: 'list_not_approved', section: 'selection', field: 'approval' }],
      });
    }
    return list;
  }

  private async conclude(ctx: Ctx, list: AllocationListRow): Promise<void> {
    const places = new Map((await this.calls.places(ctx, list.callId)).map((place) => [place.id, place]));
    const listed = await this.lists.applicationsOn(ctx, list.id);
    const left: Id[] = [];
    for (const entry of list.content.entries) {
      const application = await this.applications.lock(ctx, listed.get(entry.number) ?? '');
      const place = places.get(entry.placeId ?? '') ?? null;
      if (application.state !== 'provisional') {
        if (entry.result === 'selected' && place) left.push(place.id);
        continue;
      }
      await this.route.finalise(ctx, application, {
        result: entry.result,
        place,
        reserveNumber: entry.waits[0]?.number ?? null,
      });
      if (entry.result === 'selected' && place) {
        await this.route.offer(ctx, application, place, entry.seat);
      }
    }
    for (const placeId of left) await this.waiting.promote(ctx, placeId);
  }
}
