import { Injectable } from '@nestjs/common';
import { AccessPorts, People } from '../../access/public.js';
import type { Decision as Permission } from '../../shared/policy.js';
import type { DisplayName } from '../../access/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import { decodeCursor, instantIn, pageOf } from '../../shared/cursor.js';
import type { Page } from '../../shared/cursor.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import { isOfficerOf } from '../../shared/policy.js';
import { DecisionRecusalRow } from '../data/decision-recusal.entity.js';
import { BY_PROMISE, DecisionsRepository, bothSides, sideFacts } from '../data/decisions.repository.js';
import type { DecisionTab, WaitingSide } from '../data/decisions.repository.js';
import { decisionsPolicy } from '../domain/decisions.policy.js';
import { isVerdictGiven } from '../domain/decision-side.states.js';
import type { SubjectRef, SubjectSummary } from '../domain/subject.js';
import type { IssuedDocument } from '../../documents/public.js';
import { DecisionRecords } from '../operations/decision-records.js';
import { Conditions } from '../operations/conditions.js';
import type { ConditionView } from '../operations/conditions.js';
import { DecisionSubjects } from '../operations/decision-subjects.js';
import { decisionView } from '../operations/decisions.js';
import type { DecisionView } from '../operations/decisions.js';

/** A side of the worklist with what it is about. */
export interface ListedSide extends WaitingSide {
  readonly summary: SubjectSummary;
  /** Who has it. */
  readonly holder: DisplayName | null;
}

/** A decision as a page or an answer about it needs it. */
export interface OpenDecision {
  readonly decision: DecisionView;
  readonly summary: SubjectSummary;
  /** The side that the reader speaks for; null where they only read. */
  readonly own: 'home' | 'host' | null;
  /** Whether the reader may decide on their side now, or why not. */
  readonly permission: Permission;
  /** Its signed record, once there is one. */
  readonly record: IssuedDocument | null;
  /** Why officers are bound, as far as the reader may know. */
  readonly recusals: readonly DecisionRecusalRow[];
  /** Officers of the reader's own side whom nothing keeps from deciding, while it has not spoken. */
  readonly free: readonly Id[];
  /** What the reader may do with their side besides deciding. */
  readonly hands: { readonly review: boolean; readonly recuse: boolean; readonly delegate: boolean };
  /** Of both sides, as they were set. */
  readonly conditions: readonly ConditionView[];
  /** Whether the reader may say what becomes of those of their side. */
  readonly settles: boolean;
  /** Where a file that was given for a condition is read; null where nobody can give one. */
  readonly evidenceHref: ((conditionId: Id) => string) | null;
  /** Whether nothing could follow from a condition on what is decided. */
  readonly refusesConditions: boolean;
  /** By whose clocks the days of conditions end. */
  readonly zone: string;
  /** Names of those who decided. */
  readonly names: ReadonlyMap<Id, DisplayName>;
  /** The zones of home and host. */
  readonly zones: readonly [string, string];
}

/** Reads decisions with their subjects, for pages and API alike. */
@Injectable()
export class ReadApprovals {
  constructor(
    private readonly decisions: DecisionsRepository,
    private readonly subjects: DecisionSubjects,
    private readonly people: People,
    private readonly ports: AccessPorts,
    private readonly records: DecisionRecords,
    private readonly conditions: Conditions,
  ) {}

  async list(
    ctx: Ctx,
    query: { readonly tab: DecisionTab; readonly limit: number; readonly after?: string },
  ): Promise<Page<ListedSide>> {
    const { tab, limit } = query;
    const rows = await this.decisions.list(ctx, {
      tab,
      limit: limit + 1,
      ...(query.after ? { after: afterOf(query.after) } : {}),
    });
    const page = pageOf(
      rows,
      limit,
      (row) => [(BY_PROMISE.includes(tab) ? row.dueAt : row.stateSince).toISOString(), row.decisionId],
      (row) => row,
    );
    const summaries = await this.summaries(
      ctx,
      page.items.map(({ subjectKind, subjectId }) => ({ kind: subjectKind, id: subjectId })),
    );
    const holders = page.items.flatMap(({ heldBy }) => heldBy ?? []);
    const names = await withSystemRights(ctx, () => this.people.displayNames(ctx, [...new Set(holders)]));
    return {
      next: page.next,
      items: page.items.flatMap((row) => {
        const summary = summaries.get(row.subjectId);
        const holder = (row.heldBy && names.get(row.heldBy)) || null;
        return summary ? [{ ...row, summary, holder }] : [];
      }),
    };
  }

