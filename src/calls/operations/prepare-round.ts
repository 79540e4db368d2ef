import { Injectable } from '@nestjs/common';
import { Gates, gateDays } from '../../gates/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { Countries } from '../../universities/public.js';
import { Calls } from '../data/calls.js';
import { draftOf } from '../domain/call-draft.js';
import type { CallView } from '../domain/call.js';
import { callsPolicy } from '../domain/calls.policy.js';
import { freeSlug } from '../domain/new-call.js';
import { planRound, roundDraft, roundProblems } from '../domain/round.js';
import type { RoundPlan } from '../domain/round.js';
import { CallRecords, factsOf } from './call-record.js';
import { DraftRegister, slugTaken } from './draft-register.js';
import { PrepareCall } from './prepare-call.js';

/**
 * Begins the next round of a ranked call whose final list left places unfilled: a call of its own, a draft that both
 * countries approve like any other. Its seats are taken when it is published; until then whoever waits may still get them.
 */
@Injectable()
export class PrepareRound {
  constructor(
    private readonly database: Database,
    private readonly records: CallRecords,
    private readonly register: DraftRegister,
    private readonly prepare: PrepareCall,
    private readonly calls: Calls,
    private readonly countries: Countries,
    private readonly gates: Gates,
  ) {}

  /**
   * Answers the id of the draft.
   * @throws DomainError `invalid` by the fields of the plan, `conflict` where a round of this call is under way
   */
  async prepareRound(request: RequestContext, callId: Id, plan: RoundPlan): Promise<Id> {
    return slugTaken(() =>
      this.database.transaction(request, async (ctx) => {
        // Of two who open at once the second finds what the first made.
        const { call, form, places } = await this.records.lock(ctx, callId);
        authorise(ctx, callsPolicy, 'call.open_round', factsOf(call), 'call.read');
        await this.requireNone(ctx, call);
        const leadTimes = new Map(
          (await this.countries.all(ctx)).map(({ code, leadTimes: known }) => [code, known ?? {}]),
        );
        const now = ctx.clock.now();
        const gates = gateDays(
          await this.gates.rules(ctx),
          { ...call, callId: null, fields: places.map(({ fieldCode }) => fieldCode) },
          plan.stayFrom,
        );
        const problems = roundProblems(plan, places, now, planRound(call, plan, leadTimes, gates));
        if (problems.length > 0) throw new DomainError('invalid', { fields: [...problems] });
        const ids = new Map(places.map(({ id }) => [id, newId(now)]));
        const number = await this.numberOf(ctx, call);
        const wanted = `${call.slug.replace(/-round-\d+$/, '')}-round-${number}`;
        const slug = freeSlug(wanted, await this.register.slugsLike(ctx, wanted));
        const draft = roundDraft(draftOf(call, form, places), call.id, number, slug, plan, ids);
        return this.prepare.write(ctx, draft, { roundOf: callId });
      }),
    );
  }

  private async requireNone(ctx: Ctx, call: CallView): Promise<void> {
    if (call.route !== 'ranked' || !call.selection) throw new DomainError('not_found');
    const after = await this.calls.roundAfter(ctx, call.id);
    if (after && after.state !== 'final_published' && after.state !== 'archived') {
      throw new DomainError('conflict', { reason: 'round_under_way' });
    }
  }

  /** The first round is the call itself. */
  private async numberOf(ctx: Ctx, call: CallView): Promise<number> {
    let number = 2;
    for (let of = call.round?.of; of !== undefined; number += 1) {
      of = (await this.calls.byId(ctx, of))?.round?.of;
    }
    return number;
  }
}
