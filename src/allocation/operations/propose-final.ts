import { Injectable } from '@nestjs/common';
import { Decisions } from '../../approvals/public.js';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, withSystemRights } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Blocker } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import type { AllocationListRow } from '../data/allocation-list.entity.js';
import { ListsRepository } from '../data/lists.repository.js';
import { FINAL_PROPOSED, LIST_SUBJECT } from '../domain/allocation.events.js';
import { selectionsPolicy } from '../domain/selections.policy.js';
import { AwaitAppeals } from './await-appeals.js';
import { DrawUpList } from './draw-up-list.js';
import type { RankedCall } from './draw-up-list.js';
import { KeepList } from './keep-list.js';
import { factsOf } from './selection-facts.js';

const MINUTE_MS = 60_000;

/**
 * Makes the final list when nothing more can be said against the provisional one, and puts it before both countries. What
 * they approve is this very list, by its hash.
 */
@Injectable()
export class ProposeFinal {
  constructor(
    private readonly database: Database,
    private readonly drawUp: DrawUpList,
    private readonly keep: KeepList,
    private readonly lists: ListsRepository,
    private readonly appeals: AwaitAppeals,
    private readonly decisions: Decisions,
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
  ) {}

  /** Answers the list's id. */
  async propose(request: RequestContext, callId: Id): Promise<Id> {
    const ahead = await this.drawUp.ahead(request, callId, 'final', mayPropose);
    return this.database.transaction(request, async (ctx) => {
      const call = await this.drawUp.call(ctx, callId);
      mayPropose(ctx, call);
      await this.lists.lockCall(ctx, callId);
      const blockers = await this.blockers(ctx, call);
      if (blockers.length > 0) throw new DomainError('blocked', { reason: 'list_not_settled', blockers });
      await this.setFormerAside(ctx, callId);
      const drawn = await this.drawUp.draw(ctx, call, 'final', ahead);
      const list = await withSystemRights(ctx, () =>
        this.keep.save(ctx, call, 'final', drawn, {
          publishedAt: null,
          publishedBy: null,
          objectionsUntil: null,
        }),
      );
      const [direction] = call.directions;
      if (!direction) throw new DomainError('wrong_state');
      const decisionId = await this.decisions.open(ctx, {
        subject: { kind: LIST_SUBJECT, id: list.id },
        subjectHash: list.contentHash,
        homeCountry: direction.homeCountry,
        hostCountry: direction.hostCountry,
        preparers: ctx.actor.personId ? [ctx.actor.personId] : [],
        // Whoever is bound to one of those who are on it has no voice.
        interests: {
          persons: drawn.applications.map(({ applicantId }) => applicantId),
          barredInstitutions: [],
        },
        dueDays: call.promises.approvalDays,
        tabledAfterDays: call.promises.tabledAfterDays ?? null,
      });
      const subject = { kind: 'call', id: callId };
      const data = { list: list.id, run: drawn.run.id, hash: list.contentHash, decision: decisionId };
      await this.audit.record(ctx, { action: FINAL_PROPOSED, subject, data });
      await this.outbox.emit(ctx, { type: FINAL_PROPOSED, subject, payload: data });
      return list.id;
    });
  }

  /** Why the list cannot be made final now, with when it can. */
  async blockers(ctx: Ctx, call: RankedCall): Promise<readonly Blocker[]> {
    const list = await withSystemRights(ctx, () => this.lists.inForce(ctx, call.id, 'provisional'));
    return [...(list ? this.heard(ctx, call, list) : []), ...(await this.appeals.blockers(ctx, call))];
  }

  /** Until the last minute in which an appeal is still taken. */
  private heard(
    ctx: Ctx,
    { graceMinutes }: RankedCall,
    { objectionsUntil }: AllocationListRow,
  ): readonly Blocker[] {
    if (!objectionsUntil) return [];
    const takenUntil = objectionsUntil.getTime() + graceMinutes * MINUTE_MS;
    if (ctx.clock.now().getTime() > takenUntil) return [];
    return [{ code: 'objections_are_heard', section: 'selection', field: 'objections', values: {} }];
  }

  /** A list that both countries refused, or that lies before them, makes room for the one that is made now. */
  private async setFormerAside(ctx: Ctx, callId: Id): Promise<void> {
    await withSystemRights(ctx, async () => {
      const former = await this.lists.inForce(ctx, callId, 'final');
      if (!former) return;
      await this.decisions.withdrawAll(ctx, { kind: LIST_SUBJECT, id: former.id });
      await this.lists.setAside(ctx, former.id, null);
    });
  }
}

function mayPropose(ctx: Ctx, call: RankedCall): void {
  authorise(ctx, selectionsPolicy, 'selection.propose_final', factsOf(call), 'selection.read');
}
