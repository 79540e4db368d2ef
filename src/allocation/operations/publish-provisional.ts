import { Injectable } from '@nestjs/common';
import { RankedRoute } from '../../applications/public.js';
import type { ApplicationState } from '../../applications/public.js';
import { AuditTrail } from '../../audit/public.js';
import { Calls, MoveCall } from '../../calls/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, withSystemRights } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { ListsRepository } from '../data/lists.repository.js';
import { SelectionInputs } from '../data/selection-inputs.js';
import { PROVISIONAL_PUBLISHED } from '../domain/allocation.events.js';
import { selectionsPolicy } from '../domain/selections.policy.js';
import { DrawUpList } from './draw-up-list.js';
import type { RankedCall } from './draw-up-list.js';
import { KeepList } from './keep-list.js';
import { factsOf } from './selection-facts.js';

const DAY_MS = 86_400_000;
/** Whoever is here has not been looked at to the end: a list without them would not be one of all. */
const UNFINISHED: readonly ApplicationState[] = [
  'submitted',
  'screening',
  'returned',
  'eligible',
  'in_review',
];

/**
 * Publishes the provisional list. The call's move, the run, the list, what every application is told and the seed of the
 * lot are one act: whatever ends it before its end leaves nothing behind, and done again it gives the same list.
 */
@Injectable()
export class PublishProvisional {
  constructor(
    private readonly database: Database,
    private readonly drawUp: DrawUpList,
    private readonly keep: KeepList,
    private readonly inputs: SelectionInputs,
    private readonly lists: ListsRepository,
    private readonly calls: Calls,
    private readonly moves: MoveCall,
    private readonly route: RankedRoute,
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
  ) {}

  /** Answers the list's id. Throws `blocked` with everybody who is still to be looked at. */
  async publish(request: RequestContext, callId: Id): Promise<Id> {
    const ahead = await this.drawUp.ahead(request, callId, 'provisional', mayPublish);
    return this.database.transaction(request, async (ctx) => {
      const call = await this.drawUp.call(ctx, callId);
      mayPublish(ctx, call);
      await this.moves.moveByList(ctx, callId, 'publish_provisional');
      await this.requireAllAssessed(ctx, callId);
      const drawn = await this.drawUp.draw(ctx, call, 'provisional', ahead);
      const now = ctx.clock.now();
      const list = await withSystemRights(ctx, async () => {
        const kept = await this.keep.save(ctx, call, 'provisional', drawn, {
          publishedAt: now,
          publishedBy: ctx.actor.personId,
          objectionsUntil: new Date(now.getTime() + call.selection.windows.objectionDays * DAY_MS),
        });
        await this.lists.revealSeed(ctx, callId);
        const places = new Map((await this.calls.places(ctx, callId)).map((place) => [place.id, place]));
        const entries = new Map(drawn.run.output.map((entry) => [entry.number, entry]));
        for (const application of drawn.applications) {
          const entry = entries.get(application.number ?? '');
          if (!entry) throw new Error(`no entry for ${application.id}`);
          await this.route.announce(ctx, application, {
            result: entry.result,
            place: places.get(entry.placeId ?? '') ?? null,
            reserveNumber: entry.waits[0]?.number ?? null,
          });
        }
        return kept;
      });
      const subject = { kind: 'call', id: callId };
      const data = { list: list.id, run: drawn.run.id, hash: list.contentHash };
      await this.audit.record(ctx, { action: PROVISIONAL_PUBLISHED, subject, data });
      await this.outbox.emit(ctx, { type: PROVISIONAL_PUBLISHED, subject, payload: data });
      return list.id;
    });
  }

  private async requireAllAssessed(ctx: Ctx, callId: Id): Promise<void> {
    const counts = await withSystemRights(ctx, () => this.inputs.counts(ctx, callId));
    const blockers = UNFINISHED.flatMap((state) => {
      const count = counts.get(state) ?? 0;
      return count > 0
        ? [{ code: `selection_waits_${state}`, section: 'selection', field: state, values: { count } }]
        : [];
    });
    if (!counts.get('scored')) {
      blockers.push({
        code: 'selection_of_nobody',
        section: 'selection',
        field: 'scored',
        values: { count: 0 },
      });
    }
    if (blockers.length > 0) throw new DomainError('blocked', { reason: 'selection_unfinished', blockers });
  }
}

function mayPublish(ctx: Ctx, call: RankedCall): void {
  authorise(ctx, selectionsPolicy, 'selection.publish_provisional', factsOf(call), 'selection.read');
}
