import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import type { AllocationRunRow } from '../data/allocation-run.entity.js';
import { ListsRepository } from '../data/lists.repository.js';
import { differencesBetween } from '../domain/differences.js';
import { selectionsPolicy } from '../domain/selections.policy.js';
import { DrawUpList } from './draw-up-list.js';
import { factsOf } from './selection-facts.js';

/** A dry run: what the list would be if it were published now. It is kept, and changes nothing. */
@Injectable()
export class RunAllocation {
  constructor(
    private readonly database: Database,
    private readonly drawUp: DrawUpList,
    private readonly lists: ListsRepository,
    private readonly audit: AuditTrail,
  ) {}

  run(request: RequestContext, callId: Id): Promise<AllocationRunRow> {
    return this.database.transaction(request, async (ctx) => {
      const call = await this.drawUp.call(ctx, callId);
      authorise(ctx, selectionsPolicy, 'selection.run', factsOf(call), 'selection.read');
      // Two runs at the same time would get the same number.
      await this.lists.lockCall(ctx, callId);
      const { run } = await this.drawUp.draw(ctx, call, 'dry');
      await this.audit.record(ctx, {
        action: 'selection.run',
        subject: { kind: 'call', id: callId },
        data: { run: run.id, inputHash: run.inputHash, outputHash: run.outputHash, trial: run.trial },
      });
      return run;
    });
  }

  /** The same with who moves against the run before it, for whoever has no page; null: there was none. */
  async try(
    request: RequestContext,
    callId: string,
  ): Promise<{ readonly run: AllocationRunRow; readonly moved: readonly string[] | null }> {
    if (!isId(callId)) throw new DomainError('not_found');
    const run = await this.run(request, callId);
    const before = await this.database.read(request, (ctx) => this.lists.runBefore(ctx, run));
    return {
      run,
      moved: before && differencesBetween(before.output, run.output).map(({ number }) => number),
    };
  }
}
