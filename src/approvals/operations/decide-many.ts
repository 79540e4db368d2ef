import { Inject, Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import { isOfficerOf } from '../../shared/policy.js';
import type { RequestContext } from '../../shared/request-context.js';
import { DecisionsRepository, bothSides, sideFacts } from '../data/decisions.repository.js';
import { decisionsPolicy } from '../domain/decisions.policy.js';
import { SIDE_STATES, isVerdictGiven, sideStates } from '../domain/decision-side.states.js';
import type { SideState, Verdict } from '../domain/decision-side.states.js';
import { outcomeOf } from '../domain/outcome.js';
import type { Outcome } from '../domain/outcome.js';
import { DecideSide } from './decide-side.js';
import type { VerdictInput } from './decide-side.js';

/** Conditions belong to one file: with many at once none are set. */
export const BULK_VERDICTS = ['approve', 'return', 'reject'] as const satisfies readonly Verdict[];
export type BulkVerdict = (typeof BULK_VERDICTS)[number];

/** More at once nobody has looked at. */
export const DECIDED_MOST = 100;

/** What would happen with one of many; `reason` says why nothing would. */
export interface Foreseen {
  readonly id: Id;
  readonly country: string | null;
  readonly otherState: SideState;
  readonly outcome: Outcome;
  readonly reason: string | null;
}

export interface Decided {
  readonly id: Id;
  readonly outcome: Outcome | null;
  readonly reason: string | null;
}

/** One as it was seen before it was decided. */
export interface SeenDecision {
  readonly id: Id;
  readonly otherState: SideState;
}

/** The same word on many files, each an act of its own: what becomes of one is nothing to the others. */
@Injectable()
export class DecideMany {
  constructor(
    @Inject(DecisionsRepository) private readonly decisions: DecisionsRepository,
    @Inject(DecideSide) private readonly decideSide: DecideSide,
  ) {}

  /** In the order in which they were given; what the actor may not read is left out. */
  async check(ctx: Ctx, ids: readonly string[], verdict: BulkVerdict): Promise<readonly Foreseen[]> {
    const foreseen: Foreseen[] = [];
    for (const id of chosen(ids)) {
      const found = await this.decisions.find(ctx, id).catch(() => null);
      if (!found) continue;
      const { home, host } = bothSides(found);
      if (!decisionsPolicy.decide(ctx.actor, 'decision.read', sideFacts(found, home)).allowed) continue;
      const own = [home, host].find(({ country }) => isOfficerOf(ctx.actor, country)) ?? null;
      const other = own === host ? home : host;
      const about = { id: found.id, country: own?.country ?? null, otherState: other.state };
      if (!own) {
        foreseen.push({ ...about, outcome: 'open', reason: 'no_role' });
        continue;
      }
      const permission = decisionsPolicy.decide(ctx.actor, 'decision.decide', sideFacts(found, own));
      const reason = !permission.allowed
        ? permission.reason
        : isVerdictGiven(own.state)
          ? 'already_decided'
          : found.withdrawnAt
            ? 'subject_withdrawn'
            : null;
      const outcome = reason === null ? outcomeOf(sideStates.move(own.state, verdict), other.state) : 'open';
      foreseen.push({ ...about, outcome, reason });
    }
    return foreseen;
  }

  /** Each in a transaction of its own, in one order everywhere, so that two who decide on the same do not wait in a circle. */
  async run(
    request: RequestContext,
    seen: readonly SeenDecision[],
    input: Pick<VerdictInput, 'reasonCode' | 'reasonText'> & { readonly verdict: BulkVerdict },
  ): Promise<readonly Decided[]> {
    if (input.verdict !== 'approve') {
      const missing = [
        ...(input.reasonCode ? [] : ['reasonCode']),
        ...(input.reasonText?.trim() ? [] : ['reasonText']),
      ];
      if (missing.length > 0) {
        throw new DomainError('invalid', {
          fields: missing.map((field) => ({ field, problem: 'required' })),
        });
      }
    }
    const ids = chosen(seen.map(({ id }) => id));
    const decided = new Map<Id, Decided>();
    for (const id of [...ids].sort()) {
      const otherState = seen.find((each) => each.id === id)?.otherState;
      decided.set(id, await this.one(request, id, { ...input, ...(otherState ? { otherState } : {}) }));
    }
    return ids.flatMap((id) => decided.get(id) ?? []);
  }

  private async one(request: RequestContext, id: Id, input: Omit<VerdictInput, 'country'>): Promise<Decided> {
    const countries = request.actor.grants.flatMap(({ role, country }) =>
      role === 'ministry_officer' && country ? [country] : [],
    );
    let reason = 'no_role';
    for (const country of new Set(countries)) {
      try {
        return { id, outcome: await this.decideSide.run(request, id, { ...input, country }), reason: null };
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        reason = error.reason;
      }
    }
    return { id, outcome: null, reason };
  }
}

function chosen(ids: readonly string[]): Id[] {
  const known = [...new Set(ids.filter(isId))];
  if (known.length === 0) throw new DomainError('invalid', { reason: 'no_file_selected' });
  if (known.length > DECIDED_MOST) {
    throw new DomainError('invalid', { reason: 'too_many_files', values: { max: DECIDED_MOST } });
  }
  return known;
}

export function isSideState(text: string): text is SideState {
  return (SIDE_STATES as readonly string[]).includes(text);
}
