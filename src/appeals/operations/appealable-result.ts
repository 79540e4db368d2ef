import { Injectable } from '@nestjs/common';
import { AnnouncedResults } from '../../allocation/public.js';
import type { ApplicationRow } from '../../applications/public.js';
import { Calls, appealTermsOf } from '../../calls/public.js';
import type { CallState, CallView, SelectionRules } from '../../calls/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { AppealRow } from '../data/appeal.entity.js';
import { AppealsRepository } from '../data/appeals.repository.js';
import { OPEN_APPEALS } from '../domain/appeal.states.js';
import { dayEndAfter, takenUntil } from '../domain/appeal-rules.js';
import type { AppealRules, AppealSubject } from '../domain/appeal-rules.js';

/** A call that ranks by rules of its own. */
export interface RankedCall extends CallView {
  readonly selection: SelectionRules;
}

/** By what the call says of appeals, and as usual where it says nothing. */
export function appealRulesOf({ selection }: RankedCall): AppealRules {
  return { ...appealTermsOf(selection), decisionDays: selection.windows.appealDays };
}

/** A result that its applicant may say something against. */
export interface AppealableResult {
  readonly subject: AppealSubject;
  readonly listId: Id | null;
  readonly at: Date;
  /** The end of the window as it is announced, and with the minutes that the call forgives. */
  readonly until: Date;
  readonly takenUntil: Date;
}

/** Why nothing can be lodged; words under `reasons.<code>`. */
export type WhyNotAppeal = 'no_result' | 'appeal_window_over' | 'appealed_already' | 'appeal_is_open';

export interface Appealable {
  readonly call: RankedCall | null;
  readonly result: AppealableResult | null;
  readonly whyNot: WhyNotAppeal | null;
  /** What is being written. */
  readonly draft: AppealRow | null;
  /** Against this result, or the one before. */
  readonly last: AppealRow | null;
}

/** After the final list nothing is screened again. */
const BEFORE_FINAL: readonly CallState[] = ['published', 'in_selection', 'provisional_published'];

/** Finds against what an applicant may appeal now, and why not. */
@Injectable()
export class AppealableResults {
  constructor(
    private readonly calls: Calls,
    private readonly results: AnnouncedResults,
    private readonly appeals: AppealsRepository,
  ) {}

  async of(ctx: Ctx, application: ApplicationRow): Promise<Appealable> {
    const call = await this.call(ctx, application.callId);
    const result = call && (await this.resultOf(ctx, call, application));
    const all = await this.appeals.ofApplication(ctx, application.id);
    const draft = all.find(({ state }) => state === 'draft') ?? null;
    const lodged = all.filter(({ lodgedAt }) => lodgedAt !== null);
    return {
      call,
      result,
      draft,
      last: lodged[0] ?? null,
      whyNot: whyNot(result, lodged, ctx.clock.now()),
    };
  }

  async call(ctx: Ctx, callId: Id): Promise<RankedCall | null> {
    const call = await this.calls.byId(ctx, callId);
    return call?.selection ? { ...call, selection: call.selection } : null;
  }

  /** @throws DomainError `not_found` where the call has no rules by which an appeal is heard */
  async requireCall(ctx: Ctx, callId: Id): Promise<RankedCall> {
    const call = await this.call(ctx, callId);
    if (!call) throw new DomainError('not_found');
    return call;
  }

  private async resultOf(
    ctx: Ctx,
    call: RankedCall,
    { id, state, stateSince }: ApplicationRow,
  ): Promise<AppealableResult | null> {
    const window = (subject: AppealSubject, listId: Id | null, at: Date, until: Date): AppealableResult => ({
      subject,
      listId,
      at,
      until,
      takenUntil: takenUntil(until, call.graceMinutes),
    });
    if (state === 'provisional') {
      const announced = await this.results.of(ctx, call.id, id);
      return announced && window('list', announced.listId, announced.publishedAt, announced.objectionsUntil);
    }
    if (state === 'ineligible' && BEFORE_FINAL.includes(call.state)) {
      const days = call.selection.windows.objectionDays;
      return window('screening', null, stateSince, dayEndAfter(stateSince, days, call.timeZone));
    }
    return null;
  }
}

function whyNot(
  result: AppealableResult | null,
  lodged: readonly AppealRow[],
  now: Date,
): WhyNotAppeal | null {
  if (lodged.some(({ state }) => OPEN_APPEALS.includes(state))) return 'appeal_is_open';
  if (!result) return 'no_result';
  const same = (appeal: AppealRow) =>
    appeal.subject === result.subject &&
    (result.listId === null
      ? appeal.resultAt.getTime() === result.at.getTime()
      : appeal.listId === result.listId);
  if (lodged.some(same)) return 'appealed_already';
  return now > result.takenUntil ? 'appeal_window_over' : null;
}
