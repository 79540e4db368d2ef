import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, withSystemRights } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import type { AllocationRunRow } from '../data/allocation-run.entity.js';
import { ListsRepository } from '../data/lists.repository.js';
import { differencesBetween } from '../domain/differences.js';
import { selectionsPolicy } from '../domain/selections.policy.js';
import { AllocationJobs } from './allocation-jobs.js';
import { DrawUpList } from './draw-up-list.js';
import type { Gathered, RankedCall } from './draw-up-list.js';
import { ReckonBeside } from './reckon-beside.js';
import { factsOf } from './selection-facts.js';

/** A dry run: what the list would be if it were published now. It is kept, and changes nothing. */
@Injectable()
export class RunAllocation {
  constructor(
    private readonly database: Database,
    private readonly drawUp: DrawUpList,
    private readonly lists: ListsRepository,
    private readonly beside: ReckonBeside,
    private readonly jobs: AllocationJobs,
    private readonly audit: AuditTrail,
  ) {}

  /** Of a small call at once; of a large one the worker does it, and null is answered. */
  async ask(request: RequestContext, callId: Id): Promise<AllocationRunRow | null> {
    const large = await this.database.transaction(request, async (ctx) => {
      const call = await this.begin(ctx, callId);
      if (!(await this.drawUp.isLarge(ctx, call))) return false;
      await this.jobs.ask(ctx, call.id);
      return true;
    });
    return large ? null : this.run(request, callId);
  }

  /**
   * Reads, reckons and keeps, each by itself: while it is reckoned no transaction is open.
   * @param report how much is done, of 1; where it answers false it is given up
   */
  async run(
    request: RequestContext,
    callId: Id,
    report: (share: number) => boolean = () => true,
    inTheNameOf: { readonly personId: Id | null; readonly before: (ctx: Ctx, runId: Id) => Promise<void> } = {
      personId: request.actor.personId,
      before: () => Promise.resolve(),
    },
  ): Promise<AllocationRunRow> {
    const { call, gathered } = await this.database.transaction(request, async (ctx) => {
      const ranked = await this.begin(ctx, callId);
      return { call: ranked, gathered: await this.gather(ctx, ranked) };
    });
    const reckoned = await this.beside.reckon(gathered.selection, 'run', report);
    return this.database.transaction(request, async (ctx) => {
      // Two runs at the same time would get the same number.
      await this.lists.lockCall(ctx, callId);
      const { run } = await withSystemRights(ctx, () =>
        this.drawUp.keepRun(ctx, call, 'dry', gathered, reckoned, inTheNameOf.personId),
      );
      await inTheNameOf.before(ctx, run.id);
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
    report: (share: number) => void = () => undefined,
  ): Promise<{ readonly run: AllocationRunRow; readonly moved: readonly string[] | null }> {
    if (!isId(callId)) throw new DomainError('not_found');
    const run = await this.run(request, callId, (share) => {
      report(share);
      return true;
    });
    const before = await this.database.read(request, (ctx) => this.lists.runBefore(ctx, run));
    return {
      run,
      moved: before && differencesBetween(before.output, run.output).map(({ number }) => number),
    };
  }

  private async begin(ctx: Ctx, callId: Id): Promise<RankedCall> {
    const call = await this.drawUp.call(ctx, callId);
    authorise(ctx, selectionsPolicy, 'selection.run', factsOf(call), 'selection.read');
    return call;
  }

  private gather(ctx: Ctx, call: RankedCall): Promise<Gathered> {
    return withSystemRights(ctx, () => this.drawUp.gather(ctx, call, 'dry', false));
  }
}
