import { Injectable } from '@nestjs/common';
import { ApplicationsRepository, RankedRoute } from '../../applications/public.js';
import { Decisions } from '../../approvals/public.js';
import { AuditTrail } from '../../audit/public.js';
import type { AuditEntry } from '../../audit/public.js';
import { MoveCall } from '../../calls/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, withSystemRights } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import type { AllocationListRow } from '../data/allocation-list.entity.js';
import { ListsRepository } from '../data/lists.repository.js';
import { LIST_SUBJECT, SELECTION_REOPENED } from '../domain/allocation.events.js';
import { selectionsPolicy } from '../domain/selections.policy.js';
import { DrawUpList } from './draw-up-list.js';
import { factsOf } from './selection-facts.js';

const REASON_MAX = 2000;

/**
 * Takes the provisional list back, for a fault of its own or because an appeal was upheld, so that it is made anew. What it
 * said stays as it was, with the run that it came from; everybody on it is told, and its reason is theirs to read.
 */
@Injectable()
export class ReopenSelection {
  constructor(
    private readonly database: Database,
    private readonly drawUp: DrawUpList,
    private readonly lists: ListsRepository,
    private readonly applications: ApplicationsRepository,
    private readonly route: RankedRoute,
    private readonly moves: MoveCall,
    private readonly decisions: Decisions,
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
  ) {}

  async reopen(request: RequestContext, callId: Id, reason: string): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const call = await this.drawUp.call(ctx, callId);
      authorise(ctx, selectionsPolicy, 'selection.reopen', factsOf(call), 'selection.read');
      await this.takeBack(ctx, callId, wordsOf(reason));
    });
  }

  /**
   * Part of an act that the caller has authorised. @throws DomainError `wrong_state` where no list counts
   * @param data what belongs to the entry of the record
   */
  async takeBack(ctx: Ctx, callId: Id, words: string, data: AuditEntry['data'] = {}): Promise<void> {
    await this.moves.moveByList(ctx, callId, 'reopen_selection');
    const list = await withSystemRights(ctx, async () => {
      const published = await this.lists.inForce(ctx, callId, 'provisional');
      if (!published) throw new DomainError('wrong_state');
      await this.takeFinalBack(ctx, callId);
      await this.lists.setAside(ctx, published.id, words);
      await this.recall(ctx, published);
      return published;
    });
    const subject = { kind: 'call', id: callId };
    await this.audit.record(ctx, { action: SELECTION_REOPENED, subject, data: { ...data, list: list.id } });
    await this.outbox.emit(ctx, { type: SELECTION_REOPENED, subject, payload: { list: list.id } });
  }

  private async recall(ctx: Ctx, list: AllocationListRow): Promise<void> {
    for (const id of (await this.lists.applicationsOn(ctx, list.id)).values()) {
      const application = await this.applications.lock(ctx, id);
      // Whoever withdrew in the meantime stays out of it.
      if (application.state === 'provisional') await this.route.recall(ctx, application);
    }
  }

  /** What is before both countries was made of a list that counts no more. */
  private async takeFinalBack(ctx: Ctx, callId: Id): Promise<void> {
    const proposed = await this.lists.inForce(ctx, callId, 'final');
    if (!proposed) return;
    await this.decisions.withdrawAll(ctx, { kind: LIST_SUBJECT, id: proposed.id });
    await this.lists.setAside(ctx, proposed.id, null);
  }
}

function wordsOf(reason: string): string {
  const words = reason.normalize('NFC').trim();
  if (!words) throw new DomainError('invalid', { fields: [{ field: 'reason', problem: 'required' }] });
  if (words.length > REASON_MAX) {
    throw new DomainError('invalid', {
      fields: [{ field: 'reason', problem: 'too_long', values: { max: REASON_MAX } }],
    });
  }
  return words;
}
