import { Inject, Injectable } from '@nestjs/common';
import { AccessPorts } from '../../access/public.js';
import { AuditTrail } from '../../audit/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { authorise } from '../../platform/database/authorise.js';
import { Database } from '../../platform/database/database.js';
import { changesOf, updateLater } from '../../platform/database/prepared.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import type { CountryCode } from '../../shared/country.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import type { RequestContext } from '../../shared/request-context.js';
import { dayYearsLater, wallTime } from '../../shared/zoned-time.js';
import { DecisionRow } from '../data/decision.entity.js';
import { DecisionSideRow } from '../data/decision-side.entity.js';
import { DecisionsRepository, bothSides, sideFacts } from '../data/decisions.repository.js';
import { DECISION_CONCLUDED, SIDE_DECIDED } from '../domain/decisions.events.js';
import { decisionsPolicy } from '../domain/decisions.policy.js';
import { isVerdictGiven, sideStates } from '../domain/decision-side.states.js';
import type { SideState, Verdict } from '../domain/decision-side.states.js';
import { outcomeOf } from '../domain/outcome.js';
import type { Outcome } from '../domain/outcome.js';
import { Conditions } from './conditions.js';
import type { ConditionInput } from './conditions.js';
import { DecisionSubjects } from './decision-subjects.js';

/** Why a ministry returns or rejects, besides its own words. Translation keys `approvals.reason_codes.<code>`. */
export const REASON_CODES = [
  'documents',
  'eligibility',
  'agreement',
  'security',
  'funding',
  'other',
] as const;
export type ReasonCode = (typeof REASON_CODES)[number];

const TEXT_MAX = 4000;
export const CONDITIONS_MOST = 20;
/** A condition whose day is further away follows nobody. */
const YEARS_MOST = 5;

export interface VerdictInput {
  readonly country: CountryCode;
  readonly verdict: Verdict;
  readonly reasonCode?: ReasonCode;
  readonly reasonText?: string;
  readonly conditions?: readonly ConditionInput[];
  /** As whoever decides saw the other side: where it has spoken since, nothing is decided. */
  readonly otherState?: SideState;
}

/** One country speaks. The pair's outcome follows in the same transaction, and so does whatever hangs on it. */
@Injectable()
export class DecideSide {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(DecisionsRepository) private readonly decisions: DecisionsRepository,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(Conditions) private readonly conditions: Conditions,
    @Inject(DecisionSubjects) private readonly subjects: DecisionSubjects,
    @Inject(AccessPorts) private readonly access: AccessPorts,
  ) {}

  run(request: RequestContext, decisionId: string, input: VerdictInput): Promise<Outcome> {
    return this.database.transaction(request, async (ctx) => {
      const decision = await this.decisions.lock(ctx, decisionId);
      const side = decision.sides.find((candidate) => candidate.country === input.country);
      if (!side) throw new DomainError('not_found');
      const facts = sideFacts(decision, side);
      authorise(ctx, decisionsPolicy, 'decision.decide', facts, 'decision.read');
      if (isVerdictGiven(side.state) || decision.settledAs)
        throw new DomainError('conflict', { reason: 'already_decided' });
      if (decision.withdrawnAt) throw new DomainError('conflict', { reason: 'subject_withdrawn' });
      const { home, host } = bothSides(decision);
      const other = side.side === 'home' ? host : home;
      if (input.otherState && input.otherState !== other.state) {
        throw new DomainError('conflict', { reason: 'changed_since_check' });
      }
      const now = ctx.clock.now();
      const conditional = input.verdict === 'approve_with_conditions';
      if (conditional && this.subjects.of(decision.subjectKind).conditions === 'refused') {
        throw new DomainError('invalid', {
          fields: [{ field: 'verdict', problem: `no_conditions_${decision.subjectKind}` }],
        });
      }
      // Only the days of conditions are days of a place.
      const zone = conditional ? await this.zoneOf(ctx, decision, side.country) : 'UTC';
      const verdict = checked(input, wallTime(now, zone).day);

      const before = { ...side };
      // Who decides what a colleague had begun to review takes it over by that, and it is on record.
      if (side.heldBy && side.heldBy !== ctx.actor.personId) {
        await this.audit.record(ctx, {
          action: 'decision.review_taken_over',
          subject: { kind: 'decision', id: decision.id },
          data: { country: side.country, from: side.heldBy },
        });
        side.heldBy = ctx.actor.personId;
      }
      side.state = sideStates.move(side.state, verdict.verdict);
      side.stateSince = now;
      side.decidedBy = ctx.actor.personId;
      side.reasonCode = verdict.reasonCode;
      side.reasonText = verdict.reasonText;
      side.conditions = verdict.conditions.map(({ text }) => text);
      // An answer belongs to the return before it: a new one asks anew.
      if (verdict.verdict === 'return') side.answer = null;
      updateLater(
        ctx,
        DecisionSideRow,
        { decisionId: side.decisionId, country: side.country },
        changesOf(before, side),
      );
      if (verdict.conditions.length > 0) {
        await this.conditions.set(ctx, decision, side.country, verdict.conditions, zone);
      }
      await this.audit.record(ctx, {
        action: `decision.${side.state}`,
        subject: { kind: 'decision', id: decision.id },
        data: {
          country: side.country,
          subjectKind: decision.subjectKind,
          subjectId: decision.subjectId,
          reasonCode: side.reasonCode,
        },
      });
      const about = { subjectKind: decision.subjectKind, subjectId: decision.subjectId };
      await this.outbox.emit(ctx, {
        type: SIDE_DECIDED,
        subject: { kind: 'decision', id: decision.id },
        payload: {
          ...about,
          country: side.country,
          side: side.side,
          state: side.state,
          conditions: verdict.conditions.length,
        },
      });

      const outcome = outcomeOf(home.state, host.state);
      if (outcome === 'open') return outcome;
      updateLater(ctx, DecisionRow, { id: decision.id }, { closedAt: now });
      await this.audit.record(ctx, {
        action: `decision.${outcome}`,
        subject: { kind: 'decision', id: decision.id },
        data: about,
      });
      await this.outbox.emit(ctx, {
        type: DECISION_CONCLUDED,
        subject: { kind: 'decision', id: decision.id },
        payload: { ...about, outcome },
      });
      return outcome;
    });
  }

  private async zoneOf(ctx: Ctx, { subjectKind, subjectId }: DecisionRow, country: CountryCode) {
    const zone = await this.subjects.of(subjectKind).timeZone?.(ctx, subjectId);
    return zone ?? (await this.access.places.timeZone(ctx, country));
  }
}

