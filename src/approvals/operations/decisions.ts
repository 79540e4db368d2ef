import { Inject, Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import type { CountryCode } from '../../shared/country.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import { DecisionRow } from '../data/decision.entity.js';
import { DecisionSideRow } from '../data/decision-side.entity.js';
import type { Decision } from '../data/decisions.repository.js';
import { DecisionsRepository, bothSides } from '../data/decisions.repository.js';
import { DECISION_OPENED } from '../domain/decisions.events.js';
import { sideStates } from '../domain/decision-side.states.js';
import type { SideState } from '../domain/decision-side.states.js';
import { outcomeOf } from '../domain/outcome.js';
import type { Outcome } from '../domain/outcome.js';
import type { SubjectRef } from '../domain/subject.js';

/** What others may know of a decision: the two sides and what follows from them. */
export interface DecisionView {
  readonly id: Id;
  readonly subject: SubjectRef;
  readonly subjectHash: string;
  readonly openedAt: Date;
  readonly outcome: Outcome;
  readonly home: SideView;
  readonly host: SideView;
}

export interface SideView {
  readonly country: CountryCode;
  readonly state: SideState;
  readonly since: Date;
  readonly dueAt: Date;
  readonly decidedBy: Id | null;
  readonly reasonCode: string | null;
  readonly reasonText: string | null;
  readonly conditions: readonly string[];
}

const DAY_MS = 86_400_000;

/** How other modules put something before both countries, and read what came of it. */
@Injectable()
export class Decisions {
  constructor(
    @Inject(DecisionsRepository) private readonly repository: DecisionsRepository,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(Outbox) private readonly outbox: Outbox,
  ) {}

  /** Opens a decision inside the caller's act. `subjectHash` fixes what is decided; `dueDays` is the promise of each side. */
  async open(
    ctx: Ctx,
    put: {
      readonly subject: SubjectRef;
      readonly subjectHash: string;
      readonly homeCountry: CountryCode;
      readonly hostCountry: CountryCode;
      readonly preparers: readonly Id[];
      readonly dueDays: number;
    },
  ): Promise<Id> {
    const now = ctx.clock.now();
    const id = newId(now);
    await ctx.tx.insert(DecisionRow, {
      id,
      subjectKind: put.subject.kind,
      subjectId: put.subject.id,
      subjectHash: put.subjectHash,
      homeCountry: put.homeCountry,
      hostCountry: put.hostCountry,
      preparers: [...put.preparers],
      openedAt: now,
      closedAt: null,
    });
    const dueAt = new Date(now.getTime() + put.dueDays * DAY_MS);
    await ctx.tx.insert(
      DecisionSideRow,
      (['home', 'host'] as const).map((side) => ({
        decisionId: id,
        country: side === 'home' ? put.homeCountry : put.hostCountry,
        side,
        state: sideStates.initial,
        stateSince: now,
        dueAt,
        conditions: [],
      })),
    );
    await this.audit.record(ctx, {
      action: 'decision.opened',
      subject: { kind: 'decision', id },
      data: { subjectKind: put.subject.kind, subjectId: put.subject.id, subjectHash: put.subjectHash },
    });
    await this.outbox.emit(ctx, {
      type: DECISION_OPENED,
      subject: { kind: 'decision', id },
      payload: { subjectKind: put.subject.kind, subjectId: put.subject.id },
    });
    return id;
  }

  async ofSubject(ctx: Ctx, subject: SubjectRef): Promise<DecisionView | null> {
    const decision = await this.repository.ofSubject(ctx, subject);
    return decision && decisionView(decision);
  }

  /** What both countries say on exactly this content; null where it was never put before them. */
  async outcomeOf(ctx: Ctx, subject: SubjectRef, subjectHash: string): Promise<Outcome | null> {
    const decision = await this.repository.ofSubject(ctx, subject);
    return decision?.subjectHash === subjectHash ? decisionView(decision).outcome : null;
  }

  countWaiting(ctx: Ctx, limit: number): Promise<number> {
    return this.repository.countWaiting(ctx, limit);
  }

  countDivergent(ctx: Ctx, limit: number): Promise<number> {
    return this.repository.countDivergent(ctx, limit);
  }
}

export function decisionView(decision: Decision): DecisionView {
  const { home, host } = bothSides(decision);
  return {
    id: decision.id,
    subject: { kind: decision.subjectKind, id: decision.subjectId },
    subjectHash: decision.subjectHash,
    openedAt: decision.openedAt,
    outcome: outcomeOf(home.state, host.state),
    home: sideView(home),
    host: sideView(host),
  };
}

function sideView(side: DecisionSideRow): SideView {
  return {
    country: side.country,
    state: side.state,
    since: side.stateSince,
    dueAt: side.dueAt,
    decidedBy: side.decidedBy,
    reasonCode: side.reasonCode,
    reasonText: side.reasonText,
    conditions: side.conditions,
  };
}