  /** What these decisions are about, by their ids; what the actor may not read is left out. */
  async summariesOf(ctx: Ctx, ids: readonly Id[]): Promise<ReadonlyMap<string, SubjectSummary>> {
    const found = [];
    for (const id of ids) {
      const decision = await this.decisions.find(ctx, id).catch(() => null);
      if (decision) found.push({ id, subject: { kind: decision.subjectKind, id: decision.subjectId } });
    }
    const summaries = await this.summaries(
      ctx,
      found.map(({ subject }) => subject),
    );
    return new Map(
      found.flatMap(({ id, subject }) => {
        const summary = summaries.get(subject.id);
        return summary ? [[id, summary] as const] : [];
      }),
    );
  }

  /** @throws DomainError `not_found` where the actor may not read it. */
  async open(ctx: Ctx, id: string): Promise<OpenDecision> {
    const found = await this.decisions.find(ctx, id);
    const sides = bothSides(found);
    authorise(ctx, decisionsPolicy, 'decision.read', sideFacts(found, sides.home), 'decision.read');
    const decision = decisionView(found);
    const summary = (await this.summaries(ctx, [decision.subject])).get(decision.subject.id);
    if (!summary) throw new DomainError('not_found');
    const mine = (['home', 'host'] as const).filter((side) => isOfficerOf(ctx.actor, sides[side].country));
    const own = mine.find((side) => !isVerdictGiven(sides[side].state)) ?? mine[0] ?? null;
    const conditions = await this.conditions.ofDecision(ctx, found.id);
    const recusals = await ctx.tx.find(DecisionRecusalRow, {
      where: { decisionId: found.id },
      order: { recusedAt: 'ASC' },
    });
    const waits = own !== null && !isVerdictGiven(sides[own].state) && !found.withdrawnAt;
    const free = waits
      ? await withSystemRights(ctx, () => this.decisions.officersFree(ctx, found.id, sides[own].country))
      : [];
    const may = (action: string) =>
      waits && decisionsPolicy.decide(ctx.actor, action, sideFacts(found, sides[own])).allowed;
    const signed = [
      ...free,
      ...[sides.home, sides.host].flatMap(({ heldBy, delegateId, recused }) => [
        heldBy,
        delegateId,
        ...recused,
      ]),
      sides.home.decidedBy,
      sides.host.decidedBy,
      ...conditions.flatMap(({ settledBy, evidenceBy }) => [settledBy, evidenceBy]),
    ].filter((person) => person !== null);
    const port = this.subjects.of(found.subjectKind);
    const homeZone = await this.ports.places.timeZone(ctx, sides.home.country);
    return {
      decision,
      summary,
      own,
      recusals,
      free,
      hands: {
        review: may('decision.begin_review') && sides[own ?? 'home'].heldBy !== ctx.actor.personId,
        recuse: may('decision.recuse'),
        delegate: may('decision.name_delegate'),
      },
      conditions,
      settles:
        own !== null &&
        decisionsPolicy.decide(ctx.actor, 'decision.settle_condition', sideFacts(found, sides[own])).allowed,
      evidenceHref: port.evidenceHref
        ? (conditionId) => port.evidenceHref?.(found.subjectId, conditionId) ?? ''
        : null,
      refusesConditions: port.conditions === 'refused',
      zone: (await port.timeZone?.(ctx, found.subjectId)) ?? homeZone,
      permission: own
        ? decisionsPolicy.decide(ctx.actor, 'decision.decide', sideFacts(found, sides[own]))
        : { allowed: false, reason: 'no_role' },
      record: await this.records.of(ctx, decision.id),
      // A decision is signed: both sides see by whom, though officials are otherwise not in each other's sight.
      names: await withSystemRights(ctx, () => this.people.displayNames(ctx, [...new Set(signed)])),
      zones: [homeZone, await this.ports.places.timeZone(ctx, sides.host.country)],
    };
  }

  /** The zone in which a country's officers read their times. */
  zoneOf(ctx: Ctx, country: string): Promise<string> {
    return this.ports.places.timeZone(ctx, country);
  }

  private async summaries(
    ctx: Ctx,
    subjects: readonly SubjectRef[],
  ): Promise<ReadonlyMap<string, SubjectSummary>> {
    const all = new Map<string, SubjectSummary>();
    for (const kind of new Set(subjects.map((subject) => subject.kind))) {
      const ids = subjects.filter((subject) => subject.kind === kind).map(({ id }) => id);
      const described = await this.subjects.of(kind).describe(ctx, ctx.language, [...new Set(ids)]);
      for (const [id, summary] of described) all.set(id, summary);
    }
    return all;
  }
}

function afterOf(cursor: string): { at: Date; decisionId: Id } {
  const [at, decisionId] = decodeCursor(cursor, 2);
  return { at: instantIn(at), decisionId: String(decisionId) };
}