/** A refusal needs its reason in a code and in words, a conditional yes its conditions, a plain yes neither. */
function checked(
  input: VerdictInput,
  today: string,
): {
  verdict: Verdict;
  reasonCode: string | null;
  reasonText: string | null;
  conditions: readonly ConditionInput[];
} {
  const problems: FieldProblem[] = [];
  const reasonText = input.reasonText?.trim() ?? '';
  const conditional = input.verdict === 'approve_with_conditions';
  const conditions = (conditional ? (input.conditions ?? []) : [])
    .map(({ text, dueOn }) => ({ text: text.trim(), dueOn: dueOn.trim() }))
    .filter(({ text, dueOn }) => text || dueOn);
  const refuses = input.verdict === 'return' || input.verdict === 'reject';
  if (refuses && !input.reasonCode) problems.push({ field: 'reasonCode', problem: 'required' });
  if (refuses && !reasonText) problems.push({ field: 'reasonText', problem: 'required' });
  if (reasonText.length > TEXT_MAX) {
    problems.push({ field: 'reasonText', problem: 'too_long', values: { max: TEXT_MAX } });
  }
  if (conditional && conditions.length === 0)
    problems.push({ field: 'conditions.0.text', problem: 'required' });
  if (conditions.length > CONDITIONS_MOST) {
    problems.push({ field: 'conditions', problem: 'too_many', values: { max: CONDITIONS_MOST } });
  }
  for (const [index, { text, dueOn }] of conditions.entries()) {
    const at = `conditions.${index}`;
    if (!text) problems.push({ field: `${at}.text`, problem: 'required' });
    if (text.length > TEXT_MAX) {
      problems.push({ field: `${at}.text`, problem: 'too_long', values: { max: TEXT_MAX } });
    }
    if (!dueOn) problems.push({ field: `${at}.dueOn`, problem: 'required' });
    else if (!isDay(dueOn)) problems.push({ field: `${at}.dueOn`, problem: 'not_date' });
    else if (dueOn < today || dueOn > dayYearsLater(today, YEARS_MOST)) {
      problems.push({ field: `${at}.dueOn`, problem: 'condition_day' });
    }
  }
  if (problems.length > 0) throw new DomainError('invalid', { fields: problems });
  return {
    verdict: input.verdict,
    reasonCode: refuses ? (input.reasonCode ?? null) : null,
    reasonText: refuses ? reasonText : null,
    conditions,
  };
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}
